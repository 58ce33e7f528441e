/*
 * The assistant's thinking on its way back to the upstream that sent it. State of any other origin
 * is not sent. doc/request.md §5.3, §5.4.
 */
#ifndef REASONING_H
#define REASONING_H

#include "../carry.h"
#include "../turn.h"

struct json_object;
struct open_call;

/* Of one turn, while it is collected. */
struct reasoning {
	char origin[ORIGIN_SIZE];
	struct buf plain;		/* the text of every thinking block */
	struct buf text;		/* of those that this upstream sent in a field of its own */
	const char *field;		/* the name of it; NULL: there was none */
	struct json_object *states;	/* of their capsules, in order */
	struct json_object *items;	/* blobs with an id, of all turns so far, by their text */
};

void reasoning_init(struct reasoning *reasoning, const struct turn *turn);

/* A thinking or redacted_thinking block. False: it carries nothing for this upstream. */
bool reasoning_add(struct reasoning *reasoning, struct json_object *block);

/*
 * Adds what was collected to the turn's message, which holds its content and the tool_calls for
 * these calls. If upstream needs state that was lost, a substitute is added, and noted.
 */
void reasoning_give(struct reasoning *reasoning, struct json_object *message,
	const struct open_call *calls, const struct turn *turn);

/* Forgets it: the turn is over, with a message or without. */
void reasoning_clear(struct reasoning *reasoning);
void reasoning_free(struct reasoning *reasoning);

#endif
