/*
 * An upstream that plays a script: stub [-p PORT] FOLDER SCRIPT
 *
 * It listens on 127.0.0.1, prints its port, answers one connection after the other as the script
 * says, and writes what it was asked to FOLDER/asked. SIGTERM ends it: what the script still holds
 * is told there too.
 *
 * A line of text is sent as it stands: up to the first empty line with CRLF, as the head, then
 * with LF, as the body. A head with "content-length: @" gets the right number; one with
 * "transfer-encoding: chunked" frames what each flush sends; a body with neither ends by close.
 * "@x1000@" is a thousand x. A line that begins with @ and one of these words is an order:
 *
 * @request		take the next connection and read one request from it
 * @kept			end the answer and read the next request from the same connection
 * @reads			wait until the next request begins to arrive there, and leave it unread
 * @events		the usual head of an event stream, chunked
 * @json STATUS		the usual head of a JSON answer, with its content-length
 * @strict TEXT		the request must be one that OpenAI's Responses API takes (strict.h), whose
 *			ciphertexts begin with TEXT; if not it is refused, and the next one is read
 * @flush		send what has gathered (each order but @repeat and @pipe does so first)
 * @drip N		send it in pieces of N bytes
 * @repeat N TEXT	gather TEXT and an empty line, N times
 * @flood TEXT		send TEXT and an empty line until the proxy closes the connection
 * @pipe COMMAND	put what has gathered through a command ("gzip -n")
 * @wait NAME		until the client told it
 * @tell NAME		to the client
 * @gone N		wait at most N seconds until the proxy has closed the connection
 * @cut			close without the last chunk
 * @reset		close with a reset
 * @half-close		send no more, and stay
 * @pause MS		for people who watch; a test waits for an event
 *
 * While the proxy takes no bytes for a third of a second, "blocked" is told.
 */
#include "play.h"
#include "strict.h"
#include "stub_wire.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <unistd.h>

static const char *folder;	/* of the record, and where the client is met */

/* ---- the orders; false ends the script ---- */

static bool do_request(struct wire *wire, struct slice argument)
{
	(void)argument;
	if (wire->conn >= 0)
		wire_finish(wire);
	return wire_accept(wire);
}

static bool do_kept(struct wire *wire, struct slice argument)
{
	(void)argument;
	return wire_next(wire);
}

static bool do_reads(struct wire *wire, struct slice argument)
{
	(void)argument;
	wire_end_answer(wire);
	return wire_ready(wire, wire->conn, POLLIN, play_patience());
}

static bool do_events(struct wire *wire, struct slice argument)
{
	(void)argument;
	buf_puts(&wire->head, "HTTP/1.1 200 OK\ncontent-type: text/event-stream\n"
		"transfer-encoding: chunked\nconnection: close\n\n");
	wire->in_head = false;
	return true;
}

static bool do_json(struct wire *wire, struct slice status)
{
	buf_printf(&wire->head, "HTTP/1.1 %.*s Status\ncontent-type: application/json\n"
		"content-length: @\nconnection: close\n\n", (int)status.len, status.data);
	wire->in_head = false;
	return true;
}

static bool do_strict(struct wire *wire, struct slice ciphers)
{
	struct buf error = { 0 };

	while (strict_refuses(buf_slice(&wire->request), ciphers, &error)) {
		wire_note(wire, buf_text(&error));
		do_json(wire, slice_of("400"));
		buf_add(&wire->body, error.data, error.len);
		buf_free(&error);
		error = (struct buf){ 0 };
		if (!do_request(wire, slice_of("")))
			return false;
	}
	return true;
}

static bool do_flush(struct wire *wire, struct slice argument)
{
	(void)argument;
	wire_flush(wire, SIZE_MAX);
	return true;
}

static bool do_drip(struct wire *wire, struct slice size)
{
	wire_flush(wire, strtoul(size.data, NULL, 10));
	return true;
}

static bool do_repeat(struct wire *wire, struct slice argument)
{
	char times[32];
	struct slice text = play_word(argument, times);
	struct buf event = { 0 };

	play_expand(text, &event);
	buf_puts(&event, "\n\n");
	for (long n = atol(times); n > 0; n--)
		buf_add(&wire->body, event.data, event.len);
	buf_free(&event);
	return true;
}

static bool do_flood(struct wire *wire, struct slice text)
{
	wire_flush(wire, SIZE_MAX);
	while (wire->conn >= 0) {
		play_expand(text, &wire->body);
		buf_puts(&wire->body, "\n\n");
		wire_flush(wire, SIZE_MAX);
	}
	return true;
}

static bool do_pipe(struct wire *wire, struct slice command)
{
	struct buf line = { 0 };
	char bytes[4096];
	size_t got;
	FILE *file;

	buf_printf(&line, "%s/piped", folder);
	file = fopen(line.data, "we");
	fwrite(wire->body.data, 1, wire->body.len, file);
	fclose(file);
	buf_clear(&line);
	buf_printf(&line, "%.*s <'%s/piped'", (int)command.len, command.data, folder);
	file = popen(line.data, "re");
	buf_clear(&wire->body);
	while ((got = fread(bytes, 1, sizeof(bytes), file)) > 0)
		buf_add(&wire->body, bytes, got);
	pclose(file);
	buf_free(&line);
	return true;
}

