#include "schema.h"

#include "../js.h"

#include <strings.h>

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

/* In any case: a keyword that upstream named is known in lower case only. */
static bool is_among(const struct keywords *keywords, const char *word)
{
	for (size_t i = 0; i < keywords->count; i++)
		if (!strcasecmp(keywords->words[i], word))
			return true;
	return false;
}

static struct json_object *without(struct json_object *schema, void *to)
{
	struct json_object *out;

	if (!js_is_object(schema))
		return js_hold(schema);
	out = js_shallow(schema);
	for (struct js_member m = js_first(schema); m.key; m = js_next(m))
		if (is_among(to, m.key))
			js_remove(out, m.key);
	subschemas_replace(out, without, to);
	return subschemas_settle(out, schema);
}

struct json_object *schema_without(struct json_object *schema, const char *keyword)
{
	struct keywords one = { &keyword, 1 };

	return without(schema, &one);
}

struct json_object *schema_bare(struct json_object *schema)
{
	struct keywords all = { limits, COUNT(limits) };

	return without(schema, &all);
}
