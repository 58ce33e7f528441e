#include "error_body.h"

#include "../js.h"

#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Chained gateways wrap JSON text in the message of JSON; so many layers are unwrapped. */
#define NESTING 3

/*
 * The members that lead to the sentence, best first. "error" may be the envelope, or the sentence
 * itself (Ollama), or only a title beside "message" (Fastify).
 */
static const struct {
	const char *key;
	bool envelope;	/* an object or array, no sentence */
} holders[] = {
	{ "error", true },
	{ "base_resp", true },		/* MiniMax */
	{ "message", false },
	{ "error", false },
	{ "detail", false },		/* FastAPI */
	{ "errors", true },		/* Cloudflare */
	{ "status_msg", false },	/* MiniMax */
	{ "msg", false },
	{ "title", false },
	{ "choices", true },		/* OpenRouter: choices[0].error */
};

static bool read_value(struct error_body *error, struct json_object *value, unsigned nesting);

/* ---- fields beside the sentence ---- */

/* Of a text that is there. */
static void keep(char *out, size_t size, struct slice text)
{
	if (text.len > 0)
		snprintf(out, size, "%.*s", (int)(text.len < size ? text.len : size), text.data);
}

/* A code is a word, a number, a number as a string. Those that HTTP has are a status. */
static void keep_code(struct error_body *error, struct json_object *value)
{
	struct slice text = js_slice(value);
	char digits[24];
	int64_t number;
	char *end;

	if (js_int(value, &number)) {
		snprintf(digits, sizeof(digits), "%lld", (long long)number);
		text = slice_of(digits);
	}
	if (text.len == 0)
		return;
	number = strtol(text.data, &end, 10);
	if (*end == '\0' && number >= 400 && number < 600) {
		/* A gateway's own status stands outside, the word for the cause inside. */
		if (error->status == 0)
			error->status = (int)number;
	} else {
		keep(error->code, sizeof(error->code), text);
	}
}

/* "17s", "1.5s" of google.rpc.RetryInfo. */
static void keep_delay(struct error_body *error, struct json_object *details)
{
	for (size_t i = 0; i < js_count(details); i++) {
		const char *delay = js_get_string(js_at(details, i), "retryDelay");
		char *end = NULL;
		double seconds = delay ? strtod(delay, &end) : 0;

		if (delay && end != delay && !strcmp(end, "s") && seconds >= 0 && seconds < 1e6)
			error->retry_after_ms = (long)ceil(seconds * 1000);
	}
}

/* innererror.content_filter_result: {"hate":{"filtered":true,"severity":"high"},…} */
static void keep_filtered(struct error_body *error, struct json_object *result)
{
	for (struct js_member m = js_first(result); m.key; m = js_next(m)) {
		size_t len = strlen(error->filtered);

		if (js_get_true(m.value, "filtered"))
			snprintf(error->filtered + len, sizeof(error->filtered) - len, "%s%s",
				len ? ", " : "", m.key);
	}
}

/* The innermost code wins: gateways wrap the provider's error in their own. */
static void keep_fields(struct error_body *error, struct json_object *object)
{
	static const char *const codes[] = { "code", "status_code", "statusCode", "status" };
	static const char *const types[] = { "status", "error_type", "type" };

	/* Gemini: status is a word, code a number. */
	for (size_t i = 0; i < COUNT(types); i++)
		keep(error->type, sizeof(error->type), js_get_slice(object, types[i]));
	for (size_t i = 0; i < COUNT(codes); i++)
		if (js_get(object, codes[i]) && (i == 0 || !js_is_string(js_get(object, codes[i]))))
			keep_code(error, js_get(object, codes[i]));
	keep(error->param, sizeof(error->param), js_get_slice(object, "param"));
	js_get_int(object, "n_prompt_tokens", &error->n_prompt_tokens);
	js_get_int(object, "n_ctx", &error->n_ctx);
	keep_delay(error, js_get_array(object, "details"));
	keep_filtered(error, js_get(js_get(object, "innererror"), "content_filter_result"));
}

/* ---- the sentence ---- */

/* What a gateway quotes; a tool's {"error":"…"} in a validator's complaint is not meant. */
static bool is_envelope(struct json_object *node)
{
	return js_get_object(node, "error") || js_get_object(node, "base_resp") ||
		(js_get_string(node, "message") && (js_get(node, "code") || js_get(node, "type")));
}

/* The JSON that a text is, or that stands in it behind a gateway's own words; or NULL. */
static struct json_object *json_in(struct slice text)
{
	const char *start = memchr(text.data, '{', text.len);
	const char *end = memrchr(text.data, '}', text.len);
	struct json_object *node = NULL;

	if (strchr("{[", text.data[0]) && js_parse(text.data, text.len, &node, NULL))
		return node;
	if (start && end > start)
		js_parse(start, (size_t)(end - start) + 1, &node, NULL);
	if (is_envelope(node))
		return node;
	js_free(node);
	return NULL;
}

static bool read_text(struct error_body *error, struct slice text, unsigned nesting)
{
	struct json_object *inner;
	bool read;

	text = slice_trim(text);
	if (text.len == 0)
		return false;
	inner = nesting < NESTING ? json_in(text) : NULL;
	if (inner) {
		read = read_value(error, inner, nesting + 1);
		js_free(inner);
		if (read)
			return true;
	}
	return buf_add(&error->message, text.data, text.len);
}

