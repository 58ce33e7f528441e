/*
 * One exchange: a request, the settings, and the one answer to it. Every route gets it; a failure
 * that a route returns becomes the answer. The connection's next request begins with a new one.
 */
#ifndef EXCHANGE_H
#define EXCHANGE_H

#include "../convert/turn.h"
#include "../net/http.h"
#include "../net/log.h"
#include "../net/reply.h"
#include "connection.h"

struct exchange {
	struct connection *connection;
	const struct settings *settings;	/* the connection's */
	struct http_request request;
	struct reply reply;
	struct notes notes;
	struct turn turn;	/* of a Messages request; the log line borrows from it */
	char upstream_request_id[128];
	struct log_line line;
	unsigned char seed[SEED_SIZE];	/* random, of all ids made here */
	char request_id[ID_SIZE];
	long long began_ms;	/* the first byte of the request was there */
	size_t body_bytes;
};

/* Begins an exchange whose request has just begun to arrive. False: there is no randomness. */
bool exchange_begin(struct exchange *ex, struct connection *connection);

void exchange_free(struct exchange *ex);

/*
 * The request has been read whole: unless a reason stands against it, the answer promises to stay
 * for another one.
 */
void exchange_keep(struct exchange *ex);

/* Reads the request's body. The caller frees it, also when this failed. */
bool exchange_body(struct exchange *ex, struct buf *body, struct failure *why);

/* Reads the request's body and parses it. The caller frees *tree. */
bool exchange_json(struct exchange *ex, struct json_object **tree, struct failure *why);

/* Sends a JSON answer, and frees it. */
void exchange_reply(struct exchange *ex, int status, struct json_object *json);

/* The client has gone: writes the log line and ends the process. */
_Noreturn void exchange_leave(struct exchange *ex);

/* Writes the log line. error is the failure that was answered, or NULL. */
void exchange_log(struct exchange *ex, const struct failure *error);

/* Adds "timestamp", now in ISO 8601. */
void exchange_add_time(struct json_object *answer);

/* The routes. True: answered. False: *why is the answer. */
bool serve_messages(struct exchange *ex, struct failure *why);
bool serve_count_tokens(struct exchange *ex, struct failure *why);
bool serve_test_connection(struct exchange *ex, struct failure *why);
bool serve_models(struct exchange *ex, struct failure *why);
bool serve_model(struct exchange *ex, struct failure *why);
bool serve_health(struct exchange *ex, struct failure *why);
bool serve_root(struct exchange *ex, struct failure *why);
bool serve_telemetry(struct exchange *ex, struct failure *why);

#endif
