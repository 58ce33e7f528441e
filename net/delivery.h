/*
 * Whether upstream has the whole request. libcurl would post a request again by itself whenever a
 * reused connection ends without a byte of answer, even minutes after upstream had all of it: paid
 * twice, in no count of ours. So it gets the body through a function that it cannot rewind, and no
 * second socket; TCP says what upstream has acknowledged. doc/answer.md §3.7.
 */
#ifndef DELIVERY_H
#define DELIVERY_H

#include "../convert/buf.h"

#include <curl/curl.h>
#include <stdint.h>

#define DELIVERY_SOCKETS 16

/* Zero-initialised. libcurl keeps its address as long as a connection is open. */
struct delivery {
	CURL *curl;
	struct slice body, left;	/* the request's; what libcurl has not taken yet */
	struct {
		int fd;
		bool used;		/* it has carried a request */
	} sockets[DELIVERY_SOCKETS];	/* all that are open, in any order */
	size_t count;
	int fd;				/* the one that carries this request; -1: none yet */
	uint64_t acknowledged;		/* bytes of the connection, when last looked at, */
	long long moved_ms;		/* … and when that last grew, or nothing was on its way */
	bool dead;			/* nothing was acknowledged for too long */
	bool stale;			/* upstream spoke before it was asked: nothing was sent */
	bool whole;			/* upstream has acknowledged all of it */
	bool broke;			/* the connection ended, and libcurl wanted to begin anew */
};

/* Sets the options that hand the body over to libcurl. */
void delivery_begin(struct delivery *delivery, CURL *curl, struct slice body);

/*
 * Looks how far the request is; to be called about once a second. False: the path has died without
 * a word (a suspend, another network, a NAT that forgot), and the transfer should end. TCP itself
 * would try for a quarter of an hour.
 */
bool delivery_look(struct delivery *delivery);

/*
 * After the transfer, which ended with code and without a byte of answer: a connection that was
 * idle before turned out to be of no use, and upstream cannot have the whole request. It may be
 * sent once more on a fresh one, and nobody need hear of it.
 */
bool delivery_was_lost(const struct delivery *delivery, CURLcode code);

#endif
