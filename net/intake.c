#include "intake.h"

#include <string.h>

#define SILENCE_MS 30000

size_t intake_unread(const struct intake *intake)
{
	return intake->client->unread.len - intake->at;
}

enum got intake_more(struct intake *intake)
{
	long long ms = intake->deadline - now_ms();
	char bytes[65536];
	ssize_t n;

	if (ms <= 0)
		return GOT_SILENCE;
	n = client_read(intake->client, bytes, sizeof(bytes),
		(int)(ms < SILENCE_MS ? ms : SILENCE_MS));
	if (n <= 0)
		return n == -2 ? GOT_SILENCE : GOT_END;
	buf_shift(&intake->client->unread, intake->at);
	intake->at = 0;
	buf_add(&intake->client->unread, bytes, (size_t)n);
	intake->owed += (size_t)n;
	while (intake->least_rate && intake->owed >= intake->least_rate) {
		intake->owed -= intake->least_rate;
		intake->deadline += 1000;
	}
	return GOT_IT;
}

enum got intake_line(struct intake *intake, size_t limit, struct slice *line)
{
	size_t searched = 0;

	for (;;) {
		const char *start = buf_text(&intake->client->unread) + intake->at, *lf;
		size_t len = intake_unread(intake);
		enum got got;

		lf = memchr(start + searched, '\n', len - searched);
		if (lf)
			len = (size_t)(lf - start);
		if (len >= limit)
			return GOT_TOO_MUCH;
		if (lf) {
			intake->at += len + 1;
			intake->line_bytes += len + 1;
			*line = (struct slice){ start, len > 0 && lf[-1] == '\r' ? len - 1 : len };
			return GOT_IT;
		}
		searched = len;
		got = intake_more(intake);
		if (got != GOT_IT)
			return got;
	}
}
