/*
 * The user's turn while it is collected: answers to the calls of the assistant's turn before, then
 * what the user says. A result is matched only against these calls, never against the whole
 * history: providers reuse ids. doc/request.md §2.1, §2.3.
 */
#ifndef USER_H
#define USER_H

#include "../carry.h"
#include "../turn.h"

struct json_object;

/* A call that waits for its result. */
struct open_call {
	struct json_object *tool_use;	/* of the request: borrowed */
	size_t nth;			/* of its id in this turn, from 1 */
	char *upstream_id;
	struct open_call *next;
};

struct open_calls {
	struct open_call *first, *last;
	char origin[ORIGIN_SIZE];	/* of the state in their ids */
	struct json_object *numbers;	/* id → how many calls have it */
	struct json_object *given;	/* the same of the ids that upstream gave */
	struct json_object *upstream;	/* the ids that go upstream → true */
	struct json_object *results;	/* id → array of the results that came for it */
};

struct user_turn {
	struct open_calls calls;
	struct json_object *parts;	/* what the user says, in the order in which it came */
	struct json_object *systems;	/* texts of system messages that stay such */
};

void user_init(struct user_turn *user);
void user_free(struct user_turn *user);

/*
 * Adds a call and returns the id it has upstream: the one that upstream gave it, where the client's
 * carries that. Of equal ids in one turn the second gets "r2" and so on: some servers send empty
 * or equal ones.
 */
const char *user_add_call(struct user_turn *user, struct json_object *tool_use,
	const struct turn *turn);

/* Keeps a result for the next open call of its id. Without one it becomes a text of the user. */
void user_add_result(struct user_turn *user, struct json_object *tool_result,
	const struct turn *turn);

/*
 * Appends the turn's chat messages, none if it is empty, and begins a new one. First comes one tool
 * message for every call, in the order of the calls; a call without result is answered too: an
 * open one is a 400 in every later turn. What no tool message can carry, pictures and files, stands
 * in the user's message, each behind a text that names its tool.
 */
void user_close(struct user_turn *user, struct json_object *chat_messages, const struct turn *turn);

#endif
