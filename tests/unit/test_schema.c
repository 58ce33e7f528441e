/* Schemas: what every family needs, what OpenAI needs. doc/request.md §3.2 */
#include "repaired.h"

/* ---- all families ---- */

static void a_root_always_has_type_and_properties(void **state)
{
	static const char *const roots[] = {
		"null", "true", "[]", "\"object\"", "{}", "{\"type\":null}",
		"{\"type\":\"object\",\"properties\":null}",
	};

	(void)state;
	for (size_t i = 0; i < COUNT(roots); i++)
		becomes(SCHEMA_PLAIN, roots[i], JSON({"type":"object","properties":{}}));
	becomes(SCHEMA_PLAIN, JSON({"type":["object","null"],"properties":{"a":{}}}),
		JSON({"type":"object","properties":{"a":{}}}));
	becomes(SCHEMA_PLAIN, JSON({"properties":{"a":{}}}),
		JSON({"properties":{"a":{}},"type":"object"}));
}

static void no_schema_at_all_is_an_empty_object(void **state)
{
	struct json_object *schema = schema_repair(NULL, SCHEMA_PLAIN, &notes);

	(void)state;
	assert_string_equal(js_text(schema).data, "{\"type\":\"object\",\"properties\":{}}");
	js_free(schema);
}

static void nested_objects_keep_their_free_form(void **state)
{
	(void)state;
	stays(SCHEMA_PLAIN, JSON({"type":"object","properties":{
		"any":{"type":"object"},"map":{"type":"object",
			"additionalProperties":{"type":"string"}}}}));
}

static void arrays_get_items(void **state)
{
	(void)state;
	becomes(SCHEMA_PLAIN,
		JSON({"type":"object","properties":{"a":{"type":"array"},
			"b":{"type":["null","array"]},
			"c":{"type":"array","items":null}}}),
		JSON({"type":"object","properties":{"a":{"type":"array","items":{}},
			"b":{"type":["null","array"],"items":{}},
			"c":{"type":"array","items":{}}}}));
	assert_string_equal(notes.text, "schema:items");
	becomes(SCHEMA_GEMINI, JSON({"type":"object","properties":{"a":{"type":"array"}}}),
		JSON({"type":"object","properties":{"a":{"type":"array",
			"items":{"type":"string"}}}}));
	becomes(SCHEMA_KIMI, JSON({"type":"object","properties":{"a":{"type":"array"}}}),
		JSON({"type":"object","properties":{"a":{"type":"array",
			"items":{"type":"string"}}}}));
}

static void required_is_kept_or_removed_but_never_longer(void **state)
{
	(void)state;
	stays(SCHEMA_OPENAI, JSON({"type":"object","properties":{"a":{},"b":{}},"required":["b"],
		"additionalProperties":false}));
	stays(SCHEMA_PLAIN, JSON({"type":"object","properties":{"a":{}},"required":["ghost"]}));
	stays(SCHEMA_PLAIN, JSON({"type":"object","properties":{},"required":[]}));
	becomes(SCHEMA_PLAIN, JSON({"type":"object",
		"properties":{"a":{"type":"string","required":true}},
			"required":null}),
		JSON({"type":"object","properties":{"a":{"type":"string"}}}));
}

static void marks_of_the_document_go_and_references_stay(void **state)
{
	(void)state;
	becomes(SCHEMA_PLAIN,
		JSON({"$schema":"https://json-schema.org/draft/2020-12/schema","$id":"x",
			"type":"object",
			"properties":{"a":{"$comment":"c","$ref":"#/$defs/A"}},
			"$defs":{"A":{"$id":"y"}}}),
		JSON({"type":"object","properties":{"a":{"$ref":"#/$defs/A"}},"$defs":{"A":{}}}));
	assert_string_equal(notes.text, "");
}

static void only_refused_patterns_are_removed(void **state)
{
	static const char *const refused[] = {
		"^\\\\p{L}+$", "\\\\P{Lu}", "^(?!x)", "(?=a)b", "(?<=a)b", "(?<!a)b",
		"\\\\\\\\\\\\p{L}",
	};
	static const char *const kept[] = {
		"^[a-z]+$", "(?:a|b)", "(?<name>x)", "\\\\d+", "\\\\\\\\p{L}", "\\\\(?=x", "\\\\",
		"",
	};
	char before[200], after[200];

	(void)state;
	for (size_t i = 0; i < COUNT(refused); i++) {
		snprintf(before, sizeof(before), "{\"type\":\"object\",\"properties\":"
			"{\"a\":{\"pattern\":\"%s\",\"type\":\"string\"}}}", refused[i]);
		snprintf(after, sizeof(after), "{\"type\":\"object\",\"properties\":{\"a\":{"
			"\"type\":\"string\",\"description\":\"(pattern: %s)\"}}}", refused[i]);
		becomes(SCHEMA_OPENAI, before, after);
		assert_string_equal(notes.text, "schema:pattern");
	}
	for (size_t i = 0; i < COUNT(kept); i++) {
		snprintf(before, sizeof(before), "{\"type\":\"object\",\"properties\":"
			"{\"a\":{\"pattern\":\"%s\",\"type\":\"string\"}}}", kept[i]);
		stays(SCHEMA_OPENAI, before);
	}
}

