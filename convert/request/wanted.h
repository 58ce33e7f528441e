/*
 * What the client and the user want of thinking: the level, and whether it is shown. Each
 * family's fields for it are provider/thinking's. doc/request.md §1.1, doc/answer.md §1.3.
 */
#ifndef WANTED_H
#define WANTED_H

#include "../provider/thinking.h"
#include "../turn.h"

struct json_object;

/* REASONING, else thinking.type and effort. turn->max_tokens must be filled: it bounds a budget. */
struct wanted wanted_read(struct json_object *body, const struct turn *turn);

/*
 * Thinking is shown to those who asked for it, and to those with tools, since the upstream's state
 * must come back with the calls. Others read content[0].text and expect the answer there.
 */
bool wanted_shown(struct json_object *body, bool has_tools, const struct dialect *dialect);

#endif
