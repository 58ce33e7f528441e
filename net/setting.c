#include "setting.h"

#include "../convert/provider/change.h"
#include "../convert/provider/family.h"
#include "host.h"

#include <ctype.h>
#include <curl/curl.h>
#include <limits.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* Two spellings of name and password in the base URL and each proxy's variable, and some room. */
#define MOST_SECRETS 40
#define LEAST_SECRET 8

void *owned_alloc(struct owned **owned, size_t size)
{
	struct owned *first = must_alloc(sizeof(*first) + size);

	first->next = *owned;
	*owned = first;
	return first->memory;
}

char *owned_text(struct owned **owned, const char *text)
{
	size_t size = strlen(text) + 1;

	return memcpy(owned_alloc(owned, size), text, size);
}

void owned_free(struct owned **owned)
{
	while (*owned) {
		struct owned *first = *owned;

		*owned = first->next;
		free(first);
	}
}

/* A wrong value as far as it can be shown: it may hold anything. */
static const char *shown(const char *value)
{
	size_t len = strlen(value);

	for (size_t i = 0; i < len; i++)
		if (value[i] < ' ' || value[i] >= 0x7F)
			return "…";
	return len <= 40 ? value : "…";
}

static void put(struct chosen *chosen, const struct setting *setting, const void *value,
	size_t size)
{
	memcpy((char *)chosen + setting->at, value, size);
}

static bool put_text(struct chosen *chosen, const struct setting *setting, const char *text)
{
	put(chosen, setting, &text, sizeof(text));
	return true;
}

/* ---- text ---- */

static bool take_text(struct chosen *chosen, const struct setting *setting, const char *value,
	struct failure *why)
{
	(void)why;
	return put_text(chosen, setting, owned_text(chosen->owned, value));
}

static bool has_blank(const char *value)
{
	for (; *value; value++)
		if ((unsigned char)*value <= ' ' || *value == 0x7F)
			return true;
	return false;
}

/* What goes into a header or a URL. The value is not shown: it is mostly a key. */
/* Quotes come along where a file for docker is written like one for a shell, or from a web page. */
static bool take_key(struct chosen *chosen, const struct setting *setting, const char *value,
	struct failure *why)
{
	if (has_blank(value))
		return failed(why, API_ERROR, "%s: there is a blank or a line break in it",
			setting->name);
	if (strchr("\"'`", value[0]) || strchr("\"'`", value[strlen(value) - 1]))
		return failed(why, API_ERROR, "%s: there are quotes around it, which would be sent "
			"as part of the key", setting->name);
	for (const char *c = value; *c; c++)
		if ((unsigned char)*c >= 0x7F)
			return failed(why, API_ERROR, "%s: there is a character in it that is not "
				"ASCII, typographic quotes perhaps", setting->name);
	return take_text(chosen, setting, value, why);
}

/* ---- numbers ---- */

static bool take_number(struct chosen *chosen, const struct setting *setting, const char *value,
	struct failure *why)
{
	uint64_t result;
	int field;

	if (slice_number(slice_of(value), 10, &result) && result >= setting->min &&
		result <= setting->max) {
		field = (int)result;
		put(chosen, setting, &field, sizeof(field));
		return true;
	}
	return failed(why, API_ERROR, "%s: \"%s\" is not a number from %llu to %llu", setting->name,
		shown(value), (unsigned long long)setting->min, (unsigned long long)setting->max);
}

/* "1048576", "1024K", "1M". */
static bool take_size(struct chosen *chosen, const struct setting *setting, const char *value,
	struct failure *why)
{
	static const char units[] = "KMG";
	struct slice digits = slice_of(value);
	const char *unit = strchr(units, toupper((unsigned char)value[digits.len - 1]));
	unsigned shift = unit ? 10 * (unsigned)(unit - units + 1) : 0;
	uint64_t result;
	size_t field;

	if (unit)
		digits.len--;
	if (!slice_number(digits, 10, &result) || result == 0 || result > setting->max >> shift)
		return failed(why, API_ERROR, "%s: \"%s\" is not a size from 1 to %lluM",
			setting->name, shown(value), (unsigned long long)setting->max >> 20);
	field = (size_t)(result << shift);
	put(chosen, setting, &field, sizeof(field));
	return true;
}

/* ---- listed words ---- */

static bool not_listed(const struct setting *setting, const char *value, struct buf *names,
	struct failure *why)
{
	failed(why, API_ERROR, "%s: \"%s\" is none of %s", setting->name, shown(value),
		buf_text(names));
	buf_free(names);
	return false;
}

static const struct word *find_word(const struct setting *setting, const char *value,
	struct failure *why)
{
	struct buf names = { 0 };

