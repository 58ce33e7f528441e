/*
 * A request that is converted once more, in a dialect that a refusal changed: doc/answer.md §3.8.
 * What a change gives beside the rows of the families; the other units test what those use.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "carried.h"

#include <stdio.h>

#define OBJECT "{'type':'object','properties':{}}"
#define TOOL(name) "{'name':'" name "','input_schema':" OBJECT "}"
#define TOOL_OUT(name) "{'type':'function','function':{'name':'" name "','parameters':" OBJECT "}}"
#define HI "'messages':[{'role':'user','content':'hi'}]"
#define TOOL_USE(id) "{'type':'tool_use','id':'" id "','name':'A','input':{}}"
#define CALLED "{'role':'assistant','content':[" TOOL_USE("1") "]}," RESULT("1")
#define CALLED_OUT "{'role':'assistant','content':null,'tool_calls':[" CALL_OUT("1") "]}," \
	RESULT_OUT("1")

/* The upstream of the next conversion, and its dialect, which a test changes. */
static struct settings settings;
static struct dialect dialect;

static void upstream(const char *family, const char *model)
{
	settings = at(family, HOST);
	settings.big_model = settings.middle_model = settings.small_model = model;
	model_dialect(&settings, model, NULL, &dialect);
}

static int set_up(void **state)
{
	upstream("generic", "m");
	return forget(state);
}

static struct turn turn;

static int tear_down(void **state)
{
	turn_free(&turn);
	turn = (struct turn){ 0 };
	return forget(state);
}

/* The chat request for the members of a body, but for its model. $N is a capsule or an id. */
static struct json_object *chat_for(const char *members)
{
	char *filled_in = filled(members);
	struct buf body = { 0 };
	struct json_object *chat;

	turn_free(&turn);
	noted = (struct notes){ .debug = false };
	buf_printf(&body, "{'model':'%s',%s}", settings.big_model, filled_in);
	chat = converted_in(&settings, &dialect, buf_text(&body), &turn, &noted);
	js_remove(chat, "model");
	buf_free(&body);
	free(filled_in);
	return chat;
}

static void compare(const char *members, const char *wanted, const char *only, int line)
{
	struct json_object *chat = chat_for(members), *expected = tree(wanted);

	if (only)
		same_text(js_get(chat, only), expected, __FILE__, line);
	else
		same_text(chat, expected, __FILE__, line);
	js_free(chat);
	js_free(expected);
}

/* The chat request, or one field of it; and whether it has a field at all. */
#define chat_is(members, wanted) compare(members, wanted, NULL, __LINE__)
#define field_is(field, members, wanted) compare(members, wanted, field, __LINE__)

static bool chat_has(const char *members, const char *field)
{
	struct json_object *chat = chat_for(members);
	bool has = js_has(chat, field);

	js_free(chat);
	return has;
}

static void drops(const char *places)
{
	snprintf(dialect.drop, sizeof(dialect.drop), "%s", places);
}

/* ---- fields ---- */

static void places_are_left_out(void **state)
{
	(void)state;
	drops("stop+store+top_p");
	chat_is("'max_tokens':9,'temperature':1,'top_p':1,'stop_sequences':['x']," HI,
		"{'max_tokens':9,'temperature':1," HI "}");
	drops("messages[].reasoning_content");
	dialect.reasoning_required = true;
	field_is("messages", "'max_tokens':9,'messages':[" CALLED "]", "[" CALLED_OUT "]");
}

static void a_place_inside_another_leaves_the_rest(void **state)
{
	static const char strict[] = "'max_tokens':9,'tools':[{'name':'A','strict':true,"
		"'input_schema':{'type':'object','properties':{},'additionalProperties':false}}],"
		HI;

	(void)state;
	dialect.strict_tools = STRICT_EACH;
	drops("tools[].function.strict");
	field_is("tools", strict, "[{'type':'function','function':{'name':'A','parameters':"
		"{'type':'object','properties':{},'additionalProperties':false}}}]");
	/* An object that becomes empty goes too. */
	drops("stream_options.include_usage");
	assert_false(chat_has("'max_tokens':9,'stream':true," HI, "stream_options"));
}

