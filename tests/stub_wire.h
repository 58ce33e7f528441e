/*
 * The stub's end of the connection: it reads a request and records it, gathers an answer, sends
 * it, and never waits without an end.
 */
#ifndef STUB_WIRE_H
#define STUB_WIRE_H

#include "../convert/buf.h"

#include <stdio.h>

struct wire {
	int listener, end;	/* end becomes readable with SIGTERM */
	int conn;		/* -1: none */
	FILE *asked;		/* what the proxy asked */
	bool in_head;		/* text lines belong to the head */
	bool chunked;
	struct buf head, body;	/* gathered, not sent */
	struct buf request;	/* the last one's body */
};

/* Adds "-- TEXT" to the record. */
void wire_note(struct wire *wire, const char *text);

/* Waits for a descriptor. False: out of time (-1: no limit), or SIGTERM came first. */
bool wire_ready(struct wire *wire, int fd, short events, int ms);

/* Takes the next connection and reads one request. False: SIGTERM came first. */
bool wire_accept(struct wire *wire);

/* Ends the answer, and reads the next request from the same connection. False: as above. */
bool wire_next(struct wire *wire);

/* Gathers one line of the answer. */
void wire_text(struct wire *wire, struct slice line);

/* Sends what has gathered, in pieces of at most size bytes. */
void wire_flush(struct wire *wire, size_t size);

/* The same, then the last chunk. */
void wire_end_answer(struct wire *wire);

/* The same, and closes. */
void wire_finish(struct wire *wire);

void wire_close(struct wire *wire);

#endif
