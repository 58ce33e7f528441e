/* Memory ends while a request is parsed: the process ends, and no text is lost. */
#include "../../convert/buf.h"
#include "json.h"

#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#define MEGABYTE (1u << 20)
#define ENDED 111
#ifdef __SANITIZE_ADDRESS__	/* it needs more than any limit */
#define LEAST 200
#else
#define LEAST 40
#endif

static void end(void)
{
	_exit(ENDED);
}

/* 0: the string came out whole. */
static int parse_in(size_t megabytes, const struct buf *text)
{
	const struct rlimit limit = { megabytes * MEGABYTE, megabytes * MEGABYTE };
	struct json_object *node = NULL;
	struct js_error error;

	memory_ended = end;
	setrlimit(RLIMIT_AS, &limit);
	if (!js_parse(buf_text(text), text->len, &node, &error))
		return 1;
	return js_slice(js_get(node, "text")).len == 16 * MEGABYTE ? 0 : 2;
}

static void no_text_is_lost(void **state)	/* claudeproxy(8), "EXIT STATUS" */
{
	char *filling = must_zalloc(16 * MEGABYTE, 1);
	struct buf text = { 0 };

	(void)state;
	memset(filling, 'x', 16 * MEGABYTE);
	buf_puts(&text, "{\"text\":\"");
	buf_add(&text, filling, 16 * MEGABYTE);
	buf_puts(&text, "\"}");
	for (size_t megabytes = LEAST; megabytes < 200; megabytes += 10) {
		int status;
		pid_t child = fork();

		if (child == 0)
			_exit(parse_in(megabytes, &text));
		assert_int_equal(waitpid(child, &status, 0), child);
		if (WEXITSTATUS(status) != ENDED)
			assert_int_equal(status, 0);
	}
	buf_free(&text);
	free(filling);
}

/* Though the block was somebody's before. */
static void calloc_gives_zeros(void **state)
{
	static const unsigned char zeros[3000];

	(void)state;
	for (size_t len = 0; len < sizeof(zeros); len++) {
		unsigned char *volatile block = malloc(len);

		memset(block, 0xAA, len);
		free(block);
		block = calloc(len % 2 ? 1 : len, len % 2 ? len : 1);
		assert_non_null(block);
		assert_memory_equal(block, zeros, len);
		free(block);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(no_text_is_lost),
		cmocka_unit_test(calloc_gives_zeros),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
