/*
 * The few visible words of an HTML page that came instead of an answer. doc/answer.md §3.3.
 */
#ifndef HTML_H
#define HTML_H

#include "../buf.h"

/* True when a body is markup and no JSON: it begins with a tag. */
bool html_is(struct slice body);

/* Writes to the empty out the title's words, else the first that are visible: about 200 bytes. */
void html_words(struct slice page, struct buf *out);

#endif
