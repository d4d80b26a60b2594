/* A message on its way to one person through one channel: what has become of it so far.  One outgoing makes
 * one letter for each who shall have it. */
#ifndef MODEL_LETTER_H
#define MODEL_LETTER_H

#include "base/strbuf.h"
#include "model/audit.h"
#include "model/outgoing.h"
#include "model/world.h"

/* The numbers of both are stored: add at the end. */
enum channel { CHANNEL_EMAIL, CHANNEL_SMS, CHANNEL_WEBHOOK, CHANNEL_COUNT };
enum letter_state {
    LETTER_WAITS,
    LETTER_SENT,    /* the channel took it */
    LETTER_REFUSED, /* the channel will never take it, `why` says what it answered */
    LETTER_EXPIRED, /* nobody took it in time */
    LETTER_HELD,    /* for the end of quiet hours, or of a flood: `next` */
    LETTER_SUMMED,  /* a summary was made that has it: `why` names that */
    LETTER_STATE_COUNT
};

enum { LETTER_WHY_MAX = 161, LETTER_NAME_MAX = OUTGOING_KEY_MAX + ID_MAX + 16 };

struct letter {
    struct outgoing about;
    char to[ID_MAX]; /* a contact */
    uint8_t channel, state;
    uint16_t tries;           /* answers of the channel, whatever they were */
    struct wall next;         /* of one that waits or is held: not before */
    struct wall settled;      /* .ms 0: it waits, or is held */
    char why[LETTER_WHY_MAX]; /* what the channel said last; "": nothing */
};

const char *channel_name(enum channel c);
bool channel_parse(const char *name, enum channel *out);
const char *letter_state_name(enum letter_state s);
/* "1024/warning/75/lan/email": the same letter has the same name, for ever. */
void letter_name(const struct letter *l, char out[LETTER_NAME_MAX]);
bool letter_is(const struct letter *a, const struct letter *b);
/* As `why` of the letters in it says it: "in 0/summary/27934512". */
void letter_summary_words(const struct letter *summary, char out[LETTER_WHY_MAX]);
/* l is in it, by whatever channel that goes. */
bool letter_in_summary(const struct letter *l, const struct letter *summary);

/* What is read first at three in the morning comes first: negative when a is more urgent than b.  Dangers to
 * health or life before all else, the oldest of them first: none waits behind newer ones. */
int letter_compare(const struct letter *a, const struct letter *b);
/* What is worst comes first: likewise, but dangers among themselves by what is said of them. */
int letter_compare_weight(const struct letter *a, const struct letter *b);

/* In the journal and the lane of events, from behind the type on. */
void letter_write(struct strbuf *to, const struct letter *l);
/* Takes one from *at and moves it.  ERR_SHORT, ERR_RANGE: it is none. */
MUST_USE enum err letter_read(const unsigned char **at, const unsigned char *end, struct letter *out);

/* What a channel made of a letter. */
enum sending {
    SENDING_TAKEN,
    SENDING_LATER,   /* not now: it is tried again */
    SENDING_REFUSED, /* never */
    SENDING_COUNT
};

struct letter_report {
    struct outgoing about;
    char to[ID_MAX];
    uint8_t channel;
    uint16_t tries; /* the letter's own, when it was taken out */
    uint8_t sending;
    int64_t wait_ms; /* of SENDING_LATER: it asks for so long at least; 0: it does not */
    char why[LETTER_WHY_MAX];
};

enum trial_state {
    TRIAL_NONE,
    TRIAL_UNDER_WAY, /* handed over, and not yet known what became of it */
    TRIAL_TAKEN,
    TRIAL_LATER,
    TRIAL_REFUSED,
    TRIAL_DOWN, /* the channel was not reached */
    TRIAL_STATE_COUNT
};

enum { TRIAL_KEY_MAX = 65 };

/* A channel that was tried by hand: a message that is marked as a test, of no incident. */
struct channel_trial {
    char key[TRIAL_KEY_MAX];   /* the same is the same trial; "": none */
    uint8_t channel, state;    /* enum channel, enum trial_state */
    char to[ID_MAX];           /* a contact */
    char by[AUDIT_ACTOR_MAX];  /* who tried it */
    struct wall at, answered;  /* .ms 0: not yet */
    char said[LETTER_WHY_MAX]; /* the channel's words */
};

const char *trial_state_name(enum trial_state s);

#endif
