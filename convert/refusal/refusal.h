/*
 * Upstream's error → the failure that the client sees: type, status, words, without any key.
 * doc/answer.md §3.2 to §3.7.
 */
#ifndef REFUSAL_H
#define REFUSAL_H

#include "../failure.h"
#include "../turn.h"
#include "error_body.h"
#include "overflow.h"
#include "redact.h"	/* refusal_redact() */

struct json_object;

/* What upstream answered instead of a completion. */
struct refusal {
	int status;		/* of HTTP */
	struct slice body;	/* the first 64 kB of it */
	long retry_after_ms;	/* from retry-after-ms or retry-after; -1: none */
	enum should_retry should_retry;	/* upstream's x-should-retry */
	const char *location;	/* host of a 3xx's target, or NULL */
};

/* Always fills why. */
void refusal_to_failure(const struct turn *turn, const struct refusal *refusal,
	struct failure *why);

/* True when a chunk or completion reports an error in one of the known shapes. */
bool refusal_is_in(struct json_object *holder);

/*
 * The same in two steps, so that the request can be healed in between: read the refusal once, then
 * turn what was read into a failure.
 */
struct refusal_reading {
	int status;			/* of HTTP; inside an answer the one it names, else 200 */
	struct error_body error;	/* upstream's words as they came, keys included */
	struct overflow overflow;	/* the figures of a request that was too large */
	long retry_after_ms;		/* -1: none */
	enum should_retry should_retry;
	const char *location;		/* borrowed from the refusal */
};

/*
 * Each fills *reading, which the caller frees. The second is for an error inside an answer of
 * status 200; holder is the completion or chunk.
 */
void refusal_read(const struct turn *turn, const struct refusal *refusal,
	struct refusal_reading *reading);
void refusal_read_in_answer(const struct turn *turn, struct json_object *holder,
	struct refusal_reading *reading);

void refusal_judge(const struct turn *turn, const struct refusal_reading *reading,
	struct failure *why);

void refusal_reading_free(struct refusal_reading *reading);

#endif
