/*
 * Tool names, translated to names that every upstream accepts, and back. The translation is a pure
 * function of the name, so that history, tool_choice and references agree without memory; the way
 * back is a table of this request's tools. doc/request.md §3.4.
 */
#ifndef NAMES_H
#define NAMES_H

#include "buf.h"

struct json_object;

/* Zero-initialised it is empty. */
struct names {
	struct json_object *to_upstream;	/* client's name → upstream's, declared ones */
	struct json_object *to_client;		/* and back */
};

/* Declares a tool; its upstream name is unique among the declared. */
void names_declare(struct names *names, const char *name);

/*
 * The upstream's name for the client's, declared or not. Borrowed from names or written to
 * buffer, which takes 65 bytes.
 */
const char *names_to_upstream(const struct names *names, const char *name, char buffer[65]);

/* The client's name for the upstream's; one that is not in the table stays as it came. */
const char *names_to_client(const struct names *names, const char *name);

/* The one declared name, client's spelling, when there is exactly one; else NULL. */
const char *names_only(const struct names *names);

void names_free(struct names *names);

#endif
