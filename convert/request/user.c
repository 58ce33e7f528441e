#include "history.h"

#include "../js.h"
#include "parts.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

void user_init(struct user_turn *user)
{
	*user = (struct user_turn){ .parts = js_new_array(), .systems = js_new_array() };
}

void user_free(struct user_turn *user)
{
	js_free(user->calls.tool_uses);
	js_free(user->calls.ids);
	js_free(user->calls.numbers);
	js_free(user->calls.given);
	js_free(user->calls.taken);
	js_free(user->calls.results);
	js_free(user->parts);
	js_free(user->systems);
}

/* ---- the calls that wait, and what came for them ---- */

/* How many calls of this turn have that id. */
static int64_t number_of(struct json_object *numbers, const char *id)
{
	int64_t number = 0;

	js_get_int(numbers, id, &number);
	return number;
}

/* One more call has that id: the returned number. */
static size_t count_id(struct json_object *numbers, const char *id)
{
	int64_t number = number_of(numbers, id) + 1;

	js_add_int(numbers, id, number);
	return (size_t)number;
}

/* No two calls of a turn have one: "a", "ar2", "a" are "a", "ar2", "ar3". */
static void write_id(struct open_calls *calls, const char *id, const struct turn *turn,
	struct buf *out)
{
	struct call_state state = { 0 };
	bool restored;
	char *given;
	size_t nth;

	callid_read(id, calls->origin, &state);
	restored = state.id.len > 0;
	given = slice_copy(restored ? buf_slice(&state.id) : callid_visible(id));
	do {
		struct buf numbered = { 0 };

		nth = count_id(calls->given, given);
		buf_puts(&numbered, given);
		if (nth > 1)
			buf_printf(&numbered, "r%zu", nth);
		/* What upstream gave goes back as it is, whatever is in it. */
		ids_to_upstream(restored && nth == 1 ? IDS_KEPT : turn->dialect.call_ids,
			buf_text(&numbered), out);
		buf_free(&numbered);
	} while (js_has(calls->taken, buf_text(out)));
	call_state_free(&state);
	free(given);
}

const char *user_add_call(struct user_turn *user, struct json_object *tool_use,
	const struct turn *turn)
{
	struct open_calls *calls = &user->calls;
	const char *id = js_get_string(tool_use, "id");
	struct buf upstream_id = { 0 };

	if (!calls->tool_uses) {
		carry_origin(&turn->settings->base, calls->origin);
		calls->tool_uses = js_new_array();
		calls->ids = js_new_array();
		calls->numbers = js_new_object();
		calls->given = js_new_object();
		calls->taken = js_new_object();
		calls->results = js_new_object();
	}
	count_id(calls->numbers, id);
	write_id(calls, id, turn, &upstream_id);
	js_append_share(calls->tool_uses, tool_use);
	js_append_slice(calls->ids, buf_slice(&upstream_id));
	js_add_bool(calls->taken, buf_text(&upstream_id), true);
	buf_free(&upstream_id);
	return js_slice(js_at(calls->ids, js_count(calls->ids) - 1)).data;
}

/* ---- the text of a result ---- */

/* Chat has no field for is_error. The original text stays whole behind the word. */
static void read_result(struct json_object *tool_result, const struct turn *turn, struct buf *out,
	struct json_object *media)
{
	struct buf text = { 0 };
	const char *start;

	content_text(js_get(tool_result, "content"), "\n", turn, &text, media);
	/* Anthropic-backed hosts refuse empty and blank texts. */
	if (slice_is_blank(buf_slice(&text))) {
		buf_clear(&text);
		buf_puts(&text, js_count(media) ? "(see the next message)" : "(no output)");
	}
	start = buf_text(&text);
	if (js_get_true(tool_result, "is_error") &&
		strncasecmp(start, "error", strlen("error")) != 0 &&
		strncasecmp(start, "<tool_use_error>", strlen("<tool_use_error>")) != 0)
		buf_puts(out, "Error: ");
	buf_add(out, text.data, text.len);
	buf_free(&text);
}

/* ---- its messages ---- */

static void add_media(struct json_object *media, struct json_object *found,
	struct json_object *tool_use, const struct turn *turn)
{
	char buffer[65];
	const char *name = names_to_upstream(&turn->names,
		js_get_string(tool_use, "name"), buffer);

	for (size_t i = 0; i < js_count(found); i++) {
		struct json_object *part = js_at(found, i);
		struct buf label = { 0 };

		buf_printf(&label, "%s from %s:", part_is_pdf(part) ? "Document" : "Image", name);
		parts_add_text(media, buf_slice(&label));
		js_append_share(media, part);
		buf_free(&label);
	}
}

/*
 * Tool messages are texts. But Claude Code's mark sits on the last result in every turn of a
 * tool loop; without it nothing behind the system text would ever be cached.
 */
static void add_content(struct json_object *message, struct slice text, struct json_object *result,
	const struct turn *turn)
{
	struct json_object *parts;

	if (turn->dialect.cache_control && js_get_object(result, "cache_control")) {
		parts = js_add_array(message, "content");
		cache_mark(parts_add_text(parts, text), result, &turn->dialect);
	} else {
		js_add_slice(message, "content", text);
	}
}

