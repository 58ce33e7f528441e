/* Upstream's refusals: status, type, words. doc/answer.md §3.2 to §3.7 */
#include "../judged.h"
#include "json.h"

static char asked[] = "claude-opus-4-5", upstream[] = "gpt-9", named[] = "my-model";

static const struct settings settings = {
	.openai_api_key = "our-own-upstream-key",
	.base = { .host = "api.example.org" },
	.big_model = "gpt-9", .middle_model = "gpt-9", .small_model = "gpt-9-mini",
};

static const struct turn turn = {
	.settings = &settings, .model = asked, .upstream_model = upstream,
	.max_tokens = 1024, .estimate = 50,
};

static struct failure refused(int status, const char *body)
{
	struct refusal refusal = { .status = status, .body = slice_of(body), .retry_after_ms = -1 };
	struct failure why;

	judged(&turn, &refusal, &why);
	return why;
}

static struct failure refused_in_answer(const char *holder)
{
	struct refusal reading;
	struct json_object *node = parse(holder);
	struct failure why;

	refusal_read_in_answer(&turn, node, &reading);
	refusal_judge(&turn, &reading, &why);
	refusal_free(&reading);
	js_free(node);
	return why;
}

static void each_status_has_its_own_answer(void **state) /* doc/answer.md §3.2, §3.7 */
{
	static const struct {
		int upstream, status;
		enum failure_kind kind;
		bool again;
	} rows[] = {
		{ 302, 502, API_ERROR, false }, { 400, 400, INVALID_REQUEST_ERROR, false },
		{ 401, 401, AUTHENTICATION_ERROR, false }, { 402, 402, BILLING_ERROR, false },
		{ 403, 403, PERMISSION_ERROR, false }, { 404, 400, INVALID_REQUEST_ERROR, false },
		{ 405, 400, INVALID_REQUEST_ERROR, false }, { 408, 504, TIMEOUT_ERROR, true },
		{ 409, 409, CONFLICT_ERROR, true }, { 413, 413, REQUEST_TOO_LARGE, false },
		{ 418, 418, INVALID_REQUEST_ERROR, false },
		{ 422, 400, INVALID_REQUEST_ERROR, false }, { 429, 429, RATE_LIMIT_ERROR, true },
		{ 500, 500, API_ERROR, true }, { 501, 502, API_ERROR, false },
		{ 502, 502, API_ERROR, true }, { 503, 503, API_ERROR, true },
		{ 504, 504, TIMEOUT_ERROR, true }, { 520, 502, API_ERROR, true },
		{ 521, 502, API_ERROR, true }, { 522, 504, TIMEOUT_ERROR, true },
		{ 523, 502, API_ERROR, true }, { 524, 504, TIMEOUT_ERROR, true },
		{ 525, 502, API_ERROR, false }, { 529, 529, OVERLOADED_ERROR, true },
		{ 530, 502, API_ERROR, false }, { 599, 502, API_ERROR, false },
		{ 204, 502, API_ERROR, false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct failure why = refused(rows[i].upstream, "{\"error\":\"no\"}");

		assert_int_equal(why.status, rows[i].status);
		assert_int_equal(why.kind, rows[i].kind);
		assert_int_equal(why.again, rows[i].again);
		assert_int_equal(why.retry_after_ms, -1);
	}
}

static void a_refused_key_is_named_and_final(void **state) /* doc/answer.md §3.2, 401 */
{
	struct failure why = refused(401, "{\"error\":{\"message\":\"Incorrect API key provided: "
		"our-own-upstream-key.\",\"code\":\"invalid_api_key\"}}");

	(void)state;
	assert_int_equal(why.kind, AUTHENTICATION_ERROR);
	assert_int_equal(why.should_retry, RETRY_NO);
	assert_string_equal(why.message, "Incorrect API key provided: ***. — upstream "
		"api.example.org refused OPENAI_API_KEY");
	/* Gemini says it with a 400. */
	why = refused(400, "[{\"error\":{\"code\":400,\"message\":\"API key not valid. Please "
		"pass a "
		"valid API key.\",\"status\":\"INVALID_ARGUMENT\"}}]");
	assert_int_equal(why.status, 401);
	assert_int_equal(why.should_retry, RETRY_NO);
}

static void a_quota_is_billing_by_its_code(void **state) /* doc/answer.md §3.2, 402 */
{
	static const struct {
		int status;
		const char *body;
	} rows[] = {
		{ 402, "{\"error\":\"no credits\"}" },
		{ 429, "{\"error\":{\"message\":\"quota\",\"code\":\"insufficient_quota\"}}" },
		{ 403, "{\"error\":{\"message\":\"quota\",\"type\":\"insufficient_quota\"}}" },
		{ 429, "{\"error\":{\"message\":\"m\","
			"\"type\":\"exceeded_current_quota_error\"}}" },
		{ 429, "{\"error\":{\"message\":\"m\",\"code\":\"1113\"}}" },
		{ 400, "{\"code\":\"Arrearage\",\"message\":\"m\"}" },
		{ 400, "{\"error\":{\"message\":\"Insufficient Balance\"}}" },
	};
	struct failure why;

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		why = refused(rows[i].status, rows[i].body);
		assert_int_equal(why.status, 402);
		assert_int_equal(why.kind, BILLING_ERROR);
		assert_int_equal(why.should_retry, RETRY_NO);
		assert_false(why.again);
	}
	/* Gemini's limit a minute borrows the sentence. */
	why = refused(429, "[{\"error\":{\"code\":429,\"message\":\"You exceeded your current "
		"quota, please check your plan and billing details.\",\"status\":"
		"\"RESOURCE_EXHAUSTED\",\"details\":[{\"retryDelay\":\"17s\"}]}}]");
	assert_int_equal(why.kind, RATE_LIMIT_ERROR);
	assert_int_equal(why.retry_after_ms, 17000);
	assert_true(why.again);
}

