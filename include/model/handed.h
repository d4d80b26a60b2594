/* A step that somebody takes on another node than the incident's own: handed over by the database, done by
 * the home node, with what became of it. */
#ifndef MODEL_HANDED_H
#define MODEL_HANDED_H

#include "base/strbuf.h"
#include "model/audit.h"
#include "model/incident_step.h"

/* The numbers are those of the table. */
enum handed_state { HANDED_WAITING, HANDED_DONE, HANDED_REFUSED, HANDED_STATE_COUNT };

enum { HANDED_REASON_MAX = 40, HANDED_BYTES_MAX = 2048, HANDED_LIST_MAX = 100 };

/* Why one is refused that no rule refuses. */
extern const char handed_key_taken[];  /* the home node knows its key for something else */
extern const char handed_unreadable[]; /* a later version of the program wrote it */

struct handed_step {
    char node[ID_MAX]; /* whose the incident is */
    char from[ID_MAX]; /* where it was told; of one that is only handed over: not set */
    struct incident_act act;
    bool count_reach; /* of STEP_IMPACT: nobody was counted, the zones' data are taken */
    struct actor by;
    struct wall told;
};

/* As it is shown. */
struct handed_row {
    char key[HAND_KEY_MAX], from[ID_MAX];
    char who[INCIDENT_WHO_MAX], note[INCIDENT_NOTE_MAX];
    char reason[HANDED_REASON_MAX];
    uint8_t step, state;                /* enum step_kind, enum handed_state */
    struct wall claimed, told, settled; /* .ms 0: none */
};

const char *handed_state_name(enum handed_state s); /* "handed_over" */

/* What the step says, without who tells it and when: the same bytes are the same step.  Never a call. */
void handed_write(struct strbuf *to, const struct handed_step *h);
/* Into act and count_reach.  ERR_STATE: of a later version.  ERR_SHORT, ERR_RANGE: not one. */
MUST_USE enum err handed_read(const void *bytes, size_t len, struct handed_step *out);

#endif
