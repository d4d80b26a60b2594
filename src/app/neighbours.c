#include "neighbours.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"

struct neighbours {
    struct neighbours_settings set;
    pthread_mutex_t lock; /* guards what follows, and the order of what is published */
    struct merged_part
        parts[MERGED_NODES_MAX]; /* held; the first is ours, its snapshot NULL before the first */
    char ids[MERGED_NODES_MAX][ID_MAX];
    size_t count;
    struct merged *merged; /* NULL: no other node was ever known */
    struct snapshot *shown;
};

enum err neighbours_new(struct neighbours **out, const struct neighbours_settings *s, struct fault *why)
{
    struct neighbours *n = calloc(1, sizeof *n);

    *out = n;
    if (n == NULL)
        return fault_set(why, ERR_MEMORY, "nodes: no memory");
    n->set = *s;
    n->parts[0].node = s->node;
    n->count = 1;
    (void)pthread_mutex_init(&n->lock, NULL);
    return ERR_NONE;
}

static void show(struct neighbours *n, struct snapshot *s)
{
    snapshot_drop(n->shown);
    n->shown = s;
    n->set.publish(n->set.publish_self, s);
}

static void show_merged(struct neighbours *n)
{
    struct snapshot *s;
    struct fault why;

    if (merged_next(n->merged, n->parts, n->count, &s, &why) != ERR_NONE)
        log_error("nodes: %s", why.text);
    else if (s != NULL)
        show(n, s);
}

void neighbours_own(struct neighbours *n, struct snapshot *own)
{
    (void)pthread_mutex_lock(&n->lock);
    snapshot_drop(n->parts[0].snapshot);
    n->parts[0].snapshot = snapshot_hold(own);
    if (n->merged == NULL)
        show(n, snapshot_hold(own));
    else
        show_merged(n);
    (void)pthread_mutex_unlock(&n->lock);
}

static void forget_others(struct neighbours *n)
{
    for (; n->count > 1; n->count--)
        snapshot_drop(n->parts[n->count - 1].snapshot);
}

static void keep_others(struct neighbours *n, const struct merged_part *nodes, size_t count)
{
    forget_others(n);
    for (size_t i = 0; i < count && n->count < MERGED_NODES_MAX; i++, n->count++) {
        (void)snprintf(n->ids[n->count], ID_MAX, "%s", nodes[i].node);
        n->parts[n->count] =
            (struct merged_part){ n->ids[n->count], snapshot_hold(nodes[i].snapshot), nodes[i].silent };
    }
}

/* Generations go on from what is shown: to whoever has that, the whole is news. */
static bool ready(struct neighbours *n)
{
    struct fault why;

    if (n->shown == NULL || (n->merged == NULL && n->count == 1))
        return false;
    if (n->merged == NULL && merged_new(&n->merged, snapshot_generation(n->shown) + 1, &why) != ERR_NONE)
        log_error("nodes: %s", why.text);
    return n->merged != NULL;
}

void neighbours_others(struct neighbours *n, const struct merged_part *nodes, size_t count)
{
    (void)pthread_mutex_lock(&n->lock);
    keep_others(n, nodes, count);
    if (ready(n))
        show_merged(n);
    (void)pthread_mutex_unlock(&n->lock);
}

struct snapshot *neighbours_shown(struct neighbours *n)
{
    struct snapshot *s;

    (void)pthread_mutex_lock(&n->lock);
    s = snapshot_hold(n->shown);
    (void)pthread_mutex_unlock(&n->lock);
    return s;
}

void neighbours_free(struct neighbours *n)
{
    if (n == NULL)
        return;
    forget_others(n);
    snapshot_drop(n->parts[0].snapshot);
    merged_free(n->merged);
    snapshot_drop(n->shown);
    (void)pthread_mutex_destroy(&n->lock);
    free(n);
}
