#include "../../convert/answer/usage.h"

#include "../../convert/js.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>
#include <stdio.h>
#include <string.h>

static bool read_chunk(const char *chunk, struct usage *usage)
{
	struct json_object *node;
	struct js_error error;
	bool found;

	assert_true(js_parse(chunk, strlen(chunk), &node, &error));
	found = usage_read(node, usage);
	js_free(node);
	return found;
}

static void assert_usage(const char *chunk, struct usage expected)
{
	struct usage usage;

	assert_true(read_chunk(chunk, &usage));
	assert_int_equal(usage.input_tokens, expected.input_tokens);
	assert_int_equal(usage.cache_read_input_tokens, expected.cache_read_input_tokens);
	assert_int_equal(usage.cache_creation_input_tokens, expected.cache_creation_input_tokens);
	assert_int_equal(usage.output_tokens, expected.output_tokens);
	assert_int_equal(usage.thinking_tokens, expected.thinking_tokens);
}

static void the_three_input_figures_add_up(void **state) /* doc/answer.md §1.6 */
{
	(void)state;
	assert_usage("{\"usage\":{\"prompt_tokens\":1000,\"completion_tokens\":50,"
		"\"total_tokens\":1050,\"prompt_tokens_details\":{\"cached_tokens\":700,"
		"\"cache_write_tokens\":100},\"completion_tokens_details\":"
		"{\"reasoning_tokens\":30}}}",
		(struct usage){ .input_tokens = 200, .cache_read_input_tokens = 700,
			.cache_creation_input_tokens = 100, .output_tokens = 50,
			.thinking_tokens = 30 });
}

static void the_responses_api_has_names_of_its_own(void **state) /* doc/responses.md §4 */
{
	(void)state;
	assert_usage("{\"usage\":{\"input_tokens\":1000,\"output_tokens\":50,"
		"\"total_tokens\":1050,\"input_tokens_details\":{\"cached_tokens\":700,"
		"\"cache_write_tokens\":100},\"output_tokens_details\":"
		"{\"reasoning_tokens\":30}}}",
		(struct usage){ .input_tokens = 200, .cache_read_input_tokens = 700,
			.cache_creation_input_tokens = 100, .output_tokens = 50,
			.thinking_tokens = 30 });
	assert_usage("{\"usage\":{\"input_tokens\":9,\"output_tokens\":3}}",
		(struct usage){ .input_tokens = 9, .output_tokens = 3 });
}

static void cached_tokens_have_many_names(void **state) /* doc/answer.md §1.6 */
{
	static const char *const usages[] = {
		"\"prompt_tokens_details\":{\"cached_tokens\":60}",
		"\"prompt_cache_hit_tokens\":60,\"prompt_cache_miss_tokens\":40",
		"\"cached_tokens\":60",
		"\"cache_read_input_tokens\":60",
		"\"prompt_tokens_details\":null,\"cached_tokens\":60",
		"\"prompt_tokens_details\":{\"cached_tokens\":null},\"cached_tokens\":60",
		"\"prompt_tokens_details\":{\"cached_tokens\":60},\"prompt_cache_hit_tokens\":7",
	};
	char chunk[300];

	(void)state;
	for (size_t i = 0; i < sizeof(usages) / sizeof(usages[0]); i++) {
		snprintf(chunk, sizeof(chunk),
			"{\"usage\":{\"prompt_tokens\":100,\"completion_tokens\":5,%s}}",
			usages[i]);
		assert_usage(chunk, (struct usage){ .input_tokens = 40,
			.cache_read_input_tokens = 60, .output_tokens = 5 });
	}
}

static void written_to_the_cache_under_anthropics_name(void **state) /* doc/answer.md §1.6 */
{
	(void)state;
	assert_usage("{\"usage\":{\"prompt_tokens\":100,\"completion_tokens\":5,"
		"\"cache_creation_input_tokens\":30,\"cache_read_input_tokens\":20}}",
		(struct usage){ .input_tokens = 50, .cache_read_input_tokens = 20,
			.cache_creation_input_tokens = 30, .output_tokens = 5 });
}

/* doc/answer.md §1.6 */
static void cached_tokens_that_were_excluded_are_not_subtracted(void **state)
{
	(void)state;
	assert_usage("{\"usage\":{\"prompt_tokens\":10,\"completion_tokens\":5,"
		"\"cached_tokens\":60}}",
		(struct usage){ .input_tokens = 10, .cache_read_input_tokens = 60,
			.output_tokens = 5 });
}

static void reasoning_outside_the_completion_counts_as_output(void **state) /* doc/answer.md §1.6 */
{
	(void)state;
	/* xAI: 10 + 5 is not 115. */
	assert_usage("{\"usage\":{\"prompt_tokens\":10,\"completion_tokens\":5,"
		"\"total_tokens\":115,\"completion_tokens_details\":{\"reasoning_tokens\":100}}}",
		(struct usage){ .input_tokens = 10, .output_tokens = 105,
			.thinking_tokens = 100 });
	/* Gemini leaves completion_tokens out when everything was thought. */
	assert_usage("{\"usage\":{\"prompt_tokens\":10,\"total_tokens\":70}}",
		(struct usage){ .input_tokens = 10, .output_tokens = 60 });
	/* A smaller total is somebody's mistake, and without a prompt it tells nothing. */
	assert_usage("{\"usage\":{\"prompt_tokens\":10,\"completion_tokens\":5,"
		"\"total_tokens\":12}}", (struct usage){ .input_tokens = 10, .output_tokens = 5 });
	assert_usage("{\"usage\":{\"completion_tokens\":5,\"total_tokens\":300}}",
		(struct usage){ .output_tokens = 5 });
}

