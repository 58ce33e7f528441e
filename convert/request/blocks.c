#include "parts.h"

#include "../js.h"

#include <inttypes.h>
#include <string.h>

/* ---- tools that ran at Anthropic, or on an MCP server from there ---- */

static bool is_server_call(struct slice type)
{
	return slice_equals(type, "server_tool_use") || slice_equals(type, "mcp_tool_use");
}

bool block_is_server_tool(struct json_object *block)
{
	struct slice type = js_get_slice(block, "type");

	return is_server_call(type) ||
		(slice_ends(type, "_tool_result") && !slice_equals(type, "_tool_result"));
}

/* "[web_search: QUERY]": the name and the input, in short where that says all. */
static void add_call(struct json_object *block, struct buf *out)
{
	static const char *const telling[] = { "query", "url", "code", "command" };
	struct json_object *input = js_get_object(block, "input");
	const char *name = js_get_string(block, "name");
	struct slice text = { 0 };

	for (size_t i = 0; !text.data && js_count(input) == 1 && i < COUNT(telling); i++)
		text = js_get_slice(input, telling[i]);
	if (!text.data && js_count(input))
		text = js_text(input);
	buf_printf(out, "[%s", name ? name : "tool");
	if (text.len) {
		buf_puts(out, ": ");
		buf_add(out, text.data, text.len);
	}
	buf_puts(out, "]");
}

static void add_reference(struct json_object *reference, const struct turn *turn, struct buf *out)
{
	const char *name = js_get_string(reference, "tool_name");
	char buffer[65];

	if (name)
		buf_printf(out, "Tool available: %s",
			names_to_upstream(&turn->names, name, buffer));
}

/* Of an edited file: its lines; of a search for tools: their names, as upstream knows them. */
static void add_lists(struct json_object *node, const struct turn *turn, struct buf *out)
{
	struct json_object *lines = js_get_array(node, "lines");
	struct json_object *tools = js_get_array(node, "tool_references");

	for (size_t i = 0; i < js_count(lines); i++)
		buf_join(out, "\n", js_slice(js_at(lines, i)));
	for (size_t i = 0; i < js_count(tools); i++) {
		struct buf line = { 0 };

		add_reference(js_at(tools, i), turn, &line);
		buf_join(out, "\n", buf_slice(&line));
		buf_free(&line);
	}
}

/* What no text can show: a file that lies at Anthropic, a picture, a PDF, a failed command. */
static void add_markers(struct json_object *node, struct buf *out)
{
	const char *file_id = js_get_string(node, "file_id");
	const char *media_type = js_get_string(node, "media_type");
	int64_t return_code = 0;
	struct buf marker = { 0 };

	if (file_id)
		buf_printf(&marker, "[file omitted: %s is stored at Anthropic]", file_id);
	else if (slice_equals(js_get_slice(node, "type"), "base64"))
		buf_printf(&marker, "[file omitted: %s]", media_type ? media_type : "base64");
	else if (js_get_int(node, "return_code", &return_code) && return_code)
		buf_printf(&marker, "[return code %" PRId64 "]", return_code);
	if (marker.len)
		buf_join(out, "\n", buf_slice(&marker));
	buf_free(&marker);
}

/*
 * Titles and addresses of a search, the text of a fetched page, output of code, texts of MCP,
 * error codes: by their keys, wherever they stand. encrypted_content is none of them.
 */
static void add_result(struct json_object *node, const struct turn *turn, struct buf *out)
{
	static const char *const texts[] = { "title", "url", "text", "stdout", "stderr",
		"error_code" };
	static const char *const inner[] = { "content", "source" };

	buf_join(out, "\n", js_slice(node));
	for (size_t i = 0; i < COUNT(texts); i++)
		buf_join(out, "\n", js_get_slice(node, texts[i]));
	if (slice_equals(js_get_slice(node, "type"), "text"))
		buf_join(out, "\n", js_get_slice(node, "data"));
	add_lists(node, turn, out);
	add_markers(node, out);
	for (size_t i = 0; i < COUNT(inner); i++)
		if (js_get(node, inner[i]))
			add_result(js_get(node, inner[i]), turn, out);
	for (size_t i = 0; js_is_array(node) && i < js_count(node); i++)
		add_result(js_at(node, i), turn, out);
}

