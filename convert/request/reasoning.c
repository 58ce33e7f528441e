#include "history.h"

#include "../js.h"
#include "parts.h"

#include <string.h>

/* More details of a turn are not looked through for the one that a fragment belongs to. */
#define MOST_COMPARED 256

void reasoning_init(struct reasoning *reasoning, const struct turn *turn)
{
	*reasoning = (struct reasoning){ .states = js_new_array(),
		.items = js_new_object() };
	carry_origin(&turn->settings->base, reasoning->origin);
}

void reasoning_clear(struct reasoning *reasoning)
{
	buf_clear(&reasoning->plain);
	buf_clear(&reasoning->text);
	reasoning->field = NULL;
	js_free(reasoning->states);
	reasoning->states = js_new_array();
}

void reasoning_free(struct reasoning *reasoning)
{
	buf_free(&reasoning->plain);
	buf_free(&reasoning->text);
	js_free(reasoning->states);
	js_free(reasoning->items);
}

/* ---- from the client ---- */

bool reasoning_add(struct reasoning *reasoning, struct json_object *block)
{
	bool redacted = slice_equals(js_get_slice(block, "type"), "redacted_thinking");
	struct slice text = js_get_slice(block, "thinking"), field, omitted;
	struct json_object *state = capsule_read(js_get_slice(block,
		redacted ? "data" : "signature"), reasoning->origin);

	buf_add(&reasoning->plain, text.data, text.len);
	if (!state)
		return false;
	field = js_get_slice(state, "f");
	omitted = js_get_slice(state, "t");
	if (field.data && !reasoning->field)
		reasoning->field = reasoning_field_named(field);
	if (omitted.data)
		text = omitted;
	else if (js_has(state, "r"))
		js_add_slice(state, "t", text);
	if (field.data)
		buf_add(&reasoning->text, text.data, text.len);
	js_append(reasoning->states, state);
	return true;
}

/* ---- to the upstream: signatures of calls ---- */

/*
 * Of parallel calls only the first needs a signature; Gemini refuses a turn whose first call has
 * none. The stand-in stands for any: for calls of another model, or where the client lost it.
 */
static void settle_signature(const struct turn *turn, bool first, struct call_state *state)
{
	bool has = state->signature.len > 0;

	if (has && turn->dialect.no_state) {
		buf_clear(&state->signature);
	} else if (!has && first && turn->dialect.signed_calls) {
		note_changed(turn->notes, "added:thought_signature");
		state->signer = turn->dialect.signer;
	} else {
		return;
	}
	if (first)
		buf_puts(&state->signature, SIGNATURE_STAND_IN);
}

static void add_signatures(const struct reasoning *reasoning, struct json_object *tool_calls,
	struct json_object *tool_uses, const struct turn *turn)
{
	for (size_t i = 0; i < js_count(tool_calls); i++) {
		struct call_state state = { 0 };
		struct json_object *extra;

		callid_read(js_get_string(js_at(tool_uses, i), "id"), reasoning->origin, &state);
		settle_signature(turn, i == 0, &state);
		if (state.signature.len > 0) {
			extra = js_add_object(js_at(tool_calls, i), "extra_content");
			js_add_slice(js_add_object(extra, signer_name(state.signer)),
				"thought_signature", buf_slice(&state.signature));
		}
		call_state_free(&state);
	}
}

/* ---- to the upstream: thinking ---- */

/* The members that make a detail or a part what it is, wherever they stand in it. */
static bool are_equal(struct json_object *a, struct json_object *b)
{
	static const char *const keys[] = { "type", "index", "text", "summary", "data", "thinking",
		"signature" };
	struct slice id = js_get_slice(a, "id"), other = js_get_slice(b, "id");

	for (size_t i = 0; i < COUNT(keys); i++)
		if (!js_equal(js_get(a, keys[i]), js_get(b, keys[i])))
			return false;
	return !id.len || !other.len || slice_equals(id, other.data);
}

