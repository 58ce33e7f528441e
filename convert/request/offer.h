/*
 * Which tools go out: those of tools[], and those that system messages add; without those that
 * Anthropic runs, that were removed again, or that are too many. conversion/request §3.1.
 */
#ifndef OFFER_H
#define OFFER_H

#include "../failure.h"
#include "../turn.h"

struct json_object;

struct offer {
	struct json_object *tools;	/* client's name → tool, in order; the caller frees it */
	bool web_search_left_out;	/* a search tool would be the only one */
};

/* Checks and chooses. On false nothing is left. */
bool offer_tools(struct json_object *body, const struct turn *turn, struct offer *offer,
	struct failure *why);

/*
 * Keeps the `most` members of known (name → anything) that matter most: the forced one (or NULL),
 * those in used (the same), those that no MCP server brought, then the rest in their order.
 */
void offer_keep(struct json_object *known, struct json_object *used, const char *forced,
	size_t most, struct notes *notes);

#endif
