/*
 * What is new in reasoning_details that come in fragments, whole once more, or with all before them
 * in front. doc/answer.md §1.3, §2.4
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "../../convert/answer/details.h"
#include "../../convert/carry.h"
#include "conversion.h"

#define LONG "Nobody says this "
#define ID "'type':'reasoning.text','index':0"
#define NEXT "'type':'reasoning.text','index':1"

static void news_are(const char *deltas, bool whole, bool over, const char *expected,
	const char *file, int line)
{
	struct json_object *lists = tree(deltas), *wanted = tree(expected), *came = js_new_array();
	struct details details = { 0 };

	for (size_t i = 0; i < js_count(lists); i++) {
		bool last = i + 1 == js_count(lists);
		struct json_object *news = details_news(&details, js_at(lists, i), whole,
			over && last ? 1 : 0);

		js_append_share(came, news ? news : js_at(lists, i));
		js_free(news);
	}
	same_text(came, wanted, file, line);
	details_free(&details);
	js_free(came);
	js_free(wanted);
	js_free(lists);
}

/* Lists of one delta each; over: the last came with or behind something else than thinking. */
#define STREAMED(deltas, expected) news_are(deltas, false, false, expected, __FILE__, __LINE__)
#define AND_OVER(deltas, expected) news_are(deltas, false, true, expected, __FILE__, __LINE__)
#define WHOLE(deltas, expected) news_are(deltas, true, false, expected, __FILE__, __LINE__)

static void fragments_are_new(void **state)
{
	static const char *const all[] = {
		"[[{" ID ",'text':'Let '}],[{" ID ",'text':'me'}],[{" ID ",'signature':'s'}]]",
		"[[{" ID ",'text':'a'}],[{" ID ",'text':'a'}],[{" ID ",'text':'a'}]]",
		"[[{" ID ",'text':'ha'}],[{" ID ",'text':'haha'}],[{" ID ",'text':'!'}]]",
		"[[{" ID ",'text':'a'}],[{" ID ",'text':'and'}],[{" ID ",'text':'so'}]]",
		"[[{" ID ",'text':'\\n'}],[{" ID ",'text':'\\n\\n'}],[{" ID ",'text':' x'}]]",
		"[[{" ID ",'text':'Wait. '},{" ID ",'text':'Wait. '}],[{" ID ",'text':'So'}]]",
		"[[{" ID ",'text':'a'}],[{" NEXT ",'text':'a'}],[7,{'text':'a'},null,[]]]",
		"[[],[{'type':'reasoning.encrypted','data':'AA','index':0}],[{'type':"
			"'reasoning.encrypted','data':'AA','index':0}]]",
		"[[{" ID ",'text':'a','signature':''}],[{" ID ",'text':'b','signature':''}]]",
		"[[{" ID ",'text':'a','signature':'s'}],[{" ID ",'text':'b','signature':'s'}]]",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++)
		STREAMED(all[i], all[i]);
}

/* In the chunk with the call, or in the one with the finish_reason. */
static void signed_detail_that_comes_again_is_not_new(void **state)
{
	static const char *const again[] = {
		ID ",'text':'Think A','signature':'S'", ID ",'text':'Think A'",
		ID ",'text':'Think A','signature':null", ID ",'signature':'S'",
		"'signature':'S','text':'Think A','id':'r','index':0,'type':'reasoning.text'",
		ID ",'text':'','signature':'S'",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(again) / sizeof(again[0]); i++) {
		struct buf deltas = { 0 };

		buf_printf(&deltas, "[[{" ID ",'text':'Think '}],[{" ID ",'text':'A'}],"
			"[{" ID ",'signature':'S'}],[{%s}]]", again[i]);
		STREAMED(buf_text(&deltas), "[[{" ID ",'text':'Think '}],[{" ID ",'text':'A'}],"
			"[{" ID ",'signature':'S'}],[]]");
		buf_free(&deltas);
	}
	STREAMED("[[{'type':'reasoning.text','text':'a','signature':'S'}],"
		"[{'type':'reasoning.text','text':'a','signature':'S'}]]",
		"[[{'type':'reasoning.text','text':'a','signature':'S'}],[]]");
}

/* Its signature may come for the first time with the repetition. */
static void signature_of_the_repetition_is_new(void **state)
{
	(void)state;
	AND_OVER("[[{" ID ",'text':'Think '}],[{" ID ",'text':'A'}],"
		"[{" ID ",'text':'Think A','signature':'S'}]]",
		"[[{" ID ",'text':'Think '}],[{" ID ",'text':'A'}],"
		"[{" ID ",'text':'','signature':'S'}]]");
	STREAMED("[[{" ID ",'text':'" LONG "'}],[{" ID ",'text':'" LONG "','signature':'S'}],"
		"[{" ID ",'text':'" LONG "','signature':'S'}]]",
		"[[{" ID ",'text':'" LONG "'}],[{" ID ",'text':'','signature':'S'}],[]]");
}

static void another_signature_is_another_detail(void **state)
{
	static const char *const all[] = {
		"[[{" ID ",'text':'a','signature':'S'}],[{" ID ",'text':'a','signature':'T'}]]",
		"[[{" ID ",'text':'a','signature':'S'}],[{" ID ",'text':'b'}],"
			"[{" ID ",'signature':'T'}]]",
		"[[{" ID ",'text':'Think','signature':'S'}],[{" ID ",'text':'Think on'}]]",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++)
		STREAMED(all[i], all[i]);
}

