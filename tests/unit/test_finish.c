/* finish_reason: each word that upstreams have for the end. doc/answer.md §1.5, §3.7 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "../../convert/answer/finish.h"

static const char *stop_reason(enum finish finish, bool tool_use, const char *matched)
{
	struct event message_delta = { .kind = MESSAGE_DELTA };

	finish_to_stop_reason(finish, tool_use, matched, &message_delta);
	return message_delta.stop_reason;
}

static void each_word_has_its_end(void **state)	/* doc/answer.md §1.5 */
{
	static const struct { const char *word; enum finish finish; } words[] = {
		{ NULL, FINISH_NONE }, { "", FINISH_NONE },
		{ "stop", FINISH_STOP }, { "end_turn", FINISH_STOP }, { "eos", FINISH_STOP },
		{ "tool_calls", FINISH_STOP }, { "function_call", FINISH_STOP },
		{ "no such word", FINISH_STOP },
		{ "length", FINISH_LENGTH }, { "max_tokens", FINISH_LENGTH },
		{ "model_length", FINISH_LENGTH },
		{ "content_filter", FINISH_FILTER }, { "sensitive", FINISH_FILTER },
		{ "safety", FINISH_FILTER }, { "refusal", FINISH_FILTER },
		{ "model_context_window_exceeded", FINISH_WINDOW },
		{ "error", FINISH_ERROR }, { "network_error", FINISH_ERROR },
		{ "abort", FINISH_ERROR },
		{ "insufficient_system_resource", FINISH_OVERLOADED },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		assert_int_equal(finish_of(words[i].word), words[i].finish);
}

/* No word but a failure's may be asked again: the answer was given, and is billed. */
static void failures_may_be_asked_again(void **state)	/* doc/answer.md §1.5, §3.7 */
{
	struct failure why;

	(void)state;
	for (enum finish finish = FINISH_NONE; finish <= FINISH_OVERLOADED; finish++) {
		bool fine = finish != FINISH_ERROR && finish != FINISH_OVERLOADED;

		assert_int_equal(finish_is_fine(finish, &why), fine);
		if (fine)
			continue;
		assert_true(why.again);
		assert_int_equal(why.status, finish == FINISH_ERROR ? 502 : 529);
		assert_int_equal(why.kind, finish == FINISH_ERROR ? API_ERROR : OVERLOADED_ERROR);
	}
}

static void the_first_line_that_fits_decides(void **state)	/* doc/answer.md §1.5 */
{
	struct event message_delta = { .kind = MESSAGE_DELTA, .stop_sequence = "old" };

	(void)state;
	assert_string_equal(stop_reason(FINISH_LENGTH, true, "END"), "max_tokens");
	assert_string_equal(stop_reason(FINISH_FILTER, true, "END"), "refusal");
	assert_string_equal(stop_reason(FINISH_WINDOW, true, "END"),
		"model_context_window_exceeded");
	assert_string_equal(stop_reason(FINISH_STOP, true, "END"), "tool_use");
	assert_string_equal(stop_reason(FINISH_NONE, true, NULL), "tool_use");
	assert_string_equal(stop_reason(FINISH_STOP, false, "END"), "stop_sequence");
	assert_string_equal(stop_reason(FINISH_STOP, false, NULL), "end_turn");
	assert_string_equal(stop_reason(FINISH_NONE, false, NULL), "end_turn");
	finish_to_stop_reason(FINISH_LENGTH, false, "END", &message_delta);
	assert_null(message_delta.stop_sequence);
	assert_null(message_delta.explanation);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_word_has_its_end),
		cmocka_unit_test(failures_may_be_asked_again),
		cmocka_unit_test(the_first_line_that_fits_decides),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
