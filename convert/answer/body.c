#include "body.h"

#include "../js.h"

#include <string.h>

static const char bom[] = "\xEF\xBB\xBF";

static const char *const event_starts[] = { "data:", "event:", "id:", "retry:", "error:", ":" };

/* ---- events ---- */

/* An error may be any JSON, or plain text. */
static bool refused(const struct body *body, struct slice payload, struct failure *why)
{
	struct json_object *holder = NULL;
	struct js_error error;
	bool fine;

	if (!js_parse(payload.data, payload.len, &holder, &error) ||
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
	if (!mend_parse(&body->mend, payload, &chunk, &reason)) {
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

	if (!mend_parse(&body->mend, text, &completion, &reason))
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
