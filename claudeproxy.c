/*
 * claudeproxy: an Anthropic Messages request on stdin, the answer on stdout, the log elsewhere.
 */
#include "net/confine.h"
#include "net/sanitized.h"
#include "net/version.h"
#include "serve/access.h"
#include "serve/check.h"
#include "serve/exchange.h"
#include "serve/guard.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

/* Exit status. */
#define NO_USABLE_REQUEST 1
#define WRONG_USAGE 100

/* The time for a request's head, from its first byte; for the first one from the beginning. */
#define HEAD_MS 30000

extern char **environ;

/* ---- routes ---- */

enum match { EXACT, BELOW };	/* below: the path itself with a slash and more behind it */

/* What a route asks for before it serves. */
enum {
	CLIENT_KEY = 1,		/* the client shows ANTHROPIC_API_KEY when that is set */
	FOR_BALANCERS = 2,	/* serves every client, and with a broken configuration too */
};

#define POST "POST, OPTIONS"
#define GET "GET, HEAD, OPTIONS"
#define GET_ALONE "GET, OPTIONS"	/* it spends money, which a HEAD must not */

static const struct route {
	const char *path;
	enum match match;
	const char *method, *allow;	/* GET answers HEAD too where that is allowed */
	int flags;
	bool (*serve)(struct exchange *ex, struct failure *why);
} routes[] = {
	{ "/v1/messages", EXACT, "POST", POST, CLIENT_KEY, serve_messages },
	{ "/v1/messages/count_tokens", EXACT, "POST", POST, CLIENT_KEY, serve_count_tokens },
	{ "/v1/models", EXACT, "GET", GET, CLIENT_KEY, serve_models },
	{ "/v1/models", BELOW, "GET", GET, CLIENT_KEY, serve_model },
	{ "/health", EXACT, "GET", GET, FOR_BALANCERS, serve_health },
	{ "/test-connection", EXACT, "GET", GET_ALONE, CLIENT_KEY, serve_test_connection },
	{ "/", EXACT, "GET", GET, 0, serve_root },
	{ "/api/event_logging", BELOW, "POST", POST, 0, serve_telemetry },
};

static bool matches(const struct route *route, const char *path)
{
	size_t len = strlen(route->path);

	if (route->match == EXACT)
		return !strcmp(route->path, path);
	return !strncmp(route->path, path, len) && path[len] == '/' && path[len + 1];
}

/*
 * ANTHROPIC_BASE_URL may end in "/v1" or "/v1/messages", to which clients add their whole path; to
 * one that should end in "/v1" some add only what stands behind it.
 */
static void settle_path(struct http_request *request)
{
	static const char *const twice[] = { "/v1/messages/v1/", "/v1/v1/" };
	char *path = request->path;
	struct buf whole = { 0 };

	for (size_t i = 0; i < COUNT(twice); i++) {
		size_t too_much = strlen(twice[i]) - strlen("/v1/");

		if (slice_starts(slice_of(path), twice[i]))
			memmove(path, path + too_much, strlen(path + too_much) + 1);
	}
	if (strcmp(path, "/messages") != 0 && !slice_starts(slice_of(path), "/messages/"))
		return;
	buf_printf(&whole, "/v1%s", path);
	free(path);
	request->path = whole.data;
}

static const struct route *route_of(const char *path)
{
	for (size_t i = 0; i < COUNT(routes); i++)
		if (matches(&routes[i], path))
			return &routes[i];
	return NULL;
}

/* ---- one exchange ---- */

/* The order of these checks is part of the interface. */
static bool serve(struct exchange *ex, struct failure *why)
{
	const struct http_request *request = &ex->request;
	const struct route *route;

	settle_path(&ex->request);
	route = route_of(request->path);
	if (!route)
		return failed(why, NOT_FOUND_ERROR, "Not found: %s", request->raw_path);
	if (!strcmp(request->method, "OPTIONS")) {
		reply_options(&ex->reply, route->allow);
		return true;
	}
	if (strcmp(request->method, route->method) != 0 &&
		!(ex->reply.head_only && strstr(route->allow, "HEAD"))) {
		failed_as(why, 405, INVALID_REQUEST_ERROR, "Method not allowed");
		why->allow = route->allow;
		return false;
	}
	if (route->flags & FOR_BALANCERS)
		return route->serve(ex, why);
	/* What is wrong with the configuration is not everybody's business. */
	if (!access_without_key(ex, why))
		return false;
	if (!ex->connection->configured) {
		*why = ex->connection->broken;
		return false;
	}
	if ((route->flags & CLIENT_KEY) && !access_with_key(ex, why))
		return false;
	return route->serve(ex, why);
}

static bool read_head(struct exchange *ex, long long deadline, bool *nothing, struct failure *why)
{
	struct connection *connection = ex->connection;

	*nothing = false;
	return connection->client.cgi ? cgi_read_head(&ex->request, why) :
		http_read_head(&connection->client, deadline, &ex->request, nothing, why);
}

static bool has_body(const struct http_request *request)
{
	return request->chunked || request->length > 0;
}

