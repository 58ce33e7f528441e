/* Which family a host, a port or PROVIDER names; that documents and tests know it. doc/request.md §4 */
#include "../../convert/provider/thinking.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#include "document.h"

static const char *name_of(const char *host, unsigned port)
{
	return family_by_host(host, port)->name;
}

static void every_host_of_the_table_names_its_family(void **state)
{
	const struct family *family;

	(void)state;
	for (size_t i = 0; (family = family_at(i)); i++)
		for (size_t j = 0; j < COUNT(family->hosts) && family->hosts[j].name; j++)
			if (!strchr(family->hosts[j].name, '*'))
				assert_ptr_equal(family_by_host(family->hosts[j].name, 443), family);
	assert_string_equal(name_of("eu.api.openai.com", 443), "openai");
	assert_string_equal(name_of("dashscope.aliyuncs.com", 443), "qwen");
	assert_string_equal(name_of("dashscope-intl.aliyuncs.com", 443), "qwen");
	assert_string_equal(name_of("us-central1-aiplatform.googleapis.com", 443), "gemini");
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

static void provider_takes_every_name_in_any_case(void **state)
{
	const struct family *family;

	(void)state;
	for (size_t i = 0; (family = family_at(i)); i++)
		assert_ptr_equal(family_by_name(family->name), family);
	assert_ptr_equal(family_by_name("DeepSeek"), family_by_name("deepseek"));
	assert_null(family_by_name("claude"));
	assert_null(family_by_name(""));
}

static void settings_of_their_own_name_mean_their_family(void **state)
{
	(void)state;
	assert_string_equal(family_usual()->name, "openai");
	assert_string_equal(family_with_deployments()->name, "azure");
	assert_true(family_wants_user_agent("api.kimi.com"));
	assert_false(family_wants_user_agent("api.moonshot.ai"));
	assert_false(family_wants_user_agent("example.org"));
}

/* ---- what names the families besides ---- */

/* Adds the words of a text with blanks between them, without mdoc's for a command. */
static void add_words(const char *text, struct buf *out)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_";

	for (size_t len; *(text += strcspn(text, letters)); text += len) {
		struct slice word = { text, len = strspn(text, letters) };

		if (!slice_equals(word, "Cm"))
			buf_join(out, " ", word);
	}
}

static void manual_and_sample_list_every_family(void **state)
{
	static const char *const files[] = { "claudeproxy.8", "claudeproxy.conf" };
	const struct family *family;
	struct buf names = { 0 };

	(void)state;
	for (size_t i = 0; (family = family_at(i)); i++)
		buf_join(&names, " ", slice_of(family->name));
	for (size_t i = 0; i < COUNT(files); i++) {
		struct buf text = { 0 }, words = { 0 };

		read_file(files[i], &text);
		add_words(buf_text(&text), &words);
		if (!strstr(buf_text(&words), buf_text(&names)))
			fail_msg("%s does not list: %s", files[i], buf_text(&names));
		buf_free(&text);
		buf_free(&words);
	}
	buf_free(&names);
}

static void the_readme_names_every_family_and_each_has_a_golden_file(void **state)
{
	const struct family *family;
	struct buf readme = { 0 };

	(void)state;
	read_file("README.md", &readme);
	for (size_t i = 0; (family = family_at(i)); i++) {
		char path[100];

		if (!strstr(buf_text(&readme), family->label))
			fail_msg("README.md does not speak of %s", family->label);
		snprintf(path, sizeof(path), "tests/golden/request/family_%s.in", family->name);
		if (access(path, R_OK))
			fail_msg("%s is missing", path);
	}
	buf_free(&readme);
}

/* ---- what the rows hold: the golden files family_* show what comes of it ---- */

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

/* doc/request.md §0.4: only OpenAI's own fields for whom we don't know. */
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
		cmocka_unit_test(provider_takes_every_name_in_any_case),
		cmocka_unit_test(settings_of_their_own_name_mean_their_family),
		cmocka_unit_test(manual_and_sample_list_every_family),
		cmocka_unit_test(the_readme_names_every_family_and_each_has_a_golden_file),
		cmocka_unit_test(reasoning_fields_are_those_of_the_table),
		cmocka_unit_test(an_unknown_host_gets_no_field_of_anybody),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
