/*
 * A JSON object cut anywhere: can these bytes still be the beginning of one, and where does it
 * close? Strings, escapes and brackets are followed byte by byte; the spelling of numbers and words
 * is not judged, nor are raw line breaks in strings, which some models write. doc/answer.md §2.5.
 */
#ifndef OBJECT_H
#define OBJECT_H

#include "../js.h"

#include <stdbool.h>
#include <stddef.h>

/* So many blanks in a row outside of strings: a model that goes round in circles. */
#define OBJECT_BLANKS 500

enum object_state {
	OBJECT_EMPTY,	/* nothing but blanks so far */
	OBJECT_OPEN,
	OBJECT_CLOSED,
	OBJECT_NONE,	/* it began with something else */
	OBJECT_BROKEN,	/* it began well, but can never become JSON */
	OBJECT_BLANK,	/* more than OBJECT_BLANKS */
};

/* Zero-initialised. */
struct object {
	enum object_state state;
	unsigned expect;	/* bits: what may come next */
	bool string, escape, word;	/* inside one */
	size_t blanks;		/* in a row */
	size_t depth;
	bool array[JS_DEPTH];	/* by depth: [ or { */
};

/* Takes bytes up to the closing brace, else all. Returns how many. */
size_t object_feed(struct object *object, const char *bytes, size_t len);

#endif
