/*
 * The body of upstream's 2xx answer, whatever its content-type claims: server-sent events or one
 * JSON text, told apart by its first bytes. The JSON is parsed though its strings are not quite
 * right: servers cut them between the bytes of a character, or between the halves of a surrogate
 * pair, and some write bytes that are no UTF-8 or raw control characters. doc/answer.md §1.1, §2.1.
 */
#ifndef BODY_H
#define BODY_H

#include "sse.h"
#include "stream.h"

/* The largest whole JSON answer, in bytes. */
#define BODY_WHOLE_LIMIT (64u << 20)

/* The beginning of a character with which a string ended; at most "\ud83d". */
struct half {
	char bytes[6];
	size_t len;
};

/* Zero-initialised, except for stream and notes, which the caller sets. */
struct body {
	struct stream *stream;	/* borrowed, like notes */
	struct notes *notes;
	struct sse sse;
	struct half half;	/* waits for the string of a later event that continues it */
	struct buf whole;	/* the bytes so far, unless they are a stream of events */
	enum { BODY_UNKNOWN, BODY_EVENTS, BODY_JSON, BODY_OTHER } kind;
	bool ended;		/* no more bytes will come */
};

bool body_feed(struct body *body, const char *bytes, size_t len, struct failure *why);

/* The end of the bytes, even if they were cut: ends the stream, or fails with the reason. */
bool body_finish(struct body *body, struct failure *why);
void body_free(struct body *body);

#endif
