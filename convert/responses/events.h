/*
 * Events of the Responses API, and whole responses → text, reasoning and calls, into the same queue
 * of blocks as chunks. Items are known by output_index; what came in deltas is not taken again from
 * the events that end a part, an item or the response, and what did not come is taken from the
 * first of these that has it. doc/responses.md §4, §5.
 */
#ifndef RESPONSES_EVENTS_H
#define RESPONSES_EVENTS_H

#include "../answer/call.h"
#include "../answer/queue.h"
#include "../answer/speech.h"

struct json_object;

/* Zero-initialised, except for what is borrowed, which the caller sets. */
struct events {
	const struct turn *turn;	/* borrowed, like the next three */
	struct speech *speech;
	struct tool_calls *calls;
	struct queue *queue;
	struct item *last;		/* each knows the one before it */
	size_t count, counts[3];	/* of all items, and by their kind */
	struct json_object *held;	/* reasoning without a text: waits for what it led to */
	bool refused, called;
	enum finish finish;	/* how the response ended, as far as events have come */
};

/*
 * The object that holds the error which an event, or a whole response, reports; NULL: it reports
 * none. Two shapes of an "error" event exist: flat, as documented, and nested, as it is sent.
 */
struct json_object *events_error(struct json_object *event, bool whole);

/* Takes one event, or a whole response (whole). Unknown ones are ignored, with a note. */
bool events_take(struct events *events, struct json_object *event, bool whole,
	struct failure *why);

void events_free(struct events *events);

#endif
