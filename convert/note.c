#include "note.h"

#include "buf.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define CODE_SIZE 100

__attribute__((format(printf, 2, 0)))
static void add(struct notes *notes, const char *format, va_list args)
{
	char code[CODE_SIZE];
	const char *comma = notes->len ? "," : "";

	vsnprintf(code, sizeof(code), format, args);
	/* A code that came over the wire must not look like two. */
	for (char *p = code; *p; p++)
		if (*p == ',')
			*p = ';';
	if (code[0] == '\0' || list_has(notes->text, ',', slice_of(code)))
		return;
	if (notes->len + strlen(code) + sizeof(",,...") > sizeof(notes->text)) {
		if (list_has(notes->text, ',', slice_of("...")))
			return;
		strcpy(code, "...");
	}
	notes->len += (size_t)snprintf(notes->text + notes->len, sizeof(notes->text) - notes->len,
		"%s%s", comma, code);
}

void note_changed(struct notes *notes, const char *format, ...)
{
	va_list args;

	if (!notes)
		return;
	va_start(args, format);
	add(notes, format, args);
	va_end(args);
}

void note_ignored(struct notes *notes, const char *format, ...)
{
	va_list args;

	if (!notes || !notes->debug)
		return;
	va_start(args, format);
	add(notes, format, args);
	va_end(args);
}
