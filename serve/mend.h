/*
 * Healing around the posts of one request: what is remembered of this upstream is done before the
 * first, a refusal may give one more edit, and what was answered then is remembered.
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
