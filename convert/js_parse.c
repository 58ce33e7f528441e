#include "js.h"

#include <json-c/json.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/*
 * Parses into json-c's nodes without its tokener, which lets through what is no JSON, takes long
 * integers for the largest that it has and "-0" for "0", and takes twice as long.
 */
struct parse {
	const char *at, *end;
	/* A stack: the keys of the open objects, then the string or number at hand. */
	struct buf scratch;
	unsigned lists;		/* objects and arrays so far */
	const char *reason;	/* NULL: fine so far */
};

/* An integer with more digits may not fit into 64 bits. */
#define SAFE_DIGITS 18

static bool refuse(struct parse *parse, const char *at, const char *reason)
{
	parse->at = at;
	parse->reason = reason;
	return false;
}

static bool is_next(const struct parse *parse, char c)
{
	return parse->at < parse->end && *parse->at == c;
}

static void pass_blanks(struct parse *parse)
{
	while (parse->at < parse->end && byte_is_blank(*parse->at))
		parse->at++;
}

/* ---- numbers ---- */

static const char *pass_digits(const char *p, const char *end)
{
	while (p < end && *p >= '0' && *p <= '9')
		p++;
	return p;
}

/* The end of a fraction or an exponent whose digits begin at p; NULL: there are none. */
static const char *pass_part(const char *p, const char *end)
{
	const char *after = pass_digits(p, end);

	return after > p ? after : NULL;
}

static struct json_object *integer_of(const char *digits, const char *end, bool negative)
{
	int64_t number = 0;

	for (; digits < end; digits++)
		number = number * 10 + (*digits - '0');
	return must_have(json_object_new_int64(negative ? -number : number));
}

/* A number that keeps its text. */
static struct json_object *double_of(struct parse *parse, const char *start, const char *end)
{
	size_t mark = parse->scratch.len;
	struct json_object *node;
	const char *text;

	buf_add(&parse->scratch, start, (size_t)(end - start));
	text = parse->scratch.data + mark;
	node = must_have(json_object_new_double_s(strtod(text, NULL), text));
	buf_cut(&parse->scratch, mark);
	return node;
}

static bool parse_number(struct parse *parse, struct json_object **out)
{
	const char *start = parse->at, *end = parse->end, *digits = start + (*start == '-');
	const char *p = pass_digits(digits, end);
	size_t count = (size_t)(p - digits);
	bool integer;

	if (count == 0 || (*digits == '0' && count > 1))
		return refuse(parse, start, "Invalid number");
	integer = count <= SAFE_DIGITS && !(*start == '-' && *digits == '0');
	if (p < end && *p == '.') {
		integer = false;
		p = pass_part(p + 1, end);
	}
	if (p && p < end && (*p == 'e' || *p == 'E')) {
		integer = false;
		p++;
		p = pass_part(p + (p < end && (*p == '+' || *p == '-')), end);
	}
	if (!p)
		return refuse(parse, start, "Invalid number");
	*out = integer ? integer_of(digits, p, *start == '-') : double_of(parse, start, p);
	parse->at = p;
	return true;
}

/* ---- strings ---- */

/* The code of "\uXXXX"; -1: there is none. */
static long unicode_escape(struct slice text)
{
	uint64_t code;

	return text.len >= 6 && slice_starts(text, "\\u") &&
		slice_number((struct slice){ text.data + 2, 4 }, 16, &code) ? (long)code : -1;
}

static void add_utf8(struct buf *out, unsigned long code)
{
	char bytes[4];
	size_t len = code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
	static const unsigned char leads[] = { 0, 0, 0xC0, 0xE0, 0xF0 };

	for (size_t i = len; i-- > 1; code >>= 6)
		bytes[i] = (char)(0x80 | (code & 0x3F));
	bytes[0] = (char)(leads[len] | code);
	buf_add(out, bytes, len);
}

/* A surrogate without its other half becomes U+FFFD. */
static bool parse_unicode(struct parse *parse)
{
	struct slice text = { parse->at, (size_t)(parse->end - parse->at) };
	long code = unicode_escape(text), low = -1;

	if (code < 0)
		return refuse(parse, parse->at, "Invalid escape");
	parse->at += 6;
	if (code >= 0xD800 && code < 0xDC00)
		low = unicode_escape((struct slice){ text.data + 6, text.len - 6 });
	if (low >= 0xDC00 && low < 0xE000) {
		parse->at += 6;
		code = 0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00);
	} else if (code >= 0xD800 && code < 0xE000) {
		code = 0xFFFD;
	}
	add_utf8(&parse->scratch, (unsigned long)code);
	return true;
}

/* What a backslash and this letter stand for; 0: nothing. */
static char character_of(char letter)
{
	switch (letter) {
	case '"': case '\\': case '/':
		return letter;
	case 'b':
		return '\b';
	case 'f':
		return '\f';
	case 'n':
		return '\n';
	case 'r':
		return '\r';
	case 't':
		return '\t';
	default:
		return 0;
	}
}

static bool parse_escape(struct parse *parse)
{
	char c;

	if (parse->end - parse->at < 2)
		return refuse(parse, parse->at, "Unterminated string");
	if (parse->at[1] == 'u')
		return parse_unicode(parse);
	c = character_of(parse->at[1]);
	if (!c)
		return refuse(parse, parse->at, "Invalid escape");
	buf_add(&parse->scratch, &c, 1);
	parse->at += 2;
	return true;
}

