#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "../../convert/answer/event.h"
#include "../../convert/js.h"
#include "quoted.h"

static const struct usage at_start = { .input_tokens = 42, .output_tokens = 1 };
static const struct usage at_end = { .input_tokens = 9, .output_tokens = 3 };

static void begin(struct fold *fold)
{
	fold_event(fold, &(struct event){ .kind = MESSAGE_START, .id = "msg_1",
		.model = "claude-x", .usage = &at_start });
}

static void start(struct fold *fold, enum block_kind block)
{
	fold_event(fold, &(struct event){ .kind = CONTENT_BLOCK_START, .block = block,
		.id = "toolu_1", .name = "read", .text = { "data", 4 } });
}

static void delta(struct fold *fold, enum event_kind kind, const char *text)
{
	fold_event(fold, &(struct event){ .kind = kind, .text = slice_of(text) });
}

static void stop(struct fold *fold, enum block_kind block)
{
	fold_event(fold, &(struct event){ .kind = CONTENT_BLOCK_STOP, .block = block });
}

/* Ends the message, compares its content and frees it. */
static void folds_to(struct fold *fold, const char *content)
{
	char *expected;

	fold_event(fold, &(struct event){ .kind = MESSAGE_DELTA, .stop_reason = "end_turn",
		.usage = &at_end });
	assert_null(fold_message(fold));
	fold_event(fold, &(struct event){ .kind = MESSAGE_STOP });
	expected = quoted(content);
	assert_string_equal(js_text(js_get(fold_message(fold), "content")).data, expected);
	free(expected);
	fold_free(fold);
}

/* The input that a call with these arguments gets. */
static void input_is(const char *arguments, const char *input)
{
	struct fold fold = { .complete = false };
	struct buf expected = { 0 };
	char *text = quoted(arguments);

	begin(&fold);
	start(&fold, BLOCK_TOOL_USE);
	delta(&fold, INPUT_JSON_DELTA, text);
	stop(&fold, BLOCK_TOOL_USE);
	buf_printf(&expected, "[{'type':'tool_use','id':'toolu_1','name':'read',"
		"'input':%s}]", input);
	folds_to(&fold, buf_text(&expected));
	buf_free(&expected);
	free(text);
}

static void deltas_are_joined(void **state)	/* doc/answer.md §1.2 */
{
	struct fold fold = { .complete = false };

	(void)state;
	begin(&fold);
	start(&fold, BLOCK_THINKING);
	delta(&fold, THINKING_DELTA, "h");
	delta(&fold, THINKING_DELTA, "m");
	delta(&fold, SIGNATURE_DELTA, "sig");
	stop(&fold, BLOCK_THINKING);
	start(&fold, BLOCK_REDACTED_THINKING);
	stop(&fold, BLOCK_REDACTED_THINKING);
	start(&fold, BLOCK_THINKING);
	delta(&fold, SIGNATURE_DELTA, "own");
	stop(&fold, BLOCK_THINKING);
	fold_event(&fold, &(struct event){ .kind = PING });
	start(&fold, BLOCK_TEXT);
	delta(&fold, TEXT_DELTA, "Hel");
	delta(&fold, TEXT_DELTA, "lo");
	stop(&fold, BLOCK_TEXT);
	start(&fold, BLOCK_TEXT);
	stop(&fold, BLOCK_TEXT);
	folds_to(&fold, "[{'type':'thinking','thinking':'hm','signature':'sig'},"
		"{'type':'redacted_thinking','data':'data'},"
		"{'type':'thinking','thinking':'','signature':'own'},"
		"{'type':'text','text':'Hello'},{'type':'text','text':''}]");
}

static void input_keeps_every_digit(void **state)	/* doc/answer.md §1.4 */
{
	(void)state;
	input_is("{'a':12345678901234567890,'b':1.0,'c':-0,'d':'x\\u0000y'}",
		"{'a':12345678901234567890,'b':1.0,'c':-0,'d':'x\\u0000y'}");
	input_is("", "{}");
}

static void what_is_no_object_stays_readable(void **state)	/* doc/answer.md §1.4 */
{
	(void)state;
	input_is("{'a':'half", "{'raw_arguments':'{\\'a\\':\\'half'}");
	input_is("[1]", "{'raw_arguments':'[1]'}");
}

static void totals_replace_the_estimate(void **state)	/* doc/answer.md §1.6 */
{
	struct fold fold = { .complete = false };
	char *expected = quoted("{'id':'msg_1','type':'message','role':'assistant',"
		"'model':'claude-x','content':[],'stop_reason':'stop_sequence',"
		"'stop_sequence':'END','usage':{'input_tokens':9,'cache_creation_input_tokens':0,"
		"'cache_read_input_tokens':0,'output_tokens':3}}");

	(void)state;
	begin(&fold);
	fold_event(&fold, &(struct event){ .kind = MESSAGE_DELTA, .stop_reason = "stop_sequence",
		.stop_sequence = "END", .usage = &at_end });
	fold_event(&fold, &(struct event){ .kind = MESSAGE_STOP });
	assert_string_equal(js_text(fold_message(&fold)).data, expected);
	free(expected);
	fold_free(&fold);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(deltas_are_joined),
		cmocka_unit_test(input_keeps_every_digit),
		cmocka_unit_test(what_is_no_object_stays_readable),
		cmocka_unit_test(totals_replace_the_estimate),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
