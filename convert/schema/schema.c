#include "schema.h"

#include "../js.h"

#include <string.h>
#include <strings.h>

/* llama.cpp unrolls repetitions into its grammar and refuses more than these. */
#define GRAMMAR_REPETITIONS 2000

/* As words; more would be noise to the model. */
#define LONGEST_PATTERN 200

struct repair {
	enum schema_dialect dialect;
	struct notes *notes;
};

bool schema_has_type(struct json_object *schema, const char *type)
{
	struct json_object *types = js_get_array(schema, "type");

	for (size_t i = 0; i < js_count(types); i++)
		if (slice_equals(js_slice(js_at(types, i)), type))
			return true;
	return slice_equals(js_get_slice(schema, "type"), type);
}

/* ---- where schemas stand inside a schema ---- */

/* Under these stands a schema, or a list of them. */
static const char *const positions[] = {
	"items", "prefixItems", "additionalItems", "unevaluatedItems", "contains",
	"additionalProperties", "unevaluatedProperties", "propertyNames",
	"anyOf", "oneOf", "allOf", "not", "if", "then", "else",
};

/* Under these stand names, each with a schema. */
static const char *const maps[] = {
	"properties", "patternProperties", "$defs", "definitions", "dependentSchemas",
};

struct json_object *subschemas_settle(struct json_object *made, struct json_object *original)
{
	bool same = js_count(made) == js_count(original);

	if (js_is_array(made)) {
		for (size_t i = 0; same && i < js_count(made); i++)
			same = js_at(made, i) == js_at(original, i);
	} else if (same) {
		struct js_member a = js_first(made), b = js_first(original);

		for (; same && a.key && b.key; a = js_next(a), b = js_next(b))
			same = a.value == b.value && !strcmp(a.key, b.key);
	}
	if (!same)
		return made;
	js_free(made);
	return js_hold(original);
}

/* The same for the elements of an array, or the members of an object. The caller frees it. */
static struct json_object *subschemas_each(struct json_object *schemas,
	struct json_object *(*repair)(struct json_object *subschema, void *to), void *to)
{
	struct json_object *out = js_is_array(schemas) ? js_new_array() : js_new_object();

	for (struct js_member m = js_first(schemas); m.key; m = js_next(m))
		js_give(out, m.key, repair(m.value, to));
	for (size_t i = 0; js_is_array(schemas) && i < js_count(schemas); i++)
		js_append(out, repair(js_at(schemas, i), to));
	return subschemas_settle(out, schemas);
}

void subschemas_replace(struct json_object *schema,
	struct json_object *(*repair)(struct json_object *subschema, void *to), void *to)
{
	for (size_t i = 0; i < COUNT(positions); i++) {
		struct json_object *value = js_get(schema, positions[i]);

		if (js_is_array(value))
			js_give(schema, positions[i], subschemas_each(value, repair, to));
		else if (js_is_object(value))
			js_give(schema, positions[i], repair(value, to));
	}
	for (size_t i = 0; i < COUNT(maps); i++) {
		struct json_object *named = js_get_object(schema, maps[i]);

		if (named)
			js_give(schema, maps[i], subschemas_each(named, repair, to));
	}
}

/* ---- all families ---- */

/* "\p{", "\P{", "(?=", "(?!", "(?<=", "(?<!": OpenAI: "is not a 'regex'", "regex lookaround is
 * not supported", without strict too. */
static bool has_refused_syntax(struct slice pattern)
{
	static const char *const refused[] = { "\\p{", "\\P{", "(?=", "(?!", "(?<=", "(?<!" };

	for (size_t at = 0; at < pattern.len; at++) {
		struct slice rest = { pattern.data + at, pattern.len - at };

		for (size_t i = 0; i < COUNT(refused); i++)
			if (slice_starts(rest, refused[i]))
				return true;
		if (pattern.data[at] == '\\')
			at++;
	}
	return false;
}

/* The client will check it all the same: the model should know. */
static void describe_pattern(struct json_object *schema, struct slice pattern)
{
	struct slice description = js_get_slice(schema, "description");
	struct buf text = { 0 };

	if (pattern.len == 0 || pattern.len > LONGEST_PATTERN)
		return;
	buf_add(&text, description.data, description.len);
	buf_join(&text, " ", slice_of("(pattern: "));
	buf_add(&text, pattern.data, pattern.len);
	buf_puts(&text, ")");
	js_add_slice(schema, "description", buf_slice(&text));
	buf_free(&text);
}

