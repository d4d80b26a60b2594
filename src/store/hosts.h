/* The hosts of a connection string.  libpq tries them one after the other, but in its non-blocking form it
 * never gives up on one that does not answer; so each is an attempt of ours, with its own deadline. */
#ifndef STORE_HOSTS_H
#define STORE_HOSTS_H

#include <stddef.h>

enum { HOSTS_MAX = 8, HOST_TEXT_MAX = 256 };

struct hosts {
    size_t count; /* 0: the string names one, or none, or is none: left to libpq */
    struct host {
        char host[HOST_TEXT_MAX], hostaddr[64], port[8]; /* "": not said */
    } of[HOSTS_MAX];
};

/* More than HOSTS_MAX hosts: those beyond are not tried. */
void hosts_of(const char *connect, struct hosts *out);

#endif
