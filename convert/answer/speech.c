#include "speech.h"

#include "../js.h"
#include "../provider/thinking.h"

#include <string.h>

enum part { PART_SAID, PART_THOUGHT, PART_IMAGE };

static const struct { const char *type; enum part part; const char *field; } parts[] = {
	{ "text", PART_SAID, "text" },
	{ "output_text", PART_SAID, "text" },
	{ "refusal", PART_SAID, "refusal" },
	{ "thinking", PART_THOUGHT, "thinking" },	/* Mistral */
	{ "image", PART_IMAGE, NULL },
	{ "image_url", PART_IMAGE, NULL },
	{ "output_image", PART_IMAGE, NULL },
};

/* ---- into blocks ---- */

static void drop_blanks(struct speech *speech)
{
	buf_clear(&speech->blanks[BLOCK_TEXT]);
	buf_clear(&speech->blanks[BLOCK_THINKING]);
}

/*
 * Blanks alone open no block: a history with blank text is refused. They wait, and are dropped
 * when something of another kind follows or nothing does.
 */
static bool add(struct speech *speech, enum block_kind kind, struct slice text,
	struct failure *why)
{
	struct block *block = queue_tail(speech->queue, kind);
	struct buf *blanks = &speech->blanks[kind];
	bool fine;

	if (!block && slice_is_blank(text))
		return buf_add(blanks, text.data, text.len);
	if (!block)
		block = queue_add(speech->queue, kind);
	if (kind == BLOCK_THINKING && !block->state.field)
		block->state.field = speech->field;
	speech->visible |= kind == BLOCK_TEXT;
	fine = queue_put(speech->queue, block, buf_text(blanks), blanks->len, why) &&
		queue_put(speech->queue, block, text.data, text.len, why);
	drop_blanks(speech);
	return fine;
}

static bool add_text(void *to, const char *text, size_t len, struct failure *why)
{
	return add(to, BLOCK_TEXT, (struct slice){ text, len }, why);
}

static bool add_thinking(void *to, const char *text, size_t len, struct failure *why)
{
	struct speech *speech = to;

	return !speech->turn->emit_thinking ||
		add(speech, BLOCK_THINKING, (struct slice){ text, len }, why);
}

void speech_init(struct speech *speech, const struct turn *turn, struct queue *queue)
{
	*speech = (struct speech){ .turn = turn, .queue = queue,
		.think = { .thinking = add_thinking, .text = add_text, .to = speech } };
}

bool speech_say(struct speech *speech, struct slice text, bool whole, struct failure *why)
{
	if (text.len == 0)
		return true;
	speech->think.whole = whole;
	return think_feed(&speech->think, text.data, text.len, why);
}

bool speech_pause(struct speech *speech, struct failure *why)
{
	bool fine = think_end(&speech->think, why);

	drop_blanks(speech);
	return fine;
}

/* ---- out of fields and parts ---- */

/* The text of a string, of parts, of reasoning_details. */
static void gather(struct json_object *node, struct buf *out)
{
	static const char *const fields[] = { "text", "thinking", "summary" };
	struct slice text = js_slice(node);

	buf_add(out, text.data, text.len);
	if (js_is_array(node))
		for (size_t i = 0; i < js_count(node); i++)
			gather(js_at(node, i), out);
	for (size_t i = 0; i < COUNT(fields); i++)
		if (js_get(node, fields[i])) {
			gather(js_get(node, fields[i]), out);
			break;
		}
}

/* Once more from its beginning, behind something else: some upstreams end with all of it. */
static bool is_thought_again(struct speech *speech, const struct buf *text)
{
	if (speech->others > speech->thought_others && text->len >= DETAIL_SHORT &&
		slice_same(buf_slice(text), buf_slice(&speech->thought)))
		return true;
	if (speech->thought.len < CAPSULE_MAX)
		buf_add(&speech->thought, buf_text(text), text->len);
	speech->thought_others = speech->others;
	return false;
}

/*
 * False in *any: it holds no text, or none that is new. Where a field brings the reasoning, tags of
 * thinking are text: the opening, where they count, is over.
 */
static bool reason(struct speech *speech, struct json_object *node, const char *field, bool *any,
	struct failure *why)
{
	struct buf text = { 0 };
	bool fine = true;

