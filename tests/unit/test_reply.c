#include "../../net/reply.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

/* A reply on a socket that keeps the borders of writes. */
struct fixture {
	struct client client;
	struct reply reply;
	int peer;
	char got[65536];
};

static struct fixture *new_fixture(void)
{
	struct fixture *f = calloc(1, sizeof(*f));
	int ends[2];

	assert_int_equal(socketpair(AF_UNIX, SOCK_SEQPACKET, 0, ends), 0);
	f->client = (struct client){ .in = ends[0], .out = ends[0], .out_socket = true };
	f->reply = (struct reply){ .client = &f->client, .request_id = "req_1", .minor = 1 };
	f->peer = ends[1];
	return f;
}

static void free_fixture(struct fixture *f)
{
	close(f->peer);
	close(f->client.out);
	free(f);
}

/* A right date is taken out: RFC 9110 §6.6.1. */
static void take_date(char *text)
{
	static const char form[] = "date: Www, 00 Mmm 0000 00:00:00 GMT\r\n";
	char *date = strstr(text, "date: ");

	if (!date)
		return;
	for (size_t i = 0; i < sizeof(form) - 1; i++)
		if (form[i] == '0')
			assert_true(date[i] >= '0' && date[i] <= '9');
		else if (!strchr("WwMm", form[i]) || i > 20)
			assert_int_equal(date[i], form[i]);
	memmove(date, date + sizeof(form) - 1, strlen(date + sizeof(form) - 1) + 1);
}

/* What one write brought, without the date; "" when there was none. */
static const char *next_write(struct fixture *f)
{
	ssize_t n = recv(f->peer, f->got, sizeof(f->got) - 1, MSG_DONTWAIT);

	f->got[n > 0 ? n : 0] = '\0';
	take_date(f->got);
	return f->got;
}

static void json_to_http_1_1(void **state)	/* doc/answer.md §1.7 */
{
	struct fixture *f = new_fixture();

	(void)state;
	reply_json(&f->reply, 200, "{}", 2);
	recv(f->peer, f->got, sizeof(f->got), MSG_PEEK);
	assert_non_null(strstr(f->got, "\r\ndate: "));
	assert_string_equal(next_write(f),
		"HTTP/1.1 200 OK\r\n"
		"request-id: req_1\r\n"
		"content-type: application/json\r\n"
		"content-length: 2\r\n"
		"cache-control: no-cache\r\n"
		"connection: close\r\n"
		"\r\n"
		"{}");
	assert_string_equal(next_write(f), "");
	assert_int_equal(f->reply.status, 200);
	assert_int_equal(f->reply.bytes, 2);
	assert_true(f->reply.first_ms > 0);
	free_fixture(f);
}

static void json_in_cgi(void **state)	/* doc/answer.md §2.8 */
{
	struct fixture *f = new_fixture();

	(void)state;
	f->reply.cgi = true;
	reply_json(&f->reply, 200, "{}", 2);
	assert_string_equal(next_write(f),
		"Status: 200 OK\r\n"
		"request-id: req_1\r\n"
		"content-type: application/json\r\n"
		"content-length: 2\r\n"
		"cache-control: no-cache\r\n"
		"\r\n"
		"{}");
	free_fixture(f);
}

static void head_has_the_headers_and_no_body(void **state)	/* doc/answer.md §4.1 */
{
	struct fixture *f = new_fixture();

	(void)state;
	f->reply.head_only = true;
	reply_json(&f->reply, 200, "{\"a\":1}", 7);
	assert_non_null(strstr(next_write(f), "content-length: 7\r\n"));
	assert_string_equal(strstr(f->got, "\r\n\r\n"), "\r\n\r\n");
	assert_int_equal(f->reply.bytes, 0);
	free_fixture(f);
}

static void long_json_is_whole(void **state)
{
	struct fixture *f = new_fixture();
	static char text[50000];
	size_t seen;

	(void)state;
	memset(text, ' ', sizeof(text));
	reply_json(&f->reply, 200, text, sizeof(text));
	seen = strlen(strstr(next_write(f), "\r\n\r\n") + 4);
	seen += strlen(next_write(f));
	assert_int_equal(seen, sizeof(text));
	assert_int_equal(f->reply.bytes, sizeof(text));
	free_fixture(f);
}

