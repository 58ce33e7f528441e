/*
 * The arguments of a call as a JSON object. While they come in pieces: can these bytes still be the
 * beginning of an object, and where does it close? Strings, escapes and brackets are followed byte
 * by byte; the spelling of numbers and words is not judged, nor are raw line breaks in strings,
 * which some models write. When they are whole: the object, whatever a server made of it.
 * doc/answer.md §1.4, §2.5.
 */
#ifndef OBJECT_H
#define OBJECT_H

#include "../js.h"

#include <stdbool.h>
#include <stddef.h>

enum object_state {
	OBJECT_EMPTY,	/* nothing but blanks so far */
	OBJECT_OPEN,
	OBJECT_CLOSED,
	OBJECT_NONE,	/* it began with something else */
	OBJECT_BROKEN,	/* it began well, but can never become JSON */
};

/* Zero-initialised. */
struct object {
	enum object_state state;
	unsigned expect;	/* bits: what may come next */
	bool string, escape, word;	/* inside one */
	size_t depth;
	bool array[JS_DEPTH];	/* by depth: [ or { */
};

/* Takes bytes up to the closing brace, else all. Returns how many. */
size_t object_feed(struct object *object, const char *bytes, size_t len);

/*
 * Adds the text of the input that whole arguments stand for; nothing for {}, with which a tool_use
 * starts anyway. What is no object becomes object_of_raw(). cut: the answer ended here, so that no
 * arguments at all do not mean {}.
 */
void object_from_arguments(struct slice arguments, bool cut, struct buf *out);

/*
 * {"raw_arguments": text}: nothing is lost, the client's validator complains and the model repairs
 * it. Mended into valid JSON, the client would run it: half a file would be written. The caller
 * frees it.
 */
struct json_object *object_of_raw(struct slice arguments);

#endif
