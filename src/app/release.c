/* Journal before effect: a picture, a list of alarms, an answer go out when what they show is durable. */
#include <stdlib.h>
#include <string.h>

#include "pipeline_inner.h"

/* Who shelved those that are shelved; without memory, nobody knows. */
static void note_shelves(const struct watch *w, struct alarm_list *l)
{
    size_t n = 0;

    for (size_t i = 0; i < l->count; i++)
        n += l->items[i].shelved_until.ms != 0;
    l->shelves = n == 0 ? NULL : calloc(n, sizeof *l->shelves);
    for (size_t i = 0; i < l->count && l->shelves != NULL; i++) {
        const struct alarm_act *a = l->items[i].shelved_until.ms == 0 ? NULL : watch_shelf(w, l->items[i].id);
        struct alarm_shelf *shelf = &l->shelves[l->shelf_count];
        if (a == NULL)
            continue;
        shelf->alarm = a->alarm;
        memcpy(shelf->who, a->who, sizeof shelf->who);
        memcpy(shelf->why, a->why, sizeof shelf->why);
        l->shelf_count++;
    }
}

static void freeze_alarms(struct pipeline *p, struct wall now)
{
    const struct alarms *all = watch_alarms(p->watch);
    struct alarm_list *l;

    if (p->alarms_waiting != NULL || p->alarms_frozen == watch_generation(p->watch) + 1)
        return;
    l = alarm_list_new(alarms_count(all), p->catalogue);
    if (l == NULL)
        return;
    for (size_t i = 0; i < l->count; i++)
        l->items[i] = *alarms_at(all, i);
    alarm_list_sort(l);
    note_shelves(p->watch, l);
    l->at = now;
    l->generation = p->alarms_frozen = watch_generation(p->watch) + 1;
    p->alarms_waiting = l;
    p->alarms_seq = p->last_seq;
}

static void show_alarms(struct pipeline *p)
{
    struct alarm_list *old;

    if (p->alarms_waiting == NULL || watch_has_news(p->watch) ||
        journal_durable(p->set.journal) < p->alarms_seq)
        return;
    (void)pthread_mutex_lock(&p->lock);
    old = p->alarms;
    p->alarms = p->alarms_waiting;
    (void)pthread_mutex_unlock(&p->lock);
    p->alarms_waiting = NULL;
    if (p->set.publish_alarms != NULL)
        p->set.publish_alarms(p->set.publish_self, p->alarms);
    alarm_list_drop(old);
}

struct alarm_list *pipeline_alarms(struct pipeline *p)
{
    struct alarm_list *l;

    (void)pthread_mutex_lock(&p->lock);
    l = alarm_list_hold(p->alarms);
    (void)pthread_mutex_unlock(&p->lock);
    return l;
}

static void show(struct pipeline *p)
{
    struct snapshot *old, *s = p->waiting;

    p->waiting = NULL;
    (void)pthread_mutex_lock(&p->lock);
    old = p->shown;
    p->shown = s;
    (void)pthread_mutex_unlock(&p->lock);
    snapshot_drop(old);
    if (p->set.publish != NULL)
        p->set.publish(p->set.publish_self, s);
}

/* One snapshot at most waits for the disk; what changes meanwhile goes into the next. */
void release_durable(struct pipeline *p, struct now now)
{
    uint64_t durable;

    if (p->waiting == NULL && now.mono.ms >= p->next_freeze.ms) {
        p->waiting = board_freeze(p->board, now.wall);
        p->waiting_seq = p->last_seq;
        p->next_freeze.ms = now.mono.ms + PUBLISH_MS;
    }
    if (p->waiting != NULL && journal_durable(p->set.journal) >= p->waiting_seq)
        show(p);
    mode_desk_release(p);          /* before what is silent because of one */
    if (!watch_has_news(p->watch)) /* else a record failed: what is there is not durable */
        freeze_alarms(p, now.wall);
    show_alarms(p);
    release_incidents(p, now);
    release_letters(p);
    shift_desk_release(p);
    durable = journal_durable(p->set.journal); /* one for both: who is answered finds what they wrote */
    prevention_desk_release(p, durable);
    promises_keep(&p->promises, durable);
    if (p->next_head.seq != p->durable_head.seq && journal_durable(p->set.journal) >= p->next_head_seq) {
        (void)pthread_mutex_lock(&p->lock);
        p->durable_head = p->next_head;
        (void)pthread_mutex_unlock(&p->lock);
    }
}

struct snapshot *pipeline_snapshot(struct pipeline *p)
{
    struct snapshot *s;

    (void)pthread_mutex_lock(&p->lock);
    s = snapshot_hold(p->shown);
    (void)pthread_mutex_unlock(&p->lock);
    return s;
}

bool pipeline_today(struct pipeline *p, uint64_t key, int32_t day, struct day_figure *out)
{
    return today_read(p->today, key, day, out);
}

uint64_t pipeline_today_turn(struct pipeline *p)
{
    return today_turn(p->today);
}
