/* The record of acts as the database has it, for who checks or shows it. */
#ifndef STORE_AUDIT_H
#define STORE_AUDIT_H

#include "model/audit.h"
#include "store/store.h"

/* Visits all rows by node, epoch and seq, a thousand at a time, as the owner.  What visit returns other than
 * ERR_NONE ends it. */
MUST_USE enum err store_audit_read(const struct store_settings *s,
                                   enum err (*visit)(void *self, const struct audit_stored *a), void *self,
                                   struct fault *why);

#endif
