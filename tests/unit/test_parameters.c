/* What is wanted of thinking: the level, and whether it is shown. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "../../convert/request/parameters.h"
#include "conversion.h"

/* doc/request.md §1.1, first paragraph */
static void wanted_level_is_the_first_hit(void **state)
{
	static const struct {
		const char *body, *reasoning;
		enum wanted_thinking thinking;
		enum effort level;
		int64_t budget;
		bool named;
	} rows[] = {
		{ "{}", NULL, WANTED_UNSET, 0, 0, false },
		{ "{'thinking':{'type':'adaptive'}}", NULL, WANTED_ON, 0, 0, false },
		{ "{'thinking':{'type':'between_tools'}}", NULL, WANTED_ON, 0, 0, false },
		{ "{'thinking':{'type':'enabled','budget_tokens':4096}}", NULL,
			WANTED_LEVEL, EFFORT_LOW, 4096, false },
		{ "{'thinking':{'type':'enabled','budget_tokens':16384}}", NULL,
			WANTED_LEVEL, EFFORT_MEDIUM, 16384, false },
		{ "{'thinking':{'type':'enabled','budget_tokens':31999}}", NULL,
			WANTED_LEVEL, EFFORT_HIGH, 29999, false },
		{ "{'thinking':{'type':'adaptive'},'output_config':{'effort':'xhigh'}}", NULL,
			WANTED_LEVEL, EFFORT_XHIGH, 0, true },
		{ "{'thinking':{'type':'enabled','budget_tokens':2000},"
			"'output_config':{'effort':'high'}}", NULL,
			WANTED_LEVEL, EFFORT_HIGH, 2000, true },
		{ "{'thinking':{'type':'disabled'},'output_config':{'effort':'high'}}", NULL,
			WANTED_OFF, 0, 0, false },
		{ "{'output_config':{'effort':'beyond'}}", NULL, WANTED_UNSET, 0, 0, false },
		{ "{'output_config':{'effort':'low'},'messages':["
			"{'role':'system','output_config':{'effort':'medium'}},"
			"{'role':'system','output_config':{'effort':'max'}},"
			"{'role':'user','output_config':{'effort':'low'}}]}", NULL,
			WANTED_LEVEL, EFFORT_MAX, 0, true },
		{ "{'thinking':{'type':'disabled'}}", "high", WANTED_LEVEL, EFFORT_HIGH, 0, false },
		{ "{'output_config':{'effort':'low'}}", "off", WANTED_OFF, 0, 0, false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct settings settings = { .reasoning = rows[i].reasoning };
		struct turn turn = { .settings = &settings, .max_tokens = 30000 };
		struct json_object *body = tree(rows[i].body);
		struct wanted wanted = parameters_wanted(body, &turn);

		assert_int_equal(wanted.thinking, rows[i].thinking);
		assert_int_equal(wanted.level, rows[i].level);
		assert_int_equal(wanted.budget, rows[i].budget);
		assert_int_equal(wanted.named, rows[i].named);
		js_free(body);
	}
}

/* doc/answer.md §1.3 "Whether to emit thinking" */
static void thinking_is_shown_to_those_who_want_it(void **state)
{
	static const struct {
		const char *body;
		bool tools;
		const char *reasoning_field;
		bool shown;
	} rows[] = {
		{ "{}", false, "reasoning", false },
		{ "{}", true, NULL, true },
		{ "{'thinking':{'type':'enabled','budget_tokens':2000}}", false, NULL, true },
		{ "{'thinking':{'type':'adaptive'}}", false, NULL, true },
		{ "{'thinking':{'type':'disabled'}}", false, "reasoning", false },
		{ "{'thinking':{'type':'disabled'}}", true, NULL, false },
		{ "{'thinking':{'type':'disabled'}}", true, "reasoning", true },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct dialect dialect = { .reasoning_field = rows[i].reasoning_field };
		struct json_object *body = tree(rows[i].body);

		assert_int_equal(parameters_show_thinking(body, rows[i].tools, &dialect),
			rows[i].shown);
		js_free(body);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(wanted_level_is_the_first_hit),
		cmocka_unit_test(thinking_is_shown_to_those_who_want_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
