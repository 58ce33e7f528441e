#include "answer_fixture.h"

#define REASONING(text) DELTA("'reasoning_content':'" text "'")
#define READ CALL(0, "call_1", "read", "{}")
#define BROKE_OFF " ERROR 502 api_error: upstream's answer broke off: " \
	"no finish_reason and no [DONE] came"

/* ---- content: doc/answer.md §1.3, §2.4 ---- */

static void text_streams(void **state)	/* doc/answer.md §2.4 */
{
	streams(*state, DELTA("'role':'assistant','content':''") TEXT("Hel") TEXT("lo")
		FINISH("stop") DONE, "<text 'Hel' 'lo'> end_turn");
	answers(*state, COMPLETION("'content':'Hello'", "stop"), "<text 'Hello'> end_turn");
}

static void nothing_opens_no_block(void **state)	/* doc/answer.md §2.4 */
{
	streams(*state, DELTA("'role':'assistant'") DELTA("'content':null,'tool_calls':null")
		DELTA("'tool_calls':[],'function_call':null") "{'choices':[{'delta':null}]}\n"
		"{'choices':null}\n{'prompt_filter_results':[]}\n" READ DONE,
		"<tool_use call_1 read> tool_use");
}

static void empty_answer_gets_empty_text(void **state)	/* doc/answer.md §1.3, last line */
{
	streams(*state, FINISH("stop") DONE, "<text> end_turn");
	streams(*state, TEXT(" ") TEXT("\\n") FINISH("stop"), "<text> end_turn");
	streams(*state, REASONING("hm") FINISH("stop"), "<thinking 'hm'> <text> end_turn");
	answers(*state, COMPLETION("'content':null", "stop"), "<text> end_turn");
	answers(*state, COMPLETION("'content':null", "length"), "<text> max_tokens");
}

static void reasoning_becomes_thinking(void **state)	/* doc/answer.md §1.3 */
{
	streams(*state, REASONING("Let ") REASONING("me") TEXT("Hi") FINISH("stop"),
		"<thinking 'Let ' 'me'> <text 'Hi'> end_turn");
	streams(*state, DELTA("'reasoning':'a'") DELTA("'reasoning_text':'b'")
		DELTA("'thinking':'c'") TEXT("Hi") DONE,
		"<thinking 'a' 'b' 'c'> <text 'Hi'> end_turn");
	answers(*state, COMPLETION("'content':'Hi','reasoning_content':'hm'", "stop"),
		"<thinking 'hm'> <text 'Hi'> end_turn");
}

static void same_reasoning_under_two_names_counts_once(void **state)	/* doc/answer.md §1.3 */
{
	streams(*state, DELTA("'reasoning':'hm','reasoning_details':[{'type':'reasoning.text',"
		"'text':'hm'}]") DELTA("'reasoning_content':'','reasoning':'so','thinking':'so'")
		TEXT("Hi") DONE, "<thinking 'hm' 'so'> <text 'Hi'> end_turn");
}

static void reasoning_details_give_the_text_alone(void **state)	/* doc/answer.md §1.3 */
{
	streams(*state, DELTA("'reasoning_details':[{'type':'reasoning.summary','summary':'a'},"
		"{'type':'reasoning.text','text':'b'},{'type':'reasoning.encrypted','data':'x'}]")
		TEXT("Hi") DONE, "<thinking 'ab'> <text 'Hi'> end_turn");
}

#define DETAIL(members) "{'type':'reasoning.text','index':0," members "}"

