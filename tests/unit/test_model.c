/* Model names: mapping, aliases, the list. doc/request.md §1 "model"; doc/answer.md §4.3 */
#include "../../convert/js.h"
#include "../../convert/provider/family.h"
#include "../../convert/provider/model.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

static const struct settings three = {
	.big_model = "big", .middle_model = "middle", .small_model = "small",
};

static void assert_maps(const struct settings *settings, const char *asked, const char *expected)
{
	char *model = model_map(settings, asked);

	assert_string_equal(model, expected);
	free(model);
}

/* ---- mapping ---- */

static void tiers_are_found_anywhere_in_any_case(void **state)
{
	(void)state;
	assert_maps(&three, "claude-opus-5-5", "big");
	assert_maps(&three, "claude-sonnet-4-5-20250929", "middle");
	assert_maps(&three, "claude-3-5-haiku-latest", "small");
	assert_maps(&three, "us.anthropic.Claude-Sonnet-4-v1:0", "middle");
	assert_maps(&three, "anthropic/claude-HAIKU-4.5", "small");
	assert_maps(&three, "haiku", "small");
}

static void other_claudes_are_big(void **state)
{
	(void)state;
	assert_maps(&three, "claude-fable-5-2", "big");
	assert_maps(&three, "anthropic.something", "big");
	assert_maps(&three, "claude-2.1", "big");
}

static void upstream_names_stay(void **state)
{
	(void)state;
	assert_maps(&three, "gpt-4o", "gpt-4o");
	assert_maps(&three, "deepseek-sonnet-distill", "deepseek-sonnet-distill");
	assert_maps(&three, "ep-haiku", "ep-haiku");
	assert_maps(&three, "llama3.3:70b", "llama3.3:70b");
	assert_maps(&three, "Qwen/Qwen3-32B", "Qwen/Qwen3-32B");
}

static void the_window_mark_is_cut_from_every_name(void **state)
{
	(void)state;
	assert_maps(&three, "claude-opus-5-5[1m]", "big");
	assert_maps(&three, "gpt-5.1[1M]", "gpt-5.1");
	assert_maps(&three, "glm-5[2m]", "glm-5[2m]");
	assert_maps(&three, "[1m]", "[1m]");
}

static void a_configured_name_is_not_mapped_again(void **state)
{
	struct settings settings = three;

	(void)state;
	settings.big_model = "anthropic/claude-sonnet-4.5";
	settings.middle_model = "anthropic/claude-haiku-4.5";
	assert_maps(&settings, "anthropic/claude-sonnet-4.5", "anthropic/claude-sonnet-4.5");
	assert_maps(&settings, "anthropic/claude-haiku-4.5", "anthropic/claude-haiku-4.5");
	assert_maps(&settings, "claude-sonnet-4.5", "anthropic/claude-haiku-4.5");
}

static void the_variable_behind_a_model_is_named(void **state)
{
	struct settings same = three;

	(void)state;
	same.middle_model = same.big_model;
	assert_string_equal(model_variable(&three, "big"), "BIG_MODEL");
	assert_string_equal(model_variable(&three, "middle"), "MIDDLE_MODEL");
	assert_string_equal(model_variable(&three, "small"), "SMALL_MODEL");
	assert_string_equal(model_variable(&same, "big"), "BIG_MODEL");
	assert_null(model_variable(&three, "gpt-4o"));
}

/* ---- the dialect ---- */

static void model_traits_names_what_an_alias_is(void **state)
{
	struct settings settings = three;
	struct dialect dialect;

	(void)state;
	settings.family = family_by_name("azure");
	settings.model_traits = "prod=gpt-5.1, other = gpt-4.1 ,broken";
	model_dialect(&settings, "prod", NULL, &dialect);
	assert_int_equal(dialect.token_field, MAX_COMPLETION_TOKENS);
	assert_true(dialect.no_sampling);
	model_dialect(&settings, "other", NULL, &dialect);
	assert_int_equal(dialect.output_cap, 32768);
	model_dialect(&settings, "broken", NULL, &dialect);
	assert_int_equal(dialect.output_cap, 0);
	model_dialect(&settings, "pro", NULL, &dialect);
	assert_int_equal(dialect.token_field, MAX_TOKENS);
}

static void the_users_settings_come_last(void **state)
{
	struct settings settings = three;
	struct dialect dialect;

	(void)state;
	settings.family = family_by_name("openai");
	settings.token_field = TOKEN_FIELD_MAX_TOKENS;
	settings.images = CHOICE_OFF;
	model_dialect(&settings, "gpt-5", NULL, &dialect);
	assert_int_equal(dialect.token_field, MAX_TOKENS);
	assert_int_equal(dialect.images, IMAGES_NONE);
	settings.family = family_by_name("deepseek");
	settings.token_field = TOKEN_FIELD_MAX_COMPLETION_TOKENS;
	settings.images = CHOICE_ON;
	model_dialect(&settings, "deepseek-v4", NULL, &dialect);
	assert_int_equal(dialect.token_field, MAX_COMPLETION_TOKENS);
	assert_int_equal(dialect.images, IMAGES_DATA);
}

