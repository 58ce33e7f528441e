/*
 * Deltas → chunks → server-sent events, framed as one of many servers would.
 */
#ifndef CHUNKS_H
#define CHUNKS_H

#include "meant.h"

struct json_object;

/* In the order in which one delta may bring them. */
enum stage { STAGE_NONE, STAGE_REASONING, STAGE_TEXT, STAGE_CALLS };

struct chunks {
	const struct meant *meant;
	struct buf *wire;
	struct json_object *delta;	/* the one that is being filled, or NULL */
	enum stage stage;		/* of its last member */
	/* the server's habits */
	const char *line_end, *other_line_end;
	const char *colon;
	bool blank_lines, comments, fields, pretty, empty_finish, usage_always, many_choices;
};

void chunks_begin(struct chunks *chunks, const struct meant *meant, struct buf *wire);

/* The delta that takes such a member next; field is one that it must not have yet, or NULL. */
struct json_object *chunks_delta(struct chunks *chunks, enum stage stage, const char *field);

/* A choice of a chunk of its own, without its delta; chunks_send frees the chunk. */
struct json_object *chunks_choice(struct json_object *chunk);
void chunks_send(struct chunks *chunks, struct json_object *chunk);

/* Sends the delta that waits. */
void chunks_flush(struct chunks *chunks);

/* finish_reason, usage, [DONE], as far as this server sends them. */
void chunks_end(struct chunks *chunks);

#endif