static void what_a_request_needs_is_not_left_out(void **state)
{
	(void)state;
	drops("messages+messages[].role+tools+model");
	chat_is("'max_tokens':9," HI, "{'max_tokens':9," HI "}");
}

static void a_keyword_is_left_out_of_schemas_at_any_depth(void **state)
{
	(void)state;
	drops("schema.minlength+stop");
	field_is("tools", "'max_tokens':9,'tools':[{'name':'A','input_schema':{'type':'object',"
		"'properties':{'minLength':{'type':'string','minLength':1,'maxLength':2}}}}]," HI,
		"[{'type':'function','function':{'name':'A','parameters':{'type':'object',"
		"'properties':{'minLength':{'type':'string','maxLength':2}}}}}]");
}

/* Nodes are shared with the client's request, which is converted again. */
static void the_clients_request_stays(void **state)
{
	static const char text[] = "{'model':'m','max_tokens':9,'output_format':{'type':"
		"'json_schema','schema':{'type':'object','properties':{'a':{'pattern':'b'}},"
		"'additionalProperties':false}},'tools':[{'name':'A','description':'long',"
		"'input_schema':{'type':'object','properties':{'a':{'pattern':'b'}}}}]," HI "}";
	struct json_object *body = tree(text), *same = tree(text), *chat = NULL;
	struct turn once = { .settings = &settings, .changed = &dialect };
	struct failure why;

	(void)state;
	dialect.bare_schemas = true;
	dialect.max_description = 2;
	drops("schema.pattern+response_format.json_schema.schema.additionalProperties"
		"+tools[].function.parameters.required");
	assert_true(request_to_chat(body, FOR_MESSAGES, &once, &chat, NULL, &why));
	same_text(body, same, __FILE__, __LINE__);
	turn_free(&once);
	js_free(chat);
	js_free(body);
	js_free(same);
}

static void without_stream_go_its_options(void **state)
{
	(void)state;
	drops("stream");
	chat_is("'max_tokens':9,'stream':true," HI, "{'max_tokens':9," HI "}");
}

static void a_token_limit_may_be_left_out(void **state)
{
	(void)state;
	drops("max_tokens");
	chat_is("'max_tokens':9," HI, "{" HI "}");
	assert_int_equal(turn.max_tokens, 0);
}

/* ---- max_tokens ---- */

static void the_room_limits_the_tokens(void **state)
{
	(void)state;
	dialect.room = 500;
	chat_is("'max_tokens':900," HI, "{'max_tokens':500," HI "}");
	assert_int_equal(turn.max_tokens, 500);
	chat_is("'max_tokens':400," HI, "{'max_tokens':400," HI "}");
	settings.min_tokens_limit = 1000;
	chat_is("'max_tokens':400," HI, "{'max_tokens':500," HI "}");
}

#define BUDGET(number) "'thinking':{'type':'enabled','budget_tokens':" #number "}," HI

static void a_budget_stays_below_the_room(void **state)
{
	(void)state;
	upstream("openrouter", "anthropic/claude-opus");
	dialect.room = 4000;
	field_is("reasoning", "'max_tokens':9000," BUDGET(8000), "{'max_tokens':3000}");
	/* Claude's least, if it fits; else no thought. */
	dialect.room = 1200;
	field_is("reasoning", "'max_tokens':9000," BUDGET(8000), "{'max_tokens':1024}");
	dialect.room = 1000;
	assert_false(chat_has("'max_tokens':9000," BUDGET(8000), "reasoning"));
	upstream("qwen", "qwen3-max");
	dialect.output_cap = 4000;
	field_is("thinking_budget", "'max_tokens':9000," BUDGET(8000), "3000");
	field_is("thinking_budget", "'max_tokens':9000," BUDGET(3500), "3500");
}

/* ---- tools ---- */

