/*
 * Reading a refusal by what we sent: our own fields, parts, roles and schema keywords as whole
 * words in its text, whoever wrote it, together with a reason, give the changes that may mend it.
 * doc/answer.md §3.8.
 */
#ifndef NAMED_H
#define NAMED_H

#include "../provider/change.h"
#include "error_body.h"

struct json_object;

/*
 * Adds the error's sentence and param to out, as wording.h writes them, with "#" for every name
 * of ours that could be mistaken for a word of the upstream: the names of tools, the model. The
 * same goes to unquoted, with "#" for each word in quotes too.
 */
void named_text(const struct error_body *error, struct json_object *chat, struct buf *out,
	struct buf *unquoted);

/* Adds candidates, the best first. text is that of named_text(), with what is quoted. */
void named_changes(const char *text, struct json_object *chat, struct changes *candidates);

#endif
