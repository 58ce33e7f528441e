/* JSON in tests: written as itself, parsed, compared as text. */
#ifndef TEST_JSON_H
#define TEST_JSON_H

#include "../../convert/js.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* The text between the brackets, commas and quotes and all. */
#define JSON(...) #__VA_ARGS__

static inline struct json_object *parse(const char *text)
{
	struct json_object *node = NULL;
	struct js_error error;

	if (!js_parse(text, strlen(text), &node, &error))
		fail_msg("%s in %s", error.text, text);
	return node;
}

/* Key for key in this order, white space aside. */
static inline void assert_json(struct json_object *node, const char *expected)
{
	struct json_object *parsed = parse(expected);

	assert_string_equal(js_text(node).data, js_text(parsed).data);
	js_free(parsed);
}

#endif
