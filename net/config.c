#include "config.h"

#include "../convert/provider/family.h"
#include "host.h"
#include "http.h"
#include "setting.h"

#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define FILE_LIMIT (1u << 20)

static const char header_prefix[] = "CUSTOM_HEADER_";

/* libcurl reads these itself, from the environment only. HTTP_PROXY it ignores, as CGI demands. */
#define PROXIES 5	/* and behind these the hosts that need none */
static const char *const proxies[] = {
	"http_proxy", "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY", "no_proxy",
	"NO_PROXY",
};

/* Known, but not to the table. */
static const char *const others[] = { "CLAUDEPROXY_CONF", "HOST", "PORT" };

struct loader {
	struct config *config;
	char *const *env;
	struct chosen chosen;
};

/* ---- where values come from ---- */

/* Of equal names the first counts, as with getenv; an empty value is an unset one. */
static const char *env_get(char *const env[], const char *name)
{
	size_t len = strlen(name);

	for (; *env; env++)
		if (!strncmp(*env, name, len) && (*env)[len] == '=')
			return (*env)[len + 1] ? *env + len + 1 : NULL;
	return NULL;
}

/* Environment over file. */
static const char *value_of(const struct loader *loader, const char *name)
{
	const char *value = env_get(loader->env, name);

	return value ? value : envfile_get(&loader->config->file, name);
}

/* False: errno says why. */
static bool read_file(const char *path, struct buf *text)
{
	FILE *file = fopen(path, "re");
	char bytes[4096];
	int trouble = 0;
	size_t n;

	if (!file)
		return false;
	text->limit = FILE_LIMIT;
	while (!trouble && (n = fread(bytes, 1, sizeof(bytes), file)) > 0)
		trouble = buf_add(text, bytes, n) ? 0 : EFBIG;
	if (!trouble && ferror(file))
		trouble = errno;
	fclose(file);
	errno = trouble;
	return !trouble;
}

/*
 * A file that nobody named may be missing, or closed to us: under systemd the manager may have read
 * it already, as root.
 */
static bool load_file(struct config *config, const char *path, bool named, struct failure *why)
{
	struct buf text = { 0 };
	bool fine;

	watch_add(&config->watch, path);
	fine = read_file(path, &text);
	if (fine) {
		config->file_path = must_strdup(path);
		fine = envfile_parse(&config->file, buf_text(&text), text.len, path, why);
	} else if (!named && (errno == ENOENT || errno == ENOTDIR || errno == EACCES ||
			errno == EPERM)) {
		config->file_closed |= errno == EACCES || errno == EPERM;
		fine = true;
	} else {
		failed(why, API_ERROR, "%s: %s", path, strerror(errno));
	}
	buf_free(&text);
	return fine;
}

static bool find_file(struct loader *loader, const char *file, struct failure *why)
{
	const char *credentials = env_get(loader->env, "CREDENTIALS_DIRECTORY");
	struct config *config = loader->config;
	struct buf path = { 0 };
	bool fine = true;

	if (!file)
		file = env_get(loader->env, "CLAUDEPROXY_CONF");
	if (file)
		return load_file(config, file, true, why);
	if (credentials) {
		buf_printf(&path, "%s/claudeproxy.conf", credentials);
		fine = load_file(config, path.data, false, why);
		buf_free(&path);
	}
	if (fine && !config->file_path)
		return load_file(config, CONFIG_FILE, false, why);
	/* The manager copied it into the folder of credentials: this is where it will change. */
	watch_add(&config->watch, CONFIG_FILE);
	return fine;
}

/* ---- the rows of the table ---- */

/* A key from the file that NAME_FILE names. The line breaks at its end are cut. */
static bool take_from_file(struct loader *loader, const struct setting *setting,
	const char *name, const char *path, struct failure *why)
{
	struct buf text = { 0 };
	bool fine;

	watch_add(&loader->config->watch, path);
	fine = read_file(path, &text);
	if (!fine) {
		failed(why, API_ERROR, "%s: %s", name, strerror(errno));
	} else {
		while (text.len > 0 && strchr("\r\n", text.data[text.len - 1]))
			buf_cut(&text, text.len - 1);
		/* Taken for unset, an empty file would let everybody in. */
		if (text.len == 0 || strlen(text.data) != text.len)
			fine = failed(why, API_ERROR, "%s: there is no key in the file", name);
		else
			fine = setting->take(&loader->chosen, setting, text.data, why);
	}
	buf_free(&text);
	return fine;
}

/* NAME_FILE in the environment goes before NAME in the file. */
static bool take_setting(struct loader *loader, const struct setting *setting,
	struct failure *why)
{
	const struct envfile *file = &loader->config->file;
	const char *value = env_get(loader->env, setting->name), *path = NULL;
	char name[64];
	bool from_env;

