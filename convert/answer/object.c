#include "object.h"

enum { KEY = 1, VALUE = 2, COLON = 4, COMMA = 8, END = 16 };

static void open_bracket(struct object *object, bool array)
{
	if (object->depth == JS_DEPTH || !(object->expect & VALUE)) {
		object->state = OBJECT_BROKEN;
		return;
	}
	object->array[object->depth++] = array;
	object->expect = array ? VALUE | END : KEY | END;
}

static void close_bracket(struct object *object, bool array)
{
	if (!(object->expect & END) || object->array[object->depth - 1] != array)
		object->state = OBJECT_BROKEN;
	else if (--object->depth == 0)
		object->state = OBJECT_CLOSED;
	object->expect = COMMA | END;
}

/* What is not followed to its end here: "," and ":", and the quote that begins a string. */
static void sign(struct object *object, unsigned what, unsigned next)
{
	if (!(object->expect & what))
		object->state = OBJECT_BROKEN;
	object->expect = next;
}

static void in_string(struct object *object, char c)
{
	if (object->escape)
		object->escape = false;
	else if (c == '\\')
		object->escape = true;
	else if (c == '"')
		object->string = false;
}

/* Part of a number, true, false or null. */
static void in_word(struct object *object, char c)
{
	bool fits = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || c == 'E' || c == '+' ||
		c == '-' || c == '.';

	if (!fits || !(object->word || object->expect & VALUE))
		object->state = OBJECT_BROKEN;
	object->word = true;
	object->expect = COMMA | END;
}

static void token(struct object *object, char c)
{
	switch (c) {
	case '{':
	case '[':
		open_bracket(object, c == '[');
		break;
	case '}':
	case ']':
		close_bracket(object, c == ']');
		break;
	case ',':
		sign(object, COMMA, object->array[object->depth - 1] ? VALUE : KEY);
		break;
	case ':':
		sign(object, COLON, VALUE);
		break;
	case '"':
		sign(object, KEY | VALUE, object->expect & KEY ? COLON : COMMA | END);
		object->string = true;
		break;
	default:
		in_word(object, c);
		return;
	}
	object->word = false;
}

size_t object_feed(struct object *object, const char *bytes, size_t len)
{
	size_t n = 0;

	for (; n < len && object->state <= OBJECT_OPEN; n++) {
		char c = bytes[n];

		if (object->string) {
			in_string(object, c);
		} else if (c == ' ' || c == '\t' || c == '\n' || c == '\r') {
			object->word = false;
		} else {
			if (object->state == OBJECT_EMPTY) {
				object->state = c == '{' ? OBJECT_OPEN : OBJECT_NONE;
				object->expect = VALUE;
			}
			if (object->state == OBJECT_OPEN)
				token(object, c);
		}
	}
	return object->state == OBJECT_CLOSED ? n : len;
}

static void escape(bool begun, unsigned char c, struct buf *out)
{
	static const char *const letters[0x20] = {
		['\b'] = "b", ['\t'] = "t", ['\n'] = "n", ['\f'] = "f", ['\r'] = "r",
	};

	buf_puts(out, begun ? "" : "\\");
	if (letters[c])
		buf_puts(out, letters[c]);
	else
		buf_printf(out, "u%04x", c);
}

static bool has_control(struct slice text)
{
	for (size_t i = 0; i < text.len; i++)
		if ((unsigned char)text.data[i] < 0x20)
			return true;
	return false;
}

void object_escape(struct object *object, struct slice text, struct buf *out)
{
	if (!has_control(text)) {
		object_feed(object, text.data, text.len);
		buf_add(out, text.data, text.len);
		return;
	}
	for (size_t i = 0; i < text.len; i++) {
		if (object->string && (unsigned char)text.data[i] < 0x20)
			escape(object->escape, (unsigned char)text.data[i], out);
		else
			buf_add(out, text.data + i, 1);
		object_feed(object, text.data + i, 1);
	}
}

/* ---- whole arguments ---- */

/* The length of an empty object in front of another one, else 0. */
static size_t placeholder(struct slice text)
{
	struct object first = { .state = OBJECT_EMPTY }, second = first;
	size_t used = object_feed(&first, text.data, text.len);
	struct slice empty = slice_trim((struct slice){ text.data, used });

	if (first.state != OBJECT_CLOSED ||
		!slice_is_blank((struct slice){ empty.data + 1, empty.len - 2 }))
		return 0;
	object_feed(&second, text.data + used, text.len - used);
	return second.state == OBJECT_EMPTY || second.state == OBJECT_NONE ? 0 : used;
}

/* null, [] and nothing are {}; an object may be encoded twice. False: it is none of these. */
static bool to_object(struct slice text, bool twice, struct buf *out)
{
	struct json_object *node = NULL;
	struct object object = { .state = OBJECT_EMPTY };
	struct buf escaped = { 0 };
	bool fine = true;
	size_t empty;

	/* Llama by OpenRouter and others by Bedrock begin so: {}{"a":1}. */
	while ((empty = placeholder(text)) > 0)
		text = (struct slice){ text.data + empty, text.len - empty };
	if (slice_is_blank(text))
		return true;
	object_escape(&object, text, &escaped);
	if (!js_parse(escaped.data, escaped.len, &node, NULL))
		fine = false;
	else if (js_is_string(node) && !twice)
		fine = to_object(js_slice(node), true, out);
	else if (js_is_object(node) && js_count(node) > 0)
		fine = buf_add(out, escaped.data, escaped.len);
	else
		fine = !node || (js_count(node) == 0 && (js_is_object(node) || js_is_array(node)));
	js_free(node);
	buf_free(&escaped);
	return fine;
}

struct json_object *object_of_raw(struct slice arguments)
{
	struct json_object *input = js_new_object();

	js_add_slice(input, "raw_arguments", arguments);
	return input;
}

void object_from_arguments(struct slice arguments, bool cut, struct buf *out)
{
	struct json_object *raw;

	if (!(cut && slice_is_blank(arguments)) && to_object(arguments, false, out))
		return;
	raw = object_of_raw(arguments);
	js_write(raw, out);
	js_free(raw);
}
