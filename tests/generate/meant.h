/*
 * What a random answer means, before any server has spelled it: the Message that a client must
 * get, however the wire looks.
 */
#ifndef MEANT_H
#define MEANT_H

#include "../../convert/turn.h"

#include <stdint.h>

struct json_object;

#define CALLS_MAX 4

/* The call's arguments. */
enum given {
	GIVEN_OBJECT,	/* with members */
	GIVEN_NOTHING,	/* {}, in any spelling */
	GIVEN_RAW,	/* no object: another value, or no JSON */
	GIVEN_CUT,	/* the model ran out of tokens inside */
};

struct meant_call {
	const char *name;	/* as the client knows it */
	char id[40];
	enum given given;
	struct buf arguments;
};

struct meant {
	struct buf thinking, text;
	struct meant_call calls[CALLS_MAX];
	size_t call_count;
	bool same_ids;			/* all calls have the first one's id */
	bool calls_differ;		/* no two have name and arguments in common */
	const char *stop_reason;	/* the client's */
	const char *stop_sequence;	/* or NULL */
	bool has_usage;
	int64_t prompt, cached, written, completion, reasoning;
};

/* Draws an answer to a request with these tools and stop sequences. */
void meant_draw(struct meant *meant, const struct turn *turn);

/* Whether there is anything but blanks in it. */
bool meant_visible(const struct buf *text);

/* Its Message, but for what is made here: ids are "". The caller frees it. */
struct json_object *meant_message(const struct meant *meant, const struct turn *turn);

void meant_free(struct meant *meant);

#endif
