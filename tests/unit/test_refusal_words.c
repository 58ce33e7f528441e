/* Upstream's words for what went wrong, each by itself. doc/answer.md §3.2 */
#include "../judged.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "../../convert/js.h"
#include "conversion.h"

static struct failure refused(int status, const char *text)
{
	struct settings settings = settings_of("generic");
	struct turn turn = turn_of(&settings, "big");
	struct refusal refusal = { .status = status, .body = slice_of(text),
		.retry_after_ms = -1 };
	struct failure why;

	judged(&turn, &refusal, &why);
	turn_free(&turn);
	return why;
}

static struct failure refused_in_answer(const char *holder)
{
	struct settings settings = settings_of("generic");
	struct turn turn = turn_of(&settings, "big");
	struct json_object *node = tree(holder);
	struct refusal reading;
	struct failure why;

	refusal_read_in_answer(&turn, node, &reading);
	refusal_judge(&turn, &reading, &why);
	refusal_free(&reading);
	js_free(node);
	turn_free(&turn);
	return why;
}

/* As a code and as a type; beside a real status most of them say nothing new. */
static void each_code_names_its_status(void **state)
{
	static const struct { const char *code; int status, beside_400; } codes[] = {
		{ "insufficient_quota", 402, 402 }, { "billing_hard_limit_reached", 402, 402 },
		{ "billing_error", 402, 402 }, { "exceeded_current_quota_error", 402, 402 },
		{ "Arrearage", 402, 402 }, { "1113", 402, 402 }, { "1008", 402, 400 },
		{ "server_is_overloaded", 529, 400 }, { "overloaded_error", 529, 400 },
		{ "engine_overloaded_error", 529, 400 }, { "rate_limit_exceeded", 429, 400 },
		{ "rate_limit_error", 429, 400 }, { "rate_limit_reached_error", 429, 400 },
		{ "RESOURCE_EXHAUSTED", 429, 400 }, { "1302", 429, 400 }, { "1002", 429, 400 },
		{ "1039", 429, 400 }, { "server_error", 500, 400 },
		{ "internal_server_error", 500, 400 }, { "INTERNAL", 500, 400 },
		{ "UNAVAILABLE", 503, 400 }, { "DEADLINE_EXCEEDED", 504, 400 },
		{ "timeout_error", 504, 400 }, { "invalid_request_error", 400, 400 },
		{ "INVALID_ARGUMENT", 400, 400 }, { "InvalidParameter", 400, 400 },
		{ "content_filter", 400, 400 }, { "2013", 400, 400 },
		{ "invalid_api_key", 401, 400 }, { "authentication_error", 401, 400 },
		{ "1004", 401, 400 }, { "permission_error", 403, 400 },
		{ "model_not_found", 404, 400 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(codes) / sizeof(codes[0]); i++)
		for (unsigned as_type = 0; as_type < 2; as_type++) {
			struct buf holder = { 0 };

			buf_printf(&holder, "{\"error\":{\"message\":\"m\",\"%s\":\"%s\"}}",
				as_type ? "type" : "code", codes[i].code);
			assert_int_equal(refused_in_answer(buf_text(&holder)).status,
				codes[i].status);
			assert_int_equal(refused(400, buf_text(&holder)).status,
				codes[i].beside_400);
			buf_free(&holder);
		}
}

static void each_sentence_names_its_status(void **state)
{
	static const struct { const char *text; int status, as; } rows[] = {
		{ "Insufficient Balance", 400, 402 },
		{ "Your credit balance is too low", 400, 402 },
		{ "API key not valid. Please pass a valid API key.", 400, 401 },
		{ "The model is overloaded", 503, 529 }, { "at capacity", 503, 529 },
		{ "server busy", 503, 529 }, { "server busy", 400, 400 },
		{ "Invalid URL (POST /v1/v1/chat/completions)", 404, 400 },
		{ "Unknown request URL: POST /chat", 404, 400 },
		{ "Unexpected endpoint or method. (POST /x)", 404, 400 },
		{ "Not Found", 404, 400 }, { "Resource not found", 404, 400 },
		{ "404 page not found", 404, 400 }, { "404 Not Found", 404, 400 },
		{ "no such thing found", 404, 400 }, { "no such model", 404, 404 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		assert_int_equal(refused(rows[i].status, rows[i].text).status, rows[i].as);
}

static void delay_inside_an_answer_counts(void **state)	/* doc/answer.md §3.4 */
{
	struct failure why = refused_in_answer("{'error':{'message':'m','code':429,"
		"'details':[{'retryDelay':'17s'}]}}");

	(void)state;
	assert_int_equal(why.status, 429);
	assert_int_equal(why.retry_after_ms, 17000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_code_names_its_status),
		cmocka_unit_test(each_sentence_names_its_status),
		cmocka_unit_test(delay_inside_an_answer_counts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
