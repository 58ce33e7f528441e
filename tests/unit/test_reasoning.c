/*
 * Thinking on its way back: to whom, under which name, and what stands in for what was lost.
 * doc/request.md §5.3, §5.4
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "carried.h"

static const char thought_and_call[] = "[{'role':'user','content':'go'},"
	"{'role':'assistant','content':["
	"{'type':'thinking','thinking':'hm','signature':'$0'},"
	"{'type':'tool_use','id':'c','name':'A','input':{}}]}," RESULT("c") "]";

static void families_take_it_by_their_name(void **state)
{
	const struct family *family;

	(void)state;
	carry(0, HOST, "{'f':'reasoning'}");
	for (size_t i = 0; (family = family_at(i)); i++) {
		struct buf wanted = { 0 };

		buf_printf(&wanted, "[{'role':'assistant','content':%s,'tool_calls':["
			CALL_OUT("c") "],'%s':'hm'}," RESULT_OUT("c") "]",
			family->dialect.empty_tool_content ? "''" : "null",
			family->dialect.reasoning_field);
		if (family->dialect.reasoning_field)
			becomes(family->name, thought_and_call, buf_text(&wanted));
		buf_free(&wanted);
	}
}

static void an_unknown_host_takes_it_by_the_name_it_came_in(void **state)
{
	const struct reasoning_field *field;

	(void)state;
	for (size_t i = 0; (field = reasoning_field_at(i)); i++) {
		struct buf capsule = { 0 }, wanted = { 0 };

		if (!field->goes_back)
			continue;
		buf_printf(&capsule, "{'f':'%s'}", field->name);
		carry(0, HOST, buf_text(&capsule));
		buf_printf(&wanted, "[{'role':'assistant','content':null,'tool_calls':["
			CALL_OUT("c") "],'%s':'hm'}," RESULT_OUT("c") "]", field->name);
		becomes("generic", thought_and_call, buf_text(&wanted));
		buf_free(&capsule);
		buf_free(&wanted);
	}
}

static void others_get_none(void **state)
{
	static const char *const families[] = { "openai", "azure", "xai" };

	(void)state;
	carry(0, HOST, "{'f':'reasoning_content','d':[{'type':'reasoning.text','text':'hm'}]}");
	for (size_t i = 0; i < sizeof(families) / sizeof(families[0]); i++)
		becomes(families[i], thought_and_call, "[{'role':'assistant','content':null,"
			"'tool_calls':[" CALL_OUT("c") "]}," RESULT_OUT("c") "]");
}

static void nothing_goes_to_another_origin(void **state)
{
	(void)state;
	carry(0, ELSEWHERE, "{'f':'reasoning','d':[{'type':'reasoning.text','text':'hm'}]}");
	becomes("generic", thought_and_call, "[{'role':'assistant','content':null,"
		"'tool_calls':[" CALL_OUT("c") "]}," RESULT_OUT("c") "]");
	becomes("kimi", thought_and_call, "[{'role':'assistant','content':null,"
		"'tool_calls':[" CALL_OUT("c") "]}," RESULT_OUT("c") "]");
}

static void details_take_the_place_of_the_text(void **state)
{
	(void)state;
	carry(0, HOST, "{'f':'reasoning','d':[{'type':'reasoning.text','text':'hm'}]}");
	becomes("generic", thought_and_call, "[{'role':'assistant','content':null,"
		"'tool_calls':[" CALL_OUT("c") "],'reasoning_details':[{'type':'reasoning.text',"
		"'text':'hm'}]}," RESULT_OUT("c") "]");
}

static void omitted_text_comes_from_the_capsule(void **state)
{
	(void)state;
	carry(0, HOST, "{'f':'reasoning_content','t':'all of it'}");
	becomes("glm", "[{'role':'user','content':'go'},{'role':'assistant','content':["
		"{'type':'thinking','thinking':'','signature':'$0'},{'type':'text','text':'a'}]},"
		"{'role':'user','content':'b'}]",
		"[{'role':'assistant','content':'a','reasoning_content':'all of it'}]");
}

/* Several blocks in a turn, and a turn of several messages. */
static void blocks_of_a_turn_add_up(void **state)
{
	(void)state;
	carry(0, HOST, "{'f':'reasoning'}");
	carry(1, HOST, "{'d':[{'type':'reasoning.encrypted','data':'A'}]}");
	carry(2, HOST, "{'d':[{'type':'reasoning.encrypted','data':'B'}]}");
	becomes("generic", "[{'role':'user','content':'go'},{'role':'assistant','content':["
		"{'type':'thinking','thinking':'one ','signature':'$0'},"
		"{'type':'text','text':'a'}]},{'role':'assistant','content':["
		"{'type':'thinking','thinking':'two','signature':'$0'}]},"
		"{'role':'user','content':'b'}]",
		"[{'role':'assistant','content':'a','reasoning':'one two'}]");
	becomes("generic", "[{'role':'user','content':'go'},{'role':'assistant','content':["
		"{'type':'redacted_thinking','data':'$1'},{'type':'text','text':'a'},"
		"{'type':'redacted_thinking','data':'$2'}]},{'role':'user','content':'b'}]",
		"[{'role':'assistant','content':'a','reasoning_details':["
		"{'type':'reasoning.encrypted','data':'A'},"
		"{'type':'reasoning.encrypted','data':'B'}]}]");
}

