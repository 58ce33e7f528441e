/* Edits of the parameters of a chat request. */
#include "../js.h"
#include "../provider/thinking.h"
#include "place.h"
#include "../schema/schema.h"
#include "edit.h"
#include "parameters.h"
#include "parts.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const token_fields[] = { "max_tokens", "max_completion_tokens" };

/* ---- drop ---- */

/* A token limit is known everywhere, under one name or the other. */
static const char *other_name(const char *field)
{
	if (!strcmp(field, token_fields[0]))
		return token_fields[1];
	return strcmp(field, token_fields[1]) ? NULL : token_fields[0];
}

static bool rename_limit(struct editing *e, const char *from, const char *to)
{
	if (!js_has(e->chat, from) || js_has(e->chat, to))
		return false;
	js_rename(e->chat, from, to);
	edit_note(e->notes, from, "TOKEN_FIELD", to);
	return true;
}

static bool drop_place(struct editing *e, const char *place)
{
	size_t len = strcspn(place, ".[");
	char field[EDIT_WHAT_SIZE] = { 0 };

	if (!place_has(e->chat, place))
		return false;
	if (place[len]) {
		memcpy(field, place, len);
		edit_own(e->chat, field);
	}
	place_drop(e->chat, place);
	edit_note(e->notes, place, place[len] ? NULL : "DROP_PARAMS", place);
	return true;
}

static bool drop_item(struct editing *e, const char *item)
{
	const char *other = other_name(item), *keyword = place_keyword(item);

	if (other)
		return rename_limit(e, item, other);
	if (!keyword)
		return drop_place(e, item);
	if (!edit_keyword(e, keyword))
		return false;
	edit_note(e->notes, item, NULL, NULL);
	return true;
}

bool edit_drop(struct editing *e)
{
	const char *list = e->what;
	char item[EDIT_WHAT_SIZE];
	bool changed = false;

	while (edit_next_item(&list, item))
		changed |= drop_item(e, item);
	/* "stream_options is only allowed when stream is enabled" */
	if (changed && !js_has(e->chat, "stream")) {
		js_remove(e->chat, "stream_options");
		js_remove(e->chat, "tool_stream");
	}
	return changed;
}

/* ---- response_format ---- */

static bool is_system(struct json_object *message)
{
	return slice_equals(js_get_slice(message, "role"), "system");
}

/* The messages with a line more at the end of the leading system message. */
static void add_system_line(struct editing *e, struct slice line)
{
	struct json_object *old = js_get_array(e->chat, "messages"), *first = js_at(old, 0);
	struct json_object *messages = js_new_array(), *parts = js_new_array();
	struct json_object *content = js_get(first, "content");

	if (!is_system(first))
		content = NULL;
	for (size_t i = 0; js_is_array(content) && i < js_count(content); i++)
		js_append_share(parts, js_at(content, i));
	parts_add_text(parts, js_slice(content));
	parts_add_text(parts, line);
	parts_to_content(parts, message_add(messages, "system"), e->turn);
	for (size_t i = content ? 1 : 0; i < js_count(old); i++)
		js_append_share(messages, js_at(old, i));
	js_give(e->chat, "messages", messages);
	js_free(parts);
}

bool edit_response_format(struct editing *e)
{
	struct json_object *format = js_get_object(e->chat, "response_format");
	struct json_object *schema = js_get_object(js_get(format, "json_schema"), "schema");
	struct buf line = { 0 };

	if (!schema)
		return false;
	schema_line(schema, &line);
	add_system_line(e, buf_slice(&line));
	js_add_string(js_add_object(e->chat, "response_format"), "type", "json_object");
	buf_free(&line);
	return true;
}

/* ---- stream ---- */

bool edit_stream(struct editing *e)
{
	if (js_get_true(e->chat, "stream"))
		return false;
	parameters_stream(e->chat, &e->turn->dialect);
	return true;
}

/* ---- max_tokens ---- */

/* Thinking counts inside the limit, and some must be left for the answer. */
static void lower_budget(struct json_object *object, const char *key, int64_t limit)
{
	int64_t budget;

	if (js_get_int(object, key, &budget) && budget >= limit)
		js_add_int(object, key, limit - limit / 4);
}

/* OpenRouter's: where Claude's least does not fit below the limit, no thought does. */
static void lower_reasoning(struct json_object *chat, int64_t limit)
{
	struct json_object *reasoning = js_get_object(chat, "reasoning");
	int64_t budget;

	lower_budget(reasoning, "max_tokens", limit);
	if (!js_get_int(reasoning, "max_tokens", &budget) || budget >= THINKING_LEAST_BUDGET)
		return;
	if (limit > THINKING_LEAST_BUDGET)
		js_add_int(reasoning, "max_tokens", THINKING_LEAST_BUDGET);
	else
		js_remove(chat, "reasoning");
}

bool edit_limit(struct editing *e)
{
	int64_t limit = strtol(e->what, NULL, 10), sent;

	for (size_t i = 0; i < COUNT(token_fields); i++) {
		if (!js_get_int(e->chat, token_fields[i], &sent) || sent <= limit)
			continue;
		js_add_int(e->chat, token_fields[i], limit);
		lower_reasoning(e->chat, limit);
		lower_budget(e->chat, "thinking_budget", limit);
		snprintf(e->value, sizeof(e->value), "%" PRId64, limit);
		return true;
	}
	return false;
}
