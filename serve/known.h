/*
 * What a request learns of an upstream's model that the connection's next requests may know: the
 * changes that mended a refusal, and the time for which upstream asked to be left alone. Nothing
 * else outlives a request.
 */
#ifndef KNOWN_H
#define KNOWN_H

#include "../convert/failure.h"
#include "../convert/provider/change.h"

#define KNOWN_MOST 8

struct known {
	char *upstream_model;
	struct changes learnt;
	long long rests_until_ms;	/* on the clock of now_ms(): it is not asked before, */
	long long wanted_until_ms;	/* … and upstream wished it to be so long, */
	struct failure rest;		/* … in this answer */
};

/* Zero-initialised nothing is known. */
struct knowledge {
	struct known *models[KNOWN_MOST];	/* the last one asked about comes first */
};

/* What is known of a model, to be added to. Of too many the one not asked about longest goes. */
struct known *known_model(struct knowledge *knowledge, const char *upstream_model);

void known_free(struct knowledge *knowledge);

#endif
