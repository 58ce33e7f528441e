#include "../../convert/hash.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>
#include <ctype.h>
#include <string.h>

static void sixteen_hex_digits_are_fnv1a(void **state) /* the published test vectors */
{
	static const struct {
		const char *text, *hash;
	} rows[] = {
		{ "", "cbf29ce484222325" },
		{ "a", "af63dc4c8601ec8c" },
		{ "foobar", "85944171f73967e8" },
	};
	char out[17];

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		hash_hex(rows[i].text, strlen(rows[i].text), out, 16);
		assert_string_equal(out, rows[i].hash);
	}
}

static void fewer_digits_are_the_first(void **state) /* doc/request.md §5 */
{
	char out[9];

	(void)state;
	hash_hex("foobar", 6, out, 8);
	assert_string_equal(out, "85944171");
	hash_base62("foobar", 6, out, 4);
	assert_string_equal(out, "T2O9");
}

static void more_digits_come_from_a_second_round(void **state) /* doc/request.md §5 */
{
	char out[25], again[25], joined[32] = "foobar";

	(void)state;
	hash_hex("foobar", 6, out, 24);
	assert_string_equal(out, "85944171f73967e8ce14121d");
	/* The second round hashes the bytes and the first 16 digits. */
	memcpy(joined + 6, out, 16);
	hash_hex(joined, 22, again, 8);
	assert_string_equal(again, out + 16);
}

static void base_62_has_ten_digits_a_round(void **state) /* doc/request.md §5 */
{
	char out[25];

	(void)state;
	hash_base62("", 0, out, 10);
	assert_string_equal(out, "VbkRR8oQIH");
	hash_base62("foobar", 6, out, 24);
	assert_string_equal(out, "T2O9IJH54q3N32wjUUorS1tT");
	for (size_t i = 0; i < 24; i++)
		assert_true(isalnum((unsigned char)out[i]));
}

static void every_byte_counts_the_nul_too(void **state)
{
	char one[17], other[17];

	(void)state;
	hash_hex("a\0b", 3, one, 16);
	hash_hex("a\0c", 3, other, 16);
	assert_string_not_equal(one, other);
	hash_hex("a", 1, other, 16);
	assert_string_not_equal(one, other);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sixteen_hex_digits_are_fnv1a),
		cmocka_unit_test(fewer_digits_are_the_first),
		cmocka_unit_test(more_digits_come_from_a_second_round),
		cmocka_unit_test(base_62_has_ten_digits_a_round),
		cmocka_unit_test(every_byte_counts_the_nul_too),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
