#include "view.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

static void wrong(struct view *view, const char *what)
{
	if (!view->wrong)
		view->wrong = what;
}

/* Its empty line was read: what follows? */
static enum view_state after_head(struct view *view)
{
	if (view->interim) {
		view->interim = false;
		return VIEW_HEAD;
	}
	if (view->chunked && view->has_length)
		wrong(view, "chunked, with a content-length");
	if (view->head_only[view->ended] || view->status == 204 || view->status == 304)
		return VIEW_END;
	if (view->chunked)
		return VIEW_CHUNK_SIZE;
	if (view->has_length)
		return view->left ? VIEW_BY_LENGTH : VIEW_END;
	return VIEW_BY_CLOSE;
}

static void head_line(struct view *view, const char *line)
{
	if (!strncmp(line, "HTTP/1.", 7)) {
		view->status = atoi(line + 9);
		view->interim = view->status >= 100 && view->status < 200;
	} else if (!strncasecmp(line, "content-length:", 15)) {
		view->has_length = true;
		view->left = strtoul(line + 15, NULL, 10);
	} else if (!strncasecmp(line, "transfer-encoding:", 18)) {
		view->chunked = strcasestr(line + 18, "chunked") != NULL;
	}
	buf_printf(&view->text, "%s\n", line);
	if (*line == '\0')
		view->state = after_head(view);
}

static void chunk_size(struct view *view, const char *line)
{
	char *stop;

	view->left = strtoul(line, &stop, 16);
	if (stop == line || *stop)
		wrong(view, "a chunk without its size");
	view->state = view->left ? VIEW_CHUNK : VIEW_TRAILER;
}

static void whole_line(struct view *view)
{
	size_t len = view->line.len;

	if (len == 0 || view->line.data[len - 1] != '\r')
		wrong(view, "a line that ends without CR");
	else
		view->line.data[--len] = '\0';
	if (view->state == VIEW_HEAD)
		head_line(view, buf_text(&view->line));
	else if (view->state == VIEW_CHUNK_SIZE)
		chunk_size(view, buf_text(&view->line));
	else if (view->state == VIEW_CHUNK_END)
		view->state = VIEW_CHUNK_SIZE;
	else if (len == 0)	/* of the trailer */
		view->state = VIEW_END;
	buf_clear(&view->line);
}

/* Bytes of the body; returns how many of len belong to it. */
static size_t body(struct view *view, const char *bytes, size_t len)
{
	size_t take = len;

	if (view->state != VIEW_BY_CLOSE) {
		take = len < view->left ? len : view->left;
		view->left -= take;
		if (view->left == 0)
			view->state = view->state == VIEW_CHUNK ? VIEW_CHUNK_END : VIEW_END;
	}
	buf_add(&view->text, bytes, take);
	return take;
}

/* Tells how the answer ended, and turns to the next one. */
static void next_answer(struct view *view)
{
	view_end(view, false);
	buf_puts(&view->text, "\n");
	view->ended++;
	view->state = VIEW_HEAD;
	view->chunked = view->has_length = false;
	view->left = 0;
}

void view_feed(struct view *view, const char *bytes, size_t len)
{
	for (size_t i = 0; i < len;) {
		switch (view->state) {
		case VIEW_BY_LENGTH:
		case VIEW_BY_CLOSE:
		case VIEW_CHUNK:
			i += body(view, bytes + i, len - i);
			break;
		case VIEW_END:
			if (view->ended + 1 < view->answers) {
				next_answer(view);
				break;
			}
			view->surplus += len - i;
			i = len;
			break;
		default:
			if (bytes[i] == '\n')
				whole_line(view);
			else
				buf_add(&view->line, bytes + i, 1);
			i++;
		}
	}
}

static const char *how_it_ended(const struct view *view)
{
	if (view->state == VIEW_HEAD)
		return view->text.len || view->line.len ? "cut in the head" : "no answer";
	if (view->state == VIEW_BY_CLOSE)
		return "close";
	if (view->state != VIEW_END)
		return "cut in the body";
	if (view->head_only[view->ended] || !(view->chunked || view->has_length))
		return "no body";
	return view->chunked ? "last chunk" : "content-length";
}

void view_end(struct view *view, bool reset)
{
	if (view->text.len && view->text.data[view->text.len - 1] != '\n')
		buf_puts(&view->text, "\n");
	if (view->wrong)
		buf_printf(&view->text, "-- wrong: %s\n", view->wrong);
	if (view->surplus)
		buf_printf(&view->text, "-- wrong: %zu bytes behind the end\n", view->surplus);
	buf_printf(&view->text, "-- end: %s%s\n", how_it_ended(view), reset ? ", reset" : "");
}

void view_free(struct view *view)
{
	buf_free(&view->line);
	buf_free(&view->text);
}
