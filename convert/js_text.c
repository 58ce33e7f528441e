#include "js.h"

#include <endian.h>
#include <inttypes.h>
#include <json-c/json.h>
#include <stdlib.h>
#include <string.h>

/* ---- strings ---- */

#define EIGHT(byte) (UINT64_C(0x0101010101010101) * (byte))

/* How many of eight bytes stand before the first quote, backslash or control character. */
static size_t plain_of_eight(uint64_t eight)
{
	uint64_t quotes = eight ^ EIGHT('"'), backslashes = eight ^ EIGHT('\\');
	/* A byte that is less than what is taken from it gets its highest bit set. */
	uint64_t marks = ((eight - EIGHT(' ')) | (quotes - EIGHT(1)) | (backslashes - EIGHT(1))) &
		~eight & EIGHT(0x80);

	return marks ? (size_t)__builtin_ctzll(marks) / 8 : sizeof(eight);
}

size_t js_plain(struct slice text, bool *ascii)
{
	size_t at = 0, plain = sizeof(uint64_t);
	uint64_t seen = 0;

	while (plain == sizeof(uint64_t) && at < text.len) {
		size_t left = text.len - at;
		/* What is behind the end must be none of those. */
		uint64_t eight = EIGHT(' ');

		if (left >= sizeof(eight))
			memcpy(&eight, text.data + at, sizeof(eight));
		else
			memcpy(&eight, text.data + at, left);
		eight = le64toh(eight);
		seen |= eight;
		plain = plain_of_eight(eight);
		at += plain;
	}
	*ascii = !(seen & EIGHT(0x80));
	return at < text.len ? at : text.len;
}

/* The letter behind the backslash; 0: it has none. */
static char letter_of(char c)
{
	switch (c) {
	case '"': case '\\':
		return c;
	case '\b':
		return 'b';
	case '\f':
		return 'f';
	case '\n':
		return 'n';
	case '\r':
		return 'r';
	case '\t':
		return 't';
	default:
		return 0;
	}
}

static void write_escape(char c, struct buf *out)
{
	char escape[] = { '\\', letter_of(c) };

	if (escape[1])
		buf_add(out, escape, sizeof(escape));
	else
		buf_printf(out, "\\u%04x", (unsigned char)c);
}

void js_quote(struct slice text, struct buf *out)
{
	bool ascii;

	buf_add(out, "\"", 1);
	for (;;) {
		size_t plain = js_plain(text, &ascii);

		buf_add(out, text.data, plain);
		if (plain == text.len)
			break;
		write_escape(text.data[plain], out);
		text = (struct slice){ text.data + plain + 1, text.len - plain - 1 };
	}
	buf_add(out, "\"", 1);
}

/* ---- trees ---- */

static void write_object(struct json_object *object, struct buf *out)
{
	const char *separator = "{";

	for (struct js_member m = js_first(object); m.key; m = js_next(m)) {
		buf_add(out, separator, 1);
		js_quote(slice_of(m.key), out);
		buf_add(out, ":", 1);
		js_write(m.value, out);
		separator = ",";
	}
	buf_puts(out, *separator == '{' ? "{}" : "}");
}

static void write_array(struct json_object *array, struct buf *out)
{
	buf_add(out, "[", 1);
	for (size_t i = 0; i < js_count(array); i++) {
		if (i > 0)
			buf_add(out, ",", 1);
		js_write(js_at(array, i), out);
	}
	buf_add(out, "]", 1);
}

/* A double comes with its text as it was parsed. */
static struct slice text_of_scalar(struct json_object *node)
{
	size_t len;
	const char *text = must_have((void *)(uintptr_t)json_object_to_json_string_length(node,
		JSON_C_TO_STRING_PLAIN, &len));

	return (struct slice){ text, len };
}

void js_write(struct json_object *node, struct buf *out)
{
	struct slice text;

	switch (json_object_get_type(node)) {
	case json_type_object:
		write_object(node, out);
		break;
	case json_type_array:
		write_array(node, out);
		break;
	case json_type_string:
		js_quote(js_slice(node), out);
		break;
	case json_type_int:
		buf_printf(out, "%" PRId64, json_object_get_int64(node));
		break;
	case json_type_boolean:
		buf_puts(out, json_object_get_boolean(node) ? "true" : "false");
		break;
	case json_type_null:
		buf_puts(out, "null");
		break;
	case json_type_double:
		text = text_of_scalar(node);
		buf_add(out, text.data, text.len);
		break;
	}
}

static void free_text(struct json_object *node, void *text)
{
	(void)node;
	buf_free(text);
	free(text);
}

struct slice js_text(struct json_object *node)
{
	struct buf *text;

	if (!js_is_object(node) && !js_is_array(node) && !js_is_string(node))
		return text_of_scalar(node);
	text = json_object_get_userdata(node);
	if (!text) {
		text = must_zalloc(1, sizeof(*text));
		json_object_set_userdata(node, text, free_text);
	}
	buf_clear(text);
	js_write(node, text);
	return buf_slice(text);
}

bool js_same(struct json_object *a, struct json_object *b)
{
	if (js_is_string(a) && js_is_string(b))
		return slice_same(js_slice(a), js_slice(b));
	return slice_same(js_text(a), js_text(b));
}

bool js_equal(struct json_object *a, struct json_object *b)
{
	return json_object_equal(a, b);
}
