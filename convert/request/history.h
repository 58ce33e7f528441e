/*
 * messages[] and system → chat messages[]: turns merged, results behind their calls, always an
 * order that Chat Completions servers take. doc/request.md §1 "system", §1.2, §2, §5.3, §5.4.
 */
#ifndef HISTORY_H
#define HISTORY_H

#include "../carry.h"
#include "../turn.h"

struct json_object;

/* What the two say where a server's order of turns wants a word of theirs. */
#define ASSISTANT_BRIDGE "Done."
#define USER_BRIDGE "(continued)"

/*
 * Appends to chat_messages, which already holds the leading system message, if there is one.
 * Fills turn->taken.
 */
void history_add(struct json_object *chat_messages, struct json_object *messages,
	struct turn *turn);

/* ---- system.c ---- */

/*
 * Appends the leading system message, if there is anything to say: the request's system, the
 * system messages that belong to it, and last the lines of our own (an array of strings).
 */
void system_add(struct json_object *chat_messages, struct json_object *body,
	struct json_object *own_lines, const struct turn *turn);

/* Where system messages inside the conversation go; never SYSTEM_AUTO. */
enum system_messages system_policy(const struct turn *turn);

/*
 * How many messages stand before the first turn: system messages that count as leading. 0 when
 * there is no turn at all, since somebody must have said something.
 */
size_t system_leading(struct json_object *messages);

/* Behind the last message of the user; 0: there is none. */
size_t system_users_end(struct json_object *messages);

/*
 * Writes the text of a system message to out, which is empty. False: it has none, or it was to be
 * cleared at the next user message, and one follows.
 */
bool system_text(struct json_object *message, bool user_follows, const struct turn *turn,
	struct buf *out);

/* The block of a message that carries the mark, or NULL: the last one. */
struct json_object *system_marked(struct json_object *message);

/* ---- user.c ---- */

/*
 * The user's turn while it is collected: answers to the calls of the assistant's turn before, then
 * what the user says. A result is matched only against these calls, never against the whole
 * history: providers reuse ids.
 */

/* Calls that wait for their results. */
struct open_calls {
	struct json_object *tool_uses;	/* array of the client's blocks; NULL: none waits */
	struct json_object *ids;	/* array of the ids that they have upstream */
	char origin[ORIGIN_SIZE];	/* of the state in the client's ids */
	struct json_object *numbers;	/* id → how many calls have it */
	struct json_object *given;	/* the same of the ids that upstream gave */
	struct json_object *taken;	/* the ids upstream → true */
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
 * open one is a 400 in every later turn. What no tool message of chat can carry, pictures and
 * files, stands in the user's message, each behind a text that names its tool.
 */
void user_close(struct user_turn *user, struct json_object *chat_messages, const struct turn *turn);

/* ---- reasoning.c ---- */

/*
 * The assistant's thinking on its way back to the upstream that sent it; state of any other origin
 * is not sent. Of one turn, while it is collected.
 */
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
 * these blocks. For Responses (responses/body.h) these are reasoning_items, whole items, and the
 * phase of what the message says. If upstream needs state that was lost, a substitute is added,
 * and noted.
 */
void reasoning_give(struct reasoning *reasoning, struct json_object *message,
	struct json_object *tool_uses, const struct turn *turn);

/* Forgets it: the turn is over, with a message or without. */
void reasoning_clear(struct reasoning *reasoning);
void reasoning_free(struct reasoning *reasoning);

#endif
