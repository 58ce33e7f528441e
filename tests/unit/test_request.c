/* The whole request: which fields go out, in which order, and what the turn remembers. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "conversion.h"

#include <stdio.h>

#define HI "'messages':[{'role':'user','content':'hi'}]"

/* doc/request.md §0.2: model, parameters, tools, tool_choice, messages last */
static void keys_stand_in_wire_order(void **state)
{
	struct settings settings = settings_of("generic");

	(void)state;
	assert_chat(&settings,
		"{" HI ",'tool_choice':{'type':'auto','disable_parallel_tool_use':true},"
		"'tools':[{'name':'A','input_schema':{'type':'object','properties':{}}}],"
		"'system':'s','stream':true,'stop_sequences':['x',''],'top_p':0.90,"
		"'temperature':1.0,"
		"'max_tokens':100,'model':'m','anthropic_beta':['b'],'speed':'fast'}",
		"{'model':'m','max_tokens':100,'temperature':1.0,'top_p':0.90,'stop':['x'],"
		"'stream':true,'stream_options':{'include_usage':true},'parallel_tool_calls':false,"
		"'tools':[{'type':'function','function':{'name':'A',"
		"'parameters':{'type':'object','properties':{}}}}],'tool_choice':'auto',"
		"'messages':[{'role':'system','content':'s'},{'role':'user','content':'hi'}]}");
}

/* doc/request.md §0.3: no defaults of ours */
static void absent_and_null_fields_are_not_sent(void **state)
{
	struct settings settings = settings_of("generic");

	(void)state;
	assert_chat(&settings, "{'model':'m','max_tokens':5," HI "}",
		"{'model':'m','max_tokens':5," HI "}");
	assert_chat(&settings, "{'model':'m','max_tokens':5.0,'stream':false,'temperature':null,"
		"'top_p':null,'stop_sequences':[],'tools':[],'tool_choice':{'type':'auto'},"
		"'thinking':null,'metadata':{'user_id':'u'},'system':' \\n'," HI "}",
		"{'model':'m','max_tokens':5," HI "}");
}

/* doc/request.md §4.2: five stop sequences of 32 bytes */
static void stops_too_long_for_kimi_stay_away(void **state)
{
	struct settings settings = settings_of("kimi");

	(void)state;
	assert_chat(&settings, "{'model':'m','max_tokens':9,'stop_sequences':["
		"'012345678901234567890123456789012','01234567890123456789012345678901']," HI "}",
		"{'model':'m','max_completion_tokens':9,"
		"'stop':['01234567890123456789012345678901']," HI "}");
}

