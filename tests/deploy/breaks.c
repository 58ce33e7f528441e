/*
 * Loaded before the program's libraries: it speaks and breaks down, in the way that BREAK says,
 * when the request is parsed; so in main, unlike what is called while libraries are loaded.
 */
#define _GNU_SOURCE
#undef NDEBUG
#include <assert.h>
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct json_tokener *json_tokener_new_ex(int depth);

struct json_tokener *json_tokener_new_ex(int depth)
{
	struct json_tokener *(*own)(int) =
		(struct json_tokener *(*)(int))dlsym(RTLD_NEXT, "json_tokener_new_ex");
	const char *how = getenv("BREAK");

	fprintf(stderr, "a library speaks\n");
	if (how && !strcmp(how, "assert"))
		assert(depth < 0);
	if (how && !strcmp(how, "heap")) {
		char *volatile block = malloc(24);

		memset(block - 8, 0x41, 8);
		free(block);
	}
	return own(depth);
}
