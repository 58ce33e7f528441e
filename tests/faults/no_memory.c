/*
 * Preloaded: the allocation that NO_MEMORY_AT numbers fails, and those after it do not. serve/memory.c
 * goes before a malloc that is preloaded, and calls these. At the end of a process that got there
 * NO_MEMORY_COUNT is a descriptor for the number of all allocations.
 */
#include <dlfcn.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

void *__libc_malloc(size_t size);
void *__libc_calloc(size_t count, size_t size);
void *__libc_realloc(void *memory, size_t size);

static unsigned long allocations;

/* dlsym itself may allocate. */
static char first_bytes[4096] __attribute__((aligned(16)));
static size_t first_used;

static void *first_memory(size_t size)
{
	void *memory = first_bytes + first_used;

	first_used += (size + 15) / 16 * 16;
	return first_used <= sizeof(first_bytes) ? memory : NULL;
}

static void *next(const char *name)
{
	static int searching;
	void *found = NULL;

	if (!searching) {
		searching = 1;
		found = dlsym(RTLD_NEXT, name);
		searching = 0;
	}
	return found;
}

static int fails(void)
{
	const char *at = getenv("NO_MEMORY_AT");

	return __atomic_add_fetch(&allocations, 1, __ATOMIC_SEQ_CST) == (at ? strtoul(at, NULL, 10) : 0);
}

void *__libc_malloc(size_t size)
{
	static void *(*real)(size_t);

	if (!real)
		*(void **)&real = next("__libc_malloc");
	return !real ? first_memory(size) : fails() ? NULL : real(size);
}

void *__libc_calloc(size_t count, size_t size)
{
	static void *(*real)(size_t, size_t);

	if (!real)
		*(void **)&real = next("__libc_calloc");
	return !real ? first_memory(count * size) : fails() ? NULL : real(count, size);
}

void *__libc_realloc(void *memory, size_t size)
{
	static void *(*real)(void *, size_t);

	if (!real)
		*(void **)&real = next("__libc_realloc");
	return !real || fails() ? NULL : real(memory, size);
}

__attribute__((destructor)) static void count(void)
{
	const char *fd = getenv("NO_MEMORY_COUNT");

	if (fd)
		dprintf(atoi(fd), "%lu\n", allocations);
}
