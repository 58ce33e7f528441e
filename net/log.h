/*
 * The log: one line per request, to fd 2, or to syslog if fd 2 is the client. claudeproxy(8),
 * "DIAGNOSTICS".
 */
#ifndef LOG_H
#define LOG_H

#include "../convert/note.h"
#include "../convert/settings.h"

#include <stdint.h>

/*
 * The fields of a request's line. Zero, NULL and "" become "-" unless said otherwise. The strings
 * may hold any bytes: they are cut to 100, and a quote, a backslash and all that is not visible
 * ASCII become \xNN.
 */
struct log_line {
	const char *request_id, *method, *path;
	int status;
	const char *model, *upstream_model;
	int upstream_status, tries;
	int64_t input_tokens, cached_tokens, output_tokens;	/* -1: unknown */
	size_t bytes_in, bytes_out;	/* zero is 0 */
	double ttfb, total;		/* seconds; ttfb < 0: nothing was sent */
	/* the rest is left out where it is NULL or empty */
	unsigned number;		/* of the request on its connection; 1 is left out */
	bool kept;			/* the connection to upstream stood already */
	const char *upstream_request_id;
	const struct notes *notes;
	const char *error;		/* the failure's type */
};

/*
 * main calls it first. Decides where lines go, and puts /dev/null on fd 2 if that is the client (a
 * socket with the inode of fd 0, outside CGI) or closed. Without this call lines go to fd 2.
 */
void log_open(bool cgi);

/* Writes the line: that of a failure always, others unless the level is ERROR. */
void log_request(const struct log_line *line, enum log_level level);

/* A sentence that belongs to no request ("claudeproxy: …"). */
void log_sentence(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif
