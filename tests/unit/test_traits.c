/* What a model's name tells, by prefix and version. doc/request.md §4.4 */
#include "../../convert/provider/family.h"
#include "../../convert/provider/model.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <cmocka.h>

static struct dialect dialect_of(const char *family, const char *model)
{
	struct dialect dialect = family_by_name(family)->dialect;

	traits_apply(family_by_name(family), model, &dialect);
	return dialect;
}

static void reasoning_models_of_openai(void **state)
{
	static const char *const names[] = { "o1", "o3-mini", "o4-mini", "gpt-5", "gpt-5-mini",
		"gpt-5.1", "gpt-5.6-codex", "gpt-6", "openai/GPT-5.2", "openai/o3:online" };

	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		struct dialect dialect = dialect_of("generic", names[i]);

		assert_int_equal(dialect.token_field, MAX_COMPLETION_TOKENS);
		assert_true(dialect.no_sampling);
		assert_int_equal(dialect.max_stops, 0);
		assert_true(dialect.thinks);
	}
	assert_false(dialect_of("openai", "o3").parallel_tool_calls);
	assert_true(dialect_of("openai", "gpt-5").parallel_tool_calls);
}

static void names_that_only_look_like_reasoning_models(void **state)
{
	static const char *const names[] = { "gpt-4o", "gpt-4.1", "gpt-4-turbo", "gpt-35-turbo",
		"gpt-3.5-turbo", "gpt-5-chat-latest", "gpt-5.2-chat-latest", "olmo-2",
		"gpt-neox-20b", "my-gpt-5", "openchat", "" };

	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		struct dialect dialect = dialect_of("generic", names[i]);

		assert_false(dialect.no_sampling);
		assert_int_equal(dialect.efforts, 0);
		assert_int_equal(dialect.max_stops, 4);
	}
}

static void efforts_grow_with_the_version(void **state)
{
	(void)state;
	assert_int_equal(dialect_of("openai", "o3").efforts, EFFORT_LOW_TO_HIGH);
	assert_int_equal(dialect_of("openai", "gpt-5-mini").efforts,
		EFFORT_MINIMAL | EFFORT_LOW_TO_HIGH);
	assert_int_equal(dialect_of("openai", "gpt-5.1").efforts, EFFORT_NONE | EFFORT_LOW_TO_HIGH);
	assert_int_equal(dialect_of("openai", "gpt-5.6-codex").efforts,
		EFFORT_NONE | EFFORT_LOW_TO_HIGH | EFFORT_XHIGH);
	assert_int_equal(dialect_of("openai", "gpt-5.10").efforts,
		EFFORT_NONE | EFFORT_LOW_TO_HIGH | EFFORT_XHIGH);
	assert_int_equal(dialect_of("openai", "gpt-5.2-pro").efforts, EFFORT_HIGH);
	assert_int_equal(dialect_of("openai", "gpt-4o").efforts, 0);
	assert_int_equal(dialect_of("azure", "my-deployment").efforts, 0);
}

static void tools_beside_an_effort_by_version(void **state)
{
	(void)state;
	assert_int_equal(dialect_of("openai", "gpt-5.1").tools_and_effort, TOOLS_WITH_EFFORT);
	assert_int_equal(dialect_of("openai", "gpt-5.2").tools_and_effort, TOOLS_WITHOUT_EFFORT);
	assert_int_equal(dialect_of("openai", "gpt-5.3-codex").tools_and_effort,
		TOOLS_WITHOUT_EFFORT);
	assert_int_equal(dialect_of("openai", "gpt-5.4").tools_and_effort, TOOLS_WITH_NONE);
	assert_int_equal(dialect_of("openai", "gpt-5.5-mini").tools_and_effort, TOOLS_WITH_NONE);
	assert_int_equal(dialect_of("openai", "gpt-5.6").tools_and_effort, TOOLS_WITH_NONE);
	assert_int_equal(dialect_of("openai", "gpt-6").tools_and_effort, TOOLS_WITH_NONE);
}

