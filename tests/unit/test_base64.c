/* Both spellings, there and back. doc/request.md §5.1, §5.2 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "../../convert/base64.h"

static void encodes_to(enum base64 spelling, const char *bytes, const char *expected)
{
	struct buf text = { 0 }, back = { 0 };

	base64_encode(spelling, slice_of(bytes), &text);
	assert_string_equal(buf_text(&text), expected);
	assert_true(base64_decode_exact(spelling, buf_slice(&text), &back));
	assert_string_equal(buf_text(&back), bytes);
	buf_free(&text);
	buf_free(&back);
}

static void every_length_has_its_end(void **state)
{
	(void)state;
	encodes_to(BASE64_STANDARD, "", "");
	encodes_to(BASE64_STANDARD, "f", "Zg==");
	encodes_to(BASE64_STANDARD, "fo", "Zm8=");
	encodes_to(BASE64_STANDARD, "foo", "Zm9v");
	encodes_to(BASE64_URL, "f", "Zg");
	encodes_to(BASE64_URL, "fo", "Zm8");
	encodes_to(BASE64_URL, "foo", "Zm9v");
}

static void alphabets_differ_in_two_characters(void **state)
{
	(void)state;
	encodes_to(BASE64_STANDARD, "\xfb\xff\xbe", "+/++");
	encodes_to(BASE64_URL, "\xfb\xff\xbe", "-_--");
}

static void only_what_encode_makes_is_exact(void **state)
{
	static const char *const others[] = { "Zg", "Zg=", "Zg==\n", " Zg==", "Zh==", "Zg===",
		"Zm9-", "Z", "Zg==Zg==", "Zm9v!" };
	struct buf bytes = { 0 };

	(void)state;
	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
		assert_false(base64_decode_exact(BASE64_STANDARD, slice_of(others[i]), &bytes));
	assert_false(base64_decode_exact(BASE64_URL, slice_of("Zg=="), &bytes));
	assert_int_equal(bytes.len, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_length_has_its_end),
		cmocka_unit_test(alphabets_differ_in_two_characters),
		cmocka_unit_test(only_what_encode_makes_is_exact),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
