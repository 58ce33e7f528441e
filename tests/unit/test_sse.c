#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "../../convert/answer/sse.h"

/* Payloads in brackets, errors with a mark: "[a][!b]". */
static bool on_payload(void *to, const char *text, size_t len, bool error, struct failure *why)
{
	struct buf *shown = to;

	buf_puts(shown, error ? "[!" : "[");
	buf_add(shown, text, len);
	buf_puts(shown, "]");
	return len != 4 || memcmp(text, "stop", 4) || failed(why, API_ERROR, "stopped");
}

static void reads_in_pieces(const char *wire, size_t len, size_t cut, size_t piece,
	const char *expected)
{
	struct buf shown = { 0 };
	struct sse sse = { .payload = on_payload, .to = &shown };
	struct failure why;

	for (size_t at = 0; at < len; cut = piece) {
		size_t take = len - at < cut ? len - at : cut;

		assert_true(sse_feed(&sse, wire + at, take, &why));
		at += take;
	}
	assert_true(sse_finish(&sse, &why));
	assert_string_equal(buf_text(&shown), expected);
	sse_free(&sse);
	buf_free(&shown);
}

static void reads(const char *wire, const char *expected)
{
	size_t len = strlen(wire);

	for (size_t cut = 1; cut <= len; cut++)
		reads_in_pieces(wire, len, cut, len, expected);
	reads_in_pieces(wire, len, 1, 1, expected);
}

static void lines_end_in_lf_crlf_cr(void **state)	/* doc/answer.md §2.1 */
{
	(void)state;
	reads("data: a\n\ndata: b\n\n", "[a][b]");
	reads("data: a\r\n\r\ndata: b\r\n\r\n", "[a][b]");
	reads("data: a\r\rdata: b\r\r", "[a][b]");
	reads("data: a\r\n\ndata: b\n\r\n", "[a][b]");
	reads("data: a\r\n\rdata: b\r\r\n", "[a][b]");
}

static void one_blank_behind_the_colon_is_dropped(void **state)	/* doc/answer.md §2.1 */
{
	(void)state;
	reads("data:a\n\ndata: b\n\ndata:  c\n\n", "[a][b][ c]");
}

static void bom_is_dropped_once(void **state)	/* doc/answer.md §2.1 */
{
	(void)state;
	reads("\xEF\xBB\xBF" "data: a\n\n\xEF\xBB\xBF" "data: b\n\n", "[a]");
}

static void characters_may_be_cut(void **state)	/* doc/answer.md §2.1 */
{
	(void)state;
	reads("data: \xC3\xA9\xF0\x9F\x98\x80\n\n", "[\xC3\xA9\xF0\x9F\x98\x80]");
}

static void data_lines_are_joined(void **state)	/* doc/answer.md §2.1 */
{
	(void)state;
	reads("data: {\"a\":\ndata: 1}\n\n", "[{\"a\":\n1}]");
	reads("data: {\"a\":\r\ndata: 1}\r\n\r\n", "[{\"a\":\n1}]");
}

static void forgotten_blank_line_separates_payloads(void **state)	/* doc/answer.md §2.1 */
{
	(void)state;
	reads("data: {\"a\":1}\ndata: {\"b\":2}\ndata: [DONE]\n\n",
		"[{\"a\":1}][{\"b\":2}][[DONE]]");
}

static void comments_and_other_fields_are_no_data(void **state)	/* doc/answer.md §2.1 */
{
	(void)state;
	reads(": OPENROUTER PROCESSING\n\nevent: x\nid: 7\nretry: 3\ndata: a\n: more\n\n", "[a]");
	reads("database: a\n\ndata\n\ndat: b\n\n", "");
}

static void blank_data_is_nothing(void **state)	/* doc/answer.md §2.1 */
{
	(void)state;
	reads("data:\n\ndata:   \n\n\n\ndata: a\n\n", "[a]");
}

static void event_error_marks_its_payload_only(void **state)	/* doc/answer.md §2.1 */
{
	(void)state;
	reads("event: error\ndata: a\n\ndata: b\n\nevent: error\n\ndata: c\n\n", "[!a][b][c]");
}

static void error_field_is_an_error(void **state)	/* doc/answer.md §2.1: old llama.cpp */
{
	(void)state;
	reads("error: {\"code\":500}\n\ndata: a\n\n", "[!{\"code\":500}][a]");
}

static void last_event_needs_no_blank_line(void **state)	/* doc/answer.md §2.1 */
{
	(void)state;
	reads("data: a\n\ndata: b", "[a][b]");
	reads("data: a\n\ndata: b\n", "[a][b]");
	reads("data: a\r", "[a]");
}

static void nul_passes(void **state)
{
	static const char wire[] = "data: a\0b\n\n";
	struct buf shown = { 0 };
	struct sse sse = { .payload = on_payload, .to = &shown };
	struct failure why;

	(void)state;
	assert_true(sse_feed(&sse, wire, sizeof(wire) - 1, &why));
	assert_int_equal(shown.len, 5);
	assert_memory_equal(shown.data, "[a\0b]", 5);
	sse_free(&sse);
	buf_free(&shown);
}

static void long_lines_have_a_limit(void **state)	/* doc/answer.md §2.1: 16 MB */
{
	struct buf shown = { 0 }, line = { 0 };
	struct sse sse = { .payload = on_payload, .to = &shown };
	struct failure why;
	size_t fed = 0;

	(void)state;
	while (line.len < 1 << 20)
		buf_puts(&line, "0123456789abcdef");
	assert_true(sse_feed(&sse, "data: ", 6, &why));
	for (; fed < 15; fed++)
		assert_true(sse_feed(&sse, line.data, line.len, &why));
	assert_true(sse_feed(&sse, "\n\n", 2, &why));
	assert_int_equal(shown.len, 15 * line.len + 2);
	for (fed = 0; fed < 16; fed++)
		assert_true(sse_feed(&sse, line.data, line.len, &why));
	assert_false(sse_feed(&sse, "x", 1, &why));
	assert_int_equal(why.status, 502);
	assert_string_equal(why.message, "upstream sent an event of more than 16 MB");
	sse_free(&sse);
	buf_free(&shown);
	buf_free(&line);
}

static void failure_stops_the_feed(void **state)
{
	static const char wire[] = "data: a\n\ndata: stop\n\ndata: b\n\n";
	struct buf shown = { 0 };
	struct sse sse = { .payload = on_payload, .to = &shown };
	struct failure why;

	(void)state;
	assert_false(sse_feed(&sse, wire, strlen(wire), &why));
	assert_string_equal(why.message, "stopped");
	assert_string_equal(buf_text(&shown), "[a][stop]");
	sse_free(&sse);
	buf_free(&shown);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lines_end_in_lf_crlf_cr),
		cmocka_unit_test(one_blank_behind_the_colon_is_dropped),
		cmocka_unit_test(bom_is_dropped_once),
		cmocka_unit_test(characters_may_be_cut),
		cmocka_unit_test(data_lines_are_joined),
		cmocka_unit_test(forgotten_blank_line_separates_payloads),
		cmocka_unit_test(comments_and_other_fields_are_no_data),
		cmocka_unit_test(blank_data_is_nothing),
		cmocka_unit_test(event_error_marks_its_payload_only),
		cmocka_unit_test(error_field_is_an_error),
		cmocka_unit_test(last_event_needs_no_blank_line),
		cmocka_unit_test(nul_passes),
		cmocka_unit_test(long_lines_have_a_limit),
		cmocka_unit_test(failure_stops_the_feed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