/*
 * What is signed or encrypted was said once: in another block of the turn a client repeats it.
 * OpenAI's items it must not repeat in another turn either: "Duplicate item found with id rs_1."
 */
static bool is_repeated(struct reasoning *reasoning, struct json_object *list,
	struct json_object *node)
{
	bool blob = js_get(node, "data"), again;
	struct slice text;

	if (!blob && !js_get(node, "signature"))
		return false;
	text = js_text(node);
	for (size_t i = 0; i < js_count(list); i++)
		if (are_equal(js_at(list, i), node))
			return true;
	again = js_has(reasoning->items, text.data);
	if (blob && js_get(node, "id"))
		js_add_bool(reasoning->items, text.data, true);
	return again;
}

/* Mistral's thinking is a part of the content, in front of the text. */
static void add_parts(struct reasoning *reasoning, struct json_object *message)
{
	struct json_object *parts = js_new_array();

	for (size_t i = 0; i < js_count(reasoning->states); i++) {
		struct json_object *list = js_get_array(js_at(reasoning->states, i), "m");

		for (size_t j = 0; j < js_count(list); j++)
			if (!is_repeated(reasoning, parts, js_at(list, j)))
				js_append_share(parts, js_at(list, j));
	}
	if (js_count(parts)) {
		parts_add_text(parts, js_get_slice(message, "content"));
		js_share(message, "content", parts);
	}
	js_free(parts);
}

static void join(struct json_object *into, struct json_object *detail)
{
	for (struct js_member m = js_first(detail); m.key; m = js_next(m)) {
		struct slice so_far = js_get_slice(into, m.key), more = js_slice(m.value);
		struct buf both = { 0 };

		if (detail_piece(m.key) && so_far.data && more.data) {
			buf_add(&both, so_far.data, so_far.len);
			buf_add(&both, more.data, more.len);
			js_add_slice(into, m.key, buf_slice(&both));
			buf_free(&both);
		} else if (m.value) {
			js_share(into, m.key, m.value);
		}
	}
}

/*
 * Among the first count of them, or NULL. A detail whose later fragments came behind something
 * else, so that they stand in another block, is refused in pieces. Without a number nobody knows
 * whether it is the same one.
 */
static struct json_object *find_begun(struct json_object *details, size_t count,
	struct json_object *detail)
{
	for (size_t i = count; i-- > 0 && count - i <= MOST_COMPARED;) {
		struct json_object *begun = js_at(details, i);

		if (js_get(begun, "index") && detail_continues(begun, detail))
			return begun;
	}
	return NULL;
}

/* Those of one capsule; within it nothing is in pieces, so only earlier ones are continued. */
static void append_details(struct reasoning *reasoning, struct json_object *details,
	struct json_object *list)
{
	size_t earlier = js_count(details);

	for (size_t i = 0; i < js_count(list); i++) {
		struct json_object *detail = js_at(list, i);
		struct json_object *begun = find_begun(details, earlier, detail);

		if (is_repeated(reasoning, details, detail))
			continue;
		if (begun)
			join(begun, detail);
		else
			js_append(details, js_shallow(detail));
	}
}

/* The details whole; they hold the text too. False: there are none, whether they may go or not. */
static bool add_details(struct reasoning *reasoning, struct json_object *message,
	const struct dialect *dialect)
{
	struct json_object *details = js_new_array();
	bool any;

	for (size_t i = 0; i < js_count(reasoning->states); i++)
		append_details(reasoning, details, js_get_array(js_at(reasoning->states, i), "d"));
	any = js_count(details) > 0;
	if (any && !dialect->no_state)
		js_share(message, "reasoning_details", details);
	js_free(details);
	return any;
}

/* It is a refusal that asks for it, not the family's row: so it thinks, whatever we know of it. */
static bool was_asked_for(const struct turn *turn)
{
	return turn->dialect.reasoning_required &&
		!turn->settings->family->dialect.reasoning_required;
}

