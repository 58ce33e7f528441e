#include "tools.h"

#include "../js.h"
#include "../schema/schema.h"
#include "check.h"
#include "parts.h"

#include <stdio.h>
#include <string.h>

/* ---- which tools go out ---- */

/* Names are kept as objects, for looking up: name → tool, or name → true. */
struct choosing {
	struct json_object *known;	/* all that may go out, in order */
	struct json_object *removed;	/* taken away by the last word about them */
	struct json_object *used;	/* called in the history */
	bool web_search;		/* a search tool was left out */
	struct notes *notes;
};

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
	if (type && strcmp(type, "custom") != 0 && !builtin_find(type)) {
		choosing->web_search |= !strncmp(type, "web_search", strlen("web_search"));
		note_changed(choosing->notes, "dropped:%s", type);
		return true;
	}
	if (!check_required(tool, "name", FIELD_STRING, path, why))
		return false;
	if (!*name)
		return failed(why, INVALID_REQUEST_ERROR, "%s.name: Field required", path);
	/* Claude Code's stand-in for the tools it has not loaded yet: never to be called. */
	if (!strcmp(name, "DeferredToolPlaceholder") && js_get_true(tool, "defer_loading"))
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

/*
 * Keeps the `most` members of known (name → anything) that matter most: the forced one (or NULL),
 * those in used (the same), those that no MCP server brought, then the rest in their order.
 */
