/*
 * The reasoning that an upstream needs back, gathered while it arrives; in the end it becomes a
 * capsule (carry.h). doc/answer.md §2.4, doc/request.md §5.1.
 */
#ifndef STATE_H
#define STATE_H

#include "../buf.h"

struct json_object;

/* Zero-initialised, there is none. */
struct state {
	const char *field;	/* in which the text came and goes back; NULL: in none */
	struct json_object *object;	/* the capsule's lists so far */
	struct json_object *growing;	/* the element of a list whose text still grows */
	const char *growing_key;	/* the key of that text */
	struct buf text;	/* that text */
	size_t size;		/* bytes of all fragments */
};

/*
 * Adds an element of reasoning_details, or a thinking part (Mistral). In a stream these come in
 * fragments, which are joined: upstreams refuse fragments. whole: it is no fragment.
 */
void state_add_detail(struct state *state, struct json_object *detail, bool whole);
void state_add_part(struct state *state, struct json_object *part, bool whole);

/*
 * Sets the reasoning item of the Responses API, as the capsule holds it. The state owns it from
 * then on.
 */
void state_set_item(struct state *state, struct json_object *item);

/* True if nothing needs to go back: blanks alone do not. */
bool state_is_empty(struct state *state);

/* Adds the capsule. omitted: the text, if the block does not show it. */
void state_to_capsule(struct state *state, struct slice omitted, const char *origin,
	struct buf *out);
void state_free(struct state *state);

#endif
