/*
 * The request as it goes upstream: converted, and after a refusal converted once more from the
 * client's tree, in the dialect that the refusal asks for. doc/answer.md §3.8.
 */
#ifndef DRAFT_H
#define DRAFT_H

#include "../convert/refusal/heal.h"
#include "exchange.h"

struct json_object;

struct draft {
	struct exchange *ex;
	struct json_object *tree;	/* the client's; NULL: nothing can be converted again */
	struct json_object *chat;	/* the last conversion, or what Responses makes of it */
	struct dialect dialect;		/* … and the one that it is in */
	char *upstream_model;
	struct notes before;		/* those of the exchange, without any conversion's */
	long today;			/* as draft_today() */
	struct known *known;		/* to this connection, of this model */
	struct changes remembered;	/* of earlier requests for this model */
	struct changes made;		/* since refusals asked for them */
	unsigned in_vain;		/* bit i: after made.text[i] upstream said the same again */
	struct buf refused;		/* what it said last */
};

/* In days, of the clock. */
long draft_today(void);

/* Adds what an upstream's model refused in the last days: it is changed before it is asked. */
void draft_remembered(const struct settings *settings, const char *upstream_model, long today,
	struct changes *changes, struct notes *notes);

/* Converts tree, which is the draft's from now on. Fills ex->turn and adds to ex->notes. */
bool draft_begin(struct draft *draft, struct exchange *ex, struct json_object *tree,
	struct failure *why);

/*
 * Looks for a change that mends the refusal: the first candidate with which the text comes out
 * different. HEAL_CHANGES: chat, turn and notes are now those of that text.
 */
enum heal draft_change(struct draft *draft, const struct refusal *reading);

/* The last text was answered: what was changed for it, and not in vain, is remembered. */
void draft_answered(const struct draft *draft);

/* Frees what only another conversion needs. */
void draft_settle(struct draft *draft);

void draft_free(struct draft *draft);

#endif