/* The client checks it all the same: the model is told, where that is not too long. */
static void a_removed_pattern_is_told_in_the_description(void **state)
{
	char before[400], pattern[202];

	(void)state;
	becomes(SCHEMA_OPENAI, JSON({"type":"object","properties":{"a":{"description":"A name.",
		"pattern":"^(?!x)"}}}), JSON({"type":"object","properties":{"a":{
		"description":"A name. (pattern: ^(?!x))"}}}));
	memset(pattern, 'x', sizeof(pattern) - 1);
	memcpy(pattern, "(?!", 3);
	pattern[sizeof(pattern) - 1] = '\0';
	snprintf(before, sizeof(before), "{\"type\":\"object\",\"properties\":{\"a\":{"
		"\"pattern\":\"%s\"}}}", pattern);
	becomes(SCHEMA_OPENAI, before, JSON({"type":"object","properties":{"a":{}}}));
}

static void keywords_that_are_names_stay(void **state)
{
	static const char before[] = JSON({"type":"object","properties":{
		"pattern":{"type":"string"},"required":{"type":"boolean"},
			"$schema":{"type":"string"},
		"items":{"type":"object"},"$ref":{"type":"string"},"anyOf":{"type":"string"},
		"properties":{"type":"object","properties":{"type":{"type":"string"}}}},
		"$defs":{"pattern":{"type":"string"}},"patternProperties":{"^x":{"type":"string"}},
		"dependentSchemas":{"required":{"type":"object"}}});

	(void)state;
	stays(SCHEMA_PLAIN, before);
	stays(SCHEMA_OPENAI, before);
	stays(SCHEMA_GRAMMAR, before);
	stays(SCHEMA_KIMI, before);
	stays(SCHEMA_GEMINI, JSON({"type":"object","properties":{
		"pattern":{"type":"string"},"const":{"type":"string"},"$ref":{"type":"string"}}}));
}

static void values_are_never_entered(void **state)
{
	static const char values[] = JSON({"type":"object","properties":{"a":{
		"default":{"$schema":1,"type":"array","required":null},
		"enum":[{"pattern":"(?=x)","required":null}],
		"const":{"$id":"x"},"examples":[{"type":"array"}]}}});

	(void)state;
	stays(SCHEMA_PLAIN, values);
	stays(SCHEMA_GRAMMAR, values);
}

static void subschemas_are_repaired_wherever_they_stand(void **state)
{
	static const struct { const char *before, *behind; } places[] = {
		{ "{\"type\":\"object\",\"properties\":{\"a\":", "}}" },
		{ "{\"type\":\"object\",\"properties\":{},\"$defs\":{\"a\":{\"items\":", "}}}" },
		{ "{\"type\":\"object\",\"properties\":{},\"patternProperties\":{\"a\":", "}}" },
		{ "{\"type\":\"object\",\"properties\":{},\"additionalProperties\":", "}" },
		{ "{\"type\":\"object\",\"properties\":{},\"dependentSchemas\":{\"a\":{\"not\":",
			"}}}" },
		{ "{\"type\":\"object\",\"properties\":{},\"definitions\":{\"a\":{\"anyOf\":[true,",
			"]}}}" },
		{ "{\"type\":\"object\",\"properties\":{\"a\":{\"allOf\":[",
			",{\"oneOf\":[{}]}]}}}" },
		{ "{\"type\":\"object\",\"properties\":{\"a\":{\"items\":[",
			"],\"type\":\"array\"}}}" },
		{ "{\"type\":\"object\",\"properties\":{\"a\":{\"if\":{},\"then\":{\"else\":",
			"}}}}" },
	};
	char before[300], after[300];

	(void)state;
	for (size_t i = 0; i < COUNT(places); i++) {
		snprintf(before, sizeof(before), "%s{\"x\":1.0,\"pattern\":\"(?=a)\"}%s",
			places[i].before, places[i].behind);
		snprintf(after, sizeof(after), "%s{\"x\":1.0,\"description\":"
			"\"(pattern: (?=a))\"}%s", places[i].before, places[i].behind);
		becomes(SCHEMA_PLAIN, before, after);
	}
}

