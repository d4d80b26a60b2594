/* Incidents as the database has them: those that left their node's memory, and those of other nodes. */
#ifndef MODEL_INCIDENT_PAST_H
#define MODEL_INCIDENT_PAST_H

#include "model/account.h"
#include "model/incident_list.h"
#include "model/letter.h"

enum { INCIDENT_PAST_MAX = 100, INCIDENT_LETTERS_MAX = 1024, BOOK_LINES_MAX = 2000 };

enum incident_past_state { PAST_ANY, PAST_OPEN, PAST_CLOSED, PAST_MERGED };

/* What is asked, of what somebody may see: one, or those whose clock starts in [from, to). */
struct incident_past_ask {
    char node[ID_MAX]; /* of the one; "": the node that asks */
    uint64_t id;       /* the one; 0: those of a span */
    bool letters;      /* of the one: what became of its messages, too */
    bool book;         /* the lines of [from, to) of a site or a system instead, the first BOOK_LINES_MAX */
    char system[ID_MAX];
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

/* Of the operation book: what was done or seen, by whom.  The numbers are those of operation_book.sql. */
enum book_kind { BOOK_FACT = 1, BOOK_SERVICE, BOOK_EXCHANGE, BOOK_MODE, BOOK_MODE_END, BOOK_KIND_END };

struct book_line {
    struct wall at, recorded;
    uint8_t kind;         /* enum book_kind */
    uint8_t word;         /* of a fact its kind, of a mode its kind */
    uint8_t detail, code; /* of a fact; detail of a mode: how it ended */
    bool drill;
    char node[ID_MAX], subject[NAME_MAX_BYTES]; /* the incident's number; else the name of what it is about */
    char place[NAME_MAX_BYTES];
    double value, other; /* of a service the counter; of an exchange both readings; else NaN */
    char who[INCIDENT_WHO_MAX], note[INCIDENT_NOTE_MAX];
};

struct incident_past {
    struct past_incident *items;
    size_t count;
    bool more; /* there are earlier ones */
    struct letter *letters;
    size_t letter_count;
    struct book_line *lines; /* in order of time */
    size_t line_count;       /* `more`: there are later ones */
};
void incident_past_clear(struct incident_past *p); /* frees what it holds */

#endif
