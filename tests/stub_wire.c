#include "stub_wire.h"

#include "play.h"

#include <ctype.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

/* Of no interest in what was asked: they differ from machine to machine. */
static const char *const unrecorded[] = {
	"host:", "user-agent:", "content-length:", "accept-encoding:",
};

bool wire_ready(struct wire *wire, int fd, short events, int ms)
{
	struct pollfd fds[] = { { fd, events, 0 }, { wire->end, POLLIN, 0 } };

	/* After the end's signal what is there already still counts. */
	if (poll(fds, 1, 0) > 0)
		return true;
	return poll(fds, 2, ms) > 0 && fds[0].revents;
}

void wire_note(struct wire *wire, const char *text)
{
	fprintf(wire->asked, "-- %s\n", text);
	fflush(wire->asked);
}

void wire_close(struct wire *wire)
{
	if (wire->conn >= 0)
		close(wire->conn);
	wire->conn = -1;
	wire->in_head = false;
	buf_clear(&wire->head);
	buf_clear(&wire->body);
}

static void send_bytes(struct wire *wire, const char *bytes, size_t len)
{
	while (len > 0 && wire->conn >= 0) {
		ssize_t sent = send(wire->conn, bytes, len, MSG_NOSIGNAL | MSG_DONTWAIT);

		if (sent >= 0) {
			bytes += sent;
			len -= (size_t)sent;
		} else if (errno != EAGAIN) {
			wire_note(wire, "closed by the proxy");
			wire_close(wire);
		} else if (!wire_ready(wire, wire->conn, POLLOUT, 333)) {
			play_tell(slice_of("blocked"));
			if (!wire_ready(wire, wire->conn, POLLOUT, play_patience())) {
				wire_note(wire, "the proxy took no more");
				wire_close(wire);
			}
		}
	}
}

static void send_head(struct wire *wire, size_t length)
{
	struct slice rest = { buf_text(&wire->head), wire->head.len }, line;
	struct buf out = { 0 };

	while (play_line(&rest, &line)) {
		if (slice_equals(line, "content-length: @"))
			buf_printf(&out, "content-length: %zu\r\n", length);
		else
			buf_printf(&out, "%.*s\r\n", (int)line.len, line.data);
	}
	send_bytes(wire, out.data, out.len);
	buf_free(&out);
	buf_clear(&wire->head);
}

void wire_flush(struct wire *wire, size_t size)
{
	struct buf body = wire->body;

	wire->body = (struct buf){ 0 };
	if (wire->head.len) {
		wire->chunked = strstr(wire->head.data, "transfer-encoding: chunked") != NULL;
		send_head(wire, body.len);
	}
	for (size_t at = 0; at < body.len && wire->conn >= 0;) {
		size_t take = body.len - at < size ? body.len - at : size;
		struct buf piece = { 0 };

		if (wire->chunked)
			buf_printf(&piece, "%zx\r\n", take);
		buf_add(&piece, body.data + at, take);
		if (wire->chunked)
			buf_puts(&piece, "\r\n");
		send_bytes(wire, piece.data, piece.len);
		buf_free(&piece);
		at += take;
	}
	buf_free(&body);
}

void wire_end_answer(struct wire *wire)
{
	wire_flush(wire, SIZE_MAX);
	if (wire->chunked)
		send_bytes(wire, "0\r\n\r\n", 5);
	wire->chunked = false;
}

void wire_finish(struct wire *wire)
{
	wire_end_answer(wire);
	wire_close(wire);
}

static bool is_recorded(struct slice line)
{
	for (size_t i = 0; i < sizeof(unrecorded) / sizeof(unrecorded[0]); i++)
		if (!strncasecmp(line.data, unrecorded[i], strlen(unrecorded[i])))
			return false;
	return true;
}

/* Names of fields in lower case: case has no meaning there. */
static void record_head(struct wire *wire, struct slice head)
{
	struct slice line;
	bool field = false;

	for (; play_line(&head, &line); field = true) {
		size_t name = 0;

		if (line.len && line.data[line.len - 1] == '\r')
			line.len--;
		if (!is_recorded(line))
			continue;
		for (; field && name < line.len && line.data[name] != ':'; name++)
			fputc(tolower((unsigned char)line.data[name]), wire->asked);
		fprintf(wire->asked, "%.*s\n", (int)(line.len - name), line.data + name);
	}
}

static size_t content_length(const char *head, size_t len)
{
	static const char name[] = "\r\ncontent-length:";
	const char *found = strcasestr(head, name);

	return found && found < head + len ? strtoul(found + strlen(name), NULL, 10) : 0;
}

/* Reads one request from the connection and records it. */
static void read_request(struct wire *wire)
{
	struct buf in = { 0 };
	size_t head = 0, length = 0;
	char bytes[65536];

	while (head == 0 || in.len < head + length) {
		ssize_t got = wire_ready(wire, wire->conn, POLLIN, play_patience())
			? read(wire->conn, bytes, sizeof(bytes)) : 0;
		const char *found;

		if (got <= 0) {
			wire_note(wire, "cut in the request");
			break;
		}
		buf_add(&in, bytes, (size_t)got);
		found = head ? NULL : memmem(in.data, in.len, "\r\n\r\n", 4);
		if (found) {
			head = (size_t)(found - in.data) + 4;
			length = content_length(in.data, head);
		}
	}
	record_head(wire, (struct slice){ buf_text(&in), head });
	buf_clear(&wire->request);
	buf_add(&wire->request, buf_text(&in) + head, in.len - head);
	if (in.len > head) {
		fwrite(in.data + head, 1, in.len - head, wire->asked);
		fputs("\n\n", wire->asked);
	}
	fflush(wire->asked);
	buf_free(&in);
}

bool wire_accept(struct wire *wire)
{
	int yes = 1;

	if (!wire_ready(wire, wire->listener, POLLIN, -1))
		return false;
	wire->conn = accept4(wire->listener, NULL, NULL, SOCK_CLOEXEC);
	setsockopt(wire->conn, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof(yes));
	wire->chunked = false;
	wire->in_head = true;
	read_request(wire);
	return true;
}

bool wire_next(struct wire *wire)
{
	wire_end_answer(wire);
	if (wire->conn < 0 || !wire_ready(wire, wire->conn, POLLIN, -1))
		return false;
	wire->in_head = true;
	wire_note(wire, "on the same connection");
	read_request(wire);
	return true;
}

void wire_text(struct wire *wire, struct slice line)
{
	struct buf *out = wire->in_head ? &wire->head : &wire->body;

	if (wire->conn < 0)
		return;
	play_expand(line, out);
	buf_puts(out, "\n");
	if (line.len == 0)
		wire->in_head = false;
}
