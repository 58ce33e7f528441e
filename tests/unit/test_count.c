/* The estimate of tokens. answer §4.2 */
#include "../../convert/request/count.h"
#include "json.h"

#include <math.h>
#include <time.h>

struct sample {
	const char *text;
	double tokens;
};

static void all_count(const struct sample *samples, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		double tokens = count_text(slice_of(samples[i].text));

		if (fabs(tokens - samples[i].tokens) > 1e-9)
			fail_msg("\"%s\": %g, not %g", samples[i].text, tokens, samples[i].tokens);
	}
}

#define ALL_COUNT(samples) all_count(samples, COUNT(samples))

/* Each line is a line of the table of answer §4.2. */

static void words_by_their_length(void **state)
{
	static const struct sample samples[] = {
		{ "", 0 }, { "a", 1 }, { "eightlet", 1 }, { "ninelette", 1.4 },
		{ "twelveletter", 1.4 }, { "thirteenthone", 13.0 / 6 },
	};

	(void)state;
	ALL_COUNT(samples);
	assert_true(count_text((struct slice){ 0 }) == 0);
}

static void words_are_cut_at_camel_case_and_digits(void **state)
{
	static const struct sample samples[] = {
		{ "readFile", 2 }, { "HTTPServer", 2 }, { "HTTP", 1 }, { "ReadAFile", 3 },
		{ "getX", 2 }, { "utf8", 2 }, { "a1b2c3", 6 }, { "x86And64", 4 },
		{ "getElementsByTagName", 5 },
	};

	(void)state;
	ALL_COUNT(samples);
}

static void long_runs_are_hashes(void **state)
{
	static const struct sample samples[] = {
		{ "0123456789abcdef", 16 / 2.2 },
		{ "0123456789abcde", 4 + 1 },
		{ "abcdefghijklmnopqrstuvwxyzabcdefghijklmnop1", 43 / 2.2 },
		{ "abcdefghijklmnopqrstuvwxyzabcdefghijklmn", 40 / 2.5 },
		{ "abcdefghijklmnopqrstuvwxyzabcdefghijklm", 39.0 / 6 },
		{ "1234567890123456789012345678901234567890", 40 / 2.5 },
	};

	(void)state;
	ALL_COUNT(samples);
}

static void digits_in_threes(void **state)
{
	static const struct sample samples[] = {
		{ "1", 1 }, { "123", 1 }, { "1234", 2 }, { "1234567", 3 }, { "a 123", 2.6 },
		{ "a 1b", 3.6 }, { "\n1", 2 },
	};

	(void)state;
	ALL_COUNT(samples);
}

static void signs_alone_and_in_runs(void **state)
{
	static const struct sample samples[] = {
		{ ".", 0.9 }, { "{}", 2 / 2.2 + 0.2 }, { "a.b", 2.9 },
		{ "\"a\":[", 0.9 + 1 + 3 / 2.2 + 0.2 },
		{ "\x01", 0.9 }, { "snake_case", 2.9 },
	};

	(void)state;
	ALL_COUNT(samples);
}

static void white_space(void **state)
{
	static const struct sample samples[] = {
		{ "a b", 2 }, { "a  b", 2.9 }, { "a\tb", 2 }, { "a\t\tb", 2.9 }, { "a\nb", 3 },
		{ "a\n\n\nb", 3 }, { "a\r\nb", 3 }, { "a\n    b", 3.3 }, { "a  \n\tb", 3.3 },
		{ "a \nb", 3 }, { " ", 0 }, { "\n", 1 },
	};

	(void)state;
	ALL_COUNT(samples);
}

static void other_scripts_by_character(void **state)
{
	static const struct sample samples[] = {
		{ "今天", 1.5 }, { "かな", 1.5 }, { "。", 0.75 }, { "ｱ", 0.75 }, { "豈", 0.75 },
		{ "한국", 1.3 }, { "ᄀ", 0.65 }, { "да", 0.6 }, { "ω", 0.3 }, { "ש", 0.3 },
		{ "é", 0.6 }, { "café", 1.6 }, { "😀", 2 }, { "नम", 1.8 }, { "—", 0.9 },
		{ "а б", 0.6 },
	};

	(void)state;
	ALL_COUNT(samples);
}

static void a_nul_does_not_end_a_text(void **state)
{
	(void)state;
	assert_true(fabs(count_text((struct slice){ "a\0b", 3 }) - 2.9) < 1e-9);
}

