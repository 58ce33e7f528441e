/*
 * Loaded before the program's libraries: it speaks and breaks down, in the way that BREAK says,
 * when a JSON object is made; so in main, unlike what is called while libraries are loaded.
 */
#define _GNU_SOURCE
#undef NDEBUG
#include <assert.h>
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct json_object *json_object_new_object(void);

struct json_object *json_object_new_object(void)
{
	struct json_object *(*own)(void) =
		(struct json_object *(*)(void))dlsym(RTLD_NEXT, "json_object_new_object");
	const char *how = getenv("BREAK");

	fprintf(stderr, "a library speaks\n");
	if (how && !strcmp(how, "assert"))
		assert(!how);
	if (how && !strcmp(how, "heap")) {
		char *volatile block = malloc(24);

		memset(block - 8, 0x41, 8);
		free(block);
	}
	return own();
}
