#include "js.h"

#include <json-c/json.h>
#include <limits.h>
#include <math.h>
#include <string.h>

void js_free(struct json_object *node)
{
	json_object_put(node);
}

/* ---- get ---- */

/* So few members are compared one by one in less time than a key is hashed. */
#define FEW 16

/* NULL: not there. */
static struct lh_entry *find(struct json_object *object, const char *key)
{
	struct lh_table *table = json_object_get_object(object);
	struct lh_entry *entry = NULL;

	if (!table)
		return NULL;
	if (table->count > FEW)
		return lh_table_lookup_entry(table, key);
	for (entry = table->head; entry; entry = entry->next)
		if (*(const char *)entry->k == *key && !strcmp(entry->k, key))
			break;
	return entry;
}

struct json_object *js_get(struct json_object *object, const char *key)
{
	struct lh_entry *entry = find(object, key);

	return entry ? (struct json_object *)lh_entry_v(entry) : NULL;
}

struct json_object *js_get_object(struct json_object *object, const char *key)
{
	struct json_object *value = js_get(object, key);

	return js_is_object(value) ? value : NULL;
}

struct json_object *js_get_array(struct json_object *object, const char *key)
{
	struct json_object *value = js_get(object, key);

	return js_is_array(value) ? value : NULL;
}

const char *js_get_string(struct json_object *object, const char *key)
{
	return js_get_slice(object, key).data;
}

struct slice js_get_slice(struct json_object *object, const char *key)
{
	return js_slice(js_get(object, key));
}

bool js_get_true(struct json_object *object, const char *key)
{
	struct json_object *value = js_get(object, key);

	return json_object_is_type(value, json_type_boolean) && json_object_get_boolean(value);
}

bool js_int(struct json_object *node, int64_t *value)
{
	double number;

	if (json_object_is_type(node, json_type_int)) {
		*value = json_object_get_int64(node);
		return true;
	}
	if (!json_object_is_type(node, json_type_double))
		return false;
	number = json_object_get_double(node);
	if (!(number >= -9e15 && number <= 9e15) || number != floor(number))
		return false;
	*value = (int64_t)number;
	return true;
}

bool js_get_int(struct json_object *object, const char *key, int64_t *value)
{
	return js_int(js_get(object, key), value);
}

struct slice js_slice(struct json_object *node)
{
	if (!js_is_string(node))
		return (struct slice){ 0 };
	return (struct slice){ json_object_get_string(node),
		(size_t)json_object_get_string_len(node) };
}

bool js_has(struct json_object *object, const char *key)
{
	return find(object, key) != NULL;
}

bool js_is_object(struct json_object *node)
{
	return json_object_is_type(node, json_type_object);
}

bool js_is_array(struct json_object *node)
{
	return json_object_is_type(node, json_type_array);
}

bool js_is_string(struct json_object *node)
{
	return json_object_is_type(node, json_type_string);
}

bool js_is_number(struct json_object *node)
{
	return json_object_is_type(node, json_type_int) ||
		json_object_is_type(node, json_type_double);
}

bool js_is_bool(struct json_object *node)
{
	return json_object_is_type(node, json_type_boolean);
}

size_t js_count(struct json_object *node)
{
	if (js_is_array(node))
		return json_object_array_length(node);
	return js_is_object(node) ? (size_t)json_object_object_length(node) : 0;
}

struct json_object *js_at(struct json_object *array, size_t index)
{
	return js_is_array(array) ? json_object_array_get_idx(array, index) : NULL;
}

static struct js_member member_of(struct lh_entry *entry)
{
	if (!entry)
		return (struct js_member){ 0 };
	return (struct js_member){ lh_entry_k(entry), (struct json_object *)lh_entry_v(entry),
		entry };
}

struct js_member js_first(struct json_object *object)
{
	return member_of(js_is_object(object) ? json_object_get_object(object)->head : NULL);
}

struct js_member js_next(struct js_member member)
{
	return member_of(member.entry->next);
}

/* ---- add ---- */

struct json_object *js_new_object(void)
{
	return must_have(json_object_new_object());
}

struct json_object *js_new_array(void)
{
	return must_have(json_object_new_array());
}

struct json_object *js_new_slice(struct slice text)
{
	if (text.len > INT_MAX / 2)
		out_of_memory();
	return must_have(json_object_new_string_len(text.data ? text.data : "", (int)text.len));
}

void js_give(struct json_object *parent, const char *key, struct json_object *root)
{
	if (json_object_object_add(parent, key, root))
		out_of_memory();
}

void js_append(struct json_object *array, struct json_object *root)
{
	if (json_object_array_add(array, root))
		out_of_memory();
}

struct json_object *js_add_object(struct json_object *parent, const char *key)
{
	struct json_object *child = js_new_object();

	js_give(parent, key, child);
	return child;
}

struct json_object *js_add_array(struct json_object *parent, const char *key)
{
	struct json_object *child = js_new_array();

	js_give(parent, key, child);
	return child;
}

void js_add_string(struct json_object *parent, const char *key, const char *text)
{
	js_give(parent, key, text ? js_new_slice(slice_of(text)) : NULL);
}

void js_add_slice(struct json_object *parent, const char *key, struct slice text)
{
	js_give(parent, key, js_new_slice(text));
}

void js_add_int(struct json_object *parent, const char *key, int64_t value)
{
	js_give(parent, key, must_have(json_object_new_int64(value)));
}

void js_add_bool(struct json_object *parent, const char *key, bool value)
{
	js_give(parent, key, must_have(json_object_new_boolean(value)));
}

void js_add_null(struct json_object *parent, const char *key)
{
	js_give(parent, key, NULL);
}

struct json_object *js_append_object(struct json_object *array)
{
	struct json_object *child = js_new_object();

	js_append(array, child);
	return child;
}

void js_append_string(struct json_object *array, const char *text)
{
	js_append(array, js_new_slice(slice_of(text)));
}

void js_append_slice(struct json_object *array, struct slice text)
{
	js_append(array, js_new_slice(text));
}

void js_remove(struct json_object *object, const char *key)
{
	json_object_object_del(object, key);
}

void js_rename(struct json_object *object, const char *from, const char *to)
{
	if (!js_has(object, from) || js_has(object, to))
		return;
	js_share(object, to, js_get(object, from));
	js_remove(object, from);
}

/* ---- share ---- */

void js_share(struct json_object *parent, const char *key, struct json_object *node)
{
	js_give(parent, key, js_hold(node));
}

void js_append_share(struct json_object *array, struct json_object *node)
{
	js_append(array, js_hold(node));
}

struct json_object *js_hold(struct json_object *node)
{
	return json_object_get(node);
}

struct json_object *js_copy(struct json_object *node)
{
	struct json_object *copy;

	if (js_is_object(node)) {
		copy = js_new_object();
		for (struct js_member m = js_first(node); m.key; m = js_next(m))
			js_give(copy, m.key, js_copy(m.value));
		return copy;
	}
	if (js_is_array(node)) {
		copy = js_new_array();
		for (size_t i = 0; i < js_count(node); i++)
			js_append(copy, js_copy(js_at(node, i)));
		return copy;
	}
	return js_hold(node);
}

struct json_object *js_shallow(struct json_object *node)
{
	struct json_object *copy = js_is_array(node) ? js_new_array() : js_new_object();

	for (struct js_member m = js_first(node); m.key; m = js_next(m))
		js_share(copy, m.key, m.value);
	for (size_t i = 0; js_is_array(node) && i < js_count(node); i++)
		js_append_share(copy, js_at(node, i));
	return copy;
}
