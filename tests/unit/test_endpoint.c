/* Base URL → request URL and key header. doc/request.md §4.1, §4.6 */
#include "../../convert/provider/endpoint.h"
#include "../../convert/provider/family.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

static struct settings at(const char *host, const char *path)
{
	return (struct settings){
		.base = { .scheme = "https", .host = host, .port = 443, .path = path },
		.family = family_by_host(host, 443),
		.openai_api_key = "K",
	};
}

static void assert_url(struct settings settings, const char *model, const char *expected)
{
	struct endpoint endpoint;
	struct failure why;

	assert_true(endpoint_of(&settings, model, API_CHAT, &endpoint, &why));
	assert_string_equal(endpoint.url, expected);
	endpoint_free(&endpoint);
}

static void a_known_hosts_path_replaces_none_and_v1(void **state)
{
	static const struct { const char *host, *path; } own[] = {
		{ "api.openai.com", "/v1" }, { "openrouter.ai", "/api/v1" },
		{ "router.requesty.ai", "/v1" }, { "api.moonshot.cn", "/v1" },
		{ "api.kimi.com", "/coding/v1" }, { "api.z.ai", "/api/paas/v4" },
		{ "dashscope-intl.aliyuncs.com", "/compatible-mode/v1" },
		{ "generativelanguage.googleapis.com", "/v1beta/openai" },
		{ "api.mistral.ai", "/v1" }, { "api.groq.com", "/openai/v1" },
		{ "api.x.ai", "/v1" }, { "ollama.com", "/v1" },
	};
	static const char *const given[] = { "", "/", "/v1", "/v1/", "/v1/v1" };

	(void)state;
	for (size_t i = 0; i < sizeof(own) / sizeof(own[0]); i++) {
		struct buf expected = { 0 };

		buf_printf(&expected, "https://%s%s/chat/completions", own[i].host, own[i].path);
		for (size_t j = 0; j < sizeof(given) / sizeof(given[0]); j++)
			assert_url(at(own[i].host, given[j]), "m", buf_text(&expected));
		buf_free(&expected);
	}
}

static void deepseek_vertex_and_cloudflare_keep_what_was_given(void **state)
{
	(void)state;
	assert_url(at("api.deepseek.com", ""), "m", "https://api.deepseek.com/chat/completions");
	assert_url(at("api.deepseek.com", "/v1"), "m",
		"https://api.deepseek.com/v1/chat/completions");
	assert_url(at("api.deepseek.com", "/beta"), "m",
		"https://api.deepseek.com/beta/chat/completions");
	assert_url(at("us-central1-aiplatform.googleapis.com", "/v1/projects/p/endpoints/openapi"),
		"m", "https://us-central1-aiplatform.googleapis.com/v1/projects/p/endpoints/openapi"
		"/chat/completions");
	assert_url(at("api.cloudflare.com", "/client/v4/accounts/0a/ai/v1"), "m",
		"https://api.cloudflare.com/client/v4/accounts/0a/ai/v1/chat/completions");
}

static void a_path_of_its_own_stays(void **state)
{
	(void)state;
	assert_url(at("api.z.ai", "/api/coding/paas/v4"), "m",
		"https://api.z.ai/api/coding/paas/v4/chat/completions");
	assert_url(at("example.org", "/llm/v2/"), "m",
		"https://example.org/llm/v2/chat/completions");
}

static void an_unknown_host_gets_v1_for_an_empty_path(void **state)
{
	struct settings forced = at("gateway.lan", "");

	(void)state;
	assert_url(at("example.org", ""), "m", "https://example.org/v1/chat/completions");
	assert_url(at("example.org", "/v1/v1"), "m", "https://example.org/v1/chat/completions");
	/* PROVIDER says what is behind it, not where. */
	forced.family = family_by_name("glm");
	assert_url(forced, "m", "https://gateway.lan/v1/chat/completions");
}

static void a_full_path_is_final(void **state)
{
	(void)state;
	assert_url(at("api.openai.com", "/chat/completions"), "m",
		"https://api.openai.com/chat/completions");
	assert_url(at("example.org", "/x/chat/completions/"), "m",
		"https://example.org/x/chat/completions");
}

static void port_and_query_are_kept(void **state)
{
	struct settings settings = at("[::1]", "/v1");

	(void)state;
	settings.base.scheme = "http";
	settings.base.port = 11434;
	settings.base.port_given = true;
	settings.base.query = "tenant=a";
	assert_url(settings, "m", "http://[::1]:11434/v1/chat/completions?tenant=a");
}

static void user_info_goes_to_curl_and_is_not_shown(void **state)
{
	struct settings settings = at("example.org", "");
	struct endpoint endpoint;
	struct failure why;

	(void)state;
	settings.base.user = "me";
	settings.base.password = "a%2Fb@c";
	settings.base.query = "key=secret";
	assert_true(endpoint_of(&settings, "m", API_CHAT, &endpoint, &why));
	assert_string_equal(endpoint.url,
		"https://me:a%2Fb%40c@example.org/v1/chat/completions?key=secret");
	assert_string_equal(endpoint.shown, "https://example.org/v1/chat/completions");
	endpoint_free(&endpoint);
}