static void descriptions_are_cut_between_characters(void **state)
{
	(void)state;
	dialect.max_description = 3;
	field_is("tools", "'max_tokens':9,'tools':[{'name':'A','description':'a\xc3\xa4"
		"\xc3\xb6x','input_schema':" OBJECT "},{'name':'B','description':'abc',"
		"'input_schema':" OBJECT "}]," HI,
		"[{'type':'function','function':{'name':'A','description':'a\xc3\xa4\xc3\xb6',"
		"'parameters':" OBJECT "}},{'type':'function','function':{'name':'B',"
		"'description':'abc','parameters':" OBJECT "}}]");
}

static void bare_schemas_have_no_limits_and_are_not_strict(void **state)
{
	(void)state;
	dialect.strict_tools = STRICT_EACH;
	dialect.bare_schemas = true;
	field_is("tools", "'max_tokens':9,'tools':[{'name':'A','strict':true,'input_schema':"
		"{'type':'object','properties':{'format':{'type':'string','format':'uri',"
		"'pattern':'a'}},'required':['format'],'additionalProperties':false,"
		"'maxProperties':3}}]," HI,
		"[{'type':'function','function':{'name':'A','parameters':{'type':'object',"
		"'properties':{'format':{'type':'string'}},'required':['format'],"
		"'additionalProperties':false}}}]");
}

static void calls_get_tools_where_the_client_has_none(void **state)
{
	(void)state;
	dialect.declare_tools = true;
	chat_is("'max_tokens':9,'messages':[" CALLED "]",
		"{'max_tokens':9,'tools':[" TOOL_OUT("A") "],'messages':[" CALLED_OUT "]}");
	assert_false(turn.emit_thinking);
	assert_false(chat_has("'max_tokens':9,'tool_choice':{'type':'any'},'messages':[" CALLED "]",
		"tool_choice"));
	assert_false(chat_has("'max_tokens':9," HI, "tools"));
	field_is("tools", "'max_tokens':9,'tools':[" TOOL("B") "],'messages':[" CALLED "]",
		"[" TOOL_OUT("B") "]");
}

static void tools_stay_declared_where_none_is_no_word(void **state)
{
	(void)state;
	dialect.declare_tools = true;
	dialect.forcing = FORCE_NONE;
	chat_is("'max_tokens':9,'tool_choice':{'type':'none'},'tools':[" TOOL("A") "],"
		"'messages':[" CALLED "]",
		"{'max_tokens':9,'tools':[" TOOL_OUT("A") "],'messages':[" CALLED_OUT "]}");
}

#define CHOICE(choice) "'max_tokens':9,'tool_choice':{" choice "},'tools':[" TOOL("A") "," \
	TOOL("B") "]," HI

static void any_forces_the_only_tool_that_is_left(void **state)
{
	(void)state;
	dialect.forcing = FORCE_BY_ANY;
	chat_is(CHOICE("'type':'tool','name':'B'"),
		"{'max_tokens':9,'tools':[" TOOL_OUT("B") "],'tool_choice':'any'," HI "}");
	field_is("tool_choice", CHOICE("'type':'any'"), "'any'");
	field_is("tools", CHOICE("'type':'any'"), "[" TOOL_OUT("A") "," TOOL_OUT("B") "]");
	field_is("tool_choice", CHOICE("'type':'auto'"), "'auto'");
	field_is("tool_choice", CHOICE("'type':'none'"), "'none'");
}

static void an_unsaid_choice_is_left_out_but_for_none(void **state)
{
	(void)state;
	dialect.forcing = FORCE_UNSAID;
	assert_false(chat_has(CHOICE("'type':'tool','name':'B'"), "tool_choice"));
	assert_false(chat_has(CHOICE("'type':'any'"), "tool_choice"));
	assert_false(chat_has(CHOICE("'type':'auto'"), "tool_choice"));
	field_is("tool_choice", CHOICE("'type':'none'"), "'none'");
}

