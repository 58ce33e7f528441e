/*
 * The reasoning that an upstream needs back, gathered while it arrives; in the end it becomes a
 * capsule (carry.h). doc/answer.md §2.4, doc/request.md §5.1.
 */
#ifndef STATE_H
#define STATE_H

#include "../buf.h"

struct json_object;

/* Zero-initialised there is none. */
struct state {
	const char *field;	/* in which the text came; NULL: none that would take it back */
	struct json_object *object;	/* the capsule's lists so far */
	struct json_object *growing;	/* the one whose text still grows, inside object */
	const char *growing_key;
	struct buf text;	/* of it */
	size_t size;		/* of all fragments */
};

/*
 * An element of reasoning_details, or a thinking part of Mistral's. In a stream they come in
 * fragments, which become one again: sent back as they came they are refused. whole: it is none.
 */
void state_add_detail(struct state *state, struct json_object *detail, bool whole);
void state_add_part(struct state *state, struct json_object *part, bool whole);

/* There is nothing to bring back: blanks alone are nothing. */
bool state_is_empty(struct state *state);

/* Adds the capsule; omitted is the text where the block does not show it. */
void state_to_capsule(struct state *state, struct slice omitted, const char *origin,
	struct buf *out);
void state_free(struct state *state);

#endif
