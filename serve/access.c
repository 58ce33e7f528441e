#include "access.h"

#include "../net/host.h"

#include <string.h>
#include <strings.h>

/* ---- without a key ---- */

/* "http://HOST" or "https://HOST", of the request's own host and port. */
static bool is_own_origin(const char *origin, const char *host)
{
	size_t scheme = host_scheme_length(origin);

	return scheme && host && !strcasecmp(origin + scheme, host);
}

static bool is_allowed(const char *allowed_hosts, struct slice host)
{
	struct slice rest = slice_of(allowed_hosts ? allowed_hosts : "");

	while (rest.len > 0) {
		struct slice allowed = slice_trim(slice_cut(&rest, ','));

		if (slice_equals(allowed, "*") || (host.len > 0 && allowed.len == host.len &&
			!strncasecmp(allowed.data, host.data, host.len)))
			return true;
	}
	return false;
}

/* A Host field that is no host was refused when it was read; HTTP/1.0 may come without one. */
static bool host_may(const struct exchange *ex, const struct host_bound *bound,
	struct failure *why)
{
	static const char rule[] = "While no ANTHROPIC_API_KEY is set, this proxy answers only to "
		"localhost and to its own address; ALLOWED_HOSTS may list other names";
	struct slice host = { "", 0 };

	if (ex->request.host)
		host_of_authority(slice_of(ex->request.host), &host);
	if (slice_is(host, "localhost") || host_is_bound(bound, host) ||
		is_allowed(ex->settings->allowed_hosts, host))
		return true;
	if (host.len == 0)
		return failed(why, PERMISSION_ERROR, "The request names no host. %s", rule);
	return failed(why, PERMISSION_ERROR, "The request names the host \"%.*s\". %s",
		host.len < 100 ? (int)host.len : 100, host.data, rule);
}

/* Whoever reached us from elsewhere may be anybody. */
static bool from_elsewhere(const struct exchange *ex, const struct host_bound *bound,
	struct failure *why)
{
	static const char hint[] = "set ANTHROPIC_API_KEY=SECRET in the proxy's configuration and "
		"ANTHROPIC_AUTH_TOKEN=SECRET for its clients";

	if (!ex->connection->configured)
		return failed(why, API_ERROR, "The proxy's configuration is broken or cannot be "
			"read: `claudeproxy --check` on its machine says why");
	if (ex->request.cgi)
		return failed(why, PERMISSION_ERROR, "This proxy has no ANTHROPIC_API_KEY, so it "
			"serves only clients on its own machine, and this request came through a "
			"web server: %s", hint);
	return failed(why, PERMISSION_ERROR, "This proxy has no ANTHROPIC_API_KEY, so it serves "
		"only clients on its own machine, and this request came to the address %s: %s",
		bound->address, hint);
}

bool access_without_key(const struct exchange *ex, struct failure *why)
{
	const struct http_request *request = &ex->request;
	struct host_bound bound = host_bound_to(ex->connection->client.in);
	bool fine;

	if (ex->settings->anthropic_api_key)
		return true;
	if (request->cross_site ||
		(request->origin && !is_own_origin(request->origin, request->host)))
		fine = failed(why, PERMISSION_ERROR, "A web page may not use this proxy");
	else if (request->cgi || bound.where == BOUND_ELSEWHERE)
		fine = from_elsewhere(ex, &bound, why);
	else
		fine = host_may(ex, &bound, why);
	if (!fine)
		why->should_retry = RETRY_NO;
	return fine;
}

/* ---- with a key ---- */

/* Takes as long for a wrong key as for a right one. */
static bool keys_equal(const char *shown, const char *key)
{
	size_t len = strlen(key);
	unsigned char difference = strlen(shown) != len;

	for (size_t i = 0; i < len && shown[i]; i++)
		difference |= (unsigned char)(shown[i] ^ key[i]);
	return !difference;
}

bool access_with_key(const struct exchange *ex, struct failure *why)
{
	const char *key = ex->settings->anthropic_api_key;
	const char *x_api_key = ex->request.x_api_key, *bearer = ex->request.authorization;
	static const char scheme[] = "bearer ";

	if (!key)
		return true;
	if (bearer && !strncasecmp(bearer, scheme, strlen(scheme)))
		bearer += strlen(scheme) + strspn(bearer + strlen(scheme), " ");
	else
		bearer = NULL;
	/* Claude Code sends both headers when both of its variables are set. */
	if ((x_api_key && keys_equal(x_api_key, key)) || (bearer && keys_equal(bearer, key)))
		return true;
	/* Where a text says "x-api-key", Claude Code shows "Not logged in · Please run /login". */
	failed(why, AUTHENTICATION_ERROR, x_api_key || bearer ?
		"The key is not this proxy's ANTHROPIC_API_KEY" :
		"A key is missing: this proxy's ANTHROPIC_API_KEY");
	why->should_retry = RETRY_NO;
	return false;
}