/* doc/answer.md §3.1, §3.4 */
static void failure_has_envelope_and_retry_headers(void **state)
{
	struct fixture *f = new_fixture();
	struct failure why;

	(void)state;
	failed(&why, RATE_LIMIT_ERROR, "slow down");
	why.retry_after_ms = 1001;
	why.should_retry = RETRY_YES;
	reply_failure(&f->reply, &why);
	assert_string_equal(next_write(f),
		"HTTP/1.1 429 Too Many Requests\r\n"
		"request-id: req_1\r\n"
		"retry-after: 2\r\n"
		"retry-after-ms: 1001\r\n"
		"x-should-retry: true\r\n"
		"content-type: application/json\r\n"
		"content-length: 95\r\n"
		"cache-control: no-cache\r\n"
		"connection: close\r\n"
		"\r\n"
		"{\"type\":\"error\",\"error\":{\"type\":\"rate_limit_error\","
		"\"message\":\"slow down\"},\"request_id\":\"req_1\"}");
	free_fixture(f);
}

static void failure_says_allow_and_no_retry(void **state)
{
	struct fixture *f = new_fixture();
	struct failure why;

	(void)state;
	failed_as(&why, 405, INVALID_REQUEST_ERROR, "Method not allowed");
	why.allow = "GET, HEAD";
	why.should_retry = RETRY_NO;
	reply_failure(&f->reply, &why);
	assert_non_null(strstr(next_write(f), "HTTP/1.1 405 Method Not Allowed\r\n"));
	assert_non_null(strstr(f->got, "\r\nallow: GET, HEAD\r\n"));
	assert_non_null(strstr(f->got, "\r\nx-should-retry: false\r\n"));
	assert_null(strstr(f->got, "retry-after"));
	free_fixture(f);
}

static void overloaded_and_unknown_statuses_have_a_reason(void **state)
{
	struct fixture *f = new_fixture();
	struct failure why;

	(void)state;
	failed(&why, OVERLOADED_ERROR, "busy");
	reply_failure(&f->reply, &why);
	assert_non_null(strstr(next_write(f), "HTTP/1.1 529 Overloaded\r\n"));
	free_fixture(f);

	f = new_fixture();
	f->reply.cgi = true;
	failed_as(&why, 418, INVALID_REQUEST_ERROR, "no coffee");
	reply_failure(&f->reply, &why);
	assert_non_null(strstr(next_write(f), "Status: 418 Error\r\n"));
	free_fixture(f);
}

static void options_is_204(void **state)	/* doc/answer.md §4.1 */
{
	struct fixture *f = new_fixture();

	(void)state;
	reply_options(&f->reply, "POST, OPTIONS");
	assert_string_equal(next_write(f),
		"HTTP/1.1 204 No Content\r\n"
		"request-id: req_1\r\n"
		"allow: POST, OPTIONS\r\n"
		"cache-control: no-cache\r\n"
		"connection: close\r\n"
		"\r\n");
	free_fixture(f);
}

static void stream_is_one_write_a_call(void **state)	/* doc/answer.md §2.8 */
{
	struct fixture *f = new_fixture();

	(void)state;
	reply_events_start(&f->reply);
	assert_int_equal(f->reply.status, 200);
	assert_string_equal(next_write(f), "");
	reply_events(&f->reply, "event: ping\n\n", 13);
	assert_string_equal(next_write(f),
		"HTTP/1.1 200 OK\r\n"
		"request-id: req_1\r\n"
		"content-type: text/event-stream; charset=utf-8\r\n"
		"x-accel-buffering: no\r\n"
		"transfer-encoding: chunked\r\n"
		"cache-control: no-cache\r\n"
		"connection: close\r\n"
		"\r\n"
		"d\r\nevent: ping\n\n\r\n");
	reply_events(&f->reply, "data: 12345678\n\n", 16);
	assert_string_equal(next_write(f), "10\r\ndata: 12345678\n\n\r\n");
	reply_events(&f->reply, "", 0);	/* an empty chunk would be the last */
	assert_string_equal(next_write(f), "");
	reply_events_end(&f->reply);
	assert_string_equal(next_write(f), "0\r\n\r\n");
	reply_events_end(&f->reply);
	assert_string_equal(next_write(f), "");
	assert_int_equal(f->reply.bytes, 29);
	free_fixture(f);
}