	gather(node, &text);
	*any = text.len > 0 && !is_thought_again(speech, &text);
	if (*any)
		fine = think_end(&speech->think, why);
	speech->field = field;
	if (*any && fine)
		fine = add_thinking(speech, text.data, text.len, why);
	speech->field = NULL;
	buf_free(&text);
	return fine;
}

static bool say_the_same(struct json_object *a, struct json_object *b)
{
	struct buf text = { 0 }, other = { 0 };
	bool same;

	gather(a, &text);
	gather(b, &other);
	same = slice_same(buf_slice(&text), buf_slice(&other));
	buf_free(&text);
	buf_free(&other);
	return same;
}

bool speech_reasoning(struct speech *speech, struct json_object *message, bool whole,
	struct failure *why)
{
	const struct reasoning_field *field;
	struct json_object *details = js_get_array(message, "reasoning_details"), *news;
	bool any = false, fine = true;

	/* Calls in this delta count. Text does not: the last fragment often comes with it. */
	speech->others = speech->queue->others +
		(js_count(js_get_array(message, "tool_calls")) > 0);
	news = details_news(&speech->details, details, whole, speech->others);
	/* Of several that hold text the first counts. */
	for (size_t i = 0; (field = reasoning_field_at(i)) && !any && fine; i++) {
		struct json_object *node = js_get(message, field->name);

		if (!node)
			continue;
		/* Beside its details stands their text once more, repetitions as well. */
		if (news && say_the_same(node, details))
			node = news;
		fine = reason(speech, node, field->goes_back ? field->name : NULL, &any, why);
	}
	/* What goes back as it came, into the block that shows its text. */
	if (news)
		details = news;
	for (size_t i = 0; fine && speech->turn->emit_thinking && i < js_count(details); i++)
		state_add_detail(queue_state(speech->queue), js_at(details, i), whole);
	js_free(news);
	return fine;
}

static size_t part_row(struct json_object *part)
{
	const char *type = js_get_string(part, "type");
	size_t row = 0;

	if (!type)
		type = "text";
	while (row < COUNT(parts) && strcmp(parts[row].type, type))
		row++;
	return row;
}

static bool say_part(struct speech *speech, struct json_object *part, bool whole,
	struct failure *why)
{
	size_t row = part_row(part);
	bool any;

	if (js_is_string(part))
		return speech_say(speech, js_slice(part), whole, why);
	if (row == COUNT(parts)) {
		note_ignored(speech->turn->notes, "content:%s", js_get_string(part, "type"));
		return true;
	}
	switch (parts[row].part) {
	case PART_SAID:
		return speech_say(speech, js_get_slice(part, parts[row].field), whole, why);
	case PART_THOUGHT:
		if (!reason(speech, js_get(part, parts[row].field), NULL, &any, why))
			return false;
		if (speech->turn->emit_thinking)
			state_add_part(queue_state(speech->queue), part, whole);
		return true;
	case PART_IMAGE:
		return speech_say(speech, slice_of(speech->visible ? "\n[image]\n" : "[image]\n"),
			whole, why);
	}
	return true;
}

/* One part without its list, or what a schema asked for, not written out (Workers AI). */
static bool say_object(struct speech *speech, struct json_object *content, bool whole,
	struct failure *why)
{
	size_t row = part_row(content);

	if (js_get_string(content, "type") ? row < COUNT(parts) : js_count(content) == 1 &&
		js_is_string(js_get(content, "text")))
		return say_part(speech, content, whole, why);
	return speech_say(speech, js_text(content), whole, why);
}

bool speech_content(struct speech *speech, struct json_object *message, bool whole,
	struct failure *why)
{
	struct json_object *content = js_get(message, "content");
	struct json_object *audio = js_get_object(message, "audio");

	for (size_t i = 0; js_is_array(content) && i < js_count(content); i++)
		if (!say_part(speech, js_at(content, i), whole, why))
			return false;
	if (js_is_object(content) && !say_object(speech, content, whole, why))
		return false;
	if (!speech_say(speech, js_slice(content), whole, why))
		return false;
	if (js_slice(content).len == 0 && js_count(content) == 0 &&
		!speech_say(speech, js_get_slice(audio, "transcript"), whole, why))
		return false;
	return speech_say(speech, js_get_slice(message, "refusal"), whole, why);
}

void speech_free(struct speech *speech)
{
	think_free(&speech->think);
	details_free(&speech->details);
	buf_free(&speech->thought);
	buf_free(&speech->blanks[BLOCK_TEXT]);
	buf_free(&speech->blanks[BLOCK_THINKING]);
}
