#include "guard.h"

#include "../net/confine.h"

#include <signal.h>
#include <string.h>
#include <sys/time.h>
#include <unistd.h>

/* A request of 32 MB takes two or three. */
#define CPU_SECONDS 120

static struct exchange *guarded;

/* Text without the heap: where it does not fit it is cut. */
struct text {
	char bytes[1024];
	size_t len;
};

static void add(struct text *text, const char *more)
{
	size_t len = strlen(more), room = sizeof(text->bytes) - text->len;

	len = len < room ? len : room;
	memcpy(text->bytes + text->len, more, len);
	text->len += len;
}

static void add_hex(struct text *text, size_t number)
{
	char digits[2 * sizeof(number) + 1], *at = digits + sizeof(digits) - 1;

	*at = '\0';
	do
		*--at = "0123456789abcdef"[number % 16];
	while (number /= 16);
	add(text, at);
}

static void add_envelope(struct text *text, const char *type, const char *message)
{
	add(text, "{\"type\":\"error\",\"error\":{\"type\":\"");
	add(text, type);
	add(text, "\",\"message\":\"");
	add(text, message);
	add(text, "\"},\"request_id\":\"");
	add(text, guarded->request_id);
	add(text, "\"}");
}

static void add_whole(struct text *text, const char *status, const char *type, const char *message)
{
	bool cgi = guarded->reply.cgi;

	add(text, cgi ? "Status: " : "HTTP/1.1 ");
	add(text, status);
	add(text, "\r\nrequest-id: ");
	add(text, guarded->request_id);
	add(text, "\r\ncontent-type: application/json\r\n");
	add(text, cgi ? "\r\n" : "connection: close\r\n\r\n");
	if (!guarded->reply.head_only)
		add_envelope(text, type, message);
}

/* The last event of a stream. */
static void add_event(struct text *text, const char *type, const char *message)
{
	bool chunked = !guarded->reply.cgi && guarded->reply.minor > 0;
	struct text event = { .len = 0 };

	add(&event, "event: error\ndata: ");
	add_envelope(&event, type, message);
	add(&event, "\n\n");
	if (chunked) {
		add_hex(text, event.len);
		add(text, "\r\n");
	}
	memcpy(text->bytes + text->len, event.bytes, event.len);
	text->len += event.len;
	if (chunked)
		add(text, "\r\n0\r\n\r\n");
}

static void say(const char *sentence)
{
	struct text text = { .len = 0 };

	add(&text, "claudeproxy: ");
	if (guarded && guarded->request_id[0]) {
		add(&text, guarded->request_id);
		add(&text, ": ");
	}
	add(&text, sentence);
	add(&text, "\n");
	/* Where it cannot be written there is nobody to tell. */
	if (write(STDERR_FILENO, text.bytes, text.len) < 0)
		return;
}

static _Noreturn void end(int exit_status, const char *status, const char *type,
	const char *message)
{
	struct text text = { .len = 0 };

	if (guarded && guarded->reply.client && !guarded->reply.ended) {
		if (guarded->reply.first_ms)
			add_event(&text, type, message);
		else
			add_whole(&text, status, type, message);
		client_write(guarded->reply.client, text.bytes, text.len);
		/* With bytes unread the end would be a reset, which eats the answer. */
		client_linger(guarded->reply.client);
	}
	say(message);
	_exit(exit_status);
}

static void without_memory(void)
{
	end(SYSTEM_FAILED, "500 Internal Server Error", "api_error", "The proxy ran out of memory");
}

static void on_cpu_limit(int signal_number)
{
	(void)signal_number;
	end(SYSTEM_FAILED, "500 Internal Server Error", "api_error",
		"The request took too much processor time");
}

static void on_second(int signal_number)
{
	(void)signal_number;
	if (client_told_to_stop())
		end(0, "529 Overloaded", "overloaded_error", "The proxy is being stopped");
	if (client_gone(guarded->reply.client)) {
		say("the client left");
		_exit(0);
	}
}

void guard_open(struct exchange *ex)
{
	struct sigaction cpu = { .sa_handler = on_cpu_limit };
	struct sigaction second = { .sa_handler = on_second, .sa_flags = SA_RESTART };

	guarded = ex;
	memory_ended = without_memory;
	sigaction(SIGXCPU, &cpu, NULL);
	sigaction(SIGALRM, &second, NULL);
}

void guard_request(void)
{
	confine_cpu(CPU_SECONDS);
}

static void arm(time_t seconds)
{
	const struct itimerval each = { { seconds, 0 }, { seconds, 0 } };

	setitimer(ITIMER_REAL, &each, NULL);
}

void guard_begin(void)
{
	arm(1);
}

void guard_end(void)
{
	arm(0);
}
