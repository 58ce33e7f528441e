#include "call.h"

#include "../js.h"
#include "object.h"

#include <stdlib.h>
#include <string.h>

/* No model means so many: each piece is looked for among all calls. */
#define CALLS_MOST 1024u

/* One piece of a call, as upstream sent it. Slices are borrowed from the JSON. */
struct piece {
	bool has_index, whole;
	int64_t index;
	struct slice id, name, arguments;
	enum signer signer;
	struct slice signature;		/* thought_signature */
};

struct call {
	bool has_index;
	int64_t index;
	char *id;		/* upstream's; NULL: none so far */
	struct call_state state;	/* that the client's id will carry */
	size_t position;	/* among the calls of this answer */
	struct buf name;	/* upstream's */
	struct buf arguments;	/* all that came and counts */
	struct object object;	/* how far they go */
	size_t put;		/* so many bytes of them the block has got */
	struct object passed;	/* how far those go */
	bool whole;		/* they came in one piece and are judged as a whole */
	bool snapshots;		/* each piece repeats what came before it */
	struct call *twin;	/* the earlier call that this one may merely repeat */
	struct block *block;
	struct call *next;
};

struct tool_calls {
	const struct turn *turn;
	struct queue *queue;
	struct json_object *taken;	/* the history's ids and those of this answer */
	struct call *first, *last;
	struct call *current;	/* the one that had the latest piece */
	size_t positions, count;
	size_t held;		/* bytes in all arguments */
};

struct tool_calls *tool_calls_new(const struct turn *turn, struct queue *queue)
{
	struct tool_calls *calls = must_zalloc(1, sizeof(*calls));

	*calls = (struct tool_calls){ .turn = turn, .queue = queue,
		.taken = turn->taken ? js_copy(turn->taken) : js_new_object() };
	return calls;
}

void tool_calls_free(struct tool_calls *calls)
{
	struct call *next;

	for (struct call *call = calls->first; call; call = next) {
		next = call->next;
		free(call->id);
		buf_free(&call->name);
		buf_free(&call->arguments);
		call_state_free(&call->state);
		free(call);
	}
	js_free(calls->taken);
	free(calls);
}

size_t tool_calls_count(const struct tool_calls *calls)
{
	return calls->count;
}

/* ---- one piece ---- */

/* function_call has name and arguments itself; so do calls of servers that know no "function". */
static struct piece read_piece(struct json_object *node, bool whole)
{
	struct json_object *function = js_get_object(node, "function"), *arguments;
	struct json_object *extra_content = js_get(node, "extra_content");
	struct piece piece = { .whole = whole, .id = js_get_slice(node, "id") };

	if (!function)
		function = node;
	piece.has_index = js_get_int(node, "index", &piece.index);
	piece.name = js_get_slice(function, "name");
	arguments = js_get(function, "arguments");
	if (js_is_string(arguments))
		piece.arguments = js_slice(arguments);
	else if (arguments)
		piece.arguments = js_text(arguments);
	/* Gemini's state; it answers 400 to the next request if it does not come back. */
	for (enum signer signer = 0; signer < SIGNERS && piece.signature.len == 0; signer++) {
		piece.signer = signer;
		piece.signature = js_get_slice(js_get(extra_content, signer_name(signer)),
			"thought_signature");
	}
	return piece;
}

/* ---- which call is it? ---- */

static bool same_id(const struct call *call, const struct piece *piece)
{
	return call->id && slice_equals(piece->id, call->id);
}

static bool belongs(const struct tool_calls *calls, const struct call *call,
	const struct piece *piece)
{
	bool same_index = piece->has_index && call->has_index && piece->index == call->index;

	if (same_id(call, piece))
		return same_index || !piece->has_index || !call->has_index;
	/*
	 * Another id under an old index is another call: Ollama and Gemini number all calls 0. But
	 * some servers make up an id for every piece of one call; the later ones have no name.
	 */
	if (call->id && piece->id.len)
		return same_index && piece->name.len == 0 && call->object.state <= OBJECT_OPEN;
	if (piece->has_index)
		return same_index;
	return piece->id.len == 0 && call == calls->current;
}

/*
 * NULL: a new one. *twin is then the call that it may repeat. Of several that fit it is the one
 * with the piece's id, else the latest: servers that number all calls 0 may send them by turns.
 */
static struct call *find(const struct tool_calls *calls, const struct piece *piece,
	struct call **twin)
{
	struct call *found = NULL;