static void without_forcing_a_choice_is_automatic(void **state)
{
	(void)state;
	dialect.forcing = FORCE_NONE;
	field_is("tool_choice", CHOICE("'type':'tool','name':'B'"), "'auto'");
	field_is("tool_choice", CHOICE("'type':'any'"), "'auto'");
	assert_false(chat_has(CHOICE("'type':'none'"), "tools"));
}

/* ---- stream ---- */

static void events_are_asked_for_though_the_client_wants_none(void **state)
{
	(void)state;
	dialect.stream_always = true;
	chat_is("'max_tokens':9," HI,
		"{'max_tokens':9,'stream':true,'stream_options':{'include_usage':true}," HI "}");
	assert_false(turn.stream);
	dialect.no_stream_options = true;
	chat_is("'max_tokens':9," HI, "{'max_tokens':9,'stream':true," HI "}");
}

/* ---- thinking ---- */

static void nothing_switches_off_what_always_thinks(void **state)
{
	static const struct { const char *family, *model, *field; } rows[] = {
		{ "generic", "gpt-5.1", "reasoning_effort" },
		{ "openrouter", "x/y", "reasoning" },
		{ "deepseek", "deepseek-v4", "thinking" },
		{ "glm", "glm-4.6", "thinking" },
		{ "kimi", "kimi-k2.6", "thinking" },
		{ "qwen", "qwen3-max", "enable_thinking" },
		{ "vllm", "x", "chat_template_kwargs" },
		{ "llamacpp", "x", "chat_template_kwargs" },
	};
	static const char off[] = "'max_tokens':9,'thinking':{'type':'disabled'}," HI;

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		upstream(rows[i].family, rows[i].model);
		assert_true(chat_has(off, rows[i].field));
		dialect.thinking_always = true;
		assert_false(chat_has(off, rows[i].field));
	}
}

#define EFFORT(word) "'max_tokens':9,'output_config':{'effort':'" word "'}," HI

static void the_nearest_of_fewer_efforts_is_sent(void **state)
{
	(void)state;
	upstream("generic", "gpt-5.1");
	dialect.efforts = EFFORT_LOW | EFFORT_MEDIUM;
	field_is("reasoning_effort", EFFORT("max"), "'medium'");
	assert_false(chat_has(EFFORT("none"), "reasoning_effort"));
	dialect.efforts = EFFORT_NONE;
	assert_false(chat_has(EFFORT("max"), "reasoning_effort"));
	field_is("reasoning_effort", EFFORT("none"), "'none'");
	upstream("openrouter", "x/y");
	dialect.efforts = EFFORT_LOW | EFFORT_MEDIUM;
	field_is("reasoning", EFFORT("max"), "{'effort':'medium'}");
	assert_false(chat_has(EFFORT("none"), "reasoning"));
}

/* "none" is OpenRouter's own word, whatever efforts the model knows. */
static void a_router_switches_off_models_without_a_word_for_it(void **state)
{
	(void)state;
	upstream("openrouter", "deepseek/deepseek-v4");
	field_is("reasoning", EFFORT("none"), "{'effort':'none'}");
}

static void beside_tools_none_is_sent_to_a_model_that_nobody_knows(void **state)
{
	static const char tool[] = "'max_tokens':9,'tools':[" TOOL("A") "]," HI;

	(void)state;
	dialect.tools_and_effort = TOOLS_WITH_NONE;
	field_is("reasoning_effort", tool, "'none'");
	assert_false(chat_has("'max_tokens':9," HI, "reasoning_effort"));
	dialect.thinking_always = true;
	field_is("reasoning_effort", tool, "'none'");
}

static void calls_without_thoughts_end_thinking(void **state)
{
	static const char called[] = "'max_tokens':9,'thinking':{'type':'adaptive'},"
		"'messages':[" CALLED "]";

	(void)state;
	upstream("deepseek", "deepseek-v4");
	field_is("thinking", called, "{'type':'enabled'}");
	dialect.thinking_ends_with_calls = true;
	chat_is(called, "{'max_tokens':9,'thinking':{'type':'disabled'},"
		"'messages':[" CALLED_OUT "]}");
	assert_string_equal(noted.text, "dropped:thinking");
	field_is("thinking", "'max_tokens':9,'thinking':{'type':'adaptive'}," HI,
		"{'type':'enabled'}");
	dialect.thinking_always = true;
	field_is("thinking", called, "{'type':'enabled'}");
}

