/* The open alarms as streams are given them: all of them first, then what changed and what ended.  Pure; one
 * owner. */
#ifndef SERVE_ALARM_FRAME_H
#define SERVE_ALARM_FRAME_H

#include "base/strbuf.h"
#include "model/alarm_list.h"
#include "ports/doors.h"

/* So many that ended are known; who missed more gets all anew, likewise everybody with another configuration:
 * what left a reader's sight with it has not ended. */
enum { ALARM_GONE_MAX = 1024 };

struct alarm_frame;

struct alarm_frame *alarm_frame_new(void);    /* NULL without memory */
void alarm_frame_free(struct alarm_frame *f); /* NULL is fine */
/* 1, 2, ...; 0: no list was adopted. */
uint64_t alarm_frame_generation(const struct alarm_frame *f);
/* Holds the list.  ERR_MEMORY: it is as it was. */
MUST_USE enum err alarm_frame_adopt(struct alarm_frame *f, struct alarm_list *l);

/* Whose sight it is, and of which site; NULL, "": all. */
struct alarm_of {
    const struct visitor *visitor;
    const char *site;
    uint64_t from; /* what they have; 0: nothing */
};

/* What a reader who has that generation goes on from; 0: they get all anew, also when it is nothing. */
uint64_t alarm_frame_start(const struct alarm_frame *f, uint64_t has);

/* Appends one event: `alarms` with all, or `alarms-change`.  Returns how many alarms it speaks of. */
size_t alarm_frame_event(struct strbuf *b, const struct alarm_frame *f, const struct alarm_of *of);

#endif
