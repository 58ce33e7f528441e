/*
 * Server-sent events cut anywhere → payloads. doc/answer.md §2.1.
 */
#ifndef SSE_H
#define SSE_H

#include "../buf.h"
#include "../failure.h"

/* The longest line: one chunk can hold a whole file as an argument. */
#define SSE_LINE_LIMIT (16u << 20)

/* Zero-initialised, except for payload and to, which the caller sets. */
struct sse {
	/*
	 * Takes the data of one event, which is never blank. error: it came under "event: error" or
	 * in an "error:" field. If it returns false, the feed stops and returns false too.
	 */
	bool (*payload)(void *to, const char *text, size_t len, bool error, struct failure *why);
	void *to;
	struct buf line, data;
	bool begun, cr, error;
	unsigned data_lines;
};

bool sse_feed(struct sse *sse, const char *bytes, size_t len, struct failure *why);

/* The end of the bytes: delivers an event whose blank line is missing. */
bool sse_finish(struct sse *sse, struct failure *why);
void sse_free(struct sse *sse);

#endif
