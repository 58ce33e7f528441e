#include "mend.h"

#include <string.h>

struct walk {
	const struct half *before;	/* what the event before left */
	bool joined;			/* … and a string of this one continued */
	struct half after;		/* what this event leaves */
	struct buf *out;
};

static struct slice rest_of(struct slice text, size_t at)
{
	return (struct slice){ text.data + at, text.len - at };
}

/* "\uD83D" is the first half of a pair, "\uDE00" the second. */
static bool is_surrogate(struct slice text, const char *digits)
{
	return text.len >= 6 && !memcmp(text.data, "\\u", 2) &&
		(text.data[2] == 'd' || text.data[2] == 'D') &&
		memchr(digits, text.data[3], strlen(digits));
}

static bool is_high(struct slice text)
{
	return is_surrogate(text, "89abAB");
}

static bool is_low(struct slice text)
{
	return is_surrogate(text, "cdefCDEF");
}

static bool is_continuation(char c)
{
	return ((unsigned char)c & 0xC0) == 0x80;
}

/* The bytes that a character with this first byte should have; 0: none begins so. */
static size_t wanted(char first)
{
	unsigned char c = (unsigned char)first;

	return c >= 0xF0 ? 4 * (c <= 0xF4) : c >= 0xE0 ? 3 : c >= 0xC2 ? 2 : 0;
}

static bool ends_string(struct slice text, size_t at)
{
	return at < text.len && text.data[at] == '"';
}

static size_t leave(struct walk *walk, struct slice text, size_t len)
{
	walk->after.len = len;
	memcpy(walk->after.bytes, text.data, len);
	return len;
}

/* ---- one character of a string; each returns how many bytes of the text it took ---- */

static size_t escaped(struct walk *walk, struct slice text)
{
	size_t len = text.len < 2 ? text.len : 2;

	if (is_high(text) && ends_string(text, 6))
		return leave(walk, text, 6);
	if (is_high(text) && is_low(rest_of(text, 6)))
		len = 12;
	buf_add(walk->out, text.data, len);
	return len;
}

static size_t no_utf8(struct walk *walk, struct slice text)
{
	size_t len = 1, most = wanted(text.data[0]);

	while (len < most && len < text.len && is_continuation(text.data[len]))
		len++;
	if (len < most && ends_string(text, len))
		return leave(walk, text, len);
	buf_puts(walk->out, "\xEF\xBF\xBD");
	return len;
}

static size_t character(struct walk *walk, struct slice text)
{
	unsigned char c = (unsigned char)text.data[0];
	size_t len = c < 0x80 ? 1 : slice_character(text, 0);

	if (c == '\\')
		return escaped(walk, text);
	if (len == 0)
		return no_utf8(walk, text);
	if (c < 0x20)
		buf_printf(walk->out, "\\u%04x", c);
	else
		buf_add(walk->out, text.data, len);
	return len;
}

/* ---- the beginning of a string ---- */

static size_t join_bytes(struct walk *walk, struct slice text)
{
	struct half half = *walk->before;
	size_t most = wanted(half.bytes[0]), len = 0;

	while (half.len < most && len < text.len && is_continuation(text.data[len]))
		half.bytes[half.len++] = text.data[len++];
	if (len == 0)
		return 0;
	walk->joined = true;
	if (half.len < most && ends_string(text, len))
		walk->after = half;
	else if (slice_character((struct slice){ half.bytes, half.len }, 0) == most)
		buf_add(walk->out, half.bytes, most);
	else
		buf_puts(walk->out, "\xEF\xBF\xBD");
	return len;
}

static size_t join(struct walk *walk, struct slice text)
{
	const struct half *half = walk->before;

	if (half->len == 0)
		return 0;
	if (half->bytes[0] != '\\')
		return join_bytes(walk, text);
	if (!is_low(text))
		return 0;
	walk->joined = true;
	buf_add(walk->out, half->bytes, half->len);
	buf_add(walk->out, text.data, 6);
	return 6;
}

/* ---- the text ---- */

static void mend_text(struct walk *walk, struct slice text)
{
	bool string = false;

	for (size_t at = 0; at < text.len;) {
		if (string && text.data[at] != '"') {
			at += character(walk, rest_of(text, at));
			continue;
		}
		string = text.data[at] == '"' && !string;
		buf_add(walk->out, text.data + at++, 1);
		if (string)
			at += join(walk, rest_of(text, at));
	}
}

bool mend_parse(struct mend *mend, struct slice text, struct json_object **out,
	struct js_error *error)
{
	struct buf mended = { 0 };
	struct walk walk = { .before = &mend->half, .out = &mended };
	struct js_error unused;
	bool fine;

	/* A surrogate may be half a pair. */
	if (mend->half.len == 0 && !memmem(text.data, text.len, "\\ud", 3) &&
		!memmem(text.data, text.len, "\\uD", 3) &&
		js_parse(text.data, text.len, out, error))
		return true;
	mend_text(&walk, text);
	if (walk.joined || walk.after.len)
		mend->half = walk.after;
	fine = js_parse(buf_text(&mended), mended.len, out, &unused) ||
		js_parse(text.data, text.len, out, error);
	buf_free(&mended);
	return fine;
}
