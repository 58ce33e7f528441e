/*
 * The client at fd 0 and 1: reading, writing, waiting, and whether it has left. SIGTERM is handled
 * here too, since it must end every wait.
 */
#ifndef CLIENT_H
#define CLIENT_H

#include "../convert/failure.h"

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

struct client {
	int in, out;
	bool cgi;		/* in CGI only a failed write shows that the client left */
	bool in_socket;		/* the end of a socket is a client that left; a pipe's is normal */
	bool out_socket;
	int write_timeout;	/* seconds that a client may not read before it counts as gone */
};

/*
 * Takes fd 0 and 1, with a write_timeout until the settings are known. Sets TCP_NODELAY if it
 * applies, ignores SIGPIPE, and outside CGI makes SIGTERM set client_told_to_stop().
 */
void client_open(struct client *client, bool cgi);

/* Looks without waiting. Input that is still unread does not matter. */
bool client_gone(const struct client *client);

/* SIGTERM came. Never true in CGI, where it means that the client left: the process ends. */
bool client_told_to_stop(void);

/* The failure for that case: fills why and returns false. */
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

/* True if bytes, or the end of the input, can be read now. */
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
