/* net/envfile.c: the grammar of the configuration file. claudeproxy(8), "FILES". */

#include "../../net/envfile.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static bool parse(struct envfile *file, const char *text, struct failure *why)
{
	return envfile_parse(file, text, strlen(text), "x.conf", why);
}

/* One entry named A in each text. systemd.exec(5), "EnvironmentFile=". */
static void values_are_read_as_systemd_reads_them(void **state)
{
	static const struct { const char *text, *value; } cases[] = {
		{ "A=b\n", "b" },
		{ "A=b", "b" },
		{ "A=b\r\n", "b" },
		{ "  A = \t b c \t\n", "b c" },
		{ "A=a=b", "a=b" },
		{ "A=a#b", "a#b" },
		{ "A=#b", "#b" },
		{ "A=a;b", "a;b" },
		{ "A=a\"b\"'c'", "a\"b\"'c'" },
		{ "A=$HOME`x`%h", "$HOME`x`%h" },
		{ "A=\\a\\\\b\\#c", "a\\b#c" },
		{ "A=b\\ \n", "b " },
		{ "A=b\\\nc\n", "bc" },
		{ "A=b\\", "b" },
		{ "A='b \\ # \"c\" $d'  \n", "b \\ # \"c\" $d" },
		{ "A='b\nc'\n", "b\nc" },
		{ "A=\" b # c \"\n", " b # c " },
		{ "A=\"\\\"\\\\\\$\\`\\n\"", "\"\\$`\\n" },
		{ "A=\"b\\\nc\"", "bc" },
		{ "A=\"b\nc\"", "b\nc" },
		{ "A='b'\"c\"d", "bcd" },
		{ "# A=1\n; A=2\n\n \t\nA=b\n#A=3", "b" },
		{ "A=\xC3\xA4", "\xC3\xA4" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct envfile file = { 0 };
		struct failure why;

		if (!parse(&file, cases[i].text, &why))
			fail_msg("%s: %s", cases[i].text, why.message);
		assert_int_equal(file.count, 1);
		assert_string_equal(file.entries[0].name, "A");
		assert_string_equal(file.entries[0].value, cases[i].value);
		envfile_free(&file);
	}
}

static void what_readers_take_differently_is_refused_with_its_line(void **state)
{
	static const struct { const char *text; unsigned line; } cases[] = {
		{ "export A=b", 1 },
		{ "\n\n  export\tA=b", 3 },
		{ "A=b # c", 1 },
		{ "A= # c", 1 },
		{ "A=\\\n b #c", 1 },
		{ "A='b' # c", 1 },
		{ "A='b' c", 1 },
		{ "A=1\nB='c\nd\n", 2 },
		{ "A=1\nB=\"c\\\"\nd\n", 2 },
		{ "A=\"b\\", 1 },
		{ "A='x\ny'\nB", 3 },
		{ "A B=c", 1 },
		{ "1A=c", 1 },
		{ "=c", 1 },
		{ "A-B=c", 1 },
		{ "# c \\\nA=b", 1 },
		{ "sk-very-secret", 1 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct envfile file = { 0 };
		struct failure why;
		char start[20];

		snprintf(start, sizeof(start), "x.conf:%u: ", cases[i].line);
		if (parse(&file, cases[i].text, &why))
			fail_msg("%s was taken", cases[i].text);
		assert_int_equal(why.kind, API_ERROR);
		if (strncmp(why.message, start, strlen(start)) != 0)
			fail_msg("%s: %s", cases[i].text, why.message);
		/* A line may hold a key: it is never shown. */
		assert_null(strstr(why.message, "secret"));
		envfile_free(&file);
	}
}

static void a_file_with_nul_bytes_is_refused(void **state)
{
	struct envfile file = { 0 };
	struct failure why;

	(void)state;
	assert_false(envfile_parse(&file, "A=b\0c", 5, "x.conf", &why));
	assert_string_equal(why.message, "x.conf: there is a NUL byte");
	envfile_free(&file);
}

static void the_last_of_equal_names_counts_and_empty_is_unset(void **state)
{
	struct envfile file = { 0 };
	struct failure why;

	(void)state;
	assert_true(parse(&file, "A=1\nB=2\nA=3\nB=\nC=''\n", &why));
	assert_int_equal(file.count, 5);
	assert_string_equal(envfile_get(&file, "A"), "3");
	assert_null(envfile_get(&file, "B"));
	assert_null(envfile_get(&file, "C"));
	assert_null(envfile_get(&file, "D"));
	envfile_free(&file);
}

static void an_empty_file_is_fine(void **state)
{
	struct envfile file = { 0 };
	struct failure why;

	(void)state;
	assert_true(parse(&file, "", &why));
	assert_int_equal(file.count, 0);
	envfile_free(&file);
}

/* Editors on Windows put it there. */
static void a_byte_order_mark_in_front_is_none_of_the_name(void **state)
{
	struct envfile file = { 0 };
	struct failure why;

	(void)state;
	assert_true(parse(&file, "\xEF\xBB\xBF" "A=1\n", &why));
	assert_string_equal(envfile_get(&file, "A"), "1");
	envfile_free(&file);
	assert_false(parse(&file, "A=1\n\xEF\xBB\xBF" "B=2\n", &why));
	envfile_free(&file);
}

/* Bytes of any kind, cut anywhere: the sanitizers look for what goes wrong. */
static void no_text_harms(void **state)
{
	static const char text[] = "A='b\nc' \n#x\\y\nB=\"c\\\"\\$\\\n\" \r\nC=\\a b\\\n \\\nD==\n";

	(void)state;
	for (size_t from = 0; from < sizeof(text); from++)
		for (size_t len = 0; from + len < sizeof(text); len++) {
			struct envfile file = { 0 };
			struct failure why;
			char *piece = malloc(len + 1);

			memcpy(piece, text + from, len);
			envfile_parse(&file, piece, len, "x.conf", &why);
			envfile_free(&file);
			free(piece);
		}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(values_are_read_as_systemd_reads_them),
		cmocka_unit_test(what_readers_take_differently_is_refused_with_its_line),
		cmocka_unit_test(a_file_with_nul_bytes_is_refused),
		cmocka_unit_test(the_last_of_equal_names_counts_and_empty_is_unset),
		cmocka_unit_test(an_empty_file_is_fine),
		cmocka_unit_test(a_byte_order_mark_in_front_is_none_of_the_name),
		cmocka_unit_test(no_text_harms),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
