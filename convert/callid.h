/*
 * Call ids that carry state: the visible id, or visible id + "__cp1" + kind + 8 digits of the
 * origin + base64url payload + 6 check characters over all before. Clients keep the ids of calls
 * even when they drop thinking. The whole id consists of [A-Za-z0-9_-], which Anthropic's API
 * demands and some clients enforce. doc/request.md §5.2.
 */
#ifndef CALLID_H
#define CALLID_H

#include "buf.h"

/* The object in a call's extra_content that holds its thought signature. */
enum signer { SIGNER_GOOGLE, SIGNER_VERTEX };
#define SIGNERS 2
const char *signer_name(enum signer signer);
/* Google's documented substitute for the signature of a call that another model made. */
#define SIGNATURE_STAND_IN "skip_thought_signature_validator"

/* What an upstream wants back with one call. Zero-initialised: nothing. */
struct call_state {
	struct buf id;		/* the upstream's, if it cannot be the visible id; else empty */
	enum signer signer;
	struct buf signature;	/* empty: none */
};
void call_state_free(struct call_state *state);

/* Whether an upstream's id can be the visible one. */
bool callid_may_be_visible(const char *id);

/*
 * Leaves in out the visible id and the state behind it: the signature or, without one, the id. No
 * upstream is known that needs both back. False: the signature is too long for an id, and was left
 * out.
 */
bool callid_write(const char *visible, const struct call_state *state, const char *origin,
	struct buf *out);

/* The visible part of an id: the whole id if it carries nothing. */
struct slice callid_visible(const char *id);

/*
 * Reads what an id carries for that origin into an empty state. False: it carries nothing, comes
 * from another origin, or was changed on its way.
 */
bool callid_read(const char *id, const char *origin, struct call_state *state);

#endif
