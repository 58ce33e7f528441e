/* net/http.c, intake.c, text.c: the head of a request from the wire. doc/answer.md §3.9 */

#include "taken_request.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static void a_request_with_all_that_matters(void **state)
{
	struct outcome *got = take("POST /v1/messages?beta=true HTTP/1.1\r\n"
		"Host: localhost:8082\r\n"
		"X-API-Key: \t k 1 \t \r\n"
		"authorization:Bearer k2\r\n"
		"anthropic-version: 2023-06-01\r\n"
		"User-Agent: claude-cli/2.1.330 (external, cli)\r\n"
		"Content-Length: 5\r\n"
		"content-encoding: identity\r\n"
		"X-Empty:\r\n"
		"\r\n"
		"{\"a\"}GET /next");

	(void)state;
	assert_true(got->whole);
	assert_string_equal(got->request.method, "POST");
	assert_string_equal(got->request.path, "/v1/messages");
	assert_string_equal(got->request.raw_path, "/v1/messages");
	assert_int_equal(got->request.minor, 1);
	assert_string_equal(got->request.x_api_key, "k 1");
	assert_string_equal(got->request.authorization, "Bearer k2");
	assert_string_equal(got->request.user_agent, "claude-cli/2.1.330 (external, cli)");
	assert_true(got->request.body_read);
	assert_string_equal(got->body.data, "{\"a\"}");
	/* What a client sends after its request is left alone. */
	assert_string_equal(scripted_client.unread.data, "GET /next");
}

static void paths(void **state)
{
	static const struct { const char *target, *path, *raw_path; } cases[] = {
		{ "/", "/", "/" },
		{ "/health/", "/health", "/health/" },
		{ "///", "/", "///" },
		{ "/v1/models/a%2Fb%20c?x=/?y", "/v1/models/a/b c", "/v1/models/a%2Fb%20c" },
	};
	char wire[200];

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct outcome *got;

		snprintf(wire, sizeof(wire), "GET %s HTTP/1.1\r\nhost: h\r\n\r\n", cases[i].target);
		got = take(wire);
		assert_true(got->whole);
		assert_string_equal(got->request.path, cases[i].path);
		assert_string_equal(got->request.raw_path, cases[i].raw_path);
	}
	assert_int_equal(status_of("OPTIONS * HTTP/1.1\r\nhost: h\r\n\r\n"), 0);
	assert_string_equal(outcome.request.path, "*");
}

static void request_lines(void **state)
{
	static const struct { const char *line; int status; } cases[] = {
		{ "GET / HTTP/1.0", 0 },
		{ "GET / HTTP/1.7", 0 },
		{ "BREW / HTTP/1.1", 0 },	/* the routes know better */
		{ "GET http://h/ HTTP/1.1", 400 },	/* a client that takes us for a proxy */
		{ "GET / HTTP/2.0", 505 },
		{ "PRI * HTTP/2.0", 505 },
		{ "GET / HTTP/0.9", 505 },
		{ "GET /", 400 },
		{ "GET", 400 },
		{ "GET / HTTP/1", 400 },
		{ "GET / HTTP/11", 400 },
		{ "GET / HTTP/1.10", 400 },
		{ "GET / http/1.1", 400 },
		{ "GET  / HTTP/1.1", 400 },
		{ "GET /  HTTP/1.1", 400 },
		{ "GET / HTTP/1.1 ", 400 },
		{ " GET / HTTP/1.1", 400 },
		{ "GET\t/\tHTTP/1.1", 400 },
		{ "G(T / HTTP/1.1", 400 },
		{ "ABCDEFGHIJKLMNOPQRSTUVWXYZ / HTTP/1.1", 400 },
		{ "GET * HTTP/1.1", 400 },
		{ "GET v1/messages HTTP/1.1", 400 },
		{ "GET ?x HTTP/1.1", 400 },
		{ "CONNECT h:443 HTTP/1.1", 400 },
		{ "GET /a\x01 HTTP/1.1", 400 },
		{ "GET /\xC3\xA4 HTTP/1.1", 400 },
		{ "GET /%zz HTTP/1.1", 400 },
		{ "GET /%4 HTTP/1.1", 400 },
		{ "GET /a%00b HTTP/1.1", 400 },
		{ "GET /v1/models/%c3%a4 HTTP/1.1", 0 },
		{ "GET /v1/models/%ff HTTP/1.1", 400 },	/* it would be quoted in JSON */
		{ "\x16\x03\x01\x02", 400 },	/* TLS */
	};
	char wire[200];

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		snprintf(wire, sizeof(wire), "%s\r\nhost: h\r\n\r\n", cases[i].line);
		if (status_of(wire) != cases[i].status)
			fail_msg("%s: %d", cases[i].line, outcome.why.status);
	}
}

