/*
 * JSON over json-c, in three verbs. get borrows: what it returns lives as long as its parent. add
 * creates inside a parent, which alone is freed. share holds an existing node a second time; a
 * shared node is read-only. Wrong types never crash: a get on something else finds nothing.
 * When memory runs out, the process ends (buf.h).
 */
#ifndef JS_H
#define JS_H

#include "buf.h"

#include <json-c/json_types.h>
#include <stdint.h>

/* The deepest nesting that is parsed: real tool schemas exceed json-c's default of 32. */
#define JS_DEPTH 256
/*
 * The most objects and arrays in one text: json-c takes 760 bytes for an empty object, so that 4 MB
 * of "{}," would be 1 GB. A conversation of 20 MB has some 20,000.
 */
#define JS_LISTS 200000

/* Where and why a text is not JSON: "REASON: line L column C (char N)". */
struct js_error {
	char text[160];
};

/*
 * Parses exactly one value; only white space may stand around it. Stricter than json-c (no NaN,
 * no "1.", no raw control characters, no "\u0000" in keys, only well-formed UTF-8) and exact:
 * numbers of any length keep their digits, "-0" its sign. *out is NULL for JSON's null; the caller
 * frees it. On false *out is untouched, and error, which may be NULL, says why.
 */
bool js_parse(const char *text, size_t len, struct json_object **out, struct js_error *error);

/* Drops one hold. NULL is fine. */
void js_free(struct json_object *node);

/* ---- get: borrowed; NULL, 0 or false when it is absent, null or of another type ---- */

struct json_object *js_get(struct json_object *object, const char *key);
struct json_object *js_get_object(struct json_object *object, const char *key);
struct json_object *js_get_array(struct json_object *object, const char *key);
const char *js_get_string(struct json_object *object, const char *key);	/* cut at a NUL in it */
/* Whole; data NULL if there is none. */
struct slice js_get_slice(struct json_object *object, const char *key);
bool js_get_true(struct json_object *object, const char *key);	/* JSON's true and nothing else */

/* An integer, "100.0" included. False, and *value untouched, when it is anything else. */
bool js_get_int(struct json_object *object, const char *key, int64_t *value);
bool js_int(struct json_object *node, int64_t *value);

struct slice js_slice(struct json_object *node);	/* of a string */
bool js_has(struct json_object *object, const char *key);	/* null counts as there */
bool js_is_object(struct json_object *node);
bool js_is_array(struct json_object *node);
bool js_is_string(struct json_object *node);
bool js_is_number(struct json_object *node);
bool js_is_bool(struct json_object *node);
size_t js_count(struct json_object *node);		/* elements or members */
struct json_object *js_at(struct json_object *array, size_t index);

/* for (struct js_member m = js_first(object); m.key; m = js_next(m)): members in order. */
struct js_member {
	const char *key;
	struct json_object *value;
	struct lh_entry *entry;
};
struct js_member js_first(struct json_object *object);
struct js_member js_next(struct js_member member);

/* ---- add: into a parent; an existing key keeps its place and gets the new value ---- */

struct json_object *js_new_object(void);	/* a root: the caller frees it */
struct json_object *js_new_array(void);
struct json_object *js_new_slice(struct slice text);

struct json_object *js_add_object(struct json_object *parent, const char *key);
struct json_object *js_add_array(struct json_object *parent, const char *key);
/* NULL gives null. */
void js_add_string(struct json_object *parent, const char *key, const char *text);
void js_add_slice(struct json_object *parent, const char *key, struct slice text);
void js_add_int(struct json_object *parent, const char *key, int64_t value);
void js_add_bool(struct json_object *parent, const char *key, bool value);
void js_add_null(struct json_object *parent, const char *key);

struct json_object *js_append_object(struct json_object *array);
void js_append_string(struct json_object *array, const char *text);
void js_append_slice(struct json_object *array, struct slice text);

/* Moves a root into a parent, which owns it from then on. */
void js_give(struct json_object *parent, const char *key, struct json_object *root);
void js_append(struct json_object *array, struct json_object *root);

void js_remove(struct json_object *object, const char *key);

/* Moves a member to the end under another key; where that one is taken nothing happens. */
void js_rename(struct json_object *object, const char *from, const char *to);

/* ---- share: a second hold; NULL stands for null ---- */

void js_share(struct json_object *parent, const char *key, struct json_object *node);
void js_append_share(struct json_object *array, struct json_object *node);
struct json_object *js_hold(struct json_object *node);	/* a second root; js_free it */

/* Copy whose objects and arrays may be changed; leaves are shared. The caller frees it. */
struct json_object *js_copy(struct json_object *node);

/* Copy of an object or array alone: its members and elements are shared. The caller frees it. */
struct json_object *js_shallow(struct json_object *node);

/* ---- out ---- */

/* Compact JSON text, borrowed: valid until the node is changed, asked again or freed. */
struct slice js_text(struct json_object *node);

/* Adds that text to a buffer. */
void js_write(struct json_object *node, struct buf *out);

/* Adds a JSON string that holds the text. */
void js_quote(struct slice text, struct buf *out);

/*
 * How many bytes at its beginning stand in a JSON string as they are, well-formed UTF-8 or not. If
 * *ascii is true these are ASCII; they may be where it is false.
 */
size_t js_plain(struct slice text, bool *ascii);

/* Whether two nodes have the same text. */
bool js_same(struct json_object *a, struct json_object *b);

/* … or the same values, members in any order: fast where the trees share nodes. */
bool js_equal(struct json_object *a, struct json_object *b);

#endif
