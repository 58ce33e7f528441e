/*
 * The user's turn while it is collected: answers to the calls of the assistant's turn before, then
 * what the user says. doc/request.md §2.1, rule 3.
 */
#ifndef USER_H
#define USER_H

#include "results.h"

struct user_turn {
	struct calls calls;
	struct json_object *parts;	/* in the order in which they came */
	struct json_object *systems;	/* texts of system messages that stay such */
};

void user_init(struct user_turn *user);
void user_free(struct user_turn *user);

/* block, where there is one, may carry the client's cache_control mark. */
void user_add_text(struct user_turn *user, struct slice text, struct json_object *block,
	const struct turn *turn);

/* Pairs it with its call, else tells it as text. */
void user_add_result(struct user_turn *user, struct json_object *tool_result,
	const struct turn *turn, struct notes *notes);

/* A system message as the user's words in <system-reminder> tags, or as itself. */
void user_add_reminder(struct user_turn *user, struct slice text, struct json_object *block,
	const struct turn *turn);
void user_add_system(struct user_turn *user, struct slice text);

/* Appends the turn's chat messages, none if it is empty, and begins a new one. */
void user_close(struct user_turn *user, struct json_object *chat_messages,
	const struct turn *turn, struct notes *notes);

#endif
