#include "ids.h"

#include "base64.h"
#include "hash.h"
#include "js.h"

#include <ctype.h>
#include <string.h>

#define SEED_DIGITS 24
#define ID_40_MAX 40
#define ID_40_DIGITS 24
#define ID_9_LEN 9

#define MARK "__cp1"
#define ORIGIN_DIGITS 8
#define CHECK_DIGITS 6
#define PAYLOAD_MAX (16u << 10)

/* Whether id is of [A-Za-z0-9] and the characters in also, and not empty. */
static bool is_made_of(const char *id, const char *also)
{
	const char *p = id;

	while (*p && (isalnum((unsigned char)*p) || strchr(also, *p)))
		p++;
	return *p == '\0' && p > id;
}

/* ---- ids of our own ---- */

void ids_make(const unsigned char seed[SEED_SIZE], const char *prefix, size_t position,
	char out[ID_SIZE])
{
	struct buf bytes = { 0 };

	buf_add(&bytes, seed, SEED_SIZE);
	buf_printf(&bytes, "%s%zu", prefix, position);
	hash_base62(bytes.data, bytes.len, stpcpy(out, prefix), SEED_DIGITS);
	buf_free(&bytes);
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

/*
 * Whether the client would mix id up with one that stands in the conversation: the same, or the
 * same with "_" and digits behind it, which Claude Code reads as a repetition of the older one.
 */
static bool is_taken(struct json_object *taken, const char *id)
{
	size_t len = strlen(id), stem = len;
	struct buf older = { 0 };
	bool found;

	if (js_has(taken, id))
		return true;
	while (stem > 0 && id[stem - 1] >= '0' && id[stem - 1] <= '9')
		stem--;
	if (stem == len || stem == 0 || id[stem - 1] != '_')
		return false;
	buf_add(&older, id, stem - 1);
	found = js_has(taken, older.data);
	buf_free(&older);
	return found;
}

void ids_make_unique(struct json_object *taken, const char *id, struct buf *out)
{
	struct buf visible = { 0 };
	int64_t repetition = 1;

	if (callid_may_be_visible(id)) {
		buf_puts(&visible, id);
	} else {
		char hash[ID_SIZE];

		hash_hex(id, strlen(id), hash, 8);
		buf_printf(&visible, "call_%s", hash);
	}
	buf_clear(out);
	buf_puts(out, buf_text(&visible));
	/* Under an id stands its latest repetition: all before it are taken. */
	js_get_int(taken, buf_text(&visible), &repetition);
	while (is_taken(taken, buf_text(out))) {
		buf_clear(out);
		buf_printf(out, "%sr%lld", buf_text(&visible), (long long)++repetition);
	}
	js_add_int(taken, buf_text(out), 1);
	if (repetition > 1)
		js_add_int(taken, buf_text(&visible), repetition);
	buf_free(&visible);
}

/* ---- state in call ids ---- */

const char *signer_name(enum signer signer)
{
	return signer == SIGNER_VERTEX ? "vertex" : "google";
}

void call_state_free(struct call_state *state)
{
	buf_free(&state->id);
	buf_free(&state->signature);
}

bool callid_may_be_visible(const char *id)
{
	/* Claude Code gives ids with these beginnings a meaning of its own. */
	static const char *const reserved[] = { "toolu_plugin_", "toolu_mcp_call_", "confirm_" };
	size_t len = strspn(id, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-");

	return len > 0 && id[len] == '\0' && !strstr(id, MARK) &&
		!starts_with_one_of(id, reserved, COUNT(reserved));
}

struct slice callid_visible(const char *id)
{
	const char *mark = strstr(id, MARK);

	return (struct slice){ id, mark ? (size_t)(mark - id) : strlen(id) };
}

/* Returns the kind. What is base64 already is spelled anew, since it would grow otherwise. */
static char write_signature(const struct call_state *state, struct buf *payload)
{
	struct buf bytes = { 0 };
	char kind = state->signer == SIGNER_VERTEX ? 'v' : 'g';

	if (base64_decode_exact(BASE64_STANDARD, buf_slice(&state->signature), &bytes)) {
		kind = state->signer == SIGNER_VERTEX ? 'V' : 'G';
		base64_encode(BASE64_URL, buf_slice(&bytes), payload);
	} else {
		base64_encode(BASE64_URL, buf_slice(&state->signature), payload);
	}
	buf_free(&bytes);
	return kind;
}

static bool read_payload(char kind, struct slice payload, struct call_state *state)
{
	struct buf bytes = { 0 };
	bool fine = base64_decode_exact(BASE64_URL, payload, &bytes) && bytes.len > 0;

	state->signer = kind == 'v' || kind == 'V' ? SIGNER_VERTEX : SIGNER_GOOGLE;
	if (fine && kind == 'i')
		buf_add(&state->id, bytes.data, bytes.len);
	else if (fine && (kind == 'g' || kind == 'v'))
		buf_add(&state->signature, bytes.data, bytes.len);
	else if (fine && (kind == 'G' || kind == 'V'))
		base64_encode(BASE64_STANDARD, buf_slice(&bytes), &state->signature);
	else
		fine = false;
	buf_free(&bytes);
	return fine;
}

static bool add_suffix(char kind, const struct buf *payload, const char *origin, struct buf *out)
{
	char check[CHECK_DIGITS + 1];

	if (payload->len > PAYLOAD_MAX)
		return false;
	buf_printf(out, MARK "%c%s%s", kind, origin, buf_text(payload));
	hash_base62(out->data, out->len, check, CHECK_DIGITS);
	return buf_puts(out, check);
}

bool callid_write(const char *visible, const struct call_state *state, const char *origin,
	struct buf *out)
{
	struct buf payload = { 0 };
	bool signature = state->signature.len > 0, fits = false;

	buf_clear(out);
	buf_puts(out, visible);
	if (signature) {
		char kind = write_signature(state, &payload);

		fits = add_suffix(kind, &payload, origin, out);
	}
	if (!fits && state->id.len) {
		buf_clear(&payload);
		base64_encode(BASE64_URL, buf_slice(&state->id), &payload);
		add_suffix('i', &payload, origin, out);
	}
	buf_free(&payload);
	return fits || !signature;
}

bool callid_read(const char *id, const char *origin, struct call_state *state)
{
	const char *suffix = id + callid_visible(id).len;
	size_t len = strlen(id), head = strlen(MARK) + 1 + ORIGIN_DIGITS;
	size_t rest = strlen(suffix);
	char check[CHECK_DIGITS + 1];

	if (rest < head + CHECK_DIGITS || rest > head + PAYLOAD_MAX + CHECK_DIGITS ||
	    memcmp(suffix + head - ORIGIN_DIGITS, origin, ORIGIN_DIGITS) != 0)
		return false;
	hash_base62(id, len - CHECK_DIGITS, check, CHECK_DIGITS);
	if (strcmp(id + len - CHECK_DIGITS, check) != 0)
		return false;
	if (read_payload(suffix[strlen(MARK)],
		(struct slice){ suffix + head, rest - head - CHECK_DIGITS }, state))
		return true;
	call_state_free(state);
	return false;
}
