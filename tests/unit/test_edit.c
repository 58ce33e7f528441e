/* convert/request/edit.c, edit_fields.c: parameters of a chat request. doc/answer.md §3.8 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>

#include "edited.h"

#include <stdio.h>

/* ---- the value ---- */

static void an_edit_is_a_line_of_text(void **state)
{
	static const char *const texts[] = {
		"drop stop,messages[].name,schema.$schema", "effort low,high", "images", "cap 8192",
		"schema", "schema kimi", "thinking_off tool_choice", "tool_choice any",
	};
	struct edit edit, again;

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		struct buf text = { 0 };

		assert_true(edit_from_text(texts[i], &edit));
		edit_to_text(&edit, &text);
		assert_string_equal(buf_text(&text), texts[i]);
		assert_true(edit_from_text(buf_text(&text), &again));
		assert_true(edit_equals(&edit, &again));
		buf_free(&text);
	}
	edit_from_text("cap 8192", &edit);
	edit_from_text("cap 4096", &again);
	assert_false(edit_equals(&edit, &again));
}

static void other_texts_are_no_edits(void **state)
{
	static const char *const texts[] = {
		"", " ", "drop", "drop ", "drops stop", "dro stop", "images all", "images ", "cap",
		"cap -1", "cap 1x", "cap 99999999999999999999", "drop a b", "drop a\nb",
		"effort \xC3\xA9", "DROP stop",
	};
	struct edit edit;
	char longer[EDIT_WHAT_SIZE + 10];

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		assert_false(edit_from_text(texts[i], &edit));
	memset(longer, 'x', sizeof(longer));
	memcpy(longer, "drop ", 5);
	longer[sizeof(longer) - 1] = '\0';
	assert_false(edit_from_text(longer, &edit));
}

static void what_belongs_to_one_history_does_not_last(void **state) /* doc/answer.md §3.8 */
{
	struct edit edit;

	(void)state;
	edit_from_text("room 5000", &edit);
	assert_false(edit_lasts(&edit));
	edit_from_text("state", &edit);
	assert_false(edit_lasts(&edit));
	edit_from_text("cap 5000", &edit);
	assert_true(edit_lasts(&edit));
}

static void tools_and_messages_stay_last(void **state) /* doc/request.md §0.2 */
{
	(void)state;
	assert_edit("stream", "{'model':'m','tools':[1],'tool_choice':'auto','messages':[]}",
		"{'model':'m','stream':true,'stream_options':{'include_usage':true},'tools':[1],"
		"'tool_choice':'auto','messages':[]}", "healed:stream");
}

static void shared_nodes_are_not_touched(void **state)
{
	struct settings settings = settings_of("generic");
	struct turn turn = turn_of(&settings, "m");
	struct json_object *chat = tree("{'tools':[{'function':{'name':'a','strict':true}}],"
		"'messages':[{'role':'user','content':[{'type':'image_url'}],'name':'x'}]}");
	struct json_object *tools = js_hold(js_get(chat, "tools"));
	struct json_object *messages = js_hold(js_get(chat, "messages"));
	struct json_object *before = tree("[[{'function':{'name':'a','strict':true}}],"
		"[{'role':'user','content':[{'type':'image_url'}],'name':'x'}]]");
	struct json_object *after = js_new_array();
	struct notes notes = { 0 };
	struct edit edit;

	(void)state;
	edit_from_text("drop tools[].function.strict", &edit);
	assert_true(edit_apply(chat, &edit, &turn, &notes));
	edit_from_text("images", &edit);
	assert_true(edit_apply(chat, &edit, &turn, &notes));
	js_append(after, tools);
	js_append(after, messages);
	same_text(after, before, __FILE__, __LINE__);
	js_free(after);
	js_free(before);
	js_free(chat);
	turn_free(&turn);
}

/* ---- drop ---- */

static void a_field_is_dropped(void **state)
{
	(void)state;
	assert_edit("drop stop", "{'stop':['a'],'top_p':1}", "{'top_p':1}",
		"healed:stop/DROP_PARAMS=stop");
	assert_edit("drop stop,temperature,store", "{'stop':['a'],'temperature':1,'top_p':1}",
		"{'top_p':1}",
		"healed:stop/DROP_PARAMS=stop,healed:temperature/DROP_PARAMS=temperature");
	assert_no_edit("drop stop", "{'top_p':1}");
}

static void a_token_limit_gets_its_other_name(void **state)
{
	(void)state;
	assert_edit("drop max_tokens", "{'max_tokens':7}", "{'max_completion_tokens':7}",
		"healed:max_tokens/TOKEN_FIELD=max_completion_tokens");
	assert_edit("drop max_completion_tokens", "{'max_completion_tokens':7}",
		"{'max_tokens':7}", "healed:max_completion_tokens/TOKEN_FIELD=max_tokens");
	assert_no_edit("drop max_tokens", "{'max_completion_tokens':7}");
}

static void a_place_is_dropped_in_every_element(void **state)
{
	(void)state;
	assert_edit("drop messages[].prefix",
		"{'messages':[{'content':'a','prefix':1},{'content':'b'},"
		"{'content':'c','prefix':2}]}",
		"{'messages':[{'content':'a'},{'content':'b'},{'content':'c'}]}",
		"healed:messages[].prefix");
	/* What that leaves empty says nothing. */
	assert_edit("drop stream_options.include_usage",
		"{'stream':true,'stream_options':{'include_usage':true}}", "{'stream':true}",
		"healed:stream_options.include_usage");
	assert_edit("drop thinking.clear_thinking",
		"{'thinking':{'type':'enabled','clear_thinking':false}}",
		"{'thinking':{'type':'enabled'}}", "healed:thinking.clear_thinking");
}

