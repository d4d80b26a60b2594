/* The words in which acts are recorded. */
#ifndef ACTS_H
#define ACTS_H

#include "model/audit.h"
#include "model/event.h"
#include "model/hand.h"

/* Somebody told something of a point. */
void acts_of_hand(struct audit_entry *out, const struct hand *h, const struct point *point,
                  const struct actor *by);
/* Another configuration was applied. */
void acts_of_reload(struct audit_entry *out, const struct event *e);

#endif