	*twin = NULL;
	for (struct call *call = calls->first; call; call = call->next) {
		if (same_id(call, piece))
			*twin = call;
		if (piece->whole || !belongs(calls, call, piece))
			continue;
		if (!found || !same_id(found, piece))
			found = call;
	}
	/* A name and arguments behind a closed call: without ids the next one begins so. */
	if (found && found->object.state == OBJECT_CLOSED && piece->name.len > 0 &&
		!slice_is_blank(piece->arguments)) {
		*twin = found;
		return NULL;
	}
	return found;
}

static struct call *add_call(struct tool_calls *calls, const struct piece *piece, struct call *twin)
{
	struct call *call = must_zalloc(1, sizeof(*call));

	call->has_index = piece->has_index;
	call->index = piece->index;
	call->whole = piece->whole;
	call->twin = twin;
	call->position = calls->positions++;
	call->block = queue_add(calls->queue, BLOCK_TOOL_USE);
	if (calls->last)
		calls->last->next = call;
	else
		calls->first = call;
	calls->last = call;
	return call;
}

/* ---- a piece is taken ---- */

/* Names come in pieces, repeated, or longer with each piece. */
static void take_name(struct call *call, struct slice name)
{
	if (name.len == 0 || call->block->ready)
		return;
	if (slice_starts(name, buf_text(&call->name)))
		buf_clear(&call->name);
	buf_add(&call->name, name.data, name.len);
}

/* Into the client's id; one that comes when the id is out already has no place any more. */
static void take_signature(struct tool_calls *calls, struct call *call, const struct piece *piece)
{
	if (piece->signature.len == 0 || call->state.signature.len > 0)
		return;
	if (call->block->ready) {
		note_changed(calls->turn->notes, "dropped:thought_signature");
		return;
	}
	call->state.signer = piece->signer;
	buf_add(&call->state.signature, piece->signature.data, piece->signature.len);
}

static bool starts_with(const struct buf *all, const struct buf *start)
{
	return start->len <= all->len && !memcmp(buf_text(all), buf_text(start), start->len);
}

/*
 * Some GLM and Qwen hosts repeat with each piece all that they sent before: the rest is what
 * counts. The first time only where the bytes cannot be meant as they stand, since {"a": may well
 * be followed by {"a": and belong into it; after that this is how the host writes.
 */
static struct slice without_snapshot(struct call *call, struct slice text)
{
	struct object both;
	size_t had = call->arguments.len;

	if (call->object.state != OBJECT_OPEN || text.len < had ||
		memcmp(text.data, call->arguments.data, had) != 0)
		return text;
	both = call->object;
	object_feed(&both, text.data, text.len);
	call->snapshots |= both.state == OBJECT_BROKEN;
	if (!call->snapshots)
		return text;
	return (struct slice){ text.data + had, text.len - had };
}

/* The closed object is {}, and nothing of it was sent: a tool_use starts with that anyway. */
static bool is_empty_object(const struct call *call)
{
	struct slice text = slice_trim(buf_slice(&call->arguments));

	return call->object.state == OBJECT_CLOSED && call->put == 0 &&
		slice_is_blank((struct slice){ text.data + 1, text.len - 2 });
}

/* Bedrock opens each call with {} and sends its arguments after that. */
static bool reopens(struct call *call, struct slice text)
{
	struct object next = { .state = OBJECT_EMPTY };

	object_feed(&next, text.data, text.len);
	if (next.state == OBJECT_EMPTY || next.state == OBJECT_NONE || call->block->stopped ||
		!is_empty_object(call))
		return false;
	call->object = (struct object){ .state = OBJECT_EMPTY };
	call->block->complete = false;
	buf_clear(&call->arguments);
	return true;
}

static bool keep(struct tool_calls *calls, struct call *call, struct slice text,
	struct failure *why)
{
	calls->held += text.len;
	if (calls->held > QUEUE_LIMIT)
		return failed_as(why, 502, API_ERROR, "upstream's tool calls are too large: "
			"more than %u MB", QUEUE_LIMIT >> 20);
	return buf_add(&call->arguments, text.data, text.len);
}

static bool take_arguments(struct tool_calls *calls, struct call *call, struct slice text,
	struct failure *why)
{
	size_t used;

	if (call->whole)
		return keep(calls, call, text, why);
	while (text.len > 0) {
		if (call->object.state == OBJECT_CLOSED && !reopens(call, text))
			break;
		text = without_snapshot(call, text);
		used = object_feed(&call->object, text.data, text.len);
		if (!keep(calls, call, (struct slice){ text.data, used }, why))
			return false;
		text = (struct slice){ text.data + used, text.len - used };
	}
	if (!slice_is_blank(text))
		note_changed(calls->turn->notes, "dropped:after_arguments");
	return true;
}

/* ---- a call goes out ---- */

