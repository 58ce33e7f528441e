/*
 * The driver of the golden files: filter KIND FILE.in prints what belongs into FILE.out.
 *
 * A file begins with KEY=value settings, as the program's environment would hold them, and an
 * empty line. Behind it stand
 *
 * request, count	a Messages request
 * answer, stream	a Messages request on one line, then upstream's bytes: a completion or SSE
 * failure		upstream's status, its retry headers, an empty line, its error body;
 *			printed is also whether the proxy sends the request again
 * heal			a Messages request on one line, then a refusal on each line: its status and its
 *			body; printed is what is sent, each change, and what is sent then
 * cuts			a file of answer or stream: its bytes are fed cut in two at every place,
 *			and one by one, with LF and with CRLF; and what a client makes of the
 *			events is compared with the Message. Nothing is printed unless one differs
 */
#include "../convert/answer/body.h"
#include "../convert/answer/event.h"
#include "../convert/estimate/count.h"
#include "../convert/js.h"
#include "../convert/request/request.h"
#include "../convert/responses/body.h"
#include "../net/config.h"
#include "../serve/draft.h"
#include "assemble.h"
#include "judged.h"
#include "play.h"

#include <json-c/json.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define SETTINGS_MAX 64
#define REQUEST_ID "req_000000000000000000000000"
/* A longer wire is cut at that many places only. */
#define CUTS_MAX 4096

struct golden {
	struct config config;
	struct slice rest;	/* behind the settings */
	struct turn turn;
	struct json_object *chat;
	struct notes notes;
};

static const unsigned char seed[SEED_SIZE] = "fifteen bytes..";

static struct slice rest_of_line(struct slice line, const char *name)
{
	size_t len = strlen(name);

	if (line.len < len || strncasecmp(line.data, name, len))
		return (struct slice){ 0 };
	while (len < line.len && line.data[len] == ' ')
		len++;
	return (struct slice){ line.data + len, line.len - len };
}

/* Takes the settings off the file. */
static bool read_settings(struct golden *golden, struct slice text, struct failure *why)
{
	char *env[SETTINGS_MAX + 1] = { 0 };
	size_t count = 0;
	struct slice line;
	bool ok;

	while (play_line(&text, &line) && line.len) {
		if (count == SETTINGS_MAX - 3 || !memchr(line.data, '=', line.len))
			play_stop("a settings line reads \"%.*s\"", (int)line.len, line.data);
		env[count++] = strndup(line.data, line.len);
	}
	/*
	 * No file of this machine, and what nearly every case needs: of equal names the first
	 * counts.
	 */
	env[count++] = must_strdup("CLAUDEPROXY_CONF=/dev/null");
	env[count++] = must_strdup("OPENAI_API_KEY=test-key");
	env[count++] = must_strdup("OPENAI_BASE_URL=https://api.openai.com/v1");
	golden->rest = text;
	ok = config_load(&golden->config, NULL, env, why);
	while (count > 0)
		free(env[--count]);
	golden->notes.debug = golden->config.settings.log_level == LOG_LEVEL_DEBUG;
	return ok;
}

/* Converts a Messages request; fills turn and chat. */
static bool convert(struct golden *golden, struct slice text, enum request_for purpose,
	struct failure *why)
{
	struct json_object *body = NULL;
	struct js_error error;
	bool ok;

	golden->turn.settings = &golden->config.settings;
	memcpy(golden->turn.seed, seed, SEED_SIZE);
	if (!js_parse(text.data, text.len, &body, &error))
		return failed(why, INVALID_REQUEST_ERROR, "the request is not valid JSON: %s",
			error.text);
	ok = request_to_chat(body, purpose, &golden->turn, &golden->chat, &golden->notes, why);
	js_free(body);
	return ok;
}

