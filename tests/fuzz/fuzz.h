/*
 * Fuzz targets: each states properties, not only "no crash". Build one with `make fuzz`, or run its
 * corpus with replay.c, as `make check` does.
 */
#ifndef FUZZ_H
#define FUZZ_H

#include "../../convert/settings.h"

#include <stddef.h>
#include <stdint.h>

int fuzz_js(const uint8_t *data, size_t size);
int fuzz_request(const uint8_t *data, size_t size);
int fuzz_stream(const uint8_t *data, size_t size);

/* Settings as a user has them who chose nothing but this family. */
struct settings fuzz_settings(const char *family);

/* Aborts with a sentence. */
_Noreturn void broken_law(const char *law);

#endif
