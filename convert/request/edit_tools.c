/* Edits of tools and tool_choice. */
#include "../js.h"
#include "../refusal/wording.h"
#include "../schema/schema.h"
#include "edit.h"
#include "tools.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *name_of(struct json_object *tool)
{
	return js_get_string(js_get(tool, "function"), "name");
}

/* The tool that tool_choice names, or NULL. */
static const char *forced_name(struct json_object *chat)
{
	return name_of(js_get_object(chat, "tool_choice"));
}

/* Adds the names that are called in the history as members. */
static void add_used(struct json_object *chat, struct json_object *used)
{
	struct json_object *messages = js_get_array(chat, "messages");

	for (size_t i = 0; i < js_count(messages); i++) {
		struct json_object *calls = js_get_array(js_at(messages, i), "tool_calls");

		for (size_t j = 0; j < js_count(calls); j++)
			if (name_of(js_at(calls, j)))
				js_add_bool(used, name_of(js_at(calls, j)), true);
	}
}

/* ---- tool_choice ---- */

bool edit_is_forced(struct json_object *chat)
{
	return js_get_object(chat, "tool_choice") ||
		slice_equals(js_get_slice(chat, "tool_choice"), "required");
}

/* Mistral's "any" forces a call of any tool: that alone which must be called is left. */
static void keep_tool(struct json_object *chat, const char *name)
{
	struct json_object *tools = js_get_array(chat, "tools"), *kept = js_new_array();

	for (size_t i = 0; i < js_count(tools); i++)
		if (name_of(js_at(tools, i)) && !strcmp(name_of(js_at(tools, i)), name))
			js_append_share(kept, js_at(tools, i));
	js_give(chat, "tools", kept);
}

/* Left out "auto" means the same; "none" can't be said otherwise. */
static bool leave_out(struct json_object *chat)
{
	bool automatic = slice_equals(js_get_slice(chat, "tool_choice"), "auto");

	if (automatic)
		js_remove(chat, "tool_choice");
	return automatic;
}

bool edit_tool_choice(struct editing *e)
{
	const char *name = forced_name(e->chat);

	if (!strcmp(e->what, "absent"))
		return leave_out(e->chat);
	if (!edit_is_forced(e->chat))
		return false;
	if (name && !strcmp(e->what, "any"))
		keep_tool(e->chat, name);
	js_add_string(e->chat, "tool_choice", e->what);
	return true;
}

/* ---- how many ---- */

bool edit_tools(struct editing *e)
{
	struct json_object *old = js_get_array(e->chat, "tools"), *tools;
	struct json_object *known, *used;
	size_t most = strtoul(e->what, NULL, 10);

	if (most == 0 || js_count(old) <= most)
		return false;
	known = js_new_object();
	used = js_new_object();
	tools = js_new_array();
	for (size_t i = 0; i < js_count(old); i++)
		js_share(known, name_of(js_at(old, i)), js_at(old, i));
	add_used(e->chat, used);
	tools_keep(known, used, forced_name(e->chat), most, e->notes);
	for (struct js_member m = js_first(known); m.key; m = js_next(m))
		js_append_share(tools, m.value);
	js_give(e->chat, "tools", tools);
	js_free(known);
	js_free(used);
	return true;
}

bool edit_declare(struct editing *e)
{
	struct json_object *used = js_new_object(), *tools = js_new_array();
	bool any;

	if (!js_count(js_get_array(e->chat, "tools")))
		add_used(e->chat, used);
	for (struct js_member m = js_first(used); m.key; m = js_next(m)) {
		struct json_object *tool = js_append_object(tools), *function, *parameters;

		js_add_string(tool, "type", "function");
		function = js_add_object(tool, "function");
		js_add_string(function, "name", m.key);
		parameters = js_add_object(function, "parameters");
		js_add_string(parameters, "type", "object");
		js_add_object(parameters, "properties");
	}
	any = js_count(tools) > 0;
	if (any)
		js_share(e->chat, "tools", tools);
	js_free(used);
	js_free(tools);
	return any;
}

