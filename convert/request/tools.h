/*
 * tools[] and tool_choice → their Chat Completions form. conversion/request §3.1 to §3.3.
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
	bool web_search_left_out;	/* a search was the only tool: the system text says so */
};

/* Declares each tool that goes out in turn->names. */
bool tools_convert(struct json_object *body, struct turn *turn, struct tools *out,
	struct failure *why);

#endif
