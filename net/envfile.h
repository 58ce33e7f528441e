/*
 * The grammar of the configuration file, that of systemd's EnvironmentFile=. claudeproxy(8),
 * "FILES".
 */
#ifndef ENVFILE_H
#define ENVFILE_H

#include "../convert/failure.h"

struct envfile_entry {
	char *name, *value;
};

struct envfile {
	struct envfile_entry *entries;	/* in order; of equal names the last counts */
	size_t count;
};

/* text is a whole file; path is for the message. False: why names the line. */
bool envfile_parse(struct envfile *file, const char *text, size_t len, const char *path,
	struct failure *why);

/* NULL: not there, or empty. */
const char *envfile_get(const struct envfile *file, const char *name);

void envfile_free(struct envfile *file);

#endif
