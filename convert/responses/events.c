#include "events.h"

#include "../js.h"
#include "../refusal/error_body.h"

#include <stdlib.h>
#include <string.h>

enum item_kind { ITEM_REASONING, ITEM_MESSAGE, ITEM_CALL, ITEM_OTHER };

static const char *const item_types[] = { "reasoning", "message", "function_call" };

struct item {
	enum item_kind kind;
	size_t nth;			/* of its kind */
	size_t number;			/* of all: the index of a call */
	bool has_index;
	int64_t index;			/* output_index */
	char *id;			/* for hosts without output_index; or NULL */
	bool added, done;		/* these events came */
	struct buf text;		/* of it that came so far, or its arguments */
	bool flows;			/* … in deltas */
	bool plain;			/* reasoning: what was thought itself, no summary */
	int64_t part;			/* reasoning: of the summary, the last that came */
	struct block *block;		/* reasoning: that shows it; or NULL */
	struct json_object *kept;	/* reasoning: goes back (carry.h, "r"); or NULL */
	char *call_id, *name;		/* of a call; or NULL */
	bool folded;			/* several calls in one: see unfold() */
	struct item *before;
};

void events_free(struct events *events)
{
	struct item *before;

	for (struct item *item = events->last; item; item = before) {
		before = item->before;
		free(item->id);
		free(item->call_id);
		free(item->name);
		js_free(item->kept);
		buf_free(&item->text);
		free(item);
	}
	js_free(events->held);
	events->last = NULL;
	events->held = NULL;
}

static void note_unknown(const struct events *events, const char *what, struct json_object *node)
{
	const char *type = js_get_string(node, "type");

	note_ignored(events->turn->notes, "%s:%s", what, type ? type : "without type");
}

/* ---- which item ---- */

static enum item_kind kind_of(struct json_object *node)
{
	size_t kind = 0;

	while (kind < ITEM_OTHER && !slice_equals(js_get_slice(node, "type"), item_types[kind]))
		kind++;
	return (enum item_kind)kind;
}

static const char *id_of(struct json_object *event)
{
	const char *id = js_get_string(event, "item_id");

	return id ? id : js_get_string(js_get(event, "item"), "id");
}

/*
 * The latest item of that kind that an event is about; NULL: none so far. Copilot has other ids in
 * every event, old llama.cpp no output_index; without either it is the item at hand.
 */
static struct item *find_item(const struct events *events, struct json_object *event,
	enum item_kind kind)
{
	int64_t index = 0;
	bool has_index = js_get_int(event, "output_index", &index);
	const char *id = id_of(event);

	for (struct item *item = events->last; item; item = item->before)
		if (item->kind == kind && (has_index && item->has_index ? item->index == index :
			!id || !item->id || !strcmp(item->id, id)))
			return item;
	return NULL;
}

static struct item *find_nth(const struct events *events, enum item_kind kind, size_t nth)
{
	struct item *item = events->last;

	while (item && (item->kind != kind || item->nth != nth))
		item = item->before;
	return item;
}

/* What a message is of the whole answer goes with the reasoning right before it. */
static void take_phase(const struct events *events, struct json_object *node)
{
	struct json_object *phase = js_get(node, "phase");
	const struct item *before = events->last;

	if (!js_is_string(phase))
		return;
	if (before && before->kept && !(before->block && before->block->stopped))
		js_share(before->kept, "p", phase);
	else if (events->turn->emit_thinking)
		note_changed(events->turn->notes, "dropped:phase");
}

/* node: the item, as far as it is known; or NULL. */
static struct item *add_item(struct events *events, struct json_object *event,
	struct json_object *node, enum item_kind kind)
{
	struct item *item = must_zalloc(1, sizeof(*item));
	const char *id = id_of(event);

	item->kind = kind;
	item->number = events->count++;
	item->nth = events->counts[kind]++;
	item->has_index = js_get_int(event, "output_index", &item->index);
	item->id = id ? must_strdup(id) : NULL;
	item->text.limit = QUEUE_LIMIT;
	take_phase(events, node);
	item->before = events->last;
	events->last = item;
	return item;
}

/* ---- what an item says ---- */

/* The reasoning that waits goes out in front of what it led to. */
static bool release(struct events *events, struct failure *why)
{
	if (!js_count(events->held))
		return true;
	if (!speech_pause(events->speech, why))
		return false;
	for (size_t i = 0; i < js_count(events->held); i++) {
		struct state state = { 0 };

		state_set_item(&state, js_hold(js_at(events->held, i)));
		queue_add_state(events->queue, &state);
	}
	js_free(events->held);
	events->held = NULL;
	return true;
}

