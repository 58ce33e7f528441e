/* What an upstream sends of such a turn, in fragments or whole. */
#include "carried.h"

#include "../../convert/js.h"
#include "chance.h"
#include "chunks.h"

#include <string.h>

/* Adds the string at key to a delta of its own each time, a piece at a time. */
static void send_pieces(struct chunks *chunks, enum stage stage, const char *key,
	struct slice rest)
{
	while (rest.len > 0) {
		struct slice piece = { rest.data, chance_cut(rest) };

		js_add_slice(chunks_delta(chunks, stage, key), key, piece);
		rest.data += piece.len;
		rest.len -= piece.len;
	}
}

static struct json_object *add_fragment(struct json_object *detail, struct json_object *fragments)
{
	struct json_object *fragment = js_append_object(fragments);

	js_share(fragment, "type", js_get(detail, "type"));
	js_share(fragment, "index", js_get(detail, "index"));
	return fragment;
}

/* The first fragment has all but the signature; the text comes in pieces, the signature last. */
static void add_fragments(struct json_object *detail, struct json_object *fragments)
{
	const char *key = carried_piece_key(detail);
	struct slice rest = js_get_slice(detail, key), piece;
	struct json_object *fragment = add_fragment(detail, fragments);

	for (struct js_member m = js_first(detail); m.key; m = js_next(m))
		if (strcmp(m.key, "signature"))
			js_share(fragment, m.key, m.value);
	for (bool first = true; rest.len > 0; first = false) {
		piece = (struct slice){ rest.data, chance_cut(rest) };
		if (!first)
			fragment = add_fragment(detail, fragments);
		js_add_slice(fragment, key, piece);
		rest.data += piece.len;
		rest.len -= piece.len;
	}
	if (!js_has(detail, "signature"))
		return;
	if (chance_one_in(2))
		fragment = add_fragment(detail, fragments);
	js_share(fragment, "signature", js_get(detail, "signature"));
}

static struct json_object *all_fragments(const struct carried *carried)
{
	struct json_object *fragments = js_new_array();

	for (size_t i = 0; i < js_count(carried->details); i++)
		add_fragments(js_at(carried->details, i), fragments);
	return fragments;
}

static void send_fragments(struct chunks *chunks, struct json_object *fragments, size_t from,
	size_t to)
{
	static const char field[] = "reasoning_details";

	for (size_t i = from; i < to; i++)
		js_append_share(js_add_array(chunks_delta(chunks, STAGE_REASONING, field), field),
			js_at(fragments, i));
}

/* Some send each detail whole once more. Short texts without a signature may be meant twice. */
static void repeat_details(struct chunks *chunks, struct json_object *details)
{
	for (size_t i = 0; i < js_count(details); i++) {
		struct json_object *detail = js_at(details, i);

		if (js_has(detail, "signature") ||
				js_get_slice(detail, carried_piece_key(detail)).len >= 16)
			send_fragments(chunks, details, i, i + 1);
	}
}

static void send_part(struct chunks *chunks, struct json_object *part)
{
	struct slice rest = js_get_slice(js_at(js_get(part, "thinking"), 0), "text");

	while (rest.len > 0) {
		struct json_object *delta = chunks_delta(chunks, STAGE_TEXT, "content");
		struct json_object *fragment = js_append_object(js_add_array(delta, "content"));
		struct slice piece = { rest.data, chance_cut(rest) };
		struct json_object *chunk;

		js_add_string(fragment, "type", "thinking");
		chunk = js_append_object(js_add_array(fragment, "thinking"));
		js_add_string(chunk, "type", "text");
		js_add_slice(chunk, "text", piece);
		rest.data += piece.len;
		rest.len -= piece.len;
		if (rest.len == 0 && js_has(part, "signature"))
			js_share(fragment, "signature", js_get(part, "signature"));
	}
}

static struct json_object *piece_of(struct chunks *chunks, size_t index)
{
	struct json_object *delta = chunks_delta(chunks, STAGE_CALLS, "tool_calls");
	struct json_object *piece = js_append_object(js_add_array(delta, "tool_calls"));

