/*
 * Histories with state in them that is not ours, or not where we put it, or no longer whole: it
 * goes nowhere, and nothing is refused for it. doc/request.md §5.2, §5.3
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "carried.h"

/* The chat messages of that history, the same to the byte when it is converted again. */
static struct json_object *converted_twice(const char *family, const char *history)
{
	struct settings settings = at(family, HOST);
	struct json_object *twice[2];
	char *text = filled(history);

	for (size_t i = 0; i < 2; i++) {
		struct turn turn = turn_of(&settings, "model");
		struct json_object *in = tree(text);
		struct failure why = { 0 };

		twice[i] = js_new_array();
		assert_true(check_messages(in, &why));
		history_add(twice[i], in, &turn);
		js_free(in);
		turn_free(&turn);
	}
	same_text(twice[0], twice[1], __FILE__, __LINE__);
	js_free(twice[1]);
	free(text);
	return twice[0];
}

/* The assistant's turn, between two of the user, with these blocks and one text beside them. */
static void is_ignored(const char *role, const char *blocks)
{
	struct buf history = { 0 };
	struct json_object *messages;

	buf_printf(&history, "[{'role':'user','content':'go'},{'role':'%s','content':["
		"%s,{'type':'text','text':'a'}]},{'role':'user','content':'b'}]", role, blocks);
	messages = converted_twice("generic", buf_text(&history));
	for (size_t i = 0; i < js_count(messages); i++)
		if (mentions_state(js_at(messages, i)))
			print_error("%s\n", blocks);
	for (size_t i = 0; i < js_count(messages); i++)
		assert_false(mentions_state(js_at(messages, i)));
	assert_null(strstr(js_text(messages).data, "cp1"));
	js_free(messages);
	buf_free(&history);
}

static void capsule_in_a_wrong_place_is_none(void **state)
{
	static const struct { const char *role, *blocks; } places[] = {
		{ "assistant", "{'type':'thinking','thinking':'hm','data':'$0'}" },
		{ "assistant", "{'type':'thinking','thinking':'$0','signature':'x'}" },
		{ "assistant", "{'type':'redacted_thinking','signature':'$0'}" },
		{ "assistant", "{'type':'text','text':'a','signature':'$0','data':'$0'}" },
		{ "assistant", "{'type':'tool_use','id':'c','name':'A','input':{},"
			"'signature':'$0'}" },
		{ "assistant", "{'type':'tool_use','id':'$0','name':'A','input':{}}" },
		{ "assistant", "{'type':'thinking','thinking':'hm','signature':'$1'}" },
		{ "assistant", "{'type':'no such block','signature':'$0','data':'$0'}" },
		{ "user", "{'type':'thinking','thinking':'hm','signature':'$0'}" },
		{ "user", "{'type':'redacted_thinking','data':'$0'}" },
	};

	(void)state;
	carry(0, HOST, "{'f':'reasoning','t':'hm','d':[{'type':'reasoning.text','text':'hm'}]}");
	carry_in_id(1, HOST, "call_1", "functions.A:0", "AY89a18IwQsQ8/+8");
	for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++)
		is_ignored(places[i].role, places[i].blocks);
}

static void odd_signatures_are_none(void **state)
{
	static const char *const blocks[] = {
		"{'type':'thinking','thinking':'hm'}",
		"{'type':'thinking','thinking':'hm','signature':''}",
		"{'type':'thinking','thinking':'hm','signature':null}",
		"{'type':'thinking','thinking':'hm','signature':7}",
		"{'type':'thinking','thinking':'hm','signature':['$0']}",
		"{'type':'thinking','thinking':'hm','signature':{'signature':'$0'}}",
		"{'type':'thinking','thinking':'hm','signature':'$0\\u0000'}",
		"{'type':'thinking','signature':'EqoBCkgIBBABGAIiQJ8x/+8='}",
		"{'type':'thinking','thinking':7,'signature':'gAAAAABpX-_Jd0=='}",
		"{'type':'redacted_thinking'}",
		"{'type':'redacted_thinking','data':{'d':[{'type':'reasoning.text'}]}}",
		"{'type':'redacted_thinking','data':'EmwKAhgBEgy3va3pzix/LafPsn4a'}",
	};

	(void)state;
	carry(0, HOST, "{'f':'reasoning'}");
	for (size_t i = 0; i < sizeof(blocks) / sizeof(blocks[0]); i++)
		is_ignored("assistant", blocks[i]);
}

/* A megabyte is the most that is looked at. */
static void huge_signatures_are_none(void **state)
{
	static const char *const starts[] = { "EqoB", "cp1.", "cp2.", "skip" };

	(void)state;
	for (size_t i = 0; i < sizeof(starts) / sizeof(starts[0]); i++) {
		buf_clear(&carried[0]);
		buf_puts(&carried[0], starts[i]);
		while (carried[0].len < 3 * CAPSULE_MAX)
			buf_puts(&carried[0], "0123456789abcdef");
		buf_puts(&carried[0], ".01234567");
		is_ignored("assistant", "{'type':'thinking','thinking':'hm','signature':'$0'},"
			"{'type':'redacted_thinking','data':'$0'}");
	}
}

