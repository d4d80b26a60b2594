/* What people changed for a while in who is on duty and how contacts are reached, and what follows from it
 * for contacts and rosters.  Pure, one owner: time and the configuration are arguments. */
#ifndef INCIDENT_STOPGAPS_H
#define INCIDENT_STOPGAPS_H

#include "incident/roster.h"
#include "model/stopgap.h"

struct stopgaps { /* all zero: none */
    size_t count;
    struct stopgap list[STOPGAPS_MAX]; /* in the order they were said */
};

/* As the configuration has them; NULL: none. */
struct duty_plan {
    const struct contacts *contacts;
    const struct rosters *rosters;
};

struct stopgap_news {
    struct stopgap is;  /* since the act */
    bool known;         /* it had been done before, nothing changed */
    uint64_t forgotten; /* the id of one that ended long ago and is known no more; 0: none */
    const char *field;  /* the word of the API for what was refused; NULL: for none of it alone */
};

/* Refused with a sentence: ERR_RANGE what cannot be, `field` says of what; ERR_MISSING no such stopgap to
 * withdraw; ERR_STATE it has ended, its key was used for something else, or too many are open. */
MUST_USE enum err stopgaps_act(struct stopgaps *s, const struct duty_plan *plan,
                               const struct stopgap_act *act, struct wall now, struct stopgap_news *out,
                               struct fault *why);
/* One whose end has come, ended then and not now; false: there is none any more. */
bool stopgaps_tick(struct stopgaps *s, struct wall now, struct stopgap *out);
/* As it was before a restart; in any order. */
void stopgaps_restore(struct stopgaps *s, const struct stopgap *one);

/* What it names and there is not, or is another supplier's since, of one that is open. */
enum stopgap_lack stopgaps_lack(const struct stopgaps *s, const struct duty_plan *plan,
                                const struct stopgap *one);
/* Contacts and rosters with what is changed in them.  ended: also guests and substitutes that ended, for
 * those who look at times when they had not. */
void stopgaps_apply(const struct stopgaps *s, const struct duty_plan *plan, bool ended,
                    struct contacts *contacts, struct rosters *rosters);

#endif
