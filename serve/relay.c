#include "relay.h"

#include "../convert/answer/body.h"
#include "../convert/answer/event.h"
#include "../convert/answer/usage.h"
#include "../convert/js.h"
#include "../convert/provider/endpoint.h"
#include "../net/upstream.h"
#include "draft.h"
#include "guard.h"

#include <string.h>

/* Retries and changes together: no request costs more. */
#define MOST_POSTS 6

/* A quota may have been raised meanwhile: after so long upstream is asked all the same. */
#define LONGEST_REST_MS 60000

/* Some local servers never close after finish_reason, nor after [DONE]. */
#define SILENCE_AFTER_FINISH_MS 5000
#define SILENCE_AFTER_DONE_MS 500

struct relay {
	struct exchange *ex;
	struct turn *turn;
	struct upstream upstream;
	struct endpoint endpoint;
	struct draft draft;
	bool healed;			/* the last post was refused, and the draft changed */
	struct failure first;		/* the refusal that was there before any change */
	struct stream *stream;		/* of the post under way */
	struct body body;
	struct fold fold;
	struct buf events;		/* text of the events that one upstream read gave */
	bool message_started;		/* message_start is out; another post must not repeat it */
	long long heard_ms;		/* upstream's last byte */
	bool stopped;			/* a callback ended the transfer */
	struct failure why;		/* … because of this: see stop() */
};

/* ---- towards the client ---- */

/* For the log: what is known of upstream's answer, as soon as its head is there. */
static void note_upstream(struct relay *relay)
{
	struct exchange *ex = relay->ex;

	ex->line.upstream_status = relay->upstream.status;
	ex->line.kept = relay->upstream.kept;
	/* A gateway may make up its id out of what it was sent. */
	refusal_redact(ex->settings, slice_of(relay->upstream.request_id),
		ex->upstream_request_id, sizeof(ex->upstream_request_id));
	ex->line.upstream_request_id = ex->upstream_request_id;
}

static _Noreturn void leave(struct relay *relay)
{
	note_upstream(relay);
	exchange_leave(relay->ex);
}

static void on_event(void *to, const struct event *event)
{
	struct relay *relay = to;
	struct log_line *line = &relay->ex->line;

	if (event->kind == MESSAGE_START && relay->turn->stream) {
		if (relay->message_started)
			return;
		relay->message_started = true;
	}
	if (event->kind == MESSAGE_DELTA) {
		line->input_tokens = usage_prompt_tokens(event->usage);
		line->cached_tokens = event->usage->cache_read_input_tokens;
		line->output_tokens = event->usage->output_tokens;
	}
	if (relay->turn->stream)
		event_text(event, &relay->events);
	else
		fold_event(&relay->fold, event);
}

/* All events that one upstream read gave go out in one write; a slow client holds it up. */
static void flush(struct relay *relay)
{
	struct reply *reply = &relay->ex->reply;

	if (relay->events.len == 0)
		return;
	if (!reply->started)
		reply_events_start(reply);
	reply_events(reply, relay->events.data, relay->events.len);
	buf_clear(&relay->events);
	if (reply->gone)
		leave(relay);
}

/*
 * Silence. The head is held back so that an error can still have its status, but not for ever:
 * clients and what stands between give up on a connection without a byte.
 */
static void ping_if_silent(struct relay *relay)
{
	static const struct event ping = { .kind = PING };
	struct exchange *ex = relay->ex;
	long long last_ms = ex->reply.started ? ex->reply.last_ms : ex->began_ms;

	if (!relay->turn->stream || now_ms() - last_ms < ex->settings->ping_interval * 1000LL)
		return;
	stream_start(relay->stream);
	event_text(&ping, &relay->events);
	flush(relay);
}

/* Once a second in every phase. False: a signal asked us to end, and why says so. */
static bool attend(struct relay *relay)
{
	if (client_gone(&relay->ex->connection->client))
		leave(relay);
	if (client_told_to_stop())
		return client_stopped(&relay->why);
	ping_if_silent(relay);
	return true;
}

/*
 * A callback ends the transfer. libcurl stands between it and post(), so it cannot return its
 * failure in a parameter why, as all other functions do: post() takes it from relay->why.
 */
static bool stop(struct relay *relay)
{
	relay->stopped = true;
	return false;
}

static bool on_tick(void *to)
{
	struct relay *relay = to;
	int patience = stream_is_done(relay->stream) ? SILENCE_AFTER_DONE_MS :
		SILENCE_AFTER_FINISH_MS;

	if (stream_finished(relay->stream) && now_ms() - relay->heard_ms > patience)
		return false;
	return attend(relay) || stop(relay);
}

