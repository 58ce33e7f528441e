#include "wanted.h"

#include "../js.h"
#include "parts.h"

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
	return effort ? effort_by_name(effort) : 0;
}

/* Claude Code's steps were about 4k, 10k and 32k. */
static enum effort budget_effort(int64_t budget)
{
	return budget <= 4096 ? EFFORT_LOW : budget <= 16384 ? EFFORT_MEDIUM : EFFORT_HIGH;
}

/* The user's own choice; every word but "off" is an effort. */
static struct wanted fixed(const char *reasoning)
{
	enum effort level = effort_by_name(reasoning);

	return (struct wanted){ .thinking = level ? WANTED_LEVEL : WANTED_OFF, .level = level };
}

/* A limit that was lowered must stay above the budget, or both are refused. */
static int64_t bounded(int64_t budget, int64_t max_tokens)
{
	return max_tokens && budget >= max_tokens ? max_tokens - 1 : budget;
}

struct wanted wanted_read(struct json_object *body, const struct turn *turn)
{
	struct json_object *thinking = js_get_object(body, "thinking");
	struct slice type = js_get_slice(thinking, "type");
	enum effort effort = asked_effort(body);
	struct wanted wanted = { .level = effort, .named = effort };
	int64_t budget = 0;

	if (turn->settings->reasoning)
		return fixed(turn->settings->reasoning);
	if (slice_equals(type, "disabled") || wanted.level == EFFORT_NONE)
		return (struct wanted){ .thinking = WANTED_OFF };
	if (slice_equals(type, "enabled"))
		js_get_int(thinking, "budget_tokens", &budget);
	if (!wanted.level && budget > 0)
		wanted.level = budget_effort(budget);
	if (wanted.level)
		wanted.thinking = WANTED_LEVEL;
	else if (type.data)
		wanted.thinking = WANTED_ON;
	wanted.budget = bounded(budget, turn->max_tokens);
	return wanted;
}

bool wanted_shown(struct json_object *body, bool has_tools, const struct dialect *dialect)
{
	struct slice type = js_get_slice(js_get(body, "thinking"), "type");

	if (slice_equals(type, "disabled"))
		return has_tools && dialect->reasoning_field;
	return has_tools || type.data;
}
