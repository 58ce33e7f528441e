/*
 * The upstream of `make bench`: listens on 127.0.0.1, prints its port, and answers each request with
 * a stream of events, over as many connections at once as come. The first word of the path says
 * which:
 *
 * /short/…	three events
 * /long/…	EVENTS of them, as fast as they are taken
 * /paced/…	TOKENS of them, one every PACE_MS; the text of each begins with the time at which it
 *		is sent: nanoseconds of CLOCK_MONOTONIC, and a blank
 * /held/…	one event, then nothing until the client leaves
 *
 * It ends with its parent.
 */
#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define EVENTS 20000
#define TOKENS 100
#define PACE_MS 20

struct answer {
	int fd;
	char bytes[16384];
	size_t len;
};

static long long now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000000000LL + now.tv_nsec;
}

/* Whoever leaves in the middle ends this connection's process. */
static void flush(struct answer *answer)
{
	for (size_t done = 0; done < answer->len;) {
		ssize_t n = write(answer->fd, answer->bytes + done, answer->len - done);

		if (n < 0)
			_exit(0);
		done += (size_t)n;
	}
	answer->len = 0;
}

__attribute__((format(printf, 2, 3)))
static void add(struct answer *answer, const char *format, ...)
{
	va_list args;

	if (sizeof(answer->bytes) - answer->len < 1024)
		flush(answer);
	va_start(args, format);
	answer->len += (size_t)vsnprintf(answer->bytes + answer->len, 1024, format, args);
	va_end(args);
}

/* One event, in a chunk of its own. */
static void add_event(struct answer *answer, const char *delta, const char *finish_reason)
{
	char event[512];
	int len = snprintf(event, sizeof(event), "data: {\"id\":\"chatcmpl-A1b2C3d4E5f6\","
		"\"object\":\"chat.completion.chunk\",\"created\":1760000000,\"model\":\"gpt-5\","
		"\"service_tier\":\"default\",\"system_fingerprint\":null,\"choices\":[{\"index\":0,"
		"\"delta\":{%s},\"logprobs\":null,\"finish_reason\":%s}],\"usage\":null}\n\n", delta,
		finish_reason);

	add(answer, "%x\r\n%s\r\n", (unsigned)len, event);
}

static void add_text(struct answer *answer, const char *text)
{
	char delta[128];

	snprintf(delta, sizeof(delta), "\"content\":\"%s\"", text);
	add_event(answer, delta, "null");
}

static void answer_long(struct answer *answer)
{
	for (int i = 0; i < EVENTS; i++)
		add_text(answer, i % 10 ? " token" : " \\\"quoted\\\"\\n");
}

static void answer_paced(struct answer *answer)
{
	long long next = now_ns();

	for (int i = 0; i < TOKENS; i++) {
		struct timespec until;
		char text[32];

		next += PACE_MS * 1000000LL;
		until = (struct timespec){ next / 1000000000, next % 1000000000 };
		clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &until, NULL);
		snprintf(text, sizeof(text), "%lld ", now_ns());
		add_text(answer, text);
		flush(answer);
	}
}

static void answer_held(struct answer *answer)
{
	char byte;

	add_text(answer, "held");
	flush(answer);
	if (read(answer->fd, &byte, 1) <= 0)
		_exit(0);
}

static void answer_request(int fd, const char *path)
{
	struct answer answer = { .fd = fd };

	add(&answer, "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n"
		"transfer-encoding: chunked\r\n\r\n");
	add_event(&answer, "\"role\":\"assistant\",\"content\":\"\"", "null");
	if (!strncmp(path, "/long/", 6))
		answer_long(&answer);
	else if (!strncmp(path, "/paced/", 7))
		answer_paced(&answer);
	else if (!strncmp(path, "/held/", 6))
		answer_held(&answer);
	else
		add_text(&answer, "Hello");
	add_event(&answer, "", "\"stop\"");
	add(&answer, "e\r\ndata: [DONE]\n\n\r\n0\r\n\r\n");
	flush(&answer);
}

/* Reads a request; false: there is none. Its body is thrown away. */
static bool read_request(int fd, char *path, size_t size)
{
	static char bytes[1 << 20];
	size_t len = 0, body = 0;
	char *head_end = NULL, *field;
	ssize_t n;

	while (!head_end && len < sizeof(bytes) - 1) {
		n = read(fd, bytes + len, sizeof(bytes) - 1 - len);
		if (n <= 0)
			return false;
		len += (size_t)n;
		bytes[len] = '\0';
		head_end = strstr(bytes, "\r\n\r\n");
	}
	if (!head_end || strncmp(bytes, "POST ", 5))
		return false;
	snprintf(path, size, "%.*s", (int)strcspn(bytes + 5, " "), bytes + 5);
	*head_end = '\0';
	field = strcasestr(bytes, "\r\ncontent-length:");
	if (!field)
		return false;
	body = strtoul(field + strlen("\r\ncontent-length:"), NULL, 10);
	len -= (size_t)(head_end + 4 - bytes);
	while (len < body) {
		n = read(fd, bytes, sizeof(bytes));
		if (n <= 0)
			return false;
		len += (size_t)n;
	}
	return true;
}

static _Noreturn void serve(int fd)
{
	char path[256];
	int on = 1;

	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
	while (read_request(fd, path, sizeof(path)))
		answer_request(fd, path);
	_exit(0);
}

int main(void)
{
	struct sockaddr_in address = { .sin_family = AF_INET,
		.sin_addr = { htonl(INADDR_LOOPBACK) } };
	socklen_t size = sizeof(address);
	int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	signal(SIGCHLD, SIG_IGN);
	signal(SIGPIPE, SIG_IGN);
	prctl(PR_SET_PDEATHSIG, SIGTERM);
	if (bind(listener, (struct sockaddr *)&address, size) || listen(listener, 128) ||
		getsockname(listener, (struct sockaddr *)&address, &size)) {
		perror("upstream");
		return 1;
	}
	printf("%u\n", ntohs(address.sin_port));
	fflush(stdout);
	for (;;) {
		int fd = accept(listener, NULL, NULL);

		if (fd >= 0 && fork() == 0) {
			prctl(PR_SET_PDEATHSIG, SIGTERM);
			serve(fd);
		}
		close(fd);
	}
}
