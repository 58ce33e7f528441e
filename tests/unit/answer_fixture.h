/*
 * Plays an upstream's wire through the answer side and shows the events in short:
 *
 *	<text 'Hel' 'lo'> <tool_use call_1 read '{}'> tool_use
 *
 * a block with its deltas, at last the stop_reason; "made_0" stands for the id that is made for the
 * first call, "call_1+i" for one that carries something of that kind (ids.h). Each wire is
 * played whole, cut in two at every byte, byte by byte, and with all three line ends; what comes
 * out must be the same. The order that the protocol demands is checked on the way. In the wires '
 * stands for ".
 */
#ifndef ANSWER_FIXTURE_H
#define ANSWER_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "../../convert/answer/body.h"
#include "../../convert/answer/event.h"
#include "../../convert/ids.h"
#include "../../convert/js.h"
#include "../../convert/turn.h"
#include "quoted.h"

#define SEED "fifteen bytes.."

/* One chunk of a stream with this inside its delta, and one with a finish_reason. */
#define DELTA(members) "{'choices':[{'index':0,'delta':{" members "}}]}\n"
#define FINISH(word) "{'choices':[{'index':0,'delta':{},'finish_reason':'" word "'}]}\n"
#define DONE "[DONE]\n"
#define TEXT(text) DELTA("'content':'" text "'")
/* Pieces of a call: its index and id; its name; arguments, whose quotes are written \\'. */
#define CALL(index, id, name, arguments) DELTA("'tool_calls':[{'index':" #index ",'id':'" id \
	"','type':'function','function':{'name':'" name "','arguments':'" arguments "'}}]")
#define ARGUMENTS(index, arguments) DELTA("'tool_calls':[{'index':" #index \
	",'function':{'arguments':'" arguments "'}}]")
/* A whole completion with these members in its message. */
#define COMPLETION(members, word) "{'choices':[{'index':0,'message':{'role':'assistant'," members \
	"},'finish_reason':'" word "'}]}"

struct fixture {
	struct settings settings;
	struct turn turn;
	struct notes notes;
};

/* What one play has shown. */
struct played {
	struct buf shown;
	bool started, ended, signed_off;
	bool open;		/* a block */
	enum block_kind block;
	unsigned blocks;
	struct fold fold;
};

static inline int set_up(void **state)
{
	struct fixture *f = must_zalloc(1, sizeof(*f));

	f->settings.family = family_by_name("generic");
	f->turn.settings = &f->settings;
	f->turn.model = must_strdup("claude-sonnet-4-5");
	f->turn.upstream_model = must_strdup("gpt-4o");
	memcpy(f->turn.seed, SEED, SEED_SIZE);
	f->turn.stream = f->turn.emit_thinking = true;
	f->turn.estimate = 42;
	f->notes.debug = true;
	f->turn.notes = &f->notes;
	*state = f;
	return 0;
}

static inline int tear_down(void **state)
{
	struct fixture *f = *state;

	turn_free(&f->turn);
	free(f);
	return 0;
}

/* A name for an id that was made here, since it depends on the seed. */
static inline void show_id(struct played *played, const char *id)
{
	struct slice visible = callid_visible(id);
	struct buf shown = { 0 };
	char made[ID_SIZE];

	buf_add(&shown, visible.data, visible.len);
	for (unsigned position = 0; position < 3; position++) {
		ids_make((const unsigned char *)SEED, "toolu_", position, made);
		if (slice_equals(visible, made)) {
			buf_clear(&shown);
			buf_printf(&shown, "made_%u", position);
		}
	}
	buf_printf(&played->shown, " %s", buf_text(&shown));
	if (visible.len < strlen(id))
		buf_printf(&played->shown, "+%c", id[visible.len + strlen("__cp1")]);
	buf_free(&shown);
}

static inline void show_start(struct played *played, const struct event *event)
{
	static const char *const names[] = { "text", "thinking", "redacted_thinking", "tool_use" };

	assert_true(played->started);
	assert_false(played->open);
	assert_int_equal(event->index, played->blocks++);
	played->open = true;
	played->signed_off = false;
	played->block = event->block;
	buf_printf(&played->shown, "<%s", names[event->block]);
	if (event->block == BLOCK_TOOL_USE) {
		show_id(played, event->id);
		buf_printf(&played->shown, " %s", event->name);
	}
	if (event->block == BLOCK_REDACTED_THINKING)
		buf_printf(&played->shown, " %.*s", (int)event->text.len, event->text.data);
}

static inline void show_delta(struct played *played, const struct event *event)
{
	static const enum block_kind blocks[] = { [TEXT_DELTA] = BLOCK_TEXT,
		[THINKING_DELTA] = BLOCK_THINKING, [SIGNATURE_DELTA] = BLOCK_THINKING,
		[INPUT_JSON_DELTA] = BLOCK_TOOL_USE };

	assert_true(played->open);
	assert_int_equal(event->index, played->blocks - 1);
	assert_int_equal(played->block, blocks[event->kind]);
	assert_false(played->signed_off);
	if (event->kind == SIGNATURE_DELTA) {
		played->signed_off = true;
		return;
	}
	buf_puts(&played->shown, " '");
	buf_add(&played->shown, event->text.data, event->text.len);
	buf_puts(&played->shown, "'");
}

static inline void show_stop(struct played *played, const struct event *event)
{
	assert_true(played->open);
	assert_int_equal(event->index, played->blocks - 1);
	assert_int_equal(played->block, event->block);
	assert_int_equal(played->signed_off, event->block == BLOCK_THINKING);
	played->open = false;
	buf_puts(&played->shown, "> ");
}

