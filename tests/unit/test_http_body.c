/* net/http_body.c: the body of a request from the wire. doc/answer.md §3.9 */

#include "taken_request.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

/* The routes come first: an unknown path is 404 even where the body would be refused. */
static void what_concerns_the_body_is_refused_with_it(void **state)
{
	static const char *const fields[] = {
		"", "content-encoding: gzip\r\ncontent-length: 1\r\n", "content-length: 9999\r\n",
	};
	char wire[400];

	(void)state;
	for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++) {
		snprintf(wire, sizeof(wire), POST "%s\r\n", fields[i]);
		assert_false(take(wire)->whole);
		assert_true(outcome.head);
	}
}

static void a_body_with_nul_bytes_passes(void **state)
{
	static const char wire[] = POST "content-length: 3\r\n\r\na\0b";
	struct outcome got;

	(void)state;
	script_start(wire, sizeof(wire) - 1);
	run(&got);
	assert_true(got.whole);
	assert_int_equal(got.body.len, 3);
	assert_memory_equal(got.body.data, "a\0b", 3);
	done(&got);
}

static void chunks(void **state)
{
	static const struct { const char *body, *text; int status; } cases[] = {
		{ "0\r\n\r\n", "", 0 },
		{ "1\r\na\r\n0\r\n\r\n", "a", 0 },
		{ "1\na\n0\n\n", "a", 0 },
		{ "A\r\n0123456789\r\n00000000000000000002\r\nab\r\n0\r\n\r\n", "0123456789ab", 0 },
		{ "1;x\r\na\r\n1 ; x=\"y z\"\r\nb\r\n0;last\r\n\r\n", "ab", 0 },
		{ "1\r\na\r\n0\r\nexpires: never\r\nx: y\r\n\r\n", "a", 0 },
		{ "\r\n", NULL, 400 },
		{ "g\r\n", NULL, 400 },
		{ "-1\r\n", NULL, 400 },
		{ "0x1\r\na\r\n0\r\n\r\n", NULL, 400 },
		{ ";x\r\n", NULL, 400 },
		{ "1;\x01\r\na\r\n0\r\n\r\n", NULL, 400 },
		{ "1\r\nab\r\n0\r\n\r\n", NULL, 400 },
		{ "1\r\na0\r\n\r\n", NULL, 400 },
		{ "1\nab\n0\n\n", NULL, 400 },
		{ "3\r\na\r\n", NULL, 400 },
		{ "1\r\na\r\n", NULL, 400 },
		{ "1\r\na\r\n0\r\n", NULL, 400 },
		{ "3e8\r\n", NULL, 400 },	/* exactly the limit, and then nothing */
		{ "3e9\r\n", NULL, 413 },
		{ "10000000000000001\r\na\r\n0\r\n\r\n", NULL, 413 },	/* 2^64 + 1 */
		{ "1\r\na\r\n3e8\r\n", NULL, 413 },
	};
	char wire[400];

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		snprintf(wire, sizeof(wire), POST "transfer-encoding: chunked\r\n\r\n%s",
			cases[i].body);
		if (status_of(wire) != cases[i].status)
			fail_msg("%s: %d %s", cases[i].body, outcome.why.status,
				outcome.why.message);
		if (cases[i].text)
			assert_string_equal(buf_text(&outcome.body), cases[i].text);
	}
}

/* A body of few bytes must not cost any number of them. */
static void limits_of_what_stands_around_chunks(void **state)
{
	static const char before[] = POST "transfer-encoding: chunked\r\n\r\n";
	static const char long_extension[] =
		"1;0123456789012345678901234567890123456789012345678901234567890123456789012345\r\n"
		"a\r\n";
	static const struct {
		const char *text;
		size_t times;
		const char *after;
		int status;
	} cases[] = {
		{ "1\r\na\r\n", 1000, "0\r\n\r\n", 0 },
		{ "1\r\na\r\n", 1001, "0\r\n\r\n", 413 },
		{ long_extension, 100, "0\r\n\r\n", 0 },
		{ long_extension, 1000, "0\r\n\r\n", 400 },
		{ "1;aaaaaa", 1000, "\r\n", 400 },
		{ "0\r\n", 1, "a: b\r\n\r\n", 0 },
	};
	char *wire;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		wire = repeat(before, cases[i].text, cases[i].times, cases[i].after);
		if (status_of(wire) != cases[i].status)
			fail_msg("case %zu: %d %s", i, outcome.why.status, outcome.why.message);
		free(wire);
	}
	wire = repeat(POST "transfer-encoding: chunked\r\n\r\n0\r\n", "a: b\r\n", 1000, "\r\n");
	assert_int_equal(status_of(wire), 431);
	free(wire);
}

static void continue_is_said_before_the_body_is_read(void **state)
{
	static const char head[] = POST "expect: 100-continue\r\ncontent-length: 3\r\n\r\n";
	char wire[400];
	struct outcome got;

	(void)state;
	snprintf(wire, sizeof(wire), "%sabc", head);
	script_start(wire, strlen(wire));
	script.first = strlen(head);
	run(&got);
	assert_true(got.whole);
	assert_string_equal(script.written, "HTTP/1.1 100 Continue\r\n\r\n");
	assert_int_equal(script.written_at, strlen(head));
	done(&got);
	/* Who sends the body unasked does not wait for it. */
	assert_true(take(wire)->whole);
	assert_string_equal(script.written, "");
	/* RFC 9110 §10.1.1: not to HTTP/1.0; and nobody is asked for a body that is refused. */
	assert_int_equal(status_of("POST / HTTP/1.0\r\nexpect: 100-continue\r\n"
		"content-length: 0\r\n\r\n"), 0);
	assert_string_equal(script.written, "");
	assert_int_equal(status_of(POST "expect: 100-continue\r\n"
		"content-length: 1001\r\n\r\n"), 413);
	assert_string_equal(script.written, "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(chunks, end_of_test),
		cmocka_unit_test_teardown(limits_of_what_stands_around_chunks, end_of_test),
		cmocka_unit_test_teardown(continue_is_said_before_the_body_is_read, end_of_test),
		cmocka_unit_test(a_body_with_nul_bytes_passes),
		cmocka_unit_test_teardown(what_concerns_the_body_is_refused_with_it, end_of_test),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