static bool on_bytes(void *to, const char *bytes, size_t len)
{
	struct relay *relay = to;
	bool fine;

	guard_begin();
	fine = body_feed(&relay->body, bytes, len, &relay->why);
	guard_end();
	/* Once a word is out nothing can be asked again, and a large request need not stay. */
	if (relay->turn->stream && stream_has_output(relay->stream))
		draft_settle(&relay->draft);
	flush(relay);
	relay->heard_ms = now_ms();
	return fine || stop(relay);
}

/* ---- towards upstream ---- */

static void begin_answer(struct relay *relay)
{
	body_free(&relay->body);
	stream_free(relay->stream);
	fold_free(&relay->fold);
	relay->fold = (struct fold){ 0 };
	relay->stream = stream_new(relay->turn, on_event, relay);
	relay->body = (struct body){ .stream = relay->stream, .notes = &relay->ex->notes };
	relay->stopped = relay->healed = false;
}

/* A reasoning model that thought up to its limit is no error. */
static bool answer_nothing(struct relay *relay, struct failure *why)
{
	struct json_object *completion = js_new_object();
	struct json_object *choice = js_append_object(js_add_array(completion, "choices"));
	bool fine;

	js_add_string(choice, "finish_reason", "length");
	js_add_string(js_add_object(choice, "message"), "content", "");
	fine = stream_chunk(relay->stream, completion, true, why) &&
		stream_end(relay->stream, why);
	flush(relay);
	js_free(completion);
	return fine;
}

/* ---- healing ---- */

/* Converts the request again if that may help. True: the refusal is an answer after all. */
static bool try_to_heal(struct relay *relay, const struct refusal *refusal,
	struct failure *why)
{
	enum heal result = HEAL_NONE;

	if (relay->draft.made.count == 0)
		relay->first = *why;
	if (relay->ex->line.tries < MOST_POSTS && why->kind != AUTHENTICATION_ERROR &&
		why->kind != BILLING_ERROR)
		result = draft_change(&relay->draft, refusal);
	relay->healed = result == HEAL_CHANGES;
	/* Where no change helped, what was refused first is what the client asked for. */
	if (result == HEAL_NONE && relay->draft.made.count > 0 &&
		why->kind == INVALID_REQUEST_ERROR && refusal->overflow.kind == OVERFLOW_NONE)
		*why = relay->first;
	return result == HEAL_EMPTY && answer_nothing(relay, why);
}

/* Upstream's refusal: why says it, unless it is an answer after all, or a change may mend it. */
static bool refused(struct relay *relay, struct failure *why)
{
	struct refusal refusal = {
		.status = relay->upstream.status,
		.body = buf_slice(&relay->upstream.error_body),
		.retry_after_ms = relay->upstream.retry_after_ms,
		.should_retry = relay->upstream.should_retry,
		.location = relay->upstream.location[0] ? relay->upstream.location : NULL,
	};
	bool fine;

	refusal_read(relay->turn, &refusal);
	refusal_judge(relay->turn, &refusal, why);
	fine = try_to_heal(relay, &refusal, why);
	refusal_free(&refusal);
	return fine;
}

/*
 * Routers say 200 before they have asked anybody: {"error":{"code":400,…}} as the body, or as the
 * first event. Before a word was sent that is a refusal like any other; why says it already.
 */
static bool refused_in_answer(struct relay *relay, struct failure *why)
{
	const struct refusal *refusal = stream_refusal(relay->stream);

	return refusal && !stream_has_output(relay->stream) && try_to_heal(relay, refusal, why);
}

/* One post and its whole answer. False: why, with `again` where one more may help. */
static bool post(struct relay *relay, struct failure *why)
{
	struct exchange *ex = relay->ex;
	enum upstream_end end;
	bool fine;

	begin_answer(relay);
	if (ex->line.tries++ == 0 && config_key_in_clear(ex->settings))
		log_sentence("the key goes over plain http to %s: anyone on the way can read it",
			ex->settings->base.host);
	relay->upstream.stream = js_get_true(relay->draft.chat, "stream");
	end = upstream_post(&relay->upstream, relay->endpoint.url, relay->endpoint.key_header,
		js_text(relay->draft.chat), why);
	note_upstream(relay);
	if (relay->stopped) {
		*why = relay->why;
		return refused_in_answer(relay, why);
	}
	if (end == UPSTREAM_FAILED)
		return false;
	if (relay->upstream.status < 200 || relay->upstream.status > 299)
		return refused(relay, why);
	/* A short body or a reset after finish_reason has cost nothing. */
	if (end == UPSTREAM_CUT && !stream_finished(relay->stream))
		return false;
	guard_begin();
	fine = body_finish(&relay->body, why);
	guard_end();
	flush(relay);
	if (!fine)
		return refused_in_answer(relay, why);
	draft_answered(&relay->draft);
	return true;
}

