#include "../../convert/refusal/error_body.h"

#include "../../convert/js.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>
#include <stdio.h>
#include <string.h>

static struct error_body read_body(const char *body)
{
	struct error_body error;

	error_body_read(slice_of(body), &error);
	return error;
}

static void assert_message(const char *body, const char *message)
{
	struct error_body error = read_body(body);

	assert_string_equal(buf_text(&error.message), message);
	error_body_free(&error);
}

static void each_shape_leads_to_its_sentence(void **state) /* doc/answer.md §3.3 */
{
	static const struct {
		const char *body, *message;
	} rows[] = {
		{ "{\"error\":{\"message\":\"no\",\"type\":\"t\",\"param\":null,"
			"\"code\":1}}", "no" },
		{ "{\"error\":\"no\"}", "no" },
		{ "{\"code\":\"c\",\"error\":\"no\"}", "no" },
		{ "{\"error\":\"Bad Request\",\"message\":\"no\",\"statusCode\":400}", "no" },
		{ "[{\"error\":{\"code\":400,\"message\":\"no\",\"status\":\"S\"}}]", "no" },
		{ "{\"object\":\"error\",\"message\":\"no\",\"type\":\"t\",\"code\":400}", "no" },
		{ "{\"object\":\"error\",\"message\":{\"detail\":[{\"loc\":[\"body\",\"n\"],"
			"\"msg\":\"no\"}]}}", "body.n: no" },
		{ "{\"detail\":\"no\"}", "no" },
		{ "{\"title\":\"Not Found\",\"status\":404,\"detail\":\"no\"}", "no" },
		{ "{\"detail\":[{\"loc\":[\"body\",\"messages\",0],\"msg\":\"no\",\"type\":\"t\"},"
			"{\"loc\":[\"body\"],\"msg\":\"never\"}]}", "body.messages.0: no; "
				"body: never" },
		{ "{\"message\":[\"no\",\"never\"]}", "no; never" },
		{ "{\"code\":\"c\",\"message\":\"no\",\"request_id\":\"r\"}", "no" },
		{ "{\"base_resp\":{\"status_code\":2013,\"status_msg\":\"no\"}}", "no" },
		{ "{\"success\":false,\"errors\":[{\"code\":7,\"message\":\"no\"}]}", "no" },
		{ "{\"choices\":[{\"error\":{\"code\":502,\"message\":\"no\"}}]}", "no" },
		{ "{\"error\":{\"message\":\"  no \\n\"}}", "no" },
		{ "\"no\"", "no" },
		{ "no", "no" },
		{ " \n", "" },
		{ "", "" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		assert_message(rows[i].body, rows[i].message);
}

static void unknown_json_is_its_own_sentence(void **state)
{
	(void)state;
	assert_message("{\"fault\": 17}", "{\"fault\":17}");
	assert_message("{\"error\":{}}", "{\"error\":{}}");
	assert_message("[]", "[]");
}

/* {"error":TEXT} as text */
static void wrap(struct buf *text)
{
	struct json_object *node = js_new_object();
	struct slice wrapped;

	js_add_slice(node, "error", (struct slice){ text->data, text->len });
	wrapped = js_text(node);
	buf_clear(text);
	buf_add(text, wrapped.data, wrapped.len);
	js_free(node);
}

static void json_in_the_message_is_unwrapped_three_deep(void **state) /* doc/answer.md §3.3 */
{
	struct buf text = { 0 };

	(void)state;
	buf_puts(&text, "deep");
	for (int layers = 0; layers < 4; layers++) {
		wrap(&text);	/* the first layer is the body itself */
		assert_message(buf_text(&text), "deep");
	}
	wrap(&text);
	assert_message(buf_text(&text), "{\"error\":\"deep\"}");
	buf_free(&text);
}

static void json_behind_a_gateways_words_is_unwrapped(void **state) /* doc/answer.md §3.3 */
{
	(void)state;
	assert_message("{\"error\":\"Exception - {\\\"error\\\":{\\\"message\\\":\\\"deep\\\"}}. "
		"Received Model Group=x\"}", "deep");
	assert_message("data: {\"error\":{\"message\":\"in an event\"}}\n\n", "in an event");
}

static void other_braces_in_a_message_stay(void **state)
{
	static const char *const texts[] = {
		"Invalid schema: {'type': 'None'}", "bad {brace", "} {", "{", "[1, 2]", "{}",
		"Invalid content: {\"error\":\"no such file\"}",
		"got {\"role\":\"user\",\"message\":\"hello\"} instead",
	};
	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		struct json_object *node = js_new_object();
		struct error_body error;

		js_add_string(node, "message", texts[i]);
		error_body_read_json(node, &error);
		assert_string_equal(buf_text(&error.message), texts[i]);
		error_body_free(&error);
		js_free(node);
	}
}

static void the_providers_sentence_follows_openrouters(void **state) /* doc/answer.md §3.3 */
{
	(void)state;
	assert_message("{\"error\":{\"message\":\"Provider returned error\",\"code\":400,"
		"\"metadata\":{\"raw\":\"{\\\"error\\\":{\\\"message\\\":\\\"no\\\"}}\","
		"\"provider_name\":\"Groq\"}}}", "Provider returned error — Groq: no");
	assert_message("{\"error\":{\"message\":\"Provider returned error\","
		"\"metadata\":{\"raw\":{\"message\":\"no\"}}}}", "Provider returned error — no");
	assert_message("{\"error\":{\"message\":\"Provider returned error\","
		"\"metadata\":{\"raw\":\"\",\"provider_name\":\"Groq\"}}}",
		"Provider returned error");
}

static void an_inner_word_beats_the_outer_one(void **state)
{
	struct error_body error = read_body("{\"error\":{\"message\":\"Provider returned error\","
		"\"code\":429,\"metadata\":{\"raw\":\"{\\\"error\\\":{\\\"message\\\":\\\"no\\\","
		"\\\"type\\\":\\\"tokens\\\",\\\"param\\\":\\\"messages\\\","
		"\\\"code\\\":\\\"rate_limit_exceeded\\\"}}\"}}}");

	(void)state;
	assert_int_equal(error.status, 429);
	assert_string_equal(error.code, "rate_limit_exceeded");
	assert_string_equal(error.type, "tokens");
	assert_string_equal(error.param, "messages");
	error_body_free(&error);
}

static void codes_are_words_numbers_or_statuses(void **state) /* doc/answer.md §3.3 */
{
	static const struct {
		const char *body, *code, *type;
		int status;
	} rows[] = {
		{ "{\"error\":{\"message\":\"m\",\"code\":\"c\",\"type\":\"t\"}}", "c", "t", 0 },
		{ "{\"error\":{\"message\":\"m\",\"code\":429}}", "", "", 429 },
		{ "{\"error\":{\"message\":\"m\",\"code\":\"503\"}}", "", "", 503 },
		{ "{\"error\":{\"message\":\"m\",\"code\":\"1210\"}}", "1210", "", 0 },
		{ "{\"error\":{\"message\":\"m\",\"code\":null,\"type\":null}}", "", "", 0 },
		{ "[{\"error\":{\"code\":503,\"message\":\"m\",\"status\":\"UNAVAILABLE\"}}]", "",
			"UNAVAILABLE", 503 },
		{ "{\"base_resp\":{\"status_code\":1002,\"status_msg\":\"m\"}}", "1002", "", 0 },
		{ "{\"status\":404,\"detail\":\"m\"}", "", "", 404 },
		{ "{\"code\":429,\"error\":{\"message\":\"m\",\"code\":400}}", "", "", 429 },
		{ "{\"error\":\"m\",\"error_type\":\"validation\"}", "", "validation", 0 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct error_body error = read_body(rows[i].body);

		assert_string_equal(error.code, rows[i].code);
		assert_string_equal(error.type, rows[i].type);
		assert_int_equal(error.status, rows[i].status);
		error_body_free(&error);
	}
}

static void geminis_delay_is_read(void **state) /* doc/answer.md §3.3, §3.4 */
{
	static const struct {
		const char *delay;
		long ms;
	} rows[] = {
		{ "17s", 17000 }, { "1.2345s", 1235 }, { "0s", 0 }, { "soon", -1 }, { "-3s", -1 },
		{ "s", -1 }, { "5", -1 }, { "nans", -1 }, { "1e300s", -1 },
	};
	char body[300];

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct error_body error;

		snprintf(body, sizeof(body), "[{\"error\":{\"message\":\"m\",\"details\":["
			"{\"@type\":\"Help\"},{\"retryDelay\":\"%s\"}]}}]", rows[i].delay);
		error = read_body(body);
		assert_int_equal(error.retry_after_ms, rows[i].ms);
		error_body_free(&error);
	}
}

static void llamacpps_figures_and_azures_filter_are_read(void **state)
{
	struct error_body error = read_body("{\"error\":{\"message\":\"m\",\"n_prompt_tokens\":9,"
		"\"n_ctx\":8,"
			"\"innererror\":{\"content_filter_result\":{\"hate\":{\"filtered\":true},"
		"\"sexual\":{\"filtered\":false},\"violence\":{\"filtered\":true}}}}}");

	(void)state;
	assert_int_equal(error.n_prompt_tokens, 9);
	assert_int_equal(error.n_ctx, 8);
	assert_string_equal(error.filtered, "hate, violence");
	error_body_free(&error);
}

static void page_gives_its_title(void **state) /* doc/answer.md §3.3 */
{
	static const struct {
		const char *page, *words;
	} rows[] = {
		{ "<html><head><title>502 Bad Gateway</title></head></html>", "502 Bad Gateway" },
		{ " <!DOCTYPE html><TITLE lang=en>\n 502\n</TITLE>", "502" },
		{ "<html><title></title><body><h1>Down</h1></body>", "" },
		{ "<?xml version=\"1.0\"?><Error><Code>Denied</Code></Error>", "" },
		{ "<html", "" },
		{ "<html><title>cut", "" },
		{ "<html><title", "" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct error_body error = read_body(rows[i].page);

		assert_true(error.html);
		assert_string_equal(buf_text(&error.message), rows[i].words);
		error_body_free(&error);
	}
}

static void binary_says_nothing(void **state) /* doc/answer.md §3.3 */
{
	struct error_body error;

	(void)state;
	error_body_read((struct slice){ "\x1F\x8B\x08\0\0", 5 }, &error);
	assert_int_equal(error.message.len, 0);
	error_body_free(&error);
	error_body_read((struct slice){ NULL, 0 }, &error);
	assert_int_equal(error.message.len, 0);
	error_body_free(&error);
	assert_message("\xEF\xBB\xBF{\"error\":\"behind a mark\"}", "behind a mark");
}

static void an_error_inside_an_answer_is_seen(void **state) /* doc/answer.md §1.1 */
{
	static const struct {
		const char *chunk;
		bool is_in;
	} rows[] = {
		{ "{\"error\":{\"message\":\"m\"}}", true },
		{ "{\"error\":\"m\",\"choices\":[]}", true },
		{ "{\"object\":\"error\",\"message\":\"m\"}", true },
		{ "[{\"error\":{\"code\":400}}]", true },
		{ "{\"choices\":[{\"error\":{\"code\":502},\"delta\":{}}]}", true },
		{ "{\"base_resp\":{\"status_code\":1002},\"choices\":null}", true },
		{ "{\"code\":\"Throttling\",\"message\":\"m\"}", true },
		{ "{\"error\":null,\"choices\":[{\"delta\":{}}]}", false },
		{ "{\"error\":\"\",\"choices\":[{\"delta\":{}}]}", false },
		{ "{\"error\":{},\"choices\":[{\"delta\":{}}]}", false },
		{ "{\"base_resp\":{\"status_code\":0,\"status_msg\":\"success\"},"
			"\"choices\":[{\"error\":null}]}", false },
		{ "{\"code\":null,\"message\":\"m\"}", false },
		{ "{\"code\":\"x\",\"message\":\"m\",\"choices\":[{}]}", false },
		{ "{\"choices\":[],\"usage\":{\"prompt_tokens\":1}}", false },
		{ "{}", false },
		{ "[]", false },
		{ "null", false },
		{ "7", false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct json_object *node;
		struct js_error error;

		assert_true(js_parse(rows[i].chunk, strlen(rows[i].chunk), &node, &error));
		assert_int_equal(error_body_is_in(node), rows[i].is_in);
		js_free(node);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_shape_leads_to_its_sentence),
		cmocka_unit_test(unknown_json_is_its_own_sentence),
		cmocka_unit_test(json_in_the_message_is_unwrapped_three_deep),
		cmocka_unit_test(json_behind_a_gateways_words_is_unwrapped),
		cmocka_unit_test(other_braces_in_a_message_stay),
		cmocka_unit_test(the_providers_sentence_follows_openrouters),
		cmocka_unit_test(an_inner_word_beats_the_outer_one),
		cmocka_unit_test(codes_are_words_numbers_or_statuses),
		cmocka_unit_test(geminis_delay_is_read),
		cmocka_unit_test(llamacpps_figures_and_azures_filter_are_read),
		cmocka_unit_test(page_gives_its_title),
		cmocka_unit_test(binary_says_nothing),
		cmocka_unit_test(an_error_inside_an_answer_is_seen),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
