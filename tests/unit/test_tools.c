/* Which tools go out, and as what. doc/request.md §3.1 */
#include "converted.h"

static void a_tool_is_a_function(void **state)
{
	static const char expected[] = JSON([{"type":"function","function":{"name":"Bash",
		"description":"Runs it","parameters":{"type":"object","properties":{"command":
		{"type":"string"}},"required":["command"]}}}]);

	(void)state;
	tools_become(JSON({"tools":[{"name":"Bash","description":"Runs it","input_schema":{
		"type":"object","properties":{"command":{"type":"string"}},
			"required":["command"]}}]}), expected);
	tools_become(JSON({"tools":[{"type":"custom","name":"Bash","description":"Runs it",
		"input_schema":{
		"type":"object","properties":{"command":{"type":"string"}},
			"required":["command"]}}]}), expected);
	tools_become(JSON({"tools":[{"type":null,"name":"Bash","description":"Runs it",
		"input_schema":{
		"type":"object","properties":{"command":{"type":"string"}},
			"required":["command"]}}]}), expected);
	assert_true(js_has(turn.names.to_upstream, "Bash"));
	assert_false(tools.forced);
	assert_false(tools.no_parallel);
	is(tools.tool_choice, NULL);
}

static void every_function_has_parameters(void **state)
{
	(void)state;
	tools_become(JSON({"tools":[{"name":"now"}]}),
		JSON([{"type":"function","function":{"name":"now","parameters":{"type":"object",
			"properties":{}}}}]));
	dialect.schema = SCHEMA_GEMINI;
	tools_become(JSON({"tools":[{"name":"now"},{"name":"f","input_schema":{"type":"object",
			"properties":{"a":{"type":"string"}},"additionalProperties":false}}]}),
		JSON([{"type":"function","function":{"name":"now"}},
			{"type":"function","function":{"name":"f",
			"parameters":{"type":"object","properties":{"a":{"type":"string"}}}}}]));
}

static void marks_for_anthropic_stay_here(void **state)
{
	static const char body[] = JSON({"tools":[{"name":"f","input_schema":{"type":"object",
		"properties":{}},"cache_control":{"type":"ephemeral","ttl":"1h","x":1},
		"defer_loading":true,
		"eager_input_streaming":true,"input_examples":[{}],
		"allowed_callers":["direct","x"]}]});

	(void)state;
	tools_become(body, JSON([{"type":"function",
		"function":{"name":"f","parameters":{"type":"object",
		"properties":{}}}}]));
	dialect.cache_control = dialect.cache_ttl = true;
	tools_become(body, JSON([{"type":"function",
		"function":{"name":"f","parameters":{"type":"object",
		"properties":{}}},"cache_control":{"type":"ephemeral","ttl":"1h"}}]));
}

static void strict_needs_a_family_and_a_schema_for_it(void **state)
{
	static const char fitting[] = JSON({"tools":[{"name":"f","strict":true,"input_schema":{
		"type":"object","properties":{"a":{"type":"string"}},"required":["a"],
		"additionalProperties":false}}]});

	(void)state;
	names_become(fitting, "f");
	assert_false(js_has(js_get(js_at(tools.tools, 0), "function"), "strict"));
	dialect.strict_tools = STRICT_EACH;
	names_become(fitting, "f");
	assert_true(js_get_true(js_get(js_at(tools.tools, 0), "function"), "strict"));
	names_become(JSON({"tools":[{"name":"f","strict":true,"input_schema":{"type":"object",
		"properties":{"a":{"type":"string"}},"additionalProperties":false}}]}), "f");
	assert_false(js_has(js_get(js_at(tools.tools, 0), "function"), "strict"));
	names_become(JSON({"tools":[{"name":"f","strict":false}]}), "f");
	assert_false(js_has(js_get(js_at(tools.tools, 0), "function"), "strict"));
}

/* doc/request.md §4.2: DeepSeek's /beta refuses a request if only some of its tools are strict */
static void strict_is_for_all_tools_or_none(void **state)
{
	static const char all[] = JSON({"tools":[
		{"name":"f","strict":true,"input_schema":{"type":"object","properties":{"a":{
		"type":"string"}},"required":["a"],"additionalProperties":false}},
		{"name":"g","strict":true,"input_schema":{"type":"object","properties":{"b":{
		"type":"string"}},"required":["b"],"additionalProperties":false}}]});
	static const char some[] = JSON({"tools":[
		{"name":"f","strict":true,"input_schema":{"type":"object","properties":{"a":{
		"type":"string"}},"required":["a"],"additionalProperties":false}},
		{"name":"g"}]});

	(void)state;
	dialect.strict_tools = STRICT_ALL;
	names_become(all, "f g");
	assert_true(js_get_true(js_get(js_at(tools.tools, 0), "function"), "strict"));
	assert_true(js_get_true(js_get(js_at(tools.tools, 1), "function"), "strict"));
	assert_string_equal(notes.text, "");
	names_become(some, "f g");
	assert_false(js_has(js_get(js_at(tools.tools, 0), "function"), "strict"));
	assert_false(js_has(js_get(js_at(tools.tools, 1), "function"), "strict"));
	assert_string_equal(notes.text, "dropped:strict");
}

