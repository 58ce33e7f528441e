/*
 * Base64 → bytes, for looking into pictures and documents. What goes upstream is never decoded:
 * it travels byte for byte.
 */
#ifndef BASE64_H
#define BASE64_H

#include <stddef.h>

/*
 * Returns how many bytes were written: all of the text, or what comes before out is full, the
 * padding begins or a character is none of base64's. White space is passed over, and the
 * URL-safe alphabet is understood too.
 */
size_t base64_decode(const char *text, size_t len, unsigned char *out, size_t size);

#endif