/* One complaint of a validator: {"loc":["body","stop"],"msg":"Field required"} */
static bool read_complaint(struct error_body *error, struct json_object *item,
	struct json_object *loc)
{
	for (size_t i = 0; i < js_count(loc); i++) {
		struct json_object *step = js_at(loc, i);
		struct slice text = js_is_string(step) ? js_slice(step) : js_text(step);

		buf_puts(&error->message, i > 0 ? "." : "");
		buf_add(&error->message, text.data, text.len);
	}
	buf_puts(&error->message, ": ");
	return read_value(error, js_get(item, "msg"), NESTING);
}

/* Adds one more sentence, if the value holds one. */
static void read_behind(struct error_body *error, const char *separator, struct json_object *value,
	unsigned nesting)
{
	size_t len = error->message.len;

	buf_puts(&error->message, separator);
	if (!read_value(error, value, nesting))
		buf_cut(&error->message, len);
}

/* Several sentences, joined by "; ". */
static bool read_list(struct error_body *error, struct json_object *list, unsigned nesting)
{
	size_t before = error->message.len;

	for (size_t i = 0; i < js_count(list); i++)
		read_behind(error, error->message.len > before ? "; " : "", js_at(list, i),
			nesting);
	return error->message.len > before;
}

/* OpenRouter's own sentence, "Provider returned error", hides the provider's in metadata.raw. */
static void read_cause(struct error_body *error, struct json_object *metadata, unsigned nesting)
{
	const char *provider_name = js_get_string(metadata, "provider_name");
	struct buf separator = { 0 };

	buf_puts(&separator, " — ");
	if (provider_name)
		buf_printf(&separator, "%s: ", provider_name);
	read_behind(error, buf_text(&separator), js_get(metadata, "raw"), nesting);
	buf_free(&separator);
}

/* A validator's complaints beside a sentence that says less: Azure's "invalid input error". */
static void read_complaints(struct error_body *error, struct json_object *details)
{
	for (size_t i = 0; i < js_count(details); i++) {
		struct json_object *item = js_at(details, i);

		if (js_get_array(item, "loc") && js_get_string(item, "msg"))
			read_behind(error, "; ", item, NESTING);
	}
}

static bool read_object(struct error_body *error, struct json_object *object, unsigned nesting)
{
	struct json_object *loc = js_get_array(object, "loc");

	if (loc && js_get_string(object, "msg"))
		return read_complaint(error, object, loc);
	keep_fields(error, object);
	for (size_t i = 0; i < COUNT(holders); i++) {
		struct json_object *value = js_get(object, holders[i].key);

		if ((holders[i].envelope && js_is_string(value)) ||
			!read_value(error, value, nesting))
			continue;
		read_cause(error, js_get_object(object, "metadata"), nesting);
		read_complaints(error, js_get_array(object, "details"));
		return true;
	}
	return false;
}

/* Adds the sentence that a value holds to the message; false: it holds none. */
static bool read_value(struct error_body *error, struct json_object *value, unsigned nesting)
{
	if (js_is_string(value))
		return read_text(error, js_slice(value), nesting);
	if (js_is_array(value))
		return read_list(error, value, nesting);
	return js_is_object(value) && read_object(error, value, nesting);
}

/* ---- the body ---- */

/* No text has a control character; compressed bytes soon do. */
static bool is_binary(struct slice text)
{
	for (size_t i = 0; i < text.len; i++)
		if (iscntrl((unsigned char)text.data[i]) && !isspace((unsigned char)text.data[i]) &&
			text.data[i] != '\033')
			return true;
	return false;
}

static bool is_page(struct slice body)
{
	body = slice_trim(body);
	return body.len >= 2 && body.data[0] == '<' && (body.data[1] == '!' ||
		body.data[1] == '?' || isalpha((unsigned char)body.data[1]));
}

/* What a web server or a CDN has to say stands in the title. */
static void read_title(struct error_body *error, struct slice page)
{
	struct buf text = { 0 };
	char *start, *end;

	buf_add(&text, page.data, page.len);
	start = strcasestr(text.data, "<title");
	start = start ? strchr(start, '>') : NULL;
	end = start ? strcasestr(start, "</title") : NULL;
	if (end)
		read_text(error, (struct slice){ start + 1, (size_t)(end - start) - 1 }, NESTING);
	buf_free(&text);
}

void error_body_read(struct slice body, struct error_body *error)
{
	struct json_object *node = NULL;

	*error = (struct error_body){ .retry_after_ms = -1 };
	body = slice_without_bom(body);
	if (is_page(body)) {
		error->html = true;
		read_title(error, body);
	} else if (body.len > 0 && js_parse(body.data, body.len, &node, NULL)) {
		error_body_read_json(node, error);
		js_free(node);
	} else if (!is_binary(body)) {
		read_text(error, body, 0);
	}
}

void error_body_read_json(struct json_object *holder, struct error_body *error)
{
	*error = (struct error_body){ .retry_after_ms = -1 };
	if (!read_value(error, holder, 0))
		js_write(holder, &error->message);
}

static bool is_error(struct json_object *error)
{
	return js_count(error) > 0 || js_slice(error).len > 0;
}

bool error_body_is_in(struct json_object *holder)
{
	int64_t status_code = 0;

	if (js_is_array(holder))
		return is_error(js_get(js_at(holder, 0), "error"));
	js_get_int(js_get(holder, "base_resp"), "status_code", &status_code);
	if (is_error(js_get(holder, "error")) || status_code != 0 ||
		slice_equals(js_get_slice(holder, "object"), "error") ||
		is_error(js_get(js_at(js_get(holder, "choices"), 0), "error")))
		return true;
	/* DashScope, bare: {"code":"InvalidParameter","message":"…","request_id":"…"} */
	return js_get(holder, "code") && js_get_string(holder, "message") &&
		js_count(js_get(holder, "choices")) == 0;
}

void error_body_free(struct error_body *error)
{
	buf_free(&error->message);
}
