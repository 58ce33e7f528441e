/*
 * One request: HTTP/1 from stdin, within limits (RFC 9112), or CGI variables (RFC 3875).
 */
#ifndef HTTP_H
#define HTTP_H

#include "../convert/buf.h"
#include "../convert/failure.h"
#include "client.h"

#include <stdint.h>

#define HTTP_LINE_LIMIT 8192
#define HTTP_HEAD_LIMIT 65536
#define HTTP_FIELD_LIMIT 200

struct http_request {
	char method[24];
	char *path;		/* UTF-8, decoded, without query and trailing slash; or "/" */
	char *raw_path;		/* as it came, without the query: for the log */
	int minor;		/* HTTP/1.minor */
	char *x_api_key;	/* NULL: not sent */
	char *authorization;
	char *host;		/* as RFC 3986 spells it, with a port or without; NULL: HTTP/1.0 */
	char *user_agent;	/* without control characters; NULL: not sent */
	char *origin;		/* of the web page that sent it; NULL: not sent */
	bool cross_site;	/* a browser says that another site's page sent it */
	bool expect_continue;
	bool chunked;
	bool has_length;
	uint64_t length;	/* content-length */
	bool identity;		/* no content-encoding but identity */
	bool close;		/* the client wants no other answer */
	bool cgi;
	bool body_read;		/* to its end */
};

/*
 * Reads the head, until a deadline on the clock of now_ms(). False: why says what is wrong with it,
 * and what came before that is filled in (method "" or path NULL if they did not come); or no
 * usable request came at all (closed or silent before a whole request line): then *nothing is true
 * and nothing is to be answered.
 */
bool http_read_head(struct client *client, long long deadline, struct http_request *request,
	bool *nothing, struct failure *why);

/*
 * Reads the whole body, answering "100 Continue" first where it is asked for. Refuses what only
 * matters now: no length (411), too large (413), a content-encoding (415).
 */
bool http_read_body(struct client *client, struct http_request *request, size_t limit,
	struct buf *body, struct failure *why);

void http_free(struct http_request *request);

/* ---- CGI: cgi.c ---- */

/* True if GATEWAY_INTERFACE is set. The arguments must then be ignored. */
bool cgi_is(void);

/* The body comes by http_read_body. */
bool cgi_read_head(struct http_request *request, struct failure *why);

/* ---- what cgi.c and config.c need too ---- */

/* RFC 9110 §5.6.2: a method or the name of a field. Never empty. */
bool http_is_token(struct slice text);

/* Fills why with the status, its kind and "REASON: detail"; returns false. */
bool http_refused(struct failure *why, int status, const char *detail);

bool http_set_method(struct http_request *request, struct slice method, struct failure *why);

/* Takes over a decoded path. */
bool http_set_path(struct http_request *request, char *path, struct failure *why);

/* Takes note of one field; a name that does not matter here is fine. */
bool http_set_field(struct http_request *request, struct slice name, struct slice value,
	struct failure *why);

#endif
