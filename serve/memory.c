/*
 * No allocation of this program returns NULL. json-c takes a failed one for an empty string or a
 * null, in the request that it reads as in the text that it writes, and says nothing: a user's
 * message would be gone without a trace. So ours stands before glibc's, for the libraries too.
 */
#include "../convert/buf.h"
#include "../net/sanitized.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#if defined(__GLIBC__) && !defined(SANITIZED)

/* From so many bytes on a block is worth pages of 2 MB. */
#define LARGE (4u << 20)
/* The largest block of which glibc keeps some that were freed, in bytes. */
#define KEPT_AT_HAND 1032

void *__libc_malloc(size_t size);
void *__libc_calloc(size_t count, size_t size);
void *__libc_realloc(void *memory, size_t size);

/*
 * A large request stands in five such blocks on its way, one after the other. By pages of 4 kB the
 * kernel would hand them out in 5,000 faults each for 20 MB, which cost more than the conversion.
 */
static void *in_huge_pages(void *block, size_t size)
{
	size_t before = (uintptr_t)block % (size_t)sysconf(_SC_PAGESIZE);

	madvise((char *)block - before, before + size, MADV_HUGEPAGE);
	return block;
}

void *malloc(size_t size)
{
	void *block = must_have(__libc_malloc(size));

	return size < LARGE ? block : in_huge_pages(block, size);
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
	if (size)
		must_have(moved);
	return size < LARGE ? moved : in_huge_pages(moved, size);
}

#endif
