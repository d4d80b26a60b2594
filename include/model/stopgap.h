/* What people change for a while in who is on duty and how contacts are reached, without the configuration:
 * somebody stands in, somebody from outside the list helps out, a contact has other addresses.  It ends by
 * itself.  What is to stay stands in the configuration. */
#ifndef MODEL_STOPGAP_H
#define MODEL_STOPGAP_H

#include <stdbool.h>

#include "base/err.h"
#include "base/strbuf.h"
#include "model/contact.h"
#include "model/hand.h"

/* The numbers of all of these are stored: add at the end, never renumber. */
enum stopgap_kind {
    STOPGAP_SUBSTITUTE, /* on a roster, for a stretch of time */
    STOPGAP_GUEST,      /* a contact that the configuration does not have */
    STOPGAP_ADDRESSES,  /* of a contact, others than the configuration's */
    STOPGAP_KIND_COUNT
};
extern const char *const STOPGAP_KINDS[]; /* NULL-terminated: the words of the API */

enum stopgap_end { STOPGAP_OPEN, STOPGAP_WITHDRAWN, STOPGAP_RAN_OUT, STOPGAP_END_COUNT };
extern const char *const STOPGAP_ENDS[]; /* likewise */

/* What it names and the present configuration has not: it changes nothing as long as that is so. */
enum stopgap_lack { STOPGAP_LACKS_NOTHING, STOPGAP_LACKS_ROSTER, STOPGAP_LACKS_WHO, STOPGAP_LACKS_BY };
extern const char *const STOPGAP_LACKS[]; /* from STOPGAP_LACKS_ROSTER on; NULL-terminated */

enum {
    STOPGAPS_OPEN_MAX = 64,
    STOPGAPS_MAX = STOPGAPS_HELD_MAX, /* with those that ended lately */
    STOPGAP_DAYS_MAX = 31,            /* none is longer, or ends later than so many days from now */
    STOPGAP_PAST_MS = 60 * 60 * 1000  /* a substitute may have begun so long before it is said */
};

struct stopgap {
    uint64_t id;
    uint8_t kind, end;
    uint8_t language; /* of a guest: enum contact_language */
    uint8_t without;  /* of addresses: bits 1 << enum channel that are not used meanwhile */
    uint8_t gave;     /* of one that ended: bits of the channels it had addresses for; these are forgotten */
    char roster[ID_MAX]; /* of a substitute */
    char who[ID_MAX];    /* of a substitute: the contact that is away, "": whoever is on duty; of others: the
                            contact itself, a guest's own id */
    char by[ID_MAX];     /* of a substitute: the contact that comes; "": nobody */
    char supplier[ID_MAX];           /* whose roster or contact it is; "": of all */
    char name[NAME_MAX_BYTES];       /* of a guest: person or post */
    char email[CONTACT_ADDRESS_MAX]; /* of guests and addresses that hold; "": none, or as it is */
    char sms[CONTACT_NUMBER_MAX];
    struct wall from, until;    /* whole minutes; until: not in it */
    struct wall entered, ended; /* ended.ms 0: it has not */
    char key[HAND_KEY_MAX];     /* the teller's own name for it: told twice is told once */
    char told_by[HAND_WHO_MAX], why[HAND_NOTE_MAX];
    char end_key[HAND_KEY_MAX]; /* likewise, of its withdrawal */
    char ended_by[HAND_WHO_MAX], end_why[HAND_NOTE_MAX];
};

/* The same for the same key, on every node. */
uint64_t stopgap_id(const char *key);
/* A guest's, made of the stopgap's. */
void stopgap_guest_id(uint64_t id, char out[ID_MAX]);

/* Bits 1 << enum channel: for which it has an address, or had one. */
unsigned stopgap_channels(const struct stopgap *s);
/* People's addresses are kept as long as they are used: it ended. */
void stopgap_forget_addresses(struct stopgap *s);

/* What people want: one begins, or the one of that id is withdrawn. */
struct stopgap_act {
    bool ends;
    char scope[ID_MAX]; /* only what is this supplier's is there for them; "": all */
    struct stopgap is;
};

/* One as it is told, with the names of those that it names; "": it names none, or they are not there. */
struct stopgap_shown {
    struct stopgap is;
    uint8_t lacks; /* enum stopgap_lack; of one that ended: nothing */
    char who_name[NAME_MAX_BYTES], by_name[NAME_MAX_BYTES];
};

/* As kept: says how long it is, a later version may add to its end.  A reader takes one from *at and moves
 * it; ERR_SHORT, ERR_RANGE: it is none. */
void stopgap_write(struct strbuf *to, const struct stopgap *s);
MUST_USE enum err stopgap_read(const unsigned char **at, const unsigned char *end, struct stopgap *out);

#endif
