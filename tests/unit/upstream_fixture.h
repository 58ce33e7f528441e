/*
 * An upstream in a forked child on 127.0.0.1, and a post to it. For test_upstream.c and
 * test_unreached.c.
 */
#ifndef UPSTREAM_FIXTURE_H
#define UPSTREAM_FIXTURE_H

#include "../../net/upstream.h"

#include <arpa/inet.h>
#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

/* What the server does when its answer is out. */
enum ending { CLOSES, HANGS, RESETS };

/* Shared with the server: what came last, and its whole length. */
struct seen {
	char request[65536];
	size_t body_len;
};

struct fixture {
	struct settings settings;
	struct upstream_link link;
	struct upstream upstream;
	struct failure why;
	char url[128];
	pid_t server;
	int listener;
	struct seen *seen;
	struct buf got;		/* bytes of the answer */
	unsigned calls, ticks;
	unsigned enough_ticks;	/* so many end the transfer; 0: none do */
	bool enough_bytes;	/* the first bytes end it */
	int busy_ms;		/* how long the client is busy with the first bytes */
	int busy_over;		/* then this pipe lets the server go on; 0: none */
};

/* ---- the server ---- */

static inline void send_all(int fd, const char *bytes, size_t len)
{
	while (len > 0) {
		ssize_t n = send(fd, bytes, len, MSG_NOSIGNAL);

		if (n <= 0)
			return;
		bytes += n;
		len -= (size_t)n;
	}
}

/* Head into seen->request, with the body behind it as far as there is room. */
static inline void read_request(int fd, struct seen *seen)
{
	size_t len = 0, room = sizeof(seen->request) - 1, want = 0;
	char bytes[65536], *end;
	ssize_t n;

	memset(seen, 0, sizeof(*seen));
	while (!(end = strstr(seen->request, "\r\n\r\n"))) {
		n = read(fd, seen->request + len, room - len);
		if (n <= 0)
			return;
		len += (size_t)n;
	}
	if (strcasestr(seen->request, "content-length: "))
		want = strtoul(strcasestr(seen->request, "content-length: ") + 16, NULL, 10);
	seen->body_len = len - (size_t)(end + 4 - seen->request);
	while (seen->body_len < want && (n = read(fd, bytes, sizeof(bytes))) > 0) {
		size_t kept = (size_t)n < room - len ? (size_t)n : room - len;

		memcpy(seen->request + len, bytes, kept);
		len += kept;
		seen->body_len += (size_t)n;
	}
}

static inline void end_connection(int fd, enum ending ending)
{
	struct linger now = { .l_onoff = 1 };
	char byte;

	if (ending == HANGS)
		while (read(fd, &byte, 1) > 0)
			continue;
	if (ending == RESETS)
		setsockopt(fd, SOL_SOCKET, SO_LINGER, &now, sizeof(now));
	close(fd);
}

/* As fork. A server ends with its test, also with one that fails. */
static inline pid_t fork_server(void)
{
	pid_t pid = fork();

	assert_true(pid >= 0);
	if (pid == 0)
		prctl(PR_SET_PDEATHSIG, SIGKILL);
	return pid;
}

/* Answers every request alike, until it is killed. */
static inline void serve(struct fixture *f, struct slice answer, enum ending ending)
{
	f->server = fork_server();
	while (f->server == 0) {
		int fd = accept(f->listener, NULL, NULL);

		read_request(fd, f->seen);
		send_all(fd, answer.data, answer.len);
		end_connection(fd, ending);
	}
}

static inline void answers(struct fixture *f, const char *answer, enum ending ending)
{
	serve(f, slice_of(answer), ending);
}

/* ---- the fixture ---- */

static inline bool on_bytes(void *to, const char *bytes, size_t len)
{
	struct fixture *f = to;

	assert_int_equal(f->upstream.status, 200);
	if (f->calls++ == 0 && f->busy_ms) {
		poll(NULL, 0, f->busy_ms);
		assert_int_equal(write(f->busy_over, "x", 1), 1);
	}
	buf_add(&f->got, bytes, len);
	return !f->enough_bytes;
}

static inline bool on_tick(void *to)
{
	struct fixture *f = to;

	return ++f->ticks != f->enough_ticks;
}

static inline struct fixture *new_fixture(void)
{
	struct sockaddr_in address = { .sin_family = AF_INET };
	struct fixture *f = calloc(1, sizeof(*f));
	socklen_t size = sizeof(address);

	address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	f->listener = socket(AF_INET, SOCK_STREAM, 0);
	assert_int_equal(bind(f->listener, (struct sockaddr *)&address, size), 0);
	assert_int_equal(listen(f->listener, 8), 0);
	getsockname(f->listener, (struct sockaddr *)&address, &size);
	f->seen = mmap(NULL, sizeof(*f->seen), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS,
		-1, 0);
	assert_true(f->seen != MAP_FAILED);
	f->settings = (struct settings){
		.base = { .scheme = "http", .host = "127.0.0.1", .port = ntohs(address.sin_port) },
		.connect_timeout = 5,
		.request_timeout = 20,
	};
	f->upstream = (struct upstream){
		.link = &f->link, .settings = &f->settings, .bytes = on_bytes, .tick = on_tick, .to = f
	};
	snprintf(f->url, sizeof(f->url), "http://127.0.0.1:%u/v1/chat/completions",
		f->settings.base.port);
	return f;
}

static inline void free_fixture(struct fixture *f)
{
	if (f->server > 0) {
		kill(f->server, SIGKILL);
		waitpid(f->server, NULL, 0);
	}
	close(f->listener);
	munmap(f->seen, sizeof(*f->seen));
	upstream_free(&f->upstream);
	upstream_close(&f->link);
	buf_free(&f->got);
	free(f);
}

static inline enum upstream_end post(struct fixture *f)
{
	static const char key_header[] = "authorization: Bearer sk-1";

	return upstream_post(&f->upstream, f->url, key_header, slice_of("{}"), &f->why);
}

static inline bool sent(const struct fixture *f, const char *line)
{
	return strstr(f->seen->request, line);
}

static inline void assert_failure(const struct fixture *f, int status, const char *message,
	bool again)
{
	assert_int_equal(f->why.status, status);
	assert_non_null(strstr(f->why.message, message));
	assert_int_equal(f->why.again, again);
}

#define OK_HEAD "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n"
#define OK_ANSWER OK_HEAD "content-length: 4\r\n\r\ntrue"

#endif