/* doc/answer.md §1.3: with the call, at the end, as fragments that grow; under a name of its own too. */
static void reasoning_that_comes_again_is_shown_once(void **state)
{
	streams(*state, DELTA("'reasoning_details':[" DETAIL("'text':'Think '") "]")
		DELTA("'reasoning_details':[" DETAIL("'text':'A','signature':'S'") "]")
		DELTA("'reasoning_details':[" DETAIL("'text':'Think A','signature':'S'") "],"
		"'tool_calls':[{'index':0,'id':'call_1','function':{'name':'read'}}]")
		DELTA("'reasoning':'Think A','reasoning_details':[" DETAIL("'text':'Think A'") "]")
		FINISH("tool_calls") DONE, "<thinking 'Think ' 'A'> <tool_use call_1 read> tool_use");
	streams(*state, DELTA("'reasoning':'Think '") DELTA("'reasoning':'A'") TEXT("Hi")
		DELTA("'reasoning_details':[" DETAIL("'text':'Think A','signature':'S'") "]") DONE,
		"<thinking 'Think ' 'A'> <text 'Hi'> "
		"<redacted_thinking cp1.eyJvIjoiYmVkNjdjNzMiLCJkIjpbeyJ0eXBlIjoicmVhc29uaW5nLnRleHQi"
		"LCJpbmRleCI6MCwidGV4dCI6IlRoaW5rIEEiLCJzaWduYXR1cmUiOiJTIn1dfQ.d0b4f0db> "
		"end_turn");
	streams(*state, DELTA("'reasoning_content':'Think A'") TEXT("Hi")
		DELTA("'reasoning_content':'Think A'") FINISH("stop") DONE,
		"<thinking 'Think A'> <text 'Hi'> end_turn");
	streams(*state, DELTA("'reasoning':'Think of all that','reasoning_details':["
		DETAIL("'text':'Think of all that'") "]") DELTA("'reasoning':'Think of all that is',"
		"'reasoning_details':[" DETAIL("'text':'Think of all that is'") "]")
		TEXT("Hi") DONE, "<thinking 'Think of all that' ' is'> <text 'Hi'> end_turn");
	answers(*state, COMPLETION("'content':'Hi','reasoning_details':["
		DETAIL("'text':'Think A','signature':'S'") ","
		DETAIL("'text':'Think A','signature':'S'") "]", "stop"),
		"<thinking 'Think A'> <text 'Hi'> end_turn");
}

/* Fragments that happen to be equal are all shown. */
static void equal_fragments_of_reasoning_are_shown(void **state)
{
	streams(*state, DELTA("'reasoning_details':[" DETAIL("'text':'ha'") "]")
		DELTA("'reasoning_details':[" DETAIL("'text':'ha'") "]")
		DELTA("'reasoning':'ha'") DELTA("'reasoning':'ha'") TEXT("Hi") DONE,
		"<thinking 'ha' 'ha' 'ha' 'ha'> <text 'Hi'> end_turn");
	streams(*state, DELTA("'reasoning':'Wait.'") DELTA("'reasoning':'Wait.','content':'Hi'")
		DONE, "<thinking 'Wait.' 'Wait.'> <text 'Hi'> end_turn");
}

static void one_delta_brings_reasoning_content_and_calls(void **state)	/* doc/answer.md §2.4 */
{
	streams(*state, DELTA("'tool_calls':[{'index':0,'id':'call_1','function':{'name':'read',"
		"'arguments':'{\\'a\\':1}'}}],'content':'Hi','reasoning_content':'hm'") DONE,
		"<thinking 'hm'> <text 'Hi'> <tool_use call_1 read '{\"a\":1}'> tool_use");
}

static void thinking_is_dropped_where_nobody_wants_it(void **state)	/* doc/answer.md §1.3 */
{
	struct fixture *f = *state;

	f->turn.emit_thinking = false;
	streams(f, REASONING("hm") TEXT("Hi") REASONING("hm") TEXT("!") DONE,
		"<text 'Hi' '!'> end_turn");
	streams(f, TEXT("<think>hm</think>Hi") DONE, "<text 'Hi'> end_turn");
	streams(f, REASONING("hm") DONE, "<text> end_turn");
}

static void omitted_thinking_has_no_text(void **state)	/* doc/answer.md §1.3 */
{
	struct fixture *f = *state;

	f->turn.omit_thinking = true;
	streams(f, REASONING("hm") TEXT("Hi") DONE, "<thinking> <text 'Hi'> end_turn");
}

static void tags_of_thinking(void **state)	/* doc/answer.md §1.3, §2.4 */
{
	streams(*state, TEXT("<thi") TEXT("nk>h") TEXT("m</th") TEXT("ink>\\nHi") DONE,
		"<thinking 'h' 'm'> <text 'Hi'> end_turn");
	streams(*state, TEXT("<think>\\n\\n</think>\\n\\nHi") DONE, "<text '\nHi'> end_turn");
	streams(*state, REASONING("hm") TEXT("<think>x</think>") DONE,
		"<thinking 'hm'> <text '<think>x</think>'> end_turn");
	streams(*state, TEXT("<th") READ DONE, "<text '<th'> <tool_use call_1 read> tool_use");
	answers(*state, COMPLETION("'content':'hm</think>Hi'", "stop"),
		"<thinking 'hm'> <text 'Hi'> end_turn");
}