static void an_unknown_model_names_its_variable(void **state) /* doc/answer.md §3.2, 404 */
{
	struct turn by_client = turn;
	struct refusal refusal = { .status = 404, .retry_after_ms = -1, .body =
		slice_of("{\"error\":{\"message\":\"no\",\"code\":\"model_not_found\"}}") };
	struct failure why = refused(404, "{\"error\":{\"message\":\"model 'gpt-9' not found\"}}");

	(void)state;
	assert_int_equal(why.kind, NOT_FOUND_ERROR);
	assert_string_equal(why.message, "model 'gpt-9' not found — the model \"gpt-9\" was "
		"chosen by "
		"BIG_MODEL");
	by_client.upstream_model = named;
	judged(&by_client, &refusal, &why);
	assert_string_equal(why.message, "no — the model \"my-model\" was named by the client");
	why = refused(400, "{\"error\":{\"message\":\"Model Not Exist\"}}");
	assert_int_equal(why.status, 400);
	assert_non_null(strstr(why.message, "BIG_MODEL"));
	why = refused(404, "{\"error\":{\"message\":\"No endpoints found that support tool "
		"use\"}}");
	assert_null(strstr(why.message, "BIG_MODEL"));
}

static void an_unknown_path_doubts_the_base_url(void **state) /* doc/answer.md §3.2, 404 */
{
	static const struct {
		int status;
		const char *body;
	} rows[] = {
		{ 404, "" },
		{ 404, "<html><title>404 Not Found</title></html>" },
		{ 404, "404 page not found" },
		{ 404, "{\"detail\":\"Not Found\"}" },
		{ 404, "{\"error\":{\"code\":\"404\",\"message\":\"Resource not found\"}}" },
		{ 404, "{\"error\":{\"message\":\"Invalid URL (POST /v1/v1/chat/completions)\"}}" },
		{ 404, "{\"message\":\"Route POST:/v1/v1/chat/completions not found\","
			"\"error\":\"Not Found\",\"statusCode\":404}" },
		{ 404, "{\"message\":\"no Route matched with those values\"}" },
		{ 404, "{\"error_code\":\"ENDPOINT_NOT_FOUND\",\"message\":\"Path must be of form "
			"/serving-endpoints/<endpoint_name>/served-models/<served_model_name>"
			"/invocations\"}" },
		{ 404, "{\"type\":\"error\",\"error\":{\"type\":\"not_found_error\","
			"\"message\":\"Not found: /v1/models/chat/completions\"}}" },
		{ 404, "Cannot POST /v1/models/chat/completions" },
		{ 404, "{\"error\":{\"code\":404,\"message\":\"File Not Found\","
			"\"type\":\"not_found_error\"}}" },
		{ 404, "{\"timestamp\":1,\"status\":404,\"error\":\"Not Found\","
			"\"path\":\"/v1/v1/chat/completions\"}" },
		{ 404, "{\"error\":\"No static resource v1/chat/completions.\"}" },
		{ 404, "No such endpoint. There are: chat, models" },
		{ 404, "https://gpt-9.example/v1/chat/completions: nothing there" },
		{ 405, "{\"detail\":\"Method Not Allowed\"}" },
		{ 405, "<html><title>405 Not Allowed</title></html>" },
		{ 405, "" },
		{ 200, "{\"error\":\"Unexpected endpoint or method. (POST /chat/completions)\"}" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct failure why = refused(rows[i].status, rows[i].body);

		/* Claude Code hides the words of a 404. */
		assert_int_equal(why.status, 400);
		assert_int_equal(why.kind, INVALID_REQUEST_ERROR);
		assert_non_null(strstr(why.message, "is OPENAI_BASE_URL right"));
	}
}

static void a_model_that_is_not_there_is_no_path(void **state) /* doc/answer.md §3.2, 404 */
{
	static const char *const bodies[] = {
		"{\"error\":{\"message\":\"no\",\"code\":\"model_not_found\"}}",
		"{\"error\":\"model 'x' not found, try pulling it first\"}",
		"{\"object\":\"error\",\"message\":\"The model `x` does not exist.\"}",
		"[{\"error\":{\"code\":404,\"message\":\"models/x is not found for API version v1.\"}}]",
		"Model not found, inaccessible, and/or not deployed",
		"Publisher Model `projects/p/models/x` was not found",
		"The requested model could not be found",
		"Unable to access model x",
		"This model is deprecated",
		"Function gpt-9: not found for account",
		"The model `x` does not exist: POST /v1/chat/completions",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(bodies) / sizeof(bodies[0]); i++) {
		struct failure why = refused(404, bodies[i]);

		if (why.status != 404)
			print_error("%s\n", bodies[i]);
		assert_int_equal(why.status, 404);
		assert_null(strstr(why.message, "OPENAI_BASE_URL"));
		assert_non_null(strstr(why.message, "BIG_MODEL"));
	}
	/* Inside an answer the path was right, whatever is missing. */
	assert_null(strstr(refused_in_answer("{\"error\":{\"message\":\"m\",\"code\":404}}")
		.message, "OPENAI_BASE_URL"));
}

/* The words must be read: Claude Code would hide them behind a 404. */
static void a_model_of_another_api_is_shown(void **state) /* doc/answer.md §3.2, 404 */
{
	static const char *const bodies[] = {
		"{\"error\":{\"message\":\"This model is only supported in v1/responses and not in "
			"v1/chat/completions.\",\"param\":\"model\",\"code\":null}}",
		"The model gpt-9 is only available with the Responses API",
		"This is not a chat model and thus not supported in the v1/chat/completions "
			"endpoint. Did you mean to use v1/completions?",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(bodies) / sizeof(bodies[0]); i++) {
		struct failure why = refused(404, bodies[i]);

		assert_int_equal(why.status, 400);
		assert_null(strstr(why.message, "OPENAI_BASE_URL"));
		assert_non_null(strstr(why.message, "BIG_MODEL"));
	}
}

static void too_many_bytes_are_not_too_many_tokens(void **state) /* doc/answer.md §3.2, 413 */
{
	struct failure why = refused(413, "<html><title>413 Request Entity Too "
		"Large</title></html>");

	(void)state;
	assert_int_equal(why.kind, REQUEST_TOO_LARGE);
	assert_non_null(strstr(why.message, "images"));
	why = refused(413, "");
	assert_int_equal(why.kind, REQUEST_TOO_LARGE);
}

static void overflow_is_said_in_anthropics_words(void **state) /* doc/answer.md §3.5 */
{
	struct failure why = refused(500, "{\"error\":{\"message\":\"request (9001 tokens) exceeds "
		"the available context size (4096 tokens)\",\"code\":500}}");

	(void)state;
	assert_int_equal(why.status, 400);
	assert_int_equal(why.kind, INVALID_REQUEST_ERROR);
	assert_false(why.again);
	assert_string_equal(why.message, "prompt is too long: 9001 tokens > 4096 maximum");
	/* Waiting never helps against a minute's limit that this request alone passes. */
	why = refused(429, "{\"error\":{\"message\":\"Request too large for gpt-9 on tokens "
		"per min "
		"(TPM): Limit 30000, Requested 45000.\",\"code\":\"rate_limit_exceeded\"}}");
	assert_int_equal(why.status, 400);
	assert_false(why.again);
	assert_string_equal(why.message, "prompt is too long: 45000 tokens > 30000 maximum");
	why = refused_in_answer("{\"error\":{\"message\":\"The input token count (12) exceeds the "
		"maximum number of tokens allowed (10).\"}}");
	assert_string_equal(why.message, "prompt is too long: 12 tokens > 10 maximum");
}

static void a_reading_has_the_figures_for_healing(void **state)
{
	static const char body[] = "{\"error\":{\"message\":\"max_tokens must not exceed 512\","
		"\"param\":\"max_tokens\"}}";
	struct refusal refusal = { .status = 400, .body = slice_of(body), .retry_after_ms = -1 };
	struct failure why;

	(void)state;
	refusal_read(&turn, &refusal);
	assert_int_equal(refusal.overflow.kind, OVERFLOW_OUTPUT);
	assert_int_equal(refusal.overflow.cap, 512);
	assert_string_equal(refusal.error.param, "max_tokens");
	refusal_judge(&turn, &refusal, &why);
	assert_string_equal(why.message, "max_tokens: 1024 > 512, which is the maximum allowed "
		"number "
		"of output tokens for claude-opus-4-5");
	refusal_free(&refusal);
}

static void upstreams_headers_win(void **state) /* doc/answer.md §3.4, §3.7 */
{
	struct refusal refusal = { .status = 429, .retry_after_ms = 1500, .body =
		slice_of("[{\"error\":{\"message\":\"m\","
			"\"details\":[{\"retryDelay\":\"9s\"}]}}]") };
	struct failure why;

	(void)state;
	judged(&turn, &refusal, &why);
	assert_int_equal(why.retry_after_ms, 1500);
	assert_int_equal(why.should_retry, RETRY_UNSAID);
	assert_true(why.again);
	refusal.should_retry = RETRY_NO;
	judged(&turn, &refusal, &why);
	assert_int_equal(why.should_retry, RETRY_NO);
	assert_false(why.again);
	refusal.status = 400;
	refusal.should_retry = RETRY_YES;
	judged(&turn, &refusal, &why);
	assert_int_equal(why.should_retry, RETRY_YES);
	assert_true(why.again);
	/* A key does not become right. */
	refusal.status = 401;
	judged(&turn, &refusal, &why);
	assert_int_equal(why.should_retry, RETRY_NO);
	assert_false(why.again);
}

static void groqs_broken_sampling_may_be_tried_again(void **state) /* doc/answer.md §3.7 */
{
	struct failure why = refused(400, "{\"error\":{\"message\":\"Failed to call a function.\","
		"\"code\":\"tool_use_failed\",\"failed_generation\":\"<function=\"}}");

	(void)state;
	assert_int_equal(why.status, 400);
	assert_true(why.again);
}

static void a_busy_503_is_an_overload(void **state) /* doc/answer.md §3.2 */
{
	(void)state;
	assert_int_equal(refused(503, "{\"error\":\"The model is overloaded\"}").status, 529);
	assert_int_equal(refused(503, "{\"error\":\"at capacity\"}").status, 529);
	assert_int_equal(refused(503, "{\"error\":{\"message\":\"m\",\"code\":"
		"\"server_is_overloaded\"}}").status, 529);
	assert_int_equal(refused(503, "{\"error\":\"Loading model\"}").status, 503);
	assert_int_equal(refused(429, "{\"error\":\"The engine is overloaded\"}").status, 429);
}

/* doc/answer.md §3.2, last row */
static void an_error_in_an_answer_has_the_status_it_names(void **state)
{
	static const struct {
		const char *holder;
		int status;
		bool again;
	} rows[] = {
		{ "{\"error\":{\"message\":\"m\",\"code\":429}}", 429, true },
		{ "{\"error\":{\"message\":\"m\",\"code\":\"400\"}}", 400, false },
		{ "{\"error\":{\"message\":\"m\",\"code\":522}}", 504, true },
		{ "{\"error\":{\"message\":\"m\",\"code\":\"rate_limit_exceeded\"}}", 429, true },
		{ "{\"error\":{\"message\":\"m\",\"code\":\"server_error\"}}", 500, true },
		{ "[{\"error\":{\"message\":\"m\","
			"\"status\":\"RESOURCE_EXHAUSTED\"}}]", 429, true },
		{ "{\"error\":{\"message\":\"m\",\"status\":\"INVALID_ARGUMENT\"}}", 400, false },
		{ "{\"error\":{\"message\":\"m\",\"status\":\"UNAVAILABLE\"}}", 503, true },
		{ "{\"error\":{\"message\":\"m\",\"type\":\"overloaded_error\"}}", 529, true },
		{ "{\"error\":{\"message\":\"m\",\"type\":\"insufficient_quota\"}}", 402, false },
		{ "{\"base_resp\":{\"status_code\":1002,\"status_msg\":\"m\"}}", 429, true },
		{ "{\"base_resp\":{\"status_code\":1008,\"status_msg\":\"m\"}}", 402, false },
		{ "{\"choices\":[{\"error\":{\"code\":502,\"message\":\"m\"}}]}", 502, true },
		{ "{\"code\":\"InvalidParameter\",\"message\":\"m\"}", 400, false },
		{ "{\"error\":\"server busy\"}", 529, true },
		{ "{\"error\":{\"message\":\"m\",\"code\":200}}", 502, true },
		{ "{\"error\":\"m\"}", 502, true },
		{ "{}", 502, true }, { "null", 502, true },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct failure why = refused_in_answer(rows[i].holder);

		if (why.status != rows[i].status)
			print_error("%s\n", rows[i].holder);
		assert_int_equal(why.status, rows[i].status);
		assert_int_equal(why.again, rows[i].again);
		assert_true(why.message[0]);
	}
	/* Only inside an answer: a real status tells more than such a word. */
	assert_int_equal(refused(400, "{\"error\":{\"message\":\"m\",\"type\":\"server_error\"}}")
		.status, 400);
}

static void azures_filter_names_what_it_found(void **state) /* doc/answer.md §3.2 */
{
	struct failure why = refused(400, "{\"error\":{\"message\":\"Filtered.\",\"code\":"
		"\"content_filter\",\"innererror\":{\"content_filter_result\":{\"hate\":"
		"{\"filtered\":false},\"jailbreak\":{\"filtered\":true}}}}}");

	(void)state;
	assert_int_equal(why.status, 400);
	assert_string_equal(why.message, "Filtered. — filtered: jailbreak");
}

static void a_redirection_names_its_target(void **state) /* doc/answer.md §3.2, 3xx */
{
	struct refusal refusal = { .status = 308, .retry_after_ms = -1, .location = "a.example" };
	struct failure why;

	(void)state;
	judged(&turn, &refusal, &why);
	assert_int_equal(why.status, 502);
	assert_non_null(strstr(why.message, "a.example"));
	assert_non_null(strstr(why.message, "OPENAI_BASE_URL"));
	assert_false(why.again);
}

static void no_words_are_said_in_ours(void **state) /* doc/answer.md §3.1, §3.3 */
{
	(void)state;
	assert_string_equal(refused(500, "").message, "upstream answered 500 with an empty body");
	assert_string_equal(refused(502, "<html><title>502 Bad Gateway</title></html>").message,
		"upstream answered 502 (HTML): Bad Gateway");
	assert_string_equal(refused(502, "<html><title>Bad gateway</title></html>").message,
		"upstream answered 502 (HTML): Bad gateway");
}

static void two_kilobytes_pass(void **state) /* doc/answer.md §3.3 */
{
	char body[6000] = "{\"error\":\"";
	size_t len = strlen(body);
	struct failure why;

	(void)state;
	for (; len + 8 < sizeof(body); len += 3)
		memcpy(body + len, "€", 3);
	memcpy(body + len, "\"}", 3);
	why = refused(401, body);
	assert_non_null(strstr(why.message, "€ — upstream"));
	assert_in_range(strstr(why.message, " — upstream") - why.message, 2040, 2048);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_status_has_its_own_answer),
		cmocka_unit_test(a_refused_key_is_named_and_final),
		cmocka_unit_test(a_quota_is_billing_by_its_code),
		cmocka_unit_test(an_unknown_model_names_its_variable),
		cmocka_unit_test(an_unknown_path_doubts_the_base_url),
		cmocka_unit_test(a_model_that_is_not_there_is_no_path),
		cmocka_unit_test(a_model_of_another_api_is_shown),
		cmocka_unit_test(too_many_bytes_are_not_too_many_tokens),
		cmocka_unit_test(overflow_is_said_in_anthropics_words),
		cmocka_unit_test(a_reading_has_the_figures_for_healing),
		cmocka_unit_test(upstreams_headers_win),
		cmocka_unit_test(groqs_broken_sampling_may_be_tried_again),
		cmocka_unit_test(a_busy_503_is_an_overload),
		cmocka_unit_test(an_error_in_an_answer_has_the_status_it_names),
		cmocka_unit_test(azures_filter_names_what_it_found),
		cmocka_unit_test(a_redirection_names_its_target),
		cmocka_unit_test(no_words_are_said_in_ours),
		cmocka_unit_test(two_kilobytes_pass),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
