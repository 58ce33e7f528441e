/*
 * Matching upstream's sentences: all are brought to one spelling, and numbers are recognised by the
 * words beside them, never by their position.
 */
#ifndef WORDING_H
#define WORDING_H

#include "../buf.h"

#include <stdint.h>

/*
 * Adds the text in lower case, without quotes, backticks and apostrophes, white space joined to
 * single blanks. All words that are matched against it are written that way.
 */
void wording_normalise(struct slice text, struct buf *out);

/* Whether the text contains the words; a "*" between words matches anything. */
bool wording_fits(const char *text, const char *words);

/* Whether any of the words fits the text; whether the text is one of them, in any case. */
bool wording_has(const char *text, const char *const *words, size_t count);
bool wording_is(const char *text, const char *const *words, size_t count);

/* "context length is #": '#' is where the number stands; figure: its index among the results. */
struct neighbours {
	const char *words;
	unsigned figure;
};

/*
 * Finds the integers of a text, thousands separators allowed: each goes to the first row that
 * fits, and the first of a kind counts. figures is zeroed by the caller.
 */
void wording_figures(const char *text, const struct neighbours *rows, size_t count,
	int64_t *figures);

/*
 * Finds the integers of a text that stand alone, no part of a name, and are at least that large:
 * the first ones go to numbers, at most so many. Returns how many those are.
 */
size_t wording_numbers(const char *text, int64_t least, int64_t *numbers, size_t most);

#endif
