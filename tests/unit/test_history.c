/* History: whatever the turns look like, what comes out is an order that servers take. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "conversion.h"

/* doc/request.md §2.1, rule 1 */
static void turns_of_one_role_become_one(void **state)
{
	(void)state;
	assert_history("generic",
		"[{'role':'user','content':'a'},{'role':'user','content':[{'type':'text',"
		"'text':'b'}]},"
		"{'role':'assistant','content':'c'},{'role':'user','content':'d'}]",
		"[{'role':'user','content':'a\\n\\nb'},{'role':'assistant','content':'c'},"
		"{'role':'user','content':'d'}]");
}

/* doc/request.md §2.1, rule 1: "also where they meet after something was dropped" */
static void turns_meet_over_a_dropped_one(void **state)
{
	(void)state;
	assert_history("generic",
		"[{'role':'user','content':'a'},"
		"{'role':'assistant','content':[{'type':'thinking','thinking':'t',"
		"'signature':'s'}]},"
		"{'role':'user','content':'b'}]",
		"[{'role':'user','content':'a\\n\\nb'}]");
	assert_history("generic",
		"[{'role':'user','content':'a'},{'role':'assistant','content':'b'},"
		"{'role':'user','content':''},{'role':'assistant','content':'c'},"
		"{'role':'user','content':'d'}]",
		"[{'role':'user','content':'a'},{'role':'assistant','content':'b\\n\\nc'},"
		"{'role':'user','content':'d'}]");
}

/* Claude Code moves its cache mark; a block that carried it returns as a plain string. */
static void cut_and_marks_make_no_difference(void **state)
{
	const char *wanted = "[{'role':'user','content':'a'},{'role':'assistant','content':'b'},"
		"{'role':'user','content':'c'}]";

	(void)state;
	assert_history("generic",
		"[{'role':'user','content':'a'},{'role':'assistant','content':'b'},"
		"{'role':'user','content':'c'}]", wanted);
	assert_history("generic",
		"[{'role':'user','content':[{'type':'text','text':'a',"
		"'cache_control':{'type':'ephemeral'}}]},"
		"{'role':'assistant','content':[{'type':'text','text':'b'}]},"
		"{'role':'user','content':[{'type':'text','text':'c'}]}]", wanted);
}

/* doc/request.md §2.1: strict alternation, ids of nine characters for call and result alike */
static void mistral_gets_its_order(void **state)
{
	(void)state;
	assert_history("mistral",
		"[{'role':'assistant','content':[{'type':'tool_use','id':'abcdefghi','name':'A',"
		"'input':{}}]},{'role':'user','content':["
		"{'type':'tool_result','tool_use_id':'abcdefghi','content':'1'},"
		"{'type':'text','text':'and?'}]}]",
		"[{'role':'user','content':'(continued)'},"
		"{'role':'assistant','content':null,'tool_calls':[{'id':'abcdefghi',"
		"'type':'function',"
		"'function':{'name':'A','arguments':'{}'}}]},"
		"{'role':'tool','tool_call_id':'abcdefghi','content':'1'},"
		"{'role':'assistant','content':'Done.'},{'role':'user','content':'and?'}]");
}

/* doc/request.md §4.3, GLM: "one user message at least" */
static void glm_gets_a_turn_of_the_user_first(void **state)
{
	(void)state;
	assert_history("glm",
		"[{'role':'assistant','content':[{'type':'tool_use','id':'c','name':'A',"
		"'input':{}}]},{'role':'user','content':["
		"{'type':'tool_result','tool_use_id':'c','content':'1'}]}]",
		"[{'role':'user','content':'(continued)'},"
		"{'role':'assistant','content':null,'tool_calls':[{'id':'c','type':'function',"
		"'function':{'name':'A','arguments':'{}'}}]},"
		"{'role':'tool','tool_call_id':'c','content':'1'}]");
}

/* doc/request.md §2.1: prefill */
static void last_words_of_the_assistant_are_a_prefill(void **state)
{
	const char *in = "[{'role':'user','content':'a'},{'role':'assistant','content':'{'}]";

	(void)state;
	assert_history("generic", in,
		"[{'role':'user','content':'a'},{'role':'assistant','content':'{'}]");
	assert_history("mistral", in,
		"[{'role':'user','content':'a'},{'role':'assistant','content':'{','prefix':true}]");
	assert_history("kimi", in,
		"[{'role':'user','content':'a'},{'role':'assistant','content':'{',"
		"'partial':true}]");
}

