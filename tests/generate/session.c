#include "session.h"

#include "../../convert/js.h"
#include "../../convert/request/request.h"
#include "../talk.h"
#include "carried.h"
#include "chance.h"
#include "heard.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define TURNS_MAX 3

static const struct upstream_kind kinds[] = {
	{ .family = "generic", .host = "gateway.example", .model = "m", .takes = "",
		.details = true },
	{ .family = "openrouter", .host = "openrouter.ai", .model = "openai/gpt-5",
		.takes = "reasoning", .details = true },
	{ .family = "openrouter", .host = "openrouter.ai", .model = "anthropic/claude-sonnet-4.5",
		.takes = "reasoning", .details = true },
	{ .family = "deepseek", .host = "api.deepseek.com", .model = "deepseek-v4-pro",
		.takes = "reasoning_content", .required = true },
	{ .family = "kimi", .host = "api.moonshot.ai", .model = "kimi-k2.6",
		.takes = "reasoning_content" },
	{ .family = "glm", .host = "api.z.ai", .model = "glm-4.6", .takes = "reasoning_content" },
	{ .family = "vllm", .host = "127.0.0.1", .model = "qwen3-32b", .takes = "reasoning" },
	{ .family = "mistral", .host = "api.mistral.ai", .model = "magistral-medium-latest",
		.parts = true, .short_ids = true },
	{ .family = "gemini", .host = "generativelanguage.googleapis.com",
		.model = "gemini-2.5-pro" },
	{ .family = "gemini", .host = "generativelanguage.googleapis.com",
		.model = "gemini-3-pro", .stands_in = true },
	{ .family = "gemini", .host = "us-central1-aiplatform.googleapis.com",
		.model = "google/gemini-3-pro", .stands_in = true },
};

struct session {
	unsigned long long seed;
	const struct upstream_kind *kind;
	struct settings settings;
	const char *display;		/* of the thinking */
	struct json_object *history;	/* the client's */
	struct carried turns[TURNS_MAX];
	size_t turn_count;
	struct buf wire;		/* of the last one */
	struct buf before;		/* the messages of the last chat request */
	bool fine;
};

static void differs(struct session *session, const char *what, struct json_object *wanted,
	struct json_object *came)
{
	session->fine = false;
	printf("seed %llu: %s, %s: %s\n", session->seed, session->kind->family,
		session->kind->model, what);
	if (wanted)
		printf("sent %s\nback %s\n", js_text(wanted).data, js_text(came).data);
	printf("%s\n", buf_text(&session->wire));
}

/* ---- requests ---- */

/* A history goes over the wire as text, so that is what is parsed here. */
static struct json_object *request_of(const struct session *session, const char *model,
	struct json_object *history)
{
	struct slice text = js_text(history);
	struct json_object *parsed = NULL;
	struct js_error error;

	js_parse(text.data, text.len, &parsed, &error);
	return talk_request(model, session->display, parsed);
}

static struct settings settings_at(const char *family, const char *host)
{
	return (struct settings){ .family = family_by_name(family), .big_model = "big",
		.middle_model = "middle", .small_model = "small",
		.base = { .scheme = "https", .host = host, .port = 443 } };
}

/* The chat messages; NULL: it was refused. */
static struct json_object *convert(struct session *session, const struct settings *settings,
	const char *model, struct json_object *history, struct turn *turn)
{
	struct json_object *request = request_of(session, model, history), *chat = NULL, *messages = NULL;
	struct notes notes = { 0 };
	struct failure why;

	*turn = (struct turn){ .settings = settings, .seed = { (unsigned char)session->turn_count } };
	if (request_to_chat(request, FOR_MESSAGES, turn, &chat, &notes, &why))
		messages = js_hold(js_get_array(chat, "messages"));
	else
		differs(session, why.message, NULL, NULL);
	js_free(request);
	js_free(chat);
	return messages;
}

/* ---- what upstream finds ---- */

static bool has_id(const struct carried *carried, size_t calls, const char *id)
{
	for (size_t i = 0; i < calls; i++)
		if (carried->calls[i].id && !strcmp(carried->calls[i].id, id))
			return true;
	return false;
}

/*
 * The first call of an id has it as it was given; what the others have must tell them apart. What
 * the client cannot see, such as "functions.LS:0", may come again in another turn.
 */
static bool is_given_id(const struct session *session, size_t turn, size_t call)
{
	const struct carried *turns = session->turns;
	const char *id = turns[turn].calls[call].id;

	if (!id || !*id || has_id(&turns[turn], call, id))
		return false;
	for (size_t i = 0; i < turn && callid_may_be_visible(id); i++)
		if (has_id(&turns[i], turns[i].call_count, id))
			return false;
	return true;
}

static void upstream_looks(struct session *session, struct json_object *messages)
{
	const char *broken = law_history(messages);
	size_t turn = 0;

	if (broken)
		differs(session, broken, NULL, NULL);
	for (size_t i = 0; i < js_count(messages); i++) {
		struct json_object *message = js_at(messages, i), *wanted;
		const char *ids[CARRIED_CALLS_MAX];
		const struct carried *carried;

		if (!slice_equals(js_get_slice(message, "role"), "assistant") ||
				turn == session->turn_count)
			continue;
		carried = &session->turns[turn];
		for (size_t call = 0; call < carried->call_count; call++)
			ids[call] = is_given_id(session, turn, call) ? carried->calls[call].id :
				js_get_string(js_at(js_get(message, "tool_calls"), call), "id");
		wanted = carried_message(carried, true, ids);
		if (strcmp(js_text(wanted).data, js_text(message).data))
			differs(session, "another turn than was sent", wanted, message);
		js_free(wanted);
		turn++;
	}
	if (turn < session->turn_count)
		differs(session, "a turn is lost", NULL, NULL);
}

