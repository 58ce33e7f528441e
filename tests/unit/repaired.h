/* What schema_repair makes of a schema. */
#ifndef TEST_REPAIRED_H
#define TEST_REPAIRED_H

#include "../../convert/schema/schema.h"
#include "json.h"

static struct notes notes;

/* before is repaired for the dialect and must come out as after, key for key in this order. */
static inline void becomes(enum schema_dialect dialect, const char *before, const char *after)
{
	struct json_object *schema = parse(before), *repaired;
	char *untouched = must_strdup(js_text(schema).data);

	notes = (struct notes){ 0 };
	repaired = schema_repair(schema, dialect, &notes);
	assert_json(repaired, after);
	assert_string_equal(js_text(schema).data, untouched);
	free(untouched);
	js_free(repaired);
	js_free(schema);
}

static inline void stays(enum schema_dialect dialect, const char *text)
{
	becomes(dialect, text, text);
	assert_string_equal(notes.text, "");
}

#endif
