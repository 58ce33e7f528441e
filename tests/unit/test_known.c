/* serve/known.c: what a connection knows of the models of its upstream. */
#include "../../serve/known.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

static void each_model_has_its_own(void **state)
{
	struct knowledge knowledge = { 0 };
	struct known *big = known_model(&knowledge, "big");

	(void)state;
	changes_add(&big->learnt, "drop=stop");
	assert_int_equal(known_model(&knowledge, "small")->learnt.count, 0);
	assert_ptr_equal(known_model(&knowledge, "big"), big);
	assert_string_equal(known_model(&knowledge, "big")->learnt.text[0], "drop=stop");
	known_free(&knowledge);
}

static void the_one_not_asked_about_longest_goes(void **state)
{
	struct knowledge knowledge = { 0 };
	struct known *first = known_model(&knowledge, "0"), *second = known_model(&knowledge, "1");
	char name[16];

	(void)state;
	changes_add(&first->learnt, "drop=stop");
	changes_add(&second->learnt, "drop=stop");
	for (int i = 2; i <= KNOWN_MOST; i++) {
		snprintf(name, sizeof(name), "%d", i);
		known_model(&knowledge, "0");
		known_model(&knowledge, name);
	}
	assert_int_equal(known_model(&knowledge, "0")->learnt.count, 1);
	assert_int_equal(known_model(&knowledge, "1")->learnt.count, 0);
	known_free(&knowledge);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_model_has_its_own),
		cmocka_unit_test(the_one_not_asked_about_longest_goes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
