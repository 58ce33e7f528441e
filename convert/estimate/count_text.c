/*
 * The vocabulary o200k cuts a text into pieces before it looks anything up: a word with the sign or
 * blank in front of it; up to three digits; signs with the blank before and the line breaks behind
 * them; white space. Here the text is cut the same way, and a piece costs what pieces of its kind
 * and length cost on average. tests/estimate measures how near that comes, and tells which files
 * the figures were taken from.
 */
#include "count.h"

#include <string.h>

/* Those from UPPER on are letters; LETTER is one whose case does not matter. */
enum kind { SIGN = '.', BLANK = ' ', LINE_BREAK = '=', DIGIT = '0', UPPER = 'A', LOWER = 'a',
	LETTER = 'x' };

/* Of the ASCII characters, sixteen a line. */
static const char kinds[] =
	"......... =..=.." "................"
	" ..............." "0000000000......"
	".AAAAAAAAAAAAAAA" "AAAAAAAAAAA....."
	".aaaaaaaaaaaaaaa" "aaaaaaaaaaa.....";

/*
 * Characters beyond ASCII cost `each`; besides, a word of LETTERs costs start, or after_blank with
 * a blank in front. The first line that holds the character counts.
 */
struct script {
	unsigned first, last;
	enum kind kind;
	double each, start, after_blank;
};

static const struct script scripts[] = {
	{ 0x4E00, 0x9FFF, LETTER, 0.72, 0.25, 0.6 },	/* Chinese characters */
	{ 0x0430, 0x052F, LETTER, 0.165, 1.2, 0.6 },	/* Cyrillic, small */
	{ 0x0400, 0x042F, LETTER, 0.62, 0.7, 0.6 },	/* Cyrillic, capital */
	{ 0x3041, 0x31FF, LETTER, 0.67, 0.25, 0.5 },	/* Kana */
	{ 0xAC00, 0xD7FF, LETTER, 0.52, 0.7, 0.5 },	/* Hangul */
	{ 0x3000, 0x3040, SIGN, 0.9, 0, 0 },
	{ 0xFF00, 0xFFEF, SIGN, 0.9, 0, 0 },
	{ 0x2000, 0x2BFF, SIGN, 0.9, 0, 0 },
	{ 0x00A0, 0x00A0, SIGN, 0.3, 0, 0 },		/* the no-break blank of tree(1) */
	{ 0x0080, 0x00BF, SIGN, 0.9, 0, 0 },
	{ 0x00C0, 0x00FF, LOWER, 0.25, 0, 0 },		/* Latin: besides what its word costs */
	{ 0x0100, 0x024F, LOWER, 0.4, 0, 0 },
	{ 0x1E00, 0x1EFF, LOWER, 0.15, 0, 0 },
	{ 0x0370, 0x03FF, LETTER, 0.37, 1.1, -0.25 },	/* Greek */
	{ 0x0590, 0x05FF, LETTER, 0.42, 0.5, -0.3 },	/* Hebrew */
	{ 0x0600, 0x06FF, LETTER, 0.29, 0.6, 0.05 },	/* Arabic */
	{ 0x0900, 0x0DFF, LETTER, 0.39, 1.0, -0.4 },	/* of India */
	{ 0x0E00, 0x0EFF, LETTER, 0.38, 0, 0 },		/* Thai, Lao */
	{ 0x10000, 0x10FFFF, SIGN, 1.5, 0, 0 },		/* mostly emoji */
	{ 0x0000, ~0u, LETTER, 0.8, 0.5, 0.5 },
};

/* Tokens by length: of a Latin word, of one in capitals. Longer ones go on in line. */
static const double words[] = {
	0, 1, 1, 1, 1, 1.05, 1.05, 1.1, 1.15, 1.2, 1.3, 1.5, 1.75, 1.8, 1.9,
};
static const double capitals[] = { 0, 1, 1, 1.2, 1.2, 1.5, 1.65, 1.8, 2.1, 2.5 };

/* Of ASCII signs in a row, of such a row that holds JSON's alone. */
static const double signs[] = { 0, 1, 1.04, 1.25, 1.75, 2.35, 2.9 };
static const double json_signs[] = { 0, 1, 1, 1, 1.33, 1.9, 2.4 };

static const double front_of_letters = 0.6;

struct character {
	enum kind kind;
	size_t len;
	double each;
	const struct script *script;
};

