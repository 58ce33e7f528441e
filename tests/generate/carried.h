/*
 * A random turn of an upstream that wants its state back: reasoning, details, signatures, call
 * ids. How it says the turn, in fragments or whole, and how it must find it again.
 */
#ifndef CARRIED_H
#define CARRIED_H

#include "../../convert/ids.h"

struct json_object;

#define CARRIED_CALLS_MAX 4

/* Who is at the other end, and what it sends and takes back. */
struct upstream_kind {
	const char *family, *host, *model;
	const char *takes;	/* the field of its reasoning; "": as it came; NULL: no reasoning */
	bool details, parts;	/* OpenRouter's, Mistral's */
	bool required;		/* an empty reasoning beside calls rather than none */
	bool stands_in;		/* a word for a first call without a signature */
	bool short_ids;		/* nothing but nine letters and digits */
};

struct carried_call {
	char *id;		/* NULL: it sends none */
	struct buf signature;	/* empty: none */
	enum signer signer;
	enum { SIGNED_FIRST, SIGNED_WITH_ARGUMENTS } when;
};

struct carried {
	const struct upstream_kind *kind;
	const char *field;		/* that the reasoning comes in */
	struct buf reasoning;		/* empty: none, or in the details */
	struct json_object *details;	/* whole; NULL: none */
	struct json_object *parts;
	struct buf text;
	struct carried_call calls[CARRIED_CALLS_MAX];
	size_t call_count;
};

void carried_draw(struct carried *carried, const struct upstream_kind *kind);
void carried_free(struct carried *carried);

/* The key of a detail's text. */
const char *carried_piece_key(struct json_object *detail);

/* Parts of the turn, the same on the wire and in a message. */
void carried_add_signature(const struct carried_call *call, struct json_object *tool_call);
void carried_add_function(struct json_object *tool_call, size_t index);
void carried_add_parts(const struct carried *carried, struct json_object *message);

/* carried_wire.c: adds the turn as upstream sends it: a completion, or a stream. */
void carried_write(const struct carried *carried, struct buf *wire);

/*
 * The turn as a chat message, with state or without. Call i has the id in ids[i]. The caller
 * frees it.
 */
struct json_object *carried_message(const struct carried *carried, bool with_state,
	const char *const *ids);

#endif
