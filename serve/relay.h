/*
 * A Messages request through the upstream and back: held head, pings, retries. The answer goes out
 * as events while it arrives, or is folded into one Message.
 */
#ifndef RELAY_H
#define RELAY_H

#include "exchange.h"

/* A wait that upstream demands beyond this is left to the client, with the header that says so. */
#define LONGEST_WAIT_MS 8000

struct json_object;

/*
 * Converts tree (freed here), posts it and relays the answer. With "stream":true it has been sent
 * when this returns true, and *message is NULL; else *message is the Message, the caller's to free.
 */
bool relay(struct exchange *ex, struct json_object *tree, struct json_object **message,
	struct failure *why);

/*
 * How long to wait before the same request is sent once more, in milliseconds. retry: how many
 * times it was sent once more already. What upstream wishes; else 0.5 s, doubled each time, give or
 * take a quarter as the seed says, and at most LONGEST_WAIT_MS. Public for its test. doc/answer.md §3.7
 */
long relay_wait_before(int retry, const struct failure *why, const unsigned char seed[SEED_SIZE]);

#endif
