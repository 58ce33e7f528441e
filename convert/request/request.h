/*
 * Messages request → Chat Completions request, field by field from a white list, in wire order
 * (model, parameters, tools, tool_choice, messages last). doc/request.md §1.
 */
#ifndef REQUEST_H
#define REQUEST_H

#include "../failure.h"
#include "../note.h"
#include "../turn.h"

struct json_object;

enum request_for {
	FOR_MESSAGES,		/* max_tokens must be there */
	FOR_COUNT_TOKENS,
};

/*
 * Converts body, which is only read and may be freed afterwards. On true *chat is the caller's to
 * free and turn is filled; on false nothing is left. In both cases turn_free(turn) is allowed.
 * turn->seed and turn->settings are set by the caller, and turn->changed if a refusal asks for
 * another dialect than that of family and model. turn->notes become these notes.
 */
bool request_to_chat(struct json_object *body, enum request_for purpose, struct turn *turn,
	struct json_object **chat, struct notes *notes, struct failure *why);

#endif