/* Prefix caches hit: a history begins with the bytes of a shorter one, or of the same. */
static void bytes_stay(struct session *session, struct json_object *messages)
{
	struct slice text = js_text(messages);

	if (session->before.len && (text.len < session->before.len ||
			memcmp(text.data, session->before.data, session->before.len - 1)))
		differs(session, "what was said has changed", NULL, NULL);
	buf_clear(&session->before);
	buf_add(&session->before, text.data, text.len);
}

/* ---- where nothing may come ---- */

/*
 * Calls have the visible part of their ids; all else is as if there had been no state. A name that
 * says nothing: with some the ids would be others.
 */
static void stranger_looks(struct session *session, const char *host,
	struct json_object *history, const char *what)
{
	struct settings settings = settings_at("generic", host);
	struct json_object *messages, *wanted;
	struct turn turn;
	size_t count = 0;

	messages = convert(session, &settings, "m", history, &turn);
	for (size_t i = 0; i < js_count(messages) && session->fine; i++) {
		struct json_object *message = js_at(messages, i);
		struct json_object *content = js_get(js_at(session->history, count * 2 + 1),
			"content");
		char *ids[CARRIED_CALLS_MAX];
		size_t calls = 0;

		if (!slice_equals(js_get_slice(message, "role"), "assistant"))
			continue;
		for (size_t j = 0; j < js_count(content); j++)
			if (js_has(js_at(content, j), "id"))
				ids[calls++] = slice_copy(callid_visible(js_get_string(
					js_at(content, j), "id")));
		wanted = carried_message(&session->turns[count++], false,
			(const char *const *)ids);
		if (strcmp(js_text(wanted).data, js_text(message).data))
			differs(session, what, wanted, message);
		while (calls > 0)
			free(ids[--calls]);
		js_free(wanted);
	}
	js_free(messages);
	turn_free(&turn);
}

/* Another character at some place behind that many. */
static void edit(struct json_object *block, const char *key, size_t behind)
{
	static const char others[] = "AZaz09-_";
	struct buf text = { 0 };
	size_t at;
	char other;

	buf_puts(&text, js_get_string(block, key));
	at = behind + chance_below(text.len - behind);
	do
		other = others[chance_below(sizeof(others) - 1)];
	while (other == text.data[at]);
	text.data[at] = other;
	js_add_slice(block, key, buf_slice(&text));
	buf_free(&text);
}

static void edit_block(struct json_object *block)
{
	static const char *const keys[] = { "signature", "data" };
	const char *id = js_get_string(block, "id");
	size_t visible = id ? callid_visible(id).len : 0;

	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
		if (js_has(block, keys[i]))
			edit(block, keys[i], 0);
	if (id && id[visible])
		edit(block, "id", visible + strlen("__cp1"));
}

static struct json_object *edited(struct json_object *history)
{
	struct json_object *copy = js_copy(history);

	for (size_t i = 1; i < js_count(copy); i += 2) {
		struct json_object *content = js_get(js_at(copy, i), "content");

		for (size_t j = 0; j < js_count(content); j++)
			edit_block(js_at(content, j));
	}
	return copy;
}

/* ---- a turn ---- */

static void upstream_answers(struct session *session, const struct turn *turn)
{
	struct carried *carried = &session->turns[session->turn_count];
	struct heard heard;

	carried_draw(carried, session->kind);
	buf_clear(&session->wire);
	carried_write(carried, &session->wire);
	session->turn_count++;
	hear(turn, buf_slice(&session->wire), &heard);
	if (heard.broken || !heard.fine)
		differs(session, heard.broken ? heard.broken : heard.why.message, NULL, NULL);
	else
		talk_goes_on(session->history, fold_message(&heard.fold));
	heard_free(&heard);
}

/* The request with all that was said so far, and its answer where one is still due. */
static void take_turn(struct session *session, size_t turns)
{
	const char *model = session->kind->model;
	struct json_object *messages;
	struct turn turn;

	messages = convert(session, &session->settings, model, session->history, &turn);
	upstream_looks(session, messages);
	bytes_stay(session, messages);
	if (session->turn_count < turns && session->fine)
		upstream_answers(session, &turn);
	js_free(messages);
	turn_free(&turn);
}

static void strangers_look(struct session *session)
{
	struct json_object *other = edited(session->history);

	stranger_looks(session, "elsewhere.example", session->history,
		"state at another origin");
	stranger_looks(session, session->kind->host, other, "state that was edited");
	js_free(other);
}

bool session_play(unsigned long long seed)
{
	static const char *const displays[] = { "summarized", "summarized", "omitted" };
	struct session session = { .seed = seed, .fine = true };
	struct json_object *first;
	size_t turns;

	chance_seed(seed);
	session.kind = &CHANCE_OF(kinds);
	session.display = CHANCE_OF(displays);
	session.settings = settings_at(session.kind->family, session.kind->host);
	session.history = js_new_array();
	first = js_append_object(session.history);
	js_add_string(first, "role", "user");
	js_add_string(first, "content", "Go.");
	turns = 1 + chance_below(TURNS_MAX);
	/* The last request is made twice: the same history gives the same bytes. */
	for (size_t i = 0; i < turns + 2 && session.fine; i++)
		take_turn(&session, turns);
	if (session.fine)
		strangers_look(&session);
	for (size_t i = 0; i < session.turn_count; i++)
		carried_free(&session.turns[i]);
	js_free(session.history);
	buf_free(&session.wire);
	buf_free(&session.before);
	return session.fine;
}
