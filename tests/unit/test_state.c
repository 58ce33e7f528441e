/* What upstream wants back, put together from fragments. doc/answer.md §2.4, doc/request.md §5.1 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "../../convert/answer/state.h"
#include "../../convert/carry.h"
#include "conversion.h"

#define ORIGIN "0a1b2c3d"

/* The capsule of that state holds this; the state is freed. */
static void carries(struct state *state, const char *omitted, const char *expected)
{
	struct json_object *wanted = tree(expected), *carried;
	struct buf capsule = { 0 };

	state_to_capsule(state, slice_of(omitted), ORIGIN, &capsule);
	carried = capsule_read(buf_slice(&capsule), ORIGIN);
	assert_non_null(carried);
	same_text(carried, wanted, __FILE__, __LINE__);
	js_free(carried);
	js_free(wanted);
	buf_free(&capsule);
	state_free(state);
}

static void add_each(struct state *state, const char *list, bool whole,
	void (*add)(struct state *state, struct json_object *element, bool whole))
{
	struct json_object *elements = tree(list);

	for (size_t i = 0; i < js_count(elements); i++)
		add(state, js_at(elements, i), whole);
	js_free(elements);	/* what was kept is held */
}

static void details_become(const char *fragments, bool whole, const char *expected)
{
	struct state state = { 0 };

	add_each(&state, fragments, whole, state_add_detail);
	carries(&state, "", expected);
}

static void fragments_of_one_detail_are_joined(void **state)
{
	(void)state;
	details_become("[{'type':'reasoning.summary','id':'a','summary':'x'},"
		"{'type':'reasoning.summary','id':null,'summary':'y'}]", false,
		"{'d':[{'type':'reasoning.summary','id':'a','summary':'xy'}]}");
	details_become("[{'type':'reasoning.text','text':'Let ','signature':null,'index':0},"
		"{'type':'reasoning.text','text':'me ','index':0},"
		"{'type':'reasoning.text','text':'','signature':'sig','format':'f','index':0},"
		"{'type':'reasoning.text','text':'Next.','index':1},"
		"{'type':'reasoning.summary','summary':'S','index':1},"
		"{'type':'reasoning.summary','summary':'um','index':1},"
		"{'type':'reasoning.encrypted','data':'AA','index':1},"
		"{'type':'reasoning.encrypted','data':'BB','id':'rs_1','index':1}]", false,
		"{'d':[{'type':'reasoning.text','text':'Let me ','signature':'sig','index':0,"
		"'format':'f'},{'type':'reasoning.text','text':'Next.','index':1},"
		"{'type':'reasoning.summary','summary':'Sum','index':1},"
		"{'type':'reasoning.encrypted','data':'AABB','index':1,'id':'rs_1'}]}");
}

static void details_that_differ_stay_apart(void **state)
{
	(void)state;
	details_become("[{'type':'reasoning.encrypted','data':'A','id':'call_1'},"
		"{'type':'reasoning.encrypted','data':'B','id':'call_2'},"
		"{'type':'reasoning.encrypted','data':'C','index':0,'id':'call_2'}]", false,
		"{'d':[{'type':'reasoning.encrypted','data':'A','id':'call_1'},"
		"{'type':'reasoning.encrypted','data':'B','id':'call_2'},"
		"{'type':'reasoning.encrypted','data':'C','index':0,'id':'call_2'}]}");
}

/* Fragments of several details may come by turns; a signature ends its detail. */
static void fragments_are_joined_by_their_index(void **state)
{
	(void)state;
	details_become("[{'type':'reasoning.text','text':'a','index':0},"
		"{'type':'reasoning.text','text':'b','index':1},"
		"{'type':'reasoning.text','text':'c','index':0,'signature':'s'},"
		"{'type':'reasoning.text','text':'d','index':0},"
		"{'type':'reasoning.text','text':'e','index':1}]", false,
		"{'d':[{'type':'reasoning.text','text':'ac','index':0,'signature':'s'},"
		"{'type':'reasoning.text','text':'be','index':1},"
		"{'type':'reasoning.text','text':'d','index':0}]}");
}

/* A whole answer's are whole, however equal they look. */
static void whole_details_are_kept(void **state)
{
	(void)state;
	details_become("[{'type':'reasoning.text','text':'a','index':0,'new':{'x':1.50}},"
		"{'type':'reasoning.text','text':'b','index':0},7,{'text':'no type'}]", true,
		"{'d':[{'type':'reasoning.text','text':'a','index':0,'new':{'x':1.50}},"
		"{'type':'reasoning.text','text':'b','index':0}]}");
}

static void parts_of_mistral_are_joined(void **state)
{
	struct state parts = { 0 };

	(void)state;
	add_each(&parts, "[{'type':'thinking','thinking':'no list'},"
		"{'type':'thinking','thinking':[{'type':'text','text':'a'}]},"
		"{'type':'thinking','thinking':[{'type':'text','text':'b'},"
		"{'type':'reference','reference_ids':[1]}]},"
		"{'type':'thinking','thinking':[{'type':'text','text':'c'}],'signature':'s'},"
		"{'type':'thinking','thinking':[{'type':'text','text':'d'}]},"
		"{'type':'thinking','thinking':'no list'}]", false, state_add_part);
	carries(&parts, "not needed", "{'m':[{'type':'thinking','thinking':["
		"{'type':'text','text':'ab'},{'type':'reference','reference_ids':[1]},"
		"{'type':'text','text':'c'}],'signature':'s'},"
		"{'type':'thinking','thinking':[{'type':'text','text':'d'}]}]}");
}

