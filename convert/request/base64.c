#include "base64.h"

static int value_of(unsigned char c)
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

size_t base64_decode(const char *text, size_t len, unsigned char *out, size_t size)
{
	size_t written = 0;
	unsigned bits = 0, held = 0;	/* the lowest `held` of `bits` wait for a whole byte */

	for (size_t i = 0; i < len && written < size; i++) {
		int value = value_of((unsigned char)text[i]);

		if (value < 0 && (text[i] == '\n' || text[i] == '\r' || text[i] == ' '))
			continue;
		if (value < 0)
			break;
		bits = (bits << 6 | (unsigned)value) & 0xFFF;
		held += 6;
		if (held >= 8) {
			held -= 8;
			out[written++] = (unsigned char)(bits >> held);
		}
	}
	return written;
}