	for (const struct word *word = setting->words; word->name; word++)
		if (!strcasecmp(word->name, value))
			return word;
	for (const struct word *word = setting->words; word->name; word++)
		buf_printf(&names, "%s%s", names.len ? ", " : "", word->name);
	not_listed(setting, value, &names, why);
	return NULL;
}

static bool take_word(struct chosen *chosen, const struct setting *setting, const char *value,
	struct failure *why)
{
	const struct word *word = find_word(setting, value, why);

	_Static_assert(sizeof(enum choice) == sizeof(word->value), "fields of words are as an int");
	if (word)
		put(chosen, setting, &word->value, sizeof(word->value));
	return word != NULL;
}

/* The word itself, in our spelling; NULL for the one with the value 0. */
static bool take_word_as_text(struct chosen *chosen, const struct setting *setting,
	const char *value, struct failure *why)
{
	const struct word *word = find_word(setting, value, why);

	return word && put_text(chosen, setting, word->value ? word->name : NULL);
}

static bool take_provider(struct chosen *chosen, const struct setting *setting,
	const char *value, struct failure *why)
{
	struct buf names = { 0 };
	const struct family *family;

	chosen->settings.family = family_by_name(value);
	if (chosen->settings.family || !strcasecmp(value, "auto"))
		return true;
	buf_puts(&names, "auto");
	for (size_t i = 0; (family = family_at(i)); i++)
		buf_printf(&names, ", %s", family->name);
	return not_listed(setting, value, &names, why);
}

/* ---- hosts ---- */

static bool take_hosts(struct chosen *chosen, const struct setting *setting, const char *value,
	struct failure *why)
{
	struct slice rest = slice_of(value), host;

	while (rest.len > 0) {
		struct slice name = slice_trim(slice_cut(&rest, ','));

		if (name.len > 0 && !(host_of_authority(name, &host) && host.len == name.len))
			return failed(why, API_ERROR, "%s: \"%s\" is no list of names without "
				"ports", setting->name, shown(value));
	}
	return take_text(chosen, setting, value, why);
}

/* ---- the dialect ---- */

static bool take_dialect(struct chosen *chosen, const struct setting *setting, const char *value,
	struct failure *why)
{
	struct dialect unused = { 0 };
	struct slice wrong;
	char part[CHANGE_SIZE];

	if (change_apply_setting(&unused, value, "", &wrong))
		return take_text(chosen, setting, value, why);
	snprintf(part, sizeof(part), "%.*s", (int)wrong.len, wrong.data);
	return failed(why, API_ERROR, "%s: \"%s\" is not KEY=VALUE with a key and a value of "
		"claudeproxy(8)", setting->name, shown(part));
}

/* ---- the base URL ---- */

/* As given, escapes and all; NULL when it is absent or empty. */
static char *url_part(struct chosen *chosen, CURLU *url, CURLUPart which)
{
	char *part, *kept = NULL;

	if (curl_url_get(url, which, &part, 0) != CURLUE_OK)
		return NULL;
	if (part[0])
		kept = owned_text(chosen->owned, part);
	curl_free(part);
	return kept;
}

void setting_add_secret(struct chosen *chosen, const char *text)
{
	struct settings *settings = &chosen->settings;

	if (!chosen->secrets)
		chosen->secrets = owned_alloc(chosen->owned,
			MOST_SECRETS * sizeof(*chosen->secrets));
	settings->secrets = chosen->secrets;
	if (text && text[0] && settings->secret_count < MOST_SECRETS)
		chosen->secrets[settings->secret_count++] = owned_text(chosen->owned, text);
}

/*
 * A URL's name and password, as written and decoded. A short name beside a password ("user") is no
 * secret, and would be cut out of every other sentence.
 */
static void add_credentials(struct chosen *chosen, CURLU *url)
{
	static const unsigned spellings[] = { 0, CURLU_URLDECODE };
	const char *password = url_part(chosen, url, CURLUPART_PASSWORD);

	for (size_t i = 0; i < COUNT(spellings); i++) {
		char *name = NULL, *word = NULL;

		curl_url_get(url, CURLUPART_USER, &name, spellings[i]);
		curl_url_get(url, CURLUPART_PASSWORD, &word, spellings[i]);
		if (!password || (name && strlen(name) >= LEAST_SECRET))
			setting_add_secret(chosen, name);
		setting_add_secret(chosen, word);
		curl_free(name);
		curl_free(word);
	}
}

/*
 * Values in the base URL's query, such as that of "code=", as written and decoded. Short ones
 * ("alt=json") and a version are no secrets, and errors name them.
 */