	snprintf(name, sizeof(name), "%s_FILE", setting->name);
	if (!value && setting->or_file)
		path = env_get(loader->env, name);
	from_env = value || path;
	if (!from_env)
		value = envfile_get(file, setting->name);
	if (!value && !path && setting->or_file)
		path = envfile_get(file, name);
	loader->config->wrong_in_file = !from_env;
	if (path)
		return take_from_file(loader, setting, name, path, why);
	return !value || setting->take(&loader->chosen, setting, value, why);
}

static bool take_settings(struct loader *loader, struct failure *why)
{
	const struct setting *setting;
	struct failure later;
	bool fine = true, in_file = false;

	/* Whatever is wrong, the client's key and whom to serve without it must be known. */
	for (size_t i = 0; (setting = setting_at(i)); i++)
		if (!take_setting(loader, setting, fine ? why : &later) && fine) {
			fine = false;
			in_file = loader->config->wrong_in_file;
		}
	loader->config->wrong_in_file = in_file;
	return fine;
}

/* ---- headers ---- */

static const struct header *find_header(const struct settings *settings, const char *name)
{
	for (size_t i = 0; i < settings->custom_header_count; i++)
		if (!strcasecmp(settings->custom_headers[i].name, name))
			return &settings->custom_headers[i];
	return NULL;
}

/* A line that users of the Python proxy have from its sample: it asks for what is sent anyway. */
static bool is_json_type(const char *name, const char *value)
{
	struct slice type = slice_of(value);

	return !strcasecmp(name, "content-type") &&
		slice_is(slice_trim(slice_cut(&type, ';')), "application/json");
}

/* variable is CUSTOM_HEADER_X_FOO; headers is the settings' own array, with room. */
static bool add_header(struct loader *loader, struct header *headers, const char *variable,
	struct failure *why)
{
	static const char *const ours[] = { "host", "content-length", "content-type" };
	struct settings *settings = &loader->chosen.settings;
	const char *value = value_of(loader, variable);
	char *name = owned_text(&loader->config->owned, variable + sizeof(header_prefix) - 1);

	for (char *c = name; *c; c++)
		if (*c == '_')
			*c = '-';
	if (!value || find_header(settings, name) || is_json_type(name, value))
		return true;
	if (!http_is_token(slice_of(name)))
		return failed(why, API_ERROR, "%s: this is not the name of a header", variable);
	for (size_t i = 0; i < COUNT(ours); i++)
		if (!strcasecmp(name, ours[i]))
			return failed(why, API_ERROR, "%s: this header is ours to set", variable);
	if (slice_has_control(slice_of(value)))
		return failed(why, API_ERROR, "%s: there is a control character in it", variable);
	headers[settings->custom_header_count++] = (struct header){
		.name = name,
		.value = owned_text(&loader->config->owned, value),
	};
	return true;
}

static bool is_header(const char *name)
{
	return !strncmp(name, header_prefix, sizeof(header_prefix) - 1);
}

static bool take_headers(struct loader *loader, struct failure *why)
{
	const struct envfile *file = &loader->config->file;
	struct owned **owned = &loader->config->owned;
	size_t most = file->count;
	struct header *headers;

	for (char *const *env = loader->env; *env; env++)
		most += is_header(*env);
	headers = owned_alloc(owned, most * sizeof(*headers));
	loader->chosen.settings.custom_headers = headers;
	for (char *const *env = loader->env; *env; env++) {
		char *variable;

		if (!is_header(*env))
			continue;
		variable = owned_text(owned, *env);
		variable[strcspn(variable, "=")] = '\0';
		if (!add_header(loader, headers, variable, why))
			return false;
	}
	loader->config->wrong_in_file = true;
	for (size_t i = 0; i < file->count; i++)
		if (is_header(file->entries[i].name) &&
			!add_header(loader, headers, file->entries[i].name, why))
			return false;
	loader->config->wrong_in_file = false;
	return true;
}

/* ---- what several settings decide together ---- */

/*
 * Without OPENAI_BASE_URL the upstream is the chosen family's own host, and never another's: the
 * key and all prompts go there.
 */
static bool settle_base(struct chosen *chosen, struct failure *why)
{
	const struct settings *settings = &chosen->settings;
	bool azure = !settings->family && settings->azure_api_version;
	const struct family *family = settings->family ? settings->family :
		azure ? family_with_deployments() : family_usual();

	if (settings->base.host || (family->url && setting_take_url(chosen, family->url)))
		return true;
	return failed(why, API_ERROR, "OPENAI_BASE_URL is not set, and %s (%s%s) has no address of "
		"its own", family->label, azure ? "AZURE_API_VERSION" : "PROVIDER=",
		azure ? "" : family->name);
}

static void settle_family(struct settings *settings)
{
	const struct base_url *base = &settings->base;

	if (settings->family)
		return;
	settings->family = family_by_host(base->host, base->port);
	/* The version alone names Azure, on a gateway's host for example. */
	if (settings->azure_api_version && !family_owns_host(settings->family, base->host))
		settings->family = family_with_deployments();
}

