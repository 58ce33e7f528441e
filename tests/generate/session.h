/*
 * A random session with an upstream that wants its state back: its turns (carried.h), as a client
 * keeps them, put into the next requests. There each must stand to the byte as it was sent, and
 * what was said before as it stood; at another origin, or changed on its way, nothing of the state
 * may appear. doc/request.md §5
 */
#ifndef SESSION_H
#define SESSION_H

#include <stdbool.h>

/* Prints what differs, with the wire of the last turn. */
bool session_play(unsigned long long seed);

#endif
