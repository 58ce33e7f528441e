/*
 * Events → one Message, for a client that did not ask for a stream. doc/answer.md §1.2 to §1.4.
 */
#ifndef FOLD_H
#define FOLD_H

#include "event.h"

struct json_object;

/* Zero-initialised, it is empty. */
struct fold {
	struct json_object *message;
	struct json_object *block;	/* the open one, inside message */
	struct buf text, signature;
	bool complete;			/* message_stop was seen */
};

void fold_event(struct fold *fold, const struct event *event);

/* The Message, still owned by fold; NULL before message_stop. */
struct json_object *fold_message(struct fold *fold);
void fold_free(struct fold *fold);

#endif
