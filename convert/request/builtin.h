/*
 * Tools that the client runs itself under a type of Anthropic's: bash, text editor, memory,
 * computer. Claude knows them by heart; another model needs a description and a schema.
 * doc/request.md §3.1.
 */
#ifndef BUILTIN_H
#define BUILTIN_H

#include "../buf.h"

struct json_object;
struct builtin;

/* By a tool's type ("bash_20250124"); NULL: not one that the client runs. */
const struct builtin *builtin_find(const char *type);

/* Adds the description of the tool; a computer tool itself holds the size of its screen. */
void builtin_description(const struct builtin *builtin, struct json_object *tool,
	struct buf *out);

/* The input schema. The caller frees it. */
struct json_object *builtin_schema(const struct builtin *builtin);

#endif
