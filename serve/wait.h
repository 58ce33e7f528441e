/*
 * How long to wait before the same request is sent once more. doc/answer.md §3.7
 */
#ifndef WAIT_H
#define WAIT_H

#include "../convert/failure.h"
#include "../convert/ids.h"

/* If upstream asks for a longer wait, the client gets the failure at once, with the header. */
#define LONGEST_WAIT_MS 8000

/*
 * Milliseconds before the retry of that number, the first being 0. What upstream wishes; else
 * 0.5 s, doubled each time, give or take a quarter as the seed says, and at most LONGEST_WAIT_MS.
 */
long wait_before(int retry, const struct failure *why, const unsigned char seed[SEED_SIZE]);

#endif
