/* What is answered from the configuration alone, without upstream. */
#include "access.h"

#include "../convert/js.h"
#include "../convert/provider/model.h"
#include "../net/version.h"

#include <string.h>

#define MODELS "/v1/models/"

bool serve_models(struct exchange *ex, struct failure *why)
{
	struct json_object *list = model_list(ex->settings);

	(void)why;
	exchange_reply(ex, 200, list);
	return true;
}

bool serve_model(struct exchange *ex, struct failure *why)
{
	const char *id = ex->request.path + strlen(MODELS);
	struct json_object *entry = model_entry(ex->settings, id);

	if (!entry)
		return failed(why, NOT_FOUND_ERROR, "model: %s", id);
	exchange_reply(ex, 200, entry);
	return true;
}

/* Answers with a broken configuration too: that is what a health check wants to know. */
bool serve_health(struct exchange *ex, struct failure *why)
{
	const struct settings *settings = ex->settings;
	struct json_object *answer = js_new_object();

	(void)why;
	js_add_string(answer, "status", ex->connection->configured ? "healthy" : "unhealthy");
	exchange_add_time(answer);
	js_add_bool(answer, "openai_api_configured", settings->openai_api_key);
	js_add_bool(answer, "api_key_valid", settings->openai_api_key);
	js_add_bool(answer, "client_api_key_validation", settings->anthropic_api_key);
	exchange_reply(ex, 200, answer);
	return true;
}

/*
 * Never with user info and query, which may hold a secret. Gateways have tokens in their paths too:
 * the path is for those who have shown a key.
 */
static void add_base_url(struct json_object *parent, const struct base_url *base, bool with_path)
{
	struct buf url = { 0 };

	buf_printf(&url, "%s://%s", base->scheme, base->host);
	if (base->port_given)
		buf_printf(&url, ":%u", base->port);
	if (with_path)
		buf_puts(&url, base->path);
	js_add_string(parent, "openai_base_url", buf_text(&url));
	buf_free(&url);
}

bool serve_root(struct exchange *ex, struct failure *why)
{
	const struct settings *settings = ex->settings;
	struct json_object *answer = js_new_object(), *config, *endpoints;
	struct failure unused;

	(void)why;
	js_add_string(answer, "message", "claudeproxy " VERSION);
	js_add_string(answer, "status", "running");
	config = js_add_object(answer, "config");
	add_base_url(config, &settings->base, settings->anthropic_api_key &&
		access_with_key(ex, &unused));
	if (settings->max_tokens_limit)
		js_add_int(config, "max_tokens_limit", settings->max_tokens_limit);
	else
		js_add_null(config, "max_tokens_limit");
	js_add_bool(config, "api_key_configured", settings->openai_api_key);
	js_add_bool(config, "client_api_key_validation", settings->anthropic_api_key);
	js_add_string(config, "big_model", settings->big_model);
	js_add_string(config, "small_model", settings->small_model);
	endpoints = js_add_object(answer, "endpoints");
	js_add_string(endpoints, "messages", "/v1/messages");
	js_add_string(endpoints, "count_tokens", "/v1/messages/count_tokens");
	js_add_string(endpoints, "health", "/health");
	js_add_string(endpoints, "test_connection", "/test-connection");
	exchange_reply(ex, 200, answer);
	return true;
}

/* Its body is read, so that the connection may stay, and thrown away. */
bool serve_telemetry(struct exchange *ex, struct failure *why)
{
	struct buf body = { 0 };
	bool fine = exchange_body(ex, &body, why);

	buf_free(&body);
	if (!fine)
		return false;
	reply_json(&ex->reply, 200, "{}", 2);
	return true;
}