static void what_was_not_touched_is_shared(void **state)
{
	struct json_object *schema = parse(JSON({"type":"object","properties":{
		"kept":{"type":"object",
			"properties":{"n":{"maximum":123456789012345678901234567890}}},
		"changed":{"type":"string","pattern":"(?=x)"}}}));
	struct json_object *repaired = schema_repair(schema, SCHEMA_PLAIN, &notes);
	struct json_object *before = js_get(schema, "properties"),
		*after = js_get(repaired, "properties");
	struct json_object *again;

	(void)state;
	assert_ptr_equal(js_get(before, "kept"), js_get(after, "kept"));
	assert_ptr_not_equal(js_get(before, "changed"), js_get(after, "changed"));
	assert_true(js_has(js_get(before, "changed"), "pattern"));
	again = schema_repair(repaired, SCHEMA_OPENAI, &notes);
	assert_ptr_equal(again, repaired);
	js_free(again);
	js_free(repaired);
	js_free(schema);
}

/* A schema that is only a reference to its own definitions, as generators write it. */
static void a_root_that_is_a_reference_is_followed(void **state)
{
	(void)state;
	becomes(SCHEMA_PLAIN,
		JSON({"$ref":"#/definitions/In","definitions":{"In":{"type":"object",
			"properties":{"a":{"$ref":"#/definitions/In"}},"required":["a"]}}}),
		JSON({"definitions":{"In":{"type":"object",
			"properties":{"a":{"$ref":"#/definitions/In"}},
			"required":["a"]}},"type":"object",
			"properties":{"a":{"$ref":"#/definitions/In"}},
			"required":["a"]}));
	becomes(SCHEMA_PLAIN, JSON({"$ref":"#"}), JSON({"type":"object","properties":{}}));
	becomes(SCHEMA_PLAIN, JSON({"$ref":"#/nowhere/0"}),
		JSON({"type":"object","properties":{}}));
	becomes(SCHEMA_PLAIN, JSON({"$ref":"other.json"}), JSON({"type":"object","properties":{}}));
}

/* ---- OpenAI ---- */

static void combinators_at_the_root_become_one_object(void **state)
{
	(void)state;
	becomes(SCHEMA_OPENAI,
		JSON({"type":"object","anyOf":[
			{"properties":{"id":{"type":"string"},"a":{"type":"string"}},
				"required":["id","a"]},
			{"properties":{"id":{"type":"string"},"b":{"type":"integer"}},
			"required":["b","id"]}]}),
		JSON({"type":"object","properties":{"id":{"type":"string"},"a":{"type":"string"},
			"b":{"type":"integer"}},"required":["id"]}));
	assert_string_equal(notes.text, "schema:root");
	becomes(SCHEMA_OPENAI,
		JSON({"allOf":[{"properties":{"a":{}},"required":["a"]},{"properties":{"b":{}},
			"required":["b","a"]}]}),
		JSON({"properties":{"a":{},"b":{}},"required":["a","b"],"type":"object"}));
	becomes(SCHEMA_OPENAI, JSON({"type":"object","properties":{"a":{}},"enum":[{}],"const":{},
		"not":{"required":["a"]}}), JSON({"type":"object","properties":{"a":{}}}));
}

static void a_root_of_requirements_keeps_its_properties(void **state)
{
	(void)state;
	becomes(SCHEMA_OPENAI,
		JSON({"type":"object","properties":{"url":{"type":"string"},"id":{"type":"string"}},
			"oneOf":[{"required":["url"]},{"required":["id"]}]}),
		JSON({"type":"object","properties":{"url":{"type":"string"},
			"id":{"type":"string"}}}));
}

static void a_property_that_differs_by_choice_keeps_every_form(void **state)
{
	(void)state;
	becomes(SCHEMA_OPENAI,
		JSON({"oneOf":[{"properties":{"kind":{"const":"a"}}},
			{"properties":{"kind":{"const":"b"}}},
			{"properties":{"kind":{"const":"a"}}}]}),
		JSON({"properties":{"kind":{"anyOf":[{"const":"a"},{"const":"b"}]}},
			"type":"object"}));
	becomes(SCHEMA_OPENAI,
		JSON({"properties":{"n":{"type":"integer"}},
			"allOf":[{"properties":{"n":{"minimum":1}}}]}),
		JSON({"properties":{"n":{"allOf":[{"type":"integer"},{"minimum":1}]}},
			"type":"object"}));
	becomes(SCHEMA_OPENAI,
		JSON({"allOf":[{"properties":{"n":{"minimum":1}}},
			{"properties":{"n":{"minimum":2}}},
			{"properties":{"n":{"minimum":3}}}]}),
		JSON({"properties":{"n":{"allOf":[{"minimum":1},{"minimum":2},{"minimum":3}]}},
			"type":"object"}));
}

