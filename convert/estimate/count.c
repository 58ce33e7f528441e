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

	return (double)(1 + bytes / PDF_PAGE_BYTES) * PDF_PAGE;
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

static double count_content(struct json_object *content)
{
	double tokens = count_text(js_slice(content));

	if (js_is_array(content))
		for (size_t i = 0; i < js_count(content); i++)
			tokens += count_part(js_at(content, i));
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

static double count_message(struct json_object *message)
{
	bool result = slice_equals(js_get_slice(message, "role"), "tool");

	return 4 + (result ? 4 : 0) + count_content(js_get(message, "content")) +
		count_calls(js_get_array(message, "tool_calls")) + count_reasoning(message);
}

static double count_tool(struct json_object *tool)
{
	struct json_object *function = js_get(tool, "function");
	struct json_object *parameters = js_get_object(function, "parameters");

	return 8 + count_string(function, "name") + count_string(function, "description") +
		(parameters ? count_text(js_text(parameters)) : 0);
}

int64_t count_chat(struct json_object *chat)
{
	struct json_object *messages = js_get_array(chat, "messages");
	struct json_object *tools = js_get_array(chat, "tools");
	struct json_object *format = js_get_object(chat, "response_format");
	double tokens = 3;

	for (size_t i = 0; i < js_count(messages); i++)
		tokens += count_message(js_at(messages, i));
	for (size_t i = 0; i < js_count(tools); i++)
		tokens += count_tool(js_at(tools, i));
	if (format)
		tokens += count_text(js_text(format));
	return llround(tokens);
}

static double count_words(struct json_object *content)
{
	double tokens = count_text(js_slice(content));

	for (size_t i = 0; js_is_array(content) && i < js_count(content); i++)
		tokens += count_string(js_at(content, i), "text");
	return tokens;
}

int64_t count_least(struct json_object *chat)
{
	struct json_object *messages = js_get_array(chat, "messages");
	struct json_object *tools = js_get_array(chat, "tools");
	double tokens = 0;

	for (size_t i = 0; i < js_count(messages); i++)
		tokens += count_words(js_get(js_at(messages, i), "content")) +
			count_calls(js_get_array(js_at(messages, i), "tool_calls"));
	for (size_t i = 0; i < js_count(tools); i++) {
		struct json_object *function = js_get(js_at(tools, i), "function");

		tokens += count_string(function, "name") + count_string(function, "description");
	}
	return llround(tokens);
}