static void stream_to_http_1_0_ends_by_close(void **state)
{
	struct fixture *f = new_fixture();

	(void)state;
	f->reply.minor = 0;
	reply_events_start(&f->reply);
	reply_events(&f->reply, "data: x\n\n", 9);
	assert_null(strstr(next_write(f), "transfer-encoding"));
	assert_non_null(strstr(f->got, "connection: close\r\n\r\ndata: x\n\n"));
	reply_events_end(&f->reply);
	assert_string_equal(next_write(f), "");
	free_fixture(f);
}

static void stream_in_cgi_has_no_framing(void **state)
{
	struct fixture *f = new_fixture();

	(void)state;
	f->reply.cgi = true;
	reply_events_start(&f->reply);
	reply_events(&f->reply, "data: x\n\n", 9);
	reply_events_end(&f->reply);
	assert_string_equal(next_write(f),
		"Status: 200 OK\r\n"
		"request-id: req_1\r\n"
		"content-type: text/event-stream; charset=utf-8\r\n"
		"x-accel-buffering: no\r\n"
		"cache-control: no-cache\r\n"
		"\r\n"
		"data: x\n\n");
	assert_string_equal(next_write(f), "");
	free_fixture(f);
}

static void failure_in_a_stream_is_its_last_event(void **state)	/* doc/answer.md §2.7 */
{
	struct fixture *f = new_fixture();
	struct failure why;

	(void)state;
	reply_events_start(&f->reply);
	reply_events(&f->reply, "data: x\n\n", 9);
	next_write(f);
	failed(&why, OVERLOADED_ERROR, "busy");
	why.retry_after_ms = 1000;
	reply_failure(&f->reply, &why);
	assert_string_equal(next_write(f),
		"6f\r\n"
		"event: error\n"
		"data: {\"type\":\"error\",\"error\":{\"type\":\"overloaded_error\","
		"\"message\":\"busy\"},\"request_id\":\"req_1\"}\n\n"
		"\r\n0\r\n\r\n");
	reply_events(&f->reply, "data: y\n\n", 9);
	reply_failure(&f->reply, &why);
	reply_events_end(&f->reply);
	assert_string_equal(next_write(f), "");
	assert_int_equal(f->reply.status, 200);
	free_fixture(f);
}

static void failure_right_after_the_start_brings_the_head(void **state)
{
	struct fixture *f = new_fixture();
	struct failure why;

	(void)state;
	failed(&why, API_ERROR, "broken");
	reply_events_start(&f->reply);
	reply_failure(&f->reply, &why);
	assert_non_null(strstr(next_write(f), "HTTP/1.1 200 OK\r\n"));
	assert_non_null(strstr(f->got, "event: error\n"));
	free_fixture(f);
}

static void nothing_follows_a_whole_answer(void **state)
{
	struct fixture *f = new_fixture();
	struct failure why;

	(void)state;
	reply_json(&f->reply, 200, "{}", 2);
	next_write(f);
	failed(&why, API_ERROR, "broken");
	reply_failure(&f->reply, &why);
	assert_string_equal(next_write(f), "");
	free_fixture(f);
}

static void who_left_gets_nothing_more(void **state)
{
	struct fixture *f = new_fixture();

	(void)state;
	shutdown(f->peer, SHUT_RD);
	reply_events_start(&f->reply);
	reply_events(&f->reply, "data: x\n\n", 9);
	assert_true(f->reply.gone);
	reply_events(&f->reply, "data: x\n\n", 9);
	reply_events_end(&f->reply);
	assert_int_equal(f->reply.bytes, 0);
	assert_int_equal(f->reply.first_ms, 0);
	free_fixture(f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(json_to_http_1_1),
		cmocka_unit_test(json_in_cgi),
		cmocka_unit_test(head_has_the_headers_and_no_body),
		cmocka_unit_test(long_json_is_whole),
		cmocka_unit_test(failure_has_envelope_and_retry_headers),
		cmocka_unit_test(failure_says_allow_and_no_retry),
		cmocka_unit_test(overloaded_and_unknown_statuses_have_a_reason),
		cmocka_unit_test(options_is_204),
		cmocka_unit_test(stream_is_one_write_a_call),
		cmocka_unit_test(stream_to_http_1_0_ends_by_close),
		cmocka_unit_test(stream_in_cgi_has_no_framing),
		cmocka_unit_test(failure_in_a_stream_is_its_last_event),
		cmocka_unit_test(failure_right_after_the_start_brings_the_head),
		cmocka_unit_test(nothing_follows_a_whole_answer),
		cmocka_unit_test(who_left_gets_nothing_more),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