static bool is_required(struct json_object *message, const struct turn *turn)
{
	bool thinks = turn->thinking == WANTED_UNSET ? turn->dialect.thinks :
		turn->thinking != WANTED_OFF;

	return turn->dialect.reasoning_required && js_has(message, "tool_calls") &&
		(was_asked_for(turn) || thinks);
}

/* DeepSeek refuses calls without any: another model's text, or an empty one. Others refuse "". */
static void add_required(const struct reasoning *reasoning, struct json_object *message,
	const char *field, const struct turn *turn)
{
	bool blank = slice_is_blank(buf_slice(&reasoning->plain));

	if (reasoning->plain.len == 0)
		note_changed(turn->notes, "added:%s", field);
	if (blank && was_asked_for(turn))
		js_add_string(message, field, "(reasoning not kept)");
	else
		js_add_slice(message, field, buf_slice(&reasoning->plain));
}

/* The name under which the text goes back; NULL: under none. */
static const char *field_of(const struct reasoning *reasoning, const struct dialect *dialect)
{
	if (dialect->reasoning_field)
		return dialect->reasoning_field;
	if (dialect->reasoning_required)
		return reasoning_field_at(0)->name;
	return dialect->reasoning_as_came ? reasoning->field : NULL;
}

static void add_thinking(struct reasoning *reasoning, struct json_object *message,
	const struct turn *turn)
{
	const struct dialect *dialect = &turn->dialect;
	const char *field = field_of(reasoning, dialect);

	if (turn->thinking == WANTED_OFF && dialect->reasoning_while_thinking)
		return;
	if ((field || dialect->reasoning_as_came) && add_details(reasoning, message, dialect) &&
		!is_required(message, turn))
		return;
	if (field && reasoning->text.len)
		js_add_slice(message, field, buf_slice(&reasoning->text));
	else if (is_required(message, turn))
		add_required(reasoning, message, field, turn);
}

/* ---- to the upstream: items of the Responses API ---- */

/* Its parts were joined by a blank line; where the client changed the text, the rest is one. */
static void add_summary(struct json_object *item, struct slice text, struct slice lengths)
{
	struct json_object *summary = js_add_array(item, "summary");
	uint64_t len;

	while (text.len > 0) {
		struct slice one = text;

		if (slice_number(slice_cut(&lengths, '+'), 10, &len) && len < text.len &&
			slice_starts((struct slice){ text.data + len, text.len - len }, "\n\n"))
			one.len = (size_t)len;
		js_add_slice(js_append_typed(summary, "summary_text"), "text", one);
		len = one.len + (one.len < text.len ? strlen("\n\n") : 0);
		text = (struct slice){ text.data + len, text.len - len };
	}
}

/* without_state: what is bound to a key or a model stays away, which the phase is not. */
static void add_items(struct reasoning *reasoning, struct json_object *message, bool without_state)
{
	struct json_object *items = js_new_array();

	for (size_t i = 0; i < js_count(reasoning->states); i++) {
		struct json_object *state = js_at(reasoning->states, i);
		struct json_object *kept = js_get_object(state, "r"), *item;

		if (js_has(kept, "p"))
			js_share(message, "phase", js_get(kept, "p"));
		if (!kept || without_state)
			continue;
		item = js_append_typed(items, "reasoning");
		add_summary(item, js_get_slice(state, "t"), js_get_slice(kept, "n"));
		js_share(item, "encrypted_content", js_get(kept, "e"));
	}
	if (js_count(items))
		js_share(message, "reasoning_items", items);
	js_free(items);
}

void reasoning_give(struct reasoning *reasoning, struct json_object *message,
	struct json_object *tool_uses, const struct turn *turn)
{
	if (turn->dialect.api == API_RESPONSES) {
		add_items(reasoning, message, turn->dialect.no_state);
		return;
	}
	add_thinking(reasoning, message, turn);
	if (!turn->dialect.no_state)
		add_parts(reasoning, message);
	add_signatures(reasoning, js_get_array(message, "tool_calls"), tool_uses, turn);
}
