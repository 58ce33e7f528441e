#include "server_tool.h"

#include "../js.h"

#include <inttypes.h>
#include <string.h>

#define COUNT(list) (sizeof(list) / sizeof((list)[0]))

static bool is_call(struct slice type)
{
	return slice_equals(type, "server_tool_use") || slice_equals(type, "mcp_tool_use");
}

static bool is_result(struct slice type)
{
	static const char suffix[] = "_tool_result";
	size_t len = strlen(suffix);

	return type.len > len && !memcmp(type.data + type.len - len, suffix, len);
}

bool server_tool_is(struct json_object *block)
{
	struct slice type = js_get_slice(block, "type");

	return is_call(type) || is_result(type);
}

/* ---- calls ---- */

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

/* ---- results ---- */

/* Of an edited file: its lines; of a search for tools: their names, as upstream knows them. */
static void add_lists(struct json_object *node, const struct turn *turn, struct buf *out)
{
	struct json_object *lines = js_get_array(node, "lines");
	struct json_object *tools = js_get_array(node, "tool_references");

	for (size_t i = 0; i < js_count(lines); i++)
		buf_join(out, "\n", js_slice(js_at(lines, i)));
	for (size_t i = 0; i < js_count(tools); i++) {
		const char *name = js_get_string(js_at(tools, i), "tool_name");
		struct buf line = { 0 };
		char buffer[65];

		buf_puts(&line, "Tool available: ");
		buf_puts(&line, name ? names_to_upstream(&turn->names, name, buffer) : "");
		if (name)
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

void server_tool_text(struct json_object *block, const struct turn *turn, struct buf *out)
{
	struct buf text = { 0 };

	if (is_call(js_get_slice(block, "type"))) {
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
