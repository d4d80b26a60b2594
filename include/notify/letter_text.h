/* What a letter says, in its reader's language: place, what, value and limit, since, due, link. */
#ifndef NOTIFY_LETTER_TEXT_H
#define NOTIFY_LETTER_TEXT_H

#include "base/strbuf.h"
#include "model/alarm_list.h"
#include "model/contact.h"
#include "model/incident_list.h"

struct letter_text {
    const struct letter *letter;
    const struct incident_list *incidents; /* NULL, or without the letter's: what the letter itself says */
    const struct alarm_list *alarms;       /* NULL: no values */
    int language;                          /* enum contact_language */
    const char *link;                      /* address of the page, without what follows; "": none */
    const char *pass;                      /* address at which the reader acts; "": none */
    struct wall now;
    bool answers;               /* a brief says how it is answered */
    const struct letter *parts; /* of a summary, the worst first */
    size_t part_count;          /* some of them at least */
    bool of_all;                /* the reader is told of every incident */
};

/* What the parts of a summary are now: over where their incident is, which they may not have been when they
 * were made; the worst first again.  l NULL: nothing is known of now. */
void letter_parts_now(struct letter *parts, size_t count, const struct incident_list *l);

struct sms_room;

/* One line without its end. */
void letter_subject(struct strbuf *to, const struct letter_text *t);
void letter_body(struct strbuf *to, const struct letter_text *t);
/* All of it in few words on one line, with the pass where there is one and it fits into the room: one part of
 * an SMS where leaving out the start, the value, the further places and the kind makes it fit, else as many
 * parts as there is room for. */
void letter_brief(struct strbuf *to, const struct letter_text *t, const struct sms_room *room);

/* A channel that is tried by hand: nothing happened, and it says so. */
struct letter_test {
    int language; /* enum contact_language */
    enum channel channel;
    const char *by, *node;
    struct wall at;
};

void letter_test_subject(struct strbuf *to, const struct letter_test *t);
void letter_test_body(struct strbuf *to, const struct letter_test *t);
void letter_test_brief(struct strbuf *to, const struct letter_test *t, const struct sms_room *room);

#endif
