/*
 * JSON Schema → the part of it that Gemini's function declarations know. Any other keyword is a
 * 400 there: "Unknown name … Cannot find field". doc/request.md §3.2.
 */
#ifndef GEMINI_H
#define GEMINI_H

#include "../note.h"

struct json_object;

/* schema went through the repairs for all families. The caller frees the result. */
struct json_object *gemini_schema(struct json_object *schema, struct notes *notes);

#endif
