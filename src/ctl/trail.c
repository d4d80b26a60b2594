#include "trail.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

struct expected {
    struct trail_head head;
    bool met;
};

struct trail {
    char node[ID_MAX];
    int64_t epoch;
    struct audit_head at; /* where the chain stands */
    uint64_t rows, findings;
    char found[TRAIL_FINDINGS_MAX][200];
    struct expected *heads;
    size_t head_count;
};

struct trail *trail_new(void)
{
    struct trail *c = calloc(1, sizeof *c);

    if (c != NULL && (c->heads = calloc(TRAIL_HEADS_MAX, sizeof *c->heads)) == NULL) {
        free(c);
        return NULL;
    }
    return c;
}

void trail_free(struct trail *c)
{
    if (c == NULL)
        return;
    free(c->heads);
    free(c);
}

enum err trail_expect(struct trail *c, const struct trail_head *h, struct fault *why)
{
    if (c->head_count == TRAIL_HEADS_MAX)
        return fault_set(why, ERR_FULL, "more than %d signed heads: check the newest of them",
                         TRAIL_HEADS_MAX);
    c->heads[c->head_count++] = (struct expected){ .head = *h };
    return ERR_NONE;
}

size_t trail_expected(const struct trail *c)
{
    return c->head_count;
}

static void found(struct trail *c, const char *fmt, ...) PRINTF_LIKE(2, 3);

static void found(struct trail *c, const char *fmt, ...)
{
    va_list args;

    if (c->findings < TRAIL_FINDINGS_MAX) {
        va_start(args, fmt);
        (void)vsnprintf(c->found[c->findings], sizeof c->found[0], fmt, args);
        va_end(args);
    }
    c->findings++;
}

static void meet_heads(struct trail *c, const char *node, const struct audit_row *r)
{
    for (size_t i = 0; i < c->head_count; i++) {
        struct trail_head *h = &c->heads[i].head;
        if (h->seq == r->seq && strcmp(h->node, node) == 0 && seal_hash_equal(&h->hash, &r->hash))
            c->heads[i].met = true;
    }
}

void trail_follow(struct trail *c, const char *node, int64_t epoch, const struct audit_row *r)
{
    struct seal_hash is;

    if (strcmp(node, c->node) != 0 || epoch != c->epoch) {
        (void)snprintf(c->node, sizeof c->node, "%s", node);
        c->epoch = epoch;
        c->at = (struct audit_head){ 0 };
    }
    if (r->seq != c->at.seq + 1)
        found(c, "%s: %" PRIu64 " to %" PRIu64 " are missing (journal %" PRId64 ")", node, c->at.seq + 1,
              r->seq - 1, epoch);
    is = audit_hash(&c->at.hash, node, r);
    if (r->seq == c->at.seq + 1 && !seal_hash_equal(&is, &r->hash))
        found(c,
              "%s: %" PRIu64 " is not what was recorded, or the one before it is not (journal %" PRId64 ")",
              node, r->seq, epoch);
    c->at = (struct audit_head){ r->seq, r->hash };
    c->rows++;
    meet_heads(c, node, r);
}

bool trail_tell(struct trail *c, FILE *to)
{
    for (size_t i = 0; i < c->head_count; i++)
        if (!c->heads[i].met)
            found(c, "%s: the row %" PRIu64 " that was signed is not there as it was signed",
                  c->heads[i].head.node, c->heads[i].head.seq);
    for (size_t i = 0; i < c->findings && i < TRAIL_FINDINGS_MAX; i++)
        (void)fprintf(to, "%s\n", c->found[i]);
    if (c->findings > TRAIL_FINDINGS_MAX)
        (void)fprintf(to, "and %" PRIu64 " more\n", c->findings - TRAIL_FINDINGS_MAX);
    (void)fprintf(to, "%" PRIu64 " acts, %zu signed heads, %" PRIu64 " findings\n", c->rows, c->head_count,
                  c->findings);
    return c->findings == 0;
}
