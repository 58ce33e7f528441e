#include "subschemas.h"

#include "../js.h"

#include <string.h>

#define COUNT(list) (sizeof(list) / sizeof((list)[0]))

/* Under these stands a schema, or a list of them. */
static const char *const keywords[] = {
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

struct json_object *subschemas_each(struct json_object *schemas,
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
	for (size_t i = 0; i < COUNT(keywords); i++) {
		struct json_object *value = js_get(schema, keywords[i]);

		if (js_is_array(value))
			js_give(schema, keywords[i], subschemas_each(value, repair, to));
		else if (js_is_object(value))
			js_give(schema, keywords[i], repair(value, to));
	}
	for (size_t i = 0; i < COUNT(maps); i++) {
		struct json_object *named = js_get_object(schema, maps[i]);

		if (named)
			js_give(schema, maps[i], subschemas_each(named, repair, to));
	}
}
