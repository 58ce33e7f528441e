#include "schema.h"

#include "../js.h"

#include <stdlib.h>
#include <string.h>

/* $refs inside each other are followed so far; what lies deeper may be anything. */
#define MERGE_REF_DEPTH 8
/*
 * How many are followed in one schema, and how many bytes of it that may add: with several $refs to
 * itself it would grow without end.
 */
#define MERGE_REFS 500
#define MERGE_BYTES (64u << 10)
/* The most parts of allOf, anyOf and oneOf that are looked at: each is compared with others. */
#define MERGE_PARTS 500

/* An object that grows out of several schemas. What it has once grown is its own. */
struct growing {
	struct json_object *out;
	struct json_object *required;	/* what stands in its "required", as keys; NULL: see out */
	bool own_properties;
};

static bool may_look(struct merge *merge, const char *keyword)
{
	if (merge->parts++ < MERGE_PARTS)
		return true;
	note_changed(merge->notes, "schema:%s", keyword);
	return false;
}

/* ---- $ref ---- */

/* The member or element that one step of a JSON pointer names; "~1" is "/", "~0" is "~". */
static struct json_object *step(struct json_object *node, struct slice name)
{
	struct buf key = { 0 };

	if (js_is_array(node))
		return js_at(node, strtoul(name.data, NULL, 10));
	for (size_t i = 0; i < name.len; i++) {
		bool escape = name.data[i] == '~' && i + 1 < name.len;
		const char *c = !escape ? &name.data[i] : name.data[++i] == '1' ? "/" : "~";

		buf_add(&key, c, 1);
	}
	node = js_get(node, buf_text(&key));
	buf_free(&key);
	return node;
}

/* NULL: it leads out of the document or nowhere. */
static struct json_object *find(struct json_object *root, const char *ref)
{
	if (*ref++ != '#')
		return NULL;
	while (root && *ref == '/') {
		size_t len = strcspn(++ref, "/");

		root = step(root, (struct slice){ ref, len });
		ref += len;
	}
	return *ref == '\0' ? root : NULL;
}

static struct json_object *follow(struct merge *merge, const char *ref, unsigned depth)
{
	struct json_object *target = NULL;

	if (depth < MERGE_REF_DEPTH && merge->refs < MERGE_REFS && merge->bytes < MERGE_BYTES)
		target = find(merge->root, ref);
	if (!target) {
		note_changed(merge->notes, "schema:$ref");
		return NULL;
	}
	merge->refs++;
	merge->bytes += js_text(target).len;
	return target;
}

/* ---- allOf: everything holds ---- */

static bool lists(struct json_object *array, struct json_object *value)
{
	for (size_t i = 0; i < js_count(array); i++)
		if (js_equal(js_at(array, i), value))
			return true;
	return false;
}

/* Adds a value to a set, of which the keys are the values' texts. False: it was there. */
static bool add_to_set(struct json_object *set, struct json_object *value)
{
	const char *text = js_text(value).data;

	if (js_has(set, text))
		return false;
	js_add_bool(set, text, true);
	return true;
}

static struct json_object *set_of(struct json_object *array)
{
	struct json_object *set = js_new_object();

	for (size_t i = 0; i < js_count(array); i++)
		add_to_set(set, js_at(array, i));
	return set;
}

/* A copy that out owns, since what stands there may be shared. */
static struct json_object *own(struct json_object *out, const char *key)
{
	struct json_object *copy = js_shallow(js_get(out, key));

	js_give(out, key, copy);
	return copy;
}

/* The list of an earlier meeting grows: nesting it would grow deeper than any text may be. */
static struct json_object *both(struct json_object *first, struct json_object *second)
{
	struct json_object *out = js_new_object(), *list = js_get_array(first, "allOf");

	if (list && js_count(first) == 1) {
		list = js_shallow(list);
		js_give(out, "allOf", list);
	} else {
		list = js_add_array(out, "allOf");
		js_append_share(list, first);
	}
	js_append_share(list, second);
	return out;
}

static void add_properties(struct growing *growing, struct json_object *properties)
{
	struct json_object *all = growing->own_properties ?
		js_get(growing->out, "properties") : own(growing->out, "properties");

	growing->own_properties = true;
	for (struct js_member m = js_first(properties); m.key; m = js_next(m)) {
		struct json_object *first = js_get(all, m.key);

		if (!first)
			js_share(all, m.key, m.value);
		else if (!js_equal(first, m.value))
			js_give(all, m.key, both(first, m.value));
	}
}

static void add_required(struct growing *growing, struct json_object *required)
{
	struct json_object *all = growing->required ? js_get(growing->out, "required") :
		own(growing->out, "required");

	if (!growing->required)
		growing->required = set_of(all);
	for (size_t i = 0; i < js_count(required); i++)
		if (add_to_set(growing->required, js_at(required, i)))
			js_append_share(all, js_at(required, i));
}

