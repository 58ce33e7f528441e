#include "guard.h"

#include <signal.h>
#include <sys/time.h>
#include <unistd.h>

static struct exchange *guarded;

/*
 * A text without the heap; what does not fit is left out. The C library prints words and lengths
 * into it without the heap too, wherever a signal has stopped it.
 */
#define TEXT(bytes) { .data = (bytes), .cap = sizeof(bytes), .limit = sizeof(bytes) - 1 }
#define TEXT_SIZE 1024

static void add_envelope(struct buf *text, const char *type, const char *message)
{
	buf_printf(text, "{\"type\":\"error\",\"error\":{\"type\":\"%s\",\"message\":\"%s\"},"
		"\"request_id\":\"%s\"}", type, message, guarded->request_id);
}

static void add_whole(struct buf *text, const char *status, const char *type, const char *message)
{
	bool cgi = guarded->reply.cgi;

	buf_printf(text, "%s %s\r\nrequest-id: %s\r\ncontent-type: application/json\r\n%s\r\n",
		cgi ? "Status:" : "HTTP/1.1", status, guarded->request_id,
		cgi ? "" : "connection: close\r\n");
	if (!guarded->reply.head_only)
		add_envelope(text, type, message);
}

/* The last event of a stream. */
static void add_event(struct buf *text, const char *type, const char *message)
{
	bool chunked = !guarded->reply.cgi && guarded->reply.minor > 0;
	char bytes[TEXT_SIZE];
	struct buf event = TEXT(bytes);

	buf_puts(&event, "event: error\ndata: ");
	add_envelope(&event, type, message);
	buf_puts(&event, "\n\n");
	if (chunked)
		buf_printf(text, "%zx\r\n", event.len);
	buf_add(text, event.data, event.len);
	if (chunked)
		buf_puts(text, "\r\n0\r\n\r\n");
}

static void say(const char *sentence)
{
	bool begun = guarded && guarded->request_id[0];
	char bytes[TEXT_SIZE];
	struct buf text = TEXT(bytes);

	buf_printf(&text, "claudeproxy: %s%s%s\n", begun ? guarded->request_id : "",
		begun ? ": " : "", sentence);
	/* Where it cannot be written there is nobody to tell. */
	if (write(STDERR_FILENO, text.data, text.len) < 0)
		return;
}

static _Noreturn void end(int exit_status, const char *status, const char *type,
	const char *message)
{
	char bytes[2 * TEXT_SIZE];
	struct buf text = TEXT(bytes);

	if (guarded && guarded->reply.client && !guarded->reply.ended) {
		if (guarded->reply.first_ms)
			add_event(&text, type, message);
		else
			add_whole(&text, status, type, message);
		client_write(guarded->reply.client, text.data, text.len);
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
