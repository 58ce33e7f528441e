/*
 * A session of Claude Code: 30 requests as it sent them, three prompts with tool loops, images,
 * parallel calls whose results came in another order, failures, thinking; all texts replaced.
 * Its cache_control moves from request to request, one-block arrays become strings, and its
 * billing line changes.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <cmocka.h>

#include "conversion.h"

#define RECORDING "tests/session/claude-code.jsonl"
#define REQUESTS 30

/* The bytes that a provider's cache can have seen: up to the end of the last message but one. */
static size_t stable_length(const char *text, struct json_object *chat)
{
	struct json_object *messages = js_get(chat, "messages");
	struct slice last = js_text(js_at(messages, js_count(messages) - 1));

	/* …,LAST]} */
	return strlen(text) - last.len - strlen(",") - strlen("]}");
}

static char *convert_line(const char *line, const struct settings *settings, size_t *stable)
{
	struct turn turn = { .settings = settings };
	struct notes notes = { 0 };
	struct json_object *body, *chat;
	struct js_error error;
	struct failure why;
	char *text;

	assert_true(js_parse(line, strlen(line), &body, &error));
	if (!request_to_chat(body, FOR_MESSAGES, &turn, &chat, &notes, &why))
		fail_msg("%s", why.message);
	text = must_strdup(js_text(chat).data);
	*stable = stable_length(text, chat);
	js_free(chat);
	js_free(body);
	turn_free(&turn);
	return text;
}

static void keeps_its_prefix(const struct family *family)
{
	struct settings settings = settings_of(family->name);
	FILE *recording = fopen(RECORDING, "r");
	char *line = NULL, *before = NULL;
	size_t size = 0, seen = 0, requests = 0;

	assert_non_null(recording);
	for (; getline(&line, &size, recording) > 0; requests++) {
		size_t stable;
		char *text = convert_line(line, &settings, &stable);

		if (before && strncmp(before, text, seen)) {
			size_t i = 0;

			while (before[i] == text[i])
				i++;
			fail_msg("%s: request %zu differs at %zu: %.80s", family->name, requests, i,
				text + i);
		}
		free(before);
		before = text;
		seen = stable;
	}
	assert_int_equal(requests, REQUESTS);
	free(before);
	free(line);
	fclose(recording);
}

/* request §0.2: a growing history keeps its bytes, whatever the family is. */
static void every_request_begins_with_the_one_before(void **state)
{
	const struct family *family;

	(void)state;
	for (size_t i = 0; (family = family_at(i)); i++)
		keeps_its_prefix(family);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_request_begins_with_the_one_before),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
