/* Who is told of incidents, how, in which language, and of which.  A contact without an account is a post or
 * a list of people; one on duty is told only what a roster gives (incident/roster.h). */
#ifndef MODEL_CONTACT_H
#define MODEL_CONTACT_H

#include "model/catalogue.h"
#include "model/incident.h"
#include "model/letter.h"

enum { CONTACTS_MAX = 64, CONTACT_ADDRESS_MAX = 128, CONTACT_NUMBER_MAX = 16, CONTACT_PLACES_MAX = 512 };
/* Those of the configuration, and behind them guests (model/stopgap.h). */
enum { STOPGAPS_HELD_MAX = 128, CONTACTS_HELD_MAX = CONTACTS_MAX + STOPGAPS_HELD_MAX };

enum contact_language { CONTACT_VI, CONTACT_EN };
enum contact_weight {
    WEIGHT_ALL,
    WEIGHT_LEGAL, /* those whose time the law limits, and all of the next */
    WEIGHT_GRAVE, /* large effect, or a danger to health or life: class water_quality or safety */
    WEIGHT_DUTY   /* of a contact: nothing but what its duty brings */
};

/* A group of incidents. */
struct told_of {
    char supplier[ID_MAX];          /* "": any */
    char sites[CONTACT_PLACES_MAX]; /* ids, blanks between; "": any */
    uint16_t classes;               /* bits 1 << enum incident_class; 0: any */
    int weight;                     /* enum contact_weight: what it takes */
};

struct contact {
    char id[ID_MAX];
    char name[NAME_MAX_BYTES];
    char email[CONTACT_ADDRESS_MAX];   /* "": not by e-mail */
    char sms[CONTACT_NUMBER_MAX];      /* digits, the country's first ("84912345678"); "": not by SMS */
    char webhook[CONTACT_ADDRESS_MAX]; /* who it is there; "": not by the webhook */
    uint8_t channel_count;             /* of those it has an address in, in the order they are used */
    uint8_t channels[CHANNEL_COUNT];   /* enum channel */
    int language;                      /* enum contact_language */
    char account[ID_MAX];              /* whose name stands in facts when this contact acts; "": none */
    bool acts;                         /* its letters have a link by which it acts */
    uint16_t quiet_from, quiet_to;     /* minutes of the day, local; the same: never quiet */
    struct told_of of;                 /* what it is told without being on duty */
};

struct contacts {
    size_t count;
    struct contact list[CONTACTS_HELD_MAX];
};

const struct contact *contact_find(const struct contacts *c, const char *id); /* NULL: none */
/* Its channels in the usual order, by how soon each is read, as far as there is an address. */
void contact_usual_order(struct contact *c);
/* An address that can stand in a command and in a header: local@domain, ASCII without blanks and specials. */
bool contact_email(const char *text);
/* "": none there. */
const char *contact_address(const struct contact *c, enum channel to);
/* Where a message goes that `refused` did not take: the channel behind it, or the first where it is none of
 * the contact's any more.  CHANNEL_COUNT: nowhere. */
enum channel contact_next_channel(const struct contact *c, enum channel refused);
/* "+84 912 345 678", "0912345678" as the digits of struct contact.  False: it is no number of a telephone. */
bool contact_number(const char *text, char out[CONTACT_NUMBER_MAX]);
/* The nth from 0 with that number, in the order of the configuration: several may share a telephone.  NULL:
 * there are no more. */
const struct contact *contact_of_number(const struct contacts *c, const char *digits, size_t nth);

/* Is it of this group?  i NULL: the message is not of one incident, and belongs to the group of all.  One
 * member at a place and of a class that belongs to it is enough. */
bool is_told_of(const struct told_of *group, const struct catalogue *c, const struct incident *i,
                const struct outgoing *o);
/* As facts and the record of acts name it: by its account, or by its id. */
const char *contact_who(const struct contact *c);
/* The end of the quiet hours that it is in; .ms 0: it is in none. */
struct wall contact_quiet_until(const struct contact *c, struct wall at);
/* Rings at night too: the law or a danger limits the time, and it is not over.  i NULL: as of a digest. */
bool outgoing_is_urgent(const struct outgoing *o, const struct incident *i);
/* Weight alone: large effect, or a danger to health or life. */
bool incident_is_grave(const struct incident *i);

#endif