/* ---- Azure ---- */

static struct settings azure(const char *path, const char *query, const char *version)
{
	struct settings settings = at("r.openai.azure.com", path);

	settings.base.query = query;
	settings.azure_api_version = version;
	return settings;
}

#define R "https://r.openai.azure.com"

static void azure_has_no_deployment_of_dots(void **state)
{
	static const char *const models[] = { ".", ".." };

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		struct settings settings = azure("", NULL, "V");
		struct endpoint endpoint = { 0 };
		struct failure why;

		assert_false(endpoint_of(&settings, models[i], API_CHAT, &endpoint, &why));
		assert_int_equal(why.status, 404);
	}
	assert_url(azure("", NULL, "V"), "...",
		R "/openai/deployments/.../chat/completions?api-version=V");
}

static void azure_classic_names_the_deployment_in_the_path(void **state)
{
	static const char *const bare[] = { "", "/", "/openai", "/openai/", "/v1" };

	(void)state;
	for (size_t i = 0; i < sizeof(bare) / sizeof(bare[0]); i++)
		assert_url(azure(bare[i], NULL, "2024-10-21"), "gpt-4o",
			R "/openai/deployments/gpt-4o/chat/completions?api-version=2024-10-21");
	assert_url(azure("", "api-version=V", NULL), "gpt-4o",
		R "/openai/deployments/gpt-4o/chat/completions?api-version=V");
	assert_url(azure("", NULL, "V"), "my model/ä?",
		R "/openai/deployments/my%20model%2F%C3%A4%3F/chat/completions?api-version=V");
}

static void azure_without_a_version_is_v1(void **state)
{
	(void)state;
	assert_url(azure("", NULL, NULL), "m", R "/openai/v1/chat/completions");
	assert_url(azure("/openai", NULL, NULL), "m", R "/openai/v1/chat/completions");
	assert_url(azure("/openai/v1/", NULL, NULL), "m", R "/openai/v1/chat/completions");
	assert_url(azure("/openai/v1", NULL, "V"), "m", R "/openai/v1/chat/completions");
	assert_url(azure("/openai/v1", "api-version=preview", NULL), "m",
		R "/openai/v1/chat/completions?api-version=preview");
}

static void azure_deployment_in_the_base(void **state)
{
	(void)state;
	assert_url(azure("/openai/deployments/D", NULL, "V"), "m",
		R "/openai/deployments/D/chat/completions?api-version=V");
	assert_url(azure("/openai/deployments/D", "x=1", "V"), "m",
		R "/openai/deployments/D/chat/completions?x=1&api-version=V");
	assert_url(azure("/openai/deployments/D", "api-version=Q", "V"), "m",
		R "/openai/deployments/D/chat/completions?api-version=Q");
	assert_url(azure("/openai/deployments/D/chat/completions", "api-version=Q", NULL), "m",
		R "/openai/deployments/D/chat/completions?api-version=Q");
}

static void azure_deployment_without_a_version_is_a_broken_configuration(void **state)
{
	struct settings settings = azure("/openai/deployments/D", NULL, NULL);
	struct endpoint endpoint;
	struct failure why;

	(void)state;
	assert_false(endpoint_of(&settings, "m", API_CHAT, &endpoint, &why));
	assert_int_equal(why.kind, API_ERROR);
	assert_int_equal(why.status, 500);
	assert_int_equal(why.should_retry, RETRY_NO);
	assert_non_null(strstr(why.message, "AZURE_API_VERSION"));
}

static void azure_behind_a_gateway(void **state)
{
	struct settings settings = azure("/team", NULL, "V");

	(void)state;
	settings.base.host = "apim.example.org";
	assert_url(settings, "gpt-4o", "https://apim.example.org/team/openai/deployments/gpt-4o"
		"/chat/completions?api-version=V");
	settings.azure_api_version = NULL;
	settings.base.path = "/v1";
	assert_url(settings, "gpt-4o", "https://apim.example.org/v1/chat/completions");
}

/* ---- the key ---- */

static void the_key_stands_in_the_familys_header(void **state)
{
	struct settings settings = at("api.openai.com", "");
	struct endpoint endpoint;
	struct failure why;

	(void)state;
	assert_true(endpoint_of(&settings, "m", API_CHAT, &endpoint, &why));
	assert_string_equal(endpoint.key_header, "authorization: Bearer K");
	endpoint_free(&endpoint);
	settings.family = family_by_name("azure");
	assert_true(endpoint_of(&settings, "m", API_CHAT, &endpoint, &why));
	assert_string_equal(endpoint.key_header, "api-key: K");
	endpoint_free(&endpoint);
	settings.openai_api_key = NULL;
	assert_true(endpoint_of(&settings, "m", API_CHAT, &endpoint, &why));
	assert_null(endpoint.key_header);
	endpoint_free(&endpoint);
}

/* ---- the Responses API: doc/responses.md §1, §7 ---- */

