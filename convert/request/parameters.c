#include "parameters.h"

#include "../js.h"
#include "../schema/schema.h"
#include "parts.h"
#include "place.h"

/* ---- limits and sampling ---- */

static const char *token_field(const struct dialect *dialect)
{
	return dialect->token_field == MAX_TOKENS ? "max_tokens" : "max_completion_tokens";
}

/* The number as asked, but for the user's limits and those that upstream is known to have. */
static void add_token_limit(struct conversion *c)
{
	const struct settings *settings = c->turn->settings;
	const struct dialect *dialect = &c->turn->dialect;
	int64_t asked, limit, least = dialect->output_least;

	if (!js_get_int(c->body, "max_tokens", &asked))
		return;
	/* 0 only warms Anthropic's cache; a chat server refuses it. */
	limit = asked > 0 ? asked : 1;
	if (limit < settings->min_tokens_limit)
		limit = settings->min_tokens_limit;
	if (settings->max_tokens_limit && limit > settings->max_tokens_limit)
		limit = settings->max_tokens_limit;
	if (dialect->output_cap && limit > dialect->output_cap)
		limit = dialect->output_cap;
	/* "Expected a value >= 16, but got 1 instead." */
	if (dialect->api == API_RESPONSES && least < 16)
		least = 16;
	if (limit < least)
		limit = least;
	if (dialect->room && limit > dialect->room)
		limit = dialect->room;
	if (limit != asked)
		note_changed(c->turn->notes, "changed:max_tokens");
	js_add_int(c->chat, token_field(dialect), limit);
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

	for (size_t i = 0; i < COUNT(sampling); i++) {
		struct json_object *value = js_get(c->body, sampling[i].field);

		if (value && sampling[i].taken)
			js_share(c->chat, sampling[i].field, value);
		else if (value)
			note_changed(c->turn->notes, "dropped:%s", sampling[i].field);
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
			note_changed(c->turn->notes, "dropped:stop_sequences");
	}
	if (js_count(stop))
		js_share(c->chat, "stop", stop);
	js_free(stop);
	if (js_count(asked))
		c->turn->stops = js_hold(asked);
}

