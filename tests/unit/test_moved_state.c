/*
 * State where it was not given: with another model of its host, or a second time.
 * doc/request.md §5.1, §5.4
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

/*
 * doc/request.md §5.1: state is bound to scheme, host and port, not to the model. A host knows
 * what its models may share; where it refuses, state=none heals (doc/answer.md §3.8).
 */
static void another_model_of_the_host_gets_it_too(void **state)
{
	static const struct { const char *family, *models[2], *turn; } swaps[] = {
		{ "deepseek", { "deepseek-v4-pro", "deepseek-v4-flash" },
			"'content':null,'tool_calls':[" CALL_OUT("c") "],'reasoning_content':'hm'" },
		{ "openrouter", { "openai/gpt-5", "anthropic/claude-sonnet-4.5" },
			"'content':null,'tool_calls':[" CALL_OUT("c") "],'reasoning':'hm'" },
		{ "generic", { "gemini-3-pro", "gpt-5" },
			"'content':null,'tool_calls':[" CALL_OUT("c") "],'reasoning':'hm'" },
	};

	(void)state;
	carry(0, HOST, "{'f':'reasoning'}");
	for (size_t i = 0; i < sizeof(swaps) / sizeof(swaps[0]); i++) {
		struct buf wanted = { 0 };

		buf_printf(&wanted, "[{'role':'assistant',%s}," RESULT_OUT("c") "]", swaps[i].turn);
		for (size_t j = 0; j < 2; j++)
			becomes_with(swaps[i].family, WANTED_ON, swaps[i].models[j],
				thought_and_call, buf_text(&wanted));
		buf_free(&wanted);
	}
}

/* doc/request.md §5.1 */
static void signatures_go_to_another_model_of_the_host_too(void **state)
{
	static const char *const models[] = { "gemini-2.5-pro", "gemini-3-pro", "gemini-3-flash" };
	static const char history[] = "[{'role':'user','content':'go'},{'role':'assistant',"
		"'content':[{'type':'tool_use','id':'$1','name':'A','input':{}}]}," RESULT("$1") "]";

	(void)state;
	carry_in_id(1, HOST, "c", "", "sig");
	for (size_t i = 0; i < sizeof(models) / sizeof(models[0]); i++) {
		becomes_with("gemini", WANTED_ON, models[i], history, "[{'role':'assistant',"
			"'content':null,'tool_calls':[{'id':'c','type':'function','function':{"
			"'name':'A','arguments':'{}'},'extra_content':{'google':{"
			"'thought_signature':'sig'}}}]}," RESULT_OUT("c") "]");
		assert_string_equal(noted.text, "");
	}
}

#define TURN(blocks) "{'role':'assistant','content':[" blocks "]},{'role':'user','content':'on'}"
#define THOUGHT(n) "{'type':'thinking','thinking':'hm','signature':'$" #n "'}"
#define SAID "{'type':'text','text':'a'}"

/*
 * A client that repeats a block. What is signed or encrypted counts once in a turn; a text of its
 * own as often as it stands there, for nobody can tell it from one that was said twice.
 */
static void repeated_block_counts_once_where_it_is_signed(void **state)	/* doc/request.md §5.4 */
{
	static const char repeated[] = "[{'role':'user','content':'go'}," TURN(THOUGHT(0) ","
		THOUGHT(0) "," SAID "," THOUGHT(0)) "]";
	static const struct { const char *family, *capsule, *turn; } cases[] = {
		{ "generic", "{'f':'reasoning'}", "'content':'a','reasoning':'hmhmhm'" },
		{ "generic", "{'f':'reasoning','d':[{'type':'reasoning.text','text':'hm',"
			"'signature':'s'}]}", "'content':'a','reasoning_details':[{'type':"
			"'reasoning.text','text':'hm','signature':'s'}]" },
		{ "generic", "{'f':'reasoning','d':[{'type':'reasoning.encrypted','data':'A'},"
			"{'type':'reasoning.encrypted','data':'B'}]}", "'content':'a',"
			"'reasoning_details':[{'type':'reasoning.encrypted','data':'A'},"
			"{'type':'reasoning.encrypted','data':'B'}]" },
		{ "generic", "{'f':'reasoning','d':[{'type':'reasoning.text','text':'hm'}]}",
			"'content':'a','reasoning_details':[{'type':'reasoning.text','text':'hm'},"
			"{'type':'reasoning.text','text':'hm'},{'type':'reasoning.text',"
			"'text':'hm'}]" },
		{ "mistral", "{'m':[{'type':'thinking','thinking':[{'type':'text','text':'hm'}],"
			"'signature':'s'}]}", "'content':[{'type':'thinking','thinking':[{'type':"
			"'text','text':'hm'}],'signature':'s'},{'type':'text','text':'a'}]" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct buf wanted = { 0 };

		carry(0, HOST, cases[i].capsule);
		buf_printf(&wanted, "[{'role':'assistant',%s}]", cases[i].turn);
		becomes(cases[i].family, repeated, buf_text(&wanted));
		buf_free(&wanted);
	}
}

/* In another turn it stands again, but for OpenAI's items: "Duplicate item found with id rs_1." */
static void repeated_turn_has_its_state_again(void **state)	/* doc/request.md §5.4 */
{
	static const char repeated[] = "[{'role':'user','content':'go'}," TURN(THOUGHT(0) "," SAID)
		"," TURN(THOUGHT(0) "," SAID) "]";
	static const struct { const char *capsule, *first, *second; } cases[] = {
		{ "{'f':'reasoning'}", ",'reasoning':'hm'", ",'reasoning':'hm'" },
		{ "{'d':[{'type':'reasoning.text','text':'hm','signature':'s','id':'i'}]}",
			",'reasoning_details':[{'type':'reasoning.text','text':'hm',"
			"'signature':'s','id':'i'}]", ",'reasoning_details':[{'type':"
			"'reasoning.text','text':'hm','signature':'s','id':'i'}]" },
		{ "{'d':[{'type':'reasoning.encrypted','data':'A'}]}",
			",'reasoning_details':[{'type':'reasoning.encrypted','data':'A'}]",
			",'reasoning_details':[{'type':'reasoning.encrypted','data':'A'}]" },
		{ "{'d':[{'type':'reasoning.encrypted','data':'A','id':'rs_1'}]}",
			",'reasoning_details':[{'type':'reasoning.encrypted','data':'A',"
			"'id':'rs_1'}]", "" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct buf wanted = { 0 };

		carry(0, HOST, cases[i].capsule);
		buf_printf(&wanted, "[{'role':'assistant','content':'a'%s},{'role':'assistant',"
			"'content':'a'%s}]", cases[i].first, cases[i].second);
		becomes("generic", repeated, buf_text(&wanted));
		buf_free(&wanted);
	}
}

#define TEST(function) cmocka_unit_test_teardown(function, forget)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(another_model_of_the_host_gets_it_too),
		TEST(signatures_go_to_another_model_of_the_host_too),
		TEST(repeated_block_counts_once_where_it_is_signed),
		TEST(repeated_turn_has_its_state_again),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
