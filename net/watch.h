/*
 * Whether the files that this process was made from are still the same: its program, and what its
 * configuration was read from. Files are replaced by rename, so their folders are watched.
 */
#ifndef WATCH_H
#define WATCH_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/stat.h>

#define WATCH_MOST 8

/* Zero-initialised nothing is watched. */
struct watch {
	struct {
		char *path;
		struct stat was;	/* st_ino 0: it was not there */
	} files[WATCH_MOST];
	size_t count;
	int inotify;		/* 0: not asked for yet; -1: the user has no more of them */
};

/*
 * Watches a file from now on, which need not be there yet. What is there and no regular file
 * (/dev/null, a pipe) is not watched.
 */
void watch_add(struct watch *watch, const char *path);

/* Watches the program that this process runs. */
void watch_add_program(struct watch *watch);

/* One of the files is not what it was. */
bool watch_changed(const struct watch *watch);

/*
 * A descriptor that can be read when something happened in one of the folders; -1: there is none,
 * and watch_changed has to be asked. watch_drain empties it.
 */
int watch_fd(struct watch *watch);
void watch_drain(const struct watch *watch);

void watch_free(struct watch *watch);

#endif
