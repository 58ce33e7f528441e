#include "event.h"

#include "../js.h"
#include "object.h"

static const char *const event_names[] = {
	[MESSAGE_START] = "message_start",
	[CONTENT_BLOCK_START] = "content_block_start",
	[TEXT_DELTA] = "content_block_delta",
	[THINKING_DELTA] = "content_block_delta",
	[SIGNATURE_DELTA] = "content_block_delta",
	[INPUT_JSON_DELTA] = "content_block_delta",
	[CONTENT_BLOCK_STOP] = "content_block_stop",
	[MESSAGE_DELTA] = "message_delta",
	[MESSAGE_STOP] = "message_stop",
	[PING] = "ping",
};

/* Each up to its text. */
static const char *const deltas[] = {
	[TEXT_DELTA] = "{\"type\":\"text_delta\",\"text\":",
	[THINKING_DELTA] = "{\"type\":\"thinking_delta\",\"thinking\":",
	[SIGNATURE_DELTA] = "{\"type\":\"signature_delta\",\"signature\":",
	[INPUT_JSON_DELTA] = "{\"type\":\"input_json_delta\",\"partial_json\":",
};

void usage_to_json(const struct usage *usage, struct json_object *usage_object)
{
	struct json_object *details;

	js_add_int(usage_object, "input_tokens", usage->input_tokens);
	js_add_int(usage_object, "cache_creation_input_tokens", usage->cache_creation_input_tokens);
	js_add_int(usage_object, "cache_read_input_tokens", usage->cache_read_input_tokens);
	js_add_int(usage_object, "output_tokens", usage->output_tokens);
	if (usage->thinking_tokens > 0) {
		details = js_add_object(usage_object, "output_tokens_details");
		js_add_int(details, "thinking_tokens", usage->thinking_tokens);
	}
}

void event_message(const struct event *message_start, struct json_object *message)
{
	js_add_string(message, "id", message_start->id);
	js_add_string(message, "type", "message");
	js_add_string(message, "role", "assistant");
	js_add_string(message, "model", message_start->model);
	js_add_array(message, "content");
	js_add_null(message, "stop_reason");
	js_add_null(message, "stop_sequence");
	usage_to_json(message_start->usage, js_add_object(message, "usage"));
}

/* Text, thinking and input begin empty: clients take them from the deltas alone. */
void event_block(const struct event *content_block_start, struct json_object *block)
{
	switch (content_block_start->block) {
	case BLOCK_TEXT:
		js_add_string(block, "type", "text");
		js_add_string(block, "text", "");
		break;
	case BLOCK_THINKING:
		js_add_string(block, "type", "thinking");
		js_add_string(block, "thinking", "");
		js_add_string(block, "signature", "");
		break;
	case BLOCK_REDACTED_THINKING:
		js_add_string(block, "type", "redacted_thinking");
		js_add_slice(block, "data", content_block_start->text);
		break;
	case BLOCK_TOOL_USE:
		js_add_string(block, "type", "tool_use");
		js_add_string(block, "id", content_block_start->id);
		js_add_string(block, "name", content_block_start->name);
		js_add_object(block, "input");
		break;
	}
}

void event_stop(const struct event *message_delta, struct json_object *message)
{
	struct json_object *details;

	js_add_string(message, "stop_reason", message_delta->stop_reason);
	js_add_string(message, "stop_sequence", message_delta->stop_sequence);
	if (!message_delta->explanation)
		return;
	details = js_add_object(message, "stop_details");
	js_add_string(details, "type", "refusal");
	js_add_null(details, "category");
	js_add_string(details, "explanation", message_delta->explanation);
}

/* Nearly all events are such: written as they are, they cost a quarter of what a tree does. */
static void write_delta(const struct event *event, struct buf *out)
{
	buf_printf(out, "{\"type\":\"content_block_delta\",\"index\":%u,\"delta\":", event->index);
	buf_puts(out, deltas[event->kind]);
	js_quote(event->text, out);
	buf_puts(out, "}}");
}

static void write_tree(const struct event *event, struct buf *out)
{
	struct json_object *data = js_new_object();

	js_add_string(data, "type", event_names[event->kind]);
	if (event->kind == CONTENT_BLOCK_START || event->kind == CONTENT_BLOCK_STOP)
		js_add_int(data, "index", event->index);
	if (event->kind == MESSAGE_START)
		event_message(event, js_add_object(data, "message"));
	if (event->kind == CONTENT_BLOCK_START)
		event_block(event, js_add_object(data, "content_block"));
	if (event->kind == MESSAGE_DELTA) {
		event_stop(event, js_add_object(data, "delta"));
		usage_to_json(event->usage, js_add_object(data, "usage"));
	}
	js_write(data, out);
	js_free(data);
}

void event_text(const struct event *event, struct buf *out)
{
	buf_puts(out, "event: ");
	buf_puts(out, event_names[event->kind]);
	buf_puts(out, "\ndata: ");
	if (event->kind < COUNT(deltas) && deltas[event->kind])
		write_delta(event, out);
	else
		write_tree(event, out);
	buf_puts(out, "\n\n");
}

/* ---- one Message ---- */

/* A call's input; without any text it is {}. */
static void add_input(struct json_object *block, struct slice text)
{
	struct json_object *input = NULL;

	if (text.len == 0)
		return;
	if (!js_parse(text.data, text.len, &input, NULL) || !js_is_object(input)) {
		js_free(input);
		input = object_of_raw(text);
	}
	js_give(block, "input", input);
}

static void stop_block(struct fold *fold, enum block_kind kind)
{
	struct slice text = buf_slice(&fold->text);
	struct slice signature = buf_slice(&fold->signature);

	switch (kind) {
	case BLOCK_TEXT:
		js_add_slice(fold->block, "text", text);
		break;
	case BLOCK_THINKING:
		js_add_slice(fold->block, "thinking", text);
		js_add_slice(fold->block, "signature", signature);
		break;
	case BLOCK_REDACTED_THINKING:
		break;
	case BLOCK_TOOL_USE:
		add_input(fold->block, text);
		break;
	}
}

void fold_event(struct fold *fold, const struct event *event)
{
	switch (event->kind) {
	case MESSAGE_START:
		fold->message = js_new_object();
		event_message(event, fold->message);
		break;
	case CONTENT_BLOCK_START:
		fold->block = js_append_object(js_get_array(fold->message, "content"));
		event_block(event, fold->block);
		buf_clear(&fold->text);
		buf_clear(&fold->signature);
		break;
	case TEXT_DELTA:
	case THINKING_DELTA:
	case INPUT_JSON_DELTA:
		buf_add(&fold->text, event->text.data, event->text.len);
		break;
	case SIGNATURE_DELTA:
		buf_add(&fold->signature, event->text.data, event->text.len);
		break;
	case CONTENT_BLOCK_STOP:
		stop_block(fold, event->block);
		break;
	case MESSAGE_DELTA:
		/* The totals take the place of what message_start said. */
		event_stop(event, fold->message);
		usage_to_json(event->usage, js_add_object(fold->message, "usage"));
		break;
	case MESSAGE_STOP:
		fold->complete = true;
		break;
	case PING:
		break;
	}
}

struct json_object *fold_message(struct fold *fold)
{
	return fold->complete ? fold->message : NULL;
}

void fold_free(struct fold *fold)
{
	js_free(fold->message);
	buf_free(&fold->text);
	buf_free(&fold->signature);
	*fold = (struct fold){ 0 };
}
