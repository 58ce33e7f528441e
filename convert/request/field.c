#include "field.h"

#include "../js.h"

static bool is_integer(struct json_object *node)
{
	int64_t value;

	return js_int(node, &value);
}

static const struct {
	bool (*is)(struct json_object *node);
	const char *noun;
} types[] = {
	[FIELD_STRING] = { js_is_string, "string" },
	[FIELD_INTEGER] = { is_integer, "integer" },
	[FIELD_NUMBER] = { js_is_number, "number" },
	[FIELD_BOOLEAN] = { js_is_bool, "boolean" },
	[FIELD_LIST] = { js_is_array, "list" },
	[FIELD_DICTIONARY] = { js_is_object, "dictionary" },
};

bool field_is(struct json_object *value, enum field_type type, const char *path,
	struct failure *why)
{
	if (types[type].is(value))
		return true;
	return failed(why, INVALID_REQUEST_ERROR, "%s: Input should be a valid %s", path,
		types[type].noun);
}

bool field_optional(struct json_object *object, const char *key, enum field_type type,
	const char *path, struct failure *why)
{
	struct json_object *value = js_get(object, key);
	struct buf inner = { 0 };
	bool fine;

	if (!value || types[type].is(value))
		return true;
	buf_join(&inner, "", slice_of(path));
	buf_join(&inner, ".", slice_of(key));
	fine = field_is(value, type, buf_text(&inner), why);
	buf_free(&inner);
	return fine;
}

bool field_required(struct json_object *object, const char *key, enum field_type type,
	const char *path, struct failure *why)
{
	if (!js_get(object, key))
		return failed(why, INVALID_REQUEST_ERROR, "%s%s%s: Field required", path,
			*path ? "." : "", key);
	return field_optional(object, key, type, path, why);
}
