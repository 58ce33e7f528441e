#include "body.h"

#include "../js.h"
#include "../provider/endpoint.h"
#include "../request/place.h"

#include <stdlib.h>
#include <string.h>

/* ---- parts ---- */

static void add_text(struct json_object *parts, const char *type, struct json_object *text)
{
	js_share(js_append_typed(parts, type), "text", text);
}

static void add_image(struct json_object *parts, struct json_object *image_url)
{
	struct json_object *part = js_append_typed(parts, "input_image");

	js_share(part, "image_url", js_get(image_url, "url"));
	js_add_string(part, "detail", "auto");
}

/* A URL may stand in chat's file_data; here it has a field of its own. */
static void add_file(struct json_object *parts, struct json_object *file)
{
	struct json_object *part = js_append_typed(parts, "input_file");
	struct json_object *data = js_get(file, "file_data");
	bool whole = slice_starts(js_slice(data), "data:");

	if (whole)
		js_share(part, "filename", js_get(file, "filename"));
	js_share(part, whole ? "file_data" : "file_url", data);
}

/* text: the type of a text that this role says. */
static void add_content(struct json_object *holder, const char *key, struct json_object *content,
	const char *text)
{
	struct json_object *parts = js_add_array(holder, key);

	if (js_is_string(content))
		add_text(parts, text, content);
	for (size_t i = 0; js_is_array(content) && i < js_count(content); i++) {
		struct json_object *part = js_at(content, i);

		if (js_get_object(part, "image_url"))
			add_image(parts, js_get(part, "image_url"));
		else if (js_get_object(part, "file"))
			add_file(parts, js_get(part, "file"));
		else if (js_is_string(js_get(part, "text")))
			add_text(parts, text, js_get(part, "text"));
	}
}

/* ---- messages → items ---- */

static void add_message(struct json_object *input, const char *role, struct json_object *message,
	const char *text)
{
	struct json_object *item = js_append_typed(input, "message");

	js_add_string(item, "role", role);
	add_content(item, "content", js_get(message, "content"), text);
	if (js_has(message, "phase"))
		js_share(item, "phase", js_get(message, "phase"));
}

static void add_output(struct json_object *input, struct json_object *message)
{
	struct json_object *item = js_append_typed(input, "function_call_output");
	struct json_object *content = js_get(message, "content");

	js_share(item, "call_id", js_get(message, "tool_call_id"));
	if (js_is_string(content))
		js_share(item, "output", content);
	else
		add_content(item, "output", content, "input_text");
}

/* Neither an id nor a status: "Items are not persisted when `store` is set to false." */
static void add_call(struct json_object *input, struct json_object *tool_call)
{
	struct json_object *item = js_append_typed(input, "function_call");
	struct json_object *function = js_get(tool_call, "function");

	js_share(item, "call_id", js_get(tool_call, "id"));
	js_share(item, "name", js_get(function, "name"));
	js_share(item, "arguments", js_get(function, "arguments"));
}

/* In the order of generation: what was thought, what was said, what was called. */
static void add_assistant(struct json_object *input, struct json_object *message)
{
	struct json_object *items = js_get_array(message, "reasoning_items");
	struct json_object *calls = js_get_array(message, "tool_calls");
	struct json_object *content = js_get(message, "content");

	for (size_t i = 0; i < js_count(items); i++)
		js_append_share(input, js_at(items, i));
	if (js_slice(content).len || (js_is_array(content) && js_count(content)))
		add_message(input, "assistant", message, "output_text");
	for (size_t i = 0; i < js_count(calls); i++)
		add_call(input, js_at(calls, i));
}

static void add_messages(struct json_object *body, struct json_object *messages,
	const struct turn *turn)
{
	struct json_object *input = js_add_array(body, "input");

	for (size_t i = 0; i < js_count(messages); i++) {
		struct json_object *message = js_at(messages, i);
		struct slice role = js_get_slice(message, "role");

		if (slice_equals(role, "assistant"))
			add_assistant(input, message);
		else if (slice_equals(role, "tool"))
			add_output(input, message);
		else if (slice_equals(role, "system"))
			/* Templates of other servers know no developer. */
			add_message(input, turn->settings->family->responses ? "developer" :
				"system", message, "input_text");
		else
			add_message(input, "user", message, "input_text");
	}
}

/* ---- tools ---- */

/* Left out, strict is true here: optional arguments would be made up. */
static void add_tools(struct json_object *body, struct json_object *chat_tools)
{
	struct json_object *tools;

	if (!chat_tools)
		return;
	tools = js_add_array(body, "tools");
	for (size_t i = 0; i < js_count(chat_tools); i++) {
		struct json_object *tool = js_append_typed(tools, "function");
		struct json_object *function = js_get(js_at(chat_tools, i), "function");

		for (struct js_member m = js_first(function); m.key; m = js_next(m))
			js_share(tool, m.key, m.value);
		js_add_bool(tool, "strict", js_get_true(function, "strict"));
	}
}

