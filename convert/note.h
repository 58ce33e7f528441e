/*
 * Notes for the log: codes of what was dropped, changed or ignored ("dropped:container_upload",
 * "schema:pattern"), never content. Their length is bounded, and each code is kept once.
 */
#ifndef NOTE_H
#define NOTE_H

#include <stdbool.h>
#include <stddef.h>

struct notes {
	bool debug;	/* keep what was merely ignored too: LOG_LEVEL=DEBUG */
	size_t len;
	char text[1024];	/* codes joined by commas; "..." when some did not fit */
};

/* Notes may be NULL: nobody reads them. */

/* Notes what was dropped, repaired or changed; it is part of every log line. */
void note_changed(struct notes *notes, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* Notes something unknown that was ignored; it is logged only with LOG_LEVEL=DEBUG. */
void note_ignored(struct notes *notes, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

#endif
