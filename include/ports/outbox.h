/* Letters that wait to be sent, and what became of them; how the channels are. */
#ifndef PORTS_OUTBOX_H
#define PORTS_OUTBOX_H

#include "base/err.h"
#include "model/alarm_list.h"
#include "model/audit.h"
#include "model/contact.h"
#include "model/incident_list.h"
#include "model/letter.h"

enum { LETTER_PASS_MAX = 320 };

/* What a sender stands on.  All of it is durable. */
struct outbox_port {
    void *self;
    /* Those of the channel that wait and whose time has come, the most urgent first, at most max. */
    size_t (*due)(void *self, enum channel c, struct wall now, struct letter *out, size_t max);
    /* Those that a summary has, the worst first, at most max. */
    size_t (*summed)(void *self, const struct letter *summary, struct letter *out, size_t max);
    /* What the channel said.  ERR_FULL: not taken, say it again; ERR_STATE: stopping. */
    enum err (*report)(void *self, const struct letter_report *r);
    /* The letter still waits as it did when that was said: what was said is not durable. */
    bool (*waits)(void *self, const struct letter_report *r);
    /* The contact of the present configuration, copied.  False: there is none of that id. */
    bool (*contact)(void *self, const char *id, struct contact *out);
    /* The address at which whoever has this letter acts without signing in; "": there is none. */
    void (*pass)(void *self, const struct letter *l, char out[LETTER_PASS_MAX]);
    struct incident_list *(*incidents)(void *self); /* held, NULL before the first */
    struct alarm_list *(*alarms)(void *self);       /* likewise */
};

/* A channel that is to be tried. */
struct trial_ask {
    enum channel channel;
    char to[ID_MAX];         /* a contact */
    char key[TRIAL_KEY_MAX]; /* asked again with the same, it is not tried again; "": none */
};

struct channel_status {
    uint8_t channel;                      /* enum channel */
    bool up;                              /* the last that was tried reached it; true before the first */
    uint64_t taken, later, refused, down; /* answers since the start; down: it was not reached */
    uint64_t unreported;                  /* answers that the inbox has not taken yet */
    size_t waiting;                       /* letters, whether or not their time has come */
    uint64_t heard, aside;                /* what people sent: facts now; what changed nothing */
    uint64_t forgotten;                   /* files of it that are kept no more */
    struct wall last_taken, next;         /* .ms 0: never; next: not tried before, while it is down */
    char text[LETTER_WHY_MAX];            /* why it is down; "": it is not */
    struct channel_trial trial;           /* the last by hand */
};

/* What others are told of it. */
struct letters_port {
    void *self;
    /* Those about an incident, in the order they were made, at most max. */
    size_t (*of)(void *self, uint64_t incident, struct letter *out, size_t max);
    size_t (*channels)(void *self, struct channel_status out[CHANNEL_COUNT]);
    /* Who is told of incidents, in the order of the configuration. */
    size_t (*contacts)(void *self, struct contact *out, size_t max);
    /* Tries a channel by hand.  `answer` is called exactly once, from whatever thread, perhaps before this
     * returns, unless this returns an error.  code from it: ERR_MISSING, no such contact, or it has no
     * address in a channel that there is; ERR_FULL, one is under way, or there were too many lately;
     * ERR_STATE: stopping. */
    enum err (*try_out)(void *self, const struct trial_ask *ask, const struct actor *by,
                        void (*answer)(void *ticket, enum err code, const struct channel_trial *is),
                        void *ticket, struct fault *why);
};

#endif
