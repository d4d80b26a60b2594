/* The record of acts, for who decides elsewhere than in the pipeline. */
#ifndef PORTS_AUDIT_H
#define PORTS_AUDIT_H

#include "model/audit.h"

struct audit_port {
    void *self; /* note == NULL: nobody records */
    /* Any thread; copies.  Its time is set by who records. */
    void (*note)(void *self, const struct audit_entry *e);
};

#endif
