/* convert/request/edit_thinking.c: effort and thinking, by family. doc/answer.md §3.8 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>

#include "edited.h"

static void the_nearest_known_effort_is_sent(void **state) /* doc/answer.md §3.8 */
{
	(void)state;
	assert_edit("effort low,high", "{'reasoning_effort':'xhigh'}",
		"{'reasoning_effort':'high'}", "healed:effort/REASONING=high");
	assert_edit("effort none,medium,high", "{'reasoning_effort':'minimal'}",
		"{'reasoning_effort':'medium'}", "healed:effort/REASONING=medium");
	assert_edit("effort low,medium", "{'reasoning':{'effort':'max'}}",
		"{'reasoning':{'effort':'medium'}}", "healed:effort/REASONING=medium");
	assert_edit("effort low", "{'chat_template_kwargs':{'reasoning_effort':'high'}}",
		"{'chat_template_kwargs':{'reasoning_effort':'low'}}",
		"healed:effort/REASONING=low");
	/* Groq's qwen knows no levels. */
	assert_edit("effort none,default", "{'reasoning_effort':'low'}",
		"{'reasoning_effort':'default'}", "healed:effort/REASONING=default");
}

static void off_never_becomes_a_level(void **state) /* doc/request.md §1.1 */
{
	(void)state;
	assert_edit("effort low,high", "{'top_p':1,'reasoning_effort':'none'}", "{'top_p':1}",
		"healed:effort/REASONING=off");
	assert_edit("effort low,high", "{'top_p':1,'reasoning':{'effort':'none'}}", "{'top_p':1}",
		"healed:effort/REASONING=off");
}

static void an_effort_that_is_known_stays(void **state)
{
	(void)state;
	assert_no_edit("effort low,high", "{'reasoning_effort':'low'}");
	assert_no_edit("effort low,high", "{}");
}

static void tools_want_no_effort_said(void **state)
{
	(void)state;
	assert_edit("effort_none", "{'tools':[1]}", "{'reasoning_effort':'none','tools':[1]}",
		"healed:effort_none/REASONING=off");
	assert_edit("effort_none", "{'reasoning_effort':'low','tools':[1]}",
		"{'reasoning_effort':'none','tools':[1]}", "healed:effort_none/REASONING=off");
	assert_no_edit("effort_none", "{'reasoning_effort':'low'}");
	assert_no_edit("effort_none", "{'reasoning_effort':'none','tools':[1]}");
}

static void what_switches_thinking_off_is_left_out(void **state)
{
	(void)state;
	assert_edit("thinking_on", "{'thinking':{'type':'disabled'},'top_p':1}", "{'top_p':1}",
		"healed:thinking_on/DROP_PARAMS=thinking");
	assert_edit("thinking_on", "{'enable_thinking':false}", "{}",
		"healed:thinking_on/DROP_PARAMS=enable_thinking");
	assert_edit("thinking_on", "{'chat_template_kwargs':{'enable_thinking':false}}", "{}",
		"healed:thinking_on/DROP_PARAMS=chat_template_kwargs");
	assert_edit("thinking_on", "{'reasoning':{'effort':'none'}}", "{}",
		"healed:thinking_on/DROP_PARAMS=reasoning");
	assert_edit("thinking_on", "{'reasoning_effort':'none'}", "{}",
		"healed:thinking_on/DROP_PARAMS=reasoning_effort");
}

static void what_asks_for_thinking_stays(void **state)
{
	(void)state;
	assert_no_edit("thinking_on", "{'thinking':{'type':'enabled'},'enable_thinking':true,"
		"'reasoning_effort':'low','reasoning':{'effort':'high'},"
		"'chat_template_kwargs':{'enable_thinking':true}}");
}

