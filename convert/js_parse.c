#include "js.h"

#include <json-c/json.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

/*
 * json-c keeps a double's text but saturates integers past 64 bits and makes "-0" a "0". Before
 * the parse such an integer gets this exponent, so that json-c takes it for a double; after the
 * parse it is cut off again.
 */
static const char as_double[] = "e-00000000000000";
#define SAFE_DIGITS 18

/* ---- the scan before the parse ---- */

struct scan {
	const char *at, *end;
	const char *copied;	/* all before it is in `exact` */
	char last;		/* first character of the last token */
	struct buf exact;	/* the text with as_double behind long integers, if any */
	const char *reason;	/* NULL: fine so far */
};

static bool refuse(struct scan *scan, const char *reason)
{
	scan->reason = reason;
	return false;
}

static bool is_digit(const char *p, const char *end)
{
	return p < end && *p >= '0' && *p <= '9';
}

static bool scan_number(struct scan *scan)
{
	const char *start = scan->at, *p = start, *digits, *end = scan->end;
	bool integer = true;

	if (*p == '-')
		p++;
	digits = p;
	if (!is_digit(p, end) || (*p == '0' && is_digit(p + 1, end)))
		return refuse(scan, "Invalid number");
	while (is_digit(p, end))
		p++;
	if ((size_t)(p - digits) <= SAFE_DIGITS && !(*start == '-' && *digits == '0'))
		integer = false;
	if (p < end && *p == '.') {
		integer = false;
		if (!is_digit(++p, end))
			return refuse(scan, "Invalid number");
		while (is_digit(p, end))
			p++;
	}
	if (p < end && (*p == 'e' || *p == 'E')) {
		integer = false;
		if (++p < end && (*p == '+' || *p == '-'))
			p++;
		if (!is_digit(p, end))
			return refuse(scan, "Invalid number");
		while (is_digit(p, end))
			p++;
	}
	scan->at = p;
	if (integer) {
		buf_add(&scan->exact, scan->copied, (size_t)(p - scan->copied));
		buf_puts(&scan->exact, as_double);
		scan->copied = p;
	}
	return true;
}

static bool scan_string(struct scan *scan)
{
	const char *p = scan->at + 1, *end = scan->end, *next;
	bool nul = false;

	for (; p < end && *p != '"'; p++) {
		scan->at = p;
		if ((unsigned char)*p < 0x20)
			return refuse(scan, "Invalid control character");
		if (*p == '\\') {
			if (end - p > 5 && !memcmp(p, "\\u0000", 6))
				nul = true;
			p++;
		} else if ((unsigned char)*p >= 0x80) {
			/* json-c looks at the form alone: overlong ones, surrogates would pass. */
			size_t len = slice_character((struct slice){ p, (size_t)(end - p) }, 0);

			if (len == 0)
				return refuse(scan, "Invalid UTF-8");
			p += len - 1;
		}
	}
	if (p >= end)
		return refuse(scan, "Unterminated string");
	for (next = p + 1; next < end && byte_is_blank(*next);)
		next++;
	if (nul && next < end && *next == ':')
		return refuse(scan, "\\u0000 in a key");
	scan->at = p + 1;
	return true;
}

static bool scan_word(struct scan *scan)
{
	static const char *const words[] = { "true", "false", "null" };

	for (size_t i = 0; i < COUNT(words); i++) {
		size_t len = strlen(words[i]);

		if ((size_t)(scan->end - scan->at) >= len && !memcmp(scan->at, words[i], len)) {
			scan->at += len;
			return true;
		}
	}
	return refuse(scan, "Expecting value");
}

/* At one of {}[],: */
static bool scan_mark(struct scan *scan)
{
	if (scan->last == ',' && (*scan->at == '}' || *scan->at == ']'))
		return refuse(scan, "Unexpected character");
	scan->at++;
	return true;
}

static bool scan_token(struct scan *scan)
{
	char c = *scan->at;

	if (c == '"')
		return scan_string(scan);
	if (c == '-' || (c >= '0' && c <= '9'))
		return scan_number(scan);
	if (c && strchr("{}[],:", c))
		return scan_mark(scan);
	return scan_word(scan);
}

/*
 * Looks at each token for what json-c lets through or changes; the grammar is json-c's. Its own
 * JSON_TOKENER_STRICT is of no use: in 0.18 it refuses every character beyond ASCII
 * (github.com/json-c/json-c/issues/875).
 */
