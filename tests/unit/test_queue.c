#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "../../convert/answer/queue.h"
#include "../../convert/carry.h"
#include "../../convert/js.h"

/* Shows "0<text 'a'>" or "1<tool_use id name 'a'>"; a signature as "!". */
static void show(void *to, const struct event *event)
{
	static const char *const names[] = { "text", "thinking", "redacted_thinking", "tool_use" };
	struct buf *shown = to;

	if (event->kind == CONTENT_BLOCK_START) {
		buf_printf(shown, "%u<%s", event->index, names[event->block]);
		if (event->block == BLOCK_TOOL_USE)
			buf_printf(shown, " %s %s", event->id, event->name);
		if (event->text.data)
			buf_printf(shown, " %.*s", (int)event->text.len, event->text.data);
	} else if (event->kind == CONTENT_BLOCK_STOP) {
		buf_puts(shown, ">");
	} else if (event->kind == SIGNATURE_DELTA) {
		assert_non_null(event->text.data);
		buf_puts(shown, " !");
	} else {
		buf_printf(shown, " '%.*s'", (int)event->text.len, event->text.data);
	}
}

struct fixture {
	struct buf shown;
	struct queue queue;
};

static int set_up(void **state)
{
	struct fixture *f = must_zalloc(1, sizeof(*f));

	f->queue.event = show;
	f->queue.to = &f->shown;
	*state = f;
	return 0;
}

static int tear_down(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(f->queue.buffered, 0);
	queue_free(&f->queue);
	buf_free(&f->shown);
	free(f);
	return 0;
}

static void put(struct fixture *f, struct block *block, const char *text)
{
	struct failure why;

	assert_true(queue_put(&f->queue, block, text, strlen(text), &why));
}

static struct block *add(struct fixture *f, enum block_kind kind, const char *text)
{
	struct block *block = queue_add(&f->queue, kind);

	put(f, block, text);
	return block;
}

static void make_ready(struct block *block, const char *id)
{
	block->id = must_strdup(id);
	block->name = must_strdup("read");
	block->ready = true;
}

/* What was shown since the last time. */
static void shows(struct fixture *f, const char *expected)
{
	assert_string_equal(buf_text(&f->shown), expected);
	buf_clear(&f->shown);
}

static void flushes_to(struct fixture *f, const char *expected)
{
	queue_flush(&f->queue);
	shows(f, expected);
}

static void text_streams_and_stays_open(void **state)	/* doc/answer.md §2.4 */
{
	struct fixture *f = *state;
	struct block *text = add(f, BLOCK_TEXT, "Hel");

	flushes_to(f, "0<text 'Hel'");
	put(f, text, "lo");
	put(f, text, "!");
	flushes_to(f, " 'lo!'");
	flushes_to(f, "");
	queue_end(&f->queue);
	shows(f, ">");
}

static void another_kind_ends_thinking_and_text(void **state)	/* doc/answer.md §2.4 */
{
	struct fixture *f = *state;

	add(f, BLOCK_THINKING, "hm");
	flushes_to(f, "0<thinking 'hm'");
	add(f, BLOCK_TEXT, "so");
	flushes_to(f, " !>1<text 'so'");
	add(f, BLOCK_THINKING, "hm");
	flushes_to(f, ">2<thinking 'hm'");
	queue_end(&f->queue);
	shows(f, " !>");
}

/* doc/responses.md §5 */
static void a_closed_block_is_not_continued(void **state)
{
	struct fixture *f = *state;
	struct block *first = queue_add(&f->queue, BLOCK_THINKING);

	put(f, first, "hm");
	flushes_to(f, "0<thinking 'hm'");
	first->complete = true;
	assert_null(queue_tail(&f->queue, BLOCK_THINKING));
	flushes_to(f, "");
	add(f, BLOCK_THINKING, "so");
	flushes_to(f, " !>1<thinking 'so'");
	queue_end(&f->queue);
	shows(f, " !>");
}

static void calls_come_out_one_after_the_other(void **state)	/* doc/answer.md §2.4 */
{
	struct fixture *f = *state;
	struct block *first = add(f, BLOCK_TOOL_USE, "{"), *second = add(f, BLOCK_TOOL_USE, "[");

	make_ready(first, "a");
	make_ready(second, "b");
	flushes_to(f, "0<tool_use a read '{'");
	put(f, second, "]");
	first->complete = true;
	put(f, first, "}");
	flushes_to(f, " '}'>1<tool_use b read '[]'");
	second->complete = true;
	flushes_to(f, "");
	add(f, BLOCK_TEXT, "ok");
	flushes_to(f, ">2<text 'ok'");
	queue_end(&f->queue);
	shows(f, ">");
}

static void call_waits_for_its_name(void **state)	/* doc/answer.md §2.5 */
{
	struct fixture *f = *state;
	struct block *call = add(f, BLOCK_TOOL_USE, "{}");

	add(f, BLOCK_TEXT, "ok");
	flushes_to(f, "");
	make_ready(call, "a");
	flushes_to(f, "0<tool_use a read '{}'");
	queue_end(&f->queue);
	shows(f, ">1<text 'ok'>");
}