struct scan {
	const unsigned char *start, *at, *end;
};

static const struct script *script_of(unsigned code)
{
	size_t i = 0;

	while (code < scripts[i].first || code > scripts[i].last)
		i++;
	return &scripts[i];
}

/* Broken UTF-8 gives some character too. */
static struct character high_character_at(const struct scan *scan, const unsigned char *p)
{
	unsigned char lead = *p;
	unsigned code = lead >= 0xF0 ? lead & 7 : lead >= 0xE0 ? lead & 15 : lead & 31;
	const struct script *script;
	size_t len = 1;

	for (; len < 4 && p + len < scan->end && (p[len] & 0xC0) == 0x80; len++)
		code = code << 6 | (p[len] & 0x3F);
	script = script_of(code);
	return (struct character){ script->kind, len, script->each, script };
}

/* Of the character at p, which is not the end. */
static inline enum kind kind_at(const struct scan *scan, const unsigned char *p)
{
	return *p < 0x80 ? (enum kind)kinds[*p] : high_character_at(scan, p).kind;
}

static double at_least_one(double tokens)
{
	return tokens > 1 ? tokens : 1;
}

static double by_length(const double *tokens, size_t count, size_t len, double more)
{
	return len < count ? tokens[len] : tokens[count - 1] + (double)(len - count + 1) * more;
}

static double count_word(size_t len)
{
	return by_length(words, COUNT(words), len, 0.17);
}

static double count_capitals(size_t len)
{
	return by_length(capitals, COUNT(capitals), len, 0.35);
}

/* What a sign in front of a Latin word adds: many are known as one. Any other: nearly a token. */
static double count_front(unsigned char sign)
{
	switch (sign) {
	case ' ':
		return 0;
	case '_': case '.': case '(':
		return 0.15;
	case '\t':
		return 0.25;
	case '/': case '-': case '=': case '[': case '<': case '#':
		return 0.5;
	default:
		return 0.95;
	}
}

/* "don't" is one piece: these belong to the word before them. */
static bool take_ending(struct scan *scan)
{
	static const char *const endings[] = { "'s", "'t", "'re", "'ve", "'m", "'ll", "'d" };

	if (scan->at == scan->end || *scan->at != '\'')
		return false;
	for (size_t i = 0; i < COUNT(endings); i++) {
		size_t len = strlen(endings[i]);

		if ((size_t)(scan->end - scan->at) >= len && !memcmp(scan->at, endings[i], len)) {
			scan->at += len;
			return true;
		}
	}
	return false;
}

/* Letters between digits: a hash or an id, whose letters make no word. */
static bool between_digits(const struct scan *scan, const unsigned char *word)
{
	return word > scan->start && scan->at < scan->end && kind_at(scan, scan->at) == DIGIT &&
		word[-1] >= '0' && word[-1] <= '9';
}

struct word {
	size_t upper, lower;
	double rest;	/* tokens of the characters that are not ASCII */
};

static size_t take_ascii(struct scan *scan, unsigned char first)
{
	const unsigned char *start = scan->at, *p = start;

	while (p < scan->end && (unsigned char)(*p - first) < 26)
		p++;
	scan->at = p;
	return (size_t)(p - start);
}

static bool is_high(const struct scan *scan)
{
	return scan->at < scan->end && *scan->at >= 0x80;
}

static bool take_high_letter(struct scan *scan, enum kind cased, struct word *word)
{
	struct character c = high_character_at(scan, scan->at);

	if (c.kind != cased && c.kind != LETTER)
		return false;
	word->lower += c.kind == LOWER;
	word->rest += c.each;
	scan->at += c.len;
	return true;
}

static void take_letters(struct scan *scan, struct word *word)
{
	do
		word->upper += take_ascii(scan, 'A');
	while (is_high(scan) && take_high_letter(scan, UPPER, word));
	do
		word->lower += take_ascii(scan, 'a');
	while (is_high(scan) && take_high_letter(scan, LOWER, word));
}

static double count_latin(const struct word *word)
{
	if (word->upper <= 1)
		return count_word(word->upper + word->lower);
	if (word->lower == 0)
		return count_capitals(word->upper);
	return count_capitals(word->upper - 1) + count_word(word->lower + 1);
}

static double count_letters(const struct word *word, const struct script *script,
	unsigned char front)
{
	double tokens = word->rest + (front == ' ' ? script->after_blank : script->start);

	return at_least_one(tokens) + (front && front != ' ' ? front_of_letters : 0);
}

