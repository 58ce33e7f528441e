/*
 * generate COUNT [SEED]: draws so many answers, writes each as a whole completion and as a stream
 * of some odd but legal kind, by chat and by the Responses API, and feeds them through the answer
 * side, cut anywhere. All must keep the laws of a stream and give the Message that was meant. A
 * quarter as many sessions go both ways (session.h, rounds.h). Answer and session i are made from SEED + i, so `generate 1 SEED` shows them again.
 * Prints what differs, with its wire; exits 0 or 1.
 */
#include "../../convert/js.h"
#include "calls.h"
#include "chance.h"
#include "heard.h"
#include "items.h"
#include "rounds.h"
#include "session.h"
#include "spell.h"
#include "whole.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DIFFERENCES_MAX 3

/* ---- the stream ---- */

static void send_reasoning(struct chunks *chunks, const struct spelling *spelling,
	struct slice rest)
{
	while (rest.len > 0) {
		struct slice piece = { rest.data, chance_cut(rest) };

		spell_reasoning(spelling, piece, chunks_delta(chunks,
			spelling->reasoned == REASONED_IN_PARTS ? STAGE_TEXT : STAGE_REASONING,
			spell_reasoning_field(spelling)));
		rest.data += piece.len;
		rest.len -= piece.len;
	}
}

static void send_text(struct chunks *chunks, const struct spelling *spelling, struct slice rest)
{
	while (rest.len > 0) {
		struct slice piece = { rest.data, chance_cut(rest) };

		spell_text(spelling, piece, chunks_delta(chunks, STAGE_TEXT,
			spell_text_field(spelling)));
		rest.data += piece.len;
		rest.len -= piece.len;
	}
}

/* Whether a block was queued: a text that may still become a tag waits. */
static bool has_begun(const struct meant *meant)
{
	return meant->call_count > 0 ||
		(meant_visible(&meant->text) && !strchr(buf_text(&meant->text), '<'));
}

/* MiniMax ends with all of it once more; what has begun to be sent counts. */
static void repeat_message(struct chunks *chunks, const struct meant *meant,
	const struct turn *turn)
{
	struct json_object *chunk = js_new_object();

	chunks_flush(chunks);
	whole_message(meant, turn, js_add_object(chunks_choice(chunk), "message"));
	chunks_send(chunks, chunk);
}

static void write_stream(const struct meant *meant, const struct turn *turn, struct buf *wire)
{
	struct spelling spelling;
	struct chunks chunks;

	spell_draw(&spelling, meant);
	chunks_begin(&chunks, meant, wire);
	if (spelling.reasoned != REASONED_IN_TAGS)
		send_reasoning(&chunks, &spelling, buf_slice(&meant->thinking));
	send_text(&chunks, &spelling, buf_slice(&spelling.said_text));
	calls_send(&chunks, meant, turn);
	/* Line breaks behind calls are nothing. */
	if (meant->call_count > 0 && chance_one_in(6))
		js_add_string(chunks_delta(&chunks, STAGE_TEXT, "content"), "content", "\n\n");
	if (has_begun(meant) && chance_one_in(8))
		repeat_message(&chunks, meant, turn);
	chunks_end(&chunks);
	spell_free(&spelling);
}

/* ---- the same by the Responses API ---- */

static struct json_object *add_item(struct json_object *output, const char *type, const char *id)
{
	struct json_object *item = js_append_object(output);

	js_add_string(item, "type", type);
	js_add_string(item, "id", id);
	return item;
}

static void add_part(struct json_object *parts, const char *type, const struct buf *text)
{
	struct json_object *part = js_append_object(parts);

	js_add_string(part, "type", type);
	js_add_slice(part, "text", (struct slice){ buf_text(text), text->len });
}

static void add_items(const struct meant *meant, const struct turn *turn,
	struct json_object *output)
{
	bool plain = chance_one_in(3);
	struct json_object *item;
	char id[32], name[65];