/* json-c 0.16 spreads an empty object or array over two lines, 0.18 does not. */
static void print_json(struct json_object *node, struct buf *out)
{
	const char *text = json_object_to_json_string_ext(node,
		JSON_C_TO_STRING_PRETTY | JSON_C_TO_STRING_NOSLASHESCAPE);

	for (const char *p = text; *p; p++) {
		bool opens = (*p == '{' || *p == '[') && p[1] == '\n';
		size_t blank = opens ? strspn(p + 1, "\n ") : 0;

		buf_add(out, p, 1);
		if (p[1 + blank] == (*p == '{' ? '}' : ']'))
			p += blank;
	}
	buf_puts(out, "\n");
}

static void print_error(const struct failure *why, struct buf *out)
{
	buf_printf(out, "ERROR %d %s: %s\n", why->status, failure_type(why->kind), why->message);
}

static void print_notes(const struct golden *golden, struct buf *out)
{
	buf_printf(out, "notes: %s\n", golden->notes.text);
}

/* ---- the kinds; each adds its text to out ---- */

static bool of_request(struct golden *golden, struct buf *out, struct failure *why)
{
	if (!convert(golden, golden->rest, FOR_MESSAGES, why))
		return false;
	if (golden->turn.dialect.api == API_RESPONSES) {
		struct json_object *body = responses_body(golden->chat, &golden->turn);

		print_json(body, out);
		js_free(body);
	} else {
		print_json(golden->chat, out);
	}
	print_notes(golden, out);
	return true;
}

static bool of_count(struct golden *golden, struct buf *out, struct failure *why)
{
	if (!convert(golden, golden->rest, FOR_COUNT_TOKENS, why))
		return false;
	buf_printf(out, "input_tokens: %lld\n", (long long)count_chat(golden->chat));
	print_notes(golden, out);
	return true;
}

static void on_event(void *to, const struct event *event)
{
	event_text(event, to);
}

static void on_event_to_fold(void *to, const struct event *event)
{
	fold_event(to, event);
}

/* Feeds the wire in pieces: the first of `cut` bytes, the others of at most `piece`. */
static bool feed(struct golden *golden, struct slice wire, size_t cut, size_t piece,
	struct stream *stream, struct failure *why)
{
	struct body body = { .stream = stream, .notes = &golden->notes };
	bool ok = true;

	for (size_t at = 0; ok && at < wire.len; cut = piece) {
		size_t take = wire.len - at < cut ? wire.len - at : cut;

		ok = body_feed(&body, wire.data + at, take, why);
		at += take;
	}
	ok = ok && body_finish(&body, why);
	body_free(&body);
	return ok;
}

static void print_events(struct golden *golden, struct slice wire, size_t cut, size_t piece,
	struct buf *out)
{
	struct stream *stream = stream_new(&golden->turn, on_event, out);
	size_t before = out->len;
	struct failure why;

	if (!feed(golden, wire, cut, piece, stream, &why)) {
		if (out->len > before) {
			buf_puts(out, "event: error\ndata: ");
			failure_envelope(&why, REQUEST_ID, out);
			buf_puts(out, "\n\n");
		} else {
			print_error(&why, out);
		}
	}
	stream_free(stream);
}

/* The request's line is converted; what stays in rest is the wire. */
static bool read_turn(struct golden *golden, struct failure *why)
{
	struct slice line;

	return play_line(&golden->rest, &line) && convert(golden, line, FOR_MESSAGES, why);
}

static bool of_stream(struct golden *golden, struct buf *out, struct failure *why)
{
	if (!read_turn(golden, why))
		return false;
	print_events(golden, golden->rest, SIZE_MAX, SIZE_MAX, out);
	return true;
}

static bool of_answer(struct golden *golden, struct buf *out, struct failure *why)
{
	struct fold fold = { 0 };
	struct stream *stream;
	bool ok;

	if (!read_turn(golden, why))
		return false;
	stream = stream_new(&golden->turn, on_event_to_fold, &fold);
	ok = feed(golden, golden->rest, SIZE_MAX, SIZE_MAX, stream, why);
	if (ok)
		print_json(fold_message(&fold), out);
	stream_free(stream);
	fold_free(&fold);
	return ok;
}

