#include "names.h"

#include "hash.h"
#include "js.h"

#include <ctype.h>
#include <stdio.h>

#define NAME_MAX_LEN 64
#define STEM_LEN 55	/* and "_" and HASH_DIGITS */
#define HASH_DIGITS 8

static bool is_letter(char c)
{
	return isalpha((unsigned char)c) || c == '_';
}

static bool is_fine(char c)
{
	return is_letter(c) || isdigit((unsigned char)c) || c == '-';
}

/* ^[A-Za-z_][A-Za-z0-9_-]{0,63}$: OpenAI's rule, and a letter first for Gemini and Kimi. */
static bool fits(const char *name)
{
	size_t len = 0;

	if (!is_letter(name[0]))
		return false;
	while (is_fine(name[len]))
		len++;
	return len <= NAME_MAX_LEN && name[len] == '\0';
}

/* Round 0 is the pure function of the name; more rounds are for names that collide. */
static void to_upstream(const char *name, unsigned round, char out[NAME_MAX_LEN + 1])
{
	struct buf whole = { 0 };
	size_t len = 0;

	if (round == 0 && fits(name)) {
		snprintf(out, NAME_MAX_LEN + 1, "%s", name);
		return;
	}
	if (!is_letter(name[0]) && is_fine(name[0]))
		out[len++] = '_';
	for (const char *p = name; *p && len < STEM_LEN; p++)
		if (((unsigned char)*p & 0xC0) != 0x80)	/* one "_" a character, not a byte */
			out[len++] = is_fine(*p) ? *p : '_';
	out[len++] = '_';
	buf_puts(&whole, name);
	if (round > 0)
		buf_printf(&whole, "#%u", round);
	hash_hex(buf_text(&whole), whole.len, out + len, HASH_DIGITS);
	buf_free(&whole);
}

void names_declare(struct names *names, const char *name)
{
	char upstream[NAME_MAX_LEN + 1];
	unsigned round = 0;

	if (js_has(names->to_upstream, name))
		return;
	if (!names->to_upstream) {
		names->to_upstream = js_new_object();
		names->to_client = js_new_object();
	}
	do
		to_upstream(name, round++, upstream);
	while (js_has(names->to_client, upstream));
	js_add_string(names->to_upstream, name, upstream);
	js_add_string(names->to_client, upstream, name);
}

const char *names_to_upstream(const struct names *names, const char *name,
	char buffer[NAME_MAX_LEN + 1])
{
	const char *declared = js_get_string(names->to_upstream, name);

	if (declared)
		return declared;
	to_upstream(name, 0, buffer);
	return buffer;
}

const char *names_to_client(const struct names *names, const char *name)
{
	const char *declared = js_get_string(names->to_client, name);

	return declared ? declared : name;
}

const char *names_only(const struct names *names)
{
	return js_count(names->to_upstream) == 1 ? js_first(names->to_upstream).key : NULL;
}

void names_free(struct names *names)
{
	js_free(names->to_upstream);
	js_free(names->to_client);
	*names = (struct names){ 0 };
}
