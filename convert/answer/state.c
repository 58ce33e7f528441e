#include "state.h"

#include "../carry.h"
#include "../js.h"
#include "details.h"

#include <string.h>

#define DETAILS "d"
#define PARTS "m"
#define ITEM "r"
/* What a capsule can hold. More is not gathered: it could not be sent back. */
#define STATE_MAX (CAPSULE_MAX / 4 * 3 - 4096)

/* ---- a text that grows: its pieces come in thousands, so a buffer holds it meanwhile ---- */

static void settle(struct state *state)
{
	if (state->growing)
		js_add_slice(state->growing, state->growing_key, buf_slice(&state->text));
	state->growing = NULL;
	buf_clear(&state->text);
}

static void grow(struct state *state, struct json_object *holder, const char *key,
	struct slice more)
{
	if (state->growing != holder || strcmp(state->growing_key, key) != 0) {
		struct slice so_far = js_get_slice(holder, key);

		settle(state);
		state->growing = holder;
		state->growing_key = key;
		buf_add(&state->text, so_far.data, so_far.len);
	}
	buf_add(&state->text, more.data, more.len);
	state->size += more.len;
}

/* ---- lists ---- */

static bool is_full(const struct state *state)
{
	return state->size > STATE_MAX;
}

/* Into a detail or a part. A key that is there already costs nothing more. */
static void put(struct state *state, struct json_object *into, struct js_member member)
{
	if (!js_has(into, member.key))
		state->size += strlen(member.key) + js_text(member.value).len;
	js_share(into, member.key, member.value);
}

static struct json_object *list_of(struct state *state, const char *key)
{
	struct json_object *list;

	if (!state->object)
		state->object = js_new_object();
	list = js_get_array(state->object, key);
	return list ? list : js_add_array(state->object, key);
}

static struct json_object *last_of(struct json_object *list)
{
	return js_at(list, js_count(list) - 1);
}

static void append(struct state *state, struct json_object *list, struct json_object *element)
{
	state->size += js_text(element).len;
	js_append(list, js_copy(element));
}

/* Pieces of text are appended; of the rest what comes later, and is not null, counts. */
static void join(struct state *state, struct json_object *into, struct json_object *fragment)
{
	for (struct js_member m = js_first(fragment); m.key; m = js_next(m)) {
		const char *key = detail_piece(m.key);

		if (key && js_is_string(m.value) && js_is_string(js_get(into, key)))
			grow(state, into, key, js_slice(m.value));
		else if (m.value || !js_has(into, m.key))
			put(state, into, m);
	}
}

void state_add_detail(struct state *state, struct json_object *detail, bool whole)
{
	struct json_object *list;
	size_t count, compared;

	if (js_get_slice(detail, "type").len == 0 || is_full(state))
		return;
	list = list_of(state, DETAILS);
	count = js_count(list);
	/* The one that it continues; without an index only the last can be. */
	compared = whole ? 0 : !js_get(detail, "index") ? 1 : DETAILS_COMPARED;
	for (size_t i = count; i-- > 0 && count - i <= compared;)
		if (detail_continues(js_at(list, i), detail)) {
			join(state, js_at(list, i), detail);
			return;
		}
	append(state, list, detail);
}

/* ---- Mistral's parts ---- */

static bool is_text_chunk(struct json_object *chunk)
{
	return slice_equals(js_get_slice(chunk, "type"), "text") &&
		js_is_string(js_get(chunk, "text"));
}

static void add_chunk(struct state *state, struct json_object *chunks, struct json_object *chunk)
{
	struct json_object *last = last_of(chunks);

	if (last && is_text_chunk(last) && is_text_chunk(chunk))
		grow(state, last, "text", js_get_slice(chunk, "text"));
	else
		append(state, chunks, chunk);
}

static void join_part(struct state *state, struct json_object *into, struct json_object *part)
{
	struct json_object *chunks = js_get_array(into, "thinking");

	for (struct js_member m = js_first(part); m.key; m = js_next(m)) {
		if (strcmp(m.key, "thinking") != 0)
			put(state, into, m);
		else
			for (size_t i = 0; i < js_count(m.value); i++)
				add_chunk(state, chunks, js_at(m.value, i));
	}
}

void state_add_part(struct state *state, struct json_object *part, bool whole)
{
	struct json_object *list, *last;

	if (!js_get_array(part, "thinking") || is_full(state))
		return;
	list = list_of(state, PARTS);
	last = last_of(list);
	/* A signature ends a part. */
	if (!whole && last && !js_get(last, "signature"))
		join_part(state, last, part);
	else
		append(state, list, part);
}

/* ---- an item of the Responses API ---- */

void state_set_item(struct state *state, struct json_object *item)
{
	if (!state->object)
		state->object = js_new_object();
	js_give(state->object, ITEM, item);
}

/* ---- the end ---- */

/* Of a detail, a part or a chunk of one. */
static bool is_blank(struct json_object *node)
{
	struct json_object *chunks = js_get_array(node, "thinking");

	for (size_t i = 0; i < js_count(chunks); i++)
		if (!is_blank(js_at(chunks, i)))
			return false;
	return slice_is_blank(js_get_slice(node, "text")) &&
		slice_is_blank(js_get_slice(node, "summary")) &&
		!js_get(node, "data") && !js_get(node, "signature");
}

bool state_is_empty(struct state *state)
{
	settle(state);
	if (state->field || js_has(state->object, ITEM))
		return false;
	for (struct js_member m = js_first(state->object); m.key; m = js_next(m))
		for (size_t i = 0; i < js_count(m.value); i++)
			if (!is_blank(js_at(m.value, i)))
				return false;
	return true;
}

void state_to_capsule(struct state *state, struct slice omitted, const char *origin,
	struct buf *out)
{
	struct json_object *object = js_new_object();

	settle(state);
	if (!is_full(state))
		for (struct js_member m = js_first(state->object); m.key; m = js_next(m))
			js_share(object, m.key, m.value);
	if (state->field)
		js_add_string(object, "f", state->field);
	/* Details hold the text themselves. */
	if ((state->field || js_has(object, ITEM)) && omitted.len && !js_has(object, DETAILS))
		js_add_slice(object, "t", omitted);
	capsule_write(object, origin, out);
	js_free(object);
}

void state_free(struct state *state)
{
	js_free(state->object);
	buf_free(&state->text);
	*state = (struct state){ 0 };
}
