/*
 * Several schemas said as one: what $ref, allOf, anyOf and oneOf say elsewhere is put into the
 * object itself, for upstreams that take no such keywords there. doc/request.md §3.2.
 */
#ifndef MERGE_H
#define MERGE_H

#include "../note.h"

struct json_object;

/* $refs inside each other are followed so far; what lies deeper may be anything. */
#define MERGE_REF_DEPTH 8
/*
 * How many are followed in one schema, and how many bytes of it that may add: with several $refs to
 * itself it would grow without end.
 */
#define MERGE_REFS 500
#define MERGE_BYTES (64u << 10)

struct merge {
	struct json_object *root;	/* where "#/…" begins; borrowed */
	unsigned refs;			/* followed so far */
	size_t bytes;			/* of the schemas that they led to */
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

#endif
