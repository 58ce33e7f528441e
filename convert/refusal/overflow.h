/*
 * A request that is too large for the model: recognised by upstream's wording, with its figures,
 * and reported in the wording on which clients act: they compact, or lower max_tokens.
 * doc/answer.md §3.5, §3.6.
 */
#ifndef OVERFLOW_H
#define OVERFLOW_H

#include "../failure.h"
#include "../turn.h"
#include "error_body.h"

enum overflow_kind {
	OVERFLOW_NONE,
	OVERFLOW_CONTEXT,	/* input, or input and output together, pass the context window */
	OVERFLOW_OUTPUT,	/* max_tokens passes the model's cap */
};

/* Tokens; 0: unknown. */
struct overflow {
	enum overflow_kind kind;
	/* For OVERFLOW_CONTEXT. If upstream gives only one sum, it is the input. */
	int64_t window, input, output;
	int64_t cap;	/* for OVERFLOW_OUTPUT: the most max_tokens */
};

/* status is that of HTTP, or 200 for an error inside an answer. */
void overflow_read(const struct turn *turn, int status, const struct error_body *error,
	struct overflow *overflow);

/*
 * The max_tokens with which the same input fits the window; 0: the figures are not known, or what
 * is left is not worth a try.
 */
int64_t overflow_room(const struct overflow *overflow);

/*
 * Fills why with Anthropic's sentence for an overflow that is not OVERFLOW_NONE; text is upstream's
 * own sentence, which is used if it gave no figures.
 */
void overflow_to_failure(const struct turn *turn, const struct overflow *overflow,
	const char *text, struct failure *why);

#endif
