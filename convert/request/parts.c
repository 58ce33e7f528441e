#include "parts.h"

#include "../js.h"

enum role role_of(struct json_object *message)
{
	static const struct { const char *name; enum role role; } roles[] = {
		{ "assistant", ROLE_ASSISTANT },
		{ "system", ROLE_SYSTEM },
		{ "developer", ROLE_SYSTEM },
	};
	struct slice name = js_get_slice(message, "role");

	for (size_t i = 0; i < COUNT(roles); i++)
		if (slice_equals(name, roles[i].name))
			return roles[i].role;
	return ROLE_USER;
}

struct json_object *message_add(struct json_object *chat_messages, const char *role)
{
	struct json_object *message = js_append_object(chat_messages);

	js_add_string(message, "role", role);
	return message;
}

bool message_last_is(struct json_object *chat_messages, const char *role)
{
	size_t count = js_count(chat_messages);

	return count && slice_equals(js_get_slice(js_at(chat_messages, count - 1), "role"), role);
}

struct json_object *parts_add_text(struct json_object *parts, struct slice text)
{
	struct json_object *part;

	if (text.len == 0)
		return NULL;
	part = js_append_typed(parts, "text");
	js_add_slice(part, "text", text);
	return part;
}

/* Many templates take a system message in front only: Qwen, MiniMax, llama.cpp, Ollama. */
struct json_object *parts_add_reminder(struct json_object *parts, struct slice text)
{
	struct json_object *part;
	struct buf reminder = { 0 };

	buf_puts(&reminder, "<system-reminder>\n");
	buf_add(&reminder, text.data, text.len);
	buf_puts(&reminder, "\n</system-reminder>");
	part = parts_add_text(parts, buf_slice(&reminder));
	buf_free(&reminder);
	return part;
}

bool part_is_text(struct json_object *part)
{
	return slice_equals(js_get_slice(part, "type"), "text");
}

bool part_is_pdf(struct json_object *part)
{
	struct slice type = js_get_slice(part, "type");

	if (slice_equals(type, "image_url"))
		return slice_starts(js_get_slice(js_get(part, "image_url"), "url"),
			"data:application/pdf");
	return slice_equals(type, "file") || slice_equals(type, "document_url");
}

void parts_to_content(struct json_object *parts, struct json_object *message,
	const struct turn *turn)
{
	bool texts = !turn->dialect.cache_control;
	struct buf joined = { 0 };

	for (size_t i = 0; texts && i < js_count(parts); i++) {
		texts = part_is_text(js_at(parts, i));
		buf_join(&joined, "\n\n", js_get_slice(js_at(parts, i), "text"));
	}
	/* Servers mishandle arrays of texts: older Ollama makes a message of each. */
	if (texts)
		js_add_slice(message, "content", buf_slice(&joined));
	else
		js_share(message, "content", parts);
	buf_free(&joined);
}
