/* net/setting.c: what each setting may be. claudeproxy(8), "ENVIRONMENT". */

#include "loaded_config.h"

#include "../../convert/provider/family.h"
#include "../../net/setting.h"

static void every_setting_of_the_interface_is_read(void **state)
{
	const struct settings *s = settings_of(
		"OPENAI_BASE_URL=http://localhost:8080/v1\n"
		"BIG_MODEL=big\nMIDDLE_MODEL=middle\nSMALL_MODEL=small\n"
		"ANTHROPIC_API_KEY=client-key\n"
		"PROVIDER=LlamaCpp\n"
		"AZURE_API_VERSION=2024-10-21\n"
		"REQUESTY_AUTO_CACHE=true\nREQUESTY_API_KEY=r\n"
		"MAX_TOKENS_LIMIT=4096\nMIN_TOKENS_LIMIT=100\n"
		"TOKEN_FIELD=max_completion_tokens\n"
		"REASONING=High\n"
		"DROP_PARAMS=temperature,top_p\n"
		"IMAGES=off\n"
		"SYSTEM_MESSAGES=hoist\n"
		"MODEL_TRAITS=mine=gpt-5\n"
		"PROMPT_CACHE_KEY=on\n"
		"CONNECT_TIMEOUT=3\nREQUEST_TIMEOUT=60\n"
		"MAX_RETRIES=0\n"
		"MAX_BODY_BYTES=1k\n"
		"CLAUDEPROXY_CACHE=/var/cache/x\n"
		"PING_INTERVAL=5\n"
		"LOG_LEVEL=debug\n"
		"HOST=0.0.0.0\nPORT=8082\n"
		"SSL_CERT_FILE=/a b\nSSL_CERT_DIR=/c\n");

	(void)state;
	assert_string_equal(s->big_model, "big");
	assert_string_equal(s->middle_model, "middle");
	assert_string_equal(s->small_model, "small");
	assert_string_equal(s->anthropic_api_key, "client-key");
	assert_string_equal(s->family->name, "llamacpp");
	assert_string_equal(s->azure_api_version, "2024-10-21");
	assert_int_equal(s->requesty_auto_cache, CHOICE_ON);
	assert_int_equal(s->max_tokens_limit, 4096);
	assert_int_equal(s->min_tokens_limit, 100);
	assert_int_equal(s->token_field, TOKEN_FIELD_MAX_COMPLETION_TOKENS);
	assert_string_equal(s->reasoning, "high");
	assert_string_equal(s->drop_params, "temperature,top_p");
	assert_int_equal(s->images, CHOICE_OFF);
	assert_int_equal(s->system_messages, SYSTEM_HOIST);
	assert_string_equal(s->model_traits, "mine=gpt-5");
	assert_int_equal(s->prompt_cache_key, CHOICE_ON);
	assert_int_equal(s->connect_timeout, 3);
	assert_int_equal(s->request_timeout, 60);
	assert_int_equal(s->max_retries, 0);
	assert_int_equal(s->max_body_bytes, 1024);
	assert_string_equal(s->cache_directory, "/var/cache/x");
	assert_int_equal(s->ping_interval, 5);
	assert_int_equal(s->log_level, LOG_LEVEL_DEBUG);
	assert_string_equal(s->ssl_cert_file, "/a b");
	assert_string_equal(s->ssl_cert_dir, "/c");
	assert_null(config_unknown_name(&config, 0));
}

