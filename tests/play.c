#include "play.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

static const char *meeting_place;

int play_patience(void)
{
	const char *seconds = getenv("PATIENCE");

	return (seconds ? atoi(seconds) : 20) * 1000;
}

long long play_now(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000LL + now.tv_nsec / 1000000;
}

void play_stop(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	fputs("player: ", stderr);
	vfprintf(stderr, format, args);
	fputc('\n', stderr);
	va_end(args);
	exit(125);
}

void play_file(const char *path, struct buf *out)
{
	char bytes[65536];
	ssize_t got;
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		play_stop("%s: %s", path, strerror(errno));
	while ((got = read(fd, bytes, sizeof(bytes))) > 0)
		buf_add(out, bytes, (size_t)got);
	close(fd);
}

bool play_line(struct slice *script, struct slice *line)
{
	const char *end;

	if (script->len == 0)
		return false;
	end = memchr(script->data, '\n', script->len);
	line->data = script->data;
	line->len = end ? (size_t)(end - script->data) : script->len;
	script->data += line->len + (end != NULL);
	script->len -= line->len + (end != NULL);
	return true;
}

struct slice play_word(struct slice line, char word[32])
{
	size_t len = 0;

	while (len < line.len && len < 31 && line.data[len] != ' ')
		len++;
	memcpy(word, line.data, len);
	word[len] = '\0';
	while (len < line.len && line.data[len] == ' ')
		len++;
	return (struct slice){ line.data + len, line.len - len };
}

void play_expand(struct slice text, struct buf *out)
{
	const char *p = text.data, *end = text.data + text.len;

	while (p < end) {
		const char *mark = memmem(p, (size_t)(end - p), "@x", 2);
		char *stop = NULL;
		long times = mark ? strtol(mark + 2, &stop, 10) : 0;

		if (times <= 0 || stop >= end || *stop != '@') {
			const char *next = mark ? mark + 2 : end;

			buf_add(out, p, (size_t)(next - p));
			p = next;
			continue;
		}
		buf_add(out, p, (size_t)(mark - p));
		while (times-- > 0)
			buf_add(out, "x", 1);
		p = stop + 1;
	}
}

int play_listen(int *port, int send_buffer)
{
	struct sockaddr_in at = { .sin_family = AF_INET, .sin_port = htons((uint16_t)*port) };
	socklen_t size = sizeof(at);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), yes = 1;

	at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof(yes));
	if (send_buffer)
		setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &send_buffer, sizeof(send_buffer));
	if (bind(fd, (struct sockaddr *)&at, size) || listen(fd, 64) ||
			getsockname(fd, (struct sockaddr *)&at, &size))
		play_stop("cannot listen on 127.0.0.1:%d: %s", *port, strerror(errno));
	*port = ntohs(at.sin_port);
	return fd;
}

void play_meet(const char *folder)
{
	meeting_place = folder;
}

static const char *place_of(struct slice name)
{
	static char path[4096];

	snprintf(path, sizeof(path), "%s/told.%.*s", meeting_place, (int)name.len, name.data);
	return path;
}

void play_tell(struct slice name)
{
	int fd = open(place_of(name), O_CREAT | O_WRONLY | O_CLOEXEC, 0600);

	if (fd < 0)
		play_stop("%s: %s", place_of(name), strerror(errno));
	close(fd);
}

bool play_wait(struct slice name, int other)
{
	long long end = play_now() + play_patience(), left;
	char news[4096];
	/* The watch stands before the first look, so nothing can happen between the two. */
	int watch = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
	struct pollfd fds[] = { { watch, POLLIN, 0 }, { other, POLLIN, 0 } };
	bool told;

	if (watch < 0 || inotify_add_watch(watch, meeting_place, IN_CREATE) < 0)
		play_stop("cannot watch %s: %s", meeting_place, strerror(errno));
	while (!(told = access(place_of(name), F_OK) == 0) && (left = end - play_now()) > 0) {
		poll(fds, 2, (int)left);
		if (fds[1].revents)
			break;
		while (read(watch, news, sizeof(news)) > 0)
			;
	}
	close(watch);
	return told;
}
