#include "chunks.h"

#include "../../convert/js.h"
#include "chance.h"
#include "spell.h"

#include <json-c/json.h>
#include <string.h>

/* ---- framing ---- */

void chunks_begin(struct chunks *chunks, const struct meant *meant, struct buf *wire)
{
	static const char *const line_ends[] = { "\n", "\n", "\r\n", "\r" };
	const char *line_end = CHANCE_OF(line_ends);
	bool mixed = *line_end == '\n' && chance_one_in(4);

	*chunks = (struct chunks){ .meant = meant, .wire = wire, .line_end = line_end,
		.other_line_end = mixed ? "\r\n" : line_end,
		.colon = chance_one_in(3) ? ":" : ": ",
		.blank_lines = !chance_one_in(8), .comments = chance_one_in(4),
		.fields = chance_one_in(4), .empty_finish = chance_one_in(8),
		.usage_always = meant->has_usage && chance_one_in(4),
		.many_choices = chance_one_in(10) };
	chunks->pretty = chunks->blank_lines && chance_one_in(8);
	if (chance_one_in(8))
		buf_puts(wire, "\xEF\xBB\xBF");
}

static void end_line(struct chunks *chunks)
{
	buf_puts(chunks->wire, chance_one_in(2) ? chunks->line_end : chunks->other_line_end);
}

static void send_comment(struct chunks *chunks)
{
	static const char *const comments[] = { ": OPENROUTER PROCESSING", ": keep-alive", ":",
		": data: {" };

	buf_puts(chunks->wire, CHANCE_OF(comments));
	end_line(chunks);
	if (chance_one_in(2))
		end_line(chunks);
}

static void send_field(struct chunks *chunks)
{
	static const char *const fields[] = { "event: message", "id: 7", "id:", "retry: 100" };

	buf_puts(chunks->wire, CHANCE_OF(fields));
	end_line(chunks);
}

/* One event: each line of the text behind its own "data:". */
static void send_data(struct chunks *chunks, const char *text)
{
	if (chunks->comments && chance_one_in(3))
		send_comment(chunks);
	if (chunks->fields && chance_one_in(2))
		send_field(chunks);
	for (const char *line = text; line; line = strchr(line, '\n')) {
		line += *line == '\n';
		buf_printf(chunks->wire, "data%s", chunks->colon);
		buf_add(chunks->wire, line, strcspn(line, "\n"));
		end_line(chunks);
	}
	if (chunks->blank_lines)
		end_line(chunks);
}

/* ---- chunks ---- */

struct json_object *chunks_choice(struct json_object *chunk)
{
	struct json_object *choice = js_append_object(js_add_array(chunk, "choices"));

	if (chance_one_in(4)) {
		js_add_string(chunk, "id", "chatcmpl-1");
		js_add_string(chunk, "object", "chat.completion.chunk");
	}
	if (chance_one_in(4))
		js_add_string(chunk, "obfuscation", "xxxx");
	if (!chance_one_in(4))
		js_add_int(choice, "index", 0);
	if (chance_one_in(4))
		js_add_null(choice, "logprobs");
	return choice;
}

/* Figures that are not the last word. */
static void add_early_usage(struct json_object *chunk)
{
	struct json_object *usage;

	if (chance_one_in(3)) {
		js_add_null(chunk, "usage");
		return;
	}
	usage = js_add_object(chunk, "usage");
	js_add_int(usage, "prompt_tokens", 3);
	js_add_int(usage, "completion_tokens", 1);
}

void chunks_send(struct chunks *chunks, struct json_object *chunk)
{
	send_data(chunks, json_object_to_json_string_ext(chunk, chunks->pretty &&
		chance_one_in(2) ? JSON_C_TO_STRING_PRETTY : JSON_C_TO_STRING_PLAIN));
	js_free(chunk);
}

