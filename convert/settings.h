/*
 * What the user chose. net/config.c fills it once from environment and file; nobody changes it
 * afterwards. Strings are NULL when unset; an empty value counts as unset.
 */
#ifndef SETTINGS_H
#define SETTINGS_H

#include <stdbool.h>
#include <stddef.h>

struct family;

enum choice { CHOICE_AUTO, CHOICE_ON, CHOICE_OFF };

/*
 * Where a system message inside the conversation goes: doc/request.md §1.2. SYSTEM_AUTO: at its
 * place where the API's own hosts are asked by Responses, else a reminder.
 */
enum system_messages { SYSTEM_AUTO, SYSTEM_REMINDER, SYSTEM_INLINE, SYSTEM_HOIST };

/* By which of its APIs an upstream is asked: doc/responses.md §7. */
enum upstream_api { UPSTREAM_API_AUTO, UPSTREAM_API_CHAT, UPSTREAM_API_RESPONSES };

enum log_level { LOG_LEVEL_ERROR, LOG_LEVEL_WARNING, LOG_LEVEL_INFO, LOG_LEVEL_DEBUG };

/* OPENAI_BASE_URL taken apart. */
struct base_url {
	const char *scheme;	/* "http" or "https" */
	const char *host;	/* lower case; an IPv6 address in its brackets */
	unsigned port;		/* the scheme's own when the URL names none */
	bool port_given;
	const char *path;	/* as given; "" or it begins with a slash */
	const char *query;	/* without the question mark; NULL: none */
	const char *user, *password;	/* NULL: none */
};

struct header {
	const char *name, *value;	/* X-FOO and v of CUSTOM_HEADER_X_FOO=v */
};

struct settings {
	/* upstream */
	const char *openai_api_key;	/* REQUESTY_API_KEY already considered */
	struct base_url base;
	const struct family *family;	/* PROVIDER, or recognised by the base URL; never NULL */
	const char *azure_api_version;
	enum upstream_api upstream_api;
	const struct header *custom_headers;
	size_t custom_header_count;
	int connect_timeout, request_timeout, ping_interval, keepalive_timeout;	/* seconds */
	int max_retries;
	unsigned proxy_ports[5];	/* of all that libcurl may take: it chooses by itself */
	size_t proxy_count;
	enum choice confine;	/* OFF: the process keeps all that it may do */
	const char *ssl_cert_file, *ssl_cert_dir;
	const char *cache_directory;	/* of remembered changes; NULL: none */

	/* models */
	const char *big_model, *middle_model, *small_model;	/* never NULL */
	bool big_model_guessed;		/* BIG_MODEL is unset, and the host's models are unknown */
	bool small_model_guessed;	/* … and so is SMALL_MODEL */
	const char *model_traits;	/* "name=known-model,…" */

	/* what goes into the upstream request */
	int max_tokens_limit, min_tokens_limit;	/* 0: none */
	enum { TOKEN_FIELD_AUTO, TOKEN_FIELD_MAX_TOKENS, TOKEN_FIELD_MAX_COMPLETION_TOKENS }
		token_field;
	const char *reasoning;		/* "off", "low" … "max"; NULL: auto */
	const char *drop_params;	/* comma list of top-level request fields */
	const char *dialect;		/* changes of the dialect: provider/change.h; or NULL */
	enum choice images;
	enum system_messages system_messages;
	enum choice prompt_cache_key;
	enum choice requesty_auto_cache;	/* AUTO: unset, no field */

	/* clients */
	const char *anthropic_api_key;
	const char *allowed_hosts;	/* comma list of names; "*": any */
	size_t max_body_bytes;
	const char *const *secrets;	/* what else must not leave: passwords in URLs, … */
	size_t secret_count;
	enum log_level log_level;
};

#endif
