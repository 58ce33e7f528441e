/*
 * System texts: the leading system message, and the system messages inside the conversation.
 * doc/request.md §1 "system", §1.2.
 */
#ifndef SYSTEM_H
#define SYSTEM_H

#include "../turn.h"

struct json_object;

/*
 * Appends the leading system message, if there is anything to say: the request's system, the
 * system messages that belong to it, and last the lines of our own (an array of strings).
 */
void system_add(struct json_object *chat_messages, struct json_object *body,
	struct json_object *own_lines, const struct turn *turn);

/*
 * How many messages stand before the first turn: system messages that count as leading. 0 when
 * there is no turn at all, since somebody must have said something.
 */
size_t system_leading(struct json_object *messages);

/* Behind the last message of the user; 0: there is none. */
size_t system_users_end(struct json_object *messages);

/*
 * Adds the text of a system message. False: it has none, or it was to be cleared at the next user
 * message, and one follows.
 */
bool system_text(struct json_object *message, bool user_follows, const struct turn *turn,
	struct buf *out);

/* The block of a message that carries the mark, or NULL: the last one. */
struct json_object *system_marked(struct json_object *message);

#endif
