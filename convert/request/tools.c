#include "tools.h"

#include "../js.h"
#include "../schema/schema.h"
#include "builtin.h"
#include "cache.h"
#include "check.h"
#include "offer.h"

#include <string.h>

/* ---- tools ---- */

static void add_description(struct json_object *function, struct json_object *tool,
	const struct builtin *builtin)
{
	struct json_object *description = js_get(tool, "description");
	struct buf text = { 0 };

	if (js_is_string(description)) {
		js_share(function, "description", description);
	} else if (builtin) {
		builtin_description(builtin, tool, &text);
		js_add_string(function, "description", buf_text(&text));
	}
	buf_free(&text);
}

static void add_parameters(struct json_object *function, struct json_object *tool,
	const struct builtin *builtin, const struct turn *turn)
{
	const struct dialect *dialect = &turn->dialect;
	struct json_object *schema = builtin ? builtin_schema(builtin) :
		js_hold(js_get(tool, "input_schema"));
	struct json_object *parameters = schema_repair(schema, dialect->schema, turn->notes);

	/* Gemini: "should be non-empty for OBJECT type" */
	if (dialect->schema != SCHEMA_GEMINI || js_count(js_get(parameters, "properties")))
		js_share(function, "parameters", parameters);
	if (js_get_true(tool, "strict") && strict_fits(parameters, dialect->strict_tools))
		js_add_bool(function, "strict", true);
	js_free(parameters);
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
		struct json_object *entry = js_append_object(tools), *function;

		names_declare(&turn->names, m.key);
		js_add_string(entry, "type", "function");
		function = js_add_object(entry, "function");
		js_add_string(function, "name", names_to_upstream(&turn->names, m.key, name));
		add_description(function, m.value, builtin);
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
	if (choice->kind != asked)
		note_changed(turn->notes, "changed:tool_choice");
}

static struct json_object *convert_choice(const struct tool_choice *choice,
	const struct names *names)
{
	static const char *const words[] = { [AUTO] = "auto", [ANY] = "required", [NONE] = "none" };
	struct json_object *out;
	char name[65];

	if (choice->kind == ABSENT)
		return NULL;
	if (choice->kind != NAMED)
		return js_new_slice(slice_of(words[choice->kind]));
	out = js_new_object();
	js_add_string(out, "type", "function");
	js_add_string(js_add_object(out, "function"), "name",
		names_to_upstream(names, choice->name, name));
	return out;
}

bool tools_convert(struct json_object *body, struct turn *turn, struct tools *out,
	struct failure *why)
{
	struct tool_choice choice;
	struct offer offer = { 0 };

	*out = (struct tools){ 0 };
	if (!read_choice(body, &choice, turn->notes, why) ||
		!offer_tools(body, turn, &offer, why))
		return false;
	out->web_search_left_out = offer.web_search_left_out;
	/* Where "none" is no word, a request without tools says the same. */
	if (choice.kind == NONE && turn->dialect.forcing == FORCE_NONE) {
		note_changed(turn->notes, "dropped:tools");
	} else if (js_count(offer.tools)) {
		if (choice.kind == NAMED && !js_has(offer.tools, choice.name))
			choice.kind = ABSENT;
		weaken_choice(&choice, turn);
		out->tools = convert_tools(offer.tools, turn);
		out->tool_choice = convert_choice(&choice, &turn->names);
		out->forced = choice.kind == ANY || choice.kind == NAMED;
		out->no_parallel = turn->dialect.parallel_tool_calls &&
			js_get_true(js_get(body, "tool_choice"), "disable_parallel_tool_use");
	}
	js_free(offer.tools);
	return true;
}
