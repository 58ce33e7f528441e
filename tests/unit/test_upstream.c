/* What is sent, what comes, and when it ends; test_unreached.c has what breaks. */
#include "upstream_fixture.h"

#include <time.h>

/* ---- what is sent ---- */

static void whole_answer_is_asked_for_as_json(void **state)
{
	struct fixture *f = new_fixture();
	char expected[512];

	(void)state;
	answers(f, OK_ANSWER, CLOSES);
	assert_int_equal(post(f), UPSTREAM_WHOLE);
	assert_int_equal(f->upstream.status, 200);
	assert_string_equal(buf_text(&f->got), "true");
	snprintf(expected, sizeof(expected),
		"POST /v1/chat/completions HTTP/1.1\r\n"
		"Host: 127.0.0.1:%u\r\n"
		"Accept-Encoding: gzip\r\n"
		"content-type: application/json\r\n"
		"accept: application/json\r\n"
		"user-agent: claudeproxy/0.1.0\r\n"
		"authorization: Bearer sk-1\r\n"
		"Content-Length: 2\r\n"
		"\r\n"
		"{}", f->settings.base.port);
	assert_string_equal(f->seen->request, expected);
	free_fixture(f);
}

static void stream_is_asked_for_unpacked(void **state)	/* doc/answer.md §2.1 */
{
	struct fixture *f = new_fixture();

	(void)state;
	f->upstream.stream = true;
	answers(f, OK_HEAD "\r\ndata: 1\n\ndata: 2\n\n", CLOSES);
	assert_int_equal(post(f), UPSTREAM_WHOLE);
	assert_true(sent(f, "\r\naccept: text/event-stream\r\n"));
	assert_true(sent(f, "\r\nAccept-Encoding: identity\r\n"));
	assert_string_equal(buf_text(&f->got), "data: 1\n\ndata: 2\n\n");
	free_fixture(f);
}

static void long_body_goes_out_without_expect(void **state)
{
	struct fixture *f = new_fixture();
	size_t len = 5u << 20;
	char *body = malloc(len);

	(void)state;
	memset(body, ' ', len);
	answers(f, OK_ANSWER, CLOSES);
	assert_int_equal(upstream_post(&f->upstream, f->url, NULL, (struct slice){ body, len },
		&f->why), UPSTREAM_WHOLE);
	assert_int_equal(f->seen->body_len, len);
	assert_null(strcasestr(f->seen->request, "expect:"));
	assert_null(strcasestr(f->seen->request, "authorization:"));
	free(body);
	free_fixture(f);
}

static void custom_headers_replace_ours(void **state)	/* claudeproxy(8), "ENVIRONMENT" */
{
	static const struct header custom[] = {
		{ "X-FOO", "v w" },
		{ "AUTHORIZATION", "Basic abc" },
		{ "USER-AGENT", "mine" },
		{ "ACCEPT-ENCODING", "br" },
	};
	struct fixture *f = new_fixture();

	(void)state;
	f->settings.custom_headers = custom;
	f->settings.custom_header_count = sizeof(custom) / sizeof(custom[0]);
	answers(f, OK_ANSWER, CLOSES);
	assert_int_equal(post(f), UPSTREAM_WHOLE);
	assert_true(sent(f, "\r\nX-FOO: v w\r\n"));
	assert_true(sent(f, "\r\nAUTHORIZATION: Basic abc\r\n"));
	assert_true(sent(f, "\r\nUSER-AGENT: mine\r\n"));
	assert_true(sent(f, "\r\nACCEPT-ENCODING: br\r\n"));
	assert_true(sent(f, "\r\ncontent-type: application/json\r\n"));
	assert_true(sent(f, "\r\nContent-Length: 2\r\n"));
	assert_false(sent(f, "Bearer"));
	assert_false(sent(f, "claudeproxy"));
	assert_false(sent(f, "gzip"));
	free_fixture(f);
}

static void the_clients_user_agent_goes_only_to_a_host_that_wants_it(void **state)
{
	struct fixture *f = new_fixture();

	(void)state;
	f->upstream.user_agent = "claude-cli/2.1.330 (external, cli)";
	answers(f, OK_ANSWER, CLOSES);
	assert_int_equal(post(f), UPSTREAM_WHOLE);
	assert_true(sent(f, "\r\nuser-agent: claudeproxy/"));
	assert_false(sent(f, "claude-cli"));
	f->settings.base.host = "api.kimi.com";
	answers(f, OK_ANSWER, CLOSES);
	assert_int_equal(post(f), UPSTREAM_WHOLE);
	assert_true(sent(f, "\r\nuser-agent: claude-cli/2.1.330 (external, cli)\r\n"));
	f->upstream.user_agent = NULL;
	answers(f, OK_ANSWER, CLOSES);
	assert_int_equal(post(f), UPSTREAM_WHOLE);
	assert_true(sent(f, "\r\nuser-agent: claudeproxy/"));
	free_fixture(f);
}

