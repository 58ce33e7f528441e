#include "spell.h"

#include "../../convert/js.h"
#include "chance.h"

#include <string.h>

/* ---- reasoning and text ---- */

/* One line break behind the end tag is the tag's: a text that begins with one needs another. */
static void say_with_tags(const struct meant *meant, struct buf *out)
{
	static const char *const tags[] = { "think", "thought" };
	const char *tag = CHANCE_OF(tags);
	bool line_break = slice_starts(buf_slice(&meant->text), "\n") ||
		slice_starts(buf_slice(&meant->text), "\r\n") || chance_one_in(2);

	buf_printf(out, "%s<%s>", chance_one_in(3) ? "\n" : "", tag);
	buf_add(out, buf_text(&meant->thinking), meant->thinking.len);
	buf_printf(out, "</%s>%s", tag, !line_break ? "" : chance_one_in(3) ? "\r\n" : "\n");
}

void spell_draw(struct spelling *spelling, const struct meant *meant)
{
	static const char *const fields[] = { "reasoning_content", "reasoning", "reasoning_text",
		"thinking" };

	*spelling = (struct spelling){ .reasoned = chance_below(5), .said = chance_below(4),
		.field = CHANCE_OF(fields) };
	if (spelling->reasoned == REASONED_IN_PARTS)
		spelling->said = SAID_IN_PARTS;
	if (spelling->reasoned == REASONED_IN_TAGS && meant->thinking.len > 0) {
		spelling->said = chance_below(2) ? SAID_IN_CONTENT : SAID_IN_PARTS;
		say_with_tags(meant, &spelling->said_text);
	}
	buf_add(&spelling->said_text, buf_text(&meant->text), meant->text.len);
}

void spell_free(struct spelling *spelling)
{
	buf_free(&spelling->said_text);
}

const char *spell_reasoning_field(const struct spelling *spelling)
{
	switch (spelling->reasoned) {
	case REASONED_IN_DETAILS:
		return "reasoning_details";
	case REASONED_IN_PARTS:
		return "content";
	default:
		return spelling->field;
	}
}

const char *spell_text_field(const struct spelling *spelling)
{
	static const char *const fields[] = { [SAID_IN_CONTENT] = "content",
		[SAID_IN_PARTS] = "content", [SAID_IN_REFUSAL] = "refusal",
		[SAID_IN_AUDIO] = "audio" };

	return fields[spelling->said];
}

static struct json_object *add_part(struct json_object *message, const char *field,
	const char *type)
{
	struct json_object *parts = js_get_array(message, field);
	struct json_object *part = js_append_object(parts ? parts : js_add_array(message, field));

	js_add_string(part, "type", type);
	return part;
}

void spell_reasoning(const struct spelling *spelling, struct slice piece,
	struct json_object *message)
{
	struct json_object *part;

	switch (spelling->reasoned) {
	case REASONED_IN_DETAILS:
		part = add_part(message, "reasoning_details", "reasoning.text");
		js_add_slice(part, chance_one_in(2) ? "text" : "summary", piece);
		break;
	case REASONED_IN_PARTS:
		part = add_part(message, "content", "thinking");
		part = js_append_object(js_add_array(part, "thinking"));
		js_add_string(part, "type", "text");
		js_add_slice(part, "text", piece);
		break;
	case REASONED_TWICE:
		js_add_slice(message, "reasoning", piece);
		js_add_slice(add_part(message, "reasoning_details", "reasoning.text"), "text", piece);
		js_add_slice(message, spelling->field, piece);
		break;
	case REASONED_IN_FIELD:
	case REASONED_IN_TAGS:
		js_add_slice(message, spelling->field, piece);
		break;
	}
}

void spell_text(const struct spelling *spelling, struct slice piece, struct json_object *message)
{
	static const char *const types[] = { "text", "output_text" };

	switch (spelling->said) {
	case SAID_IN_CONTENT:
		js_add_slice(message, "content", piece);
		break;
	case SAID_IN_PARTS:
		js_add_slice(add_part(message, "content", CHANCE_OF(types)), "text", piece);
		break;
	case SAID_IN_REFUSAL:
		js_add_slice(message, "refusal", piece);
		break;
	case SAID_IN_AUDIO:
		js_add_slice(js_add_object(message, "audio"), "transcript", piece);
		break;
	}
}

/* ---- the end ---- */

