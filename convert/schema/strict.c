#include "schema.h"

#include "../js.h"

static bool requires_all(struct json_object *schema)
{
	struct json_object *required = js_get_array(schema, "required");
	struct json_object *names = js_new_object();
	bool all = true;

	for (size_t i = 0; i < js_count(required); i++)
		if (js_is_string(js_at(required, i)))
			js_add_null(names, js_slice(js_at(required, i)).data);
	for (struct js_member m = js_first(js_get(schema, "properties")); m.key; m = js_next(m))
		all = all && js_has(names, m.key);
	js_free(names);
	return all;
}

/* The first of each list are all that those know who want all tools strict. */
static const char *const keywords[] = {
	"type", "title", "description", "properties", "required", "additionalProperties", "items",
	"enum", "const", "anyOf", "$ref", "$defs", "definitions", "pattern", "format",
	"multipleOf", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum",
	"minItems", "maxItems",
};
static const char *const formats[] = {
	"email", "hostname", "ipv4", "ipv6", "uuid",
	"date-time", "date", "time", "duration",
};
#define FEWER_KEYWORDS (COUNT(keywords) - 2)
#define FEWER_FORMATS 5

struct strictness {
	bool strict;		/* so far */
	bool fewer;		/* keywords and formats */
};

static bool keeps_strict_rules(struct json_object *schema, bool fewer)
{
	const char *format = js_get_string(schema, "format");

	for (struct js_member m = js_first(schema); m.key; m = js_next(m))
		if (!is_one_of(m.key, keywords, fewer ? FEWER_KEYWORDS :
				COUNT(keywords)))
			return false;
	if (format && !is_one_of(format, formats, fewer ? FEWER_FORMATS :
			COUNT(formats)))
		return false;
	if (!schema_has_type(schema, "object") && !js_has(schema, "properties"))
		return true;
	/* "An object with no properties is not allowed." */
	if (fewer && !js_count(js_get(schema, "properties")))
		return false;
	return js_is_bool(js_get(schema, "additionalProperties")) &&
		!js_get_true(schema, "additionalProperties") && requires_all(schema);
}

/* A repair that changes nothing and only looks. */
static struct json_object *look_for_strict(struct json_object *schema, void *to)
{
	struct strictness *strictness = to;
	struct json_object *copy = js_shallow(schema);

	strictness->strict = strictness->strict &&
		keeps_strict_rules(schema, strictness->fewer);
	subschemas_replace(copy, look_for_strict, strictness);
	js_free(copy);
	return js_hold(schema);
}

bool strict_fits(struct json_object *schema, enum strict_tools strict_tools)
{
	struct strictness strictness = {
		strict_tools != STRICT_NONE && js_is_object(schema),
		strict_tools == STRICT_ALL,
	};

	if (strictness.strict)
		js_free(look_for_strict(schema, &strictness));
	return strictness.strict;
}