static void choices_behind_references_and_choices_are_found(void **state)
{
	(void)state;
	becomes(SCHEMA_OPENAI,
		JSON({"anyOf":[{"$ref":"#/$defs/A~1B"},{"anyOf":[{"properties":{"c":{}}},true]}],
			"$defs":{"A/B":{"properties":{"a":{}},"required":["a"]}}}),
		JSON({"$defs":{"A/B":{"properties":{"a":{}},"required":["a"]}},
			"properties":{"a":{},"c":{}},"type":"object"}));
}

static void other_families_take_combinators_at_the_root(void **state)
{
	static const char text[] = JSON({"type":"object","properties":{},
		"anyOf":[{"required":["a"]}]});

	(void)state;
	stays(SCHEMA_PLAIN, text);
	stays(SCHEMA_GRAMMAR, text);
}

static void combinators_below_the_root_stay(void **state)
{
	(void)state;
	stays(SCHEMA_OPENAI, JSON({"type":"object","properties":{"a":{"oneOf":[{"type":"string"},
		{"const":1}]},"b":{"not":{}},"c":{"allOf":[{}]}}}));
}

static void a_root_that_contains_itself_comes_to_an_end(void **state)
{
	(void)state;
	becomes(SCHEMA_OPENAI, JSON({"anyOf":[{"$ref":"#"},{"$ref":"#"},{"$ref":"#"}]}),
		JSON({"properties":{},"type":"object"}));
	becomes(SCHEMA_OPENAI, JSON({"allOf":[{"$ref":"#"},{"$ref":"#"}],"properties":{"a":{}}}),
		JSON({"properties":{"a":{}},"type":"object"}));
	assert_non_null(strstr(notes.text, "schema:$ref"));
}

/* doc/request.md §3.2: each part is compared with others, so their number has a bound. */
static void of_too_many_choices_the_rest_is_left_out(void **state)
{
	struct buf text = { 0 };
	struct json_object *schema, *repaired;

	(void)state;
	buf_puts(&text, "{\"anyOf\":[");
	for (unsigned i = 0; i < 600; i++)
		buf_printf(&text, "%s{\"properties\":{\"p%u\":{}},\"required\":[\"a\"]}",
			i ? "," : "", i);
	buf_puts(&text, "]}");
	schema = parse(text.data);
	notes = (struct notes){ 0 };
	repaired = schema_repair(schema, SCHEMA_OPENAI, &notes);
	assert_true(js_has(js_get(repaired, "properties"), "p499"));
	assert_false(js_has(js_get(repaired, "properties"), "p500"));
	/* The others were not asked whether they require it. */
	assert_false(js_has(repaired, "required"));
	assert_string_equal(notes.text, "schema:anyOf,schema:root");
	js_free(repaired);
	js_free(schema);
	buf_free(&text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_root_always_has_type_and_properties),
		cmocka_unit_test(no_schema_at_all_is_an_empty_object),
		cmocka_unit_test(nested_objects_keep_their_free_form),
		cmocka_unit_test(arrays_get_items),
		cmocka_unit_test(required_is_kept_or_removed_but_never_longer),
		cmocka_unit_test(marks_of_the_document_go_and_references_stay),
		cmocka_unit_test(only_refused_patterns_are_removed),
		cmocka_unit_test(a_removed_pattern_is_told_in_the_description),
		cmocka_unit_test(keywords_that_are_names_stay),
		cmocka_unit_test(values_are_never_entered),
		cmocka_unit_test(subschemas_are_repaired_wherever_they_stand),
		cmocka_unit_test(what_was_not_touched_is_shared),
		cmocka_unit_test(a_root_that_is_a_reference_is_followed),
		cmocka_unit_test(combinators_at_the_root_become_one_object),
		cmocka_unit_test(a_root_of_requirements_keeps_its_properties),
		cmocka_unit_test(a_property_that_differs_by_choice_keeps_every_form),
		cmocka_unit_test(choices_behind_references_and_choices_are_found),
		cmocka_unit_test(other_families_take_combinators_at_the_root),
		cmocka_unit_test(combinators_below_the_root_stay),
		cmocka_unit_test(a_root_that_contains_itself_comes_to_an_end),
		cmocka_unit_test(of_too_many_choices_the_rest_is_left_out),
	};

	return cmocka_run_group_tests_name("schema", tests, NULL, NULL);
}
