/*
 * Upstream's error → the failure that the client sees: type, status, words, without any key.
 * doc/answer.md §3.2 to §3.7.
 */
#ifndef REFUSAL_H
#define REFUSAL_H

#include "../failure.h"
#include "../turn.h"
#include "error_body.h"
#include "overflow.h"

struct json_object;

/* An answer of upstream that is no completion: the request is healed by it, or it is a failure. */
struct refusal {
	int status;		/* of HTTP; inside an answer that of the error, else 200 */
	struct slice body;	/* the first 64 kB of it */
	long retry_after_ms;	/* from retry-after-ms or retry-after; -1: none */
	enum should_retry should_retry;	/* upstream's x-should-retry */
	const char *location;	/* the host to which a 3xx redirects, or NULL */
	/* what is read out of it */
	bool in_answer;			/* it stood inside an answer of status 200 */
	struct error_body error;	/* upstream's own words: they may contain keys */
	struct overflow overflow;	/* the figures of a request that was too large */
};

/*
 * Each fills what is read, which the caller frees. The second is for an error inside an answer of
 * status 200, and fills all; holder is the completion or chunk.
 */
void refusal_read(const struct turn *turn, struct refusal *refusal);
void refusal_read_in_answer(const struct turn *turn, struct json_object *holder,
	struct refusal *refusal);

/* Always fills why. */
void refusal_judge(const struct turn *turn, const struct refusal *reading,
	struct failure *why);

/*
 * Whether it says that another API serves the model: "only supported in v1/responses". text is
 * upstream's, as wording.h writes it.
 */
bool refusal_names_other_api(const struct refusal *reading, const char *text);

void refusal_free(struct refusal *reading);

/*
 * Takes secrets out of a text that leaves, to the client or to the log: upstreams quote keys, and
 * so do web servers that quote a URL. Copies text to out with "***" for our own keys wherever they
 * stand, and for what looks like a key ("sk-…", "Bearer …", "AIza…", "key=…", "user:pass@"). What
 * comes out is UTF-8 without NUL whatever went in, and ends with a whole character. At most size
 * bytes with the NUL. doc/answer.md §3.3.
 */
void refusal_redact(const struct settings *settings, struct slice text, char *out, size_t size);

#endif