/* One block an item, since each has a ciphertext of its own. */
static bool think(struct events *events, struct item *item, struct slice text, struct failure *why)
{
	struct block *tail = queue_tail(events->queue, BLOCK_THINKING);

	if (item->text.len == 0 && tail)
		tail->complete = true;
	if (!speech_think(events->speech, text, why))
		return false;
	item->block = queue_tail(events->queue, BLOCK_THINKING);
	return true;
}

/* Adjacent messages are one block: behind the first stands a blank line. */
static bool say(struct events *events, const struct item *item, struct slice text,
	struct failure *why)
{
	if (item->text.len == 0 && queue_tail(events->queue, BLOCK_TEXT) &&
		!speech_say(events->speech, slice_of("\n\n"), false, why))
		return false;
	return speech_say(events->speech, text, false, why);
}

/* name and arguments may be empty; whole: nothing more comes. */
static bool call(struct events *events, const struct item *item, struct slice name,
	struct slice arguments, bool whole, struct failure *why)
{
	struct json_object *piece = js_new_object();
	bool fine;

	js_add_int(piece, "index", (int64_t)item->number);
	if (item->call_id)
		js_add_string(piece, "id", item->call_id);
	js_add_slice(piece, "name", name);
	js_add_slice(piece, "arguments", arguments);
	events->called = true;
	fine = speech_pause(events->speech, why) && release(events, why) &&
		tool_calls_piece(events->calls, piece, whole, why);
	js_free(piece);
	return fine;
}

static bool add_text(struct events *events, struct item *item, struct slice text,
	struct failure *why)
{
	bool fine = true;

	if (text.len == 0)
		return true;
	if (item->kind != ITEM_CALL && !release(events, why))
		return false;
	if (item->kind == ITEM_REASONING)
		fine = think(events, item, text, why);
	else if (item->kind == ITEM_MESSAGE)
		fine = say(events, item, text, why);
	else if (!item->folded)
		fine = call(events, item, slice_of(""), text, false, why);
	return fine && (buf_add(&item->text, text.data, text.len) || failed_as(why, 502, API_ERROR,
		"upstream's answer is too large: more than %u MB", QUEUE_LIMIT >> 20));
}

/* All that the item says: LM Studio, for one, sends arguments at their end alone. */
static bool add_rest(struct events *events, struct item *item, struct slice all,
	struct failure *why)
{
	size_t had = item->text.len;

	if (all.len <= had || (had > 0 && memcmp(all.data, item->text.data, had) != 0))
		return true;
	return add_text(events, item, (struct slice){ all.data + had, all.len - had }, why);
}

/* ---- events with a text ---- */

enum { DELTA = 1, PLAIN = 2, REFUSAL = 4 };

static const struct text_event {
	const char *name;
	enum item_kind kind;
	const char *key;
	unsigned is;
} text_events[] = {
	{ "output_text.delta", ITEM_MESSAGE, "delta", DELTA },
	{ "output_text.done", ITEM_MESSAGE, "text", 0 },
	{ "refusal.delta", ITEM_MESSAGE, "delta", DELTA | REFUSAL },
	{ "refusal.done", ITEM_MESSAGE, "refusal", REFUSAL },
	{ "reasoning_summary_text.delta", ITEM_REASONING, "delta", DELTA },
	{ "reasoning_summary_text.done", ITEM_REASONING, "text", 0 },
	{ "reasoning_text.delta", ITEM_REASONING, "delta", DELTA | PLAIN },
	{ "reasoning_text.done", ITEM_REASONING, "text", PLAIN },
	{ "function_call_arguments.delta", ITEM_CALL, "delta", DELTA },
	{ "function_call_arguments.done", ITEM_CALL, "arguments", 0 },
};

/* Where deltas come, what ends a part brings nothing new; the end of the item has it all. */
static bool on_text(struct events *events, struct json_object *event,
	const struct text_event *kind, struct failure *why)
{
	struct item *item = find_item(events, event, kind->kind);
	bool delta = kind->is & DELTA, plain = kind->is & PLAIN;
	int64_t part = 0;

	if (!item)
		item = add_item(events, event, NULL, kind->kind);
	/* LM Studio and vLLM send what was thought itself, OpenAI a summary: the first counts. */
	if (item->text.len > 0 && (item->plain != plain || (item->flows && !delta)))
		return true;
	item->flows |= delta;
	item->plain = plain;
	events->refused |= (kind->is & REFUSAL) > 0;
	if (kind->kind == ITEM_CALL && !delta)
		return add_rest(events, item, js_get_slice(event, kind->key), why);
	js_get_int(event, "summary_index", &part);
	if (part != item->part && item->text.len > 0 &&
		!add_text(events, item, slice_of("\n\n"), why))
		return false;
	item->part = part;
	return add_text(events, item, js_get_slice(event, kind->key), why);
}

