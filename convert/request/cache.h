/*
 * What helps the upstream's prompt cache: its keys, and the client's marks if the family accepts
 * them. doc/request.md §4.5.
 */
#ifndef CACHE_H
#define CACHE_H

#include "../turn.h"

struct json_object;

/*
 * Adds the fields that steer a cache, if the family accepts them: prompt_cache_key and
 * session_id, one for each session and model; requesty.auto_cache; OpenRouter's own
 * cache_control of the whole request.
 */
void cache_add_fields(struct json_object *chat, struct json_object *body, const struct turn *turn);

/* Copies the client's mark from marked, if it has one, to holder. Both may be NULL. */
void cache_mark(struct json_object *holder, struct json_object *marked,
	const struct dialect *dialect);

/* Leaves the last four of the marks, in the order tools, system, messages: more are refused. */
void cache_limit_marks(struct json_object *chat);

#endif