/* ---- messages ---- */

static void behind_a_prefill_that_is_refused_speaks_the_user(void **state)
{
	(void)state;
	dialect.prefill = PREFILL_NONE;
	field_is("messages", "'max_tokens':9,'messages':[{'role':'user','content':'a'},"
		"{'role':'assistant','content':'b'}]",
		"[{'role':'user','content':'a'},{'role':'assistant','content':'b'},"
		"{'role':'user','content':'(continue)'}]");
	chat_is("'max_tokens':9," HI, "{'max_tokens':9," HI "}");
}

#define INSIDE "'max_tokens':9,'messages':[{'role':'user','content':'a'}," \
	"{'role':'system','content':'s'},{'role':'user','content':'b'}]"

/* The dialect says it; the setting only fills the dialect. */
static void system_messages_go_where_the_dialect_says(void **state)
{
	(void)state;
	settings.system_messages = SYSTEM_INLINE;
	model_dialect(&settings, "m", NULL, &dialect);
	field_is("messages", INSIDE, "[{'role':'system','content':'s'},"
		"{'role':'user','content':'a\\n\\nb'}]");
	dialect.system = SYSTEM_REMINDER;
	field_is("messages", INSIDE, "[{'role':'user','content':"
		"'a\\n\\n<system-reminder>\\ns\\n</system-reminder>\\n\\nb'}]");
}

#define THOUGHT(id, thinking, signature) "{'role':'assistant','content':[{'type':'thinking'," \
	"'thinking':'" thinking "','signature':'" signature "'}," TOOL_USE(id) "]}," RESULT(id)

static void calls_get_the_thinking_that_a_refusal_asks_for(void **state)
{
	static const char reasoned[] = "[{'role':'assistant','content':null,'tool_calls':["
		CALL_OUT("1") "],'reasoning_content':'hm'}," RESULT_OUT("1") ",{'role':'assistant',"
		"'content':null,'tool_calls':[" CALL_OUT("2") "],"
		"'reasoning_content':'(reasoning not kept)'}," RESULT_OUT("2") "]";
	static const char history[] = "'max_tokens':9,'messages':[" THOUGHT("1", "hm", "x") ","
		THOUGHT("2", " ", "") "]";
	static const char *const fields[] = { NULL, "reasoning_content" };

	(void)state;
	for (size_t i = 0; i < COUNT(fields); i++) {
		dialect.reasoning_required = true;
		dialect.reasoning_field = fields[i];
		field_is("messages", history, reasoned);
	}
	/* Whether the client wants it to think or not: it said that it does. */
	field_is("messages", "'thinking':{'type':'disabled'},'max_tokens':9,'messages':["
		THOUGHT("1", "hm", "x") "," THOUGHT("2", "", "") "]", reasoned);
}

/* It came as "reasoning", and must go back as what the refusal calls it. */
static void its_own_thinking_goes_back_under_the_name_that_is_required(void **state)
{
	(void)state;
	carry(0, HOST, "{'f':'reasoning'}");
	dialect.reasoning_required = true;
	field_is("messages", "'max_tokens':9,'messages':[" THOUGHT("1", "hm", "$0") "]",
		"[{'role':'assistant','content':null,'tool_calls':[" CALL_OUT("1") "],"
		"'reasoning_content':'hm'}," RESULT_OUT("1") "]");
}

static void beside_details_stands_what_is_required(void **state)
{
	(void)state;
	carry(0, HOST, "{'d':[{'type':'reasoning.encrypted','data':'d'}]}");
	dialect.reasoning_required = true;
	field_is("messages", "'max_tokens':9,'messages':[" THOUGHT("1", "hm", "$0") "]",
		"[{'role':'assistant','content':null,'tool_calls':[" CALL_OUT("1") "],"
		"'reasoning_details':[{'type':'reasoning.encrypted','data':'d'}],"
		"'reasoning_content':'hm'}," RESULT_OUT("1") "]");
}

