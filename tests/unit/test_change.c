/* convert/provider/change.c: claudeproxy(8) lists the keys of a dialect and their words. */
#include "../../convert/provider/change.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "document.h"

/* The line of the manual, or its beginning where the values are not listed. */
static void line_of(size_t index, struct buf *line)
{
	const char *word;

	buf_printf(line, "\n.It Cm %s = ", change_key_at(index));
	for (size_t i = 0; (word = change_word_at(index, i)); i++)
		buf_printf(line, "%s%s", i ? " | " : "", word);
	if (change_word_at(index, 0))
		buf_puts(line, "\n");
}

static void the_manual_lists_every_key_with_its_words(void **state)
{
	struct buf page = { 0 };
	const char *at;
	size_t keys = 0;

	(void)state;
	read_file("claudeproxy.8", &page);
	at = strstr(buf_text(&page), "\n.Sh DIALECT\n");
	assert_non_null(at);
	for (; change_key_at(keys); keys++) {
		struct buf line = { 0 };

		line_of(keys, &line);
		at = strstr(at, buf_text(&line));
		if (!at)
			fail_msg("claudeproxy.8 lacks, or has in another order:%s", buf_text(&line));
		buf_free(&line);
	}
	/* … and none besides. */
	for (at = strstr(buf_text(&page), "\n.Sh DIALECT\n"); (at = strstr(at, "\n.It Cm ")); at++)
		keys--;
	assert_int_equal(keys, 0);
	buf_free(&page);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_manual_lists_every_key_with_its_words),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
