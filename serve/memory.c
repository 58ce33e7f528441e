/*
 * No allocation of this program returns NULL. json-c takes a failed one for an empty string or a
 * null, in the request that it reads as in the text that it writes, and says nothing: a user's
 * message would be gone without a trace. So ours stands before glibc's, for the libraries too.
 */
#include "../convert/buf.h"
#include "../net/sanitized.h"

#include <stdlib.h>

#if defined(__GLIBC__) && !defined(SANITIZED)

void *__libc_malloc(size_t size);
void *__libc_calloc(size_t count, size_t size);
void *__libc_realloc(void *memory, size_t size);

void *malloc(size_t size)
{
	return must_have(__libc_malloc(size));
}

void *calloc(size_t count, size_t size)
{
	return must_have(__libc_calloc(count, size));
}

void *realloc(void *memory, size_t size)
{
	void *moved = __libc_realloc(memory, size);

	/* NULL for a size of 0 means freed. */
	return size ? must_have(moved) : moved;
}

#endif
