#include "watch.h"

#include "../convert/buf.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <unistd.h>

#define HAPPENINGS (IN_CREATE | IN_MOVED_TO | IN_MOVED_FROM | IN_CLOSE_WRITE | IN_DELETE)

static void look_at(const char *path, struct stat *is)
{
	if (stat(path, is) != 0)
		*is = (struct stat){ 0 };
}

void watch_add(struct watch *watch, const char *path)
{
	struct stat is;

	look_at(path, &is);
	if (watch->count == WATCH_MOST || (is.st_ino && !S_ISREG(is.st_mode)))
		return;
	watch->files[watch->count].path = must_strdup(path);
	watch->files[watch->count++].was = is;
}

void watch_add_program(struct watch *watch)
{
	char path[PATH_MAX];
	ssize_t len = readlink("/proc/self/exe", path, sizeof(path) - 1);

	if (len <= 0)
		return;
	path[len] = '\0';
	watch_add(watch, path);
}

static bool is_same(const struct stat *one, const struct stat *other)
{
	return one->st_ino == other->st_ino && one->st_dev == other->st_dev &&
		one->st_size == other->st_size && one->st_mtim.tv_sec == other->st_mtim.tv_sec &&
		one->st_mtim.tv_nsec == other->st_mtim.tv_nsec;
}

bool watch_changed(const struct watch *watch)
{
	for (size_t i = 0; i < watch->count; i++) {
		struct stat is;

		look_at(watch->files[i].path, &is);
		if (!is_same(&watch->files[i].was, &is))
			return true;
	}
	return false;
}

/*
 * False: the user has no watches left. In a folder that is not there, or closed to us, the next
 * request still finds what is new.
 */
static bool watch_folder_of(int inotify, const char *path)
{
	const char *slash = strrchr(path, '/');
	char *folder = slash == path ? must_strdup("/") : slash ?
		slice_copy((struct slice){ path, (size_t)(slash - path) }) : must_strdup(".");
	bool fine = inotify_add_watch(inotify, folder, HAPPENINGS | IN_ONLYDIR) >= 0 ||
		errno != ENOSPC;

	free(folder);
	return fine;
}

/* Where the path leads over a link, the folder at its end too. */
static bool watch_folders(int inotify, const char *path)
{
	char *target = realpath(path, NULL);
	bool fine = watch_folder_of(inotify, path) &&
		(!target || watch_folder_of(inotify, target));

	free(target);
	return fine;
}

int watch_fd(struct watch *watch)
{
	bool fine;

	if (watch->inotify)
		return watch->inotify;
	watch->inotify = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
	fine = watch->inotify >= 0;
	for (size_t i = 0; i < watch->count && fine; i++)
		fine = watch_folders(watch->inotify, watch->files[i].path);
	if (!fine && watch->inotify >= 0)
		close(watch->inotify);
	if (!fine)
		watch->inotify = -1;
	return watch->inotify;
}

void watch_drain(const struct watch *watch)
{
	char events[4096];

	while (read(watch->inotify, events, sizeof(events)) > 0)
		;
}

void watch_free(struct watch *watch)
{
	for (size_t i = 0; i < watch->count; i++)
		free(watch->files[i].path);
	if (watch->inotify > 0)
		close(watch->inotify);
	*watch = (struct watch){ 0 };
}
