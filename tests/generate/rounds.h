/*
 * A random session by the Responses API: items of each turn, as a client keeps them, put into the
 * next requests. There each must stand to the byte and in order, what was said before as it stood;
 * at another origin, or changed on its way, no reasoning may appear. doc/responses.md §3, §7
 */
#ifndef ROUNDS_H
#define ROUNDS_H

#include <stdbool.h>

/* Prints what differs, with the wire of the last turn. */
bool rounds_play(unsigned long long seed);

#endif
