/*
 * The reasoning_details of one answer: finds out what is new in each delta. A stream sends a detail
 * in fragments. Some upstreams send it whole once more later, with the tool call or at the end;
 * others begin each fragment with the text of all fragments before it. If these were joined, the
 * text would be shown twice, and its signature would not match: strict upstreams refuse that.
 * doc/answer.md §2.4.
 */
#ifndef DETAILS_H
#define DETAILS_H

#include "../buf.h"

struct json_object;

/* A fragment shorter than this may repeat what was said before: "ha", "haha". */
#define DETAIL_SHORT 4

/* Real answers have a few details. More than this are not compared with each other. */
#define DETAILS_COMPARED 256

/* Zero-initialised, nothing has come yet. */
struct details {
	struct known_detail *last;	/* the newest; each knows the one before it */
	size_t count;
	size_t size;			/* bytes of their texts */
};

/*
 * Returns the elements of list that bring something new, each with only the new part of its text,
 * in an array that the caller frees; NULL if all of list is new. whole: list belongs to a whole
 * answer, whose details are complete. others: how many blocks other than thinking have come so
 * far. After another of them a short repetition is recognised too.
 */
struct json_object *details_news(struct details *details, struct json_object *list, bool whole,
	size_t others);
void details_free(struct details *details);

#endif
