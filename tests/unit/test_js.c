#include "json.h"

/* ---- get ---- */

static void get_finds_only_the_right_type(void **state)
{
	struct json_object *node = parse(JSON({"o":{},"a":[1],"s":"x","i":7,"t":true,"f":false,
		"n":null,"e":""}));

	(void)state;
	assert_true(js_is_object(js_get_object(node, "o")));
	assert_null(js_get_object(node, "a"));
	assert_true(js_is_array(js_get_array(node, "a")));
	assert_null(js_get_array(node, "o"));
	assert_string_equal(js_get_string(node, "s"), "x");
	assert_null(js_get_string(node, "i"));
	assert_int_equal(js_get_slice(node, "e").len, 0);
	assert_non_null(js_get_slice(node, "e").data);
	assert_null(js_get_slice(node, "n").data);
	assert_true(js_get_true(node, "t"));
	assert_false(js_get_true(node, "f"));
	assert_false(js_get_true(node, "i"));
	assert_false(js_get_true(node, "s"));
	assert_true(js_is_bool(js_get(node, "f")));
	assert_false(js_is_bool(js_get(node, "n")));
	assert_true(js_is_number(js_get(node, "i")));
	assert_false(js_is_number(js_get(node, "s")));
	assert_true(js_has(node, "n"));
	assert_false(js_has(node, "x"));
	assert_null(js_get(node, "n"));
	js_free(node);
}

/* Few members are searched in another way than many. */
static void get_finds_each_of_many(void **state)
{
	struct json_object *node = js_new_object();
	char key[16];

	(void)state;
	for (int i = 0; i < 100; i++) {
		snprintf(key, sizeof(key), "k%d", i);
		assert_false(js_has(node, key));
		js_add_int(node, key, i);
		for (int64_t value, j = 0; j <= i; j++) {
			snprintf(key, sizeof(key), "k%d", (int)j);
			assert_true(js_get_int(node, key, &value));
			assert_int_equal(value, j);
		}
		assert_false(js_has(node, "k"));
		assert_null(js_get(node, ""));
	}
	js_free(node);
}

static void get_on_nothing_finds_nothing(void **state)
{
	struct json_object *text = parse("\"x\"");
	int64_t value = 5;

	(void)state;
	assert_null(js_get(NULL, "a"));
	assert_null(js_get(text, "a"));
	assert_false(js_has(NULL, "a"));
	assert_false(js_has(text, "a"));
	assert_null(js_at(NULL, 0));
	assert_null(js_at(text, 0));
	assert_int_equal(js_count(NULL), 0);
	assert_int_equal(js_count(text), 0);
	assert_null(js_first(NULL).key);
	assert_null(js_first(text).key);
	assert_null(js_slice(NULL).data);
	assert_false(js_int(NULL, &value));
	assert_int_equal(value, 5);
	assert_string_equal(js_text(NULL).data, "null");
	js_free(NULL);
	js_free(text);
}

static void integers_may_be_written_as_floats(void **state)
{
	static const struct {
		const char *text;
		bool is;
		int64_t value;
	} numbers[] = {
		{ "100", true, 100 }, { "100.0", true, 100 }, { "1e3", true, 1000 },
		{ "-0", true, 0 },
		{ "-7", true, -7 }, { "100.5", false, 0 }, { "\"100\"", false, 0 },
		{ "true", false, 0 },
		{ "1e300", false, 0 }, { "123456789012345678901234567890", false, 0 },
		{ "9007199254740991", true, 9007199254740991 },
		{ "999999999999999999", true, 999999999999999999 },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(numbers); i++) {
		struct json_object *node = parse(numbers[i].text);
		int64_t value = 42;

		if (js_int(node, &value) != numbers[i].is)
			fail_msg("%s", numbers[i].text);
		assert_int_equal(value, numbers[i].is ? numbers[i].value : 42);
		js_free(node);
	}
}

static void members_come_in_order(void **state)
{
	struct json_object *node = parse(JSON({"b":1,"a":null,"c":[]}));
	struct buf keys = { 0 };

	(void)state;
	for (struct js_member m = js_first(node); m.key; m = js_next(m))
		buf_puts(&keys, m.key);
	assert_string_equal(buf_text(&keys), "bac");
	assert_int_equal(js_count(node), 3);
	assert_int_equal(js_count(js_get(node, "c")), 0);
	assert_null(js_at(js_get(node, "c"), 0));
	buf_free(&keys);
	js_free(node);
}

/* ---- add ---- */

static void add_builds_inside_the_parent(void **state)
{
	struct json_object *root = js_new_object(), *list, *inner;

	(void)state;
	inner = js_add_object(root, "o");
	js_add_string(inner, "s", "x");
	js_add_string(inner, "none", NULL);
	list = js_add_array(root, "a");
	js_append_string(list, "y");
	js_append_slice(list, (struct slice){ "p\0q", 3 });
	js_add_int(js_append_object(list), "i", INT64_MIN);
	js_append(list, js_new_array());
	js_append(list, NULL);
	js_add_bool(root, "t", true);
	js_add_slice(root, "e", (struct slice){ 0 });
	js_add_null(root, "n");
	js_give(root, "g", js_new_slice(slice_of("z")));
	assert_string_equal(js_text(root).data, "{\"o\":{\"s\":\"x\",\"none\":null},\"a\":[\"y\","
		"\"p\\u0000q\",{\"i\":-9223372036854775808},[],null],\"t\":true,\"e\":\"\","
		"\"n\":null,\"g\":\"z\"}");
	js_free(root);
}

