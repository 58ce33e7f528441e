/* What tools_convert makes of a request. */
#ifndef TEST_CONVERTED_H
#define TEST_CONVERTED_H

#include "../../convert/request/tools.h"
#include "json.h"

/* One conversion; `dialect` is what the next one is for. */
static struct dialect dialect;
static struct turn turn;
static struct tools tools;
static struct notes notes;
static struct failure why;

static inline int set_up(void **state)
{
	(void)state;
	dialect = (struct dialect){ .parallel_tool_calls = true };
	turn = (struct turn){ 0 };
	tools = (struct tools){ 0 };
	return 0;
}

static inline int tear_down(void **state)
{
	(void)state;
	js_free(tools.tools);
	js_free(tools.tool_choice);
	tools = (struct tools){ 0 };
	turn_free(&turn);
	return 0;
}

static inline bool convert(const char *text)
{
	struct json_object *body = parse(text);
	bool converted;

	tear_down(NULL);
	turn = (struct turn){ .dialect = dialect, .notes = &notes };
	notes = (struct notes){ 0 };
	converted = tools_convert(body, &turn, &tools, &why);
	js_free(body);
	return converted;
}

/* The tools array, or tool_choice, as text must be this; NULL: there is none. */
static inline void is(struct json_object *node, const char *expected)
{
	if (expected)
		assert_json(node, expected);
	else
		assert_null(node);
}

static inline void tools_become(const char *body, const char *expected)
{
	if (!convert(body))
		fail_msg("%s", why.message);
	is(tools.tools, expected);
}

/* The names of the tools that go out, joined by blanks. */
static inline void names_become(const char *body, const char *expected)
{
	struct buf names = { 0 };

	if (!convert(body))
		fail_msg("%s", why.message);
	for (size_t i = 0; i < js_count(tools.tools); i++)
		buf_printf(&names, "%s%s", i ? " " : "",
			js_get_string(js_get(js_at(tools.tools, i), "function"), "name"));
	assert_string_equal(buf_text(&names), expected);
	buf_free(&names);
}

static inline void refused_with(const char *body, const char *message)
{
	assert_false(convert(body));
	assert_int_equal(why.kind, INVALID_REQUEST_ERROR);
	assert_string_equal(why.message, message);
	assert_null(tools.tools);
	assert_null(tools.tool_choice);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

#endif
