#include "model/alarm.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "model/catalogue.h"
#include "seal/seal.h"

const char *const ALARM_STATES[] = { "normal",  "unacknowledged", "acknowledged",   "returned", "latched",
                                     "shelved", "suppressed",     "out_of_service", NULL };
const char *const ALARM_EVENTS[] = { "holds",      "further",    "worse",       "rests",     "unknown",
                                     "not_judged", "taken_out",  "acknowledge", "reset",     "shelve",
                                     "unshelve",   "shelf_ends", "retire",      "supersede", NULL };
const char *const ALARM_ENDS[] = { "open", "ended", "retired", "superseded", NULL };

enum alarm_state alarm_state(const struct alarm *a)
{
    if (a->quiet != 0)
        return (enum alarm_state)a->quiet;
    return a->shelved_until.ms != 0 ? ALARM_SHELVED : (enum alarm_state)a->core;
}

bool alarm_is_live(const struct alarm *a)
{
    return a->core == ALARM_UNACKNOWLEDGED || a->core == ALARM_ACKNOWLEDGED;
}

uint64_t alarm_id(uint64_t point, uint64_t rule, struct wall opened)
{
    char text[80];

    (void)snprintf(text, sizeof text, "alarm %" PRIu64 " %" PRIu64 " %" PRId64, point, rule, opened.ms);
    return seal_key63(text);
}

const char *alarm_id_text(uint64_t id, char out[ALARM_ID_TEXT])
{
    (void)snprintf(out, ALARM_ID_TEXT, "%016" PRIx64, id);
    return out;
}

bool alarm_id_parse(const char *text, uint64_t *out)
{
    static const char DIGITS[] = "0123456789abcdef";

    *out = 0;
    if (strlen(text) != ALARM_ID_TEXT - 1 || strspn(text, DIGITS) != ALARM_ID_TEXT - 1)
        return false;
    for (const char *p = text; *p != '\0'; p++)
        *out = *out << 4 | (uint64_t)(strchr(DIGITS, *p) - DIGITS);
    return *out != 0 && *out <= INT64_MAX;
}

/* A rule without a second point and without conditions has the number that earlier versions gave it: what is
 * open goes on over an upgrade. */
static void add_points(struct strbuf *to, const struct catalogue *c, const struct rule *r)
{
    if (r->other != NO_INDEX)
        strbuf_printf(to, " other %" PRIu64, c->points[r->other].key);
    for (size_t i = 0; i < r->when_count; i++) {
        const struct condition *k = &c->conditions[r->when_first + i];
        strbuf_printf(to, " when %" PRIu64 " %d %.17g %d %d",
                      k->point == CONDITION_MODE ? 0 : c->points[k->point].key, k->how, k->value, k->from,
                      k->until);
    }
}

uint64_t alarm_rule_revision(const struct catalogue *c, const struct rule *r)
{
    struct strbuf text;
    uint64_t revision;

    strbuf_init(&text, 4096);
    strbuf_printf(&text,
                  "%d %d %d %d %d %.17g %.17g %.17g %.17g %.17g %.17g %" PRId64 " %" PRId64 " %" PRId64
                  " %" PRId64 " %" PRId64,
                  r->kind, r->severity, r->stake, r->latched, r->n, r->limit, r->low, r->deadband, r->step,
                  r->other_is, r->since, r->within_ms, r->on_delay_ms, r->off_delay_ms, r->window_ms,
                  r->settle_ms);
    add_points(&text, c, r);
    revision = text.failed ? 0 : seal_key63(text.text);
    strbuf_clear(&text);
    return revision;
}

bool alarm_act_same(const struct alarm_act *a, const struct alarm_act *b)
{
    return a->event == b->event && a->alarm == b->alarm && a->until.ms == b->until.ms &&
           strcmp(a->key, b->key) == 0 && strcmp(a->who, b->who) == 0 && strcmp(a->why, b->why) == 0;
}
