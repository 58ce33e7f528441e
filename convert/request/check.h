/*
 * Which requests are refused as malformed, in Anthropic's words: a field that must be there or be
 * of a type, a block without its payload. What is not known is never refused. doc/request.md §0.
 */
#ifndef CHECK_H
#define CHECK_H

#include "request.h"

enum field_type {
	FIELD_STRING, FIELD_INTEGER, FIELD_NUMBER, FIELD_BOOLEAN, FIELD_LIST, FIELD_DICTIONARY,
};

/* "PATH: Input should be a valid NOUN" where value is of another type, or null. */
bool check_type(struct json_object *value, enum field_type type, const char *path,
	struct failure *why);

/* Likewise of object[key], and "PATH.KEY: Field required". An empty path is the body's own. */
bool check_required(struct json_object *object, const char *key, enum field_type type,
	const char *path, struct failure *why);

/* Everything but the tools and the tool_choice, which are checked while they are converted. */
bool check_request(struct json_object *body, enum request_for purpose, struct failure *why);

/* The messages alone: "messages.3.content.0.text: Field required". */
bool check_messages(struct json_object *messages, struct failure *why);

#endif
