#include "assemble.h"

#include "../convert/js.h"

#include <string.h>

struct assembling {
	struct json_object *message, *block;
	struct buf input;	/* of an open tool_use */
	bool stopped;
	const char *wrong;
};

static void join(struct json_object *block, const char *key, struct slice more)
{
	struct slice so_far = js_get_slice(block, key);
	struct buf both = { 0 };

	buf_add(&both, so_far.data, so_far.len);
	buf_add(&both, more.data, more.len);
	js_add_slice(block, key, buf_slice(&both));
	buf_free(&both);
}

/* ---- one function an event ---- */

static void message_start(struct assembling *a, struct json_object *data)
{
	js_free(a->message);
	a->message = js_copy(js_get(data, "message"));
}

static void content_block_start(struct assembling *a, struct json_object *data)
{
	struct json_object *content = js_get_array(a->message, "content");
	int64_t index = -1;

	js_get_int(data, "index", &index);
	if (!content || a->block || index != (int64_t)js_count(content)) {
		a->wrong = "a block starts out of its turn";
		return;
	}
	a->block = js_copy(js_get(data, "content_block"));
	js_append(content, a->block);
	buf_clear(&a->input);
}

static void content_block_delta(struct assembling *a, struct json_object *data)
{
	static const struct { const char *type, *key; } deltas[] = {
		{ "text_delta", "text" }, { "thinking_delta", "thinking" },
		{ "signature_delta", "signature" }, { "input_json_delta", "partial_json" },
	};
	struct json_object *delta = js_get(data, "delta");
	size_t row = 0;

	while (row < 4 && !slice_equals(js_get_slice(delta, "type"), deltas[row].type))
		row++;
	if (row == 4 || !a->block || !js_is_string(js_get(delta, deltas[row].key)))
		a->wrong = "a delta of no known kind, or for no block";
	else if (row == 3)
		buf_add(&a->input, js_get_slice(delta, "partial_json").data,
			js_get_slice(delta, "partial_json").len);
	else
		join(a->block, deltas[row].key, js_get_slice(delta, deltas[row].key));
}

/* Clients throw at what is no JSON, or lose it; here it is kept as in a whole answer. */
static void content_block_stop(struct assembling *a, struct json_object *data)
{
	struct json_object *input = NULL;
	struct js_error error;

	(void)data;
	if (!a->block)
		a->wrong = "a block stops that is not open";
	else if (a->input.len && js_parse(a->input.data, a->input.len, &input, &error) &&
			js_is_object(input))
		js_give(a->block, "input", js_hold(input));
	else if (a->input.len)
		js_add_slice(js_add_object(a->block, "input"), "raw_arguments",
			buf_slice(&a->input));
	js_free(input);
	a->block = NULL;
}

static void message_delta(struct assembling *a, struct json_object *data)
{
	struct json_object *usage = js_get_object(a->message, "usage");

	if (!usage || !js_get_object(data, "usage"))
		a->wrong = "no usage";
	for (struct js_member m = js_first(js_get(data, "delta")); m.key; m = js_next(m))
		js_share(a->message, m.key, m.value);
	for (struct js_member m = js_first(js_get(data, "usage")); usage && m.key; m = js_next(m))
		js_share(usage, m.key, m.value);
}

static void message_stop(struct assembling *a, struct json_object *data)
{
	(void)data;
	a->stopped = !a->block;
}

static void nothing(struct assembling *a, struct json_object *data)
{
	(void)a;
	(void)data;
}

static const struct {
	const char *name;
	void (*take)(struct assembling *a, struct json_object *data);
} takers[] = {
	{ "message_start", message_start }, { "content_block_start", content_block_start },
	{ "content_block_delta", content_block_delta },
	{ "content_block_stop", content_block_stop }, { "message_delta", message_delta },
	{ "message_stop", message_stop }, { "ping", nothing }, { "error", nothing },
};

/* "event: NAME\ndata: JSON", whose type is the name. */
static void take(struct assembling *a, struct slice event)
{
	const char *middle = memmem(event.data, event.len, "\ndata: ", 7);
	struct json_object *data = NULL;
	struct slice name, json;
	struct js_error error;
	size_t row = 0;

	if (!middle || !slice_starts(event, "event: ")) {
		a->wrong = "an event without name or data";
		return;
	}
	name = (struct slice){ event.data + 7, (size_t)(middle - event.data) - 7 };
	json = (struct slice){ middle + 7, (size_t)(event.data + event.len - middle) - 7 };
	while (row < sizeof(takers) / sizeof(takers[0]) && !slice_equals(name, takers[row].name))
		row++;
	if (row == sizeof(takers) / sizeof(takers[0]) ||
			!js_parse(json.data, json.len, &data, &error) ||
			!slice_equals(js_get_slice(data, "type"), takers[row].name))
		a->wrong = "an event of no known name, or of another type";
	else
		takers[row].take(a, data);
	js_free(data);
}

struct json_object *assemble(struct slice events, const char **wrong)
{
	struct assembling a = { 0 };
	const char *end;

	while (!a.wrong && (end = memmem(events.data, events.len, "\n\n", 2))) {
		size_t len = (size_t)(end - events.data);

		take(&a, (struct slice){ events.data, len });
		events = (struct slice){ end + 2, events.len - len - 2 };
	}
	if (!a.stopped) {
		js_free(a.message);
		a.message = NULL;
	}
	*wrong = a.wrong;
	buf_free(&a.input);
	return a.message;
}
