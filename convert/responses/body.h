/*
 * A finished chat request → a request of the Responses API: messages become items, tools are
 * flat, a few fields have other names; all else goes on as it is. doc/responses.md §2, §3.
 */
#ifndef RESPONSES_BODY_H
#define RESPONSES_BODY_H

#include "../turn.h"

struct json_object;

/*
 * The request for a chat request that was converted in a dialect with API_RESPONSES, and for its
 * turn. Nothing of chat, which shares nodes with the client's request, is changed. The caller frees
 * the new tree, which may outlive chat.
 */
struct json_object *responses_body(struct json_object *chat, struct turn *turn);

#endif
