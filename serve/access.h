/*
 * Which requests are served: those with ANTHROPIC_API_KEY. If no such key is set, those from this
 * machine, but none from a web page in a browser and none from elsewhere.
 */
#ifndef ACCESS_H
#define ACCESS_H

#include "exchange.h"

/*
 * While no ANTHROPIC_API_KEY is set. False: 403 with the reason. A page of another site is known by
 * Sec-Fetch-Site, which browsers send to loopback addresses and to https alone; by Origin, which
 * comes with every POST; and, where neither is sent, by a Host that names neither this machine nor
 * one of ALLOWED_HOSTS, as after DNS rebinding. What came in at another address than loopback, or
 * through a web server, could come from anybody.
 */
bool access_without_key(const struct exchange *ex, struct failure *why);

/* False: 401; ANTHROPIC_API_KEY is set, and another key or none was shown. */
bool access_with_key(const struct exchange *ex, struct failure *why);

#endif
