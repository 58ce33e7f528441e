/*
 * One blocking POST with libcurl: time limits, no redirects, http and https only, and a look at
 * the client about once a second in every phase. Connections stay open for the next post.
 */
#ifndef UPSTREAM_H
#define UPSTREAM_H

#include "../convert/buf.h"
#include "../convert/failure.h"
#include "../convert/settings.h"
#include "delivery.h"

/* The most bytes that are read of an error body. */
#define UPSTREAM_ERROR_LIMIT 65536

/*
 * What outlives a post, and a request: the connections to upstream, with what TLS and DNS know.
 * Zero-initialised; upstream_close frees it. Its address must not change.
 */
struct upstream_link {
	void *curl;
	struct delivery delivery;
};

struct upstream {
	struct upstream_link *link;
	const struct settings *settings;
	const char *user_agent;	/* the client's, for hosts that want it; NULL: it sent none */
	bool stream;	/* events are wanted: accept text/event-stream, identity */
	/*
	 * Bytes of a 2xx answer as they arrive, decoded: what was read at once comes in one call,
	 * however it was chunked. False: enough, end the transfer. The time
	 * spent here, and in tick, is not upstream's: it does not count against REQUEST_TIMEOUT.
	 */
	bool (*bytes)(void *to, const char *bytes, size_t len);
	/* About once a second, whether something arrives or not. False: end the transfer. */
	bool (*tick)(void *to);
	void *to;
	bool as_it_is;	/* an answer was not coded as its head said: decode none */

	/* the result of the last post; filled from its head on, so callbacks may read it */
	int status;		/* of HTTP; 0: no answer */
	bool kept;		/* it went over a connection that stood already */
	struct buf error_body;	/* of an answer that is not 2xx */
	long retry_after_ms;	/* -1: none */
	enum should_retry should_retry;
	char request_id[128];	/* upstream's own, "" when none */
	char location[256];	/* scheme and host of a 3xx's target, "" when none */
};

enum upstream_end {
	UPSTREAM_WHOLE,		/* the answer ended as HTTP says; look at status */
	UPSTREAM_CUT,		/* it broke off in the middle of a 2xx body: why says how */
	UPSTREAM_ENDED,		/* a callback ended it */
	UPSTREAM_FAILED,	/* no answer: why says what the client should see */
};

/*
 * Posts body to url, which belongs to settings->base. key_header ("name: value") may be NULL. In
 * UPSTREAM_FAILED and _CUT why->again is true if the same request may be sent once more: after a
 * cut answer only if no byte of its body had come. An answer that is not 2xx counts as whole even
 * when its body broke off, unless that cannot be decoded and was not asked for as it is before.
 */
enum upstream_end upstream_post(struct upstream *upstream, const char *url,
	const char *key_header, struct slice body, struct failure *why);

void upstream_free(struct upstream *upstream);

void upstream_close(struct upstream_link *link);

/*
 * True when the folder holds certificates under names such as 5ed36f99.0 (openssl rehash). It is
 * public only for its test.
 */
bool upstream_trusts_by_hash(const char *folder);

#endif