static void add_query_secrets(struct chosen *chosen, const char *query)
{
	struct slice rest = slice_of(query ? query : "");

	while (rest.len > 0) {
		struct slice value = slice_cut(&rest, '&'), name = slice_cut(&value, '=');
		char *written = slice_copy(value), *decoded;

		if (value.len >= LEAST_SECRET && !slice_is(name, "api-version")) {
			decoded = curl_easy_unescape(NULL, written, 0, NULL);
			setting_add_secret(chosen, written);
			setting_add_secret(chosen, decoded);
			curl_free(decoded);
		}
		free(written);
	}
}

/* libcurl takes 1080 where a proxy that is not https has no port. */
void setting_take_proxy(struct chosen *chosen, const char *text)
{
	struct settings *settings = &chosen->settings;
	const char *port, *scheme;
	CURLU *url = curl_url();

	if (!url)
		out_of_memory();
	if (curl_url_set(url, CURLUPART_URL, text, CURLU_GUESS_SCHEME | CURLU_NON_SUPPORT_SCHEME) ==
			CURLUE_OK) {
		add_credentials(chosen, url);
		port = url_part(chosen, url, CURLUPART_PORT);
		scheme = url_part(chosen, url, CURLUPART_SCHEME);
		settings->proxy_ports[settings->proxy_count++] = port ?
			(unsigned)strtoul(port, NULL, 10) :
			scheme && !strcmp(scheme, "https") ? 443 : 1080;
	}
	curl_url_cleanup(url);
}

/* In lower case; "[fe80::1%25eth0]" keeps its zone, which libcurl's own host has not. */
static char *url_host(struct chosen *chosen, CURLU *url)
{
	char *host = url_part(chosen, url, CURLUPART_HOST);
	const char *zone = url_part(chosen, url, CURLUPART_ZONEID);
	struct buf zoned = { 0 };

	for (char *c = host; c && *c; c++)
		*c = (char)tolower((unsigned char)*c);
	if (!host || !zone)
		return host;
	buf_printf(&zoned, "%.*s%%25%s]", (int)strcspn(host, "]"), host, zone);
	host = owned_text(chosen->owned, buf_text(&zoned));
	buf_free(&zoned);
	return host;
}

/* False: no host, port 0, or a fragment, which no server would ever see. */
static bool take_url_parts(struct chosen *chosen, CURLU *url)
{
	struct base_url *base = &chosen->settings.base;
	const char *port = url_part(chosen, url, CURLUPART_PORT);
	const char *path = url_part(chosen, url, CURLUPART_PATH);

	*base = (struct base_url){
		.scheme = url_part(chosen, url, CURLUPART_SCHEME),
		.host = url_host(chosen, url),
		.port_given = port != NULL,
		.path = path && strcmp(path, "/") != 0 ? path : "",
		.query = url_part(chosen, url, CURLUPART_QUERY),
		.user = url_part(chosen, url, CURLUPART_USER),
		.password = url_part(chosen, url, CURLUPART_PASSWORD),
	};
	add_credentials(chosen, url);
	add_query_secrets(chosen, base->query);
	base->port = port ? (unsigned)strtoul(port, NULL, 10) :
		!strcmp(base->scheme, "https") ? 443 : 80;
	return base->host && base->port > 0 && !url_part(chosen, url, CURLUPART_FRAGMENT);
}

bool setting_take_url(struct chosen *chosen, const char *value)
{
	size_t scheme = host_scheme_length(value);
	CURLU *url;
	bool fine;

	/* curl would forgive more: http:///x is the host x to it. */
	if (!scheme || value[scheme] == '/' || has_blank(value))
		return false;
	url = curl_url();
	if (!url)
		out_of_memory();
	fine = curl_url_set(url, CURLUPART_URL, value, CURLU_PATH_AS_IS) == CURLUE_OK &&
		take_url_parts(chosen, url);
	curl_url_cleanup(url);
	return fine;
}

static bool take_url(struct chosen *chosen, const struct setting *setting, const char *value,
	struct failure *why)
{
	return setting_take_url(chosen, value) ||
		failed(why, API_ERROR, "%s: this is no http or https URL", setting->name);
}

/* ---- the table ---- */