static inline void show_end(struct played *played, const struct event *event)
{
	assert_false(played->open);
	assert_non_null(event->usage);
	buf_puts(&played->shown, event->stop_reason);
	if (event->stop_sequence)
		buf_printf(&played->shown, " %s", event->stop_sequence);
}

static inline void show(void *to, const struct event *event)
{
	struct played *played = to;

	assert_false(played->ended);
	fold_event(&played->fold, event);
	switch (event->kind) {
	case MESSAGE_START:
		assert_false(played->started);
		played->started = true;
		break;
	case CONTENT_BLOCK_START:
		show_start(played, event);
		break;
	case TEXT_DELTA:
	case THINKING_DELTA:
	case SIGNATURE_DELTA:
	case INPUT_JSON_DELTA:
		show_delta(played, event);
		break;
	case CONTENT_BLOCK_STOP:
		show_stop(played, event);
		break;
	case MESSAGE_DELTA:
		show_end(played, event);
		break;
	case MESSAGE_STOP:
		played->ended = true;
		break;
	case PING:
		assert_true(false);
		break;
	}
}

static inline void played_free(struct played *played)
{
	buf_free(&played->shown);
	fold_free(&played->fold);
}

/* Plays the wire in pieces: the first of `cut` bytes, the others of at most `piece`. */
static inline void play(struct fixture *f, struct slice wire, size_t cut, size_t piece,
	struct played *played)
{
	struct stream *stream = stream_new(&f->turn, show, played);
	struct body body = { .stream = stream, .notes = &f->notes };
	struct failure why = { .status = 0 };
	bool fine = true;

	*played = (struct played){ .ended = false };
	for (size_t at = 0; fine && at < wire.len; cut = piece) {
		size_t take = wire.len - at < cut ? wire.len - at : cut;
		/* Bytes of its own, so that reading past them is seen. */
		char *bytes = memcpy(must_alloc(take), wire.data + at, take);

		fine = body_feed(&body, bytes, take, &why);
		at += take;
		free(bytes);
	}
	fine = fine && body_finish(&body, &why);
	if (!fine)
		buf_printf(&played->shown, " ERROR %d %s: %s", why.status, failure_type(why.kind),
			why.message);
	assert_int_equal(fine, played->ended);
	body_free(&body);
	stream_free(stream);
}

static inline void plays_as(struct fixture *f, struct slice wire, size_t cut, size_t piece,
	const char *expected)
{
	struct played played;

	play(f, wire, cut, piece, &played);
	assert_string_equal(buf_text(&played.shown), expected);
	played_free(&played);
}

static inline void plays_cut_anywhere(struct fixture *f, struct slice wire, const char *expected)
{
	plays_as(f, wire, wire.len, wire.len, expected);
	for (size_t cut = 1; cut < wire.len; cut++)
		plays_as(f, wire, cut, wire.len, expected);
	plays_as(f, wire, 1, 1, expected);
}

/* Lines → the data of one event each; a line with a colon in front is taken as it is. */
static inline void make_wire(const char *lines, const char *line_end, struct buf *wire)
{
	for (const char *p = lines; *p; p += strcspn(p, "\n") + 1) {
		size_t start = wire->len;

		if (*p != ':')
			buf_puts(wire, "data: ");
		buf_add(wire, p + (*p == ':'), strcspn(p, "\n") - (*p == ':'));
		for (size_t i = start; i < wire->len; i++)
			if (wire->data[i] == '\'')
				wire->data[i] = '"';
		buf_printf(wire, "%s%s", line_end, line_end);
	}
}

/* The same for a long wire, which is played whole only. */
static inline void plays_lines_as(struct fixture *f, const char *lines, const char *expected)
{
	struct buf wire = { 0 };

	make_wire(lines, "\n", &wire);
	plays_as(f, (struct slice){ wire.data, wire.len }, wire.len, wire.len, expected);
	buf_free(&wire);
}

/* A stream of these chunks shows these events, however it is cut and its lines end. */
static inline void streams(struct fixture *f, const char *lines, const char *expected)
{
	static const char *const line_ends[] = { "\n", "\r\n", "\r" };

	for (size_t i = 0; i < 3; i++) {
		struct buf wire = { 0 };

		make_wire(lines, line_ends[i], &wire);
		plays_cut_anywhere(f, (struct slice){ wire.data, wire.len }, expected);
		buf_free(&wire);
	}
}

/* A whole completion shows these events. */
static inline void answers(struct fixture *f, const char *completion, const char *expected)
{
	char *json = quoted(completion);

	plays_cut_anywhere(f, slice_of(json), expected);
	free(json);
}

/* The Message of that wire, as text; the caller frees it. */
static inline char *message_of(struct fixture *f, struct slice wire)
{
	struct played played;
	struct slice text;
	char *copy;

	play(f, wire, wire.len, wire.len, &played);
	assert_true(played.ended);
	text = js_text(fold_message(&played.fold));
	copy = must_strdup(text.data);
	played_free(&played);
	return copy;
}

/* Streamed and whole make the same Message. */
static inline void both_make(struct fixture *f, const char *lines, const char *completion,
	const char *expected)
{
	struct buf wire = { 0 };
	char *json = quoted(completion), *whole, *streamed, *message = quoted(expected);

	make_wire(lines, "\n", &wire);
	streamed = message_of(f, (struct slice){ wire.data, wire.len });
	whole = message_of(f, slice_of(json));
	assert_string_equal(whole, message);
	assert_string_equal(streamed, message);
	free(streamed);
	free(whole);
	free(message);
	free(json);
	buf_free(&wire);
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, set_up, tear_down)

#endif
