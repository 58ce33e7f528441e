#include "js.h"

#include <json-c/json.h>
#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/*
 * json-c keeps a double's text but saturates integers past 64 bits and makes "-0" a "0". Before
 * the parse such an integer gets this exponent, so that json-c takes it for a double; after the
 * parse it is cut off again.
 */
static const char as_double[] = "e-00000000000000";
#define SAFE_DIGITS 18

static void *need(void *memory)
{
	if (!memory)
		out_of_memory();
	return memory;
}

/* ---- the scan before the parse ---- */

struct scan {
	const char *at, *end;
	const char *copied;	/* all before it is in `exact` */
	struct buf exact;	/* the text with as_double behind long integers; empty: none needed */
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

/*
 * A lead byte that no character begins with: json-c looks at the form alone, so "/" written in two
 * bytes, a surrogate and what is beyond U+10FFFF would pass.
 */
static bool begins_no_character(const char *p, const char *end)
{
	unsigned char lead = (unsigned char)*p, next = end - p > 1 ? (unsigned char)p[1] : 0;

	return lead == 0xC0 || lead == 0xC1 || lead >= 0xF5 || (lead == 0xE0 && next < 0xA0) ||
		(lead == 0xED && next >= 0xA0) || (lead == 0xF0 && next < 0x90) ||
		(lead == 0xF4 && next >= 0x90);
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
		} else if ((unsigned char)*p >= 0xC0 && begins_no_character(p, end)) {
			return refuse(scan, "Invalid UTF-8");
		}
	}
	if (p >= end)
		return refuse(scan, "Unterminated string");
	for (next = p + 1; next < end && strchr(" \t\n\r", *next) && *next;)
		next++;
	if (nul && next < end && *next == ':')
		return refuse(scan, "\\u0000 in a key");
	scan->at = p + 1;
	return true;
}

static bool scan_word(struct scan *scan)
{
	static const char *const words[] = { "true", "false", "null" };

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		size_t len = strlen(words[i]);

		if ((size_t)(scan->end - scan->at) >= len && !memcmp(scan->at, words[i], len)) {
			scan->at += len;
			return true;
		}
	}
	return refuse(scan, "Expecting value");
}

