/* What an alarm says about the water: which evidence it is, and of which class the incident may be. */
#ifndef SIGNS_H
#define SIGNS_H

#include "incident/sign.h"
#include "model/alarm.h"
#include "model/catalogue.h"

/* What kind of thing a rule on a point speaks of. */
struct sense {
    enum evidence evidence;
    enum incident_class class;
    bool certain; /* the class */
    enum limit_side side;
};

/* False: it is nobody's incident (running hours). */
bool sense_of(const struct catalogue *c, const struct point *p, const struct rule *r, struct sense *out);

/* Of an alarm that lasts.  False: it is no incident (of low severity, or as above), it is over, or its rule
 * is no more. */
bool sense_of_alarm(const struct catalogue *c, const struct alarm *a, const struct point **p,
                    struct sense *out);

/* One point says one thing, however many rules see it: what names that in the book of incidents.  Too much is
 * another thing than too little. */
uint64_t sense_key(uint64_t point, const struct sense *s);
struct sign sign_of(const struct catalogue *c, const struct point *p, const struct sense *s, struct wall at);

/* The devices of the point's site on its wire: the silence of one is explained by that of the link. */
uint64_t link_key(const struct catalogue *c, const struct point *p);
struct sign sign_of_link(const struct catalogue *c, const struct point *p, struct wall at);

#endif