static void broken_utf8_does_no_harm(void **state)
{
	static const char *const texts[] = { "\xFF", "\xC3", "a\xE4\xBB", "\xF0\x9F\x98",
		"\x80\x80" };

	(void)state;
	for (size_t i = 0; i < COUNT(texts); i++)
		assert_true(count_text(slice_of(texts[i])) > 0);
}

/* ---- the chat tree ---- */

static int64_t count(const char *text)
{
	struct json_object *chat = NULL;
	struct js_error error;
	int64_t tokens;

	if (!js_parse(text, strlen(text), &chat, &error))
		fail_msg("%s in %s", error.text, text);
	tokens = count_chat(chat);
	js_free(chat);
	return tokens;
}

static void a_message_costs_four_and_the_reply_three(void **state)
{
	(void)state;
	assert_int_equal(count(JSON({"messages":[]})), 3);
	assert_int_equal(count(JSON({})), 3);
	assert_int_equal(count(JSON({"messages":[{"role":"user","content":"one two three"}]})), 10);
	assert_int_equal(count(JSON({"messages":[{"role":"system","content":"one"},
		{"role":"user","content":[{"type":"text","text":"two"},
		{"type":"text","text":"three"}]}]})), 14);
	assert_int_equal(count(JSON({"messages":[{"role":"assistant","content":null}]})), 7);
}

static void calls_and_results_cost_more(void **state)
{
	(void)state;
	assert_int_equal(count(JSON({"messages":[{"role":"assistant","content":null,"tool_calls":[
		{"id":"call_1","type":"function","function":{"name":"Bash","arguments":"ls"}},
		{"id":"call_2","type":"function","function":{"name":"Read",
		"arguments":"a b"}}]}]})),
		3 + 4 + (1 + 1 + 8) + (1 + 2 + 8));
	assert_int_equal(count(JSON({"messages":[{"role":"tool","tool_call_id":"call_1",
		"content":"done"}]})), 3 + 4 + 4 + 1);
}

static void a_tool_is_its_name_description_and_schema(void **state)
{
	/* {" type ":" object "} */
	double schema = (2 / 2.2 + 0.2) + 1 + (3 / 2.2 + 0.2) + 1 + (2 / 2.2 + 0.2);

	(void)state;
	assert_int_equal(count(JSON({"messages":[],"tools":[{"type":"function","function":{
		"name":"Bash","description":"Runs it","parameters":{"type":"object"}}}]})),
		3 + 8 + 1 + 2 + (int64_t)ceil(schema));
	assert_int_equal(count(JSON({"tools":[{"type":"function","function":{"name":"Bash"}}]})),
		12);
}

static void reasoning_that_goes_back_counts_and_signatures_do_not(void **state)
{
	(void)state;
	assert_int_equal(count(JSON({"messages":[{"role":"assistant","content":"a",
		"reasoning_content":"b c"}]})), 10);
	assert_int_equal(count(JSON({"messages":[{"role":"assistant","content":"a",
		"reasoning":"b"}]})), 9);
	assert_int_equal(count(JSON({"messages":[{"role":"assistant","content":"a",
		"reasoning_details":[
		{"type":"reasoning.text","text":"b","signature":"c d e"},
		{"type":"reasoning.summary","summary":"f"},
		{"type":"reasoning.encrypted","data":"g h i"}]}]})), 10);
	assert_int_equal(count(JSON({"messages":[{"role":"assistant","content":[
		{"type":"thinking","thinking":[{"type":"text","text":"a b"}],"signature":"c d"},
		{"type":"text","text":"e"}]}]})), 10);
}

/* The head of a PNG of that size, as base64. */
static int64_t count_picture(const char *ihdr)
{
	char text[300];

	snprintf(text, sizeof(text), "{\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":"
		"\"image_url\",\"image_url\":{\"url\":\"%s\"}}]}]}", ihdr);
	return count(text) - 7;
}

static void pictures_count_by_their_size(void **state)
{
	(void)state;
	/* 750x1 → 1 · 600x500 → 400 */
	assert_int_equal(count_picture(
		"data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAu4AAAABCAYAAAA="), 1);
	assert_int_equal(count_picture(
		"data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAlgAAAH0CAYAAAA="), 400);
	/* 3136x600 is scaled to 1568x300: 627.2 */
	assert_int_equal(count_picture(
		"data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAADEAAAAJYCAYAAAA="), 628);
	/* 1568x1568 would be 3279 */
	assert_int_equal(count_picture(
		"data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAABiAAAAYgCAYAAAA="), 1600);
	assert_int_equal(count_picture("data:image/png;base64,AAAA"), 1600);
	assert_int_equal(count_picture("data:image/png;base64,"), 1600);
	assert_int_equal(count_picture("https://example.org/a.png"), 1600);
}

