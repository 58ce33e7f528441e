/* net/config.c: environment and file → settings. claudeproxy(8), "ENVIRONMENT", "FILES". */

#include "loaded_config.h"

#include "../../convert/provider/family.h"

static void defaults(void **state)
{
	const struct settings *s = settings_of("");

	(void)state;
	assert_string_equal(s->openai_api_key, "sk-1");
	assert_string_equal(s->base.scheme, "https");
	assert_string_equal(s->base.host, "api.openai.com");
	assert_int_equal(s->base.port, 443);
	assert_false(s->base.port_given);
	assert_string_equal(s->base.path, "/v1");
	assert_string_equal(s->family->name, "openai");
	assert_string_equal(s->big_model, "gpt-4o");
	assert_string_equal(s->middle_model, "gpt-4o");
	assert_string_equal(s->small_model, "gpt-4o-mini");
	assert_null(s->anthropic_api_key);
	assert_int_equal(s->max_tokens_limit, 0);
	assert_int_equal(s->min_tokens_limit, 0);
	assert_int_equal(s->token_field, TOKEN_FIELD_AUTO);
	assert_null(s->reasoning);
	assert_null(s->drop_params);
	assert_int_equal(s->images, CHOICE_AUTO);
	assert_int_equal(s->system_messages, SYSTEM_AUTO);
	assert_int_equal(s->prompt_cache_key, CHOICE_AUTO);
	assert_int_equal(s->requesty_auto_cache, CHOICE_AUTO);
	assert_int_equal(s->connect_timeout, 10);
	assert_int_equal(s->request_timeout, 600);
	assert_int_equal(s->max_retries, 2);
	assert_int_equal(s->max_body_bytes, 32 << 20);
	assert_int_equal(s->ping_interval, 10);
	assert_int_equal(s->log_level, LOG_LEVEL_INFO);
	assert_int_equal(s->custom_header_count, 0);
	assert_null(s->cache_directory);
	assert_null(s->ssl_cert_file);
	assert_null(s->ssl_cert_dir);
}

static void environment_goes_before_file_and_empty_is_unset(void **state)
{
	char key[] = "OPENAI_API_KEY=sk-1", big[] = "BIG_MODEL=env", again[] = "BIG_MODEL=env2";
	char empty[] = "MIDDLE_MODEL=", foo[] = "CUSTOM_HEADER_X_FOO=env";
	char bar[] = "CUSTOM_HEADER_X_BAR=", longer[] = "BIG_MODEL_X=no";
	char *const env[] = { longer, key, big, again, empty, foo, bar, NULL };

	(void)state;
	assert_true(load_with("BIG_MODEL=file\nMIDDLE_MODEL=file\nSMALL_MODEL=\n"
		"CUSTOM_HEADER_X_FOO=file\nCUSTOM_HEADER_X_BAR=file\nCUSTOM_HEADER_X_NO=\n"
		"CUSTOM_HEADER_X_TWO=1\nCUSTOM_HEADER_X_TWO=2\n", env));
	assert_string_equal(config.settings.big_model, "env");
	assert_string_equal(config.settings.middle_model, "file");
	assert_string_equal(config.settings.small_model, "gpt-4o-mini");
	assert_int_equal(config.settings.custom_header_count, 3);
	assert_string_equal(config.settings.custom_headers[0].name, "X-FOO");
	assert_string_equal(config.settings.custom_headers[0].value, "env");
	assert_string_equal(config.settings.custom_headers[1].name, "X-BAR");
	assert_string_equal(config.settings.custom_headers[1].value, "file");
	assert_string_equal(config.settings.custom_headers[2].name, "X-TWO");
	assert_string_equal(config.settings.custom_headers[2].value, "2");
}

/* -c, CLAUDEPROXY_CONF, $CREDENTIALS_DIRECTORY/claudeproxy.conf */
static void the_first_file_counts(void **state)
{
	char key[] = "OPENAI_API_KEY=sk-1", conf[300], credentials[300];
	char *const env[] = { key, conf, credentials, NULL };
	char *const only_credentials[] = { key, credentials, NULL };

	(void)state;
	snprintf(conf, sizeof(conf), "CLAUDEPROXY_CONF=%s", write_file("b.conf", "BIG_MODEL=b\n"));
	snprintf(credentials, sizeof(credentials), "CREDENTIALS_DIRECTORY=%s", folder);
	write_file("claudeproxy.conf", "BIG_MODEL=c\n");

	assert_true(load_with("BIG_MODEL=a\n", env));
	assert_string_equal(config.settings.big_model, "a");
	assert_string_equal(config.file_path, in_folder("a.conf"));
	config_free(&config);
	assert_true(config_load(&config, NULL, env, &why));
	assert_string_equal(config.settings.big_model, "b");
	config_free(&config);
	assert_true(config_load(&config, NULL, only_credentials, &why));
	assert_string_equal(config.settings.big_model, "c");
	assert_string_equal(config.file_path, in_folder("claudeproxy.conf"));
	/* The file that nobody named may be missing. */
	config_free(&config);
	unlink(in_folder("claudeproxy.conf"));
	assert_true(config_load(&config, NULL, only_credentials, &why));
}