static void names_are_what_upstreams_accept(void **state)
{
	const char *name;

	(void)state;
	assert_true(convert(JSON({"tools":[{"name":"web.search/v2"}],
		"tool_choice":{"type":"tool","name":"web.search/v2"}})));
	name = js_get_string(js_get(js_at(tools.tools, 0), "function"), "name");
	assert_true(strspn(name, "abcdefghijklmnopqrstuvwxyz_-0123456789") == strlen(name));
	assert_string_equal(js_get_string(js_get(tools.tool_choice, "function"), "name"), name);
	assert_string_equal(names_to_client(&turn.names, name), "web.search/v2");
}

static void tools_that_the_client_runs_get_a_schema(void **state)
{
	struct json_object *function, *properties;

	(void)state;
	names_become(JSON({"tools":[{"type":"bash_20250124","name":"bash"},
		{"type":"text_editor_20250728","name":"str_replace_based_edit_tool",
		"max_characters":1},
		{"type":"text_editor_20241022","name":"str_replace_editor"},
		{"type":"memory_20250818","name":"memory"},
		{"type":"computer_20251124","name":"computer","display_width_px":1024,
		"display_height_px":768}]}),
		"bash str_replace_based_edit_tool str_replace_editor memory computer");
	assert_string_equal(notes.text, "");

	function = js_get(js_at(tools.tools, 0), "function");
	is(js_get(function, "parameters"), JSON({"type":"object","properties":{
		"command":{"type":"string"},"restart":{"type":"boolean"}}}));
	assert_non_null(js_get_string(function, "description"));

	function = js_get(js_at(tools.tools, 1), "function");
	properties = js_get(js_get(function, "parameters"), "properties");
	is(js_get(properties, "command"), JSON({"type":"string",
		"enum":["view","create","str_replace","insert"]}));
	is(js_get(js_get(function, "parameters"), "required"), JSON(["command","path"]));

	function = js_get(js_at(tools.tools, 2), "function");
	properties = js_get(js_get(function, "parameters"), "properties");
	is(js_get(properties, "command"), JSON({"type":"string",
		"enum":["view","create","str_replace","insert","undo_edit"]}));

	function = js_get(js_at(tools.tools, 3), "function");
	properties = js_get(js_get(function, "parameters"), "properties");
	is(js_get(properties, "command"), JSON({"type":"string",
		"enum":["view","create","str_replace","insert","delete","rename"]}));
	is(js_get(properties, "new_path"), JSON({"type":"string"}));

	function = js_get(js_at(tools.tools, 4), "function");
	assert_non_null(strstr(js_get_string(function, "description"),
		"1024 pixels wide and 768 high"));
	is(js_get(js_get(function, "parameters"), "required"), JSON(["action"]));
}

static void tools_that_anthropic_runs_are_left_out(void **state)
{
	static const char *const types[] = {
		"web_search_20250305", "web_fetch_20250910", "code_execution_20260120",
		"tool_search_tool_bm25", "tool_search_tool_regex_20251119", "advisor_20260301",
		"mcp_toolset", "browser_toolset_20260801", "computer_toolset_20260801",
		"bash_code_execution", "function", "something_new",
	};
	char body[200], note[100];

	(void)state;
	for (size_t i = 0; i < COUNT(types); i++) {
		snprintf(body, sizeof(body), "{\"tools\":[{\"type\":\"%s\"},{\"name\":\"f\"}]}",
			types[i]);
		snprintf(note, sizeof(note), "dropped:%s", types[i]);
		names_become(body, "f");
		assert_string_equal(notes.text, note);
		assert_false(tools.web_search_left_out);
	}
}

