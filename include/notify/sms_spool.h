/* SMS by the spool of a modem's program, in the layout of smstools: a message is a file that is put into one
 * folder, and what becomes of it is told by the folder where it is then.  What comes is a file in another.
 *
 * Files appear whole or not at all.  The name of one is made of the letter's, so that a letter lies there
 * once over kills, too. */
#ifndef NOTIFY_SMS_SPOOL_H
#define NOTIFY_SMS_SPOOL_H

#include "notify/carrier.h"
#include "notify/sms_in.h"

enum { SPOOL_PATH_MAX = 1024, SPOOL_SAID_MAX = 400 };
/* What was read, and what was put aside, is kept so long, and no more files of each. */
enum { SPOOL_KEPT_DAYS = 90, SPOOL_KEPT_MAX = 4096 };

struct spool_settings {
    char outgoing[SPOOL_PATH_MAX]; /* "": none */
    char checked[SPOOL_PATH_MAX];
    char sent[SPOOL_PATH_MAX], failed[SPOOL_PATH_MAX];
    char incoming[SPOOL_PATH_MAX]; /* "": nothing that comes is read */
    char own[SPOOL_PATH_MAX];      /* where files are written, and where those that came are put */
    bool marks;                    /* texts keep their diacritics */
    int64_t taken_within_ms;       /* a file that lies longer: the program does not run */
    int64_t give_up_ms;            /* a file that lies so long is taken back */
};

enum heard {
    HEARD_DONE,  /* it is a fact now, or was before */
    HEARD_ASIDE, /* it changed nothing */
    HEARD_LATER  /* nothing could be told just now */
};

/* Who makes something of what came.  key: of this file's words, the same for the same.  said: an answer to
 * the sender; "": none. */
struct spool_ear {
    void *self;
    enum heard (*hear)(void *self, const struct sms_in *in, const char *key, char said[SPOOL_SAID_MAX]);
};

struct spool_count {
    uint64_t heard, aside;
    uint64_t forgotten; /* files that were read or put aside, and went for their age or number */
};

struct spool;

/* Borrows *s and *ear for its life.  ERR_IO: a folder is not there or not ours to write. */
MUST_USE enum err spool_open(struct spool **out, const struct spool_settings *s, const struct spool_ear *ear,
                             struct fault *why);
void spool_close(struct spool *s); /* NULL is fine */
/* Any thread, NULL is fine: the wall clock is what it says.  Until then no file that was read goes for its
 * age. */
void spool_clock_is_true(struct spool *s);
struct carrier spool_carrier(struct spool *s);
/* Any thread. */
void spool_count(struct spool *s, struct spool_count *out);

/* The file as smstools takes it.  False: the number is none. */
bool spool_write(struct strbuf *to, const char *number, const char *text, bool marks);

#endif
