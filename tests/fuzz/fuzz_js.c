/* What was parsed gives a text that parses to the same text. */
#include "fuzz.h"

#include "../../convert/js.h"

#include <string.h>

int fuzz_js(const uint8_t *data, size_t size)
{
	struct json_object *first, *second;
	struct js_error error;
	struct slice once, twice;

	if (!js_parse((const char *)data, size, &first, &error))
		return 0;
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
