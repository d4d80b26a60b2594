/* Takes letters that wait out of the outbox and hands them to their channel, the most urgent first, one at a
 * time, from a thread of its own.  What the channel said goes back to the outbox; until that has taken it,
 * the letter is not sent again.  A channel that is not reached is left alone for a while, ever longer: its
 * letters wait, and nothing else is disturbed. */
#ifndef NOTIFY_SENDER_H
#define NOTIFY_SENDER_H

#include "model/contact.h"
#include "notify/carrier.h"
#include "ports/outbox.h"

enum { SENDER_LINK_MAX = 256 };

struct sender_settings {
    enum channel channel;
    struct carrier carrier;          /* what it stands on lives until the stop */
    char node[ID_MAX];               /* ids of incidents are the node's own */
    char link[SENDER_LINK_MAX];      /* address of the page, for people; "": none */
    int64_t again_ms, again_most_ms; /* a channel that was not reached: doubled with each failure */
    unsigned a_minute;               /* so many are handed over in a minute at most; 0: any number */
    unsigned parts;                  /* that a brief may take up; see notify/sms_text.h */
    bool marks;                      /* briefs keep their diacritics */
    bool answers;                    /* people can answer a brief */
    struct clock clock;
};

struct sender;

MUST_USE enum err sender_start(struct sender **out, const struct sender_settings *s,
                               const struct outbox_port *outbox, struct fault *why);
void sender_poke(struct sender *s);  /* any thread: there may be letters */
void sender_retry(struct sender *s); /* any thread: the channel is reached again, as far as is known */
void sender_stop(struct sender *s);  /* gives up what is on the line; NULL is fine */
void sender_free(struct sender *s);  /* after the stop; NULL is fine */
/* Any thread; all but `waiting`. */
void sender_status(struct sender *s, struct channel_status *out);

#endif