	if (meant->thinking.len > 0) {
		item = add_item(output, "reasoning", "rs_1");
		js_add_array(item, "summary");
		add_part(js_add_array(item, plain ? "content" : "summary"), plain ?
			"reasoning_text" : "summary_text", &meant->thinking);
		if (chance_one_in(2))
			js_add_string(item, "encrypted_content", "gAAAA");
	}
	if (meant->text.len > 0)
		add_part(js_add_array(add_item(output, "message", "msg_1"), "content"),
			"output_text", &meant->text);
	for (size_t i = 0; i < meant->call_count; i++) {
		struct buf arguments = { 0 };

		snprintf(id, sizeof(id), "fc_%zu", i);
		item = add_item(output, "function_call", id);
		js_add_string(item, "call_id", meant->calls[i].id);
		js_add_string(item, "name", names_to_upstream(&turn->names, meant->calls[i].name,
			name));
		spell_arguments(&meant->calls[i], true, &arguments);
		js_add_slice(item, "arguments", (struct slice){ buf_text(&arguments),
			arguments.len });
		buf_free(&arguments);
	}
}

static void add_usage(const struct meant *meant, struct json_object *response)
{
	struct json_object *usage = js_add_object(response, "usage"), *details;

	js_add_int(usage, "input_tokens", meant->prompt);
	details = js_add_object(usage, "input_tokens_details");
	js_add_int(details, "cached_tokens", meant->cached);
	js_add_int(details, "cache_write_tokens", meant->written);
	js_add_int(usage, "output_tokens", meant->completion);
	js_add_int(js_add_object(usage, "output_tokens_details"), "reasoning_tokens",
		meant->reasoning);
}

/* False: it ends as no response does. */
static bool write_events(const struct meant *meant, const struct turn *turn, struct buf *wire)
{
	bool length = !strcmp(meant->stop_reason, "max_tokens");
	bool filtered = !strcmp(meant->stop_reason, "refusal");
	struct json_object *response;

	if (meant->stop_sequence || !strcmp(meant->stop_reason, "model_context_window_exceeded"))
		return false;
	response = js_new_object();
	js_add_string(response, "object", "response");
	js_add_string(response, "status", length || filtered ? "incomplete" : "completed");
	if (length || filtered)
		js_add_string(js_add_object(response, "incomplete_details"), "reason",
			length ? "max_output_tokens" : "content_filter");
	add_items(meant, turn, js_add_array(response, "output"));
	if (meant->has_usage)
		add_usage(meant, response);
	items_write(response, wire);
	js_free(response);
	return true;
}

/* ---- what came, against what was meant ---- */

/*
 * Takes out the ids, which servers leave out or change, and the signatures, which hold what came
 * and not what was meant. NULL, or what is wrong with them.
 */
static const char *without_ids(struct json_object *message)
{
	struct json_object *content = js_get_array(message, "content");
	struct json_object *seen = js_new_object();
	const char *wrong = NULL;

	js_add_string(message, "id", "");
	for (size_t i = 0; i < js_count(content); i++) {
		struct json_object *block = js_at(content, i);
		const char *id = js_get_string(block, "id");

		if (js_has(block, "signature")) {
			if (js_get_slice(block, "signature").len == 0)
				wrong = "a thinking block without a signature";
			js_add_string(block, "signature", "");
		}
		if (!id)
			continue;
		if (js_has(seen, id))
			wrong = "two calls have the same id";
		js_add_bool(seen, id, true);
		js_add_string(block, "id", "");
	}
	js_free(seen);
	return wrong;
}

/*
 * Blocks without a word: state that the client only carries. Whether there is some depends on the
 * spelling.
 */
static void without_carriers(struct json_object *message)
{
	struct json_object *content = js_get_array(message, "content"), *words = js_new_array();

	for (size_t i = 0; i < js_count(content); i++)
		if (!slice_equals(js_get_slice(js_at(content, i), "type"), "redacted_thinking"))
			js_append_share(words, js_at(content, i));
	js_give(message, "content", words);
}

/* Where no usage came, the estimate depends on the spelling. */
static void without_output_tokens(struct json_object *message)
{
	js_add_int(js_get_object(message, "usage"), "output_tokens", 0);
}

static const char *compare(const struct meant *meant, const struct turn *turn,
	struct heard *heard, struct buf *difference)
{
	struct json_object *message = fold_message(&heard->fold), *expected;
	const char *wrong = NULL;

