/*
 * No allocation of this program returns NULL. json-c takes a failed one for an empty string or a
 * null, in the request that it reads as in the text that it writes, and says nothing: a user's
 * message would be gone without a trace. So ours stands before glibc's, for the libraries too.
 */
#include "../convert/buf.h"

#include <stdlib.h>
#include <string.h>

#if defined(__GLIBC__) && !defined(__SANITIZE_ADDRESS__)

/* The largest block of which glibc keeps some that were freed, in bytes. */
#define KEPT_AT_HAND 1032

void *__libc_malloc(size_t size);
void *__libc_calloc(size_t count, size_t size);
void *__libc_realloc(void *memory, size_t size);

void *malloc(size_t size)
{
	return must_have(__libc_malloc(size));
}

/* Before 2.41 glibc's own looks past the freed blocks that malloc takes: an object costs twice. */
void *calloc(size_t count, size_t size)
{
	if (count <= KEPT_AT_HAND && size <= KEPT_AT_HAND && count * size <= KEPT_AT_HAND)
		return memset(must_have(__libc_malloc(count * size)), 0, count * size);
	return must_have(__libc_calloc(count, size));
}

void *realloc(void *memory, size_t size)
{
	void *moved = __libc_realloc(memory, size);

	/* NULL for a size of 0 means freed. */
	return size ? must_have(moved) : moved;
}

#endif
