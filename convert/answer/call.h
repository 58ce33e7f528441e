/*
 * Tool calls put together from pieces, with all the ways in which servers cut and repeat them.
 * doc/answer.md §1.4, §2.5.
 */
#ifndef CALL_H
#define CALL_H

#include "../turn.h"
#include "queue.h"

struct json_object;

struct tool_calls;	/* the calls of one answer */

/* turn and queue must outlive the calls. */
struct tool_calls *tool_calls_new(const struct turn *turn, struct queue *queue);
void tool_calls_free(struct tool_calls *calls);

/*
 * Takes one entry of delta.tool_calls or message.tool_calls, or a function_call object (legacy);
 * it must be an object. whole: it comes from a whole completion, so its arguments are complete.
 */
bool tool_calls_piece(struct tool_calls *calls, struct json_object *piece, bool whole,
	struct failure *why);

/* How many calls have been started for the client. */
size_t tool_calls_count(const struct tool_calls *calls);

/*
 * The end of the answer: decides what becomes of pieces that were held back and of calls without a
 * name. cut: upstream ran out of tokens, so the last call may be incomplete. False: a call is
 * incomplete although upstream was not cut, or it has no name.
 */
bool tool_calls_end(struct tool_calls *calls, bool cut, struct failure *why);

#endif
