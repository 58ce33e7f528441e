/* What a document of the source holds, for tests that compare it with a table of the program. */
#ifndef DOCUMENT_H
#define DOCUMENT_H

#include "../../convert/buf.h"

#include <stdio.h>

/* A file of the working directory, which is the source's. */
static inline void read_file(const char *path, struct buf *text)
{
	FILE *file = fopen(path, "r");
	int c;

	if (!file)
		fail_msg("%s is not in the working directory", path);
	while ((c = fgetc(file)) != EOF)
		buf_add(text, &(char){ (char)c }, 1);
	fclose(file);
}

#endif
