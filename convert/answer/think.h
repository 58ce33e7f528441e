/*
 * <think>…</think> (also <thought>…</thought>) at the opening of a text, cut anywhere.
 * doc/answer.md §1.3.
 */
#ifndef THINK_H
#define THINK_H

#include "../buf.h"
#include "../failure.h"

/* Zero-initialised, except for the callbacks and to, which the caller sets. */
struct think {
	/* Both take a text that is not empty. If one returns false, the feed stops and fails. */
	bool (*thinking)(void *to, const char *text, size_t len, struct failure *why);
	bool (*text)(void *to, const char *text, size_t len, struct failure *why);
	void *to;
	bool whole;		/* all text comes in one piece */
	enum { THINK_OPENING, THINK_INSIDE, THINK_CLOSED, THINK_TEXT } state;
	const char *end_tag;	/* inside: the tag that ends it */
	struct buf held;	/* bytes that may still become a tag */
};

/*
 * If think->whole is set, an end tag without an opening one splits the text too: some templates
 * swallow the opening tag. A stream cannot do that, because the text before it has been sent.
 */
bool think_feed(struct think *think, const char *text, size_t len, struct failure *why);

/* Ends the opening: releases the bytes that were held. All that follows is text. */
bool think_end(struct think *think, struct failure *why);
void think_free(struct think *think);

#endif
