/* POST /v1/messages, its count_tokens, and GET /test-connection: what needs a conversion. */
#include "../convert/js.h"
#include "../convert/request/request.h"
#include "guard.h"
#include "relay.h"

#include <string.h>

/* Room for a reasoning model to think before its first word. */
#define TEST_MAX_TOKENS 1024

bool serve_messages(struct exchange *ex, struct failure *why)
{
	struct json_object *tree, *message;

	ex->connection->carries_messages = true;
	if (!exchange_json(ex, &tree, why) || !relay(ex, tree, &message, why))
		return false;
	if (message)
		exchange_reply(ex, 200, message);
	return true;
}

bool serve_count_tokens(struct exchange *ex, struct failure *why)
{
	struct json_object *tree, *chat = NULL, *answer;
	bool fine;

	if (!exchange_json(ex, &tree, why))
		return false;
	ex->turn.settings = ex->settings;
	memcpy(ex->turn.seed, ex->seed, SEED_SIZE);
	guard_begin();
	fine = request_to_chat(tree, FOR_COUNT_TOKENS, &ex->turn, &chat, &ex->notes, why);
	guard_end();
	js_free(tree);
	js_free(chat);
	if (!fine)
		return false;
	ex->line.model = ex->turn.model;
	ex->line.upstream_model = ex->turn.upstream_model;
	ex->line.input_tokens = ex->turn.estimate;
	answer = js_new_object();
	js_add_int(answer, "input_tokens", ex->turn.estimate);
	exchange_reply(ex, 200, answer);
	return true;
}

static struct json_object *hello(const char *model)
{
	struct json_object *tree = js_new_object(), *message;

	js_add_string(tree, "model", model);
	js_add_int(tree, "max_tokens", TEST_MAX_TOKENS);
	message = js_append_object(js_add_array(tree, "messages"));
	js_add_string(message, "role", "user");
	js_add_string(message, "content", "Hello");
	return tree;
}

static void answer_unconnected(struct exchange *ex, const struct failure *why)
{
	static const char *const suggestions[] = {
		"Is OPENAI_API_KEY valid?",
		"Does the key have permission for SMALL_MODEL?",
		"Is a rate limit or quota reached?",
		"Is OPENAI_BASE_URL right? `claudeproxy --check` shows the request URL.",
	};
	struct json_object *answer = js_new_object(), *list;

	js_add_string(answer, "status", "failed");
	js_add_string(answer, "error_type", "API Error");
	js_add_string(answer, "message", why->message);
	exchange_add_time(answer);
	list = js_add_array(answer, "suggestions");
	for (size_t i = 0; i < COUNT(suggestions); i++)
		js_append_string(list, suggestions[i]);
	exchange_reply(ex, 503, answer);
}

/* One small completion through everything that a real request goes through. */
bool serve_test_connection(struct exchange *ex, struct failure *why)
{
	const char *model = ex->settings->small_model;
	struct json_object *message, *answer;

	if (!relay(ex, hello(model), &message, why)) {
		answer_unconnected(ex, why);
		return true;
	}
	answer = js_new_object();
	js_add_string(answer, "status", "success");
	js_add_string(answer, "message", "Successfully connected to OpenAI API");
	js_add_string(answer, "model_used", model);
	exchange_add_time(answer);
	js_add_string(answer, "response_id", js_get_string(message, "id"));
	exchange_reply(ex, 200, answer);
	js_free(message);
	return true;
}
