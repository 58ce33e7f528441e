/*
 * A call's arguments as the text of an object, whatever a server made of them. doc/answer.md §1.4.
 */
#ifndef ARGUMENTS_H
#define ARGUMENTS_H

#include "../buf.h"

/*
 * Adds the text of the input; nothing for {}, with which a tool_use starts anyway. What is no
 * object goes the way of arguments_raw.
 */
void arguments_to_input(struct slice arguments, struct buf *out);

#define RAW_ARGUMENTS "raw_arguments"

/*
 * Adds {"raw_arguments": text}: nothing is lost, the client's validator complains and the model
 * repairs it. Mended into valid JSON, the client would run it: half a file would be written.
 */
void arguments_raw(struct slice arguments, struct buf *out);

#endif
