/* What strict:true asks of a schema. doc/request.md §1 "format", §3.1, §4.2 */
#include "../../convert/schema/schema.h"
#include "json.h"

static bool strict(const char *text)
{
	struct json_object *schema = parse(text);
	bool is = strict_fits(schema, STRICT_EACH);

	js_free(schema);
	return is;
}

static void strict_wants_every_property_required_and_no_others(void **state)
{
	(void)state;
	assert_true(strict(JSON({"type":"object","properties":{"a":{"type":["string","null"]},
		"b":{"type":"array","items":{"type":"object","properties":{},
		"additionalProperties":false}}},
		"required":["b","a"],"additionalProperties":false})));
	assert_false(strict(JSON({"type":"object","properties":{"a":{}},"required":["a"]})));
	assert_false(strict(JSON({"type":"object","properties":{"a":{}},"required":["a"],
		"additionalProperties":true})));
	assert_false(strict(JSON({"type":"object","properties":{"a":{},"b":{}},"required":["a"],
		"additionalProperties":false})));
	assert_false(strict(JSON({"type":"object","properties":{"a":{"type":"object"}},
		"required":["a"],
		"additionalProperties":false})));
	assert_false(strict(JSON({"type":"object","properties":{"a":{"$ref":"#/$defs/A"}},
		"required":["a"],"additionalProperties":false,"$defs":{"A":{"properties":{}}}})));
	assert_false(strict("null"));
}

static void strict_is_dropped_for_keywords_that_it_refuses(void **state)
{
	static const char form[] = "{\"type\":\"object\",\"properties\":{\"a\":{%s}},"
		"\"required\":[\"a\"],\"additionalProperties\":false}";
	char text[300];

	(void)state;
	snprintf(text, sizeof(text), form, "\"format\":\"uri\"");
	assert_false(strict(text));
	snprintf(text, sizeof(text), form, "\"format\":\"date\"");
	assert_true(strict(text));
	snprintf(text, sizeof(text), form, "\"default\":1");
	assert_false(strict(text));
	snprintf(text, sizeof(text), form, "\"anyOf\":[{\"oneOf\":[]}]");
	assert_false(strict(text));
}

/* doc/request.md §4.2: DeepSeek's list is shorter, and it takes no object without properties */
static void deepseek_refuses_more_beside_strict(void **state)
{
	static const struct {
		const char *property;
		bool strict;
	} rows[] = {
		{ "'type':'string','pattern':'^a','format':'uuid'", true },
		{ "'type':'integer','minimum':1,'multipleOf':2", true },
		{ "'type':'string','format':'date'", false },
		{ "'type':'array','items':{'type':'string'},'minItems':1", false },
		{ "'type':'object','properties':{},'additionalProperties':false", false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct json_object *schema;
		char text[300];

		snprintf(text, sizeof(text), "{'type':'object','properties':{'a':{%s}},"
			"'required':['a'],'additionalProperties':false}", rows[i].property);
		for (char *p = text; *p; p++)
			if (*p == '\'')
				*p = '"';
		schema = parse(text);
		assert_true(strict_fits(schema, STRICT_EACH));
		assert_int_equal(strict_fits(schema, STRICT_ALL), rows[i].strict);
		assert_false(strict_fits(schema, STRICT_NONE));
		js_free(schema);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(strict_wants_every_property_required_and_no_others),
		cmocka_unit_test(strict_is_dropped_for_keywords_that_it_refuses),
		cmocka_unit_test(deepseek_refuses_more_beside_strict),
	};

	return cmocka_run_group_tests_name("strict", tests, NULL, NULL);
}
