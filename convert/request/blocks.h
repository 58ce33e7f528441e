/*
 * One content block → its text or its call. doc/request.md §2.2 to §2.4. Images and documents
 * are media.c's.
 */
#ifndef BLOCKS_H
#define BLOCKS_H

#include "../note.h"
#include "../turn.h"

struct json_object;

/*
 * Adds the text of a block to out: text, search_result, tool_reference, browser_state, the calls
 * and results of tools that ran at Anthropic, and whatever else has a string "text". False: it
 * has none. Of a block inside it without text there is a note.
 */
bool block_text(struct json_object *block, const struct turn *turn, struct buf *out);

/*
 * The call or the result of a tool that ran at Anthropic, or on an MCP server from there. No other
 * upstream declares these, so what they were asked and what they said is rendered as text.
 */
bool block_is_server_tool(struct json_object *block);

/*
 * Notes that a block was dropped. A block with content in a message of the wrong role is the
 * client's mistake and is noted in every log line; an empty text is not noted.
 */
void block_ignore(struct json_object *block, struct notes *notes);

/*
 * Adds the texts of content, a string or blocks, with separator between them. Of a block without
 * text there is a note.
 */
void content_text(struct json_object *content, const char *separator, const struct turn *turn,
	struct buf *out);

/* The tool_call for a tool_use, appended to tool_calls under the upstream id given. */
void tool_use_to_tool_call(struct json_object *tool_use, const char *upstream_id,
	const struct turn *turn, struct json_object *tool_calls);

#endif