static void call_that_never_was_ready_is_left_out(void **state)
{
	struct fixture *f = *state;

	add(f, BLOCK_TEXT, "a");
	add(f, BLOCK_TOOL_USE, "");
	add(f, BLOCK_TEXT, "b");
	queue_end(&f->queue);
	shows(f, "0<text 'a'>1<text 'b'>");
}

static void redacted_thinking_is_done_at_once(void **state)	/* doc/answer.md §2.3 */
{
	struct fixture *f = *state;

	add(f, BLOCK_REDACTED_THINKING, "data");
	flushes_to(f, "0<redacted_thinking data>");
	add(f, BLOCK_TEXT, "a");
	queue_end(&f->queue);
	shows(f, "1<text 'a'>");
}

static void omitted_thinking_has_its_signature_only(void **state)	/* doc/answer.md §1.3 */
{
	struct fixture *f = *state;

	f->queue.omit_thinking = true;
	add(f, BLOCK_THINKING, "hm");
	flushes_to(f, "0<thinking");
	add(f, BLOCK_TEXT, "so");
	queue_end(&f->queue);
	shows(f, " !>1<text 'so'>");
}

static void add_blob(struct json_object *detail, const char *data)
{
	js_add_string(detail, "type", "reasoning.encrypted");
	js_add_string(detail, "data", data);
}

/* State for which no thinking block is open. */
static void bring(struct fixture *f, const char *data)
{
	struct json_object *detail = js_new_object();

	add_blob(detail, data);
	state_add_detail(&f->queue.late, detail, true);
	js_free(detail);
}

/* What was shown, with the capsule of that state in the place of %. */
static void shows_carried(struct fixture *f, const char *format, const char *data)
{
	struct json_object *state = js_new_object();
	struct buf capsule = { 0 }, expected = { 0 };

	add_blob(js_append_object(js_add_array(state, "d")), data);
	capsule_write(state, "", &capsule);
	for (const char *p = format; *p; p++)
		buf_add(&expected, *p == '%' ? buf_text(&capsule) : p, *p == '%' ? capsule.len : 1);
	shows(f, buf_text(&expected));
	js_free(state);
	buf_free(&capsule);
	buf_free(&expected);
}

/* Before all else it opens the answer; after that it waits for the end, or for thinking. */
static void state_without_a_block_stands_first_or_last(void **state)	/* doc/answer.md §1.3 */
{
	struct fixture *f = *state;

	bring(f, "first");
	add(f, BLOCK_TEXT, "a");
	queue_flush(&f->queue);
	shows_carried(f, "0<redacted_thinking %>1<text 'a'", "first");
	make_ready(add(f, BLOCK_TOOL_USE, "{}"), "a");
	bring(f, "last");
	add(f, BLOCK_TEXT, "b");
	queue_end(&f->queue);
	shows_carried(f, ">2<tool_use a read '{}'>3<text 'b'>4<redacted_thinking %>", "last");
}

static void thinking_takes_the_state_before_it(void **state)	/* doc/answer.md §1.3 */
{
	struct fixture *f = *state;
	struct block *thinking;

	bring(f, "sig");
	thinking = add(f, BLOCK_THINKING, "hm");
	assert_int_equal(js_count(js_get(thinking->state.object, "d")), 1);
	queue_end(&f->queue);
	shows(f, "0<thinking 'hm' !>");
}

static void tail_is_the_last_open_block(void **state)
{
	struct fixture *f = *state;
	struct block *text;

	assert_null(queue_tail(&f->queue, BLOCK_TEXT));
	text = add(f, BLOCK_TEXT, "a");
	assert_ptr_equal(queue_tail(&f->queue, BLOCK_TEXT), text);
	assert_null(queue_tail(&f->queue, BLOCK_THINKING));
	queue_end(&f->queue);
	assert_null(queue_tail(&f->queue, BLOCK_TEXT));
	assert_int_equal(f->queue.sent, 1);
}

static void buffers_have_a_limit(void **state)	/* claudeproxy(8), "LIMITS" */
{
	struct fixture *f = *state;
	struct block *call = queue_add(&f->queue, BLOCK_TOOL_USE);
	char *megabyte = must_zalloc(1, 1 << 20);
	struct failure why;

	for (size_t i = 0; i < QUEUE_LIMIT >> 20; i++)
		assert_true(queue_put(&f->queue, call, megabyte, 1 << 20, &why));
	assert_false(queue_put(&f->queue, call, "x", 1, &why));
	assert_int_equal(why.status, 502);
	make_ready(call, "a");
	queue_flush(&f->queue);
	assert_true(queue_put(&f->queue, call, "", 0, &why));
	free(megabyte);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(function) cmocka_unit_test_setup_teardown(function, set_up, tear_down)
		TEST(text_streams_and_stays_open),
		TEST(another_kind_ends_thinking_and_text),
		TEST(a_closed_block_is_not_continued),
		TEST(calls_come_out_one_after_the_other),
		TEST(call_waits_for_its_name),
		TEST(call_that_never_was_ready_is_left_out),
		TEST(redacted_thinking_is_done_at_once),
		TEST(omitted_thinking_has_its_signature_only),
		TEST(state_without_a_block_stands_first_or_last),
		TEST(thinking_takes_the_state_before_it),
		TEST(tail_is_the_last_open_block),
		TEST(buffers_have_a_limit),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
