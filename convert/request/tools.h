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
	bool used;			/* the history has calls, of these tools or of others */
	bool web_search_left_out;	/* a search was the only tool: the system text says so */
};

/* Checks them, and declares each tool that goes out in turn->names. On false nothing is left. */
bool tools_convert(struct json_object *body, struct turn *turn, struct tools *out,
	struct failure *why);

/* ---- builtin.c ---- */

/*
 * Tools that the client runs itself under a type of Anthropic's: bash, text editor, memory,
 * computer. Claude knows them by heart; another model needs a description and a schema.
 */
struct builtin;

/* By a tool's type ("bash_20250124"); NULL: not one that the client runs. */
const struct builtin *builtin_find(const char *type);

/* Adds the description of the tool; a computer tool itself holds the size of its screen. */
void builtin_description(const struct builtin *builtin, struct json_object *tool,
	struct buf *out);

/* The input schema. The caller frees it. */
struct json_object *builtin_schema(const struct builtin *builtin);

#endif
