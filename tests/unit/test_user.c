/* Calls and results: every call is answered, in order, right behind it; nothing is lost. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "../../convert/request/history.h"
#include "conversion.h"

#include <stdio.h>

/* doc/request.md §2.1, rule 3: Claude Code sends results in the order in which they were ready */
static void results_stand_in_the_order_of_the_calls(void **state)
{
	(void)state;
	assert_history("generic", "[" TWO_CALLS ",{'role':'user','content':["
		"{'type':'text','text':'also'},"
		"{'type':'tool_result','tool_use_id':'toolu_2','content':'two'},"
		"{'type':'tool_result','tool_use_id':'toolu_1','content':'one'}]}]",
		"[" TWO_CALLS_OUT ",{'role':'tool','tool_call_id':'toolu_1','content':'one'},"
		"{'role':'tool','tool_call_id':'toolu_2','content':'two'},"
		"{'role':'user','content':'also'}]");
}

/* doc/request.md §2.1: an unanswered call is a 400 in every later turn */
static void call_without_result_is_answered(void **state)
{
	(void)state;
	assert_history("generic", "[" TWO_CALLS ",{'role':'user','content':["
		"{'type':'tool_result','tool_use_id':'toolu_2','content':'two'}]}]",
		"[" TWO_CALLS_OUT ",{'role':'tool','tool_call_id':'toolu_1',"
		"'content':'[no result: the tool call was interrupted]'},"
		"{'role':'tool','tool_call_id':'toolu_2','content':'two'}]");
}

/* doc/request.md §2.1, rules 1 and 5 */
static void calls_are_answered_at_the_end_of_their_turn(void **state)
{
	(void)state;
	assert_history("generic",
		"[{'role':'user','content':'go'},"
		"{'role':'assistant','content':[{'type':'tool_use','id':'a','name':'A',"
		"'input':{}}]},"
		"{'role':'assistant','content':[{'type':'tool_use','id':'b','name':'B',"
		"'input':{}}]}]",
		"[{'role':'user','content':'go'},{'role':'assistant','content':null,'tool_calls':["
		"{'id':'a','type':'function','function':{'name':'A','arguments':'{}'}},"
		"{'id':'b','type':'function','function':{'name':'B','arguments':'{}'}}]},"
		"{'role':'tool','tool_call_id':'a',"
		"'content':'[no result: the tool call was interrupted]'},"
		"{'role':'tool','tool_call_id':'b',"
		"'content':'[no result: the tool call was interrupted]'}]");
}

/* doc/request.md §2.1: a message without anything to send must not part a call from its result. */
static void void_assistant_message_keeps_the_calls_open(void **state)
{
	(void)state;
	assert_history("generic", "[" TWO_CALLS ","
		"{'role':'assistant','content':[{'type':'thinking','thinking':'',"
		"'signature':'s'}]},"
		"{'role':'user','content':["
		"{'type':'tool_result','tool_use_id':'toolu_1','content':'one'},"
		"{'type':'tool_result','tool_use_id':'toolu_2','content':'two'}]}]",
		"[" TWO_CALLS_OUT ",{'role':'tool','tool_call_id':'toolu_1','content':'one'},"
		"{'role':'tool','tool_call_id':'toolu_2','content':'two'}]");
}

/* doc/request.md §2.1: never a tool message without its call */
static void result_without_call_becomes_user_text(void **state)
{
	(void)state;
	assert_history("generic",
		"[{'role':'user','content':[{'type':'text','text':'a'},"
		"{'type':'tool_result','tool_use_id':'gone','content':'late','is_error':true},"
		"{'type':'text','text':'b'}]}]",
		"[{'role':'user',"
		"'content':'a\\n\\n[result of a tool call that is no longer in this "
		"conversation]\\nError: late\\n\\nb'}]");
}