/* front is the last byte of the blank or sign before it, 0 when there is none. */
static double take_word(struct scan *scan, unsigned char front)
{
	const unsigned char *start = scan->at;
	struct word word = { 0 };
	double tokens;
	size_t len;

	take_letters(scan, &word);
	len = word.upper + word.lower;
	if (len == 0)
		return count_letters(&word, high_character_at(scan, start).script, front);
	if (between_digits(scan, start))
		return (double)(len + 1) / 2 + word.rest;
	tokens = count_latin(&word) + word.rest;
	if (front && len > 1)
		tokens += count_front(front);
	return take_ending(scan) ? tokens + 0.4 : tokens;
}

/* To the last line break, or to the last blank: that one belongs to what follows. */
static double take_white_space(struct scan *scan)
{
	const unsigned char *start = scan->at, *line = NULL;

	for (; scan->at < scan->end; scan->at++) {
		enum kind kind = kind_at(scan, scan->at);

		if (kind == LINE_BREAK)
			line = scan->at + 1;
		else if (kind != BLANK)
			break;
	}
	if (line)
		scan->at = line;
	else if (scan->at < scan->end && scan->at - start > 1)
		scan->at--;
	return 1;
}

struct row {
	const unsigned char *before;	/* the sign before */
	size_t json, others, repeated, ruler;
	double tokens;	/* of the signs that are not ASCII */
};

static bool is_json_sign(unsigned char c)
{
	return c == '"' || c == ',' || c == ':' || c == '{' || c == '}' || c == '[' || c == ']';
}

/* False: no sign is there. */
static bool take_sign(struct scan *scan, struct row *row)
{
	const unsigned char *p = scan->at;
	struct character c = { .kind = SIGN, .len = 1 };

	if (*p >= 0x80)
		c = high_character_at(scan, p);
	else
		c.kind = (enum kind)kinds[*p];
	if (c.kind != SIGN)
		return false;
	row->repeated = row->before && *row->before == *p && !memcmp(row->before, p, c.len) ?
		row->repeated + 1 : 0;
	row->before = p;
	scan->at += c.len;
	if (row->repeated > 2)
		row->ruler++;
	else if (c.script)
		row->tokens += c.each;
	else if (is_json_sign(*p))
		row->json++;
	else
		row->others++;
	return true;
}

/*
 * With the blank before and the line breaks behind. What repeats is a ruler: the vocabulary has
 * long ones.
 */
static double take_signs(struct scan *scan)
{
	struct row row = { 0 };

	scan->at += *scan->at == ' ';
	while (scan->at < scan->end && take_sign(scan, &row))
		continue;
	while (scan->at < scan->end && (kind_at(scan, scan->at) == LINE_BREAK || *scan->at == '/'))
		scan->at++;
	row.tokens += row.others ?
		by_length(signs, COUNT(signs), row.json + row.others, 0.55) :
		by_length(json_signs, COUNT(json_signs), row.json, 0.5);
	return at_least_one(row.ruler ? row.tokens + (double)row.ruler / 40 : row.tokens);
}

static double take_piece(struct scan *scan)
{
	const unsigned char *p = scan->at, *after = p + 1;
	enum kind kind = kind_at(scan, p), next = LINE_BREAK;

	if (kind >= UPPER)
		return take_word(scan, 0);
	if (kind == DIGIT) {
		for (int i = 0; i < 3 && scan->at < scan->end && kind_at(scan, scan->at) == DIGIT;
			i++)
			scan->at++;
		return 1;
	}
	if (*p >= 0x80)
		after = p + high_character_at(scan, p).len;
	if (after < scan->end)
		next = kind_at(scan, after);
	if (kind != LINE_BREAK && next >= UPPER) {
		scan->at = after;
		return take_word(scan, after[-1]);
	}
	/* Of blanks only the space goes with signs; a tab stands alone. */
	if (kind == SIGN || (*p == ' ' && next == SIGN))
		return take_signs(scan);
	return take_white_space(scan);
}

double count_text(struct slice text)
{
	const unsigned char *start = (const unsigned char *)text.data;
	struct scan scan = { start, start, start };
	double tokens = 0;

	if (text.len > 0)
		scan.end += text.len;
	while (scan.at < scan.end)
		tokens += take_piece(&scan);
	return tokens;
}
