/*
 * Small helpers on borrowed text, for the parsers of net/.
 */
#ifndef TEXT_H
#define TEXT_H

#include "../convert/buf.h"

#include <stdint.h>

/* A blank or a tab: all the white space that HTTP and our file have inside a line. */
bool text_is_blank(char c);

/* Without the blanks and tabs around it; a line break there is no blank of HTTP's, and stays. */
struct slice text_trim(struct slice text);

/* Whether it is that word, in any case. */
bool text_is(struct slice text, const char *word);

/* RFC 9110 §5.6.2: a method or the name of a field. Never empty. */
bool text_is_token(struct slice text);

/* Control characters other than a tab. */
bool text_has_control(struct slice text);

/*
 * Digits of base 10 or 16 and nothing else, at least one. A number that does not fit becomes
 * UINT64_MAX: it is over any limit that a caller has.
 */
bool text_number(struct slice text, unsigned base, uint64_t *number);

#endif
