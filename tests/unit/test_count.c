/* The estimate of tokens. doc/answer.md §4.2 */
#include "../../convert/estimate/count.h"
#include "json.h"

#include <math.h>

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
	assert_int_equal(count(JSON({"messages":[{"role":"user","content":"one two four"}]})), 10);
	assert_int_equal(count(JSON({"messages":[{"role":"system","content":"one"},
		{"role":"user","content":[{"type":"text","text":"two"},
		{"type":"text","text":"four"}]}]})), 14);
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
	double schema = count_text(slice_of("{\"type\":\"object\"}"));

	(void)state;
	assert_int_equal(count(JSON({"messages":[],"tools":[{"type":"function","function":{
		"name":"Bash","description":"Runs it","parameters":{"type":"object"}}}]})),
		3 + 8 + 1 + 2 + llround(schema));
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

/* A user's message with this part. */
static int64_t count_part(const char *part)
{
	struct buf text = { 0 };
	int64_t tokens;

	buf_printf(&text, "{\"messages\":[{\"role\":\"user\",\"content\":[%s]}]}", part);
	tokens = count(buf_text(&text)) - 7;
	buf_free(&text);
	return tokens;
}

static void every_picture_counts_the_same(void **state)
{
	(void)state;
	assert_int_equal(count_part(JSON({"type":"image_url","image_url":{
		"url":"data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAu4AAAABCAYAAAA="}})), 1600);
	assert_int_equal(count_part(JSON({"type":"image_url","image_url":{
		"url":"https://example.org/a.png"}})), 1600);
}

static void every_form_of_a_pdf_counts(void **state)
{
	(void)state;
	assert_int_equal(count_part(JSON({"type":"file","file":{
		"file_data":"data:application/pdf;base64,JVBERi0="}})), 2000);
	assert_int_equal(count_part(JSON({"type":"document_url",
		"document_url":"data:application/pdf;base64,JVBERi0="})), 2000);
	assert_int_equal(count_part(JSON({"type":"image_url","image_url":{
		"url":"data:application/pdf;base64,JVBERi0="}})), 2000);
	assert_int_equal(count_part(JSON({"type":"file","file":{
		"file_data":"https://example.org/a.pdf"}})), 2000);
}

static void pdfs_count_by_their_bytes(void **state)
{
	struct buf part = { 0 };

	(void)state;
	buf_puts(&part, "{\"type\":\"file\",\"file\":{\"file_data\":"
		"\"data:application/pdf;base64,");
	for (size_t base64 = 0; base64 < 200000; base64 += 4)	/* 150,000 bytes */
		buf_puts(&part, "AAAA");
	buf_puts(&part, "\"}}");
	assert_int_equal(count_part(buf_text(&part)), 3 * 2000);
	buf_free(&part);
}

static void unknown_shapes_count_nothing(void **state)
{
	(void)state;
	assert_int_equal(count(JSON({"messages":[1,null,{"content":[1,{"type":"x"},{"type":"text"},
		{"type":"image_url"},{"type":"file"}],"tool_calls":[1,{}]}],"tools":[1]})),
		3 + 3 * 4 + 1600 + 2000 + 2 * 8 + 8);
	assert_int_equal(count("null"), 3);
}

/* doc/answer.md §3.5: neither picture, thought nor schema, which every server counts its own way */
static void the_least_is_words_and_calls(void **state)
{
	static const char text[] = JSON({"messages":[
		{"role":"system","content":"Be brief."},
		{"role":"user","content":[{"type":"text","text":"Hello there"},
			{"type":"image_url","image_url":{"url":"http://h/a.png"}}]},
		{"role":"assistant","content":null,"reasoning":"A long thought about it",
			"tool_calls":[{"function":{"name":"Read","arguments":"{}"}}]}],
		"tools":[{"function":{"name":"Read","description":"Reads a file",
			"parameters":{"type":"object","properties":{"path":{"type":"string"}}}}}]});
	struct json_object *chat = parse(text);

	(void)state;
	assert_int_equal(count_least(chat), llround(count_text(slice_of("Be brief.")) +
		count_text(slice_of("Hello there")) + 2 * count_text(slice_of("Read")) +
		count_text(slice_of("{}")) + 8 + count_text(slice_of("Reads a file"))));
	js_free(chat);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_message_costs_four_and_the_reply_three),
		cmocka_unit_test(calls_and_results_cost_more),
		cmocka_unit_test(a_tool_is_its_name_description_and_schema),
		cmocka_unit_test(reasoning_that_goes_back_counts_and_signatures_do_not),
		cmocka_unit_test(every_picture_counts_the_same),
		cmocka_unit_test(every_form_of_a_pdf_counts),
		cmocka_unit_test(pdfs_count_by_their_bytes),
		cmocka_unit_test(the_least_is_words_and_calls),
		cmocka_unit_test(unknown_shapes_count_nothing),
	};

	return cmocka_run_group_tests_name("count", tests, NULL, NULL);
}