static void usage_stands_in_three_places(void **state) /* doc/answer.md §1.6 */
{
	(void)state;
	assert_usage("{\"usage\":null,\"choices\":[{\"usage\":{\"prompt_tokens\":1,"
		"\"completion_tokens\":2}}]}",
		(struct usage){ .input_tokens = 1, .output_tokens = 2 });
	assert_usage("{\"choices\":[],\"x_groq\":{\"usage\":{\"prompt_tokens\":3,"
		"\"completion_tokens\":4}}}",
		(struct usage){ .input_tokens = 3, .output_tokens = 4 });
	assert_usage("{\"usage\":{\"prompt_tokens\":5,\"completion_tokens\":6},"
		"\"choices\":[{\"usage\":{\"prompt_tokens\":1}}]}",
		(struct usage){ .input_tokens = 5, .output_tokens = 6 });
}

static void no_usage_leaves_the_estimate(void **state) /* doc/answer.md §1.6 */
{
	static const char *const chunks[] = {
		"{}", "[]", "null", "{\"usage\":null}", "{\"usage\":{}}", "{\"usage\":\"none\"}",
		"{\"usage\":{\"prompt_tokens\":null}}", "{\"choices\":[{\"usage\":null}]}",
		"{\"x_groq\":{\"id\":\"req\"}}", "{\"usage\":[1,2]}",
	};
	struct usage usage = { .input_tokens = 77 };

	(void)state;
	for (size_t i = 0; i < sizeof(chunks) / sizeof(chunks[0]); i++) {
		assert_false(read_chunk(chunks[i], &usage));
		assert_int_equal(usage.input_tokens, 77);
	}
}

/* doc/answer.md §1.6, last row */
static void odd_figures_become_integers_from_zero_up(void **state)
{
	(void)state;
	assert_usage("{\"usage\":{\"prompt_tokens\":12.9,\"completion_tokens\":\"7\"}}",
		(struct usage){ .input_tokens = 12, .output_tokens = 7 });
	assert_usage("{\"usage\":{\"prompt_tokens\":-5,\"completion_tokens\":null}}",
		(struct usage){ 0 });
	assert_usage("{\"usage\":{\"prompt_tokens\":1e3,\"completion_tokens\":\"many\"}}",
		(struct usage){ .input_tokens = 1000 });
	assert_usage("{\"usage\":{\"prompt_tokens\":99999999999999999999999,"
		"\"completion_tokens\":[1]}}", (struct usage){ 0 });
	assert_usage("{\"usage\":{\"prompt_tokens\":true,\"completion_tokens\":{}}}",
		(struct usage){ 0 });
	assert_usage("{\"usage\":{\"prompt_tokens\":9,\"completion_tokens\":1,"
		"\"prompt_tokens_details\":{\"cached_tokens\":-4},"
		"\"completion_tokens_details\":{\"reasoning_tokens\":8}}}",
		(struct usage){ .input_tokens = 9, .output_tokens = 1, .thinking_tokens = 1 });
}

static void a_prompt_that_was_cut_is_seen(void **state) /* doc/answer.md §3.5, "silent cases" */
{
	static const struct {
		int64_t least, input, cached;
		bool cut;
	} rows[] = {
		{ 20000, 4096, 0, true },
		{ 20000, 9999, 0, true },
		{ 20000, 10000, 0, false },	/* the estimate may be wrong by a quarter */
		{ 20000, 10, 15990, false },	/* what is cached is in the prompt too */
		{ 4096, 40, 0, false },
		{ 20000, 0, 0, false },
		{ 0, 9, 0, false },		/* nobody asks */
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct usage usage = { .input_tokens = rows[i].input,
			.cache_read_input_tokens = rows[i].cached };
		struct turn turn = { .estimate_least = rows[i].least };

		assert_int_equal(usage_shows_a_cut(&usage, &turn), rows[i].cut);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_three_input_figures_add_up),
		cmocka_unit_test(cached_tokens_have_many_names),
		cmocka_unit_test(written_to_the_cache_under_anthropics_name),
		cmocka_unit_test(cached_tokens_that_were_excluded_are_not_subtracted),
		cmocka_unit_test(reasoning_outside_the_completion_counts_as_output),
		cmocka_unit_test(usage_stands_in_three_places),
		cmocka_unit_test(no_usage_leaves_the_estimate),
		cmocka_unit_test(a_prompt_that_was_cut_is_seen),
		cmocka_unit_test(odd_figures_become_integers_from_zero_up),
		cmocka_unit_test(the_responses_api_has_names_of_its_own),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
