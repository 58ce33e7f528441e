#include "client.h"

#include <errno.h>
#include <limits.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

/* Until REQUEST_TIMEOUT is known. */
#define FIRST_WRITE_TIMEOUT 60
/* Told to stop, we wait no longer than this for a client that does not read. */
#define LAST_WORD_MS 2000
/* client_linger: silence, time and bytes that end it. */
#define LINGER_SILENCE_MS 2000
#define LINGER_MS 60000
#define LINGER_BYTES (64u << 20)

static volatile sig_atomic_t told_to_stop, told_to_close;

static void on_sigterm(int signal_number)
{
	(void)signal_number;
	told_to_stop = 1;
}

static void on_sighup(int signal_number)
{
	(void)signal_number;
	told_to_close = 1;
}

bool client_told_to_close(void)
{
	return told_to_close || told_to_stop;
}

bool client_told_to_stop(void)
{
	return told_to_stop;
}

bool client_stopped(struct failure *why)
{
	return failed(why, OVERLOADED_ERROR, "The proxy is being stopped");
}

long long now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000LL + now.tv_nsec / 1000000;
}

static bool is_socket(int fd)
{
	struct stat status;

	return fstat(fd, &status) == 0 && S_ISSOCK(status.st_mode);
}

void client_open(struct client *client, bool cgi)
{
	/* No SA_RESTART: a signal ends every wait. */
	struct sigaction on_term = { .sa_handler = on_sigterm };
	struct sigaction on_hup = { .sa_handler = on_sighup };
	int on = 1;

	*client = (struct client){
		.in = STDIN_FILENO,
		.out = STDOUT_FILENO,
		.cgi = cgi,
		.in_socket = is_socket(STDIN_FILENO),
		.out_socket = is_socket(STDOUT_FILENO),
		.write_timeout = FIRST_WRITE_TIMEOUT,
	};
	signal(SIGPIPE, SIG_IGN);
	if (!cgi) {
		sigaction(SIGTERM, &on_term, NULL);
		sigaction(SIGHUP, &on_hup, NULL);
	}
	/* Fails on pipes, files and local sockets, which need none. */
	setsockopt(client->out, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
}

/*
 * Waits up to ms for the client to leave. Apache's mod_cgid shuts its sending half after the
 * request, so that POLLRDHUP is always there: in CGI it says nothing. POLLIN never counts, since
 * bytes of a next request may stand there unread.
 */
static bool left_within(const struct client *client, int ms)
{
	struct pollfd look[] = {
		{ .fd = client->in_socket && !client->cgi ? client->in : -1, .events = POLLRDHUP },
		{ .fd = client->out },
	};

	return poll(look, 2, ms) > 0;
}

bool client_gone(const struct client *client)
{
	return left_within(client, 0);
}

bool client_wait(const struct client *client, int ms)
{
	long long end = now_ms() + ms;

	/* By the second, for a signal that comes just before poll does not end it. */
	for (long long left = ms; left > 0; left = end - now_ms())
		if (told_to_stop || left_within(client, left < 1000 ? (int)left : 1000))
			return false;
	return !told_to_stop && !client_gone(client);
}

ssize_t client_read(struct client *client, void *bytes, size_t size, int timeout_ms)
{
	struct pollfd look = { .fd = client->in, .events = POLLIN };
	long long end = now_ms() + timeout_ms;

	while (!told_to_stop) {
		long long left = end - now_ms();
		int ready = poll(&look, 1, left > 0 ? (int)left : 0);
		ssize_t n = -1;

		if (ready == 0)
			return -2;
		if (ready > 0)
			n = read(client->in, bytes, size);
		if (n >= 0)
			return n;
		if (errno != EINTR && errno != EAGAIN)
			return -1;
	}
	return -1;
}

enum awaited client_await(const struct client *client, int other_fd, int timeout_ms)
{
	struct pollfd look[] = {
		{ .fd = client->in, .events = POLLIN },
		{ .fd = other_fd, .events = POLLIN },
	};
	struct timespec limit = { timeout_ms / 1000, timeout_ms % 1000 * 1000000L };
	sigset_t ours, before;
	int ready = 0;

	/* They may come in ppoll alone, or one that comes just before it would not end it. */
	sigemptyset(&ours);
	sigaddset(&ours, SIGTERM);
	sigaddset(&ours, SIGHUP);
	sigprocmask(SIG_BLOCK, &ours, &before);
	if (!client_told_to_close() || timeout_ms == 0)
		ready = ppoll(look, 2, &limit, &before);
	sigprocmask(SIG_SETMASK, &before, NULL);
	if (ready > 0)
		return look[0].revents ? AWAITED_BYTES : AWAITED_CHANGE;
	return client_told_to_close() && timeout_ms > 0 ? AWAITED_SIGNAL : AWAITED_NOTHING;
}

bool fd_has_more(int fd)
{
	struct pollfd look = { .fd = fd, .events = POLLIN };

	return poll(&look, 1, 0) > 0;
}

/* True: a write will not wait, if only to tell an error. */
static bool wait_writable(const struct client *client)
{
	struct pollfd look = { .fd = client->out, .events = POLLOUT };
	long long start = now_ms();

	for (;;) {
		long long limit = told_to_stop ? LAST_WORD_MS : client->write_timeout * 1000LL;
		long long left = start + limit - now_ms();
		int ready = poll(&look, 1, left <= 0 ? 0 : left < INT_MAX ? (int)left : INT_MAX);

		if (ready > 0)
			return true;
		if (ready == 0 || errno != EINTR)
			return false;
	}
}

bool client_write(struct client *client, const void *bytes, size_t len)
{
	const char *p = bytes;

	while (len > 0) {
		ssize_t n;

		if (!wait_writable(client))
			return false;
		/* A pipe that polls writable takes PIPE_BUF bytes; with more the write may wait. */
		if (client->out_socket)
			n = send(client->out, p, len, MSG_DONTWAIT | MSG_NOSIGNAL);
		else
			n = write(client->out, p, len < PIPE_BUF ? len : PIPE_BUF);
		if (n < 0 && errno != EINTR && errno != EAGAIN)
			return false;
		if (n > 0) {
			p += n;
			len -= (size_t)n;
		}
	}
	return true;
}

void client_linger(struct client *client)
{
	long long end = now_ms() + LINGER_MS;
	size_t thrown = 0;
	char bytes[16384];

	/* In CGI the web server does this. */
	if (client->cgi || !client->out_socket || shutdown(client->out, SHUT_WR) != 0)
		return;
	while (thrown < LINGER_BYTES && now_ms() < end) {
		ssize_t n = client_read(client, bytes, sizeof(bytes), LINGER_SILENCE_MS);

		if (n <= 0)
			return;
		thrown += (size_t)n;
	}
}
