#include "meant.h"

#include "../../convert/answer/event.h"
#include "../../convert/js.h"
#include "chance.h"

#include <stdio.h>
#include <string.h>

bool meant_visible(const struct buf *text)
{
	return !slice_is_blank(buf_slice(text));
}

/* ---- what is drawn ---- */

static void draw_arguments(struct meant_call *call)
{
	static const enum given usual[] = { GIVEN_OBJECT, GIVEN_OBJECT, GIVEN_OBJECT,
		GIVEN_OBJECT, GIVEN_NOTHING, GIVEN_RAW };
	static const char *const raw[] = { "42", "true", "[1, 2]", "\"ls\"", "ls -l", "<a>{}</a>" };

	call->given = CHANCE_OF(usual);
	if (call->given == GIVEN_OBJECT)
		chance_object(&call->arguments);
	if (call->given == GIVEN_RAW)
		buf_puts(&call->arguments, CHANCE_OF(raw));
}

/* Where ids are the same or missing, equal calls would be taken for one that is repeated. */
static bool all_differ(const struct meant *meant)
{
	for (size_t i = 0; i < meant->call_count; i++)
		for (size_t j = 0; j < i; j++)
			if (!strcmp(meant->calls[i].name, meant->calls[j].name) &&
					!strcmp(buf_text(&meant->calls[i].arguments),
					buf_text(&meant->calls[j].arguments)))
				return false;
	return true;
}

static void draw_calls(struct meant *meant)
{
	static const char *const names[] = { "Read", "LS", "files.read", "mcp__a__b", "Re" };
	static const char *const ids[] = { "call_", "toolu_", "chatcmpl-tool-", "" };
	const char *prefix = CHANCE_OF(ids);

	meant->call_count = chance_one_in(2) ? 0 : 1 + chance_below(CALLS_MAX);
	for (size_t i = 0; i < meant->call_count; i++) {
		struct meant_call *call = &meant->calls[i];

		call->name = CHANCE_OF(names);
		snprintf(call->id, sizeof(call->id), "%s%zu", prefix, i);
		draw_arguments(call);
	}
	meant->calls_differ = all_differ(meant);
	meant->same_ids = meant->calls_differ && chance_one_in(8);
	for (size_t i = 1; meant->same_ids && i < meant->call_count; i++)
		strcpy(meant->calls[i].id, meant->calls[0].id);
}

/* Where the tokens ran out the last call may be cut anywhere, before its first argument too. */
static void cut_last_call(struct meant *meant)
{
	struct meant_call *last = &meant->calls[meant->call_count - 1];
	struct slice but_the_brace = { last->arguments.data, last->arguments.len - 1 };

	if (last->given == GIVEN_OBJECT && chance_one_in(3))
		return;
	if (last->given == GIVEN_OBJECT)
		buf_cut(&last->arguments, chance_cut(but_the_brace));
	if (last->given != GIVEN_RAW)
		last->given = GIVEN_CUT;
}

static void draw_stop(struct meant *meant, const struct turn *turn)
{
	bool said = meant->call_count > 0 || meant_visible(&meant->text);

	meant->stop_reason = meant->call_count > 0 ? "tool_use" : "end_turn";
	if (chance_one_in(8)) {
		meant->stop_reason = said && chance_one_in(4) ?
			"model_context_window_exceeded" : "max_tokens";
		if (meant->call_count > 0)
			cut_last_call(meant);
	} else if (chance_one_in(20)) {
		meant->stop_reason = "refusal";
	} else if (meant->call_count == 0 && chance_one_in(8)) {
		meant->stop_reason = "stop_sequence";
		meant->stop_sequence = js_slice(js_at(turn->stops,
			chance_below(js_count(turn->stops)))).data;
	}
}

static void draw_usage(struct meant *meant)
{
	meant->has_usage = !chance_one_in(5);
	meant->prompt = (int64_t)chance_below(100000);
	meant->cached = chance_one_in(2) ? (int64_t)chance_below((size_t)meant->prompt + 1) : 0;
	meant->written = chance_one_in(4) ?
		(int64_t)chance_below((size_t)(meant->prompt - meant->cached) + 1) : 0;
	meant->completion = (int64_t)chance_below(5000);
	meant->reasoning = (int64_t)chance_below((size_t)meant->completion + 1);
}

