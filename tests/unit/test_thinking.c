/* Effort and thinking in each family's words: the table of doc/request.md §1.1 */
#include "../../convert/js.h"
#include "../../convert/provider/model.h"
#include "../../convert/provider/thinking.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

static const struct wanted unset = { .thinking = WANTED_UNSET };
static const struct wanted off = { .thinking = WANTED_OFF };
static const struct wanted on = { .thinking = WANTED_ON };
static const struct wanted low = { .thinking = WANTED_LEVEL, .level = EFFORT_LOW };
static const struct wanted medium = { .thinking = WANTED_LEVEL, .level = EFFORT_MEDIUM };
static const struct wanted high = { .thinking = WANTED_LEVEL, .level = EFFORT_HIGH };
static const struct wanted xhigh = { .thinking = WANTED_LEVEL, .level = EFFORT_XHIGH };
static const struct wanted max = { .thinking = WANTED_LEVEL, .level = EFFORT_MAX };
static const struct wanted budget = { .thinking = WANTED_LEVEL, .level = EFFORT_MEDIUM,
	.budget = 9000 };

static const struct wanted both = { .thinking = WANTED_LEVEL, .level = EFFORT_XHIGH,
	.named = true, .budget = 9000 };

enum around { ALONE, TOOLS, FORCED };

static struct notes notes;

#define assert_sends(family, model, wanted, around, expected) \
	check(__LINE__, family, model, wanted, around, expected)

static void check(int line, const char *family, const char *model, struct wanted wanted,
	enum around around, const char *expected)
{
	struct settings settings = { .family = family_by_name(family), .big_model = "",
		.middle_model = "", .small_model = "" };
	struct json_object *chat = js_new_object();
	struct dialect dialect;
	char text[200];

	memset(&notes, 0, sizeof(notes));
	model_dialect(&settings, model, NULL, &dialect);
	thinking_add(chat, &dialect, wanted, around != ALONE, around == FORCED, &notes);
	snprintf(text, sizeof(text), "%s", js_text(chat).data);
	js_free(chat);
	if (strcmp(text, expected))
		print_error("line %d\n", line);
	assert_string_equal(text, expected);
}

static void openai_clamps_to_what_the_model_knows(void **state)
{
	(void)state;
	assert_sends("openai", "o3", low, ALONE, "{\"reasoning_effort\":\"low\"}");
	assert_sends("openai", "o3", max, ALONE, "{\"reasoning_effort\":\"high\"}");
	assert_sends("openai", "gpt-5.1", xhigh, ALONE, "{\"reasoning_effort\":\"high\"}");
	assert_sends("openai", "gpt-5.2", max, ALONE, "{\"reasoning_effort\":\"xhigh\"}");
	assert_sends("openai", "gpt-5-pro", low, ALONE, "{\"reasoning_effort\":\"high\"}");
	assert_sends("openai", "gpt-5", on, ALONE, "{}");
	assert_sends("openai", "gpt-5", unset, ALONE, "{}");
	assert_sends("azure", "gpt-5.1", max, TOOLS, "{\"reasoning_effort\":\"high\"}");
	assert_sends("requesty", "openai/gpt-5.1", low, ALONE, "{\"reasoning_effort\":\"low\"}");
}

static void off_never_sends_another_effort(void **state)
{
	(void)state;
	assert_sends("openai", "gpt-5.1", off, ALONE, "{\"reasoning_effort\":\"none\"}");
	assert_sends("openai", "gpt-5", off, ALONE, "{}");
	assert_sends("openai", "o3", off, ALONE, "{}");
}

static void models_without_a_trait_get_nothing(void **state)
{
	(void)state;
	assert_sends("openai", "gpt-4o", high, ALONE, "{}");
	assert_sends("azure", "my-deployment", high, TOOLS, "{}");
	assert_sends("generic", "llama-3.3", high, ALONE, "{}");
	assert_sends("generic", "llama-3.3", off, ALONE, "{}");
	assert_sends("generic", "qwen3-32b", high, ALONE, "{}");
	assert_sends("generic", "gpt-oss-120b", high, ALONE, "{\"reasoning_effort\":\"high\"}");
	assert_sends("xai", "grok-4", high, ALONE, "{}");
	assert_sends("xai", "grok-4.3", high, ALONE, "{\"reasoning_effort\":\"high\"}");
}