static void print_if_other(const struct buf *whole, const struct buf *cut, const char *where,
	size_t at, struct buf *out)
{
	if (whole->len != cut->len || memcmp(buf_text(whole), buf_text(cut), whole->len))
		buf_printf(out, "%s %zu the answer differs:\n%s\n", where, at, buf_text(cut));
}

static void cut_everywhere(struct golden *golden, struct slice wire, const struct buf *whole,
	struct buf *out)
{
	size_t step = wire.len / CUTS_MAX + 1;
	struct buf cut = { 0 };

	for (size_t at = 1; at < wire.len && out->len == 0; at += step) {
		buf_clear(&cut);
		print_events(golden, wire, at, SIZE_MAX, &cut);
		print_if_other(whole, &cut, "cut at byte", at, out);
	}
	for (size_t piece = 1; piece < 4 && out->len == 0; piece++) {
		buf_clear(&cut);
		print_events(golden, wire, piece, piece, &cut);
		print_if_other(whole, &cut, "in pieces of", piece, out);
	}
	buf_free(&cut);
}

/* The wire with all its lines ended that way. */
static void end_lines(struct slice wire, const char *line_end, struct buf *out)
{
	buf_clear(out);
	for (size_t i = 0; i < wire.len; i++) {
		if (wire.data[i] == '\n')
			buf_puts(out, line_end);
		else if (wire.data[i] != '\r' || i + 1 == wire.len || wire.data[i + 1] != '\n')
			buf_add(out, wire.data + i, 1);
	}
}

/* What a client makes of the events must be the Message that it had got unstreamed. */
static void compare_with_whole(struct golden *golden, const struct buf *events, struct buf *out)
{
	struct fold fold = { 0 };
	struct stream *stream = stream_new(&golden->turn, on_event_to_fold, &fold);
	struct json_object *assembled;
	const char *wrong;
	struct failure why;

	feed(golden, golden->rest, SIZE_MAX, SIZE_MAX, stream, &why);
	assembled = assemble(buf_slice(events), &wrong);
	if (wrong)
		buf_printf(out, "%s\n", wrong);
	else if (!assembled != !fold_message(&fold) || (assembled &&
		strcmp(js_text(assembled).data, js_text(fold_message(&fold)).data)))
		buf_printf(out, "unstreamed it is another Message:\n%s\n",
			js_text(fold_message(&fold)).data);
	js_free(assembled);
	stream_free(stream);
	fold_free(&fold);
}

static bool of_cuts(struct golden *golden, struct buf *out, struct failure *why)
{
	static const char *const line_ends[] = { "\n", "\r\n" };
	struct buf whole = { 0 }, wire = { 0 };

	if (!read_turn(golden, why))
		return true;	/* such a request is another file's business */
	print_events(golden, golden->rest, SIZE_MAX, SIZE_MAX, &whole);
	if (slice_starts(buf_slice(&whole), "event: "))
		compare_with_whole(golden, &whole, out);
	cut_everywhere(golden, golden->rest, &whole, out);
	for (size_t i = 0; i < sizeof(line_ends) / sizeof(line_ends[0]); i++) {
		end_lines(golden->rest, line_ends[i], &wire);
		cut_everywhere(golden, buf_slice(&wire), &whole, out);
	}
	buf_free(&whole);
	buf_free(&wire);
	return true;
}

static long milliseconds(struct slice number, double unit)
{
	return (long)(strtod(number.data, NULL) * unit);
}

