#include "history.h"

#include "../js.h"
#include "parts.h"

#include <stdlib.h>

/*
 * One walk over the messages. At any time one turn is open and collects; it is closed, and its
 * chat messages written, when somebody else has something to say. A block that leaves nothing
 * opens no turn, so the turns on both sides of it meet.
 */
struct history {
	struct json_object *chat_messages, *messages;
	struct turn *turn;
	size_t leading;			/* so many messages belong to the leading system message */
	size_t users_end;		/* behind the last message of the user */
	size_t answered_end;		/* behind the answer before the user's last message */
	enum role last;			/* who spoke last, but for the system */
	size_t index;			/* of the message at hand */
	enum { NOBODY, ASSISTANT, USER } open;

	/* the assistant's turn */
	struct buf text;
	bool apart;			/* the next text does not flow on from this one */
	struct json_object *tool_calls;
	struct reasoning reasoning;

	struct user_turn user;		/* and the calls that wait for it */
};

/* ---- opening and closing a turn ---- */

/*
 * The one place where a turn of the assistant is written. NULL: nothing led to a message, and
 * Responses takes no reasoning without what it led to.
 */
static struct json_object *close_assistant(struct history *h)
{
	const struct dialect *dialect = &h->turn->dialect;
	bool first = !js_count(h->chat_messages) || message_last_is(h->chat_messages, "system");
	struct json_object *message;

	if (dialect->api == API_RESPONSES && !h->text.len && !h->tool_calls)
		return NULL;
	if (first && (dialect->strict_alternation || dialect->user_first))
		js_add_string(message_add(h->chat_messages, "user"), "content", USER_BRIDGE);
	message = message_add(h->chat_messages, "assistant");
	/* Some want a string here, others take "" for a fault: Kimi, Bedrock, old Ollama. */
	if (h->text.len || dialect->empty_tool_content)
		js_add_slice(message, "content", buf_slice(&h->text));
	else
		js_add_null(message, "content");
	if (h->tool_calls)
		js_give(message, "tool_calls", h->tool_calls);
	reasoning_give(&h->reasoning, message, h->user.calls.tool_uses, h->turn);
	h->tool_calls = NULL;
	buf_clear(&h->text);
	return message;
}

/*
 * A chat message has its reasoning, its text and its calls in this order. Responses keeps the one
 * in which they were generated: what comes out of it begins another message of the same turn.
 */
static void keep_order(struct history *h, bool behind_text)
{
	if (h->turn->dialect.api != API_RESPONSES ||
	    !(h->tool_calls || (behind_text && h->text.len)))
		return;
	close_assistant(h);
	reasoning_clear(&h->reasoning);
	h->apart = false;
}

static void open_user(struct history *h)
{
	if (h->open == ASSISTANT)
		close_assistant(h);
	reasoning_clear(&h->reasoning);
	h->open = USER;
}

static void open_assistant(struct history *h)
{
	if (h->open == USER)
		user_close(&h->user, h->chat_messages, h->turn);
	h->open = ASSISTANT;
}

/* ---- blocks of the user ---- */

static void user_text(struct history *h, struct slice text, struct json_object *block)
{
	if (text.len == 0)
		return;
	open_user(h);
	cache_mark(parts_add_text(h->user.parts, text), block, &h->turn->dialect);
}

static void user_block(struct history *h, struct json_object *block)
{
	struct slice type = js_get_slice(block, "type");
	struct buf text = { 0 };

	if (slice_equals(type, "tool_result")) {
		open_user(h);
		user_add_result(&h->user, block, h->turn);
	} else if (media_is(block)) {
		open_user(h);
		media_add(h->user.parts, block, h->turn);
	} else if (block_text(block, h->turn, &text)) {
		user_text(h, buf_slice(&text), block);
	} else {
		block_ignore(block, h->turn->notes);
	}
	buf_free(&text);
}

/* ---- blocks of the assistant ---- */

/* Adjacent texts are pieces of one flow; with something else between, they are paragraphs. */
static void assistant_text(struct history *h, struct slice text)
{
	/* Anthropic-backed hosts refuse blank texts. */
	if (slice_is_blank(text))
		return;
	open_assistant(h);
	keep_order(h, false);
	buf_join(&h->text, h->apart ? "\n\n" : "", text);
	h->apart = false;
}

/* The summary in a block of compaction; data NULL: it holds none, or is another block. */
static struct slice summary_of(struct json_object *block)
{
	struct slice summary = js_get_slice(block, "content");

	if (!slice_equals(js_get_slice(block, "type"), "compaction") || slice_is_blank(summary))
		return (struct slice){ 0 };
	return summary;
}

/* The memory of all before it, which is why the walk begins here. */
static void assistant_compaction(struct history *h, struct json_object *block)
{
	struct slice summary = summary_of(block);
	struct buf text = { 0 };

	if (!summary.data)
		return;
	buf_puts(&text, "<conversation-summary>\n");
	buf_add(&text, summary.data, summary.len);
	buf_puts(&text, "\n</conversation-summary>");
	user_text(h, buf_slice(&text), NULL);
	buf_free(&text);
}

