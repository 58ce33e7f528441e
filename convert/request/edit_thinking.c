/* Edits of the fields that carry effort and thinking, in whatever form the family has them. */
#include "../js.h"
#include "../provider/thinking.h"
#include "place.h"
#include "edit.h"

#include <stdio.h>
#include <string.h>

/* ---- effort ---- */

static const struct {
	const char *object;	/* NULL: the request itself */
	const char *key, *place;
} efforts[] = {
	{ NULL, "reasoning_effort", "reasoning_effort" },
	{ "reasoning", "effort", "reasoning.effort" },
	{ "chat_template_kwargs", "reasoning_effort", "chat_template_kwargs.reasoning_effort" },
};

/*
 * What to send in place of a word that is not known there; NULL: nothing. "none" has no nearest
 * level, since any other would ask for thinking. Groq's qwen knows "default" alone.
 */
static const char *better_effort(const char *known, const char *sent)
{
	enum effort level = effort_by_name(sent);
	char word[EDIT_WHAT_SIZE];
	bool has_default = false;
	unsigned levels = 0;

	while (edit_next_item(&known, word)) {
		if (!strcmp(word, sent))
			return sent;
		levels |= effort_by_name(word);
		has_default |= !strcmp(word, "default");
	}
	if (!level || level == EFFORT_NONE)
		return NULL;
	level = effort_nearest(levels, level);
	return level ? effort_name(level) : has_default ? "default" : NULL;
}

bool edit_effort(struct editing *e)
{
	for (size_t i = 0; i < COUNT(efforts); i++) {
		struct json_object *holder = efforts[i].object ?
			js_get_object(e->chat, efforts[i].object) : e->chat;
		const char *sent = js_get_string(holder, efforts[i].key), *better;

		if (!sent)
			continue;
		better = better_effort(e->what, sent);
		if (better == sent)
			return false;
		if (better)
			js_add_string(holder, efforts[i].key, better);
		else
			place_drop(e->chat, efforts[i].place);
		snprintf(e->value, sizeof(e->value), "%s", better ? better : "off");
		return true;
	}
	return false;
}

/* gpt-5.6 and later refuse tools even beside the effort that they have by themselves. */
bool edit_effort_none(struct editing *e)
{
	if (!js_count(js_get_array(e->chat, "tools")) ||
		slice_equals(js_get_slice(e->chat, "reasoning_effort"), "none"))
		return false;
	js_add_string(e->chat, "reasoning_effort", "none");
	return true;
}

/* ---- on and off ---- */

static bool is_false(struct json_object *object, const char *key)
{
	return js_is_bool(js_get(object, key)) && !js_get_true(object, key);
}

bool edit_thinking_on(struct editing *e)
{
	struct json_object *kwargs = js_get_object(e->chat, "chat_template_kwargs");
	struct json_object *reasoning = js_get_object(e->chat, "reasoning");
	const struct {
		const char *field;
		bool off;
	} fields[] = {
		{ "thinking", slice_equals(js_get_slice(js_get(e->chat, "thinking"), "type"),
			"disabled") },
		{ "enable_thinking", is_false(e->chat, "enable_thinking") },
		{ "chat_template_kwargs", is_false(kwargs, "enable_thinking") },
		{ "reasoning", slice_equals(js_get_slice(reasoning, "effort"), "none") },
		{ "reasoning_effort", slice_equals(js_get_slice(e->chat, "reasoning_effort"),
			"none") },
	};
	struct buf dropped = { 0 };

	for (size_t i = 0; i < COUNT(fields); i++) {
		if (!fields[i].off)
			continue;
		js_remove(e->chat, fields[i].field);
		buf_join(&dropped, ",", slice_of(fields[i].field));
	}
	snprintf(e->value, sizeof(e->value), "%s", buf_text(&dropped));
	buf_free(&dropped);
	return e->value[0];
}

static bool has_calls(struct json_object *chat)
{
	struct json_object *messages = js_get_array(chat, "messages");

	for (size_t i = 0; i < js_count(messages); i++)
		if (js_get_array(js_at(messages, i), "tool_calls"))
			return true;
	return false;
}

/* Puts the family's own controls in place of those that stand there. */
static bool replace_controls(struct json_object *chat, struct json_object *controls)
{
	static const char *const fields[] = {
		"thinking", "reasoning_effort", "enable_thinking", "thinking_budget", "reasoning",
		"chat_template_kwargs",
	};
	bool changed = false;

	for (size_t i = 0; i < COUNT(fields); i++) {
		struct json_object *sent = js_get(chat, fields[i]);
		struct json_object *control = js_get(controls, fields[i]);

		if (control && (!sent || !js_same(sent, control))) {
			js_share(chat, fields[i], control);
			changed = true;
		} else if (sent && !control) {
			js_remove(chat, fields[i]);
			changed = true;
		}
	}
	return changed;
}

/* doc/request.md §5.4: who wants thoughts back while it thinks, wants none otherwise. */
static void drop_reasoning(struct editing *e)
{
	const char *field = e->turn->dialect.reasoning_field;
	struct json_object *messages;

	if (!js_get_array(e->chat, "messages"))
		return;
	messages = edit_own(e->chat, "messages");
	for (size_t i = 0; i < js_count(messages); i++) {
		js_remove(js_at(messages, i), field);
		js_remove(js_at(messages, i), "reasoning_details");
	}
}

bool edit_thinking_off(struct editing *e)
{
	const struct wanted off = { .thinking = WANTED_OFF };
	struct json_object *controls;
	bool changed;

	if (!strcmp(e->what, "tool_choice") ? !edit_is_forced(e->chat) : !has_calls(e->chat))
		return false;
	controls = js_new_object();
	thinking_add(controls, &e->turn->dialect, off, false, false, e->notes);
	changed = js_count(controls) && replace_controls(e->chat, controls);
	js_free(controls);
	if (changed && e->turn->dialect.reasoning_while_thinking)
		drop_reasoning(e);
	return changed;
}
