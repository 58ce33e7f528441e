#include "body.h"

#include "../js.h"

#include <string.h>

static const char bom[] = "\xEF\xBB\xBF";

static const char *const event_starts[] = { "data:", "event:", "id:", "retry:", "error:", ":" };

/* ---- JSON whose strings are not quite right ---- */

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

/* A surrogate may be half a pair. */
static bool may_hold_surrogates(struct slice text)
{
	const char *escape = text.len ? memchr(text.data, '\\', text.len) : NULL;
	size_t len = escape ? text.len - (size_t)(escape - text.data) : 0;

	return len && (memmem(escape, len, "\\ud", 3) || memmem(escape, len, "\\uD", 3));
}

/* js_parse(), with the strings mended: what cannot be a character becomes U+FFFD. */
static bool parse(struct body *body, struct slice text, struct json_object **out,
	struct js_error *error)
{
	struct buf mended = { 0 };
	struct walk walk = { .before = &body->half, .out = &mended };
	bool fine;

	if (body->half.len == 0 && !may_hold_surrogates(text) &&
		js_parse(text.data, text.len, out, error))
		return true;
	mend_text(&walk, text);
	if (walk.joined || walk.after.len)
		body->half = walk.after;
	fine = js_parse(buf_text(&mended), mended.len, out, NULL) ||
		js_parse(text.data, text.len, out, error);
	buf_free(&mended);
	return fine;
}

/* ---- events ---- */

/* An error may be any JSON, or plain text. */
static bool refused(const struct body *body, struct slice payload, struct failure *why)
{
	struct json_object *holder = NULL;
	bool fine;

	if (!js_parse(payload.data, payload.len, &holder, NULL) ||
		!(js_is_object(holder) || js_is_array(holder))) {
		js_free(holder);
		holder = js_new_object();
		js_add_slice(holder, "error", payload);
	}
	fine = stream_refuse(body->stream, holder, why);
	js_free(holder);
	return fine;
}

static bool on_payload(void *to, const char *text, size_t len, bool error, struct failure *why)
{
	struct body *body = to;
	struct slice payload = slice_trim((struct slice){ text, len });
	struct json_object *chunk = NULL;
	struct js_error reason;
	bool fine;

	/* Some gateways go on with what an earlier request left behind. */
	if (stream_is_done(body->stream)) {
		if (!slice_equals(payload, "[DONE]"))
			note_changed(body->notes, "dropped:after_done");
		return true;
	}
	if (error)
		return refused(body, payload, why);
	if (slice_equals(payload, "[DONE]")) {
		stream_done(body->stream);
		return true;
	}
	if (!slice_starts(payload, "{") && !slice_starts(payload, "[")) {
		note_changed(body->notes, "dropped:no_json");
		return true;
	}
	if (!parse(body, payload, &chunk, &reason)) {
		/* The last event may have been cut: whether that matters, the stream knows. */
		return body->ended || failed_as(why, 502, API_ERROR,
			"upstream sent an event of broken JSON: %s", reason.text);
	}
	fine = stream_chunk(body->stream, chunk, false, why);
	js_free(chunk);
	return fine;
}

/* ---- one JSON text ---- */

static bool end_json(struct body *body, struct failure *why)
{
	struct json_object *completion = NULL;
	struct js_error reason;
	struct slice text = slice_without_bom(buf_slice(&body->whole));
	bool fine;

	if (!parse(body, text, &completion, &reason))
		return failed_as(why, 502, API_ERROR, "upstream's answer is broken JSON: %s",
			reason.text);
	fine = stream_chunk(body->stream, completion, true, why) &&
		stream_end(body->stream, why);
	js_free(completion);
	return fine;
}

/* ---- which of the two? ---- */

/* Unknown while these bytes may still become anything. */
static int kind_of(struct slice text)
{
	if (text.len < strlen(bom) && !memcmp(text.data, bom, text.len))
		return BODY_UNKNOWN;
	text = slice_trim(slice_without_bom(text));
	if (text.len == 0)
		return BODY_UNKNOWN;
	if (*text.data == '{' || *text.data == '[')
		return BODY_JSON;
	for (size_t i = 0; i < COUNT(event_starts); i++) {
		const char *start = event_starts[i];

		if (slice_starts(text, start))
			return BODY_EVENTS;
		if (text.len < strlen(start) && !memcmp(text.data, start, text.len))
			return BODY_UNKNOWN;
	}
	return BODY_OTHER;
}

bool body_feed(struct body *body, const char *bytes, size_t len, struct failure *why)
{
	if (body->kind == BODY_EVENTS)
		return sse_feed(&body->sse, bytes, len, why);
	if (body->kind == BODY_OTHER)
		return true;
	/* Empty lines while the model thinks (DeepSeek): there may be any number of them. */
	if (body->whole.len == 0)
		while (len > 0 && slice_is_blank((struct slice){ bytes, 1 })) {
			bytes++;
			len--;
		}
	if (len == 0)
		return true;
	body->whole.limit = BODY_WHOLE_LIMIT;
	if (!buf_add(&body->whole, bytes, len))
		return failed_as(why, 502, API_ERROR, "upstream's answer has more than %u MB",
			BODY_WHOLE_LIMIT >> 20);
	if (body->kind == BODY_UNKNOWN)
		body->kind = kind_of(buf_slice(&body->whole));
	if (body->kind != BODY_EVENTS)
		return true;
	body->sse.payload = on_payload;
	body->sse.to = body;
	return sse_feed(&body->sse, body->whole.data, body->whole.len, why);
}

bool body_finish(struct body *body, struct failure *why)
{
	body->ended = true;
	if (body->kind == BODY_EVENTS)
		return sse_finish(&body->sse, why) && stream_end(body->stream, why);
	if (body->kind == BODY_JSON)
		return end_json(body, why);
	if (slice_is_blank(buf_slice(&body->whole)))
		return stream_end(body->stream, why);
	failed_as(why, 502, API_ERROR,
		"upstream's answer is neither JSON nor a stream of events");
	failure_hint(why, "is OPENAI_BASE_URL right (missing or doubled /v1)?");
	return false;
}

void body_free(struct body *body)
{
	sse_free(&body->sse);
	buf_free(&body->whole);
}
