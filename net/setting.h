/*
 * The table of settings, one row each: its name, its default, what it may be and where it is
 * stored. claudeproxy(8), "ENVIRONMENT".
 */
#ifndef SETTING_H
#define SETTING_H

#include "../convert/failure.h"
#include "../convert/settings.h"

#include <stdint.h>

/* Memory that lives as long as a config: a list, newest first. */
struct owned {
	struct owned *next;
	char memory[];
};

void *owned_alloc(struct owned **owned, size_t size);
char *owned_text(struct owned **owned, const char *text);
void owned_free(struct owned **owned);

/* What the rows fill: the settings, and what only helps to find some of them. */
struct chosen {
	struct settings settings;
	const char *requesty_api_key;
	const char *systemd_cache;	/* CACHE_DIRECTORY */
	const char **secrets;		/* the array behind settings.secrets; NULL: none yet */
	struct owned **owned;		/* where strings are kept */
};

struct word {
	const char *name;	/* NULL ends a list */
	int value;
};

struct setting {
	const char *name;
	/* Checks a value that is not empty, and puts it where it belongs. */
	bool (*take)(struct chosen *chosen, const struct setting *setting, const char *value,
		struct failure *why);
	size_t at;		/* of the field in struct chosen */
	const char *usual;	/* the default, as text; NULL: none */
	uint64_t min, max;	/* of numbers */
	const struct word *words;	/* of listed words, in any case */
	bool or_file;		/* NAME_FILE may name a file that holds it */
};

/* Keeps a text, copied, among the secrets of the settings; NULL and the empty text are none. */
void setting_add_secret(struct chosen *chosen, const char *text);

/* Takes a proxy's port, and as secrets name and password, as they are written and decoded. */
void setting_take_proxy(struct chosen *chosen, const char *text);

/* Takes a base URL apart. False: it is none of http or https. */
bool setting_take_url(struct chosen *chosen, const char *value);

/* The rows; NULL past the last. Those that even a broken configuration needs come first. */
const struct setting *setting_at(size_t index);

#endif