/* The block gets id and name as the client will see them. */
static void start(struct tool_calls *calls, struct call *call, const char *client_name)
{
	struct buf visible = { 0 }, id = { 0 };
	char made[ID_SIZE];

	if (call->block->ready)
		return;
	ids_make(calls->turn->seed, "toolu_", call->position, made);
	ids_make_unique(calls->taken, call->id ? call->id : made, &visible);
	/* One that was only made unique goes back so: strict upstreams refuse an id twice. */
	if (call->id && !callid_may_be_visible(call->id))
		buf_puts(&call->state.id, call->id);
	if (!callid_write(buf_text(&visible), &call->state, calls->queue->origin, &id))
		note_changed(calls->turn->notes, "dropped:thought_signature");
	call->block->id = must_strdup(buf_text(&id));
	call->block->name = must_strdup(client_name);
	call->block->ready = true;
	calls->count++;
	buf_free(&visible);
	buf_free(&id);
}

static const char *client_name(const struct tool_calls *calls, const struct call *call)
{
	if (call->name.len == 0)
		return names_only(&calls->turn->names);
	return names_to_client(&calls->turn->names, buf_text(&call->name));
}

static bool put_rest(struct tool_calls *calls, struct call *call, struct failure *why)
{
	size_t rest = call->arguments.len - call->put;
	struct buf escaped = { 0 };
	bool fine;

	if (rest == 0)
		return true;
	object_escape(&call->passed, (struct slice){ call->arguments.data + call->put, rest },
		&escaped);
	call->put += rest;
	fine = queue_put(calls->queue, call->block, buf_text(&escaped), escaped.len, why);
	buf_free(&escaped);
	return fine;
}

/* new-api ends with each call once more, whole and under another index: it must not run twice. */
static bool may_repeat(const struct call *call)
{
	return call->twin && starts_with(&call->twin->name, &call->name) &&
		starts_with(&call->twin->arguments, &call->arguments);
}

/* Bytes go out, once there is a name and they begin an object. */
static bool pass_on(struct tool_calls *calls, struct call *call, struct failure *why)
{
	enum object_state state = call->object.state;

	if (call->name.len == 0 || state == OBJECT_EMPTY || state == OBJECT_NONE ||
		may_repeat(call))
		return true;
	start(calls, call, client_name(calls, call));
	call->block->complete = state == OBJECT_CLOSED;
	return is_empty_object(call) || put_rest(calls, call, why);
}

bool tool_calls_piece(struct tool_calls *calls, struct json_object *node, bool whole,
	struct failure *why)
{
	struct piece piece = read_piece(node, whole);
	struct call *twin, *call = find(calls, &piece, &twin);

	if (!call && piece.id.len == 0 && piece.name.len == 0 && slice_is_blank(piece.arguments))
		return true;
	if (!call && calls->positions == CALLS_MOST)
		return failed_as(why, 502, API_ERROR, "upstream's answer holds more than %u tool "
			"calls", CALLS_MOST);
	if (!call)
		call = add_call(calls, &piece, twin);
	calls->current = call;
	if (!call->id && piece.id.len > 0)
		call->id = must_strdup(piece.id.data);
	take_name(call, piece.name);
	take_signature(calls, call, &piece);
	return take_arguments(calls, call, piece.arguments, why) && pass_on(calls, call, why);
}

/* ---- the end ---- */

static bool end_call(struct tool_calls *calls, struct call *call, bool cut, struct failure *why)
{
	const char *name = client_name(calls, call);
	enum object_state state = call->object.state;
	struct buf judged = { 0 };
	bool fine;

	if (may_repeat(call) && call->name.len == call->twin->name.len &&
		call->arguments.len == call->twin->arguments.len) {
		note_changed(calls->turn->notes, "dropped:repeated_call");
		return true;
	}
	if (!name)
		return failed_as(why, 502, API_ERROR,
			"upstream sent a tool call without the tool's name");
	if (state == OBJECT_OPEN && !cut)
		return failed_as(why, 502, API_ERROR,
			"upstream cut the arguments of the tool %s short", name);
	start(calls, call, name);
	if (state != OBJECT_EMPTY && state != OBJECT_NONE)
		return is_empty_object(call) || put_rest(calls, call, why);
	/* A call cut before its first argument must not look like one that needs none. */
	object_from_arguments(buf_slice(&call->arguments), cut && !call->next, &judged);
	fine = queue_put(calls->queue, call->block, buf_text(&judged), judged.len, why);
	buf_free(&judged);
	return fine;
}

bool tool_calls_end(struct tool_calls *calls, bool cut, struct failure *why)
{
	for (struct call *call = calls->first; call; call = call->next)
		if (!end_call(calls, call, cut, why))
			return false;
	return true;
}
