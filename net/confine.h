/*
 * What the process gives up once its settings are read: a request that takes it over finds no
 * other program to run, no file to read but the system's own, and no host but the upstream's ports.
 * It holds for all requests of the connection. claudeproxy(8), "CONFINEMENT".
 */
#ifndef CONFINE_H
#define CONFINE_H

#include "../convert/settings.h"

/* What the kernel does not know; each is text for --check. */
#define CONFINE_MISSING_MOST 4

struct confined {
	const char *missing[CONFINE_MISSING_MOST];
	size_t count;
};

/*
 * Confines the process, unless the settings say CONFINE=off. Where the kernel lacks a part the rest
 * is done; the result says which. Sanitizers and valgrind keep the limit of memory and ptrace.
 */
struct confined confine(const struct settings *settings);

/* A request begins: its processor time counts from now on, until SIGXCPU. */
void confine_cpu(void);

#endif
