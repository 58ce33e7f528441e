/*
 * JSON Schema repair by dialect. Untouched subtrees are shared, so their bytes stay; required is
 * never made longer. doc/request.md §3.2.
 */
#ifndef SCHEMA_H
#define SCHEMA_H

#include "../buf.h"
#include "../note.h"
#include "../provider/family.h"

struct json_object;

/*
 * An object schema with type and properties; {"type":"object","properties":{}} for anything else
 * than an object. The caller frees it.
 */
struct json_object *schema_repair(struct json_object *schema, enum schema_dialect dialect,
	struct notes *notes);

/* The keyword type, a word or a list of words, names this one. */
bool schema_has_type(struct json_object *schema, const char *type);

/* Adds the sentence that asks for an answer in that shape, where response_format cannot. */
void schema_line(struct json_object *schema, struct buf *line);

#endif
