/* What the files of this room share. */
#ifndef DOORS_INNER_H
#define DOORS_INNER_H

#include <pthread.h>
#include <stdatomic.h>

#include "base/queue.h"
#include "doors/doors.h"
#include "sessions.h"
#include "tries.h"

struct known { /* addresses an account signed in from, newest first; of this node only */
    uint64_t at[DOORS_KNOWN_EACH];
};

/* Wrong sign-ins are recorded once a minute and address, with how many there were. */
enum { WRONG_NOTES_MAX = 64, WRONG_NOTE_MS = 60000 };

struct wrong_note {
    struct peer peer;
    struct mono said; /* .ms == 0: free */
    unsigned since;   /* not yet said */
};

/* What was done under a key, and how it was answered. */
enum { AGAIN_MAX = 16 };

struct done_act {
    struct door_ask ask; /* .key "": free */
    struct door_answer answer;
    struct mono at;
};

struct doors {
    struct doors_settings set;
    char path[4096]; /* of the file; "": nothing is kept */
    char first_path[4096];
    char nobody[SEAL_PASSWORD_TEXT]; /* what the passwords of unknown names are compared with */
    struct queue *asks;              /* of struct job *; NULL before doors_start */
    atomic_uint waiting;             /* asks not yet answered */
    pthread_t clerk;
    bool clerk_runs;
    void (*changed)(void *self);
    void *changed_self;
    atomic_uint turn;
    struct audit_port audit;

    pthread_mutex_t lock;              /* guards what follows */
    struct seal_hash viewer, operates; /* the file tokens */
    bool has_viewer, has_operator;
    struct sessions sessions;
    struct tries tries;
    struct account *accounts; /* ACCOUNTS_MAX */
    struct known *known;      /* beside them */
    size_t account_count;
    struct api_token *tokens; /* API_TOKENS_MAX */
    size_t token_count;
    bool unwritten; /* something to write down: now */
    bool used;      /* ... when it suits: last uses of tokens */
    struct wall agreed;
    struct mono wrong_since; /* the bucket of wrong file tokens fills from here */
    int64_t wrong_used_ms;   /* what recent ones have used of it */
    struct doors_stats stats;
    struct wrong_note wrong[WRONG_NOTES_MAX]; /* the clerk's own, as are the next two */
    struct done_act again[AGAIN_MAX];
    size_t again_next;
};

/* ---- book.c: locked ---- */
struct account *book_account(struct doors *d, const char *name);     /* NULL: none, or removed */
struct account *book_any_account(struct doors *d, const char *name); /* removed ones too */
struct api_token *book_token(struct doors *d, const char *prefix);
struct api_token *book_token_of(struct doors *d, const char *secret); /* by its hash */
bool book_knows(struct doors *d, const char *name, const struct peer *peer);
/* True: it was not known before. */
bool book_learn(struct doors *d, const char *name, const struct peer *peer);
bool account_may_enter(const struct account *a);
/* Is there an administrator that may enter, other than that one (NULL: at all)? */
bool book_has_administrator(const struct doors *d, const char *but);
/* Puts it in place of the one of its name, or behind the last.  ERR_FULL. */
MUST_USE enum err book_put_account(struct doors *d, const struct account *a);
MUST_USE enum err book_put_token(struct doors *d, const struct api_token *t);
/* As if it had never been. */
void book_drop_account(struct doors *d, const char *name);
void book_drop_token(struct doors *d, const char *prefix);
void visitor_of(const struct account *a, struct wall expires, struct visitor *out);

/* ---- keep.c ---- */
MUST_USE enum err keep_read(struct doors *d, struct fault *why); /* ERR_MISSING: nothing was kept yet */
/* The clerk's: writes all of it.  Takes the lock. */
MUST_USE enum err keep_write(struct doors *d, struct fault *why);

/* ---- acts.c: the clerk's, without the lock ---- */
void act_do(struct doors *d, const struct door_ask *ask, struct door_answer *a);
/* What a password must be; ERR_RANGE says it. */
MUST_USE enum err password_is_fine(const char *password, const char *name, struct fault *why);

/* ---- again.c: the clerk's, without the lock ---- */
/* True: *a is the answer, and nothing is to be done; ERR_CONFIG: something else was told under this key. */
bool again_answers(struct doors *d, const struct door_ask *ask, struct mono now, struct door_answer *a);
void again_keep(struct doors *d, const struct door_ask *ask, struct mono now, const struct door_answer *a);
void again_forget(struct doors *d, struct mono now);

/* ---- clerk.c ---- */
enum err clerk_act(void *self, const struct door_ask *ask,
                   void (*done)(void *ticket, const struct door_answer *a), void *ticket, struct fault *why);
MUST_USE enum err clerk_start(struct doors *d, struct fault *why);
void clerk_stop(struct doors *d);

/* ---- note.c: the one place where acts are noted ---- */
/* was: the account before, all 0 when there was none or it is not asked about one. */
void note_act(struct doors *d, const struct door_ask *ask, const struct door_answer *a,
              const struct account *was);
void note_first(struct doors *d);
void note_sign_in_by_token(struct doors *d, const struct visitor *who, enum err code);
void note_sessions_ended(struct doors *d, const char *account, const char *id, const struct actor *by,
                         size_t ended);
void note_signed_out(struct doors *d, const char *name);

#endif