/* A text or a call came between its fragments: in pieces it would be refused. */
static void detail_in_two_blocks_is_one_again(void **state)
{
	static const char turn[] = "[{'role':'user','content':'go'},{'role':'assistant','content':["
		"{'type':'thinking','thinking':'one','signature':'$0'},{'type':'text','text':'a'},"
		"{'type':'redacted_thinking','data':'$1'}]},{'role':'user','content':'b'}]";
	static const struct { const char *first, *second, *details; } all[] = {
		{ "{'type':'reasoning.text','text':'o','index':0}",
			"{'type':'reasoning.text','text':'ne','signature':'s','index':0}",
			"{'type':'reasoning.text','text':'one','index':0,'signature':'s'}" },
		{ "{'type':'reasoning.summary','summary':'o','id':'rs','index':1}",
			"{'type':'reasoning.summary','summary':'ne','id':null,'index':1}",
			"{'type':'reasoning.summary','summary':'one','id':'rs','index':1}" },
		{ "{'type':'reasoning.text','text':'o','index':0,'signature':'s'}",
			"{'type':'reasoning.text','text':'ne','index':0}", NULL },
		{ "{'type':'reasoning.text','text':'o','index':0}",
			"{'type':'reasoning.text','text':'ne','index':1}", NULL },
		{ "{'type':'reasoning.text','text':'o','index':0}",
			"{'type':'reasoning.summary','summary':'ne','index':0}", NULL },
		{ "{'type':'reasoning.text','text':'o'}",
			"{'type':'reasoning.text','text':'ne'}", NULL },
		{ "{'type':'reasoning.encrypted','data':'o','id':'rs','index':0}",
			"{'type':'reasoning.encrypted','data':'ne','index':0}",
			"{'type':'reasoning.encrypted','data':'one','id':'rs','index':0}" },
		{ "{'type':'reasoning.encrypted','data':'o','id':'rs','index':0}",
			"{'type':'reasoning.encrypted','data':'ne','id':'rs2','index':0}", NULL },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		struct buf list = { 0 }, wanted = { 0 };

		buf_printf(&list, "{'d':[%s]}", all[i].first);
		carry(0, HOST, buf_text(&list));
		buf_clear(&list);
		buf_printf(&list, "{'d':[%s]}", all[i].second);
		carry(1, HOST, buf_text(&list));
		buf_clear(&list);
		buf_printf(&list, "%s,%s", all[i].first, all[i].second);
		buf_printf(&wanted, "[{'role':'assistant','content':'a','reasoning_details':[%s]}]",
			all[i].details ? all[i].details : buf_text(&list));
		becomes("openrouter", turn, buf_text(&wanted));
		buf_free(&list);
		buf_free(&wanted);
	}
}

