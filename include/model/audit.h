/* The record of acts: who changed what, from where, what it was before and after.  Entries of a node form a
 * chain: each has the hash of the one before in its own, so none can be altered, left out, put in or moved
 * unseen.  docs/audit.md says how to check it with other tools. */
#ifndef MODEL_AUDIT_H
#define MODEL_AUDIT_H

#include "base/clock.h"
#include "base/err.h"
#include "base/peer.h"
#include "base/strbuf.h"
#include "model/world.h"
#include "seal/seal.h"

/* The numbers are stored: add at the end, never renumber. */
enum actor_kind {
    ACTOR_SYSTEM,  /* the daemon itself */
    ACTOR_ACCOUNT, /* a person signed in */
    ACTOR_TOKEN,   /* a program */
    ACTOR_LOCAL,   /* the command line on the node's machine */
    ACTOR_NOBODY,  /* nobody known: a sign-in that failed */
    ACTOR_CONTACT, /* whoever has a telephone that is a contact's */
    ACTOR_COUNT
};

const char *
actor_kind_name(enum actor_kind k); /* "system", "account", "token", "local", "nobody", "contact" */
bool actor_kind_parse(const char *word, enum actor_kind *out);

enum { AUDIT_ACTOR_MAX = 64, AUDIT_ACTION_MAX = 40, AUDIT_SUBJECT_MAX = 100, AUDIT_STATE_MAX = 512 };
enum { AUDIT_PERSON_MAX = 400 };

/* Who acts, as every act carries it. */
struct actor {
    uint8_t kind; /* enum actor_kind */
    char name[AUDIT_ACTOR_MAX];
    char address[PEER_TEXT_MAX]; /* "": none, or not known */
};

struct audit_entry {
    struct wall at;
    struct actor by;
    char action[AUDIT_ACTION_MAX];   /* "reading.tell", "session.open", ...: stable */
    char subject[AUDIT_SUBJECT_MAX]; /* what it was done to: "point:lc.q1" */
    char before[AUDIT_STATE_MAX];    /* JSON objects without blanks; "": nothing to say */
    char after[AUDIT_STATE_MAX];
    char person[AUDIT_PERSON_MAX]; /* words that name people, "" none: erasable, the chain has their keyed
                                      hash only */
};

/* Where a node's chain ends. */
struct audit_head {
    uint64_t seq; /* of the last entry; 0: none yet */
    struct seal_hash hash;
};

/* An entry in its chain, as it is stored. */
struct audit_row {
    uint64_t seq;
    struct audit_entry entry;
    struct seal_hash person; /* keyed hash of the words; all 0: there are none */
    struct seal_hash hash;
};

/* A row as a database gives it back. */
struct audit_stored {
    char node[ID_MAX];
    int64_t epoch; /* of the node's journal: a new one begins a new chain */
    struct audit_row row;
};

/* Puts an entry behind the head and moves the head.  `key` is the node's, for words that name people. */
void audit_chain(struct audit_head *head, const char *node, const struct audit_entry *e,
                 const struct seal_hash *key, struct audit_row *out);
/* The hash that a row must have behind `before`. */
struct seal_hash audit_hash(const struct seal_hash *before, const char *node, const struct audit_row *r);
/* Do these words belong to the row?  Right for a row without words and "". */
bool audit_person_fits(const struct audit_row *r, const char *words, const struct seal_hash *key);

/* As an item of a lane, from its length on (see model/lane.h). */
void audit_write(struct strbuf *to, const struct audit_row *r);
/* Takes one from *at, moves it.  ERR_SHORT, ERR_RANGE: it is none. */
MUST_USE enum err audit_read(const unsigned char **at, const unsigned char *end, struct audit_row *out);

#endif