static const struct word log_levels[] = {
	{ "ERROR", LOG_LEVEL_ERROR }, { "WARNING", LOG_LEVEL_WARNING },
	{ "INFO", LOG_LEVEL_INFO }, { "DEBUG", LOG_LEVEL_DEBUG },
	{ "CRITICAL", LOG_LEVEL_ERROR },	/* Python's; nothing here is worse than a failure */
	{ 0 },
};
static const struct word auto_on_off[] = {
	{ "auto", CHOICE_AUTO }, { "on", CHOICE_ON }, { "off", CHOICE_OFF }, { 0 },
};
static const struct word on_off[] = {
	{ "on", CHOICE_ON }, { "off", CHOICE_OFF }, { 0 },
};
static const struct word true_false[] = {
	{ "true", CHOICE_ON }, { "false", CHOICE_OFF }, { 0 },
};
static const struct word token_fields[] = {
	{ "auto", TOKEN_FIELD_AUTO }, { "max_tokens", TOKEN_FIELD_MAX_TOKENS },
	{ "max_completion_tokens", TOKEN_FIELD_MAX_COMPLETION_TOKENS }, { 0 },
};
static const struct word system_places[] = {
	{ "auto", SYSTEM_AUTO }, { "reminder", SYSTEM_REMINDER }, { "inline", SYSTEM_INLINE },
	{ "hoist", SYSTEM_HOIST }, { 0 },
};
static const struct word apis[] = {
	{ "auto", UPSTREAM_API_AUTO }, { "chat", UPSTREAM_API_CHAT },
	{ "responses", UPSTREAM_API_RESPONSES }, { 0 },
};
static const struct word levels[] = {
	{ "auto", 0 }, { "off", 1 }, { "low", 1 }, { "medium", 1 }, { "high", 1 }, { "xhigh", 1 },
	{ "max", 1 }, { 0 },
};

#define AT(field) .at = offsetof(struct chosen, field)
#define IN(field) AT(settings.field)

static const struct setting settings[] = {
	{ "LOG_LEVEL", take_word, IN(log_level), "INFO", .words = log_levels },
	{ "MAX_BODY_BYTES", take_size, IN(max_body_bytes), "32M", .max = 1u << 30 },
	{ "OPENAI_API_KEY", take_key, IN(openai_api_key), .or_file = true },
	{ "OPENAI_BASE_URL", take_url, IN(base) },
	{ "BIG_MODEL", take_text, IN(big_model) },
	{ "MIDDLE_MODEL", take_text, IN(middle_model) },
	{ "SMALL_MODEL", take_text, IN(small_model) },
	{ "ANTHROPIC_API_KEY", take_key, IN(anthropic_api_key), .or_file = true },
	{ "ALLOWED_HOSTS", take_hosts, IN(allowed_hosts) },
	{ "PROVIDER", take_provider, IN(family) },
	{ "UPSTREAM_API", take_word, IN(upstream_api), .words = apis },
	{ "AZURE_API_VERSION", take_key, IN(azure_api_version) },
	{ "REQUESTY_API_KEY", take_key, AT(requesty_api_key), .or_file = true },
	{ "REQUESTY_AUTO_CACHE", take_word, IN(requesty_auto_cache), .words = true_false },
	{ "MAX_TOKENS_LIMIT", take_number, IN(max_tokens_limit), .max = INT_MAX },
	{ "MIN_TOKENS_LIMIT", take_number, IN(min_tokens_limit), .max = INT_MAX },
	{ "TOKEN_FIELD", take_word, IN(token_field), .words = token_fields },
	{ "REASONING", take_word_as_text, IN(reasoning), .words = levels },
	{ "DROP_PARAMS", take_text, IN(drop_params) },
	{ "DIALECT", take_dialect, IN(dialect) },
	{ "IMAGES", take_word, IN(images), .words = auto_on_off },
	{ "SYSTEM_MESSAGES", take_word, IN(system_messages), .words = system_places },
	{ "MODEL_TRAITS", take_text, IN(model_traits) },
	{ "PROMPT_CACHE_KEY", take_word, IN(prompt_cache_key), .words = auto_on_off },
	{ "CONNECT_TIMEOUT", take_number, IN(connect_timeout), "10", .min = 1, .max = 86400 },
	{ "REQUEST_TIMEOUT", take_number, IN(request_timeout), "600", .min = 1, .max = 86400 },
	{ "MAX_RETRIES", take_number, IN(max_retries), "2", .max = 100 },
	{ "CLAUDEPROXY_CACHE", take_text, IN(cache_directory) },
	{ "CACHE_DIRECTORY", take_text, AT(systemd_cache) },
	{ "PING_INTERVAL", take_number, IN(ping_interval), "10", .min = 1, .max = 86400 },
	{ "CONFINE", take_word, IN(confine), .words = on_off },
	{ "KEEPALIVE_TIMEOUT", take_number, IN(keepalive_timeout), "300", .max = 86400 },
	{ "SSL_CERT_FILE", take_text, IN(ssl_cert_file) },
	{ "SSL_CERT_DIR", take_text, IN(ssl_cert_dir) },
};

const struct setting *setting_at(size_t index)
{
	return index < COUNT(settings) ? &settings[index] : NULL;
}
