/*
 * A client that plays a script: client FOLDER REQUEST SCRIPT PROGRAM [ARGUMENT...]
 *                               client -p PORT FOLDER REQUEST SCRIPT
 *
 * It starts PROGRAM as inetd would, with a real TCP connection over 127.0.0.1 as fd 0 and 1, plays
 * the other end, prints a view of the answer while it arrives (view.h), and ends with the exit
 * status of the program (124: it did not end in time). With -p it connects to a server instead.
 *
 * REQUEST: one or several, with a line "%%" between them. The head's lines get CRLF; "content-length: @" gets the number of bytes behind the
 * first empty line (without the file's last LF); "transfer-encoding: @" sends the body chunked, in
 * chunks of 100 bytes; "@x1000@" is a thousand x. A file NAME.raw is sent as it is.
 *
 * SCRIPT: one word a line; none at all means "send", "read".
 *
 * pipes		(first lines) two pipes instead of the connection, as web servers do for CGI
 * terminal		a terminal as fd 0, a pipe as fd 1
 * stderr-too		the connection is fd 2 as well, as under xinetd
 * small-buffers	the sockets hold little
 * fd N PATH		fd N of the program is that file; "-": it is closed
 * memory MB		the program may map no more
 *
 * send [N]		the next request, or the next N bytes; "send head": up to the body; "send
 *			all": all requests at once
 * answer TEXT		read until TEXT was seen behind the last TEXT
 * whole			read until the next answer is whole
 * run COMMAND		by the shell, in FOLDER
 * quiet MS		nothing may arrive for that long
 * wait NAME		until the stub told it; nothing is read meanwhile
 * tell NAME		to the stub
 * half-close		no more is sent
 * close, reset		leave
 * signal [N]		to the program; SIGTERM unless said
 * read			to the end
 */
#include "launch.h"
#include "play.h"
#include "view.h"

#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define CHUNK 100

struct client {
	struct launch to;
	const char *folder;
	struct buf request;	/* one behind the other, */
	size_t ends[VIEW_ANSWERS];	/* … each of which ends there */
	size_t sent;
	struct view view;
	size_t shown, looked;	/* of the view: printed, searched */
	unsigned whole;		/* so many answers were waited for */
};

/* ---- the request ---- */

static void chunk_body(struct slice body, struct buf *out)
{
	while (body.len > 0) {
		size_t take = body.len < CHUNK ? body.len : CHUNK;

		buf_printf(out, "%zx\r\n", take);
		buf_add(out, body.data, take);
		buf_puts(out, "\r\n");
		body.data += take;
		body.len -= take;
	}
	buf_puts(out, "0\r\n\r\n");
}

static void build_request(struct slice text, struct buf *out)
{
	struct buf whole = { 0 };
	struct slice body, line;
	bool chunked = false;
	const char *empty;

	play_expand(text, &whole);
	empty = memmem(buf_text(&whole), whole.len, "\n\n", 2);
	text = (struct slice){ buf_text(&whole), empty ? (size_t)(empty - whole.data) : whole.len };
	body = (struct slice){ buf_text(&whole) + text.len, whole.len - text.len };
	body.data += body.len < 2 ? body.len : 2;
	body.len -= body.len < 2 ? body.len : 2;
	if (body.len && body.data[body.len - 1] == '\n')
		body.len--;
	while (play_line(&text, &line)) {
		chunked |= slice_equals(line, "transfer-encoding: @");
		if (slice_equals(line, "content-length: @"))
			buf_printf(out, "content-length: %zu\r\n", body.len);
		else if (slice_equals(line, "transfer-encoding: @"))
			buf_puts(out, "transfer-encoding: chunked\r\n");
		else
			buf_printf(out, "%.*s\r\n", (int)line.len, line.data);
	}
	buf_puts(out, "\r\n");
	if (chunked)
		chunk_body(body, out);
	else
		buf_add(out, body.data, body.len);
	buf_free(&whole);
}

