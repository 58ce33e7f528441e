/* Tools that ran at Anthropic: all that they were asked and said is told. doc/request.md §2.4 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "../../convert/request/parts.h"
#include "conversion.h"

struct row {
	const char *block, *text;
};

static void assert_told(const struct row *rows, size_t count)
{
	struct settings settings = settings_of("generic");
	struct turn turn = turn_of(&settings, "model");

	for (size_t i = 0; i < count; i++) {
		struct json_object *block = tree(rows[i].block);
		struct buf text = { 0 };

		assert_true(block_is_server_tool(block));
		assert_true(block_text(block, &turn, &text));
		assert_string_equal(buf_text(&text), rows[i].text);
		buf_free(&text);
		js_free(block);
	}
	turn_free(&turn);
}
#define ASSERT_TOLD(rows) assert_told(rows, sizeof(rows) / sizeof((rows)[0]))

static void calls_name_the_tool_and_its_input(void **state)
{
	static const struct row rows[] = {
		{ "{'type':'server_tool_use','name':'web_fetch','input':{'url':'http://u'}}",
			"[web_fetch: http://u]" },
		{ "{'type':'server_tool_use','name':'bash_code_execution',"
			"'input':{'command':'ls'}}", "[bash_code_execution: ls]" },
		{ "{'type':'server_tool_use','name':'text_editor_code_execution','input':{"
			"'command':'create','path':'/a','file_text':'t'}}",
			"[text_editor_code_execution: {\"command\":\"create\",\"path\":\"/a\","
			"\"file_text\":\"t\"}]" },
		{ "{'type':'server_tool_use','name':'x','input':{}}", "[x]" },
		{ "{'type':'mcp_tool_use','name':'ask','input':{'n':1}}", "[ask: {\"n\":1}]" },
	};

	(void)state;
	ASSERT_TOLD(rows);
}

static void the_text_of_a_result_stays(void **state)
{
	static const struct row rows[] = {
		{ "{'type':'web_search_tool_result','content':[{'type':'web_search_result',"
			"'title':'T','url':'http://u','encrypted_content':'E'}]}", "T\nhttp://u" },
		{ "{'type':'web_fetch_tool_result','content':{'type':'web_fetch_result',"
			"'url':'http://u','retrieved_at':'2026-01-01','content':{'type':'document',"
			"'title':'T','source':{'type':'text','media_type':'text/plain',"
			"'data':'The page.'}}}}", "http://u\nT\nThe page." },
		{ "{'type':'code_execution_tool_result','content':{'type':'code_execution_result',"
			"'stdout':'out','stderr':'err','return_code':1,'content':[{"
			"'type':'code_execution_output','file_id':'file_1'}]}}",
			"out\nerr\n[return code 1]\n[file omitted: file_1 is stored at Anthropic]" },
		{ "{'type':'text_editor_code_execution_tool_result','content':{"
			"'type':'text_editor_code_execution_str_replace_result','old_start':1,"
			"'lines':['-a','+b']}}", "-a\n+b" },
		{ "{'type':'text_editor_code_execution_tool_result','content':{"
			"'type':'text_editor_code_execution_view_result','file_type':'text',"
			"'content':'of the file'}}", "of the file" },
		{ "{'type':'tool_search_tool_result','content':{"
			"'type':'tool_search_tool_search_result','tool_references':["
			"{'type':'tool_reference','tool_name':'mcp__a.b'}]}}",
			"Tool available: mcp__a_b_e9141de4" },
		{ "{'type':'advisor_tool_result','content':{'type':'advisor_result','text':'Do.'}}",
			"Do." },
		{ "{'type':'mcp_tool_result','content':'plain'}", "plain" },
		{ "{'type':'mcp_tool_result','is_error':true,'content':[{'type':'text',"
			"'text':'no such'}]}", "Error: no such" },
	};

	(void)state;
	ASSERT_TOLD(rows);
}

/* A marker stands for what no text can show, and for a result that shows nothing. */
static void nothing_vanishes(void **state)
{
	static const struct row rows[] = {
		{ "{'type':'web_fetch_tool_result','content':{'type':'web_fetch_result',"
			"'url':'http://u','content':{'type':'document','source':{'type':'base64',"
			"'media_type':'application/pdf','data':'JVBERi0='}}}}",
			"http://u\n[file omitted: application/pdf]" },
		{ "{'type':'mcp_tool_result','content':[{'type':'image','source':{'type':'base64',"
			"'media_type':'image/png','data':'iVBORw0='}}]}",
			"[file omitted: image/png]" },
		{ "{'type':'web_search_tool_result',"
			"'content':{'type':'web_search_tool_result_error',"
			"'error_code':'too_many_requests'}}", "too_many_requests" },
		{ "{'type':'web_search_tool_result','content':[]}",
			"[web_search_tool_result without text]" },
		{ "{'type':'advisor_tool_result','content':{'type':'advisor_redacted_result',"
			"'encrypted_content':'E'}}", "[advisor_tool_result without text]" },
		{ "{'type':'mcp_tool_result'}", "[mcp_tool_result without text]" },
		{ "{'type':'code_execution_tool_result','content':{'type':'code_execution_result',"
			"'stdout':'\\n','stderr':'','return_code':0,'content':[]}}",
			"[code_execution_tool_result without text]" },
	};

	(void)state;
	ASSERT_TOLD(rows);
}

static void other_blocks_are_none(void **state)
{
	static const char *const blocks[] = {
		"{}", "{'type':'tool_use'}", "{'type':'tool_result'}", "{'type':'_tool_result'}",
		"{'type':7}",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(blocks) / sizeof(blocks[0]); i++) {
		struct json_object *block = tree(blocks[i]);

		assert_false(block_is_server_tool(block));
		js_free(block);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(calls_name_the_tool_and_its_input),
		cmocka_unit_test(the_text_of_a_result_stays),
		cmocka_unit_test(nothing_vanishes),
		cmocka_unit_test(other_blocks_are_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