static const struct { const char *stop_reason, *finish_reason; } words[] = {
	{ "end_turn", "stop" }, { "end_turn", "end_turn" }, { "end_turn", "eos" },
	{ "end_turn", "tool_calls" }, { "end_turn", "no such word" },
	{ "tool_use", "tool_calls" }, { "tool_use", "stop" }, { "tool_use", "function_call" },
	{ "stop_sequence", "stop" },
	{ "max_tokens", "length" }, { "max_tokens", "max_tokens" }, { "max_tokens", "model_length" },
	{ "refusal", "content_filter" }, { "refusal", "sensitive" }, { "refusal", "safety" },
	{ "model_context_window_exceeded", "model_context_window_exceeded" },
};

static const char *finish_word(const char *stop_reason)
{
	size_t fitting = 0, row = 0;

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (!strcmp(words[i].stop_reason, stop_reason) && chance_one_in(++fitting))
			row = i;
	return words[row].finish_reason;
}

void spell_finish(const struct meant *meant, bool certain, struct json_object *choice)
{
	bool usual = !strcmp(meant->stop_reason, "end_turn") ||
		!strcmp(meant->stop_reason, "tool_use");

	js_add_string(choice, "finish_reason", !certain && usual && chance_one_in(8) ?
		NULL : finish_word(meant->stop_reason));
	if (meant->stop_sequence)
		js_add_string(choice, chance_one_in(2) ? "stop_reason" : "matched_stop",
			meant->stop_sequence);
	else if (chance_one_in(6))
		js_add_int(choice, "stop_reason", 151645);
}

/* ---- usage ---- */

static void add_tokens(struct json_object *object, const char *key, int64_t tokens)
{
	struct buf text = { 0 };

	if (!chance_one_in(10)) {
		js_add_int(object, key, tokens);
		return;
	}
	buf_printf(&text, "%lld", (long long)tokens);
	js_add_string(object, key, buf_text(&text));
	buf_free(&text);
}

static struct json_object *place_of_usage(struct json_object *chunk)
{
	struct json_object *choice = js_at(js_get_array(chunk, "choices"), 0);

	if (choice && chance_one_in(5))
		return js_add_object(choice, "usage");
	if (chance_one_in(6))
		return js_add_object(js_add_object(chunk, "x_groq"), "usage");
	return js_add_object(chunk, "usage");
}

void spell_usage(const struct meant *meant, struct json_object *chunk)
{
	static const char *const cached[] = { "prompt_cache_hit_tokens", "cached_tokens",
		"cache_read_input_tokens" };
	struct json_object *usage = place_of_usage(chunk), *details = NULL;
	/* xAI and Gemini count the reasoning in the total alone. */
	bool apart = chance_one_in(4);

	add_tokens(usage, "prompt_tokens", meant->prompt);
	add_tokens(usage, "completion_tokens", meant->completion - (apart ? meant->reasoning : 0));
	if (apart || chance_one_in(2))
		add_tokens(usage, "total_tokens", meant->prompt + meant->completion);
	if (chance_one_in(2))
		details = js_add_object(usage, "prompt_tokens_details");
	if (details)
		add_tokens(details, "cached_tokens", meant->cached);
	else if (meant->cached || chance_one_in(2))
		add_tokens(usage, CHANCE_OF(cached), meant->cached);
	if (details && chance_one_in(2))
		add_tokens(details, "cache_write_tokens", meant->written);
	else if (meant->written)
		add_tokens(usage, "cache_creation_input_tokens", meant->written);
	if (meant->reasoning)
		add_tokens(js_add_object(usage, "completion_tokens_details"), "reasoning_tokens",
			meant->reasoning);
}

/* ---- arguments ---- */

static void encode_once_more(struct slice text, struct buf *out)
{
	struct json_object *string = js_new_slice(text);
	struct slice json = js_text(string);

	buf_add(out, json.data, json.len);
	js_free(string);
}

void spell_arguments(const struct meant_call *call, bool strict, struct buf *out)
{
	static const char *const nothing[] = { "{}", "", "null", "[]", "  ", "{ }", "\"{}\"" };
	static const char *const around[] = { "", "", "", " ", "\n" };
	struct slice text = { buf_text(&call->arguments), call->arguments.len };

	if (call->given == GIVEN_NOTHING) {
		buf_puts(out, strict ? "{}" : CHANCE_OF(nothing));
		return;
	}
	if (call->given == GIVEN_OBJECT && !strict && chance_one_in(8)) {
		encode_once_more(text, out);
		return;
	}
	if (call->given == GIVEN_OBJECT && !strict)
		buf_puts(out, CHANCE_OF(around));
	buf_add(out, text.data, text.len);
	if (call->given == GIVEN_OBJECT && !strict)
		buf_puts(out, CHANCE_OF(around));
}
