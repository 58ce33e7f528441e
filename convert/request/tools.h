/*
 * tools[] and tool_choice → their Chat Completions form. Which tools go out: those of tools[], and
 * those that system messages add; without those that Anthropic runs, that were removed again, or
 * that are too many. doc/request.md §3.1 to §3.3.
 */
#ifndef TOOLS_H
#define TOOLS_H

#include "../failure.h"
#include "../turn.h"

struct json_object;

struct tools {
	struct json_object *tools;	/* array, NULL: none go out; caller frees */
	struct json_object *tool_choice;	/* string or object, NULL: absent; caller frees */
	bool forced;			/* tool_choice forces a call */
	bool no_parallel;		/* parallel_tool_calls:false goes out */
	bool declared;			/* only for the calls of the history: the client has none */
	bool web_search_left_out;	/* a search was the only tool: the system text says so */
};

/* Checks them, and declares each tool that goes out in turn->names. On false nothing is left. */
bool tools_convert(struct json_object *body, struct turn *turn, struct tools *out,
	struct failure *why);

/*
 * Keeps the `most` members of known (name → anything) that matter most: the forced one (or NULL),
 * those in used (the same), those that no MCP server brought, then the rest in their order.
 */
void tools_keep(struct json_object *known, struct json_object *used, const char *forced,
	size_t most, struct notes *notes);

#endif
