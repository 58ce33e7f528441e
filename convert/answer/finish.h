/*
 * finish_reason: what upstream's words mean, and the stop_reason made of them. doc/answer.md §1.5.
 */
#ifndef FINISH_H
#define FINISH_H

#include "event.h"

/* Weakest first: of several in one answer the strongest counts. */
enum finish {
	FINISH_NONE,		/* not said */
	FINISH_STOP,		/* also "tool_calls" and every unknown word */
	FINISH_WINDOW,		/* the context window is full */
	FINISH_LENGTH,
	FINISH_FILTER,
	FINISH_ERROR,
	FINISH_OVERLOADED,
};

/* NULL and "" are FINISH_NONE. */
enum finish finish_of(const char *finish_reason);

/*
 * Fills stop_reason, stop_sequence and explanation. tool_use: the answer holds such a block.
 * matched: the client's stop sequence that upstream says it met, or NULL.
 */
void finish_to_stop_reason(enum finish finish, bool tool_use, const char *matched,
	struct event *message_delta);

/* False, with why filled, when the word stands for a failure. */
bool finish_is_fine(enum finish finish, struct failure *why);

#endif