static void stream_takes_its_options_along(void **state)
{
	(void)state;
	assert_edit("drop stream", "{'stream':true,'stream_options':{'include_usage':true}}", "{}",
		"healed:stream/DROP_PARAMS=stream");
}

static void what_a_request_needs_is_never_dropped(void **state) /* doc/answer.md §3.8 */
{
	(void)state;
	assert_no_edit("drop model,messages,tools", "{'model':'m','tools':[],'messages':[]}");
	assert_no_edit("drop messages[].role,messages[].content,tools[].function.name",
		"{'tools':[{'function':{'name':'a'}}],'messages':[{'role':'user','content':'a'}]}");
	assert_no_edit("drop messages[],[],[,messages[", "{'messages':[{'role':'user'}]}");
}

static void a_keyword_goes_from_every_schema_and_no_property(void **state)
{
	(void)state;
	assert_edit("drop schema.const,store", "{'store':true,'tools':[{'function':{'parameters':"
		"{'properties':{'const':{'type':'string','const':'a'}}}}}]}",
		"{'tools':[{'function':{'parameters':"
		"{'properties':{'const':{'type':'string'}}}}}]}",
		"healed:schema.const,healed:store/DROP_PARAMS=store");
	assert_no_edit("drop schema.const", "{'tools':[{'function':{'name':'a'}}]}");
}

/* ---- limits, format ---- */

static void a_limit_is_only_lowered(void **state) /* doc/answer.md §3.6 */
{
	(void)state;
	assert_edit("cap 8192", "{'max_tokens':9000}", "{'max_tokens':8192}",
		"healed:cap/MAX_TOKENS_LIMIT=8192");
	assert_edit("cap 8192", "{'max_completion_tokens':9000}",
		"{'max_completion_tokens':8192}", "healed:cap/MAX_TOKENS_LIMIT=8192");
	assert_edit("room 8192", "{'max_tokens':9000}", "{'max_tokens':8192}", "healed:room");
	assert_no_edit("cap 8192", "{'max_tokens':8192}");
	assert_no_edit("cap 8192", "{}");
}

static void a_thinking_budget_stays_below_the_limit(void **state) /* doc/answer.md §3.6 */
{
	(void)state;
	assert_edit("cap 8000", "{'max_tokens':9000,'reasoning':{'max_tokens':8500}}",
		"{'max_tokens':8000,'reasoning':{'max_tokens':6000}}",
		"healed:cap/MAX_TOKENS_LIMIT=8000");
	assert_edit("cap 8000", "{'max_tokens':9000,'thinking_budget':1024}",
		"{'max_tokens':8000,'thinking_budget':1024}", "healed:cap/MAX_TOKENS_LIMIT=8000");
	/* Claude's least: 1024 */
	assert_edit("cap 1200", "{'max_tokens':9000,'reasoning':{'max_tokens':8500}}",
		"{'max_tokens':1200,'reasoning':{'max_tokens':1024}}",
		"healed:cap/MAX_TOKENS_LIMIT=1200");
	assert_edit("cap 1000", "{'max_tokens':9000,'reasoning':{'max_tokens':8500}}",
		"{'max_tokens':1000}", "healed:cap/MAX_TOKENS_LIMIT=1000");
}

static void a_json_schema_becomes_words(void **state)
{
	static const char format[] = "'response_format':{'type':'json_schema','json_schema':"
		"{'name':'response','schema':{'type':'object'}}}";
	char chat[400];

	(void)state;
	snprintf(chat, sizeof(chat), "{%s,'messages':[{'role':'user','content':'Hi'}]}", format);
	assert_edit("response_format", chat, "{'response_format':{'type':'json_object'},"
		"'messages':[{'role':'system','content':'Answer with nothing but JSON that fits this schema: "
		"{\\'type\\':\\'object\\'}'},{'role':'user','content':'Hi'}]}",
		"healed:response_format");
	snprintf(chat, sizeof(chat), "{%s,'messages':[{'role':'system','content':'Be brief.'},"
		"{'role':'user','content':'Hi'}]}", format);
	assert_edit("response_format", chat, "{'response_format':{'type':'json_object'},"
		"'messages':[{'role':'system','content':'Be brief.\\n\\nAnswer with nothing but JSON that fits "
		"this schema: {\\'type\\':\\'object\\'}'},{'role':'user','content':'Hi'}]}",
		"healed:response_format");
	assert_no_edit("response_format", "{'response_format':{'type':'json_object'}}");
}

static void a_stream_is_asked_for_once(void **state)
{
	(void)state;
	assert_no_edit("stream", "{'stream':true,'messages':[]}");
	assert_edit_of("mistral", "m", "stream", "{'messages':[]}",
		"{'stream':true,'messages':[]}", "healed:stream");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_edit_is_a_line_of_text),
		cmocka_unit_test(other_texts_are_no_edits),
		cmocka_unit_test(what_belongs_to_one_history_does_not_last),
		cmocka_unit_test(tools_and_messages_stay_last),
		cmocka_unit_test(shared_nodes_are_not_touched),
		cmocka_unit_test(a_field_is_dropped),
		cmocka_unit_test(a_token_limit_gets_its_other_name),
		cmocka_unit_test(a_place_is_dropped_in_every_element),
		cmocka_unit_test(stream_takes_its_options_along),
		cmocka_unit_test(what_a_request_needs_is_never_dropped),
		cmocka_unit_test(a_keyword_goes_from_every_schema_and_no_property),
		cmocka_unit_test(a_limit_is_only_lowered),
		cmocka_unit_test(a_thinking_budget_stays_below_the_limit),
		cmocka_unit_test(a_json_schema_becomes_words),
		cmocka_unit_test(a_stream_is_asked_for_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
