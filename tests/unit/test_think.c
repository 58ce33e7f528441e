#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "../../convert/answer/think.h"

struct shown {
	struct buf thinking, text;
};

static bool on_thinking(void *to, const char *text, size_t len, struct failure *why)
{
	struct shown *shown = to;

	(void)why;
	assert_true(len > 0);
	return buf_add(&shown->thinking, text, len);
}

static bool on_text(void *to, const char *text, size_t len, struct failure *why)
{
	struct shown *shown = to;

	(void)why;
	assert_true(len > 0);
	return buf_add(&shown->text, text, len);
}

static void splits_in_pieces(const char *all, bool whole, size_t cut, size_t piece,
	const char *thinking, const char *text)
{
	struct shown shown = { .text = { 0 } };
	struct think think = { .thinking = on_thinking, .text = on_text, .to = &shown,
		.whole = whole };
	struct failure why;

	for (size_t at = 0, len = strlen(all); at < len; cut = piece) {
		size_t take = len - at < cut ? len - at : cut;

		assert_true(think_feed(&think, all + at, take, &why));
		at += take;
	}
	assert_true(think_end(&think, &why));
	assert_string_equal(buf_text(&shown.thinking), thinking);
	assert_string_equal(buf_text(&shown.text), text);
	think_free(&think);
	buf_free(&shown.thinking);
	buf_free(&shown.text);
}

static void splits(const char *all, const char *thinking, const char *text)
{
	size_t len = strlen(all);

	for (size_t cut = 1; cut <= len; cut++)
		splits_in_pieces(all, false, cut, len, thinking, text);
	splits_in_pieces(all, false, 1, 1, thinking, text);
	splits_in_pieces(all, true, len, len, thinking, text);
}

static void tags_open_the_text(void **state)	/* doc/answer.md §1.3 */
{
	(void)state;
	splits("<think>plan</think>done", "plan", "done");
	splits("<thought>plan</thought>done", "plan", "done");
	splits(" \n<think>plan</think>done", "plan", "done");
	splits("<think></think>done", "", "done");
	splits("<think>plan</think>", "plan", "");
}

static void one_line_break_after_the_tag_is_dropped(void **state)	/* doc/answer.md §1.3 */
{
	(void)state;
	splits("<think>plan</think>\ndone", "plan", "done");
	splits("<think>plan</think>\r\ndone", "plan", "done");
	splits("<think>plan</think>\n\ndone", "plan", "\ndone");
	splits("<think>plan</think>\rdone", "plan", "\rdone");
}

static void only_the_tag_that_was_opened_closes(void **state)
{
	(void)state;
	splits("<think>a</thought>b</think>c", "a</thought>b", "c");
	splits("<think>a < b </ c <think>", "a < b </ c <think>", "");
}

static void thinking_without_end_is_thinking(void **state)
{
	(void)state;
	splits("<think>plan", "plan", "");
	splits("<think>plan</thi", "plan</thi", "");
}

static void tags_further_on_are_text(void **state)	/* doc/answer.md §1.3 */
{
	(void)state;
	splits("see <think>x", "", "see <think>x");
	splits("<think>a</think>b<think>c</think>", "a", "b<think>c</think>");
}

static void what_is_no_tag_comes_out(void **state)
{
	(void)state;
	splits("<thin", "", "<thin");
	splits("<things>", "", "<things>");
	splits("  <", "", "  <");
	splits(" \n ", "", " \n ");
}

static void lone_end_splits_a_whole_answer_only(void **state)	/* doc/answer.md §1.3 */
{
	static const char text[] = "plan</think>\n\ndone";

	(void)state;
	splits_in_pieces(text, true, sizeof(text), 1, "plan", "\ndone");
	splits_in_pieces(text, false, sizeof(text), 1, "", text);
	splits_in_pieces("a</thought>b", true, 99, 1, "a", "b");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(tags_open_the_text),
		cmocka_unit_test(one_line_break_after_the_tag_is_dropped),
		cmocka_unit_test(only_the_tag_that_was_opened_closes),
		cmocka_unit_test(thinking_without_end_is_thinking),
		cmocka_unit_test(tags_further_on_are_text),
		cmocka_unit_test(what_is_no_tag_comes_out),
		cmocka_unit_test(lone_end_splits_a_whole_answer_only),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
