#include "request.h"

#include "../estimate/count.h"
#include "../js.h"
#include "../provider/model.h"
#include "../schema/schema.h"
#include "../schema/strict.h"
#include "cache.h"
#include "check.h"
#include "history.h"
#include "system.h"
#include "tools.h"
#include "wanted.h"

#include <string.h>

/* One request on its way into the chat tree. */
struct conversion {
	struct json_object *body, *chat;
	struct json_object *own_lines;	/* what we add to the system text */
	struct turn *turn;
	struct tools tools;
	struct notes *notes;
};

/* ---- parameters ---- */

static const char *token_field(const struct dialect *dialect)
{
	return dialect->token_field == MAX_TOKENS ? "max_tokens" : "max_completion_tokens";
}

/* The number as asked, but for the user's limits and those that upstream is known to have. */
static void add_token_limit(struct conversion *c)
{
	const struct settings *settings = c->turn->settings;
	int64_t asked, limit;

	if (!js_get_int(c->body, "max_tokens", &asked))
		return;
	/* 0 only warms Anthropic's cache; a chat server refuses it. */
	limit = asked > 0 ? asked : 1;
	if (limit < settings->min_tokens_limit)
		limit = settings->min_tokens_limit;
	if (settings->max_tokens_limit && limit > settings->max_tokens_limit)
		limit = settings->max_tokens_limit;
	if (c->turn->dialect.output_cap && limit > c->turn->dialect.output_cap)
		limit = c->turn->dialect.output_cap;
	if (limit < c->turn->dialect.output_least)
		limit = c->turn->dialect.output_least;
	if (limit != asked)
		note_changed(c->notes, "changed:max_tokens");
	js_add_int(c->chat, token_field(&c->turn->dialect), limit);
	c->turn->max_tokens = limit;
}

/* The very numbers of the client: nodes are shared, so 0.10 stays 0.10. */
static void add_sampling(struct conversion *c)
{
	const struct dialect *dialect = &c->turn->dialect;
	const struct {
		const char *field;
		bool taken;
	} sampling[] = {
		{ "temperature", !dialect->no_sampling },
		{ "top_p", !dialect->no_sampling },
		{ "top_k", dialect->top_k },
	};

	for (size_t i = 0; i < sizeof(sampling) / sizeof(sampling[0]); i++) {
		struct json_object *value = js_get(c->body, sampling[i].field);

		if (value && sampling[i].taken)
			js_share(c->chat, sampling[i].field, value);
		else if (value)
			note_changed(c->notes, "dropped:%s", sampling[i].field);
	}
}

static void add_stops(struct conversion *c)
{
	struct json_object *asked = js_get_array(c->body, "stop_sequences");
	struct json_object *stop = js_new_array();
	unsigned most = c->turn->dialect.max_stops, longest = c->turn->dialect.max_stop_len;

	for (size_t i = 0; i < js_count(asked); i++) {
		size_t len = js_slice(js_at(asked, i)).len;

		if (len == 0)
			continue;
		if (js_count(stop) < most && (!longest || len <= longest))
			js_append_share(stop, js_at(asked, i));
		else
			note_changed(c->notes, "dropped:stop_sequences");
	}
	if (js_count(stop))
		js_share(c->chat, "stop", stop);
	js_free(stop);
	if (js_count(asked))
		c->turn->stops = js_hold(asked);
}

/* Without stream_options most servers say nothing of usage. */
static void add_stream(struct conversion *c)
{
	if (!c->turn->stream)
		return;
	js_add_bool(c->chat, "stream", true);
	if (!c->turn->dialect.no_stream_options)
		js_add_bool(js_add_object(c->chat, "stream_options"), "include_usage", true);
	if (c->turn->dialect.tool_stream && c->tools.tools)
		js_add_bool(c->chat, "tool_stream", true);
}

/* ---- structured output ---- */

static struct json_object *wanted_schema(struct json_object *body)
{
	struct json_object *format = js_get_object(js_get(body, "output_config"), "format");

	if (!format)
		format = js_get_object(body, "output_format");
	if (!slice_equals(js_get_slice(format, "type"), "json_schema"))
		return NULL;
	return js_get_object(format, "schema");
}

static void add_schema_line(struct json_object *own_lines, struct json_object *schema)
{
	struct buf line = { 0 };

	schema_line(schema, &line);
	js_append_slice(own_lines, buf_slice(&line));
	buf_free(&line);
}

