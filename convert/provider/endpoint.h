/*
 * Where a request goes: base URL parts → request URL and key header. doc/request.md §4.1, §4.6,
 * doc/responses.md §1.
 */
#ifndef ENDPOINT_H
#define ENDPOINT_H

#include "../failure.h"
#include "../settings.h"
#include "family.h"

struct endpoint {
	char *url;		/* …/chat/completions, for libcurl only: may hold user info */
	char *shown;		/* for people and logs: without user info and the base's query */
	char *key_header;	/* "authorization: Bearer K", "api-key: K"; NULL: no key is sent */
};

/* False: there is no such URL (an Azure deployment without a version, or one called ".."). */
bool endpoint_of(const struct settings *settings, const char *model, enum api api,
	struct endpoint *endpoint, struct failure *why);

/*
 * Whether the user chose the API: by UPSTREAM_API, or by a base URL that ends in /responses or in
 * /chat/completions. No refusal changes it then. False, and *api unchanged: nobody did.
 */
bool endpoint_chosen_api(const struct settings *settings, enum api *api);

/*
 * Whether the host itself (not PROVIDER on a gateway) speaks the Responses API beside chat. Azure's
 * classic URLs do so from api-version 2025-04-01-preview on. doc/responses.md §7.
 */
bool endpoint_offers_responses(const struct settings *settings);

/* The deployment that Azure's base URL names; NULL: none. The caller frees it. */
char *endpoint_deployment(const struct settings *settings);

void endpoint_free(struct endpoint *endpoint);

#endif
