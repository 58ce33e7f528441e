#include "buf.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

void (*memory_ended)(void);

void out_of_memory(void)
{
	if (memory_ended)
		memory_ended();
	abort();
}

void *must_have(void *memory)
{
	if (!memory)
		out_of_memory();
	return memory;
}

void *must_alloc(size_t size)
{
	return must_have(malloc(size ? size : 1));
}

void *must_zalloc(size_t count, size_t size)
{
	return must_have(calloc(count ? count : 1, size ? size : 1));
}

char *must_strdup(const char *text)
{
	size_t size = strlen(text) + 1;

	return memcpy(must_alloc(size), text, size);
}

static bool buf_grow(struct buf *buf, size_t more)
{
	size_t cap = buf->cap ? buf->cap : 256;

	if (more > SIZE_MAX / 2 - buf->len || (buf->limit && buf->len + more > buf->limit))
		return false;
	while (cap <= buf->len + more)
		cap *= 2;
	if (cap > buf->cap)
		buf->data = must_have(realloc(buf->data, cap));
	buf->cap = cap;
	return true;
}

/* Room for that, and for the NUL behind it. */
static inline bool buf_reserve(struct buf *buf, size_t more)
{
	return (more < buf->cap - buf->len && !buf->limit) || buf_grow(buf, more);
}

bool buf_add(struct buf *buf, const void *bytes, size_t len)
{
	if (!buf_reserve(buf, len))
		return false;
	if (len)
		memcpy(buf->data + buf->len, bytes, len);
	buf->len += len;
	buf->data[buf->len] = '\0';
	return true;
}

bool buf_puts(struct buf *buf, const char *text)
{
	return buf_add(buf, text, strlen(text));
}

bool buf_printf(struct buf *buf, const char *format, ...)
{
	size_t room = buf->cap - buf->len;
	va_list args;
	int len;

	va_start(args, format);
	len = vsnprintf(room ? buf->data + buf->len : NULL, room, format, args);
	va_end(args);
	if (len < 0 || !buf_reserve(buf, (size_t)len)) {
		buf_cut(buf, buf->len);
		return false;
	}
	if ((size_t)len >= room) {
		va_start(args, format);
		vsnprintf(buf->data + buf->len, (size_t)len + 1, format, args);
		va_end(args);
	}
	buf->len += (size_t)len;
	return true;
}

bool buf_join(struct buf *buf, const char *separator, struct slice text)
{
	if (text.len == 0)
		return true;
	if (buf->len && !buf_puts(buf, separator))
		return false;
	return buf_add(buf, text.data, text.len);
}

const char *buf_text(const struct buf *buf)
{
	return buf->data ? buf->data : "";
}

struct slice buf_slice(const struct buf *buf)
{
	return (struct slice){ buf_text(buf), buf->len };
}

void buf_clear(struct buf *buf)
{
	buf->len = 0;
	if (buf->data)
		buf->data[0] = '\0';
}

void buf_cut(struct buf *buf, size_t len)
{
	if (len < buf->len)
		buf->len = len;
	if (buf->data)
		buf->data[buf->len] = '\0';
}

void buf_shift(struct buf *buf, size_t n)
{
	if (n == 0)
		return;
	memmove(buf->data, buf->data + n, buf->len - n);
	buf->len -= n;
	buf->data[buf->len] = '\0';
}

void buf_free(struct buf *buf)
{
	free(buf->data);
	buf->data = NULL;
	buf->len = buf->cap = 0;
}

char *slice_copy(struct slice slice)
{
	char *copy = must_alloc(slice.len + 1);

	if (slice.len)
		memcpy(copy, slice.data, slice.len);
	copy[slice.len] = '\0';
	return copy;
}

struct slice slice_of(const char *text)
{
	return (struct slice){ text, text ? strlen(text) : 0 };
}

bool slice_equals(struct slice slice, const char *text)
{
	return slice.data && slice.len == strlen(text) && !memcmp(slice.data, text, slice.len);
}

bool slice_starts(struct slice slice, const char *text)
{
	size_t len = strlen(text);

	return slice.data && slice.len >= len && !memcmp(slice.data, text, len);
}