static void load_request(struct client *client, const char *path)
{
	struct view *view = &client->view;
	struct buf text = { 0 };
	const char *suffix = strrchr(path, '.'), *end;
	bool raw = suffix && !strcmp(suffix, ".raw");
	struct slice rest;

	play_file(path, &text);
	rest = (struct slice){ buf_text(&text), text.len };
	do {
		struct slice one = rest;
		size_t from = client->request.len;

		end = raw ? NULL : memmem(rest.data, rest.len, "\n%%\n", 4);
		if (end)
			one.len = (size_t)(end + 1 - rest.data);
		if (raw)
			buf_add(&client->request, one.data, one.len);
		else
			build_request(one, &client->request);
		view->head_only[view->answers] =
			!strncmp(buf_text(&client->request) + from, "HEAD ", 5);
		client->ends[view->answers++] = client->request.len;
		rest.len -= end ? (size_t)(end + 4 - rest.data) : rest.len;
		rest.data = end ? end + 4 : rest.data;
	} while (end && view->answers < VIEW_ANSWERS);
	buf_free(&text);
}

/* ---- the view ---- */

static void show(struct client *client)
{
	fwrite(buf_text(&client->view.text) + client->shown, 1,
		client->view.text.len - client->shown, stdout);
	fflush(stdout);
	client->shown = client->view.text.len;
}

/* Reads once. False: the end, or nothing came in time. */
static bool read_some(struct client *client)
{
	struct pollfd fd = { client->to.out, POLLIN, 0 };
	char bytes[65536];
	ssize_t got = 0;

	if (client->to.out < 0)
		return false;
	if (poll(&fd, 1, play_patience()) == 0) {
		printf("-- the answer did not go on\n");
		return false;
	}
	got = read(client->to.out, bytes, sizeof(bytes));
	if (got > 0) {
		view_feed(&client->view, bytes, (size_t)got);
		show(client);
		return true;
	}
	view_end(&client->view, got < 0);
	show(client);
	launch_leave(&client->to);
	return false;
}

/* ---- the words; false ends the script ---- */

static bool do_nothing(struct client *client, struct slice argument)
{
	(void)client, (void)argument;
	return true;
}

/* How much "send ARGUMENT" sends. */
static size_t bytes_of(const struct client *client, struct slice argument)
{
	const char *from = client->request.data + client->sent;
	size_t left = client->request.len - client->sent, next = 0, n;

	if (slice_equals(argument, "all"))
		return left;
	while (client->ends[next] <= client->sent && next + 1 < client->view.answers)
		next++;
	left = client->ends[next] - client->sent;
	n = argument.len ? strtoul(argument.data, NULL, 10) : left;
	if (slice_equals(argument, "head")) {
		const char *empty = memmem(from, left, "\r\n\r\n", 4);

		n = empty ? (size_t)(empty + 4 - from) : left;
	}
	return n < left ? n : left;
}

static bool do_send(struct client *client, struct slice argument)
{
	size_t n = bytes_of(client, argument);

	while (n > 0) {
		ssize_t sent = write(client->to.in, client->request.data + client->sent, n);

		if (sent < 0)
			return true;	/* it took no more; the answer may say why */
		client->sent += (size_t)sent;
		n -= (size_t)sent;
	}
	/* A pipe's reader needs the end; a connection stays open for the answer. */
	if (client->to.way == LAUNCH_PIPES && client->sent == client->request.len) {
		close(client->to.in);
		client->to.in = -1;
	}
	return true;
}

static bool do_answer(struct client *client, struct slice text)
{
	const char *found;

	while (!(found = memmem(buf_text(&client->view.text) + client->looked,
			client->view.text.len - client->looked, text.data, text.len)))
		if (!read_some(client))
			return false;
	client->looked = (size_t)(found - client->view.text.data) + text.len;
	return true;
}

static bool do_whole(struct client *client, struct slice argument)
{
	(void)argument;
	client->whole++;
	while (client->view.ended + (client->view.state == VIEW_END) < client->whole)
		if (!read_some(client))
			return false;
	return true;
}

static bool do_run(struct client *client, struct slice command)
{
	struct buf line = { 0 };

	buf_printf(&line, "cd '%s' && %.*s", client->folder, (int)command.len, command.data);
	if (system(line.data) != 0)
		printf("-- failed: %.*s\n", (int)command.len, command.data);
	buf_free(&line);
	return true;
}

static bool do_quiet(struct client *client, struct slice ms)
{
	struct pollfd fd = { client->to.out, POLLIN, 0 };

	if (poll(&fd, 1, atoi(ms.data)) > 0)
		printf("-- not quiet\n");
	return true;
}

