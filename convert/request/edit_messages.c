/* Edits of the messages: who speaks when, and what stands beside a call. */
#include "../callid.h"
#include "../js.h"
#include "edit.h"
#include "parts.h"

#include <stdio.h>

static bool is_role(struct json_object *message, const char *role)
{
	return slice_equals(js_get_slice(message, "role"), role);
}

/* ---- order ---- */

bool edit_prefill(struct editing *e)
{
	struct json_object *messages = js_get_array(e->chat, "messages"), *last;

	if (!message_last_is(messages, "assistant"))
		return false;
	messages = edit_own(e->chat, "messages");
	last = js_at(messages, js_count(messages) - 1);
	js_remove(last, "prefix");
	js_remove(last, "partial");
	js_add_string(message_add(messages, "user"), "content", "(continue)");
	return true;
}

/* Templates of Mistral's kind refuse a user right behind a tool, and an assistant who begins. */
bool edit_bridge(struct editing *e)
{
	struct json_object *old = js_get_array(e->chat, "messages"), *messages = js_new_array();
	bool changed = false;

	for (size_t i = 0; i < js_count(old); i++) {
		struct json_object *message = js_at(old, i), *before = i ? js_at(old, i - 1) : NULL;

		if (is_role(message, "user") && is_role(before, "tool")) {
			js_add_string(message_add(messages, "assistant"), "content",
				ASSISTANT_BRIDGE);
			changed = true;
		} else if (is_role(message, "assistant") &&
				(!before || is_role(before, "system"))) {
			js_add_string(message_add(messages, "user"), "content", USER_BRIDGE);
			changed = true;
		}
		js_append_share(messages, message);
	}
	if (changed)
		js_share(e->chat, "messages", messages);
	js_free(messages);
	snprintf(e->value, sizeof(e->value), "%s=mistral", e->turn->upstream_model);
	return changed;
}

/* ---- system messages in the conversation ---- */

/* What a message of the user or the system says, as parts of one message of the user. */
static void add_parts(struct json_object *parts, struct json_object *message)
{
	struct json_object *content = js_get(message, "content");
	bool system = is_role(message, "system");

	if (js_is_string(content) && system)
		parts_add_reminder(parts, js_slice(content));
	else if (js_is_string(content))
		parts_add_text(parts, js_slice(content));
	for (size_t i = 0; js_is_array(content) && i < js_count(content); i++) {
		if (system)
			parts_add_reminder(parts, js_get_slice(js_at(content, i), "text"));
		else
			js_append_share(parts, js_at(content, i));
	}
}

/* Behind the run of messages that are the user's or, later than the first, the system's. */
static size_t end_of_run(struct json_object *messages, size_t start, bool *has_system)
{
	size_t end = start;

	*has_system = false;
	for (; end < js_count(messages); end++) {
		bool system = end > 0 && is_role(js_at(messages, end), "system");

		if (!system && !is_role(js_at(messages, end), "user"))
			break;
		*has_system |= system;
	}
	return end;
}

static void merge_run(struct editing *e, struct json_object *messages, size_t start, size_t end)
{
	struct json_object *old = js_get_array(e->chat, "messages"), *parts = js_new_array();

	for (size_t i = start; i < end; i++)
		add_parts(parts, js_at(old, i));
	parts_to_content(parts, message_add(messages, "user"), e->turn);
	js_free(parts);
}

bool edit_system(struct editing *e)
{
	struct json_object *old = js_get_array(e->chat, "messages"), *messages = js_new_array();
	bool changed = false, has_system;

	for (size_t i = 0, end; i < js_count(old); i = end) {
		end = end_of_run(old, i, &has_system);
		changed |= has_system;
		if (has_system) {
			merge_run(e, messages, i, end);
		} else {
			js_append_share(messages, js_at(old, i));
			end = i + 1;
		}
	}
	if (changed)
		js_share(e->chat, "messages", messages);
	js_free(messages);
	return changed;
}

/* ---- beside calls ---- */

/* Lets change have an own copy of each message; true: it changed one. */
static bool change_messages(struct editing *e, bool (*change)(struct json_object *message))
{
	struct json_object *messages = js_copy(js_get_array(e->chat, "messages"));
	bool changed = false;

	for (size_t i = 0; i < js_count(messages); i++)
		changed |= change(js_at(messages, i));
	if (changed)
		js_share(e->chat, "messages", messages);
	js_free(messages);
	return changed;
}

static struct json_object *first_call(struct json_object *message)
{
	return js_at(js_get_array(message, "tool_calls"), 0);
}

/* Who refuses a call without reasoning wants the first of its names. */
static bool add_reasoning(struct json_object *message)
{
	const char *field = reasoning_field_at(0)->name;

	if (!first_call(message) || !slice_is_blank(js_get_slice(message, field)))
		return false;
	js_add_string(message, field, "(reasoning not kept)");
	return true;
}

bool edit_placeholder(struct editing *e)
{
	return change_messages(e, add_reasoning);
}

/* Of parallel calls only the first has one. */
static bool add_signature(struct json_object *message)
{
	struct json_object *call = first_call(message);
	struct json_object *extra = js_get_object(call, "extra_content");
	struct json_object *google = js_get_object(extra, "google");

	if (!call || js_get_slice(google, "thought_signature").len || js_get(extra, "vertex"))
		return false;
	if (!extra)
		extra = js_add_object(call, "extra_content");
	if (!google)
		google = js_add_object(extra, "google");
	js_add_string(google, "thought_signature", SIGNATURE_STAND_IN);
	return true;
}

bool edit_signature(struct editing *e)
{
	return change_messages(e, add_signature);
}

/* Of the first call the signatures are Google's word, the others have none. */
static bool unsign(struct json_object *message)
{
	struct json_object *calls = js_get_array(message, "tool_calls");
	struct json_object *extra = js_get_object(js_at(calls, 0), "extra_content");
	bool changed = false;

	for (struct js_member m = js_first(extra); m.key; m = js_next(m)) {
		changed |= !slice_equals(js_get_slice(m.value, "thought_signature"),
			SIGNATURE_STAND_IN);
		js_add_string(m.value, "thought_signature", SIGNATURE_STAND_IN);
	}
	for (size_t i = 1; i < js_count(calls); i++) {
		changed |= js_has(js_at(calls, i), "extra_content");
		js_remove(js_at(calls, i), "extra_content");
	}
	return changed;
}

static bool drop_state(struct json_object *message)
{
	bool had_details = js_has(message, "reasoning_details");

	js_remove(message, "reasoning_details");
	return unsign(message) || had_details;
}

bool edit_state(struct editing *e)
{
	return change_messages(e, drop_state);
}
