/*
 * One answer to stdout: JSON, events or a failure, in HTTP/1.0, 1.1 or CGI form. Sticky: once the
 * client is gone every call does nothing. doc/answer.md §1.7, §2.8, §3.4.
 */
#ifndef REPLY_H
#define REPLY_H

#include "../convert/buf.h"
#include "../convert/failure.h"
#include "client.h"

struct reply {
	struct client *client;
	const char *request_id;
	bool cgi;
	int minor;		/* of the request's HTTP/1.minor */
	bool head_only;		/* HEAD: no body */
	int keep_s;		/* the connection stays so many seconds; 0: it ends */
	bool started;		/* a status was given: it cannot be changed any more */
	bool ended;		/* the whole answer was given */
	bool gone;		/* the client does not take it any more */
	int status;		/* given; 0: none */
	size_t bytes;		/* of the body, as far as they were sent */
	long long first_ms;	/* now_ms() of the first byte; 0: none yet */
	long long last_ms;	/* now_ms() of the last */
	struct buf head;	/* of an event stream, until it goes out with the first events */
};

void reply_json(struct reply *reply, int status, const char *text, size_t len);

/*
 * As JSON with the envelope; after reply_events_start as the last event, which ends the stream.
 * After a whole answer it does nothing.
 */
void reply_failure(struct reply *reply, const struct failure *why);

/* 204 with an allow header. */
void reply_options(struct reply *reply, const char *allow);

/*
 * Head of an event stream, which goes out with the first events; the events; the stream's end.
 * One write each.
 */
void reply_events_start(struct reply *reply);
void reply_events(struct reply *reply, const char *text, size_t len);
void reply_events_end(struct reply *reply);

#endif
