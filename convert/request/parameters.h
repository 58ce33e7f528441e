/*
 * All of a chat request that is neither a tool nor a message: limits, sampling, stops, stream,
 * thinking, structured output. doc/request.md §1, §1.1.
 */
#ifndef PARAMETERS_H
#define PARAMETERS_H

#include "../provider/thinking.h"
#include "../turn.h"
#include "tools.h"

struct json_object;

/* One request on its way into the chat tree. */
struct conversion {
	struct json_object *body, *chat;
	struct json_object *own_lines;	/* what we add to the system text */
	struct turn *turn;
	struct tools tools;
};

/* The tools must be converted already. Fills turn->max_tokens, stops and thinking. */
void parameters_add(struct conversion *c);

/* Takes away what DROP_PARAMS and the dialect name, and what cannot stand without it. */
void parameters_drop(struct conversion *c);

/*
 * What client and user want of thinking: REASONING, else thinking.type and effort.
 * turn->max_tokens must be filled: it bounds a budget.
 */
struct wanted parameters_wanted(struct json_object *body, const struct turn *turn);

/*
 * Thinking is shown to those who asked for it, and to those with tools, since the upstream's state
 * must come back with the calls. Others read content[0].text and expect the answer there:
 * doc/answer.md §1.3.
 */
bool parameters_show_thinking(struct json_object *body, bool has_tools,
	const struct dialect *dialect);

#endif
