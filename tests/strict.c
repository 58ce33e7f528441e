#include "strict.h"

#include "../convert/js.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

struct judge {
	struct json_object *request;
	struct slice ciphers;
	struct buf *error;
};

/* "param" may be NULL, like "code". Returns false: so every check is one line. */
static bool refuse(struct judge *judge, const char *code, const char *param, const char *format, ...)
	__attribute__((format(printf, 4, 5)));
static bool refuse(struct judge *judge, const char *code, const char *param, const char *format, ...)
{
	struct json_object *body = js_new_object(), *error = js_add_object(body, "error");
	char message[512];
	va_list args;

	va_start(args, format);
	vsnprintf(message, sizeof(message), format, args);
	va_end(args);
	js_add_string(error, "message", message);
	js_add_string(error, "type", "invalid_request_error");
	js_add_string(error, "param", param);
	js_add_string(error, "code", code);
	buf_join(judge->error, "", js_text(body));
	js_free(body);
	return false;
}

/* ---- parameters ---- */

/* keys: those that are known, with a blank behind each. */
static bool knows(struct judge *judge, struct json_object *object, const char *place,
	const char *keys)
{
	for (struct js_member m = js_first(object); m.key; m = js_next(m)) {
		char key[72], param[160];

		snprintf(key, sizeof(key), "%s ", m.key);
		snprintf(param, sizeof(param), "%s%s%s", place, *place ? "." : "", m.key);
		if (!strstr(keys, key))
			return refuse(judge, "unknown_parameter", param,
				"Unknown parameter: '%s'.", param);
	}
	return true;
}

static bool check_effort(struct judge *judge)
{
	const char *model = js_get_string(judge->request, "model");
	const char *effort = js_get_string(js_get(judge->request, "reasoning"), "effort");

	if (effort && strstr(model, "astra") && (!strcmp(effort, "none") || !strcmp(effort, "minimal")))
		return refuse(judge, "unsupported_value", "reasoning.effort", "Unsupported value: "
			"'%s' is not supported with the '%s' model. Supported values are: 'low', "
			"'medium', 'high', and 'xhigh'.", effort, model);
	return true;
}

static bool check_parameters(struct judge *judge)
{
	static const char *const fixed[] = { "temperature", "top_p" };
	int64_t limit = 16;

	if (!knows(judge, judge->request, "", "model input instructions max_output_tokens stream "
			"stream_options parallel_tool_calls prompt_cache_key reasoning store "
			"include text tools tool_choice temperature top_p service_tier ") ||
		!knows(judge, js_get(judge->request, "reasoning"), "reasoning", "effort summary ") ||
		!knows(judge, js_get(judge->request, "stream_options"), "stream_options",
			"include_obfuscation "))
		return false;
	for (size_t i = 0; i < COUNT(fixed); i++)
		if (js_has(judge->request, fixed[i]))
			return refuse(judge, NULL, fixed[i], "Unsupported parameter: '%s' is not "
				"supported with this model.", fixed[i]);
	js_get_int(judge->request, "max_output_tokens", &limit);
	if (limit < 16)
		return refuse(judge, "integer_below_min_value", "max_output_tokens", "Invalid "
			"'max_output_tokens': integer below minimum value. Expected a value >= 16, "
			"but got %d instead.", (int)limit);
	if (js_get(judge->request, "store") == NULL || js_get_true(judge->request, "store"))
		return refuse(judge, NULL, "store", "This organization keeps nothing: set 'store' "
			"to false.");
	return check_effort(judge);
}

static bool check_tools(struct judge *judge)
{
	struct json_object *tools = js_get_array(judge->request, "tools");
	char place[32];

	for (size_t i = 0; i < js_count(tools); i++) {
		struct json_object *tool = js_at(tools, i);

		snprintf(place, sizeof(place), "tools[%zu]", i);
		if (!knows(judge, tool, place, "type name description parameters strict "))
			return false;
		if (!js_get_string(tool, "name"))
			return refuse(judge, "missing_required_parameter", place,
				"Missing required parameter: '%s.name'.", place);
		/* What is not said is true. */
		if (!js_has(tool, "strict"))
			return refuse(judge, "invalid_function_parameters", place, "Invalid schema "
				"for function '%s': In context=(), 'additionalProperties' is "
				"required to be supplied and to be false.",
				js_get_string(tool, "name"));
	}
	return true;
}

/* ---- items ---- */

static const struct { const char *type, *keys; } items[] = {
	{ "message", "type role content phase " },
	{ "reasoning", "type summary encrypted_content id " },
	{ "function_call", "type call_id name arguments " },
	{ "function_call_output", "type call_id output " },
};

