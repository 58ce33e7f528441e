/*
 * Base64, standard and URL-safe. What the client sends in it is decoded only to look into pictures
 * and documents: upstream it travels byte for byte.
 */
#ifndef BASE64_H
#define BASE64_H

#include "buf.h"

enum base64 {
	BASE64_STANDARD,	/* with "+", "/" and padding */
	BASE64_URL,		/* with "-", "_" and no padding */
};

/*
 * Returns how many bytes were written: all of the text, or what comes before out is full, the
 * padding begins or a character is none of base64's. White space is passed over, and both
 * alphabets are understood.
 */
size_t base64_decode(const char *text, size_t len, unsigned char *out, size_t size);

/* Adds the bytes in that spelling. */
void base64_encode(enum base64 spelling, struct slice bytes, struct buf *out);

/* Adds the bytes of a text that is to the letter what base64_encode makes of them. */
bool base64_decode_exact(enum base64 spelling, struct slice text, struct buf *out);

#endif