static void tools_and_effort_at_openai(void **state)
{
	(void)state;
	assert_sends("openai", "gpt-5.1", high, TOOLS, "{\"reasoning_effort\":\"high\"}");
	assert_sends("openai", "gpt-5.2", high, TOOLS, "{}");
	assert_string_equal(notes.text, "dropped:effort");
	assert_sends("openai", "gpt-5.2", off, TOOLS, "{}");
	assert_string_equal(notes.text, "");
	assert_sends("openai", "gpt-5.4", high, TOOLS, "{\"reasoning_effort\":\"none\"}");
	assert_string_equal(notes.text, "dropped:effort");
	assert_sends("openai", "gpt-5.5", unset, TOOLS, "{\"reasoning_effort\":\"none\"}");
	assert_string_equal(notes.text, "");
	assert_sends("openai", "gpt-5.5", high, ALONE, "{\"reasoning_effort\":\"high\"}");
	assert_sends("openai", "gpt-5.6", high, TOOLS, "{\"reasoning_effort\":\"none\"}");
	assert_string_equal(notes.text, "dropped:effort");
	assert_sends("openai", "gpt-5.6", unset, TOOLS, "{\"reasoning_effort\":\"none\"}");
	assert_sends("openai", "gpt-5.6", unset, ALONE, "{}");
	/* OpenRouter has its own way to OpenAI. */
	assert_sends("openrouter", "openai/gpt-5.6", high, TOOLS,
		"{\"reasoning\":{\"effort\":\"high\"}}");
}

static void openrouter(void **state)
{
	(void)state;
	assert_sends("openrouter", "z-ai/glm-5", max, ALONE,
		"{\"reasoning\":{\"effort\":\"max\"}}");
	assert_sends("openrouter", "z-ai/glm-5", on, ALONE, "{\"reasoning\":{\"enabled\":true}}");
	assert_sends("openrouter", "z-ai/glm-5", off, ALONE,
		"{\"reasoning\":{\"effort\":\"none\"}}");
	assert_sends("openrouter", "z-ai/glm-5", budget, ALONE,
		"{\"reasoning\":{\"effort\":\"medium\"}}");
	assert_sends("openrouter", "anthropic/claude-sonnet-4.5", budget, ALONE,
		"{\"reasoning\":{\"max_tokens\":9000}}");
	assert_sends("openrouter", "anthropic/claude-sonnet-4.5", medium, ALONE,
		"{\"reasoning\":{\"effort\":\"medium\"}}");
	assert_sends("openrouter", "google/gemini-3-pro", budget, ALONE,
		"{\"reasoning\":{\"max_tokens\":9000}}");
	/* doc/request.md §1.1: the effort is the first hit, and both together are refused. */
	assert_sends("openrouter", "anthropic/claude-sonnet-4.5", both, ALONE,
		"{\"reasoning\":{\"effort\":\"xhigh\"}}");
	/* "Reasoning is mandatory for this endpoint and cannot be disabled." */
	assert_sends("openrouter", "openai/gpt-5", off, ALONE, "{}");
}

static void deepseek(void **state)
{
	(void)state;
	assert_sends("deepseek", "deepseek-v4-pro", low, ALONE,
		"{\"thinking\":{\"type\":\"enabled\"},\"reasoning_effort\":\"low\"}");
	assert_sends("deepseek", "deepseek-v4-pro", medium, ALONE,
		"{\"thinking\":{\"type\":\"enabled\"},\"reasoning_effort\":\"high\"}");
	assert_sends("deepseek", "deepseek-v4-pro", xhigh, ALONE,
		"{\"thinking\":{\"type\":\"enabled\"},\"reasoning_effort\":\"high\"}");
	assert_sends("deepseek", "deepseek-v4-pro", max, ALONE,
		"{\"thinking\":{\"type\":\"enabled\"},\"reasoning_effort\":\"max\"}");
	assert_sends("deepseek", "deepseek-v4-pro", on, ALONE,
		"{\"thinking\":{\"type\":\"enabled\"}}");
	assert_sends("deepseek", "deepseek-v4-pro", off, ALONE,
		"{\"thinking\":{\"type\":\"disabled\"}}");
}

/* doc/request.md §3.3: the off switch keeps the force; "auto" loses it. */
static void a_forced_tool_switches_thinking_off(void **state)
{
	(void)state;
	assert_sends("deepseek", "deepseek-v4-pro", high, FORCED,
		"{\"thinking\":{\"type\":\"disabled\"}}");
	assert_string_equal(notes.text, "dropped:thinking");
	assert_sends("deepseek", "deepseek-v4-pro", unset, FORCED,
		"{\"thinking\":{\"type\":\"disabled\"}}");
	assert_string_equal(notes.text, "");
	assert_sends("qwen", "qwen-plus", budget, FORCED, "{\"enable_thinking\":false}");
	assert_sends("qwen", "qwen3-coder-plus", high, FORCED, "{}");
	/* It cannot be switched off: tool_choice has become "auto". */
	assert_sends("qwen", "qwq-plus", on, FORCED, "{\"enable_thinking\":true}");
	assert_sends("kimi", "kimi-k2.6", on, FORCED,
		"{\"thinking\":{\"type\":\"enabled\",\"keep\":\"all\"}}");
	assert_sends("openai", "o3", high, FORCED, "{\"reasoning_effort\":\"high\"}");
}

