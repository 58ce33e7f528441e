/*
 * Fuzz targets: each states properties, not only "no crash". Build one with `make fuzz`, or run its
 * corpus with replay.c, as `make check` does.
 */
#ifndef FUZZ_H
#define FUZZ_H

#include "../../convert/settings.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

int fuzz_carry(const uint8_t *data, size_t size);
int fuzz_edges(const uint8_t *data, size_t size);
int fuzz_js(const uint8_t *data, size_t size);
int fuzz_refusal(const uint8_t *data, size_t size);
int fuzz_request(const uint8_t *data, size_t size);
int fuzz_stream(const uint8_t *data, size_t size);

/* One of these, by its name behind "fuzz_"; NULL: there is none. */
int (*fuzz_target(const char *name))(const uint8_t *data, size_t size);

/*
 * Of several ways to try an input a fuzzer takes one, which the input chooses, and so tries more
 * inputs; replay.c takes all. Whether it is the turn of this way, of so many.
 */
bool fuzz_tries(const uint8_t *data, size_t size, size_t way, size_t ways);

/* Settings as a user has them who chose nothing but this family. */
struct settings fuzz_settings(const char *family);

/* Aborts with a sentence. */
_Noreturn void broken_law(const char *law);

#endif
