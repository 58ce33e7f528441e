/*
 * The reasoning_details of one answer: what is new in the next ones. A stream sends each detail in
 * fragments. Some upstreams send it whole once more afterwards, with the tool call or at the end;
 * others begin each fragment with all that came before it. A text that was joined from those would
 * be shown twice, and no longer be the one that was signed: strict upstreams refuse it then.
 */
#ifndef DETAILS_H
#define DETAILS_H

#include "../buf.h"

struct json_object;

/* Shorter texts may well be meant twice: "ha", "haha". */
#define DETAIL_SHORT 4

/* Real answers have a few details; more than this are not compared with each other. */
#define DETAILS_COMPARED 256

/* Zero-initialised nothing has come yet. */
struct details {
	struct known_detail *last;	/* the newest; each knows the one before it */
	size_t count;
	size_t size;			/* bytes of their texts */
};

/*
 * The elements of reasoning_details that bring something new, each with the new part of its text
 * alone: an array that the caller frees. NULL: all of it is new.
 * whole: it is of a whole answer, whose details come in one piece. others: how many things that are
 * no thinking have come so far; behind one more of them a repetition is likely.
 */
struct json_object *details_news(struct details *details, struct json_object *list, bool whole,
	size_t others);
void details_free(struct details *details);

#endif