static void content_may_be_parts(void **state)	/* doc/answer.md §1.3 */
{
	struct fixture *f = *state;

	streams(f, DELTA("'content':[{'type':'thinking','thinking':[{'type':'text','text':'hm'}]}]")
		DELTA("'content':[{'type':'text','text':'Hi'},{'type':'output_text','text':'!'}]")
		DONE, "<thinking 'hm'> <text 'Hi!'> end_turn");
	answers(f, COMPLETION("'content':['a',{'text':'b'},{'type':'refusal','refusal':'c'},"
		"{'type':'image_url'},{'type':'image'},{'type':'output_image'},{'type':'hologram'}]",
		"stop"), "<text 'abc\n[image]\n\n[image]\n\n[image]\n'> end_turn");
	assert_string_equal(f->notes.text, "content:hologram");
}

static void refusal_and_transcript_are_text(void **state)	/* doc/answer.md §1.3 */
{
	streams(*state, DELTA("'refusal':'I will '") DELTA("'content':null,'refusal':'not'")
		FINISH("stop"), "<text 'I will ' 'not'> end_turn");
	answers(*state, COMPLETION("'content':null,'audio':{'transcript':'Hi'}", "stop"),
		"<text 'Hi'> end_turn");
	answers(*state, COMPLETION("'content':'Ho','audio':{'transcript':'Hi'}", "stop"),
		"<text 'Ho'> end_turn");
}

static void blanks_wait_for_text(void **state)	/* doc/answer.md §2.4 */
{
	streams(*state, TEXT("\\n") TEXT("\\n") TEXT("Hi") DONE, "<text '\n\nHi'> end_turn");
	streams(*state, TEXT("\\n") READ TEXT("Hi") DONE,
		"<tool_use call_1 read> <text 'Hi'> tool_use");
	streams(*state, READ TEXT("\\n") DONE, "<tool_use call_1 read> tool_use");
	streams(*state, REASONING("a") TEXT("\\n") REASONING("b") TEXT("Hi") DONE,
		"<thinking 'a' 'b'> <text 'Hi'> end_turn");
	streams(*state, TEXT("Hi") TEXT("\\n") TEXT("!") DONE, "<text 'Hi' '\n' '!'> end_turn");
}

static void thinking_stays_open_until_something_follows(void **state)	/* doc/answer.md §2.7 */
{
	streams(*state, REASONING("hm"), "<thinking 'hm'" BROKE_OFF);
	streams(*state, REASONING("hm") TEXT("\\n"), "<thinking 'hm'" BROKE_OFF);
	streams(*state, REASONING("hm") TEXT("Hi"), "<thinking 'hm'> <text 'Hi'" BROKE_OFF);
}

/* ---- choices: doc/answer.md §1.1, §2.4 ---- */

static void other_choices_are_ignored(void **state)	/* doc/answer.md §1.1, §2.4 */
{
	streams(*state, "{'choices':[{'index':1,'delta':{'content':'no'}}]}\n"
		"{'choices':[{'index':1,'delta':{'content':'no'}},{'index':0,'delta':"
		"{'content':'Hi'},'finish_reason':'stop'}]}\n", "<text 'Hi'> end_turn");
	answers(*state, "{'choices':[{'index':1,'message':{'content':'no'}},"
		"{'index':0,'message':{'content':'Hi'}}]}", "<text 'Hi'> end_turn");
	answers(*state, "{'choices':[{'index':3,'message':{'content':'Hi'}}]}",
		"<text 'Hi'> end_turn");
}

static void delta_and_text_stand_in_for_a_message(void **state)	/* doc/answer.md §1.1 */
{
	answers(*state, "{'choices':[{'delta':{'content':'Hi'}}]}", "<text 'Hi'> end_turn");
	answers(*state, "{'choices':[{'text':'Hi'}]}", "<text 'Hi'> end_turn");
}

