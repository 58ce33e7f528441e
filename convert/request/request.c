#include "request.h"

#include "../estimate/count.h"
#include "../js.h"
#include "../provider/model.h"
#include "check.h"
#include "history.h"
#include "parameters.h"
#include "parts.h"

#include <stdlib.h>

void turn_free(struct turn *turn)
{
	free(turn->model);
	free(turn->upstream_model);
	names_free(&turn->names);
	js_free(turn->taken);
	js_free(turn->stops);
	turn->model = turn->upstream_model = NULL;
	turn->stops = turn->taken = NULL;
}

static void fill_turn(struct turn *turn, struct json_object *body)
{
	struct json_object *thinking = js_get(body, "thinking");

	turn->model = must_strdup(js_get_string(body, "model"));
	turn->upstream_model = model_map(turn->settings, turn->model);
	if (turn->changed)
		turn->dialect = *turn->changed;
	else
		model_dialect(turn->settings, turn->upstream_model, NULL, &turn->dialect);
	turn->stream = js_get_true(body, "stream");
	turn->omit_thinking = slice_equals(js_get_slice(thinking, "display"), "omitted");
}

/* Messages come last: so the bytes of a growing history begin like those of the turn before. */
static void convert(struct conversion *c)
{
	struct json_object *chat_messages;
	struct turn *turn = c->turn;

	js_add_string(c->chat, "model", turn->upstream_model);
	parameters_add(c);
	if (c->tools.tools)
		js_share(c->chat, "tools", c->tools.tools);
	if (c->tools.tool_choice)
		js_share(c->chat, "tool_choice", c->tools.tool_choice);
	if (c->tools.web_search_left_out)
		js_append_string(c->own_lines, "[web search is not available here: say so, "
			"do not answer from memory]");
	chat_messages = js_add_array(c->chat, "messages");
	system_add(chat_messages, c->body, c->own_lines, turn);
	history_add(chat_messages, js_get(c->body, "messages"), turn);
	if (turn->dialect.cache_control)
		cache_limit_marks(c->chat);
	parameters_drop(c);
	turn->emit_thinking = parameters_show_thinking(c->body,
		c->tools.tools && !c->tools.declared, &turn->dialect);
	turn->estimate = count_chat(c->chat);
	if (turn->dialect.cuts_prompt)
		turn->estimate_least = count_least(c->chat);
}

bool request_to_chat(struct json_object *body, enum request_for purpose, struct turn *turn,
	struct json_object **chat, struct notes *notes, struct failure *why)
{
	struct conversion c = { .body = body, .turn = turn };

	if (!check_request(body, purpose, why))
		return false;
	turn->notes = notes;
	fill_turn(turn, body);
	if (!tools_convert(body, turn, &c.tools, why))
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
