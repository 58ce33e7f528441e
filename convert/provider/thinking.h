/*
 * Effort and thinking of a Messages request → each family's control; and the fields in which
 * reasoning comes. doc/request.md §1.1.
 */
#ifndef THINKING_H
#define THINKING_H

#include "../note.h"
#include "family.h"

#include <stdint.h>

struct json_object;

/* Claude behind a router refuses a smaller budget. */
#define THINKING_LEAST_BUDGET 1024

enum wanted_thinking {
	WANTED_UNSET,	/* the client said nothing: send nothing at all */
	WANTED_OFF,
	WANTED_ON,	/* thinking, no level */
	WANTED_LEVEL,
};

struct wanted {
	enum wanted_thinking thinking;
	enum effort level;	/* with WANTED_LEVEL */
	bool named;		/* the client's own word for the level, whatever its budget says */
	int64_t budget;		/* budget_tokens; 0: none */
};

/* "low" … "max" (and "none", "minimal", "xhigh") → its bit; 0: no such word. */
enum effort effort_by_name(struct slice name);
const char *effort_name(enum effort effort);

/*
 * Adds the family's fields to the chat request, which already holds its token limit. dialect is
 * that of family and model; has_tools: tools are sent; forced: tool_choice forces one of them.
 * Returns what the fields ask for; WANTED_UNSET: there are none.
 */
enum wanted_thinking thinking_add(struct json_object *chat, const struct dialect *dialect,
	struct wanted wanted, bool has_tools, bool forced, struct notes *notes);

/*
 * The names under which servers send reasoning, in the order in which they are looked for: some
 * send the same text under two of them. What came in one that goes back is sent to the same server
 * again with the next turn; a family's reasoning_field is one of these.
 */
struct reasoning_field {
	const char *name;
	bool goes_back;
};

/* NULL past the last. */
const struct reasoning_field *reasoning_field_at(size_t index);

/* The name of one that goes back, as long as the program; NULL: it is none. */
const char *reasoning_field_named(struct slice name);

#endif
