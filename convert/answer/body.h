/*
 * The body of upstream's 2xx answer, whatever its content-type claims: server-sent events or one
 * JSON text, told apart by its first bytes. doc/answer.md §1.1.
 */
#ifndef BODY_H
#define BODY_H

#include "sse.h"
#include "stream.h"

/* A whole JSON answer may hold that much. */
#define BODY_WHOLE_LIMIT (64u << 20)

/* Zero-initialised, stream and notes set. */
struct body {
	struct stream *stream;	/* borrowed, as the next */
	struct notes *notes;
	struct sse sse;
	struct buf whole;	/* what came, while it is no stream of events */
	enum { BODY_UNKNOWN, BODY_EVENTS, BODY_JSON, BODY_OTHER } kind;
	bool ended;		/* no more bytes will come */
};

bool body_feed(struct body *body, const char *bytes, size_t len, struct failure *why);

/* The end of the bytes, even if they were cut: ends the stream, or fails with the reason. */
bool body_finish(struct body *body, struct failure *why);
void body_free(struct body *body);

#endif
