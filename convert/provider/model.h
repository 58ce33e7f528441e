/*
 * Models: which upstream model the client's name stands for, what follows from its name, and the
 * list that clients see.
 */
#ifndef MODEL_H
#define MODEL_H

#include "../settings.h"

struct changes;
struct dialect;
struct family;
struct json_object;

/*
 * The upstream's model for the name that the client sent: doc/request.md §1, row "model". A
 * trailing "[1m]" is cut. The caller frees it.
 */
char *model_map(const struct settings *settings, const char *asked);

/*
 * The dialect of settings->family with this model. Later sources win: the row, the base URL's path
 * (DeepSeek's /beta), the traits that belong to the name (doc/request.md §4.4; MODEL_TRAITS gives
 * an alias those of a known name), what is remembered of it (or NULL), and the user's own
 * settings: UPSTREAM_API, TOKEN_FIELD, IMAGES, SYSTEM_MESSAGES, then DIALECT.
 */
void model_dialect(const struct settings *settings, const char *model,
	const struct changes *remembered, struct dialect *dialect);

/*
 * Changes a family's dialect by all that the model's name tells, wherever it is served:
 * doc/request.md §4.4. Only model_dialect() and tests call it.
 */
void traits_apply(const struct family *family, const char *model, struct dialect *dialect);

/*
 * The variable that chose this upstream model ("BIG_MODEL" …), for hints; NULL when the client
 * named it itself.
 */
const char *model_variable(const struct settings *settings, const char *model);

/* GET /v1/models: the whole list. The caller frees it. */
struct json_object *model_list(const struct settings *settings);

/* GET /v1/models/{id}: one entry; NULL: no such id. The caller frees it. */
struct json_object *model_entry(const struct settings *settings, const char *id);

#endif
