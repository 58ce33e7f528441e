/* Which family a host, a port or PROVIDER names; what the rows hold. conversion/request §4 */
#include "../../convert/provider/thinking.h"

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

/* request §4.3: what each family takes in the messages; who has a reason to be different */
static void messages_of_each_family(void **state)
{
	enum {
		EMPTY = 1, ALTERNATE = 2, USER_FIRST = 4, PNG_JPEG = 8, REQUIRED = 16, WHILE = 32,
		SIGNED = 64, CUTS = 128,
	};
	static const struct {
		const char *name;
		enum call_ids ids;
		enum images images;
		enum pdfs pdfs;
		enum prefill prefill;
		const char *reasoning;
		unsigned says;
	} rows[] = {
		{ "openai", IDS_40, IMAGES_DATA_AND_URL, PDF_FILE, PREFILL_PLAIN, NULL, 0 },
		{ "azure", IDS_40, IMAGES_DATA_AND_URL, PDF_FILE, PREFILL_PLAIN, NULL, 0 },
		{ "openrouter", IDS_40, IMAGES_DATA_AND_URL, PDF_FILE_OR_URL, PREFILL_PLAIN,
			"reasoning", 0 },
		{ "requesty", IDS_40, IMAGES_DATA_AND_URL, PDF_FILE, PREFILL_PLAIN,
			"reasoning_content", 0 },
		{ "deepseek", IDS_40, IMAGES_NONE, PDF_NONE, PREFILL_PLAIN, "reasoning_content",
			REQUIRED | WHILE },
		{ "kimi", IDS_KEPT, IMAGES_DATA, PDF_NONE, PREFILL_PARTIAL, "reasoning_content",
			WHILE },
		{ "glm", IDS_40, IMAGES_NONE, PDF_NONE, PREFILL_PLAIN, "reasoning_content",
			USER_FIRST },
		{ "qwen", IDS_40, IMAGES_DATA_AND_URL, PDF_NONE, PREFILL_PLAIN,
			"reasoning_content", EMPTY },
		{ "gemini", IDS_40, IMAGES_DATA, PDF_IMAGE_URL, PREFILL_PLAIN, NULL, SIGNED },
		{ "mistral", IDS_9, IMAGES_DATA_AND_URL, PDF_DOCUMENT_URL, PREFILL_PREFIX, NULL,
			ALTERNATE },
		{ "groq", IDS_40, IMAGES_DATA_AND_URL, PDF_NONE, PREFILL_PLAIN, "reasoning", 0 },
		{ "xai", IDS_40, IMAGES_DATA_AND_URL, PDF_NONE, PREFILL_PLAIN, NULL, PNG_JPEG },
		{ "ollama", IDS_40, IMAGES_DATA, PDF_NONE, PREFILL_PLAIN, "reasoning", CUTS },
		{ "lmstudio", IDS_40, IMAGES_DATA_AND_URL, PDF_NONE, PREFILL_PLAIN,
			"reasoning_content", 0 },
		{ "llamacpp", IDS_40, IMAGES_DATA_AND_URL, PDF_NONE, PREFILL_PLAIN,
			"reasoning_content", 0 },
		{ "vllm", IDS_40, IMAGES_DATA_AND_URL, PDF_NONE, PREFILL_PLAIN, "reasoning", 0 },
		{ "sglang", IDS_40, IMAGES_DATA_AND_URL, PDF_NONE, PREFILL_PLAIN,
			"reasoning_content", 0 },
		{ "generic", IDS_40, IMAGES_DATA_AND_URL, PDF_FILE, PREFILL_PLAIN, NULL, 0 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const struct dialect *dialect = &family_by_name(rows[i].name)->dialect;
		const char *reasoning = dialect->reasoning_field;

		assert_int_equal(dialect->call_ids, rows[i].ids);
		assert_int_equal(dialect->images, rows[i].images);
		assert_int_equal(dialect->pdfs, rows[i].pdfs);
		assert_int_equal(dialect->prefill, rows[i].prefill);
		assert_string_equal(reasoning ? reasoning : "",
			rows[i].reasoning ? rows[i].reasoning : "");
		assert_int_equal((dialect->empty_tool_content ? EMPTY : 0) |
			(dialect->strict_alternation ? ALTERNATE : 0) |
			(dialect->user_first ? USER_FIRST : 0) |
			(dialect->image_types == IMAGES_PNG_JPEG ? PNG_JPEG : 0) |
			(dialect->reasoning_required ? REQUIRED : 0) |
			(dialect->reasoning_while_thinking ? WHILE : 0) |
			(dialect->signed_calls ? SIGNED : 0) |
			(dialect->cuts_prompt ? CUTS : 0), rows[i].says);
		assert_int_equal(dialect->reasoning_as_came, !strcmp(rows[i].name, "generic"));
	}
	assert_null(family_at(sizeof(rows) / sizeof(rows[0])));
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

/* One that nobody looks for would be lost without a word. */
static void reasoning_fields_are_those_of_the_table(void **state)
{
	const struct family *family;

	(void)state;
	for (size_t i = 0; (family = family_at(i)); i++)
		if (family->dialect.reasoning_field &&
			!reasoning_field_named(slice_of(family->dialect.reasoning_field)))
			fail_msg("%s takes \"%s\", which is none of reasoning_fields[] that goes back",
				family->name, family->dialect.reasoning_field);
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
		cmocka_unit_test(messages_of_each_family),
		cmocka_unit_test(rows_differ_where_servers_differ),
		cmocka_unit_test(reasoning_fields_are_those_of_the_table),
		cmocka_unit_test(an_unknown_host_gets_no_field_of_anybody),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
