/* The reports of a period, as JSON, as CSV and as a page to print and sign (NĐ 30/2020/NĐ-CP): the same
 * figures in each, every one with its formula, its source and how much of it is known.  Pure: everything is
 * given.
 *
 * A figure of which less than REPORT_COVERAGE is known is null ("không đủ số liệu") with its coverage beside
 * it. */
#ifndef REPORT_REPORT_H
#define REPORT_REPORT_H

#include "model/catalogue.h"
#include "model/report.h"

#define REPORT_SCHEMA   "capnuoc-report-1"
#define REPORT_COVERAGE 0.9

enum { REPORT_WORDS_MAX = 512, REPORT_LIMITS_MAX = 8 };

/* How the office writes; "": left to the clerk. */
struct report_words {
    char place[NAME_MAX_BYTES];  /* before the date: Lai Châu */
    char parent[NAME_MAX_BYTES]; /* the body above; "": there is none, or the line stays away */
    char organ[NAME_MAX_BYTES];  /* who issues the report of the whole; a supplier's bears the supplier's name
                                  */
    char to[REPORT_WORDS_MAX];   /* Kính gửi, with ; between */
    char copies[REPORT_WORDS_MAX]; /* Nơi nhận, with ; between, beside "Như trên" and "Lưu" */
    char signer[NAME_MAX_BYTES];   /* GIÁM ĐỐC */
};

/* A row of a limit set that held for a point. */
struct report_limit {
    const struct standard *set;
    const struct limit *row;     /* NULL: a sum */
    const struct limit_sum *sum; /* NULL: a row */
    bool in_force;
    char note[64]; /* "": it is in force */
};

struct report_from {
    const struct report_item *is; /* version 0: a preview */
    const struct report_rows *rows;
    struct wall now;
    const struct catalogue *catalogue; /* of the node that makes it */
    const struct report_words *words;
    const uint32_t *points; /* of rows->water, in their order */
    void *self;             /* of: */
    /* What held for the point on that day, what decides first; *why: "" or why nothing does. */
    size_t (*limits)(void *self, uint32_t point, int32_t day, struct report_limit out[REPORT_LIMITS_MAX],
                     const char **why);
};

/* Whether the text is whole is the strbuf's to say. */
void report_write(struct strbuf *to, enum report_format format, const struct report_from *from);
/* Does its water belong into a report of that supplier ("": the whole)? */
bool report_tells(const struct catalogue *c, const struct point *p, const char *supplier);

#endif
