#include "blocks.h"

#include "../js.h"
#include "server_tool.h"

#include <string.h>

/* ---- text ---- */

static void search_result_text(struct json_object *block, const struct turn *turn,
	struct notes *notes, struct buf *out)
{
	buf_join(out, "\n", js_get_slice(block, "title"));
	buf_join(out, "\n", js_get_slice(block, "source"));
	content_text(js_get(block, "content"), "\n", turn, notes, out);
}

static void tool_reference_text(struct json_object *block, const struct turn *turn,
	struct notes *notes, struct buf *out)
{
	const char *name = js_get_string(block, "tool_name");
	char buffer[65];

	(void)notes;
	if (name)
		buf_printf(out, "Tool available: %s",
			names_to_upstream(&turn->names, name, buffer));
}

/* The whole block, but for the mark that moves from turn to turn. */
static void browser_state_text(struct json_object *block, const struct turn *turn,
	struct notes *notes, struct buf *out)
{
	struct json_object *state = js_copy(block);
	struct slice text;

	(void)turn;
	(void)notes;
	js_remove(state, "cache_control");
	text = js_text(state);
	buf_add(out, text.data, text.len);
	js_free(state);
}

static const struct {
	const char *type;
	void (*add)(struct json_object *block, const struct turn *turn, struct notes *notes,
		struct buf *out);
} texts[] = {
	{ "search_result", search_result_text },
	{ "tool_reference", tool_reference_text },
	{ "browser_state", browser_state_text },
};

bool block_text(struct json_object *block, const struct turn *turn, struct notes *notes,
	struct buf *out)
{
	struct slice type = js_get_slice(block, "type"), text = js_get_slice(block, "text");
	struct buf own = { 0 };
	bool any;

	if (server_tool_is(block))
		server_tool_text(block, turn, &own);
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		if (slice_equals(type, texts[i].type))
			texts[i].add(block, turn, notes, &own);
	if (own.len == 0)
		buf_add(&own, text.data, text.len);
	buf_add(out, own.data, own.len);
	any = own.len > 0;
	buf_free(&own);
	return any;
}

void block_ignore(struct json_object *block, struct notes *notes)
{
	static const char *const content[] = {
		"image", "document", "search_result", "tool_use", "tool_result",
	};
	const char *type = js_get_string(block, "type");

	for (size_t i = 0; type && i < sizeof(content) / sizeof(content[0]); i++)
		if (!strcmp(type, content[i])) {
			note_changed(notes, "dropped:%s", type);
			return;
		}
	if (!type || strcmp(type, "text"))
		note_ignored(notes, "ignored:%s", type ? type : "block");
}

void content_text(struct json_object *content, const char *separator, const struct turn *turn,
	struct notes *notes, struct buf *out)
{
	buf_join(out, separator, js_slice(content));
	for (size_t i = 0; js_is_array(content) && i < js_count(content); i++) {
		struct buf one = { 0 };

		if (block_text(js_at(content, i), turn, notes, &one))
			buf_join(out, separator, buf_slice(&one));
		else if (notes)
			block_ignore(js_at(content, i), notes);
		buf_free(&one);
	}
}

/* ---- calls ---- */

static bool is_object_text(struct slice text)
{
	struct json_object *parsed = NULL;
	struct js_error error;
	bool is = text.data && js_parse(text.data, text.len, &parsed, &error) &&
		js_is_object(parsed);

	js_free(parsed);
	return is;
}

/* A string that is an object's JSON already, as some clients keep it, is not coded twice. */
static struct slice arguments_of(struct json_object *input)
{
	struct slice text = js_slice(input);

	if (!input)
		return slice_of("{}");
	return is_object_text(text) ? text : js_text(input);
}

void tool_use_to_tool_call(struct json_object *tool_use, const char *upstream_id,
	const struct turn *turn, struct json_object *tool_calls)
{
	struct json_object *call = js_append_object(tool_calls), *function;
	char buffer[65];

	js_add_string(call, "id", upstream_id);
	js_add_string(call, "type", "function");
	function = js_add_object(call, "function");
	js_add_string(function, "name",
		names_to_upstream(&turn->names, js_get_string(tool_use, "name"), buffer));
	js_add_slice(function, "arguments", arguments_of(js_get(tool_use, "input")));
}
