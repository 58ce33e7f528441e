#include "place.h"

#include "../js.h"
#include "../schema/schema.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#define KEY_SIZE 64

static const char keyword[] = "schema.";

/* Without these a request is none, whatever upstream says about them. */
static const char needed[] =
	"model messages tools role content tool_calls tool_call_id type function name parameters "
	"arguments id text image_url url file filename file_data stream description input call_id "
	"output "
	/* … and of a schema */
	"properties items required enum";

/* ---- steps ---- */

/* Takes the next step off a path: what stands between dots, brackets and slashes. */
struct slice place_next_step(struct slice *path)
{
	static const char separators[] = ".[]/";
	struct slice step;

	while (path->len && strchr(separators, *path->data))
		*path = (struct slice){ path->data + 1, path->len - 1 };
	step = (struct slice){ path->data, 0 };
	while (step.len < path->len && !strchr(separators, step.data[step.len]))
		step.len++;
	*path = (struct slice){ path->data + step.len, path->len - step.len };
	return step;
}

struct slice place_last_step(struct slice path)
{
	static const char validators[] = "str string int bool list dict array str-enum $ref";
	struct slice step, last = { "", 0 };

	while ((step = place_next_step(&path)).len)
		if (last.len == 0 || !list_has(validators, ' ', step))
			last = step;
	return last;
}

/* Behind these of a schema stands a name that somebody chose, whatever it is. */
static bool is_chosen(struct slice path)
{
	struct slice step, before = { "", 0 };
	bool chosen = false;

	while ((step = place_next_step(&path)).len) {
		chosen = !chosen && (slice_equals(before, "properties") ||
			slice_equals(before, "$defs") || slice_equals(before, "definitions"));
		before = step;
	}
	return chosen;
}

/* xAI says "reasoningEffort" for reasoning_effort. */
static bool is_name(struct slice key, struct slice name)
{
	size_t i = 0;

	for (; key.len > 0; key.data++, key.len--) {
		if (*key.data == '_')
			continue;
		while (i < name.len && name.data[i] == '_')
			i++;
		if (i == name.len || tolower((unsigned char)*key.data) != name.data[i++])
			return false;
	}
	return i == name.len;
}

bool place_is_among(const char *names, struct slice name)
{
	struct slice rest = slice_of(names);

	while (rest.len > 0)
		if (is_name(slice_cut(&rest, ' '), name))
			return true;
	return false;
}

/* ---- places as we write them ---- */

/* Removes it from every element; an object that becomes empty is removed too. */
static bool drop(struct json_object *node, const char *place)
{
	size_t len = strcspn(place, ".[");
	char key[KEY_SIZE] = { 0 };
	struct json_object *child;
	bool found = false;

	if (!strncmp(place, "[]", 2)) {
		place += 2;
		for (size_t i = 0; js_is_array(node) && i < js_count(node); i++)
			found |= drop(js_at(node, i), place + (*place == '.'));
		return found;
	}
	if (len >= sizeof(key))
		return false;
	memcpy(key, place, len);
	if (!js_has(node, key))
		return false;
	child = js_get(node, key);
	found = place[len] == '\0' || drop(child, place + len + (place[len] == '.'));
	if (place[len] == '\0' || (found && js_is_object(child) && js_count(child) == 0))
		js_remove(node, key);
	return found;
}

/* Of the tools' schemas, at any depth. */
static void drop_keyword(struct json_object *chat, const char *word)
{
	struct json_object *tools = js_get_array(chat, "tools");

	for (size_t i = 0; i < js_count(tools); i++) {
		struct json_object *function = js_get_object(js_at(tools, i), "function");
		struct json_object *parameters = js_get_object(function, "parameters");

		if (parameters)
			js_give(function, "parameters", schema_without(parameters, word));
	}
}

void place_drop_all(struct json_object *chat, const char *places)
{
	static const char separators[] = "+, \t";

	while (places && *places) {
		struct slice first = { places, strcspn(places, separators) };
		struct slice field = { places, strcspn(places, "+, \t.[") };
		char *place = slice_copy(first), *key = slice_copy(field);
		bool whole = field.len == first.len;
		bool stays = whole ? !strcmp(place, "model") || !strcmp(place, "messages") ||
			!strcmp(place, "input") : place_is_among(needed, place_last_step(first));

		/* What the request shares with others must stay as it is. */
		if (!whole && js_has(chat, key))
			js_give(chat, key, js_copy(js_get(chat, key)));
		if (!strncmp(place, keyword, strlen(keyword)))
			drop_keyword(chat, place + strlen(keyword));
		else if (!stays)
			drop(chat, place);
		free(place);
		free(key);
		places += first.len + strspn(places + first.len, separators);
	}
}

/* ---- names as upstream writes them ---- */

static struct js_member member_named(struct json_object *object, struct slice name)
{
	struct js_member m = js_first(object);

	while (m.key && !is_name(slice_of(m.key), name))
		m = js_next(m);
	return m;
}

/*
 * Follows a path through what we sent. A step that is not there is a validator's own ("body", the
 * name of a type), but for the last one.
 */
static bool follow(struct json_object *node, struct slice path, struct buf *place)
{
	struct slice step;
	bool there = false;
	uint64_t index;

	while ((step = place_next_step(&path)).len) {
		struct js_member m = { 0 };

		if (js_is_array(node) && step.len <= 6 && slice_number(step, 10, &index)) {
			node = js_at(node, index);
			buf_puts(place, "[]");
		} else {
			m = member_named(node, step);
			if (m.key) {
				buf_join(place, ".", slice_of(m.key));
				node = m.value;
			}
		}
		there = m.key;
	}
	return there;
}

/* A bare name: Groq tells the message in words of its own, others do not tell it at all. */
static bool look_for(struct json_object *chat, struct slice name, struct buf *place)
{
	static const struct { const char *list, *object, *place; } homes[] = {
		{ "messages", NULL, "messages[]." },
		{ "input", NULL, "input[]." },
		{ "tools", NULL, "tools[]." },
		{ "tools", "function", "tools[].function." },
	};

	for (size_t i = 0; i < COUNT(homes); i++) {
		struct json_object *list = js_get_array(chat, homes[i].list);

		for (size_t j = 0; j < js_count(list); j++) {
			struct json_object *object = js_at(list, j);
			struct js_member m = member_named(homes[i].object ?
				js_get(object, homes[i].object) : object, name);

			if (m.key) {
				buf_printf(place, "%s%s", homes[i].place, m.key);
				return true;
			}
		}
	}
	return false;
}

bool place_find(struct json_object *chat, struct slice words, struct buf *place)
{
	struct slice name = place_last_step(words);
	size_t before = place->len;

	if (!name.len || name.len >= KEY_SIZE || place_is_among(needed, name) || is_chosen(words))
		return false;
	/* Inside a schema each keyword may stand in many places. */
	if (memmem(words.data, words.len, "parameters.", strlen("parameters."))) {
		buf_printf(place, "%s%.*s", keyword, (int)name.len, name.data);
		return true;
	}
	if (follow(chat, words, place))
		return true;
	buf_cut(place, before);
	return look_for(chat, name, place);
}
