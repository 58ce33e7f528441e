/* Which family a host, a port or PROVIDER names; what the rows hold. conversion/request §4 */
#include "../../convert/provider/family.h"

#include <limits.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

static const char *name_of(const char *host, unsigned port)
{
	return family_by_host(host, port)->name;
}

static void every_host_of_the_table_names_its_family(void **state)
{
	static const char *const hosts[][2] = {
		{ "api.openai.com", "openai" }, { "eu.api.openai.com", "openai" },
		{ "r.openai.azure.com", "azure" }, { "r.cognitiveservices.azure.com", "azure" },
		{ "r.services.ai.azure.com", "azure" }, { "openrouter.ai", "openrouter" },
		{ "router.requesty.ai", "requesty" }, { "router.eu.requesty.ai", "requesty" },
		{ "api.deepseek.com", "deepseek" }, { "api.moonshot.ai", "kimi" },
		{ "api.moonshot.cn", "kimi" }, { "api.kimi.com", "kimi" }, { "api.z.ai", "glm" },
		{ "open.bigmodel.cn", "glm" }, { "dashscope.aliyuncs.com", "qwen" },
		{ "dashscope-intl.aliyuncs.com", "qwen" },
		{ "generativelanguage.googleapis.com", "gemini" },
		{ "aiplatform.googleapis.com", "gemini" },
		{ "us-central1-aiplatform.googleapis.com", "gemini" },
		{ "api.mistral.ai", "mistral" }, { "api.groq.com", "groq" }, { "api.x.ai", "xai" },
		{ "ollama.com", "ollama" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(hosts) / sizeof(hosts[0]); i++)
		assert_string_equal(name_of(hosts[i][0], 443), hosts[i][1]);
}

static void hosts_are_compared_on_a_dot_border(void **state)
{
	(void)state;
	assert_string_equal(name_of("evil-openrouter.ai", 443), "generic");
	assert_string_equal(name_of("openrouter.ai.example.org", 443), "generic");
	assert_string_equal(name_of("api.openai.com.example.org", 443), "generic");
	assert_string_equal(name_of("openai.com", 443), "generic");
	assert_string_equal(name_of("", 443), "generic");
}

static void a_port_names_only_ollama_and_lm_studio(void **state)
{
	(void)state;
	assert_string_equal(name_of("127.0.0.1", 11434), "ollama");
	assert_string_equal(name_of("box.lan", 1234), "lmstudio");
	/* 8000, 8080 and 30000 are used by many. */
	assert_string_equal(name_of("localhost", 8000), "generic");
	assert_string_equal(name_of("localhost", 8080), "generic");
	assert_string_equal(name_of("localhost", 30000), "generic");
	/* The host says more than the port. */
	assert_string_equal(name_of("api.groq.com", 11434), "groq");
}

static void a_port_does_not_own_the_host(void **state)
{
	(void)state;
	assert_true(family_owns_host(family_by_name("ollama"), "ollama.com"));
	assert_false(family_owns_host(family_by_name("ollama"), "127.0.0.1"));
	assert_false(family_owns_host(family_by_name("glm"), "api.openai.com"));
	assert_false(family_owns_host(family_by_name("generic"), "example.org"));
}

static void provider_takes_every_listed_name_in_any_case(void **state)
{
	static const char *const names[] = { "openai", "azure", "openrouter", "requesty",
		"deepseek", "kimi", "glm", "qwen", "gemini", "mistral", "groq", "xai", "ollama",
		"lmstudio", "llamacpp", "vllm", "sglang", "generic" };
	size_t count = sizeof(names) / sizeof(names[0]);

	(void)state;
	for (size_t i = 0; i < count; i++) {
		assert_non_null(family_at(i));
		assert_string_equal(family_at(i)->name, names[i]);
		assert_ptr_equal(family_by_name(names[i]), family_at(i));
		assert_non_null(family_at(i)->label);
	}
	assert_null(family_at(count));
	assert_ptr_equal(family_by_name("DeepSeek"), family_by_name("deepseek"));
	assert_null(family_by_name("claude"));
	assert_null(family_by_name(""));
}

/* request §4.2: what each family takes beside the messages */
static void parameters_of_each_family(void **state)
{
	enum { SILENT = 1, PARALLEL = 2, STRICT = 4, OBJECT_ONLY = 8, TOP_K = 16 };
	static const struct {
		const char *name;
		enum token_field token_field;
		unsigned max_stops;
		enum forcing forcing;
		unsigned takes;		/* SILENT: no stream_options */
	} rows[] = {
		{ "openai", MAX_COMPLETION_TOKENS, 4, FORCE_ANY, PARALLEL | STRICT },
		{ "azure", MAX_TOKENS, 4, FORCE_ANY, PARALLEL | STRICT },
		{ "openrouter", MAX_COMPLETION_TOKENS, 4, FORCE_ANY, PARALLEL | STRICT | TOP_K },
		{ "requesty", MAX_TOKENS, 4, FORCE_ANY, PARALLEL },
		{ "deepseek", MAX_TOKENS, 16, FORCE_NOT_THINKING, OBJECT_ONLY },
		{ "kimi", MAX_COMPLETION_TOKENS, 5, FORCE_ANY, STRICT | OBJECT_ONLY },
		{ "glm", MAX_TOKENS, 1, FORCE_NONE, SILENT | OBJECT_ONLY },
		{ "qwen", MAX_TOKENS, 4, FORCE_NOT_THINKING, PARALLEL | OBJECT_ONLY },
		{ "gemini", MAX_TOKENS, 5, FORCE_ANY, 0 },
		{ "mistral", MAX_TOKENS, UINT_MAX, FORCE_ANY, SILENT | PARALLEL | STRICT },
		{ "groq", MAX_COMPLETION_TOKENS, 4, FORCE_ANY, PARALLEL | STRICT },
		{ "xai", MAX_COMPLETION_TOKENS, 0, FORCE_ANY, PARALLEL | STRICT },
		{ "ollama", MAX_TOKENS, UINT_MAX, FORCE_ANY, 0 },
		{ "lmstudio", MAX_TOKENS, UINT_MAX, FORCE_ANY, TOP_K },
		{ "llamacpp", MAX_TOKENS, UINT_MAX, FORCE_REQUIRED, PARALLEL | TOP_K },
		{ "vllm", MAX_TOKENS, UINT_MAX, FORCE_ANY, PARALLEL | TOP_K },
		{ "sglang", MAX_TOKENS, UINT_MAX, FORCE_ANY, PARALLEL | TOP_K },
		{ "generic", MAX_TOKENS, 4, FORCE_ANY, PARALLEL },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const struct dialect *dialect = &family_by_name(rows[i].name)->dialect;

		assert_int_equal(dialect->token_field, rows[i].token_field);
		assert_int_equal(dialect->max_stops, rows[i].max_stops);
		assert_int_equal(dialect->forcing, rows[i].forcing);
		assert_int_equal((dialect->no_stream_options ? SILENT : 0) |
			(dialect->parallel_tool_calls ? PARALLEL : 0) |
			(dialect->strict_tools == STRICT_EACH ? STRICT : 0) |
			(dialect->json_object_only ? OBJECT_ONLY : 0) |
			(dialect->top_k ? TOP_K : 0), rows[i].takes);
	}
}

/* request §4.1 to §4.3 */
static void rows_differ_where_servers_differ(void **state)
{
	(void)state;
	assert_int_equal(family_by_name("openai")->dialect.token_field, MAX_COMPLETION_TOKENS);
	assert_int_equal(family_by_name("azure")->dialect.token_field, MAX_TOKENS);
	assert_int_equal(family_by_name("azure")->key_header, KEY_API_KEY);
	assert_true(family_by_name("glm")->dialect.no_stream_options);
	assert_true(family_by_name("mistral")->dialect.no_stream_options);
	assert_int_equal(family_by_name("mistral")->dialect.call_ids, IDS_9);
	assert_int_equal(family_by_name("kimi")->dialect.call_ids, IDS_KEPT);
	assert_int_equal(family_by_name("llamacpp")->dialect.forcing, FORCE_REQUIRED);
	assert_int_equal(family_by_name("glm")->dialect.forcing, FORCE_NONE);
	assert_int_equal(family_by_name("xai")->dialect.max_stops, 0);
	assert_int_equal(family_by_name("gemini")->dialect.schema, SCHEMA_GEMINI);
	assert_string_equal(family_by_name("vllm")->dialect.reasoning_field, "reasoning");
}

/* request §0.4: only OpenAI's own fields for whom we don't know. */
static void an_unknown_host_gets_no_field_of_anybody(void **state)
{
	const struct dialect *dialect = &family_by_name("generic")->dialect;

	(void)state;
	assert_false(dialect->top_k || dialect->strict_tools || dialect->prompt_cache_key);
	assert_false(dialect->session_id || dialect->cache_control || dialect->tool_stream);
	assert_int_equal(dialect->token_field, MAX_TOKENS);
	assert_int_equal(dialect->thinking, THINKING_EFFORT);
	assert_int_equal(dialect->efforts, 0);
	assert_null(dialect->reasoning_field);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_host_of_the_table_names_its_family),
		cmocka_unit_test(hosts_are_compared_on_a_dot_border),
		cmocka_unit_test(a_port_names_only_ollama_and_lm_studio),
		cmocka_unit_test(a_port_does_not_own_the_host),
		cmocka_unit_test(provider_takes_every_listed_name_in_any_case),
		cmocka_unit_test(parameters_of_each_family),
		cmocka_unit_test(rows_differ_where_servers_differ),
		cmocka_unit_test(an_unknown_host_gets_no_field_of_anybody),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