/* A tag that opens the text is none of the text. */
static void draw_text(struct buf *text)
{
	struct slice opening;

	chance_text(20, text);
	opening = slice_trim(buf_slice(text));
	if (slice_starts(opening, "<think>") || slice_starts(opening, "<thought>"))
		buf_clear(text);
}

void meant_draw(struct meant *meant, const struct turn *turn)
{
	*meant = (struct meant){ .same_ids = false };
	if (chance_one_in(2))
		chance_text(12, &meant->thinking);
	if (!chance_one_in(4))
		draw_text(&meant->text);
	draw_calls(meant);
	draw_stop(meant, turn);
	draw_usage(meant);
}

void meant_free(struct meant *meant)
{
	buf_free(&meant->thinking);
	buf_free(&meant->text);
	for (size_t i = 0; i < meant->call_count; i++)
		buf_free(&meant->calls[i].arguments);
}

/* ---- what a client must get ---- */

static void add_thinking(const struct meant *meant, const struct turn *turn,
	struct json_object *content)
{
	struct json_object *block;

	if (!turn->emit_thinking || !meant_visible(&meant->thinking))
		return;
	block = js_append_object(content);
	js_add_string(block, "type", "thinking");
	js_add_slice(block, "thinking", turn->omit_thinking ? slice_of("") :
		buf_slice(&meant->thinking));
	js_add_string(block, "signature", "");
}

/* Blanks alone are no text, unless there is nothing else: then the text is empty. */
static void add_text(const struct meant *meant, struct json_object *content)
{
	bool visible = meant_visible(&meant->text);
	struct json_object *block;

	if (!visible && meant->call_count > 0)
		return;
	block = js_append_object(content);
	js_add_string(block, "type", "text");
	js_add_slice(block, "text", visible ? buf_slice(&meant->text) : slice_of(""));
}

static void add_call(const struct meant_call *call, struct json_object *content)
{
	struct json_object *block = js_append_object(content), *input = NULL;
	struct slice arguments = { buf_text(&call->arguments), call->arguments.len };
	struct js_error error;

	js_add_string(block, "type", "tool_use");
	js_add_string(block, "id", "");
	js_add_string(block, "name", call->name);
	if (call->given == GIVEN_OBJECT && js_parse(arguments.data, arguments.len, &input, &error))
		js_give(block, "input", input);
	else if (call->given == GIVEN_NOTHING)
		js_add_object(block, "input");
	else
		js_add_slice(js_add_object(block, "input"), "raw_arguments", arguments);
}

static struct usage usage_of(const struct meant *meant, const struct turn *turn)
{
	struct usage usage = { .input_tokens = turn->estimate };

	if (meant->has_usage)
		usage = (struct usage){
			.input_tokens = meant->prompt - meant->cached - meant->written,
			.cache_read_input_tokens = meant->cached,
			.cache_creation_input_tokens = meant->written,
			.output_tokens = meant->completion,
			.thinking_tokens = meant->reasoning,
		};
	return usage;
}

struct json_object *meant_message(const struct meant *meant, const struct turn *turn)
{
	bool refused = !strcmp(meant->stop_reason, "refusal");
	struct usage usage = usage_of(meant, turn);
	struct event start = { .kind = MESSAGE_START, .id = "", .model = turn->model,
		.usage = &usage };
	struct event delta = { .kind = MESSAGE_DELTA, .usage = &usage,
		.stop_reason = meant->stop_reason, .stop_sequence = meant->stop_sequence,
		.explanation = refused ? "upstream's content filter ended this answer" : NULL };
	struct json_object *message, *content;
	struct fold fold = { 0 };

	fold_event(&fold, &start);
	content = js_get_array(fold.message, "content");
	add_thinking(meant, turn, content);
	add_text(meant, content);
	for (size_t i = 0; i < meant->call_count; i++)
		add_call(&meant->calls[i], content);
	fold_event(&fold, &delta);
	message = js_hold(fold.message);
	fold_free(&fold);
	return message;
}
