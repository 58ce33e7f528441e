/*
 * State that clients bring back, and bytes in other spellings: a capsule that is taken gives one
 * that is taken too; what an id carries is never empty; base64 gives back what went in; the scan of
 * a call's arguments does not depend on where they are cut. The first byte chooses.
 */
#include "fuzz.h"

#include "../../convert/answer/object.h"
#include "../../convert/base64.h"
#include "../../convert/carry.h"
#include "../../convert/hash.h"
#include "../../convert/ids.h"

#include <string.h>

/* With a good check, so that what is behind it is reached. */
static void capsule(struct slice payload, const char *origin)
{
	struct buf text = { 0 }, again = { 0 };
	struct json_object *state;
	char check[9];

	buf_puts(&text, "cp1.");
	buf_add(&text, payload.data, payload.len);
	hash_hex(text.data, text.len, check, 8);
	buf_printf(&text, ".%s", check);
	state = capsule_read(buf_slice(&text), origin);
	if (state) {
		capsule_write(state, origin, &again);
		js_free(state);
		state = capsule_read(buf_slice(&again), origin);
		if (!state)
			broken_law("our own capsule is not taken");
		js_free(state);
	}
	buf_free(&text);
	buf_free(&again);
}

/* A capsule as it would be decoded, so that its JSON is reached. */
static void capsule_of_text(struct slice json, const char *origin)
{
	struct buf payload = { 0 };

	base64_encode(BASE64_URL, json, &payload);
	capsule(buf_slice(&payload), origin);
	buf_free(&payload);
}

static void call_id(struct slice payload, const char *origin)
{
	struct call_state state = { 0 };
	struct buf id = { 0 };
	char check[7];

	if (payload.len == 0 || memchr(payload.data, 0, payload.len))
		return;
	buf_puts(&id, "visible__cp1");
	buf_add(&id, payload.data, 1);
	buf_puts(&id, origin);
	buf_add(&id, payload.data + 1, payload.len - 1);
	hash_base62(id.data, id.len, check, 6);
	buf_puts(&id, check);
	if (callid_read(id.data, origin, &state) && !state.id.len && !state.signature.len)
		broken_law("an id carries nothing");
	call_state_free(&state);
	buf_free(&id);
}

static void base64(struct slice bytes, const char *origin)
{
	struct buf text = { 0 }, back = { 0 }, other = { 0 };

	(void)origin;
	for (enum base64 spelling = BASE64_STANDARD; spelling <= BASE64_URL; spelling++) {
		buf_clear(&text);
		buf_clear(&back);
		base64_encode(spelling, bytes, &text);
		if (!base64_decode_exact(spelling, buf_slice(&text), &back) ||
				back.len != bytes.len ||
				(bytes.len && memcmp(back.data, bytes.data, bytes.len)))
			broken_law("base64 gives back something else");
		base64_decode_exact(spelling, bytes, &other);
	}
	buf_free(&text);
	buf_free(&back);
	buf_free(&other);
}

static void arguments(struct slice text, const char *origin)
{
	struct object whole = { 0 }, cut = { 0 };
	struct buf first = { 0 }, second = { 0 }, input = { 0 };

	(void)origin;
	object_escape(&whole, text, &first);
	for (size_t i = 0; i < text.len; i++)
		object_escape(&cut, (struct slice){ text.data + i, 1 }, &second);
	if (whole.state != cut.state || first.len != second.len ||
			(first.len && memcmp(first.data, second.data, first.len)))
		broken_law("another cut gives other arguments");
	object_from_arguments(text, text.len % 2, &input);
	buf_free(&first);
	buf_free(&second);
	buf_free(&input);
}

int fuzz_carry(const uint8_t *data, size_t size)
{
	static void (*const all[])(struct slice, const char *) = { capsule, capsule_of_text,
		call_id, base64, arguments };
	struct settings settings = fuzz_settings("gemini");
	char origin[ORIGIN_SIZE];

	carry_origin(&settings.base, origin);
	if (size > 0 && data[0] >= '0' && data[0] < '0' + (int)COUNT(all))
		all[data[0] - '0']((struct slice){ (const char *)data + 1, size - 1 }, origin);
	return 0;
}