static void repair_pattern(struct repair *repair, struct json_object *schema)
{
	if (!js_has(schema, "pattern"))
		return;
	if (repair->dialect != SCHEMA_GRAMMAR &&
		!has_refused_syntax(js_get_slice(schema, "pattern")))
		return;
	describe_pattern(schema, js_get_slice(schema, "pattern"));
	js_remove(schema, "pattern");
	note_changed(repair->notes, "schema:pattern");
}

/* "array schema missing items" */
static void repair_items(struct repair *repair, struct json_object *schema)
{
	struct json_object *items;

	/* llama.cpp: "Unrecognized schema: true". false stands behind a list of items. */
	if (repair->dialect != SCHEMA_PLAIN && js_is_bool(js_get(schema, "items")))
		js_add_object(schema, "items");
	if (!schema_has_type(schema, "array") || js_get(schema, "items"))
		return;
	if (repair->dialect == SCHEMA_KIMI && js_get(schema, "prefixItems"))
		return;
	items = js_add_object(schema, "items");
	if (repair->dialect == SCHEMA_GEMINI || repair->dialect == SCHEMA_KIMI)
		js_add_string(items, "type", "string");
	note_changed(repair->notes, "schema:items");
}

static void repair_keywords(struct repair *repair, struct json_object *schema)
{
	static const char *const refused[] = { "$schema", "$id", "$comment" };

	for (size_t i = 0; i < COUNT(refused); i++)
		js_remove(schema, refused[i]);
	if (js_has(schema, "required") && !js_get_array(schema, "required")) {
		js_remove(schema, "required");
		note_changed(repair->notes, "schema:required");
	}
	if (js_has(schema, "properties") && !js_get_object(schema, "properties"))
		js_remove(schema, "properties");
	repair_pattern(repair, schema);
	repair_items(repair, schema);
}

/* ---- llama.cpp and what is built on it ---- */

static void repair_lengths(struct repair *repair, struct json_object *schema)
{
	static const char *const lengths[] = { "minLength", "maxLength", "minItems", "maxItems" };
	int64_t length;

	for (size_t i = 0; i < COUNT(lengths); i++) {
		struct json_object *value = js_get(schema, lengths[i]);

		if (!js_is_number(value))
			continue;
		if (js_int(value, &length) && length <= GRAMMAR_REPETITIONS)
			continue;
		js_remove(schema, lengths[i]);
		note_changed(repair->notes, "schema:%s", lengths[i]);
	}
}

/* ---- Kimi: "not a valid moonshot flavored json schema" ---- */

static const char *type_of_value(struct json_object *value)
{
	int64_t number;

	if (js_is_number(value))
		return js_int(value, &number) ? "integer" : "number";
	if (js_is_bool(value))
		return "boolean";
	return js_is_array(value) ? "array" : js_is_object(value) ? "object" : "string";
}

static const char *infer_type(struct json_object *schema)
{
	struct json_object *values = js_get_array(schema, "enum");

	if (js_has(schema, "const"))
		return type_of_value(js_get(schema, "const"));
	if (values)
		return type_of_value(js_at(values, 0));
	if (js_has(schema, "properties") || js_has(schema, "additionalProperties"))
		return "object";
	return js_has(schema, "items") || js_has(schema, "prefixItems") ? "array" : "string";
}

/* "true" says as much as "{}". */
static struct json_object *own_object(struct json_object *schema)
{
	return js_is_object(schema) ? js_shallow(schema) : js_new_object();
}

static struct json_object *with_type(struct json_object *schema, void *to)
{
	static const char *const enough[] = { "type", "anyOf", "oneOf", "allOf", "$ref" };
	struct repair *repair = to;
	struct json_object *out;

	for (size_t i = 0; i < COUNT(enough); i++)
		if (js_get(schema, enough[i]))
			return js_hold(schema);
	out = own_object(schema);
	js_add_string(out, "type", infer_type(out));
	note_changed(repair->notes, "schema:type");
	return out;
}

static struct json_object *with_this_type(struct json_object *schema, void *type)
{
	struct json_object *out;

	if (js_get(schema, "type") || js_get(schema, "$ref"))
		return js_hold(schema);
	out = own_object(schema);
	js_share(out, "type", type);
	return out;
}