static void glm(void **state)
{
	(void)state;
	assert_sends("glm", "glm-4.6", high, ALONE,
		"{\"thinking\":{\"type\":\"enabled\",\"clear_thinking\":false}}");
	assert_sends("glm", "glm-5.2", medium, ALONE,
		"{\"thinking\":{\"type\":\"enabled\",\"clear_thinking\":false},"
		"\"reasoning_effort\":\"high\"}");
	assert_sends("glm", "glm-5.2", on, ALONE,
		"{\"thinking\":{\"type\":\"enabled\",\"clear_thinking\":false}}");
	assert_sends("glm", "glm-5.2", off, ALONE, "{\"thinking\":{\"type\":\"disabled\"}}");
	assert_sends("glm", "glm-5.3", off, ALONE, "{}");
	assert_sends("glm", "glm-4-plus", high, ALONE, "{}");
}

static void kimi(void **state)
{
	(void)state;
	assert_sends("kimi", "kimi-k3", medium, ALONE, "{\"reasoning_effort\":\"high\"}");
	assert_sends("kimi", "kimi-k3", on, ALONE, "{}");
	assert_sends("kimi", "kimi-k3", off, ALONE, "{}");
	assert_sends("kimi", "kimi-k2.5", high, ALONE, "{\"thinking\":{\"type\":\"enabled\"}}");
	assert_sends("kimi", "kimi-k2.6", on, ALONE,
		"{\"thinking\":{\"type\":\"enabled\",\"keep\":\"all\"}}");
	assert_sends("kimi", "kimi-k2.6", off, ALONE, "{\"thinking\":{\"type\":\"disabled\"}}");
	assert_sends("kimi", "kimi-k2.7", off, ALONE, "{}");
	assert_sends("kimi", "kimi-k2-thinking", off, ALONE, "{}");
	assert_sends("kimi", "moonshot-v1-128k", high, ALONE, "{}");
}

static void qwen(void **state)
{
	(void)state;
	assert_sends("qwen", "qwen-plus", budget, ALONE,
		"{\"enable_thinking\":true,\"thinking_budget\":9000}");
	/* It has no efforts: the budget says what it can. */
	assert_sends("qwen", "qwen-plus", both, ALONE,
		"{\"enable_thinking\":true,\"thinking_budget\":9000}");
	assert_sends("qwen", "qwen-plus", high, ALONE, "{\"enable_thinking\":true}");
	assert_sends("qwen", "qwen-plus", off, ALONE, "{\"enable_thinking\":false}");
	assert_sends("qwen", "qwen3-coder-plus", high, ALONE, "{}");
}

static void minimax(void **state)
{
	(void)state;
	assert_sends("minimax", "MiniMax-M3", high, ALONE, "{\"thinking\":{\"type\":\"adaptive\"}}");
	assert_sends("minimax", "MiniMax-M3", on, FORCED, "{\"thinking\":{\"type\":\"adaptive\"}}");
	assert_sends("minimax", "MiniMax-M3", off, ALONE, "{\"thinking\":{\"type\":\"disabled\"}}");
	assert_sends("minimax", "MiniMax-M2.7-highspeed", off, ALONE, "{}");
	assert_sends("minimax", "MiniMax-M3.1-Flash", off, ALONE, "{}");
	assert_sends("minimax", "MiniMax-Text-01", high, ALONE, "{}");
}

static void gemini_groq_mistral(void **state)
{
	(void)state;
	assert_sends("gemini", "gemini-3-pro", max, ALONE, "{\"reasoning_effort\":\"high\"}");
	assert_sends("gemini", "gemini-2.5-flash", off, ALONE, "{\"reasoning_effort\":\"none\"}");
	assert_sends("gemini", "gemini-2.5-pro", off, ALONE, "{}");
	assert_sends("groq", "openai/gpt-oss-20b", xhigh, ALONE, "{\"reasoning_effort\":\"high\"}");
	assert_sends("groq", "qwen/qwen3-32b", high, ALONE, "{}");
	assert_sends("groq", "qwen/qwen3-32b", off, ALONE, "{\"reasoning_effort\":\"none\"}");
	assert_sends("mistral", "mistral-small-latest", low, ALONE,
		"{\"reasoning_effort\":\"high\"}");
	assert_sends("mistral", "devstral-latest", high, ALONE, "{}");
}