/* A client that has each block in a message of its own repeats the thinking; so do some upstreams. */
static void detail_that_is_there_already_is_left_out(void **state)
{
	static const char turn[] = "[{'role':'user','content':'go'},{'role':'assistant','content':["
		"{'type':'thinking','thinking':'one','signature':'$0'},{'type':'text','text':'a'},"
		"{'type':'redacted_thinking','data':'$1'}]},{'role':'user','content':'b'}]";
	static const struct { const char *first, *second; } all[] = {
		{ "{'type':'reasoning.text','text':'one','index':0,'signature':'s'}",
			"{'signature':'s','index':0,'type':'reasoning.text','text':'one','id':null}" },
		{ "{'type':'reasoning.encrypted','data':'one','index':0}",
			"{'type':'reasoning.encrypted','data':'one','index':0}" },
		{ "{'type':'reasoning.encrypted','data':'one','id':'rs','index':0}",
			"{'type':'reasoning.encrypted','data':'one','format':'f','index':0}" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		struct buf text = { 0 };

		buf_printf(&text, "{'d':[%s]}", all[i].first);
		carry(0, HOST, buf_text(&text));
		buf_clear(&text);
		buf_printf(&text, "{'d':[%s]}", all[i].second);
		carry(1, HOST, buf_text(&text));
		buf_clear(&text);
		buf_printf(&text, "[{'role':'assistant','content':'a','reasoning_details':[%s]}]",
			all[i].first);
		becomes("openrouter", turn, buf_text(&text));
		buf_free(&text);
	}
}

/* Several details can be cut by the same text. */
static void each_detail_in_two_blocks_is_one_again(void **state)
{
	(void)state;
	carry(0, HOST, "{'d':[{'type':'reasoning.text','text':'o','index':0},"
		"{'type':'reasoning.text','text':'t','index':1}]}");
	carry(1, HOST, "{'d':[{'type':'reasoning.text','text':'ne','index':0},"
		"{'type':'reasoning.text','text':'wo','index':1}]}");
	becomes("openrouter", "[{'role':'user','content':'go'},{'role':'assistant','content':["
		"{'type':'thinking','thinking':'ot','signature':'$0'},{'type':'text','text':'a'},"
		"{'type':'redacted_thinking','data':'$1'}]},{'role':'user','content':'b'}]",
		"[{'role':'assistant','content':'a','reasoning_details':["
		"{'type':'reasoning.text','text':'one','index':0},"
		"{'type':'reasoning.text','text':'two','index':1}]}]");
}

static void thinking_belongs_to_the_turn_it_opens(void **state)
{
	(void)state;
	carry(0, HOST, "{'f':'reasoning'}");
	/* Two messages in a row are one turn, behind calls too. */
	becomes("generic", "[{'role':'user','content':'go'},{'role':'assistant','content':["
		"{'type':'thinking','thinking':'one','signature':'$0'},"
		"{'type':'tool_use','id':'c','name':'A','input':{}}]},"
		"{'role':'assistant','content':["
		"{'type':'thinking','thinking':'two','signature':'$0'},"
		"{'type':'text','text':'b'}]},{'role':'user','content':'c'}]",
		"[{'role':'assistant','content':'b','tool_calls':[" CALL_OUT("c") "],"
		"'reasoning':'onetwo'},{'role':'tool','tool_call_id':'c',"
		"'content':'[no result: the tool call was interrupted]'}]");
	/* A turn that is nothing but a capsule is left out, and leaves nothing to the next one. */
	becomes("generic", "[{'role':'user','content':'go'},{'role':'assistant','content':["
		"{'type':'thinking','thinking':'one','signature':'$0'}]},"
		"{'role':'user','content':'on'},{'role':'assistant','content':'b'},"
		"{'role':'user','content':'c'}]",
		"[{'role':'assistant','content':'b'}]");
}

/* Beside calls DeepSeek refuses a turn without it: another model's text, or an empty one. */
static void deepseek_gets_a_text_beside_calls(void **state)
{
	static const char wanted[] = "[{'role':'assistant','content':null,'tool_calls':["
		CALL_OUT("c") "],'reasoning_content':'hm'}," RESULT_OUT("c") "]";
	static const char without[] = "[{'role':'user','content':'go'},"
		"{'role':'assistant','content':[{'type':'tool_use','id':'c','name':'A',"
		"'input':{}}]}," RESULT("c") "]";

	(void)state;
	carry(0, ELSEWHERE, "{'f':'reasoning'}");
	becomes("deepseek", thought_and_call, wanted);
	assert_string_equal(noted.text, "");
	becomes_with("deepseek", WANTED_UNSET, "deepseek-v4-pro", thought_and_call, wanted);
	becomes("deepseek", without, "[{'role':'assistant','content':null,'tool_calls':["
		CALL_OUT("c") "],'reasoning_content':''}," RESULT_OUT("c") "]");
	assert_string_equal(noted.text, "added:reasoning_content");
	becomes_with("deepseek", WANTED_UNSET, "deepseek-chat", without,
		"[{'role':'assistant','content':null,'tool_calls':[" CALL_OUT("c") "]},"
		RESULT_OUT("c") "]");
	becomes("deepseek", "[{'role':'user','content':'go'},{'role':'assistant','content':["
		"{'type':'thinking','thinking':'hm','signature':'$0'},"
		"{'type':'text','text':'a'}]},{'role':'user','content':'b'}]",
		"[{'role':'assistant','content':'a'}]");
}

/* Each turn has its own. */
static void nothing_is_left_to_the_next_turn(void **state)
{
	static const char turns[] = "[{'role':'user','content':'go'},{'role':'assistant','content':["
		"{'type':'thinking','thinking':'one','signature':'$0'},"
		"{'type':'tool_use','id':'c','name':'A','input':{}}]}," RESULT("c") ","
		"{'role':'assistant','content':[{'type':'thinking','thinking':'$2',"
		"'signature':'$1'},{'type':'tool_use','id':'d','name':'A','input':{}}]},"
		RESULT("d") "]";
	static const char called[] = "[{'role':'assistant','content':null,'tool_calls':["
		CALL_OUT("c") "],'%s':'one'}," RESULT_OUT("c") ",{'role':'assistant','content':null,"
		"'tool_calls':[" CALL_OUT("d") "],'%s':'%s'}," RESULT_OUT("d") "]";
	struct buf wanted = { 0 };

	(void)state;
	carry(0, ELSEWHERE, "{'f':'reasoning'}");
	buf_printf(&wanted, called, "reasoning_content", "reasoning_content", "");
	becomes("deepseek", turns, buf_text(&wanted));
	carry(0, HOST, "{'f':'reasoning'}");
	carry(1, HOST, "{'f':'reasoning_content'}");
	buf_puts(&carried[2], "two");
	buf_clear(&wanted);
	buf_printf(&wanted, called, "reasoning", "reasoning_content", "two");
	becomes("generic", turns, buf_text(&wanted));
	buf_free(&wanted);
}

/* Of several names in one turn the first counts; a block without one has its text elsewhere. */
static void blocks_need_a_name_to_give_their_text(void **state)
{
	static const char turn[] = "[{'role':'user','content':'go'},{'role':'assistant','content':["
		"{'type':'thinking','thinking':'one','signature':'$0'},"
		"{'type':'thinking','thinking':'two','signature':'$1'},"
		"{'type':'text','text':'a'}]},{'role':'user','content':'b'}]";

	(void)state;
	carry(0, HOST, "{'f':'reasoning'}");
	carry(1, HOST, "{'f':'reasoning_content'}");
	becomes("generic", turn, "[{'role':'assistant','content':'a','reasoning':'onetwo'}]");
	carry(0, HOST, "{'m':[{'type':'thinking','thinking':[]}]}");
	carry(1, HOST, "{}");
	becomes("generic", turn, "[{'role':'assistant','content':[{'type':'thinking',"
		"'thinking':[]},{'type':'text','text':'a'}]}]");
}

static void without_thinking_two_take_none(void **state)
{
	static const char without[] = "[{'role':'assistant','content':null,'tool_calls':["
		CALL_OUT("c") "]}," RESULT_OUT("c") "]";

	(void)state;
	carry(0, HOST, "{'f':'reasoning_content'}");
	becomes_with("deepseek", WANTED_OFF, "model", thought_and_call, without);
	becomes_with("kimi", WANTED_OFF, "model", thought_and_call, without);
	becomes_with("glm", WANTED_OFF, "model", thought_and_call,
		"[{'role':'assistant','content':null,'tool_calls':[" CALL_OUT("c") "],"
		"'reasoning_content':'hm'}," RESULT_OUT("c") "]");
}

#define TEST(function) cmocka_unit_test_teardown(function, forget)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(families_take_it_by_their_name),
		TEST(an_unknown_host_takes_it_by_the_name_it_came_in),
		TEST(others_get_none),
		TEST(nothing_goes_to_another_origin),
		TEST(details_take_the_place_of_the_text),
		TEST(omitted_text_comes_from_the_capsule),
		TEST(blocks_of_a_turn_add_up),
		TEST(detail_in_two_blocks_is_one_again),
		TEST(detail_that_is_there_already_is_left_out),
		TEST(each_detail_in_two_blocks_is_one_again),
		TEST(thinking_belongs_to_the_turn_it_opens),
		TEST(deepseek_gets_a_text_beside_calls),
		TEST(nothing_is_left_to_the_next_turn),
		TEST(blocks_need_a_name_to_give_their_text),
		TEST(without_thinking_two_take_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
