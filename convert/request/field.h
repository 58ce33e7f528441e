/*
 * Fields of the client's JSON that must be there, or be of a type; in Anthropic's words.
 */
#ifndef FIELD_H
#define FIELD_H

#include "../failure.h"

struct json_object;

enum field_type {
	FIELD_STRING, FIELD_INTEGER, FIELD_NUMBER, FIELD_BOOLEAN, FIELD_LIST, FIELD_DICTIONARY,
};

/* "PATH: Input should be a valid NOUN" where value is of another type, or null. */
bool field_is(struct json_object *value, enum field_type type, const char *path,
	struct failure *why);

/* Likewise of object[key], and "PATH.KEY: Field required". An empty path is the body's own. */
bool field_required(struct json_object *object, const char *key, enum field_type type,
	const char *path, struct failure *why);

/* Likewise, but it may be absent or null. */
bool field_optional(struct json_object *object, const char *key, enum field_type type,
	const char *path, struct failure *why);

#endif
