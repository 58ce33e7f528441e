/*
 * JSON in tests that can be read: ' stands for ".
 */
#ifndef QUOTED_H
#define QUOTED_H

#include "../../convert/buf.h"

/* The caller frees it. */
static inline char *quoted(const char *text)
{
	char *json = must_strdup(text);

	for (char *p = json; *p; p++)
		if (*p == '\'')
			*p = '"';
	return json;
}

#endif
