/*
 * One piece of a tool call, as an upstream sent it. doc/answer.md §1.4, §2.5.
 */
#ifndef PIECE_H
#define PIECE_H

#include "../buf.h"
#include "../callid.h"

#include <stdint.h>

struct json_object;

/* Slices are borrowed from the JSON; empty where it holds none. */
struct piece {
	bool has_index, whole;
	int64_t index;
	struct slice id, name, arguments;
	enum signer signer;
	struct slice signature;		/* thought_signature */
};

struct piece piece_read(struct json_object *node, bool whole);

#endif