static void loopback_needs_no_proxy(void **state)
{
	struct fixture *f = new_fixture();

	(void)state;
	setenv("http_proxy", "http://127.0.0.1:1", 1);
	answers(f, OK_ANSWER, CLOSES);
	assert_int_equal(post(f), UPSTREAM_WHOLE);
	unsetenv("http_proxy");
	free_fixture(f);
}

static void other_hosts_go_through_the_proxy(void **state)
{
	struct fixture *f = new_fixture();

	(void)state;
	setenv("http_proxy", f->url, 1);
	snprintf(f->url, sizeof(f->url), "http://upstream.invalid/v1");
	f->settings.base.host = "upstream.invalid";
	answers(f, OK_ANSWER, CLOSES);
	assert_int_equal(post(f), UPSTREAM_WHOLE);
	assert_true(sent(f, "POST http://upstream.invalid/v1 HTTP/1.1\r\n"));
	unsetenv("http_proxy");
	free_fixture(f);
}

/* ---- what comes ---- */

static void packed_answer_is_unpacked(void **state)
{
	static const char answer[] = OK_HEAD "content-encoding: gzip\r\ncontent-length: 35\r\n\r\n"
		"\x1f\x8b\x08\x00\x00\x00\x00\x00\x02\x03\xab\x56\xca\x48\xcd\xc9\xc9\x57\xb2"
		"\x82\xd0\x0a\x48\xa4\x52\x2d\x00\x08\x91\xc8\x26\x1d\x00\x00\x00";
	struct fixture *f = new_fixture();

	(void)state;
	f->upstream.stream = true;	/* though identity was asked for */
	serve(f, (struct slice){ answer, sizeof(answer) - 1 }, CLOSES);
	assert_int_equal(post(f), UPSTREAM_WHOLE);
	assert_string_equal(buf_text(&f->got), "{\"hello\":\"hello hello hello\"}");
	free_fixture(f);
}

static void broken_packing_is_a_failure(void **state)
{
	struct fixture *f = new_fixture();

	(void)state;
	answers(f, OK_HEAD "content-encoding: gzip\r\ncontent-length: 4\r\n\r\ntrue", CLOSES);
	/* Perhaps it is none: the next answer is read as it is. */
	assert_int_equal(post(f), UPSTREAM_FAILED);
	assert_failure(f, 502, "cannot be decoded", true);
	assert_true(f->upstream.as_it_is);
	free_fixture(f);
}

static void interim_answers_are_passed_over(void **state)
{
	struct fixture *f = new_fixture();

	(void)state;
	answers(f, "HTTP/1.1 103 Early Hints\r\nx-request-id: early\r\n\r\n" OK_ANSWER, CLOSES);
	assert_int_equal(post(f), UPSTREAM_WHOLE);
	assert_int_equal(f->upstream.status, 200);
	assert_string_equal(f->upstream.request_id, "");
	free_fixture(f);
}

static void error_comes_with_body_and_headers(void **state)	/* doc/answer.md §3.4 */
{
	struct fixture *f = new_fixture();

	(void)state;
	answers(f, "HTTP/1.1 429 Too Many Requests\r\nretry-after-ms: 1500\r\nRetry-After: 2\r\n"
		"X-Should-Retry: false\r\nX-Request-Id: up-1\r\ncontent-length: 4\r\n\r\n"
		"slow", CLOSES);
	assert_int_equal(post(f), UPSTREAM_WHOLE);
	assert_int_equal(f->upstream.status, 429);
	assert_string_equal(buf_text(&f->upstream.error_body), "slow");
	assert_int_equal(f->upstream.retry_after_ms, 1500);
	assert_int_equal(f->upstream.should_retry, RETRY_NO);
	assert_string_equal(f->upstream.request_id, "up-1");
	assert_int_equal(f->calls, 0);
	free_fixture(f);
}

/* Of a 503 with such a retry-after. */
static long retry_after(const char *value)
{
	struct fixture *f = new_fixture();
	char answer[256];
	long ms;

	snprintf(answer, sizeof(answer),
		"HTTP/1.1 503 Busy\r\nretry-after: %s\r\ncontent-length: 0\r\n\r\n", value);
	answers(f, answer, CLOSES);
	assert_int_equal(post(f), UPSTREAM_WHOLE);
	ms = f->upstream.retry_after_ms;
	free_fixture(f);
	return ms;
}

