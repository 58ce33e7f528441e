/* net/cgi.c: the request from CGI variables, RFC 3875, and what web servers make of them. */

#include "../../net/http.h"
#include "scripted_client.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

static struct http_request request;
static struct buf body;
static struct failure why;

static int start(void **state)
{
	(void)state;
	clearenv();
	setenv("GATEWAY_INTERFACE", "CGI/1.1", 1);
	setenv("REQUEST_METHOD", "POST", 1);
	setenv("PATH_INFO", "/v1/messages", 1);
	setenv("QUERY_STRING", "beta=true", 1);
	setenv("SERVER_PROTOCOL", "HTTP/1.1", 1);
	script_start("{\"a\":1}", 7);
	return 0;
}

static int end(void **state)
{
	(void)state;
	http_free(&request);
	buf_free(&body);
	return 0;
}

static int status_of_body(size_t limit)
{
	return http_read_body(&scripted_client, &request, limit, &body, &why) ? 0 : why.status;
}

static void gateway_interface_alone_decides(void **state)
{
	(void)state;
	assert_true(cgi_is());
	unsetenv("GATEWAY_INTERFACE");
	assert_false(cgi_is());
}

static void a_post_with_length(void **state)
{
	(void)state;
	setenv("CONTENT_LENGTH", "7", 1);
	setenv("HTTP_X_API_KEY", "k1", 1);
	setenv("HTTP_AUTHORIZATION", "Bearer k2", 1);
	setenv("HTTP_USER_AGENT", "claude-cli/2", 1);
	/* The web server has answered it already. */
	setenv("HTTP_EXPECT", "100-continue", 1);
	assert_true(cgi_read_head(&request, &why));
	assert_true(request.cgi);
	assert_string_equal(request.method, "POST");
	assert_string_equal(request.path, "/v1/messages");
	assert_string_equal(request.raw_path, "/v1/messages");
	assert_string_equal(request.x_api_key, "k1");
	assert_string_equal(request.authorization, "Bearer k2");
	assert_string_equal(request.user_agent, "claude-cli/2");
	assert_int_equal(request.minor, 1);
	assert_int_equal(status_of_body(100), 0);
	assert_string_equal(body.data, "{\"a\":1}");
	assert_string_equal(script.written, "");
}

static void the_path_is_decoded_already_and_may_be_missing(void **state)
{
	static const struct { const char *path_info, *path; } cases[] = {
		{ NULL, "/" }, { "", "/" }, { "/", "/" }, { "/health/", "/health" },
		{ "/v1/models/a%20b", "/v1/models/a%20b" },
	};

	(void)state;
	setenv("REQUEST_METHOD", "GET", 1);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		if (cases[i].path_info)
			setenv("PATH_INFO", cases[i].path_info, 1);
		else
			unsetenv("PATH_INFO");
		assert_true(cgi_read_head(&request, &why));
		assert_string_equal(request.path, cases[i].path);
		http_free(&request);
	}
	setenv("PATH_INFO", "/v1/models/\xFF", 1);
	assert_false(cgi_read_head(&request, &why));
	assert_int_equal(why.status, 400);
	http_free(&request);
}

/* nginx gives a GET an empty length, lighttpd "0". */
static void a_get_has_no_body(void **state)
{
	static const char *const lengths[] = { "", "0" };

	(void)state;
	setenv("REQUEST_METHOD", "GET", 1);
	for (size_t i = 0; i < 2; i++) {
		setenv("CONTENT_LENGTH", lengths[i], 1);
		assert_true(cgi_read_head(&request, &why));
		assert_int_equal(request.has_length, i == 1);
		assert_int_equal(status_of_body(100), 0);
		assert_int_equal(body.len, 0);
		http_free(&request);
	}
}

/* Apache hands a chunked body over decoded, without a length. */
static void chunked_without_a_length_is_read_to_its_end(void **state)
{
	(void)state;
	setenv("HTTP_TRANSFER_ENCODING", "chunked", 1);
	assert_true(cgi_read_head(&request, &why));
	script.piece = 2;
	assert_int_equal(status_of_body(7), 0);
	assert_string_equal(body.data, "{\"a\":1}");
}

static void chunked_over_the_limit(void **state)
{
	(void)state;
	setenv("HTTP_TRANSFER_ENCODING", "chunked", 1);
	assert_true(cgi_read_head(&request, &why));
	assert_int_equal(status_of_body(6), 413);
}

/* nginx gives both. */
static void the_length_wins_over_chunked(void **state)
{
	(void)state;
	setenv("HTTP_TRANSFER_ENCODING", "chunked", 1);
	setenv("CONTENT_LENGTH", "3", 1);
	assert_true(cgi_read_head(&request, &why));
	assert_int_equal(status_of_body(100), 0);
	assert_string_equal(body.data, "{\"a");
}

static void bodies_that_are_refused(void **state)
{
	static const struct { const char *name, *value; int status; } cases[] = {
		{ "CONTENT_LENGTH", "8", 400 },		/* ends early */
		{ "CONTENT_LENGTH", "101", 413 },
		{ "CONTENT_LENGTH", "", 411 },
		{ "HTTP_CONTENT_ENCODING", "gzip", 415 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		start(NULL);
		setenv(cases[i].name, cases[i].value, 1);
		assert_true(cgi_read_head(&request, &why));
		assert_int_equal(status_of_body(100), cases[i].status);
		end(NULL);
	}
}

static void heads_that_are_refused(void **state)
{
	static const struct { const char *name, *value; int status; } cases[] = {
		{ "REQUEST_METHOD", "", 400 },
		{ "REQUEST_METHOD", "G T", 400 },
		{ "CONTENT_LENGTH", "x", 400 },
		{ "CONTENT_LENGTH", "-1", 400 },
		{ "HTTP_TRANSFER_ENCODING", "gzip", 501 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		start(NULL);
		setenv(cases[i].name, cases[i].value, 1);
		assert_false(cgi_read_head(&request, &why));
		assert_int_equal(why.status, cases[i].status);
		end(NULL);
	}
}

static void a_client_that_falls_silent(void **state)
{
	(void)state;
	setenv("CONTENT_LENGTH", "8", 1);
	script.silent = true;
	assert_true(cgi_read_head(&request, &why));
	assert_int_equal(status_of_body(100), 408);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, start, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(gateway_interface_alone_decides),
		TEST(a_post_with_length),
		TEST(the_path_is_decoded_already_and_may_be_missing),
		TEST(a_get_has_no_body),
		TEST(chunked_without_a_length_is_read_to_its_end),
		TEST(chunked_over_the_limit),
		TEST(the_length_wins_over_chunked),
		TEST(bodies_that_are_refused),
		TEST(heads_that_are_refused),
		TEST(a_client_that_falls_silent),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