static void add_server_tool(struct json_object *block, const struct turn *turn, struct buf *out)
{
	struct buf text = { 0 };

	if (is_server_call(js_get_slice(block, "type"))) {
		add_call(block, out);
		return;
	}
	add_result(js_get(block, "content"), turn, &text);
	if (slice_is_blank(buf_slice(&text))) {
		buf_clear(&text);
		buf_printf(&text, "[%s without text]", js_get_string(block, "type"));
	}
	if (js_get_true(block, "is_error"))
		buf_puts(out, "Error: ");
	buf_add(out, text.data, text.len);
	buf_free(&text);
}

/* ---- the text of any block ---- */

/* The whole block, but for the mark that moves from turn to turn. */
static void add_browser_state(struct json_object *block, struct buf *out)
{
	struct json_object *state = js_copy(block);

	js_remove(state, "cache_control");
	js_write(state, out);
	js_free(state);
}

bool block_text(struct json_object *block, const struct turn *turn, struct buf *out)
{
	struct slice type = js_get_slice(block, "type"), text = js_get_slice(block, "text");

	if (block_is_server_tool(block)) {
		add_server_tool(block, turn, out);
	} else if (slice_equals(type, "search_result")) {
		buf_join(out, "\n", js_get_slice(block, "title"));
		buf_join(out, "\n", js_get_slice(block, "source"));
		content_text(js_get(block, "content"), "\n", turn, out, NULL);
	} else if (slice_equals(type, "tool_reference")) {
		add_reference(block, turn, out);
	} else if (slice_equals(type, "browser_state")) {
		add_browser_state(block, out);
	}
	if (out->len == 0)
		buf_add(out, text.data, text.len);
	return out->len > 0;
}

void block_ignore(struct json_object *block, struct notes *notes)
{
	static const char *const content[] = {
		"image", "document", "search_result", "tool_use", "tool_result",
	};
	const char *type = js_get_string(block, "type");

	if (type && is_one_of(type, content, COUNT(content)))
		note_changed(notes, "dropped:%s", type);
	else if (!type || strcmp(type, "text") != 0)
		note_ignored(notes, "ignored:%s", type ? type : "block");
}

/* What a block of media leaves: texts and markers for the text, the rest for media. */
static void sort_medium(struct json_object *block, const char *separator, const struct turn *turn,
	struct buf *out, struct json_object *media)
{
	struct json_object *parts = js_new_array();

	media_add(parts, block, turn);
	for (size_t i = 0; i < js_count(parts); i++) {
		struct json_object *part = js_at(parts, i);

		if (part_is_text(part))
			buf_join(out, separator, js_get_slice(part, "text"));
		else
			js_append_share(media, part);
	}
	js_free(parts);
}

void content_text(struct json_object *content, const char *separator, const struct turn *turn,
	struct buf *out, struct json_object *media)
{
	buf_join(out, separator, js_slice(content));
	for (size_t i = 0; js_is_array(content) && i < js_count(content); i++) {
		struct json_object *block = js_at(content, i);
		struct buf one = { 0 };

		if (media && media_is(block))
			sort_medium(block, separator, turn, out, media);
		else if (block_text(block, turn, &one))
			buf_join(out, separator, buf_slice(&one));
		else
			block_ignore(block, turn->notes);
		buf_free(&one);
	}
}

/* ---- calls ---- */

/* A string that is an object's JSON already, as some clients keep it, is not coded twice. */
static struct slice arguments_of(struct json_object *input)
{
	struct json_object *parsed = NULL;
	struct slice text = js_slice(input);
	bool is_object;

	if (!input)
		return slice_of("{}");
	is_object = text.data && js_parse(text.data, text.len, &parsed, NULL) &&
		js_is_object(parsed);
	js_free(parsed);
	return is_object ? text : js_text(input);
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