static void local_servers(void **state)
{
	(void)state;
	assert_sends("vllm", "Qwen/Qwen3-32B", max, ALONE, "{\"reasoning_effort\":\"high\"}");
	assert_sends("vllm", "Qwen/Qwen3-32B", on, ALONE,
		"{\"chat_template_kwargs\":{\"enable_thinking\":true}}");
	assert_sends("sglang", "Qwen/Qwen3-32B", off, ALONE,
		"{\"chat_template_kwargs\":{\"enable_thinking\":false}}");
	assert_sends("vllm", "mistralai/Mistral-Small-3.2", high, ALONE, "{}");
	assert_sends("llamacpp", "gpt-oss-20b", high, ALONE,
		"{\"chat_template_kwargs\":{\"reasoning_effort\":\"high\"}}");
	assert_sends("llamacpp", "qwen3-8b", high, ALONE,
		"{\"chat_template_kwargs\":{\"enable_thinking\":true}}");
	assert_sends("llamacpp", "qwen3-8b", off, ALONE,
		"{\"chat_template_kwargs\":{\"enable_thinking\":false}}");
	assert_sends("ollama", "qwen3:8b", xhigh, ALONE, "{\"reasoning_effort\":\"high\"}");
	assert_sends("ollama", "qwen3:8b", off, ALONE, "{\"reasoning_effort\":\"none\"}");
	assert_sends("ollama", "qwen3-coder:30b", high, ALONE, "{}");
	assert_sends("lmstudio", "qwen/qwen3-8b", xhigh, ALONE, "{\"reasoning_effort\":\"xhigh\"}");
}

static void nvidia_passes_the_switch_of_the_template(void **state)
{
	(void)state;
	assert_sends("nvidia", "z-ai/glm4.7", high, ALONE,
		"{\"chat_template_kwargs\":{\"enable_thinking\":true}}");
	assert_sends("nvidia", "nvidia/nemotron-3-super-120b-a12b", off, ALONE,
		"{\"chat_template_kwargs\":{\"enable_thinking\":false}}");
	assert_sends("nvidia", "deepseek-ai/deepseek-v4-pro", high, ALONE,
		"{\"chat_template_kwargs\":{\"thinking\":true}}");
	assert_sends("nvidia", "moonshotai/kimi-k2.6", off, ALONE,
		"{\"chat_template_kwargs\":{\"thinking\":false}}");
	assert_sends("nvidia", "minimaxai/minimax-m3", on, ALONE,
		"{\"chat_template_kwargs\":{\"thinking_mode\":\"adaptive\"}}");
	assert_sends("nvidia", "openai/gpt-oss-120b", max, ALONE, "{\"reasoning_effort\":\"high\"}");
	/* "Unsupported parameter(s): `thinking`" */
	assert_sends("nvidia", "minimaxai/minimax-m2.7", high, ALONE, "{}");
	assert_sends("nvidia", "meta/llama-3.3-70b-instruct", high, ALONE, "{}");
}

static void nothing_is_sent_when_nothing_was_said(void **state)
{
	(void)state;
	for (size_t i = 0; family_at(i); i++)
		assert_sends(family_at(i)->name, "qwen3-32b", unset, TOOLS, "{}");
}

static void words_of_effort_there_and_back(void **state)
{
	static const char *const names[] = { "none", "minimal", "low", "medium", "high", "xhigh",
		"max" };

	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		assert_string_equal(effort_name(effort_by_name(slice_of(names[i]))), names[i]);
	assert_int_equal(effort_by_name(slice_of("extreme")), 0);
	assert_int_equal(effort_by_name(slice_of("")), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(openai_clamps_to_what_the_model_knows),
		cmocka_unit_test(off_never_sends_another_effort),
		cmocka_unit_test(models_without_a_trait_get_nothing),
		cmocka_unit_test(tools_and_effort_at_openai),
		cmocka_unit_test(openrouter),
		cmocka_unit_test(deepseek),
		cmocka_unit_test(a_forced_tool_switches_thinking_off),
		cmocka_unit_test(glm),
		cmocka_unit_test(kimi),
		cmocka_unit_test(qwen),
		cmocka_unit_test(minimax),
		cmocka_unit_test(gemini_groq_mistral),
		cmocka_unit_test(local_servers),
		cmocka_unit_test(nvidia_passes_the_switch_of_the_template),
		cmocka_unit_test(nothing_is_sent_when_nothing_was_said),
		cmocka_unit_test(words_of_effort_there_and_back),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