/* ---- what a function says of itself ---- */

/* Lets change have a copy of each function; the copies count when one was changed. */
static bool change_functions(struct editing *e,
	bool (*change)(struct json_object *function, const void *how), const void *how)
{
	struct json_object *tools = js_copy(js_get_array(e->chat, "tools"));
	bool changed = false;

	for (size_t i = 0; i < js_count(tools); i++)
		changed |= change(js_get_object(js_at(tools, i), "function"), how);
	if (changed)
		js_share(e->chat, "tools", tools);
	js_free(tools);
	return changed;
}

/* The length of so many characters of a text, or all of it. */
static size_t length_of(struct slice text, size_t characters)
{
	size_t len = 0;

	for (; len < text.len; len++) {
		bool begins = ((unsigned char)text.data[len] & 0xC0) != 0x80;

		if (begins && characters-- == 0)
			break;
	}
	return len;
}

static bool cut_description(struct json_object *function, const void *how)
{
	struct slice text = js_get_slice(function, "description");
	size_t len = length_of(text, *(const size_t *)how);

	if (len == text.len)
		return false;
	js_give(function, "description", js_new_slice((struct slice){ text.data, len }));
	return true;
}

bool edit_descriptions(struct editing *e)
{
	size_t most = strtoul(e->what, NULL, 10);

	return change_functions(e, cut_description, &most);
}

/* ---- schemas ---- */

struct keywords {
	const char *const *words;
	size_t count;
};

/* Nothing structural: what a validator may not know, and a model can do without. */
static const char *const limits[] = {
	"$schema", "pattern", "format", "default", "minLength", "maxLength", "minimum", "maximum",
	"exclusiveMinimum", "exclusiveMaximum", "multipleOf", "minItems", "maxItems",
	"uniqueItems", "minProperties", "maxProperties",
};

static struct json_object *without(struct json_object *schema, void *to)
{
	const struct keywords *keywords = to;
	struct json_object *out;

	if (!js_is_object(schema))
		return js_hold(schema);
	out = js_shallow(schema);
	for (struct js_member m = js_first(schema); m.key; m = js_next(m))
		if (wording_is(m.key, keywords->words, keywords->count))
			js_remove(out, m.key);
	subschemas_replace(out, without, to);
	return subschemas_settle(out, schema);
}

static bool strip(struct json_object *function, const void *how)
{
	struct keywords keywords = *(const struct keywords *)how;
	struct json_object *old = js_get_object(function, "parameters"), *schema;
	bool changed;

	if (!old)
		return false;
	schema = without(old, &keywords);
	changed = schema != old;
	js_give(function, "parameters", schema);
	return changed;
}

static bool strip_limits(struct json_object *function, const void *how)
{
	bool strict = js_has(function, "strict");

	js_remove(function, "strict");
	return strip(function, how) || strict;
}

static bool repair_for_kimi(struct json_object *function, const void *how)
{
	struct notes unused = { 0 };
	struct json_object *old = js_get_object(function, "parameters"), *schema;
	bool changed;

	(void)how;
	if (!old)
		return false;
	schema = schema_repair(old, SCHEMA_KIMI, &unused);
	changed = schema != old;
	js_give(function, "parameters", schema);
	return changed;
}

bool edit_keyword(struct editing *e, const char *keyword)
{
	const struct keywords one = { &keyword, 1 };

	return change_functions(e, strip, &one);
}

bool edit_schema(struct editing *e)
{
	const struct keywords all = { limits, COUNT(limits) };

	if (!e->what[0])
		return change_functions(e, strip_limits, &all);
	snprintf(e->value, sizeof(e->value), "%s", e->what);
	return !strcmp(e->what, "kimi") && change_functions(e, repair_for_kimi, NULL);
}