/* ---- calls ---- */

/* Models now and then wrap parallel calls in one of a tool that nobody declared. */
static bool is_folded(const struct events *events, const char *name)
{
	static const char *const wrappers[] = { "parallel", "multi_tool_use.parallel" };

	return is_one_of(name, wrappers, COUNT(wrappers)) &&
		!js_has(events->turn->names.to_client, name);
}

/* Once what it is called is known; whole: it is known in one with its arguments. */
static bool begin_call(struct events *events, struct item *item, struct json_object *node,
	bool whole, struct failure *why)
{
	const char *call_id = js_get_string(node, "call_id");
	const char *name = js_get_string(node, "name");

	/* Until a later event has the name, the call waits for it. */
	if (item->name || (!whole && (!name || !name[0])))
		return true;
	if (!call_id)
		call_id = js_get_string(node, "id");
	item->call_id = call_id ? must_strdup(call_id) : NULL;
	item->name = must_strdup(name ? name : "");
	item->folded = is_folded(events, item->name);
	return whole || item->folded ||
		call(events, item, slice_of(item->name), slice_of(""), false, why);
}

/* {"tool_uses":[{"recipient_name":"functions.NAME","parameters":{…}}]}. */
static bool unfold(struct events *events, const struct item *item, struct failure *why)
{
	static const char prefix[] = "functions.";
	struct json_object *parsed = NULL, *uses;
	bool fine = true;

	js_parse(buf_text(&item->text), item->text.len, &parsed, NULL);
	uses = js_get_array(parsed, "tool_uses");
	for (size_t i = 0; fine && i < js_count(uses); i++) {
		struct slice name = js_get_slice(js_at(uses, i), "recipient_name");
		struct slice arguments = js_text(js_get(js_at(uses, i), "parameters"));
		size_t cut = slice_starts(name, prefix) ? strlen(prefix) : 0;

		name = (struct slice){ name.data + cut, name.len - cut };
		fine = call(events, item, name, arguments, true, why);
	}
	if (!js_count(uses))
		fine = call(events, item, slice_of(item->name), buf_slice(&item->text), true, why);
	js_free(parsed);
	return fine;
}

static bool end_call(struct events *events, struct item *item, struct json_object *node, bool whole,
	struct failure *why)
{
	struct json_object *arguments = js_get(node, "arguments");
	struct slice all = js_is_object(arguments) ? js_text(arguments) : js_slice(arguments);

	if (!begin_call(events, item, node, whole, why))
		return false;
	if (whole && !item->folded)
		return call(events, item, slice_of(item->name), all, true, why);
	return add_rest(events, item, all, why) && (!item->folded || unfold(events, item, why));
}

/* ---- the end of an item ---- */

/* What goes back: only the ciphertext of a finished item is whole. */
static void keep(struct events *events, struct item *item, struct json_object *node)
{
	struct json_object *summary = js_get_array(node, "summary");
	struct buf lengths = { 0 };

	if (!js_get_slice(node, "encrypted_content").len || !events->turn->emit_thinking)
		return;
	item->kept = js_new_object();
	js_share(item->kept, "e", js_get(node, "encrypted_content"));
	for (size_t i = 0; js_count(summary) > 1 && i < js_count(summary); i++)
		buf_printf(&lengths, "%s%zu", i ? "+" : "",
			js_get_slice(js_at(summary, i), "text").len);
	if (lengths.len > 0 && !item->plain)
		js_add_slice(item->kept, "n", buf_slice(&lengths));
	buf_free(&lengths);
	if (item->block && !item->block->stopped) {
		state_set_item(&item->block->state, js_hold(item->kept));
		return;
	}
	if (!events->held)
		events->held = js_new_array();
	js_append_share(events->held, item->kept);
}

/* The texts of a list of parts, and whether one of them is a refusal. */
static bool join_parts(struct json_object *parts, const char *separator, struct buf *out)
{
	bool refused = false;

	for (size_t i = 0; i < js_count(parts); i++) {
		struct slice refusal = js_get_slice(js_at(parts, i), "refusal");

		buf_puts(out, i > 0 ? separator : "");
		buf_add(out, refusal.data, refusal.len);
		buf_join(out, "", js_get_slice(js_at(parts, i), "text"));
		refused |= refusal.len > 0;
	}
	return refused;
}

/* A finished item: all that no event of it has brought. */
static bool end_item(struct events *events, struct item *item, struct json_object *node, bool whole,
	struct failure *why)
{
	struct json_object *summary = js_get_array(node, "summary");
	struct buf all = { 0 };
	bool fine;

