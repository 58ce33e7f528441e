/* The arguments of calls in a stream. doc/answer.md §2.5 */
#include "answer_fixture.h"

#define OK FINISH("tool_calls") DONE
/* A piece with the name and any other members. */
#define PIECE(members) DELTA("'tool_calls':[{" members "}]")

static void other_beginnings_wait_for_the_end(void **state)	/* doc/answer.md §2.5 */
{
	streams(*state, CALL(0, "a", "read", "nu") ARGUMENTS(0, "ll") OK,
		"<tool_use a read> tool_use");
	streams(*state, CALL(0, "a", "read", "\\'{\\\\\\'a\\\\\\'") ARGUMENTS(0, ":1}\\'") OK,
		"<tool_use a read '{\"a\":1}'> tool_use");
	streams(*state, CALL(0, "a", "read", "ls ") ARGUMENTS(0, "-l") OK,
		"<tool_use a read '{\"raw_arguments\":\"ls -l\"}'> tool_use");
}

static void argument_objects_are_sent_at_once(void **state)	/* doc/answer.md §2.5 */
{
	streams(*state, PIECE("'index':0,'id':'a','function':{'name':'read','arguments':{'a':1.0}}")
		TEXT("ok") OK, "<tool_use a read '{\"a\":1.0}'> <text 'ok'> tool_use");
}

static void missing_arguments_are_empty(void **state)	/* doc/answer.md §2.5 */
{
	streams(*state, PIECE("'index':0,'id':'a','function':{'name':'read','arguments':null}")
		PIECE("'index':0,'function':{}") OK, "<tool_use a read> tool_use");
}

static void snapshots_count_once(void **state)	/* doc/answer.md §2.5: GLM, Qwen hosts */
{
	streams(*state, CALL(0, "a", "read", "{") ARGUMENTS(0, "{\\'a\\'")
		ARGUMENTS(0, "{\\'a\\':\\'x") ARGUMENTS(0, "{\\'a\\':\\'x")
		ARGUMENTS(0, "{\\'a\\':\\'x\\'}") OK,
		"<tool_use a read '{' '\"a\"' ':\"x' '\"}'> tool_use");
}

static void host_that_sends_snapshots_goes_on_so(void **state)	/* doc/answer.md §2.5 */
{
	/* By itself the third piece could be the value that the second one wants. */
	streams(*state, CALL(0, "a", "read", "{") ARGUMENTS(0, "{\\'a\\':")
		ARGUMENTS(0, "{\\'a\\':[") ARGUMENTS(0, "{\\'a\\':[1]}") OK,
		"<tool_use a read '{' '\"a\":' '[' '1]}'> tool_use");
}

static void what_only_looks_like_a_snapshot_is_not(void **state)	/* doc/answer.md §2.5 */
{
	streams(*state, CALL(0, "a", "read", "{\\'a\\':") ARGUMENTS(0, "{\\'a\\':1}}") OK,
		"<tool_use a read '{\"a\":' '{\"a\":1}}'> tool_use");
	streams(*state, CALL(0, "a", "read", "{\\'a\\':\\'b") ARGUMENTS(0, "b\\'}") OK,
		"<tool_use a read '{\"a\":\"b' 'b\"}'> tool_use");
}

static void bytes_behind_the_object_are_dropped(void **state)	/* doc/answer.md §2.5 */
{
	struct fixture *f = *state;

	streams(f, CALL(0, "a", "read", "{\\'a\\':1}\\n") ARGUMENTS(0, " ") TEXT("ok") OK,
		"<tool_use a read '{\"a\":1}'> <text 'ok'> tool_use");
	assert_string_equal(f->notes.text, "");
	streams(f, CALL(0, "a", "read", "{\\'a\\':1}}") ARGUMENTS(0, "x") OK,
		"<tool_use a read '{\"a\":1}'> tool_use");
	assert_string_equal(f->notes.text, "dropped:after_arguments");
}

