/*
 * Starts the program under test as a super-server or a web server would, and waits for its end.
 */
#ifndef LAUNCH_H
#define LAUNCH_H

#include <stdbool.h>
#include <sys/types.h>

enum launch_way {
	LAUNCH_INETD,		/* a TCP connection over 127.0.0.1 as fd 0 and 1 */
	LAUNCH_PIPES,		/* two pipes, as CGI */
	LAUNCH_TERMINAL,	/* a terminal as fd 0, a pipe as fd 1 */
};

struct launch {
	enum launch_way way;
	bool stderr_too;	/* the connection is fd 2 as well, as under xinetd */
	bool small_buffers;	/* the sockets hold little */
	char instead[3][32];	/* what fd 0, 1, 2 are instead: a path, or "-": closed */
	size_t memory;		/* bytes that it may map; 0: no limit */
	int in, out;		/* our ends: to and from the program; -1: closed */
	pid_t program;		/* 0: a server somewhere else */
};

void launch(struct launch *launch, char **command);

/* Connects to a server on 127.0.0.1 instead. */
void launch_connect(struct launch *launch, int port);

/* Closes our ends. */
void launch_leave(struct launch *launch);

/*
 * The program's exit status, 128 + the signal that ended it, or 124: it had to be killed. Says so
 * when its memory was written to a file.
 */
int launch_end(struct launch *launch);

#endif
