#include "watch.h"

#include "../convert/buf.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

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

void watch_free(struct watch *watch)
{
	for (size_t i = 0; i < watch->count; i++)
		free(watch->files[i].path);
	*watch = (struct watch){ 0 };
}
