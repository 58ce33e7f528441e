#include "history.h"

#include "../js.h"
#include "parts.h"

#include <string.h>

/*
 * Claude Code opens its system text with a line that changes every session and every compaction:
 * no prefix cache would ever hit. The same words elsewhere are content.
 */
static struct slice without_billing_line(struct slice text)
{
	const char *end;

	if (!slice_starts(text, "x-anthropic-billing-header:"))
		return text;
	end = memchr(text.data, '\n', text.len);
	if (!end)
		return (struct slice){ 0 };
	return (struct slice){ end + 1, text.len - (size_t)(end + 1 - text.data) };
}

static void add_text(struct json_object *parts, struct slice text, struct json_object *block,
	const struct turn *turn)
{
	if (!slice_is_blank(text))
		cache_mark(parts_add_text(parts, text), block, &turn->dialect);
}

static void add_system(struct json_object *parts, struct json_object *system,
	const struct turn *turn)
{
	if (js_is_string(system))
		add_text(parts, without_billing_line(js_slice(system)), NULL, turn);
	for (size_t i = 0; js_is_array(system) && i < js_count(system); i++) {
		struct json_object *block = js_at(system, i);
		struct buf text = { 0 };

		if (!block_text(block, turn, &text))
			block_ignore(block, turn->notes);
		add_text(parts, i == 0 ? without_billing_line(buf_slice(&text)) : buf_slice(&text),
			block, turn);
		buf_free(&text);
	}
}

static void add_messages(struct json_object *parts, struct json_object *messages,
	const struct turn *turn)
{
	size_t leading = system_leading(messages), users_end = system_users_end(messages);
	bool hoist = system_policy(turn) == SYSTEM_HOIST;

	for (size_t i = 0; i < (hoist ? js_count(messages) : leading); i++) {
		struct json_object *message = js_at(messages, i);
		struct buf text = { 0 };

		if (role_of(message) == ROLE_SYSTEM &&
			system_text(message, i < users_end, turn, &text))
			add_text(parts, buf_slice(&text), system_marked(message), turn);
		buf_free(&text);
	}
}

void system_add(struct json_object *chat_messages, struct json_object *body,
	struct json_object *own_lines, const struct turn *turn)
{
	struct json_object *parts = js_new_array(), *message;

	add_system(parts, js_get(body, "system"), turn);
	add_messages(parts, js_get(body, "messages"), turn);
	for (size_t i = 0; i < js_count(own_lines); i++)
		parts_add_text(parts, js_slice(js_at(own_lines, i)));
	if (js_count(parts)) {
		/* Not "developer": many compatible servers refuse it. */
		message = message_add(chat_messages, "system");
		parts_to_content(parts, message, turn);
	}
	js_free(parts);
}

/* ---- system messages in the conversation ---- */

enum system_messages system_policy(const struct turn *turn)
{
	const struct dialect *dialect = &turn->dialect;
	bool anywhere = dialect->api == API_RESPONSES && turn->settings->family->responses;

	if (dialect->system != SYSTEM_AUTO)
		return dialect->system;
	return anywhere ? SYSTEM_INLINE : SYSTEM_REMINDER;
}

size_t system_leading(struct json_object *messages)
{
	for (size_t i = 0; i < js_count(messages); i++)
		if (role_of(js_at(messages, i)) != ROLE_SYSTEM)
			return i;
	return 0;
}

size_t system_users_end(struct json_object *messages)
{
	size_t end = js_count(messages);

	while (end > 0 && role_of(js_at(messages, end - 1)) != ROLE_USER)
		end--;
	return end;
}

bool system_text(struct json_object *message, bool user_follows, const struct turn *turn,
	struct buf *out)
{
	if (user_follows && slice_equals(js_get_slice(message, "clear_at"), "next_user_message"))
		return false;
	content_text(js_get(message, "content"), "\n\n", turn, out, NULL);
	return !slice_is_blank(buf_slice(out));
}

struct json_object *system_marked(struct json_object *message)
{
	struct json_object *content = js_get_array(message, "content");

	return js_count(content) ? js_at(content, js_count(content) - 1) : NULL;
}
