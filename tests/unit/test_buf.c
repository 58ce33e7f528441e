#include "../../convert/buf.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

static void an_empty_buf_is_an_empty_text(void **state)
{
	struct buf buf = { 0 };

	(void)state;
	assert_string_equal(buf_text(&buf), "");
	assert_true(buf_add(&buf, NULL, 0));
	assert_int_equal(buf.len, 0);
	buf_clear(&buf);
	buf_shift(&buf, 0);
	buf_cut(&buf, 0);
	buf_free(&buf);
	assert_string_equal(buf_text(&buf), "");
}

static void bytes_are_appended_with_their_nul(void **state)
{
	struct buf buf = { 0 };

	(void)state;
	assert_true(buf_add(&buf, "a\0b", 3));
	assert_true(buf_puts(&buf, "cd"));
	assert_true(buf_printf(&buf, "%d", 42));
	assert_int_equal(buf.len, 7);
	assert_memory_equal(buf.data, "a\0bcd42", 8);
	buf_free(&buf);
}

static void growing_keeps_every_byte(void **state)
{
	struct buf buf = { 0 };

	(void)state;
	for (int i = 0; i < 100000; i++)
		assert_true(buf_add(&buf, &(char){ (char)('a' + i % 26) }, 1));
	assert_int_equal(buf.len, 100000);
	for (int i = 0; i < 100000; i++)
		assert_int_equal(buf.data[i], 'a' + i % 26);
	assert_int_equal(buf.data[buf.len], '\0');
	buf_free(&buf);
}

static void a_text_of_exactly_the_capacity_has_room_for_its_nul(void **state)
{
	static const char bytes[512];
	struct buf buf = { 0 };

	(void)state;
	for (size_t len = 254; len < 259; len++) {
		assert_true(buf_add(&buf, bytes, len));
		assert_true(buf.cap > buf.len);
		buf_free(&buf);
	}
}

static void what_passes_the_limit_is_not_added_at_all(void **state)
{
	struct buf buf = { .limit = 5 };

	(void)state;
	assert_true(buf_puts(&buf, "abc"));
	assert_false(buf_puts(&buf, "def"));
	assert_false(buf_printf(&buf, "%s", "def"));
	assert_string_equal(buf_text(&buf), "abc");
	assert_true(buf_puts(&buf, "de"));
	assert_false(buf_add(&buf, "f", 1));
	assert_string_equal(buf_text(&buf), "abcde");
	buf_free(&buf);
}

static void printf_fills_the_room_and_asks_for_more(void **state)
{
	(void)state;
	for (size_t before = 250; before < 258; before++) {
		struct buf buf = { 0 };

		while (buf.len < before)
			buf_puts(&buf, "x");
		assert_true(buf_printf(&buf, "%s", "abc"));
		assert_int_equal(buf.len, before + 3);
		assert_string_equal(buf_text(&buf) + before, "abc");
		assert_true(buf.cap > buf.len);
		buf_free(&buf);
	}
}

static void a_length_that_no_memory_has_is_refused(void **state)
{
	struct buf buf = { 0 };

	(void)state;
	assert_true(buf_puts(&buf, "a"));
	assert_false(buf_add(&buf, "", (size_t)-1));
	assert_string_equal(buf_text(&buf), "a");
	buf_free(&buf);
}

static void the_front_and_the_back_can_be_dropped(void **state)
{
	struct buf buf = { 0 };

	(void)state;
	buf_puts(&buf, "0123456789");
	buf_shift(&buf, 3);
	assert_string_equal(buf_text(&buf), "3456789");
	buf_cut(&buf, 4);
	assert_string_equal(buf_text(&buf), "3456");
	buf_cut(&buf, 9);
	assert_string_equal(buf_text(&buf), "3456");
	buf_shift(&buf, 4);
	assert_string_equal(buf_text(&buf), "");
	buf_puts(&buf, "again");
	buf_clear(&buf);
	assert_string_equal(buf_text(&buf), "");
	buf_free(&buf);
}

static void a_slice_is_compared_by_its_length(void **state)
{
	struct slice text = { "abcdef", 3 };

	(void)state;
	assert_true(slice_equals(text, "abc"));
	assert_false(slice_equals(text, "abcdef"));
	assert_false(slice_equals((struct slice){ "a\0b", 3 }, "a"));
	assert_true(slice_starts(text, "ab"));
	assert_true(slice_starts(text, ""));
	assert_false(slice_starts(text, "abcd"));
	assert_int_equal(slice_of("abc").len, 3);
}

