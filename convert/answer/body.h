/*
 * The body of upstream's 2xx answer, whatever its content-type claims: server-sent events or one
 * JSON text, told apart by its first bytes. doc/answer.md §1.1.
 */
#ifndef BODY_H
#define BODY_H

#include "mend.h"
#include "sse.h"
#include "stream.h"

/* The largest whole JSON answer, in bytes. */
#define BODY_WHOLE_LIMIT (64u << 20)

/* Zero-initialised, except for stream and notes, which the caller sets. */
struct body {
	struct stream *stream;	/* borrowed, like notes */
	struct notes *notes;
	struct sse sse;
	struct mend mend;
	struct buf whole;	/* the bytes so far, unless they are a stream of events */
	enum { BODY_UNKNOWN, BODY_EVENTS, BODY_JSON, BODY_OTHER } kind;
	bool ended;		/* no more bytes will come */
};

bool body_feed(struct body *body, const char *bytes, size_t len, struct failure *why);

/* The end of the bytes, even if they were cut: ends the stream, or fails with the reason. */
bool body_finish(struct body *body, struct failure *why);
void body_free(struct body *body);

#endif