static void details_of_another_model_are_not_sent(void **state)
{
	(void)state;
	carry(0, HOST, "{'f':'reasoning','d':[{'type':'reasoning.text','text':'hm',"
		"'signature':'s'}]}");
	carry(1, HOST, "{'m':[{'type':'thinking','thinking':[{'type':'text','text':'hm'}]}]}");
	dialect.no_state = true;
	field_is("messages", "'max_tokens':9,'messages':[" THOUGHT("1", "hm", "$0") ","
		THOUGHT("2", "hm", "$1") "]",
		"[" CALLED_OUT ",{'role':'assistant','content':null,'tool_calls':["
		CALL_OUT("2") "]}," RESULT_OUT("2") "]");
	/* Thinking in a field of its own is text: it stays. */
	carry(0, HOST, "{'f':'reasoning'}");
	field_is("messages", "'max_tokens':9,'messages':[" THOUGHT("1", "hm", "$0") "]",
		"[{'role':'assistant','content':null,'tool_calls':[" CALL_OUT("1") "],"
		"'reasoning':'hm'}," RESULT_OUT("1") "]");
}

static void signatures_of_another_model_become_the_stand_in(void **state)
{
	static const char calls[] = "'max_tokens':9,'messages':[{'role':'assistant','content':["
		TOOL_USE("$0") "," TOOL_USE("$1") "]},{'role':'user','content':["
		"{'type':'tool_result','tool_use_id':'$0','content':'x'},"
		"{'type':'tool_result','tool_use_id':'$1','content':'x'}]}]";

	(void)state;
	carry_in_id(0, HOST, "1", "", "mine");
	carry_in_id(1, HOST, "2", "", "mine");
	dialect.no_state = true;
	field_is("messages", calls,
		"[{'role':'assistant','content':null,'tool_calls':[{'id':'1','type':'function',"
		"'function':{'name':'A','arguments':'{}'},'extra_content':{'google':"
		"{'thought_signature':'skip_thought_signature_validator'}}}," CALL_OUT("2") "]},"
		RESULT_OUT("1") "," RESULT_OUT("2") "]");
	/* A call that had none gets none. */
	field_is("messages", "'max_tokens':9,'messages':[" CALLED "]", "[" CALLED_OUT "]");
}

static void an_unknown_host_signs_calls_when_it_must(void **state)
{
	(void)state;
	dialect.signed_calls = true;
	field_is("messages", "'max_tokens':9,'messages':[" CALLED "]",
		"[{'role':'assistant','content':null,'tool_calls':[{'id':'1','type':'function',"
		"'function':{'name':'A','arguments':'{}'},'extra_content':{'google':"
		"{'thought_signature':'skip_thought_signature_validator'}}}]},"
		RESULT_OUT("1") "]");
}

#define PICTURE "{'type':'image','source':{'type':'base64','media_type':'image/png','data':'aa'}}"
#define PDF "{'type':'document','source':{'type':'base64','media_type':'application/pdf'," \
	"'data':'aaaa'}}"

static void pictures_and_files_become_markers_where_they_stand(void **state)
{
	(void)state;
	dialect.images = IMAGES_NONE;
	dialect.pdfs = PDF_NONE;
	field_is("messages", "'max_tokens':9,'messages':[{'role':'assistant','content':["
		TOOL_USE("1") "]},{'role':'user','content':[{'type':'tool_result',"
		"'tool_use_id':'1',"
		"'content':[" PICTURE "]}," PDF "]}]",
		"[{'role':'assistant','content':null,'tool_calls':[" CALL_OUT("1") "]},"
		"{'role':'tool','tool_call_id':'1',"
		"'content':'[image omitted: the model takes no images]'},{'role':'user','content':"
		"'[document omitted: document.pdf, 3 bytes, PDF is not taken here]'}]");
}