/* Looks at each token for what json-c lets through or changes; the grammar is json-c's. */
static bool scan_text(struct scan *scan)
{
	scan->copied = scan->at;
	while (scan->at < scan->end) {
		char c = *scan->at;
		bool fine = true;

		if (c == '"')
			fine = scan_string(scan);
		else if (c == '-' || (c >= '0' && c <= '9'))
			fine = scan_number(scan);
		else if (c && strchr("{}[],: \t\n\r", c))
			scan->at++;
		else
			fine = scan_word(scan);
		if (!fine)
			return false;
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
	struct json_tokener *tokener = need(json_tokener_new_ex(JS_DEPTH));
	enum json_tokener_error result;

	json_tokener_set_flags(tokener, JSON_TOKENER_STRICT | JSON_TOKENER_VALIDATE_UTF8);
	*out = json_tokener_parse_ex(tokener, text, (int)len);
	result = json_tokener_get_error(tokener);
	*offset = json_tokener_get_parse_end(tokener);
	/* A NUL tells that nothing follows: a number at the end, or a text cut short. */
	if (result == json_tokener_continue) {
		*out = json_tokener_parse_ex(tokener, "", 1);
		result = json_tokener_get_error(tokener);
		*offset = len;
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

	while (trimmed > 0 && text[trimmed - 1] && strchr(" \t\n\r", text[trimmed - 1]))
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
			result == json_tokener_error_parse_utf8_string ? "Invalid UTF-8" :
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

void js_free(struct json_object *node)
{
	json_object_put(node);
}

/* ---- get ---- */

struct json_object *js_get(struct json_object *object, const char *key)
{
	struct json_object *value = NULL;

	if (js_is_object(object))
		json_object_object_get_ex(object, key, &value);
	return value;
}

struct json_object *js_get_object(struct json_object *object, const char *key)
{
	struct json_object *value = js_get(object, key);

	return js_is_object(value) ? value : NULL;
}

struct json_object *js_get_array(struct json_object *object, const char *key)
{
	struct json_object *value = js_get(object, key);

	return js_is_array(value) ? value : NULL;
}

const char *js_get_string(struct json_object *object, const char *key)
{
	return js_get_slice(object, key).data;
}

struct slice js_get_slice(struct json_object *object, const char *key)
{
	return js_slice(js_get(object, key));
}

bool js_get_true(struct json_object *object, const char *key)
{
	struct json_object *value = js_get(object, key);

	return json_object_is_type(value, json_type_boolean) && json_object_get_boolean(value);
}

bool js_int(struct json_object *node, int64_t *value)
{
	double number;

	if (json_object_is_type(node, json_type_int)) {
		*value = json_object_get_int64(node);
		return true;
	}
	if (!json_object_is_type(node, json_type_double))
		return false;
	number = json_object_get_double(node);
	if (!(number >= -9e15 && number <= 9e15) || number != floor(number))
		return false;
	*value = (int64_t)number;
	return true;
}

bool js_get_int(struct json_object *object, const char *key, int64_t *value)
{
	return js_int(js_get(object, key), value);
}

struct slice js_slice(struct json_object *node)
{
	if (!js_is_string(node))
		return (struct slice){ 0 };
	return (struct slice){ json_object_get_string(node),
		(size_t)json_object_get_string_len(node) };
}

bool js_has(struct json_object *object, const char *key)
{
	return js_is_object(object) && json_object_object_get_ex(object, key, NULL);
}

bool js_is_object(struct json_object *node)
{
	return json_object_is_type(node, json_type_object);
}

bool js_is_array(struct json_object *node)
{
	return json_object_is_type(node, json_type_array);
}

bool js_is_string(struct json_object *node)
{
	return json_object_is_type(node, json_type_string);
}

bool js_is_number(struct json_object *node)
{
	return json_object_is_type(node, json_type_int) ||
		json_object_is_type(node, json_type_double);
}

bool js_is_bool(struct json_object *node)
{
	return json_object_is_type(node, json_type_boolean);
}

size_t js_count(struct json_object *node)
{
	if (js_is_array(node))
		return json_object_array_length(node);
	return js_is_object(node) ? (size_t)json_object_object_length(node) : 0;
}

struct json_object *js_at(struct json_object *array, size_t index)
{
	return js_is_array(array) ? json_object_array_get_idx(array, index) : NULL;
}

static struct js_member member_of(struct lh_entry *entry)
{
	if (!entry)
		return (struct js_member){ 0 };
	return (struct js_member){ lh_entry_k(entry), (struct json_object *)lh_entry_v(entry),
		entry };
}

struct js_member js_first(struct json_object *object)
{
	return member_of(js_is_object(object) ? json_object_get_object(object)->head : NULL);
}

struct js_member js_next(struct js_member member)
{
	return member_of(member.entry->next);
}

/* ---- add ---- */

struct json_object *js_new_object(void)
{
	return need(json_object_new_object());
}

struct json_object *js_new_array(void)
{
	return need(json_object_new_array());
}

struct json_object *js_new_slice(struct slice text)
{
	if (text.len > INT_MAX / 2)
		out_of_memory();
	return need(json_object_new_string_len(text.data ? text.data : "", (int)text.len));
}

void js_give(struct json_object *parent, const char *key, struct json_object *root)
{
	if (json_object_object_add(parent, key, root))
		out_of_memory();
}

void js_append(struct json_object *array, struct json_object *root)
{
	if (json_object_array_add(array, root))
		out_of_memory();
}

struct json_object *js_add_object(struct json_object *parent, const char *key)
{
	struct json_object *child = js_new_object();

	js_give(parent, key, child);
	return child;
}

struct json_object *js_add_array(struct json_object *parent, const char *key)
{
	struct json_object *child = js_new_array();

	js_give(parent, key, child);
	return child;
}

void js_add_string(struct json_object *parent, const char *key, const char *text)
{
	js_give(parent, key, text ? js_new_slice(slice_of(text)) : NULL);
}

void js_add_slice(struct json_object *parent, const char *key, struct slice text)
{
	js_give(parent, key, js_new_slice(text));
}

void js_add_int(struct json_object *parent, const char *key, int64_t value)
{
	js_give(parent, key, need(json_object_new_int64(value)));
}

void js_add_bool(struct json_object *parent, const char *key, bool value)
{
	js_give(parent, key, need(json_object_new_boolean(value)));
}

void js_add_null(struct json_object *parent, const char *key)
{
	js_give(parent, key, NULL);
}

struct json_object *js_append_object(struct json_object *array)
{
	struct json_object *child = js_new_object();

	js_append(array, child);
	return child;
}

struct json_object *js_append_array(struct json_object *array)
{
	struct json_object *child = js_new_array();

	js_append(array, child);
	return child;
}

void js_append_string(struct json_object *array, const char *text)
{
	js_append(array, js_new_slice(slice_of(text)));
}

void js_append_slice(struct json_object *array, struct slice text)
{
	js_append(array, js_new_slice(text));
}

void js_remove(struct json_object *object, const char *key)
{
	json_object_object_del(object, key);
}

void js_rename(struct json_object *object, const char *from, const char *to)
{
	if (!js_has(object, from) || js_has(object, to))
		return;
	js_share(object, to, js_get(object, from));
	js_remove(object, from);
}

/* ---- share ---- */

void js_share(struct json_object *parent, const char *key, struct json_object *node)
{
	js_give(parent, key, js_hold(node));
}

void js_append_share(struct json_object *array, struct json_object *node)
{
	js_append(array, js_hold(node));
}

struct json_object *js_hold(struct json_object *node)
{
	return json_object_get(node);
}

struct json_object *js_copy(struct json_object *node)
{
	struct json_object *copy;

	if (js_is_object(node)) {
		copy = js_new_object();
		for (struct js_member m = js_first(node); m.key; m = js_next(m))
			js_give(copy, m.key, js_copy(m.value));
		return copy;
	}
	if (js_is_array(node)) {
		copy = js_new_array();
		for (size_t i = 0; i < js_count(node); i++)
			js_append(copy, js_copy(js_at(node, i)));
		return copy;
	}
	return js_hold(node);
}

struct json_object *js_shallow(struct json_object *node)
{
	struct json_object *copy = js_is_array(node) ? js_new_array() : js_new_object();

	for (struct js_member m = js_first(node); m.key; m = js_next(m))
		js_share(copy, m.key, m.value);
	for (size_t i = 0; js_is_array(node) && i < js_count(node); i++)
		js_append_share(copy, js_at(node, i));
	return copy;
}

/* ---- out ---- */

struct slice js_text(struct json_object *node)
{
	size_t len;
	const char *text = need((void *)(uintptr_t)json_object_to_json_string_length(node,
		JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE, &len));

	return (struct slice){ text, len };
}
