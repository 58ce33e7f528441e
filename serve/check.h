/*
 * claudeproxy --check: prints what would be used, and sends nothing.
 */
#ifndef CHECK_H
#define CHECK_H

#include "../net/config.h"

/* Prints to stdout; what is wrong to stderr. The exit status: 0 or 1. */
int check_config(const char *file, char *const env[]);

#endif
