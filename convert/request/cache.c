#include "parts.h"

#include "../hash.h"
#include "../js.h"

#define KEY_DIGITS 24
#define MARKS 4

/*
 * False: the request names no session. Claude Code's user_id is a JSON text that names it;
 * elsewhere it is just a string.
 */
static bool cache_key(struct json_object *body, const struct turn *turn, char key[KEY_DIGITS + 1])
{
	struct slice user_id = js_get_slice(js_get_object(body, "metadata"), "user_id"), session;
	struct json_object *parsed = NULL;
	struct buf bytes = { 0 };

	if (user_id.len == 0)
		return false;
	js_parse(user_id.data, user_id.len, &parsed, NULL);
	session = js_get_slice(parsed, "session_id");
	if (!session.len)
		session = user_id;
	buf_add(&bytes, session.data, session.len);
	buf_printf(&bytes, "\n%s", turn->upstream_model);
	hash_hex(bytes.data, bytes.len, key, KEY_DIGITS);
	js_free(parsed);
	buf_free(&bytes);
	return true;
}

void cache_mark(struct json_object *holder, struct json_object *marked,
	const struct dialect *dialect)
{
	struct json_object *asked = js_get_object(marked, "cache_control"), *mark;
	const char *type = js_get_string(asked, "type"), *ttl = js_get_string(asked, "ttl");

	if (!holder || !type || !dialect->cache_control)
		return;
	mark = js_add_object(holder, "cache_control");
	js_add_string(mark, "type", type);
	if (ttl && dialect->cache_ttl)
		js_add_string(mark, "ttl", ttl);
}

void cache_add_fields(struct json_object *chat, struct json_object *body, const struct turn *turn)
{
	enum choice wanted = turn->settings->prompt_cache_key;
	enum choice auto_cache = turn->settings->requesty_auto_cache;
	const char *holder = turn->settings->family->auto_cache;
	char key[KEY_DIGITS + 1];

	if (wanted != CHOICE_OFF && cache_key(body, turn, key)) {
		if (wanted == CHOICE_ON || turn->dialect.prompt_cache_key)
			js_add_string(chat, "prompt_cache_key", key);
		if (turn->dialect.session_id)
			js_add_string(chat, "session_id", key);
	}
	if (auto_cache != CHOICE_AUTO && holder)
		js_add_bool(js_add_object(chat, holder), "auto_cache", auto_cache == CHOICE_ON);
	if (turn->dialect.cache_whole)
		cache_mark(chat, body, &turn->dialect);
}

static void collect(struct json_object *marked, struct json_object *holders)
{
	for (size_t i = 0; js_is_array(holders) && i < js_count(holders); i++)
		if (js_get_object(js_at(holders, i), "cache_control"))
			js_append_share(marked, js_at(holders, i));
}

void cache_limit_marks(struct json_object *chat)
{
	struct json_object *messages = js_get_array(chat, "messages");
	struct json_object *marked = js_new_array();
	size_t left = js_has(chat, "cache_control") ? MARKS - 1 : MARKS;

	collect(marked, js_get_array(chat, "tools"));
	for (size_t i = 0; i < js_count(messages); i++)
		collect(marked, js_get(js_at(messages, i), "content"));
	for (size_t i = 0; i + left < js_count(marked); i++)
		js_remove(js_at(marked, i), "cache_control");
	js_free(marked);
}