static bool do_wait(struct wire *wire, struct slice name)
{
	wire_flush(wire, SIZE_MAX);
	if (play_wait(name, wire->end))
		return true;
	fprintf(wire->asked, "-- never told: %.*s\n", (int)name.len, name.data);
	return false;
}

static bool do_tell(struct wire *wire, struct slice name)
{
	wire_flush(wire, SIZE_MAX);
	play_tell(name);
	return true;
}

static bool do_gone(struct wire *wire, struct slice seconds)
{
	char byte;

	wire_flush(wire, SIZE_MAX);
	if (wire->conn < 0)
		return true;	/* the flush told it */
	if (wire_ready(wire, wire->conn, POLLIN, atoi(seconds.data) * 1000) &&
			read(wire->conn, &byte, 1) <= 0)
		wire_note(wire, "closed by the proxy");
	else
		wire_note(wire, "still open");
	wire_close(wire);
	return true;
}

static bool do_cut(struct wire *wire, struct slice argument)
{
	(void)argument;
	wire_flush(wire, SIZE_MAX);
	wire_close(wire);
	return true;
}

static bool do_reset(struct wire *wire, struct slice argument)
{
	struct linger now = { .l_onoff = 1 };

	wire_flush(wire, SIZE_MAX);
	setsockopt(wire->conn, SOL_SOCKET, SO_LINGER, &now, sizeof(now));
	return do_cut(wire, argument);
}

static bool do_half_close(struct wire *wire, struct slice argument)
{
	(void)argument;
	wire_end_answer(wire);
	shutdown(wire->conn, SHUT_WR);
	return true;
}

static bool do_pause(struct wire *wire, struct slice ms)
{
	wire_flush(wire, SIZE_MAX);
	poll(NULL, 0, atoi(ms.data));
	return true;
}

static const struct order {
	const char *word;
	bool (*play)(struct wire *wire, struct slice argument);
} orders[] = {
	{ "@request", do_request }, { "@strict", do_strict },
	{ "@kept", do_kept }, { "@reads", do_reads }, { "@events", do_events },
	{ "@json", do_json },
	{ "@flush", do_flush }, { "@drip", do_drip }, { "@repeat", do_repeat },
	{ "@flood", do_flood }, { "@pipe", do_pipe }, { "@wait", do_wait }, { "@tell", do_tell },
	{ "@gone", do_gone }, { "@cut", do_cut }, { "@reset", do_reset }, { "@pause", do_pause },
	{ "@half-close", do_half_close },
};

/* Plays the script; what is left of it when the end came in between stays in *script. */
static void play(struct wire *wire, struct slice *script)
{
	struct slice before = *script, line;
	char word[32];

	for (; play_line(script, &line); before = *script) {
		struct slice argument = play_word(line, word);
		const struct order *order = orders;
		const struct order *none = orders + sizeof(orders) / sizeof(orders[0]);

		while (order < none && strcmp(order->word, word))
			order++;
		if (order == none) {
			wire_text(wire, line);
		} else if (!order->play(wire, argument)) {
			*script = before;
			return;
		}
	}
	if (wire->conn >= 0)
		wire_finish(wire);
}

static size_t count_requests(struct slice script)
{
	struct slice line;
	size_t count = 0;

	while (play_line(&script, &line))
		count += slice_starts(line, "@request") || slice_starts(line, "@kept");
	return count;
}

int main(int argc, char **argv)
{
	struct wire wire = { .conn = -1 };
	struct buf text = { 0 }, path = { 0 };
	struct slice script;
	int option, port = 0;
	sigset_t term;

	while ((option = getopt(argc, argv, "p:")) == 'p')
		port = atoi(optarg);
	if (option != -1 || argc - optind != 2)
		play_stop("usage: stub [-p PORT] FOLDER SCRIPT");
	sigemptyset(&term);
	sigaddset(&term, SIGTERM);
	sigprocmask(SIG_BLOCK, &term, NULL);
	wire.end = signalfd(-1, &term, SFD_CLOEXEC);
	folder = argv[optind];
	play_meet(folder);
	play_file(argv[optind + 1], &text);
	script = (struct slice){ buf_text(&text), text.len };
	buf_printf(&path, "%s/asked", folder);
	wire.asked = fopen(path.data, "we");
	wire.listener = play_listen(&port, 0);
	printf("%d\n", port);
	fclose(stdout);

	play(&wire, &script);
	if (count_requests(script))
		fprintf(wire.asked, "-- not asked for: %zu\n", count_requests(script));
	/* Whatever still comes was not foreseen. */
	while (wire_accept(&wire)) {
		wire_note(&wire, "not foreseen");
		wire_close(&wire);
	}
	fclose(wire.asked);
	buf_free(&text);
	buf_free(&path);
	buf_free(&wire.head);
	buf_free(&wire.body);
	buf_free(&wire.request);
	return 0;
}
