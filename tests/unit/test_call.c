#include "answer_fixture.h"

#define OK FINISH("tool_calls") DONE
/* A piece with the name and any other members. */
#define PIECE(members) DELTA("'tool_calls':[{" members "}]")
#define WHOLE(calls) COMPLETION("'tool_calls':[" calls "]", "tool_calls")

/* ---- §1.4: whole answers ---- */

/* The deltas of a whole call with these arguments: nothing, or one. */
static void arguments_become(void **state, const char *arguments, const char *deltas)
{
	struct buf completion = { 0 }, expected = { 0 };

	buf_printf(&completion, WHOLE("{'id':'call_1','function':{'name':'read','arguments':%s}}"),
		arguments);
	buf_printf(&expected, "<tool_use call_1 read%s> tool_use", deltas);
	answers(*state, buf_text(&completion), buf_text(&expected));
	buf_free(&completion);
	buf_free(&expected);
}

static void objects_pass_to_the_digit(void **state)	/* answer §1.4 */
{
	arguments_become(state, "'{\\'a\\': 12345678901234567890.10, \\'b\\':\\'x\\\\u0000\\'}'",
		" '{\"a\": 12345678901234567890.10, \"b\":\"x\\u0000\"}'");
	arguments_become(state, "{'a':12345678901234567890}", " '{\"a\":12345678901234567890}'");
}

static void empty_arguments_are_an_empty_object(void **state)	/* answer §1.4 */
{
	static const char *const empty[] = {
		"''", "null", "'null'", "'[]'", "' \\n '", "'{}'", "{}", "[]", "'\\'\\''",
	};

	for (size_t i = 0; i < sizeof(empty) / sizeof(empty[0]); i++)
		arguments_become(state, empty[i], "");
	answers(*state, WHOLE("{'id':'call_1','function':{'name':'read'}}"),
		"<tool_use call_1 read> tool_use");
}

static void twice_encoded_is_decoded_once_more(void **state)	/* answer §1.4 */
{
	arguments_become(state, "'\\'{\\\\\\'a\\\\\\':1}\\''", " '{\"a\":1}'");
}

static void what_is_no_object_becomes_raw(void **state)	/* answer §1.4 */
{
	arguments_become(state, "'[1]'", " '{\"raw_arguments\":\"[1]\"}'");
	arguments_become(state, "7", " '{\"raw_arguments\":\"7\"}'");
	arguments_become(state, "'{\\'a\\':'", " '{\"raw_arguments\":\"{\\\"a\\\":\"}'");
	arguments_become(state, "'ls -l'", " '{\"raw_arguments\":\"ls -l\"}'");
}

static void cut_whole_call_is_raw_and_max_tokens(void **state)	/* answer §1.4 */
{
	answers(*state, COMPLETION("'tool_calls':[{'id':'call_1','function':{'name':'read',"
		"'arguments':'{\\'a'}}]", "length"),
		"<tool_use call_1 read '{\"raw_arguments\":\"{\\\"a\"}'> max_tokens");
}

static void legacy_function_call(void **state)	/* answer §1.4, §2.5 */
{
	answers(*state, COMPLETION("'function_call':{'name':'read','arguments':'{\\'a\\':1}'}",
		"function_call"), "<tool_use made_0 read '{\"a\":1}'> tool_use");
	answers(*state, COMPLETION("'tool_calls':[{'id':'call_1','function':{'name':'list'}}],"
		"'function_call':{'name':'read','arguments':'{}'}", "stop"),
		"<tool_use call_1 list> tool_use");
	streams(*state, DELTA("'function_call':{'name':'read'}")
		DELTA("'function_call':{'arguments':'{\\'a\\''}")
		DELTA("'function_call':{'arguments':':1}'}") OK,
		"<tool_use made_0 read '{\"a\"' ':1}'> tool_use");
}

static void type_may_lack_and_function_too(void **state)	/* answer §1.4 */
{
	answers(*state, WHOLE("{'id':'call_1','type':null,'name':'read','arguments':'{}'},7"),
		"<tool_use call_1 read> tool_use");
}

/* ---- §1.4: ids and names ---- */

static void missing_ids_are_made(void **state)	/* answer §1.4 */
{
	answers(*state, WHOLE("{'function':{'name':'read'}},{'id':'','function':{'name':'read'}},"
		"{'id':7,'function':{'name':'read'}}"),
		"<tool_use made_0 read> <tool_use made_1 read> "
		"<tool_use made_2 read> tool_use");
}

