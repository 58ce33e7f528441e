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

/*
 * The schema without a keyword, in any case, at any depth; without all limits, patterns and
 * formats. The caller frees it.
 */
struct json_object *schema_without(struct json_object *schema, const char *keyword);
struct json_object *schema_bare(struct json_object *schema);

/* Whether a keyword, in any case, is one of those limits. */
bool schema_is_limit(struct slice keyword);

/* The keyword type, a word or a list of words, names this one. */
bool schema_has_type(struct json_object *schema, const char *type);

/*
 * strict:true, of a tool or of a response_format: whether a schema may ask for it. Every object has
 * additionalProperties:false and requires all its properties, and no keyword stands in it that such
 * servers refuse. It is never rewritten for its sake: models invent what was optional.
 */
bool strict_fits(struct json_object *schema, enum strict_tools strict_tools);

/* ---- for all who walk a schema ---- */

/*
 * Walking by position, not by name, keeps a property called "pattern" or "items" what it is, and
 * never enters enum, const, default and examples.
 *
 * In schema, which is the caller's own, replaces each subschema by what repair makes of it.
 * repair also gets true, false and worse; it returns a root, which may be the same node held.
 */
void subschemas_replace(struct json_object *schema,
	struct json_object *(*repair)(struct json_object *subschema, void *to), void *to);

/*
 * The end of a repair: frees made and holds original when nothing is different, so that what was
 * not touched is shared; else returns made.
 */
struct json_object *subschemas_settle(struct json_object *made, struct json_object *original);

/* ---- merge.c ---- */

/*
 * Several schemas said as one: what $ref, allOf, anyOf and oneOf say elsewhere is put into the
 * object itself, for upstreams that take no such keywords there.
 */
struct merge {
	struct json_object *root;	/* where "#/…" begins; borrowed */
	unsigned refs;			/* followed so far */
	size_t bytes;			/* of the schemas that they led to */
	unsigned parts;			/* of allOf, anyOf and oneOf that were looked at */
	struct notes *notes;
};

/*
 * Adds to out, which is the caller's own, what schema says and all that its $ref and allOf say.
 * depth is how many $refs led here; returns it, or more when $refs were followed.
 */
unsigned merge_all(struct merge *merge, struct json_object *out, struct json_object *schema,
	unsigned depth);

/*
 * One object schema with no combinator at its top that allows all that root allows. The caller
 * frees it.
 */
struct json_object *merge_root(struct json_object *root, struct notes *notes);

/* ---- gemini.c ---- */

/*
 * The part of a schema that Gemini's function declarations know; any other keyword is a 400 there:
 * "Unknown name … Cannot find field". schema went through the repairs for all families. The caller
 * frees the result.
 */
struct json_object *gemini_schema(struct json_object *schema, struct notes *notes);

#endif
