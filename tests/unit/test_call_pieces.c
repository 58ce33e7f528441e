/* Pieces of calls in a stream: which call they belong to, and its name. doc/answer.md §2.5 */
#include "answer_fixture.h"

#define OK FINISH("tool_calls") DONE
/* A piece with the name and any other members. */
#define PIECE(members) DELTA("'tool_calls':[{" members "}]")

static void same_index_is_the_same_call(void **state)	/* doc/answer.md §2.5 */
{
	streams(*state, CALL(0, "call_1", "read", "") ARGUMENTS(0, "{\\'a\\'")
		PIECE("'index':0,'id':null,'function':{'name':null,'arguments':':'}")
		PIECE("'index':0,'id':'','function':{'arguments':'1'}")
		CALL(0, "call_1", "read", "}") CALL(0, "call_1", "read", "") OK,
		"<tool_use call_1 read '{\"a\"' ':' '1' '}'> tool_use");
}

/* doc/answer.md §2.5: Ollama */
static void new_id_under_an_old_index_is_a_new_call(void **state)
{
	streams(*state, CALL(0, "a", "read", "{\\'a\\':1}") CALL(0, "b", "read", "{\\'a\\':1}") OK,
		"<tool_use a read '{\"a\":1}'> <tool_use b read '{\"a\":1}'> tool_use");
	streams(*state, CALL(0, "a", "read", "{\\'a\\':") CALL(0, "b", "list", "{}")
		PIECE("'index':0,'id':'a','function':{'arguments':'1}'}") OK,
		"<tool_use a read '{\"a\":' '1}'> <tool_use b list> tool_use");
}

static void ids_tell_calls_apart_that_come_by_turns(void **state)	/* doc/answer.md §2.5 */
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

static void without_index_the_id_decides(void **state)	/* doc/answer.md §2.5 */
{
	streams(*state, PIECE("'id':'a','function':{'name':'read','arguments':'{'}")
		PIECE("'id':'b','function':{'name':'list','arguments':'{'}")
		PIECE("'id':'a','function':{'arguments':'\\'x\\':1}'}")
		PIECE("'function':{'arguments':' '}")
		PIECE("'id':'b','function':{'arguments':'\\'y\\':2}'}") OK,
		"<tool_use a read '{' '\"x\":1}'> <tool_use b list '{' '\"y\":2}'> tool_use");
}

static void index_may_come_and_go(void **state)	/* doc/answer.md §2.5 */
{
	streams(*state, CALL(0, "a", "read", "{\\'a\\':")
		PIECE("'id':'a','function':{'arguments':'1'}")
		PIECE("'index':0,'id':'a','function':{'arguments':'}'}") OK,
		"<tool_use a read '{\"a\":' '1' '}'> tool_use");
	streams(*state, PIECE("'id':'a','function':{'name':'read','arguments':'{\\'a\\':'}")
		PIECE("'index':0,'id':'a','function':{'arguments':'1}'}") OK,
		"<tool_use a read '{\"a\":' '1}'> tool_use");
}

static void without_index_and_id_it_is_the_current_call(void **state)	/* doc/answer.md §2.5 */
{
	streams(*state, PIECE("'function':{'name':'read','arguments':'{\\'a\\''}")
		PIECE("'function':{'arguments':':1}'}")
		PIECE("'function':{'name':'list','arguments':'{\\'b\\':2}'}") OK,
		"<tool_use made_0 read '{\"a\"' ':1}'> "
		"<tool_use made_1 list '{\"b\":2}'> tool_use");
}

static void name_behind_a_closed_call_begins_another(void **state)	/* doc/answer.md §2.5 */
{
	streams(*state, CALL(0, "", "read", "{\\'a\\':1}") CALL(0, "", "read", "{\\'a\\'")
		ARGUMENTS(0, ":2}") OK, "<tool_use made_0 read '{\"a\":1}'> "
		"<tool_use made_1 read '{\"a\":2}'> tool_use");
	streams(*state, CALL(0, "a", "read", "{\\'a\\':1}") CALL(0, "a", "read", "{\\'a\\':2}") OK,
		"<tool_use a read '{\"a\":1}'> <tool_use ar2 read '{\"a\":2}'> tool_use");
}

static void repeated_call_is_dropped(void **state)	/* doc/answer.md §2.5 */
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

/* doc/answer.md §2.5 */
static void same_id_under_another_index_may_be_another_call(void **state)
{
	streams(*state, CALL(0, "a", "read", "{\\'a\\':1}") CALL(1, "a", "read", "{\\'a\\':")
		ARGUMENTS(1, "2") ARGUMENTS(1, "}") OK,
		"<tool_use a read '{\"a\":1}'> <tool_use ar2 read '{\"a\":2' '}'> tool_use");
}

static void interleaved_calls_come_out_in_order(void **state)	/* doc/answer.md §2.4, §2.5 */
{
	streams(*state, DELTA("'tool_calls':[{'index':0,'id':'a','function':{'name':'read'}},"
		"{'index':1,'id':'b','function':{'name':'list'}}]")
		ARGUMENTS(1, "{\\'b\\':") ARGUMENTS(0, "{\\'a\\':") ARGUMENTS(1, "2}")
		ARGUMENTS(0, "1}") TEXT("ok") OK,
		"<tool_use a read '{\"a\":' '1}'> <tool_use b list '{\"b\":2}'> <text 'ok'> "
		"tool_use");
}

static void late_id_counts_until_the_start(void **state)	/* doc/answer.md §2.5 */
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

/* ---- names: doc/answer.md §2.5 ---- */

static void names_in_pieces(void **state)	/* doc/answer.md §2.5 */
{
	streams(*state, CALL(0, "a", "re", "") CALL(0, "a", "ad", "") ARGUMENTS(0, "{}") OK,
		"<tool_use a read> tool_use");
	streams(*state, CALL(0, "a", "re", "") CALL(0, "a", "read", "") CALL(0, "a", "read", "{}")
		OK, "<tool_use a read> tool_use");
	streams(*state, CALL(0, "a", "read", "{\\'a\\'") CALL(0, "a", "more", ":1") OK,
		"<tool_use a read '{\"a\"' ':1' ERROR 502 api_error: "
		"upstream cut the arguments of the tool read short");
}

static void late_name_holds_the_arguments(void **state)	/* doc/answer.md §2.5 */
{
	streams(*state, CALL(0, "a", "", "{\\'a\\'") ARGUMENTS(0, ":1") CALL(0, "a", "read", "}")
		OK, "<tool_use a read '{\"a\":1}'> tool_use");
}

static const struct CMUnitTest tests[] = {
	TEST(same_index_is_the_same_call),
	TEST(new_id_under_an_old_index_is_a_new_call),
	TEST(ids_tell_calls_apart_that_come_by_turns),
	TEST(new_id_on_each_piece_without_a_name_is_the_same_call),
	TEST(without_index_the_id_decides),
	TEST(index_may_come_and_go),
	TEST(without_index_and_id_it_is_the_current_call),
	TEST(name_behind_a_closed_call_begins_another),
	TEST(repeated_call_is_dropped),
	TEST(same_id_under_another_index_may_be_another_call),
	TEST(interleaved_calls_come_out_in_order),
	TEST(late_id_counts_until_the_start),
	TEST(pieces_of_nothing_are_no_call),
	TEST(names_in_pieces),
	TEST(late_name_holds_the_arguments),
};

int main(void)
{
	return cmocka_run_group_tests(tests, NULL, NULL);
}