/* What was written stays on the scratch only if there are escapes in it. */
static bool parse_string(struct parse *parse, struct slice *out)
{
	size_t mark = parse->scratch.len;

	parse->at++;
	for (;;) {
		struct slice run = { parse->at, (size_t)(parse->end - parse->at) };
		bool ascii;

		run.len = js_plain(run, &ascii);
		if (!ascii && slice_utf8(run) < run.len)
			return refuse(parse, run.data + slice_utf8(run), "Invalid UTF-8");
		parse->at += run.len;
		if (parse->at == parse->end)
			return refuse(parse, parse->at - 1, "Unterminated string");
		*out = run;
		if (*parse->at == '"' && parse->scratch.len == mark)
			break;
		buf_add(&parse->scratch, run.data, run.len);
		*out = (struct slice){ parse->scratch.data + mark, parse->scratch.len - mark };
		if (*parse->at == '"')
			break;
		if (*parse->at != '\\')
			return refuse(parse, parse->at, "Invalid control character");
		if (!parse_escape(parse))
			return false;
	}
	parse->at++;
	return true;
}

/* ---- values ---- */

static bool parse_value(struct parse *parse, unsigned depth, struct json_object **out);

/* Where something else stands, or nothing. */
static bool unexpected(struct parse *parse)
{
	return refuse(parse, parse->at, parse->at == parse->end ? "Unexpected end" :
		"Unexpected character");
}

/* The next member or element, if the list goes on. False: it has ended, or is broken. */
static bool goes_on(struct parse *parse, char close, bool first)
{
	pass_blanks(parse);
	if (is_next(parse, close)) {
		parse->at++;
		return false;
	}
	if (first)
		return true;
	if (!is_next(parse, ','))
		return unexpected(parse);
	parse->at++;
	pass_blanks(parse);
	return true;
}

static bool parse_member(struct parse *parse, unsigned depth, struct json_object *object)
{
	size_t mark = parse->scratch.len;
	struct json_object *value;
	struct slice key;

	if (!is_next(parse, '"'))
		return unexpected(parse);
	if (!parse_string(parse, &key))
		return false;
	if (memchr(key.data, '\0', key.len))
		return refuse(parse, parse->at - 2, "\\u0000 in a key");
	if (parse->scratch.len == mark)
		buf_add(&parse->scratch, key.data, key.len);
	buf_add(&parse->scratch, "", 1);
	pass_blanks(parse);
	if (!is_next(parse, ':'))
		return unexpected(parse);
	parse->at++;
	if (!parse_value(parse, depth + 1, &value))
		return false;
	js_give(object, parse->scratch.data + mark, value);
	buf_cut(&parse->scratch, mark);
	return true;
}

static bool parse_object(struct parse *parse, unsigned depth, struct json_object *object)
{
	parse->at++;
	for (bool first = true; goes_on(parse, '}', first); first = false)
		if (!parse_member(parse, depth, object))
			return false;
	return !parse->reason;
}

static bool parse_array(struct parse *parse, unsigned depth, struct json_object *array)
{
	struct json_object *element;

	parse->at++;
	for (bool first = true; goes_on(parse, ']', first); first = false) {
		if (!parse_value(parse, depth + 1, &element))
			return false;
		js_append(array, element);
	}
	return !parse->reason;
}

static bool parse_word(struct parse *parse, struct json_object **out)
{
	static const char *const words[] = { "null", "false", "true" };
	struct slice rest = { parse->at, (size_t)(parse->end - parse->at) };

	if (strchr("{}[],:", *parse->at) && *parse->at)
		return unexpected(parse);
	for (size_t i = 0; i < COUNT(words); i++)
		if (slice_starts(rest, words[i])) {
			parse->at += strlen(words[i]);
			*out = i ? must_have(json_object_new_boolean(i == 2)) : NULL;
			return true;
		}
	return refuse(parse, parse->at, "Expecting value");
}

static bool parse_list(struct parse *parse, unsigned depth, struct json_object **out)
{
	bool is_object = *parse->at == '{';
	struct json_object *list;

	if (parse->lists++ == JS_LISTS)
		return refuse(parse, parse->at, "Too many objects and arrays");
	list = is_object ? js_new_object() : js_new_array();
	if (is_object ? parse_object(parse, depth, list) : parse_array(parse, depth, list)) {
		*out = list;
		return true;
	}
	js_free(list);
	return false;
}

/* On false *out is untouched, and there is nothing to free. */
static bool parse_value(struct parse *parse, unsigned depth, struct json_object **out)
{
	size_t mark = parse->scratch.len;
	struct slice text;

	pass_blanks(parse);
	if (parse->at == parse->end)
		return unexpected(parse);
	if (depth == JS_DEPTH)
		return refuse(parse, parse->at, "Nesting too deep");
	if (*parse->at == '{' || *parse->at == '[')
		return parse_list(parse, depth, out);
	if (*parse->at == '-' || (*parse->at >= '0' && *parse->at <= '9'))
		return parse_number(parse, out);
	if (*parse->at != '"')
		return parse_word(parse, out);
	if (!parse_string(parse, &text))
		return false;
	*out = js_new_slice(text);
	buf_cut(&parse->scratch, mark);
	return true;
}

/* ---- the whole text ---- */

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

static bool parse_end(struct parse *parse)
{
	pass_blanks(parse);
	return parse->at == parse->end || unexpected(parse);
}

bool js_parse(const char *text, size_t len, struct json_object **out, struct js_error *error)
{
	struct parse parse = { .at = text, .end = text + len };
	struct json_object *node = NULL;
	bool fine;

	while (parse.end > text && byte_is_blank(parse.end[-1]))
		parse.end--;
	if (len > INT_MAX / 2) {
		describe(error, "Text too long", text, 0);
		return false;
	}
	fine = parse_value(&parse, 0, &node) && parse_end(&parse);
	if (fine) {
		*out = node;
	} else {
		js_free(node);
		describe(error, parse.reason, text, (size_t)(parse.at - text));
	}
	buf_free(&parse.scratch);
	return fine;
}