static void empty_object_in_front_is_no_argument(void **state)	/* doc/answer.md §5 */
{
	streams(*state, CALL(0, "a", "read", "{}") ARGUMENTS(0, "{\\'a\\'") ARGUMENTS(0, ":1}") OK,
		"<tool_use a read '{\"a\"' ':1}'> tool_use");
	streams(*state, CALL(0, "a", "read", "{ }") ARGUMENTS(0, "{}") TEXT("ok")
		ARGUMENTS(0, "{\\'a\\':1}") OK, "<tool_use a read> <text 'ok'> tool_use");
	streams(*state, DELTA("'tool_calls':[{'index':0,'id':'a','function':{'name':'read',"
		"'arguments':'{}'}},{'index':0,'function':{'arguments':'{\\'a\\''}}]") TEXT("ok")
		ARGUMENTS(0, ":1}") OK, "<tool_use a read '{\"a\"' ':1}'> <text 'ok'> tool_use");
	streams(*state, CALL(0, "a", "read", "{}{\\'a\\'") ARGUMENTS(0, ":1}") OK,
		"<tool_use a read '{\"a\"' ':1}'> tool_use");
	streams(*state, CALL(0, "a", "read", " {}\\n{ }{}{\\'a\\':1}{}") OK,
		"<tool_use a read '{\"a\":1}'> tool_use");
}

static void arguments_have_a_limit(void **state)	/* claudeproxy(8), "LIMITS" */
{
	struct buf line = { 0 }, lines = { 0 }, wire = { 0 };

	while (line.len < 15 << 20)
		buf_puts(&line, "0123456789abcdef");
	buf_puts(&lines, CALL(0, "a", "", "{"));
	for (unsigned i = 0; i < 5; i++)
		buf_printf(&lines, ARGUMENTS(0, "%s"), buf_text(&line));
	make_wire(buf_text(&lines), "\n", &wire);
	plays_as(*state, buf_slice(&wire), 1 << 20, 1 << 20,
		" ERROR 502 api_error: upstream's tool calls are too large: more than 64 MB");
	buf_free(&line);
	buf_free(&lines);
	buf_free(&wire);
}

static void cut_call_is_a_failure(void **state)	/* doc/answer.md §2.5 */
{
	streams(*state, CALL(0, "a", "read", "{\\'a\\':\\'x") FINISH("tool_calls") DONE,
		"<tool_use a read '{\"a\":\"x' ERROR 502 api_error: "
		"upstream cut the arguments of the tool read short");
	streams(*state, CALL(0, "a", "read", "{\\'a\\':1}") CALL(1, "b", "list", "{") DONE,
		"<tool_use a read '{\"a\":1}'> <tool_use b list '{' ERROR 502 api_error: "
		"upstream cut the arguments of the tool list short");
}

static void cut_call_with_length_stays_as_it_is(void **state)	/* doc/answer.md §2.5 */
{
	streams(*state, CALL(0, "a", "read", "{\\'a\\':\\'x") FINISH("length") DONE,
		"<tool_use a read '{\"a\":\"x'> max_tokens");
}

static void call_cut_before_its_arguments_is_not_run(void **state)	/* answer, rule 10 */
{
	streams(*state, CALL(0, "a", "read", "") CALL(1, "b", "list", "") FINISH("length") DONE,
		"<tool_use a read> <tool_use b list '{\"raw_arguments\":\"\"}'> max_tokens");
}

static void broken_arguments_pass_as_they_came(void **state)	/* doc/answer.md §2.5 */
{
	streams(*state, CALL(0, "a", "read", "{\\'a\\':") ARGUMENTS(0, "1]}") OK,
		"<tool_use a read '{\"a\":' '1]}'> tool_use");
	streams(*state, CALL(0, "a", "read", "{a:") ARGUMENTS(0, "1}") TEXT("ok") OK,
		"<tool_use a read '{a:' '1}'> <text 'ok'> tool_use");
}

static const struct CMUnitTest tests[] = {
	TEST(other_beginnings_wait_for_the_end),
	TEST(argument_objects_are_sent_at_once),
	TEST(missing_arguments_are_empty),
	TEST(snapshots_count_once),
	TEST(host_that_sends_snapshots_goes_on_so),
	TEST(what_only_looks_like_a_snapshot_is_not),
	TEST(bytes_behind_the_object_are_dropped),
	TEST(empty_object_in_front_is_no_argument),
	TEST(arguments_have_a_limit),
	TEST(cut_call_is_a_failure),
	TEST(cut_call_with_length_stays_as_it_is),
	TEST(call_cut_before_its_arguments_is_not_run),
	TEST(broken_arguments_pass_as_they_came),
};

int main(void)
{
	return cmocka_run_group_tests(tests, NULL, NULL);
}
