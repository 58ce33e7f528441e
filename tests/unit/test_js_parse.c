/* JSON in and out: what is kept to the letter, what is refused. doc/request.md §2.4, §0 */
#include "json.h"

/* What is parsed comes out as this text. */
static void becomes(const char *in, const char *out)
{
	struct json_object *node = parse(in);
	struct slice text = js_text(node);

	assert_int_equal(text.len, strlen(out));
	assert_string_equal(text.data, out);
	js_free(node);
}

static void stays(const char *text)
{
	becomes(text, text);
}

static void refused_bytes(const char *text, size_t len, const char *error_text)
{
	struct json_object *untouched = js_new_object(), *node = untouched;
	struct js_error error;

	if (js_parse(text, len, &node, &error))
		fail_msg("accepted: %s", text);
	assert_ptr_equal(node, untouched);
	if (error_text)
		assert_string_equal(error.text, error_text);
	js_free(untouched);
}

static void refused(const char *text)
{
	refused_bytes(text, strlen(text), NULL);
}

static void refused_with(const char *text, const char *error_text)
{
	refused_bytes(text, strlen(text), error_text);
}

/* ---- exact: js.h "numbers of any length keep their digits" ---- */

static void numbers_keep_every_digit(void **state)
{
	static const char *const numbers[] = {
		"0", "-0", "-1", "1.0", "1.50", "-0.0", "1e5", "1E+05", "2.5e-3", "0e0",
		"999999999999999999", "-999999999999999999", "9223372036854775807",
		"9223372036854775808", "18446744073709551615", "18446744073709551616",
		"123456789012345678901234567890", "-123456789012345678901234567890",
		"0.1234567890123456789012345678901234567890", "1e400", "-1e-400",
		"10000000000000000000000000000000000000000000000000000000000000000000000000000000",
	};
	char text[500];

	(void)state;
	for (size_t i = 0; i < COUNT(numbers); i++) {
		stays(numbers[i]);
		snprintf(text, sizeof(text), "[%s,{\"a\":%s,\"b\":[%s]},%s]", numbers[i],
			numbers[i],
			numbers[i], numbers[i]);
		stays(text);
	}
}

static void blanks_may_stand_behind_long_numbers(void **state)
{
	(void)state;
	becomes("[12345678901234567890 , -0\t]", "[12345678901234567890,-0]");
}

static void keys_keep_their_order_and_the_last_value_counts(void **state)
{
	(void)state;
	stays(JSON({"z":1,"a":2,"m":{"b":1,"a":2}}));
	becomes("{\"a\":1,\"b\":2,\"a\":3}", "{\"a\":3,\"b\":2}");
}

static void strings_escape_only_what_must_be(void **state)
{
	(void)state;
	becomes("\"\\u0041\\/\\u00e9\\ud83d\\ude00\"", "\"A/é😀\"");
	stays("\"a/b é 日本 😀 \\\" \\\\ \\n \\t \\r \\b \\f \\u0000 \\u0001 \\u001f\"");
	stays("\"\x7F\"");
	stays(JSON({"é/\"\\":"x"}));
}

