#include "heard.h"

#include "../../convert/answer/body.h"
#include "chance.h"

#include <stdlib.h>
#include <string.h>

static void on_event(void *to, const struct event *event)
{
	struct heard *heard = to;
	const char *broken = law_event(&heard->grammar, event);

	if (!heard->broken)
		heard->broken = broken;
	if (!heard->broken)
		fold_event(&heard->fold, event);
}

/* Each read has bytes of its own, so that reading past them is seen. */
static bool feed(struct body *body, struct slice wire, struct failure *why)
{
	bool by_bytes = chance_one_in(8);

	for (size_t at = 0, take; at < wire.len; at += take) {
		char *bytes;
		bool fine;

		take = by_bytes ? 1 : 1 + chance_below(wire.len - at);
		bytes = memcpy(must_alloc(take), wire.data + at, take);
		fine = body_feed(body, bytes, take, why);
		free(bytes);
		if (!fine)
			return false;
	}
	return body_finish(body, why);
}

void hear(const struct turn *turn, struct slice wire, struct heard *heard)
{
	struct notes notes = { 0 };
	struct turn own = *turn;
	struct stream *stream = stream_new(&own, on_event, heard);
	struct body body = { .stream = stream, .notes = &notes };

	own.notes = &notes;
	*heard = (struct heard){ .fine = false };
	heard->fine = feed(&body, wire, &heard->why);
	body_free(&body);
	stream_free(stream);
}

void heard_free(struct heard *heard)
{
	fold_free(&heard->fold);
}
