/*
 * Why upstream gave no answer: libcurl's code → the failure that the client sees.
 * doc/answer.md §3.2.
 */
#ifndef UNREACHED_H
#define UNREACHED_H

#include "../convert/failure.h"
#include "../convert/settings.h"

#include <curl/curl.h>

/*
 * words is what libcurl wrote into its error buffer, "" when nothing. Always fills why, whose
 * message holds host and port of the base URL and no other part of it.
 */
void unreached(CURL *curl, const struct settings *settings, CURLcode code, const char *words,
	struct failure *why);

#endif