static void add_response_format(struct conversion *c)
{
	struct json_object *schema = wanted_schema(c->body), *format, *json_schema;

	if (!schema)
		return;
	format = js_add_object(c->chat, "response_format");
	if (c->turn->dialect.json_object_only) {
		js_add_string(format, "type", "json_object");
		add_schema_line(c->own_lines, schema);
		return;
	}
	schema = schema_repair(schema, c->turn->dialect.schema, c->notes);
	js_add_string(format, "type", "json_schema");
	json_schema = js_add_object(format, "json_schema");
	js_add_string(json_schema, "name", "response");
	js_give(json_schema, "schema", schema);
	js_add_bool(json_schema, "strict", strict_fits(schema, STRICT_EACH));
}

/* ---- the whole ---- */

static void fill_turn(struct turn *turn, struct json_object *body)
{
	struct json_object *thinking = js_get(body, "thinking");

	turn->model = must_strdup(js_get_string(body, "model"));
	turn->upstream_model = model_map(turn->settings, turn->model);
	model_dialect(turn->settings, turn->upstream_model, &turn->dialect);
	turn->stream = js_get_true(body, "stream");
	turn->omit_thinking = slice_equals(js_get_slice(thinking, "display"), "omitted");
}

static void add_parameters(struct conversion *c)
{
	add_token_limit(c);
	add_sampling(c);
	add_stops(c);
	add_stream(c);
	if (c->tools.no_parallel)
		js_add_bool(c->chat, "parallel_tool_calls", false);
	c->turn->thinking = thinking_add(c->chat, &c->turn->dialect,
		wanted_read(c->body, c->turn), c->tools.tools, c->tools.forced, c->notes);
	add_response_format(c);
	cache_add_fields(c->chat, c->body, c->turn);
}

static void add_tools(struct conversion *c)
{
	if (c->tools.tools)
		js_share(c->chat, "tools", c->tools.tools);
	if (c->tools.tool_choice)
		js_share(c->chat, "tool_choice", c->tools.tool_choice);
}

/* Last in the body: so the bytes of a growing history begin like those of the turn before. */
static void add_messages(struct conversion *c)
{
	struct json_object *chat_messages = js_add_array(c->chat, "messages");

	if (c->tools.web_search_left_out)
		js_append_string(c->own_lines, "[web search is not available here: say so, "
			"do not answer from memory]");
	system_add(chat_messages, c->body, c->own_lines, c->turn, c->notes);
	history_add(chat_messages, js_get(c->body, "messages"), c->turn, c->notes);
}

static void drop_params(struct json_object *chat, const char *list)
{
	while (list && *list) {
		size_t len = strcspn(list, ", \t");
		struct buf name = { 0 };

		buf_add(&name, list, len);
		if (strcmp(buf_text(&name), "model") && strcmp(buf_text(&name), "messages"))
			js_remove(chat, buf_text(&name));
		buf_free(&name);
		list += len + strspn(list + len, ", \t");
	}
	/* "tool_choice is only allowed when tools are specified" */
	if (!js_has(chat, "tools")) {
		js_remove(chat, "tool_choice");
		js_remove(chat, "parallel_tool_calls");
	}
}

static void convert(struct conversion *c)
{
	struct turn *turn = c->turn;

	js_add_string(c->chat, "model", turn->upstream_model);
	add_parameters(c);
	add_tools(c);
	add_messages(c);
	if (turn->dialect.cache_control)
		cache_limit_marks(c->chat);
	drop_params(c->chat, turn->settings->drop_params);
	if (!js_has(c->chat, token_field(&turn->dialect)))
		turn->max_tokens = 0;
	turn->emit_thinking = wanted_shown(c->body, c->tools.tools, &turn->dialect);
	turn->estimate = count_chat(c->chat);
	if (turn->dialect.cuts_prompt)
		turn->estimate_least = count_least(c->chat);
}

bool request_to_chat(struct json_object *body, enum request_for purpose, struct turn *turn,
	struct json_object **chat, struct notes *notes, struct failure *why)
{
	struct conversion c = { .body = body, .turn = turn, .notes = notes };

	if (!check_request(body, purpose, why))
		return false;
	fill_turn(turn, body);
	if (!tools_convert(body, turn, &c.tools, notes, why))
		return false;
	c.chat = js_new_object();
	c.own_lines = js_new_array();
	convert(&c);
	js_free(c.own_lines);
	js_free(c.tools.tools);
	js_free(c.tools.tool_choice);
	*chat = c.chat;
	return true;
}