static void taken_ids_get_another(void **state)	/* answer §1.4, claude-code §3 */
{
	struct fixture *f = *state;

	taken_add(&f->turn.taken, "call_0");
	answers(f, WHOLE("{'id':'call_0','function':{'name':'read','arguments':'{\\'a\\':1}'}},"
		"{'id':'call_0','function':{'name':'read','arguments':'{\\'a\\':2}'}}"),
		"<tool_use call_0r2+i read '{\"a\":1}'> <tool_use call_0r3+i read '{\"a\":2}'> "
		"tool_use");
	streams(f, CALL(0, "call_0", "read", "{}") OK, "<tool_use call_0r2+i read> tool_use");
}

static void names_are_mapped_back(void **state)	/* answer §1.4 */
{
	struct fixture *f = *state;
	char buffer[65];
	struct buf lines = { 0 };

	names_declare(&f->turn.names, "files.read");
	buf_printf(&lines, CALL(0, "call_1", "%s", "{}") CALL(1, "call_2", "other", "{}") OK,
		names_to_upstream(&f->turn.names, "files.read", buffer));
	streams(f, buf_text(&lines),
		"<tool_use call_1 files.read> <tool_use call_2 other> tool_use");
	buf_free(&lines);
}

static void nameless_call_is_the_only_tool(void **state)	/* answer §1.4 */
{
	struct fixture *f = *state;
	static const char nameless[] =
		" ERROR 502 api_error: upstream sent a tool call without the tool's name";

	streams(f, CALL(0, "call_1", "", "{\\'a\\':1}") OK, nameless);
	names_declare(&f->turn.names, "read");
	streams(f, CALL(0, "call_1", "", "{\\'a\\':1}") OK,
		"<tool_use call_1 read '{\"a\":1}'> tool_use");
	names_declare(&f->turn.names, "list");
	answers(f, WHOLE("{'id':'call_1','function':{'arguments':'{}'}}"), nameless);
}

/* ---- §2.5: which call is it? ---- */

static void same_index_is_the_same_call(void **state)	/* answer §2.5 */
{
	streams(*state, CALL(0, "call_1", "read", "") ARGUMENTS(0, "{\\'a\\'")
		PIECE("'index':0,'id':null,'function':{'name':null,'arguments':':'}")
		PIECE("'index':0,'id':'','function':{'arguments':'1'}")
		CALL(0, "call_1", "read", "}") CALL(0, "call_1", "read", "") OK,
		"<tool_use call_1 read '{\"a\"' ':' '1' '}'> tool_use");
}

static void new_id_under_an_old_index_is_a_new_call(void **state)	/* answer §2.5: Ollama */
{
	streams(*state, CALL(0, "a", "read", "{\\'a\\':1}") CALL(0, "b", "read", "{\\'a\\':1}") OK,
		"<tool_use a read '{\"a\":1}'> <tool_use b read '{\"a\":1}'> tool_use");
	streams(*state, CALL(0, "a", "read", "{\\'a\\':") CALL(0, "b", "list", "{}")
		PIECE("'index':0,'id':'a','function':{'arguments':'1}'}") OK,
		"<tool_use a read '{\"a\":' '1}'> <tool_use b list> tool_use");
}

static void ids_tell_calls_apart_that_come_by_turns(void **state)	/* answer §2.5 */
{
	streams(*state, CALL(0, "a", "read", "{\\'a\\':") CALL(0, "b", "list", "{\\'b\\':")
		PIECE("'index':0,'id':'a','function':{'arguments':'1}'}")
		PIECE("'index':0,'id':'b','function':{'arguments':'2}'}") OK,
		"<tool_use a read '{\"a\":' '1}'> <tool_use b list '{\"b\":' '2}'> "
		"tool_use");
}

static void new_id_on_each_piece_without_a_name_is_the_same_call(void **state)
{
	streams(*state, CALL(0, "a", "read", "{\\'a\\':")
		PIECE("'index':0,'id':'b','function':{'arguments':'1'}")
		PIECE("'index':0,'id':'c','function':{'arguments':'}'}") OK,
		"<tool_use a read '{\"a\":' '1' '}'> tool_use");
}

static void without_index_the_id_decides(void **state)	/* answer §2.5 */
{
	streams(*state, PIECE("'id':'a','function':{'name':'read','arguments':'{'}")
		PIECE("'id':'b','function':{'name':'list','arguments':'{'}")
		PIECE("'id':'a','function':{'arguments':'\\'x\\':1}'}")
		PIECE("'function':{'arguments':' '}")
		PIECE("'id':'b','function':{'arguments':'\\'y\\':2}'}") OK,
		"<tool_use a read '{' '\"x\":1}'> <tool_use b list '{' '\"y\":2}'> tool_use");
}

