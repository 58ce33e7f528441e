#include "text.h"

#include <string.h>
#include <strings.h>

bool text_is_blank(char c)
{
	return c == ' ' || c == '\t';
}

struct slice text_trim(struct slice text)
{
	while (text.len > 0 && text_is_blank(text.data[text.len - 1]))
		text.len--;
	while (text.len > 0 && text_is_blank(text.data[0])) {
		text.data++;
		text.len--;
	}
	return text;
}

bool text_is(struct slice text, const char *word)
{
	return text.len == strlen(word) && !strncasecmp(text.data, word, text.len);
}

bool text_is_token(struct slice text)
{
	static const char chars[] = "!#$%&'*+-.^_`|~0123456789"
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

	for (size_t i = 0; i < text.len; i++)
		if (!memchr(chars, text.data[i], sizeof(chars) - 1))
			return false;
	return text.len > 0;
}

bool text_has_control(struct slice text)
{
	for (size_t i = 0; i < text.len; i++) {
		unsigned char c = (unsigned char)text.data[i];

		if ((c < ' ' && c != '\t') || c == 0x7F)
			return true;
	}
	return false;
}

static unsigned digit_of(char c)
{
	if (c >= '0' && c <= '9')
		return (unsigned)(c - '0');
	c = (char)(c | 0x20);
	return c >= 'a' && c <= 'f' ? (unsigned)(c - 'a') + 10 : 16;
}

bool text_number(struct slice text, unsigned base, uint64_t *number)
{
	uint64_t sum = 0;

	for (size_t i = 0; i < text.len; i++) {
		unsigned digit = digit_of(text.data[i]);

		if (digit >= base)
			return false;
		sum = sum > (UINT64_MAX - digit) / base ? UINT64_MAX : sum * base + digit;
	}
	*number = sum;
	return text.len > 0;
}
