#include "talk.h"

#include "../convert/js.h"

struct json_object *talk_request(const char *model, const char *display,
	struct json_object *messages)
{
	struct json_object *request = js_new_object(), *thinking, *tool;

	js_add_string(request, "model", model);
	js_add_int(request, "max_tokens", 1000);
	thinking = js_add_object(request, "thinking");
	js_add_string(thinking, "type", "adaptive");
	js_add_string(thinking, "display", display);
	tool = js_append_object(js_add_array(request, "tools"));
	js_add_string(tool, "name", "LS");
	js_add_string(js_add_object(tool, "input_schema"), "type", "object");
	js_give(request, "messages", messages);
	return request;
}

static void add_results(struct json_object *content, struct json_object *results)
{
	for (size_t i = 0; i < js_count(content); i++) {
		const char *id = js_get_string(js_at(content, i), "id");
		struct json_object *result;

		if (!id)
			continue;
		result = js_append_object(results);
		js_add_string(result, "type", "tool_result");
		js_add_string(result, "tool_use_id", id);
		js_add_string(result, "content", "done");
	}
}

void talk_goes_on(struct json_object *history, struct json_object *message)
{
	struct json_object *content = js_get_array(message, "content");
	struct json_object *turn = js_append_object(history), *results;

	js_add_string(turn, "role", "assistant");
	js_share(turn, "content", content);
	turn = js_append_object(history);
	js_add_string(turn, "role", "user");
	results = js_add_array(turn, "content");
	add_results(content, results);
	if (js_count(results) == 0)
		js_add_string(turn, "content", "Go on.");
}