/* doc/request.md §2.1: the second of one call, at its place among the texts, media behind it */
static void second_result_of_a_call_becomes_user_text(void **state)
{
	(void)state;
	assert_history("generic",
		"[{'role':'assistant','content':[{'type':'tool_use','id':'c','name':'A',"
		"'input':{}}]},{'role':'user','content':[{'type':'text','text':'before'},"
		"{'type':'tool_result','tool_use_id':'c','content':'1'},"
		"{'type':'tool_result','tool_use_id':'c','is_error':true,'content':["
		"{'type':'image','source':{'type':'url','url':'http://h/i.png'}},"
		"{'type':'text','text':'2'}]},{'type':'text','text':'behind'}]}]",
		"[{'role':'assistant','content':null,'tool_calls':["
		"{'id':'c','type':'function','function':{'name':'A','arguments':'{}'}}]},"
		"{'role':'tool','tool_call_id':'c','content':'1'},"
		"{'role':'user','content':[{'type':'text','text':'before'},{'type':'text',"
		"'text':'[result of a tool call that is no longer in this conversation]\\n"
		"Error: 2'},{'type':'image_url','image_url':{'url':'http://h/i.png'}},"
		"{'type':'text','text':'behind'}]}]");
}

/* doc/request.md §2.1, rule 4: matched against the latest turn only, since providers reuse ids */
static void reused_id_does_not_reach_back(void **state)
{
	(void)state;
	assert_history("generic",
		"[{'role':'user','content':'go'},"
		"{'role':'assistant','content':[{'type':'tool_use','id':'c','name':'A',"
		"'input':{}}]},"
		"{'role':'user','content':[{'type':'tool_result','tool_use_id':'c',"
		"'content':'1'}]},"
		"{'role':'assistant','content':[{'type':'tool_use','id':'c','name':'A',"
		"'input':{}}]},"
		"{'role':'user','content':[{'type':'tool_result','tool_use_id':'c','content':'2'},"
		"{'type':'tool_result','tool_use_id':'c','content':'3'}]}]",
		"[{'role':'user','content':'go'},{'role':'assistant','content':null,'tool_calls':["
		"{'id':'c','type':'function','function':{'name':'A','arguments':'{}'}}]},"
		"{'role':'tool','tool_call_id':'c','content':'1'},"
		"{'role':'assistant','content':null,'tool_calls':["
		"{'id':'c','type':'function','function':{'name':'A','arguments':'{}'}}]},"
		"{'role':'tool','tool_call_id':'c','content':'2'},"
		"{'role':'user','content':'[result of a tool call that is no longer in this "
		"conversation]\\n3'}]");
}

/* doc/request.md §2.1: equal ids inside one turn */
static void equal_ids_are_told_apart(void **state)
{
	(void)state;
	assert_history("generic",
		"[{'role':'user','content':'go'},{'role':'assistant','content':["
		"{'type':'tool_use','id':'c','name':'A','input':{}},"
		"{'type':'tool_use','id':'c','name':'B','input':{}}]},"
		"{'role':'user','content':[{'type':'tool_result','tool_use_id':'c','content':'1'},"
		"{'type':'tool_result','tool_use_id':'c','content':'2'}]}]",
		"[{'role':'user','content':'go'},{'role':'assistant','content':null,'tool_calls':["
		"{'id':'c','type':'function','function':{'name':'A','arguments':'{}'}},"
		"{'id':'cr2','type':'function','function':{'name':'B','arguments':'{}'}}]},"
		"{'role':'tool','tool_call_id':'c','content':'1'},"
		"{'role':'tool','tool_call_id':'cr2','content':'2'}]");
}

/* The upstream ids of the calls in one turn with these ids, joined by blanks. */
static void assert_upstream_ids(const char *family, const char *ids, const char *wanted)
{
	struct settings settings = settings_of(family);
	struct turn turn = turn_of(&settings, "model");
	struct json_object *list = tree(ids), *tool_uses = js_new_array();
	struct user_turn user;
	struct buf given = { 0 };

	user_init(&user);
	for (size_t i = 0; i < js_count(list); i++) {
		struct json_object *tool_use = js_append_object(tool_uses);

		js_share(tool_use, "id", js_at(list, i));
		buf_join(&given, " ", slice_of(user_add_call(&user, tool_use, &turn)));
	}
	assert_string_equal(buf_text(&given), wanted);
	buf_free(&given);
	user_free(&user);
	js_free(list);
	js_free(tool_uses);
	turn_free(&turn);
}

