#include "endpoint.h"

#include "family.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

static const char *const ends[] = {
	[API_CHAT] = "/chat/completions",
	[API_RESPONSES] = "/responses",
};
static const char deployments[] = "/deployments/";
/* Azure API Management takes a key as Azure does, whatever stands behind it. */
static const char managed[] = ".azure-api.net";

/* ---- text ---- */

/* Percent-encodes all but RFC 3986's unreserved characters and those in keep. */
static void add_escaped(struct buf *url, const char *text, const char *keep)
{
	for (; *text; text++) {
		if (isalnum((unsigned char)*text) || strchr("-._~", *text) || strchr(keep, *text))
			buf_add(url, text, 1);
		else
			buf_printf(url, "%%%02X", (unsigned char)*text);
	}
}

/* ---- the parts of the URL ---- */

/* The base's path without trailing slashes and with one "/v1" at its end, not two. */
static struct slice given_path(const struct base_url *base)
{
	struct slice path = slice_of(base->path ? base->path : "");

	while (slice_ends(path, "/"))
		path.len--;
	while (slice_ends(path, "/v1/v1"))
		path.len -= strlen("/v1");
	return path;
}

/* The API's end of a path that has one: it is cut off. False: it has none. */
static bool cut_end(struct slice *path, enum api *api)
{
	for (size_t i = 0; i < COUNT(ends); i++)
		if (slice_ends(*path, ends[i])) {
			path->len -= strlen(ends[i]);
			*api = (enum api)i;
			return true;
		}
	return false;
}

/* The version in the base's query; NULL: there is none. */
static const char *version_in_query(const struct base_url *base)
{
	static const char name[] = "api-version=";
	const char *found = base->query ? strstr(base->query, name) : NULL;

	return found && (found == base->query || found[-1] == '&') ? found + strlen(name) : NULL;
}

static const char *find_deployment(struct slice path)
{
	return memmem(path.data, path.len, deployments, strlen(deployments));
}

char *endpoint_deployment(const struct settings *settings)
{
	struct slice path = given_path(&settings->base);
	const char *found = settings->family->deployments ? find_deployment(path) : NULL;
	size_t before = found ? (size_t)(found - path.data) + strlen(deployments) : 0;
	struct slice rest = { path.data + before, path.len - before };

	return found ? slice_copy(slice_cut(&rest, '/')) : NULL;
}

/* Of Azure's URLs those that need a version, even if they are given with their end. */
static bool is_classic(const struct settings *settings, struct slice path)
{
	return settings->family->deployments && (find_deployment(path) ||
		(settings->azure_api_version && slice_ends(path, "/openai")));
}

/*
 * Azure, doc/request.md §4.6: writes the path up to the API's end and tells whether an api-version
 * belongs behind it. A deployment's URL needs one, /openai/v1 takes none. Like OpenAI's own
 * library it puts /openai/deployments/MODEL behind any path (a gateway's). The Responses API has
 * the deployment in the body alone.
 */
static bool add_azure_path(struct buf *out, const struct settings *settings, const char *model,
	enum api api, struct slice path)
{
	const struct base_url *base = &settings->base;
	bool versioned = settings->azure_api_version || version_in_query(base);
	bool own_host = family_owns_host(settings->family, base->host);
	const char *deployment = find_deployment(path);

	if (deployment && api == API_RESPONSES)
		path.len = (size_t)(deployment - path.data);
	if (own_host && slice_equals(path, "/v1"))
		path.len = 0;
	/* Some write the base URL of a deployment as of any other host. */
	if (deployment && slice_ends(path, "/v1"))
		path.len -= strlen("/v1");
	buf_add(out, path.data, path.len);
	if (deployment)
		return true;
	if (slice_ends(path, "/openai/v1"))
		return false;
	if (!versioned && !own_host && path.len > 0 && !slice_ends(path, "/openai"))
		return false;
	if (!slice_ends(path, "/openai"))
		buf_puts(out, "/openai");
	if (!versioned) {
		buf_puts(out, "/v1");
		return false;
	}
	if (api == API_RESPONSES)
		return true;
	buf_puts(out, deployments);
	add_escaped(out, model, "");
	return true;
}

