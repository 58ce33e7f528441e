/*
 * A byte buffer that grows up to a limit, and what happens when memory runs out.
 */
#ifndef BUF_H
#define BUF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* How many elements an array has. */
#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* Bytes that somebody else owns; they may hold NUL. data is NULL where there is no text at all. */
struct slice {
	const char *data;
	size_t len;
};

/* Zero-initialised it is empty. Once something was added, data[len] is NUL. */
struct buf {
	char *data;
	size_t len, cap;
	size_t limit;	/* the most it may hold; 0: no limit */
};

/* Each returns false, and adds nothing, when the limit would be passed. */
bool buf_add(struct buf *buf, const void *bytes, size_t len);
bool buf_puts(struct buf *buf, const char *text);
bool buf_printf(struct buf *buf, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Adds text, behind separator when there is something already; an empty text adds nothing. */
bool buf_join(struct buf *buf, const char *separator, struct slice text);

/* The content as a C string, "" when empty. Borrowed, valid until the next add. */
const char *buf_text(const struct buf *buf);

/* Empties it and keeps its memory. */
void buf_clear(struct buf *buf);

/* The content, borrowed likewise. */
struct slice buf_slice(const struct buf *buf);

/* Keeps the first len bytes. */
void buf_cut(struct buf *buf, size_t len);

/* Drops the first n bytes. */
void buf_shift(struct buf *buf, size_t n);

void buf_free(struct buf *buf);

struct slice slice_of(const char *text);

/* As a C string of the caller's own, who frees it. */
char *slice_copy(struct slice slice);

bool slice_equals(struct slice slice, const char *text);
bool slice_starts(struct slice slice, const char *text);
bool slice_ends(struct slice slice, const char *text);
bool slice_same(struct slice a, struct slice b);

/* Whether it is that word, in any case. */
bool slice_is(struct slice slice, const char *word);

/* Whether it holds control characters other than a tab. */
bool slice_has_control(struct slice slice);

/*
 * Digits of base 10 or 16 and nothing else, at least one. A number that does not fit becomes
 * UINT64_MAX: it is over any limit that a caller has.
 */
bool slice_number(struct slice slice, unsigned base, uint64_t *number);

/* True if the text is empty or only JSON white space (blank, tab, LF, CR). */
bool slice_is_blank(struct slice slice);

/* The length of the well-formed UTF-8 character at a place; 0: the byte there is part of none. */
size_t slice_character(struct slice text, size_t at);

/* How many bytes at its beginning are well-formed UTF-8. */
size_t slice_utf8(struct slice text);

/*
 * Takes away, and returns, what stands before the first separator, and drops that; all of it if
 * there is none.
 */
struct slice slice_cut(struct slice *slice, char separator);

/* Without white space around it; without a byte order mark in front. */
struct slice slice_trim(struct slice slice);
struct slice slice_without_bom(struct slice slice);

/* One byte of that white space. */
static inline bool byte_is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

/* Whether a word is one of a list, or begins with one of them. */
bool is_one_of(const char *word, const char *const *words, size_t count);
bool starts_with_one_of(const char *word, const char *const *words, size_t count);

/* Whether an item stands in a list with commas between its items. */
bool list_has(const char *list, struct slice item);

/* malloc, calloc and strdup that never return NULL; and memory from elsewhere that must not be. */
void *must_alloc(size_t size);
void *must_zalloc(size_t count, size_t size);
char *must_strdup(const char *text);
void *must_have(void *memory);

/*
 * Ends the process. main sets memory_ended to a function that sends the client a last answer
 * without allocating, and does not return. If it is NULL, the process aborts.
 */
extern void (*memory_ended)(void);
_Noreturn void out_of_memory(void);

#endif
