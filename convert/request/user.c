#include "user.h"

#include "../js.h"
#include "cache.h"
#include "parts.h"

void user_init(struct user_turn *user)
{
	*user = (struct user_turn){ .parts = js_new_array(), .systems = js_new_array() };
}

void user_free(struct user_turn *user)
{
	calls_free(&user->calls);
	js_free(user->parts);
	js_free(user->systems);
}

void user_add_text(struct user_turn *user, struct slice text, struct json_object *block,
	const struct turn *turn)
{
	cache_mark(parts_add_text(user->parts, text), block, &turn->dialect);
}

void user_add_result(struct user_turn *user, struct json_object *tool_result,
	const struct turn *turn, struct notes *notes)
{
	if (!calls_answer(&user->calls, tool_result))
		orphan_add(user->parts, tool_result, turn, notes);
}

void user_add_reminder(struct user_turn *user, struct slice text, struct json_object *block,
	const struct turn *turn)
{
	cache_mark(parts_add_reminder(user->parts, text), block, &turn->dialect);
}

void user_add_system(struct user_turn *user, struct slice text)
{
	js_append_slice(user->systems, text);
}

/* ---- the end of the turn ---- */

static bool is_blank_text(struct json_object *part)
{
	return part_is_text(part) && slice_is_blank(js_get_slice(part, "text"));
}

/* Appends what the user says. Blank texts go only where nothing else does. */
static void add_own(struct json_object *parts, struct json_object *own, bool something_else)
{
	for (size_t i = 0; i < js_count(own); i++)
		something_else |= !is_blank_text(js_at(own, i));
	for (size_t i = 0; i < js_count(own); i++)
		if (!something_else || !is_blank_text(js_at(own, i)))
			js_append_share(parts, js_at(own, i));
}

/*
 * System messages stand before the user's own, since a conversation must end with a user or a
 * tool. Where the user says nothing they cannot, and become reminders after all.
 */
static void add_systems(struct json_object *parts, struct json_object *systems,
	struct json_object *chat_messages)
{
	bool alone = !js_count(parts);

	for (size_t i = 0; i < js_count(systems); i++) {
		struct json_object *text = js_at(systems, i);

		if (alone)
			parts_add_reminder(parts, js_slice(text));
		else
			js_share(message_add(chat_messages, "system"), "content", text);
	}
}

/* First every answer, right behind the calls: every server wants that. Then one user message. */
void user_close(struct user_turn *user, struct json_object *chat_messages,
	const struct turn *turn, struct notes *notes)
{
	struct json_object *parts = js_new_array();
	bool answers = user->calls.first;

	calls_close(&user->calls, chat_messages, parts, turn, notes);
	add_own(parts, user->parts, answers);
	/* Mistral's templates refuse a user right behind a tool. */
	if (js_count(parts) + js_count(user->systems) && turn->dialect.strict_alternation &&
		message_last_is(chat_messages, "tool"))
		js_add_string(message_add(chat_messages, "assistant"), "content", "Done.");
	add_systems(parts, user->systems, chat_messages);
	if (js_count(parts))
		parts_to_content(parts, message_add(chat_messages, "user"), turn);
	js_free(parts);
	user_free(user);
	user_init(user);
}