/* doc/request.md §4.1, §4.2: strict tools and a prefix only on the path that takes them */
static void deepseek_takes_more_under_beta(void **state)
{
	static const struct {
		const char *family, *path;
		bool beta;
	} rows[] = {
		{ "deepseek", "/beta", true },
		{ "deepseek", "/beta/", true },
		{ "deepseek", "/beta/chat/completions", true },
		{ "deepseek", "/gateway/beta", true },
		{ "deepseek", "", false },
		{ "deepseek", "/v1", false },
		{ "deepseek", "/betatest", false },
		{ "kimi", "/beta", false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct settings settings = three;
		struct dialect dialect;

		settings.family = family_by_name(rows[i].family);
		settings.base.path = rows[i].path;
		model_dialect(&settings, "deepseek-v4-pro", NULL, &dialect);
		assert_int_equal(dialect.strict_tools == STRICT_ALL, rows[i].beta);
		assert_int_equal(dialect.prefill == PREFILL_PREFIX, rows[i].beta);
	}
}

static void gemini_signs_under_the_name_of_its_host(void **state)
{
	static const struct {
		const char *host;
		enum signer signer;
	} rows[] = {
		{ "us-central1-aiplatform.googleapis.com", SIGNER_VERTEX },
		{ "generativelanguage.googleapis.com", SIGNER_GOOGLE },
		{ "gateway.example", SIGNER_GOOGLE },
		{ NULL, SIGNER_GOOGLE },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct settings settings = three;
		struct dialect dialect;

		settings.family = family_by_name("gemini");
		settings.base.host = rows[i].host;
		model_dialect(&settings, "gemini-3-pro", NULL, &dialect);
		assert_int_equal(dialect.signer, rows[i].signer);
	}
}

/* ---- the list ---- */

static void listed_tiers_lead_back_to_their_models(void **state)
{
	static const char *const models[] = { "claude-haiku-mix", "x/sonnet", "gpt-4o-mini" };
	struct settings settings = { .big_model = models[0], .middle_model = models[1],
		.small_model = models[2] };
	struct json_object *list = model_list(&settings), *data = js_get_array(list, "data");

	(void)state;
	assert_int_equal(js_count(data), 6);
	for (size_t i = 0; i < 3; i++) {
		const char *id = js_get_string(js_at(data, i), "id");

		assert_int_equal(strncmp(id, "claude-", 7), 0);
		assert_maps(&settings, id, models[i]);
		assert_non_null(strstr(js_get_string(js_at(data, i), "display_name"), models[i]));
		assert_string_equal(js_get_string(js_at(data, i + 3), "id"), models[i]);
		assert_maps(&settings, models[i], models[i]);
	}
	js_free(list);
}

static void the_list_has_the_shape_of_anthropics(void **state)
{
	struct settings settings = { .big_model = "gpt-4o", .middle_model = "gpt-4o",
		.small_model = "gpt-4o-mini", .max_tokens_limit = 8192 };
	struct json_object *list = model_list(&settings), *data = js_get_array(list, "data");
	int64_t max_tokens = 0;

	(void)state;
	assert_int_equal(js_count(data), 5);	/* gpt-4o once */
	assert_true(js_has(list, "has_more"));
	assert_false(js_get_true(list, "has_more"));
	assert_string_equal(js_get_string(list, "first_id"), "claude-opus-proxy");
	assert_string_equal(js_get_string(list, "last_id"), "gpt-4o-mini");
	for (size_t i = 0; i < js_count(data); i++) {
		assert_string_equal(js_get_string(js_at(data, i), "type"), "model");
		assert_string_equal(js_get_string(js_at(data, i), "created_at"),
			"2025-01-01T00:00:00Z");
		assert_true(js_get_int(js_at(data, i), "max_tokens", &max_tokens));
		assert_int_equal(max_tokens, 8192);
	}
	js_free(list);
}

static void one_entry_by_its_id(void **state)
{
	struct json_object *entry = model_entry(&three, "claude-sonnet-proxy");

	(void)state;
	assert_string_equal(js_get_string(entry, "display_name"), "middle (sonnet)");
	assert_false(js_has(entry, "max_tokens"));
	js_free(entry);
	assert_null(model_entry(&three, "claude-unheard-of"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(tiers_are_found_anywhere_in_any_case),
		cmocka_unit_test(other_claudes_are_big),
		cmocka_unit_test(upstream_names_stay),
		cmocka_unit_test(the_window_mark_is_cut_from_every_name),
		cmocka_unit_test(a_configured_name_is_not_mapped_again),
		cmocka_unit_test(the_variable_behind_a_model_is_named),
		cmocka_unit_test(model_traits_names_what_an_alias_is),
		cmocka_unit_test(the_users_settings_come_last),
		cmocka_unit_test(deepseek_takes_more_under_beta),
		cmocka_unit_test(gemini_signs_under_the_name_of_its_host),
		cmocka_unit_test(listed_tiers_lead_back_to_their_models),
		cmocka_unit_test(the_list_has_the_shape_of_anthropics),
		cmocka_unit_test(one_entry_by_its_id),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
