/*
 * One connection of a client, which lasts as long as the process: its requests come one after the
 * other, and what stands here is what outlives them. RFC 9112 §9.3. doc/answer.md §4.4.
 */
#ifndef CONNECTION_H
#define CONNECTION_H

#include "../net/client.h"
#include "../net/config.h"
#include "../net/upstream.h"
#include "known.h"

struct connection {
	struct client client;
	struct config config;
	bool configured;	/* else `broken` says what is wrong with the configuration */
	struct failure broken;
	struct upstream_link link;
	struct knowledge knowledge;
	unsigned requests;	/* that came, with the one under way */
	bool carries_messages;	/* one of them was a Messages request */
};

/*
 * Waits for the first byte of a request. False: none comes, and the process ends: the client left
 * or was silent too long, or we were told to end, or what we were made from has changed.
 */
bool connection_await(struct connection *connection);

/*
 * How long an answer may promise to wait for the next request, in seconds; 0: this one is the last.
 * In truth it is waited KEEPALIVE_GRACE_S longer, so that a request that is sent in time finds us.
 */
int connection_keeps_s(const struct connection *connection);

void connection_close(struct connection *connection);

#endif