/* A turn of nothing but somebody's state is no turn. */
static void foreign_state_alone_leaves_no_turn(void **state)
{
	(void)state;
	becomes("generic", "[{'role':'user','content':'go'},{'role':'assistant','content':["
		"{'type':'redacted_thinking','data':'EmwKAhgBEgy3va3pzix/LafPsn4a'}]},"
		"{'role':'user','content':'b'}]", "[]");
}

/* Ids that other proxies made: longer than any host takes, or with raw base64 in them. */
static void ids_of_other_proxies_are_ids(void **state)
{
	(void)state;
	buf_puts(&carried[0], "call_1__thought__AY89a18I/+8=");
	buf_puts(&carried[1], "toolu_");
	while (carried[1].len < 950)
		buf_puts(&carried[1], "0123456789");
	becomes("generic", "[{'role':'user','content':'go'},{'role':'assistant','content':["
		"{'type':'tool_use','id':'$0','name':'A','input':{}},"
		"{'type':'tool_use','id':'$1','name':'A','input':{}}]},{'role':'user','content':["
		"{'type':'tool_result','tool_use_id':'$1','content':'x'},"
		"{'type':'tool_result','tool_use_id':'$0','content':'x'}]}]",
		"[{'role':'assistant','content':null,'tool_calls':["
		CALL_OUT("ec2efc7a2ebf016fe2cda375") "," CALL_OUT("5e4844d600a0a1d88c69ea3a")
		"]}," RESULT_OUT("ec2efc7a2ebf016fe2cda375") ","
		RESULT_OUT("5e4844d600a0a1d88c69ea3a") "]");
}

/* Some clients cut ids, of the call and of its result alike. */
static void cut_ids_still_pair(void **state)
{
	static const char history[] = "[{'role':'user','content':'go'},"
		"{'role':'assistant','content':[{'type':'tool_use','id':'$1','name':'A',"
		"'input':{}}]}," RESULT("$1") "]";
	struct buf whole = { 0 };

	(void)state;
	carry_in_id(0, HOST, "call_1", "functions.A:0", "AY89a18IwQsQ8/+8");
	buf_puts(&whole, buf_text(&carried[0]));
	for (size_t len = 1; len < whole.len; len++) {
		struct json_object *messages;
		struct slice id;

		buf_clear(&carried[1]);
		buf_add(&carried[1], whole.data, len);
		messages = converted_twice("generic", history);
		assert_int_equal(js_count(messages), 3);
		id = js_get_slice(js_at(js_get(js_at(messages, 1), "tool_calls"), 0), "id");
		assert_true(id.len > 0 && !strstr(id.data, "__cp1"));
		assert_string_equal(js_get_string(js_at(messages, 2), "tool_call_id"), id.data);
		assert_string_equal(js_get_string(js_at(messages, 2), "content"), "x");
		assert_false(mentions_state(js_at(messages, 1)));
		js_free(messages);
	}
	buf_free(&whole);
}

/* What a client writes into its own history is its own; what was signed stays as it was. */
static void edited_text_goes_back_as_it_stands(void **state)
{
	static const char edited[] = "[{'role':'user','content':'go'},{'role':'assistant','content':["
		"{'type':'thinking','thinking':'HM','signature':'$0'},{'type':'text','text':'a'}]},"
		"{'role':'user','content':'b'}]";

	(void)state;
	carry(0, HOST, "{'f':'reasoning'}");
	becomes("generic", edited, "[{'role':'assistant','content':'a','reasoning':'HM'}]");
	carry(0, HOST, "{'f':'reasoning','d':[{'type':'reasoning.text','text':'hm',"
		"'signature':'s'}]}");
	becomes("generic", edited, "[{'role':'assistant','content':'a','reasoning_details':["
		"{'type':'reasoning.text','text':'hm','signature':'s'}]}]");
	carry(0, HOST, "{'m':[{'type':'thinking','thinking':[{'type':'text','text':'hm'}],"
		"'signature':'s'}]}");
	becomes("mistral", edited, "[{'role':'assistant','content':[{'type':'thinking',"
		"'thinking':[{'type':'text','text':'hm'}],'signature':'s'},"
		"{'type':'text','text':'a'}]}]");
}

#define TEST(function) cmocka_unit_test_teardown(function, forget)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(capsule_in_a_wrong_place_is_none),
		TEST(odd_signatures_are_none),
		TEST(huge_signatures_are_none),
		TEST(foreign_state_alone_leaves_no_turn),
		TEST(ids_of_other_proxies_are_ids),
		TEST(cut_ids_still_pair),
		TEST(edited_text_goes_back_as_it_stands),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