/* doc/request.md §2.1: "turn with nothing left to send" */
static void empty_last_turn_of_the_user_is_told(void **state)
{
	(void)state;
	assert_history("generic",
		"[{'role':'user','content':'a'},{'role':'assistant','content':'b'},"
		"{'role':'user','content':[]}]",
		"[{'role':'user','content':'a'},{'role':'assistant','content':'b'},"
		"{'role':'user','content':'(no content)'}]");
	assert_history("generic", "[{'role':'assistant','content':''}]",
		"[{'role':'user','content':'(no content)'}]");
	assert_history("generic", "[{'role':'user','content':'a'},{'role':'user','content':''}]",
		"[{'role':'user','content':'a'}]");
}

/* doc/request.md §2.2: white space goes only where nothing else is */
static void blank_texts_go_only_alone(void **state)
{
	(void)state;
	assert_history("generic", "[{'role':'user','content':' \\n'}]",
		"[{'role':'user','content':' \\n'}]");
	assert_history("generic",
		"[{'role':'user','content':[{'type':'text','text':' '},{'type':'text','text':''},"
		"{'type':'text','text':' a '}]}]",
		"[{'role':'user','content':' a '}]");
}

/* doc/request.md §2.4 */
static void pieces_of_one_flow_are_joined(void **state)
{
	(void)state;
	assert_history("generic",
		"[{'role':'user','content':'a'},{'role':'assistant','content':["
		"{'type':'thinking','thinking':'hidden','signature':'x'},"
		"{'type':'text','text':'On'},{'type':'text','text':'e'},"
		"{'type':'redacted_thinking','data':'x'},{'type':'text','text':' '},"
		"{'type':'text','text':'Two'},{'type':'new_kind','text':'?'}]},"
		"{'role':'user','content':'b'}]",
		"[{'role':'user','content':'a'},{'role':'assistant','content':'One\\n\\nTwo'},"
		"{'role':'user','content':'b'}]");
}

/* doc/request.md §2.4: tools that ran at Anthropic become text, without encrypted_content */
static void server_tools_become_text(void **state)
{
	(void)state;
	assert_history("generic",
		"[{'role':'user','content':'a'},{'role':'assistant','content':["
		"{'type':'text','text':'I search.'},"
		"{'type':'server_tool_use','id':'srvtoolu_1','name':'web_search',"
		"'input':{'query':'q'}},"
		"{'type':'web_search_tool_result','tool_use_id':'srvtoolu_1','content':["
		"{'type':'web_search_result','title':'T','url':'http://u',"
		"'encrypted_content':'E'}]},"
		"{'type':'mcp_tool_use','id':'m','name':'ask','server_name':'s','input':{'n':1}},"
		"{'type':'mcp_tool_result','tool_use_id':'m','content':[{'type':'text',"
		"'text':'R'}]},"
		"{'type':'text','text':'Found.'}]},{'role':'user','content':'b'}]",
		"[{'role':'user','content':'a'},{'role':'assistant','content':'I search.\\n\\n"
		"[web_search: q]\\n\\nT\\nhttp://u\\n\\n[ask: {\\'n\\':1}]\\n\\nR\\n\\nFound.'},"
		"{'role':'user','content':'b'}]");
}

/* doc/request.md §2.4, last row: nothing that a chat server could use */
static void blocks_without_a_counterpart_are_dropped(void **state)
{
	(void)state;
	assert_history("generic",
		"[{'role':'user','content':'a'},{'role':'assistant','content':["
		"{'type':'fallback','from':{'model':'x'}},{'type':'mcp_tool_listing','tools':[]},"
		"{'type':'container_upload','file_id':'f'},{'type':'text','text':'b'}]},"
		"{'role':'user','content':'c'}]",
		"[{'role':'user','content':'a'},{'role':'assistant','content':'b'},"
		"{'role':'user','content':'c'}]");
}