static struct slice type_of(struct json_object *item)
{
	return js_get_slice(item, "type");
}

static bool check_reasoning(struct judge *judge, struct json_object *item, size_t index)
{
	struct json_object *next = js_at(js_get(judge->request, "input"), index + 1);
	struct slice cipher = js_get_slice(item, "encrypted_content");
	bool own = cipher.len >= judge->ciphers.len &&
		!memcmp(cipher.data, judge->ciphers.data, judge->ciphers.len);

	if (js_has(item, "id"))
		return refuse(judge, NULL, "input", "Item with id '%s' not found. Items are not "
			"persisted when `store` is set to false. Try again with `store` set to "
			"true, or remove this item from your input.", js_get_string(item, "id"));
	if (!js_get_array(item, "summary"))
		return refuse(judge, "missing_required_parameter", "input", "Missing required "
			"parameter: 'input[%zu].summary'.", index);
	if (!own)
		return refuse(judge, "invalid_encrypted_content", NULL, "The encrypted content "
			"%.4s... could not be verified. Reason: Encrypted content could not be "
			"decrypted or parsed.", cipher.data ? cipher.data : "");
	if (!slice_equals(type_of(next), "reasoning") && !slice_equals(type_of(next),
			"function_call") && !slice_equals(js_get_slice(next, "role"), "assistant"))
		return refuse(judge, NULL, "input", "Item 'rs_%zu' of type 'reasoning' was "
			"provided without its required following item.", index);
	return true;
}

static bool check_message(struct judge *judge, struct json_object *item, size_t index)
{
	bool assistant = slice_equals(js_get_slice(item, "role"), "assistant");
	struct json_object *content = js_get_array(item, "content");

	for (size_t i = 0; i < js_count(content); i++) {
		struct slice type = type_of(js_at(content, i));

		if (assistant != slice_equals(type, "output_text"))
			return refuse(judge, "invalid_value", "input", "Invalid value: '%.*s'. "
				"Supported values are: %s. (input[%zu])", (int)type.len, type.data,
				assistant ? "'output_text' and 'refusal'" : "'input_text', "
				"'input_image', and 'input_file'", index);
	}
	return true;
}

/* Whether another item of that type has the call's id. */
static bool has_other(struct judge *judge, const char *type, const char *call_id)
{
	struct json_object *input = js_get(judge->request, "input");

	for (size_t i = 0; i < js_count(input); i++)
		if (slice_equals(type_of(js_at(input, i)), type) &&
			slice_equals(js_get_slice(js_at(input, i), "call_id"), call_id))
			return true;
	return false;
}

static bool check_item(struct judge *judge, struct json_object *item, size_t index)
{
	const char *call_id = js_get_string(item, "call_id");
	char place[32];
	size_t kind = 0;

	snprintf(place, sizeof(place), "input[%zu]", index);
	while (kind < COUNT(items) && !slice_equals(type_of(item), items[kind].type))
		kind++;
	if (kind == COUNT(items))
		return refuse(judge, "invalid_value", place, "Invalid value: '%s'.",
			js_get_string(item, "type"));
	if (!knows(judge, item, place, items[kind].keys))
		return false;
	if (kind == 0)
		return check_message(judge, item, index);
	if (kind == 1)
		return check_reasoning(judge, item, index);
	if (!call_id || strlen(call_id) > 64)
		return refuse(judge, NULL, place, "Invalid '%s.call_id'.", place);
	if (kind == 2 && !has_other(judge, "function_call_output", call_id))
		return refuse(judge, NULL, "input", "No tool output found for function call %s.",
			call_id);
	if (kind == 3 && !has_other(judge, "function_call", call_id))
		return refuse(judge, NULL, "input", "No tool call found for function call output "
			"with call_id %s.", call_id);
	return true;
}

bool strict_refuses(struct slice request, struct slice ciphers, struct buf *error)
{
	struct judge judge = { .ciphers = ciphers, .error = error };
	struct json_object *input;
	bool fine;

	if (!js_parse(request.data, request.len, &judge.request, NULL)) {
		refuse(&judge, NULL, NULL, "We could not parse the JSON body of your request.");
		return true;
	}
	input = js_get_array(judge.request, "input");
	fine = check_parameters(&judge) && check_tools(&judge) && (js_count(input) > 0 ||
		refuse(&judge, "missing_required_parameter", "input",
		"Missing required parameter: 'input'."));
	for (size_t i = 0; fine && i < js_count(input); i++)
		fine = check_item(&judge, js_at(input, i), i);
	js_free(judge.request);
	return !fine;
}