/* Without a line end the hello would be waited for, and TLS clients wait too. */
static void a_tls_hello_is_refused_at_once(void **state)
{
	struct outcome got;

	(void)state;
	script_start("\x16\x03\x01", 3);
	script.silent = true;
	run(&got);
	assert_false(got.nothing);
	assert_int_equal(got.why.status, 400);
	done(&got);
}

static void a_nul_is_no_empty_line(void **state)
{
	static const char wire[] = "\0\r\nGET / HTTP/1.1\r\nhost: h\r\n\r\n";
	struct outcome got;

	(void)state;
	script_start(wire, sizeof(wire) - 1);
	run(&got);
	assert_false(got.head);
	assert_int_equal(got.why.status, 400);
	done(&got);
}

static void heads(void **state)
{
	static const struct { const char *fields; int status; } cases[] = {
		{ "content-length: 0\r\n\r\n", 0 },
		{ "content-length: 0\n\n", 0 },
		{ "content-length: 0\r\nx-\xC3\xA4: 1\r\n\r\n", 400 },
		{ "content-length: 0\r\nx: \xC3\xA4\tb\r\n\r\n", 0 },
		{ "content-length : 0\r\n\r\n", 400 },
		{ "content-length: 0\r\n folded: 1\r\n\r\n", 400 },
		{ "content-length: 0\r\nx: 1\r\n\tfolded\r\n\r\n", 400 },
		{ "content-length: 0\r\nnonsense\r\n\r\n", 400 },
		{ "content-length: 0\r\n: 1\r\n\r\n", 400 },
		{ "content-length: 0\r\nx: a\rb\r\n\r\n", 400 },
		{ "content-length: 0\r\nx: a\x7F\r\n\r\n", 400 },
		{ "content-length: 0\r\nHOST: h\r\n\r\n", 400 },
		{ "content-length: 0\r\ncontent-length: 1\r\n\r\n", 400 },
		{ "content-length: 0\r\ncontent-length: 0\r\n\r\n", 400 },
		{ "content-length: 0, 0\r\n\r\n", 400 },
		{ "content-length: +1\r\n\r\n", 400 },
		{ "content-length: 0x1\r\n\r\n", 400 },
		{ "content-length:\r\n\r\n", 400 },
		{ "content-length: 1001\r\n\r\n", 413 },
		{ "content-length: 18446744073709551616\r\n\r\n", 413 },	/* 2^64 */
		{ "content-length: 0\r\ntransfer-encoding: chunked\r\n\r\n", 400 },
		{ "transfer-encoding: chunked\r\ntransfer-encoding: chunked\r\n\r\n", 400 },
		{ "transfer-encoding: gzip, chunked\r\n\r\n", 501 },
		{ "transfer-encoding: identity\r\n\r\n", 501 },
		{ "Transfer-Encoding: Chunked\r\n\r\n0\r\n\r\n", 0 },
		{ "content-length: 0\r\ncontent-encoding: gzip\r\n\r\n", 415 },
		{ "content-length: 0\r\nexpect: 100-Continue\r\n\r\n", 0 },
		{ "content-length: 0\r\nexpect: 200-ok\r\n\r\n", 417 },
		{ "\r\n", 411 },
	};
	char wire[400];

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		snprintf(wire, sizeof(wire), POST "%s", cases[i].fields);
		if (status_of(wire) != cases[i].status)
			fail_msg("%s: %d %s", cases[i].fields, outcome.why.status,
				outcome.why.message);
	}
	/* RFC 9112 §3.2, §6.1 */
	assert_int_equal(status_of("GET / HTTP/1.1\r\n\r\n"), 400);
	assert_int_equal(status_of("GET / HTTP/1.0\r\n\r\n"), 0);
	assert_int_equal(status_of("POST / HTTP/1.0\r\ntransfer-encoding: chunked\r\n\r\n"
		"0\r\n\r\n"), 400);
}