/* doc/answer.md §2.4: MiniMax */
static void repeated_message_at_the_end_is_ignored(void **state)
{
	streams(*state, TEXT("Hi") "{'choices':[{'message':{'content':'Hi'},"
		"'finish_reason':'stop'}]}\n", "<text 'Hi'> end_turn");
	streams(*state, "{'choices':[{'message':{'content':'Hi'},'finish_reason':'stop'}]}\n",
		"<text 'Hi'> end_turn");
}

static void chunks_after_finish_count(void **state)	/* doc/answer.md §2.4 */
{
	streams(*state, TEXT("Hi") FINISH("stop") TEXT("!") FINISH("length") FINISH("stop") DONE,
		"<text 'Hi' '!'> max_tokens");
}

/* ---- stop_reason: doc/answer.md §1.5 ---- */

static void finish_reasons(void **state)	/* doc/answer.md §1.5 */
{
	static const struct { const char *finish_reason, *stop_reason; } reasons[] = {
		{ "stop", "end_turn" }, { "end_turn", "end_turn" }, { "eos", "end_turn" },
		{ "banana", "end_turn" },
		{ "tool_calls", "end_turn" }, { "function_call", "end_turn" },
		{ "length", "max_tokens" }, { "max_tokens", "max_tokens" },
		{ "model_length", "max_tokens" }, { "content_filter", "refusal" },
		{ "sensitive", "refusal" }, { "safety", "refusal" }, { "refusal", "refusal" },
		{ "model_context_window_exceeded", "model_context_window_exceeded" },
	};

	for (size_t i = 0; i < sizeof(reasons) / sizeof(reasons[0]); i++) {
		struct buf lines = { 0 }, expected = { 0 };

		buf_printf(&lines, TEXT("Hi") FINISH("%s"), reasons[i].finish_reason);
		buf_printf(&expected, "<text 'Hi'> %s", reasons[i].stop_reason);
		streams(*state, buf_text(&lines), buf_text(&expected));
		buf_free(&lines);
		buf_free(&expected);
	}
}

static void calls_decide_over_stop(void **state)	/* doc/answer.md §1.5 */
{
	streams(*state, READ FINISH("stop"), "<tool_use call_1 read> tool_use");
	streams(*state, READ DONE, "<tool_use call_1 read> tool_use");
	streams(*state, READ FINISH("length"), "<tool_use call_1 read> max_tokens");
	streams(*state, READ FINISH("content_filter"), "<tool_use call_1 read> refusal");
}

static void strongest_finish_wins(void **state)	/* doc/answer.md §2.4 */
{
	streams(*state, TEXT("Hi") FINISH("content_filter") FINISH("length") FINISH("stop"),
		"<text 'Hi'> refusal");
}

static void empty_finish_is_none(void **state)	/* doc/answer.md §1.5: old Ollama */
{
	streams(*state, "{'choices':[{'delta':{'content':'Hi'},'finish_reason':''}]}\n",
		"<text 'Hi'" BROKE_OFF);
}

static void finish_can_be_a_failure(void **state)	/* doc/answer.md §1.5 */
{
	streams(*state, TEXT("Hi") FINISH("error") DONE,
		"<text 'Hi' ERROR 502 api_error: upstream broke off its answer with an error");
	streams(*state, FINISH("insufficient_system_resource"),
		" ERROR 529 overloaded_error: upstream ran out of resources");
	answers(*state, COMPLETION("'content':'Hi'", "abort"),
		" ERROR 502 api_error: upstream broke off its answer with an error");
	answers(*state, COMPLETION("'content':'Hi'", "network_error"),
		" ERROR 502 api_error: upstream broke off its answer with an error");
	answers(*state, COMPLETION("'content':null", "model_context_window_exceeded"),
		" ERROR 400 invalid_request_error: prompt is too long — upstream's context "
		"window was full before it could answer");
}

