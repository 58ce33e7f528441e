#include "mend.h"

#include "../net/remember.h"

#include <time.h>

#define SECONDS_A_DAY 86400

void mend_before(struct mending *mending, struct exchange *ex, struct json_object *chat)
{
	struct remembered remembered;
	struct edit edit;

	*mending = (struct mending){ .today = (long)(time(NULL) / SECONDS_A_DAY) };
	remember_read(&ex->config.settings, ex->turn.upstream_model, mending->today, &remembered,
		&ex->notes);
	for (size_t i = 0; i < remembered.count; i++)
		if (edit_from_text(remembered.lines[i].text, &edit) && edit_lasts(&edit))
			edit_apply(chat, &edit, &ex->turn, &ex->notes);
}

enum heal mend_refused(struct mending *mending, struct exchange *ex,
	const struct refusal_reading *reading, struct json_object *chat)
{
	const struct refused refused = {
		.status = reading->status,
		.message = buf_text(&reading->error.message),
		.code = reading->error.code,
		.type = reading->error.type,
		.param = reading->error.param,
		.room = overflow_room(&reading->overflow),
		.cap = reading->overflow.cap,
	};

	/* A page is a web server's, not the API's. */
	if (reading->error.html)
		return HEAL_NONE;
	return heal(&refused, chat, &ex->turn, &mending->healing, &ex->notes);
}

/* Only what a refusal has just asked for: so each edit is put to the test again every week. */
void mend_answered(const struct mending *mending, struct exchange *ex)
{
	for (size_t i = 0; i < mending->healing.count; i++) {
		const struct edit *edit = &mending->healing.edits[i];
		struct buf text = { 0 };

		edit_to_text(edit, &text);
		if (edit_lasts(edit))
			remember_add(&ex->config.settings, ex->turn.upstream_model, mending->today,
				buf_text(&text), &ex->notes);
		buf_free(&text);
	}
}