static void retry_after_has_many_forms(void **state)	/* doc/answer.md §3.4 */
{
	time_t soon = time(NULL) + 100;
	char date[64];

	(void)state;
	strftime(date, sizeof(date), "%a, %d %b %Y %H:%M:%S GMT", gmtime(&soon));
	assert_int_equal(retry_after("7"), 7000);
	assert_int_equal(retry_after("0.25"), 250);
	assert_in_range(retry_after(date), 90000, 100000);
	assert_int_equal(retry_after("Fri, 01 Jan 2021 00:00:00 GMT"), 0);
	assert_int_equal(retry_after("-3"), -1);
	assert_int_equal(retry_after("1e300"), -1);
	assert_int_equal(retry_after("soon"), -1);
}

static void error_body_is_read_up_to_the_limit(void **state)	/* doc/answer.md §3.3 */
{
	static char answer[100000] = "HTTP/1.1 500 Broken\r\ncontent-length: 1000000000\r\n\r\n";
	struct fixture *f = new_fixture();

	(void)state;
	memset(answer + strlen(answer), 'x', sizeof(answer) - 1 - strlen(answer));
	answers(f, answer, HANGS);
	assert_int_equal(post(f), UPSTREAM_WHOLE);
	assert_int_equal(f->upstream.status, 500);
	assert_int_equal(f->upstream.error_body.len, UPSTREAM_ERROR_LIMIT);
	free_fixture(f);
}

static void error_whose_body_breaks_off_is_still_that_error(void **state)
{
	struct fixture *f = new_fixture();

	(void)state;
	answers(f, "HTTP/1.1 400 Bad\r\ncontent-length: 100\r\n\r\n{\"error\":", CLOSES);
	assert_int_equal(post(f), UPSTREAM_WHOLE);
	assert_int_equal(f->upstream.status, 400);
	assert_string_equal(buf_text(&f->upstream.error_body), "{\"error\":");
	free_fixture(f);
}

/* doc/answer.md §3.2: the key must not travel */
static void redirect_is_not_followed(void **state)
{
	struct fixture *f = new_fixture();

	(void)state;
	answers(f, "HTTP/1.1 307 Moved\r\nlocation: https://u:p@other.example:444/v1?key=k\r\n"
		"content-length: 0\r\n\r\n", CLOSES);
	assert_int_equal(post(f), UPSTREAM_WHOLE);
	assert_int_equal(f->upstream.status, 307);
	assert_string_equal(f->upstream.location, "https://other.example:444");
	free_fixture(f);
}

static void second_post_forgets_the_first(void **state)
{
	struct fixture *f = new_fixture();

	(void)state;
	answers(f, "HTTP/1.1 503 Busy\r\nretry-after: 1\r\nx-should-retry: true\r\n"
		"x-request-id: a\r\ncontent-length: 4\r\n\r\nbusy", CLOSES);
	assert_int_equal(post(f), UPSTREAM_WHOLE);
	assert_int_equal(post(f), UPSTREAM_WHOLE);
	assert_string_equal(buf_text(&f->upstream.error_body), "busy");
	kill(f->server, SIGKILL);
	waitpid(f->server, NULL, 0);
	answers(f, OK_ANSWER, CLOSES);
	assert_int_equal(post(f), UPSTREAM_WHOLE);
	assert_int_equal(f->upstream.status, 200);
	assert_int_equal(f->upstream.error_body.len, 0);
	assert_int_equal(f->upstream.retry_after_ms, -1);
	assert_int_equal(f->upstream.should_retry, RETRY_UNSAID);
	assert_string_equal(f->upstream.request_id, "");
	free_fixture(f);
}

/* ---- time, and callbacks ---- */

static void silence_before_the_answer(void **state)	/* doc/answer.md §3.7: never again */
{
	struct fixture *f = new_fixture();

	(void)state;
	f->settings.request_timeout = 1;
	answers(f, "", HANGS);
	assert_int_equal(post(f), UPSTREAM_FAILED);
	assert_failure(f, 504, "upstream sent nothing for 1 s (REQUEST_TIMEOUT)", false);
	assert_int_equal(f->why.kind, TIMEOUT_ERROR);
	assert_true(f->ticks >= 1);
	free_fixture(f);
}

