/* What the face counts about itself.  Any thread. */
#ifndef SERVE_TALLY_H
#define SERVE_TALLY_H

#include <stdatomic.h>
#include <stdint.h>

#include "ports/health.h"

struct tally {
    atomic_uint_fast64_t answers[6];     /* by first digit of the status */
    atomic_uint_fast64_t not_modified;   /* 304 */
    atomic_uint_fast64_t cut;            /* connections ended for missing a deadline or to make room */
    atomic_uint_fast64_t wrong_tokens;   /* sign-ins and bearers refused */
    atomic_uint_fast64_t too_often;      /* requests refused for coming too often */
    atomic_uint_fast64_t events;         /* events handed to streams */
    atomic_uint_fast64_t skipped;        /* generations that a slow reader never saw one by one */
    atomic_uint_fast64_t questions;      /* about the past */
    atomic_uint_fast64_t questions_late; /* given up by us */
    atomic_uint connections, streams, open_requests;
};

void tally_metrics(struct tally *t, void (*sample)(void *ctx, const struct metric *m), void *ctx);

#endif
