/*
 * One refusal → one edit of the chat request, to be tried once more: the table of upstreams' own
 * words. doc/answer.md §3.8.
 */
#ifndef HEAL_H
#define HEAL_H

#include "../request/edit.h"
#include "refusal.h"

/* The most edits per request, all of them different. */
#define HEAL_MOST 3

/* The edits that were made for one request so far. Zero-initialised, it contains none. */
struct healing {
	struct edit edits[HEAL_MOST];
	size_t count;
};

enum heal {
	HEAL_NONE,	/* no edit would help: the client gets the refusal */
	HEAL_EDITED,	/* chat was edited; post it again */
	HEAL_EMPTY,	/* all tokens went into thinking: the answer is empty */
};

/* Edits chat if the refusal has a row in the table and the edit has not been made before. */
enum heal heal(const struct refusal_reading *reading, struct json_object *chat,
	const struct turn *turn, struct healing *healing, struct notes *notes);

#endif