static void silence_in_the_answer(void **state)
{
	struct fixture *f = new_fixture();

	(void)state;
	f->settings.request_timeout = 1;
	answers(f, OK_HEAD "\r\ndata: 1\n\n", HANGS);
	assert_int_equal(post(f), UPSTREAM_CUT);
	assert_failure(f, 504, "(REQUEST_TIMEOUT)", false);
	assert_string_equal(buf_text(&f->got), "data: 1\n\n");
	free_fixture(f);
}

/* The server is silent exactly as long as the client is busy with the first piece. */
static void slow_client_is_not_a_silent_upstream(void **state)
{
	struct fixture *f = new_fixture();
	int busy[2];

	(void)state;
	assert_int_equal(pipe(busy), 0);
	f->settings.request_timeout = 1;
	f->busy_ms = 1500;
	f->busy_over = busy[1];
	f->server = fork_server();
	if (f->server == 0) {
		int fd = accept(f->listener, NULL, NULL);
		char byte;

		read_request(fd, f->seen);
		send_all(fd, OK_HEAD "\r\n1", strlen(OK_HEAD "\r\n1"));
		_exit(read(busy[0], &byte, 1) == 1 && send(fd, "2", 1, 0) == 1 ? 0 : 1);
	}
	assert_int_equal(post(f), UPSTREAM_WHOLE);
	assert_string_equal(buf_text(&f->got), "12");
	close(busy[0]);
	close(busy[1]);
	free_fixture(f);
}

static void tick_ends_a_silent_transfer(void **state)
{
	struct fixture *f = new_fixture();

	(void)state;
	f->enough_ticks = 1;
	answers(f, "", HANGS);
	assert_int_equal(post(f), UPSTREAM_ENDED);
	assert_int_equal(f->ticks, 1);
	free_fixture(f);
}

/* Most servers make a chunk of every event. */
static void chunks_that_came_together_are_passed_on_together(void **state)
{
	struct fixture *f = new_fixture();

	(void)state;
	answers(f, OK_HEAD "transfer-encoding: chunked\r\n\r\n"
		"3\r\none\r\n3\r\ntwo\r\n5\r\nthree\r\n0\r\n\r\n", CLOSES);
	assert_int_equal(post(f), UPSTREAM_WHOLE);
	assert_string_equal(buf_text(&f->got), "onetwothree");
	assert_int_equal(f->calls, 1);
	free_fixture(f);
}

/* What came before the break is an answer so far. */
static void bytes_before_a_cut_are_passed_on(void **state)
{
	struct fixture *f = new_fixture();

	(void)state;
	answers(f, OK_HEAD "transfer-encoding: chunked\r\n\r\n3\r\none\r\nx", CLOSES);
	assert_int_equal(post(f), UPSTREAM_CUT);
	assert_string_equal(buf_text(&f->got), "one");
	free_fixture(f);
}

static void bytes_end_the_transfer(void **state)
{
	struct fixture *f = new_fixture();

	(void)state;
	f->enough_bytes = true;
	answers(f, OK_HEAD "\r\ndata: [DONE]\n\n", HANGS);
	assert_int_equal(post(f), UPSTREAM_ENDED);
	assert_int_equal(f->upstream.status, 200);
	assert_int_equal(f->calls, 1);
	free_fixture(f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(whole_answer_is_asked_for_as_json),
		cmocka_unit_test(stream_is_asked_for_unpacked),
		cmocka_unit_test(long_body_goes_out_without_expect),
		cmocka_unit_test(custom_headers_replace_ours),
		cmocka_unit_test(the_clients_user_agent_goes_only_to_a_host_that_wants_it),
		cmocka_unit_test(loopback_needs_no_proxy),
		cmocka_unit_test(other_hosts_go_through_the_proxy),
		cmocka_unit_test(packed_answer_is_unpacked),
		cmocka_unit_test(broken_packing_is_a_failure),
		cmocka_unit_test(interim_answers_are_passed_over),
		cmocka_unit_test(error_comes_with_body_and_headers),
		cmocka_unit_test(retry_after_has_many_forms),
		cmocka_unit_test(error_body_is_read_up_to_the_limit),
		cmocka_unit_test(error_whose_body_breaks_off_is_still_that_error),
		cmocka_unit_test(redirect_is_not_followed),
		cmocka_unit_test(second_post_forgets_the_first),
		cmocka_unit_test(silence_before_the_answer),
		cmocka_unit_test(silence_in_the_answer),
		cmocka_unit_test(slow_client_is_not_a_silent_upstream),
		cmocka_unit_test(tick_ends_a_silent_transfer),
		cmocka_unit_test(chunks_that_came_together_are_passed_on_together),
		cmocka_unit_test(bytes_before_a_cut_are_passed_on),
		cmocka_unit_test(bytes_end_the_transfer),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