	js_add_int(piece, "index", (int64_t)index);
	return piece;
}

static void send_call(struct chunks *chunks, const struct carried_call *call, size_t index)
{
	struct json_object *piece = piece_of(chunks, index), *whole = js_new_object();
	struct json_object *function;

	carried_add_function(whole, index);
	function = js_get(whole, "function");
	if (call->id)
		js_add_string(piece, "id", call->id);
	js_share(js_add_object(piece, "function"), "name", js_get(function, "name"));
	if (call->when == SIGNED_FIRST)
		carried_add_signature(call, piece);
	piece = piece_of(chunks, index);
	js_share(js_add_object(piece, "function"), "arguments", js_get(function, "arguments"));
	if (call->when == SIGNED_WITH_ARGUMENTS)
		carried_add_signature(call, piece);
	js_free(whole);
}

/* Blanks alone are nothing, unless they follow what they belong to. */
static bool are_blank(struct json_object *fragments, size_t from)
{
	for (size_t i = from; i < js_count(fragments); i++) {
		struct json_object *fragment = js_at(fragments, i);

		if (js_has(fragment, "signature") || js_has(fragment, "data") ||
				!slice_is_blank(js_get_slice(fragment, carried_piece_key(fragment))))
			return false;
	}
	return true;
}

/* Details may come behind the text too, or behind the calls, as OpenAI's blobs do. */
static void write_stream(const struct carried *carried, struct buf *wire)
{
	struct meant meant = { .stop_reason = carried->call_count ? "tool_use" : "end_turn" };
	struct json_object *fragments = all_fragments(carried);
	size_t count = js_count(fragments), early = chance_below(count + 1);
	bool behind_calls = chance_one_in(2);
	struct chunks chunks;

	if (are_blank(fragments, early))
		early = count;
	chunks_begin(&chunks, &meant, wire);
	send_fragments(&chunks, fragments, 0, early);
	send_pieces(&chunks, STAGE_REASONING, carried->field, buf_slice(&carried->reasoning));
	for (size_t i = 0; i < js_count(carried->parts); i++)
		send_part(&chunks, js_at(carried->parts, i));
	send_pieces(&chunks, STAGE_TEXT, "content", buf_slice(&carried->text));
	if (!behind_calls)
		send_fragments(&chunks, fragments, early, count);
	for (size_t i = 0; i < carried->call_count; i++)
		send_call(&chunks, &carried->calls[i], i);
	for (size_t i = 0; i < carried->call_count; i++)
		if (carried->calls[i].when == SIGNED_LATE)
			carried_add_signature(&carried->calls[i], piece_of(&chunks, i));
	if (behind_calls)
		send_fragments(&chunks, fragments, early, count);
	if (chance_one_in(3))
		repeat_details(&chunks, carried->details);
	chunks_end(&chunks);
	js_free(fragments);
}

static void write_whole(const struct carried *carried, struct buf *wire)
{
	struct json_object *completion = js_new_object(), *choice, *message, *calls, *call;

	choice = js_append_object(js_add_array(completion, "choices"));
	message = js_add_object(choice, "message");
	js_add_slice(message, "content", buf_slice(&carried->text));
	if (carried->reasoning.len)
		js_add_slice(message, carried->field, buf_slice(&carried->reasoning));
	if (carried->details)
		js_share(message, "reasoning_details", carried->details);
	if (carried->parts)
		carried_add_parts(carried, message);
	calls = js_add_array(message, "tool_calls");
	for (size_t i = 0; i < carried->call_count; i++) {
		call = js_append_object(calls);
		if (carried->calls[i].id)
			js_add_string(call, "id", carried->calls[i].id);
		carried_add_function(call, i);
		carried_add_signature(&carried->calls[i], call);
	}
	js_add_string(choice, "finish_reason", "stop");
	buf_puts(wire, js_text(completion).data);
	js_free(completion);
}

void carried_write(const struct carried *carried, struct buf *wire)
{
	if (chance_one_in(4))
		write_whole(carried, wire);
	else
		write_stream(carried, wire);
}
