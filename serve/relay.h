/*
 * A Messages request through the upstream and back: held head, pings, retries. The answer goes out
 * as events while it arrives, or is folded into one Message.
 */
#ifndef RELAY_H
#define RELAY_H

#include "exchange.h"

struct json_object;

/*
 * Converts tree (freed here), posts it and relays the answer. With "stream":true it has been sent
 * when this returns true, and *message is NULL; else *message is the Message, the caller's to free.
 */
bool relay(struct exchange *ex, struct json_object *tree, struct json_object **message,
	struct failure *why);

#endif