static void without_index_and_id_it_is_the_current_call(void **state)	/* answer §2.5 */
{
	streams(*state, PIECE("'function':{'name':'read','arguments':'{\\'a\\''}")
		PIECE("'function':{'arguments':':1}'}")
		PIECE("'function':{'name':'list','arguments':'{\\'b\\':2}'}") OK,
		"<tool_use made_0 read '{\"a\"' ':1}'> "
		"<tool_use made_1 list '{\"b\":2}'> tool_use");
}

static void name_behind_a_closed_call_begins_another(void **state)	/* answer §2.5 */
{
	streams(*state, CALL(0, "", "read", "{\\'a\\':1}") CALL(0, "", "read", "{\\'a\\'")
		ARGUMENTS(0, ":2}") OK, "<tool_use made_0 read '{\"a\":1}'> "
		"<tool_use made_1 read '{\"a\":2}'> tool_use");
	streams(*state, CALL(0, "a", "read", "{\\'a\\':1}") CALL(0, "a", "read", "{\\'a\\':2}") OK,
		"<tool_use a read '{\"a\":1}'> <tool_use ar2+i read '{\"a\":2}'> tool_use");
}

static void repeated_call_is_dropped(void **state)	/* answer §2.5 */
{
	struct fixture *f = *state;

	streams(f, CALL(0, "a", "read", "{\\'a\\':1}") CALL(0, "a", "read", "{\\'a\\':1}") OK,
		"<tool_use a read '{\"a\":1}'> tool_use");
	streams(f, CALL(0, "a", "read", "{\\'a\\':1}") CALL(1, "a", "read", "{\\'a\\'")
		ARGUMENTS(1, ":1}") OK, "<tool_use a read '{\"a\":1}'> tool_use");
	assert_string_equal(f->notes.text, "dropped:repeated_call");
	streams(f, CALL(0, "a", "read", "{\\'a\\':1}") ARGUMENTS(0, "{\\'a\\':1}") OK,
		"<tool_use a read '{\"a\":1}'> tool_use");
}

static void same_id_under_another_index_may_be_another_call(void **state)	/* answer §2.5 */
{
	streams(*state, CALL(0, "a", "read", "{\\'a\\':1}") CALL(1, "a", "read", "{\\'a\\':")
		ARGUMENTS(1, "2") ARGUMENTS(1, "}") OK,
		"<tool_use a read '{\"a\":1}'> <tool_use ar2+i read '{\"a\":2' '}'> tool_use");
}

static void interleaved_calls_come_out_in_order(void **state)	/* answer §2.4, §2.5 */
{
	streams(*state, DELTA("'tool_calls':[{'index':0,'id':'a','function':{'name':'read'}},"
		"{'index':1,'id':'b','function':{'name':'list'}}]")
		ARGUMENTS(1, "{\\'b\\':") ARGUMENTS(0, "{\\'a\\':") ARGUMENTS(1, "2}")
		ARGUMENTS(0, "1}") TEXT("ok") OK,
		"<tool_use a read '{\"a\":' '1}'> <tool_use b list '{\"b\":2}'> <text 'ok'> "
		"tool_use");
}

static void late_id_counts_until_the_start(void **state)	/* answer §2.5 */
{
	streams(*state, CALL(0, "", "read", "") CALL(0, "a", "", "{\\'a\\':1}") OK,
		"<tool_use a read '{\"a\":1}'> tool_use");
	streams(*state, CALL(0, "", "read", "{\\'a\\'") CALL(0, "a", "", ":1}") OK,
		"<tool_use made_0 read '{\"a\"' ':1}'> tool_use");
}

static void pieces_of_nothing_are_no_call(void **state)
{
	streams(*state, PIECE("'index':0") PIECE("'index':0,'function':{'arguments':''}")
		TEXT("Hi") OK, "<text 'Hi'> end_turn");
}

/* ---- §2.5: names ---- */

static void names_in_pieces(void **state)	/* answer §2.5 */
{
	streams(*state, CALL(0, "a", "re", "") CALL(0, "a", "ad", "") ARGUMENTS(0, "{}") OK,
		"<tool_use a read> tool_use");
	streams(*state, CALL(0, "a", "re", "") CALL(0, "a", "read", "") CALL(0, "a", "read", "{}")
		OK, "<tool_use a read> tool_use");
	streams(*state, CALL(0, "a", "read", "{\\'a\\'") CALL(0, "a", "more", ":1") OK,
		"<tool_use a read '{\"a\"' ':1' ERROR 502 api_error: "
		"upstream cut the arguments of the tool read short");
}

