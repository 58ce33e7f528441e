#include "failure.h"

#include "js.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static const char *const types[] = {
	[INVALID_REQUEST_ERROR] = "invalid_request_error",
	[AUTHENTICATION_ERROR] = "authentication_error",
	[BILLING_ERROR] = "billing_error",
	[PERMISSION_ERROR] = "permission_error",
	[NOT_FOUND_ERROR] = "not_found_error",
	[CONFLICT_ERROR] = "conflict_error",
	[REQUEST_TOO_LARGE] = "request_too_large",
	[RATE_LIMIT_ERROR] = "rate_limit_error",
	[API_ERROR] = "api_error",
	[TIMEOUT_ERROR] = "timeout_error",
	[OVERLOADED_ERROR] = "overloaded_error",
};

/* The first row of a kind is its own status. passes: see failure_passes(). */
static const struct row {
	int status;
	const char *reason;
	enum failure_kind kind;
	bool passes;
} statuses[] = {
	{ 400, "Bad Request", INVALID_REQUEST_ERROR, false },
	{ 401, "Unauthorized", AUTHENTICATION_ERROR, false },
	{ 402, "Payment Required", BILLING_ERROR, false },
	{ 403, "Forbidden", PERMISSION_ERROR, false },
	{ 404, "Not Found", NOT_FOUND_ERROR, false },
	{ 405, "Method Not Allowed", INVALID_REQUEST_ERROR, false },
	{ 408, "Request Timeout", INVALID_REQUEST_ERROR, false },
	{ 409, "Conflict", CONFLICT_ERROR, true },
	{ 411, "Length Required", INVALID_REQUEST_ERROR, false },
	{ 413, "Content Too Large", REQUEST_TOO_LARGE, false },
	{ 414, "URI Too Long", INVALID_REQUEST_ERROR, false },
	{ 415, "Unsupported Media Type", INVALID_REQUEST_ERROR, false },
	{ 417, "Expectation Failed", INVALID_REQUEST_ERROR, false },
	{ 429, "Too Many Requests", RATE_LIMIT_ERROR, true },
	{ 431, "Request Header Fields Too Large", INVALID_REQUEST_ERROR, false },
	{ 500, "Internal Server Error", API_ERROR, true },
	{ 501, "Not Implemented", API_ERROR, false },
	{ 502, "Bad Gateway", API_ERROR, true },
	{ 503, "Service Unavailable", API_ERROR, true },
	{ 504, "Gateway Timeout", TIMEOUT_ERROR, true },
	{ 505, "HTTP Version Not Supported", API_ERROR, false },
	{ 529, "Overloaded", OVERLOADED_ERROR, true },	/* Anthropic's own */
	{ 200, "OK", API_ERROR, false },
	{ 204, "No Content", API_ERROR, false },
};

/* An upstream's rarer statuses pass as they are. */
static const struct row *row_of(int status)
{
	static const struct row other_4xx = { 0, "Error", INVALID_REQUEST_ERROR, false };
	static const struct row other = { 0, "Error", API_ERROR, false };

	for (size_t i = 0; i < COUNT(statuses); i++)
		if (statuses[i].status == status)
			return &statuses[i];
	return status >= 400 && status < 500 ? &other_4xx : &other;
}

/* A message that was cut must not end inside a character. */
static void trim_to_utf8(char *text)
{
	text[slice_utf8(slice_of(text))] = '\0';
}

__attribute__((format(printf, 4, 0)))
static void fill(struct failure *why, int status, enum failure_kind kind, const char *format,
	va_list args)
{
	*why = (struct failure){ .kind = kind, .status = status, .retry_after_ms = -1 };
	if (vsnprintf(why->message, sizeof(why->message), format, args) >=
		(int)sizeof(why->message))
		trim_to_utf8(why->message);
}

bool failed(struct failure *why, enum failure_kind kind, const char *format, ...)
{
	va_list args;
	size_t row = 0;

	while (statuses[row].kind != kind)
		row++;
	va_start(args, format);
	fill(why, statuses[row].status, kind, format, args);
	va_end(args);
	return false;
}

bool failed_as(struct failure *why, int status, enum failure_kind kind, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	fill(why, status, kind, format, args);
	va_end(args);
	return false;
}

void failure_hint(struct failure *why, const char *format, ...)
{
	size_t len = strlen(why->message);
	va_list args;

	len += (size_t)snprintf(why->message + len, sizeof(why->message) - len, " — ");
	if (len < sizeof(why->message)) {
		va_start(args, format);
		vsnprintf(why->message + len, sizeof(why->message) - len, format, args);
		va_end(args);
	}
	trim_to_utf8(why->message);
}

const char *failure_type(enum failure_kind kind)
{
	return types[kind];
}

enum failure_kind failure_kind_of(int status)
{
	return row_of(status)->kind;
}

bool failure_passes(int status)
{
	return row_of(status)->passes;
}

const char *failure_reason(int status)
{
	return row_of(status)->reason;
}

void failure_envelope(const struct failure *why, const char *request_id, struct buf *out)
{
	struct json_object *envelope = js_new_object(), *error;

	js_add_string(envelope, "type", "error");
	error = js_add_object(envelope, "error");
	js_add_string(error, "type", failure_type(why->kind));
	js_add_string(error, "message", why->message);
	if (why->error_code)
		js_add_string(js_add_object(error, "details"), "error_code", why->error_code);
	js_add_string(envelope, "request_id", request_id);
	js_write(envelope, out);
	js_free(envelope);
}
