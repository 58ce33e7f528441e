/*
 * Blocks on their way out: one is open on the wire, all behind it wait in buffers. A text or
 * thinking head is done as soon as something of another kind is queued behind it, a tool head when
 * it was marked complete and something is behind it; at the end everything is done in order. So a
 * single call streams through, interleaved calls come out one after the other, nothing overlaps.
 * doc/answer.md §2.4.
 */
#ifndef QUEUE_H
#define QUEUE_H

#include "../carry.h"
#include "../failure.h"
#include "event.h"
#include "state.h"

/* The most bytes that all buffered blocks together may hold. */
#define QUEUE_LIMIT (64u << 20)

struct block {
	enum block_kind kind;
	bool started;		/* content_block_start was sent */
	bool stopped;		/* content_block_stop was sent: nothing may be added */
	bool ready;		/* a tool_use may start: id and name are whole */
	bool complete;		/* it may be stopped: a tool_use whose JSON has closed, any that
				   the next one of its kind must not continue */
	char *id, *name;	/* tool_use: as the client will see them, once ready */
	struct buf pending;	/* not sent yet; the data of a redacted_thinking */
	struct state state;	/* of a thinking block: goes into its signature */
	struct block *next;
};

struct queue {
	void (*event)(void *to, const struct event *event);
	void *to;
	bool omit_thinking;	/* thinking blocks go out without their text */
	char origin[ORIGIN_SIZE];	/* of the state that blocks carry */
	struct state late;	/* state without an open thinking block: see queue_state */
	struct block *first;	/* all of them; the stopped ones are empty */
	struct block *head, *tail;	/* NULL: no block is open or waits */
	unsigned index;		/* of the head */
	size_t sent;		/* blocks started so far */
	size_t others;		/* blocks other than thinking so far */
	size_t buffered;	/* bytes in all pending buffers */
};

/*
 * The state of the thinking block at the end of the queue. If there is none, the state is kept for
 * the next thinking block; if the first block is of another kind, or at the end of the answer, it
 * becomes a redacted_thinking block of its own.
 */
struct state *queue_state(struct queue *queue);

/* Appends state that no block shows as a redacted_thinking, and frees it; empty, it adds none. */
void queue_add_state(struct queue *queue, struct state *state);

/* Appends a block, which is sent when its turn comes. It is valid until queue_free(). */
struct block *queue_add(struct queue *queue, enum block_kind kind);

/* The last block if it is of that kind and more may be added to it, else NULL. */
struct block *queue_tail(struct queue *queue, enum block_kind kind);

/* Adds to a block's content. False: QUEUE_LIMIT passed. */
bool queue_put(struct queue *queue, struct block *block, const char *text, size_t len,
	struct failure *why);

/* Sends what can be sent now. Called after each chunk: one delta per block and chunk. */
void queue_flush(struct queue *queue);

/* Stops everything in order, complete or not. A tool_use that never became ready is left out. */
void queue_end(struct queue *queue);

void queue_free(struct queue *queue);

#endif
