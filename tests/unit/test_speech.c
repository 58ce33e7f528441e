/* Text and thinking out of whatever upstreams put them in. doc/answer.md §1.3 */
#include "answer_fixture.h"

static void reasoning_may_be_parts(void **state)
{
	streams(*state, DELTA("'reasoning_content':[{'type':'text','text':'Let '}]")
		DELTA("'reasoning':['me',{'type':'summary_text','text':'.'}]") TEXT("Hi") DONE,
		"<thinking 'Let ' 'me.'> <text 'Hi'> end_turn");
	answers(*state, COMPLETION("'reasoning':{'text':'hm'},'content':'Hi'", "stop"),
		"<thinking 'hm'> <text 'Hi'> end_turn");
}

static void reasoning_that_is_no_text_is_none(void **state)
{
	static const char *const fields[] = { "null", "''", "7", "true", "[]", "{}", "[{}]",
		"{'text':7}" };

	for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++) {
		struct buf lines = { 0 };

		buf_printf(&lines, DELTA("'reasoning_content':%s,'reasoning':'hm'") TEXT("Hi") DONE,
			fields[i]);
		streams(*state, buf_text(&lines), "<thinking 'hm'> <text 'Hi'> end_turn");
		buf_free(&lines);
	}
}

static void what_stands_beside_the_text_is_ignored(void **state)
{
	answers(*state, "{'choices':[{'message':{'content':'Hi','annotations':[{'type':"
		"'url_citation'}],'citations':['x'],'images':[{'type':'image_url'}]},'logprobs':{"
		"'content':[]},'finish_reason':'stop'}],'citations':['x']}",
		"<text 'Hi'> end_turn");
	streams(*state, DELTA("'content':'Hi','annotations':[],'citations':['x'],'images':[{}],"
		"'logprobs':null,'name':'x'") DONE, "<text 'Hi'> end_turn");
}

/* In a whole answer too: the API refuses a history with blank text. */
static void blank_content_is_no_block(void **state)
{
	answers(*state, COMPLETION("'content':' \\n','reasoning':'hm','tool_calls':[{'id':'call_1',"
		"'function':{'name':'read'}}]", "stop"),
		"<thinking 'hm'> <tool_use call_1 read> tool_use");
	answers(*state, COMPLETION("'content':' \\n','reasoning':'\\n'", "stop"),
		"<text> end_turn");
	answers(*state, COMPLETION("'content':[{'type':'text','text':' '}],'refusal':'No.'", "stop"),
		"<text ' No.'> end_turn");
}

static void message_comes_before_delta_and_text(void **state)	/* doc/answer.md §1.1 */
{
	answers(*state, "{'choices':[{'text':'c','delta':{'content':'b'},"
		"'message':{'content':'a'}}]}", "<text 'a'> end_turn");
	answers(*state, "{'choices':[{'text':'c','delta':{'content':'b'}}]}",
		"<text 'b'> end_turn");
	/* The one with index 0, else the first. */
	answers(*state, "{'choices':[7,{'index':4,'message':{'content':'a'}},"
		"{'index':3,'message':{'content':'b'}}]}", "<text 'a'> end_turn");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(reasoning_may_be_parts),
		TEST(reasoning_that_is_no_text_is_none),
		TEST(what_stands_beside_the_text_is_ignored),
		TEST(blank_content_is_no_block),
		TEST(message_comes_before_delta_and_text),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
