/* Schemas in the dialects of Gemini, Kimi and the grammars. doc/request.md §3.2, second table */
#include "repaired.h"

/* ---- Gemini ---- */

static void gemini_property(const char *before, const char *after)
{
	char from[2000], to[1000];

	snprintf(from, sizeof(from), "{\"type\":\"object\",\"properties\":{\"p\":%s},\"$defs\":"
		"{\"S\":{\"type\":\"string\",\"minLength\":1},\"Tree\":{\"type\":\"object\","
		"\"properties\":{\"next\":{\"$ref\":\"#/$defs/Tree\"}}}}}", before);
	snprintf(to, sizeof(to), "{\"type\":\"object\",\"properties\":{\"p\":%s}}", after);
	becomes(SCHEMA_GEMINI, from, to);
}

static void gemini_gets_only_what_it_knows(void **state)
{
	(void)state;
	becomes(SCHEMA_GEMINI,
		JSON({"type":"object","additionalProperties":false,"propertyNames":{},"title":"t",
			"properties":{"p":{"type":"string","examples":["x"],"minLength":1,
			"deprecated":true,
			"default":"d","contentEncoding":"base64"}},"required":["p"],
			"unevaluatedProperties":false}),
		JSON({"type":"object","title":"t","properties":{"p":{"type":"string","minLength":1,
			"default":"d"}},"required":["p"]}));
}

static void gemini_types(void **state)
{
	(void)state;
	gemini_property(JSON({"type":["string","null"]}), JSON({"nullable":true,"type":"string"}));
	gemini_property(JSON({"type":["string","integer"],"description":"d"}),
		JSON({"description":"d","anyOf":[{"type":"string"},{"type":"integer"}]}));
	gemini_property(JSON({"type":["string","array"],"items":{"type":"number"}}),
		JSON({"anyOf":[{"type":"string"},{"type":"array","items":{"type":"number"}}]}));
	gemini_property(JSON({"type":["null"]}), JSON({"nullable":true}));
}

static void gemini_choices(void **state)
{
	(void)state;
	gemini_property(JSON({"oneOf":[{"type":"string"},{"type":"integer"}]}),
		JSON({"anyOf":[{"type":"string"},{"type":"integer"}]}));
	gemini_property(JSON({"anyOf":[{"type":"string"},{"type":"null"}],"description":"d"}),
		JSON({"description":"d","nullable":true,"type":"string"}));
	gemini_property(JSON({"anyOf":[{"type":"string"},{"type":"null"},{"type":"integer"}]}),
		JSON({"anyOf":[{"type":"string"},{"type":"integer"}],"nullable":true}));
	gemini_property(JSON({"anyOf":[{"anyOf":[{"const":"x"},{"type":"null"}]}]}),
		JSON({"nullable":true,"enum":["x"],"type":"string"}));
	gemini_property(JSON({"allOf":[{"$ref":"#/$defs/S"},{"maxLength":9}]}),
		JSON({"type":"string","minLength":1,"maxLength":9}));
}

static void gemini_enums_are_strings(void **state)
{
	(void)state;
	gemini_property(JSON({"const":"x"}), JSON({"enum":["x"],"type":"string"}));
	gemini_property(JSON({"enum":[1,2.50,true]}),
		JSON({"enum":["1","2.50","true"],"type":"string"}));
	/* 400 "enum: only allowed for STRING type" */
	gemini_property(JSON({"type":"integer","enum":[1,2]}), JSON({"type":"integer"}));
	gemini_property(JSON({"enum":["a","",null]}),
		JSON({"enum":["a"],"nullable":true,"type":"string"}));
	gemini_property(JSON({"type":"string","enum":[""]}), JSON({"type":"string"}));
}

static void gemini_bounds_formats_and_required(void **state)
{
	(void)state;
	gemini_property(JSON({"type":"integer","exclusiveMinimum":0,"exclusiveMaximum":1e3}),
		JSON({"type":"integer","minimum":0,"maximum":1e3}));
	gemini_property(JSON({"type":"integer","minimum":5,"exclusiveMinimum":true}),
		JSON({"type":"integer","minimum":5}));
	gemini_property(JSON({"type":"string","format":"uri"}), JSON({"type":"string"}));
	gemini_property(JSON({"type":"string","format":"date-time"}),
		JSON({"type":"string","format":"date-time"}));
	gemini_property(JSON({"type":"object","properties":{"a":{"type":"string"}},
		"required":["b","a",1]}), JSON({"type":"object",
		"properties":{"a":{"type":"string"}},
		"required":["a"]}));
	gemini_property(JSON({"type":"object","required":["b"]}), JSON({"type":"object"}));
	gemini_property(JSON({"type":"array","items":[{"type":"string"},{"type":"integer"}]}),
		JSON({"type":"array","items":{"anyOf":[{"type":"string"},{"type":"integer"}]}}));
	gemini_property("true", "{}");
}

static void gemini_references_are_written_out(void **state)
{
	(void)state;
	gemini_property(JSON({"$ref":"#/$defs/S","description":"d"}),
		JSON({"description":"d","type":"string","minLength":1}));
	gemini_property(JSON({"$ref":"#/$defs/Missing"}), "{}");
	gemini_property(JSON({"$ref":"#/properties/q"}), "{}");
}

