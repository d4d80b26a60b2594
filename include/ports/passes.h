/* Links in letters that act: each is of one letter, so of one incident and one contact, for a while. */
#ifndef PORTS_PASSES_H
#define PORTS_PASSES_H

#include <stdbool.h>

#include "model/incident.h"

enum { PASS_TEXT = 33 }; /* 128 bits as hex digits, and the NUL */

struct pass {
    uint64_t incident;
    char name[NAME_MAX_BYTES];  /* of the contact, for people */
    char who[INCIDENT_WHO_MAX]; /* as facts and the record of acts name it */
    char key[PASS_TEXT];        /* of this letter: with a step it names what is done once; no secret */
    bool english;
    struct wall until;
};

struct passes_port {
    void *self;
    /* False: no letter has this token, its time is over, or its contact may not act any more. */
    bool (*find)(void *self, const char *token, struct wall now, struct pass *out);
};

#endif