static void late_name_holds_the_arguments(void **state)	/* answer §2.5 */
{
	streams(*state, CALL(0, "a", "", "{\\'a\\'") ARGUMENTS(0, ":1") CALL(0, "a", "read", "}")
		OK, "<tool_use a read '{\"a\":1}'> tool_use");
}

/* ---- §2.5: arguments ---- */

static void other_beginnings_wait_for_the_end(void **state)	/* answer §2.5 */
{
	streams(*state, CALL(0, "a", "read", "nu") ARGUMENTS(0, "ll") OK,
		"<tool_use a read> tool_use");
	streams(*state, CALL(0, "a", "read", "\\'{\\\\\\'a\\\\\\'") ARGUMENTS(0, ":1}\\'") OK,
		"<tool_use a read '{\"a\":1}'> tool_use");
	streams(*state, CALL(0, "a", "read", "ls ") ARGUMENTS(0, "-l") OK,
		"<tool_use a read '{\"raw_arguments\":\"ls -l\"}'> tool_use");
}

static void argument_objects_are_sent_at_once(void **state)	/* answer §2.5 */
{
	streams(*state, PIECE("'index':0,'id':'a','function':{'name':'read','arguments':{'a':1.0}}")
		TEXT("ok") OK, "<tool_use a read '{\"a\":1.0}'> <text 'ok'> tool_use");
}

static void missing_arguments_are_empty(void **state)	/* answer §2.5 */
{
	streams(*state, PIECE("'index':0,'id':'a','function':{'name':'read','arguments':null}")
		PIECE("'index':0,'function':{}") OK, "<tool_use a read> tool_use");
}

static void snapshots_count_once(void **state)	/* answer §2.5: GLM, Qwen hosts */
{
	streams(*state, CALL(0, "a", "read", "{") ARGUMENTS(0, "{\\'a\\'")
		ARGUMENTS(0, "{\\'a\\':\\'x") ARGUMENTS(0, "{\\'a\\':\\'x")
		ARGUMENTS(0, "{\\'a\\':\\'x\\'}") OK,
		"<tool_use a read '{' '\"a\"' ':\"x' '\"}'> tool_use");
}

static void host_that_sends_snapshots_goes_on_so(void **state)	/* answer §2.5 */
{
	/* By itself the third piece could be the value that the second one wants. */
	streams(*state, CALL(0, "a", "read", "{") ARGUMENTS(0, "{\\'a\\':")
		ARGUMENTS(0, "{\\'a\\':[") ARGUMENTS(0, "{\\'a\\':[1]}") OK,
		"<tool_use a read '{' '\"a\":' '[' '1]}'> tool_use");
}

static void what_only_looks_like_a_snapshot_is_not(void **state)	/* answer §2.5 */
{
	streams(*state, CALL(0, "a", "read", "{\\'a\\':") ARGUMENTS(0, "{\\'a\\':1}}") OK,
		"<tool_use a read '{\"a\":' '{\"a\":1}}'> tool_use");
	streams(*state, CALL(0, "a", "read", "{\\'a\\':\\'b") ARGUMENTS(0, "b\\'}") OK,
		"<tool_use a read '{\"a\":\"b' 'b\"}'> tool_use");
}

static void bytes_behind_the_object_are_dropped(void **state)	/* answer §2.5 */
{
	struct fixture *f = *state;

	streams(f, CALL(0, "a", "read", "{\\'a\\':1}\\n") ARGUMENTS(0, " ") TEXT("ok") OK,
		"<tool_use a read '{\"a\":1}'> <text 'ok'> tool_use");
	assert_string_equal(f->notes.text, "");
	streams(f, CALL(0, "a", "read", "{\\'a\\':1}}") ARGUMENTS(0, "x") OK,
		"<tool_use a read '{\"a\":1}'> tool_use");
	assert_string_equal(f->notes.text, "dropped:after_arguments");
}

static void empty_object_in_front_is_no_argument(void **state)	/* answer §5 */
{
	streams(*state, CALL(0, "a", "read", "{}") ARGUMENTS(0, "{\\'a\\'") ARGUMENTS(0, ":1}") OK,
		"<tool_use a read '{\"a\"' ':1}'> tool_use");
	streams(*state, CALL(0, "a", "read", "{ }") ARGUMENTS(0, "{}") TEXT("ok")
		ARGUMENTS(0, "{\\'a\\':1}") OK, "<tool_use a read> <text 'ok'> tool_use");
}

