/*
 * What was parsed gives a text that parses to the same text; and json-c's own parser takes it too,
 * for the same values as far as it is exact.
 */
#include "fuzz.h"

#include "../../convert/js.h"

#include <json-c/json.h>
#include <string.h>

/* json-c has integers of 64 bits and no "-0". */
static void same_number(struct json_object *ours, struct json_object *theirs)
{
	struct slice text = js_text(ours);

	if (!js_is_number(theirs))
		broken_law("json-c finds no number");
	if (text.len <= 18 && json_object_get_double(ours) != json_object_get_double(theirs))
		broken_law("json-c finds another number");
}

static void same(struct json_object *ours, struct json_object *theirs)
{
	if (js_is_array(ours)) {
		if (!js_is_array(theirs) || js_count(ours) != js_count(theirs))
			broken_law("json-c finds another array");
		for (size_t i = 0; i < js_count(ours); i++)
			same(js_at(ours, i), js_at(theirs, i));
	} else if (js_is_object(ours)) {
		struct js_member their = js_first(theirs);

		if (!js_is_object(theirs) || js_count(ours) != js_count(theirs))
			broken_law("json-c finds another object");
		for (struct js_member m = js_first(ours); m.key; m = js_next(m)) {
			if (strcmp(m.key, their.key) != 0)
				broken_law("json-c finds another key");
			same(m.value, their.value);
			their = js_next(their);
		}
	} else if (js_is_string(ours)) {
		struct slice a = js_slice(ours), b = js_slice(theirs);

		if (!js_is_string(theirs) || a.len != b.len || memcmp(a.data, b.data, a.len) != 0)
			broken_law("json-c finds another string");
	} else if (js_is_number(ours)) {
		same_number(ours, theirs);
	} else if (!json_object_equal(ours, theirs)) {
		broken_law("json-c finds another word");
	}
}

/* Not where there may be surrogates: json-c 0.16 reads "\ud837\ude00d054" as U+FFFD and "d054". */
static void as_json_c_does(const char *text, size_t len, struct json_object *ours)
{
	struct json_tokener *tokener;
	struct json_object *theirs;

	if (memmem(text, len, "\\ud", 3) || memmem(text, len, "\\uD", 3))
		return;
	tokener = json_tokener_new_ex(JS_DEPTH + 1);
	theirs = json_tokener_parse_ex(tokener, text, (int)len);
	/* A number at the end may go on. */
	if (json_tokener_get_error(tokener) == json_tokener_continue)
		theirs = json_tokener_parse_ex(tokener, "", 1);
	if (json_tokener_get_error(tokener) != json_tokener_success)
		broken_law("json-c does not parse it");
	same(ours, theirs);
	js_free(theirs);
	json_tokener_free(tokener);
}

int fuzz_js(const uint8_t *data, size_t size)
{
	struct json_object *first, *second;
	struct js_error error;
	struct slice once, twice;

	if (!js_parse((const char *)data, size, &first, &error))
		return 0;
	as_json_c_does((const char *)data, size, first);
	once = js_text(first);
	if (!js_parse(once.data, once.len, &second, &error))
		broken_law("our own text is no JSON");
	twice = js_text(second);
	if (once.len != twice.len || memcmp(once.data, twice.data, once.len))
		broken_law("parsing our own text changes it");
	js_free(first);
	js_free(second);
	return 0;
}
