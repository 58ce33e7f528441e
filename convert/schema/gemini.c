#include "schema.h"

#include "../js.h"

#include <string.h>

/* How we came to a schema: how many $refs lead to it. */
struct path {
	struct merge *merge;
	unsigned depth;
};

/* null among the choices is nullable:true; one choice alone is no choice. */
static void reduce_choices(struct path *path, struct json_object *schema)
{
	struct json_object *choices, *left;

	js_rename(schema, "oneOf", "anyOf");
	choices = js_get_array(schema, "anyOf");
	if (!choices)
		return;
	left = js_new_array();
	for (size_t i = 0; i < js_count(choices); i++) {
		if (slice_equals(js_get_slice(js_at(choices, i), "type"), "null"))
			js_add_bool(schema, "nullable", true);
		else
			js_append_share(left, js_at(choices, i));
	}
	if (js_count(left) > 1) {
		if (js_count(left) < js_count(choices))
			js_share(schema, "anyOf", left);
		js_free(left);
		return;
	}
	js_remove(schema, "anyOf");
	if (js_count(left)) {
		path->depth = merge_all(path->merge, schema, js_at(left, 0), path->depth);
		reduce_choices(path, schema);
	}
	js_free(left);
}

static void reduce_types(struct json_object *schema)
{
	struct json_object *types = js_hold(js_get_array(schema, "type")), *choices;
	struct json_object *items = js_get(schema, "items");

	if (!types)
		return;
	js_remove(schema, "type");
	choices = js_new_array();
	for (size_t i = 0; i < js_count(types); i++) {
		struct json_object *choice;

		if (slice_equals(js_slice(js_at(types, i)), "null")) {
			js_add_bool(schema, "nullable", true);
			continue;
		}
		choice = js_append_object(choices);
		js_share(choice, "type", js_at(types, i));
		if (items && slice_equals(js_slice(js_at(types, i)), "array"))
			js_share(choice, "items", items);
	}
	if (js_count(choices) == 1) {
		js_share(schema, "type", js_get(js_at(choices, 0), "type"));
	} else if (js_count(choices) > 1 && !js_has(schema, "anyOf")) {
		js_share(schema, "anyOf", choices);
		js_remove(schema, "items");
	}
	js_free(choices);
	js_free(types);
}

/*
 * Only strings, none of them empty ("enum[0]: cannot be empty"), and only where the type is theirs
 * ("enum: only allowed for STRING type").
 */
static void reduce_enum(struct json_object *schema, struct notes *notes)
{
	const char *type = js_get_string(schema, "type");
	struct json_object *values, *texts;

	if (js_has(schema, "const") && !js_has(schema, "enum"))
		js_append_share(js_add_array(schema, "enum"), js_get(schema, "const"));
	values = js_get_array(schema, "enum");
	if (!values) {
		js_remove(schema, "enum");
		return;
	}
	texts = js_new_array();
	for (size_t i = 0; i < js_count(values); i++) {
		struct json_object *value = js_at(values, i);

		if (!value)
			js_add_bool(schema, "nullable", true);
		else if (!js_is_string(value))
			js_append_slice(texts, js_text(value));
		else if (js_slice(value).len)
			js_append_share(texts, value);
	}
	texts = subschemas_settle(texts, values);
	if (type && strcmp(type, "string") != 0)
		note_changed(notes, "schema:enum");
	if (js_count(texts) && (!type || !strcmp(type, "string")))
		js_share(schema, "enum", texts);
	else
		js_remove(schema, "enum");
	if (js_count(texts) && !type)
		js_add_string(schema, "type", "string");
	js_free(texts);
}

/* A list of items says more than Gemini can: any of them then. */
static void reduce_items(struct json_object *schema)
{
	struct json_object *list, *items;

	js_rename(schema, "prefixItems", "items");
	/* true, or false behind a list: Gemini knows only objects. */
	if (js_is_bool(js_get(schema, "items")))
		js_add_object(schema, "items");
	list = js_hold(js_get_array(schema, "items"));
	if (!list)
		return;
	items = js_add_object(schema, "items");
	js_share(items, "anyOf", list);
	js_free(list);
}

/* In old drafts exclusive bounds are true or false. */
static void reduce_bounds(struct json_object *schema)
{
	if (js_is_number(js_get(schema, "exclusiveMinimum")))
		js_rename(schema, "exclusiveMinimum", "minimum");
	if (js_is_number(js_get(schema, "exclusiveMaximum")))
		js_rename(schema, "exclusiveMaximum", "maximum");
}

static void remove_unknown(struct json_object *schema, struct notes *notes)
{
	static const char *const known[] = {
		"type", "format", "title", "description", "nullable", "enum", "items", "minItems",
		"maxItems", "properties", "required", "minimum", "maximum", "minLength",
		"maxLength", "pattern", "anyOf", "default",
	};
	struct slice format = js_get_slice(schema, "format");

	if (!slice_equals(format, "enum") && !slice_equals(format, "date-time"))
		js_remove(schema, "format");
	for (struct js_member m = js_first(schema), next; m.key; m = next) {
		next = js_next(m);
		if (is_one_of(m.key, known, COUNT(known)))
			continue;
		note_ignored(notes, "schema:%s", m.key);
		js_remove(schema, m.key);
	}
}

static void reduce_required(struct json_object *schema)
{
	struct json_object *required = js_get_array(schema, "required"), *left;

	if (!required)
		return;
	left = js_new_array();
	for (size_t i = 0; i < js_count(required); i++) {
		struct slice name = js_slice(js_at(required, i));

		if (name.data && js_has(js_get(schema, "properties"), name.data))
			js_append_share(left, js_at(required, i));
	}
	left = subschemas_settle(left, required);
	if (js_count(left))
		js_share(schema, "required", left);
	else
		js_remove(schema, "required");
	js_free(left);
}

static struct json_object *reduce(struct json_object *schema, void *to)
{
	struct path path = *(struct path *)to;
	struct json_object *out = js_new_object();

	if (!js_is_object(schema))	/* true: anything */
		return out;
	path.depth = merge_all(path.merge, out, schema, path.depth);
	reduce_choices(&path, out);
	reduce_items(out);
	reduce_types(out);
	reduce_enum(out, path.merge->notes);
	reduce_bounds(out);
	remove_unknown(out, path.merge->notes);
	reduce_required(out);
	subschemas_replace(out, reduce, &path);
	return subschemas_settle(out, schema);
}

struct json_object *gemini_schema(struct json_object *schema, struct notes *notes)
{
	struct merge merge = { .root = schema, .notes = notes };
	struct path path = { &merge, 0 };

	return reduce(schema, &path);
}
