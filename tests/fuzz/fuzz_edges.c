/*
 * What comes from outside before there is JSON: a request from the wire or from CGI, a
 * configuration, a file of the cache. Each is taken within its limits or refused with a sentence,
 * and what was taken has no hole. The first byte chooses.
 */
#include "fuzz.h"

#include "../../convert/buf.h"
#include "../../net/config.h"
#include "../../net/http.h"
#include "../../net/remember.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#define BODY_LIMIT 4096
#define TODAY 20650

static void has_a_reason(const struct failure *why)
{
	if (!why->message[0] || why->status < 400 || why->status > 599)
		broken_law("a failure without a message or an error's status");
}

/* ---- HTTP ---- */

static void take_request(struct client *client)
{
	struct http_request request;
	struct buf body = { 0 };
	struct failure why;
	bool nothing, taken;

	taken = http_read_head(client, now_ms() + 1000, &request, &nothing, &why);
	if (taken && (!request.path || !request.raw_path || !request.method[0]))
		broken_law("a head without method or path");
	if (taken && request.minor > 0 && !request.host)
		broken_law("HTTP/1.1 without a host");
	if (taken && request.chunked && request.has_length)
		broken_law("a body with two lengths");
	taken = taken && http_read_body(client, &request, BODY_LIMIT, &body, &why);
	if (taken && (body.len > BODY_LIMIT ||
			(request.has_length && body.len != request.length)))
		broken_law("a body of another length");
	if (!taken && !nothing)
		has_a_reason(&why);
	buf_free(&body);
	http_free(&request);
}

static void http(struct slice wire)
{
	struct client client = { .in_socket = true, .out_socket = true, .write_timeout = 1 };
	int ends[2];

	if (wire.len > 60000 || socketpair(AF_UNIX, SOCK_STREAM, 0, ends) != 0)
		return;
	if (write(ends[0], wire.data, wire.len) != (ssize_t)wire.len)
		broken_law("the test cannot write");
	shutdown(ends[0], SHUT_WR);
	client.in = client.out = ends[1];
	take_request(&client);
	buf_free(&client.unread);
	close(ends[0]);
	close(ends[1]);
}

/* ---- CGI: a variable's value each line ---- */

static void cgi(struct slice text)
{
	static const char *const names[] = { "REQUEST_METHOD", "PATH_INFO", "SERVER_PROTOCOL",
		"CONTENT_LENGTH", "HTTP_AUTHORIZATION", "HTTP_CONTENT_ENCODING", "HTTP_USER_AGENT",
		"HTTP_TRANSFER_ENCODING", "HTTP_X_API_KEY" };
	struct http_request request;
	struct failure why;

	for (size_t i = 0; i < COUNT(names); i++) {
		char *value = slice_copy(slice_cut(&text, '\n'));

		setenv(names[i], value, 1);
		free(value);
	}
	if (!cgi_read_head(&request, &why))
		has_a_reason(&why);
	else if (!request.path || !request.method[0])
		broken_law("a head without method or path");
	http_free(&request);
}

/* ---- configuration: the environment, three line breaks, the file ---- */

#define VARIABLES_MOST 40

/* Not those that name further files of this machine. */
static size_t take_environment(struct slice text, char *environment[])
{
	size_t count = 0;

	while (text.len > 0 && count < VARIABLES_MOST) {
		struct slice line = slice_cut(&text, '\n');
		char *entry = slice_copy(line);

		if (strstr(entry, "_FILE=") || !strncmp(entry, "CLAUDEPROXY_CONF", 16))
			free(entry);
		else
			environment[count++] = entry;
	}
	environment[count] = NULL;
	return count;
}

static void load(const char *path, char *const environment[])
{
	struct config config;
	struct failure why;

	if (!config_load(&config, path, environment, &why))
		has_a_reason(&why);
	else if (!config.settings.family || !config.settings.base.host ||
			!config.settings.big_model || !config.settings.small_model)
		broken_law("settings with a hole");
	for (size_t i = 0; config_unknown_name(&config, i);)
		i++;
	config_free(&config);
}

static void configuration(struct slice text)
{
	const char *file = memmem(text.data, text.len, "\n\n\n", 3);
	size_t before = file ? (size_t)(file - text.data) : 0;
	char *environment[VARIABLES_MOST + 1], path[40];
	size_t count = take_environment((struct slice){ text.data, before }, environment);
	int fd = memfd_create("configuration", MFD_CLOEXEC);

	if (fd < 0 || write(fd, text.data + before, text.len - before) < 0)
		broken_law("the test cannot write");
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	load(path, environment);
	close(fd);
	for (size_t i = 0; i < count; i++)
		free(environment[i]);
}

/* ---- the cache: a file's text behind its first line ---- */

static char folder[] = "/tmp/fuzz_edges.XXXXXX", cached[sizeof(folder) + 30];

static void remove_folder(void)
{
	unlink(cached);
	rmdir(folder);
}

/* One file, whose name the program chooses. */
static void make_folder(const struct settings *settings, struct notes *notes)
{
	char command[sizeof(folder) + 30];
	FILE *list;

	if (!mkdtemp(folder))
		broken_law("the test cannot write");
	atexit(remove_folder);
	remember_add(settings, "model", TODAY, "drop=stop", notes);
	snprintf(command, sizeof(command), "ls %s", folder);
	list = popen(command, "r");
	snprintf(cached, sizeof(cached), "%s/", folder);
	if (!list || !fgets(cached + strlen(cached), 30, list))
		broken_law("nothing was kept");
	cached[strcspn(cached, "\n")] = '\0';
	pclose(list);
}

static void cache(struct slice text)
{
	static const char version[] = "claudeproxy remembers 2\n";
	struct settings settings = fuzz_settings("openai");
	struct notes notes = { 0 };
	struct remembered remembered;
	int fd;

	settings.cache_directory = folder;
	if (!cached[0])
		make_folder(&settings, &notes);
	fd = open(cached, O_WRONLY | O_CREAT | O_TRUNC, 0600);
	if (write(fd, version, sizeof(version) - 1) < 0 || write(fd, text.data, text.len) < 0)
		broken_law("the test cannot write");
	close(fd);
	remember_read(&settings, "model", TODAY, &remembered, &notes);
	if (remembered.count > REMEMBERED_MOST)
		broken_law("more lines than there may be");
	for (size_t i = 0; i < remembered.count; i++)
		if (strlen(remembered.lines[i].text) >= REMEMBERED_SIZE ||
				remembered.lines[i].day > TODAY)
			broken_law("a line that we do not write");
	remember_add(&settings, "model", TODAY, "drop=stop", &notes);
	remember_read(&settings, "model", TODAY, &remembered, &notes);
	if (!remembered.count || strcmp(remembered.lines[remembered.count - 1].text, "drop=stop"))
		broken_law("a line was not kept");
}

int fuzz_edges(const uint8_t *data, size_t size)
{
	static void (*const all[])(struct slice) = { http, cgi, configuration, cache };

	if (size > 0 && data[0] >= '0' && data[0] < '0' + (int)COUNT(all))
		all[data[0] - '0']((struct slice){ (const char *)data + 1, size - 1 });
	return 0;
}