static void no_text_equals_nothing(void **state)
{
	struct slice none = slice_of(NULL);

	(void)state;
	assert_null(none.data);
	assert_false(slice_equals(none, ""));
	assert_false(slice_starts(none, ""));
	assert_true(slice_is_blank(none));
}

static void blank_is_json_white_space_only(void **state)
{
	(void)state;
	assert_true(slice_is_blank(slice_of("")));
	assert_true(slice_is_blank(slice_of(" \t\r\n")));
	assert_false(slice_is_blank(slice_of(" x ")));
	assert_false(slice_is_blank((struct slice){ "\0", 1 }));
	assert_false(slice_is_blank(slice_of("\xC2\xA0")));
}

static void what_stands_around_a_slice_is_dropped(void **state)
{
	(void)state;
	assert_true(slice_equals(slice_trim(slice_of("\r\n a b\t ")), "a b"));
	assert_int_equal(slice_trim(slice_of(" \n ")).len, 0);
	assert_true(slice_equals(slice_without_bom(slice_of("\xEF\xBB\xBF" "a")), "a"));
	assert_true(slice_equals(slice_without_bom(slice_of("\xEF\xBB")), "\xEF\xBB"));
}

static void ends_and_whole_slices_are_compared(void **state)
{
	(void)state;
	assert_true(slice_ends(slice_of("a_tool_result"), "_result"));
	assert_true(slice_ends(slice_of("a"), ""));
	assert_false(slice_ends(slice_of("esult"), "_result"));
	assert_true(slice_same(slice_of("a"), slice_of("a")));
	assert_true(slice_same((struct slice){ 0 }, slice_of("")));
	assert_false(slice_same(slice_of("a"), slice_of("ab")));
}

static void words_are_looked_for_in_lists(void **state)
{
	static const char *const words[] = { "gpt-", "o1" };

	(void)state;
	assert_true(is_one_of("o1", words, COUNT(words)));
	assert_false(is_one_of("o1-mini", words, COUNT(words)));
	assert_true(starts_with_one_of("o1-mini", words, COUNT(words)));
	assert_false(starts_with_one_of("o", words, COUNT(words)));
	assert_true(list_has("a,bc,d", slice_of("bc")));
	assert_true(list_has("a,bc,d", slice_of("d")));
	assert_false(list_has("a,bc,d", slice_of("b")));
	assert_false(list_has("", slice_of("b")));
}

static void memory_is_zeroed_and_never_null(void **state)
{
	char *zeroed = must_zalloc(0, 0), *text = must_strdup("abc");
	void *none = must_alloc(0);

	(void)state;
	assert_non_null(zeroed);
	assert_int_equal(zeroed[0], 0);
	assert_non_null(none);
	assert_string_equal(text, "abc");
	free(zeroed);
	free(none);
	free(text);
}

static void utf8_ends_at_the_first_broken_character(void **state)
{
	static const char text[] = "twelve bytes é 日 😀 and nine more bytes";
	char broken[sizeof(text)];

	(void)state;
	assert_int_equal(slice_utf8((struct slice){ NULL, 0 }), 0);
	assert_int_equal(slice_utf8(slice_of(text)), sizeof(text) - 1);
	for (size_t i = 0; i < sizeof(text) - 1; i++) {
		if ((text[i] & 0xC0) == 0x80)
			continue;
		memcpy(broken, text, sizeof(text));
		broken[i] = (char)0xFF;
		assert_int_equal(slice_utf8(slice_of(broken)), i);
		assert_int_equal(slice_utf8((struct slice){ text, i }), i);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_empty_buf_is_an_empty_text),
		cmocka_unit_test(bytes_are_appended_with_their_nul),
		cmocka_unit_test(growing_keeps_every_byte),
		cmocka_unit_test(a_text_of_exactly_the_capacity_has_room_for_its_nul),
		cmocka_unit_test(what_passes_the_limit_is_not_added_at_all),
		cmocka_unit_test(a_length_that_no_memory_has_is_refused),
		cmocka_unit_test(the_front_and_the_back_can_be_dropped),
		cmocka_unit_test(a_slice_is_compared_by_its_length),
		cmocka_unit_test(no_text_equals_nothing),
		cmocka_unit_test(blank_is_json_white_space_only),
		cmocka_unit_test(what_stands_around_a_slice_is_dropped),
		cmocka_unit_test(printf_fills_the_room_and_asks_for_more),
		cmocka_unit_test(utf8_ends_at_the_first_broken_character),
		cmocka_unit_test(ends_and_whole_slices_are_compared),
		cmocka_unit_test(words_are_looked_for_in_lists),
		cmocka_unit_test(memory_is_zeroed_and_never_null),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
