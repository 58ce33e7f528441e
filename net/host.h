/*
 * Hosts by name or address: the spelling that RFC 3986 allows, which of them are this machine, and
 * which address of this machine a connection was made to.
 */
#ifndef HOST_H
#define HOST_H

#include "../convert/buf.h"

#include <netinet/in.h>

/* Of "https://" or "http://" in front of a URL, in any case; 0: it has neither. */
size_t host_scheme_length(const char *url);

/*
 * Takes "HOST" or "HOST:PORT" apart: a name, an IPv4 address, or an IPv6 address in its brackets,
 * which *host keeps. False: it is empty, or not spelled as RFC 3986 §3.2 wants it.
 */
bool host_of_authority(struct slice authority, struct slice *host);

/*
 * Names and addresses by which this machine reaches itself: "localhost", "127.0.0.1", "[::1]",
 * also "0.0.0.0" and an IPv4 address inside IPv6. Any case; IPv6 in brackets.
 */
bool host_is_loopback(const char *host);

/*
 * Loopback, and what the public Internet does not know: private and link-local addresses, names
 * without a dot, and those below .local, .internal, .lan, .home.arpa, .test and .invalid.
 */
bool host_is_private(const char *host);

/* Which address of this machine the other end of a socket has connected to. */
struct host_bound {
	enum {
		BOUND_UNKNOWN,		/* the descriptor is no socket of IPv4 or IPv6 */
		BOUND_LOOPBACK,
		BOUND_ELSEWHERE,
	} where;
	/* As a URL spells it; an IPv4 address inside IPv6 as IPv4; "": unknown. */
	char address[INET6_ADDRSTRLEN + 2];
};

struct host_bound host_bound_to(int fd);

/*
 * Whether a Host field's text is that address. "[::ffff:127.0.0.1]" is not: no client but a web
 * page that hides what it asks for spells 127.0.0.1 so.
 */
bool host_is_bound(const struct host_bound *bound, struct slice host);

#endif
