#include "keep.h"

#include <string.h>

static void take_back(struct keep *k, uint64_t seq)
{
    if (k->ripe > seq)
        k->ripe = seq;
    while (k->count > 0 && k->marks[k->count - 1].seq > seq)
        k->count--;
}

void keep_delivered(struct keep *k, struct mono now, uint64_t seq)
{
    int64_t apart_ms = k->keep_ms / (KEEP_MARKS / 2);

    take_back(k, seq);
    (void)keep_ripe(k, now);
    if (seq <= k->ripe || (k->count > 0 && k->marks[k->count - 1].seq == seq))
        return;
    /* the newest mark takes newer entries in, and their time, until it is `apart` from the one before */
    if (k->count >= 2 && now.ms - k->marks[k->count - 2].at.ms < apart_ms)
        k->count--;
    if (k->count == KEEP_MARKS)
        k->count--;
    k->marks[k->count].at = now;
    k->marks[k->count].seq = seq;
    k->count++;
}

uint64_t keep_ripe(struct keep *k, struct mono now)
{
    size_t done = 0;

    while (done < k->count && now.ms - k->marks[done].at.ms >= k->keep_ms)
        k->ripe = k->marks[done++].seq;
    memmove(k->marks, k->marks + done, (k->count - done) * sizeof k->marks[0]);
    k->count -= done;
    return k->ripe;
}
