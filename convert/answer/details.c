#include "details.h"

#include "../carry.h"
#include "../js.h"

#include <stdlib.h>
#include <string.h>

/* While the model still thinks, so may a longer one. */
#define LONG 16
/* What comes behind so many bytes is not looked at: it could not be sent back either. */
#define MOST_BYTES CAPSULE_MAX

struct known_detail {
	struct json_object *members;	/* type, index, id and signature, as far as they came */
	struct buf text;		/* joined from the fragments */
	size_t others;			/* that had come before it */
	bool suspect;			/* its last fragment began with all before it */
	struct known_detail *before;
};

/* An element as it came. */
struct fragment {
	struct json_object *detail;
	const char *key;	/* of its text: see detail_piece(); NULL: it has none */
	struct slice text, signature;
};

static struct fragment fragment_of(struct json_object *detail)
{
	struct fragment fragment = { .detail = detail,
		.signature = js_get_slice(detail, "signature") };

	for (struct js_member m = js_first(detail); m.key && !fragment.key; m = js_next(m))
		if (js_is_string(m.value))
			fragment.key = detail_piece(m.key);
	if (fragment.key)
		fragment.text = js_get_slice(detail, fragment.key);
	return fragment;
}

/* "" and null are no signature. */
static bool is_signed(struct json_object *detail)
{
	return js_get_slice(detail, "signature").len > 0;
}

/* ---- is it a repetition? ---- */

/* Whether a fragment that equals all that came of the detail before is not meant as one more. */
static bool is_surely_twice(const struct known_detail *known, const struct fragment *fragment,
	size_t others)
{
	bool blob = fragment->key && !strcmp(fragment->key, "data");

	if (is_signed(known->members) || (blob && js_get(fragment->detail, "id")))
		return true;
	return fragment->text.len >= (others > known->others ? DETAIL_SHORT : LONG);
}

static bool repeats(const struct known_detail *known, const struct fragment *fragment, bool whole,
	size_t others)
{
	struct slice signature = js_get_slice(known->members, "signature");

	if (!detail_is_same(known->members, fragment->detail))
		return false;
	/* The signature of a detail that is known may come with its repetition. */
	if (fragment->signature.len && !slice_same(fragment->signature, signature) &&
		(whole || signature.len || fragment->text.len == 0))
		return false;
	if (fragment->text.len == 0)
		return fragment->signature.len > 0;
	return slice_same(fragment->text, buf_slice(&known->text)) &&
		(whole || is_surely_twice(known, fragment, others));
}

/* ---- what is new ---- */

/* The fragment with another text in the place of its own. */
static struct json_object *with_text(const struct fragment *fragment, struct slice text)
{
	struct json_object *copy = js_shallow(fragment->detail);

	js_add_slice(copy, fragment->key, text);
	return copy;
}

static void learn(struct known_detail *known, const struct fragment *fragment)
{
	static const char *const keys[] = { "type", "index", "id", "signature" };

	for (size_t i = 0; i < COUNT(keys); i++)
		if (js_get(fragment->detail, keys[i]))
			js_share(known->members, keys[i], js_get(fragment->detail, keys[i]));
}

/* The next fragment of the last detail, or its text so far with the next fragment behind it. */
static struct json_object *grow(struct details *details, const struct fragment *fragment)
{
	struct buf *known = &details->last->text;
	struct slice so_far = buf_slice(known), rest = fragment->text;
	bool all = so_far.len > 0 && rest.len > so_far.len &&
		!memcmp(rest.data, so_far.data, so_far.len);
	bool sure = all && (so_far.len >= LONG || details->last->suspect);

	/* A short one may be meant, "a" and "and"; then it is no beginning of the next one. */
	details->last->suspect = all;
	if (all)
		rest = (struct slice){ rest.data + so_far.len, rest.len - so_far.len };
	learn(details->last, fragment);
	buf_add(known, rest.data, rest.len);
	details->size += rest.len;
	return sure ? with_text(fragment, rest) : js_hold(fragment->detail);
}

/* NULL: nothing is new in it. */
static struct json_object *news_of(struct details *details, const struct fragment *fragment,
	bool whole, size_t others)
{
	struct known_detail *known;

	for (known = details->last; known; known = known->before)
		if (repeats(known, fragment, whole, others)) {
			bool signs = fragment->signature.len && !is_signed(known->members);

			learn(known, fragment);
			return signs ? with_text(fragment, (struct slice){ "", 0 }) : NULL;
		}
	if (!whole && details->last && detail_continues(details->last->members, fragment->detail))
		return grow(details, fragment);
	known = must_zalloc(1, sizeof(*known));
	*known = (struct known_detail){ .members = js_new_object(), .others = others,
		.before = details->last };
	details->last = known;
	details->count++;
	details->size += fragment->text.len;
	learn(known, fragment);
	buf_add(&known->text, fragment->text.data, fragment->text.len);
	return js_hold(fragment->detail);
}

struct json_object *details_news(struct details *details, struct json_object *list, bool whole,
	size_t others)
{
	struct json_object *news = js_new_array();
	bool all = true;

	for (size_t i = 0; i < js_count(list); i++) {
		struct fragment fragment = fragment_of(js_at(list, i));
		struct json_object *node = js_hold(fragment.detail);

		if (js_get_slice(node, "type").len && details->size < MOST_BYTES &&
			details->count < DETAILS_COMPARED) {
			js_free(node);
			node = news_of(details, &fragment, whole, others);
		}
		all &= node == fragment.detail;
		if (node)
			js_append(news, node);
	}
	if (!all)
		return news;
	js_free(news);
	return NULL;
}

void details_free(struct details *details)
{
	struct known_detail *before;

	for (struct known_detail *known = details->last; known; known = before) {
		before = known->before;
		js_free(known->members);
		buf_free(&known->text);
		free(known);
	}
	details->last = NULL;
}
