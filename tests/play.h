/*
 * What the two players of an end-to-end case share, stub (the upstream) and client: scripts of
 * lines, and a folder where one can tell the other that something happened. Every wait ends.
 */
#ifndef PLAY_H
#define PLAY_H

#include "../convert/buf.h"

/* Milliseconds that a player waits for anything: PATIENCE seconds, 20 unless set. */
int play_patience(void);

/* Milliseconds of the monotonic clock. */
long long play_now(void);

/* Ends the player with a sentence on stderr and status 125. */
_Noreturn void play_stop(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Adds the whole file. */
void play_file(const char *path, struct buf *out);

/* Takes the next line, without its LF, off the script. False: there is none. */
bool play_line(struct slice *script, struct slice *line);

/* Splits "WORD rest of the line"; the word is a C string in a buffer of 32 bytes. */
struct slice play_word(struct slice line, char word[32]);

/* Adds text, with "@x1000@" in it written as a thousand x. */
void play_expand(struct slice text, struct buf *out);

/* A listening socket on 127.0.0.1; port 0 takes a free one, *port tells which. */
int play_listen(int *port, int send_buffer);

/* The folder where the players meet. */
void play_meet(const char *folder);

/* Tells that name happened, once for all who ask now or later. */
void play_tell(struct slice name);

/* Waits until it did. False: out of patience, or the descriptor other (-1: none) can be read. */
bool play_wait(struct slice name, int other);

#endif
