/*
 * Where schemas stand inside a schema. Walking by position, not by name, keeps a property called
 * "pattern" or "items" what it is, and never enters enum, const, default and examples.
 */
#ifndef SUBSCHEMAS_H
#define SUBSCHEMAS_H

struct json_object;

/*
 * In schema, which is the caller's own, replaces each subschema by what repair makes of it.
 * repair also gets true, false and worse; it returns a root, which may be the same node held.
 */
void subschemas_replace(struct json_object *schema,
	struct json_object *(*repair)(struct json_object *subschema, void *to), void *to);

/* The same for the elements of an array, or the members of an object. The caller frees it. */
struct json_object *subschemas_each(struct json_object *schemas,
	struct json_object *(*repair)(struct json_object *subschema, void *to), void *to);

/*
 * The end of a repair: frees made and holds original when nothing is different, so that what was
 * not touched is shared; else returns made.
 */
struct json_object *subschemas_settle(struct json_object *made, struct json_object *original);

#endif
