#include "carried.h"

#include "../../convert/base64.h"
#include "../../convert/carry.h"
#include "../../convert/js.h"
#include "../../convert/provider/thinking.h"
#include "chance.h"

#include <stdlib.h>
#include <string.h>

/* ---- what is drawn ---- */

/* A text that is more than blanks, and opens with no tag. */
static void draw_words(size_t most, struct buf *out)
{
	size_t start = out->len;

	for (;;) {
		struct slice text;

		chance_text(most, out);
		text = slice_trim((struct slice){ buf_text(out) + start, out->len - start });
		if (text.len > 0 && text.data[0] != '<')
			return;
		buf_cut(out, start);
	}
}

static void draw_bytes(struct buf *out)
{
	static const size_t lengths[] = { 1, 2, 3, 30, 31, 32, 200 };

	for (size_t n = CHANCE_OF(lengths); n > 0; n--) {
		char byte = (char)chance_below(256);

		buf_add(out, &byte, 1);
	}
}

/* Base64 of all kinds, whole or not, any text, and now and then about as much as an id can hold. */
static void draw_blob(struct buf *out)
{
	static const char *const odd[] = { "A==", "=", "a", "AY89a18IwQsQ8/+8", "skip", "AB=C" };
	struct buf bytes = { 0 };

	draw_bytes(&bytes);
	switch (chance_below(6)) {
	case 0:
		draw_words(8, out);
		break;
	case 1:
		buf_puts(out, CHANCE_OF(odd));
		break;
	case 2:
		base64_encode(BASE64_URL, buf_slice(&bytes), out);
		break;
	default:
		base64_encode(BASE64_STANDARD, buf_slice(&bytes), out);
		break;
	}
	if (chance_one_in(150))
		for (size_t n = 0; n < 500; n++)
			buf_puts(out, "0123456789abcdefghij");
	buf_free(&bytes);
}

static char *draw_id(const struct carried *carried)
{
	static const char *const ids[] = { "call_0", "call_1", "functions.LS:0", "functions.LS:1",
		"a b\"\\é", "日本", "a__cp1b0", "__cp1", "toolu_mcp_call_7", "confirm_1", "-", "0" };
	struct buf id = { 0 };
	char *own;

	if (!carried->kind->short_ids && chance_one_in(4))
		return NULL;
	if (carried->kind->short_ids)
		buf_printf(&id, "abcdefgh%zu", chance_below(10));
	else
		buf_puts(&id, chance_one_in(8) ? "" : CHANCE_OF(ids));
	own = must_strdup(buf_text(&id));
	buf_free(&id);
	return own;
}

const char *carried_piece_key(struct json_object *detail)
{
	static const struct { const char *type, *key; } keys[] = {
		{ "reasoning.summary", "summary" }, { "reasoning.encrypted", "data" },
	};

	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
		if (slice_equals(js_get_slice(detail, "type"), keys[i].type))
			return keys[i].key;
	return "text";
}

static void draw_detail(struct json_object *detail, size_t index)
{
	static const char *const types[] = { "reasoning.text", "reasoning.summary",
		"reasoning.encrypted", "reasoning.of another kind" };
	struct buf text = { 0 }, other = { 0 };
	struct json_object *object = NULL;
	struct js_error error;

	js_add_string(detail, "type", CHANCE_OF(types));
	js_add_int(detail, "index", (int64_t)index);
	buf_printf(&text, "rs_%zu", chance_below(1u << 30));
	if (chance_one_in(2))
		js_add_slice(detail, "id", buf_slice(&text));
	buf_clear(&text);
	if (chance_one_in(2))
		js_add_string(detail, "format", chance_one_in(3) ? NULL : "anthropic-claude-v1");
	if (chance_one_in(4)) {
		chance_object(&other);
		js_parse(other.data, other.len, &object, &error);
		js_give(detail, "of its own", object);
	}
	if (!strcmp(carried_piece_key(detail), "data"))
		draw_blob(&text);
	else {
		/* No fragment of it equals all that came before. */
		buf_printf(&text, "%zu. ", index);
		draw_words(10, &text);
	}
	js_add_slice(detail, carried_piece_key(detail), buf_slice(&text));
	buf_clear(&text);
	draw_blob(&text);
	if (chance_one_in(2))
		js_add_slice(detail, "signature", buf_slice(&text));
	buf_free(&text);
	buf_free(&other);
}

/* A part ends with its signature, so all but the last have one; no two are the same. */
static void draw_parts(struct json_object *parts)
{
	for (size_t n = 1 + chance_below(3); n > 0; n--) {
		struct json_object *part = js_append_object(parts), *chunks, *chunk;
		struct buf text = { 0 };

		js_add_string(part, "type", "thinking");
		chunks = js_add_array(part, "thinking");
		draw_words(10, &text);
		chunk = js_append_object(chunks);
		js_add_string(chunk, "type", "text");
		js_add_slice(chunk, "text", buf_slice(&text));
		buf_clear(&text);
		buf_printf(&text, "s%zu", n);
		if (n > 1 || chance_one_in(2))
			js_add_slice(part, "signature", buf_slice(&text));
		buf_free(&text);
	}
}

