/* A time in which a place is not as usual, and people have said so: who, why, until when.  It ends by itself.
 */
#ifndef MODEL_MODE_H
#define MODEL_MODE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "base/strbuf.h"
#include "model/hand.h"
#include "model/world.h"

/* The numbers are stored: add at the end, never renumber. */
enum mode_kind {
    MODE_CALIBRATION,    /* the sensor shows a standard, not the water */
    MODE_MAINTENANCE,    /* people work on it */
    MODE_OUT_OF_SERVICE, /* it stands still on purpose */
    MODE_ROTA,           /* water comes by hours: none is no fault */
    MODE_DRILL,          /* an exercise: rules speak as ever */
    MODE_BACKWASH,       /* a filter is washed by hand, and no register says so */
    MODE_COUNT
};
extern const char *const MODE_KINDS[]; /* NULL-terminated: the words of the API */

/* Several at a time, one bit each. */
typedef uint8_t mode_set;

static inline mode_set mode_bit(enum mode_kind k)
{
    return (mode_set)(1U << k);
}

/* May a rule with that at stake not speak in one of these modes?  The kind that says so, MODE_COUNT: it may.
 */
enum mode_kind mode_silences(mode_set modes, uint8_t stake);
/* No mode of that kind is longer. */
int64_t mode_most_ms(enum mode_kind k);

/* What is in it.  The numbers of both are stored. */
enum mode_place { MODE_AT_SITE = 1, MODE_AT_DEVICE, MODE_AT_POINT, MODE_PLACE_END };
extern const char *const MODE_PLACES[]; /* from MODE_AT_SITE on; NULL-terminated */

/* How it ended: by a person's word; by its end, which somebody forgot or meant; by another one of that kind
 * at that place, with another end. */
enum mode_end { MODE_OPEN, MODE_ENDED, MODE_RAN_OUT, MODE_REPLACED, MODE_END_COUNT };
extern const char *const MODE_ENDS[]; /* NULL-terminated: the words of the API */

struct mode {
    uint64_t id;
    uint8_t kind, place, end;
    char subject[ID_MAX];    /* the id of the site, device or point */
    struct wall from, until; /* as promised */
    struct wall ended;       /* .ms == 0: it has not */
    char key[HAND_KEY_MAX];  /* the teller's own name for it: told twice is told once */
    char who[HAND_WHO_MAX], why[HAND_NOTE_MAX];
    char end_key[HAND_KEY_MAX]; /* likewise, of its end; "": nobody ended it */
    char ended_by[HAND_WHO_MAX], end_why[HAND_NOTE_MAX];
};

/* The same for the same key, on every node. */
uint64_t mode_id(const char *key);

/* What people want: one begins, or the one of that id ends. */
struct mode_act {
    bool ends;
    bool leads; /* they lead the shift */
    struct mode mode;
};

/* As kept and delivered: says how long it is, a later version may add to its end.  A reader takes one from
 * *at and moves it; ERR_SHORT, ERR_RANGE: it is none. */
void mode_write(struct strbuf *to, const struct mode *m);
MUST_USE enum err mode_read(const unsigned char **at, const unsigned char *end, struct mode *out);

#endif
