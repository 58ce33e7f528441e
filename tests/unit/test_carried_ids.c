/*
 * Calls on their way back: signatures, ids, and the results that look for them; and what becomes
 * of state that was changed on its way. doc/request.md §5.2 to §5.4
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "carried.h"

static const char two_calls[] = "[{'role':'user','content':'go'},{'role':'assistant','content':["
	"{'type':'thinking','thinking':'hm','signature':'$0'},"
	"{'type':'tool_use','id':'$1','name':'A','input':{}},"
	"{'type':'tool_use','id':'d','name':'A','input':{}}]},{'role':'user','content':["
	"{'type':'tool_result','tool_use_id':'$1','content':'x'},"
	"{'type':'tool_result','tool_use_id':'d','content':'x'}]}]";

static void gemini_has_a_signature_in_each_step(void **state)
{
	struct buf wanted = { 0 };
	const char *signatures[] = { "sig", "skip_thought_signature_validator" };

	(void)state;
	for (size_t i = 0; i < sizeof(signatures) / sizeof(signatures[0]); i++) {
		carry(0, HOST, "{}");
		carry_in_id(1, i == 0 ? HOST : ELSEWHERE, "c", "", "sig");
		buf_clear(&wanted);
		buf_printf(&wanted, "[{'role':'assistant','content':null,'tool_calls':[{'id':'c',"
			"'type':'function','function':{'name':'A','arguments':'{}'},"
			"'extra_content':{'google':{'thought_signature':'%s'}}}," CALL_OUT("d")
			"]}," RESULT_OUT("c") "," RESULT_OUT("d") "]", signatures[i]);
		becomes_with("gemini", WANTED_OFF, "gemini-3-pro", two_calls, buf_text(&wanted));
		assert_string_equal(noted.text, i == 1 ? "added:thought_signature" : "");
	}
	buf_free(&wanted);
}

/* Gemini 2 needs none, and nobody else hears of it. */
static void stand_in_goes_to_gemini_3_alone(void **state)
{
	static const char plain[] = "[{'role':'assistant','content':null,'tool_calls':["
		CALL_OUT("c") "," CALL_OUT("d") "]}," RESULT_OUT("c") "," RESULT_OUT("d") "]";

	(void)state;
	carry(0, ELSEWHERE, "{}");
	carry_in_id(1, ELSEWHERE, "c", "", "sig");
	becomes_with("gemini", WANTED_ON, "gemini-2.5-pro", two_calls, plain);
	becomes_with("generic", WANTED_ON, "gemini-3-pro", two_calls, plain);
	assert_string_equal(noted.text, "");
}

/* Of an id that carries something nobody ever gets the suffix. */
static void ids_are_cut_for_every_family(void **state)
{
	(void)state;
	carry_in_id(1, ELSEWHERE, "call_1", "functions.A:0", "");
	for (size_t i = 0; family_at(i); i++) {
		struct settings settings = at(family_at(i)->name, HOST);
		struct turn turn = turn_of(&settings, "model");
		struct json_object *messages = js_new_array(), *in;
		char *text = filled(two_calls);

		in = tree(text);
		history_add(messages, in, &turn);
		assert_null(strstr(js_text(messages).data, "__cp1"));
		js_free(messages);
		js_free(in);
		free(text);
		turn_free(&turn);
	}
}

static void ids_go_back_as_they_were_given(void **state)
{
	(void)state;
	carry(0, ELSEWHERE, "{}");
	carry_in_id(1, HOST, "call_1", "functions.A:0 é", "");
	becomes("generic", two_calls, "[{'role':'assistant','content':null,'tool_calls':["
		CALL_OUT("functions.A:0 é") "," CALL_OUT("d") "]}," RESULT_OUT("functions.A:0 é")
		"," RESULT_OUT("d") "]");
	/* Two ids that were one: upstream must tell them apart. */
	carry_in_id(1, HOST, "call_1", "d", "");
	becomes("generic", two_calls, "[{'role':'assistant','content':null,'tool_calls':["
		CALL_OUT("d") "," CALL_OUT("dr2") "]}," RESULT_OUT("d") "," RESULT_OUT("dr2") "]");
}

static void visible_parts_are_taken(void **state)
{
	struct settings settings = at("generic", HOST);
	struct turn turn = turn_of(&settings, "model");
	struct json_object *messages = js_new_array(), *in;
	struct buf id = { 0 };
	char *text;

	(void)state;
	carry_in_id(1, HOST, "call_1", "functions.A:0", "");
	text = filled(two_calls);
	in = tree(text);
	history_add(messages, in, &turn);
	ids_make_unique(turn.taken, "call_1", &id);
	assert_string_equal(buf_text(&id), "call_1r2");
	js_free(messages);
	js_free(in);
	free(text);
	buf_free(&id);
	turn_free(&turn);
}

/* ---- whatever a client makes of it ---- */

static unsigned long chance(unsigned long below)
{
	static unsigned long long state = 1;

	state = state * 6364136223846793005ull + 1442695040888963407ull;
	return (unsigned long)(state >> 33) % below;
}

/* Some characters changed, left out, put in or said twice; the JSON stays JSON. */
static void edit(struct buf *text)
{
	static const char characters[] = "AZaz09-_.=+/:cp1 gGvVib";
	struct buf out = { 0 };
	size_t from = chance(text->len + 1), len = chance(8);

	buf_add(&out, text->data, from);
	for (size_t i = chance(6); i > 0; i--)
		buf_add(&out, &characters[chance(sizeof(characters) - 1)], 1);
	if (chance(4) == 0)
		from = chance(text->len + 1);
	else if (from + len < text->len)
		from += len;
	buf_add(&out, text->data + from, text->len - from);
	buf_free(text);
	*text = out;
}

static void edited_state_goes_nowhere(void **state)
{
	struct settings settings = at("generic", HOST);
	struct buf capsule = { 0 }, id = { 0 };

	(void)state;
	carry(0, HOST, "{'f':'reasoning','t':'hm','d':[{'type':'reasoning.text','text':'hm'}],"
		"'m':[{'type':'thinking','thinking':[]}],'g':['sig']}");
	carry_in_id(1, HOST, "call_1", "functions.A:0", "AY89a18IwQsQ8/+8");
	buf_puts(&capsule, buf_text(&carried[0]));
	buf_puts(&id, buf_text(&carried[1]));
	for (unsigned round = 0; round < 5000; round++) {
		struct turn turn = turn_of(&settings, "model");
		struct json_object *messages = js_new_array(), *in;
		char *text;

		for (unsigned i = 0; i < 2; i++) {
			const struct buf *whole = i ? &id : &capsule;

			buf_clear(&carried[i]);
			buf_add(&carried[i], whole->data, whole->len);
			do
				edit(&carried[i]);
			while (!strcmp(buf_text(&carried[i]), buf_text(whole)));
		}
		text = filled(two_calls);
		in = tree(text);
		history_add(messages, in, &turn);
		assert_false(mentions_state(js_at(messages, 1)));
		assert_null(strstr(js_text(messages).data, "__cp1"));
		js_free(messages);
		js_free(in);
		free(text);
		turn_free(&turn);
	}
	buf_free(&capsule);
	buf_free(&id);
}

#define TEST(function) cmocka_unit_test_teardown(function, forget)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(gemini_has_a_signature_in_each_step),
		TEST(stand_in_goes_to_gemini_3_alone),
		TEST(ids_are_cut_for_every_family),
		TEST(ids_go_back_as_they_were_given),
		TEST(visible_parts_are_taken),
		TEST(edited_state_goes_nowhere),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