static void an_existing_key_keeps_its_place(void **state)
{
	struct json_object *node = parse(JSON({"a":1,"b":2,"c":3}));

	(void)state;
	js_add_string(node, "b", "new");
	assert_string_equal(js_text(node).data, "{\"a\":1,\"b\":\"new\",\"c\":3}");
	js_remove(node, "a");
	js_remove(node, "ghost");
	assert_string_equal(js_text(node).data, "{\"b\":\"new\",\"c\":3}");
	js_free(node);
}

static void rename_moves_to_the_end_unless_taken(void **state)
{
	struct json_object *node = parse(JSON({"a":1,"b":null,"c":3}));

	(void)state;
	js_rename(node, "a", "c");
	js_rename(node, "ghost", "x");
	assert_string_equal(js_text(node).data, "{\"a\":1,\"b\":null,\"c\":3}");
	js_rename(node, "a", "d");
	js_rename(node, "b", "e");
	assert_string_equal(js_text(node).data, "{\"c\":3,\"d\":1,\"e\":null}");
	js_free(node);
}

/* ---- share, copy ---- */

static void a_shared_node_outlives_its_first_parent(void **state)
{
	struct json_object *first = parse(JSON({"a":{"n":123456789012345678901234567890}}));
	struct json_object *second = js_new_object(), *list = js_add_array(second, "l"), *held;

	(void)state;
	js_share(second, "a", js_get(first, "a"));
	js_append_share(list, js_get(first, "a"));
	js_append_share(list, NULL);
	js_share(second, "n", NULL);
	held = js_hold(js_get(first, "a"));
	js_free(first);
	assert_string_equal(js_text(second).data, "{\"l\":[{\"n\":123456789012345678901234567890},"
		"null],\"a\":{\"n\":123456789012345678901234567890},\"n\":null}");
	js_free(second);
	assert_string_equal(js_text(held).data, "{\"n\":123456789012345678901234567890}");
	js_free(held);
}

static void a_copy_may_be_changed_and_shares_its_leaves(void **state)
{
	static const char text[] = "{\"a\":[1.50,-0,{\"b\":\"x\\u0000y\"}],\"c\":null,\"d\":\"s\"}";
	struct json_object *node = parse(text), *copy = js_copy(node);

	(void)state;
	assert_string_equal(js_text(copy).data, text);
	assert_ptr_not_equal(js_get(copy, "a"), js_get(node, "a"));
	assert_ptr_equal(js_get(copy, "d"), js_get(node, "d"));
	js_add_string(js_at(js_get(copy, "a"), 2), "b", "changed");
	js_append_string(js_get(copy, "a"), "more");
	js_remove(copy, "c");
	assert_string_equal(js_text(node).data, text);
	js_free(node);
	assert_string_equal(js_text(copy).data,
		"{\"a\":[1.50,-0,{\"b\":\"changed\"},\"more\"],\"d\":\"s\"}");
	js_free(copy);
	assert_null(js_copy(NULL));
}

static void a_shallow_copy_shares_its_members(void **state)
{
	struct json_object *node = parse(JSON({"a":{"b":1},"n":null})), *copy = js_shallow(node);
	struct json_object *list = parse("[{},null]"), *list_copy = js_shallow(list);

	(void)state;
	assert_string_equal(js_text(copy).data, "{\"a\":{\"b\":1},\"n\":null}");
	assert_ptr_equal(js_get(copy, "a"), js_get(node, "a"));
	js_remove(copy, "a");
	assert_true(js_has(node, "a"));
	assert_string_equal(js_text(list_copy).data, "[{},null]");
	assert_ptr_equal(js_at(list_copy, 0), js_at(list, 0));
	js_free(copy);
	js_free(node);
	js_free(list_copy);
	js_free(list);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(get_finds_only_the_right_type),
		cmocka_unit_test(get_finds_each_of_many),
		cmocka_unit_test(get_on_nothing_finds_nothing),
		cmocka_unit_test(integers_may_be_written_as_floats),
		cmocka_unit_test(members_come_in_order),
		cmocka_unit_test(add_builds_inside_the_parent),
		cmocka_unit_test(an_existing_key_keeps_its_place),
		cmocka_unit_test(rename_moves_to_the_end_unless_taken),
		cmocka_unit_test(a_shared_node_outlives_its_first_parent),
		cmocka_unit_test(a_copy_may_be_changed_and_shares_its_leaves),
		cmocka_unit_test(a_shallow_copy_shares_its_members),
	};

	return cmocka_run_group_tests_name("js", tests, NULL, NULL);
}
