#include "calls.h"

#include "../../convert/js.h"
#include "chance.h"
#include "spell.h"

#include <string.h>

/* A server's habits. Which go together is up to habits_draw. */
struct habits {
	enum { INDEX_COUNTS, INDEX_ZERO, INDEX_NONE } index;
	enum { ID_FIRST, ID_ALWAYS, ID_EMPTY_LATER, ID_LATE, ID_NEVER, ID_FRESH } id;
	enum { NAME_FIRST, NAME_ALWAYS, NAME_IN_PIECES, NAME_GROWS, NAME_LATE } name;
	bool snapshots;		/* each piece repeats all arguments before it */
	bool interleaved;
	bool strict;		/* arguments are objects, without blanks around them */
	bool function_call;
	int64_t first_index;
};

/* One call on its way. */
struct sending {
	const struct meant_call *call;
	const struct habits *habits;
	int64_t index;
	struct json_object *object;	/* the arguments, where they are no string */
	struct buf text;
	size_t sent;			/* bytes of them */
	size_t pieces;
	char buffer[65];
	const char *name;		/* upstream's */
	size_t name_sent;
};

static bool any_given(const struct meant *meant, enum given given)
{
	for (size_t i = 0; i < meant->call_count; i++)
		if (meant->calls[i].given == given)
			return true;
	return false;
}

/* The last call may have been cut before its first argument. */
static bool any_empty(const struct meant *meant)
{
	for (size_t i = 0; i < meant->call_count; i++)
		if (meant->calls[i].given == GIVEN_CUT && meant->calls[i].arguments.len == 0)
			return true;
	return false;
}

/* Where calls are neither numbered nor told apart by ids, only a closed object ends one. */
static void no_numbers(const struct meant *meant, struct habits *habits)
{
	habits->index = chance_one_in(2) ? INDEX_ZERO : INDEX_NONE;
	if (!meant->calls_differ || any_given(meant, GIVEN_RAW) || any_empty(meant)) {
		habits->id = chance_one_in(2) ? ID_FIRST : ID_ALWAYS;
		return;
	}
	habits->strict = true;
	habits->id = ID_NEVER;
	habits->name = chance_one_in(2) ? NAME_FIRST : NAME_ALWAYS;
}

static void habits_draw(struct habits *habits, const struct meant *meant)
{
	*habits = (struct habits){ .first_index = (int64_t)chance_below(3),
		.id = chance_below(5), .name = chance_below(5), .snapshots = chance_one_in(4),
		.function_call = meant->call_count == 1 && chance_one_in(6) };
	if (!meant->same_ids && chance_one_in(4)) {
		no_numbers(meant, habits);
	} else if (!meant->same_ids && chance_one_in(3)) {
		habits->index = chance_one_in(2) ? INDEX_ZERO : INDEX_NONE;
		habits->id = chance_below(3);
	} else if (!any_given(meant, GIVEN_RAW) && !meant->same_ids && chance_one_in(6)) {
		habits->id = ID_FRESH;
		habits->strict = true;
		habits->name = NAME_FIRST;
	}
	if (habits->index != INDEX_COUNTS && habits->name == NAME_LATE)
		habits->name = NAME_FIRST;
	if (habits->snapshots)
		habits->strict = true;
	habits->interleaved = habits->name != NAME_LATE && habits->id != ID_FRESH &&
		(habits->index == INDEX_COUNTS || habits->id == ID_ALWAYS) && chance_one_in(2);
}

static void begin(struct sending *sending, const struct habits *habits, const struct turn *turn)
{
	const struct meant_call *call = sending->call;
	struct js_error error;

	sending->habits = habits;
	sending->name = names_to_upstream(&turn->names, call->name, sending->buffer);
	spell_arguments(call, habits->strict, &sending->text);
	if (call->given == GIVEN_OBJECT && !habits->snapshots && chance_one_in(8))
		js_parse(sending->text.data, sending->text.len, &sending->object, &error);
}

static bool arguments_done(const struct sending *sending)
{
	return sending->sent == sending->text.len;
}