/* Strings are looked at by eight bytes: an escape and a character stand at each place of them. */
static void escapes_are_read_at_every_place(void **state)
{
	static const struct { const char *in, *out; } pieces[] = {
		{ "\\u0041", "A" }, { "\\ud83d\\ude00", "😀" }, { "é", "é" }, { "\\\\", "\\\\" },
		{ "\\\"", "\\\"" }, { "\\/", "/" }, { "日", "日" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(pieces); i++)
		for (int before = 0; before < 20; before++)
			for (int behind = 0; behind < 10; behind++) {
				char in[80], out[80];

				snprintf(in, sizeof(in), "[\"%.*s%s%.*s\"]", before,
					"xxxxxxxxxxxxxxxxxxxx", pieces[i].in, behind, "yyyyyyyyyy");
				snprintf(out, sizeof(out), "[\"%.*s%s%.*s\"]", before,
					"xxxxxxxxxxxxxxxxxxxx", pieces[i].out, behind, "yyyyyyyyyy");
				becomes(in, out);
			}
}

/* Keys wait for their values, which may be long and have keys of their own. */
static void keys_outlast_their_values(void **state)
{
	struct buf text = { 0 };

	(void)state;
	for (int i = 0; i < 100; i++)
		buf_printf(&text, "{\"k\\\"%d\":", i);
	buf_puts(&text, "\"\\n");
	for (int i = 0; i < 2000; i++)
		buf_puts(&text, "long");
	buf_puts(&text, "\"");
	for (int i = 100; i-- > 0;)
		buf_printf(&text, ",\"z%d\":[1.50]}", i);
	stays(buf_text(&text));
	buf_free(&text);
}

static void a_nul_in_a_value_passes_whole(void **state)
{
	struct json_object *node = parse("{\"a\":\"x\\u0000y\"}");
	struct slice text = js_get_slice(node, "a");

	(void)state;
	assert_int_equal(text.len, 3);
	assert_memory_equal(text.data, "x\0y", 3);
	assert_string_equal(js_get_string(node, "a"), "x");
	assert_string_equal(js_text(node).data, "{\"a\":\"x\\u0000y\"}");
	js_free(node);
}

static void lone_surrogate_escapes_are_replaced(void **state)
{
	static const char *const texts[] = {
		"\"\\ud83d\"", "\"\\ude00\"", "\"a\\ud83dz\"", "\"\\ud83d\\n\"",
		"\"\\ud83d\\u0041\"",
		"\"\\ud83d\\ud83d\\ude00\"",
	};

	(void)state;
	for (size_t i = 0; i < COUNT(texts); i++) {
		struct json_object *node = parse(texts[i]);

		assert_non_null(strstr(js_slice(node).data, "\xEF\xBF\xBD"));
		js_free(node);
	}
}

static void white_space_may_stand_around(void **state)
{
	(void)state;
	becomes(" \t\r\n{ \"a\" : [ 1 , 2 ] }\n\n ", "{\"a\":[1,2]}");
	becomes(" null ", "null");
	becomes("1 ", "1");
	becomes("\n\"x\"\n", "\"x\"");
}

static void null_is_no_node(void **state)
{
	struct json_object *node = js_new_object(), *first = node;
	struct js_error error;

	(void)state;
	assert_true(js_parse("null", 4, &node, &error));
	assert_null(node);
	js_free(first);
}

/* ---- strict ---- */

static void what_is_no_json_is_refused(void **state)
{
	static const char *const texts[] = {
		"", " ", "NaN", "[NaN]", "Infinity", "-Infinity", "[-]", "nul", "nulll", "True",
		"TRUE",
		"1.", "[1.]", ".5", "+1", "01", "-01", "00", "1e", "1e+", "1.e5", "0x10", "1_000",
		"--1",
		"1 2", "{} {}", "{}x", "[]]", "{", "[", "[1,", "[1,]", "[,1]", "[1 2]", "{\"a\"}",
		"{\"a\":}", "{\"a\":1,}", "{,}", "{a:1}", "{'a':1}", "'a'", "{\"a\":1 \"b\":2}",
		"{1:2}", "{\"a\":1]", "[}", "\"", "\"a", "\"a\\", "\"\\x\"", "\"\\u12\"",
		"\"\\u12g4\"",
		"\"\\'\"", "-", "[-", "\"\\ud83d\\u12\"", "\"\\u", "\"\\ud83d\\", "// c\n1", "/* c */1", "1 // c", "# c\n1", "\xEF\xBB\xBF{}", ":", ",",
		"\\",
		"{\"a\":nan}", "tru", "[true false]", "\"a\"\"b\"",
	};

	(void)state;
	for (size_t i = 0; i < COUNT(texts); i++)
		refused(texts[i]);
	refused_bytes("{}\0", 3, NULL);
	refused_bytes("\0{}", 3, NULL);
	refused_bytes("[1,\0 2]", 7, NULL);
	refused_bytes("1\0", 2, NULL);
}

static void control_characters_in_strings_are_refused(void **state)
{
	char text[] = "{\"a\":\"x?y\"}";

	(void)state;
	for (char c = 0; c < 0x20; c++) {
		text[7] = c;
		refused_bytes(text, sizeof(text) - 1,
			"Invalid control character: line 1 column 8 (char 7)");
	}
}

static void a_nul_in_a_key_is_refused(void **state)
{
	(void)state;
	refused_with("{\"a\\u0000b\":1}", NULL);
	refused_with("{\"x\":[{\"\\u0000\" \n :1}]}", NULL);
	stays(JSON({"a":["x\u0000y"],"b":"\u0000"}));
	/* an escaped backslash before it is no such escape */
	stays("{\"a\\\\u0000b\":1}");
}

static void broken_utf8_is_refused(void **state)
{
	static const char *const texts[] = {
		"\"\x80\"", "\"\xC3\"", "\"\xC3(\"", "\"\xC0\x80\"", "\"\xE2\x82\"",
		"\"\xF0\x9F\x98\"",
		"\"\xFF\"", "\"\xFE\"", "{\"\xC3\":1}",
		/* longer than needed, and beyond U+10FFFF */
		"\"\xC1\xBF\"", "\"\xE0\x9F\xBF\"", "\"\xF0\x8F\xBF\xBF\"",
		"\"\xF4\x90\x80\x80\"", "\"\xF5\x80\x80\x80\"", "\"\xF8\x88\x80\x80\x80\"",
		/* UTF-8-coded surrogates */
		"\"\xED\xA0\xBD\"", "\"\xED\xBF\xBF\"", "\"a\xED\xA0\xBD\xED\xB8\x80z\"",
	};

	(void)state;
	for (size_t i = 0; i < COUNT(texts); i++)
		refused(texts[i]);
	stays("\"\xED\x9F\xBF\"");
	stays("\"\xEE\x80\x80\"");
	stays("\"\xC2\x80\xE0\xA0\x80\xF0\x90\x80\x80\xF4\x8F\xBF\xBF\"");
}

static void nesting(char *text, size_t depth)
{
	memset(text, '[', depth);
	memset(text + depth, ']', depth);
	text[2 * depth] = '\0';
}

static void nesting_to_256_and_not_further(void **state)
{
	static char text[600];

	(void)state;
	nesting(text, JS_DEPTH - 1);
	stays(text);
	nesting(text, JS_DEPTH);
	stays(text);
	nesting(text, JS_DEPTH + 1);
	refused_with(text, "Nesting too deep: line 1 column 257 (char 256)");
}

static void so_many_objects_and_no_more(void **state)
{
	static char text[3 * JS_LISTS + 3];

	(void)state;
	text[0] = '[';
	for (size_t i = 0; i < JS_LISTS; i++)
		memcpy(text + 1 + 3 * i, i % 2 ? "[]," : "{},", 3);
	/* The outer one counts as well. */
	text[3 * (JS_LISTS - 1)] = ']';
	text[3 * (JS_LISTS - 1) + 1] = '\0';
	stays(text);
	text[3 * (JS_LISTS - 1)] = ',';
	strcpy(text + 3 * (JS_LISTS - 1) + 1, "{}]");
	refused_with(text, "Too many objects and arrays: line 1 column 599999 (char 599998)");
}

static void a_string_of_ten_megabytes_passes(void **state)
{
	size_t len = 10 * 1000 * 1000;
	char *text = malloc(len + 10);
	struct json_object *node = NULL;
	struct js_error error;

	(void)state;
	memset(text, 'x', len + 10);
	memcpy(text, "{\"a\":\"", 6);
	memcpy(text + len, "\"}", 2);
	assert_true(js_parse(text, len + 2, &node, &error));
	assert_int_equal(js_get_slice(node, "a").len, len - 6);
	assert_int_equal(js_text(node).len, len + 2);
	assert_memory_equal(js_text(node).data, text, len + 2);
	js_free(node);
	free(text);
}

static void the_error_tells_the_place(void **state)
{
	(void)state;
	refused_with("", "Unexpected end: line 1 column 1 (char 0)");
	refused_with("[1,", "Unexpected end: line 1 column 4 (char 3)");
	refused_with("{\n  \"a\": NaN\n}", "Expecting value: line 2 column 8 (char 9)");
	refused_with("[1,\n 2.]", "Invalid number: line 2 column 2 (char 5)");
	refused_with("{}\n}", "Unexpected character: line 2 column 1 (char 3)");
	refused_with("{} {}", "Unexpected character: line 1 column 4 (char 3)");
	refused_with("[1,\n2,\n]", "Unexpected character: line 3 column 1 (char 7)");
	refused_with("{\"a\" 1}", "Unexpected character: line 1 column 6 (char 5)");
}

static void the_place_is_right_behind_long_numbers(void **state)
{
	(void)state;
	refused_with("[12345678901234567890,-0,\n}",
		"Unexpected character: line 2 column 1 (char 26)");
	refused_with("[12345678901234567890,-0 1]",
		"Unexpected character: line 1 column 26 (char 25)");
	refused_with("[12345678901234567890", "Unexpected end: line 1 column 22 (char 21)");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(numbers_keep_every_digit),
		cmocka_unit_test(blanks_may_stand_behind_long_numbers),
		cmocka_unit_test(keys_keep_their_order_and_the_last_value_counts),
		cmocka_unit_test(strings_escape_only_what_must_be),
		cmocka_unit_test(escapes_are_read_at_every_place),
		cmocka_unit_test(keys_outlast_their_values),
		cmocka_unit_test(a_nul_in_a_value_passes_whole),
		cmocka_unit_test(lone_surrogate_escapes_are_replaced),
		cmocka_unit_test(white_space_may_stand_around),
		cmocka_unit_test(null_is_no_node),
		cmocka_unit_test(what_is_no_json_is_refused),
		cmocka_unit_test(control_characters_in_strings_are_refused),
		cmocka_unit_test(a_nul_in_a_key_is_refused),
		cmocka_unit_test(broken_utf8_is_refused),
		cmocka_unit_test(nesting_to_256_and_not_further),
		cmocka_unit_test(so_many_objects_and_no_more),
		cmocka_unit_test(a_string_of_ten_megabytes_passes),
		cmocka_unit_test(the_error_tells_the_place),
		cmocka_unit_test(the_place_is_right_behind_long_numbers),
	};

	return cmocka_run_group_tests_name("js_parse", tests, NULL, NULL);
}