static void pdfs_count_by_their_pages(void **state)
{
	/* "/Type /Page /Type/Page /Type\n/Pages /Type /PageLabel /Type /Page " */
	static const char three[] = "L1R5cGUgL1BhZ2UgL1R5cGUvUGFnZSAvVHlwZQovUGFnZXMgL1R5cGUgL1Bh"
		"Z2VMYWJlbCAvVHlwZSAvUGFnZSA=";
	char text[400];

	(void)state;
	snprintf(text, sizeof(text),
		"{\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":\"file\","
		"\"file\":{\"file_data\":\"data:application/pdf;base64,%s\"}}]}]}", three);
	assert_int_equal(count(text), 7 + 3 * 2000);
	snprintf(text, sizeof(text), "{\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":"
		"\"document_url\",\"document_url\":\"data:application/pdf;base64,%.16s\"}]}]}",
			three);
	assert_int_equal(count(text), 7 + 2000);
	snprintf(text, sizeof(text), "{\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":"
		"\"image_url\",\"image_url\":{\"url\":\"data:application/pdf;base64,%s\"}}]}]}",
			three);
	assert_int_equal(count(text), 7 + 3 * 2000);
	assert_int_equal(count(JSON({"messages":[{"role":"user","content":[{"type":"file",
		"file":{"file_data":"https://example.org/a.pdf"}}]}]})), 7 + 2000);
}

static void a_packed_pdf_counts_by_its_bytes(void **state)
{
	static const char head[] =
		"{\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":\"file\","
		"\"file\":{\"file_data\":\"data:application/pdf;base64,";
	size_t base64 = 200000;	/* 150,000 bytes */
	char *text = malloc(base64 + 300);

	(void)state;
	strcpy(text, head);
	memset(text + strlen(head), 'A', base64);
	strcpy(text + strlen(head) + base64, "\"}}]}]}");
	assert_int_equal(count(text), 7 + 3 * 2000);
	free(text);
}

static void unknown_shapes_count_nothing(void **state)
{
	(void)state;
	assert_int_equal(count(JSON({"messages":[1,null,{"content":[1,{"type":"x"},{"type":"text"},
		{"type":"image_url"},{"type":"file"}],"tool_calls":[1,{}]}],"tools":[1]})),
		3 + 3 * 4 + 1600 + 2000 + 2 * 8 + 8);
	assert_int_equal(count("null"), 3);
}

/* It runs on every request. Twenty times as long as it takes is allowed: machines are busy. */
static void two_hundred_kilobytes_take_no_time(void **state)
{
	static const char piece[] =
		"{\"file_path\": \"/srv/app/src/readFile.c\", \"offset\": 1200}\n"
		"\tThe quick brown fox jumps over 13 lazy dogs; été, да, 今天.\n";
	struct buf text = { 0 };
	clock_t start;
	double tokens, seconds;

	(void)state;
	while (text.len < 200000)
		buf_puts(&text, piece);
	start = clock();
	tokens = count_text((struct slice){ text.data, text.len });
	seconds = (double)(clock() - start) / CLOCKS_PER_SEC;
	assert_true(tokens > 40000 && tokens < 100000);
	assert_true(seconds < 0.04);
	buf_free(&text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(words_by_their_length),
		cmocka_unit_test(words_are_cut_at_camel_case_and_digits),
		cmocka_unit_test(long_runs_are_hashes),
		cmocka_unit_test(digits_in_threes),
		cmocka_unit_test(signs_alone_and_in_runs),
		cmocka_unit_test(white_space),
		cmocka_unit_test(other_scripts_by_character),
		cmocka_unit_test(a_nul_does_not_end_a_text),
		cmocka_unit_test(broken_utf8_does_no_harm),
		cmocka_unit_test(a_message_costs_four_and_the_reply_three),
		cmocka_unit_test(calls_and_results_cost_more),
		cmocka_unit_test(a_tool_is_its_name_description_and_schema),
		cmocka_unit_test(reasoning_that_goes_back_counts_and_signatures_do_not),
		cmocka_unit_test(pictures_count_by_their_size),
		cmocka_unit_test(pdfs_count_by_their_pages),
		cmocka_unit_test(a_packed_pdf_counts_by_its_bytes),
		cmocka_unit_test(unknown_shapes_count_nothing),
		cmocka_unit_test(two_hundred_kilobytes_take_no_time),
	};

	return cmocka_run_group_tests_name("count", tests, NULL, NULL);
}