static bool name_done(const struct sending *sending)
{
	return sending->name[sending->name_sent] == '\0';
}

static bool done(const struct sending *sending)
{
	return sending->pieces > 0 && arguments_done(sending) && name_done(sending);
}

/* ---- one piece ---- */

static void add_id(const struct sending *sending, struct json_object *piece)
{
	const char *id = sending->call->id;
	struct buf fresh = { 0 };
	bool first = sending->pieces == 0;

	switch (sending->habits->id) {
	case ID_FIRST:
	case ID_EMPTY_LATER:
		if (first)
			js_add_string(piece, "id", id);
		else if (sending->habits->id == ID_EMPTY_LATER)
			js_add_string(piece, "id", "");
		break;
	case ID_ALWAYS:
		js_add_string(piece, "id", id);
		break;
	case ID_LATE:
		if (sending->pieces == 1)
			js_add_string(piece, "id", id);
		break;
	case ID_NEVER:
		if (chance_one_in(3))
			js_add_string(piece, "id", chance_one_in(2) ? "" : NULL);
		break;
	case ID_FRESH:
		buf_printf(&fresh, "%s-%zu", id, sending->pieces);
		js_add_string(piece, "id", buf_text(&fresh));
		buf_free(&fresh);
		break;
	}
}

static void add_name_up_to(struct sending *sending, size_t start, size_t end,
	struct json_object *function)
{
	js_add_slice(function, "name", (struct slice){ sending->name + start, end - start });
	sending->name_sent = end;
}

static void add_name(struct sending *sending, struct json_object *function)
{
	size_t len = strlen(sending->name), sent = sending->name_sent, end;
	bool grows = sending->habits->name == NAME_GROWS;

	switch (sending->habits->name) {
	case NAME_IN_PIECES:
	case NAME_GROWS:
		if (sent == len)
			break;
		end = sent + chance_cut((struct slice){ sending->name + sent, len - sent });
		add_name_up_to(sending, grows ? 0 : sent, end, function);
		break;
	case NAME_LATE:
		if (arguments_done(sending) && sent == 0)
			add_name_up_to(sending, 0, len, function);
		break;
	case NAME_ALWAYS:
		add_name_up_to(sending, 0, len, function);
		break;
	case NAME_FIRST:
		if (sending->pieces == 0)
			add_name_up_to(sending, 0, len, function);
		else if (chance_one_in(4))
			js_add_string(function, "name", chance_one_in(2) ? "" : NULL);
		break;
	}
}

static struct slice rest_of(const struct sending *sending)
{
	return (struct slice){ sending->text.data + sending->sent,
		sending->text.len - sending->sent };
}

/* Whether all that was sent, sent once more, may be meant as it stands: {"a": may hold {"a": */
static bool ambiguous(const struct sending *sending, const char *last)
{
	size_t end = sending->sent;

	while (end > 0 && strchr(" \n", sending->text.data[end - 1]))
		end--;
	return end == 0 || strchr(last, sending->text.data[end - 1]);
}

/* All that was sent before, and mostly more. */
static void add_snapshot(struct sending *sending, struct json_object *function)
{
	bool first = sending->sent == 0, again = !ambiguous(sending, ":[,\"") && chance_one_in(4);

	while (!again && !arguments_done(sending)) {
		sending->sent += chance_cut(rest_of(sending));
		again = !first || !ambiguous(sending, ":[,");
	}
	js_add_slice(function, "arguments", (struct slice){ sending->text.data, sending->sent });
}

static void add_arguments(struct sending *sending, struct json_object *function)
{
	struct slice rest = rest_of(sending);

	if (sending->object) {
		js_give(function, "arguments", sending->object);
		sending->object = NULL;
	} else if (rest.len == 0) {
		if (chance_one_in(2))
			js_add_string(function, "arguments", chance_one_in(2) ? "" : NULL);
		return;
	} else if (sending->habits->snapshots && sending->call->given != GIVEN_RAW) {
		add_snapshot(sending, function);
		return;
	} else {
		rest.len = chance_cut(rest);
		js_add_slice(function, "arguments", rest);
	}
	sending->sent = js_is_string(js_get(function, "arguments")) ? sending->sent + rest.len :
		sending->text.len;
}

