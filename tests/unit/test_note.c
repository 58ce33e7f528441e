#include "../../convert/note.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>
#include <string.h>

static void codes_are_joined_by_commas(void **state) /* claudeproxy(8), "DIAGNOSTICS" */
{
	struct notes notes = { 0 };

	(void)state;
	assert_string_equal(notes.text, "");
	note_changed(&notes, "dropped:%s", "container_upload");
	note_changed(&notes, "schema:pattern");
	assert_string_equal(notes.text, "dropped:container_upload,schema:pattern");
	assert_int_equal(notes.len, strlen(notes.text));
}

static void the_same_code_stands_once(void **state)
{
	struct notes notes = { 0 };

	(void)state;
	note_changed(&notes, "schema:pattern");
	note_changed(&notes, "schema");
	note_changed(&notes, "pattern");
	note_changed(&notes, "schema:pattern");
	note_changed(&notes, "schema");
	note_changed(&notes, "pattern");
	assert_string_equal(notes.text, "schema:pattern,schema,pattern");
}

static void what_was_ignored_is_for_debugging(void **state)
{
	struct notes notes = { 0 }, debug = { .debug = true };

	(void)state;
	note_ignored(&notes, "ignored:betas");
	note_ignored(&debug, "ignored:betas");
	assert_string_equal(notes.text, "");
	assert_string_equal(debug.text, "ignored:betas");
}

static void a_code_from_the_wire_is_one_code(void **state)
{
	struct notes notes = { 0 };

	(void)state;
	note_changed(&notes, "dropped:%s", "a,b");
	note_changed(&notes, "%s", "");
	assert_string_equal(notes.text, "dropped:a;b");
}

static void a_long_code_is_cut(void **state)
{
	struct notes notes = { 0 };
	char name[500];

	(void)state;
	memset(name, 'x', sizeof(name));
	name[sizeof(name) - 1] = '\0';
	note_changed(&notes, "dropped:%s", name);
	assert_in_range(notes.len, 50, 100);
}

static void codes_that_do_not_fit_end_in_dots(void **state)
{
	struct notes notes = { 0 };

	(void)state;
	for (int i = 0; i < 1000; i++)
		note_changed(&notes, "dropped:number_%d", i);
	assert_true(notes.len < sizeof(notes.text));
	assert_int_equal(notes.len, strlen(notes.text));
	assert_string_equal(notes.text + notes.len - 4, ",...");
	assert_null(strstr(notes.text, "...,"));
	assert_non_null(strstr(notes.text, "dropped:number_0,dropped:number_1,"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(codes_are_joined_by_commas),
		cmocka_unit_test(the_same_code_stands_once),
		cmocka_unit_test(what_was_ignored_is_for_debugging),
		cmocka_unit_test(a_code_from_the_wire_is_one_code),
		cmocka_unit_test(a_long_code_is_cut),
		cmocka_unit_test(codes_that_do_not_fit_end_in_dots),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
