#include "../../net/client.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

/* A client on a local socket; *peer is its own end. */
static struct client socket_client(int *peer)
{
	int ends[2];

	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
	*peer = ends[1];
	return (struct client){
		.in = ends[0], .out = ends[0], .in_socket = true, .out_socket = true
	};
}

/* A client on two pipes. Its own ends are fds[1], where it sends, and fds[2], where it reads. */
static struct client pipe_client(int fds[4])
{
	assert_int_equal(pipe(fds), 0);
	assert_int_equal(pipe(fds + 2), 0);
	return (struct client){ .in = fds[0], .out = fds[3] };
}

static void close_all(const int *fds, size_t count)
{
	while (count-- > 0)
		close(fds[count]);
}

/* What body returns becomes the child's exit status. Gives what waitpid says. */
static int in_child(int (*body)(void *), void *argument)
{
	int status = 0;
	pid_t pid = fork();

	if (pid == 0)
		_exit(body(argument));
	waitpid(pid, &status, 0);
	return status;
}

/* ---- gone ---- */

static void closed_socket_is_gone(void **state)
{
	int peer;
	struct client client = socket_client(&peer);

	(void)state;
	assert_false(client_gone(&client));
	close(peer);
	assert_true(client_gone(&client));
	assert_false(client_wait(&client, 60000));	/* at once */
	close(client.in);
}

static void unread_input_does_not_hide_that_it_left(void **state)
{
	int peer;
	struct client client = socket_client(&peer);

	(void)state;
	assert_int_equal(write(peer, "GET ", 4), 4);
	assert_false(client_gone(&client));
	assert_true(client_wait(&client, 1));
	shutdown(peer, SHUT_WR);
	assert_true(client_gone(&client));
	close(peer);
	close(client.in);
}

static void half_closed_socket_is_normal_in_cgi(void **state)	/* doc/answer.md §2.8 */
{
	int peer;
	struct client client = socket_client(&peer);

	(void)state;
	client.cgi = true;
	shutdown(peer, SHUT_WR);
	assert_false(client_gone(&client));
	close(peer);
	assert_true(client_gone(&client));
	close(client.in);
}

static void end_of_a_pipe_is_normal(void **state)	/* doc/answer.md §2.8 */
{
	int fds[4];
	struct client client = pipe_client(fds);

	(void)state;
	close(fds[1]);
	assert_false(client_gone(&client));
	assert_true(client_wait(&client, 1));
	close(fds[2]);	/* nobody reads our answer any more */
	assert_true(client_gone(&client));
	close(client.in);
	close(client.out);
}

/* ---- reading ---- */

static void read_tells_bytes_silence_and_end_apart(void **state)
{
	char bytes[8];
	int peer;
	struct client client = socket_client(&peer);

	(void)state;
	assert_int_equal(client_read(&client, bytes, sizeof(bytes), 0), -2);
	assert_int_equal(write(peer, "abc", 3), 3);
	assert_int_equal(client_read(&client, bytes, sizeof(bytes), 0), 3);
	assert_memory_equal(bytes, "abc", 3);
	close(peer);
	assert_int_equal(client_read(&client, bytes, sizeof(bytes), 0), 0);
	close(client.in);
	assert_int_equal(client_read(&client, bytes, sizeof(bytes), 0), -1);
}

/* ---- writing ---- */

#define LONG_ANSWER (3u << 20)

struct reader {
	int fd, close_first;
};

/* Reads all there is; 0 when it is the long answer. */
static int read_long_answer(void *argument)
{
	struct reader *reader = argument;
	unsigned char bytes[5000];
	size_t seen = 0;
	ssize_t n;

	close(reader->close_first);
	while ((n = read(reader->fd, bytes, sizeof(bytes))) > 0)
		for (ssize_t i = 0; i < n; i++, seen++)
			if (bytes[i] != (unsigned char)(seen * 7 + seen / 256))
				return 1;
	return seen == LONG_ANSWER ? 0 : 2;
}

static void write_long_answer(struct client *client, int peer)
{
	struct reader reader = { .fd = peer, .close_first = client->out };
	unsigned char *answer = malloc(LONG_ANSWER);
	int status = 0;
	pid_t pid;

	for (size_t i = 0; i < LONG_ANSWER; i++)
		answer[i] = (unsigned char)(i * 7 + i / 256);
	client->write_timeout = 30;
	pid = fork();
	if (pid == 0)
		_exit(read_long_answer(&reader));
	assert_true(client_write(client, answer, LONG_ANSWER));
	close(client->out);
	close(peer);
	waitpid(pid, &status, 0);
	assert_int_equal(status, 0);
	free(answer);
}

static void long_answer_arrives_whole(void **state)
{
	int peer, fds[4];
	struct client client = socket_client(&peer);

	(void)state;
	write_long_answer(&client, peer);
	client = pipe_client(fds);
	write_long_answer(&client, fds[2]);
	close_all(fds, 2);
}

static void who_does_not_read_counts_as_gone(void **state)	/* doc/answer.md §2.8 */
{
	static char much[1 << 20];
	int peer, fds[4];
	struct client client = socket_client(&peer);
	long long start = now_ms();

	(void)state;
	client.write_timeout = 1;
	assert_false(client_write(&client, much, sizeof(much)));
	assert_in_range(now_ms() - start, 1000, 5000);
	close(client.out);
	close(peer);

	client = pipe_client(fds);
	client.write_timeout = 0;
	assert_false(client_write(&client, much, sizeof(much)));
	close_all(fds, 4);
}

