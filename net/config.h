/*
 * Environment and file → settings, checked once. claudeproxy(8), "ENVIRONMENT", "FILES".
 */
#ifndef CONFIG_H
#define CONFIG_H

#include "../convert/failure.h"
#include "../convert/settings.h"
#include "envfile.h"
#include "watch.h"

struct owned;

struct config {
	struct settings settings;	/* strings are owned by the config */
	struct envfile file;
	char *file_path;		/* the file that was read, or NULL */
	bool file_closed;		/* the usual file is there, and we may not read it */
	bool wrong_in_file;		/* the wrong value is in that file, not in env */
	struct owned *owned;		/* memory of the settings */
	struct watch watch;		/* all files that were read or looked for */
};

/*
 * file is the path of -c, or NULL; env is an environ. False: why (500 api_error, should_retry
 * RETRY_NO) names what is wrong, and settings are usable only for log_level and max_body_bytes.
 * The variables of proxies that stand in the file go into the process's environment, where libcurl
 * looks for them.
 */
bool config_load(struct config *config, const char *file, char *const env[], struct failure *why);

/*
 * A key, a password or an authorization header of the user's goes over plain http to a host that is
 * not on a private network.
 */
bool config_key_in_clear(const struct settings *settings);

/* The unknown names in the file, one after the other; NULL past the last. */
const char *config_unknown_name(const struct config *config, size_t index);

void config_free(struct config *config);

#endif
