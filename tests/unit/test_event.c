#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "../../convert/answer/event.h"
#include "quoted.h"

static const struct usage usage = { .input_tokens = 9, .cache_creation_input_tokens = 1,
	.cache_read_input_tokens = 20, .output_tokens = 3 };

static void reads(const struct event *event, const char *expected)
{
	struct buf out = { 0 };
	char *text = quoted(expected);

	event_text(event, &out);
	assert_string_equal(buf_text(&out), text);
	buf_free(&out);
	free(text);
}

static void message_start_is_a_message_without_content(void **state)	/* doc/answer.md §2.3 */
{
	(void)state;
	reads(&(struct event){ .kind = MESSAGE_START, .id = "msg_1", .model = "claude-x",
		.usage = &usage },
		"event: message_start\ndata: {'type':'message_start','message':{"
		"'id':'msg_1','type':'message','role':'assistant','model':'claude-x',"
		"'content':[],'stop_reason':null,'stop_sequence':null,'usage':{'input_tokens':9,"
		"'cache_creation_input_tokens':1,'cache_read_input_tokens':20,"
		"'output_tokens':3}}}\n\n");
}

static void blocks_start_empty(void **state)	/* doc/answer.md §2.3 */
{
	(void)state;
	reads(&(struct event){ .kind = CONTENT_BLOCK_START, .block = BLOCK_TEXT },
		"event: content_block_start\ndata: {'type':'content_block_start','index':0,"
		"'content_block':{'type':'text','text':''}}\n\n");
	reads(&(struct event){ .kind = CONTENT_BLOCK_START, .block = BLOCK_THINKING },
		"event: content_block_start\ndata: {'type':'content_block_start','index':0,"
		"'content_block':{'type':'thinking','thinking':'','signature':''}}\n\n");
	reads(&(struct event){ .kind = CONTENT_BLOCK_START, .block = BLOCK_TOOL_USE, .index = 2,
		.id = "toolu_1", .name = "read" },
		"event: content_block_start\ndata: {'type':'content_block_start','index':2,"
		"'content_block':{'type':'tool_use','id':'toolu_1','name':'read','input':{}}}\n\n");
	reads(&(struct event){ .kind = CONTENT_BLOCK_START, .block = BLOCK_REDACTED_THINKING,
		.text = { "abcd", 3 } },
		"event: content_block_start\ndata: {'type':'content_block_start','index':0,"
		"'content_block':{'type':'redacted_thinking','data':'abc'}}\n\n");
}

static void deltas_name_their_field(void **state)	/* doc/answer.md §2.3 */
{
	static const struct { enum event_kind kind; const char *delta; } deltas[] = {
		{ TEXT_DELTA, "{'type':'text_delta','text':'x'}" },
		{ THINKING_DELTA, "{'type':'thinking_delta','thinking':'x'}" },
		{ SIGNATURE_DELTA, "{'type':'signature_delta','signature':'x'}" },
		{ INPUT_JSON_DELTA, "{'type':'input_json_delta','partial_json':'x'}" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(deltas) / sizeof(deltas[0]); i++) {
		struct buf expected = { 0 };

		buf_printf(&expected, "event: content_block_delta\ndata: {'type':"
			"'content_block_delta','index':1,'delta':%s}\n\n", deltas[i].delta);
		reads(&(struct event){ .kind = deltas[i].kind, .index = 1, .text = { "x", 1 } },
			buf_text(&expected));
		buf_free(&expected);
	}
}

static void text_is_one_line_of_json(void **state)
{
	(void)state;
	reads(&(struct event){ .kind = TEXT_DELTA, .text = { "a\n\"\r\0/", 6 } },
		"event: content_block_delta\ndata: {'type':'content_block_delta','index':0,"
		"'delta':{'type':'text_delta','text':'a\\n\\'\\r\\u0000/'}}\n\n");
}

static void message_delta_has_reason_and_totals(void **state)	/* doc/answer.md §2.3 */
{
	(void)state;
	reads(&(struct event){ .kind = MESSAGE_DELTA, .usage = &usage, .stop_reason = "end_turn" },
		"event: message_delta\ndata: {'type':'message_delta','delta':{"
		"'stop_reason':'end_turn','stop_sequence':null},"
		"'usage':{'input_tokens':9,'cache_creation_input_tokens':1,"
		"'cache_read_input_tokens':20,'output_tokens':3}}\n\n");
}

static void refusal_has_stop_details(void **state)	/* doc/answer.md §1.2 */
{
	struct usage thought = { .output_tokens = 5, .thinking_tokens = 2 };

	(void)state;
	reads(&(struct event){ .kind = MESSAGE_DELTA, .usage = &thought, .stop_reason = "refusal",
		.explanation = "why" },
		"event: message_delta\ndata: {'type':'message_delta','delta':{"
		"'stop_reason':'refusal','stop_sequence':null,"
		"'stop_details':{'type':'refusal','category':null,"
		"'explanation':'why'}},'usage':{'input_tokens':0,"
		"'cache_creation_input_tokens':0,'cache_read_input_tokens':0,"
		"'output_tokens':5,'output_tokens_details':{'thinking_tokens':2}}}\n\n");
}

static void the_others_have_little_to_say(void **state)	/* doc/answer.md §2.3 */
{
	(void)state;
	reads(&(struct event){ .kind = PING }, "event: ping\ndata: {'type':'ping'}\n\n");
	reads(&(struct event){ .kind = CONTENT_BLOCK_STOP, .index = 1 },
		"event: content_block_stop\ndata: {'type':'content_block_stop','index':1}\n\n");
	reads(&(struct event){ .kind = MESSAGE_STOP },
		"event: message_stop\ndata: {'type':'message_stop'}\n\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(message_start_is_a_message_without_content),
		cmocka_unit_test(blocks_start_empty),
		cmocka_unit_test(deltas_name_their_field),
		cmocka_unit_test(text_is_one_line_of_json),
		cmocka_unit_test(message_delta_has_reason_and_totals),
		cmocka_unit_test(refusal_has_stop_details),
		cmocka_unit_test(the_others_have_little_to_say),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
