/*
 * The request from CGI variables (RFC 3875). The body comes by http_read_body.
 */
#ifndef CGI_H
#define CGI_H

#include "http.h"

/* True if GATEWAY_INTERFACE is set. The arguments must then be ignored. */
bool cgi_is(void);

bool cgi_read_head(struct http_request *request, struct failure *why);

#endif
