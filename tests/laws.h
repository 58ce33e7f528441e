/*
 * What must hold for everything that leaves the program, whatever came in. Each returns NULL, or
 * a sentence that says which law was broken.
 */
#ifndef LAWS_H
#define LAWS_H

#include "../convert/answer/event.h"

struct json_object;

/* The grammar of a Messages stream, event by event. Zero-initialised. */
struct grammar {
	bool started, open, told_reason, stopped;
	unsigned next_index;
	enum block_kind block;
	bool signed_off;	/* the open block had its signature_delta */
};
const char *law_event(struct grammar *grammar, const struct event *event);

/*
 * Chat Completions history: each assistant turn with calls is followed by exactly one tool message
 * a call, in the order of the calls; no tool message stands elsewhere; no content is empty.
 */
const char *law_history(struct json_object *messages);

#endif
