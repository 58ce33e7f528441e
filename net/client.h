/*
 * The client at fd 0 and 1: reading, writing, waiting, and whether it has left. SIGTERM and SIGHUP
 * are handled here too, since they must end a wait.
 */
#ifndef CLIENT_H
#define CLIENT_H

#include "../convert/buf.h"
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
	struct buf unread;	/* what was read from it and not used yet: of the next request */
};

/*
 * Takes fd 0 and 1, with a write_timeout until the settings are known. Sets TCP_NODELAY if it
 * applies, ignores SIGPIPE, and outside CGI makes SIGTERM set client_told_to_stop(), and SIGHUP
 * client_told_to_close().
 */
void client_open(struct client *client, bool cgi);

/* Looks without waiting. Input that is still unread does not matter. */
bool client_gone(const struct client *client);

/* SIGTERM came. Never true in CGI, where it means that the client left: the process ends. */
bool client_told_to_stop(void);

/* SIGHUP came, or SIGTERM: the answer under way is the connection's last. */
bool client_told_to_close(void);

/* The failure for that case: fills why and returns false. */
bool client_stopped(struct failure *why);

/*
 * Up to size bytes. 0: the end; -1: an error, or a signal asked us to end; -2: nothing within
 * timeout_ms.
 */
ssize_t client_read(struct client *client, void *bytes, size_t size, int timeout_ms);

enum awaited {
	AWAITED_BYTES,	/* of the client, or its end */
	AWAITED_CHANGE,	/* other_fd can be read */
	AWAITED_SIGNAL,	/* client_told_to_close() has just become true */
	AWAITED_NOTHING,
};

/*
 * Waits up to timeout_ms for the first that comes. Bytes go before the rest. other_fd may be -1. A
 * timeout of 0 looks at once, whatever the process was told before.
 */
enum awaited client_await(const struct client *client, int other_fd, int timeout_ms);

/* All of it, waiting for a slow client. False: it is gone. */
bool client_write(struct client *client, const void *bytes, size_t len);

/* Waits. False: the client left, or a signal asked us to end, before ms were over. */
bool client_wait(const struct client *client, int ms);

/* True if bytes, or their end, can be read now. */
bool fd_has_more(int fd);

/*
 * After the answer, and only where input may be unread: what the client still sends is read and
 * thrown away for a short while, since closing a socket with unread bytes resets it and may cost
 * the client the answer.
 */
void client_linger(struct client *client);

/* Milliseconds of the monotonic clock. */
long long now_ms(void);

#endif
