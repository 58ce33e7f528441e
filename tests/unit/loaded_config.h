/*
 * Loads a configuration from a text, through a file in a folder of the test's own.
 */
#ifndef LOADED_CONFIG_H
#define LOADED_CONFIG_H

#include "../../net/config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

static char folder[] = "/tmp/claudeproxy-test-XXXXXX";
static struct config config;
static struct failure why;

static inline const char *in_folder(const char *name)
{
	static char path[4][200];
	static unsigned turn;
	char *next = path[turn++ % 4];

	snprintf(next, sizeof(path[0]), "%s/%s", folder, name);
	return next;
}

static inline const char *write_file(const char *name, const char *text)
{
	const char *path = in_folder(name);
	FILE *file = fopen(path, "w");

	assert_non_null(file);
	fputs(text, file);
	fclose(file);
	return path;
}

static inline int make_folder(void **state)
{
	(void)state;
	return mkdtemp(folder) ? 0 : -1;
}

static inline int remove_folder(void **state)
{
	static const char *const names[] = { "a.conf", "b.conf", "claudeproxy.conf", "key" };

	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		unlink(in_folder(names[i]));
	return rmdir(folder);
}

static inline int end(void **state)
{
	(void)state;
	config_free(&config);
	return 0;
}

/* Loads the text as the file of -c, with a key to have one. */
static inline bool load_with(const char *text, char *const env[])
{
	const char *path = write_file("a.conf", text);

	config_free(&config);
	memset(&why, 0, sizeof(why));
	return config_load(&config, path, env, &why);
}

static inline bool load(const char *text)
{
	char key[] = "OPENAI_API_KEY=sk-1", *const env[] = { key, NULL };

	return load_with(text, env);
}

static inline const struct settings *settings_of(const char *text)
{
	if (!load(text))
		fail_msg("%s: %s", text, why.message);
	return &config.settings;
}

static inline const char *said(const char *text)
{
	return text ? text : "-";
}

#endif
