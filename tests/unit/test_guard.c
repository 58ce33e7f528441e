/* serve/guard.c: what ends a process in the middle of its work. */
#include "../../serve/guard.h"

#include "../../net/confine.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

static struct exchange exchange;
static struct connection connection;

/* A child that works for ever, with the socket as its client. */
static pid_t works(int ends[2], bool guarded, bool stream)
{
	pid_t pid;

	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
	pid = fork();
	if (pid == 0) {
		dup2(ends[1], STDIN_FILENO);
		dup2(ends[1], STDOUT_FILENO);
		close(ends[0]);
		close(ends[1]);
		client_open(&connection.client, false);
		exchange.reply = (struct reply){ .client = &connection.client, .minor = 1,
			.started = stream, .first_ms = stream };
		snprintf(exchange.request_id, sizeof(exchange.request_id), "req_1");
		guard_open(&exchange);
		if (guarded)
			guard_begin();
		(void)!write(STDOUT_FILENO, "!", 1);
		for (;;)
			;
	}
	close(ends[1]);
	return pid;
}

/* What the child said after its first byte, and its exit status. */
static int ended(pid_t pid, int fd, char *said, size_t size)
{
	size_t len = 0;
	ssize_t n;
	int status;

	while (fd >= 0 && (n = read(fd, said + len, size - 1 - len)) > 0)
		len += (size_t)n;
	said[len] = '\0';
	if (fd >= 0)
		close(fd);
	waitpid(pid, &status, 0);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

static void wait_for_byte(int fd)
{
	char byte;

	assert_int_equal(read(fd, &byte, 1), 1);
}

static void the_client_leaves(void **state)
{
	char said[1024];
	int ends[2];
	pid_t pid = works(ends, true, false);

	(void)state;
	wait_for_byte(ends[0]);
	close(ends[0]);
	assert_int_equal(ended(pid, -1, said, sizeof(said)), 0);
}

static void we_are_told_to_stop(void **state)
{
	char said[1024];
	int ends[2];
	pid_t pid = works(ends, true, false);

	(void)state;
	wait_for_byte(ends[0]);
	kill(pid, SIGTERM);
	assert_int_equal(ended(pid, ends[0], said, sizeof(said)), 0);
	assert_non_null(strstr(said, "HTTP/1.1 529 Overloaded\r\nrequest-id: req_1\r\n"));
	assert_non_null(strstr(said, "\"overloaded_error\""));
}

static void processor_time_runs_out(void **state)
{
	char said[1024];
	int ends[2];
	pid_t pid = works(ends, false, false);

	(void)state;
	wait_for_byte(ends[0]);
	kill(pid, SIGXCPU);
	assert_int_equal(ended(pid, ends[0], said, sizeof(said)), SYSTEM_FAILED);
	assert_string_equal(said, "HTTP/1.1 500 Internal Server Error\r\nrequest-id: req_1\r\n"
		"content-type: application/json\r\nconnection: close\r\n\r\n"
		"{\"type\":\"error\",\"error\":{\"type\":\"api_error\",\"message\":"
		"\"The request took too much processor time\"},\"request_id\":\"req_1\"}");
}

static void in_a_stream_it_is_an_event(void **state)
{
	char said[1024];
	int ends[2];
	pid_t pid = works(ends, false, true);

	(void)state;
	wait_for_byte(ends[0]);
	kill(pid, SIGXCPU);
	assert_int_equal(ended(pid, ends[0], said, sizeof(said)), SYSTEM_FAILED);
	assert_string_equal(said, "8c\r\nevent: error\ndata: {\"type\":\"error\",\"error\":"
		"{\"type\":\"api_error\",\"message\":\"The request took too much processor time\"},"
		"\"request_id\":\"req_1\"}\n\n\r\n0\r\n\r\n");
}

static void each_request_has_its_own_time(void **state)
{
	struct rlimit limit;
	int status;
	pid_t pid = fork();

	(void)state;
	if (pid == 0) {
		confine_cpu();
		getrlimit(RLIMIT_CPU, &limit);
		_exit(limit.rlim_cur >= 120 && limit.rlim_cur <= 122 ? 0 : 1);
	}
	waitpid(pid, &status, 0);
	assert_int_equal(status, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_client_leaves),
		cmocka_unit_test(we_are_told_to_stop),
		cmocka_unit_test(processor_time_runs_out),
		cmocka_unit_test(in_a_stream_it_is_an_event),
		cmocka_unit_test(each_request_has_its_own_time),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
