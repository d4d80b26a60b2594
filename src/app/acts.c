#include "acts.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/json.h"
#include "base/utf8.h"

static const char *const HANDS[HAND_END] = { [HAND_READING] = "reading.tell",
                                             [HAND_EXCHANGE] = "meter.exchange",
                                             [HAND_FORCE] = "value.force",
                                             [HAND_RELEASE] = "value.release",
                                             [HAND_SERVICE] = "maintenance.service" };

/* The JSON object of a state; one that is too long says only that. */
static void state(char out[AUDIT_STATE_MAX], struct strbuf *b)
{
    (void)snprintf(out, AUDIT_STATE_MAX, "%s",
                   b->failed         ? "{\"too_long\":true}"
                   : b->text == NULL ? ""
                                     : b->text);
    strbuf_clear(b);
}

void acts_person(char out[AUDIT_PERSON_MAX], const char *all)
{
    size_t n = 0, step, len = strlen(all);

    while (n < len && (step = utf8_length((const unsigned char *)all + n, len - n)) > 0 &&
           n + step < AUDIT_PERSON_MAX)
        n += step;
    memcpy(out, all, n);
    out[n] = '\0';
}

static void number_member(struct json_out *j, const char *key, double value)
{
    if (isnan(value))
        return;
    json_key(j, key);
    json_number(j, value);
}

static void hand_state(char out[AUDIT_STATE_MAX], const struct hand *h)
{
    struct strbuf b;
    struct json_out j;

    strbuf_init(&b, AUDIT_STATE_MAX - 1);
    json_out_init(&j, &b);
    json_open_object(&j);
    json_key(&j, "key");
    json_string(&j, h->key);
    number_member(&j, h->kind == HAND_EXCHANGE ? "new_start" : "value", h->value);
    number_member(&j, "old_end", h->old_end);
    if (h->kind != HAND_RELEASE) {
        json_key(&j, h->kind == HAND_FORCE ? "until" : "at");
        json_time(&j, h->at);
    }
    json_close_object(&j);
    state(out, &b);
}

void acts_of_hand(struct audit_entry *out, const struct hand *h, const struct point *point,
                  const struct actor *by)
{
    memset(out, 0, sizeof *out);
    out->by = *by;
    (void)snprintf(out->action, sizeof out->action, "%s", HANDS[h->kind]);
    (void)snprintf(out->subject, sizeof out->subject, "point:%s", point->id);
    (void)snprintf(out->person, sizeof out->person, "%s%s%s", h->who, h->note[0] == '\0' ? "" : "\n",
                   h->note);
    hand_state(out->after, h);
}

void acts_of_alarm(struct audit_entry *out, const struct alarm_act *act, const struct alarm *is,
                   const char *point, const struct actor *by)
{
    char id[ALARM_ID_TEXT];
    struct strbuf b;
    struct json_out j;

    memset(out, 0, sizeof *out);
    out->by = *by;
    (void)snprintf(out->action, sizeof out->action, "alarm.%s", ALARM_EVENTS[act->event]);
    (void)snprintf(out->subject, sizeof out->subject, "alarm:%s", alarm_id_text(act->alarm, id));
    (void)snprintf(out->person, sizeof out->person, "%s%s%s", act->who, act->why[0] == '\0' ? "" : "\n",
                   act->why);
    strbuf_init(&b, AUDIT_STATE_MAX - 1);
    json_out_init(&j, &b);
    json_open_object(&j);
    json_key(&j, "key");
    json_string(&j, act->key);
    json_key(&j, "point");
    json_string(&j, point);
    json_key(&j, "rule");
    json_string(&j, is->name);
    json_key(&j, "state");
    json_string(&j, ALARM_STATES[alarm_state(is)]);
    if (act->event == ALARM_SHELVE) {
        json_key(&j, "until");
        json_time(&j, act->until);
    }
    json_close_object(&j);
    state(out->after, &b);
}

void acts_of_mode(struct audit_entry *out, const struct mode_act *act, const struct mode *is,
                  const struct actor *by)
{
    const char *who = act->ends ? is->ended_by : is->who, *why = act->ends ? is->end_why : is->why;
    struct strbuf b;
    struct json_out j;

    memset(out, 0, sizeof *out);
    out->by = *by;
    (void)snprintf(out->action, sizeof out->action, act->ends ? "mode.end" : "mode.begin");
    (void)snprintf(out->subject, sizeof out->subject, "%s:%s", MODE_PLACES[is->place - MODE_AT_SITE],
                   is->subject);
    (void)snprintf(out->person, sizeof out->person, "%s%s%s", who, why[0] == '\0' ? "" : "\n", why);
    strbuf_init(&b, AUDIT_STATE_MAX - 1);
    json_out_init(&j, &b);
    json_open_object(&j);
    json_key(&j, "key");
    json_string(&j, act->ends ? is->end_key : is->key);
    json_key(&j, "mode");
    json_string(&j, MODE_KINDS[is->kind]);
    json_key(&j, act->ends ? "ended" : "until");
    json_time(&j, act->ends ? is->ended : is->until);
    json_close_object(&j);
    state(out->after, &b);
}

