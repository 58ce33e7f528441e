#include "hash.h"

#include <stdint.h>

static uint64_t fnv1a(uint64_t hash, const void *bytes, size_t len)
{
	const unsigned char *p = bytes;

	for (size_t i = 0; i < len; i++) {
		hash ^= p[i];
		hash *= UINT64_C(0x100000001b3);
	}
	return hash;
}

/* Each round gives the first digits of a number of `width` digits in that base. */
static void write_digits(const void *bytes, size_t len, char *out, size_t digits, unsigned base,
	size_t width)
{
	static const char alphabet[] =
		"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
	static const char hex[] = "0123456789abcdef";
	const char *symbols = base == 16 ? hex : alphabet;

	for (size_t done = 0; done < digits;) {
		uint64_t hash = fnv1a(UINT64_C(0xcbf29ce484222325), bytes, len);
		char round[16] = { 0 };

		hash = fnv1a(hash, out, done);
		for (size_t i = width; i-- > 0; hash /= base)
			round[i] = symbols[hash % base];
		for (size_t i = 0; i < width && done < digits; i++)
			out[done++] = round[i];
	}
	out[digits] = '\0';
}

void hash_hex(const void *bytes, size_t len, char *out, size_t digits)
{
	write_digits(bytes, len, out, digits, 16, 16);
}

void hash_base62(const void *bytes, size_t len, char *out, size_t digits)
{
	write_digits(bytes, len, out, digits, 62, 10);
}