static void known_output_caps(void **state)
{
	static const struct { const char *model; long cap; } caps[] = {
		{ "gpt-4o-mini", 16384 }, { "gpt-4.1-nano", 32768 }, { "gpt-4-turbo", 4096 },
		{ "gpt-35-turbo-16k", 4096 }, { "o4-mini", 100000 }, { "gpt-5.1", 128000 },
		{ "gpt-5-chat-latest", 16384 }, { "deepseek-v3", 8192 }, { "deepseek-v3.2", 0 },
		{ "deepseek-v3-0324", 8192 }, { "deepseek-reasoner", 64000 },
		{ "deepseek-v4-pro", 384000 }, { "glm-4.5-air", 98304 }, { "glm-4.6", 131072 },
		{ "glm-4p6", 131072 }, { "glm-4-plus", 0 }, { "gemini-3-flash", 65536 },
		{ "gemini-2.0-flash", 0 }, { "llama-3.3-70b", 0 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(caps) / sizeof(caps[0]); i++)
		assert_int_equal(dialect_of("generic", caps[i].model).output_cap, caps[i].cap);
}

static void kimi_by_version(void **state)
{
	struct dialect k2 = dialect_of("kimi", "kimi-k2-0905-preview");
	struct dialect k26 = dialect_of("kimi", "kimi-k2.6");
	struct dialect k27 = dialect_of("kimi", "kimi-k2.7-code");
	struct dialect k3 = dialect_of("kimi", "kimi-k3");

	(void)state;
	assert_false(k2.thinks || k2.no_sampling);
	assert_int_equal(k2.images, IMAGES_NONE);
	assert_true(dialect_of("kimi", "kimi-k2-thinking").thinking_always);
	assert_true(k26.thinks && k26.no_sampling && k26.thinking_keep);
	assert_false(k26.thinking_always);
	assert_int_equal(k26.forcing, FORCE_NAMED);
	assert_int_equal(k26.images, IMAGES_DATA);
	assert_true(k27.thinking_always);
	assert_false(k27.thinking_keep);
	assert_int_equal(k27.forcing, FORCE_NAMED);
	assert_int_equal(k3.efforts, EFFORT_LOW | EFFORT_HIGH | EFFORT_MAX);
	assert_int_equal(k3.forcing, FORCE_ANY);
	/* Elsewhere the model is the same, but the API is not Kimi's. */
	assert_int_equal(dialect_of("vllm", "moonshotai/Kimi-K2.6").forcing, FORCE_ANY);
}

static void glm_sees_only_with_a_v_behind_its_version(void **state)
{
	(void)state;
	assert_int_equal(dialect_of("glm", "glm-4.5v").images, IMAGES_DATA_AND_URL);
	assert_int_equal(dialect_of("glm", "glm-4.6v-flash").images, IMAGES_DATA_AND_URL);
	assert_int_equal(dialect_of("glm", "glm-4.6").images, IMAGES_NONE);
	assert_int_equal(dialect_of("glm", "glm-5-preview").images, IMAGES_NONE);
}

static void glm_thinking_by_version(void **state)
{
	(void)state;
	assert_false(dialect_of("glm", "glm-4-plus").thinks);
	assert_true(dialect_of("glm", "glm-4.5").thinks);
	assert_int_equal(dialect_of("glm", "glm-5.1").efforts, 0);
	assert_int_equal(dialect_of("glm", "glm-5.2").efforts,
		EFFORT_LOW | EFFORT_HIGH | EFFORT_MAX);
	assert_false(dialect_of("glm", "glm-5.2").thinking_always);
	assert_true(dialect_of("glm", "glm-5.3").thinking_always);
}

static void qwen_coders_and_instructs_never_think(void **state)
{
	(void)state;
	assert_true(dialect_of("ollama", "qwen3:30b").thinks);
	assert_int_equal(dialect_of("ollama", "qwen3:30b").efforts,
		EFFORT_NONE | EFFORT_LOW_TO_HIGH);
	assert_int_equal(dialect_of("ollama", "qwen3-coder:30b").efforts, 0);
	assert_int_equal(dialect_of("vllm", "Qwen/Qwen3-4B-Instruct-2507").thinking, THINKING_NONE);
	assert_int_equal(dialect_of("vllm", "Qwen/Qwen3-4B").thinking, THINKING_TEMPLATE);
	assert_int_equal(dialect_of("qwen", "qwen2.5-72b-instruct").thinking, THINKING_NONE);
	assert_int_equal(dialect_of("qwen", "qwen3-coder-plus").forcing, FORCE_ANY);
	assert_int_equal(dialect_of("qwen", "qwen-plus").forcing, FORCE_NOT_THINKING);
	assert_true(dialect_of("qwen", "qwen3-30b-a3b-thinking-2507").thinking_always);
	assert_int_equal(dialect_of("qwen", "qwen3-coder-plus").images, IMAGES_NONE);
}

static void a_servers_words_limit_the_models(void **state)
{
	(void)state;
	assert_int_equal(dialect_of("ollama", "gpt-oss:20b").efforts, EFFORT_LOW_TO_HIGH);
	assert_int_equal(dialect_of("ollama", "deepseek-v4").efforts, EFFORT_LOW | EFFORT_HIGH);
	assert_int_equal(dialect_of("ollama", "llama3.3").efforts, 0);
	assert_int_equal(dialect_of("groq", "qwen/qwen3-32b").efforts, EFFORT_NONE);
	assert_int_equal(dialect_of("groq", "openai/gpt-oss-120b").efforts, EFFORT_LOW_TO_HIGH);
	assert_int_equal(dialect_of("deepseek", "deepseek-chat").efforts,
		EFFORT_LOW | EFFORT_HIGH | EFFORT_MAX);
}

static void grok_takes_an_effort_from_4_3(void **state)
{
	(void)state;
	assert_int_equal(dialect_of("xai", "grok-4").efforts, 0);
	assert_int_equal(dialect_of("xai", "grok-4.20-reasoning").efforts, 0);
	assert_int_equal(dialect_of("xai", "grok-4.3").efforts, EFFORT_NONE | EFFORT_LOW_TO_HIGH);
	assert_int_equal(dialect_of("xai", "grok-3-mini").efforts, EFFORT_LOW | EFFORT_HIGH);
	assert_int_equal(dialect_of("xai", "grok-code-fast-1").efforts, 0);
}

static void gemini_switches_off_only_in_2_5_flash(void **state)
{
	(void)state;
	assert_true(dialect_of("gemini", "gemini-2.5-flash-lite").efforts & EFFORT_NONE);
	assert_false(dialect_of("gemini", "gemini-2.5-flash").thinking_always);
	assert_true(dialect_of("gemini", "gemini-2.5-pro").thinking_always);
	assert_true(dialect_of("gemini", "gemini-3-flash-preview").thinking_always);
	assert_int_equal(dialect_of("gemini", "gemini-2.0-flash").efforts, 0);
}

static void claude_gets_cache_marks_behind_routers_only(void **state)
{
	(void)state;
	assert_true(dialect_of("openrouter", "anthropic/claude-sonnet-4.5").cache_control);
	assert_true(dialect_of("openrouter", "anthropic/claude-sonnet-4.5").budget);
	assert_true(dialect_of("requesty", "anthropic/claude-sonnet-4-5").cache_control);
	assert_true(dialect_of("openrouter", "google/gemini-3-pro").cache_control);
	assert_true(dialect_of("openrouter", "qwen/qwen3-coder:free").cache_control);
	assert_false(dialect_of("requesty", "google/gemini-3-pro").cache_control);
	assert_false(dialect_of("openrouter", "openai/gpt-5.1").cache_control);
	assert_false(dialect_of("generic", "claude-sonnet-4-5").cache_control);
}

static void mistral_templates_check_turns_and_ids_on_any_host(void **state)
{
	static const char *const names[] = { "mistral-small-latest", "Ministral-8B",
		"magistral:24b", "devstral-2", "codestral-2508" };

	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		struct dialect dialect = dialect_of("vllm", names[i]);

		assert_true(dialect.strict_alternation);
		assert_int_equal(dialect.call_ids, IDS_9);
		assert_int_equal(dialect.thinking, THINKING_NONE);
	}
	assert_int_equal(dialect_of("mistral", "mistral-medium-3-5").efforts,
		EFFORT_NONE | EFFORT_HIGH);
	assert_int_equal(dialect_of("mistral", "mistral-large-latest").efforts, 0);
}

