#include "chance.h"

#include <string.h>

#define DEPTH_MAX 4

static uint64_t state;

void chance_seed(uint64_t seed)
{
	state = seed;
}

/* splitmix64: neighbouring seeds give unrelated numbers. */
static uint64_t next(void)
{
	uint64_t z = state += 0x9e3779b97f4a7c15;

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
	z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
	return z ^ (z >> 31);
}

size_t chance_below(size_t n)
{
	return (size_t)(next() % n);
}

bool chance_one_in(size_t n)
{
	return chance_below(n) == 0;
}

/* What a decoder may stumble over; sizes, since one of them is a NUL. */
static const struct slice pieces[] = {
	{ "Hello", 5 }, { " ", 1 }, { "\n", 1 }, { "\r\n", 2 }, { "\t", 1 }, { "a", 1 },
	{ "\"", 1 }, { "\\", 1 }, { "'", 1 }, { "/", 1 }, { "\0", 1 }, { "\x1b", 1 },
	{ "\x7f", 1 }, { "{", 1 }, { "}", 1 }, { "]", 1 }, { "é", 2 }, { "日本", 6 },
	{ "👩‍💻", 11 }, { "\xEF\xBB\xBF", 3 }, { "\xE2\x80\xA8", 3 }, { "<think>", 7 },
	{ "<thought>", 9 }, { "<", 1 }, { "</", 2 }, { "data: ", 6 }, { "\n\ndata: [DONE]\n\n", 16 },
	{ "event: error", 12 }, { "null", 4 }, { "\\u0041", 6 }, { "world", 5 }, { "  ", 2 },
};

void chance_text(size_t most, struct buf *out)
{
	for (size_t n = chance_below(most + 1); n > 0; n--) {
		struct slice piece = CHANCE_OF(pieces);

		buf_add(out, piece.data, piece.len);
	}
}

/* ---- JSON ---- */

static void blanks(struct buf *out)
{
	static const char *const some[] = { "", "", "", "", " ", "\n", "  " };

	buf_puts(out, CHANCE_OF(some));
}

static void string(struct buf *out)
{
	static const char *const parts[] = { "a", "b c", "é", "日", "💡", "\\n", "\\\"", "\\\\",
		"\\u00e9", "\\u0000", "\\ud83d\\ude00", "\\/", "{", "}", "[", ":", ",", "/x/" };

	buf_puts(out, "\"");
	for (size_t n = chance_below(6); n > 0; n--)
		buf_puts(out, CHANCE_OF(parts));
	buf_puts(out, "\"");
}

static void members(size_t depth, struct buf *out);

static void value(size_t depth, struct buf *out)
{
	static const char *const plain[] = { "0", "-0", "17", "-3", "1.0", "0.1000", "1e5", "2E-7",
		"12345678901234567890", "-99999999999999999999", "true", "false", "null" };
	size_t kind = chance_below(depth < DEPTH_MAX ? 5 : 3);

	blanks(out);
	if (kind == 0) {
		buf_puts(out, CHANCE_OF(plain));
	} else if (kind < 3) {
		string(out);
	} else if (kind == 3) {
		members(depth + 1, out);
	} else {
		buf_puts(out, "[");
		for (size_t n = chance_below(4), i = 0; i < n; i++) {
			buf_puts(out, i ? "," : "");
			value(depth + 1, out);
		}
		buf_puts(out, "]");
	}
	blanks(out);
}

/* The keys differ: what two of one name mean, nobody says. */
static void members(size_t depth, struct buf *out)
{
	size_t n = chance_below(4) + (depth == 0);

	buf_puts(out, "{");
	for (size_t i = 0; i < n; i++) {
		static const char *const keys[] = { "file_path", "é", "", "a \\\"b\\\"", "[" };

		blanks(out);
		buf_printf(out, "%s\"%s%zu\":", i ? "," : "", CHANCE_OF(keys), i);
		value(depth, out);
	}
	buf_puts(out, "}");
}

void chance_object(struct buf *out)
{
	members(0, out);
}

size_t chance_cut(struct slice text)
{
	size_t cut = 1 + chance_below(text.len);

	while (cut < text.len && (text.data[cut] & 0xc0) == 0x80)
		cut++;
	return cut;
}
