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

    (void)pthread_mutex_lock(&p->lock);
    old = p->alarms;
    p->alarms = p->alarms_waiting;
    (void)pthread_mutex_unlock(&p->lock);
    p->alarms_shown = p->alarms_seq;
    p->alarms_waiting = NULL;
    if (p->set.publish_alarms != NULL)
        p->set.publish_alarms(p->set.publish_self, p->alarms);
    alarm_list_drop(old);
}

/* With news a record failed: what is there is not durable. */
static uint64_t release_alarms(struct pipeline *p, struct now now, uint64_t durable)
{
    if (watch_has_news(p->watch))
        return p->alarms_shown;
    freeze_alarms(p, now.wall);
    while (p->alarms_waiting != NULL && durable >= p->alarms_seq) {
        show_alarms(p);
        freeze_alarms(p, now.wall);
    }
    return shown_up_to(p->alarms_waiting == NULL && p->alarms_frozen == watch_generation(p->watch) + 1,
                       p->alarms_shown);
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

/* One snapshot at most waits for the disk; what changes meanwhile goes into the next.  Whoever is answered
 * finds what they did. */
void release_durable(struct pipeline *p, struct now now)
{
    const uint64_t durable = journal_durable(p->set.journal);
    struct shown shown;

    if (p->waiting == NULL && now.mono.ms >= p->next_freeze.ms) {
        p->waiting = board_freeze(p->board, now.wall);
        p->waiting_seq = p->last_seq;
        p->next_freeze.ms = now.mono.ms + PUBLISH_MS;
    }
    if (p->waiting != NULL && durable >= p->waiting_seq)
        show(p);
    shown.modes = mode_desk_release(p, durable); /* before what is silent because of one */
    shown.alarms = release_alarms(p, now, durable);
    shown.incidents = release_incidents(p, now, durable);
    shown.stopgaps = stopgap_desk_release(p, durable); /* before letters that go by them */
    release_letters(p, durable);
    shown.shifts = shift_desk_release(p, durable);
    shown.preventions = prevention_desk_release(p, durable);
    promises_keep(&p->promises, durable, &shown);
    if (p->next_head.seq != p->durable_head.seq && durable >= p->next_head_seq) {
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
