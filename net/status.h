/*
 * The reason phrases of HTTP.
 */
#ifndef STATUS_H
#define STATUS_H

/* "Not Found"; "Error" for a status without one. */
const char *status_reason(int status);

#endif
