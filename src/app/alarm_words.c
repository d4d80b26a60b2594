#include "alarm_words.h"

#include <inttypes.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>

#include "parts.h"

static void tell(const struct alarm *a, const struct catalogue *c, struct strbuf *told)
{
    uint32_t point = catalogue_by_key(c, a->point);
    char id[ALARM_ID_TEXT], opened[CLOCK_TEXT_MAX], until[CLOCK_TEXT_MAX] = "";

    wall_text(a->opened, opened);
    if (a->shelved_until.ms != 0)
        wall_text(a->shelved_until, until);
    strbuf_printf(told, "%s %-8s %-14s %s %s %s value=%.6g limit=%.6g times=%" PRIu32 "%s%s\n",
                  alarm_id_text(a->id, id), SEVERITIES[a->severity], ALARM_STATES[alarm_state(a)], opened,
                  point == NO_INDEX ? "-" : c->points[point].id, a->name, a->value, a->limit, a->times,
                  until[0] == '\0' ? "" : " until=", until);
}

enum err alarm_words_list(struct parts *d, struct strbuf *told, struct fault *why)
{
    struct alarm_list *l = pipeline_alarms(d->pipeline);
    size_t n;

    if (l == NULL)
        return fault_set(why, ERR_STATE, "the daemon is only starting");
    n = l->count;
    for (size_t i = 0; i < n; i++)
        tell(&l->items[i], l->catalogue, told);
    alarm_list_drop(l);
    return fault_set(why, ERR_NONE, "%zu open alarms", n);
}

struct waiting {
    pthread_mutex_t lock;
    pthread_cond_t cond;
    bool answered;
    enum err code;
    struct fault why;
};

static void answered(void *self, enum err code, bool known, const struct alarm *is, const struct fault *why)
{
    struct waiting *w = self;

    (void)known;
    (void)is;
    (void)pthread_mutex_lock(&w->lock);
    w->answered = true;
    w->code = code;
    if (code != ERR_NONE)
        w->why = *why;
    (void)pthread_cond_signal(&w->cond);
    (void)pthread_mutex_unlock(&w->lock);
}

static enum err act(struct parts *d, struct message_alarm *m, struct fault *why)
{
    struct waiting w = { .lock = PTHREAD_MUTEX_INITIALIZER, .cond = PTHREAD_COND_INITIALIZER };
    enum err rc;

    m->answer = answered;
    m->self = &w;
    rc = pipeline_alarm(d->pipeline, m, why);
    if (rc != ERR_NONE)
        return rc;
    (void)pthread_mutex_lock(&w.lock);
    while (!w.answered)
        (void)pthread_cond_wait(&w.cond, &w.lock);
    (void)pthread_mutex_unlock(&w.lock);
    if (w.code != ERR_NONE)
        *why = w.why;
    return w.code;
}

enum err alarm_words_ack(struct parts *d, const char *words, struct fault *why)
{
    struct message_alarm m = { .act = { .event = ALARM_ACKNOWLEDGE }, .by = { .kind = ACTOR_LOCAL } };
    const char *name = strchr(words, ' ');
    char id[ALARM_ID_TEXT];
    enum err rc;

    if (name == NULL || name - words != ALARM_ID_TEXT - 1 || name[1] == '\0' ||
        strlen(name + 1) >= sizeof m.by.name)
        return fault_set(why, ERR_RANGE, "not understood: \"ack ID NAME\"");
    memcpy(id, words, sizeof id - 1);
    id[sizeof id - 1] = '\0';
    if (!alarm_id_parse(id, &m.act.alarm))
        return fault_set(why, ERR_RANGE, "\"%s\" is no id of an alarm", id);
    (void)snprintf(m.act.who, sizeof m.act.who, "%s", name + 1);
    (void)snprintf(m.by.name, sizeof m.by.name, "%s", name + 1);
    (void)snprintf(m.act.key, sizeof m.act.key, "ctl-%s-%" PRId64, id, clock_read(&d->clock).wall.ms);
    rc = act(d, &m, why);
    return rc != ERR_NONE ? rc : fault_set(why, ERR_NONE, "acknowledged");
}