static void write_to_who_left_is_no_signal(void **state)
{
	int peer, fds[4];
	struct client client = socket_client(&peer);

	(void)state;
	close(peer);
	assert_false(client_write(&client, "x", 1));
	close(client.out);

	signal(SIGPIPE, SIG_IGN);	/* as client_open does */
	client = pipe_client(fds);
	close(fds[2]);
	assert_false(client_write(&client, "x", 1));
	close_all(fds, 2);
	close(client.out);
}

/* ---- waiting ---- */

static int peer_to_close;

static void on_alarm(int signal_number)
{
	(void)signal_number;
	close(peer_to_close);
}

static void wait_ends_when_the_client_leaves(void **state)
{
	struct sigaction on_timer = { .sa_handler = on_alarm };
	struct itimerval soon = { .it_value.tv_usec = 20000 };
	struct client client = socket_client(&peer_to_close);
	long long start = now_ms();

	(void)state;
	sigaction(SIGALRM, &on_timer, NULL);
	setitimer(ITIMER_REAL, &soon, NULL);
	assert_false(client_wait(&client, 60000));
	assert_in_range(now_ms() - start, 10, 10000);
	close(client.in);
}

static void wait_lasts_as_long_as_asked(void **state)
{
	int peer;
	struct client client = socket_client(&peer);
	long long start = now_ms();

	(void)state;
	assert_true(client_wait(&client, 30));
	assert_in_range(now_ms() - start, 30, 5000);
	close(peer);
	close(client.in);
}

static void open_on(int fd, struct client *client, bool cgi)
{
	dup2(fd, STDIN_FILENO);
	dup2(fd, STDOUT_FILENO);
	client_open(client, cgi);
}

static int nodelay_is_set(void *argument)
{
	struct client client;
	socklen_t size = sizeof(int);
	int on = 0;

	open_on(*(int *)argument, &client, false);
	getsockopt(STDOUT_FILENO, IPPROTO_TCP, TCP_NODELAY, &on, &size);
	return on && client.in_socket && client.out_socket ? 0 : 1;
}

static void open_sets_nodelay(void **state)	/* doc/answer.md §2.8 */
{
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	(void)state;
	assert_int_equal(in_child(nodelay_is_set, &fd), 0);
	close(fd);
}

static int survives_sigterm(void *argument)
{
	struct client client;
	char byte;

	open_on(*(int *)argument, &client, false);
	if (client_told_to_stop() || !client_wait(&client, 1))
		return 1;
	raise(SIGTERM);
	if (!client_told_to_stop() || client_wait(&client, 60000) || client_gone(&client))
		return 2;
	if (client_read(&client, &byte, 1, 60000) != -1)
		return 3;
	return client_write(&client, "event: error\n", 13) ? 0 : 4;	/* a last word */
}

static void sigterm_tells_us_to_stop(void **state)	/* doc/answer.md §2.7 */
{
	char text[32] = "";
	int ends[2];

	(void)state;
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
	assert_int_equal(in_child(survives_sigterm, &ends[0]), 0);
	assert_int_equal(read(ends[1], text, sizeof(text)), 13);
	close_all(ends, 2);
}

static int ended_by_sigterm(void *argument)
{
	struct client client;

	open_on(*(int *)argument, &client, true);
	raise(SIGTERM);
	return 0;
}

static void sigterm_ends_us_in_cgi(void **state)	/* doc/answer.md §2.7 */
{
	int ends[2], status;

	(void)state;
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
	status = in_child(ended_by_sigterm, &ends[0]);
	assert_true(WIFSIGNALED(status));
	assert_int_equal(WTERMSIG(status), SIGTERM);
	close_all(ends, 2);
}

/* ---- lingering ---- */

/* Sends a request that nobody reads, then wants the whole answer and no reset. */
static int send_much_then_read(void *argument)
{
	static char much[4 << 20];
	struct reader *reader = argument;
	char bytes[64];
	size_t seen = 0;
	ssize_t n;

	close(reader->close_first);
	if (write(reader->fd, much, sizeof(much)) != sizeof(much))
		return 1;
	while ((n = read(reader->fd, bytes, sizeof(bytes))) > 0)
		seen += (size_t)n;
	return n == 0 && seen == 6 ? 0 : 2;
}

static void answer_survives_an_unread_request(void **state)	/* doc/answer.md §3.9 */
{
	int peer, status = 0;
	struct client client = socket_client(&peer);
	struct reader reader = { .fd = peer, .close_first = client.out };
	pid_t pid = fork();

	(void)state;
	if (pid == 0)
		_exit(send_much_then_read(&reader));
	close(peer);
	assert_true(client_write(&client, "answer", 6));
	client_linger(&client);
	close(client.out);
	waitpid(pid, &status, 0);
	assert_int_equal(status, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(closed_socket_is_gone),
		cmocka_unit_test(unread_input_does_not_hide_that_it_left),
		cmocka_unit_test(half_closed_socket_is_normal_in_cgi),
		cmocka_unit_test(end_of_a_pipe_is_normal),
		cmocka_unit_test(read_tells_bytes_silence_and_end_apart),
		cmocka_unit_test(long_answer_arrives_whole),
		cmocka_unit_test(who_does_not_read_counts_as_gone),
		cmocka_unit_test(write_to_who_left_is_no_signal),
		cmocka_unit_test(wait_ends_when_the_client_leaves),
		cmocka_unit_test(wait_lasts_as_long_as_asked),
		cmocka_unit_test(open_sets_nodelay),
		cmocka_unit_test(sigterm_tells_us_to_stop),
		cmocka_unit_test(sigterm_ends_us_in_cgi),
		cmocka_unit_test(answer_survives_an_unread_request),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
