/*
 * One exchange: a request, the settings, and the one answer to it. Every route gets it; a failure
 * that a route returns becomes the answer.
 */
#ifndef EXCHANGE_H
#define EXCHANGE_H

#include "../convert/turn.h"
#include "../net/client.h"
#include "../net/config.h"
#include "../net/http.h"
#include "../net/log.h"
#include "../net/reply.h"

struct exchange {
	struct client client;
	struct http_request request;
	struct config config;
	bool configured;	/* else `broken` says what is wrong with the configuration */
	struct failure broken;
	struct reply reply;
	struct notes notes;
	struct turn turn;	/* of a Messages request; the log line borrows from it */
	char upstream_request_id[128];
	struct log_line line;
	unsigned char seed[SEED_SIZE];	/* random, of all ids made here */
	char request_id[ID_SIZE];
	long long began_ms;
	size_t body_bytes;
};

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