/* doc/request.md §1, row max_tokens; a row: asked, MIN, MAX, model, the field sent */
static void token_limit_is_the_number_asked_for(void **state)
{
	static const struct {
		long asked, min, max;
		const char *model, *sent;
	} limits[] = {
		{ 128000, 0, 0, "m", "'max_tokens':128000" },
		{ 0, 0, 0, "m", "'max_tokens':1" },
		{ 10, 100, 4096, "m", "'max_tokens':100" },
		{ 9000, 100, 4096, "m", "'max_tokens':4096" },
		{ 128000, 0, 0, "gpt-4o", "'max_tokens':16384" },
		{ 500, 0, 0, "o3", "'max_completion_tokens':500" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(limits) / sizeof(limits[0]); i++) {
		struct settings settings = settings_of("generic");
		char body[200], wanted[200];

		settings.min_tokens_limit = limits[i].min;
		settings.max_tokens_limit = limits[i].max;
		snprintf(body, sizeof(body), "{'model':'%s','max_tokens':%ld," HI "}",
			limits[i].model, limits[i].asked);
		snprintf(wanted, sizeof(wanted), "{'model':'%s',%s," HI "}", limits[i].model,
			limits[i].sent);
		assert_chat(&settings, body, wanted);
	}
}

#define THINK(max_tokens, budget) "{'model':'claude-x','max_tokens':" max_tokens ",'thinking':{" \
	"'type':'enabled','budget_tokens':" budget "}," HI "}"

#define PARTS "'messages':[{'role':'user','content':[{'type':'text','text':'hi'}]}]"

/* doc/request.md §4.2 "some hosts want >= 16"; §1.1: the least budget of Claude is 1024 */
static void routers_have_least_limits(void **state)
{
	struct settings openrouter = settings_of("openrouter"), requesty = settings_of("requesty");

	(void)state;
	openrouter.big_model = "claude-x";
	openrouter.max_tokens_limit = 8;
	assert_chat(&openrouter, "{'model':'claude-x','max_tokens':1," HI "}",
		"{'model':'claude-x','max_completion_tokens':16," PARTS "}");
	assert_chat(&requesty, "{'model':'m','max_tokens':15," HI "}",
		"{'model':'m','max_tokens':16," HI "}");
	openrouter.max_tokens_limit = 0;
	assert_chat(&openrouter, THINK("1025", "1024"), "{'model':'claude-x',"
		"'max_completion_tokens':1025,'reasoning':{'max_tokens':1024}," PARTS "}");
	assert_chat(&openrouter, THINK("9000", "500"), "{'model':'claude-x',"
		"'max_completion_tokens':9000,'reasoning':{'max_tokens':1024}," PARTS "}");
	assert_chat(&openrouter, THINK("1024", "1024"), "{'model':'claude-x',"
		"'max_completion_tokens':1024," PARTS "}");
}

#define ASK(model) "{'model':'" model "','max_tokens':9,'temperature':0.10,'top_k':5," \
	"'stop_sequences':['a','b','c','d','e']," HI "}"

/* doc/request.md §1: what a reasoning model refuses stays away, top_k goes to those who know it */
static void parameters_follow_the_model(void **state)
{
	struct settings openai = settings_of("openai"), vllm = settings_of("vllm");

	(void)state;
	assert_chat(&openai, ASK("o3"), "{'model':'o3','max_completion_tokens':9," HI "}");
	assert_chat(&openai, ASK("gpt-4o"), "{'model':'gpt-4o','max_completion_tokens':9,"
		"'temperature':0.10,"
		"'stop':['a','b','c','d']," HI "}");
	assert_chat(&vllm, ASK("m"), "{'model':'m','max_tokens':9,'temperature':0.10,'top_k':5,"
		"'stop':['a','b','c','d','e']," HI "}");
}

/* doc/request.md §3.1: Claude Code's own search request */
static void missing_web_search_is_said(void **state)
{
	struct settings settings = settings_of("generic");

	(void)state;
	assert_chat(&settings, "{'model':'m','max_tokens':1,'system':'s','tools':["
		"{'type':'web_search_20250305','name':'web_search','max_uses':8}],"
		"'tool_choice':{'type':'auto'}," HI "}",
		"{'model':'m','max_tokens':1,'messages':[{'role':'system','content':'s\\n\\n"
		"[web search is not available here: say so, do not answer from memory]'},"
		"{'role':'user','content':'hi'}]}");
}

#define STRICT_SCHEMA "{'type':'object','properties':{'a':{'type':'string'}}," \
	"'required':['a'],'additionalProperties':false}"
#define LOOSE_SCHEMA "{'type':'object','properties':{'a':{'type':'string'}}}"

/* doc/request.md §1, row output_config.format */
static void structured_output_becomes_a_response_format(void **state)
{
	struct settings openai = settings_of("openai"), deepseek = settings_of("deepseek");

	(void)state;
	assert_chat(&openai, "{'model':'m','max_tokens':1,'output_format':{'type':'ignored'},"
		"'output_config':{'format':{'type':'json_schema','schema':" STRICT_SCHEMA "}},"
		"" HI "}",
		"{'model':'m','max_completion_tokens':1,'response_format':{'type':'json_schema',"
		"'json_schema':{'name':'response','schema':" STRICT_SCHEMA ",'strict':true}},"
		HI "}");
	assert_chat(&openai, "{'model':'m','max_tokens':1,"
		"'output_format':{'type':'json_schema','schema':" LOOSE_SCHEMA "}," HI "}",
		"{'model':'m','max_completion_tokens':1,'response_format':{'type':'json_schema',"
		"'json_schema':{'name':'response','schema':" LOOSE_SCHEMA ",'strict':false}},"
		HI "}");
	assert_chat(&deepseek, "{'model':'m','max_tokens':1,'output_config':{'format':{"
		"'type':'json_schema','schema':{'type':'object'}}}," HI "}",
		"{'model':'m','max_tokens':1,'response_format':{'type':'json_object'},'messages':["
		"{'role':'system','content':'Answer with nothing but JSON that fits this schema: "
		"{\\'type\\':\\'object\\'}'},{'role':'user','content':'hi'}]}");
}

/* claudeproxy(8), "ENVIRONMENT" */
static void dropped_params_never_go_out(void **state)
{
	struct settings settings = settings_of("generic");

	(void)state;
	settings.drop_params = "temperature, stream_options,model,messages";
	assert_chat(&settings, "{'model':'m','max_tokens':1,'temperature':1,'stream':true," HI "}",
		"{'model':'m','max_tokens':1,'stream':true," HI "}");
}

static void a_dropped_stream_takes_its_options_along(void **state)
{
	struct settings settings = settings_of("generic");

	(void)state;
	settings.drop_params = "stream";
	assert_chat(&settings, "{'model':'m','max_tokens':1,'stream':true," HI "}",
		"{'model':'m','max_tokens':1," HI "}");
}

/* doc/request.md §3.3: without tools none of their keys */
static void dropped_tools_take_their_choice_along(void **state)
{
	struct settings settings = settings_of("generic");

	(void)state;
	settings.drop_params = "tools";
	assert_chat(&settings, "{'model':'m','max_tokens':1,'tools':[{'name':'A'}],'tool_choice':"
		"{'type':'any','disable_parallel_tool_use':true}," HI "}",
		"{'model':'m','max_tokens':1," HI "}");
}

/* turn.h: max_tokens is what went upstream */
static void dropped_limit_is_not_remembered(void **state)
{
	struct settings settings = settings_of("generic");
	struct turn turn;
	struct notes notes = { 0 };
	struct json_object *chat;

	(void)state;
	settings.drop_params = "max_tokens";
	chat = converted(&settings, "{'model':'m','max_tokens':9," HI "}", &turn, &notes);
	assert_false(js_has(chat, "max_tokens"));
	assert_int_equal(turn.max_tokens, 0);
	js_free(chat);
	turn_free(&turn);
}

static void turn_remembers_what_the_answer_needs(void **state)
{
	struct settings settings = settings_of("openai");
	struct turn turn;
	struct notes notes = { 0 };
	struct json_object *chat = converted(&settings,
		"{'model':'claude-opus-x[1m]','max_tokens':77,'stream':true,'stop_sequences':['x'],"
		"'thinking':{'type':'adaptive','display':'omitted'},'top_k':3,"
		"'tools':[{'name':'A'}]," HI "}", &turn, &notes);

	(void)state;
	assert_string_equal(turn.model, "claude-opus-x[1m]");
	assert_string_equal(turn.upstream_model, "big");
	assert_int_equal(turn.max_tokens, 77);
	assert_true(turn.stream);
	assert_true(turn.emit_thinking);
	assert_true(turn.omit_thinking);
	assert_true(js_has(turn.names.to_upstream, "A"));
	assert_int_equal(js_count(turn.stops), 1);
	assert_true(turn.estimate > 0);
	assert_string_equal(notes.text, "dropped:top_k");
	js_free(chat);
	turn_free(&turn);
}

/* doc/request.md §0 "Refused with 400": counting needs no max_tokens, and looks at none */
static void count_tokens_needs_no_limit(void **state)
{
	struct settings settings = settings_of("generic");
	struct turn turn = { .settings = &settings };
	struct json_object *body = tree("{'model':'m','max_tokens':'?'," HI "}"), *chat = NULL;
	struct notes notes = { 0 };
	struct failure why;

	(void)state;
	assert_true(request_to_chat(body, FOR_COUNT_TOKENS, &turn, &chat, &notes, &why));
	js_free(body);
	assert_false(js_has(chat, "max_tokens"));
	assert_int_equal(turn.max_tokens, 0);
	assert_true(turn.estimate >= 1);
	js_free(chat);
	turn_free(&turn);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(keys_stand_in_wire_order),
		cmocka_unit_test(absent_and_null_fields_are_not_sent),
		cmocka_unit_test(stops_too_long_for_kimi_stay_away),
		cmocka_unit_test(token_limit_is_the_number_asked_for),
		cmocka_unit_test(routers_have_least_limits),
		cmocka_unit_test(parameters_follow_the_model),
		cmocka_unit_test(missing_web_search_is_said),
		cmocka_unit_test(structured_output_becomes_a_response_format),
		cmocka_unit_test(dropped_params_never_go_out),
		cmocka_unit_test(a_dropped_stream_takes_its_options_along),
		cmocka_unit_test(dropped_tools_take_their_choice_along),
		cmocka_unit_test(dropped_limit_is_not_remembered),
		cmocka_unit_test(turn_remembers_what_the_answer_needs),
		cmocka_unit_test(count_tokens_needs_no_limit),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
