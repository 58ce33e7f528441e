#include "laws.h"

#include "../convert/js.h"

#include <string.h>

static const char *law_block_start(struct grammar *grammar, const struct event *event)
{
	if (grammar->open)
		return "a block starts inside another";
	if (event->index != grammar->next_index)
		return "block indexes do not count up from 0";
	if (event->block == BLOCK_TOOL_USE && (!event->id || !event->id[0] || !event->name))
		return "a tool_use starts without id or name";
	grammar->open = true;
	grammar->block = event->block;
	grammar->signed_off = false;
	grammar->next_index++;
	return NULL;
}

static const char *law_delta(struct grammar *grammar, const struct event *event)
{
	static const enum block_kind of[] = {
		[TEXT_DELTA] = BLOCK_TEXT, [THINKING_DELTA] = BLOCK_THINKING,
		[SIGNATURE_DELTA] = BLOCK_THINKING, [INPUT_JSON_DELTA] = BLOCK_TOOL_USE,
	};

	if (!grammar->open || event->index + 1 != grammar->next_index)
		return "a delta for a block that is not open";
	if (of[event->kind] != grammar->block)
		return "a delta of another kind than its block";
	if (grammar->signed_off)
		return "a delta behind the signature";
	grammar->signed_off = event->kind == SIGNATURE_DELTA;
	return NULL;
}

static const char *law_block_stop(struct grammar *grammar, const struct event *event)
{
	if (!grammar->open || event->index + 1 != grammar->next_index)
		return "a block stops that is not open";
	if (grammar->block == BLOCK_THINKING && !grammar->signed_off)
		return "a thinking block stops without a signature";
	grammar->open = false;
	return NULL;
}

static const char *law_message_delta(struct grammar *grammar, const struct event *event)
{
	if (grammar->open)
		return "message_delta inside a block";
	if (grammar->told_reason)
		return "two message_delta";
	if (!event->stop_reason || !event->usage || event->usage->input_tokens < 0 ||
			event->usage->output_tokens < 0)
		return "message_delta without its reason or usage";
	if (grammar->next_index == 0)
		return "an answer without a block";
	grammar->told_reason = true;
	return NULL;
}

const char *law_event(struct grammar *grammar, const struct event *event)
{
	if (grammar->stopped)
		return "an event behind the end";
	if (!grammar->started && event->kind != MESSAGE_START)
		return "an event before message_start";
	switch (event->kind) {
	case MESSAGE_START:
		if (grammar->started)
			return "two message_start";
		grammar->started = true;
		return NULL;
	case CONTENT_BLOCK_START:
		return law_block_start(grammar, event);
	case TEXT_DELTA:
	case THINKING_DELTA:
	case SIGNATURE_DELTA:
	case INPUT_JSON_DELTA:
		return law_delta(grammar, event);
	case CONTENT_BLOCK_STOP:
		return law_block_stop(grammar, event);
	case MESSAGE_DELTA:
		return law_message_delta(grammar, event);
	case MESSAGE_STOP:
		if (!grammar->told_reason)
			return "message_stop without message_delta";
		grammar->stopped = true;
		return NULL;
	case PING:
		return NULL;
	}
	return "an unknown event";
}

/* A result must lead to one call. */
static const char *law_ids(struct json_object *calls)
{
	struct json_object *ids = js_new_object();
	const char *broken = NULL;

	for (size_t n = 0; n < js_count(calls) && !broken; n++) {
		const char *id = js_get_string(js_at(calls, n), "id");

		if (!id || js_has(ids, id))
			broken = "two calls of one turn with one id";
		else
			js_add_bool(ids, id, true);
	}
	js_free(ids);
	return broken;
}

/* How many tool messages of the right ids follow at i. */
static const char *law_results(struct json_object *messages, size_t *i, struct json_object *calls)
{
	for (size_t n = 0; n < js_count(calls); n++, (*i)++) {
		struct json_object *message = js_at(messages, *i);
		const char *role = js_get_string(message, "role");
		const char *result_of = js_get_string(message, "tool_call_id");
		const char *id = js_get_string(js_at(calls, n), "id");

		if (!role || strcmp(role, "tool"))
			return "a call without its tool message right behind";
		if (!id || !result_of || strcmp(id, result_of))
			return "tool messages not in the order of the calls";
		if (js_get_slice(message, "content").len == 0)
			return "a tool message without content";
	}
	return NULL;
}

const char *law_history(struct json_object *messages)
{
	for (size_t i = 0; i < js_count(messages);) {
		struct json_object *message = js_at(messages, i++);
		struct json_object *content = js_get(message, "content");
		struct json_object *calls = js_get_array(message, "tool_calls");
		const char *role = js_get_string(message, "role"), *broken;

		if (!role)
			return "a message without a role";
		if (!strcmp(role, "tool"))
			return "a tool message without its call";
		if (js_is_string(content) ? js_slice(content).len == 0 && !calls :
				js_is_array(content) ? js_count(content) == 0 : !calls)
			return "a message without content";
		broken = law_ids(calls);
		if (!broken)
			broken = law_results(messages, &i, calls);
		if (broken)
			return broken;
	}
	return js_count(messages) ? NULL : "no messages";
}
