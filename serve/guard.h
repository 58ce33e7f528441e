/*
 * What ends a process in the middle of its work, where nothing looks at the client: memory or
 * processor time that ran out, a client that left, SIGTERM. The client gets a constant answer, or
 * the last event of a stream that has begun. All of it may run in a signal handler.
 */
#ifndef GUARD_H
#define GUARD_H

#include "exchange.h"

/* The exit status when the system failed, or a limit of ours ended the process. */
#define SYSTEM_FAILED 111

/* Guards this exchange, and those that come after it in the same place. */
void guard_open(struct exchange *ex);

/*
 * Around work in convert/ that may take long: once a second it is looked whether the client is
 * still there, and whether we were told to stop.
 */
void guard_begin(void);
void guard_end(void);

#endif