/* The whole path; true when an api-version belongs behind it. */
static bool add_path(struct buf *out, const struct settings *settings, const char *model,
	enum api api)
{
	struct slice path = given_path(&settings->base);
	const char *own = family_path(settings->base.host);
	bool versioned = false;
	enum api of_end;

	if (cut_end(&path, &of_end) && !is_classic(settings, path)) {
		buf_add(out, path.data, path.len);
	} else if (settings->family->deployments) {
		versioned = add_azure_path(out, settings, model, api, path);
	} else {
		/* doc/request.md §4.1: the host's own path instead of none and of "/v1". */
		if (own && (path.len == 0 || slice_equals(path, "/v1")))
			path = slice_of(own);
		buf_add(out, path.data, path.len);
	}
	buf_puts(out, ends[api]);
	return versioned;
}

/* ---- the whole ---- */

/* for_people: without user info and the base's query, which may hold keys. */
static char *make_url(const struct base_url *base, const char *path, const char *api_version,
	bool for_people)
{
	static const char keep[] = "%!$&'()*+,;=";
	const char *mark = "?";
	struct buf url = { 0 };

	buf_printf(&url, "%s://", base->scheme);
	/* User info goes to libcurl as it was given: a "%" in it is an escape already. */
	if (!for_people && base->user) {
		add_escaped(&url, base->user, keep);
		if (base->password) {
			buf_puts(&url, ":");
			add_escaped(&url, base->password, keep);
		}
		buf_puts(&url, "@");
	}
	buf_puts(&url, base->host);
	if (base->port_given)
		buf_printf(&url, ":%u", base->port);
	buf_puts(&url, path);
	if (base->query && !for_people) {
		buf_printf(&url, "?%s", base->query);
		mark = "&";
	}
	if (api_version) {
		buf_printf(&url, "%sapi-version=", mark);
		add_escaped(&url, api_version, "");
	}
	return url.data;
}

bool endpoint_of(const struct settings *settings, const char *model, enum api api,
	struct endpoint *endpoint, struct failure *why)
{
	const char *api_version = NULL;
	struct buf path = { 0 }, header = { 0 };

	/* libcurl would take a segment of dots for an order to go up, to another URL. */
	if (settings->family->deployments && (!strcmp(model, ".") || !strcmp(model, "..")))
		return failed(why, NOT_FOUND_ERROR, "model: %s is no name of a deployment", model);
	if (add_path(&path, settings, model, api) && !version_in_query(&settings->base)) {
		api_version = settings->azure_api_version;
		if (!api_version) {
			buf_free(&path);
			failed(why, API_ERROR, "AZURE_API_VERSION is not set, and OPENAI_BASE_URL "
				"names an Azure deployment without an api-version");
			why->should_retry = RETRY_NO;
			return false;
		}
	}
	endpoint->url = make_url(&settings->base, buf_text(&path), api_version, false);
	endpoint->shown = make_url(&settings->base, buf_text(&path), api_version, true);
	if (settings->openai_api_key && settings->openai_api_key[0])
		buf_printf(&header, "%s%s", settings->family->key_header == KEY_API_KEY ||
			slice_ends(slice_of(settings->base.host), managed) ?
			"api-key: " : "authorization: Bearer ", settings->openai_api_key);
	endpoint->key_header = header.data;
	buf_free(&path);
	return true;
}

void endpoint_free(struct endpoint *endpoint)
{
	free(endpoint->url);
	free(endpoint->shown);
	free(endpoint->key_header);
	*endpoint = (struct endpoint){ 0 };
}

/* ---- which API ---- */

bool endpoint_chosen_api(const struct settings *settings, enum api *api)
{
	struct slice path = given_path(&settings->base);

	if (settings->upstream_api == UPSTREAM_API_AUTO)
		return cut_end(&path, api);
	*api = settings->upstream_api == UPSTREAM_API_CHAT ? API_CHAT : API_RESPONSES;
	return true;
}

bool endpoint_offers_responses(const struct settings *settings)
{
	const struct family *family = settings->family;
	const struct base_url *base = &settings->base;
	const char *version = version_in_query(base);

	if (!version)
		version = settings->azure_api_version;
	if (!family->responses || !base->host || !family_owns_host(family, base->host))
		return false;
	/* "preview" is the version of /openai/v1. */
	return !family->deployments || slice_ends(given_path(base), "/openai/v1") || !version ||
		strcmp(version, "2025-04-01-preview") >= 0;
}
