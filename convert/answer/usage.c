#include "usage.h"

#include "../js.h"

#include <stdlib.h>

/* Where one figure may stand; outer: the object around it, NULL: usage itself. */
struct place {
	const char *outer, *key;
};

static const struct place cache_read[] = {
	{ "prompt_tokens_details", "cached_tokens" },
	{ "input_tokens_details", "cached_tokens" },
	{ NULL, "prompt_cache_hit_tokens" },	/* DeepSeek */
	{ NULL, "cached_tokens" },		/* Kimi */
	{ NULL, "num_cached_tokens" },		/* Mistral */
	{ NULL, "cache_read_input_tokens" },
};

static const struct place cache_creation[] = {
	{ "prompt_tokens_details", "cache_write_tokens" },
	{ "input_tokens_details", "cache_write_tokens" },
	{ NULL, "cache_creation_input_tokens" },
};

static const struct place reasoning[] = {
	{ "completion_tokens_details", "reasoning_tokens" },
	{ "output_tokens_details", "reasoning_tokens" },
};

/* The two names that each has: chat's, and that of the Responses API. */
static const struct place prompts[] = {
	{ NULL, "prompt_tokens" },
	{ NULL, "input_tokens" },
};

static const struct place completions[] = {
	{ NULL, "completion_tokens" },
	{ NULL, "output_tokens" },
};

/* Servers send floats, strings and negative numbers: clients get an integer from 0 up. */
static int64_t tokens(struct json_object *value)
{
	struct slice text;
	double number;

	if (!value || js_is_object(value) || js_is_array(value))
		return 0;
	text = js_is_string(value) ? js_slice(value) : js_text(value);
	number = strtod(text.data, NULL);
	return number >= 0 && number < MOST_TOKENS ? (int64_t)number : 0;
}

/* The first place that holds anything but null. */
static int64_t first_of(struct json_object *usage, const struct place *places, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		const char *outer = places[i].outer;
		struct json_object *value = js_get(outer ? js_get(usage, outer) : usage,
			places[i].key);

		if (value)
			return tokens(value);
	}
	return 0;
}

#define FIRST_OF(usage, places) first_of(usage, places, COUNT(places))

static bool has_any(struct json_object *usage, const struct place names[2])
{
	return js_get(usage, names[0].key) || js_get(usage, names[1].key);
}

static struct json_object *find_usage(struct json_object *chunk)
{
	struct json_object *places[] = {
		js_get(chunk, "usage"),
		js_get(js_at(js_get(chunk, "choices"), 0), "usage"),	/* Kimi */
		js_get(js_get(chunk, "x_groq"), "usage"),
	};

	for (size_t i = 0; i < COUNT(places); i++)
		if (has_any(places[i], prompts) || has_any(places[i], completions) ||
			js_get(places[i], "total_tokens"))
			return places[i];
	return NULL;
}

/* Gemini by OpenRouter: the tokens that it wrote are those that it read. */
static void without_overlap(struct usage *usage, int64_t prompt)
{
	int64_t read = usage->cache_read_input_tokens;
	int64_t written = usage->cache_creation_input_tokens;

	if (read > prompt || written > prompt || read + written <= prompt)
		return;
	usage->cache_creation_input_tokens = written > read ? written - read : 0;
}

bool usage_read(struct json_object *chunk, struct usage *usage)
{
	struct json_object *found = find_usage(chunk);
	int64_t prompt, completion, total;

	if (!found)
		return false;
	prompt = FIRST_OF(found, prompts);
	completion = FIRST_OF(found, completions);
	total = tokens(js_get(found, "total_tokens"));
	/* xAI and Gemini count the reasoning in the total only. */
	if (has_any(found, prompts) && total > prompt + completion)
		completion = total - prompt;
	*usage = (struct usage){
		.cache_read_input_tokens = FIRST_OF(found, cache_read),
		.cache_creation_input_tokens = FIRST_OF(found, cache_creation),
		.output_tokens = completion,
		.thinking_tokens = FIRST_OF(found, reasoning),
	};
	without_overlap(usage, prompt);
	usage->input_tokens = prompt - usage->cache_read_input_tokens -
		usage->cache_creation_input_tokens;
	/* Such an upstream had not counted the cached ones in. */
	if (usage->input_tokens < 0)
		usage->input_tokens = prompt;
	if (usage->thinking_tokens > completion)
		usage->thinking_tokens = completion;
	return true;
}

int64_t usage_prompt_tokens(const struct usage *usage)
{
	return usage->input_tokens + usage->cache_creation_input_tokens +
		usage->cache_read_input_tokens;
}

/*
 * Ollama drops the oldest turns of what is longer than its window (4096 unless
 * OLLAMA_CONTEXT_LENGTH says more) and answers as if nothing were.
 *
 * Less than half of the least that must stand there is no error of the estimate, which is off by
 * a quarter at most where it was measured; images, thoughts and schemas, which templates render or
 * leave out as they like, are not in that least. A prompt below the smallest window is not cut.
 * prompt_tokens holds the cached ones too, in every Ollama that streams calls.
 */
bool usage_shows_a_cut(const struct usage *usage, const struct turn *turn)
{
	int64_t prompt = usage_prompt_tokens(usage);

	return turn->estimate_least > LEAST_WINDOW && prompt > 0 &&
		prompt < turn->estimate_least / 2;
}