static void add_stream(struct conversion *c)
{
	const struct dialect *dialect = &c->turn->dialect;

	if (!c->turn->stream && !dialect->stream_always)
		return;
	js_add_bool(c->chat, "stream", true);
	/* Without it most servers say nothing of usage. */
	if (!dialect->no_stream_options)
		js_add_bool(js_add_object(c->chat, "stream_options"), "include_usage", true);
	if (dialect->tool_stream && c->tools.tools)
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

static void add_response_format(struct conversion *c)
{
	struct json_object *schema = wanted_schema(c->body), *format, *json_schema;
	enum response_format known = c->turn->dialect.response_format;
	struct buf line = { 0 };

	if (!schema)
		return;
	if (known != FORMAT_JSON_SCHEMA) {
		buf_puts(&line, "Answer with nothing but JSON that fits this schema: ");
		buf_join(&line, "", js_text(schema));
		js_append_slice(c->own_lines, buf_slice(&line));
		buf_free(&line);
	}
	if (known == FORMAT_NONE)
		return;
	format = js_add_object(c->chat, "response_format");
	if (known == FORMAT_JSON_OBJECT) {
		js_add_string(format, "type", "json_object");
		return;
	}
	schema = schema_repair(schema, c->turn->dialect.schema, c->turn->notes);
	js_add_string(format, "type", "json_schema");
	json_schema = js_add_object(format, "json_schema");
	js_add_string(json_schema, "name", "response");
	js_give(json_schema, "schema", schema);
	js_add_bool(json_schema, "strict", strict_fits(schema, STRICT_EACH));
}

/* ---- thinking ---- */

/* The effort asked for: the last one that a system message sets, else the request's. */
static enum effort asked_effort(struct json_object *body)
{
	struct json_object *messages = js_get(body, "messages");
	const char *effort = js_get_string(js_get(body, "output_config"), "effort");

	for (size_t i = 0; i < js_count(messages); i++) {
		struct json_object *config = js_get(js_at(messages, i), "output_config");
		const char *later = js_get_string(config, "effort");

		if (later && role_of(js_at(messages, i)) == ROLE_SYSTEM)
			effort = later;
	}
	return effort ? effort_by_name(slice_of(effort)) : 0;
}

/*
 * A limit that was lowered must stay above the budget, or both are refused. Thinking counts inside
 * the limit: where upstream itself set it, some is left for the answer.
 */
static int64_t bounded(int64_t budget, const struct turn *turn)
{
	int64_t limit = turn->max_tokens;

	if (limit == 0 || budget < limit)
		return budget;
	if (limit == turn->dialect.output_cap || limit == turn->dialect.room)
		return limit - limit / 4;
	return limit - 1;
}

struct wanted parameters_wanted(struct json_object *body, const struct turn *turn)
{
	struct json_object *thinking = js_get_object(body, "thinking");
	struct slice type = js_get_slice(thinking, "type");
	enum effort effort = asked_effort(body);
	struct wanted wanted = { .level = effort, .named = effort };
	int64_t budget = 0;

	/* The user's own choice; every word but "off" is an effort. */
	if (turn->settings->reasoning) {
		effort = effort_by_name(slice_of(turn->settings->reasoning));
		return (struct wanted){ effort ? WANTED_LEVEL : WANTED_OFF, .level = effort };
	}
	if (slice_equals(type, "disabled") || wanted.level == EFFORT_NONE)
		return (struct wanted){ .thinking = WANTED_OFF };
	if (slice_equals(type, "enabled"))
		js_get_int(thinking, "budget_tokens", &budget);
	/* Claude Code's steps were about 4k, 10k and 32k. */
	if (!wanted.level && budget > 0)
		wanted.level = budget <= 4096 ? EFFORT_LOW : budget <= 16384 ? EFFORT_MEDIUM :
			EFFORT_HIGH;
	if (wanted.level)
		wanted.thinking = WANTED_LEVEL;
	else if (type.data)
		wanted.thinking = WANTED_ON;
	wanted.budget = bounded(budget, turn);
	return wanted;
}

static void add_thinking(struct conversion *c)
{
	const struct dialect *dialect = &c->turn->dialect;
	struct wanted wanted = parameters_wanted(c->body, c->turn);

	if (dialect->thinking_ends_with_calls && !dialect->thinking_always && c->tools.used) {
		if (wanted.thinking == WANTED_ON || wanted.thinking == WANTED_LEVEL)
			note_changed(c->turn->notes, "dropped:thinking");
		wanted = (struct wanted){ .thinking = WANTED_OFF };
	}
	c->turn->thinking = thinking_add(c->chat, dialect, wanted, c->tools.tools,
		c->tools.forced, c->turn->notes);
}

bool parameters_show_thinking(struct json_object *body, bool has_tools,
	const struct dialect *dialect)
{
	struct slice type = js_get_slice(js_get(body, "thinking"), "type");

	if (slice_equals(type, "disabled"))
		return has_tools && (dialect->reasoning_field || dialect->api == API_RESPONSES);
	return has_tools || type.data;
}

/* ---- the whole ---- */

void parameters_add(struct conversion *c)
{
	add_token_limit(c);
	add_sampling(c);
	add_stops(c);
	add_stream(c);
	if (c->tools.no_parallel)
		js_add_bool(c->chat, "parallel_tool_calls", false);
	if (c->turn->dialect.reasoning_split)
		js_add_bool(c->chat, "reasoning_split", true);
	add_thinking(c);
	add_response_format(c);
	cache_add_fields(c->chat, c->body, c->turn);
}

void parameters_drop(struct conversion *c)
{
	place_drop_all(c->chat, c->turn->settings->drop_params);
	place_drop_all(c->chat, c->turn->dialect.drop);
	/* "tool_choice is only allowed when tools are specified" */
	if (!js_has(c->chat, "tools")) {
		js_remove(c->chat, "tool_choice");
		js_remove(c->chat, "parallel_tool_calls");
	}
	/* "stream_options is only allowed when stream is enabled" */
	if (!js_has(c->chat, "stream")) {
		js_remove(c->chat, "stream_options");
		js_remove(c->chat, "tool_stream");
	}
	if (!js_has(c->chat, token_field(&c->turn->dialect)))
		c->turn->max_tokens = 0;
}