bool slice_ends(struct slice slice, const char *text)
{
	size_t len = strlen(text);

	return slice.len >= len && slice_equals((struct slice){ slice.data + slice.len - len, len },
		text);
}

bool slice_same(struct slice a, struct slice b)
{
	return a.len == b.len && (a.len == 0 || !memcmp(a.data, b.data, a.len));
}

bool slice_is(struct slice slice, const char *word)
{
	return slice.len == strlen(word) && !strncasecmp(slice.data, word, slice.len);
}

bool slice_has_control(struct slice slice)
{
	for (size_t i = 0; i < slice.len; i++) {
		unsigned char c = (unsigned char)slice.data[i];

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

bool slice_number(struct slice slice, unsigned base, uint64_t *number)
{
	uint64_t sum = 0;

	for (size_t i = 0; i < slice.len; i++) {
		unsigned digit = digit_of(slice.data[i]);

		if (digit >= base)
			return false;
		sum = sum > (UINT64_MAX - digit) / base ? UINT64_MAX : sum * base + digit;
	}
	*number = sum;
	return slice.len > 0;
}

bool slice_is_blank(struct slice slice)
{
	for (size_t i = 0; i < slice.len; i++)
		if (!byte_is_blank(slice.data[i]))
			return false;
	return true;
}

size_t slice_character(struct slice text, size_t at)
{
	const unsigned char *p = (const unsigned char *)text.data + at;
	size_t len = p[0] < 0x80 ? 1 : p[0] < 0xC2 ? 0 : p[0] < 0xE0 ? 2 : p[0] < 0xF0 ? 3 :
		p[0] < 0xF5 ? 4 : 0;

	if (len == 0 || text.len - at < len)
		return 0;
	for (size_t i = 1; i < len; i++)
		if ((p[i] & 0xC0) != 0x80)
			return 0;
	/* Overlong forms, surrogates, and what lies beyond Unicode. */
	if ((p[0] == 0xE0 && p[1] < 0xA0) || (p[0] == 0xED && p[1] > 0x9F) ||
		(p[0] == 0xF0 && p[1] < 0x90) || (p[0] == 0xF4 && p[1] > 0x8F))
		return 0;
	return len;
}

size_t slice_utf8(struct slice text)
{
	uint64_t eight;
	size_t at = 0, character = 1;

	for (; at < text.len && character > 0; at += character) {
		/* Nearly all is ASCII. */
		for (; text.len - at > sizeof(eight); at += sizeof(eight)) {
			memcpy(&eight, text.data + at, sizeof(eight));
			if (eight & UINT64_C(0x8080808080808080))
				break;
		}
		character = slice_character(text, at);
	}
	return at;
}

struct slice slice_cut(struct slice *slice, char separator)
{
	const char *end = slice->len ? memchr(slice->data, separator, slice->len) : NULL;
	struct slice part = { slice->data, end ? (size_t)(end - slice->data) : slice->len };
	size_t used = end ? part.len + 1 : part.len;

	slice->data += used;
	slice->len -= used;
	return part;
}

struct slice slice_trim(struct slice slice)
{
	while (slice.len > 0 && byte_is_blank(slice.data[0])) {
		slice.data++;
		slice.len--;
	}
	while (slice.len > 0 && byte_is_blank(slice.data[slice.len - 1]))
		slice.len--;
	return slice;
}

struct slice slice_without_bom(struct slice slice)
{
	if (!slice_starts(slice, "\xEF\xBB\xBF"))
		return slice;
	return (struct slice){ slice.data + 3, slice.len - 3 };
}

bool is_one_of(const char *word, const char *const *words, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (!strcmp(word, words[i]))
			return true;
	return false;
}

bool starts_with_one_of(const char *word, const char *const *words, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (!strncmp(word, words[i], strlen(words[i])))
			return true;
	return false;
}

bool list_has(const char *list, struct slice item)
{
	for (size_t len; *list; list += len + (list[len] == ',')) {
		len = strcspn(list, ",");
		if (slice_same((struct slice){ list, len }, item))
			return true;
	}
	return false;
}