static bool settle_key(struct chosen *chosen, bool file_closed, struct failure *why)
{
	struct settings *settings = &chosen->settings;

	setting_add_secret(chosen, chosen->requesty_api_key);
	if (!settings->openai_api_key &&
		family_by_host(settings->base.host, settings->base.port)->requesty_key)
		settings->openai_api_key = chosen->requesty_api_key;
	if (settings->openai_api_key || strcmp(settings->base.scheme, "https") != 0 ||
		find_header(settings, "authorization") || find_header(settings, "api-key"))
		return true;
	failed(why, API_ERROR, "OPENAI_API_KEY is not set; an https upstream needs it");
	if (file_closed)
		failure_hint(why, CONFIG_FILE " is there, but closed to this user");
	return false;
}

/* The row that names models is the family's own, else the host's, else OpenAI's for a guess. */
static void settle_models(struct settings *settings)
{
	bool openai = family_owns_host(family_usual(), settings->base.host);
	const struct family *host = family_by_host(settings->base.host, settings->base.port);
	const struct family *family = settings->family->big_model ? settings->family :
		host->big_model ? host : family_usual();
	bool guessed = !settings->family->big_model && !host->big_model;

	settings->big_model_guessed = guessed && !settings->big_model;
	settings->small_model_guessed = settings->big_model_guessed && !settings->small_model;
	/* Another upstream that has the big model need not have the usual small one. */
	if (!settings->small_model)
		settings->small_model = settings->big_model && !openai ?
			settings->big_model : family->small_model;
	if (!settings->big_model)
		settings->big_model = family->big_model;
	if (!settings->middle_model)
		settings->middle_model = settings->big_model;
}

/* systemd separates several folders by colons. */
static void settle_cache(struct chosen *chosen)
{
	char *first;

	if (chosen->settings.cache_directory || !chosen->systemd_cache)
		return;
	first = owned_text(chosen->owned, chosen->systemd_cache);
	first[strcspn(first, ":")] = '\0';
	chosen->settings.cache_directory = first;
}

static void export_proxies(struct loader *loader)
{
	for (size_t i = 0; i < COUNT(proxies); i++) {
		const char *value = value_of(loader, proxies[i]);

		if (!value)
			continue;
		setenv(proxies[i], value, 1);
		if (i < PROXIES)
			setting_take_proxy(&loader->chosen, value);
	}
}

static bool settle(struct loader *loader, struct failure *why)
{
	if (!settle_base(&loader->chosen, why))
		return false;
	settle_family(&loader->chosen.settings);
	settle_models(&loader->chosen.settings);
	settle_cache(&loader->chosen);
	export_proxies(loader);
	return settle_key(&loader->chosen, loader->config->file_closed, why);
}

bool config_key_in_clear(const struct settings *settings)
{
	static const char *const secret[] = { "auth", "key", "token", "secret", "cookie" };
	const struct base_url *base = &settings->base;
	bool any = settings->openai_api_key || base->user || base->password;

	for (size_t i = 0; i < settings->custom_header_count; i++)
		for (size_t j = 0; j < COUNT(secret); j++)
			any |= strcasestr(settings->custom_headers[i].name, secret[j]) != NULL;
	return any && !strcmp(base->scheme, "http") && !host_is_private(base->host);
}

bool config_load(struct config *config, const char *file, char *const env[], struct failure *why)
{
	struct loader loader = { .config = config, .env = env };
	const struct setting *setting;
	bool fine = true;

	*config = (struct config){ 0 };
	loader.chosen.owned = &config->owned;
	for (size_t i = 0; (setting = setting_at(i)); i++)
		if (setting->usual)
			fine = setting->take(&loader.chosen, setting, setting->usual, why) && fine;
	assert(fine);
	fine = find_file(&loader, file, why) && take_settings(&loader, why) &&
		take_headers(&loader, why) && settle(&loader, why);
	config->settings = loader.chosen.settings;
	/* Asking again helps nobody before a person has looked. */
	if (!fine)
		why->should_retry = RETRY_NO;
	return fine;
}

static bool is_known(const char *name)
{
	const struct setting *setting;

	for (size_t i = 0; (setting = setting_at(i)); i++) {
		size_t len = strlen(setting->name);

		if (!strncmp(name, setting->name, len) && (name[len] == '\0' ||
				(setting->or_file && !strcmp(name + len, "_FILE"))))
			return true;
	}
	return is_header(name) || is_one_of(name, proxies, COUNT(proxies)) ||
		is_one_of(name, others, COUNT(others));
}

const char *config_unknown_name(const struct config *config, size_t index)
{
	for (size_t i = 0; i < config->file.count; i++)
		if (!is_known(config->file.entries[i].name) && index-- == 0)
			return config->file.entries[i].name;
	return NULL;
}

void config_free(struct config *config)
{
	envfile_free(&config->file);
	free(config->file_path);
	watch_free(&config->watch);
	owned_free(&config->owned);
	*config = (struct config){ 0 };
}
