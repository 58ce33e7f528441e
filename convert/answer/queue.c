#include "queue.h"

#include <assert.h>
#include <stdlib.h>

static const enum event_kind delta_kinds[] = {
	[BLOCK_TEXT] = TEXT_DELTA,
	[BLOCK_THINKING] = THINKING_DELTA,
	[BLOCK_TOOL_USE] = INPUT_JSON_DELTA,
};

static struct block *append(struct queue *queue, enum block_kind kind)
{
	struct block *block = must_zalloc(1, sizeof(*block));

	block->kind = kind;
	block->ready = kind != BLOCK_TOOL_USE;
	if (queue->tail)
		queue->tail->next = block;
	else
		queue->first = block;
	queue->tail = block;
	if (!queue->head)
		queue->head = block;
	return block;
}

void queue_add_state(struct queue *queue, struct state *state)
{
	struct block *block;

	if (state_is_empty(state))
		return;
	block = append(queue, BLOCK_REDACTED_THINKING);
	state_to_capsule(state, (struct slice){ 0 }, queue->origin, &block->pending);
	queue->buffered += block->pending.len;
	state_free(state);
}

struct block *queue_add(struct queue *queue, enum block_kind kind)
{
	struct block *block;

	if (!queue->first && kind != BLOCK_THINKING)
		queue_add_state(queue, &queue->late);
	block = append(queue, kind);
	queue->others += kind != BLOCK_THINKING;
	if (kind == BLOCK_THINKING) {
		block->state = queue->late;
		queue->late = (struct state){ 0 };
	}
	return block;
}

struct state *queue_state(struct queue *queue)
{
	struct block *thinking = queue_tail(queue, BLOCK_THINKING);

	return thinking ? &thinking->state : &queue->late;
}

struct block *queue_tail(struct queue *queue, enum block_kind kind)
{
	struct block *tail = queue->tail;

	return tail && tail->kind == kind && !tail->stopped && !tail->complete ? tail : NULL;
}

bool queue_put(struct queue *queue, struct block *block, const char *text, size_t len,
	struct failure *why)
{
	assert(!block->stopped);
	if (len > QUEUE_LIMIT - queue->buffered)
		return failed_as(why, 502, API_ERROR, "upstream's answer is too large to be "
			"held back: more than %u MB", QUEUE_LIMIT >> 20);
	queue->buffered += len;
	return buf_add(&block->pending, text, len);
}

static void send_event(struct queue *queue, struct event event)
{
	event.index = queue->index;
	queue->event(queue->to, &event);
}

static void clear(struct queue *queue, struct block *block)
{
	queue->buffered -= block->pending.len;
	buf_clear(&block->pending);
}

/*
 * Starts the head, and sends what it has got. The text of an omitted thinking block waits for the
 * signature, which may have to carry it.
 */
static void send_head(struct queue *queue)
{
	struct block *block = queue->head;
	struct slice text = buf_slice(&block->pending);

	if (!block->started) {
		block->started = true;
		queue->sent++;
		send_event(queue, (struct event){ .kind = CONTENT_BLOCK_START, .block = block->kind,
			.id = block->id, .name = block->name,
			.text = block->kind == BLOCK_REDACTED_THINKING ? text :
				(struct slice){ 0 } });
	}
	if (block->kind == BLOCK_THINKING && queue->omit_thinking)
		return;
	if (block->kind != BLOCK_REDACTED_THINKING && text.len > 0)
		send_event(queue, (struct event){ .kind = delta_kinds[block->kind], .text = text });
	clear(queue, block);
}

/* With what a client must bring back with a thinking block. */
static void stop_head(struct queue *queue)
{
	struct block *block = queue->head;
	struct buf signature = { 0 };

	if (block->kind == BLOCK_THINKING) {
		state_to_capsule(&block->state, buf_slice(&block->pending), queue->origin,
			&signature);
		send_event(queue, (struct event){ .kind = SIGNATURE_DELTA,
			.text = buf_slice(&signature) });
		buf_free(&signature);
		clear(queue, block);
	}
	block->stopped = true;
	send_event(queue, (struct event){ .kind = CONTENT_BLOCK_STOP, .block = block->kind });
	queue->index++;
}

/* The head leaves. Its memory stays: a call may still look at it. */
static void advance(struct queue *queue)
{
	buf_free(&queue->head->pending);
	state_free(&queue->head->state);
	queue->head = queue->head->next;
}

static bool done(const struct block *block)
{
	if (block->kind == BLOCK_REDACTED_THINKING)
		return true;
	if (block->kind == BLOCK_TOOL_USE)
		return block->next && block->complete;
	return block->next && (block->complete || block->next->kind != block->kind);
}

void queue_flush(struct queue *queue)
{
	while (queue->head && queue->head->ready) {
		send_head(queue);
		if (!done(queue->head))
			return;
		stop_head(queue);
		advance(queue);
	}
}

void queue_end(struct queue *queue)
{
	queue_add_state(queue, &queue->late);
	while (queue->head) {
		if (queue->head->ready) {
			send_head(queue);
			stop_head(queue);
		}
		advance(queue);
	}
}

void queue_free(struct queue *queue)
{
	struct block *next;

	for (struct block *block = queue->first; block; block = next) {
		next = block->next;
		free(block->id);
		free(block->name);
		buf_free(&block->pending);
		state_free(&block->state);
		free(block);
	}
	state_free(&queue->late);
	queue->first = queue->head = queue->tail = NULL;
}
