/*
 * The vocabulary o200k cuts a text into pieces before it looks anything up: a word with the sign or
 * blank in front of it; up to three digits; signs with the blank before and the line breaks behind
 * them; white space. Here the text is cut the same way, and a piece costs what pieces of its kind
 * and length cost on average. tests/estimate measures how near that comes, and tells which files
 * the figures were taken from.
 */
#include "count.h"

#include <string.h>

/* Those from LOWER on are letters; LETTER is one whose case does not matter. */
enum kind { SIGN, BLANK, LINE_BREAK, DIGIT, LOWER, UPPER, LETTER };

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

/* What a sign in front of a Latin word adds: many are known as one. Any other: nearly a token. */
static const struct {
	const char *signs;
	double tokens;
} fronts[] = {
	{ " ", 0 }, { "_.(", 0.15 }, { "\t", 0.25 }, { "/-=[<#", 0.5 },
};
static const double other_front = 0.95, front_of_letters = 0.6;

struct character {
	enum kind kind;
	size_t len;
	double each;
	const struct script *script;	/* NULL: ASCII */
};

struct scan {
	const unsigned char *start, *at, *end;
};

static enum kind kind_of(unsigned char c)
{
	if (c >= 'a' && c <= 'z')
		return LOWER;
	if (c == ' ' || c == '\t')
		return BLANK;
	if (c >= 'A' && c <= 'Z')
		return UPPER;
	if (c >= '0' && c <= '9')
		return DIGIT;
	return c == '\n' || c == '\r' ? LINE_BREAK : SIGN;
}

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

/* The character at p, which is not the end. */
static inline struct character character_at(const struct scan *scan, const unsigned char *p)
{
	if (*p < 0x80)
		return (struct character){ kind_of(*p), 1, 0, NULL };
	return high_character_at(scan, p);
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

static double count_front(unsigned char sign)
{
	for (size_t i = 0; i < COUNT(fronts); i++)
		if (strchr(fronts[i].signs, sign))
			return fronts[i].tokens;
	return other_front;
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
	return word > scan->start && kind_of(word[-1]) == DIGIT && scan->at < scan->end &&
		kind_of(*scan->at) == DIGIT;
}

struct word {
	size_t upper, lower;
	double rest;	/* tokens of the characters that are not ASCII */
};

static void take_letters(struct scan *scan, enum kind cased, struct word *word)
{
	for (struct character c; scan->at < scan->end; scan->at += c.len) {
		c = character_at(scan, scan->at);
		if (c.kind != cased && c.kind != LETTER)
			return;
		word->upper += c.kind == UPPER;
		word->lower += c.kind == LOWER;
		word->rest += c.each;
	}
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
	const struct script *script = character_at(scan, start).script;
	struct word word = { 0 };
	double tokens;
	size_t len;

	take_letters(scan, UPPER, &word);
	take_letters(scan, LOWER, &word);
	len = word.upper + word.lower;
	if (len == 0)
		return count_letters(&word, script, front);
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
	enum kind kind = BLANK;

	for (; scan->at < scan->end; scan->at++) {
		kind = kind_of(*scan->at);
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

/*
 * With the blank before and the line breaks behind. What repeats is a ruler: the vocabulary has
 * long ones.
 */
static double take_signs(struct scan *scan)
{
	const unsigned char *before = NULL;
	size_t json = 0, others = 0, repeated = 0, ruler = 0;
	double tokens = 0;

	scan->at += *scan->at == ' ';
	for (struct character c; scan->at < scan->end; scan->at += c.len) {
		c = character_at(scan, scan->at);
		if (c.kind != SIGN)
			break;
		repeated = before && !memcmp(before, scan->at, c.len) ? repeated + 1 : 0;
		before = scan->at;
		if (repeated > 2)
			ruler++;
		else if (c.script)
			tokens += c.each;
		else if (*before && strchr("\"{}[]:,", *before))
			json++;
		else
			others++;
	}
	while (scan->at < scan->end && (kind_of(*scan->at) == LINE_BREAK || *scan->at == '/'))
		scan->at++;
	tokens += others ? by_length(signs, COUNT(signs), json + others, 0.55) :
		by_length(json_signs, COUNT(json_signs), json, 0.5);
	return at_least_one(tokens + (double)ruler / 40);
}

static double take_piece(struct scan *scan)
{
	struct character c = character_at(scan, scan->at), next = { .kind = LINE_BREAK };

	if (c.kind >= LOWER)
		return take_word(scan, 0);
	if (c.kind == DIGIT) {
		for (int i = 0; i < 3 && scan->at < scan->end && kind_of(*scan->at) == DIGIT; i++)
			scan->at++;
		return 1;
	}
	if (scan->at + c.len < scan->end)
		next = character_at(scan, scan->at + c.len);
	if (c.kind != LINE_BREAK && next.kind >= LOWER) {
		scan->at += c.len;
		return take_word(scan, scan->at[-1]);
	}
	/* Of blanks only the space goes with signs; a tab stands alone. */
	if (c.kind == SIGN || (*scan->at == ' ' && next.kind == SIGN))
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
