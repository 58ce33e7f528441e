/*
 * replay TARGET FILE…: runs each file through a fuzz target, and each of its prefixes too, so that
 * a corpus also proves what happens when the input is cut. Exits 0, or dies where a law is broken.
 */
#include "fuzz.h"

#include "../../convert/buf.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Prefixes of longer files are tried at this many places only. */
#define PREFIXES 300

static bool read_file(const char *path, struct buf *content)
{
	FILE *file = fopen(path, "rb");
	char bytes[4096];
	size_t n;

	if (!file)
		return false;
	while ((n = fread(bytes, 1, sizeof(bytes), file)) > 0)
		buf_add(content, bytes, n);
	fclose(file);
	return true;
}

/* A copy of exact size, so that reading past its end is seen. */
static void run(int (*target)(const uint8_t *, size_t), const char *bytes, size_t len)
{
	uint8_t *exact = must_alloc(len);

	if (len)
		memcpy(exact, bytes, len);
	target(exact, len);
	free(exact);
}

int main(int argc, char **argv)
{
	int (*target)(const uint8_t *, size_t) = argc > 2 ? fuzz_target(argv[1]) : NULL;

	if (!target) {
		fprintf(stderr, "usage: replay TARGET FILE...\n");
		return 2;
	}
	for (int i = 2; i < argc; i++) {
		struct buf content = { 0 };
		size_t step;

		if (!read_file(argv[i], &content)) {
			fprintf(stderr, "replay: cannot read %s\n", argv[i]);
			return 1;
		}
		step = content.len / PREFIXES + 1;
		for (size_t len = 0; len < content.len; len += step)
			run(target, buf_text(&content), len);
		run(target, buf_text(&content), content.len);
		buf_free(&content);
	}
	printf("%d inputs and their prefixes keep the laws of %s\n", argc - 2, argv[1]);
	return 0;
}