static void add_choice(struct json_object *body, struct json_object *choice)
{
	struct json_object *named;

	if (js_is_string(choice))
		js_share(body, "tool_choice", choice);
	if (!js_is_object(choice))
		return;
	named = js_add_object(body, "tool_choice");
	js_add_string(named, "type", "function");
	js_share(named, "name", js_get(js_get(choice, "function"), "name"));
}

/* ---- parameters ---- */

/* What does not go on under its own name. */
static const struct {
	const char *chat;
	const char *here;	/* NULL: it has a place of its own below, or none */
	const char *note;
} fields[] = {
	{ "max_tokens", "max_output_tokens", NULL },
	{ "max_completion_tokens", "max_output_tokens", NULL },
	{ "stop", NULL, "dropped:stop_sequences" },
	{ "top_k", NULL, "dropped:top_k" },
	{ "stream_options", NULL, NULL },
	{ "response_format", NULL, NULL },
	{ "reasoning_effort", NULL, NULL },
	{ "reasoning", NULL, NULL },
	{ "tools", NULL, NULL },
	{ "tool_choice", NULL, NULL },
	{ "messages", NULL, NULL },
};

static void add_field(struct json_object *body, struct js_member member, const struct turn *turn)
{
	size_t i = 0;

	while (i < COUNT(fields) && strcmp(fields[i].chat, member.key) != 0)
		i++;
	if (i == COUNT(fields) || fields[i].here)
		js_share(body, i == COUNT(fields) ? member.key : fields[i].here, member.value);
	else if (fields[i].note)
		note_changed(turn->notes, "%s", fields[i].note);
}

static void add_format(struct json_object *body, struct json_object *response_format)
{
	struct json_object *schema = js_get(response_format, "json_schema"), *format;

	if (!response_format)
		return;
	format = js_add_object(js_add_object(body, "text"), "format");
	js_share(format, "type", js_get(response_format, "type"));
	for (struct js_member m = js_first(schema); m.key; m = js_next(m))
		js_share(format, m.key, m.value);
}

/* Without a summary nothing of what it thinks can be shown. */
static void add_reasoning(struct json_object *body, struct json_object *chat,
	const struct turn *turn)
{
	struct json_object *effort = js_get(chat, "reasoning_effort");
	struct json_object *asked = js_get_object(chat, "reasoning"), *reasoning;
	bool on = turn->thinking == WANTED_ON || turn->thinking == WANTED_LEVEL;
	bool shown = on && turn->dialect.thinks && turn->emit_thinking && !turn->omit_thinking;

	if (!effort && !asked && !shown)
		return;
	reasoning = js_add_object(body, "reasoning");
	for (struct js_member m = js_first(asked); m.key; m = js_next(m))
		js_share(reasoning, m.key, m.value);
	if (effort)
		js_share(reasoning, "effort", effort);
	if (shown)
		js_add_string(reasoning, "summary", "auto");
}

/* ---- the whole ---- */

struct json_object *responses_body(struct json_object *chat, struct turn *turn)
{
	struct json_object *body = js_new_object();
	char *deployment = endpoint_deployment(turn->settings);

	for (struct js_member m = js_first(chat); m.key; m = js_next(m))
		add_field(body, m, turn);
	/* Else each delta is padded with a random text, which hides its length from listeners. */
	if (js_has(chat, "stream_options") && turn->settings->family->responses)
		js_add_bool(js_add_object(body, "stream_options"), "include_obfuscation", false);
	add_format(body, js_get_object(chat, "response_format"));
	add_reasoning(body, chat, turn);
	/* The default keeps every prompt for 30 days. */
	js_add_bool(body, "store", false);
	/* Models that do not think refuse it: "Encrypted content is not supported". */
	if (turn->dialect.thinks)
		js_append_string(js_add_array(body, "include"), "reasoning.encrypted_content");
	add_tools(body, js_get_array(chat, "tools"));
	add_choice(body, js_get(chat, "tool_choice"));
	add_messages(body, js_get(chat, "messages"), turn);
	/* Names of this side; those of chat are gone already. */
	place_drop_all(body, turn->settings->drop_params);
	place_drop_all(body, turn->dialect.drop);
	/* On chat it stands in the path. */
	if (deployment)
		js_add_string(body, "model", deployment);
	free(deployment);
	if (!js_has(body, "max_output_tokens"))
		turn->max_tokens = 0;
	return body;
}
