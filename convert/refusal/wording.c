#include "wording.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

void wording_normalise(struct slice text, struct buf *out)
{
	for (size_t i = 0; i < text.len; i++) {
		char c = (char)tolower((unsigned char)text.data[i]);

		if (c == '"' || c == '\'' || c == '`')
			continue;
		if (c == '\0' || isspace((unsigned char)c)) {
			if (out->len > 0 && out->data[out->len - 1] == ' ')
				continue;
			c = ' ';
		}
		buf_add(out, &c, 1);
	}
}

bool wording_fits(const char *text, const char *words)
{
	while (*words) {
		size_t len = strcspn(words, "*");

		text = memmem(text, strlen(text), words, len);
		if (!text)
			return false;
		text += len;
		words += len + (words[len] == '*');
	}
	return true;
}

bool wording_has(const char *text, const char *const *words, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (wording_fits(text, words[i]))
			return true;
	return false;
}

bool wording_is(const char *text, const char *const *words, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (!strcasecmp(text, words[i]))
			return true;
	return false;
}

static bool is_thousand(const char *p)
{
	return (*p == ',' || *p == '_') && isdigit((unsigned char)p[1]) &&
		isdigit((unsigned char)p[2]) && isdigit((unsigned char)p[3]) &&
		!isdigit((unsigned char)p[4]);
}

/* The next of "1048576", "1,048,576", "1_048_576" from *behind on; NULL: there is none. */
static const char *next_number(const char **behind, int64_t *value)
{
	const char *number = strpbrk(*behind, "0123456789"), *p = number;

	*value = 0;
	for (; p && (isdigit((unsigned char)*p) || is_thousand(p)); p++)
		if (isdigit((unsigned char)*p) && *value < INT64_MAX / 100)
			*value = *value * 10 + (*p - '0');
	*behind = p;
	return number;
}

static bool stands_between(const char *words, const char *text, const char *number,
	const char *behind)
{
	size_t before = strcspn(words, "#");
	const char *after = words + before + 1;

	return (size_t)(number - text) >= before && !memcmp(number - before, words, before) &&
		!strncmp(behind, after, strlen(after));
}

void wording_figures(const char *text, const struct neighbours *rows, size_t count,
	int64_t *figures)
{
	const char *number, *behind = text;
	int64_t value;

	while ((number = next_number(&behind, &value))) {
		size_t row = 0;

		/* "128k" is not 128. */
		if (isalpha((unsigned char)*behind))
			continue;
		while (row < count && !stands_between(rows[row].words, text, number, behind))
			row++;
		if (row < count && figures[rows[row].figure] == 0)
			figures[rows[row].figure] = value;
	}
}

/* "qwen2.5-32768", "2024-08-06", "#1024": part of a name. */
static bool is_in_name(const char *text, const char *number, const char *behind)
{
	char before = number > text ? number[-1] : ' ';

	return isalnum((unsigned char)before) || strchr("-_.#/", before) ||
		isalpha((unsigned char)*behind) || *behind == '-' || *behind == '_' ||
		(*behind == '.' && isdigit((unsigned char)behind[1]));
}

size_t wording_numbers(const char *text, int64_t least, int64_t *numbers, size_t most)
{
	const char *number, *behind = text;
	size_t count = 0;
	int64_t value;

	while (count < most && (number = next_number(&behind, &value)))
		if (value >= least && !is_in_name(text, number, behind))
			numbers[count++] = value;
	return count;
}
