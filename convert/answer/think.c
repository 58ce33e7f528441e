#include "think.h"

#include <string.h>

static const struct { const char *start, *end; } tags[] = {
	{ "<think>", "</think>" },
	{ "<thought>", "</thought>" },
	{ "<reasoning>", "</reasoning>" },	/* Bedrock's gpt-oss */
	{ "<thinking>", "</thinking>" },	/* Bedrock's Nova */
};

/* Passes the first n held bytes to one of the callbacks. */
static bool release(struct think *think, size_t n, bool thinking, struct failure *why)
{
	bool fine = true;

	if (n > 0 && thinking)
		fine = think->thinking(think->to, think->held.data, n, why);
	else if (n > 0)
		fine = think->text(think->to, think->held.data, n, why);
	buf_shift(&think->held, n);
	return fine;
}

static bool release_text(struct think *think, struct failure *why)
{
	think->state = THINK_TEXT;
	return release(think, think->held.len, false, why);
}

static void enter(struct think *think, const char *end_tag, size_t drop)
{
	think->state = THINK_INSIDE;
	think->end_tag = end_tag;
	buf_shift(&think->held, drop);
}

/* Is there a tag at the very beginning, blanks aside? Held while it may still become one. */
static bool opening(struct think *think, struct failure *why)
{
	size_t start = 0;
	struct slice rest;

	while (start < think->held.len && byte_is_blank(think->held.data[start]))
		start++;
	rest = (struct slice){ think->held.data + start, think->held.len - start };
	for (size_t i = 0; i < COUNT(tags); i++) {
		if (slice_starts(rest, tags[i].start)) {
			enter(think, tags[i].end, start + strlen(tags[i].start));
			return true;
		}
		if (rest.len < strlen(tags[i].start) && !memcmp(rest.data, tags[i].start, rest.len))
			return true;
	}
	/* An end tag without its opening one. */
	for (size_t i = 0; think->whole && i < COUNT(tags); i++)
		if (memmem(think->held.data, think->held.len, tags[i].end, strlen(tags[i].end))) {
			enter(think, tags[i].end, 0);
			return true;
		}
	return release_text(think, why);
}

/* How many bytes at the end may begin the tag. */
static size_t may_begin(const struct buf *held, const char *tag)
{
	size_t n = strlen(tag) - 1;

	if (n > held->len)
		n = held->len;
	while (n > 0 && memcmp(held->data + held->len - n, tag, n) != 0)
		n--;
	return n;
}

static bool inside(struct think *think, struct failure *why)
{
	const char *end = memmem(think->held.data, think->held.len, think->end_tag,
		strlen(think->end_tag));

	if (!end)
		return release(think, think->held.len - may_begin(&think->held, think->end_tag),
			true, why);
	think->state = THINK_CLOSED;
	if (!release(think, (size_t)(end - think->held.data), true, why))
		return false;
	buf_shift(&think->held, strlen(think->end_tag));
	return true;
}

/* One line break after the end tag belongs to it. */
static bool closed(struct think *think, struct failure *why)
{
	struct slice held = buf_slice(&think->held);

	if (slice_equals(held, "\r"))
		return true;
	buf_shift(&think->held, slice_starts(held, "\n") ? 1 : slice_starts(held, "\r\n") ? 2 : 0);
	return release_text(think, why);
}

bool think_feed(struct think *think, const char *text, size_t len, struct failure *why)
{
	if (len == 0)
		return true;
	if (think->state == THINK_TEXT)
		return think->text(think->to, text, len, why);
	buf_add(&think->held, text, len);
	if (think->state == THINK_OPENING && !opening(think, why))
		return false;
	if (think->state == THINK_INSIDE && think->held.len > 0 && !inside(think, why))
		return false;
	if (think->state == THINK_CLOSED && think->held.len > 0 && !closed(think, why))
		return false;
	return true;
}

bool think_end(struct think *think, struct failure *why)
{
	bool thinking = think->state == THINK_INSIDE;

	think->state = THINK_TEXT;
	return release(think, think->held.len, thinking, why);
}

void think_free(struct think *think)
{
	buf_free(&think->held);
}
