/*
 * Message, request and call ids: they are made here, and call ids are translated both ways.
 * The only randomness is the seed that the caller passes.
 *
 * A call id may carry state: the visible id + "__cp1" + kind + 8 digits of the origin + base64url
 * payload + 6 check characters over all before. Clients keep the ids of calls even when they drop
 * thinking. The whole id consists of [A-Za-z0-9_-], which Anthropic's API demands and some clients
 * enforce. doc/request.md §3.5, §5.2.
 */
#ifndef IDS_H
#define IDS_H

#include "buf.h"

struct json_object;

#define SEED_SIZE 16
#define ID_SIZE 65	/* any id written by these functions, with its NUL */

/*
 * "msg_", "req_", or "toolu_" for a call that came without an id: the prefix, and 24 base-62 digits
 * of seed, prefix and position.
 */
void ids_make(const unsigned char seed[SEED_SIZE], const char *prefix, size_t position,
	char out[ID_SIZE]);

/* What a tool call id may look like. */
enum call_ids {
	IDS_40,		/* [A-Za-z0-9_-], at most 40 */
	IDS_KEPT,	/* as the upstream gave it, whatever its characters and length */
	IDS_9,		/* exactly 9 of [A-Za-z0-9] (Mistral) */
};

/*
 * Writes to out the id that the upstream accepts for a call id of the client. Calls and results go
 * through the same function.
 */
void ids_to_upstream(enum call_ids rule, const char *id, struct buf *out);

/*
 * Writes to out an id that the client can tell from those in taken, the call ids of a conversation
 * (id → true), and adds it there. "r2", "r3" … are appended to a taken id (never "_2": Claude Code
 * would lose the result), and an older id followed by "_" and digits counts as taken too. An id
 * that cannot be visible becomes "call_" and a hash.
 */
void ids_make_unique(struct json_object *taken, const char *id, struct buf *out);

/* ---- state in call ids ---- */

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
