/*
 * What OpenAI's Responses API refuses in a request that keeps nothing there, in its words: unknown
 * parameters, ids, tools that would become strict, calls and outputs without each other, reasoning
 * without what it led to, ciphertexts of somebody else. doc/responses.md §2, §3, §6
 */
#ifndef STRICT_H
#define STRICT_H

#include "../convert/buf.h"

/*
 * True: it refuses, and adds its error body to error. ciphers: with what the ciphertexts begin that
 * it made itself.
 */
bool strict_refuses(struct slice request, struct slice ciphers, struct buf *error);

#endif