/* doc/request.md §2.1: also from those that a repaired one would have got */
static void repaired_ids_meet_no_other(void **state)
{
	(void)state;
	assert_upstream_ids("generic", "['a','ar2','a']", "a ar2 ar3");
	assert_upstream_ids("generic", "['a','a','ar2']", "a ar2 ar2r2");
	/* What came later changes nothing of what came before. */
	assert_upstream_ids("generic", "['a','ar2','a','a','ar3']", "a ar2 ar3 ar4 ar3r2");
	assert_upstream_ids("kimi", "['f:0','f:0r2','f:0']", "f:0 f:0r2 f:0r3");
	assert_upstream_ids("mistral", "['abcdefghi','abcdefghi']", "abcdefghi meQyDWydf");
}

/* doc/request.md §2.3 */
static void results_become_one_string(void **state)
{
	static const struct {
		const char *result, *text;
	} results[] = {
		{ "'content':' kept \\n'", " kept \\n" },
		{ "'content':''", "(no output)" },
		{ "'content':[]", "(no output)" },
		{ "'is_error':true", "Error: (no output)" },
		{ "'content':[{'type':'text','text':'a'},{'type':'text','text':'b'}]", "a\\nb" },
		{ "'is_error':true,'content':'no such file'", "Error: no such file" },
		{ "'is_error':true,'content':'ERROR: x'", "ERROR: x" },
		{ "'is_error':true,'content':'<tool_use_error>x</tool_use_error>'",
			"<tool_use_error>x</tool_use_error>" },
		{ "'is_error':false,'content':'x'", "x" },
		{ "'content':[{'type':'tool_reference','tool_name':'Web.Fetch'},"
			"{'type':'text','text':'Tool loaded.'}]",
			"Tool available: Web_Fetch_edc019af\\nTool loaded." },
		{ "'content':[{'type':'search_result','title':'T','source':'S',"
			"'content':[{'type':'text','text':'x'}]}]", "T\\nS\\nx" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(results) / sizeof(results[0]); i++) {
		char in[800], out[800];

		snprintf(in, sizeof(in), "[{'role':'assistant','content':[{'type':'tool_use',"
			"'id':'c',"
			"'name':'A','input':{}}]},{'role':'user','content':[{'type':'tool_result',"
			"'tool_use_id':'c',%s}]}]", results[i].result);
		snprintf(out, sizeof(out), "[{'role':'assistant','content':null,'tool_calls':["
			"{'id':'c','type':'function','function':{'name':'A','arguments':'{}'}}]},"
			"{'role':'tool','tool_call_id':'c','content':'%s'}]", results[i].text);
		assert_history("generic", in, out);
	}
}

#define IMAGE "{'type':'image','source':{'type':'base64','media_type':'image/png','data':'AAAA'}}"

/* A block without a type, and one that is empty: nothing to send, and only the first a note. */
static void blocks_without_text_are_noted(void **state)
{
	struct settings settings = settings_of("generic");
	struct notes notes = { .debug = true };
	struct turn turn;

	(void)state;
	js_free(converted(&settings, "{'model':'m','max_tokens':1,'messages':["
		"{'role':'assistant','content':[{'type':'tool_use','id':'c','name':'A'}]},"
		"{'role':'user','content':[{'type':'tool_result','tool_use_id':'c',"
		"'content':[{},{'type':'text','text':''}]}]}]}", &turn, &notes));
	assert_string_equal(notes.text, "ignored:block");
	turn_free(&turn);
}

/* doc/request.md §2.3: tool messages take text only; pictures go behind all of them */
static void pictures_of_results_go_to_one_user_message(void **state)
{
	(void)state;
	assert_history("generic", "[" TWO_CALLS ",{'role':'user','content':["
		"{'type':'tool_result','tool_use_id':'toolu_1','content':[" IMAGE "]},"
		"{'type':'tool_result','tool_use_id':'toolu_2','content':'two'},"
		"{'type':'text','text':'see?'}]}]",
		"[" TWO_CALLS_OUT ",{'role':'tool','tool_call_id':'toolu_1',"
		"'content':'(see the next message)'},"
		"{'role':'tool','tool_call_id':'toolu_2','content':'two'},"
		"{'role':'user','content':[{'type':'text','text':'Image from Read:'},"
		"{'type':'image_url','image_url':{'url':'data:image/png;base64,AAAA'}},"
		"{'type':'text','text':'see?'}]}]");
	/* A document is text or a PDF; Claude Code's Read returns both. */
	assert_history("openai", "[" TWO_CALLS ",{'role':'user','content':["
		"{'type':'tool_result','tool_use_id':'toolu_1','content':[{'type':'document',"
		"'source':{'type':'text','media_type':'text/plain','data':'D'}},{'type':'document',"
		"'source':{'type':'base64','media_type':'application/pdf','data':'AAAA'}}]},"
		"{'type':'tool_result','tool_use_id':'toolu_2','content':'two'}]}]",
		"[" TWO_CALLS_OUT ",{'role':'tool','tool_call_id':'toolu_1',"
		"'content':'<document>\\nD\\n</document>'},"
		"{'role':'tool','tool_call_id':'toolu_2','content':'two'},"
		"{'role':'user','content':[{'type':'text','text':'Document from Read:'},"
		"{'type':'file','file':{'filename':'document.pdf',"
		"'file_data':'data:application/pdf;base64,AAAA'}}]}]");
	/* Gemini takes a PDF in an image_url: that makes no picture of it. */
	assert_history("gemini",
		"[{'role':'assistant','content':[{'type':'tool_use','id':'c','name':'Read',"
		"'input':{}}]},"
		"{'role':'user','content':[{'type':'tool_result','tool_use_id':'c',"
		"'content':[" IMAGE ",{'type':'document',"
		"'source':{'type':'base64','media_type':'application/pdf','data':'AAAA'}}]}]}]",
		"[{'role':'assistant','content':null,'tool_calls':[{'id':'c','type':'function',"
		"'function':{'name':'Read','arguments':'{}'},'extra_content':{'google':{"
		"'thought_signature':'skip_thought_signature_validator'}}}]},"
		"{'role':'tool','tool_call_id':'c','content':'(see the next message)'},"
		"{'role':'user','content':[{'type':'text','text':'Image from Read:'},"
		"{'type':'image_url','image_url':{'url':'data:image/png;base64,AAAA'}},"
		"{'type':'text','text':'Document from Read:'},"
		"{'type':'image_url','image_url':{'url':'data:application/pdf;base64,AAAA'}}]}]");
	/* What cannot be sent is told where it would have stood. */
	assert_history("deepseek",
		"[{'role':'assistant','content':[{'type':'tool_use','id':'c','name':'A',"
		"'input':{}}]},"
		"{'role':'user','content':[{'type':'tool_result','tool_use_id':'c',"
		"'content':[" IMAGE "]}]}]",
		"[{'role':'assistant','content':null,'tool_calls':["
		"{'id':'c','type':'function','function':{'name':'A','arguments':'{}'}}]},"
		"{'role':'tool','tool_call_id':'c',"
		"'content':'[image omitted: the model takes no images]'}]");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(results_stand_in_the_order_of_the_calls),
		cmocka_unit_test(call_without_result_is_answered),
		cmocka_unit_test(calls_are_answered_at_the_end_of_their_turn),
		cmocka_unit_test(void_assistant_message_keeps_the_calls_open),
		cmocka_unit_test(result_without_call_becomes_user_text),
		cmocka_unit_test(second_result_of_a_call_becomes_user_text),
		cmocka_unit_test(reused_id_does_not_reach_back),
		cmocka_unit_test(equal_ids_are_told_apart),
		cmocka_unit_test(repaired_ids_meet_no_other),
		cmocka_unit_test(results_become_one_string),
		cmocka_unit_test(blocks_without_text_are_noted),
		cmocka_unit_test(pictures_of_results_go_to_one_user_message),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
