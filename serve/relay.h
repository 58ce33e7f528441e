/*
 * Sends a Messages request to the upstream and its answer back to the client: as events while they
 * arrive, or folded into one Message. Holds the head back, sends pings, retries, heals refusals.
 */
#ifndef RELAY_H
#define RELAY_H

#include "exchange.h"

/* If upstream asks for a longer wait, the client gets the failure at once, with the header. */
#define LONGEST_WAIT_MS 8000

struct json_object;

/*
 * Converts tree, which it frees, posts it and relays the answer. If it returns true, the answer of
 * a request with "stream":true has been sent and *message is NULL; for other requests *message is
 * the Message, which the caller frees.
 */
bool relay(struct exchange *ex, struct json_object *tree, struct json_object **message,
	struct failure *why);

/*
 * Returns how long to wait before retry number `retry`, counted from 0, in milliseconds: as long as
 * upstream asks for; else 0.5 s, doubled each time, plus or minus up to a quarter (by the seed), at
 * most LONGEST_WAIT_MS. It is public only for its test. doc/answer.md §3.7.
 */
long relay_wait_before(int retry, const struct failure *why, const unsigned char seed[SEED_SIZE]);

#endif