static void repair_for_kimi(struct repair *repair, struct json_object *schema)
{
	struct json_object *type = js_get(schema, "type"), *choices, *properties, *items;

	js_rename(schema, "oneOf", "anyOf");
	choices = js_get_array(schema, "anyOf");
	if (choices && type) {
		js_give(schema, "anyOf", subschemas_each(choices, with_this_type, type));
		js_remove(schema, "type");
	} else if (choices) {
		js_give(schema, "anyOf", subschemas_each(choices, with_type, repair));
	}
	properties = js_get_object(schema, "properties");
	if (properties)
		js_give(schema, "properties", subschemas_each(properties, with_type, repair));
	if (js_get_array(schema, "items"))
		js_rename(schema, "items", "prefixItems");
	items = js_get_object(schema, "items");
	if (items)
		js_give(schema, "items", with_type(items, repair));
}

/* ---- the walk ---- */

static struct json_object *repair_subschema(struct json_object *schema, void *to)
{
	struct repair *repair = to;
	struct json_object *out;

	if (repair->dialect == SCHEMA_GRAMMAR && js_is_bool(schema))
		return js_new_object();
	if (!js_is_object(schema))
		return js_hold(schema);
	out = js_shallow(schema);
	repair_keywords(repair, out);
	if (repair->dialect == SCHEMA_GRAMMAR)
		repair_lengths(repair, out);
	if (repair->dialect == SCHEMA_KIMI)
		repair_for_kimi(repair, out);
	subschemas_replace(out, repair_subschema, repair);
	return subschemas_settle(out, schema);
}

/*
 * Where the root must say all by itself. Everywhere a root that is only a $ref would pass for an
 * object without properties.
 */
static bool root_must_be_merged(struct json_object *root, enum schema_dialect dialect)
{
	static const char *const combinators[] = {
		"anyOf", "oneOf", "allOf", "enum", "const", "not",
	};

	if (js_get_string(root, "$ref"))
		return true;
	if (dialect == SCHEMA_PLAIN || dialect == SCHEMA_GRAMMAR)
		return false;
	for (size_t i = 0; i < COUNT(combinators); i++)
		if (js_has(root, combinators[i]))
			return true;
	return false;
}

static struct json_object *repair_root(struct json_object *schema, struct repair *repair)
{
	struct json_object *root;

	if (!js_is_object(schema)) {
		root = js_new_object();
	} else if (root_must_be_merged(schema, repair->dialect)) {
		root = merge_root(schema, repair->notes);
		note_changed(repair->notes, "schema:root");
	} else {
		root = js_shallow(schema);
	}
	if (!slice_equals(js_get_slice(root, "type"), "object"))
		js_add_string(root, "type", "object");
	if (!js_get_object(root, "properties"))
		js_add_object(root, "properties");
	return js_is_object(schema) ? subschemas_settle(root, schema) : root;
}

struct json_object *schema_repair(struct json_object *schema, enum schema_dialect dialect,
	struct notes *notes)
{
	struct repair repair = { dialect, notes };
	struct json_object *root = repair_root(schema, &repair);
	struct json_object *out = repair_subschema(root, &repair);

	js_free(root);
	if (dialect == SCHEMA_GEMINI) {
		root = out;
		out = gemini_schema(root, notes);
		js_free(root);
	}
	return out;
}

/* ---- without some keywords ---- */

/* Nothing structural: what a validator may not know, and a model can do without. */
static const char *const limits[] = {
	"$schema", "pattern", "format", "default", "minLength", "maxLength", "minimum", "maximum",
	"exclusiveMinimum", "exclusiveMaximum", "multipleOf", "minItems", "maxItems",
	"uniqueItems", "minProperties", "maxProperties",
};

struct keywords {
	const char *const *words;
	size_t count;
};

static struct json_object *without(struct json_object *schema, void *to)
{
	const struct keywords *keywords = to;
	struct json_object *out;

	if (!js_is_object(schema))
		return js_hold(schema);
	out = js_shallow(schema);
	/* In any case: a keyword that upstream named is known in lower case only. */
	for (struct js_member m = js_first(schema); m.key; m = js_next(m))
		for (size_t i = 0; i < keywords->count; i++)
			if (!strcasecmp(keywords->words[i], m.key))
				js_remove(out, m.key);
	subschemas_replace(out, without, to);
	return subschemas_settle(out, schema);
}

struct json_object *schema_without(struct json_object *schema, const char *keyword)
{
	struct keywords one = { &keyword, 1 };

	return without(schema, &one);
}

bool schema_is_limit(struct slice keyword)
{
	for (size_t i = 0; i < COUNT(limits); i++)
		if (slice_is(keyword, limits[i]))
			return true;
	return false;
}

struct json_object *schema_bare(struct json_object *schema)
{
	struct keywords all = { limits, COUNT(limits) };

	return without(schema, &all);
}