static void a_named_file_must_be_readable(void **state)
{
	char key[] = "OPENAI_API_KEY=sk-1", conf[] = "CLAUDEPROXY_CONF=/nonexistent/x.conf";
	char *const env[] = { key, NULL }, *const env_conf[] = { key, conf, NULL };

	(void)state;
	assert_false(config_load(&config, "/nonexistent/y.conf", env, &why));
	assert_string_equal(why.message, "/nonexistent/y.conf: No such file or directory");
	assert_int_equal(why.status, 500);
	assert_int_equal(why.kind, API_ERROR);
	assert_int_equal(why.should_retry, RETRY_NO);
	/* Even so the request's size and the log's level are known. */
	assert_int_equal(config.settings.max_body_bytes, 32 << 20);
	assert_int_equal(config.settings.log_level, LOG_LEVEL_INFO);
	config_free(&config);
	assert_false(config_load(&config, NULL, env_conf, &why));
	assert_string_equal(why.message, "/nonexistent/x.conf: No such file or directory");
	config_free(&config);
	assert_false(config_load(&config, folder, env, &why));
	assert_non_null(strstr(why.message, "Is a directory"));
	assert_false(load("LOG_LEVEL=DEBUG\nexport X=y\n"));
	assert_non_null(strstr(why.message, "a.conf:2: "));
	assert_int_equal(why.should_retry, RETRY_NO);
}

#define REQUESTY "OPENAI_BASE_URL=https://router.requesty.ai/v1"

static void who_needs_a_key(void **state)
{
	static const struct { const char *text; bool fine; const char *key; } cases[] = {
		{ "", false, "-" },
		{ "OPENAI_API_KEY=''", false, "-" },
		{ "OPENAI_API_KEY=k", true, "k" },
		{ "OPENAI_BASE_URL=http://localhost:11434/v1", true, "-" },
		{ "OPENAI_BASE_URL=https://h/v1", false, "-" },
		{ "CUSTOM_HEADER_AUTHORIZATION='Bearer x'", true, "-" },
		{ "CUSTOM_HEADER_API_KEY=x", true, "-" },
		{ "CUSTOM_HEADER_X_API_KEY=x", false, "-" },
		{ "REQUESTY_API_KEY=r", false, "-" },
		{ "REQUESTY_API_KEY=r\n" REQUESTY, true, "r" },
		{ "REQUESTY_API_KEY=r\nOPENAI_BASE_URL=https://router.eu.requesty.ai", true, "r" },
		{ "REQUESTY_API_KEY=r\nOPENAI_API_KEY=k\n" REQUESTY, true, "k" },
		{ "REQUESTY_API_KEY=r\nPROVIDER=requesty\nOPENAI_BASE_URL=http://h/v1", true, "-" },
	};
	char *const env[] = { NULL };

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		if (load_with(cases[i].text, env) != cases[i].fine)
			fail_msg("%s", cases[i].text);
		assert_string_equal(said(config.settings.openai_api_key), cases[i].key);
		if (!cases[i].fine)
			assert_string_equal(why.message,
				"OPENAI_API_KEY is not set; an https upstream needs it");
	}
}

static void keys_may_stand_in_files(void **state)
{
	char from_file[300], value[] = "OPENAI_API_KEY=env", *const env[] = { from_file, NULL };
	char *const both[] = { from_file, value, NULL };

	(void)state;
	snprintf(from_file, sizeof(from_file), "OPENAI_API_KEY_FILE=%s",
		write_file("key", "sk-2\n"));
	/* One in the environment goes before a key in the file; a key before a file of one. */
	assert_true(load_with("OPENAI_API_KEY=sk-3\n", env));
	assert_string_equal(config.settings.openai_api_key, "sk-2");
	assert_true(load_with("", both));
	assert_string_equal(config.settings.openai_api_key, "env");
	assert_null(config_unknown_name(&config, 0));
	write_file("key", "sk-2\r\n\r\n");
	assert_true(load_with("", env));
	assert_string_equal(config.settings.openai_api_key, "sk-2");
	write_file("key", "sk-2\nsk-3");
	assert_false(load_with("", env));
	assert_string_equal(why.message, "OPENAI_API_KEY: there is a blank or a line break in it");
	write_file("key", "\n");
	assert_false(load_with("", env));
	assert_string_equal(why.message, "OPENAI_API_KEY_FILE: there is no key in the file");
	assert_false(load("ANTHROPIC_API_KEY_FILE=/nonexistent/key\n"));
	assert_string_equal(why.message, "ANTHROPIC_API_KEY_FILE: No such file or directory");
}

