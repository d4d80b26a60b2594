#include "alarm_words.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "parts.h"
#include "waiting.h"

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

static void answered(void *self, enum err code, bool known, const struct alarm *is, const struct fault *why)
{
    (void)known;
    (void)is;
    waiting_answer(self, code, why);
}

static enum err act(struct parts *d, struct message_alarm *m, struct fault *why)
{
    struct waiting w = WAITING_INIT;
    enum err rc;

    m->answer = answered;
    m->self = &w;
    rc = pipeline_alarm(d->pipeline, m, why);
    return rc == ERR_NONE ? waiting_wait(&w, why) : rc;
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
