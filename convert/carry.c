#include "carry.h"

#include "base64.h"
#include "hash.h"
#include "js.h"
#include "provider/thinking.h"

#include <string.h>

#define PREFIX "cp1."
#define CHECK_DIGITS 8
#define CHECK_SIZE (1 + CHECK_DIGITS)	/* with its dot */

void carry_origin(const struct base_url *base, char out[ORIGIN_SIZE])
{
	struct buf text = { 0 };

	buf_printf(&text, "%s://%s:%u", base->scheme ? base->scheme : "",
		base->host ? base->host : "", base->port);
	hash_hex(text.data, text.len, out, ORIGIN_SIZE - 1);
	buf_free(&text);
}

static bool is_item(struct json_object *item)
{
	struct json_object *lengths = js_get(item, "n"), *phase = js_get(item, "p");

	return js_get_slice(item, "e").len && (!lengths || js_is_string(lengths)) &&
		(!phase || js_is_string(phase));
}

/* Whether a known key's value has its shape: details have a type, Mistral's parts their own. */
static bool fits(char key, struct json_object *value)
{
	if (key == 'r')
		return is_item(value);
	if (key == 'f')
		return reasoning_field_named(js_slice(value));
	if (key == 't')
		return js_is_string(value);
	for (size_t i = 0; i < js_count(value); i++) {
		struct slice type = js_get_slice(js_at(value, i), "type");

		if (key == 'd' ? !type.len : !slice_equals(type, "thinking") ||
			!js_get_array(js_at(value, i), "thinking"))
			return false;
	}
	return js_is_array(value);
}

/* Copies the known keys. False: one of them is of another shape. */
static bool copy_known(struct json_object *from, struct json_object *to)
{
	static const char *const keys[] = { "f", "t", "d", "m", "r" };

	for (size_t i = 0; i < COUNT(keys); i++) {
		struct json_object *value = js_get(from, keys[i]);

		if (value && !fits(*keys[i], value))
			return false;
		if (value)
			js_share(to, keys[i], value);
	}
	return true;
}

/* ---- fragments of details ---- */

static const char *const pieces[] = { "text", "summary", "data" };

const char *detail_piece(const char *key)
{
	for (size_t i = 0; i < COUNT(pieces); i++)
		if (!strcmp(pieces[i], key))
			return pieces[i];
	return NULL;
}

static bool has_text(struct json_object *fragment)
{
	for (size_t i = 0; i < COUNT(pieces); i++)
		if (js_get_slice(fragment, pieces[i]).len)
			return true;
	return false;
}

static bool is_same_or_absent(struct json_object *a, struct json_object *b)
{
	return !a || !b || js_equal(a, b);
}

bool detail_is_same(struct json_object *begun, struct json_object *fragment)
{
	struct json_object *index = js_get(begun, "index"), *other = js_get(fragment, "index");

	return !index == !other && is_same_or_absent(index, other) &&
		is_same_or_absent(js_get(begun, "type"), js_get(fragment, "type")) &&
		is_same_or_absent(js_get(begun, "id"), js_get(fragment, "id"));
}

bool detail_continues(struct json_object *begun, struct json_object *fragment)
{
	struct slice signature = js_get_slice(begun, "signature");

	return detail_is_same(begun, fragment) &&
		(!signature.len || !has_text(fragment) ||
		slice_same(signature, js_get_slice(fragment, "signature")));
}

/* ---- there ---- */

static bool add_capsule(struct json_object *state, const char *origin, struct buf *out)
{
	struct json_object *object = js_new_object();
	struct buf text = { .limit = CAPSULE_MAX };
	char check[CHECK_DIGITS + 1];
	bool fits;

	js_add_string(object, "o", origin);
	copy_known(state, object);
	buf_puts(&text, PREFIX);
	fits = js_text(object).len < CAPSULE_MAX;
	if (fits)
		base64_encode(BASE64_URL, js_text(object), &text);
	js_free(object);
	hash_hex(text.data, text.len, check, CHECK_DIGITS);
	/* A text that met its limit has no room for the check either. */
	fits = fits && buf_printf(&text, ".%s", check);
	if (fits)
		buf_add(out, text.data, text.len);
	buf_free(&text);
	return fits;
}

void capsule_write(struct json_object *state, const char *origin, struct buf *out)
{
	struct json_object *field;

	if (add_capsule(state, origin, out))
		return;
	field = js_new_object();
	if (js_has(state, "f"))
		js_share(field, "f", js_get(state, "f"));
	add_capsule(field, origin, out);
	js_free(field);
}

/* ---- and back ---- */

struct json_object *capsule_read(struct slice text, const char *origin)
{
	const size_t prefix_len = strlen(PREFIX);
	struct json_object *object = NULL, *state = NULL;
	char check[CHECK_DIGITS + 1];
	struct slice payload;
	struct buf json = { 0 };
	size_t checked;

	if (!slice_starts(text, PREFIX) || text.len < prefix_len + CHECK_SIZE ||
		text.len > CAPSULE_MAX)
		return NULL;
	checked = text.len - CHECK_SIZE;
	hash_hex(text.data, checked, check, CHECK_DIGITS);
	if (text.data[checked] != '.' || memcmp(text.data + checked + 1, check, CHECK_DIGITS) != 0)
		return NULL;
	payload = (struct slice){ text.data + prefix_len, checked - prefix_len };
	if (base64_decode_exact(BASE64_URL, payload, &json))
		js_parse(buf_text(&json), json.len, &object, NULL);
	buf_free(&json);
	if (slice_equals(js_get_slice(object, "o"), origin)) {
		state = js_new_object();
		if (!copy_known(object, state)) {
			js_free(state);
			state = NULL;
		}
	}
	js_free(object);
	return state;
}