/* A chunk that brings nothing. */
static void send_nothing(struct chunks *chunks)
{
	struct json_object *chunk = js_new_object(), *delta;
	size_t kind = chance_below(6);

	if (kind == 0) {
		js_add_array(chunk, "choices");
		js_add_array(chunk, "prompt_filter_results");
	} else if (kind == 1) {
		js_add_null(chunk, "choices");
	} else if (kind == 2) {
		js_add_null(chunks_choice(chunk), "delta");
	} else {
		delta = js_add_object(chunks_choice(chunk), "delta");
		js_add_string(delta, "role", "assistant");
		if (chance_one_in(2))
			js_add_string(delta, "content", chance_one_in(2) ? "" : NULL);
		if (chance_one_in(3))
			js_add_array(delta, "tool_calls");
		if (chance_one_in(3))
			js_add_null(delta, "function_call");
		if (chance_one_in(3))
			js_add_string(delta, "reasoning_content", "");
	}
	chunks_send(chunks, chunk);
}

static void send_other_choice(struct chunks *chunks)
{
	struct json_object *chunk = js_new_object(), *choice = chunks_choice(chunk);

	js_add_int(choice, "index", 1);
	js_add_string(js_add_object(choice, "delta"), "content", "of another choice");
	js_add_string(choice, "finish_reason", "length");
	chunks_send(chunks, chunk);
}

void chunks_flush(struct chunks *chunks)
{
	struct json_object *chunk, *choice;

	if (chance_one_in(8))
		send_nothing(chunks);
	if (chunks->many_choices && chance_one_in(2))
		send_other_choice(chunks);
	if (!chunks->delta)
		return;
	chunk = js_new_object();
	choice = chunks_choice(chunk);
	js_give(choice, "delta", chunks->delta);
	if (chunks->empty_finish || chance_one_in(3))
		js_add_string(choice, "finish_reason", chunks->empty_finish ? "" : NULL);
	if (chunks->usage_always)
		add_early_usage(chunk);
	chunks->delta = NULL;
	chunks_send(chunks, chunk);
}

struct json_object *chunks_delta(struct chunks *chunks, enum stage stage, const char *field)
{
	if (chunks->delta && (stage < chunks->stage || (field && js_has(chunks->delta, field)) ||
			chance_one_in(2)))
		chunks_flush(chunks);
	if (!chunks->delta)
		chunks->delta = js_new_object();
	chunks->stage = stage;
	return chunks->delta;
}

/* ---- the end ---- */

static void send_finish(struct chunks *chunks, bool certain)
{
	struct json_object *chunk = js_new_object(), *choice = chunks_choice(chunk);

	if (chunks->delta && chance_one_in(2)) {
		js_give(choice, "delta", chunks->delta);
		chunks->delta = NULL;
	} else {
		chunks_flush(chunks);
		if (!chance_one_in(4))
			js_add_object(choice, "delta");
	}
	spell_finish(chunks->meant, certain, choice);
	if (chunks->meant->has_usage && chance_one_in(3))
		spell_usage(chunks->meant, chunk);
	chunks_send(chunks, chunk);
}

static void send_usage(struct chunks *chunks)
{
	struct json_object *chunk = js_new_object();

	if (chance_one_in(4))
		js_add_object(chunks_choice(chunk), "delta");
	else
		js_add_array(chunk, "choices");
	spell_usage(chunks->meant, chunk);
	chunks_send(chunks, chunk);
}

void chunks_end(struct chunks *chunks)
{
	bool done = !chance_one_in(4);

	send_finish(chunks, !done);
	if (chance_one_in(6))
		send_finish(chunks, true);
	if (chunks->meant->has_usage)
		send_usage(chunks);
	if (done)
		send_data(chunks, "[DONE]");
	/* The last event may stand without its blank line, and its line without an end. */
	while (chance_one_in(3) && strchr("\r\n", chunks->wire->data[chunks->wire->len - 1]))
		buf_cut(chunks->wire, chunks->wire->len - 1);
}
