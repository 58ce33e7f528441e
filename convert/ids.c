#include "ids.h"

#include "callid.h"
#include "hash.h"
#include "js.h"

#include <ctype.h>
#include <string.h>

#define SEED_DIGITS 24
#define ID_40_MAX 40
#define ID_40_DIGITS 24
#define ID_9_LEN 9

/* Whether id is of [A-Za-z0-9] and the characters in also, and not empty. */
static bool is_made_of(const char *id, const char *also)
{
	const char *p = id;

	while (*p && (isalnum((unsigned char)*p) || strchr(also, *p)))
		p++;
	return *p == '\0' && p > id;
}

/* ---- ids of our own ---- */

/* prefix, then digits that depend on seed, prefix and position. */
static void from_seed(const unsigned char seed[SEED_SIZE], const char *prefix, size_t position,
	char out[ID_SIZE])
{
	struct buf bytes = { 0 };

	buf_add(&bytes, seed, SEED_SIZE);
	buf_printf(&bytes, "%s%zu", prefix, position);
	hash_base62(bytes.data, bytes.len, stpcpy(out, prefix), SEED_DIGITS);
	buf_free(&bytes);
}

void ids_message(const unsigned char seed[SEED_SIZE], char out[ID_SIZE])
{
	from_seed(seed, "msg_", 0, out);
}

void ids_request(const unsigned char seed[SEED_SIZE], char out[ID_SIZE])
{
	from_seed(seed, "req_", 0, out);
}

void ids_call(const unsigned char seed[SEED_SIZE], size_t position, char out[ID_SIZE])
{
	from_seed(seed, "toolu_", position, out);
}

/* ---- the client's, to the upstream ---- */

void ids_to_upstream(enum call_ids rule, const char *id, struct buf *out)
{
	char hash[ID_SIZE];

	buf_clear(out);
	if ((rule == IDS_KEPT && *id) ||
	    (rule == IDS_40 && is_made_of(id, "_-") && strlen(id) <= ID_40_MAX) ||
	    (rule == IDS_9 && is_made_of(id, "") && strlen(id) == ID_9_LEN)) {
		buf_puts(out, id);
		return;
	}
	if (rule == IDS_9)
		hash_base62(id, strlen(id), hash, ID_9_LEN);
	else
		hash_hex(id, strlen(id), hash, ID_40_DIGITS);
	buf_puts(out, hash);
}

/* ---- the upstream's, to the client ---- */

void taken_add(struct taken *taken, const char *id)
{
	if (!taken->ids)
		taken->ids = js_new_object();
	js_add_bool(taken->ids, id, true);
}

/*
 * Whether the client would mix id up with one that stands in the conversation: the same, or the
 * same with "_" and digits behind it, which Claude Code reads as a repetition of the older one.
 */
static bool is_taken(const struct taken *taken, const char *id)
{
	size_t len = strlen(id), stem = len;
	struct buf older = { 0 };
	bool found;

	if (js_has(taken->ids, id))
		return true;
	while (stem > 0 && id[stem - 1] >= '0' && id[stem - 1] <= '9')
		stem--;
	if (stem == len || stem == 0 || id[stem - 1] != '_')
		return false;
	buf_add(&older, id, stem - 1);
	found = js_has(taken->ids, older.data);
	buf_free(&older);
	return found;
}

void taken_make_unique(struct taken *taken, const char *id, struct buf *out)
{
	struct buf visible = { 0 };

	if (callid_may_be_visible(id)) {
		buf_puts(&visible, id);
	} else {
		char hash[ID_SIZE];

		hash_hex(id, strlen(id), hash, 8);
		buf_printf(&visible, "call_%s", hash);
	}
	buf_clear(out);
	buf_puts(out, buf_text(&visible));
	for (unsigned repetition = 2; is_taken(taken, buf_text(out)); repetition++) {
		buf_clear(out);
		buf_printf(out, "%sr%u", buf_text(&visible), repetition);
	}
	taken_add(taken, buf_text(out));
	buf_free(&visible);
}

void taken_free(struct taken *taken)
{
	js_free(taken->ids);
	taken->ids = NULL;
}
