/* The text of a tree, held against json-c's own writer. */
#include "json.h"

#include <json-c/json.h>

static void same_text(struct json_object *node)
{
	size_t len;
	const char *expected = json_object_to_json_string_length(node,
		JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE, &len);
	struct slice text = js_text(node);

	assert_int_equal(text.len, len);
	assert_memory_equal(text.data, expected, len);
	assert_int_equal(text.data[text.len], '\0');
}

/* Strings are looked at by eight bytes: each byte stands at each place of them. */
static void every_byte_is_written_at_every_place(void **state)
{
	char bytes[24];

	(void)state;
	for (unsigned c = 0; c < 256; c++)
		for (size_t at = 0; at < sizeof(bytes); at++)
			for (size_t len = at + 1; len <= sizeof(bytes); len += 5) {
				struct json_object *node;

				memset(bytes, at % 2 ? 'a' : 0xA9, sizeof(bytes));
				bytes[at] = (char)c;
				node = js_new_slice((struct slice){ bytes, len });
				same_text(node);
				js_free(node);
			}
}

static void plain_ends_at_the_first_mark(void **state)
{
	static const char marks[] = "\"\\\x01\x1F\n\0";
	char bytes[20];

	(void)state;
	for (size_t i = 0; i < sizeof(marks) - 1; i++)
		for (size_t at = 0; at < sizeof(bytes); at++) {
			bool ascii = false;

			memset(bytes, ' ', sizeof(bytes));
			bytes[at] = marks[i];
			bytes[sizeof(bytes) - 1] = at == sizeof(bytes) - 1 ? marks[i] : '"';
			assert_int_equal(js_plain((struct slice){ bytes, sizeof(bytes) }, &ascii), at);
			assert_true(ascii);
			/* what is behind the end is not looked at */
			assert_int_equal(js_plain((struct slice){ bytes, at }, &ascii), at);
		}
}

static void plain_tells_what_is_not_ascii(void **state)
{
	char bytes[20];
	bool ascii;

	(void)state;
	for (size_t at = 0; at < sizeof(bytes); at++) {
		memset(bytes, '~', sizeof(bytes));
		bytes[at] = (char)0x80;
		assert_int_equal(js_plain((struct slice){ bytes, sizeof(bytes) }, &ascii),
			sizeof(bytes));
		assert_false(ascii);
	}
	assert_int_equal(js_plain((struct slice){ NULL, 0 }, &ascii), 0);
	assert_true(ascii);
}

static void trees_are_written_as_json_c_does(void **state)
{
	static const char *const texts[] = {
		JSON({}), JSON([]), JSON([[],{},[{}],{"a":[]}]), "null", "true", "\"x/y\"", "-7",
		JSON({"a":[1,-0,1e5,true,false,null,"",12345678901234567890],"é\"\n":{"b":{"c":"\u0000"}}}),
	};

	(void)state;
	for (size_t i = 0; i < COUNT(texts); i++) {
		struct json_object *node = parse(texts[i]);

		same_text(node);
		js_free(node);
	}
}

static void integers_are_written_to_their_limits(void **state)
{
	struct json_object *node = js_new_object();

	(void)state;
	js_add_int(node, "least", INT64_MIN);
	js_add_int(node, "most", INT64_MAX);
	same_text(node);
	js_free(node);
}

static void a_changed_tree_has_a_new_text(void **state)
{
	struct json_object *node = parse(JSON({"a":"a long enough text","b":[1]}));
	struct json_object *inner = js_get(node, "b");

	(void)state;
	assert_string_equal(js_text(inner).data, "[1]");
	assert_string_equal(js_text(node).data, JSON({"a":"a long enough text","b":[1]}));
	js_append_string(inner, "x");
	js_remove(node, "a");
	assert_string_equal(js_text(node).data, JSON({"b":[1,"x"]}));
	assert_string_equal(js_text(inner).data, JSON([1,"x"]));
	assert_ptr_equal(js_text(inner).data, js_text(inner).data);
	js_free(node);
}

static void text_is_added_to_a_buffer(void **state)
{
	struct json_object *node = parse(JSON({"a":"é"}));
	struct buf out = { 0 };

	(void)state;
	buf_puts(&out, "data: ");
	js_write(node, &out);
	js_quote(slice_of("\t\"\x7F"), &out);
	assert_string_equal(buf_text(&out), "data: {\"a\":\"é\"}\"\\t\\\"\x7F\"");
	buf_free(&out);
	js_free(node);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_byte_is_written_at_every_place),
		cmocka_unit_test(plain_ends_at_the_first_mark),
		cmocka_unit_test(plain_tells_what_is_not_ascii),
		cmocka_unit_test(trees_are_written_as_json_c_does),
		cmocka_unit_test(integers_are_written_to_their_limits),
		cmocka_unit_test(a_changed_tree_has_a_new_text),
		cmocka_unit_test(text_is_added_to_a_buffer),
	};

	return cmocka_run_group_tests_name("js_text", tests, NULL, NULL);
}