static bool do_wait(struct client *client, struct slice name)
{
	(void)client;
	if (!play_wait(name, -1))
		printf("-- never told: %.*s\n", (int)name.len, name.data);
	return true;
}

static bool do_tell(struct client *client, struct slice name)
{
	(void)client;
	play_tell(name);
	return true;
}

static bool do_half_close(struct client *client, struct slice argument)
{
	(void)argument;
	shutdown(client->to.in, SHUT_WR);
	return true;
}

static bool do_close(struct client *client, struct slice argument)
{
	(void)argument;
	launch_leave(&client->to);
	return true;
}

static bool do_reset(struct client *client, struct slice argument)
{
	struct linger now = { .l_onoff = 1 };

	setsockopt(client->to.in, SOL_SOCKET, SO_LINGER, &now, sizeof(now));
	return do_close(client, argument);
}

static bool do_signal(struct client *client, struct slice argument)
{
	kill(client->to.program, argument.len ? atoi(argument.data) : SIGTERM);
	return true;
}

static bool do_read(struct client *client, struct slice argument)
{
	(void)argument;
	while (read_some(client))
		;
	return true;
}

static const struct word {
	const char *word;
	bool (*play)(struct client *client, struct slice argument);
} words[] = {
	{ "pipes", do_nothing }, { "terminal", do_nothing }, { "stderr-too", do_nothing },
	{ "small-buffers", do_nothing }, { "fd", do_nothing }, { "memory", do_nothing },
	{ "send", do_send }, { "answer", do_answer }, { "quiet", do_quiet }, { "wait", do_wait },
	{ "tell", do_tell }, { "half-close", do_half_close }, { "close", do_close },
	{ "reset", do_reset }, { "signal", do_signal }, { "read", do_read },
	{ "whole", do_whole }, { "run", do_run },
};

/* The first lines say how the program is started. */
static void read_setup(struct launch *to, struct slice script)
{
	struct slice line;
	char word[32];

	while (play_line(&script, &line)) {
		struct slice argument = play_word(line, word);

		if (slice_equals(line, "pipes"))
			to->way = LAUNCH_PIPES;
		if (slice_equals(line, "terminal"))
			to->way = LAUNCH_TERMINAL;
		to->stderr_too |= slice_equals(line, "stderr-too");
		to->small_buffers |= slice_equals(line, "small-buffers");
		if (!strcmp(word, "memory"))
			to->memory = strtoul(argument.data, NULL, 10) << 20;
		if (!strcmp(word, "fd"))
			snprintf(to->instead[atoi(argument.data) % 3], sizeof(to->instead[0]), "%.*s",
				(int)argument.len - 2, argument.data + 2);
	}
}

static void play(struct client *client, struct slice script)
{
	struct slice line;
	char word[32];

	while (play_line(&script, &line)) {
		struct slice argument = play_word(line, word);
		size_t i = 0;

		if (line.len == 0 || line.data[0] == '#')
			continue;
		while (i < sizeof(words) / sizeof(words[0]) && strcmp(words[i].word, word))
			i++;
		if (i == sizeof(words) / sizeof(words[0]))
			play_stop("the client's script has a word \"%s\"", word);
		if (!words[i].play(client, argument))
			return;
	}
}

int main(int argc, char **argv)
{
	struct client client = { .to = { .in = -1, .out = -1 } };
	struct buf text = { 0 };
	struct slice script;
	int port = 0, status = 0;

	if (argc > 2 && !strcmp(argv[1], "-p")) {
		port = atoi(argv[2]);
		argv += 2;
		argc -= 2;
	}
	if (argc < 4 || (argc > 4) == (port != 0))
		play_stop("usage: client FOLDER REQUEST SCRIPT PROGRAM [ARGUMENT...]\n"
			"       client -p PORT FOLDER REQUEST SCRIPT");
	signal(SIGPIPE, SIG_IGN);
	play_meet(client.folder = argv[1]);
	load_request(&client, argv[2]);
	play_file(argv[3], &text);
	script = text.len ? (struct slice){ text.data, text.len } : slice_of("send\nread\n");
	read_setup(&client.to, script);
	if (port)
		launch_connect(&client.to, port);
	else
		launch(&client.to, argv + 4);
	play(&client, script);
	launch_leave(&client.to);
	status = launch_end(&client.to);
	view_free(&client.view);
	buf_free(&client.request);
	buf_free(&text);
	return status;
}
