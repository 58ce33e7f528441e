#include "count.h"

#include "../js.h"
#include "../provider/thinking.h"

#include <math.h>

/* ---- images and documents ---- */

/* Anthropic's price of a picture of the largest size, and about that of a page. */
#define IMAGE 1600
#define PDF_PAGE 2000
#define PDF_PAGE_BYTES 60000

/* Its pages stand in compressed streams: the size tells about how many there are. */
static double count_pdf(struct slice url)
{
	size_t bytes = url.len / 4 * 3;	/* of a data URL; any other is short */
	size_t pages = 1 + bytes / PDF_PAGE_BYTES;

	return (double)pages * PDF_PAGE;
}

/* ---- the chat tree ---- */

static double count_string(struct json_object *object, const char *key)
{
	return count_text(js_get_slice(object, key));
}

/* Mistral's, and the details of OpenRouter: text, no signatures. */
static double count_thinking(struct json_object *parts)
{
	double tokens = 0;

	for (size_t i = 0; i < js_count(parts); i++)
		tokens += count_string(js_at(parts, i), "text") +
			count_string(js_at(parts, i), "summary");
	return tokens;
}

static double count_part(struct json_object *part)
{
	struct slice type = js_get_slice(part, "type");
	struct slice url = js_get_slice(js_get(part, "image_url"), "url");

	if (slice_equals(type, "text"))
		return count_string(part, "text");
	if (slice_equals(type, "thinking"))
		return count_thinking(js_get_array(part, "thinking"));
	if (slice_equals(type, "file"))
		return count_pdf(js_get_slice(js_get(part, "file"), "file_data"));
	if (slice_equals(type, "document_url"))
		return count_pdf(js_get_slice(part, "document_url"));
	if (!slice_equals(type, "image_url"))
		return 0;
	/* Gemini takes a PDF there. */
	return slice_starts(url, "data:application/pdf") ? count_pdf(url) : IMAGE;
}

/* least: only what count_least() counts; so below. */
static double count_content(struct json_object *content, bool least)
{
	double tokens = count_text(js_slice(content));

	for (size_t i = 0; js_is_array(content) && i < js_count(content); i++)
		tokens += least ? count_string(js_at(content, i), "text") :
			count_part(js_at(content, i));
	return tokens;
}

static double count_calls(struct json_object *tool_calls)
{
	double tokens = 0;

	for (size_t i = 0; i < js_count(tool_calls); i++) {
		struct json_object *function = js_get(js_at(tool_calls, i), "function");

		tokens += count_string(function, "name") + count_string(function, "arguments") + 8;
	}
	return tokens;
}

static double count_reasoning(struct json_object *message)
{
	double tokens = count_thinking(js_get_array(message, "reasoning_details"));
	const struct reasoning_field *field;

	for (size_t i = 0; (field = reasoning_field_at(i)); i++)
		tokens += count_string(message, field->name);
	return tokens;
}

static double count_message(struct json_object *message, bool least)
{
	bool result = slice_equals(js_get_slice(message, "role"), "tool");
	double tokens = count_content(js_get(message, "content"), least) +
		count_calls(js_get_array(message, "tool_calls"));

	return least ? tokens : tokens + 4 + (result ? 4 : 0) + count_reasoning(message);
}

static double count_tool(struct json_object *tool, bool least)
{
	struct json_object *function = js_get(tool, "function");
	struct json_object *parameters = js_get_object(function, "parameters");
	double tokens = count_string(function, "name") + count_string(function, "description");

	return least ? tokens : tokens + 8 + (parameters ? count_text(js_text(parameters)) : 0);
}

static double count_lists(struct json_object *chat, bool least)
{
	struct json_object *messages = js_get_array(chat, "messages");
	struct json_object *tools = js_get_array(chat, "tools");
	double tokens = 0;

	for (size_t i = 0; i < js_count(messages); i++)
		tokens += count_message(js_at(messages, i), least);
	for (size_t i = 0; i < js_count(tools); i++)
		tokens += count_tool(js_at(tools, i), least);
	return tokens;
}

int64_t count_chat(struct json_object *chat)
{
	struct json_object *format = js_get_object(chat, "response_format");

	return llround(3 + count_lists(chat, false) + (format ? count_text(js_text(format)) : 0));
}

int64_t count_least(struct json_object *chat)
{
	return llround(count_lists(chat, true));
}