/* Claude Code's own search request. */
static void a_request_with_only_a_search_tool_says_so(void **state)
{
	(void)state;
	tools_become(JSON({"tools":[{"type":"web_search_20250305","name":"web_search",
		"max_uses":8}],
		"tool_choice":{"type":"auto","disable_parallel_tool_use":true}}), NULL);
	assert_true(tools.web_search_left_out);
	is(tools.tool_choice, NULL);
	assert_false(tools.no_parallel);
	tools_become(JSON({"tools":[{"type":"web_fetch_20250910","name":"web_fetch"}]}), NULL);
	assert_false(tools.web_search_left_out);
}

static void the_placeholder_of_deferred_tools_is_left_out(void **state)
{
	(void)state;
	names_become(JSON({"tools":[{"name":"DeferredToolPlaceholder","defer_loading":true,
		"input_schema":{"type":"object","properties":{}}},
		{"name":"f","defer_loading":true}]}), "f");
	assert_string_equal(notes.text, "");
	names_become(JSON({"tools":[{"name":"DeferredToolPlaceholder"}]}),
		"DeferredToolPlaceholder");
}

static void only_what_the_model_may_call_goes_out(void **state)
{
	(void)state;
	names_become(JSON({"tools":[{"name":"f","allowed_callers":["code_execution_20260120"]},
		{"name":"g","allowed_callers":[]},{"name":"h","allowed_callers":["direct"]},
		{"name":"i","allowed_callers":null}]}), "h i");
	assert_string_equal(notes.text, "dropped:tool_without_direct_caller");
}

static void of_two_tools_with_one_name_the_first_counts(void **state)
{
	(void)state;
	tools_become(JSON({"tools":[{"name":"f","description":"1"},
		{"name":"f","description":"2"}]}),
		JSON([{"type":"function","function":{"name":"f","description":"1","parameters":{
			"type":"object","properties":{}}}}]));
	assert_string_equal(notes.text, "dropped:duplicate_tool");
}

static void without_tools_none_of_the_keys_goes_out(void **state)
{
	static const char *const bodies[] = {
		"{}", "{\"tools\":null}", "{\"tools\":[]}",
		JSON({"tools":[],"tool_choice":{"type":"any","disable_parallel_tool_use":true}}),
		"{\"tool_choice\":{\"type\":\"none\"}}",
	};

	(void)state;
	for (size_t i = 0; i < COUNT(bodies); i++) {
		tools_become(bodies[i], NULL);
		is(tools.tool_choice, NULL);
		assert_false(tools.forced || tools.no_parallel || tools.web_search_left_out);
	}
}

static void what_is_no_tool_is_refused(void **state)
{
	(void)state;
	refused_with(JSON({"tools":{}}), "tools: Input should be a valid list");
	refused_with(JSON({"tools":[{"name":"f"},1]}),
		"tools.1: Input should be a valid dictionary");
	refused_with(JSON({"tools":[{"name":"f"},{"description":"x"}]}),
		"tools.1.name: Field required");
	refused_with(JSON({"tools":[{"name":""}]}), "tools.0.name: Field required");
	refused_with(JSON({"tools":[{"name":1}]}), "tools.0.name: Input should be a valid string");
	refused_with(JSON({"tools":[],"tool_choice":{"type":[]}}),
		"tool_choice.type: Input should be a valid string");
	refused_with(JSON({"tools":[],"tool_choice":{"type":"tool","name":false}}),
		"tool_choice.name: Input should be a valid string");
	refused_with(JSON({"tools":[{"type":"bash_20250124"}]}), "tools.0.name: Field required");
	refused_with(JSON({"tools":[],"messages":[{"role":"user","content":"x"},{"role":"system",
		"content":[{"type":"text","text":"x"},
		{"type":"tool_addition","tool":{"type":"tool_definition",
		"definition":{}}}]}]}),
		"messages.1.content.1.tool.definition.name: Field required");
}

/* ---- the limit: doc/request.md §3.1 "more than 128" ---- */

static void the_most_important_tools_are_kept_in_order(void **state)
{
	(void)state;
	dialect.max_tools = 4;
	names_become(JSON({"tools":[{"name":"mcp__a__1"},{"name":"A"},{"name":"mcp__a__2"},
		{"name":"mcp__a__3"},{"name":"B"},{"name":"mcp__a__4"}],
		"messages":[{"role":"assistant","content":[{"type":"tool_use","id":"x",
		"name":"mcp__a__3"}]}],
		"tool_choice":{"type":"tool","name":"mcp__a__4"}}), "A mcp__a__3 B mcp__a__4");
	assert_string_equal(notes.text, "dropped:tool:mcp__a__1,dropped:tool:mcp__a__2");
	assert_false(js_has(turn.names.to_upstream, "mcp__a__1"));
	names_become(JSON({"tools":[{"name":"mcp__1"},{"name":"mcp__2"},{"name":"mcp__3"},
		{"name":"mcp__4"},{"name":"mcp__5"}]}), "mcp__1 mcp__2 mcp__3 mcp__4");
	names_become(JSON({"tools":[{"name":"A"},{"name":"B"},{"name":"C"},{"name":"D"}]}),
		"A B C D");
	assert_string_equal(notes.text, "");
}

