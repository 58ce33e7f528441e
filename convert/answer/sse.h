/*
 * Server-sent events cut anywhere → payloads. doc/answer.md §2.1.
 */
#ifndef SSE_H
#define SSE_H

#include "../buf.h"
#include "../failure.h"

/* The longest line: one chunk can hold a whole file as an argument. */
#define SSE_LINE_LIMIT (16u << 20)

/* Zero-initialised with payload and to set. */
struct sse {
	/*
	 * One event's data, never blank. error: it stood under "event: error" or in an "error:"
	 * field. False stops the feed, which returns false.
	 */
	bool (*payload)(void *to, const char *text, size_t len, bool error, struct failure *why);
	void *to;
	struct buf line, data;
	bool begun, cr, error;
	unsigned data_lines;
};

bool sse_feed(struct sse *sse, const char *bytes, size_t len, struct failure *why);

/* The end of the bytes: an event without its blank line is delivered. */
bool sse_finish(struct sse *sse, struct failure *why);
void sse_free(struct sse *sse);

#endif