static void the_order_of_turns_is_strict_where_it_must_be(void **state)
{
	(void)state;
	dialect.strict_alternation = true;
	field_is("messages", "'max_tokens':9,'messages':[{'role':'assistant','content':["
		TOOL_USE("1") "]},{'role':'user','content':[{'type':'tool_result',"
		"'tool_use_id':'1',"
		"'content':'x'},{'type':'text','text':'b'}]}]",
		"[{'role':'user','content':'(continued)'}," CALLED_OUT
		",{'role':'assistant','content':'Done.'},{'role':'user','content':'b'}]");
}

static void the_rest_is_as_in_the_rows_of_families(void **state)
{
	(void)state;
	dialect.token_field = MAX_COMPLETION_TOKENS;
	dialect.no_stream_options = true;
	dialect.parallel_tool_calls = false;
	dialect.max_tools = 1;
	dialect.response_format = FORMAT_JSON_OBJECT;
	dialect.schema = SCHEMA_KIMI;
	dialect.empty_tool_content = true;
	chat_is("'max_tokens':9,'stream':true,'tools':[{'name':'A','input_schema':{'type':"
		"'object','properties':{'a':{}}}}," TOOL("B") "],'tool_choice':{'type':'auto',"
		"'disable_parallel_tool_use':true},'output_format':{'type':'json_schema','schema':"
		OBJECT "},'messages':[" CALLED "]",
		"{'max_completion_tokens':9,'stream':true,'response_format':{'type':'json_object'},"
		"'tools':[{'type':'function','function':{'name':'A','parameters':{'type':'object',"
		"'properties':{'a':{'type':'string'}}}}}],'tool_choice':'auto','messages':[{'role':"
		"'system','content':'Answer with nothing but JSON that fits this schema: "
		"{\\'type\\':\\'object\\',\\'properties\\':{}}'},{'role':'assistant','content':'',"
		"'tool_calls':[" CALL_OUT("1") "]}," RESULT_OUT("1") "]}");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(places_are_left_out),
		TEST(a_place_inside_another_leaves_the_rest),
		TEST(what_a_request_needs_is_not_left_out),
		TEST(a_keyword_is_left_out_of_schemas_at_any_depth),
		TEST(the_clients_request_stays),
		TEST(without_stream_go_its_options),
		TEST(a_token_limit_may_be_left_out),
		TEST(the_room_limits_the_tokens),
		TEST(a_budget_stays_below_the_room),
		TEST(descriptions_are_cut_between_characters),
		TEST(bare_schemas_have_no_limits_and_are_not_strict),
		TEST(calls_get_tools_where_the_client_has_none),
		TEST(tools_stay_declared_where_none_is_no_word),
		TEST(any_forces_the_only_tool_that_is_left),
		TEST(an_unsaid_choice_is_left_out_but_for_none),
		TEST(without_forcing_a_choice_is_automatic),
		TEST(events_are_asked_for_though_the_client_wants_none),
		TEST(nothing_switches_off_what_always_thinks),
		TEST(the_nearest_of_fewer_efforts_is_sent),
		TEST(a_router_switches_off_models_without_a_word_for_it),
		TEST(beside_tools_none_is_sent_to_a_model_that_nobody_knows),
		TEST(calls_without_thoughts_end_thinking),
		TEST(behind_a_prefill_that_is_refused_speaks_the_user),
		TEST(system_messages_go_where_the_dialect_says),
		TEST(calls_get_the_thinking_that_a_refusal_asks_for),
		TEST(its_own_thinking_goes_back_under_the_name_that_is_required),
		TEST(beside_details_stands_what_is_required),
		TEST(details_of_another_model_are_not_sent),
		TEST(signatures_of_another_model_become_the_stand_in),
		TEST(an_unknown_host_signs_calls_when_it_must),
		TEST(pictures_and_files_become_markers_where_they_stand),
		TEST(the_order_of_turns_is_strict_where_it_must_be),
		TEST(the_rest_is_as_in_the_rows_of_families),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
