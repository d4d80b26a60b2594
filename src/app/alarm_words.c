#include "alarm_words.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/columns.h"
#include "parts.h"
#include "waiting.h"
#include "words.h"

static const char *const HEADS[] = { "id",   "severity", "state", "since", "point",
                                     "rule", "value",    "limit", "times", "shelved until" };

/* "": it has none. */
static void tell_number(struct columns *to, double value)
{
    if (isnan(value))
        columns_cell(to, "%s", "");
    else
        columns_cell(to, "%.6g", value);
}

static void tell(const struct alarm *a, const struct catalogue *c, struct columns *to)
{
    uint32_t point = catalogue_by_key(c, a->point);
    char id[ALARM_ID_TEXT], opened[CLOCK_TEXT_MAX], until[CLOCK_TEXT_MAX] = "";

    wall_text(a->opened, opened);
    if (a->shelved_until.ms != 0)
        wall_text(a->shelved_until, until);
    columns_cell(to, "%s", alarm_id_text(a->id, id));
    columns_cell(to, "%s", SEVERITIES[a->severity]);
    columns_cell(to, "%s", ALARM_STATES[alarm_state(a)]);
    columns_cell(to, "%s", opened);
    columns_cell(to, "%s", point == NO_INDEX ? "" : c->points[point].id);
    columns_cell(to, "%s", a->name);
    tell_number(to, a->value);
    tell_number(to, a->limit);
    columns_cell(to, "%" PRIu32, a->times);
    columns_cell(to, "%s", until);
}

enum err alarm_words_list(struct parts *d, struct strbuf *told, struct fault *why)
{
    struct alarm_list *l = pipeline_alarms(d->pipeline);
    struct columns to;
    size_t n;

    if (l == NULL)
        return fault_set(why, ERR_STATE, "the daemon is only starting");
    n = l->count;
    columns_init(&to, HEADS, COUNT_OF(HEADS));
    for (size_t i = 0; i < n; i++)
        tell(&l->items[i], l->catalogue, &to);
    columns_write(&to, told);
    alarm_list_drop(l);
    return words_count(why, n, "alarm is open", "alarms are open");
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

    if (name == NULL || name[1] == '\0' || strlen(name + 1) >= sizeof m.by.name)
        return fault_set(why, ERR_RANGE, "it must be said by whom");
    if (name - words != ALARM_ID_TEXT - 1)
        return fault_set(why, ERR_RANGE, "\"%.*s\" is no id of an alarm: 16 of 0-9 a-f, as the list has them",
                         (int)(name - words < 40 ? name - words : 40), words);
    memcpy(id, words, sizeof id - 1);
    id[sizeof id - 1] = '\0';
    if (!alarm_id_parse(id, &m.act.alarm))
        return fault_set(why, ERR_RANGE, "\"%s\" is no id of an alarm: 16 of 0-9 a-f, as the list has them",
                         id);
    (void)snprintf(m.act.who, sizeof m.act.who, "%s", name + 1);
    (void)snprintf(m.by.name, sizeof m.by.name, "%s", name + 1);
    (void)snprintf(m.act.key, sizeof m.act.key, "ctl-%s-%" PRId64, id, clock_read(&d->clock).wall.ms);
    rc = act(d, &m, why);
    return rc != ERR_NONE ? rc : fault_set(why, ERR_NONE, "acknowledged");
}
