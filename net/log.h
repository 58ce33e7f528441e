/*
 * One line a request. It knows when fd 2 is the client. claudeproxy(8), "DIAGNOSTICS".
 */
#ifndef LOG_H
#define LOG_H

#include "../convert/note.h"
#include "../convert/settings.h"

#include <stdint.h>

/*
 * What one request's line says. Zero, NULL and "" are "-" unless said otherwise. Any bytes may
 * stand in the strings: they are cut to 100 and what is no visible ASCII, a quote or a backslash
 * becomes \xNN.
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
	const char *upstream_request_id;
	const struct notes *notes;
	const char *error;		/* the failure's type */
};

/*
 * First act of main: finds out where lines go, and puts /dev/null on fd 2 where that is the
 * client (a socket with the inode of fd 0, outside CGI), or closed. Unless called, lines go to
 * fd 2.
 */
void log_open(bool cgi);

/* Writes the line if level wants it: failures always, others from WARNING on. */
void log_request(const struct log_line *line, enum log_level level);

/* A sentence that belongs to no request ("claudeproxy: …"). */
void log_sentence(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif
