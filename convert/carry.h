/*
 * State of a provider that must come back with the next turn, as text. The client's history is the
 * only memory, so the state travels in the signature of a thinking block or in the data of a
 * redacted_thinking block: a capsule. State that belongs to one call travels in its id (ids.h).
 *
 * A capsule is "cp1." + base64url of compact JSON + "." + 8 hex digits of a hash over all before.
 * Its keys, all but "o" optional:
 *
 * o	where it came from: see carry_origin
 * f	the field in which the reasoning came; the text itself is the block's
 * t	the text, where the block could not show it
 * d	reasoning_details, whole
 * m	Mistral's thinking parts, whole
 * r	a reasoning item of the Responses API: e its ciphertext, p the phase of the message behind
 *	it; n the lengths of the texts of its summary, where there are several, as "12+40"
 *
 * doc/request.md §5.1, §5.3, doc/responses.md §7. Sessions outlive upgrades: cp1 stays readable
 * when there is a cp2.
 */
#ifndef CARRY_H
#define CARRY_H

#include "buf.h"
#include "settings.h"

struct json_object;

#define ORIGIN_SIZE 9
#define CAPSULE_MAX (1u << 20)

/* 8 hex digits of a hash over the upstream's scheme, host and port. */
void carry_origin(const struct base_url *base, char out[ORIGIN_SIZE]);

/*
 * The keys of a detail whose texts are appended when fragments are joined: "text", "summary" and
 * "data". Returns the key as a static string; NULL: it is none of them.
 */
const char *detail_piece(const char *key);

/*
 * Whether a fragment belongs to the detail that was begun: type and index are the same, and the id
 * as far as both have one. A signature ends a detail, unless each of its fragments has it.
 */
bool detail_continues(struct json_object *begun, struct json_object *fragment);

/* Only the first half of that. */
bool detail_is_same(struct json_object *begun, struct json_object *fragment);

/*
 * Adds a capsule of that state, an object with any of the keys above but "o". If it would exceed
 * CAPSULE_MAX, it holds only "o" and "f", so that the text of the block can still go back.
 */
void capsule_write(struct json_object *state, const char *origin, struct buf *out);

/*
 * The state in a capsule from that origin: the keys above and nothing else, each of its proper
 * shape. NULL: it is from elsewhere, broken, changed, too large, or no capsule of ours at all. The
 * caller frees it.
 */
struct json_object *capsule_read(struct slice text, const char *origin);

#endif