static void stop_sequences_that_were_asked_for(void **state)	/* doc/answer.md §1.5 */
{
	struct fixture *f = *state;

	f->turn.stops = js_new_array();
	js_append_string(f->turn.stops, "END");
	answers(f, "{'choices':[{'message':{'content':'Hi'},'finish_reason':'stop',"
		"'stop_reason':'END'}]}", "<text 'Hi'> stop_sequence END");
	streams(f, TEXT("Hi") "{'choices':[{'delta':{},'finish_reason':'stop',"
		"'matched_stop':'END'}]}\n", "<text 'Hi'> stop_sequence END");
	answers(f, "{'choices':[{'message':{'content':'Hi'},'finish_reason':'stop',"
		"'stop_reason':'</s>','matched_stop':151643}]}", "<text 'Hi'> end_turn");
	answers(f, "{'choices':[{'message':{'content':'Hi'},'finish_reason':'length',"
		"'stop_reason':'END'}]}", "<text 'Hi'> max_tokens");
	streams(f, READ "{'choices':[{'delta':{},'finish_reason':'stop',"
		"'matched_stop':'END'}]}\n", "<tool_use call_1 read> tool_use");
}

/* ---- the end: doc/answer.md §2.6 ---- */

static void done_or_finish_is_an_end(void **state)	/* doc/answer.md §2.6 */
{
	streams(*state, TEXT("Hi") DONE, "<text 'Hi'> end_turn");
	streams(*state, TEXT("Hi") FINISH("stop"), "<text 'Hi'> end_turn");
	streams(*state, TEXT("Hi"), "<text 'Hi'" BROKE_OFF);
	streams(*state, DELTA("'role':'assistant'"), BROKE_OFF);
	streams(*state, ":: ping\n", " ERROR 502 api_error: upstream sent an empty answer");
}

static void error_in_a_choice_is_a_failure(void **state)	/* doc/answer.md §2.4, §2.7 */
{
	streams(*state, TEXT("Hi") "{'choices':[{'delta':{},'error':{'code':502,"
		"'message':'gone'}}]}\n" DONE, "<text 'Hi' ERROR 502 api_error: gone");
}

/* ---- the Message, and usage ---- */

#define MESSAGE(content, stop_reason, usage) "{'id':'msg_7CSPi8VOchNYJWjuNbk36N2q'," \
	"'type':'message','role':'assistant','model':'claude-sonnet-4-5','content':[" content \
	"],'stop_reason':'" stop_reason "','stop_sequence':null,'usage':{'input_tokens':" usage "}}"

static void streamed_and_whole_make_the_same_message(void **state)	/* doc/answer.md §1.2 */
{
	both_make(*state, REASONING("h") REASONING("m") TEXT("H") TEXT("i")
		CALL(0, "call_1", "read", "{\\'a\\':") ARGUMENTS(0, "1.50}")
		CALL(1, "call_1", "list", "") FINISH("tool_calls")
		"{'choices':[],'usage':{'prompt_tokens':30,'completion_tokens':7,"
		"'prompt_tokens_details':{'cached_tokens':20}}}\n" DONE,
		"{'choices':[{'message':{'reasoning_content':'hm','content':'Hi','tool_calls':["
		"{'id':'call_1','function':{'name':'read','arguments':'{\\'a\\':1.50}'}},"
		"{'id':'call_1','function':{'name':'list','arguments':''}}]},"
		"'finish_reason':'tool_calls'}],'usage':{'prompt_tokens':30,"
		"'completion_tokens':7,'prompt_tokens_details':{'cached_tokens':20}}}",
		MESSAGE("{'type':'thinking','thinking':'hm','signature':"
		"'cp1.eyJvIjoiYmVkNjdjNzMiLCJmIjoicmVhc29uaW5nX2NvbnRlbnQifQ.19dad7ef'},"
		"{'type':'text','text':'Hi'},"
		"{'type':'tool_use','id':'call_1','name':'read','input':{'a':1.50}},"
		"{'type':'tool_use','id':'call_1r2','name':'list','input':{}}", "tool_use",
		"10,'cache_creation_input_tokens':0,'cache_read_input_tokens':20,"
		"'output_tokens':7"));
}

static void without_usage_there_is_an_estimate(void **state)	/* doc/answer.md §1.6 */
{
	both_make(*state, TEXT("Hello") TEXT(" there") DONE,
		COMPLETION("'content':'Hello there'", "stop"),
		MESSAGE("{'type':'text','text':'Hello there'}", "end_turn",
		"42,'cache_creation_input_tokens':0,'cache_read_input_tokens':0,"
		"'output_tokens':3"));
}

