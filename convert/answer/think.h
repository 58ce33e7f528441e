/*
 * <think>…</think> (also <thought>…</thought>) at the opening of a text, cut anywhere.
 * doc/answer.md §1.3.
 */
#ifndef THINK_H
#define THINK_H

#include "../buf.h"
#include "../failure.h"

/* Zero-initialised with the two callbacks set. */
struct think {
	/* Never empty. False stops the feed, which returns false. */
	bool (*thinking)(void *to, const char *text, size_t len, struct failure *why);
	bool (*text)(void *to, const char *text, size_t len, struct failure *why);
	void *to;
	bool whole;		/* all text comes in one piece */
	enum { THINK_OPENING, THINK_INSIDE, THINK_CLOSED, THINK_TEXT } state;
	const char *end_tag;	/* inside: the one that is waited for */
	struct buf held;	/* what may still become a tag */
};

/*
 * whole: an end tag without an opening one, which the chat template ate, splits the text too. A
 * stream cannot do that: the text before it has been sent.
 */
bool think_feed(struct think *think, const char *text, size_t len, struct failure *why);

/* The end of the opening: what was held comes out, and all that follows is text. */
bool think_end(struct think *think, struct failure *why);
void think_free(struct think *think);

#endif
