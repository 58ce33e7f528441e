/*
 * Makes message, request and call ids, and translates call ids in both directions. The only
 * randomness is the seed that the caller passes.
 */
#ifndef IDS_H
#define IDS_H

#include "buf.h"
#include "provider/family.h"

#include <stddef.h>

struct json_object;

#define SEED_SIZE 16
#define ID_SIZE 65	/* any id written by these functions, with its NUL */

/* "msg_" and "req_", each with 24 base-62 digits of the seed; the two differ. */
void ids_message(const unsigned char seed[SEED_SIZE], char out[ID_SIZE]);
void ids_request(const unsigned char seed[SEED_SIZE], char out[ID_SIZE]);

/* "toolu_" + 24 base-62 digits of seed and position: an id for a call that came without one. */
void ids_call(const unsigned char seed[SEED_SIZE], size_t position, char out[ID_SIZE]);

/*
 * Writes to out the id that the upstream accepts for a call id of the client (doc/request.md
 * §3.5). Calls and results go through the same function.
 */
void ids_to_upstream(enum call_ids rule, const char *id, struct buf *out);

/*
 * The call ids of a conversation: a new call must have a different one. "r2", "r3" … are
 * appended to a taken id (never "_2": Claude Code would lose the result).
 */
struct taken {
	struct json_object *ids;	/* zero-initialised: none */
};
void taken_add(struct taken *taken, const char *id);
/*
 * Makes id unique, adds it, and writes it to out. An id that cannot be visible (callid.h) becomes
 * "call_" and a hash. An older id followed by "_" and digits counts as taken too.
 */
void taken_make_unique(struct taken *taken, const char *id, struct buf *out);
void taken_free(struct taken *taken);

#endif
