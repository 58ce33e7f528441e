/*
 * Tool calls in pieces, as the many servers cut, number, name and repeat them.
 */
#ifndef CALLS_H
#define CALLS_H

#include "chunks.h"

void calls_send(struct chunks *chunks, const struct meant *meant, const struct turn *turn);

#endif
