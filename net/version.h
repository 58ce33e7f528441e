/* The version that --version and the user-agent upstream show. */
#ifndef VERSION_H
#define VERSION_H

#define VERSION "0.1.0"

#endif
