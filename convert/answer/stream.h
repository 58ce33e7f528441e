/*
 * The one machine for both modes and both APIs: chunks, or events of the Responses API where the
 * turn's dialect says so, → events. What came whole enters as one chunk. doc/answer.md §1.3 to
 * §1.6, §2.4 to §2.6, doc/responses.md §4, §5.
 */
#ifndef STREAM_H
#define STREAM_H

#include "../failure.h"
#include "../turn.h"
#include "event.h"

struct json_object;

struct refusal;
struct stream;	/* opaque: the state of one answer */

/* turn and to must outlive the stream. */
struct stream *stream_new(const struct turn *turn,
	void (*event)(void *to, const struct event *event), void *to);
void stream_free(struct stream *stream);

/*
 * Sends message_start, unless it was sent already. The stream does so itself before the first block
 * and at the end; the caller does so only if upstream has been silent for too long.
 */
void stream_start(struct stream *stream);

/* A block has been sent: from now on upstream must not be asked again. */
bool stream_has_output(const struct stream *stream);

/*
 * Takes one chunk of a stream, or one whole completion (whole). False: it contains an error, or it
 * breaks a rule that must not be ignored.
 */
bool stream_chunk(struct stream *stream, struct json_object *chunk, bool whole,
	struct failure *why);

/*
 * Takes an event that is an error by its name. True only if a finish_reason came before: then the
 * answer was whole, and the error costs nothing.
 */
bool stream_refuse(struct stream *stream, struct json_object *holder, struct failure *why);

/* The error that upstream reported in its answer, to heal the request by; NULL: none. */
const struct refusal *stream_refusal(const struct stream *stream);

/* Records that "[DONE]" has come; returns whether it has. */
void stream_done(struct stream *stream);
bool stream_is_done(const struct stream *stream);

/* Upstream said elsewhere that its tokens ran out before a word: the answer ends with that. */
void stream_ran_out(struct stream *stream);

/* finish_reason or [DONE] was seen: only usage may still follow. */
bool stream_finished(const struct stream *stream);

/*
 * The end of upstream's bytes: closes the blocks, sends message_delta and message_stop. False: the
 * stream was cut, or a call was; then nothing is closed.
 */
bool stream_end(struct stream *stream, struct failure *why);

#endif
