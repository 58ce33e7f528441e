/*
 * The arguments of a call as a JSON object. While they come in pieces: can these bytes still be the
 * beginning of an object, and where does it close? Strings, escapes and brackets are followed byte
 * by byte. The spelling of numbers and words is not checked. When they are whole: which object does
 * their text stand for? doc/answer.md §1.4, §2.5.
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
	OBJECT_NONE,	/* it begins with something else */
	OBJECT_BROKEN,	/* it begins like an object, but can never become JSON */
};

/* Zero-initialised. */
struct object {
	enum object_state state;
	unsigned expect;	/* bits: what may come next */
	bool string, escape, word;	/* inside one */
	size_t depth;
	bool array[JS_DEPTH];	/* by depth: [ or { */
};

/*
 * Takes text that belongs to an object, and adds it with the raw line breaks and other control
 * characters in its strings escaped: some models write them, and they have one meaning only.
 */
void object_escape(struct object *object, struct slice text, struct buf *out);

/* Takes the bytes up to the closing brace, or all of them. Returns how many it took. */
size_t object_feed(struct object *object, const char *bytes, size_t len);

/*
 * Adds the text of the input for which whole arguments stand; for {} it adds nothing, because a
 * tool_use starts with that. Anything but an object becomes an object_of_raw(). cut: the answer was
 * cut here, so missing arguments do not mean {}.
 */
void object_from_arguments(struct slice arguments, bool cut, struct buf *out);

/*
 * Makes {"raw_arguments": text}, which the caller frees. Nothing is lost: the client's validator
 * complains, and the model repairs its call. If it were mended into valid JSON, the client would
 * run it and, for example, write half a file.
 */
struct json_object *object_of_raw(struct slice arguments);

#endif
