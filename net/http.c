#include "http.h"

#include "host.h"
#include "intake.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

bool http_refused(struct failure *why, int status, const char *detail)
{
	return failed_as(why, status, failure_kind_of(status), "%s: %s", failure_reason(status),
		detail);
}

/* ---- the request line: RFC 9112 §3 ---- */

bool http_is_token(struct slice text)
{
	static const char chars[] = "!#$%&'*+-.^_`|~0123456789"
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

	for (size_t i = 0; i < text.len; i++)
		if (!memchr(chars, text.data[i], sizeof(chars) - 1))
			return false;
	return text.len > 0;
}

static bool take_version(struct http_request *request, struct slice version, struct failure *why)
{
	const char *p = version.data;

	if (version.len != 8 || memcmp(p, "HTTP/", 5) != 0 || p[6] != '.' ||
		p[5] < '0' || p[5] > '9' || p[7] < '0' || p[7] > '9')
		return http_refused(why, 400, "the request line does not end in a version of HTTP");
	if (p[5] != '1')
		return http_refused(why, 505, "HTTP/1.0 and HTTP/1.1 are spoken here");
	request->minor = p[7] - '0';
	return true;
}

/* NULL: a "%" without two hex digits, or one that hides a NUL. */
static char *percent_decoded(struct slice raw)
{
	char *path = must_alloc(raw.len + 1), *out = path;

	for (size_t i = 0; i < raw.len; i++) {
		char c = raw.data[i];

		if (c == '%') {
			uint64_t code = 0;

			if (raw.len - i < 3 ||
				!slice_number((struct slice){ raw.data + i + 1, 2 }, 16, &code) ||
				code == 0) {
				free(path);
				return NULL;
			}
			c = (char)code;
			i += 2;
		}
		*out++ = c;
	}
	*out = '\0';
	return path;
}

bool http_set_path(struct http_request *request, char *path, struct failure *why)
{
	struct slice text = slice_of(path);

	request->path = path;
	while (text.len > 1 && path[text.len - 1] == '/')
		path[--text.len] = '\0';
	/* It is quoted in answers, and JSON is UTF-8. */
	return slice_utf8(text) == text.len || http_refused(why, 400, "the path is not UTF-8");
}

static bool take_target(struct http_request *request, struct slice target, struct failure *why)
{
	struct slice path = target, raw = slice_cut(&path, '?');
	char *decoded;

	for (size_t i = 0; i < target.len; i++)
		if (target.data[i] <= ' ' || target.data[i] >= 0x7F)
			return http_refused(why, 400, "a path is percent-encoded ASCII");
	if (!slice_starts(raw, "/") &&
		!(slice_equals(raw, "*") && !strcmp(request->method, "OPTIONS")))
		return http_refused(why, 400, "the target of the request is no path");
	request->raw_path = slice_copy(raw);
	decoded = percent_decoded(raw);
	if (!decoded)
		return http_refused(why, 400, "there is a broken % in the path");
	return http_set_path(request, decoded, why);
}

bool http_set_method(struct http_request *request, struct slice method, struct failure *why)
{
	if (!http_is_token(method) || method.len >= sizeof(request->method))
		return http_refused(why, 400, "there is no method that HTTP knows");
	memcpy(request->method, method.data, method.len);
	request->method[method.len] = '\0';
	return true;
}

/* RFC 9112 §2.2: empty lines before a request are passed over. */
static enum got pass_empty_lines(struct intake *intake)
{
	for (;;) {
		enum got got;

		for (; intake_unread(intake); intake->at++)
			if (!memchr("\r\n", intake->client->unread.data[intake->at], 2))
				return GOT_IT;
		got = intake_more(intake);
		if (got != GOT_IT)
			return got;
	}
}

static bool read_request_line(struct intake *intake, struct http_request *request, bool *nothing,
	struct failure *why)
{
	struct slice line = { "", 0 }, method, target;
	enum got got = pass_empty_lines(intake);

	if (got == GOT_IT) {
		struct slice first = { intake->client->unread.data + intake->at, 1 };

		/* A TLS hello would keep us waiting for a line that never ends. */
		if (!http_is_token(first))
			return http_refused(why, 400, "this is no request of HTTP");
		got = intake_line(intake, HTTP_LINE_LIMIT, &line);
	}
	if (got == GOT_TOO_MUCH)
		return http_refused(why, 414, "the request line is longer than 8 KiB");
	if (got != GOT_IT) {
		*nothing = true;
		return http_refused(why, got == GOT_SILENCE ? 408 : 400, "no request came");
	}
	method = slice_cut(&line, ' ');
	target = slice_cut(&line, ' ');
	return http_set_method(request, method, why) && take_version(request, line, why) &&
		take_target(request, target, why);
}

/* ---- fields: RFC 9112 §5, §6 ---- */

/* Keeps the first of a field; twice: why no second one may come, NULL if it may. */
static bool keep(char **where, struct slice value, const char *twice, struct failure *why)
{
	if (*where)
		return !twice || http_refused(why, 400, twice);
	*where = slice_copy(value);
	return true;
}

