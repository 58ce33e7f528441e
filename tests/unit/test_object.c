#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "../../convert/answer/object.h"
#include "quoted.h"

/* However it is cut, `used` bytes of the text belong to the object, which is then in that state. */
static void stands(const char *text, enum object_state state, size_t used)
{
	size_t len = strlen(text);
	char *bytes = quoted(text);

	for (size_t cut = 0; cut <= len; cut++) {
		struct object object = { .state = OBJECT_EMPTY };
		size_t n = object_feed(&object, bytes, cut);

		if (n == cut && object.state != OBJECT_CLOSED)
			n += object_feed(&object, bytes + cut, len - cut);
		assert_int_equal(object.state, state);
		assert_int_equal(n, used);
	}
	free(bytes);
}

static void open_until_the_last_brace(void **state)	/* doc/answer.md §2.5 */
{
	(void)state;
	stands("", OBJECT_EMPTY, 0);
	stands(" \n\t\r", OBJECT_EMPTY, 4);
	stands("{", OBJECT_OPEN, 1);
	stands("{'a':{'b':[1,2", OBJECT_OPEN, 14);
	stands("{'a':{'b':[1,2]}", OBJECT_OPEN, 16);
	stands("{}", OBJECT_CLOSED, 2);
	stands(" { 'a' : [ ] , 'b' : -1.5e+3 } ", OBJECT_CLOSED, 30);
	stands("{'a':[{},[],true,null,'x']}{", OBJECT_CLOSED, 27);
}

static void brackets_in_strings_do_not_count(void **state)	/* doc/answer.md §2.5 */
{
	(void)state;
	stands("{'}':'{[\\'}'", OBJECT_OPEN, 12);
	stands("{'a':'\\\\'}", OBJECT_CLOSED, 10);
	stands("{'a':'\\\\\\'}", OBJECT_OPEN, 11);
	stands("{'a':'\xC3\xA9 \\u00e9'}", OBJECT_CLOSED, 17);
}

static void raw_line_breaks_in_strings_pass(void **state)
{
	(void)state;
	stands("{'a':'x\ny'}", OBJECT_CLOSED, 11);
}

static void other_beginnings_are_none(void **state)	/* doc/answer.md §2.5 */
{
	(void)state;
	stands("'{}'", OBJECT_NONE, 4);
	stands("null", OBJECT_NONE, 4);
	stands(" [{}]", OBJECT_NONE, 5);
	stands("]", OBJECT_NONE, 1);
	stands(",{}", OBJECT_NONE, 3);
	stands(":", OBJECT_NONE, 1);
}

static void impossible_bytes_break_it(void **state)	/* doc/answer.md §2.5 */
{
	static const char *const broken[] = {
		"{{", "{[", "{,", "{:", "{1", "{'a'}", "{'a',", "{'a':}", "{'a':,",
		"{'a''b'", "{'a':1{", "{'a':1'", "{'a':1 2", "{'a':'x''y'",
		"{'a':1]", "{'a':[1}", "{'a':[1,]", "{'a':1,}", "{'a':(1)", "{a", "{'a':tru{",
		"{'a':1,2", "{'a':[1]2", "{'a':{}1", "{'a':1 ,'b'2",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(broken) / sizeof(broken[0]); i++)
		stands(broken[i], OBJECT_BROKEN, strlen(broken[i]));
}

static void nesting_has_an_end(void **state)
{
	struct object object = { .state = OBJECT_EMPTY };
	char deep[JS_DEPTH * 5 + 1];

	(void)state;
	for (size_t i = 0; i < JS_DEPTH; i++)
		memcpy(deep + i * 5, "{\"a\":", 5);
	object_feed(&object, deep, JS_DEPTH * 5);
	assert_int_equal(object.state, OBJECT_OPEN);
	object_feed(&object, "{", 1);
	assert_int_equal(object.state, OBJECT_BROKEN);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(open_until_the_last_brace),
		cmocka_unit_test(brackets_in_strings_do_not_count),
		cmocka_unit_test(raw_line_breaks_in_strings_pass),
		cmocka_unit_test(other_beginnings_are_none),
		cmocka_unit_test(impossible_bytes_break_it),
		cmocka_unit_test(nesting_has_an_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
