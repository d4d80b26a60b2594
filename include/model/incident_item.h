/* Incidents in the lane of events: each that changed, whole, with what is derived of it; what is to be sent;
 * who called. */
#ifndef MODEL_INCIDENT_ITEM_H
#define MODEL_INCIDENT_ITEM_H

#include "model/incident_step.h"
#include "model/outgoing.h"

/* As it was when it was recorded. */
struct stored_incident {
    uint64_t revision; /* of the node's incidents: a higher one is the later */
    struct wall at;
    struct incident_clock clock;
    uint8_t state, on_time; /* enum incident_state, enum on_time */
    bool class_confirmed, unconfirmed;
    const unsigned char *bytes; /* of incident_write, borrowed from the body */
    size_t len;
};

/* Erasable: nothing else has it. */
struct stored_caller {
    uint64_t call, incident;
    struct wall at;
    char name[CALLER_NAME_MAX], phone[CALLER_PHONE_MAX];
};

struct stored_incident stored_incident_of(const struct incident *i, const struct incident_targets *t,
                                          uint64_t revision, struct wall now);
/* From behind the type on.  `bytes` of *s is not looked at. */
void incident_item_write(struct strbuf *to, const struct stored_incident *s, const struct incident *i);
void outgoing_item_write(struct strbuf *to, const struct outgoing *o);
void caller_item_write(struct strbuf *to, const struct stored_caller *c);

/* Take one from *at and move it.  ERR_SHORT, ERR_RANGE: it is none. */
MUST_USE enum err incident_item_read(const unsigned char **at, const unsigned char *end,
                                     struct stored_incident *out);
MUST_USE enum err outgoing_item_read(const unsigned char **at, const unsigned char *end,
                                     struct outgoing *out);
MUST_USE enum err caller_item_read(const unsigned char **at, const unsigned char *end,
                                   struct stored_caller *out);

#endif