static void draw_call(struct carried *carried)
{
	struct carried_call *call = &carried->calls[carried->call_count++];

	call->id = draw_id(carried);
	call->signer = chance_one_in(4) ? SIGNER_VERTEX : SIGNER_GOOGLE;
	call->when = chance_below(2);
	/* No upstream is known that gives both a signature and an id that cannot be visible. */
	if ((!call->id || callid_may_be_visible(call->id)) && chance_one_in(2))
		draw_blob(&call->signature);
}

static const char *draw_field(void)
{
	const struct reasoning_field *field;
	size_t count = 0;

	while (reasoning_field_at(count))
		count++;
	do
		field = reasoning_field_at(chance_below(count));
	while (!field->goes_back);
	return field->name;
}

void carried_draw(struct carried *carried, const struct upstream_kind *kind)
{
	*carried = (struct carried){ .kind = kind, .field = draw_field() };
	if (kind->details && chance_one_in(2)) {
		carried->details = js_new_array();
		for (size_t i = 0, n = 1 + chance_below(4); i < n; i++)
			draw_detail(js_append_object(carried->details), i);
	} else if (kind->parts && chance_one_in(2)) {
		carried->parts = js_new_array();
		draw_parts(carried->parts);
	} else if (!chance_one_in(4)) {
		draw_words(20, &carried->reasoning);
	}
	for (size_t n = chance_below(CARRIED_CALLS_MAX + 1); n > 0; n--)
		draw_call(carried);
	if (carried->call_count == 0 || chance_one_in(2))
		draw_words(12, &carried->text);
}

void carried_free(struct carried *carried)
{
	buf_free(&carried->reasoning);
	buf_free(&carried->text);
	js_free(carried->details);
	js_free(carried->parts);
	for (size_t i = 0; i < carried->call_count; i++) {
		free(carried->calls[i].id);
		buf_free(&carried->calls[i].signature);
	}
}

/* ---- its message ---- */

void carried_add_signature(const struct carried_call *call, struct json_object *tool_call)
{
	struct json_object *extra_content;

	if (call->signature.len == 0)
		return;
	extra_content = js_add_object(tool_call, "extra_content");
	js_add_slice(js_add_object(extra_content, signer_name(call->signer)),
		"thought_signature", buf_slice(&call->signature));
}

void carried_add_function(struct json_object *tool_call, size_t index)
{
	struct json_object *function = js_add_object(tool_call, "function");
	struct buf arguments = { 0 };

	buf_printf(&arguments, "{\"n\":%zu}", index);
	js_add_string(function, "name", "LS");
	js_add_slice(function, "arguments", buf_slice(&arguments));
	buf_free(&arguments);
}

void carried_add_parts(const struct carried *carried, struct json_object *message)
{
	struct json_object *content = js_shallow(carried->parts), *part;

	if (carried->text.len) {
		part = js_append_object(content);
		js_add_string(part, "type", "text");
		js_add_slice(part, "text", buf_slice(&carried->text));
	}
	js_give(message, "content", content);
}

static void add_reasoning(const struct carried *carried, struct json_object *message)
{
	const char *takes = carried->kind->takes;

	if (!takes)
		return;
	if (carried->details)
		js_share(message, "reasoning_details", carried->details);
	else if (carried->reasoning.len)
		js_add_slice(message, *takes ? takes : carried->field,
			buf_slice(&carried->reasoning));
	else if (carried->kind->required && carried->call_count)
		js_add_string(message, takes, "");
}

static void add_calls(const struct carried *carried, bool with_state, const char *const *ids,
	struct json_object *message)
{
	const struct carried_call stand_in = { .signature = {
		.data = (char[]){ "skip_thought_signature_validator" }, .len = 32 },
		.signer = strstr(carried->kind->host, "aiplatform") ? SIGNER_VERTEX : SIGNER_GOOGLE };
	struct json_object *tool_calls = js_add_array(message, "tool_calls");

	for (size_t i = 0; i < carried->call_count; i++) {
		const struct carried_call *call = &carried->calls[i];
		struct json_object *tool_call = js_append_object(tool_calls);

		js_add_string(tool_call, "id", ids[i]);
		js_add_string(tool_call, "type", "function");
		carried_add_function(tool_call, i);
		if (with_state)
			carried_add_signature(i == 0 && carried->kind->stands_in &&
				call->signature.len == 0 ? &stand_in : call, tool_call);
	}
}

struct json_object *carried_message(const struct carried *carried, bool with_state,
	const char *const *ids)
{
	struct json_object *message = js_new_object();

	js_add_string(message, "role", "assistant");
	if (carried->text.len)
		js_add_slice(message, "content", buf_slice(&carried->text));
	else
		js_add_null(message, "content");
	if (carried->call_count)
		add_calls(carried, with_state, ids, message);
	if (with_state)
		add_reasoning(carried, message);
	if (with_state && carried->parts)
		carried_add_parts(carried, message);
	return message;
}
