/* net/log.c: the line of a request, and where it goes. claudeproxy(8), "DIAGNOSTICS". */

#include "../../net/log.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

static char logged[8192];

/* Puts what line logs into logged. */
static const char *log_of(const struct log_line *line, enum log_level level)
{
	int ends[2], saved = dup(STDERR_FILENO);
	ssize_t n;

	assert_int_equal(pipe(ends), 0);
	dup2(ends[1], STDERR_FILENO);
	close(ends[1]);
	log_request(line, level);
	dup2(saved, STDERR_FILENO);
	close(saved);
	n = read(ends[0], logged, sizeof(logged) - 1);
	close(ends[0]);
	logged[n > 0 ? n : 0] = '\0';
	return logged;
}

static void the_line_of_the_interface(void **state)
{
	const struct notes notes = { .text = "healed:max_tokens" };
	const struct log_line line = {
		.request_id = "req_1", .method = "POST", .path = "/v1/messages", .status = 200,
		.model = "claude-opus-5-5", .upstream_model = "gpt-4o",
		.upstream_status = 200, .tries = 1,
		.input_tokens = 9120, .cached_tokens = 8800, .output_tokens = 61,
		.bytes_in = 51234, .bytes_out = 2048, .ttfb = 0.414, .total = 3.1,
		.notes = &notes,
	};

	(void)state;
	assert_string_equal(log_of(&line, LOG_LEVEL_INFO),
		"req_1 POST /v1/messages 200 claude-opus-5-5>gpt-4o upstream=200 tries=1 in=9120 "
		"cached=8800 out=61 bytes=51234/2048 ttfb=0.41 total=3.10 "
		"notes=healed:max_tokens\n");
}

static void unknown_is_a_dash(void **state)
{
	const struct notes none = { 0 };
	const struct log_line empty = {
		.input_tokens = -1, .cached_tokens = -1, .output_tokens = -1, .ttfb = -1,
		.notes = &none,
	};
	const struct log_line refused = {
		.request_id = "req_1", .method = "POST", .path = "/v1/messages", .status = 502,
		.model = "m", .input_tokens = 0, .cached_tokens = 0, .output_tokens = 0,
		.upstream_request_id = "up 1", .error = "api_error",
	};

	(void)state;
	assert_string_equal(log_of(&empty, LOG_LEVEL_INFO),
		"- - - - - upstream=- tries=- in=- cached=- out=- bytes=0/0 ttfb=- total=0.00\n");
	assert_string_equal(log_of(&refused, LOG_LEVEL_INFO),
		"req_1 POST /v1/messages 502 m>- upstream=- tries=- in=0 cached=0 out=0 bytes=0/0 "
		"ttfb=0.00 total=0.00 upstream_id=up\\x201 error=api_error\n");
}

/* Nobody writes lines, fields or terminal codes into the log over the wire. */
static void what_came_over_the_wire_is_cut_and_escaped(void **state)
{
	const struct notes notes = { .text = "dropped:a b\n" };
	char model[300];
	struct log_line line = {
		.method = "GET\n", .path = "/a b\"\\\x1b[1m", .model = "\xC2\x9B\x7F",
		.upstream_model = model, .upstream_request_id = "x\r\nreq_2", .notes = &notes,
	};

	(void)state;
	memset(model, 'm', sizeof(model) - 1);
	model[sizeof(model) - 1] = '\0';
	log_of(&line, LOG_LEVEL_INFO);
	assert_non_null(strstr(logged,
		"- GET\\x0a /a\\x20b\\x22\\x5c\\x1b[1m - \\xc2\\x9b\\x7f>m"));
	assert_int_equal(strspn(strchr(logged, '>') + 1, "m"), 100);
	assert_non_null(strstr(logged,
		" upstream_id=x\\x0d\\x0areq_2 notes=dropped:a\\x20b\\x0a\n"));
	assert_ptr_equal(strchr(logged, '\n'), logged + strlen(logged) - 1);
}

static void all_notes_are_logged(void **state)
{
	struct notes notes = { 0 };
	const struct log_line line = { .notes = &notes };
	char end[1100];

	(void)state;
	for (int i = 0; i < 40; i++)
		note_changed(&notes, "dropped:something_%d", i);
	snprintf(end, sizeof(end), " notes=%s\n", notes.text);
	assert_non_null(strstr(log_of(&line, LOG_LEVEL_INFO), end));
}

static void levels(void **state)
{
	const struct log_line fine = { .status = 200 };
	const struct log_line bad = { .status = 500, .error = "api_error" };

	(void)state;
	for (int level = LOG_LEVEL_ERROR; level <= LOG_LEVEL_DEBUG; level++) {
		assert_int_equal(strlen(log_of(&fine, (enum log_level)level)) > 0,
			level != LOG_LEVEL_ERROR);
		assert_true(strlen(log_of(&bad, (enum log_level)level)) > 0);
	}
}

/*
 * Runs log_open and writes to fd 2 in a child with the sockets given as fd 0 and 2; returns what
 * came out at the other end of fd 2.
 */
static const char *written_to_stderr(int in, int err, int other_end, bool cgi)
{
	ssize_t n;
	pid_t child = fork();

	if (child == 0) {
		dup2(in, STDIN_FILENO);
		dup2(err, STDERR_FILENO);
		log_open(cgi);
		log_sentence("%s", "a sentence");
		_exit(write(STDERR_FILENO, "x", 1) != 1);
	}
	assert_int_equal(waitpid(child, &(int){ 0 }, 0), child);
	n = recv(other_end, logged, sizeof(logged) - 1, MSG_DONTWAIT);
	logged[n > 0 ? n : 0] = '\0';
	return logged;
}

/* Under xinetd and the inetds fd 2 is the client's socket, as fd 0 is. */
static void the_client_at_fd_2_never_sees_the_log(void **state)
{
	int client[2], journal[2];

	(void)state;
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, client), 0);
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, journal), 0);
	/* xinetd, inetd */
	assert_string_equal(written_to_stderr(client[0], client[0], client[1], false), "");
	/* systemd: a socket too, but another one */
	assert_string_equal(written_to_stderr(client[0], journal[0], journal[1], false),
		"claudeproxy: a sentence\nx");
	/* CGI */
	assert_string_equal(written_to_stderr(client[0], client[0], client[1], true),
		"claudeproxy: a sentence\nx");
	for (int i = 0; i < 2; i++) {
		close(client[i]);
		close(journal[i]);
	}
}

/* A closed fd 2 would become the number of the upstream's socket. */
static void a_closed_fd_2_is_filled(void **state)
{
	int status = -1;
	pid_t child = fork();

	(void)state;
	if (child == 0) {
		close(STDERR_FILENO);
		log_open(false);
		_exit(write(STDERR_FILENO, "x", 1) != 1);
	}
	waitpid(child, &status, 0);
	assert_int_equal(status, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_line_of_the_interface),
		cmocka_unit_test(unknown_is_a_dash),
		cmocka_unit_test(what_came_over_the_wire_is_cut_and_escaped),
		cmocka_unit_test(all_notes_are_logged),
		cmocka_unit_test(levels),
		cmocka_unit_test(the_client_at_fd_2_never_sees_the_log),
		cmocka_unit_test(a_closed_fd_2_is_filled),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