/* Before its first argument a call may just say its name; where ids and numbers lack it cannot. */
static bool holds_arguments_back(const struct sending *sending)
{
	bool counted = sending->habits->index == INDEX_COUNTS || sending->habits->id != ID_NEVER;

	if (sending->habits->name == NAME_LATE)
		return false;
	return !name_done(sending) || (counted && sending->pieces == 0 && chance_one_in(2));
}

/* The object that takes name and arguments. */
static struct json_object *add_piece(struct chunks *chunks, const struct sending *sending)
{
	struct json_object *delta, *calls, *piece;

	if (sending->habits->function_call)
		return js_add_object(chunks_delta(chunks, STAGE_CALLS, "function_call"),
			"function_call");
	delta = chunks_delta(chunks, STAGE_CALLS, NULL);
	calls = js_get_array(delta, "tool_calls");
	piece = js_append_object(calls ? calls : js_add_array(delta, "tool_calls"));
	if (sending->habits->index != INDEX_NONE)
		js_add_int(piece, "index", sending->index);
	add_id(sending, piece);
	if (chance_one_in(2))
		js_add_string(piece, "type", chance_one_in(3) ? NULL : "function");
	return js_add_object(piece, "function");
}

static void send_piece(struct chunks *chunks, struct sending *sending)
{
	struct json_object *function = add_piece(chunks, sending);
	bool late = sending->habits->name == NAME_LATE;

	if (!late)
		add_name(sending, function);
	if (!holds_arguments_back(sending))
		add_arguments(sending, function);
	if (late)
		add_name(sending, function);
	sending->pieces++;
}

/* ---- all of them ---- */

/* Some servers send the last call once more, whole. */
static void repeat(struct chunks *chunks, struct sending *sending)
{
	struct json_object *function;

	if (sending->call->given != GIVEN_OBJECT || sending->habits->id == ID_FRESH ||
			!slice_starts(buf_slice(&sending->text), "{") || !chance_one_in(5))
		return;
	function = add_piece(chunks, sending);
	if (chance_one_in(2))
		js_add_string(function, "name", sending->name);
	js_add_slice(function, "arguments", buf_slice(&sending->text));
}

static void send_in_order(struct chunks *chunks, struct sending *all, size_t count)
{
	for (size_t i = 0; i < count; i++)
		while (!done(&all[i]))
			send_piece(chunks, &all[i]);
}

/* Any call may go on, but they begin in their order. */
static void send_interleaved(struct chunks *chunks, struct sending *all, size_t count)
{
	size_t begun = 0, left = count;

	while (left > 0) {
		struct sending *sending = &all[chance_below(begun < count ? begun + 1 : count)];

		if (done(sending))
			continue;
		begun += sending->pieces == 0;
		send_piece(chunks, sending);
		left -= done(sending);
	}
}

void calls_send(struct chunks *chunks, const struct meant *meant, const struct turn *turn)
{
	struct sending all[CALLS_MAX] = { 0 };
	struct habits habits;
	bool objects = false;

	if (meant->call_count == 0)
		return;
	habits_draw(&habits, meant);
	for (size_t i = 0; i < meant->call_count; i++) {
		all[i].call = &meant->calls[i];
		all[i].index = habits.index == INDEX_COUNTS ? habits.first_index + (int64_t)i : 0;
		begin(&all[i], &habits, turn);
		objects |= all[i].object != NULL;
	}
	if (habits.interleaved)
		send_interleaved(chunks, all, meant->call_count);
	else
		send_in_order(chunks, all, meant->call_count);
	if (!objects)
		repeat(chunks, &all[meant->call_count - 1]);
	for (size_t i = 0; i < meant->call_count; i++)
		buf_free(&all[i].text);
}
