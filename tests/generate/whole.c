#include "whole.h"

#include "../../convert/js.h"
#include "chance.h"
#include "spell.h"

#include <json-c/json.h>

static void add_function(const struct meant_call *call, const struct turn *turn,
	struct json_object *function)
{
	struct json_object *object = NULL;
	struct buf text = { 0 };
	struct js_error error;
	char name[65];

	spell_arguments(call, false, &text);
	js_add_string(function, "name", names_to_upstream(&turn->names, call->name, name));
	if (call->given == GIVEN_OBJECT && chance_one_in(5) &&
			js_parse(text.data, text.len, &object, &error))
		js_give(function, "arguments", object);
	else if (text.len > 0 || chance_one_in(3))
		js_add_slice(function, "arguments", (struct slice){ buf_text(&text), text.len });
	else if (chance_one_in(2))
		js_add_null(function, "arguments");
	buf_free(&text);
}

static void add_calls(const struct meant *meant, const struct turn *turn,
	struct json_object *message)
{
	struct json_object *calls;
	bool has_ids = meant->same_ids || !chance_one_in(4);

	if (meant->call_count == 1 && chance_one_in(6)) {
		add_function(&meant->calls[0], turn, js_add_object(message, "function_call"));
		return;
	}
	if (meant->call_count == 0 && chance_one_in(2))
		return;
	calls = js_add_array(message, "tool_calls");
	for (size_t i = 0; i < meant->call_count; i++) {
		struct json_object *call = js_append_object(calls);

		if (has_ids)
			js_add_string(call, "id", meant->calls[i].id);
		else if (chance_one_in(2))
			js_add_string(call, "id", "");
		if (chance_one_in(2))
			js_add_string(call, "type", chance_one_in(4) ? NULL : "function");
		add_function(&meant->calls[i], turn, js_add_object(call, "function"));
	}
}

void whole_message(const struct meant *meant, const struct turn *turn,
	struct json_object *message)
{
	struct spelling spelling;
	struct slice said;

	spell_draw(&spelling, meant);
	said = buf_slice(&spelling.said_text);
	js_add_string(message, "role", "assistant");
	if (chance_one_in(2))
		js_add_null(message, "content");
	if (meant->thinking.len > 0 && spelling.reasoned != REASONED_IN_TAGS)
		spell_reasoning(&spelling, buf_slice(&meant->thinking), message);
	if (said.len > 0)
		spell_text(&spelling, said, message);
	add_calls(meant, turn, message);
	if (chance_one_in(4))
		js_add_array(message, "annotations");
	spell_free(&spelling);
}

void whole_write(const struct meant *meant, const struct turn *turn, struct buf *wire)
{
	struct json_object *completion = js_new_object(), *choices, *choice;

	js_add_string(completion, "id", "chatcmpl-1");
	choices = js_add_array(completion, "choices");
	choice = js_append_object(choices);
	if (chance_one_in(2))
		js_add_int(choice, "index", 0);
	whole_message(meant, turn, js_add_object(choice, "message"));
	spell_finish(meant, false, choice);
	if (meant->has_usage)
		spell_usage(meant, completion);
	if (chance_one_in(8))
		buf_puts(wire, "\xEF\xBB\xBF");
	buf_puts(wire, chance_one_in(4) ? "\r\n " : "");
	buf_puts(wire, json_object_to_json_string_ext(completion, chance_one_in(3) ?
		JSON_C_TO_STRING_PRETTY : JSON_C_TO_STRING_PLAIN));
	js_free(completion);
}