	if (heard->broken)
		return heard->broken;
	if (!heard->fine)
		return heard->why.message;
	if (!message)
		return "an answer without message_stop";
	wrong = without_ids(message);
	without_carriers(message);
	if (!meant->has_usage)
		without_output_tokens(message);
	expected = meant_message(meant, turn);
	if (strcmp(js_text(expected).data, js_text(message).data)) {
		wrong = "another Message than was meant";
		buf_printf(difference, "meant %s\ncame  %s\n", js_text(expected).data,
			js_text(message).data);
	}
	js_free(expected);
	return wrong;
}

/* Whether that wire says what was meant. */
static bool says(const struct meant *meant, const struct turn *turn, const struct buf *wire,
	unsigned long long seed)
{
	struct buf difference = { 0 };
	struct heard heard;
	const char *wrong;

	hear(turn, buf_slice(wire), &heard);
	wrong = compare(meant, turn, &heard, &difference);
	if (wrong) {
		printf("seed %llu: %s\n%s", seed, wrong, buf_text(&difference));
		fwrite(wire->data, 1, wire->len, stdout);
		printf("\n");
	}
	buf_free(&difference);
	heard_free(&heard);
	return !wrong;
}

/* ---- requests ---- */

static void draw_turn(struct turn *turn, const struct settings *settings)
{
	static const char *const tools[] = { "Read", "LS", "files.read", "mcp__a__b", "Re" };
	static const char *const taken[] = { "call_0", "toolu", "chatcmpl-tool-1", "0" };

	*turn = (struct turn){ .settings = settings, .model = must_strdup("claude-sonnet-4-5"),
		.upstream_model = must_strdup("gpt-4o"), .stops = js_new_array(), .estimate = 42,
		.emit_thinking = !chance_one_in(6) };
	turn->omit_thinking = turn->emit_thinking && chance_one_in(8);
	for (size_t i = 0; i < sizeof(tools) / sizeof(tools[0]); i++)
		names_declare(&turn->names, tools[i]);
	turn->taken = js_new_object();
	for (size_t i = 0; i < sizeof(taken) / sizeof(taken[0]); i++)
		if (chance_one_in(4))
			js_add_bool(turn->taken, taken[i], true);
	js_append_string(turn->stops, "STOP");
	js_append_string(turn->stops, "\n\nHuman:");
}

static bool one_answer(const struct settings *settings, unsigned long long seed)
{
	struct buf whole = { 0 }, stream = { 0 }, events = { 0 };
	struct meant meant;
	struct turn turn;
	bool fine;

	chance_seed(seed);
	draw_turn(&turn, settings);
	meant_draw(&meant, &turn);
	whole_write(&meant, &turn, &whole);
	write_stream(&meant, &turn, &stream);
	fine = says(&meant, &turn, &whole, seed) && says(&meant, &turn, &stream, seed);
	turn.dialect.api = API_RESPONSES;
	if (fine && write_events(&meant, &turn, &events))
		fine = says(&meant, &turn, &events, seed);
	meant_free(&meant);
	turn_free(&turn);
	buf_free(&whole);
	buf_free(&stream);
	buf_free(&events);
	return fine;
}

int main(int argc, char **argv)
{
	struct settings settings = { .family = family_by_name("generic") };
	unsigned long long count = argc > 1 ? strtoull(argv[1], NULL, 10) : 0;
	unsigned long long seed = argc > 2 ? strtoull(argv[2], NULL, 10) : 1;
	unsigned long long sessions = (count + 3) / 4;
	unsigned differences = 0;

	if (count == 0) {
		fprintf(stderr, "usage: generate COUNT [SEED]\n");
		return 2;
	}
	for (unsigned long long i = 0; i < count && differences < DIFFERENCES_MAX; i++)
		differences += !one_answer(&settings, seed + i);
	for (unsigned long long i = 0; i < sessions && differences < DIFFERENCES_MAX; i++)
		differences += !session_play(seed + i) + !rounds_play(seed + i);
	if (differences == 0)
		printf("%llu answers, whole and streamed, say what was meant; in %llu sessions all "
			"state came back\n", count, sessions);
	return differences > 0;
}
