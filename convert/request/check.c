#include "check.h"

#include "../js.h"
#include "parts.h"

#include <stdio.h>

/* ---- fields ---- */

static bool is_integer(struct json_object *node)
{
	int64_t value;

	return js_int(node, &value);
}

static const struct {
	bool (*is)(struct json_object *node);
	const char *noun;
} types[] = {
	[FIELD_STRING] = { js_is_string, "string" },
	[FIELD_INTEGER] = { is_integer, "integer" },
	[FIELD_NUMBER] = { js_is_number, "number" },
	[FIELD_BOOLEAN] = { js_is_bool, "boolean" },
	[FIELD_LIST] = { js_is_array, "list" },
	[FIELD_DICTIONARY] = { js_is_object, "dictionary" },
};

bool check_type(struct json_object *value, enum field_type type, const char *path,
	struct failure *why)
{
	if (types[type].is(value))
		return true;
	return failed(why, INVALID_REQUEST_ERROR, "%s: Input should be a valid %s", path,
		types[type].noun);
}

bool check_required(struct json_object *object, const char *key, enum field_type type,
	const char *path, struct failure *why)
{
	struct json_object *value = js_get(object, key);
	const char *dot = *path ? "." : "";

	if (!value)
		return failed(why, INVALID_REQUEST_ERROR, "%s%s%s: Field required", path, dot, key);
	if (!types[type].is(value))
		return failed(why, INVALID_REQUEST_ERROR, "%s%s%s: Input should be a valid %s",
			path, dot, key, types[type].noun);
	return true;
}

/* ---- messages and system ---- */

static const struct {
	const char *block, *key;
	enum field_type type;
} payloads[] = {
	{ "text", "text", FIELD_STRING },
	{ "tool_use", "id", FIELD_STRING },
	{ "tool_use", "name", FIELD_STRING },
	{ "tool_result", "tool_use_id", FIELD_STRING },
	{ "image", "source", FIELD_DICTIONARY },
	{ "document", "source", FIELD_DICTIONARY },
};

static bool check_content(struct json_object *content, const char *path, struct failure *why);

static bool check_block(struct json_object *block, const char *path, struct failure *why)
{
	struct slice type = js_get_slice(block, "type");
	struct buf inner = { 0 };
	bool fine = true;

	if (!check_type(block, FIELD_DICTIONARY, path, why))
		return false;
	for (size_t i = 0; i < COUNT(payloads); i++)
		if (slice_equals(type, payloads[i].block) &&
			!check_required(block, payloads[i].key, payloads[i].type, path, why))
			return false;
	if (slice_equals(type, "tool_result") && js_get(block, "content")) {
		buf_printf(&inner, "%s.content", path);
		fine = check_content(js_get(block, "content"), buf_text(&inner), why);
		buf_free(&inner);
	}
	return fine;
}

/* Content is a string or blocks; of the known ones each must have its payload. */
static bool check_content(struct json_object *content, const char *path, struct failure *why)
{
	struct buf block_path = { 0 };
	bool fine = true;

	if (js_is_string(content))
		return true;
	if (!check_type(content, FIELD_LIST, path, why))
		return false;
	for (size_t i = 0; fine && i < js_count(content); i++) {
		buf_clear(&block_path);
		buf_printf(&block_path, "%s.%zu", path, i);
		fine = check_block(js_at(content, i), buf_text(&block_path), why);
	}
	buf_free(&block_path);
	return fine;
}

static bool check_message(struct json_object *message, size_t index, struct failure *why)
{
	struct json_object *content = js_get(message, "content");
	char path[64];

	snprintf(path, sizeof(path), "messages.%zu", index);
	if (!check_type(message, FIELD_DICTIONARY, path, why) ||
		!check_required(message, "role", FIELD_STRING, path, why))
		return false;
	/* Claude Code sends system messages that only change the effort. */
	if (!content && role_of(message) == ROLE_SYSTEM)
		return true;
	snprintf(path, sizeof(path), "messages.%zu.content", index);
	if (!content)
		return failed(why, INVALID_REQUEST_ERROR, "%s: Field required", path);
	return check_content(content, path, why);
}

bool check_messages(struct json_object *messages, struct failure *why)
{
	for (size_t i = 0; i < js_count(messages); i++)
		if (!check_message(js_at(messages, i), i, why))
			return false;
	return true;
}

/* ---- the request ---- */

/* Fields that we drop anyway are not type-checked. */
static const struct {
	const char *key;
	enum field_type type;
	bool required;
} fields[] = {
	{ "model", FIELD_STRING, true },
	{ "messages", FIELD_LIST, true },
	{ "stream", FIELD_BOOLEAN, false },
	{ "temperature", FIELD_NUMBER, false },
	{ "top_p", FIELD_NUMBER, false },
	{ "top_k", FIELD_INTEGER, false },
	{ "stop_sequences", FIELD_LIST, false },
	{ "thinking", FIELD_DICTIONARY, false },
	{ "output_config", FIELD_DICTIONARY, false },
	{ "output_format", FIELD_DICTIONARY, false },
};

static bool check_types(struct json_object *body, enum request_for purpose, struct failure *why)
{
	for (size_t i = 0; i < COUNT(fields); i++)
		if ((fields[i].required || js_get(body, fields[i].key)) &&
			!check_required(body, fields[i].key, fields[i].type, "", why))
			return false;
	/* Counting tokens needs no limit, so it looks at none. */
	return purpose != FOR_MESSAGES ||
		check_required(body, "max_tokens", FIELD_INTEGER, "", why);
}

/*
 * The tool runners of the SDKs start a thread, and go on with nothing but the new messages and the
 * id of the last answer. Upon this code they send the whole history.
 */
static bool check_thread(struct json_object *body, struct failure *why)
{
	if (!slice_equals(js_get_slice(js_get(body, "thread"), "type"), "continue"))
		return true;
	failed(why, NOT_FOUND_ERROR, "thread.previous_message_id: no threads are kept here; "
		"send the whole history");
	why->error_code = "thread_not_found";
	return false;
}

static bool check_values(struct json_object *body, enum request_for purpose, struct failure *why)
{
	struct json_object *stops = js_get(body, "stop_sequences");
	int64_t max_tokens = 0;

	if (!*js_get_string(body, "model"))
		return failed(why, INVALID_REQUEST_ERROR,
			"model: String should have at least 1 character");
	js_get_int(body, "max_tokens", &max_tokens);
	if (purpose == FOR_MESSAGES && max_tokens < 0)
		return failed(why, INVALID_REQUEST_ERROR,
			"max_tokens: Input should be greater than or equal to 0");
	if (js_count(js_get(body, "messages")) == 0)
		return failed(why, INVALID_REQUEST_ERROR,
			"messages: at least one message is required");
	for (size_t i = 0; i < js_count(stops); i++)
		if (!js_is_string(js_at(stops, i)))
			return failed(why, INVALID_REQUEST_ERROR,
				"stop_sequences.%zu: Input should be a valid string", i);
	return true;
}

bool check_request(struct json_object *body, enum request_for purpose, struct failure *why)
{
	struct json_object *system = js_get(body, "system");

	if (!js_is_object(body))
		return failed(why, INVALID_REQUEST_ERROR,
			"The request body should be a JSON object");
	return check_types(body, purpose, why) && check_thread(body, why) &&
		check_values(body, purpose, why) &&
		(!system || check_content(system, "system", why)) &&
		check_messages(js_get(body, "messages"), why);
}
