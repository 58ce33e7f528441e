/*
 * Takes secrets out of a text that leaves, to the client or to the log: upstreams quote keys, and
 * so do web servers that quote a URL. doc/answer.md §3.3.
 */
#ifndef REDACT_H
#define REDACT_H

#include "../buf.h"
#include "../settings.h"

/*
 * Copies text to out with "***" for our own keys wherever they stand, and for what looks like a
 * key ("sk-…", "Bearer …", "AIza…", "key=…", "user:pass@"). What comes out is UTF-8 without
 * NUL whatever went in, and ends with a whole character. At most size bytes with the NUL.
 */
void refusal_redact(const struct settings *settings, struct slice text, char *out, size_t size);

#endif
