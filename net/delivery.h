/*
 * Whether upstream has the whole request. libcurl would post a request again by itself whenever a
 * reused connection ends without a byte of answer, even minutes after upstream had all of it: paid
 * twice, in no count of ours. So it gets the body through a function that it cannot rewind, and
 * TCP says what upstream has acknowledged. doc/answer.md §3.10.
 */
#ifndef DELIVERY_H
#define DELIVERY_H

#include "../convert/buf.h"

#include <curl/curl.h>

#define DELIVERY_SOCKETS 16

/* Zero-initialised. libcurl keeps its address as long as a connection is open. */
struct delivery {
	CURL *curl;
	struct slice body, left;	/* the request's; what libcurl has not taken yet */
	int sockets[DELIVERY_SOCKETS];	/* all that are open, in any order */
	size_t count;
	int fd;				/* the one that carries this request; -1: none yet */
	bool whole;			/* upstream has acknowledged all of it */
};

/*
 * Sets the options that hand the body over to libcurl. From then on a path that has died without a
 * word ends the transfer after DELIVERY_TIMEOUT_S: until the request is acknowledged whole.
 */
void delivery_begin(struct delivery *delivery, CURL *curl, struct slice body);

/* Looks whether the request has been acknowledged whole; to be called about once a second. */
void delivery_look(struct delivery *delivery);

/*
 * After the transfer, which ended with code and without a byte of answer: a connection that was
 * idle before turned out to be dead, and upstream cannot have the whole request. It may be sent
 * once more on a fresh one, and nobody need hear of it.
 */
bool delivery_was_lost(const struct delivery *delivery, CURLcode code);

#endif
