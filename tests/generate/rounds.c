#include "rounds.h"

#include "../../convert/js.h"
#include "../../convert/request/request.h"
#include "../../convert/responses/body.h"
#include "../strict.h"
#include "../talk.h"
#include "chance.h"
#include "heard.h"
#include "items.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define TURNS_MAX 3

struct rounds {
	unsigned long long seed;
	struct settings settings;
	const char *display;		/* of the thinking */
	struct json_object *history;	/* the client's */
	struct json_object *sent;	/* items of all turns, as upstream must find them */
	struct json_object *bare;	/* … without reasoning and phases */
	size_t turns, calls;
	struct buf wire;		/* of the last turn */
	struct buf before;		/* the input of the last request */
	bool fine;
};

static void differs(struct rounds *rounds, const char *what, struct json_object *wanted,
	struct json_object *came)
{
	if (!rounds->fine)
		return;
	rounds->fine = false;
	printf("seed %llu, by Responses: %s\n", rounds->seed, what);
	if (wanted)
		printf("sent %s\nback %s\n", js_text(wanted).data, js_text(came).data);
	printf("%s\n", buf_text(&rounds->wire));
}

/* ---- what is drawn ---- */

/* More than blanks, and no tag. */
static void add_words(struct json_object *parts, const char *type)
{
	struct json_object *part = js_append_object(parts);
	struct buf text = { 0 };

	js_add_string(part, "type", type);
	do {
		buf_clear(&text);
		chance_text(8, &text);
	} while (slice_is_blank(buf_slice(&text)) || strchr(buf_text(&text), '<'));
	js_add_slice(part, "text", buf_slice(&text));
	buf_free(&text);
}

static struct json_object *add_item(struct json_object *output, const char *type)
{
	struct json_object *item = js_append_object(output);
	char id[32];

	snprintf(id, sizeof(id), "%.2s_%zu", type, js_count(output));
	js_add_string(item, "id", id);
	js_add_string(item, "type", type);
	js_add_string(item, "status", "completed");
	return item;
}

static void draw_reasoning(struct json_object *output)
{
	struct json_object *item = add_item(output, "reasoning"), *summary;
	char cipher[32];

	summary = js_add_array(item, "summary");
	for (size_t n = chance_below(4); n > 0; n--)
		add_words(summary, "summary_text");
	snprintf(cipher, sizeof(cipher), "gAAAA%zu", chance_below(1u << 30));
	/* Without either, messages on both sides of it are side by side. */
	if (!js_count(summary) || !chance_one_in(5))
		js_add_string(item, "encrypted_content", cipher);
}

static void draw_message(struct json_object *output)
{
	static const char *const phases[] = { "commentary", "final_answer" };
	struct json_object *item = add_item(output, "message"), *content;

	js_add_string(item, "role", "assistant");
	if (chance_one_in(2))
		js_add_string(item, "phase", CHANCE_OF(phases));
	content = js_add_array(item, "content");
	for (size_t n = 1 + chance_below(2); n > 0; n--)
		add_words(content, "output_text");
}

static void draw_call(struct rounds *rounds, struct json_object *output)
{
	struct json_object *item = add_item(output, "function_call");
	char text[32];

	snprintf(text, sizeof(text), "call_%zu", ++rounds->calls);
	js_add_string(item, "call_id", text);
	js_add_string(item, "name", "LS");
	snprintf(text, sizeof(text), "{\"n\":%zu}", chance_below(1000));
	js_add_string(item, "arguments", text);
}

/*
 * Reasoning, messages and calls in any order, but no two messages side by side, and not reasoning
 * alone: of that nothing goes back, and what the user said before and after it is one turn.
 */
static struct json_object *draw_output(struct rounds *rounds)
{
	struct json_object *output = js_new_array();
	bool said = false, led = false;

	for (size_t n = 1 + chance_below(6); n > 0; n--) {
		size_t kind = chance_below(3);

		if (kind == 0)
			draw_reasoning(output);
		else if (kind == 1 && !said)
			draw_message(output);
		else
			draw_call(rounds, output);
		said = kind == 1 && !said;
		led |= kind > 0;
	}
	if (!led)
		draw_message(output);
	return output;
}

/* ---- what goes back ---- */

static struct json_object *message_back(struct json_object *item, struct json_object *phase)
{
	struct json_object *back = js_new_object(), *content = js_get(item, "content"), *part;
	struct buf text = { 0 };

	for (size_t i = 0; i < js_count(content); i++)
		buf_join(&text, "", js_get_slice(js_at(content, i), "text"));
	js_add_string(back, "type", "message");
	js_add_string(back, "role", "assistant");
	part = js_append_object(js_add_array(back, "content"));
	js_add_string(part, "type", "output_text");
	js_add_slice(part, "text", buf_slice(&text));
	if (phase)
		js_share(back, "phase", phase);
	buf_free(&text);
	return back;
}

static struct json_object *item_back(struct json_object *item)
{
	static const char *const keys[] = { "type", "summary", "encrypted_content", "call_id",
		"name", "arguments" };
	struct json_object *back = js_new_object();

	for (size_t i = 0; i < COUNT(keys); i++)
		if (js_has(item, keys[i]))
			js_share(back, keys[i], js_get(item, keys[i]));
	return back;
}

/* Of one turn; then an output for each of its calls. */
static void expect(struct json_object *output, bool bare, struct json_object *list)
{
	size_t last = 0;

	for (size_t i = 0; i < js_count(output); i++)
		if (!js_has(js_at(output, i), "summary"))
			last = i + 1;
	for (size_t i = 0; i < last; i++) {
		struct json_object *item = js_at(output, i);
		struct json_object *before = i > 0 ? js_at(output, i - 1) : NULL;
		bool thought = !bare && js_has(before, "encrypted_content");

		if (js_has(item, "content"))
			js_append(list, message_back(item, thought ? js_get(item, "phase") : NULL));
		else if (!js_has(item, "summary") || (!bare && js_has(item, "encrypted_content")))
			js_append(list, item_back(item));
	}
	for (size_t i = 0; i < js_count(output); i++) {
		struct json_object *item = js_at(output, i), *result;

		if (!js_has(item, "call_id"))
			continue;
		result = js_append_object(list);
		js_add_string(result, "type", "function_call_output");
		js_share(result, "call_id", js_get(item, "call_id"));
		js_add_string(result, "output", "done");
	}
}

/* ---- requests ---- */

/* The input; NULL: it was refused. */
static struct json_object *convert(struct rounds *rounds, const struct settings *settings,
	struct json_object *history, struct turn *turn)
{
	struct json_object *request = NULL, *parsed = NULL, *chat = NULL, *body, *input = NULL;
	struct slice text = js_text(history);
	struct notes notes = { 0 };
	struct buf error = { 0 };
	struct failure why;

	js_parse(text.data, text.len, &parsed, NULL);
	request = talk_request("gpt-6-astra", rounds->display, parsed);
	*turn = (struct turn){ .settings = settings, .seed = { (unsigned char)rounds->turns } };
	if (request_to_chat(request, FOR_MESSAGES, turn, &chat, &notes, &why)) {
		body = responses_body(chat, turn);
		input = js_hold(js_get(body, "input"));
		if (strict_refuses(js_text(body), slice_of("gAAAA"), &error))
			differs(rounds, buf_text(&error), NULL, NULL);
		buf_free(&error);
		js_free(body);
	} else {
		differs(rounds, why.message, NULL, NULL);
	}
	js_free(request);
	js_free(chat);
	return input;
}

/* What the assistant said, and what its calls gave. */
static void upstream_looks(struct rounds *rounds, struct json_object *input,
	struct json_object *wanted, const char *what)
{
	struct json_object *items = js_new_array();

	for (size_t i = 0; i < js_count(input); i++)
		if (!slice_equals(js_get_slice(js_at(input, i), "role"), "user"))
			js_append_share(items, js_at(input, i));
	if (!js_equal(items, wanted))
		differs(rounds, what, wanted, items);
	js_free(items);
}

/* Prefix caches hit: a history begins with the bytes of a shorter one, or of the same. */
static void bytes_stay(struct rounds *rounds, struct json_object *input)
{
	struct slice text = js_text(input);

	if (rounds->before.len && (text.len < rounds->before.len ||
			memcmp(text.data, rounds->before.data, rounds->before.len - 1)))
		differs(rounds, "what was said has changed", NULL, NULL);
	buf_clear(&rounds->before);
	buf_add(&rounds->before, text.data, text.len);
}

static void upstream_answers(struct rounds *rounds, const struct turn *turn)
{
	struct json_object *response = js_new_object(), *output = draw_output(rounds);
	struct heard heard;

	js_add_string(response, "object", "response");
	js_add_string(response, "status", "completed");
	js_give(response, "output", output);
	buf_clear(&rounds->wire);
	items_write(response, &rounds->wire);
	hear(turn, buf_slice(&rounds->wire), &heard);
	if (heard.broken || !heard.fine)
		differs(rounds, heard.broken ? heard.broken : heard.why.message, NULL, NULL);
	else
		talk_goes_on(rounds->history, fold_message(&heard.fold));
	expect(output, false, rounds->sent);
	expect(output, true, rounds->bare);
	rounds->turns++;
	heard_free(&heard);
	js_free(response);
}

static void take_turn(struct rounds *rounds, bool answered)
{
	struct turn turn;
	struct json_object *input = convert(rounds, &rounds->settings, rounds->history, &turn);

	upstream_looks(rounds, input, rounds->sent, "another turn than was sent");
	bytes_stay(rounds, input);
	if (answered && rounds->fine)
		upstream_answers(rounds, &turn);
	js_free(input);
	turn_free(&turn);
}

/* ---- where nothing may come ---- */

static void stranger_looks(struct rounds *rounds, const char *host, struct json_object *history,
	const char *what)
{
	struct settings settings = rounds->settings;
	struct json_object *input;
	struct turn turn;

	settings.base.host = host;
	input = convert(rounds, &settings, history, &turn);
	upstream_looks(rounds, input, rounds->bare, what);
	js_free(input);
	turn_free(&turn);
}

/* Each capsule with another letter in it. */
static struct json_object *edited(struct json_object *history)
{
	static const char *const keys[] = { "signature", "data" };
	struct json_object *copy = js_copy(history);

	for (size_t i = 1; i < js_count(copy); i += 2) {
		struct json_object *content = js_get(js_at(copy, i), "content");

		for (size_t j = 0; j < js_count(content) * COUNT(keys); j++) {
			struct json_object *block = js_at(content, j / COUNT(keys));
			const char *key = keys[j % COUNT(keys)];
			char *text = slice_copy(js_get_slice(block, key));
			size_t len = strlen(text), at = len ? chance_below(len) : 0;

			if (len > 0) {
				text[at] = text[at] == 'A' ? 'B' : 'A';
				js_add_string(block, key, text);
			}
			free(text);
		}
	}
	return copy;
}

bool rounds_play(unsigned long long seed)
{
	static const char *const displays[] = { "summarized", "omitted" };
	struct rounds rounds = { .seed = seed, .fine = true, .history = js_new_array(),
		.sent = js_new_array(), .bare = js_new_array() };
	struct json_object *first = js_append_object(rounds.history), *other;
	size_t turns;

	chance_seed(seed);
	rounds.display = CHANCE_OF(displays);
	rounds.settings = (struct settings){ .family = family_by_name("openai"),
		.big_model = "big", .middle_model = "middle", .small_model = "small",
		.upstream_api = UPSTREAM_API_RESPONSES,
		.base = { .scheme = "https", .host = "api.openai.com", .port = 443 } };
	js_add_string(first, "role", "user");
	js_add_string(first, "content", "Go.");
	turns = 1 + chance_below(TURNS_MAX);
	/* The last request is made twice: the same history gives the same bytes. */
	for (size_t i = 0; i < turns + 2 && rounds.fine; i++)
		take_turn(&rounds, i < turns);
	other = edited(rounds.history);
	if (rounds.fine)
		stranger_looks(&rounds, "elsewhere.example", rounds.history, "at another origin");
	if (rounds.fine)
		stranger_looks(&rounds, "api.openai.com", other, "state that was edited");
	js_free(other);
	js_free(rounds.history);
	js_free(rounds.sent);
	js_free(rounds.bare);
	buf_free(&rounds.wire);
	buf_free(&rounds.before);
	return rounds.fine;
}