static void a_forced_choice_switches_thinking_off(void **state) /* doc/answer.md §3.8 */
{
	(void)state;
	assert_edit_of("deepseek", "deepseek-v4", "thinking_off tool_choice",
		"{'reasoning_effort':'high','tool_choice':'required'}",
		"{'thinking':{'type':'disabled'},'tool_choice':'required'}",
		"healed:thinking_off/REASONING=off");
	assert_edit_of("deepseek", "deepseek-v4", "thinking_off tool_choice",
		"{'thinking':{'type':'enabled'},'tool_choice':{'function':{'name':'a'}}}",
		"{'thinking':{'type':'disabled'},'tool_choice':{'function':{'name':'a'}}}",
		"healed:thinking_off/REASONING=off");
	assert_edit_of("qwen", "qwen3-max", "thinking_off tool_choice",
		"{'enable_thinking':true,'thinking_budget':99,'tool_choice':'required'}",
		"{'enable_thinking':false,'tool_choice':'required'}",
		"healed:thinking_off/REASONING=off");
}

static void without_a_switch_or_a_force_thinking_stays(void **state)
{
	(void)state;
	assert_no_edit("thinking_off tool_choice", "{'tool_choice':'required'}");
	assert_edit_of("deepseek", "deepseek-v4", "thinking_off tool_choice",
		"{'thinking':{'type':'enabled'},'tool_choice':'auto'}", NULL, "");
	assert_edit_of("deepseek", "deepseek-v4", "thinking_off tool_choice",
		"{'thinking':{'type':'disabled'},'tool_choice':'required'}", NULL, "");
}

static void calls_in_the_history_switch_thinking_off(void **state)
{
	(void)state;
	assert_edit_of("deepseek", "deepseek-v4", "thinking_off calls",
		"{'messages':[{'role':'assistant','tool_calls':[1]}]}",
		"{'thinking':{'type':'disabled'},"
		"'messages':[{'role':'assistant','tool_calls':[1]}]}",
		"healed:thinking_off/REASONING=off");
	assert_edit_of("deepseek", "deepseek-v4", "thinking_off calls",
		"{'messages':[{'role':'assistant','content':'a'}]}", NULL, "");
}

/* doc/request.md §5.4: where thinking is off, an old thought is refused, or costs for nothing */
static void thinking_off_takes_old_thoughts_along(void **state)
{
	static const char thought[] = "{'thinking':{'type':'enabled'},'tool_choice':'required',"
		"'messages':[{'role':'assistant','content':'a','reasoning_content':'r',"
		"'reasoning_details':[1]},{'role':'user','content':'u'}]}";

	(void)state;
	assert_edit_of("deepseek", "deepseek-v4", "thinking_off tool_choice", thought,
		"{'thinking':{'type':'disabled'},'tool_choice':'required',"
		"'messages':[{'role':'assistant','content':'a'},{'role':'user','content':'u'}]}",
		"healed:thinking_off/REASONING=off");
	/* Qwen takes them at any time, and its cache goes by the bytes. */
	assert_edit_of("qwen", "qwen3-max", "thinking_off tool_choice",
		"{'enable_thinking':true,'tool_choice':'required','messages':[{'role':'assistant',"
		"'content':'a','reasoning_content':'r'}]}",
		"{'enable_thinking':false,'tool_choice':'required','messages':[{"
		"'role':'assistant','content':'a','reasoning_content':'r'}]}",
		"healed:thinking_off/REASONING=off");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_nearest_known_effort_is_sent),
		cmocka_unit_test(off_never_becomes_a_level),
		cmocka_unit_test(an_effort_that_is_known_stays),
		cmocka_unit_test(tools_want_no_effort_said),
		cmocka_unit_test(what_switches_thinking_off_is_left_out),
		cmocka_unit_test(what_asks_for_thinking_stays),
		cmocka_unit_test(a_forced_choice_switches_thinking_off),
		cmocka_unit_test(without_a_switch_or_a_force_thinking_stays),
		cmocka_unit_test(calls_in_the_history_switch_thinking_off),
		cmocka_unit_test(thinking_off_takes_old_thoughts_along),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