static bool holds_media(struct json_object *result)
{
	struct json_object *content = js_get_array(result, "content");

	for (size_t i = 0; i < js_count(content); i++)
		if (media_is(js_at(content, i)))
			return true;
	return false;
}

/* With Responses a result holds its media, at their places. */
static void add_parts(struct json_object *message, struct json_object *result,
	const struct turn *turn)
{
	struct json_object *content = js_get_array(result, "content"), *parts = js_new_array();

	if (js_get_true(result, "is_error"))
		parts_add_text(parts, slice_of("Error:"));
	for (size_t i = 0; i < js_count(content); i++) {
		struct json_object *block = js_at(content, i);
		struct buf text = { 0 };

		if (media_is(block))
			media_add(parts, block, turn);
		else if (block_text(block, turn, &text))
			parts_add_text(parts, buf_slice(&text));
		else
			block_ignore(block, turn->notes);
		buf_free(&text);
	}
	parts_to_content(parts, message, turn);
	js_free(parts);
}

/* Results stand under the client's id, in the order of its calls. */
static void close_calls(struct open_calls *calls, struct json_object *chat_messages,
	struct json_object *media, const struct turn *turn)
{
	struct json_object *answered = js_new_object();

	for (size_t i = 0; i < js_count(calls->tool_uses); i++) {
		struct json_object *tool_use = js_at(calls->tool_uses, i);
		const char *id = js_get_string(tool_use, "id");
		struct json_object *result = js_at(js_get_array(calls->results, id),
			count_id(answered, id) - 1);
		struct json_object *message = message_add(chat_messages, "tool");
		struct json_object *found = js_new_array();
		struct buf text = { 0 };

		js_share(message, "tool_call_id", js_at(calls->ids, i));
		if (turn->dialect.api == API_RESPONSES && !turn->dialect.no_output_parts &&
			holds_media(result)) {
			add_parts(message, result, turn);
		} else if (result) {
			read_result(result, turn, &text, found);
		} else {
			buf_puts(&text, "[no result: the tool call was interrupted]");
			note_changed(turn->notes, "added:tool_result");
		}
		if (text.len)
			add_content(message, buf_slice(&text), result, turn);
		add_media(media, found, tool_use, turn);
		js_free(found);
		buf_free(&text);
	}
	js_free(answered);
}

void user_add_result(struct user_turn *user, struct json_object *tool_result,
	const struct turn *turn)
{
	struct open_calls *calls = &user->calls;
	const char *id = js_get_string(tool_result, "tool_use_id");
	struct json_object *results = js_get_array(calls->results, id), *found;
	struct buf text = { 0 };

	if ((int64_t)js_count(results) < number_of(calls->numbers, id)) {
		if (!results)
			results = js_add_array(calls->results, id);
		js_append_share(results, tool_result);
		return;
	}
	/* Its call is gone: a text, and its media behind it. */
	found = js_new_array();
	buf_puts(&text, "[result of a tool call that is no longer in this conversation]\n");
	read_result(tool_result, turn, &text, found);
	cache_mark(parts_add_text(user->parts, buf_slice(&text)), tool_result, &turn->dialect);
	for (size_t i = 0; i < js_count(found); i++)
		js_append_share(user->parts, js_at(found, i));
	note_changed(turn->notes, "orphan:tool_result");
	js_free(found);
	buf_free(&text);
}

/* ---- the end of the turn ---- */

static bool is_blank_text(struct json_object *part)
{
	return part_is_text(part) && slice_is_blank(js_get_slice(part, "text"));
}

/*
 * System messages stand before the user's own, since a chat must end with a user or a tool. Where
 * the user says nothing they cannot, and become reminders after all.
 */
static void add_systems(struct json_object *parts, struct json_object *systems,
	struct json_object *chat_messages, const struct turn *turn)
{
	bool alone = !js_count(parts) && turn->dialect.api == API_CHAT;

	for (size_t i = 0; i < js_count(systems); i++) {
		struct json_object *text = js_at(systems, i);

		if (alone)
			parts_add_reminder(parts, js_slice(text));
		else
			js_share(message_add(chat_messages, "system"), "content", text);
	}
}

/* First every answer, right behind the calls: every server wants that. Then one user message. */
void user_close(struct user_turn *user, struct json_object *chat_messages, const struct turn *turn)
{
	struct json_object *parts = js_new_array();
	bool something_else = user->calls.tool_uses;

	close_calls(&user->calls, chat_messages, parts, turn);
	/* Blank texts go only where nothing else does. */
	for (size_t i = 0; i < js_count(user->parts); i++)
		something_else |= !is_blank_text(js_at(user->parts, i));
	for (size_t i = 0; i < js_count(user->parts); i++)
		if (!something_else || !is_blank_text(js_at(user->parts, i)))
			js_append_share(parts, js_at(user->parts, i));
	/* Mistral's templates refuse a user right behind a tool. */
	if (js_count(parts) + js_count(user->systems) && turn->dialect.strict_alternation &&
		message_last_is(chat_messages, "tool"))
		js_add_string(message_add(chat_messages, "assistant"), "content", ASSISTANT_BRIDGE);
	add_systems(parts, user->systems, chat_messages, turn);
	if (js_count(parts))
		parts_to_content(parts, message_add(chat_messages, "user"), turn);
	js_free(parts);
	user_free(user);
	user_init(user);
}