/* Addresses are people's: the record of acts says only through which channels. */
static void channel_members(struct json_out *j, const struct stopgap *is)
{
    json_key(j, "channels");
    json_open_array(j);
    for (unsigned c = 0; c < CHANNEL_COUNT; c++)
        if ((stopgap_channels(is) >> c & 1) != 0)
            json_string(j, channel_name((enum channel)c));
    json_close_array(j);
}

void acts_of_stopgap(struct audit_entry *out, const struct stopgap_act *act, const struct stopgap *is,
                     const struct actor *by)
{
    const char *who = act->ends ? is->ended_by : is->told_by, *why = act->ends ? is->end_why : is->why;
    const bool substitute = is->kind == STOPGAP_SUBSTITUTE;
    char all[HAND_WHO_MAX + HAND_NOTE_MAX + NAME_MAX_BYTES + 2];
    struct strbuf b;
    struct json_out j;

    memset(out, 0, sizeof *out);
    out->by = *by;
    (void)snprintf(out->action, sizeof out->action, "duty.%s",
                   act->ends ? "withdraw" : STOPGAP_KINDS[is->kind]);
    (void)snprintf(out->subject, sizeof out->subject, "%s:%s", substitute ? "roster" : "contact",
                   substitute ? is->roster : is->who);
    (void)snprintf(all, sizeof all, "%s%s%s%s%s", who, why[0] == '\0' ? "" : "\n", why,
                   is->name[0] == '\0' ? "" : "\n", is->name);
    acts_person(out->person, all);
    strbuf_init(&b, AUDIT_STATE_MAX - 1);
    json_out_init(&j, &b);
    json_open_object(&j);
    json_member_text(&j, "key", act->ends ? is->end_key : is->key);
    json_member_text(&j, "kind", STOPGAP_KINDS[is->kind]);
    if (act->ends) {
        json_member_time(&j, "ended", is->ended);
    } else {
        json_member_time(&j, "from", is->from);
        json_member_time(&j, "until", is->until);
    }
    if (substitute) {
        json_member_words(&j, "who", is->who);
        json_member_words(&j, "by", is->by);
    } else {
        channel_members(&j, is);
    }
    json_close_object(&j);
    state(out->after, &b);
}

static const char *act_on_prevention(const struct prevention_act *act, const struct prevention *is)
{
    if (act->amends)
        return "black_spot.amend";
    if (is->kind == PREVENTION_SPOT)
        return act->ends ? "black_spot.close" : "black_spot.add";
    if (is->kind == PREVENTION_ROUND)
        return "black_spot.inspect";
    return !act->ends ? "measure.add" : is->state == PREVENTION_DONE ? "measure.done" : "measure.drop";
}

void acts_of_prevention(struct audit_entry *out, const struct prevention_act *act,
                        const struct prevention *is, const struct actor *by)
{
    const char *who = act->ends     ? is->ended_by
                      : act->amends ? is->amended_by
                                    : is->responsible,
               *what = act->ends ? is->end_why : is->what;
    const bool of_spot = is->kind != PREVENTION_MEASURE;
    const uint64_t id = is->kind == PREVENTION_ROUND ? is->spot : is->id;
    char day[DAY_ISO_MAX];
    struct strbuf b;
    struct json_out j;

    memset(out, 0, sizeof *out);
    out->by = *by;
    (void)snprintf(out->action, sizeof out->action, "%s", act_on_prevention(act, is));
    (void)snprintf(out->subject, sizeof out->subject, "%s:%016llx", of_spot ? "black_spot" : "measure",
                   (unsigned long long)id);
    (void)snprintf(out->person, sizeof out->person, "%s%s%s", who, what[0] == '\0' ? "" : "\n", what);
    strbuf_init(&b, AUDIT_STATE_MAX - 1);
    json_out_init(&j, &b);
    json_open_object(&j);
    json_member_text(&j, "key", act->ends ? is->end_key : act->amends ? is->amend_key : is->key);
    json_member_words(&j, "site", is->site);
    json_member_words(&j, "zone", is->zone);
    json_member_words(&j, act->ends ? "ended_on" : "due", day_iso(act->ends ? is->ended_on : is->due, day));
    json_close_object(&j);
    state(out->after, &b);
}

void acts_of_reload(struct audit_entry *out, const struct event *e)
{
    struct strbuf b;
    struct json_out j;

    memset(out, 0, sizeof *out);
    out->by.kind = ACTOR_LOCAL;
    (void)snprintf(out->by.name, sizeof out->by.name, "%s", e->subject);
    (void)snprintf(out->action, sizeof out->action, "config.apply");
    (void)snprintf(out->subject, sizeof out->subject, "config:%.0f", isnan(e->number) ? 0.0 : e->number);
    strbuf_init(&b, AUDIT_STATE_MAX - 1);
    json_out_init(&j, &b);
    json_open_object(&j);
    json_key(&j, "text");
    json_string(&j, e->text);
    json_close_object(&j);
    state(out->after, &b);
}