/* ---- tools that change in mid-conversation: doc/request.md §1.2, §3.1 ---- */

static void system_messages_add_and_remove_tools(void **state)
{
	(void)state;
	names_become(JSON({"tools":[{"name":"A"}],"messages":[{"role":"system","content":[
		{"type":"tool_addition","tool":{"type":"tool_definition",
			"definition":{"name":"B"}}}]}]}), "A B");
	names_become(JSON({"tools":[{"name":"A"},{"name":"B"}],
		"messages":[{"role":"system","content":[
		{"type":"tool_removal","tool":{"type":"tool_reference","name":"A"}}]}]}), "B");
	names_become(JSON({"tools":[{"name":"A"},{"name":"B"}],"messages":[
		{"role":"system","content":[{"type":"tool_removal",
			"tool":{"type":"tool_reference","name":"A"}}]},
		{"role":"user","content":"x"},
		{"role":"system","content":[{"type":"tool_addition","tool":{"type":"tool_reference",
		"name":"A"}}]}]}), "A B");
	names_become(JSON({"tools":[{"name":"A"}],"messages":[
		{"role":"system","content":[{"type":"tool_removal",
		"tool":{"type":"tool_reference","name":"A"}}]},{"role":"user","content":"x"},
		{"role":"system","content":[{"type":"tool_addition",
		"tool":{"type":"tool_definition","definition":{"name":"A"}}}]}]}), "A");
	names_become(JSON({"tools":[{"name":"A"}],"messages":[{"role":"user","content":[
		{"type":"tool_addition","tool":{"type":"tool_definition",
			"definition":{"name":"B"}}}]}]}), "A");
}

static void a_removed_tool_that_was_used_stays(void **state)
{
	(void)state;
	names_become(JSON({"tools":[{"name":"A"}],"messages":[
		{"role":"assistant","content":[{"type":"tool_use","id":"x","name":"A","input":{}}]},
		{"role":"system","content":[{"type":"tool_removal","tool":{"type":"tool_reference",
		"name":"A"}}]}]}), "A");
}

static void a_new_definition_replaces_the_old_one(void **state)
{
	(void)state;
	tools_become(JSON({"tools":[{"name":"A","description":"1"}],
		"messages":[{"role":"system","content":[
		{"type":"tool_addition","tool":{"type":"tool_definition","definition":{"name":"A",
		"description":"2"}}}]}]}),
		JSON([{"type":"function","function":{"name":"A","description":"2","parameters":{
			"type":"object","properties":{}}}}]));
}

static void strange_changes_are_ignored(void **state)
{
	(void)state;
	names_become(JSON({"tools":[{"name":"A"}],"messages":[1,{"role":"system"},{"role":"system",
		"content":[1,{"type":"tool_removal"},
		{"type":"tool_removal","tool":{"type":"mcp_tool_reference",
		"server_name":"s","name":"A"}},{"type":"tool_addition",
		"tool":{"type":"tool_reference",
		"name":"ghost"}}]}]}), "A");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_tool_is_a_function),
		TEST(every_function_has_parameters),
		TEST(marks_for_anthropic_stay_here),
		TEST(strict_needs_a_family_and_a_schema_for_it),
		TEST(strict_is_for_all_tools_or_none),
		TEST(names_are_what_upstreams_accept),
		TEST(tools_that_the_client_runs_get_a_schema),
		TEST(tools_that_anthropic_runs_are_left_out),
		TEST(a_request_with_only_a_search_tool_says_so),
		TEST(the_placeholder_of_deferred_tools_is_left_out),
		TEST(only_what_the_model_may_call_goes_out),
		TEST(of_two_tools_with_one_name_the_first_counts),
		TEST(without_tools_none_of_the_keys_goes_out),
		TEST(what_is_no_tool_is_refused),
		TEST(the_most_important_tools_are_kept_in_order),
		TEST(system_messages_add_and_remove_tools),
		TEST(a_removed_tool_that_was_used_stays),
		TEST(a_new_definition_replaces_the_old_one),
		TEST(strange_changes_are_ignored),
	};

	return cmocka_run_group_tests_name("tools", tests, NULL, NULL);
}
