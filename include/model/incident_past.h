/* Incidents as the database has them: those that left their node's memory, and those of other nodes. */
#ifndef MODEL_INCIDENT_PAST_H
#define MODEL_INCIDENT_PAST_H

#include "model/account.h"
#include "model/incident_list.h"
#include "model/letter.h"

enum { INCIDENT_PAST_MAX = 100, INCIDENT_LETTERS_MAX = 1024 };

enum incident_past_state { PAST_ANY, PAST_OPEN, PAST_CLOSED, PAST_MERGED };

/* What is asked, of what somebody may see: one, or those whose clock starts in [from, to). */
struct incident_past_ask {
    char node[ID_MAX]; /* of the one; "": the node that asks */
    uint64_t id;       /* the one; 0: those of a span */
    bool letters;      /* of the one: what became of its messages, too */
    struct wall from, to;
    uint8_t state;                  /* enum incident_past_state */
    int class;                      /* enum incident_class of its shown clock; -1: any */
    char supplier[ID_MAX];          /* "": any, likewise the next two */
    char sites[API_TOKEN_LIST_MAX]; /* ids with blanks between */
    char site[ID_MAX];
    unsigned limit;     /* the last first: at most INCIDENT_PAST_MAX */
    struct wall before; /* only those that started before it, or then with a smaller id; .ms == 0: all */
    uint64_t before_id;
    char before_node[ID_MAX];
};

struct past_incident {
    char node[ID_MAX]; /* "": the node that asks */
    struct wall start; /* of its clock, as it was recorded */
    int64_t target_ms; /* of the class it shows, where that is no limit of the law; 0: it is one */
    uint8_t class;     /* enum incident_class, likewise */
    struct incident *is;
};

struct incident_past {
    struct past_incident *items;
    size_t count;
    bool more; /* there are earlier ones */
    struct letter *letters;
    size_t letter_count;
};
void incident_past_clear(struct incident_past *p); /* frees what it holds */

#endif
