/*
 * Where a request goes: base URL parts → request URL and key header. doc/request.md §4.1, §4.6.
 */
#ifndef ENDPOINT_H
#define ENDPOINT_H

#include "../failure.h"
#include "../settings.h"

struct endpoint {
	char *url;		/* …/chat/completions, for libcurl only: may hold user info */
	char *shown;		/* for people and logs: without user info and the base's query */
	char *key_header;	/* "authorization: Bearer K", "api-key: K"; NULL: no key is sent */
};

/* False: there is no such URL (an Azure deployment without a version, or one called ".."). */
bool endpoint_of(const struct settings *settings, const char *model, struct endpoint *endpoint,
	struct failure *why);

void endpoint_free(struct endpoint *endpoint);

#endif
