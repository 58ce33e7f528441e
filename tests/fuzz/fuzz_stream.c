/*
 * Whatever upstream sends: the events keep the grammar of a Messages stream, an answer that ended
 * well has its message_stop, and any cut of the bytes gives the same events.
 */
#include "fuzz.h"

#include "../../convert/answer/body.h"
#include "../../convert/js.h"
#include "../laws.h"

#include <string.h>

struct outcome {
	struct grammar grammar;
	struct buf events;	/* deltas of one block joined: cuts may only change their number */
	bool fine;
};

static void on_event(void *to, const struct event *event)
{
	struct outcome *outcome = to;
	const char *broken = law_event(&outcome->grammar, event);

	if (broken)
		broken_law(broken);
	if (event->kind < TEXT_DELTA || event->kind > INPUT_JSON_DELTA)
		event_text(event, &outcome->events);
	else if (event->text.len)
		buf_add(&outcome->events, event->text.data, event->text.len);
}

static void feed(const char *bytes, size_t len, size_t piece, enum api api,
	struct outcome *outcome)
{
	struct settings settings = fuzz_settings("openai");
	struct turn turn = { .settings = &settings, .model = must_strdup("asked"),
		.upstream_model = must_strdup("model"), .stream = true, .emit_thinking = true };
	struct notes notes = { 0 };
	struct failure why;
	struct body body;

	turn.dialect = settings.family->dialect;
	turn.dialect.api = api;
	turn.notes = &notes;
	body = (struct body){ .stream = stream_new(&turn, on_event, outcome),
		.notes = &notes };
	outcome->fine = true;
	for (size_t at = 0; outcome->fine && at < len; at += piece)
		outcome->fine = body_feed(&body, bytes + at, len - at < piece ? len - at : piece, &why);
	outcome->fine = outcome->fine && body_finish(&body, &why);
	if (outcome->fine != outcome->grammar.stopped)
		broken_law("message_stop and the end of the answer disagree");
	if (!outcome->fine && !why.message[0])
		broken_law("a failure without a message");
	body_free(&body);
	stream_free(body.stream);
	turn_free(&turn);
}

static void feed_in_pieces(const char *bytes, size_t size, enum api api)
{
	static const size_t pieces[] = { 1, 2, 7, 64 };
	struct outcome whole = { 0 };

	feed(bytes, size, size ? size : 1, api, &whole);
	for (size_t i = 0; i < sizeof(pieces) / sizeof(pieces[0]); i++) {
		struct outcome cut = { 0 };

		if (!fuzz_tries((const uint8_t *)bytes, size, i, sizeof(pieces) / sizeof(pieces[0])))
			continue;
		feed(bytes, size, pieces[i], api, &cut);
		if (cut.fine != whole.fine || cut.events.len != whole.events.len ||
				(cut.events.len &&
				memcmp(cut.events.data, whole.events.data, cut.events.len)))
			broken_law("another cut gives other events");
		buf_free(&cut.events);
	}
	buf_free(&whole.events);
}

int fuzz_stream(const uint8_t *data, size_t size)
{
	feed_in_pieces((const char *)data, size, API_CHAT);
	feed_in_pieces((const char *)data, size, API_RESPONSES);
	return 0;
}
