/*
 * The keys of a dialect as text: "images=none", "max_tools=32", "drop=stop". One table has five
 * readers: the setting DIALECT, healing (a refusal gives a change), the file that remembers what
 * healed, the notes of the log, and --check. A list inside a value is joined by "+".
 */
#ifndef CHANGE_H
#define CHANGE_H

#include "../buf.h"

struct dialect;

/* The longest change, with its NUL. */
#define CHANGE_SIZE 192
#define CHANGES_MOST 16

/* Changes in the order in which they are made. Zero-initialised there are none. */
struct changes {
	char text[CHANGES_MOST][CHANGE_SIZE];
	size_t count;
};

/* Adds one that is not there yet. False: it is there, there is no room, or it is too long. */
bool changes_add(struct changes *changes, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/*
 * Makes a change of the form KEY=VALUE; several may stand in the text, separated by commas. False:
 * a key or a value is unknown, and the dialect may have changed in part.
 */
bool change_apply(struct dialect *dialect, struct slice text);

/*
 * Makes the changes of the setting DIALECT that are meant for this model: KEY=VALUE for all,
 * MODEL:KEY=VALUE for one, separated by commas. False: a key or a value is unknown, whatever the
 * model; *wrong is that part then.
 */
bool change_apply_setting(struct dialect *dialect, const char *setting, const char *model,
	struct slice *wrong);

/*
 * The changes depend on the model, not on this one request: they are worth remembering, and hold
 * for the next request of the same model.
 */
bool change_lasts(const char *text);

/* Adds what makes the one dialect of the other: "images=none,max_tools=32"; nothing if equal. */
void change_difference(const struct dialect *from, const struct dialect *to, struct buf *out);

/*
 * The keys in order; the words that one of them may have, none where its values are not listed.
 * NULL past the last. For tests and documents.
 */
const char *change_key_at(size_t index);
const char *change_word_at(size_t index, size_t word);

#endif
