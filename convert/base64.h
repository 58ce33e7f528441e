/*
 * Base64, standard and URL-safe, of what travels in ids and capsules. Pictures and documents are
 * never decoded: they go upstream byte for byte.
 */
#ifndef BASE64_H
#define BASE64_H

#include "buf.h"

enum base64 {
	BASE64_STANDARD,	/* with "+", "/" and padding */
	BASE64_URL,		/* with "-", "_" and no padding */
};

/*
 * Decodes either spelling, up to the first character that is of neither. Returns how many bytes
 * were written; out has room for three in place of every four characters that begin.
 */
size_t base64_decode(struct slice text, char *out);

/* Adds the bytes in that spelling. */
void base64_encode(enum base64 spelling, struct slice bytes, struct buf *out);

/* Adds the bytes of a text that is to the letter what base64_encode makes of them. */
bool base64_decode_exact(enum base64 spelling, struct slice text, struct buf *out);

#endif
