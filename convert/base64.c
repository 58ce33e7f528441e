#include "base64.h"

#include <stdlib.h>

static int value_of(char c)
{
	if (c >= 'A' && c <= 'Z')
		return c - 'A';
	if (c >= 'a' && c <= 'z')
		return c - 'a' + 26;
	if (c >= '0' && c <= '9')
		return c - '0' + 52;
	if (c == '+' || c == '-')
		return 62;
	return c == '/' || c == '_' ? 63 : -1;
}

size_t base64_decode(struct slice text, char *out)
{
	size_t written = 0;
	unsigned bits = 0, held = 0;	/* the lowest `held` of `bits` wait for a whole byte */

	for (size_t i = 0; i < text.len && value_of(text.data[i]) >= 0; i++) {
		bits = (bits << 6 | (unsigned)value_of(text.data[i])) & 0xFFF;
		held += 6;
		if (held >= 8) {
			held -= 8;
			out[written++] = (char)(bits >> held);
		}
	}
	return written;
}

void base64_encode(enum base64 spelling, struct slice bytes, struct buf *out)
{
	static const char *const alphabets[] = {
		[BASE64_STANDARD] =
			"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/",
		[BASE64_URL] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_",
	};
	const char *alphabet = alphabets[spelling];

	for (size_t i = 0; i < bytes.len; i += 3) {
		size_t here = bytes.len - i < 3 ? bytes.len - i : 3;
		unsigned bits = 0;
		char group[4];

		for (size_t j = 0; j < 3; j++)
			bits = bits << 8 | (j < here ? (unsigned char)bytes.data[i + j] : 0);
		for (size_t j = 0; j < 4; j++)
			group[j] = j <= here ? alphabet[bits >> (18 - 6 * j) & 63] : '=';
		buf_add(out, group, spelling == BASE64_STANDARD ? 4 : here + 1);
	}
}

bool base64_decode_exact(enum base64 spelling, struct slice text, struct buf *out)
{
	char *bytes = must_alloc(text.len / 4 * 3 + 3);
	size_t len = base64_decode(text, bytes);
	struct buf again = { 0 };
	bool exact;

	base64_encode(spelling, (struct slice){ bytes, len }, &again);
	exact = slice_same(buf_slice(&again), text);
	if (exact)
		buf_add(out, bytes, len);
	buf_free(&again);
	free(bytes);
	return exact;
}
