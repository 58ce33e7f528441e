/*
 * What went wrong, as a value: the kind and status that the client sees, and one sentence.
 * A function that cannot go on does `return failed(why, KIND, "…")`; only the top turns that into
 * an answer, since only the top knows whether the head was sent.
 */
#ifndef FAILURE_H
#define FAILURE_H

#include "buf.h"

/* Anthropic's error types, with the status each has when nothing else is said. */
enum failure_kind {
	INVALID_REQUEST_ERROR,	/* 400 */
	AUTHENTICATION_ERROR,	/* 401 */
	BILLING_ERROR,		/* 402 */
	PERMISSION_ERROR,	/* 403 */
	NOT_FOUND_ERROR,	/* 404 */
	CONFLICT_ERROR,		/* 409 */
	REQUEST_TOO_LARGE,	/* 413 */
	RATE_LIMIT_ERROR,	/* 429 */
	API_ERROR,		/* 500 */
	TIMEOUT_ERROR,		/* 504 */
	OVERLOADED_ERROR,	/* 529 */
};

/* The value of the x-should-retry header. */
enum should_retry { RETRY_UNSAID, RETRY_NO, RETRY_YES };

#define FAILURE_MESSAGE_SIZE 2600

struct failure {
	enum failure_kind kind;
	int status;			/* of HTTP */
	enum should_retry should_retry;	/* header x-should-retry, for the client */
	long retry_after_ms;		/* headers retry-after and retry-after-ms; -1: none */
	bool again;			/* a retry by the proxy may help */
	bool once;			/* … but not twice */
	const char *allow;		/* header allow of a 405; static text, else NULL */
	const char *error_code;		/* on which the SDKs act; static text, else NULL */
	char message[FAILURE_MESSAGE_SIZE];	/* UTF-8, never empty after failed() */
};

/* Fills *why, with the kind's own status and no headers, and returns false. */
bool failed(struct failure *why, enum failure_kind kind, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* The same with a status of its own. */
bool failed_as(struct failure *why, int status, enum failure_kind kind, const char *format, ...)
	__attribute__((format(printf, 4, 5)));

/* Appends " — " and a hint, as far as there is room. */
void failure_hint(struct failure *why, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* "invalid_request_error", … */
const char *failure_type(enum failure_kind kind);

/* The kind for a status; of the others 4xx are INVALID_REQUEST_ERROR, the rest API_ERROR. */
enum failure_kind failure_kind_of(int status);

/* Whether an upstream's failure of that status may pass: the same request may help once more. */
bool failure_passes(int status);

/* HTTP's reason phrase: "Not Found"; "Error" for a status without one. */
const char *failure_reason(int status);

/*
 * Adds {"type":"error","error":{"type","message"},"request_id"} to out, and in error, when there is
 * a code, "details":{"error_code"}.
 */
void failure_envelope(const struct failure *why, const char *request_id, struct buf *out);

#endif