static void wrong_values_are_named(void **state)
{
	static const struct { const char *text, *message; } cases[] = {
		{ "MAX_RETRIES=two", "MAX_RETRIES: \"two\" is not a number from 0 to 100" },
		{ "MAX_RETRIES=-1", "MAX_RETRIES: \"-1\" is not a number from 0 to 100" },
		{ "MAX_RETRIES=101", "MAX_RETRIES: \"101\" is not a number from 0 to 100" },
		{ "MAX_RETRIES='1 '", "MAX_RETRIES: \"1 \" is not a number from 0 to 100" },
		{ "PING_INTERVAL=0", "PING_INTERVAL: \"0\" is not a number from 1 to 86400" },
		{ "CONNECT_TIMEOUT=1.5",
			"CONNECT_TIMEOUT: \"1.5\" is not a number from 1 to 86400" },
		{ "REQUEST_TIMEOUT=18446744073709551626",
			"REQUEST_TIMEOUT: \"18446744073709551626\" is not a number "
			"from 1 to 86400" },
		{ "MAX_TOKENS_LIMIT=4k",
			"MAX_TOKENS_LIMIT: \"4k\" is not a number from 0 to 2147483647" },
		{ "MAX_BODY_BYTES=2G", "MAX_BODY_BYTES: \"2G\" is not a size from 1 to 1024M" },
		{ "MAX_BODY_BYTES=0", "MAX_BODY_BYTES: \"0\" is not a size from 1 to 1024M" },
		{ "MAX_BODY_BYTES=M", "MAX_BODY_BYTES: \"M\" is not a size from 1 to 1024M" },
		{ "MAX_BODY_BYTES=1MB", "MAX_BODY_BYTES: \"1MB\" is not a size from 1 to 1024M" },
		{ "MAX_BODY_BYTES=99999999999999999999K",
			"MAX_BODY_BYTES: \"99999999999999999999K\" is not a size from 1 to 1024M" },
		{ "LOG_LEVEL=loud",
			"LOG_LEVEL: \"loud\" is none of ERROR, WARNING, INFO, DEBUG, "
			"CRITICAL" },
		{ "IMAGES=yes", "IMAGES: \"yes\" is none of auto, on, off" },
		{ "MIN_TOKENS_LIMIT=-1",
			"MIN_TOKENS_LIMIT: \"-1\" is not a number from 0 to 2147483647" },
		{ "PROMPT_CACHE_KEY=true", "PROMPT_CACHE_KEY: \"true\" is none of auto, on, off" },
		{ "REQUESTY_AUTO_CACHE=1", "REQUESTY_AUTO_CACHE: \"1\" is none of true, false" },
		{ "REASONING=huge",
			"REASONING: \"huge\" is none of auto, off, low, medium, high, xhigh, max" },
		{ "TOKEN_FIELD=tokens",
			"TOKEN_FIELD: \"tokens\" is none of auto, max_tokens, "
			"max_completion_tokens" },
		{ "SYSTEM_MESSAGES=out",
			"SYSTEM_MESSAGES: \"out\" is none of auto, reminder, inline, hoist" },
		{ "IMAGES=\xFF", "IMAGES: \"…\" is none of auto, on, off" },
		{ "ANTHROPIC_API_KEY='a b'",
			"ANTHROPIC_API_KEY: there is a blank or a line break in it" },
		{ "AZURE_API_VERSION='1\n2'",
			"AZURE_API_VERSION: there is a blank or a line break in it" },
		{ "REQUESTY_API_KEY='a\tb'",
			"REQUESTY_API_KEY: there is a blank or a line break in it" },
		{ "CUSTOM_HEADER_HOST=x", "CUSTOM_HEADER_HOST: this header is ours to set" },
		{ "CUSTOM_HEADER_Content_Length=1",
			"CUSTOM_HEADER_Content_Length: this header is ours to set" },
		{ "CUSTOM_HEADER_CONTENT_TYPE=x",
			"CUSTOM_HEADER_CONTENT_TYPE: this header is ours to set" },
		{ "CUSTOM_HEADER_CONTENT_TYPE=application/jsonp",
			"CUSTOM_HEADER_CONTENT_TYPE: this header is ours to set" },
		{ "CUSTOM_HEADER_=x", "CUSTOM_HEADER_: this is not the name of a header" },
		{ "CUSTOM_HEADER_X='a\nb'",
			"CUSTOM_HEADER_X: there is a control character in it" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		if (load(cases[i].text))
			fail_msg("%s was taken", cases[i].text);
		assert_string_equal(why.message, cases[i].message);
		assert_int_equal(why.status, 500);
		assert_int_equal(why.should_retry, RETRY_NO);
	}
	assert_false(load("PROVIDER=nobody"));
	assert_ptr_equal(strstr(why.message,
		"PROVIDER: \"nobody\" is none of auto, openai, azure, "), why.message);
}

/* It is what is sent anyway. */
static void content_type_of_json_is_no_change(void **state)
{
	(void)state;
	assert_int_equal(settings_of("CUSTOM_HEADER_CONTENT_TYPE=application/json\n"
		"CUSTOM_HEADER_Content_Type='Application/JSON ; charset=utf-8'\n")->
		custom_header_count, 0);
}

/* The fifth is a level of Python's logging, which files of other proxies may hold. */
static void log_levels_in_any_case(void **state)
{
	static const struct { const char *text; enum log_level level; } cases[] = {
		{ "LOG_LEVEL=DEBUG", LOG_LEVEL_DEBUG }, { "LOG_LEVEL=Info", LOG_LEVEL_INFO },
		{ "LOG_LEVEL=warning", LOG_LEVEL_WARNING }, { "LOG_LEVEL=ERROR", LOG_LEVEL_ERROR },
		{ "LOG_LEVEL=CRITICAL", LOG_LEVEL_ERROR },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		assert_int_equal(settings_of(cases[i].text)->log_level, cases[i].level);
		config_free(&config);
	}
}

/* Compose files and EnvironmentFiles say NAME= for what nobody chose. */
static void every_setting_may_be_empty(void **state)
{
	struct settings usual = *settings_of("");
	const struct setting *setting;
	char text[128];

	(void)state;
	for (size_t i = 0; (setting = setting_at(i)); i++) {
		snprintf(text, sizeof(text), setting->or_file ? "%s=\n%s_FILE=\n" : "%s=\n",
			setting->name, setting->name);
		settings_of(text);
		assert_int_equal(config.settings.base.port, usual.base.port);
		assert_int_equal(config.settings.request_timeout, usual.request_timeout);
		assert_int_equal(config.settings.max_body_bytes, usual.max_body_bytes);
		assert_int_equal(config.settings.images, usual.images);
		assert_int_equal(config.settings.log_level, usual.log_level);
		assert_int_equal(config.settings.max_tokens_limit, usual.max_tokens_limit);
		assert_null(config.settings.anthropic_api_key);
		assert_null(config.settings.reasoning);
		assert_null(config.settings.ssl_cert_file);
	}
}

static void a_wrong_value_leaves_the_first_two_settings_usable(void **state)
{
	(void)state;
	assert_false(load("IMAGES=x\nMAX_BODY_BYTES=5M\nLOG_LEVEL=error\n"));
	assert_int_equal(config.settings.max_body_bytes, 5 << 20);
	assert_int_equal(config.settings.log_level, LOG_LEVEL_ERROR);
}

static void sizes(void **state)
{
	static const struct { const char *text; size_t bytes; } cases[] = {
		{ "MAX_BODY_BYTES=1", 1 }, { "MAX_BODY_BYTES=2K", 2048 },
		{ "MAX_BODY_BYTES=3m", 3 << 20 }, { "MAX_BODY_BYTES=1G", 1 << 30 },
		{ "MAX_BODY_BYTES=1073741824", 1 << 30 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		assert_int_equal(settings_of(cases[i].text)->max_body_bytes, cases[i].bytes);
}

static void urls_are_taken_apart(void **state)
{
	static const struct {
		const char *url, *scheme, *host;
		unsigned port;
		bool port_given;
		const char *path, *query, *user, *password;
	} cases[] = {
		{ "https://api.openai.com", "https", "api.openai.com", 443, 0, "", "-", "-", "-" },
		{ "https://api.openai.com/", "https", "api.openai.com", 443, 0, "", "-", "-", "-" },
		{ "HTTPS://API.x.AI/V1/", "https", "api.x.ai", 443, 0, "/V1/", "-", "-", "-" },
		{ "http://local:11434/v1", "http", "local", 11434, 1, "/v1", "-", "-", "-" },
		{ "http://h:80", "http", "h", 80, 1, "", "-", "-", "-" },
		{ "http://[::1]:8000/v1", "http", "[::1]", 8000, 1, "/v1", "-", "-", "-" },
		{ "https://h/a/../b%2Fc?api-version=1&x=%20", "https", "h", 443, 0, "/a/../b%2Fc",
			"api-version=1&x=%20", "-", "-" },
		{ "https://h/v1?", "https", "h", 443, 0, "/v1", "-", "-", "-" },
		{ "https://me:p%40ss@h/v1", "https", "h", 443, 0, "/v1", "-", "me", "p%40ss" },
		{ "https://me@h/v1", "https", "h", 443, 0, "/v1", "-", "me", "-" },
		{ "http://[FE80::1%25Eth0]:11434/v1", "http", "[fe80::1%25Eth0]", 11434, 1, "/v1", "-",
			"-", "-" },
	};
	char text[200];

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const struct base_url *base;

		snprintf(text, sizeof(text), "OPENAI_BASE_URL=%s", cases[i].url);
		base = &settings_of(text)->base;
		assert_string_equal(base->scheme, cases[i].scheme);
		assert_string_equal(base->host, cases[i].host);
		assert_int_equal(base->port, cases[i].port);
		assert_int_equal(base->port_given, cases[i].port_given);
		assert_string_equal(base->path, cases[i].path);
		assert_string_equal(said(base->query), cases[i].query);
		assert_string_equal(said(base->user), cases[i].user);
		assert_string_equal(said(base->password), cases[i].password);
	}
}

static void what_is_no_url_is_refused_and_not_shown(void **state)
{
	static const char *const urls[] = {
		"localhost:11434/v1", "api.openai.com", "/v1", "ftp://h/", "https:/h/", "https://",
		"https:///v1", "https://?x", "http://h:0/", "http://h:x/", "http://h:70000/",
		"'https://h/a b'", "'https://h/ '", "'https://h/\r'", "'https://h/\nx'",
		"https://h/#x",
		"http://a@b@c/", "http://[::1/", "file:///etc/passwd",
	};
	char text[200];

	(void)state;
	for (size_t i = 0; i < sizeof(urls) / sizeof(urls[0]); i++) {
		snprintf(text, sizeof(text), "OPENAI_BASE_URL=%s", urls[i]);
		if (load(text))
			fail_msg("%s was taken", urls[i]);
		assert_string_equal(why.message, "OPENAI_BASE_URL: this is no http or https URL");
	}
}

static void reasoning_auto_is_unset(void **state)
{
	(void)state;
	assert_null(settings_of("REASONING=auto")->reasoning);
	assert_string_equal(settings_of("REASONING=OFF")->reasoning, "off");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(every_setting_of_the_interface_is_read, end),
		cmocka_unit_test_teardown(wrong_values_are_named, end),
		cmocka_unit_test_teardown(content_type_of_json_is_no_change, end),
		cmocka_unit_test_teardown(log_levels_in_any_case, end),
		cmocka_unit_test_teardown(every_setting_may_be_empty, end),
		cmocka_unit_test_teardown(a_wrong_value_leaves_the_first_two_settings_usable, end),
		cmocka_unit_test_teardown(sizes, end),
		cmocka_unit_test_teardown(urls_are_taken_apart, end),
		cmocka_unit_test_teardown(what_is_no_url_is_refused_and_not_shown, end),
		cmocka_unit_test_teardown(reasoning_auto_is_unset, end),
	};

	return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
