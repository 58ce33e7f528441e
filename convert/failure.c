#include "failure.h"

#include "js.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static const struct {
	int status;
	const char *type;
} kinds[] = {
	[INVALID_REQUEST_ERROR] = { 400, "invalid_request_error" },
	[AUTHENTICATION_ERROR] = { 401, "authentication_error" },
	[BILLING_ERROR] = { 402, "billing_error" },
	[PERMISSION_ERROR] = { 403, "permission_error" },
	[NOT_FOUND_ERROR] = { 404, "not_found_error" },
	[CONFLICT_ERROR] = { 409, "conflict_error" },
	[REQUEST_TOO_LARGE] = { 413, "request_too_large" },
	[RATE_LIMIT_ERROR] = { 429, "rate_limit_error" },
	[API_ERROR] = { 500, "api_error" },
	[TIMEOUT_ERROR] = { 504, "timeout_error" },
	[OVERLOADED_ERROR] = { 529, "overloaded_error" },
};

/* A message that was cut must not end inside a character. */
static void trim_to_utf8(char *text)
{
	size_t len = strlen(text), start = len;

	while (start > 0 && ((unsigned char)text[start - 1] & 0xC0) == 0x80)
		start--;
	if (start > 0 && (unsigned char)text[start - 1] >= 0xC0) {
		unsigned char lead = (unsigned char)text[start - 1];
		size_t need = lead >= 0xF0 ? 3 : lead >= 0xE0 ? 2 : 1;

		if (len - start < need)
			text[start - 1] = '\0';
	}
}

__attribute__((format(printf, 4, 0)))
static void fill(struct failure *why, int status, enum failure_kind kind, const char *format,
	va_list args)
{
	*why = (struct failure){ .kind = kind, .status = status, .retry_after_ms = -1 };
	if (vsnprintf(why->message, sizeof(why->message), format, args) >= (int)sizeof(why->message))
		trim_to_utf8(why->message);
}

bool failed(struct failure *why, enum failure_kind kind, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	fill(why, kinds[kind].status, kind, format, args);
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
	return kinds[kind].type;
}

enum failure_kind failure_kind_of(int status)
{
	for (size_t i = 0; i < COUNT(kinds); i++)
		if (kinds[i].status == status)
			return (enum failure_kind)i;
	return status >= 400 && status < 500 ? INVALID_REQUEST_ERROR : API_ERROR;
}

void failure_envelope(const struct failure *why, const char *request_id, struct buf *out)
{
	struct json_object *envelope = js_new_object(), *error;
	struct slice text;

	js_add_string(envelope, "type", "error");
	error = js_add_object(envelope, "error");
	js_add_string(error, "type", failure_type(why->kind));
	js_add_string(error, "message", why->message);
	if (why->error_code)
		js_add_string(js_add_object(error, "details"), "error_code", why->error_code);
	js_add_string(envelope, "request_id", request_id);
	text = js_text(envelope);
	buf_add(out, text.data, text.len);
	js_free(envelope);
}
