/* The shifts of this node: those in memory, what people do about them, those of the past. */
#ifndef PORTS_SHIFTS_H
#define PORTS_SHIFTS_H

#include "model/audit.h"
#include "model/shift.h"

struct shifts_port {
    void *self;
    /* Held (shift_list_drop it), NULL before the first. */
    struct shift_list *(*known)(void *self);
    /* Copies the act, holds its sheet.  `answer` is called exactly once, from another thread, unless this
     * returns an error (ERR_FULL; ERR_MEMORY; ERR_STATE: stopping).  code as of shifts_act.  *is, borrowed,
     * is the shift and the entry since. */
    enum err (*act)(void *self, const struct shift_act *act, const struct actor *by,
                    void (*answer)(void *ticket, enum err code, bool known, const struct shift_told *is,
                                   const struct fault *why),
                    void *ticket, struct fault *why);
};

enum { SHIFT_PAST_MAX = 200 };

struct shift_past_ask {
    bool any; /* whosever; else of `supplier` only */
    char supplier[ID_MAX];
    char site[ID_MAX];  /* entries that name it, instead of shifts; "": shifts */
    uint64_t id;        /* this one, with its log and its sheet; 0: a page */
    struct wall before; /* taken (an entry: recorded) before this, or then and with a lesser id */
    uint64_t before_id;
    unsigned limit; /* 1 to SHIFT_PAST_MAX */
};

struct shift_past_port {
    void *self; /* ask == NULL: there is none */
    /* As history_port's ask.  *list is lent for the call: at most limit + 1, then there are more; of one that
     * is asked for by its id, none or it alone; of a site, entries and no shifts, the newest first. */
    enum err (*ask)(void *self, const struct shift_past_ask *ask, int client,
                    void (*done)(void *ticket, enum err code, const struct shift_list *list,
                                 const struct fault *why),
                    void *ticket, struct fault *why);
};

#endif
