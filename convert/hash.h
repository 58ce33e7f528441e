/*
 * FNV-1a 64 over bytes, as text: for names, ids and origins. Stable over versions and machines;
 * nothing secret depends on it.
 */
#ifndef HASH_H
#define HASH_H

#include <stddef.h>

/*
 * Writes digits hex digits of bytes and a NUL: at most 16 come from one round, further rounds go
 * on over the same bytes and all that was written so far.
 */
void hash_hex(const void *bytes, size_t len, char *out, size_t digits);

/* The same in base 62 (0-9A-Za-z), at most 10 digits a round. */
void hash_base62(const void *bytes, size_t len, char *out, size_t digits);

#endif