static void add_members(struct growing *growing, struct json_object *schema)
{
	struct json_object *out = growing->out;

	for (struct js_member m = js_first(schema); m.key; m = js_next(m)) {
		if (!strcmp(m.key, "$ref") || !strcmp(m.key, "allOf"))
			continue;
		if (!js_has(out, m.key))
			js_share(out, m.key, m.value);
		else if (!strcmp(m.key, "properties") && js_get_object(out, m.key))
			add_properties(growing, m.value);
		else if (!strcmp(m.key, "required") && js_get_array(out, m.key))
			add_required(growing, m.value);
	}
}

static unsigned grow(struct merge *merge, struct growing *growing, struct json_object *schema,
	unsigned depth)
{
	const char *ref = js_get_string(schema, "$ref");
	struct json_object *all = js_get_array(schema, "allOf");
	struct json_object *target = ref ? follow(merge, ref, depth) : NULL;
	unsigned deepest = depth;

	add_members(growing, schema);
	if (target)
		deepest = grow(merge, growing, target, depth + 1);
	for (size_t i = 0; i < js_count(all) && may_look(merge, "allOf"); i++) {
		unsigned reached = grow(merge, growing, js_at(all, i), depth);

		if (reached > deepest)
			deepest = reached;
	}
	return deepest;
}

unsigned merge_all(struct merge *merge, struct json_object *out, struct json_object *schema,
	unsigned depth)
{
	struct growing growing = { .out = out };
	unsigned deepest = grow(merge, &growing, schema, depth);

	js_free(growing.required);
	return deepest;
}

/* ---- anyOf, oneOf: one of them holds ---- */

static struct json_object *flatten(struct merge *merge, struct json_object *schema,
	unsigned depth);

/* choices: name → the different schemas it has. */
static void add_choices(struct json_object *choices, struct json_object *properties)
{
	for (struct js_member m = js_first(properties); m.key; m = js_next(m)) {
		struct json_object *list = js_get(choices, m.key);

		if (!list)
			list = js_add_array(choices, m.key);
		if (!lists(list, m.value))
			js_append_share(list, m.value);
	}
}

static struct json_object *in_both(struct json_object *a, struct json_object *b)
{
	struct json_object *both = js_new_array(), *set = set_of(b);

	for (size_t i = 0; i < js_count(a); i++)
		if (js_has(set, js_text(js_at(a, i)).data))
			js_append_share(both, js_at(a, i));
	js_free(set);
	return both;
}

/* The properties of all the schemas, of which only those are required that each one requires. */
static void merge_any(struct merge *merge, struct json_object *out, struct json_object *schemas,
	unsigned depth)
{
	struct json_object *choices = js_new_object(), *either = js_new_object();
	struct json_object *required = NULL, *properties;
	struct growing growing = { .out = out };
	size_t i = 0;

	for (; i < js_count(schemas) && may_look(merge, "anyOf"); i++) {
		struct json_object *flat = flatten(merge, js_at(schemas, i), depth);
		struct json_object *these = js_get_array(flat, "required");
		struct json_object *left = in_both(i ? required : these, these);

		add_choices(choices, js_get_object(flat, "properties"));
		js_free(required);
		required = left;
		js_free(flat);
	}
	properties = js_add_object(either, "properties");
	for (struct js_member m = js_first(choices); m.key; m = js_next(m)) {
		if (js_count(m.value) == 1)
			js_share(properties, m.key, js_at(m.value, 0));
		else
			js_share(js_add_object(properties, m.key), "anyOf", m.value);
	}
	/* One that was not looked at may not require it. */
	if (js_count(required) && i == js_count(schemas))
		js_share(either, "required", required);
	add_members(&growing, either);
	js_free(growing.required);
	js_free(required);
	js_free(either);
	js_free(choices);
}

static struct json_object *flatten(struct merge *merge, struct json_object *schema, unsigned depth)
{
	static const char *const alternatives[] = { "anyOf", "oneOf" };
	static const char *const without_place[] = { "enum", "const", "not" };
	struct json_object *out = js_new_object();

	if (depth > MERGE_REF_DEPTH)
		return out;
	depth = merge_all(merge, out, schema, depth);
	for (size_t i = 0; i < 2; i++) {
		struct json_object *schemas = js_hold(js_get_array(out, alternatives[i]));

		js_remove(out, alternatives[i]);
		if (schemas)
			merge_any(merge, out, schemas, depth + 1);
		js_free(schemas);
	}
	for (size_t i = 0; i < 3; i++)
		js_remove(out, without_place[i]);
	return out;
}

struct json_object *merge_root(struct json_object *root, struct notes *notes)
{
	struct merge merge = { .root = root, .notes = notes };

	return flatten(&merge, root, 0);
}
