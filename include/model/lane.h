/* Delivery lanes and what travels in them.  The journal stores bodies without looking inside; the store
 * unpacks them into rows.  This is the one encoding both rely on. */
#ifndef MODEL_LANE_H
#define MODEL_LANE_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/strbuf.h"
#include "model/alarm.h"
#include "model/audit.h"
#include "model/event.h"
#include "model/hand.h"
#include "model/incident_item.h"
#include "model/letter.h"
#include "model/minute.h"
#include "model/mode.h"
#include "model/prevention.h"
#include "model/reading.h"
#include "model/shift.h"

/* The numbers are stored.  Each lane has its own sequence, 1, 2, 3 ..., and its own cursor row. */
enum lane { LANE_EVENTS = 1, LANE_LIVE = 2, LANE_END };

const char *lane_name(enum lane l); /* "events", "live" */

/* A reading as it is stored: by key, not by index, so that it outlives a configuration. */
struct stored_reading {
    uint64_t key;
    struct wall at;
    double value; /* NaN: no value */
    uint8_t quality, reason;
};

/* ---- a body is one or more items, each starting with a type byte; little-endian ---- */
void body_add_reading(struct strbuf *body, const struct stored_reading *r);
void body_add_event(struct strbuf *body, const struct event *e);
void body_add_hand(struct strbuf *body, const struct hand *h);
/* These say how long they are: a later version may add to their end, an earlier one reads past it. */
void body_add_minute(struct strbuf *body, const struct minute *m);
void body_add_recount(struct strbuf *body, const struct recount *r);

void body_add_alarm(struct strbuf *body, const struct alarm_step *s);
void body_add_mode(struct strbuf *body, const struct mode *m);
void body_add_audit(struct strbuf *body, const struct audit_row *r);
void body_add_incident(struct strbuf *body, const struct stored_incident *s, const struct incident *i);
void body_add_outgoing(struct strbuf *body, const struct outgoing *o);
void body_add_caller(struct strbuf *body, const struct stored_caller *c);
void body_add_prevention(struct strbuf *body, const struct prevention *p);
void body_add_letter(struct strbuf *body, const struct letter *l);
void body_add_shift(struct strbuf *body, const struct shift *s);
void body_add_shift_entry(struct strbuf *body, const struct shift_entry *e);
void body_add_shift_sheet(struct strbuf *body, const struct shift_sheet *s);

enum body_item {
    BODY_END,
    BODY_READING,
    BODY_EVENT,
    BODY_HAND,
    BODY_MINUTE,
    BODY_RECOUNT,
    BODY_AUDIT,
    BODY_ALARM,
    BODY_MODE = 9,
    BODY_INCIDENT = 20,
    BODY_OUTGOING,
    BODY_CALLER,
    BODY_LETTER,
    BODY_SHIFT = 40,
    BODY_SHIFT_ENTRY,
    BODY_SHIFT_SHEET,
    BODY_PREVENTION = 50
};

struct body_reader {
    const unsigned char *at, *end;
    struct hand hand;                /* the last BODY_HAND */
    struct minute minute;            /* the last BODY_MINUTE */
    struct recount recount;          /* the last BODY_RECOUNT */
    struct audit_row audit;          /* the last BODY_AUDIT */
    struct alarm_step alarm;         /* the last BODY_ALARM */
    struct mode mode;                /* the last BODY_MODE */
    struct stored_incident incident; /* the last BODY_INCIDENT, and so on */
    struct outgoing outgoing;
    struct stored_caller caller;
    struct letter letter;
    struct shift shift;
    struct shift_entry shift_entry;
    struct shift_sheet_bytes shift_sheet; /* lies in the body */
    struct prevention prevention;
};

void body_read(struct body_reader *r, const void *body, size_t len);
/* The next item, into *reading, *event or r's own.  ERR_SHORT or ERR_RANGE for a body that is not one: the
 * caller sets it aside, whole. */
MUST_USE enum err body_next(struct body_reader *r, enum body_item *item, struct stored_reading *reading,
                            struct event *event);

#endif