/* SMALL is BIG when BIG is set and the host is not OpenAI's. */
static void models_left_out(void **state)
{
	static const struct { const char *text, *big, *middle, *small; } cases[] = {
		{ "BIG_MODEL=b", "b", "b", "gpt-4o-mini" },
		{ "BIG_MODEL=b\nOPENAI_BASE_URL=http://h", "b", "b", "b" },
		{ "BIG_MODEL=b\nSMALL_MODEL=s\nOPENAI_BASE_URL=http://h", "b", "b", "s" },
		{ "BIG_MODEL=b\nMIDDLE_MODEL=m", "b", "m", "gpt-4o-mini" },
		{ "OPENAI_BASE_URL=http://h", "gpt-4o", "gpt-4o", "gpt-4o-mini" },
		{ "BIG_MODEL=b\nPROVIDER=openai\nOPENAI_BASE_URL=http://h", "b", "b", "b" },
		{ "PROVIDER=deepseek", "deepseek-flash", "deepseek-flash", "deepseek-flash" },
		{ "PROVIDER=generic\nOPENAI_BASE_URL=https://api.deepseek.com/v1", "deepseek-flash",
			"deepseek-flash", "deepseek-flash" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const struct settings *s = settings_of(cases[i].text);

		assert_string_equal(s->big_model, cases[i].big);
		assert_string_equal(s->middle_model, cases[i].middle);
		assert_string_equal(s->small_model, cases[i].small);
	}
}

static void the_key_goes_to_the_host_of_the_family_that_was_chosen(void **state)
{
	const struct family *family;
	char text[120];

	(void)state;
	for (size_t i = 0; (family = family_at(i)); i++) {
		snprintf(text, sizeof(text), "PROVIDER=%s", family->name);
		if (family->url) {
			assert_true(family_owns_host(family, settings_of(text)->base.host));
			assert_string_equal(config.settings.base.scheme, "https");
			continue;
		}
		assert_false(load(text));
		snprintf(text, sizeof(text), "OPENAI_BASE_URL is not set, and %s (PROVIDER=%s) has "
			"no address of its own", family->label, family->name);
		assert_string_equal(why.message, text);
	}
	assert_false(load("AZURE_API_VERSION=2024-10-21"));
	assert_string_equal(why.message, "OPENAI_BASE_URL is not set, and Azure OpenAI "
		"(AZURE_API_VERSION) has no address of its own");
	assert_string_equal(settings_of("PROVIDER=auto")->base.host, "api.openai.com");
}

/* Where nobody knows the upstream's models, OpenAI's are asked for, and are said to be a guess. */
static void a_guessed_model_is_known_as_one(void **state)
{
	static const struct { const char *text; bool guessed; } cases[] = {
		{ "", false },
		{ "PROVIDER=openai\nOPENAI_BASE_URL=http://h", false },
		{ "PROVIDER=generic\nOPENAI_BASE_URL=https://api.openai.com/v1", false },
		{ "PROVIDER=deepseek", false },
		{ "PROVIDER=mistral", true },
		{ "OPENAI_BASE_URL=http://h", true },
		{ "OPENAI_BASE_URL=http://h\nSMALL_MODEL=s", true },
		{ "OPENAI_BASE_URL=http://h\nBIG_MODEL=gpt-4o", false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		if (settings_of(cases[i].text)->big_model_guessed != cases[i].guessed)
			fail_msg("%s", cases[i].text);
}

static void a_key_in_clear_is_seen(void **state)
{
	static const struct { const char *text; bool clear; } cases[] = {
		{ "OPENAI_API_KEY=k\nOPENAI_BASE_URL=http://api.openai.com/v1", true },
		{ "OPENAI_API_KEY=k\nOPENAI_BASE_URL=https://api.openai.com/v1", false },
		{ "OPENAI_API_KEY=k\nOPENAI_BASE_URL=http://192.168.1.7:8080", false },
		{ "OPENAI_API_KEY=k\nOPENAI_BASE_URL=http://[2001:db8::1]:8080", true },
		{ "OPENAI_BASE_URL=http://h.example", false },
		{ "OPENAI_BASE_URL=http://me:pass@h.example", true },
		{ "OPENAI_BASE_URL=http://token@h.example", true },
		{ "OPENAI_API_KEY=k\nOPENAI_BASE_URL=http://gw./v1", false },
		{ "OPENAI_BASE_URL=http://h.example\nCUSTOM_HEADER_X_GOOG_API_KEY=x", true },
		{ "OPENAI_BASE_URL=http://h.example\nCUSTOM_HEADER_AUTHORIZATION=x", true },
		{ "OPENAI_BASE_URL=http://h.example\nCUSTOM_HEADER_API_KEY=x", true },
		{ "OPENAI_BASE_URL=http://h.example\nCUSTOM_HEADER_X_TEAM=x", false },
	};
	char *const env[] = { NULL };

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		assert_true(load_with(cases[i].text, env));
		if (config_key_in_clear(&config.settings) != cases[i].clear)
			fail_msg("%s", cases[i].text);
	}
}

static bool is_secret(const char *text)
{
	for (size_t i = 0; i < config.settings.secret_count; i++)
		if (!strcmp(config.settings.secrets[i], text))
			return true;
	return false;
}

static void what_stands_in_urls_is_secret_too(void **state)
{
	char *const env[] = { NULL };

	(void)state;
	assert_true(load_with("OPENAI_API_KEY=sk-1\nREQUESTY_API_KEY=unused-key\n"
		"OPENAI_BASE_URL=https://long-user-name:p%40ss@h.example"
		"?api-version=2024-10-21&code=of%2Fgateway&alt=json&x\n"
		"https_proxy=http://me:se%2Fcret@proxy.example:3128\n"
		"all_proxy=socks5h://only-a-token@proxy.example\nno_proxy=localhost,h", env));
	assert_true(is_secret("unused-key"));
	assert_true(is_secret("long-user-name"));
	assert_true(is_secret("p%40ss"));
	assert_true(is_secret("p@ss"));
	assert_true(is_secret("of%2Fgateway"));
	assert_true(is_secret("of/gateway"));
	assert_false(is_secret("2024-10-21"));
	assert_false(is_secret("json"));
	assert_true(is_secret("se%2Fcret"));
	assert_true(is_secret("se/cret"));
	assert_true(is_secret("only-a-token"));
	assert_false(is_secret("me"));
	assert_false(is_secret("localhost"));
	unsetenv("https_proxy");
	unsetenv("all_proxy");
	unsetenv("no_proxy");
}

static void a_wrong_value_is_known_by_where_it_stands(void **state)
{
	char wrong[] = "IMAGES=perhaps", *const env[] = { wrong, NULL }, *const none[] = { NULL };

	(void)state;
	assert_false(load_with("OPENAI_API_KEY=k\nPROVIDER=nix", none));
	assert_true(config.wrong_in_file);
	assert_false(load_with("OPENAI_API_KEY=k\nIMAGES=auto", env));
	assert_false(config.wrong_in_file);
	assert_false(load_with("OPENAI_API_KEY=k\nCUSTOM_HEADER_HOST=h", none));
	assert_true(config.wrong_in_file);
	assert_false(load_with("OPENAI_API_KEY=k\nCUSTOM_HEADER_CONTENT_LENGTH=7", none));
	assert_false(load_with("OPENAI_API_KEY=k\nCUSTOM_HEADER_CONTENT_TYPE=text/plain", none));
	assert_false(load_with("PROVIDER=openai", none));
	assert_false(config.wrong_in_file);	/* it is nowhere */
}

/* doc/request.md §4.1 */
static void families(void **state)
{
	static const struct { const char *text, *name; } cases[] = {
		{ "OPENAI_BASE_URL=https://me.openai.azure.com", "azure" },
		{ "OPENAI_BASE_URL=http://127.0.0.1:11434", "ollama" },
		{ "OPENAI_BASE_URL=http://h:9999", "generic" },
		{ "OPENAI_BASE_URL=http://h:9999\nPROVIDER=vllm", "vllm" },
		{ "OPENAI_BASE_URL=http://h:9999\nPROVIDER=AUTO", "generic" },
		{ "OPENAI_BASE_URL=https://h\nAZURE_API_VERSION=1", "azure" },
		{ "OPENAI_BASE_URL=https://h\nAZURE_API_VERSION=1\nPROVIDER=generic", "generic" },
		{ "OPENAI_BASE_URL=https://api.deepseek.com\nAZURE_API_VERSION=1", "deepseek" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		assert_string_equal(settings_of(cases[i].text)->family->name, cases[i].name);
}

static void the_cache_may_be_systemds(void **state)
{
	(void)state;
	assert_string_equal(settings_of("CACHE_DIRECTORY=/a:/b")->cache_directory, "/a");
	settings_of("CACHE_DIRECTORY=/a\nCLAUDEPROXY_CACHE=/c");
	assert_string_equal(config.settings.cache_directory, "/c");
}

static void unknown_names_are_listed_one_by_one(void **state)
{
	(void)state;
	settings_of("OPENAI_KEY=1\nIMAGES=on\nIMAGES_FILE=x\nCUSTOM_HEADER_X=1\nLOG_LEVELS=1\n"
		"https_proxy=x\nREQUESTY_API_KEY_FILE=\nOPENAI_API_KEY_FILES=x\n");
	assert_string_equal(config_unknown_name(&config, 0), "OPENAI_KEY");
	assert_string_equal(config_unknown_name(&config, 1), "IMAGES_FILE");
	assert_string_equal(config_unknown_name(&config, 2), "LOG_LEVELS");
	assert_string_equal(config_unknown_name(&config, 3), "OPENAI_API_KEY_FILES");
	assert_null(config_unknown_name(&config, 4));
	unsetenv("https_proxy");
}

/* libcurl reads them from the environment only. */
static void proxies_of_the_file_reach_libcurl(void **state)
{
	char key[] = "OPENAI_API_KEY=k", ours[] = "no_proxy=ours";
	char *const env[] = { key, ours, NULL };

	(void)state;
	setenv("no_proxy", "ours", 1);
	assert_true(load_with("https_proxy=http://p:3128\nno_proxy=theirs\nHTTP_PROXY=x\n", env));
	assert_string_equal(getenv("https_proxy"), "http://p:3128");
	assert_string_equal(getenv("no_proxy"), "ours");
	assert_null(getenv("HTTP_PROXY"));
	unsetenv("https_proxy");
	unsetenv("no_proxy");
}

/* Every line of it but the key is a comment, and the names in the comments are known. */
static void the_sample_file_loads(void **state)
{
	char *const env[] = { NULL };
	char text[20000], bare[20000], *to = bare;
	FILE *file = fopen("claudeproxy.conf", "r");
	size_t len;

	(void)state;
	if (!file)
		fail_msg("claudeproxy.conf is not in the working directory");
	len = fread(text, 1, sizeof(text) - 1, file);
	fclose(file);
	text[len] = '\0';
	assert_false(load_with(text, env));
	assert_string_equal(why.message, "OPENAI_API_KEY is not set; an https upstream needs it");
	assert_int_equal(config.file.count, 1);
	/* Settings are commented out by "#" alone, words by "# ". */
	for (const char *from = text; *from; from++)
		if (!(*from == '#' && from[1] != ' ' && (from == text || from[-1] == '\n')))
			*to++ = *from;
	*to = '\0';
	if (!load(bare))
		fail_msg("%s", why.message);
	assert_null(config_unknown_name(&config, 0));
	assert_true(config.file.count > 35);
	unsetenv("https_proxy");
	unsetenv("no_proxy");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(defaults, end),
		cmocka_unit_test_teardown(environment_goes_before_file_and_empty_is_unset, end),
		cmocka_unit_test_teardown(the_first_file_counts, end),
		cmocka_unit_test_teardown(a_named_file_must_be_readable, end),
		cmocka_unit_test_teardown(who_needs_a_key, end),
		cmocka_unit_test_teardown(keys_may_stand_in_files, end),
		cmocka_unit_test_teardown(models_left_out, end),
		cmocka_unit_test_teardown(the_key_goes_to_the_host_of_the_family_that_was_chosen,
			end),
		cmocka_unit_test_teardown(a_guessed_model_is_known_as_one, end),
		cmocka_unit_test_teardown(a_key_in_clear_is_seen, end),
		cmocka_unit_test_teardown(what_stands_in_urls_is_secret_too, end),
		cmocka_unit_test_teardown(a_wrong_value_is_known_by_where_it_stands, end),
		cmocka_unit_test_teardown(families, end),
		cmocka_unit_test_teardown(the_cache_may_be_systemds, end),
		cmocka_unit_test_teardown(unknown_names_are_listed_one_by_one, end),
		cmocka_unit_test_teardown(proxies_of_the_file_reach_libcurl, end),
		cmocka_unit_test_teardown(the_sample_file_loads, end),
	};

	return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
