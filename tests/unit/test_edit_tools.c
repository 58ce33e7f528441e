/* convert/request/edit_tools.c: tools and tool_choice of a chat request. doc/answer.md §3.8 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>

#include "edited.h"

#define TOOL(name) "{'type':'function','function':{'name':'" name "'}}"
#define CALL(name) "{'role':'assistant','tool_calls':[" TOOL(name) "]}"
#define NAMED(name) "{'type':'function','function':{'name':'" name "'}}"
#define PARAMETERS(schema) "{'tools':[{'function':{'name':'a','parameters':" schema "}}]}"

static void the_most_important_tools_are_kept(void **state) /* doc/request.md §3.1 */
{
	(void)state;
	assert_edit("tools 3", "{'tools':[" TOOL("mcp__x") "," TOOL("a") "," TOOL("mcp__used") ","
		TOOL("b") "," TOOL("forced") "],'tool_choice':" NAMED("forced") ",'messages':["
		CALL("mcp__used") "]}",
		"{'tools':[" TOOL("a") "," TOOL("mcp__used") "," TOOL("forced") "],'tool_choice':"
		NAMED("forced") ",'messages':[" CALL("mcp__used") "]}",
		"dropped:tool:mcp__x,dropped:tool:b,healed:tools");
	assert_no_edit("tools 2", "{'tools':[" TOOL("a") "," TOOL("b") "]}");
	assert_no_edit("tools 0", "{'tools':[" TOOL("a") "]}");
}

static void descriptions_are_cut_by_characters(void **state)
{
	(void)state;
	assert_edit("descriptions 3", "{'tools':[{'function':{'name':'a','description':'\xC3\xA4"
		"bcd'}},{'function':{'name':'b','description':'abc'}},{'function':{'name':'c'}}]}",
		"{'tools':[{'function':{'name':'a','description':'\xC3\xA4" "bc'}},"
		"{'function':{'name':'b','description':'abc'}},{'function':{'name':'c'}}]}",
		"healed:descriptions");
	assert_no_edit("descriptions 3", "{'tools':[" TOOL("a") "]}");
	assert_no_edit("descriptions 3", "{}");
}

static void limits_go_from_schemas_and_structure_stays(void **state) /* doc/answer.md §3.8 */
{
	(void)state;
	assert_edit("schema", PARAMETERS("{'$schema':'s','type':'object','properties':{'pattern':"
		"{'type':'string','pattern':'^a','minLength':1,'format':'uri','default':'a'},"
		"'list':{'type':'array','items':{'type':'integer','minimum':1},'maxItems':2}},"
		"'required':['pattern'],'additionalProperties':false}"),
		PARAMETERS("{'type':'object','properties':{'pattern':{'type':'string'},"
		"'list':{'type':'array','items':{'type':'integer'}}},'required':['pattern'],"
		"'additionalProperties':false}"), "healed:schema");
	assert_edit("schema", "{'tools':[{'function':{'name':'a','strict':true}}]}",
		"{'tools':[{'function':{'name':'a'}}]}", "healed:schema");
	assert_no_edit("schema", PARAMETERS("{'type':'object','properties':{'format':{}}}"));
}

static void schemas_get_the_dialect_of_kimi(void **state) /* doc/request.md §3.2 */
{
	static const char bare[] = PARAMETERS("{'type':'object','properties':{'a':{}}}");
	static const char typed[] =
		PARAMETERS("{'type':'object','properties':{'a':{'type':'string'}}}");

	(void)state;
	assert_edit("schema kimi", bare, typed, "healed:schema/PROVIDER=kimi");
	assert_edit_of("kimi", "m", "schema kimi", bare, typed, "healed:schema");
	assert_no_edit("schema kimi", typed);
	assert_no_edit("schema other", bare);
}

static void a_force_becomes_the_word_that_is_known(void **state) /* doc/answer.md §3.8 */
{
	(void)state;
	assert_edit("tool_choice auto", "{'tool_choice':'required'}", "{'tool_choice':'auto'}",
		"healed:tool_choice");
	assert_edit("tool_choice auto", "{'tools':[" TOOL("a") "],'tool_choice':" NAMED("a") "}",
		"{'tools':[" TOOL("a") "],'tool_choice':'auto'}", "healed:tool_choice");
	assert_edit("tool_choice any", "{'tool_choice':'required'}", "{'tool_choice':'any'}",
		"healed:tool_choice");
	assert_edit("tool_choice any", "{'tools':[" TOOL("a") "," TOOL("b") "],'tool_choice':"
		NAMED("b") "}", "{'tools':[" TOOL("b") "],'tool_choice':'any'}",
		"healed:tool_choice");
}

/* It may be remembered: then it meets requests that want a call, or none. */
static void only_auto_is_left_out(void **state)
{
	(void)state;
	assert_edit("tool_choice absent", "{'tools':[1],'tool_choice':'auto'}", "{'tools':[1]}",
		"healed:tool_choice");
	assert_no_edit("tool_choice absent", "{'tools':[1],'tool_choice':'none'}");
	assert_no_edit("tool_choice absent", "{'tools':[1],'tool_choice':'required'}");
	assert_no_edit("tool_choice absent", "{'tools':[1]}");
}

static void no_force_no_edit(void **state)
{
	(void)state;
	assert_no_edit("tool_choice any", "{'tool_choice':'auto'}");
	assert_no_edit("tool_choice any", "{'tool_choice':'none'}");
	assert_no_edit("tool_choice any", "{}");
}

static void tools_of_the_history_are_declared(void **state) /* doc/request.md §3.1 */
{
	(void)state;
	assert_edit("declare", "{'messages':[" CALL("a") "," CALL("b") "," CALL("a") "]}",
		"{'tools':[{'type':'function','function':{'name':'a','parameters':{'type':'object',"
		"'properties':{}}}},{'type':'function','function':{'name':'b','parameters':{'type':"
		"'object','properties':{}}}}],'messages':[" CALL("a") "," CALL("b") "," CALL("a")
		"]}", "healed:declare");
	assert_no_edit("declare", "{'tools':[" TOOL("b") "],'messages':[" CALL("a") "]}");
	assert_no_edit("declare", "{'messages':[{'role':'user','content':'a'}]}");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_most_important_tools_are_kept),
		cmocka_unit_test(descriptions_are_cut_by_characters),
		cmocka_unit_test(limits_go_from_schemas_and_structure_stays),
		cmocka_unit_test(schemas_get_the_dialect_of_kimi),
		cmocka_unit_test(a_force_becomes_the_word_that_is_known),
		cmocka_unit_test(only_auto_is_left_out),
		cmocka_unit_test(no_force_no_edit),
		cmocka_unit_test(tools_of_the_history_are_declared),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