static void assistant_block(struct history *h, struct json_object *block)
{
	struct slice type = js_get_slice(block, "type");
	struct buf text = { 0 };

	if (slice_equals(type, "text")) {
		assistant_text(h, js_get_slice(block, "text"));
		return;
	}
	h->apart = true;
	if (slice_equals(type, "tool_use")) {
		open_assistant(h);
		if (!h->tool_calls)
			h->tool_calls = js_new_array();
		tool_use_to_tool_call(block, user_add_call(&h->user, block, h->turn), h->turn,
			h->tool_calls);
	} else if (slice_equals(type, "thinking") || slice_equals(type, "redacted_thinking")) {
		/* It opens no turn: alone there is nothing to send. */
		keep_order(h, true);
		if (!reasoning_add(&h->reasoning, block))
			block_ignore(block, h->turn->notes);
	} else if (block_is_server_tool(block)) {
		/* This request declares it nowhere. */
		block_text(block, h->turn, &text);
		assistant_text(h, buf_slice(&text));
	} else if (slice_equals(type, "compaction")) {
		assistant_compaction(h, block);
	} else {
		block_ignore(block, h->turn->notes);
	}
	h->apart = true;
	buf_free(&text);
}

/* ---- the walk ---- */

static void system_message(struct history *h)
{
	enum system_messages policy = system_policy(h->turn);
	struct json_object *message = js_at(h->messages, h->index);
	struct buf text = { 0 };

	/* The leading message says these already. */
	if (policy == SYSTEM_HOIST || h->index < h->leading)
		return;
	if (system_text(message, h->index < h->users_end, h->turn, &text)) {
		open_user(h);
		/* By Responses it stands where it came: what was sent before it stays a prefix. */
		if (policy == SYSTEM_INLINE && h->turn->dialect.api == API_RESPONSES &&
			js_count(h->user.parts) && !h->user.calls.tool_uses)
			user_close(&h->user, h->chat_messages, h->turn);
		if (policy == SYSTEM_INLINE)
			js_append_slice(h->user.systems, buf_slice(&text));
		else
			cache_mark(parts_add_reminder(h->user.parts, buf_slice(&text)),
				system_marked(message), &h->turn->dialect);
	}
	buf_free(&text);
}

/* from: the block to begin with. */
static void walk_message(struct history *h, size_t from)
{
	struct json_object *content = js_get(js_at(h->messages, h->index), "content");
	enum role role = role_of(js_at(h->messages, h->index));
	void (*block)(struct history *h, struct json_object *block) =
		role == ROLE_USER ? user_block : assistant_block;

	h->apart = true;
	h->turn->in_past = h->index < h->answered_end;
	if (role == ROLE_SYSTEM)
		system_message(h);
	else if (js_is_array(content))
		for (size_t i = from; i < js_count(content); i++)
			block(h, js_at(content, i));
	else if (role == ROLE_USER)
		user_text(h, js_slice(content), NULL);
	else
		assistant_text(h, js_slice(content));
}

/*
 * Takes every call id that stands in the conversation, since a new call must have another; not what
 * the id carries, which may be cut off on its way. The walk begins at the last compaction that
 * holds a summary, else at the beginning: sets the message, returns the block.
 */
static size_t look_through(struct history *h)
{
	size_t from = 0, answer_end = 0;

	for (size_t i = 0; i < js_count(h->messages); i++) {
		struct json_object *blocks = js_get_array(js_at(h->messages, i), "content");
		enum role role = role_of(js_at(h->messages, i));

		if (role != ROLE_SYSTEM)
			h->last = role;
		if (role == ROLE_USER)
			h->answered_end = answer_end;
		if (role != ROLE_ASSISTANT)
			continue;
		answer_end = i + 1;
		for (size_t j = 0; j < js_count(blocks); j++) {
			struct json_object *block = js_at(blocks, j);

			if (slice_equals(js_get_slice(block, "type"), "tool_use")) {
				char *id = slice_copy(callid_visible(js_get_string(block, "id")));

				js_add_bool(h->turn->taken, id, true);
				free(id);
			} else if (summary_of(block).data) {
				h->index = i;
				from = j;
			}
		}
	}
	return from;
}

static void finish(struct history *h)
{
	enum prefill prefill = h->turn->dialect.prefill;
	struct json_object *last;

	if (h->user.calls.tool_uses)
		open_user(h);
	/* An empty last message of the user must not make a prefill of the turn before. */
	if (h->open == NOBODY || (h->open == ASSISTANT && h->last == ROLE_USER))
		user_text(h, slice_of("(no content)"), NULL);
	if (h->open == USER) {
		user_close(&h->user, h->chat_messages, h->turn);
		return;
	}
	last = close_assistant(h);
	if (!last)
		return;
	if (prefill == PREFILL_PREFIX)
		js_add_bool(last, "prefix", true);
	else if (prefill == PREFILL_PARTIAL)
		js_add_bool(last, "partial", true);
	else if (prefill == PREFILL_NONE)
		js_add_string(message_add(h->chat_messages, "user"), "content", "(continue)");
}

void history_add(struct json_object *chat_messages, struct json_object *messages, struct turn *turn)
{
	struct history h = {
		.chat_messages = chat_messages, .messages = messages,
		.turn = turn, .last = ROLE_SYSTEM,
		.leading = system_leading(messages), .users_end = system_users_end(messages),
	};
	size_t from;

	turn->taken = js_new_object();
	from = look_through(&h);
	user_init(&h.user);
	reasoning_init(&h.reasoning, turn);
	for (; h.index < js_count(messages); h.index++, from = 0)
		walk_message(&h, from);
	finish(&h);
	buf_free(&h.text);
	reasoning_free(&h.reasoning);
	user_free(&h.user);
}