/* A picture that the assistant shows, a call that the user makes: no API has such turns. */
static void blocks_of_the_wrong_role_are_noted(void **state)
{
	struct settings settings = settings_of("generic");
	struct turn turn;
	struct notes notes = { 0 };

	(void)state;
	js_free(converted(&settings, "{'model':'m','max_tokens':1,'messages':["
		"{'role':'user','content':[{'type':'text','text':'a'},{'type':'tool_use','id':'i',"
		"'name':'n','input':{}},{'type':'future'}]},{'role':'assistant','content':["
		"{'type':'text','text':'b'},{'type':'image','source':{}},{'type':'tool_result',"
		"'tool_use_id':'i','content':'r'},{'type':'fallback'}]},"
		"{'role':'user','content':'c'}]}", &turn, &notes));
	assert_string_equal(notes.text, "dropped:tool_use,dropped:image,dropped:tool_result");
	turn_free(&turn);
}

/* doc/request.md §2.4: the summary is the memory of everything before it */
static void compaction_replaces_what_was_before(void **state)
{
	(void)state;
	assert_history("generic",
		"[{'role':'user','content':'old'},{'role':'assistant','content':["
		"{'type':'text','text':'older'},{'type':'compaction','content':'S'},"
		"{'type':'text','text':'new'}]},{'role':'user','content':'go on'}]",
		"[{'role':'user','content':'<conversation-summary>\\nS\\n</conversation-summary>'},"
		"{'role':'assistant','content':'new'},{'role':'user','content':'go on'}]");
	assert_history("generic",
		"[{'role':'user','content':'old'},{'role':'assistant','content':["
		"{'type':'compaction','content':null},{'type':'compaction','content':''}]},"
		"{'role':'user','content':'go on'}]",
		"[{'role':'user','content':'old\\n\\ngo on'}]");
}

/* doc/request.md §0: unknown roles and blocks never fail a request */
static void unknown_roles_and_blocks_pass(void **state)
{
	(void)state;
	assert_history("generic",
		"[{'role':'narrator','content':[{'type':'hologram','text':'seen'},"
		"{'type':'smell'},{}]}]",
		"[{'role':'user','content':'seen'}]");
}

/* doc/request.md §2.4: content beside calls, by family */
static void tool_only_turns_have_null_or_empty_content(void **state)
{
	const char *in = "[{'role':'assistant','content':[{'type':'tool_use','id':'c','name':'A',"
		"'input':{}}]},{'role':'user','content':[{'type':'tool_result','tool_use_id':'c',"
		"'content':'x'}]}]";

	(void)state;
	assert_history("qwen", in, "[{'role':'assistant','content':'','tool_calls':["
		"{'id':'c','type':'function','function':{'name':'A','arguments':'{}'}}]},"
		"{'role':'tool','tool_call_id':'c','content':'x'}]");
}

/* Every id of the conversation is known, so that a new call gets another one. */
static void ids_of_the_history_are_taken(void **state)
{
	struct settings settings = settings_of("generic");
	struct turn turn = turn_of(&settings, "model");
	struct json_object *in = tree(
		"[{'role':'assistant','content':["
		"{'type':'tool_use','id':'toolu_1','name':'A','input':{}},"
		"{'type':'tool_use','id':'toolu_2','name':'A','input':{}}]},"
		"{'role':'user','content':'x'}]");
	struct json_object *out = js_new_array();
	struct notes notes = { 0 };

	(void)state;
	turn.notes = &notes;
	history_add(out, in, &turn);
	assert_true(js_has(turn.taken, "toolu_1"));
	assert_true(js_has(turn.taken, "toolu_2"));
	assert_string_equal(notes.text, "added:tool_result");
	js_free(in);
	js_free(out);
	turn_free(&turn);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(turns_of_one_role_become_one),
		cmocka_unit_test(turns_meet_over_a_dropped_one),
		cmocka_unit_test(cut_and_marks_make_no_difference),
		cmocka_unit_test(mistral_gets_its_order),
		cmocka_unit_test(glm_gets_a_turn_of_the_user_first),
		cmocka_unit_test(last_words_of_the_assistant_are_a_prefill),
		cmocka_unit_test(empty_last_turn_of_the_user_is_told),
		cmocka_unit_test(blank_texts_go_only_alone),
		cmocka_unit_test(pieces_of_one_flow_are_joined),
		cmocka_unit_test(server_tools_become_text),
		cmocka_unit_test(blocks_without_a_counterpart_are_dropped),
		cmocka_unit_test(blocks_of_the_wrong_role_are_noted),
		cmocka_unit_test(compaction_replaces_what_was_before),
		cmocka_unit_test(unknown_roles_and_blocks_pass),
		cmocka_unit_test(tool_only_turns_have_null_or_empty_content),
		cmocka_unit_test(ids_of_the_history_are_taken),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
