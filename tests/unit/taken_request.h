/*
 * Runs one request of the scripted client through net/http.c and net/body.c.
 */
#ifndef TAKEN_REQUEST_H
#define TAKEN_REQUEST_H

#include "../../net/http.h"
#include "scripted_client.h"

#include <stdlib.h>

#define POST "POST /v1/messages?beta=true HTTP/1.1\r\nHost: localhost\r\n"
#define LIMIT 1000

/* What became of one request. */
struct outcome {
	struct http_request request;
	struct buf body;
	struct failure why;
	bool nothing, head, whole;
};

static inline void run(struct outcome *got)
{
	memset(got, 0, sizeof(*got));
	got->head = http_read_head(&scripted_client, now_ms() + 30000, &got->request,
		&got->nothing, &got->why);
	got->whole = got->head && http_read_body(&scripted_client, &got->request, LIMIT, &got->body,
		&got->why);
}

static inline void done(struct outcome *got)
{
	http_free(&got->request);
	buf_free(&got->body);
}

static struct outcome outcome;

static inline struct outcome *take(const char *wire)
{
	done(&outcome);
	script_start(wire, strlen(wire));
	run(&outcome);
	return &outcome;
}

static inline int end_of_test(void **state)
{
	(void)state;
	done(&outcome);
	memset(&outcome, 0, sizeof(outcome));
	return 0;
}

/* 0: taken; -1: nothing came that could be answered. */
static inline int status_of(const char *wire)
{
	struct outcome *got = take(wire);

	return got->nothing ? -1 : got->whole ? 0 : got->why.status;
}

/* The caller frees it. */
static inline char *repeat(const char *before, const char *text, size_t times, const char *after)
{
	struct buf wire = { 0 };

	buf_puts(&wire, before);
	for (size_t i = 0; i < times; i++)
		buf_puts(&wire, text);
	buf_puts(&wire, after);
	return wire.data;
}

#endif