static bool take_length(struct http_request *request, struct slice value, struct failure *why)
{
	if (request->has_length)
		return http_refused(why, 400, "there is more than one content-length");
	request->has_length = true;
	return slice_number(value, 10, &request->length) ||
		http_refused(why, 400, "content-length is not a number");
}

static bool take_host(struct http_request *request, struct slice value, struct failure *why)
{
	struct slice host;

	if (!request->host && !host_of_authority(value, &host))
		return http_refused(why, 400, "the host is neither a name nor an address");
	return keep(&request->host, value, "there is more than one host", why);
}

static bool take_coding(struct http_request *request, struct slice value, struct failure *why)
{
	if (!slice_is(value, "chunked"))
		return http_refused(why, 501, "the only transfer-encoding known here is chunked");
	if (request->chunked)
		return http_refused(why, 400, "there is more than one transfer-encoding");
	request->chunked = true;
	return true;
}

/* RFC 9112 §9.6. Of its other words none matters here. */
static void take_connection(struct http_request *request, struct slice value)
{
	while (value.len > 0)
		request->close |= slice_is(slice_trim(slice_cut(&value, ',')), "close");
}

bool http_set_field(struct http_request *request, struct slice name, struct slice value,
	struct failure *why)
{
	if (slice_is(name, "authorization"))
		return keep(&request->authorization, value, NULL, why);
	if (slice_is(name, "x-api-key"))
		return keep(&request->x_api_key, value, NULL, why);
	/* A web server's CGI variable was not looked at yet: it may go upstream. */
	if (slice_is(name, "user-agent") && value.len > 0 && !slice_has_control(value))
		return keep(&request->user_agent, value, NULL, why);
	/* Two of them would be no browser's: what is not one origin is nobody's own. */
	if (slice_is(name, "origin"))
		return keep(&request->origin, value, "there is more than one origin", why);
	if (slice_is(name, "host"))
		return take_host(request, value, why);
	if (slice_is(name, "content-length"))
		return take_length(request, value, why);
	if (slice_is(name, "transfer-encoding"))
		return take_coding(request, value, why);
	if (slice_is(name, "connection"))
		take_connection(request, value);
	if (slice_is(name, "content-encoding"))
		request->identity &= value.len == 0 || slice_is(value, "identity");
	/* Sent by browsers alone, about the page that a request comes from; see serve/access.h. */
	if (slice_is(name, "sec-fetch-site"))
		request->cross_site |= !slice_is(value, "same-origin") && !slice_is(value, "none");
	if (!slice_is(name, "expect"))
		return true;
	request->expect_continue = slice_is(value, "100-continue");
	return request->expect_continue ||
		http_refused(why, 417, "only 100-continue can be expected");
}

static bool read_fields(struct intake *intake, struct http_request *request, struct failure *why)
{
	for (size_t count = 0;; count++) {
		struct slice line, name, value;
		enum got got = intake_line(intake, HTTP_HEAD_LIMIT - intake->line_bytes, &line);

		if (got == GOT_TOO_MUCH)
			return http_refused(why, 431, "the head is larger than 64 KiB");
		if (got == GOT_END && client_told_to_stop())
			return client_stopped(why);
		if (got == GOT_SILENCE)
			return http_refused(why, 408, "the head did not come within 30 seconds");
		if (got == GOT_END)
			return http_refused(why, 400, "the head ended early");
		if (line.len == 0)
			return true;
		if (count == HTTP_FIELD_LIMIT)
			return http_refused(why, 431, "there are more than 200 fields");
		value = line;
		name = slice_cut(&value, ':');
		if (line.data[0] == ' ' || line.data[0] == '\t')
			return http_refused(why, 400, "a line of the head begins with a blank");
		if (name.len == line.len || !http_is_token(name))
			return http_refused(why, 400, "a line of the head is not NAME: VALUE");
		if (slice_has_control(value))
			return http_refused(why, 400,
				"a line of the head holds control characters");
		if (!http_set_field(request, name, slice_trim(value), why))
			return false;
	}
}

/* Where a body's end is in doubt, two servers may see two different requests. */
static bool check_framing(const struct http_request *request, struct failure *why)
{
	if (request->chunked && request->has_length)
		return http_refused(why, 400, "there are both a length and a transfer-encoding");
	if (request->chunked && request->minor == 0)
		return http_refused(why, 400, "HTTP/1.0 has no transfer-encoding");
	if (!request->host && request->minor > 0)
		return http_refused(why, 400, "there is no host");
	return true;
}

bool http_read_head(struct client *client, long long deadline, struct http_request *request,
	bool *nothing, struct failure *why)
{
	struct intake intake = { .client = client, .deadline = deadline };
	bool whole;

	*request = (struct http_request){ .identity = true };
	*nothing = false;
	whole = read_request_line(&intake, request, nothing, why) &&
		read_fields(&intake, request, why) && check_framing(request, why);
	buf_shift(&client->unread, intake.at);
	return whole;
}

void http_free(struct http_request *request)
{
	free(request->path);
	free(request->raw_path);
	free(request->x_api_key);
	free(request->authorization);
	free(request->host);
	free(request->user_agent);
	free(request->origin);
	*request = (struct http_request){ 0 };
}