static void endless_blanks_are_a_failure(void **state)	/* answer §2.5: over 500 */
{
	struct buf lines = { 0 };

	buf_printf(&lines, CALL(0, "a", "read", "{%500s}") OK, "");
	plays_lines_as(*state, buf_text(&lines), "<tool_use a read> tool_use");
	buf_clear(&lines);
	buf_printf(&lines, CALL(0, "a", "read", "{") ARGUMENTS(0, "%501s") OK, "");
	plays_lines_as(*state, buf_text(&lines), "<tool_use a read '{' ERROR 502 api_error: "
		"the model got caught in blanks while it wrote the arguments of the tool read");
	buf_free(&lines);
}

static void cut_call_is_a_failure(void **state)	/* answer §2.5 */
{
	streams(*state, CALL(0, "a", "read", "{\\'a\\':\\'x") FINISH("tool_calls") DONE,
		"<tool_use a read '{\"a\":\"x' ERROR 502 api_error: "
		"upstream cut the arguments of the tool read short");
	streams(*state, CALL(0, "a", "read", "{\\'a\\':1}") CALL(1, "b", "list", "{") DONE,
		"<tool_use a read '{\"a\":1}'> <tool_use b list '{' ERROR 502 api_error: "
		"upstream cut the arguments of the tool list short");
}

static void cut_call_with_length_stays_as_it_is(void **state)	/* answer §2.5 */
{
	streams(*state, CALL(0, "a", "read", "{\\'a\\':\\'x") FINISH("length") DONE,
		"<tool_use a read '{\"a\":\"x'> max_tokens");
}

static void call_cut_before_its_arguments_is_not_run(void **state)	/* answer, rule 10 */
{
	streams(*state, CALL(0, "a", "read", "") CALL(1, "b", "list", "") FINISH("length") DONE,
		"<tool_use a read> <tool_use b list '{\"raw_arguments\":\"\"}'> max_tokens");
}

static void broken_arguments_pass_as_they_came(void **state)	/* answer §2.5 */
{
	streams(*state, CALL(0, "a", "read", "{\\'a\\':") ARGUMENTS(0, "1]}") OK,
		"<tool_use a read '{\"a\":' '1]}'> tool_use");
	streams(*state, CALL(0, "a", "read", "{a:") ARGUMENTS(0, "1}") TEXT("ok") OK,
		"<tool_use a read '{a:' '1}'> <text 'ok'> tool_use");
}

static const struct CMUnitTest tests[] = {
	TEST(objects_pass_to_the_digit),
	TEST(empty_arguments_are_an_empty_object),
	TEST(twice_encoded_is_decoded_once_more),
	TEST(what_is_no_object_becomes_raw),
	TEST(cut_whole_call_is_raw_and_max_tokens),
	TEST(legacy_function_call),
	TEST(type_may_lack_and_function_too),
	TEST(missing_ids_are_made),
	TEST(taken_ids_get_another),
	TEST(names_are_mapped_back),
	TEST(nameless_call_is_the_only_tool),
	TEST(same_index_is_the_same_call),
	TEST(new_id_under_an_old_index_is_a_new_call),
	TEST(ids_tell_calls_apart_that_come_by_turns),
	TEST(new_id_on_each_piece_without_a_name_is_the_same_call),
	TEST(without_index_the_id_decides),
	TEST(without_index_and_id_it_is_the_current_call),
	TEST(name_behind_a_closed_call_begins_another),
	TEST(repeated_call_is_dropped),
	TEST(same_id_under_another_index_may_be_another_call),
	TEST(interleaved_calls_come_out_in_order),
	TEST(late_id_counts_until_the_start),
	TEST(pieces_of_nothing_are_no_call),
	TEST(names_in_pieces),
	TEST(late_name_holds_the_arguments),
	TEST(other_beginnings_wait_for_the_end),
	TEST(argument_objects_are_sent_at_once),
	TEST(missing_arguments_are_empty),
	TEST(snapshots_count_once),
	TEST(host_that_sends_snapshots_goes_on_so),
	TEST(what_only_looks_like_a_snapshot_is_not),
	TEST(bytes_behind_the_object_are_dropped),
	TEST(empty_object_in_front_is_no_argument),
	TEST(endless_blanks_are_a_failure),
	TEST(cut_call_is_a_failure),
	TEST(cut_call_with_length_stays_as_it_is),
	TEST(call_cut_before_its_arguments_is_not_run),
	TEST(broken_arguments_pass_as_they_came),
};

int main(void)
{
	return cmocka_run_group_tests(tests, NULL, NULL);
}
