/*
 * Upstream's JSON, parsed though its strings are not quite right: servers cut them between the
 * bytes of a character, or between the two halves of a surrogate pair, and some write bytes that
 * are no UTF-8 or raw control characters. doc/answer.md §2.1.
 */
#ifndef MEND_H
#define MEND_H

#include "../js.h"

/* The beginning of a character with which a string ended; at most "\ud83d". */
struct half {
	char bytes[6];
	size_t len;
};

/* Zero-initialised; one for all events of an answer. */
struct mend {
	struct half half;	/* waits for the string that continues it */
};

/* js_parse(), with the strings mended: what cannot be a character becomes U+FFFD. */
bool mend_parse(struct mend *mend, struct slice text, struct json_object **out,
	struct js_error *error);

#endif
