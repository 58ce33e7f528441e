/*
 * What a model's name tells about it, wherever it is served: doc/request.md §4.4. A table by
 * prefix and version; the families' rows (family.h) say what their servers take.
 */
#ifndef TRAITS_H
#define TRAITS_H

struct dialect;
struct family;

/* Changes the family's dialect by all that the model's name tells. */
void traits_apply(const struct family *family, const char *model, struct dialect *dialect);

#endif
