#include "offer.h"

#include "../js.h"
#include "builtin.h"
#include "check.h"
#include "parts.h"

#include <stdio.h>
#include <string.h>

/* Names are kept as objects, for looking up: name → tool, or name → true. */
struct choosing {
	struct json_object *known;	/* all that may go out, in order */
	struct json_object *removed;	/* taken away by the last word about them */
	struct json_object *used;	/* called in the history */
	bool web_search;		/* a search tool was left out */
	struct notes *notes;
};

static bool runs_at_client(const char *type)
{
	return !type || !strcmp(type, "custom") || builtin_find(type);
}

/* Claude Code's stand-in for the tools it has not loaded yet: never to be called. */
static bool is_placeholder(struct json_object *tool, const char *name)
{
	return !strcmp(name, "DeferredToolPlaceholder") && js_get_true(tool, "defer_loading");
}

/* False: only code that runs at Anthropic may call it. */
static bool model_may_call(struct json_object *tool)
{
	struct json_object *callers = js_get_array(tool, "allowed_callers");

	for (size_t i = 0; i < js_count(callers); i++)
		if (slice_equals(js_slice(js_at(callers, i)), "direct"))
			return true;
	return !callers;
}

/* again: a definition in place of an earlier one is meant, not a mistake. */
static bool take_tool(struct choosing *choosing, struct json_object *tool, bool again,
	const char *path, struct failure *why)
{
	const char *type = js_get_string(tool, "type"), *name = js_get_string(tool, "name");

	if (!check_type(tool, FIELD_DICTIONARY, path, why))
		return false;
	if (!runs_at_client(type)) {
		choosing->web_search |= !strncmp(type, "web_search", strlen("web_search"));
		note_changed(choosing->notes, "dropped:%s", type);
		return true;
	}
	if (!check_required(tool, "name", FIELD_STRING, path, why))
		return false;
	if (!*name)
		return failed(why, INVALID_REQUEST_ERROR, "%s.name: Field required", path);
	if (is_placeholder(tool, name))
		return true;
	if (!model_may_call(tool)) {
		note_changed(choosing->notes, "dropped:tool_without_direct_caller");
	} else if (js_has(choosing->known, name) && !again) {
		note_changed(choosing->notes, "dropped:duplicate_tool");
	} else {
		js_share(choosing->known, name, tool);
		js_remove(choosing->removed, name);
	}
	return true;
}

static bool take_tools(struct choosing *choosing, struct json_object *tools, struct failure *why)
{
	char path[40];

	if (tools && !check_type(tools, FIELD_LIST, "tools", why))
		return false;
	for (size_t i = 0; i < js_count(tools); i++) {
		snprintf(path, sizeof(path), "tools.%zu", i);
		if (!take_tool(choosing, js_at(tools, i), false, path, why))
			return false;
	}
	return true;
}

/* tool_addition, tool_removal: a reference by name, or a whole definition. */
static bool take_change(struct choosing *choosing, struct json_object *block, const char *path,
	struct failure *why)
{
	struct slice type = js_get_slice(block, "type");
	struct json_object *tool = js_get_object(block, "tool");
	struct json_object *definition = js_get_object(tool, "definition");
	const char *name = js_get_string(tool, "name");

	if (slice_equals(type, "tool_addition") && definition)
		return take_tool(choosing, definition, true, path, why);
	/* mcp_tool_reference means a tool that runs at Anthropic. */
	if (!slice_equals(js_get_slice(tool, "type"), "tool_reference") || !name)
		return true;
	if (slice_equals(type, "tool_addition"))
		js_remove(choosing->removed, name);
	else if (slice_equals(type, "tool_removal"))
		js_add_bool(choosing->removed, name, true);
	return true;
}

static bool take_history(struct choosing *choosing, struct json_object *messages,
	struct failure *why)
{
	char path[80];

	for (size_t i = 0; i < js_count(messages); i++) {
		struct json_object *message = js_at(messages, i);
		struct json_object *content = js_get_array(message, "content");
		bool system = role_of(message) == ROLE_SYSTEM;

		for (size_t j = 0; j < js_count(content); j++) {
			struct json_object *block = js_at(content, j);
			const char *name = js_get_string(block, "name");

			if (name && slice_equals(js_get_slice(block, "type"), "tool_use"))
				js_add_bool(choosing->used, name, true);
			if (!system)
				continue;
			snprintf(path, sizeof(path), "messages.%zu.content.%zu.tool.definition",
				i, j);
			if (!take_change(choosing, block, path, why))
				return false;
		}
	}
	return true;
}

/* ---- the upstream's limit: who is kept first ---- */

enum rank { FORCED, USED, CLIENTS_OWN, FROM_MCP, RANKS };

static enum rank rank_of(const char *name, struct json_object *used, const char *forced)
{
	if (forced && !strcmp(name, forced))
		return FORCED;
	if (js_has(used, name))
		return USED;
	return strncmp(name, "mcp__", 5) ? CLIENTS_OWN : FROM_MCP;
}

void offer_keep(struct json_object *known, struct json_object *used, const char *forced,
	size_t most, struct notes *notes)
{
	struct json_object *kept = js_new_object();

	for (enum rank rank = FORCED; rank < RANKS; rank++)
		for (struct js_member m = js_first(known); m.key; m = js_next(m))
			if (rank_of(m.key, used, forced) == rank && js_count(kept) < most)
				js_add_bool(kept, m.key, true);
	for (struct js_member m = js_first(known), next; m.key; m = next) {
		next = js_next(m);
		if (js_has(kept, m.key))
			continue;
		note_changed(notes, "dropped:tool:%s", m.key);
		js_remove(known, m.key);
	}
	js_free(kept);
}

static void drop_removed(struct choosing *choosing)
{
	for (struct js_member m = js_first(choosing->removed); m.key; m = js_next(m))
		if (!js_has(choosing->used, m.key))
			js_remove(choosing->known, m.key);
}

bool offer_tools(struct json_object *body, const struct turn *turn, struct offer *offer,
	struct failure *why)
{
	struct choosing choosing = {
		js_new_object(), js_new_object(), js_new_object(), false, turn->notes,
	};
	const char *forced = js_get_string(js_get(body, "tool_choice"), "name");
	size_t most = turn->dialect.max_tools;
	bool taken = take_tools(&choosing, js_get(body, "tools"), why) &&
		take_history(&choosing, js_get_array(body, "messages"), why);

	if (taken) {
		drop_removed(&choosing);
		if (most && js_count(choosing.known) > most)
			offer_keep(choosing.known, choosing.used, forced, most, turn->notes);
		offer->tools = js_hold(choosing.known);
		offer->web_search_left_out = choosing.web_search && !js_count(choosing.known);
	}
	js_free(choosing.known);
	js_free(choosing.removed);
	js_free(choosing.used);
	return taken;
}
