/*
 * What was learnt about an upstream's model, kept for later processes: short lines of text, for a
 * week, in a small file of the cache folder, one for each origin and model. Nothing here can fail a
 * request: a file that this program did not write is ignored, and trouble is a note in the log.
 */
#ifndef REMEMBER_H
#define REMEMBER_H

#include "../convert/note.h"
#include "../convert/settings.h"

#define REMEMBERED_MOST 16
#define REMEMBERED_SIZE 224

struct remembered {
	size_t count;
	struct {
		long day;		/* when it was learnt */
		char text[REMEMBERED_SIZE];
	} lines[REMEMBERED_MOST];	/* in the order in which they were learnt */
};

/*
 * Reads what is known and not over a week old. Without a cache folder that is nothing. Days are
 * counted from any epoch, but always the same.
 */
void remember_read(const struct settings *settings, const char *upstream_model, long today,
	struct remembered *remembered, struct notes *notes);

/* Keeps a line from today on, beside the others that are not too old. */
void remember_add(const struct settings *settings, const char *upstream_model, long today,
	const char *text, struct notes *notes);

#endif