	item->done = true;
	if (item->kind == ITEM_CALL)
		return end_call(events, item, node, whole, why);
	item->plain |= !js_count(summary);
	if (item->kind == ITEM_REASONING && !item->plain)
		join_parts(summary, "\n\n", &all);
	else
		events->refused |= join_parts(js_get_array(node, "content"), "", &all);
	fine = add_rest(events, item, buf_slice(&all), why);
	buf_free(&all);
	if (item->kind == ITEM_REASONING)
		keep(events, item, node);
	return fine;
}

/* ---- other events ---- */

/* done: it is finished; else it has only begun. */
static bool on_item(struct events *events, struct json_object *event, bool done,
	struct failure *why)
{
	struct json_object *node = js_get_object(event, "item");
	enum item_kind kind = kind_of(node);
	struct item *item = find_item(events, event, kind);

	if (kind == ITEM_OTHER) {
		note_unknown(events, "item", node);
		return true;
	}
	if (!item || (done ? item->done : item->added))
		item = add_item(events, event, node, kind);
	if (done)
		return end_item(events, item, node, false, why);
	item->added = true;
	return kind != ITEM_CALL || begin_call(events, item, node, false, why);
}

/* Some hosts send the end alone. Which item is which only their order tells for sure. */
static bool take_output(struct events *events, struct json_object *output, bool whole,
	struct failure *why)
{
	size_t counts[ITEM_OTHER + 1] = { 0 };

	for (size_t i = 0; i < js_count(output); i++) {
		struct json_object *node = js_at(output, i);
		enum item_kind kind = kind_of(node);
		struct item *item = find_nth(events, kind, counts[kind]++);

		if (kind == ITEM_OTHER) {
			note_unknown(events, "item", node);
			continue;
		}
		if (!item)
			item = add_item(events, NULL, node, kind);
		if (!item->done && !end_item(events, item, node, whole, why))
			return false;
	}
	return release(events, why);
}

/* name: what the event says of it; but the response's own status decides (xAI's "done"). */
static bool on_end(struct events *events, struct json_object *response, const char *name,
	bool whole, struct failure *why)
{
	struct slice status = js_get_slice(response, "status");
	struct slice reason = js_get_slice(js_get(response, "incomplete_details"), "reason");

	if (!take_output(events, js_get_array(response, "output"), whole, why))
		return false;
	if (!status.len)
		status = slice_of(strcmp(name, "done") ? name : "completed");
	if (slice_equals(status, "incomplete"))
		events->finish = slice_equals(reason, "content_filter") ? FINISH_FILTER :
			FINISH_LENGTH;
	else if (slice_equals(status, "completed"))
		events->finish = events->refused && !events->called ? FINISH_REFUSAL : FINISH_STOP;
	else
		events->finish = FINISH_ERROR;	/* cancelled, still in progress, … */
	return true;
}

/* ---- all of them ---- */

struct json_object *events_error(struct json_object *event, bool whole)
{
	struct json_object *response = whole ? event : js_get_object(event, "response");

	if (slice_equals(js_get_slice(event, "type"), "error") || error_body_is_in(event))
		return event;
	/* Gateways leave the status out, or give a text alone. */
	return slice_equals(js_get_slice(response, "status"), "failed") ||
		slice_equals(js_get_slice(event, "type"), "response.failed") ?
		js_get(response, "error") : NULL;
}

bool events_take(struct events *events, struct json_object *event, bool whole,
	struct failure *why)
{
	static const char *const ends[] = { "completed", "incomplete", "failed", "done" };
	/* Of no news; the first three come long before the model says anything. */
	static const char *const others[] = { "created", "queued", "in_progress",
		"content_part.added", "content_part.done", "reasoning_summary_part.added",
		"reasoning_summary_part.done", "output_text.annotation.added" };
	static const char prefix[] = "response.";
	struct slice type = js_get_slice(event, "type");
	const char *name = slice_starts(type, prefix) ? type.data + strlen(prefix) : "";

	if (whole)
		return !js_get_array(event, "output") || on_end(events, event, "done", true, why);
	for (size_t i = 0; i < COUNT(text_events); i++)
		if (!strcmp(name, text_events[i].name))
			return on_text(events, event, &text_events[i], why);
	if (!strcmp(name, "output_item.added") || !strcmp(name, "output_item.done"))
		return on_item(events, event, !strcmp(name, "output_item.done"), why);
	if (is_one_of(name, ends, COUNT(ends)))
		return on_end(events, js_get_object(event, "response"), name, false, why);
	if (!is_one_of(name, others, COUNT(others)))
		note_unknown(events, "event", event);
	return true;
}