static void keep_best(struct json_object *known, struct json_object *used, const char *forced,
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

/* Checks and chooses: client's name → tool, in order; the caller frees it. NULL: refused. */
static struct json_object *offer(struct json_object *body, const struct turn *turn,
	struct tools *out, struct failure *why)
{
	struct choosing choosing = {
		js_new_object(), js_new_object(), js_new_object(), false, turn->notes,
	};
	const char *forced = js_get_string(js_get(body, "tool_choice"), "name");
	size_t most = turn->dialect.max_tools;
	struct json_object *offered = NULL;

	if (take_tools(&choosing, js_get(body, "tools"), why) &&
		take_history(&choosing, js_get_array(body, "messages"), why)) {
		for (struct js_member m = js_first(choosing.removed); m.key; m = js_next(m))
			if (!js_has(choosing.used, m.key))
				js_remove(choosing.known, m.key);
		if (most && js_count(choosing.known) > most)
			keep_best(choosing.known, choosing.used, forced, most, turn->notes);
		offered = js_hold(choosing.known);
		out->used = js_count(choosing.used) > 0;
		out->web_search_left_out = choosing.web_search && !js_count(choosing.known);
		out->declared = turn->dialect.declare_tools && !js_count(choosing.known);
		/* Bedrock and Anthropic refuse calls without any tool; names alone are enough. */
		if (out->declared)
			for (struct js_member m = js_first(choosing.used); m.key; m = js_next(m))
				js_add_string(js_add_object(offered, m.key), "name", m.key);
	}
	js_free(choosing.known);
	js_free(choosing.removed);
	js_free(choosing.used);
	return offered;
}

/* ---- tools ---- */

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

/* most: characters of it; 0: any number. */
static void add_description(struct json_object *function, struct json_object *tool,
	const struct builtin *builtin, size_t most)
{
	struct json_object *description = js_get(tool, "description");
	struct buf text = { 0 };
	struct slice whole;
	size_t len;

	if (js_is_string(description)) {
		js_share(function, "description", description);
	} else if (builtin) {
		builtin_description(builtin, tool, &text);
		js_add_string(function, "description", buf_text(&text));
	}
	buf_free(&text);
	whole = js_get_slice(function, "description");
	len = most ? length_of(whole, most) : whole.len;
	if (len < whole.len)
		js_give(function, "description", js_new_slice((struct slice){ whole.data, len }));
}

static void add_parameters(struct json_object *function, struct json_object *tool,
	const struct builtin *builtin, const struct turn *turn)
{
	const struct dialect *dialect = &turn->dialect;
	struct json_object *schema = builtin ? builtin_schema(builtin) :
		js_hold(js_get(tool, "input_schema"));
	struct json_object *repaired = schema_repair(schema, dialect->schema, turn->notes);
	struct json_object *parameters = dialect->bare_schemas ? schema_bare(repaired) :
		js_hold(repaired);
	bool strict = js_get_true(tool, "strict") && !dialect->bare_schemas;

	/* Gemini: "should be non-empty for OBJECT type" */
	if (dialect->schema != SCHEMA_GEMINI || js_count(js_get(parameters, "properties")))
		js_share(function, "parameters", parameters);
	if (strict && strict_fits(parameters, dialect->strict_tools))
		js_add_bool(function, "strict", true);
	js_free(parameters);
	js_free(repaired);
	js_free(schema);
}

/* Some strict and some not is refused as a whole. */
static void settle_strict(struct json_object *tools, struct notes *notes)
{
	size_t strict = 0;

	for (size_t i = 0; i < js_count(tools); i++)
		strict += js_get_true(js_get(js_at(tools, i), "function"), "strict");
	if (strict == 0 || strict == js_count(tools))
		return;
	for (size_t i = 0; i < js_count(tools); i++)
		js_remove(js_get(js_at(tools, i), "function"), "strict");
	note_changed(notes, "dropped:strict");
}

static struct json_object *convert_tools(struct json_object *offered, struct turn *turn)
{
	struct json_object *tools = js_new_array();
	char name[65];

	for (struct js_member m = js_first(offered); m.key; m = js_next(m)) {
		const struct builtin *builtin = builtin_find(js_get_string(m.value, "type"));
		struct json_object *entry = js_append_typed(tools, "function"), *function;

		names_declare(&turn->names, m.key);
		function = js_add_object(entry, "function");
		js_add_string(function, "name", names_to_upstream(&turn->names, m.key, name));
		add_description(function, m.value, builtin, turn->dialect.max_description);
		add_parameters(function, m.value, builtin, turn);
		cache_mark(entry, m.value, &turn->dialect);
	}
	if (turn->dialect.strict_tools == STRICT_ALL)
		settle_strict(tools, turn->notes);
	return tools;
}

/* ---- tool_choice ---- */

enum choice_kind { ABSENT, AUTO, ANY, NAMED, NONE };

struct tool_choice {
	enum choice_kind kind;
	const char *name;	/* with NAMED, the client's */
};

static bool read_choice(struct json_object *body, struct tool_choice *choice, struct notes *notes,
	struct failure *why)
{
	static const struct {
		const char *type;
		enum choice_kind kind;
	} types[] = { { "auto", AUTO }, { "any", ANY }, { "tool", NAMED }, { "none", NONE } };
	struct json_object *node = js_get(body, "tool_choice");
	const char *type = js_get_string(node, "type");

	*choice = (struct tool_choice){ ABSENT, js_get_string(node, "name") };
	if (!node)
		return true;
	if (!check_type(node, FIELD_DICTIONARY, "tool_choice", why) ||
		!check_required(node, "type", FIELD_STRING, "tool_choice", why))
		return false;
	for (size_t i = 0; i < COUNT(types); i++)
		if (!strcmp(type, types[i].type))
			choice->kind = types[i].kind;
	if (choice->kind == ABSENT)
		note_ignored(notes, "tool_choice:%s", type);
	return choice->kind != NAMED ||
		check_required(node, "name", FIELD_STRING, "tool_choice", why);
}

/* What an upstream understands instead of "required" and of a named function. */
static void weaken_choice(struct tool_choice *choice, const struct turn *turn)
{
	static const struct {
		enum choice_kind any, named;
	} understood[] = {
		[FORCE_ANY] = { ANY, NAMED },
		[FORCE_REQUIRED] = { ANY, ANY },
		[FORCE_NAMED] = { AUTO, NAMED },
		[FORCE_NOT_THINKING] = { ANY, NAMED },
		[FORCE_NONE] = { AUTO, AUTO },
		[FORCE_BY_ANY] = { ANY, ANY },
		[FORCE_UNSAID] = { ABSENT, ABSENT },
	};
	enum choice_kind asked = choice->kind;
	enum forcing forcing = turn->dialect.forcing;

	/* A force is refused while it thinks, and it always thinks. */
	if (forcing == FORCE_NOT_THINKING && turn->dialect.thinking_always)
		forcing = FORCE_NONE;
	if (asked == ANY)
		choice->kind = understood[forcing].any;
	else if (asked == NAMED)
		choice->kind = understood[forcing].named;
	if (choice->kind != asked && asked != AUTO)
		note_changed(turn->notes, "changed:tool_choice");
	/* Left out, it means the same. */
	if (asked == AUTO && forcing == FORCE_UNSAID)
		choice->kind = ABSENT;
}

static struct json_object *convert_choice(const struct tool_choice *choice,
	const struct turn *turn)
{
	const char *const words[] = {
		[AUTO] = "auto", [NONE] = "none",
		[ANY] = turn->dialect.forcing == FORCE_BY_ANY ? "any" : "required",
	};
	struct json_object *out;
	char name[65];

	if (choice->kind == ABSENT)
		return NULL;
	if (choice->kind != NAMED)
		return js_new_slice(slice_of(words[choice->kind]));
	out = js_new_object();
	js_add_string(out, "type", "function");
	js_add_string(js_add_object(out, "function"), "name",
		names_to_upstream(&turn->names, choice->name, name));
	return out;
}

/* Takes away what cannot go out with the choice, and weakens a choice that upstream refuses. */
static void settle_choice(struct tool_choice *choice, struct json_object *offered,
	const struct turn *turn, bool declared)
{
	if (declared || (choice->kind == NAMED && !js_has(offered, choice->name)))
		choice->kind = ABSENT;
	if (choice->kind == NONE && turn->dialect.forcing == FORCE_NONE)
		choice->kind = ABSENT;
	/* "any" forces a call of any tool: only the one that must be called is left. */
	if (choice->kind == NAMED && turn->dialect.forcing == FORCE_BY_ANY)
		keep_best(offered, NULL, choice->name, 1, NULL);
	weaken_choice(choice, turn);
}

bool tools_convert(struct json_object *body, struct turn *turn, struct tools *out,
	struct failure *why)
{
	struct tool_choice choice;
	struct json_object *offered = NULL;

	*out = (struct tools){ 0 };
	if (read_choice(body, &choice, turn->notes, why))
		offered = offer(body, turn, out, why);
	if (!offered)
		return false;
	/* Where "none" is no word, a request without tools says the same, if that may be. */
	if (choice.kind == NONE && turn->dialect.forcing == FORCE_NONE &&
		!turn->dialect.declare_tools) {
		note_changed(turn->notes, "dropped:tools");
	} else if (js_count(offered)) {
		settle_choice(&choice, offered, turn, out->declared);
		out->tools = convert_tools(offered, turn);
		out->tool_choice = convert_choice(&choice, turn);
		out->forced = choice.kind == ANY || choice.kind == NAMED;
		out->no_parallel = turn->dialect.parallel_tool_calls && !out->declared &&
			js_get_true(js_get(body, "tool_choice"), "disable_parallel_tool_use");
	}
	js_free(offered);
	return true;
}