/* ---- one post after the other ---- */

long relay_wait_before(int retry, const struct failure *why, const unsigned char seed[SEED_SIZE])
{
	long wait = 500;

	if (why->retry_after_ms >= 0)
		return why->retry_after_ms;
	for (int i = 0; i < retry && wait < LONGEST_WAIT_MS; i++)
		wait *= 2;
	wait = wait * (192 + seed[retry % SEED_SIZE] % 128) / 256;
	return wait < LONGEST_WAIT_MS ? wait : LONGEST_WAIT_MS;
}

/* False: a signal asked us to end; why says so. Does not return when the client leaves. */
static bool wait_for(struct relay *relay, long ms, struct failure *why)
{
	long long until = now_ms() + ms, left;

	while ((left = until - now_ms()) > 0) {
		client_wait(&relay->ex->connection->client, left < 1000 ? (int)left : 1000);
		if (!attend(relay)) {
			*why = relay->why;
			return false;
		}
	}
	return true;
}

/* Whether the same request should be sent once more; waits before it is. */
static bool retry(struct relay *relay, int retries, bool once_before, struct failure *why)
{
	long wait;

	if (!why->again || (why->once && once_before) ||
		retries >= relay->ex->settings->max_retries)
		return false;
	wait = relay_wait_before(retries, why, relay->ex->seed);
	return wait <= LONGEST_WAIT_MS && wait_for(relay, wait, why);
}

/* Upstream has asked an earlier request of this connection for a rest: that holds for this one. */
static bool let_rest(struct relay *relay, struct failure *why)
{
	const struct known *known = relay->draft.known;
	long long left = known->rests_until_ms - now_ms();

	if (left <= 0)
		return true;
	begin_answer(relay);
	if (left <= LONGEST_WAIT_MS)
		return wait_for(relay, (long)left, why);
	*why = known->rest;
	why->retry_after_ms = (long)(known->wanted_until_ms - now_ms());
	note_changed(&relay->ex->notes, "rest");
	return false;
}

static void remember_rest(struct relay *relay, const struct failure *why)
{
	struct known *known = relay->draft.known;
	long rest = why->retry_after_ms < LONGEST_REST_MS ? why->retry_after_ms : LONGEST_REST_MS;

	if (why->retry_after_ms <= 0 || !relay->ex->line.tries || (why->status != 503 &&
		why->kind != RATE_LIMIT_ERROR && why->kind != OVERLOADED_ERROR))
		return;
	known->rests_until_ms = now_ms() + rest;
	known->wanted_until_ms = now_ms() + why->retry_after_ms;
	known->rest = *why;
}

static bool post_until_answered(struct relay *relay, struct failure *why)
{
	bool once = false;
	int retries = 0;

	if (!let_rest(relay, why))
		return false;
	while (!post(relay, why)) {
		if (relay->ex->line.tries == MOST_POSTS || stream_has_output(relay->stream))
			return false;
		/* A changed request is no retry, and nothing to wait for. */
		if (relay->healed)
			continue;
		if (!retry(relay, retries++, once, why))
			return false;
		once |= why->once;
	}
	return true;
}

bool relay(struct exchange *ex, struct json_object *tree, struct json_object **message,
	struct failure *why)
{
	struct relay relay = {
		.ex = ex,
		.turn = &ex->turn,
		.upstream = { .link = &ex->connection->link, .settings = ex->settings,
			.user_agent = ex->request.user_agent, .bytes = on_bytes,
			.tick = on_tick, .to = &relay },
	};
	bool answered = draft_begin(&relay.draft, ex, tree, why) &&
		endpoint_of(ex->settings, ex->turn.upstream_model, &relay.endpoint, why) &&
		post_until_answered(&relay, why);

	if (!answered && relay.draft.known)
		remember_rest(&relay, why);
	if (answered && relay.turn->stream)
		reply_events_end(&ex->reply);
	*message = answered && !relay.turn->stream ? js_hold(fold_message(&relay.fold)) : NULL;
	body_free(&relay.body);
	stream_free(relay.stream);
	fold_free(&relay.fold);
	buf_free(&relay.events);
	upstream_free(&relay.upstream);
	endpoint_free(&relay.endpoint);
	draft_free(&relay.draft);
	return answered;
}
