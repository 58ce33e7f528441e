/*
 * The client at fd 0 and 1: is it gone, can it take more? One poll for reading, writing and
 * waiting. Also the wish of whoever runs us that we end (SIGTERM), since all waiting is here.
 */
#ifndef CLIENT_H
#define CLIENT_H

#include "../convert/failure.h"

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

struct client {
	int in, out;
	bool cgi;		/* in CGI only a write tells that the client left */
	bool in_socket;		/* the end of a socket is a client that left; a pipe's is normal */
	bool out_socket;
	int write_timeout;	/* seconds that a client may not read before it counts as gone */
};

/*
 * fd 0 and 1; a write_timeout that holds until the settings are known. Sets TCP_NODELAY where it
 * applies, ignores SIGPIPE, and outside CGI turns SIGTERM into client_told_to_stop().
 */
void client_open(struct client *client, bool cgi);

/* Looks without waiting. Input that is still unread does not matter. */
bool client_gone(const struct client *client);

/* SIGTERM came. Never true in CGI, where it means that the client left, and ends us. */
bool client_told_to_stop(void);

/* What a client is told then: fills why and returns false. */
bool client_stopped(struct failure *why);

/*
 * Up to size bytes. 0: the end; -1: an error, or a signal asked us to end; -2: nothing within
 * timeout_ms.
 */
ssize_t client_read(struct client *client, void *bytes, size_t size, int timeout_ms);

/* All of it, waiting for a slow client. False: it is gone. */
bool client_write(struct client *client, const void *bytes, size_t len);

/* Waits. False: the client left, or a signal asked us to end, before ms were over. */
bool client_wait(const struct client *client, int ms);

/* Bytes, or the end, stand there to be read. */
bool client_has_more(const struct client *client);

/*
 * After the answer, and only where input may be unread: what the client still sends is read and
 * thrown away for a short while, since closing a socket with unread bytes resets it and may cost
 * the client the answer.
 */
void client_linger(struct client *client);

/* Milliseconds of the monotonic clock. */
long long now_ms(void);

#endif
