#include "../../convert/refusal/refusal.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

static const struct header headers[] = {
	{ "X-GATEWAY", "gateway-secret" },
	{ "AUTHORIZATION", "Bearer inner_token" },
	{ "X-ODD", "oddly-long$ending" },
};

static const char *const secrets[] = { "pass/word", "of-the-gateway" };

static const struct settings settings = {
	.openai_api_key = "our-own-upstream-key",
	.anthropic_api_key = "client-key-of-ours",
	.secrets = secrets,
	.secret_count = 2,
	.base = { .host = "api.example.org" },
	.custom_headers = headers,
	.custom_header_count = 3,
};

static void assert_redacted(const char *text, const char *expected)
{
	size_t len = strlen(text);
	/* Without a NUL behind it, so that reading on is seen. */
	char *bytes = memcpy(must_alloc(len + !len), text, len), out[400];

	refusal_redact(&settings, (struct slice){ bytes, len }, out, sizeof(out));
	assert_string_equal(out, expected);
	free(bytes);
}

static void our_own_keys_never_pass(void **state) /* doc/answer.md §3.3 */
{
	(void)state;
	assert_redacted("no our-own-upstream-key here", "no *** here");
	assert_redacted("xour-own-upstream-keyx", "x***x");
	assert_redacted("our-own-upstream-keyour-own-upstream-key", "******");
	assert_redacted("client-key-of-ours", "***");
	assert_redacted("url with pass/word in it", "url with *** in it");
	assert_redacted("no function has of-the-gateway", "no function has ***");
	assert_redacted("2024-10-21 knows no json", "2024-10-21 knows no json");
	assert_redacted("gateway-secret; inner_token", "***; ***");
	assert_redacted("Bearer inner_token", "***");
	assert_redacted("?key=oddly-long$ending&a", "?key=***&a");
}

static void our_own_keys_do_not_pass_in_base64(void **state)
{
	(void)state;
	/* "api:our-own-upstream-key", "u:our-own-upstream-key", the key alone, "xx:pass/word" */
	assert_redacted("Basic YXBpOm91ci1vd24tdXBzdHJlYW0ta2V5", "Basic ***");
	assert_redacted("{\"got\":\"dTpvdXItb3duLXVwc3RyZWFtLWtleQ==\"}", "{\"got\":\"***\"}");
	assert_redacted("b3VyLW93bi11cHN0cmVhbS1rZXk=.", "***.");
	assert_redacted("/v1/b3VyLW93bi11cHN0cmVhbS1rZXk", "***");
	assert_redacted("(eHg6cGFzcy93b3Jk)", "(***)");
	assert_redacted("our-own-upstream-keyb3VyLW93bi11cHN0cmVhbS1rZXk", "******");
	assert_redacted("dGhpcyBpcyBqdXN0IGEgcGljdHVyZQ==", "dGhpcyBpcyBqdXN0IGEgcGljdHVyZQ==");
}

static void what_looks_like_a_key_does_not_pass(void **state) /* doc/answer.md §3.3 */
{
	(void)state;
	assert_redacted("provided: sk-proj-abcdef012345.", "provided: ***.");
	assert_redacted("provided: sk-abc********************wxyz. Find", "provided: ***. Find");
	assert_redacted("(AIzaSyA0123456789abcdef)", "(***)");
	assert_redacted("authorization: bearer abcdefgh1234", "authorization: bearer ***");
	assert_redacted("GET /v1?key=abcdefgh&alt=sse", "GET /v1?key=***&alt=sse");
	assert_redacted("{\"api_key\": \"abcdefgh\"}", "{\"api_key\": \"***\"}");
	assert_redacted("api-key: abcdefgh", "api-key: ***");
	assert_redacted("X-ApiKey: abcdefgh", "X-ApiKey: ***");
	assert_redacted("Invalid API Key:abcdefgh", "Invalid API Key:***");
	assert_redacted("sk-12345678", "***");
	assert_redacted("https://user:pass@host/path", "https://***@host/path");
	assert_redacted("https://user:p@ss@host/path", "https://***@host/path");
}

static void other_words_stay(void **state)
{
	static const char *const texts[] = {
		"the task-list-of-yesterday and disk-usage-is-large",
		"sk-1", "sk-1234567", "bearertoken12", "apikeyabcdefgh", "Bearer auth is needed", "https://host/a@b?mail=x@y", "key: a word",
		"set the key=a", "://", "a key", "prompt is too long: 5 tokens > 4 maximum",
		"invalid api key", "me",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		assert_redacted(texts[i], texts[i]);
}

static void a_placeholder_key_is_a_word_of_its_own(void **state)
{
	static const struct { const char *key, *text, *redacted; } cases[] = {
		{ "ollama", "ollamas and ollama", "ollamas and ***" },
		{ "ollama", "no ollama.", "no ***." },
		{ "key4", "a key4", "a ***" },
		{ "12345678", "a1234567890", "a***90" },
		{ "x", "x = 1", "x = 1" },
		{ "", "x", "x" },
	};
	char out[100];

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct settings local = { .openai_api_key = cases[i].key };

		refusal_redact(&local, slice_of(cases[i].text), out, sizeof(out));
		assert_string_equal(out, cases[i].redacted);
	}
}

static void only_utf8_comes_out(void **state)
{
	(void)state;
	assert_redacted("caf\xE9", "caf\xEF\xBF\xBD");
	assert_redacted("\xC0\xAF \xED\xA0\x80", "\xEF\xBF\xBD\xEF\xBF\xBD "
		"\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD");
	assert_redacted("caf\xC3\xA9 \xE2\x82\xAC \xF0\x9F\x98\x80", "café € 😀");
	assert_redacted("cut \xE2\x82", "cut \xEF\xBF\xBD\xEF\xBF\xBD");
}

static void a_nul_becomes_a_blank(void **state)
{
	char out[20];

	(void)state;
	refusal_redact(&settings, (struct slice){ "a\0b", 3 }, out, sizeof(out));
	assert_string_equal(out, "a b");
	refusal_redact(&settings, (struct slice){ NULL, 0 }, out, sizeof(out));
	assert_string_equal(out, "");
}

static void a_cut_text_ends_with_a_whole_character(void **state)
{
	char out[8];

	(void)state;
	for (size_t size = 1; size < sizeof(out); size++) {
		memset(out, 'x', sizeof(out));
		refusal_redact(&settings, slice_of("€€€€"), out, size);
		assert_int_equal(strlen(out), (size - 1) / 3 * 3);
	}
	/* What is smaller does not step into its place. */
	refusal_redact(&settings, slice_of("€€a"), out, 6);
	assert_string_equal(out, "€");
}

static void a_cut_never_shows_part_of_a_key(void **state)
{
	char out[64];

	(void)state;
	for (size_t size = 1; size < sizeof(out); size++) {
		refusal_redact(&settings, slice_of("a our-own-upstream-key sk-0123456789"), out,
			size);
		assert_null(strstr(out, "our"));
		assert_null(strstr(out, "sk-"));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(our_own_keys_never_pass),
		cmocka_unit_test(our_own_keys_do_not_pass_in_base64),
		cmocka_unit_test(what_looks_like_a_key_does_not_pass),
		cmocka_unit_test(other_words_stay),
		cmocka_unit_test(a_placeholder_key_is_a_word_of_its_own),
		cmocka_unit_test(only_utf8_comes_out),
		cmocka_unit_test(a_nul_becomes_a_blank),
		cmocka_unit_test(a_cut_text_ends_with_a_whole_character),
		cmocka_unit_test(a_cut_never_shows_part_of_a_key),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
