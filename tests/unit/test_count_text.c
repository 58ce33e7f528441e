#include "../../convert/estimate/count.h"
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

static void nothing_costs_nothing(void **state)
{
	(void)state;
	assert_true(count_text(slice_of("")) == 0);
	assert_true(count_text((struct slice){ 0 }) == 0);
}

static void a_word_has_its_blank_in_front(void **state)
{
	static const struct sample samples[] = {
		{ "a", 1 }, { "word", 1 }, { " word", 1 }, { "one two three", 3 + 0.05 },
		{ "eightlet", 1.15 }, { "twelveletter", 1.75 }, { "fourteenletter", 1.9 },
		{ "sixteenletters12", 1.9 + 1 }, { "fifteen-letters", 1.1 + 1.1 + 0.5 },
		{ "internationalising", 1.9 + 4 * 0.17 },
	};

	(void)state;
	ALL_COUNT(samples);
}

static void words_are_cut_at_camel_case_and_digits(void **state)
{
	static const struct sample samples[] = {
		{ "readFile", 2 }, { "ReadAFile", 3 }, { "getX", 2 }, { "utf8", 2 },
		{ "HTTP", 1.2 }, { "HTTPServer", 1.2 + 1.05 }, { "README", 1.65 },
		{ "getElementsByTagName", 1 + 1.15 + 1 + 1 + 1 },
	};

	(void)state;
	ALL_COUNT(samples);
}

static void an_ending_belongs_to_its_word(void **state)
{
	static const struct sample samples[] = {
		{ "don't", 1.4 }, { "we'll see", 1.4 + 1 }, { "it's", 1.4 },
		{ "'s", 1 }, { "a 'b", 3 }, { "a'", 2 },
	};

	(void)state;
	ALL_COUNT(samples);
}

static void a_sign_in_front_belongs_to_the_word(void **state)
{
	static const struct sample samples[] = {
		{ ".c", 1 }, { "a.word", 1 + 1.15 }, { "snake_case", 1.05 + 1.15 },
		{ "/usr/bin", 2 * 1.5 }, { "@user", 1.95 }, { "\tint", 1.25 },
		{ "f(x)", 1 + 1 + 1 }, { "((word", 1.04 + 1 },
	};

	(void)state;
	ALL_COUNT(samples);
}

static void digits_in_threes(void **state)
{
	static const struct sample samples[] = {
		{ "1", 1 }, { "123", 1 }, { "1234", 2 }, { "1234567", 3 }, { "a 123", 3 },
		{ "12:30", 3 },
	};

	(void)state;
	ALL_COUNT(samples);
}

static void letters_between_digits_are_a_hash(void **state)
{
	static const struct sample samples[] = {
		{ "1face1", 1 + 2.5 + 1 }, { "1face", 1 + 1 }, { "face1", 1 + 1 },
		{ "0x1f", 1 + 1 + 1 + 1 },
	};

	(void)state;
	ALL_COUNT(samples);
}

static void signs_in_a_row_are_one_piece(void **state)
{
	static const struct sample samples[] = {
		{ ".", 1 }, { "\x01", 1 }, { "=>", 1.04 }, { "a =>", 2.04 }, { "a();\n", 1 + 1.25 },
		{ "{\"a\":\"b\"},", 1 + 1 + 1 + 1 + 1 },
		{ "\":{\"", 1.33 }, { "=%$&", 1.75 }, { "=%$&=%$&", 2.9 + 2 * 0.55 },
		{ ";\n\n\n", 1 },
	};

	(void)state;
	ALL_COUNT(samples);
}

static void a_ruler_is_long_and_cheap(void **state)
{
	static const struct sample samples[] = {
		{ "---", 1.25 }, { "-------", 1.25 + 4 / 40. }, { "────────", 3 * 0.9 + 5 / 40. },
	};

	(void)state;
	ALL_COUNT(samples);
}

static void white_space_leaves_its_last_blank(void **state)
{
	static const struct sample samples[] = {
		{ " ", 1 }, { "\n", 1 }, { "a b", 2 }, { "a  b", 3 }, { "a         b", 3 },
		{ "a\nb", 3 }, { "a\n\n\nb", 3 }, { "a\r\nb", 3 }, { "a\n    b", 4 },
		{ "a\n b", 3 }, { "a  \n  b", 4 }, { "a ", 2 }, { "a   ", 2 }, { "a\t\t1", 4 },
		{ "a\t=", 3 },
	};

	(void)state;
	ALL_COUNT(samples);
}

static void other_scripts_by_character(void **state)
{
	static const struct sample samples[] = {
		{ "今天", 0.25 + 2 * 0.72 }, { " 今天", 0.6 + 2 * 0.72 },
		{ "，今天", 0.6 + 0.25 + 2 * 0.72 }, { "。", 1 }, { "。」", 1.8 },
		{ "かな", 0.25 + 2 * 0.67 }, { "한국", 0.7 + 2 * 0.52 },
		{ "а б", 1.2 + 0.165 + 1 }, { " слово", 0.6 + 5 * 0.165 },
		{ " ЗАКОН", 0.6 + 5 * 0.62 }, { "ω", 0.37 + 1.1 }, { " ω", 1 },
		{ "नम", 1 + 2 * 0.39 }, { "ש", 1 }, { "ไทย", 3 * 0.38 },
		{ "été", 1 + 2 * 0.25 }, { "café", 1.25 }, { "žluť", 1 + 2 * 0.4 },
		{ "😀", 1.5 }, { "—", 1 }, { "在Debian", 0.72 + 1.05 },
	};

	(void)state;
	ALL_COUNT(samples);
}

static void a_nul_does_not_end_a_text(void **state)
{
	(void)state;
	assert_true(fabs(count_text((struct slice){ "a\0.b", 4 }) - 3.04) < 1e-9);
}

static void broken_utf8_does_no_harm(void **state)
{
	static const char *const texts[] = { "\xFF", "\xC3", "a\xE4\xBB", "\xF0\x9F\x98",
		"\x80\x80", " \xFF", "\xC1\xA1", "\xF8\x88\x80\x80\x80" };

	(void)state;
	for (size_t i = 0; i < COUNT(texts); i++)
		assert_true(count_text(slice_of(texts[i])) > 0);
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
	tokens = count_text(buf_slice(&text));
	seconds = (double)(clock() - start) / CLOCKS_PER_SEC;
	assert_true(tokens > 40000 && tokens < 100000);
	assert_true(seconds < 0.04);
	buf_free(&text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nothing_costs_nothing),
		cmocka_unit_test(a_word_has_its_blank_in_front),
		cmocka_unit_test(words_are_cut_at_camel_case_and_digits),
		cmocka_unit_test(an_ending_belongs_to_its_word),
		cmocka_unit_test(a_sign_in_front_belongs_to_the_word),
		cmocka_unit_test(digits_in_threes),
		cmocka_unit_test(letters_between_digits_are_a_hash),
		cmocka_unit_test(signs_in_a_row_are_one_piece),
		cmocka_unit_test(a_ruler_is_long_and_cheap),
		cmocka_unit_test(white_space_leaves_its_last_blank),
		cmocka_unit_test(other_scripts_by_character),
		cmocka_unit_test(a_nul_does_not_end_a_text),
		cmocka_unit_test(broken_utf8_does_no_harm),
		cmocka_unit_test(two_hundred_kilobytes_take_no_time),
	};

	return cmocka_run_group_tests_name("count_text", tests, NULL, NULL);
}
