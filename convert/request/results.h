/*
 * The calls of the latest assistant turn, and the results that came for them. A result is matched
 * only against these, never against the whole history: providers reuse ids.
 * doc/request.md §2.1, §2.3.
 */
#ifndef RESULTS_H
#define RESULTS_H

#include "../carry.h"
#include "../note.h"
#include "../turn.h"

struct json_object;

struct call {
	struct json_object *tool_use;	/* of the request: borrowed */
	size_t nth;			/* of its id in this turn, from 1 */
	char *upstream_id;
	struct call *next;
};

/* Zero-initialised there are none. */
struct calls {
	struct call *first, *last;
	char origin[ORIGIN_SIZE];	/* of the state in their ids */
	struct json_object *numbers;	/* id → how many calls have it */
	struct json_object *given;	/* the same of the ids that upstream gave */
	struct json_object *upstream;	/* the ids that go upstream → true */
	struct json_object *visibles;	/* the part of an id that always comes back → the id */
	struct json_object *results;	/* id → array of the results that came for it */
};

/*
 * Adds a call and returns the id it has upstream: the one that upstream gave it, where the client's
 * carries that. Of equal ids in one turn the second gets "r2" and so on: some servers send empty
 * or equal ones.
 */
const char *calls_add(struct calls *calls, struct json_object *tool_use, const struct turn *turn);

/*
 * Keeps a result for the next open call of its id, or else of the visible part of it, since some
 * clients cut ids. False: there is none.
 */
bool calls_answer(struct calls *calls, struct json_object *tool_result);

/*
 * Appends one tool message for every call, in the order of the calls, and forgets them. What no
 * tool message can carry, pictures and files, goes to media, each behind a text that names its
 * tool. A call without result is answered too: an open one is a 400 in every later turn.
 */
void calls_close(struct calls *calls, struct json_object *chat_messages,
	struct json_object *media, const struct turn *turn, struct notes *notes);

/* A result whose call is gone: a text part, and its media behind it. */
void orphan_add(struct json_object *parts, struct json_object *tool_result,
	const struct turn *turn, struct notes *notes);

void calls_free(struct calls *calls);

#endif