/* The text goes along only where the block does not show it and nothing else holds it. */
static void omitted_text_is_carried(void **state)
{
	struct state omitted = { .field = "reasoning_content" }, shown = omitted;
	struct state detailed = omitted, nameless = { 0 };

	(void)state;
	carries(&omitted, "hm", "{'f':'reasoning_content','t':'hm'}");
	carries(&shown, "", "{'f':'reasoning_content'}");
	add_each(&detailed, "[{'type':'reasoning.text','text':'hm'}]", false, state_add_detail);
	carries(&detailed, "hm", "{'f':'reasoning_content','d':[{'type':'reasoning.text',"
		"'text':'hm'}]}");
	carries(&nameless, "hm", "{}");
}

/* Models that do not think send a line break as their reasoning. */
static void blanks_are_nothing(void **state)
{
	struct state blank = { 0 };

	(void)state;
	assert_true(state_is_empty(&blank));
	add_each(&blank, "[{'type':'reasoning.text','text':'\\n','signature':null},"
		"{'type':'reasoning.summary','summary':' '}]", false, state_add_detail);
	add_each(&blank, "[{'type':'thinking','thinking':[{'type':'text','text':' '}]}]", false,
		state_add_part);
	assert_true(state_is_empty(&blank));
	add_each(&blank, "[{'type':'reasoning.text','signature':'s'}]", false, state_add_detail);
	assert_false(state_is_empty(&blank));
	state_free(&blank);
}

static void what_is_not_blank_is_something(void **state)
{
	struct state grown = { 0 }, chunks = { 0 }, named = { .field = "reasoning" };

	(void)state;
	add_each(&grown, "[{'type':'reasoning.text','text':' '},{'type':'reasoning.text',"
		"'text':'x'}]", false, state_add_detail);
	assert_false(state_is_empty(&grown));
	add_each(&chunks, "[{'type':'thinking','thinking':[{'type':'text','text':' '},"
		"{'type':'text','text':'x'}]}]", true, state_add_part);
	assert_false(state_is_empty(&chunks));
	assert_false(state_is_empty(&named));
	state_free(&grown);
	state_free(&chunks);
}

/* Thousands of small fragments are no trouble; more than a capsule holds is given up. */
static void details_end_where_a_capsule_does(void **state)
{
	struct json_object *fragment = tree("{'type':'reasoning.text','text':'0123456789',"
		"'index':0,'format':'anthropic-claude-v1'}");
	struct state endless = { .field = "reasoning" };

	(void)state;
	for (size_t i = 0; i < CAPSULE_MAX / 20; i++)
		state_add_detail(&endless, fragment, false);
	assert_in_range(endless.text.len, CAPSULE_MAX / 2 - 20, CAPSULE_MAX / 2);
	for (size_t i = 0; i < CAPSULE_MAX / 20; i++)
		state_add_detail(&endless, fragment, false);
	assert_in_range(endless.text.len, 0, CAPSULE_MAX / 4 * 3);
	carries(&endless, "", "{'f':'reasoning'}");
	js_free(fragment);
}

/* Nor is it gathered in any other way. */
static void lists_end_where_a_capsule_does(void **state)
{
	struct state details = { 0 }, parts = { 0 };
	struct json_object *detail = tree("{'type':'reasoning.encrypted'}");
	struct json_object *part = tree("{'type':'thinking','thinking':[],'signature':'s'}");
	struct buf text = { 0 };

	(void)state;
	while (text.len < 1000)
		buf_puts(&text, "0123456789");
	js_add_slice(detail, "data", buf_slice(&text));
	js_add_slice(part, "signature", buf_slice(&text));
	for (unsigned i = 0; i < 1000; i++) {
		state_add_detail(&details, detail, true);
		state_add_part(&parts, part, false);
	}
	assert_in_range(js_count(js_get(details.object, "d")), 700, 780);
	assert_in_range(js_count(js_get(parts.object, "m")), 700, 780);
	state_free(&details);
	state_free(&parts);
	js_free(detail);
	js_free(part);
	buf_free(&text);
}

/* Whatever fragments bring, it counts. */
static void new_members_without_end_are_given_up(void **state)
{
	struct state endless = { .field = "reasoning" };
	struct buf fragment = { 0 };

	(void)state;
	for (unsigned i = 0; i < 2000; i++) {
		struct json_object *detail;

		buf_clear(&fragment);
		buf_printf(&fragment, "{'type':'reasoning.text','k%u':'%500s'}", i, "");
		detail = tree(buf_text(&fragment));
		state_add_detail(&endless, detail, false);
		js_free(detail);
	}
	assert_in_range(endless.size, CAPSULE_MAX / 2, CAPSULE_MAX);
	carries(&endless, "", "{'f':'reasoning'}");
	buf_free(&fragment);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(fragments_of_one_detail_are_joined),
		cmocka_unit_test(details_that_differ_stay_apart),
		cmocka_unit_test(fragments_are_joined_by_their_index),
		cmocka_unit_test(whole_details_are_kept),
		cmocka_unit_test(parts_of_mistral_are_joined),
		cmocka_unit_test(omitted_text_is_carried),
		cmocka_unit_test(blanks_are_nothing),
		cmocka_unit_test(what_is_not_blank_is_something),
		cmocka_unit_test(details_end_where_a_capsule_does),
		cmocka_unit_test(lists_end_where_a_capsule_does),
		cmocka_unit_test(new_members_without_end_are_given_up),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
