#include "../../convert/failure.h"

#include "../../convert/js.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>
#include <string.h>

static void each_kind_has_its_type_and_status(void **state) /* doc/answer.md §3.2 */
{
	static const struct {
		enum failure_kind kind;
		int status;
		const char *type;
	} rows[] = {
		{ INVALID_REQUEST_ERROR, 400, "invalid_request_error" },
		{ AUTHENTICATION_ERROR, 401, "authentication_error" },
		{ BILLING_ERROR, 402, "billing_error" },
		{ PERMISSION_ERROR, 403, "permission_error" },
		{ NOT_FOUND_ERROR, 404, "not_found_error" },
		{ CONFLICT_ERROR, 409, "conflict_error" },
		{ REQUEST_TOO_LARGE, 413, "request_too_large" },
		{ RATE_LIMIT_ERROR, 429, "rate_limit_error" },
		{ API_ERROR, 500, "api_error" },
		{ TIMEOUT_ERROR, 504, "timeout_error" },
		{ OVERLOADED_ERROR, 529, "overloaded_error" },
	};
	struct failure why;

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		assert_false(failed(&why, rows[i].kind, "number %zu", i));
		assert_int_equal(why.status, rows[i].status);
		assert_int_equal(why.kind, rows[i].kind);
		assert_string_equal(failure_type(why.kind), rows[i].type);
		assert_int_equal(failure_kind_of(rows[i].status), rows[i].kind);
	}
}

static void other_statuses_have_the_kind_of_their_class(void **state) /* doc/answer.md §3.2 */
{
	(void)state;
	assert_int_equal(failure_kind_of(405), INVALID_REQUEST_ERROR);
	assert_int_equal(failure_kind_of(431), INVALID_REQUEST_ERROR);
	assert_int_equal(failure_kind_of(501), API_ERROR);
	assert_int_equal(failure_kind_of(502), API_ERROR);
	assert_int_equal(failure_kind_of(302), API_ERROR);
}

static void a_new_failure_has_no_headers(void **state)
{
	struct failure why;

	(void)state;
	memset(&why, 0xAA, sizeof(why));
	assert_false(failed_as(&why, 415, INVALID_REQUEST_ERROR, "no %s", "coding"));
	assert_int_equal(why.status, 415);
	assert_int_equal(why.should_retry, RETRY_UNSAID);
	assert_int_equal(why.retry_after_ms, -1);
	assert_false(why.again);
	assert_null(why.allow);
	assert_string_equal(why.message, "no coding");
}

static void a_hint_stands_behind_the_message(void **state) /* doc/answer.md §3.1 */
{
	struct failure why;

	(void)state;
	failed(&why, API_ERROR, "it broke");
	failure_hint(&why, "try %d", 1);
	failure_hint(&why, "or 2");
	assert_string_equal(why.message, "it broke — try 1 — or 2");
}

static void a_long_message_ends_with_a_whole_character(void **state)
{
	static char long_text[3 * FAILURE_MESSAGE_SIZE + 8];
	struct failure why;

	(void)state;
	for (size_t shift = 0; shift < 4; shift++) {
		size_t len = shift, whole;

		memset(long_text, 'x', shift);
		for (; len < 2 * FAILURE_MESSAGE_SIZE; len += 3)
			memcpy(long_text + len, "\xE2\x82\xAC", 3);
		long_text[len] = '\0';
		failed(&why, API_ERROR, "%s", long_text);
		whole = strlen(why.message);
		assert_true(whole > FAILURE_MESSAGE_SIZE - 5);
		assert_int_equal((whole - shift) % 3, 0);
	}
}

static void a_hint_that_does_not_fit_is_cut(void **state)
{
	static char text[FAILURE_MESSAGE_SIZE];
	struct failure why;

	(void)state;
	for (size_t room = 1; room < 12; room++) {
		memset(text, 'x', sizeof(text));
		text[sizeof(text) - room] = '\0';
		failed(&why, API_ERROR, "%s", text);
		failure_hint(&why, "€€€");
		assert_true(strlen(why.message) < FAILURE_MESSAGE_SIZE);
		assert_true(strlen(why.message) >= FAILURE_MESSAGE_SIZE - room);
		/* A lone lead byte or a cut one would not parse as JSON. */
		for (const char *p = why.message; (p = strchr(p, '\xE2')); p += 3)
			assert_true(strlen(p) >= 3);
	}
}

static void the_envelope_is_anthropics(void **state) /* doc/answer.md §3.1 */
{
	struct buf out = { 0 };
	struct failure why;

	(void)state;
	failed(&why, RATE_LIMIT_ERROR, "say \"please\"\n");
	failure_envelope(&why, "req_1", &out);
	assert_string_equal(buf_text(&out), "{\"type\":\"error\",\"error\":{\"type\":"
		"\"rate_limit_error\",\"message\":\"say \\\"please\\\"\\n\"},"
		"\"request_id\":\"req_1\"}");
	buf_free(&out);
}

static void a_code_stands_in_the_details(void **state)
{
	struct buf out = { 0 };
	struct failure why;

	(void)state;
	failed(&why, NOT_FOUND_ERROR, "gone");
	assert_null(why.error_code);
	why.error_code = "thread_not_found";
	failure_envelope(&why, "req_1", &out);
	assert_string_equal(buf_text(&out), "{\"type\":\"error\",\"error\":{\"type\":"
		"\"not_found_error\",\"message\":\"gone\",\"details\":{\"error_code\":"
		"\"thread_not_found\"}},\"request_id\":\"req_1\"}");
	buf_free(&out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_kind_has_its_type_and_status),
		cmocka_unit_test(other_statuses_have_the_kind_of_their_class),
		cmocka_unit_test(a_new_failure_has_no_headers),
		cmocka_unit_test(a_hint_stands_behind_the_message),
		cmocka_unit_test(a_long_message_ends_with_a_whole_character),
		cmocka_unit_test(a_hint_that_does_not_fit_is_cut),
		cmocka_unit_test(the_envelope_is_anthropics),
		cmocka_unit_test(a_code_stands_in_the_details),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