static void assert_responses(struct settings settings, const char *expected)
{
	struct endpoint endpoint;
	struct failure why;

	assert_true(endpoint_of(&settings, "m", API_RESPONSES, &endpoint, &why));
	assert_string_equal(endpoint.url, expected);
	endpoint_free(&endpoint);
}

static void responses_has_an_end_of_its_own(void **state)
{
	struct settings azure = at("r.openai.azure.com", "");

	(void)state;
	assert_responses(at("api.openai.com", ""), "https://api.openai.com/v1/responses");
	assert_responses(at("openrouter.ai", "/v1"), "https://openrouter.ai/api/v1/responses");
	assert_responses(at("example.org", "/llm/v2/"), "https://example.org/llm/v2/responses");
	/* A path that ends in either leads to both. */
	assert_responses(at("example.org", "/x/responses"), "https://example.org/x/responses");
	assert_responses(at("example.org", "/x/chat/completions"),
		"https://example.org/x/responses");
	assert_url(at("example.org", "/x/responses"), "m",
		"https://example.org/x/chat/completions");
	/* Azure has the deployment in the body alone. */
	assert_responses(azure, "https://r.openai.azure.com/openai/v1/responses");
	azure.azure_api_version = "2025-04-01-preview";
	assert_responses(azure, "https://r.openai.azure.com/openai/responses"
		"?api-version=2025-04-01-preview");
	azure.base.path = "/openai/deployments/d";
	assert_responses(azure, "https://r.openai.azure.com/openai/responses"
		"?api-version=2025-04-01-preview");
	azure.base.path = "/openai/deployments/d/chat/completions";
	assert_responses(azure, "https://r.openai.azure.com/openai/responses"
		"?api-version=2025-04-01-preview");
	azure.base.path = "/openai/responses";
	assert_responses(azure, "https://r.openai.azure.com/openai/responses"
		"?api-version=2025-04-01-preview");
}

static void the_api_is_chosen_by_setting_or_url(void **state)
{
	struct settings settings = at("api.openai.com", "/v1");
	enum api api = API_CHAT;

	(void)state;
	assert_false(endpoint_chosen_api(&settings, &api));
	settings.base.path = "/v1/responses/";
	assert_true(endpoint_chosen_api(&settings, &api));
	assert_int_equal(api, API_RESPONSES);
	settings.upstream_api = UPSTREAM_API_CHAT;
	assert_true(endpoint_chosen_api(&settings, &api));
	assert_int_equal(api, API_CHAT);
	settings = at("example.org", "/v1/chat/completions");
	assert_true(endpoint_chosen_api(&settings, &api));
	settings.upstream_api = UPSTREAM_API_RESPONSES;
	assert_true(endpoint_chosen_api(&settings, &api));
	assert_int_equal(api, API_RESPONSES);
}

static void the_host_itself_must_offer_responses(void **state)
{
	struct settings settings = at("api.openai.com", "/v1");
	struct settings azure = at("r.openai.azure.com", "/openai");

	(void)state;
	assert_true(endpoint_offers_responses(&settings));
	settings.base.host = "gateway.lan";
	assert_false(endpoint_offers_responses(&settings));
	settings = at("openrouter.ai", "/api/v1");
	assert_false(endpoint_offers_responses(&settings));
	assert_true(endpoint_offers_responses(&azure));
	azure.azure_api_version = "2024-10-21";
	assert_false(endpoint_offers_responses(&azure));
	azure.azure_api_version = "2025-03-01-preview";
	assert_false(endpoint_offers_responses(&azure));
	azure.azure_api_version = "2025-04-01-preview";
	assert_true(endpoint_offers_responses(&azure));
	azure.azure_api_version = NULL;
	azure.base.query = "x=1&api-version=2024-10-21";
	assert_false(endpoint_offers_responses(&azure));
	azure.base.query = "api-version=preview";
	azure.base.path = "/openai/v1";
	assert_true(endpoint_offers_responses(&azure));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_known_hosts_path_replaces_none_and_v1),
		cmocka_unit_test(deepseek_vertex_and_cloudflare_keep_what_was_given),
		cmocka_unit_test(a_path_of_its_own_stays),
		cmocka_unit_test(an_unknown_host_gets_v1_for_an_empty_path),
		cmocka_unit_test(a_full_path_is_final),
		cmocka_unit_test(port_and_query_are_kept),
		cmocka_unit_test(user_info_goes_to_curl_and_is_not_shown),
		cmocka_unit_test(azure_has_no_deployment_of_dots),
		cmocka_unit_test(azure_classic_names_the_deployment_in_the_path),
		cmocka_unit_test(azure_without_a_version_is_v1),
		cmocka_unit_test(azure_deployment_in_the_base),
		cmocka_unit_test(azure_deployment_without_a_version_is_a_broken_configuration),
		cmocka_unit_test(azure_behind_a_gateway),
		cmocka_unit_test(the_key_stands_in_the_familys_header),
		cmocka_unit_test(responses_has_an_end_of_its_own),
		cmocka_unit_test(the_api_is_chosen_by_setting_or_url),
		cmocka_unit_test(the_host_itself_must_offer_responses),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
