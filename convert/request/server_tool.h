/*
 * Tools that ran at Anthropic, or on an MCP server from there. No other upstream declares them, so
 * what they were asked and what they said is told as text. doc/request.md §2.4.
 */
#ifndef SERVER_TOOL_H
#define SERVER_TOOL_H

#include "../turn.h"

struct json_object;

/* The call or the result of such a tool. */
bool server_tool_is(struct json_object *block);

/* Adds its text, a marker where there is none that can be told. */
void server_tool_text(struct json_object *block, const struct turn *turn, struct buf *out);

#endif