static void errors_have_the_kinds_of_the_interface(void **state)
{
	(void)state;
	assert_int_equal(status_of("GET / HTTP/3.0\r\n\r\n"), 505);
	assert_int_equal(outcome.why.kind, API_ERROR);
	assert_string_equal(outcome.why.message,
		"HTTP Version Not Supported: HTTP/1.0 and HTTP/1.1 are spoken here");
	assert_int_equal(status_of(POST "content-length: 1001\r\n\r\n"), 413);
	assert_int_equal(outcome.why.kind, REQUEST_TOO_LARGE);
	assert_string_equal(outcome.why.message, "Request exceeds the maximum size");
}

static void limits_of_the_head(void **state)
{
	static const struct {
		const char *before, *text;
		size_t times;
		const char *after;
		int status;
	} cases[] = {
		{ "GET /", "a", 8192 - 16, " HTTP/1.1\r\nhost: h\r\n\r\n", 0 },
		{ "GET /", "a", 8192 - 15, " HTTP/1.1\r\nhost: h\r\n\r\n", 414 },
		{ "GET /", "a", 100000, "", 414 },
		{ "GET / HTTP/1.1\r\nhost: h\r\n", "x: y\r\n", 199, "\r\n", 0 },
		{ "GET / HTTP/1.1\r\nhost: h\r\n", "x: y\r\n", 200, "\r\n", 431 },
		{ "GET / HTTP/1.1\r\nhost: h\r\nx: ", "y", 65536 - 28 - 4, "\r\n\r\n", 0 },
		{ "GET / HTTP/1.1\r\nhost: h\r\nx: ", "y", 65536 - 28 - 3, "\r\n\r\n", 431 },
		{ "GET / HTTP/1.1\r\nhost: h\r\nx: ", "y", 200000, "", 431 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char *wire = repeat(cases[i].before, cases[i].text, cases[i].times, cases[i].after);

		if (status_of(wire) != cases[i].status)
			fail_msg("case %zu: %d %s", i, outcome.why.status, outcome.why.message);
		free(wire);
	}
}

static void a_refused_head_still_tells_method_and_path(void **state)
{
	struct outcome *got = take("POST /v1/messages HTTP/1.1\r\nhost: h\r\n bad\r\n\r\n");

	(void)state;
	assert_int_equal(got->why.status, 400);
	assert_string_equal(got->request.method, "POST");
	assert_string_equal(got->request.raw_path, "/v1/messages");
}

static void a_silent_client(void **state)
{
	static const struct { const char *wire; bool nothing; } cases[] = {
		{ "", true },
		{ "\r\n", true },
		{ "POST /v1/mess", true },
		{ POST, false },
		{ POST "content-le", false },
		{ POST "content-length: 3\r\n\r\nab", false },
		{ POST "transfer-encoding: chunked\r\n\r\n5\r\nab", false },
		{ POST "transfer-encoding: chunked\r\n\r\n0\r\n", false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct outcome got;

		script_start(cases[i].wire, strlen(cases[i].wire));
		script.silent = true;
		run(&got);
		assert_false(got.whole);
		assert_int_equal(got.nothing, cases[i].nothing);
		assert_int_equal(got.why.status, 408);
		assert_int_equal(script.clock_ms, 1000 + 30000);
		done(&got);
	}
}

/* 30 s for the whole head, however busy the client looks; in the body only silence counts. */
static void a_slow_client(void **state)
{
	static const char wire[] = POST "content-length: 40\r\n\r\n"
		"0123456789012345678901234567890123456789";
	struct outcome got;

	(void)state;
	script_start(wire, sizeof(wire) - 1);
	script.piece = 1;
	script.pause_ms = 1000;
	run(&got);
	assert_false(got.head);
	assert_int_equal(got.why.status, 408);
	assert_int_equal(script.clock_ms, 1000 + 30000);
	done(&got);

	script_start(wire, sizeof(wire) - 1);
	script.first = sizeof(wire) - 1 - 40;
	script.piece = 1;
	script.pause_ms = 1000;
	run(&got);
	assert_true(got.head);
	assert_false(got.whole);
	assert_int_equal(got.why.status, 408);
	assert_int_equal(script.clock_ms, 1000 + 31000);	/* the head took one */
	done(&got);
}

/* doc/answer.md §3.9: 30 seconds, and one more for each 4 KiB. */
static void a_body_has_a_least_rate(void **state)
{
	static char wire[1 << 17];
	struct http_request request = { .has_length = true, .identity = true };
	struct failure why;

	(void)state;
	request.length = sizeof(wire);
	for (long long pause_ms = 1500; pause_ms <= 2500; pause_ms += 1000) {
		struct buf body = { 0 };

		script_start(wire, sizeof(wire));
		script.piece = 4096;
		script.pause_ms = pause_ms;
		assert_int_equal(http_read_body(&scripted_client, &request, sizeof(wire), &body,
			&why), pause_ms == 1500);
		assert_true(pause_ms == 1500 || why.status == 408);
		buf_free(&body);
	}
}

static void cut_at_every_byte_it_is_the_same_request(void **state)
{
	static const char wire[] = "\r\nPOST /v1/messages HTTP/1.1\r\nhost: h\r\nx-api-key: k\n"
		"transfer-encoding: chunked\r\n\r\n"
		"4;name=\"v\"\r\n{\"a\"\r\n00a\r\n: \"b\\r\\n\"}\r\n0\r\nx-trailer: 1\r\n\r\nrest";

	(void)state;
	for (size_t cut = 0; cut < sizeof(wire); cut++) {
		struct outcome got;

		script_start(wire, sizeof(wire) - 1);
		script.first = cut;
		/* The first run goes byte by byte. */
		script.piece = cut == 0;
		run(&got);
		assert_true(got.whole);
		assert_string_equal(got.request.path, "/v1/messages");
		assert_string_equal(got.request.x_api_key, "k");
		assert_string_equal(got.body.data, "{\"a\": \"b\\r\\n\"}");
		assert_memory_equal(buf_text(&scripted_client.unread), "rest", scripted_client.unread.len);
		done(&got);
	}
}

static void broken_off_anywhere_it_is_refused(void **state)
{
	static const char wire[] = POST "content-length: 3\r\n\r\nabc";
	size_t line = strlen("POST /v1/messages?beta=true HTTP/1.1\r\n");

	(void)state;
	for (size_t len = 0; len < sizeof(wire) - 1; len++) {
		struct outcome got;

		script_start(wire, len);
		run(&got);
		assert_false(got.whole);
		assert_int_equal(got.nothing, len < line);
		assert_int_equal(got.why.status, 400);
		assert_int_equal(got.why.kind, INVALID_REQUEST_ERROR);
		done(&got);
	}
}

/* A client asks again after a 529, not after a 400. */
static void stopped_anywhere_it_is_overloaded(void **state)	/* doc/answer.md §2.7 */
{
	static const char wire[] = POST "transfer-encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n";
	size_t line = strlen("POST /v1/messages?beta=true HTTP/1.1\r\n");

	(void)state;
	for (size_t len = line; len < sizeof(wire) - 1; len++) {
		struct outcome got;

		script_start(wire, len);
		script.stopped = true;
		run(&got);
		assert_false(got.whole);
		assert_int_equal(got.why.status, 529);
		assert_int_equal(got.why.kind, OVERLOADED_ERROR);
		done(&got);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(a_request_with_all_that_matters, end_of_test),
		cmocka_unit_test(cut_at_every_byte_it_is_the_same_request),
		cmocka_unit_test(broken_off_anywhere_it_is_refused),
		cmocka_unit_test(stopped_anywhere_it_is_overloaded),
		cmocka_unit_test_teardown(paths, end_of_test),
		cmocka_unit_test_teardown(request_lines, end_of_test),
		cmocka_unit_test(a_tls_hello_is_refused_at_once),
		cmocka_unit_test_teardown(a_nul_is_no_empty_line, end_of_test),
		cmocka_unit_test_teardown(heads, end_of_test),
		cmocka_unit_test_teardown(errors_have_the_kinds_of_the_interface, end_of_test),
		cmocka_unit_test_teardown(limits_of_the_head, end_of_test),
		cmocka_unit_test(a_silent_client),
		cmocka_unit_test(a_slow_client),
		cmocka_unit_test(a_body_has_a_least_rate),
		cmocka_unit_test_teardown(a_refused_head_still_tells_method_and_path, end_of_test),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