/* False: no usable request came, and there is nothing to answer. */
static bool serve_one(struct exchange *ex, long long deadline)
{
	struct failure why;
	bool nothing, answered;

	answered = read_head(ex, deadline, &nothing, &why);
	if (nothing)
		return false;
	ex->reply.minor = ex->request.minor;
	ex->reply.head_only = !strcmp(ex->request.method, "HEAD");
	if (answered && !has_body(&ex->request))
		exchange_keep(ex);
	answered = answered && serve(ex, &why);
	if (!answered)
		reply_failure(&ex->reply, &why);
	if (ex->reply.gone)
		exchange_leave(ex);
	exchange_log(ex, answered ? NULL : &why);
	return true;
}

/* ---- one connection ---- */

/* What the client sends besides must not cost it the answer. */
static void finish_reading(struct exchange *ex)
{
	struct client *client = &ex->connection->client;
	bool body_left = has_body(&ex->request) && !ex->request.body_read;

	if (body_left || client->unread.len > 0 || fd_has_more(client->in))
		client_linger(client);
}

/* Its requests, one after the other. */
static int serve_all(struct exchange *ex, struct connection *connection)
{
	long long opened_ms = now_ms();
	bool cgi = connection->client.cgi, stays = true;
	int status = 0;

	while (stays && (cgi || connection_await(connection))) {
		if (!exchange_begin(ex, connection))
			return SYSTEM_FAILED;
		confine_cpu();
		if (!serve_one(ex, (connection->requests > 1 ? ex->began_ms : opened_ms) + HEAD_MS))
			status = NO_USABLE_REQUEST;
		stays = status == 0 && ex->reply.keep_s > 0;
		if (!stays && status == 0)
			finish_reading(ex);
		exchange_free(ex);
	}
	return connection->requests || cgi ? status : NO_USABLE_REQUEST;
}

/* ---- the process ---- */

static struct exchange the_exchange;

static void keep_secrets(void)
{
	static const struct rlimit none = { 0, 0 };

	setrlimit(RLIMIT_CORE, &none);
#ifndef SANITIZED		/* its leak check traces the process */
	prctl(PR_SET_DUMPABLE, 0);
#endif
}

static int run(const char *file, const char *wrong_option, bool cgi)
{
	static struct connection connection;
	int status;

	/* The next file or socket would take the place of a closed one, and get the answer. */
	if (fcntl(STDIN_FILENO, F_GETFD) < 0 || fcntl(STDOUT_FILENO, F_GETFD) < 0) {
		log_sentence("stdin and stdout must be open");
		return SYSTEM_FAILED;
	}
	client_open(&connection.client, cgi);
	connection.configured = config_load(&connection.config, file, environ,
		&connection.broken);
	if (wrong_option) {
		connection.configured = failed(&connection.broken, API_ERROR,
			"unknown option, or one without its value: %.100s", wrong_option);
		connection.broken.should_retry = RETRY_NO;
	}
	watch_add_program(&connection.config.watch);
	confine(&connection.config.settings);
	connection.client.write_timeout = connection.config.settings.request_timeout;
	status = serve_all(&the_exchange, &connection);
	connection_close(&connection);
	return status;
}

/* The exit status after output to a shell. */
static int printed(int status)
{
	return fflush(stdout) || ferror(stdout) ? SYSTEM_FAILED : status;
}

static const char usage[] =
	"usage: claudeproxy [-c FILE]           serve HTTP requests on stdin, answer on stdout\n"
	"       claudeproxy --check [-c FILE]   say what would be used, send nothing\n"
	"       claudeproxy -V | --version\n"
	"       claudeproxy -h | --help\n"
	"\n"
	"An inetd-style program: a super-server (systemd socket, xinetd) or a web server's CGI\n"
	"starts it once a connection. Settings come from the environment and from FILE, else\n"
	"$CLAUDEPROXY_CONF, else " CONFIG_FILE ". See claudeproxy(8).\n";

int main(int argc, char **argv)
{
	bool cgi = cgi_is(), check = false;
	const char *file = NULL, *wrong = NULL;

	guard_open(&the_exchange);
	log_open(cgi);
	keep_secrets();
	/* A web server may pass the client's query as arguments. */
	for (int i = 1; !cgi && i < argc; i++) {
		if (!strcmp(argv[i], "-c") && i + 1 < argc) {
			file = argv[++i];
		} else if (!strcmp(argv[i], "--check")) {
			check = true;
		} else if (!strcmp(argv[i], "-V") || !strcmp(argv[i], "--version")) {
			puts("claudeproxy " VERSION);
			return printed(0);
		} else if (!strcmp(argv[i], "-h") || !strcmp(argv[i], "--help")) {
			fputs(usage, stdout);
			return printed(0);
		} else if (!wrong) {
			wrong = argv[i];
		}
	}
	if (wrong && (check || isatty(STDIN_FILENO))) {
		fprintf(stderr, "claudeproxy: unknown option, or one without its value: %s\n%s",
			wrong, usage);
		return WRONG_USAGE;
	}
	if (check)
		return printed(check_config(file, environ));
	if (!cgi && isatty(STDIN_FILENO))
		log_sentence("an HTTP request is expected on stdin; see claudeproxy --help");
	return run(file, wrong, cgi);
}
