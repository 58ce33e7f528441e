/* Signatures of calls, on the answer side. doc/answer.md §1.3, §2.4, doc/request.md §5.1, §5.2 */
#include "answer_fixture.h"

#include "../../convert/carry.h"

#define SIGNATURE "AY89a18IwQsQ8/+8"
#define LATE DELTA("'tool_calls':[{'index':0,'extra_content':{'google':{'thought_signature':'" \
	SIGNATURE "'}}}]")
#define SIGNED(index, id) DELTA("'tool_calls':[{'index':" #index ",'id':'" id "','function':{" \
	"'name':'read','arguments':'{}'},'extra_content':{'google':{'thought_signature':'" \
	SIGNATURE "'}}}]")
#define OK FINISH("tool_calls") DONE
static void signature_rides_in_the_id(void **state)
{
	streams(*state, SIGNED(0, "call_1") CALL(1, "call_2", "read", "") OK,
		"<tool_use call_1+G read> <tool_use call_2 read> tool_use");
	streams(*state, SIGNED(0, "a.b") OK, "<tool_use call_e61d9919+G read> tool_use");
	streams(*state, SIGNED(0, "") OK, "<tool_use made_0+G read> tool_use");
}

/* While the call has not started its id can still take it. */
static void late_signature_counts_until_the_start(void **state)
{
	streams(*state, CALL(0, "call_1", "read", "") LATE ARGUMENTS(0, "{}") OK,
		"<tool_use call_1+G read> tool_use");
}

/* The signatures that the blocks of thinking in that wire's Message carry. */
static struct json_object *carried_by(struct fixture *f, const char *lines)
{
	struct json_object *content, *carried = js_new_array();
	struct buf wire = { 0 };
	char origin[ORIGIN_SIZE];
	struct played played;

	carry_origin(&f->settings.base, origin);
	make_wire(lines, "\n", &wire);
	play(f, buf_slice(&wire), wire.len, wire.len, &played);
	assert_true(played.ended);
	content = js_get_array(fold_message(&played.fold), "content");
	for (size_t i = 0; i < js_count(content); i++) {
		struct json_object *block = js_at(content, i);
		struct json_object *state = capsule_read(js_get_slice(block,
			js_has(block, "data") ? "data" : "signature"), origin);

		if (state)
			js_append(carried, state);
	}
	played_free(&played);
	buf_free(&wire);
	return carried;
}

static void carries(struct fixture *f, const char *lines, const char *expected)
{
	struct json_object *carried = carried_by(f, lines);
	char *wanted = quoted(expected);

	assert_string_equal(js_text(carried).data, wanted);
	js_free(carried);
	free(wanted);
}

/* Claude Code has its id already: Google's stand-in goes back. */
static void later_it_is_lost(void **state)
{
	struct fixture *f = *state;

	carries(f, CALL(0, "call_1", "read", "{}") LATE OK, "[]");
	assert_string_equal(f->notes.text, "dropped:thought_signature");
}

/* The first name that upstream takes back stays the block's. */
static void field_of_the_block_is_its_first(void **state)
{
	carries(*state, DELTA("'reasoning':'a'") DELTA("'reasoning_text':'b'")
		DELTA("'reasoning_content':'c'") TEXT("So.") OK, "[{'f':'reasoning'}]");
	carries(*state, DELTA("'thinking':'a'") TEXT("So.") OK, "[{}]");
}

/* The call goes out without, and the thinking keeps its own. */
static void too_long_for_an_id_it_is_lost(void **state)
{
	struct fixture *f = *state;
	struct json_object *carried;
	struct buf lines = { 0 };

	buf_puts(&lines, DELTA("'reasoning':'hm'") "{'choices':[{'delta':{'tool_calls':[{'index':0,"
		"'id':'call_1','function':{'name':'read'},'extra_content':{'google':{"
		"'thought_signature':'");
	for (unsigned n = 0; n < 2000; n++)
		buf_puts(&lines, "0123456789");
	buf_puts(&lines, "'}}}]}}]}\n" OK);
	carried = carried_by(f, buf_text(&lines));
	assert_string_equal(js_text(carried).data, "[{\"f\":\"reasoning\"}]");
	assert_string_equal(f->notes.text, "dropped:thought_signature");
	js_free(carried);
	buf_free(&lines);
}

/* Nobody wants the thinking; without their signatures the calls would be refused all the same. */
static void signatures_go_out_without_thinking(void **state)
{
	struct fixture *f = *state;

	f->turn.emit_thinking = false;
	streams(f, DELTA("'reasoning':'hm','reasoning_details':[{'type':'reasoning.text',"
		"'text':'hm'}]") DELTA("'content':[{'type':'thinking','thinking':[{'type':'text',"
		"'text':'hm'}]}]") SIGNED(0, "call_1") OK, "<tool_use call_1+G read> tool_use");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(signature_rides_in_the_id),
		TEST(late_signature_counts_until_the_start),
		TEST(later_it_is_lost),
		TEST(field_of_the_block_is_its_first),
		TEST(too_long_for_an_id_it_is_lost),
		TEST(signatures_go_out_without_thinking),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
