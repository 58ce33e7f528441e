/*
 * The client's bytes in order, as the parsers of a request need them: first bytes that were read
 * already, then new ones from the client. RFC 9112 §2.2.
 */
#ifndef INTAKE_H
#define INTAKE_H

#include "../convert/buf.h"
#include "client.h"

struct intake {
	struct client *client;
	size_t at;		/* all of client->unread before it is used up */
	size_t line_bytes;	/* of all lines so far, with their ends */
	long long deadline;	/* on the clock of now_ms() */
	size_t least_rate;	/* bytes for which it is put off by a second; 0: it stands */
	size_t owed;		/* … that were read since it last was */
};

enum got {
	GOT_IT,
	GOT_END,	/* or an error: nothing more comes */
	GOT_SILENCE,
	GOT_TOO_MUCH,	/* the line is longer than it may be */
};

/* Bytes that can be taken without waiting; the caller takes them by moving at. */
size_t intake_unread(const struct intake *intake);

/* Waits for more of them, at least one. */
enum got intake_more(struct intake *intake);

/*
 * Takes a line of at most limit bytes with its end, CRLF or a bare LF; *line is without it, and
 * valid until more is read.
 */
enum got intake_line(struct intake *intake, size_t limit, struct slice *line);

#endif
