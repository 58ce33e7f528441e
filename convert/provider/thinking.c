#include "thinking.h"

#include "../js.h"

#include <string.h>

static const struct {
	const char *name;
	enum effort effort;
} words[] = {
	{ "none", EFFORT_NONE },
	{ "minimal", EFFORT_MINIMAL },
	{ "low", EFFORT_LOW },
	{ "medium", EFFORT_MEDIUM },
	{ "high", EFFORT_HIGH },
	{ "xhigh", EFFORT_XHIGH },
	{ "max", EFFORT_MAX },
};

enum effort effort_by_name(struct slice name)
{
	for (size_t i = 0; i < COUNT(words); i++)
		if (slice_equals(name, words[i].name))
			return words[i].effort;
	return 0;
}

const char *effort_name(enum effort effort)
{
	for (size_t i = 0; i < COUNT(words); i++)
		if (words[i].effort == effort)
			return words[i].name;
	return NULL;
}

/* The nearest level that is known, never "none"; of two equally near the one towards "high". */
static enum effort wanted_effort(const struct dialect *dialect, struct wanted wanted)
{
	unsigned known = dialect->efforts & ~(unsigned)EFFORT_NONE;

	/* OpenAI's chat endpoint refuses it, where its Responses API takes it. */
	if (dialect->api == API_CHAT && dialect->tools_and_effort != TOOLS_WITH_EFFORT)
		known &= ~(unsigned)EFFORT_MAX;
	for (unsigned steps = 0; wanted.thinking == WANTED_LEVEL && steps < COUNT(words); steps++) {
		unsigned up = (unsigned)wanted.level << steps & known;
		unsigned down = (unsigned)wanted.level >> steps & known;

		if (up && (wanted.level < EFFORT_HIGH || !down))
			return (enum effort)up;
		if (down)
			return (enum effort)down;
	}
	return 0;
}

static void add_effort(struct json_object *object, const char *key, enum effort effort)
{
	if (effort)
		js_add_string(object, key, effort_name(effort));
}

/* ---- each family's control; wanted is never WANTED_UNSET ---- */

static bool demands_none(const struct dialect *dialect)
{
	return dialect->api == API_CHAT && dialect->thinking == THINKING_EFFORT &&
		dialect->tools_and_effort == TOOLS_WITH_NONE;
}

/* By Responses a model that cannot be switched off thinks as little as it can. */
static bool takes_least(const struct dialect *dialect)
{
	return dialect->api == API_RESPONSES && dialect->thinking == THINKING_EFFORT;
}

static void add_reasoning_effort(struct json_object *chat, const struct dialect *dialect,
	struct wanted wanted)
{
	enum effort effort = wanted_effort(dialect, wanted);

	/*
	 * Where the word is unknown, off sends nothing: any other word would ask for thinking. Who
	 * demands it beside tools knows it, even if nobody knows the model.
	 */
	if (wanted.thinking == WANTED_OFF &&
		(dialect->efforts & EFFORT_NONE || demands_none(dialect)))
		effort = EFFORT_NONE;
	else if (wanted.thinking == WANTED_OFF && takes_least(dialect))
		effort = (enum effort)(dialect->efforts & -dialect->efforts);
	add_effort(chat, "reasoning_effort", effort);
}

static bool takes_budget(const struct dialect *dialect, struct wanted wanted)
{
	return dialect->budget && wanted.budget > 0 && !wanted.named;
}

/* Either a budget or an effort, never both: the client's word, else its number. */
static void add_openrouter(struct json_object *chat, const struct dialect *dialect,
	struct wanted wanted)
{
	enum effort effort = wanted_effort(dialect, wanted);
	struct json_object *reasoning;

	if (wanted.thinking == WANTED_OFF && !(dialect->efforts & EFFORT_NONE))
		return;
	reasoning = js_add_object(chat, "reasoning");
	if (wanted.thinking == WANTED_OFF)
		add_effort(reasoning, "effort", EFFORT_NONE);
	else if (takes_budget(dialect, wanted))
		js_add_int(reasoning, "max_tokens", wanted.budget);
	else if (effort)
		add_effort(reasoning, "effort", effort);
	else
		js_add_bool(reasoning, "enabled", true);
}

/* on: the family's word for thinking that is switched on. */
static struct json_object *add_switch(struct json_object *chat, struct wanted wanted,
	const char *on)
{
	struct json_object *thinking = js_add_object(chat, "thinking");

	js_add_string(thinking, "type", wanted.thinking == WANTED_OFF ? "disabled" : on);
	return thinking;
}

/* "disabled" together with an effort is a 400. */
static void add_deepseek(struct json_object *chat, const struct dialect *dialect,
	struct wanted wanted)
{
	add_switch(chat, wanted, "enabled");
	add_effort(chat, "reasoning_effort", wanted_effort(dialect, wanted));
}

static void add_glm(struct json_object *chat, const struct dialect *dialect, struct wanted wanted)
{
	struct json_object *thinking;

	if (!dialect->thinks)
		return;
	thinking = add_switch(chat, wanted, "enabled");
	if (wanted.thinking != WANTED_OFF)
		js_add_bool(thinking, "clear_thinking", false);
	add_effort(chat, "reasoning_effort", wanted_effort(dialect, wanted));
}

/* K3 has efforts and refuses the switch; K2 has the switch only. */
static void add_kimi(struct json_object *chat, const struct dialect *dialect, struct wanted wanted)
{
	struct json_object *thinking;

	if (!dialect->thinks)
		return;
	if (dialect->efforts) {
		add_reasoning_effort(chat, dialect, wanted);
		return;
	}
	thinking = add_switch(chat, wanted, "enabled");
	if (dialect->thinking_keep && wanted.thinking != WANTED_OFF)
		js_add_string(thinking, "keep", "all");
}

static void add_qwen(struct json_object *chat, const struct dialect *dialect, struct wanted wanted)
{
	(void)dialect;
	js_add_bool(chat, "enable_thinking", wanted.thinking != WANTED_OFF);
	if (wanted.thinking != WANTED_OFF && wanted.budget > 0)
		js_add_int(chat, "thinking_budget", wanted.budget);
}

/* The model itself finds out how much it thinks: there are no efforts. */
static void add_minimax(struct json_object *chat, const struct dialect *dialect,
	struct wanted wanted)
{
	if (dialect->thinks)
		add_switch(chat, wanted, "adaptive");
}

/* A level switches thinking on by itself; llama.cpp takes it as a template argument too. */
static void add_template(struct json_object *chat, const struct dialect *dialect,
	struct wanted wanted)
{
	enum effort effort = wanted_effort(dialect, wanted);
	struct json_object *kwargs = chat;

	if (!effort || dialect->thinking == THINKING_LLAMACPP)
		kwargs = js_add_object(chat, "chat_template_kwargs");
	if (effort)
		add_effort(kwargs, "reasoning_effort", effort);
	else
		js_add_bool(kwargs, "enable_thinking", wanted.thinking != WANTED_OFF);
}

/* Only a model that always thinks is asked for an effort: the others' templates have a switch. */
static void add_nim(struct json_object *chat, const struct dialect *dialect, struct wanted wanted)
{
	bool on = wanted.thinking != WANTED_OFF;
	struct json_object *kwargs;

	if (!dialect->thinks)
		return;
	if (dialect->thinking_always) {
		add_reasoning_effort(chat, dialect, wanted);
		return;
	}
	kwargs = js_add_object(chat, "chat_template_kwargs");
	if (dialect->template_switch == SWITCH_THINKING_MODE)
		js_add_string(kwargs, "thinking_mode", on ? "adaptive" : "disabled");
	else
		js_add_bool(kwargs, dialect->template_switch == SWITCH_THINKING ? "thinking" :
			"enable_thinking", on);
}

static void (*const controls[])(struct json_object *chat, const struct dialect *dialect,
	struct wanted wanted) = {
	[THINKING_EFFORT] = add_reasoning_effort,
	[THINKING_OPENROUTER] = add_openrouter,
	[THINKING_DEEPSEEK] = add_deepseek,
	[THINKING_GLM] = add_glm,
	[THINKING_KIMI] = add_kimi,
	[THINKING_QWEN] = add_qwen,
	[THINKING_MINIMAX] = add_minimax,
	[THINKING_TEMPLATE] = add_template,
	[THINKING_LLAMACPP] = add_template,
	[THINKING_NIM] = add_nim,
};

static bool wants_thinking(struct wanted wanted)
{
	return wanted.thinking == WANTED_ON || wanted.thinking == WANTED_LEVEL;
}

/*
 * OpenAI's chat endpoint: from gpt-5.2 on function tools are refused beside any effort, and from
 * 5.6 on unless "none" stands there, even when no effort was asked for. 5.4 and 5.5 take that
 * word, and without it 5.5 may think by default, which would be refused.
 */
static struct wanted with_tools(const struct dialect *dialect, struct wanted wanted,
	struct notes *notes)
{
	if (dialect->api == API_RESPONSES || dialect->thinking != THINKING_EFFORT ||
	    dialect->tools_and_effort == TOOLS_WITH_EFFORT)
		return wanted;
	if (wants_thinking(wanted))
		note_changed(notes, "dropped:effort");
	wanted.thinking = demands_none(dialect) ? WANTED_OFF : WANTED_UNSET;
	return wanted;
}

/*
 * Claude: "thinking.budget_tokens: Input should be greater than or equal to 1024", and less than
 * max_tokens. Where both do not go together, there is no room for a thought.
 */
static struct wanted with_least_budget(struct json_object *chat, const struct dialect *dialect,
	struct wanted wanted, struct notes *notes)
{
	int64_t limit = INT64_MAX;

	if (!takes_budget(dialect, wanted) || wanted.budget >= THINKING_LEAST_BUDGET)
		return wanted;
	if (!js_get_int(chat, "max_completion_tokens", &limit))
		js_get_int(chat, "max_tokens", &limit);
	if (limit > THINKING_LEAST_BUDGET) {
		wanted.budget = THINKING_LEAST_BUDGET;
		note_changed(notes, "changed:budget_tokens");
	} else {
		wanted.thinking = WANTED_UNSET;
		note_changed(notes, "dropped:thinking");
	}
	return wanted;
}

enum wanted_thinking thinking_add(struct json_object *chat, const struct dialect *dialect,
	struct wanted wanted, bool has_tools, bool forced, struct notes *notes)
{
	if (forced && dialect->forcing == FORCE_NOT_THINKING && !dialect->thinking_always) {
		if (wants_thinking(wanted))
			note_changed(notes, "dropped:thinking");
		wanted.thinking = WANTED_OFF;
	}
	if (has_tools)
		wanted = with_tools(dialect, wanted, notes);
	wanted = with_least_budget(chat, dialect, wanted, notes);
	if (wanted.thinking == WANTED_UNSET || dialect->thinking == THINKING_NONE)
		return WANTED_UNSET;
	if (wanted.thinking == WANTED_OFF && dialect->thinking_always &&
		!(has_tools && demands_none(dialect)) && !takes_least(dialect))
		return WANTED_UNSET;
	controls[dialect->thinking](chat, dialect, wanted);
	return wanted.thinking;
}

/* ---- reasoning ---- */

static const struct reasoning_field reasoning_fields[] = {
	{ "reasoning_content", true },
	{ "reasoning", true },
	{ "reasoning_text", false },
	{ "thinking", false },
	{ "reasoning_details", false },	/* they go back whole, as they are */
};

const struct reasoning_field *reasoning_field_at(size_t index)
{
	return index < COUNT(reasoning_fields) ? &reasoning_fields[index] : NULL;
}

const char *reasoning_field_named(struct slice name)
{
	for (size_t i = 0; i < COUNT(reasoning_fields); i++)
		if (reasoning_fields[i].goes_back && slice_equals(name, reasoning_fields[i].name))
			return reasoning_fields[i].name;
	return NULL;
}
