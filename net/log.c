#include "log.h"

#include "../convert/buf.h"

#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <syslog.h>
#include <unistd.h>

/* The most that is logged of one value that came over the wire. */
#define VALUE_LIMIT 100

static bool to_syslog;

/*
 * xinetd and the inetds give the client's socket as fd 0, 1 and 2. systemd's fd 2 is a socket
 * too, but the journal's; under mod_cgid fd 0 is one, but the web server's.
 */
static bool stderr_is_client(void)
{
	struct stat in, err;

	return fstat(STDIN_FILENO, &in) == 0 && fstat(STDERR_FILENO, &err) == 0 &&
		S_ISSOCK(in.st_mode) && in.st_dev == err.st_dev && in.st_ino == err.st_ino;
}

void log_open(bool cgi)
{
	bool closed = fcntl(STDERR_FILENO, F_GETFD) < 0;
	int null;

	to_syslog = closed || (!cgi && stderr_is_client());
	if (!to_syslog)
		return;
	openlog("claudeproxy", LOG_PID, LOG_DAEMON);
	/* Nothing may write to the client by that way, nor get 2 as its new descriptor. */
	null = open("/dev/null", O_RDWR);
	if (null < 0 || null == STDERR_FILENO)
		return;
	dup2(null, STDERR_FILENO);
	close(null);
}

/* One write a line, so that the lines of two processes don't mix. */
static void put_line(int priority, struct buf *line)
{
	if (to_syslog) {
		syslog(priority, "%s", buf_text(line));
		return;
	}
	buf_puts(line, "\n");
	/* Where a log line cannot be written there is nobody to tell. */
	if (write(STDERR_FILENO, line->data, line->len) < 0)
		return;
}

static void add_value(struct buf *line, const char *before, const char *value, size_t limit)
{
	size_t len = value ? strnlen(value, limit) : 0;

	buf_puts(line, before);
	if (len == 0)
		buf_puts(line, "-");
	for (size_t i = 0; i < len; i++) {
		unsigned char c = (unsigned char)value[i];

		if (c > ' ' && c < 0x7F && c != '"' && c != '\\')
			buf_add(line, value + i, 1);
		else
			buf_printf(line, "\\x%02x", c);
	}
}

static void add_number(struct buf *line, const char *name, int64_t number, int64_t unknown)
{
	if (number == unknown)
		buf_printf(line, " %s-", name);
	else
		buf_printf(line, " %s%lld", name, (long long)number);
}

static void add_request(struct buf *out, const struct log_line *line)
{
	add_value(out, "", line->request_id, VALUE_LIMIT);
	add_value(out, " ", line->method, VALUE_LIMIT);
	add_value(out, " ", line->path, VALUE_LIMIT);
	add_number(out, "", line->status, 0);
	add_value(out, " ", line->model, VALUE_LIMIT);
	if (line->model || line->upstream_model)
		add_value(out, ">", line->upstream_model, VALUE_LIMIT);
}

static void add_figures(struct buf *out, const struct log_line *line)
{
	add_number(out, "upstream=", line->upstream_status, 0);
	add_number(out, "tries=", line->tries, 0);
	add_number(out, "in=", line->input_tokens, -1);
	add_number(out, "cached=", line->cached_tokens, -1);
	add_number(out, "out=", line->output_tokens, -1);
	buf_printf(out, " bytes=%zu/%zu", line->bytes_in, line->bytes_out);
	if (line->ttfb < 0)
		buf_puts(out, " ttfb=-");
	else
		buf_printf(out, " ttfb=%.2f", line->ttfb);
	buf_printf(out, " total=%.2f", line->total);
}

static void add_named(struct buf *out, const char *name, const char *value, size_t limit)
{
	if (value && value[0])
		add_value(out, name, value, limit);
}

void log_request(const struct log_line *line, enum log_level level)
{
	struct buf out = { 0 };

	if (!line->error && level == LOG_LEVEL_ERROR)
		return;
	add_request(&out, line);
	add_figures(&out, line);
	if (line->number > 1)
		buf_printf(&out, " conn=%u", line->number);
	if (line->kept)
		buf_puts(&out, " kept=1");
	add_named(&out, " upstream_id=", line->upstream_request_id, VALUE_LIMIT);
	/* Each code is bounded already, and so is their number. */
	if (line->notes)
		add_named(&out, " notes=", line->notes->text, sizeof(line->notes->text));
	add_named(&out, " error=", line->error, VALUE_LIMIT);
	put_line(line->error ? LOG_ERR : LOG_INFO, &out);
	buf_free(&out);
}

void log_sentence(const char *format, ...)
{
	char sentence[1024];
	struct buf out = { 0 };
	va_list args;

	va_start(args, format);
	vsnprintf(sentence, sizeof(sentence), format, args);
	va_end(args);
	/* syslog names us itself. */
	buf_printf(&out, "%s%s", to_syslog ? "" : "claudeproxy: ", sentence);
	put_line(LOG_ERR, &out);
	buf_free(&out);
}