/* Without a signature: when the thinking is over, or when it is too long to be meant. */
static void unsigned_detail_that_comes_again_is_not_new(void **state)
{
	(void)state;
	AND_OVER("[[{" ID ",'text':'Look'}],[{" ID ",'text':'.'}],[{" NEXT ",'text':'On.'}],"
		"[{" ID ",'text':'Look.'},{" NEXT ",'text':'On.'}]]",
		"[[{" ID ",'text':'Look'}],[{" ID ",'text':'.'}],[{" NEXT ",'text':'On.'}],"
		"[{" NEXT ",'text':'On.'}]]");
	AND_OVER("[[{'type':'reasoning.summary','summary':'Look.','id':'rs_1'}],"
		"[{'type':'reasoning.summary','summary':'Look.','id':'rs_1'}]]",
		"[[{'type':'reasoning.summary','summary':'Look.','id':'rs_1'}],[]]");
	STREAMED("[[{'type':'reasoning.summary','summary':'" LONG "'}],"
		"[{'type':'reasoning.summary','summary':'" LONG "'}]]",
		"[[{'type':'reasoning.summary','summary':'" LONG "'}],[]]");
	AND_OVER("[[{" ID ",'text':'a'}],[{" ID ",'text':'a'}]]",
		"[[{" ID ",'text':'a'}],[{" ID ",'text':'a'}]]");
}

static void blob_that_comes_again_is_not_new(void **state)
{
	(void)state;
	STREAMED("[[{'type':'reasoning.encrypted','data':'AA','id':'rs_1','index':0}],"
		"[{'type':'reasoning.encrypted','data':'AA','id':'rs_1','index':0}]]",
		"[[{'type':'reasoning.encrypted','data':'AA','id':'rs_1','index':0}],[]]");
	AND_OVER("[[{'type':'reasoning.encrypted','data':'AABB'}],"
		"[{'type':'reasoning.text','text':'a'}],"
		"[{'type':'reasoning.encrypted','data':'AABB'}]]",
		"[[{'type':'reasoning.encrypted','data':'AABB'}],"
		"[{'type':'reasoning.text','text':'a'}],[]]");
	AND_OVER("[[{'type':'reasoning.encrypted','data':'AABB','id':'rs_1'}],"
		"[{'type':'reasoning.encrypted','data':'AABB','id':'rs_2'}]]",
		"[[{'type':'reasoning.encrypted','data':'AABB','id':'rs_1'}],"
		"[{'type':'reasoning.encrypted','data':'AABB','id':'rs_2'}]]");
}

/* MiniMax's documentation reads its stream so: each fragment begins with all before it. */
static void fragments_that_begin_with_all_before_them(void **state)
{
	(void)state;
	STREAMED("[[{" ID ",'text':'" LONG "'}],[{" ID ",'text':'" LONG "a'}],"
		"[{" ID ",'text':'" LONG "a b'}],[{" ID ",'text':'" LONG "a b'}]]",
		"[[{" ID ",'text':'" LONG "'}],[{" ID ",'text':'a'}],[{" ID ",'text':' b'}],[]]");
	/* The first is too short to tell; with the third it is clear. */
	STREAMED("[[{" ID ",'text':'The'}],[{" ID ",'text':'The user'}],"
		"[{" ID ",'text':'The user is'}],[{" ID ",'text':'The user is it'}]]",
		"[[{" ID ",'text':'The'}],[{" ID ",'text':'The user'}],"
		"[{" ID ",'text':' is'}],[{" ID ",'text':' it'}]]");
}

/* In a whole answer each stands whole: only what is there twice is left out. */
static void whole_details_are_left_out_the_second_time(void **state)
{
	static const char twice[] = "[[{" ID ",'text':'ab','signature':'S'},{" ID ",'text':'ab'},"
		"{'signature':'S'," ID ",'text':'ab'},{" ID ",'text':'abc'},{" ID ",'text':'abc'},"
		"{" NEXT ",'text':'ab','signature':'S'},{" ID ",'text':'abc','signature':'S'}]]";

	(void)state;
	WHOLE(twice, "[[{" ID ",'text':'ab','signature':'S'},{" ID ",'text':'abc'},"
		"{" NEXT ",'text':'ab','signature':'S'},{" ID ",'text':'abc','signature':'S'}]]");
}

/* What no capsule holds is not compared any more. */
static void comparison_ends_where_a_capsule_does(void **state)
{
	struct json_object *list = tree("[{" ID "}]"), *news;
	struct details details = { 0 };
	struct buf text = { 0 };

	(void)state;
	while (text.len < CAPSULE_MAX)
		buf_puts(&text, "0123456789abcdef");
	js_add_slice(js_at(list, 0), "text", buf_slice(&text));
	news = details_news(&details, list, false, 0);
	assert_null(news);
	news = details_news(&details, list, false, 0);
	assert_null(news);
	details_free(&details);
	buf_free(&text);
	js_free(list);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(fragments_are_new),
		cmocka_unit_test(signed_detail_that_comes_again_is_not_new),
		cmocka_unit_test(signature_of_the_repetition_is_new),
		cmocka_unit_test(another_signature_is_another_detail),
		cmocka_unit_test(unsigned_detail_that_comes_again_is_not_new),
		cmocka_unit_test(blob_that_comes_again_is_not_new),
		cmocka_unit_test(fragments_that_begin_with_all_before_them),
		cmocka_unit_test(whole_details_are_left_out_the_second_time),
		cmocka_unit_test(comparison_ends_where_a_capsule_does),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
