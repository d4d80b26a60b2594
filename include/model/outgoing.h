/* What is to be sent about incidents.  Made by the fold in the record that changes the incident; sending is
 * somebody else's. */
#ifndef MODEL_OUTGOING_H
#define MODEL_OUTGOING_H

#include <stdbool.h>
#include <stdint.h>

#include "base/clock.h"

/* The numbers are stored: add at the end. */
enum outgoing_kind {
    OUT_OPENED,
    OUT_WARNING, /* n per cent of the time have passed; of a target, OUT_OF_TARGET is added */
    OUT_OVERDUE,
    OUT_PASSED, /* several warnings, or some that are long over, in one: `mask` */
    OUT_DIGEST, /* what passed while the program was down, of all incidents: `count` of them */
    OUT_DUE_MOVED,
    OUT_OVERDUE_AGAIN, /* the due time had moved on after it was told as over */
    OUT_STEP,          /* a further burst (`size`), or a dangerous member */
    OUT_UNCONFIRMED,   /* a claimed repair that nothing agreed with */
    OUT_LARGE_EFFECT,
    OUT_DUTY_LATE,      /* `count`: enum duty_kind */
    OUT_ESCALATED,      /* nobody has taken it: `count` is the step */
    OUT_ENDED,          /* all is restored, or (`count` 1) it was closed */
    OUT_BACK,           /* it is there again, though its end was told */
    OUT_SUMMARY,        /* `count` letters to one person in one */
    OUT_BEYOND_CONTROL, /* its cause is: the authority hears of it at once */
    OUT_COUNT
};

struct outgoing {
    uint64_t incident; /* 0: of the digest, a summary */
    uint32_t n;        /* with incident and kind: never twice, over restarts and a lost journal too */
    uint8_t kind;      /* enum outgoing_kind */
    uint8_t mask;      /* WARN_50 ... */
    bool legal;        /* `due` is the law's, not a target */
    bool drill;
    bool grave; /* large effect, or a danger to health or life, when it was made */
    bool over;  /* all is restored already: history, nothing to ring for */
    uint16_t count;
    double size; /* NaN: none */
    struct wall at, due;
};

enum { OUTGOING_KEY_MAX = 64, OUT_OF_TARGET = 1000 };

/* Of a danger to health or life that lasts: told before all else. */
bool outgoing_is_danger(const struct outgoing *o);
const char *outgoing_kind_name(enum outgoing_kind k);
/* "1024/warning/75", of a target "1024/warning/1075": whoever sends knows by it what was sent already.
 */
void outgoing_key(const struct outgoing *o, char out[OUTGOING_KEY_MAX]);
/* The `n` of what belongs to no incident: of the second, not counted.  A count that was lost with the journal
 * would begin again, and the message be taken for one that was sent. */
uint32_t outgoing_second(struct wall now);

#endif
