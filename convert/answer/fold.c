#include "fold.h"

#include "../js.h"
#include "object.h"

/* A call's input; without any text it is {}. */
static void add_input(struct json_object *block, struct slice text)
{
	struct json_object *input = NULL;
	struct js_error error;

	if (text.len == 0)
		return;
	if (js_parse(text.data, text.len, &input, &error) && js_is_object(input)) {
		js_give(block, "input", input);
		return;
	}
	js_free(input);
	js_give(block, "input", object_of_raw(text));
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
	case ERROR_EVENT:
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
