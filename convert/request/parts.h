/*
 * What chat messages are made of: who speaks, the content parts, the text or the call of one block
 * of the client, the marks for the prompt cache. doc/request.md §2.2 to §2.4, §4.5.
 */
#ifndef PARTS_H
#define PARTS_H

#include "../note.h"
#include "../turn.h"

struct json_object;

/* ---- parts.c ---- */

enum role { ROLE_USER, ROLE_ASSISTANT, ROLE_SYSTEM };

/* Of a message of the client. "developer" is system; an unknown role is the user's. */
enum role role_of(struct json_object *message);

/* Appends a message that holds its role so far. */
struct json_object *message_add(struct json_object *chat_messages, const char *role);

/* Whether the last message has that role. */
bool message_last_is(struct json_object *chat_messages, const char *role);

/* Appends a text part and returns it; an empty text adds none and gives NULL. */
struct json_object *parts_add_text(struct json_object *parts, struct slice text);

/* The same for the text of a system message, in tags that set it off from the user's words. */
struct json_object *parts_add_reminder(struct json_object *parts, struct slice text);

bool part_is_text(struct json_object *part);

/* A PDF in any family's form: a file, a document_url, Gemini's image_url. */
bool part_is_pdf(struct json_object *part);

/*
 * Gives message its content: one string when all parts are texts, else the parts themselves. So
 * the same words make the same bytes, however the client had cut them into blocks. Families
 * that take marks get parts always, since a string has no place for one.
 */
void parts_to_content(struct json_object *parts, struct json_object *message,
	const struct turn *turn);

/* ---- blocks.c ---- */

/*
 * Writes the text of a block to out, which is empty: text, search_result, tool_reference,
 * browser_state, the calls and results of tools that ran at Anthropic, and whatever else has a
 * string "text". False: it has none. Of a block inside it without text there is a note.
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
 * text there is a note; but where media is an array, the parts of images and documents go there.
 */
void content_text(struct json_object *content, const char *separator, const struct turn *turn,
	struct buf *out, struct json_object *media);

/* The tool_call for a tool_use, appended to tool_calls under the upstream id given. */
void tool_use_to_tool_call(struct json_object *tool_use, const char *upstream_id,
	const struct turn *turn, struct json_object *tool_calls);

/* ---- media.c ---- */

/* Blocks of image, document and container_upload. */
bool media_is(struct json_object *block);

/*
 * Appends the block's part or parts to parts; what cannot be sent becomes a text part with a
 * marker: nothing vanishes. A document of text becomes a text part, with its images behind it.
 */
void media_add(struct json_object *parts, struct json_object *block, const struct turn *turn);

/* ---- cache.c ---- */

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