/* doc/responses.md §0, §7 */
static void who_is_asked_by_responses(void **state)
{
	static const char *const names[] = { "gpt-5.2", "gpt-5.6", "gpt-6-astra", "gpt-6.1-sol",
		"gpt-5-codex", "gpt-5.1-codex-max", "codex-mini-latest", "gpt-5-pro", "gpt-5.4-pro",
		"o1-pro", "o3-pro", "o3-deep-research", "gpt-daybreak-1", "computer-use-preview" };
	static const char *const others[] = { "gpt-4o", "gpt-4.1", "gpt-5", "gpt-5-mini", "gpt-5.1",
		"gpt-5.2-chat-latest", "o3", "o4-mini", "gpt-oss-120b" };

	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		assert_int_equal(dialect_of("openai", names[i]).api, API_RESPONSES);
		assert_int_equal(dialect_of("azure", names[i]).api, API_RESPONSES);
		assert_int_equal(dialect_of("openrouter", names[i]).api, API_CHAT);
		assert_int_equal(dialect_of("generic", names[i]).api, API_CHAT);
	}
	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
		assert_int_equal(dialect_of("openai", others[i]).api, API_CHAT);
}

static void some_of_gpt_6_cannot_be_switched_off(void **state)
{
	(void)state;
	assert_false(dialect_of("openai", "gpt-6-astra").efforts & EFFORT_NONE);
	assert_true(dialect_of("openai", "gpt-6-astra").efforts & EFFORT_MAX);
	assert_true(dialect_of("openai", "gpt-6-astra-law").thinking_always);
	assert_true(dialect_of("openai", "gpt-6.1-sol").thinking_always);
	assert_true(dialect_of("openai", "gpt-6-sol").efforts & EFFORT_NONE);
	assert_false(dialect_of("openai", "gpt-6.1-terra").thinking_always);
	assert_true(dialect_of("azure", "gpt-6.1-terra").thinking_always);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reasoning_models_of_openai),
		cmocka_unit_test(names_that_only_look_like_reasoning_models),
		cmocka_unit_test(efforts_grow_with_the_version),
		cmocka_unit_test(tools_beside_an_effort_by_version),
		cmocka_unit_test(known_output_caps),
		cmocka_unit_test(kimi_by_version),
		cmocka_unit_test(glm_sees_only_with_a_v_behind_its_version),
		cmocka_unit_test(glm_thinking_by_version),
		cmocka_unit_test(qwen_coders_and_instructs_never_think),
		cmocka_unit_test(a_servers_words_limit_the_models),
		cmocka_unit_test(grok_takes_an_effort_from_4_3),
		cmocka_unit_test(gemini_switches_off_only_in_2_5_flash),
		cmocka_unit_test(claude_gets_cache_marks_behind_routers_only),
		cmocka_unit_test(mistral_templates_check_turns_and_ids_on_any_host),
		cmocka_unit_test(who_is_asked_by_responses),
		cmocka_unit_test(some_of_gpt_6_cannot_be_switched_off),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