static bool scan_text(struct scan *scan)
{
	scan->copied = scan->at;
	while (scan->at < scan->end) {
		char c = *scan->at;

		if (byte_is_blank(c)) {
			scan->at++;
			continue;
		}
		if (!scan_token(scan))
			return false;
		scan->last = c;
	}
	if (scan->exact.len)
		buf_add(&scan->exact, scan->copied, (size_t)(scan->end - scan->copied));
	return true;
}

/* ---- the parse ---- */

static void restore_numbers(struct json_object *node)
{
	const char *text;
	size_t len, mark = strlen(as_double);

	if (js_is_array(node)) {
		for (size_t i = 0; i < js_count(node); i++)
			restore_numbers(js_at(node, i));
	} else if (js_is_object(node)) {
		for (struct js_member m = js_first(node); m.key; m = js_next(m))
			restore_numbers(m.value);
	} else if (json_object_is_type(node, json_type_double)) {
		text = json_object_get_userdata(node);
		len = text ? strlen(text) : 0;
		if (len > mark && !strcmp(text + len - mark, as_double)) {
			char *digits = must_strdup(text);

			digits[len - mark] = '\0';
			json_object_set_serializer(node, json_object_userdata_to_json_string,
				digits, json_object_free_userdata);
		}
	}
}

static void describe(struct js_error *error, const char *reason, const char *text, size_t offset)
{
	size_t line = 1, start = 0;

	if (!error)
		return;
	for (size_t i = 0; i < offset; i++)
		if (text[i] == '\n') {
			line++;
			start = i + 1;
		}
	snprintf(error->text, sizeof(error->text), "%s: line %zu column %zu (char %zu)", reason,
		line, offset - start + 1, offset);
}

static enum json_tokener_error tokenise(const char *text, size_t len, struct json_object **out,
	size_t *offset)
{
	struct json_tokener *tokener = json_tokener_new_ex(JS_DEPTH);
	enum json_tokener_error result;

	if (!tokener)
		out_of_memory();
	*out = json_tokener_parse_ex(tokener, text, (int)len);
	result = json_tokener_get_error(tokener);
	*offset = json_tokener_get_parse_end(tokener);
	/* A NUL tells that nothing follows: a number at the end, or a text cut short. */
	if (result == json_tokener_continue) {
		*out = json_tokener_parse_ex(tokener, "", 1);
		result = json_tokener_get_error(tokener);
		*offset = len;
	}
	if (result == json_tokener_success && *offset < len) {
		json_object_put(*out);
		result = json_tokener_error_parse_unexpected;
	}
	json_tokener_free(tokener);
	return result;
}

bool js_parse(const char *text, size_t len, struct json_object **out, struct js_error *error)
{
	struct scan scan = { .at = text, .end = text + len };
	enum json_tokener_error result;
	struct json_object *node;
	size_t offset, trimmed = len;

	while (trimmed > 0 && byte_is_blank(text[trimmed - 1]))
		trimmed--;
	scan.end = text + trimmed;
	if (len > INT_MAX / 2) {
		describe(error, "Text too long", text, 0);
		return false;
	}
	if (!scan_text(&scan)) {
		describe(error, scan.reason, text, (size_t)(scan.at - text));
		buf_free(&scan.exact);
		return false;
	}
	if (scan.exact.len)
		result = tokenise(scan.exact.data, scan.exact.len, &node, &offset);
	else
		result = tokenise(text, trimmed, &node, &offset);
#if JSON_C_VERSION_NUM >= 0x1100	/* 0.17; before, it is no error of its own */
	if (result == json_tokener_error_memory)
		out_of_memory();
#endif
	if (result != json_tokener_success) {
		/* Where it is in the text as it was given. */
		if (scan.exact.len)
			tokenise(text, trimmed, &node, &offset);
		describe(error, result == json_tokener_error_depth ? "Nesting too deep" :
			trimmed == 0 || result == json_tokener_error_parse_eof ? "Unexpected end" :
			"Unexpected character", text, offset < len ? offset : len);
		buf_free(&scan.exact);
		return false;
	}
	if (scan.exact.len)
		restore_numbers(node);
	buf_free(&scan.exact);
	*out = node;
	return true;
}
