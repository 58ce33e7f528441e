/* Tool calls of whole answers: arguments, ids, names. doc/answer.md §1.4 */
#include "answer_fixture.h"

#define OK FINISH("tool_calls") DONE
#define WHOLE(calls) COMPLETION("'tool_calls':[" calls "]", "tool_calls")

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

static void objects_pass_to_the_digit(void **state)	/* doc/answer.md §1.4 */
{
	arguments_become(state, "'{\\'a\\': 12345678901234567890.10, \\'b\\':\\'x\\\\u0000\\'}'",
		" '{\"a\": 12345678901234567890.10, \"b\":\"x\\u0000\"}'");
	arguments_become(state, "{'a':12345678901234567890}", " '{\"a\":12345678901234567890}'");
}

static void empty_object_in_front_is_no_argument(void **state)	/* doc/answer.md §1.4 */
{
	arguments_become(state, "'{}{\\'a\\':1}'", " '{\"a\":1}'");
	arguments_become(state, "' { }\\n{}{\\'a\\':1}'", " '{\"a\":1}'");
	arguments_become(state, "'{}{}'", "");
	arguments_become(state, "'{} '", "");
	arguments_become(state, "'{\\'a\\':1}{}'", " '{\"raw_arguments\":\"{\\\"a\\\":1}{}\"}'");
}

static void empty_arguments_are_an_empty_object(void **state)	/* doc/answer.md §1.4 */
{
	static const char *const empty[] = {
		"''", "null", "'null'", "'[]'", "' \\n '", "'{}'", "{}", "[]", "'\\'\\''",
	};

	for (size_t i = 0; i < sizeof(empty) / sizeof(empty[0]); i++)
		arguments_become(state, empty[i], "");
	answers(*state, WHOLE("{'id':'call_1','function':{'name':'read'}}"),
		"<tool_use call_1 read> tool_use");
}

static void twice_encoded_is_decoded_once_more(void **state)	/* doc/answer.md §1.4 */
{
	arguments_become(state, "'\\'{\\\\\\'a\\\\\\':1}\\''", " '{\"a\":1}'");
}

static void what_is_no_object_becomes_raw(void **state)	/* doc/answer.md §1.4 */
{
	arguments_become(state, "'[1]'", " '{\"raw_arguments\":\"[1]\"}'");
	arguments_become(state, "7", " '{\"raw_arguments\":\"7\"}'");
	arguments_become(state, "'{\\'a\\':'", " '{\"raw_arguments\":\"{\\\"a\\\":\"}'");
	arguments_become(state, "'ls -l'", " '{\"raw_arguments\":\"ls -l\"}'");
}

static void cut_whole_call_is_raw_and_max_tokens(void **state)	/* doc/answer.md §1.4 */
{
	answers(*state, COMPLETION("'tool_calls':[{'id':'call_1','function':{'name':'read',"
		"'arguments':'{\\'a'}}]", "length"),
		"<tool_use call_1 read '{\"raw_arguments\":\"{\\\"a\"}'> max_tokens");
}

static void legacy_function_call(void **state)	/* doc/answer.md §1.4, §2.5 */
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

static void type_may_lack_and_function_too(void **state)	/* doc/answer.md §1.4 */
{
	answers(*state, WHOLE("{'id':'call_1','type':null,'name':'read','arguments':'{}'},7"),
		"<tool_use call_1 read> tool_use");
}

/* ---- ids and names: doc/answer.md §1.4 ---- */

static void missing_ids_are_made(void **state)	/* doc/answer.md §1.4 */
{
	answers(*state, WHOLE("{'function':{'name':'read'}},{'id':'','function':{'name':'read'}},"
		"{'id':7,'function':{'name':'read'}}"),
		"<tool_use made_0 read> <tool_use made_1 read> "
		"<tool_use made_2 read> tool_use");
}

static void taken_ids_get_another(void **state)	/* doc/answer.md §1.4 */
{
	struct fixture *f = *state;

	f->turn.taken = js_new_object();
	js_add_bool(f->turn.taken, "call_0", true);
	answers(f, WHOLE("{'id':'call_0','function':{'name':'read','arguments':'{\\'a\\':1}'}},"
		"{'id':'call_0','function':{'name':'read','arguments':'{\\'a\\':2}'}}"),
		"<tool_use call_0r2 read '{\"a\":1}'> <tool_use call_0r3 read '{\"a\":2}'> tool_use");
	streams(f, CALL(0, "call_0", "read", "{}") OK, "<tool_use call_0r2 read> tool_use");
}

static void names_are_mapped_back(void **state)	/* doc/answer.md §1.4 */
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

static void nameless_call_is_the_only_tool(void **state)	/* doc/answer.md §1.4 */
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

static const struct CMUnitTest tests[] = {
	TEST(objects_pass_to_the_digit),
	TEST(empty_object_in_front_is_no_argument),
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
};

int main(void)
{
	return cmocka_run_group_tests(tests, NULL, NULL);
}
