/* Content blocks: what one says as text, what one is as a call. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "../../convert/request/parts.h"
#include "conversion.h"

/* The tool_call for a tool_use, compared with another as text. */
static void compare_call(const char *tool_use, const char *wanted)
{
	struct settings settings = settings_of("generic");
	struct turn turn = turn_of(&settings, "model");
	struct json_object *block = tree(tool_use), *calls = js_new_array();
	struct json_object *expected = tree(wanted);

	tool_use_to_tool_call(block, "id_1", &turn, calls);
	same_text(js_at(calls, 0), expected, __FILE__, __LINE__);
	js_free(block);
	js_free(calls);
	js_free(expected);
	turn_free(&turn);
}

/* doc/request.md §2.4 */
static void tool_use_becomes_a_function_call(void **state)
{
	(void)state;
	compare_call("{'type':'tool_use','id':'toolu_1','name':'mcp__a.b','input':{'x':'y'},"
		"'caller':{'type':'direct'},'toolset_name':'t'}",
		"{'id':'id_1','type':'function','function':{'name':'mcp__a_b_e9141de4',"
		"'arguments':'{\\'x\\':\\'y\\'}'}}");
}

/* doc/request.md §2.4: the arguments string, to the letter */
static void arguments_are_the_input_to_the_letter(void **state)
{
	static const struct {
		const char *input, *arguments;
	} inputs[] = {
		{ "{\"n\": 1.0, \"a\": 1e5, \"z\": -0.0}", "{\"n\":1.0,\"a\":1e5,\"z\":-0.0}" },
		{ "{\"n\":123456789012345678901234567890}",
			"{\"n\":123456789012345678901234567890}" },
		{ "{\"n\":[-0, 9007199254740993]}", "{\"n\":[-0,9007199254740993]}" },
		{ "{\"t\":\"a\\/b \\u00e9 \\ud83d\\ude00\"}",
			"{\"t\":\"a/b \xc3\xa9 \xf0\x9f\x98\x80\"}" },
		{ "{\"t\":\"a\\u0000b\\n\\u001f\"}", "{\"t\":\"a\\u0000b\\n\\u001f\"}" },
		{ "{\"b\":1,\"a\":2,\"b\":3}", "{\"b\":3,\"a\":2}" },
		{ "{ }", "{}" },
		{ "null", "{}" },
		{ "\"{\\\"a\\\": 1}\"", "{\"a\": 1}" },
		{ "\"text\"", "\"text\"" },
		{ "[1, 2]", "[1,2]" },
	};
	struct settings settings = settings_of("generic");
	struct turn turn = turn_of(&settings, "model");

	(void)state;
	for (size_t i = 0; i < sizeof(inputs) / sizeof(inputs[0]); i++) {
		struct json_object *block = js_new_object(), *calls = js_new_array(), *input = NULL;
		struct js_error error;
		struct slice arguments;

		assert_true(js_parse(inputs[i].input, strlen(inputs[i].input), &input, &error));
		js_add_string(block, "name", "A");
		js_give(block, "input", input);
		tool_use_to_tool_call(block, "c", &turn, calls);
		arguments = js_get_slice(js_get(js_at(calls, 0), "function"), "arguments");
		assert_string_equal(arguments.data, inputs[i].arguments);
		assert_int_equal(arguments.len, strlen(inputs[i].arguments));
		js_free(block);
		js_free(calls);
	}
	turn_free(&turn);
}

/* doc/request.md §2.4: "input absent, null or {}" */
static void absent_input_is_an_empty_object(void **state)
{
	(void)state;
	compare_call("{'type':'tool_use','id':'x','name':'A'}",
		"{'id':'id_1','type':'function','function':{'name':'A','arguments':'{}'}}");
}

/* doc/request.md §2.2 to §2.4 */
static void blocks_say_their_text(void **state)
{
	static const struct {
		const char *block, *text;	/* NULL: none */
	} blocks[] = {
		{ "{'type':'text','text':'a','citations':[{'url':'u'}]}", "a" },
		{ "{'type':'text','text':''}", NULL },
		{ "{'type':'brand_new','text':'b'}", "b" },
		{ "{'type':'brand_new','text':7}", NULL },
		{ "{}", NULL },
		{ "{'type':'search_result','source':'S','content':[{'type':'text','text':'c'}]}",
			"S\nc" },
		{ "{'type':'tool_reference','tool_name':'Bash'}", "Tool available: Bash" },
		{ "{'type':'browser_state','tabs':[1],'cache_control':{'type':'ephemeral'}}",
			"{\"type\":\"browser_state\",\"tabs\":[1]}" },
		{ "{'type':'mcp_tool_result','content':'plain'}", "plain" },
	};
	struct settings settings = settings_of("generic");
	struct turn turn = turn_of(&settings, "model");

	(void)state;
	for (size_t i = 0; i < sizeof(blocks) / sizeof(blocks[0]); i++) {
		struct json_object *block = tree(blocks[i].block);
		struct buf text = { 0 };

		assert_int_equal(block_text(block, &turn, &text), blocks[i].text != NULL);
		assert_string_equal(buf_text(&text), blocks[i].text ? blocks[i].text : "");
		buf_free(&text);
		js_free(block);
	}
	turn_free(&turn);
}

/* doc/request.md §2.4: text is carried by length, a NUL in it ends nothing */
static void text_with_nul_stays_whole(void **state)
{
	struct settings settings = settings_of("generic");
	struct turn turn = turn_of(&settings, "model");
	struct json_object *block = tree("{'type':'text','text':'a\\u0000b'}");
	struct buf text = { 0 };

	(void)state;
	assert_true(block_text(block, &turn, &text));
	assert_int_equal(text.len, 3);
	assert_memory_equal(text.data, "a\0b", 3);
	buf_free(&text);
	js_free(block);
	turn_free(&turn);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(tool_use_becomes_a_function_call),
		cmocka_unit_test(arguments_are_the_input_to_the_letter),
		cmocka_unit_test(absent_input_is_an_empty_object),
		cmocka_unit_test(blocks_say_their_text),
		cmocka_unit_test(text_with_nul_stays_whole),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