static void latest_usage_wins(void **state)	/* doc/answer.md §1.6, §2.4 */
{
	both_make(*state, "{'choices':[{'delta':{'content':'Hi'}}],'usage':{'prompt_tokens':1,"
		"'completion_tokens':1}}\n{'choices':[],'usage':null}\n" FINISH("stop")
		"{'choices':[],'usage':{'prompt_tokens':5,'completion_tokens':2}}\n" DONE,
		"{'choices':[{'message':{'content':'Hi'}}],'usage':{'prompt_tokens':5,"
		"'completion_tokens':2}}",
		MESSAGE("{'type':'text','text':'Hi'}", "end_turn",
		"5,'cache_creation_input_tokens':0,'cache_read_input_tokens':0,"
		"'output_tokens':2"));
}

/* ---- what the top of the program asks ---- */

static bool feed(struct stream *stream, const char *chunk)
{
	struct json_object *node = NULL;
	struct js_error error;
	struct failure why;
	char *json = quoted(chunk);
	bool fine;

	assert_true(js_parse(json, strlen(json), &node, &error));
	fine = stream_chunk(stream, node, false, &why);
	js_free(node);
	free(json);
	return fine;
}

static void start_may_be_early_and_comes_once(void **state)	/* doc/answer.md §2.2 */
{
	struct fixture *f = *state;
	struct played played = { .ended = false };
	struct stream *stream = stream_new(&f->turn, show, &played);
	struct failure why;

	assert_true(feed(stream, DELTA("'role':'assistant','content':''")));
	assert_false(played.started);
	stream_start(stream);
	stream_start(stream);
	assert_true(played.started);
	assert_false(stream_has_output(stream));
	assert_true(feed(stream, TEXT("Hi")));
	assert_true(stream_has_output(stream));
	assert_false(stream_finished(stream));
	assert_true(feed(stream, FINISH("stop")));
	assert_true(stream_finished(stream));
	assert_true(stream_end(stream, &why));
	assert_true(played.ended);
	stream_free(stream);
	played_free(&played);
}

static void broken_off_may_be_asked_again(void **state)	/* doc/answer.md §1.5, §3.7 */
{
	static const char *const chunks[] = { DELTA("'role':'assistant'"), FINISH("error"),
		FINISH("insufficient_system_resource") };
	struct fixture *f = *state;

	for (size_t i = 0; i < sizeof(chunks) / sizeof(chunks[0]); i++) {
		struct played played = { .ended = false };
		struct stream *stream = stream_new(&f->turn, show, &played);
		struct failure why;

		assert_true(feed(stream, chunks[i]));
		assert_false(stream_end(stream, &why));
		assert_true(why.again);
		assert_false(played.started);
		stream_free(stream);
		played_free(&played);
	}
}

static const struct CMUnitTest tests[] = {
	TEST(text_streams),
	TEST(nothing_opens_no_block),
	TEST(empty_answer_gets_empty_text),
	TEST(reasoning_becomes_thinking),
	TEST(same_reasoning_under_two_names_counts_once),
	TEST(reasoning_details_give_the_text_alone),
	TEST(reasoning_that_comes_again_is_shown_once),
	TEST(equal_fragments_of_reasoning_are_shown),
	TEST(one_delta_brings_reasoning_content_and_calls),
	TEST(thinking_is_dropped_where_nobody_wants_it),
	TEST(omitted_thinking_has_no_text),
	TEST(tags_of_thinking),
	TEST(content_may_be_parts),
	TEST(refusal_and_transcript_are_text),
	TEST(blanks_wait_for_text),
	TEST(thinking_stays_open_until_something_follows),
	TEST(other_choices_are_ignored),
	TEST(delta_and_text_stand_in_for_a_message),
	TEST(repeated_message_at_the_end_is_ignored),
	TEST(chunks_after_finish_count),
	TEST(finish_reasons),
	TEST(calls_decide_over_stop),
	TEST(strongest_finish_wins),
	TEST(empty_finish_is_none),
	TEST(finish_can_be_a_failure),
	TEST(stop_sequences_that_were_asked_for),
	TEST(done_or_finish_is_an_end),
	TEST(error_in_a_choice_is_a_failure),
	TEST(streamed_and_whole_make_the_same_message),
	TEST(without_usage_there_is_an_estimate),
	TEST(latest_usage_wins),
	TEST(start_may_be_early_and_comes_once),
	TEST(broken_off_may_be_asked_again),
};

int main(void)
{
	return cmocka_run_group_tests(tests, NULL, NULL);
}
