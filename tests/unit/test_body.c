#include "answer_fixture.h"

#define HELLO "{\"choices\":[{\"message\":{\"content\":\"Hello\"},\"finish_reason\":\"stop\"}]}"
#define EVENTS "data: {\"choices\":[{\"delta\":{\"content\":\"Hello\"}}]}\n\ndata: [DONE]\n\n"
#define SHOWN "<text 'Hello'> end_turn"

static void reads(void **state, const char *wire, const char *expected)
{
	plays_cut_anywhere(*state, slice_of(wire), expected);
}

static void first_byte_tells_json(void **state)	/* doc/answer.md §1.1 */
{
	reads(state, HELLO, SHOWN);
	reads(state, "\n\n  " HELLO "\r\n", SHOWN);
	reads(state, "\xEF\xBB\xBF" HELLO, SHOWN);
	reads(state, "\xEF\xBB\xBF\n" HELLO, SHOWN);
}

static void first_field_tells_events(void **state)	/* doc/answer.md §1.1 */
{
	reads(state, EVENTS, SHOWN);
	reads(state, ": OPENROUTER PROCESSING\n\n" EVENTS, SHOWN);
	reads(state, "event: chunk\n" EVENTS, SHOWN);
	reads(state, "id:1\n" EVENTS, SHOWN);
	reads(state, "retry: 500\n\n" EVENTS, SHOWN);
	reads(state, "\xEF\xBB\xBF" EVENTS, SHOWN);
	reads(state, "\n\n" EVENTS, SHOWN);
}

static void other_bodies_are_failures(void **state)	/* doc/answer.md §1.1 */
{
	static const char neither[] = " ERROR 502 api_error: upstream's answer is neither JSON "
		"nor a stream of events — is OPENAI_BASE_URL right (missing or doubled /v1)?";

	reads(state, "<!DOCTYPE html><title>x</title>", neither);
	reads(state, "dat", neither);
	reads(state, "\xEF\xBBx", neither);
	reads(state, "   ", " ERROR 502 api_error: upstream sent an empty answer");
	reads(state, "{\"choices\":[{\"message\"",
		" ERROR 502 api_error: upstream's answer is broken JSON: "
		"Unexpected end: line 1 column 23 (char 22)");
}

static void nothing_at_all_may_be_asked_again(void **state)	/* doc/answer.md §2.6, §3.7 */
{
	struct fixture *f = *state;
	struct played played = { .ended = false };
	struct stream *stream = stream_new(&f->turn, show, &played);
	struct body body = { .stream = stream, .notes = &f->notes };
	struct failure why;

	assert_false(body_finish(&body, &why));
	assert_true(why.again);
	assert_string_equal(why.message, "upstream sent an empty answer");
	assert_false(played.started);
	body_free(&body);
	stream_free(stream);
	played_free(&played);
}

static void without_choices_it_is_a_failure(void **state)	/* doc/answer.md §1.1 */
{
	static const char without[] =
		" ERROR 502 api_error: upstream answered without choices";

	reads(state, "{}", without);
	reads(state, "{\"choices\":null}", without);
	reads(state, "{\"choices\":[]}", without);
	reads(state, "data: {\"choices\":[]}\n\ndata: [DONE]\n\n", without);
}

/* It was billed: the same once more would be, too. */
static void without_choices_it_is_not_asked_again(void **state)	/* doc/answer.md §1.1, §3.7 */
{
	struct fixture *f = *state;
	struct played played = { .ended = false };
	struct stream *stream = stream_new(&f->turn, show, &played);
	struct body body = { .stream = stream, .notes = &f->notes };
	struct failure why;

	assert_true(body_feed(&body, "{\"choices\":[]}", 14, &why));
	assert_false(body_finish(&body, &why));
	assert_false(why.again);
	body_free(&body);
	stream_free(stream);
	played_free(&played);
}

static void errors_in_a_200_are_failures(void **state)	/* doc/answer.md §1.1, §3.2 */
{
	static const char busy[] = " ERROR 429 rate_limit_error: slow down";

	reads(state, "{\"error\":{\"message\":\"slow down\",\"code\":429}}", busy);
	reads(state, "[{\"error\":{\"message\":\"slow down\",\"code\":429}}]", busy);
	reads(state, "data: {\"error\":{\"message\":\"slow down\",\"code\":429}}\n\n", busy);
	reads(state, "data: {\"error\":{\"message\":\"slow down\",\"code\":429}}", busy);
	reads(state, "event: error\ndata: {\"message\":\"slow down\",\"code\":429}\n\n", busy);
	reads(state, "error: {\"message\":\"slow down\",\"code\":429}\n\n", busy);
	reads(state, "event: error\ndata: out of order\n\n",
		" ERROR 502 api_error: out of order");
}

