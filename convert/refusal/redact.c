#include "refusal.h"

#include "../base64.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define MASK "***"

/* Below this many bytes a key of ours is a placeholder ("none", "ollama"): it counts as a word. */
#define REAL_KEY 8

/* Below this it is none: a user may have written "x" where a key was asked for. */
#define LEAST_KEY 4

/* So many characters behind a mark are a key, and not the next word of a sentence. */
#define LEAST_TOKEN 8

/* Below this no run of base64 holds a key of ours. */
#define LEAST_CODE 8

/* What a key begins with, lower case, at the start of a word. */
static const char *const prefixes[] = { "sk-", "aiza", "gsk_", "xai-", "hf_", "nvapi-" };

/* What stands before a key; between: what may separate the two. */
static const struct {
	const char *words, *between;
} marks[] = {
	{ "bearer", " " },
	{ "key", "=" },
	{ "api-key", "\"': =" },
	{ "api_key", "\"': =" },
	{ "apikey", "\"': =" },
	{ "api key", ":=" },
};

static bool is_alnum(char c)
{
	return isalnum((unsigned char)c);	/* the program keeps the C locale */
}

static bool starts_word(struct slice text, size_t at)
{
	return at == 0 || !is_alnum(text.data[at - 1]);
}

static bool stands_at(struct slice text, size_t at, const char *words)
{
	size_t len = strlen(words);

	return text.len - at >= len && !strncasecmp(text.data + at, words, len);
}

/* How many bytes of a key stand at that place. */
static size_t token_len(struct slice text, size_t at)
{
	size_t len = 0;

	while (at + len < text.len && text.data[at + len] &&
		(is_alnum(text.data[at + len]) || strchr("_-.~+/=*%", text.data[at + len])))
		len++;
	while (len > 0 && text.data[at + len - 1] == '.')
		len--;	/* the sentence's */
	return len;
}

static size_t secret_len(struct slice text, size_t at, const char *secret)
{
	size_t len = secret ? strlen(secret) : 0;

	if (len < LEAST_KEY || text.len - at < len || memcmp(text.data + at, secret, len) != 0)
		return 0;
	if (len < REAL_KEY && (!starts_word(text, at) ||
		(at + len < text.len && is_alnum(text.data[at + len]))))
		return 0;
	return len;
}

static size_t longer(size_t a, size_t b)
{
	return a > b ? a : b;
}

/* The longest of our own secrets at that place; 0: none. */
static size_t own_secret(const struct settings *settings, struct slice text, size_t at)
{
	size_t len = secret_len(text, at, settings->openai_api_key);

	len = longer(len, secret_len(text, at, settings->anthropic_api_key));
	for (size_t i = 0; i < settings->secret_count; i++)
		len = longer(len, secret_len(text, at, settings->secrets[i]));
	for (size_t i = 0; i < settings->custom_header_count; i++) {
		const char *value = settings->custom_headers[i].value;
		const char *blank = value ? strrchr(value, ' ') : NULL;

		len = longer(len, secret_len(text, at, value));
		/* "Bearer K": upstream quotes K alone. */
		len = longer(len, secret_len(text, at, blank ? blank + 1 : NULL));
	}
	return len;
}

static bool holds_secret(const struct settings *settings, struct slice text)
{
	for (size_t at = 0; at < text.len; at++)
		if (own_secret(settings, text, at))
			return true;
	return false;
}

static size_t base64_len(struct slice text, size_t at)
{
	size_t len = 0;

	while (at + len < text.len && (is_alnum(text.data[at + len]) ||
			(text.data[at + len] && strchr("+/-_", text.data[at + len]))))
		len++;
	return len;
}

/*
 * The key inside a run of base64, as in "Basic " and USER:KEY: all of the run. What stands before
 * the code may belong to the same alphabet, as in "/v1/CODE", so each of four places may begin it.
 */
static size_t encoded_secret(const struct settings *settings, struct slice text, size_t at,
	size_t masked)
{
	struct slice before = { text.data, at };
	size_t len = 0;
	char *bytes;
	bool found = false;

	/* Only where a run begins: the whole run is looked at then. A mask may have cut one. */
	if (at == 0 || at == masked || base64_len(before, at - 1) == 0)
		len = base64_len(text, at);
	if (len < LEAST_CODE)
		return 0;
	bytes = must_alloc(len);
	for (size_t from = 0; from < 4 && !found; from++) {
		struct slice run = { text.data + at + from, len - from };

		found = holds_secret(settings, (struct slice){ bytes, base64_decode(run, bytes) });
	}
	free(bytes);
	while (found && at + len < text.len && text.data[at + len] == '=')
		len++;
	return found ? len : 0;
}

/* What looks like anybody's key. *shown: bytes before it that may stay. */
static size_t likely_secret(struct slice text, size_t at, size_t *shown)
{
	*shown = 0;
	if (!starts_word(text, at))
		return 0;
	for (size_t i = 0; i < COUNT(prefixes); i++)
		if (stands_at(text, at, prefixes[i]) &&
			token_len(text, at) >= strlen(prefixes[i]) + LEAST_TOKEN)
			return token_len(text, at);
	for (size_t i = 0; i < COUNT(marks); i++) {
		size_t words = strlen(marks[i].words), start = at + words;

		if (!stands_at(text, at, marks[i].words))
			continue;
		while (start < text.len && text.data[start] &&
			strchr(marks[i].between, text.data[start]))
			start++;
		if (start > at + words && token_len(text, start) >= LEAST_TOKEN) {
			*shown = start - at;
			return token_len(text, start);
		}
	}
	return 0;
}

/* "://user:pass@": the name and word before the "@". */
static size_t url_secret(struct slice text, size_t at, size_t *shown)
{
	size_t sign = 0;

	*shown = strlen("://");
	if (!stands_at(text, at, "://"))
		return 0;
	for (size_t i = at + *shown; i < text.len && text.data[i]; i++) {
		if (strchr("/?# \t\r\n\"'<>", text.data[i]))
			break;
		if (text.data[i] == '@')
			sign = i;
	}
	return sign ? sign - at - *shown : 0;
}

/* Copies the characters up to a place; false: the page is full. */
static bool copy(struct buf *page, struct slice text, size_t *at, size_t to)
{
	while (*at < to) {
		size_t len = slice_character(text, *at);
		bool fits = len == 0 ? buf_puts(page, "\xEF\xBF\xBD") :
			text.data[*at] == '\0' ? buf_puts(page, " ") :
			buf_add(page, text.data + *at, len);

		if (!fits)
			return false;
		*at += len ? len : 1;
	}
	return true;
}

void refusal_redact(const struct settings *settings, struct slice text, char *out, size_t size)
{
	struct buf page = { .limit = size - 1 };
	size_t masked = 0;	/* where the last mask ends */

	for (size_t at = 0; at < text.len;) {
		size_t shown = 0, len = own_secret(settings, text, at);

		if (len == 0)
			len = encoded_secret(settings, text, at, masked);
		if (len == 0)
			len = likely_secret(text, at, &shown);
		if (len == 0)
			len = url_secret(text, at, &shown);
		/* From the place of a mask on, a key of ours may be longer than a usual one. */
		if (len > 0)
			len = longer(len, own_secret(settings, text, at + shown));
		if (!copy(&page, text, &at, len ? at + shown : at + 1))
			break;
		if (len > 0 && !buf_puts(&page, MASK))
			break;
		at += len;
		if (len > 0)
			masked = at;
	}
	snprintf(out, size, "%s", buf_text(&page));
	buf_free(&page);
}
