/* convert/wording.c: upstream's sentences read by machine. */
#include "../../convert/refusal/wording.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>
#include <string.h>

static void numbers_are_known_by_their_neighbours(void **state)
{
	static const struct neighbours rows[] = {
		{ "limit of #", 0 }, { "# items", 1 }, { "[1, #]", 2 },
	};
	int64_t figures[3] = { 0 };

	(void)state;
	wording_figures("a limit of 1,048,576 or 1_000 items in [1, 8192] and 7 items", rows, 3,
		figures);
	assert_int_equal(figures[0], 1048576);
	assert_int_equal(figures[1], 1000);
	assert_int_equal(figures[2], 8192);
	memset(figures, 0, sizeof(figures));
	wording_figures("limit of 128k; 5,12 items; limit of", rows, 3, figures);
	assert_int_equal(figures[0], 0);
	assert_int_equal(figures[1], 12);
	wording_figures("12", rows, 3, figures);
	wording_figures("", rows, 3, figures);
}

static void texts_have_one_spelling(void **state)
{
	struct buf out = { 0 };

	(void)state;
	wording_normalise((struct slice){ "The `X`\n\t 'y'\0\"Z\"", 16 }, &out);
	assert_string_equal(buf_text(&out), "the x y z");
	buf_free(&out);
}

static void words_stand_in_their_order(void **state)
{
	static const char *const words[] = { "no such words", "maximum*tokens" };

	(void)state;
	assert_true(wording_fits("a maximum of 9 tokens", "maximum"));
	assert_true(wording_fits("a maximum of 9 tokens", "maximum*tokens"));
	assert_true(wording_fits("a maximum of 9 tokens", ""));
	assert_false(wording_fits("9 tokens are the maximum", "maximum*tokens"));
	assert_false(wording_fits("", "maximum"));
	/* One stretch of the text does not count twice. */
	assert_false(wording_fits("tokens", "tokens*tokens"));
	assert_true(wording_has("a maximum of 9 tokens", words, 2));
	assert_false(wording_has("a maximum of 9 tokens", words, 1));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(numbers_are_known_by_their_neighbours),
		cmocka_unit_test(texts_have_one_spelling),
		cmocka_unit_test(words_stand_in_their_order),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
