/*
 * Random numbers that a seed repeats, and random texts and JSON made of them.
 */
#ifndef CHANCE_H
#define CHANCE_H

#include "../../convert/buf.h"

#include <stdint.h>

void chance_seed(uint64_t seed);

/* 0 to n - 1. */
size_t chance_below(size_t n);

/* True once in n times. */
bool chance_one_in(size_t n);

/* One of an array's elements. */
#define CHANCE_OF(array) ((array)[chance_below(sizeof(array) / sizeof((array)[0]))])

/* Adds at most that many pieces of text: words, quotes, blanks, marks of the wire, NUL, … */
void chance_text(size_t most, struct buf *out);

/* Adds the text of a JSON object that has members, spelled as no two servers would. */
void chance_object(struct buf *out);

/* The length of a random beginning, 1 byte at least, that cuts no character. */
size_t chance_cut(struct slice text);

#endif
