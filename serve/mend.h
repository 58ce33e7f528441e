/*
 * Healing around the posts of one request: edits that are remembered for this upstream are made
 * before the first post, a refusal may lead to another one, and if the edited request is answered,
 * its edits are remembered.
 */
#ifndef MEND_H
#define MEND_H

#include "../convert/refusal/heal.h"
#include "../convert/refusal/refusal.h"
#include "exchange.h"

struct mending {
	struct healing healing;
	long today;	/* in days */
};

void mend_before(struct mending *mending, struct exchange *ex, struct json_object *chat);

/* The chat request was refused. */
enum heal mend_refused(struct mending *mending, struct exchange *ex,
	const struct refusal_reading *reading, struct json_object *chat);

/* The chat request, as it was edited, was answered. */
void mend_answered(const struct mending *mending, struct exchange *ex);

#endif