static void gemini_recursion_ends_after_eight_references(void **state)
{
	char after[1000] = "";

	(void)state;
	for (int i = 0; i < 8; i++)
		strcat(after, "{\"type\":\"object\",\"properties\":{\"next\":");
	strcat(after, "{}");
	for (int i = 0; i < 8; i++)
		strcat(after, "}}");
	gemini_property(JSON({"$ref":"#/$defs/Tree"}), after);
	assert_string_equal(notes.text, "schema:$ref");
}

/* A schema of seven references to itself, each with this description. */
static size_t length_of_recursion(const char *description)
{
	struct json_object *schema = js_new_object(), *repaired;
	struct json_object *properties = js_add_object(schema, "properties");
	size_t len;

	for (char name[] = "a"; name[0] < 'h'; name[0]++) {
		struct json_object *property = js_add_object(properties, name);

		js_add_string(property, "description", description);
		js_add_string(property, "$ref", "#");
	}
	repaired = schema_repair(schema, SCHEMA_GEMINI, &notes);
	len = js_text(repaired).len;
	js_free(repaired);
	js_free(schema);
	return len;
}

static void gemini_recursion_does_not_grow_without_end(void **state)
{
	char words[1001];

	(void)state;
	memset(words, 'x', sizeof(words) - 1);
	words[sizeof(words) - 1] = '\0';
	assert_in_range(length_of_recursion("few"), 1000, 150000);
	assert_in_range(length_of_recursion(words), 10000, 150000);
}

/* ---- Kimi ---- */

static void kimi_properties_have_a_type(void **state)
{
	(void)state;
	becomes(SCHEMA_KIMI,
		JSON({"type":"object","properties":{"a":{},"b":{"enum":[1,2]},
			"c":{"properties":{"x":{}}},
			"d":{"items":{}},"e":{"const":true},"f":{"enum":["x"]},"g":true,
			"h":{"const":1.5}}}),
		JSON({"type":"object","properties":{"a":{"type":"string"},
			"b":{"enum":[1,2],"type":"integer"},
			"c":{"properties":{"x":{"type":"string"}},"type":"object"},
			"d":{"items":{"type":"string"},"type":"array"},
			"e":{"const":true,"type":"boolean"},
			"f":{"enum":["x"],"type":"string"},"g":{"type":"string"},
			"h":{"const":1.5,"type":"number"}}}));
	assert_string_equal(notes.text, "schema:type");
	stays(SCHEMA_KIMI, JSON({"type":"object","properties":{"a":{"$ref":"#/$defs/A"},
		"b":{"anyOf":[{"type":"string"},{"$ref":"#/$defs/A"}]}},
		"$defs":{"A":{"type":"string"}}}));
}

static void kimi_type_beside_any_of_moves_into_the_branches(void **state)
{
	(void)state;
	becomes(SCHEMA_KIMI,
		JSON({"type":"object","properties":{"a":{"type":"string","anyOf":[{"minLength":3},
			{"type":"null"}]},"b":{"oneOf":[{"type":"string"},{"enum":[1]}]}}}),
		JSON({"type":"object","properties":{"a":{"anyOf":[{"minLength":3,"type":"string"},
			{"type":"null"}]},"b":{"anyOf":[{"type":"string"},
			{"enum":[1],"type":"integer"}]}}}));
}

static void kimi_items_lists_are_prefix_items(void **state)
{
	(void)state;
	becomes(SCHEMA_KIMI,
		JSON({"type":"object","properties":{"a":{"type":"array",
			"items":[{"type":"string"}]}}}),
		JSON({"type":"object","properties":{"a":{"type":"array",
			"prefixItems":[{"type":"string"}]}}}));
}

/* ---- llama.cpp, LM Studio, Ollama ---- */

static void grammars_get_no_patterns_and_no_huge_repetitions(void **state)
{
	(void)state;
	becomes(SCHEMA_GRAMMAR,
		JSON({"type":"object","properties":{"a":{"type":"string","pattern":"^a$",
			"maxLength":100000},
			"b":{"type":"array","items":{},"minItems":1,"maxItems":1e9}}}),
		JSON({"type":"object","properties":{"a":{"type":"string",
			"description":"(pattern: ^a$)"},
			"b":{"type":"array","items":{},"minItems":1}}}));
	assert_string_equal(notes.text, "schema:pattern,schema:maxLength,schema:maxItems");
	stays(SCHEMA_GRAMMAR, JSON({"type":"object","properties":{"a":{"maxLength":2000}}}));
	stays(SCHEMA_PLAIN, JSON({"type":"object","properties":{"a":{"maxLength":100000}}}));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(gemini_gets_only_what_it_knows),
		cmocka_unit_test(gemini_types),
		cmocka_unit_test(gemini_choices),
		cmocka_unit_test(gemini_enums_are_strings),
		cmocka_unit_test(gemini_bounds_formats_and_required),
		cmocka_unit_test(gemini_references_are_written_out),
		cmocka_unit_test(gemini_recursion_ends_after_eight_references),
		cmocka_unit_test(gemini_recursion_does_not_grow_without_end),
		cmocka_unit_test(kimi_properties_have_a_type),
		cmocka_unit_test(kimi_type_beside_any_of_moves_into_the_branches),
		cmocka_unit_test(kimi_items_lists_are_prefix_items),
		cmocka_unit_test(grammars_get_no_patterns_and_no_huge_repetitions),
	};

	return cmocka_run_group_tests_name("schema_dialects", tests, NULL, NULL);
}