static bool of_failure(struct golden *golden, struct buf *out, struct failure *why)
{
	static const char usual[] = "{\"model\":\"claude-sonnet-4-5\",\"max_tokens\":1024,"
		"\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}]}";
	struct refusal refusal = { .retry_after_ms = -1 };
	struct slice line, value;
	char location[256] = "";

	if (!convert(golden, slice_of(usual), FOR_MESSAGES, why))
		return false;
	while (play_line(&golden->rest, &line) && line.len) {
		if (refusal.status == 0)
			refusal.status = atoi(line.data);
		if ((value = rest_of_line(line, "retry-after:")).data)
			refusal.retry_after_ms = milliseconds(value, 1000);
		if ((value = rest_of_line(line, "retry-after-ms:")).data)
			refusal.retry_after_ms = milliseconds(value, 1);
		if ((value = rest_of_line(line, "location:")).data)
			snprintf(location, sizeof(location), "%.*s", (int)value.len, value.data);
		if (location[0])
			refusal.location = location;
		if ((value = rest_of_line(line, "x-should-retry:")).data)
			refusal.should_retry = slice_starts(value, "true") ? RETRY_YES : RETRY_NO;
	}
	refusal.body = golden->rest;
	judged(&golden->turn, &refusal, why);
	buf_printf(out, "%d %s: %s\n", why->status, failure_type(why->kind), why->message);
	if (why->retry_after_ms >= 0)
		buf_printf(out, "retry-after: %ld\nretry-after-ms: %ld\n",
			(why->retry_after_ms + 999) / 1000, why->retry_after_ms);
	if (why->should_retry != RETRY_UNSAID)
		buf_printf(out, "x-should-retry: %s\n",
			why->should_retry == RETRY_YES ? "true" : "false");
	if (why->again)
		buf_printf(out, "%s\n", why->once ? "sent again once" : "sent again");
	return true;
}

/* The request as it is sent, and as it is sent again after each refusal. */
static bool of_heal(struct golden *golden, struct buf *out, struct failure *why)
{
	struct connection connection = { 0 };
	struct exchange ex = { .connection = &connection, .settings = &golden->config.settings };
	struct json_object *body = NULL;
	struct draft draft = { 0 };
	struct js_error error;
	struct slice line;
	bool fine;

	if (!play_line(&golden->rest, &line) || !js_parse(line.data, line.len, &body, &error))
		return failed(why, INVALID_REQUEST_ERROR, "the request is not valid JSON");
	memcpy(ex.seed, seed, SEED_SIZE);
	fine = draft_begin(&draft, &ex, body, why);
	if (fine)
		buf_printf(out, "%s\n", js_text(draft.chat).data);
	while (fine && play_line(&golden->rest, &line) && line.len) {
		struct slice status = slice_cut(&line, ' ');
		struct refusal refusal = { .status = atoi(status.data), .body = line,
			.retry_after_ms = -1 };

		refusal_read(&ex.turn, &refusal);
		if (draft_change(&draft, &refusal) == HEAL_CHANGES)
			buf_printf(out, "%s\n%s\n", draft.made.text[draft.made.count - 1],
				js_text(draft.chat).data);
		else
			buf_puts(out, "nothing helps\n");
		refusal_free(&refusal);
	}
	draft_free(&draft);
	known_free(&connection.knowledge);
	turn_free(&ex.turn);
	return fine;
}

static const struct {
	const char *name;
	bool (*run)(struct golden *golden, struct buf *out, struct failure *why);
} kinds[] = {
	{ "request", of_request }, { "count", of_count }, { "answer", of_answer },
	{ "stream", of_stream }, { "cuts", of_cuts }, { "failure", of_failure },
	{ "heal", of_heal },
};

int main(int argc, char **argv)
{
	struct golden golden = { 0 };
	struct buf text = { 0 }, out = { 0 };
	struct failure why;
	size_t kind = 0;

	while (argc == 3 && kind < sizeof(kinds) / sizeof(kinds[0]) &&
			strcmp(kinds[kind].name, argv[1]))
		kind++;
	if (argc != 3 || kind == sizeof(kinds) / sizeof(kinds[0]))
		play_stop("usage: filter request|count|answer|stream|cuts|failure|heal FILE.in");
	play_file(argv[2], &text);
	if (!read_settings(&golden, (struct slice){ buf_text(&text), text.len }, &why) ||
			!kinds[kind].run(&golden, &out, &why))
		print_error(&why, &out);
	fwrite(buf_text(&out), 1, out.len, stdout);
	js_free(golden.chat);
	turn_free(&golden.turn);
	config_free(&golden.config);
	buf_free(&out);
	buf_free(&text);
	return 0;
}