static void error_after_output_closes_nothing(void **state)	/* doc/answer.md §2.7 */
{
	reads(state, "data: {\"choices\":[{\"delta\":{\"content\":\"Hello\"}}]}\n\n"
		"data: {\"error\":{\"message\":\"down\",\"code\":503}}\n\ndata: [DONE]\n\n",
		"<text 'Hello' ERROR 503 api_error: down");
}

static void payloads_that_are_no_json_are_dropped(void **state)	/* doc/answer.md §2.1 */
{
	struct fixture *f = *state;

	reads(state, "data: hello\n\n" EVENTS, SHOWN);
	assert_string_equal(f->notes.text, "dropped:no_json");
	reads(state, "data:  [DONE] \n\n" "data: x\n\n",
		" ERROR 502 api_error: upstream answered without choices");
}

static void broken_json_inside_is_a_failure(void **state)	/* doc/answer.md §2.1 */
{
	reads(state, "data: {\"choices\":[}\n\n" EVENTS,
		" ERROR 502 api_error: upstream sent an event of broken JSON: "
		"Unexpected character: line 1 column 13 (char 12)");
}

static void broken_json_at_the_very_end_was_cut(void **state)	/* doc/answer.md §2.6 */
{
	static const char finish[] = "data: {\"choices\":[{\"delta\":{\"content\":\"Hello\"},"
		"\"finish_reason\":\"stop\"}]}\n\n" "data: {\"choices\":[],\"usa";

	reads(state, finish, SHOWN);
	reads(state, "data: {\"choices\":[{\"delta\":{\"content\":\"Hello\"}}]}\n\ndata: {\"cho",
		"<text 'Hello' ERROR 502 api_error: upstream's answer broke off: "
		"no finish_reason and no [DONE] came");
}

static void whole_answers_have_a_limit(void **state)	/* claudeproxy(8), "LIMITS" */
{
	struct fixture *f = *state;
	struct body body = { .notes = &f->notes };
	char *megabyte = memset(must_alloc(1 << 20), 'x', 1 << 20);
	struct failure why;

	assert_true(body_feed(&body, "{", 1, &why));
	for (unsigned i = 1; i < BODY_WHOLE_LIMIT >> 20; i++)
		assert_true(body_feed(&body, megabyte, 1 << 20, &why));
	assert_false(body_feed(&body, megabyte, 1 << 20, &why));
	assert_string_equal(why.message, "upstream's answer has more than 64 MB");
	body_free(&body);
	free(megabyte);
}

/* DeepSeek sends them for minutes while it is busy: they are kept nowhere. */
static void blank_lines_in_front_have_no_limit(void **state)	/* doc/answer.md §2.1 */
{
	struct fixture *f = *state;
	struct played played = { .ended = false };
	struct stream *stream = stream_new(&f->turn, show, &played);
	struct body body = { .stream = stream, .notes = &f->notes };
	char *megabyte = memset(must_alloc(1 << 20), '\n', 1 << 20);
	struct failure why;

	for (unsigned i = 0; i <= BODY_WHOLE_LIMIT >> 20; i++)
		assert_true(body_feed(&body, megabyte, 1 << 20, &why));
	assert_int_equal(body.whole.len, 0);
	assert_true(body_feed(&body, HELLO, strlen(HELLO), &why));
	assert_true(body_finish(&body, &why));
	assert_string_equal(buf_text(&played.shown), SHOWN);
	body_free(&body);
	stream_free(stream);
	played_free(&played);
	free(megabyte);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(first_byte_tells_json),
		TEST(first_field_tells_events),
		TEST(other_bodies_are_failures),
		TEST(nothing_at_all_may_be_asked_again),
		TEST(without_choices_it_is_a_failure),
		TEST(without_choices_it_is_not_asked_again),
		TEST(errors_in_a_200_are_failures),
		TEST(error_after_output_closes_nothing),
		TEST(payloads_that_are_no_json_are_dropped),
		TEST(broken_json_inside_is_a_failure),
		TEST(broken_json_at_the_very_end_was_cut),
		TEST(whole_answers_have_a_limit),
		TEST(blank_lines_in_front_have_no_limit),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
