/* The parts of a wire among themselves: wire.c is its life and whose turn it is, cycle.c reads a device,
 * exchange.c speaks, ask.c speaks for somebody who asks by hand, naming.c asks a device who it is, teach.c
 * learns from refusals and recall.c keeps that over restarts, tell.c says what came of it.  All of it belongs
 * to the wire's own turn, but for what the lock guards. */
#ifndef WIRE_INNER_H
#define WIRE_INNER_H

#include <pthread.h>

#include "acquire/ask.h"
#include "acquire/wire.h"
#include "alive.h"
#include "answer.h"
#include "base/log.h"
#include "base/wake.h"
#include "busy.h"
#include "cadence.h"
#include "health.h"
#include "identity.h"
#include "latency.h"
#include "learned.h"
#include "plan.h"

/* How a block went lately: what is learned from a refusal depends on it. */
struct history {
    uint8_t function; /* of which block */
    uint16_t address, quantity;
    bool good;        /* it was answered since it was cut */
    uint8_t refusals; /* in a row */
    bool refused_now; /* in this cycle, with... */
    uint8_t exception;
};

/* A cycle under way: between its requests others on the wire have their turn. */
struct under_way {
    bool on;
    bool naming;        /* its values are out; what is left is to ask who it is */
    size_t block;       /* the next to be asked */
    int64_t busy;       /* so often it was refused as busy */
    struct mono resume; /* not before */
    unsigned good, refused;
};

/* What was read of a gate or of what should move, in this cycle. */
struct watched {
    bool read;
    uint64_t raw;
    enum reason why; /* not */
};

/* A current that was outside of what a sound sensor gives. */
struct broken {
    bool ever;
    struct mono last;
};

/* Who a device says it is. */
struct naming {
    char text[IDENTITY_TEXT_MAX];  /* "": not known */
    char heard[IDENTITY_TEXT_MAX]; /* another one, heard once */
    struct mono next;              /* when it is asked again */
    struct mono not_before;        /* after it did not say: not even when it comes back */
    unsigned failures;             /* in a row, other than refusals */
    bool told;                     /* that it does not say */
};

/* What is known of a device. */
struct unit {
    const struct device *device;
    struct plan plan;
    struct history *histories, *older; /* of the plan's blocks; of those before, while they are cut anew */
    struct learned learned;
    uint16_t longest_good; /* registers in one answer so far */
    uint16_t probes;       /* lessons to be tried again in this round */
    struct mono probe_next;
    bool forget; /* guarded by the lock: asked from outside */

    struct cadence cadence;
    struct under_way way;
    uint64_t served; /* the number of its last turn */
    struct health health;
    enum reason lost_to; /* why it has no values while it is not asked */
    struct wall last_valid;

    struct alive alive;
    bool stands_still, faulty; /* faulty: some current of this cycle was */
    struct watched gate, moves;
    struct broken *broken; /* by tag */
    struct reading *held;  /* by tag, until gate and movement are known; NULL: the device has neither */

    struct mono lost_since, back_at;
    struct naming naming;
    bool lost, told_lost;   /* told: the loss was logged, so its end will be */
    struct damper losses;   /* it may come and go for years */
    struct damper refusals; /* or refuse the same block */
    struct damper faults;   /* or have a broken sensor */
    struct damper frozen;
    char last_error[160];
};

struct wire {
    const struct wire_settings *settings;
    struct line *line;
    struct wire_sink sink;
    struct clock clock;
    struct unit *units;
    size_t unit_count;

    bool connected, ever_connected, fresh; /* fresh: nothing was answered on this connection yet */
    unsigned connect_failures;
    struct mono connect_retry;
    struct mono free_at; /* the pause after the last request is over */
    uint16_t transaction;
    uint64_t turns;
    bool by_hand; /* the last turn was for a question by hand */
    struct message batch;
    struct latency latency;
    struct busy busy;
    struct damper losses;
    bool told_down;
    struct wire_status status; /* the turn's own */

    char folder[512]; /* where lessons are kept; "": nowhere */
    bool recalled, lessons_changed;
    struct mono lessons_kept;
    struct damper lessons_lost;

    pthread_mutex_t lock; /* guards what is shown, and what is asked from outside */
    struct wire_status shown;
    struct latency shown_latency;
    struct busy shown_busy;
    struct mono busy_since; /* of the request under way; 0: none */
    struct device_status *shown_devices;
    struct asked *asked; /* by hand, one at a time; NULL: nothing is */

    pthread_t thread;
    bool started;
    struct wake wake;
};

/* ---- exchange.c ---- */
struct outcome {
    enum answer_verdict verdict;
    enum err line; /* when the line failed, and verdict says nothing */
    uint8_t exception;
    uint16_t words[REGISTERS_MAX];
    struct fault why;
};

/* True when connected.  A failure is remembered with a growing gap before the next try. */
bool wire_connect(struct wire *w);
void wire_hang_up(struct wire *w);
void wire_exchange(struct wire *w, const struct unit *u, const struct block *b, struct outcome *o);

/* ---- ask.c ---- */
bool ask_waits(struct wire *w);
void ask_now(struct wire *w);   /* when one waits */
void ask_never(struct wire *w); /* there will be no more turns */

/* ---- cycle.c ---- */
/* Begins or goes on with a cycle; way.on is false when it is over. */
void wire_read_device(struct wire *w, struct unit *u);

/* ---- naming.c ---- */
/* After a cycle that was answered; before it the device was `was`. */
bool naming_is_due(struct unit *u, enum device_state was, struct mono now);
/* One question.  Nothing that comes of it touches the device's values or its health. */
void naming_ask(struct wire *w, struct unit *u);

/* ---- teach.c ---- */
void teach_cut(struct unit *u); /* the plan, by what was learned */
void teach_good(struct unit *u, size_t block);
void teach_refused(struct unit *u, size_t block, uint8_t exception);
/* After a cycle that was answered to its end: what follows from its refusals, and one old lesson tried again
 * when it is time. */
void teach_cycle_over(struct wire *w, struct unit *u);
void teach_forget(struct wire *w, struct unit *u);

/* ---- recall.c ---- */
/* Once, before the first turn. */
void recall_lessons(struct wire *w);
/* Writes down what changed: seldom, and at the end. */
void keep_lessons(struct wire *w, struct mono now);
void keep_lessons_now(struct wire *w);

/* ---- tell.c ---- */
void tell_flush(struct wire *w);
void tell_reading(struct wire *w, struct unit *u, uint32_t tag, struct reading r);
/* Silence is data: every point of the block has a reading that says why it has no value. */
void tell_block_bad(struct wire *w, struct unit *u, size_t block, enum reason why, struct wall at);
void tell_rest_bad(struct wire *w, struct unit *u, size_t from_block, enum reason why, struct wall at);
void tell_error(struct wire *w, struct unit *u, const char *text); /* u NULL: of the wire itself */
void tell_wire_fault(struct wire *w, struct unit *u, uint32_t tag, uint64_t raw);
void tell_exchanged(struct wire *w, const struct unit *u, const char *now_says, struct wall at);
void tell_silent(struct wire *w, struct unit *u, enum reason why, struct now now);
void tell_answered(struct wire *w, struct unit *u, struct now now);
/* Once per turn: the copy that other threads may see. */
void tell_show(struct wire *w, struct now now);

#endif
