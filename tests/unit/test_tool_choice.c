/* tool_choice, and what becomes of a force. doc/request.md §3.3 */
#include "converted.h"

static void choice_becomes(const char *choice, const char *expected, bool forced)
{
	char body[300];

	snprintf(body, sizeof(body),
		"{\"tools\":[{\"name\":\"f\"},{\"name\":\"g\"}],\"tool_choice\":%s}",
		choice);
	if (!convert(body))
		fail_msg("%s", why.message);
	is(tools.tool_choice, expected);
	assert_int_equal(tools.forced, forced);
}

#define ANY "{\"type\":\"any\"}"
#define NAMED "{\"type\":\"tool\",\"name\":\"g\"}"
#define NAMED_OUT JSON({"type":"function","function":{"name":"g"}})

static void choices_have_their_words(void **state)
{
	(void)state;
	choice_becomes("null", NULL, false);
	choice_becomes("{\"type\":\"auto\"}", "\"auto\"", false);
	choice_becomes(ANY, "\"required\"", true);
	choice_becomes(NAMED, NAMED_OUT, true);
	choice_becomes("{\"type\":\"none\"}", "\"none\"", false);
	assert_int_equal(js_count(tools.tools), 2);
	choice_becomes("{\"type\":\"later\"}", NULL, false);
	assert_string_equal(notes.text, "");
}

static void a_choice_of_a_tool_that_is_not_there_is_none(void **state)
{
	(void)state;
	choice_becomes("{\"type\":\"tool\",\"name\":\"ghost\"}", NULL, false);
	assert_true(convert(JSON({"tools":[{"type":"web_search_20250305","name":"web_search"},
		{"name":"f"}],"tool_choice":{"type":"tool","name":"web_search"}})));
	is(tools.tool_choice, NULL);
}

static void parallel_calls_are_switched_off_where_the_family_can(void **state)
{
	static const char body[] = "{\"type\":\"auto\",\"disable_parallel_tool_use\":true}";

	(void)state;
	choice_becomes(body, "\"auto\"", false);
	assert_true(tools.no_parallel);
	choice_becomes("{\"type\":\"auto\",\"disable_parallel_tool_use\":false}", "\"auto\"",
		false);
	assert_false(tools.no_parallel);
	dialect.parallel_tool_calls = false;
	choice_becomes(body, "\"auto\"", false);
	assert_false(tools.no_parallel);
}

static void choices_are_weakened_to_what_a_family_can_force(void **state)
{
	static const struct {
		enum forcing forcing;
		bool thinking_always;
		const char *any, *named;
	} families[] = {
		{ FORCE_ANY, true, "\"required\"", NAMED_OUT },
		{ FORCE_REQUIRED, false, "\"required\"", "\"required\"" },
		{ FORCE_NAMED, false, "\"auto\"", NAMED_OUT },
		{ FORCE_NOT_THINKING, false, "\"required\"", NAMED_OUT },
		{ FORCE_NOT_THINKING, true, "\"auto\"", "\"auto\"" },
		{ FORCE_NONE, false, "\"auto\"", "\"auto\"" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(families); i++) {
		dialect.forcing = families[i].forcing;
		dialect.thinking_always = families[i].thinking_always;
		choice_becomes(ANY, families[i].any, strcmp(families[i].any, "\"auto\"") != 0);
		assert_string_equal(notes.text,
			strcmp(families[i].any, "\"required\"") ? "changed:tool_choice" : "");
		choice_becomes(NAMED, families[i].named,
			strcmp(families[i].named, "\"auto\"") != 0);
		assert_string_equal(notes.text,
			strcmp(families[i].named, NAMED_OUT) ? "changed:tool_choice" : "");
		choice_becomes("{\"type\":\"auto\"}", "\"auto\"", false);
	}
}

/* GLM */
static void where_none_is_no_word_the_tools_are_left_out(void **state)
{
	(void)state;
	dialect.forcing = FORCE_NONE;
	choice_becomes("{\"type\":\"none\"}", NULL, false);
	is(tools.tools, NULL);
	assert_string_equal(notes.text, "dropped:tools");
}

/* MiniMax knows two words, "auto" and "none". */
static void where_only_none_is_a_word_the_rest_is_left_out(void **state)
{
	(void)state;
	dialect.forcing = FORCE_UNSAID;
	choice_becomes("{\"type\":\"auto\"}", NULL, false);
	assert_string_equal(notes.text, "");
	choice_becomes(ANY, NULL, false);
	assert_string_equal(notes.text, "changed:tool_choice");
	choice_becomes(NAMED, NULL, false);
	assert_string_equal(notes.text, "changed:tool_choice");
	choice_becomes("{\"type\":\"none\"}", "\"none\"", false);
	assert_int_equal(js_count(tools.tools), 2);
}

static void what_is_no_choice_is_refused(void **state)
{
	(void)state;
	refused_with(JSON({"tool_choice":"auto"}),
		"tool_choice: Input should be a valid dictionary");
	refused_with(JSON({"tool_choice":{}}), "tool_choice.type: Field required");
	refused_with(JSON({"tool_choice":{"type":"tool"}}), "tool_choice.name: Field required");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(choices_have_their_words),
		TEST(a_choice_of_a_tool_that_is_not_there_is_none),
		TEST(parallel_calls_are_switched_off_where_the_family_can),
		TEST(choices_are_weakened_to_what_a_family_can_force),
		TEST(where_none_is_no_word_the_tools_are_left_out),
		TEST(where_only_none_is_a_word_the_rest_is_left_out),
		TEST(what_is_no_choice_is_refused),
	};

	return cmocka_run_group_tests_name("tool_choice", tests, NULL, NULL);
}
