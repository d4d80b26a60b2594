#include "acts.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/json.h"

static void id_member(struct json_out *j, const char *key, uint64_t id)
{
    char text[24];

    if (id == 0)
        return;
    (void)snprintf(text, sizeof text, "%" PRIu64, id);
    json_member_text(j, key, text);
}

static void word_member(struct json_out *j, const char *key, const char *word)
{
    if (word[0] != '\0')
        json_member_text(j, key, word);
}

static void what_it_says(struct json_out *j, const struct incident_act *a)
{
    switch (a->kind) {
    case STEP_OPEN:
    case STEP_CALL:
    case STEP_CONFIRM_CLASS:
    case STEP_RECLASSIFY: json_member_text(j, "class", incident_limit(a->class)->name); break;
    case STEP_CAUSE: json_member_text(j, "cause", cause_word(a->code).name); break;
    case STEP_MEASURE: json_member_text(j, "measure", measure_word(a->code).name); break;
    case STEP_EVALUATE:
        if (a->planned_count > 0) /* each has its own row, under a key that is made of this one */
            json_member_count(j, "measures", a->planned_count);
        break;
    default: break;
    }
}

/* Never who called: the record of acts is for ever. */
void acts_of_incident(struct audit_entry *out, const struct incident_act *act, uint64_t incident,
                      const struct actor *by, const char *from, struct wall told)
{
    struct strbuf b;
    struct json_out j;

    memset(out, 0, sizeof *out);
    out->by = *by;
    (void)snprintf(out->action, sizeof out->action, "incident.%s", step_name(act->kind));
    (void)snprintf(out->subject, sizeof out->subject, "incident:%" PRIu64, incident);
    (void)snprintf(out->person, sizeof out->person, "%s%s%s", act->who, act->note[0] == '\0' ? "" : "\n",
                   act->note);
    strbuf_init(&b, AUDIT_STATE_MAX - 1);
    json_out_init(&j, &b);
    json_open_object(&j);
    json_member_text(&j, "key", act->key);
    if (act->claimed.ms != 0)
        json_member_time(&j, "claimed", act->claimed);
    id_member(&j, "member", act->member);
    id_member(&j, act->kind == STEP_CALL ? "call" : "other",
              act->kind == STEP_CALL ? incident_call(act->key) : act->other);
    word_member(&j, "site", act->site);
    word_member(&j, "zone", act->zone);
    what_it_says(&j, act);
    word_member(&j, "from", from);
    if (from[0] != '\0')
        json_member_time(&j, "told", told);
    json_close_object(&j);
    (void)snprintf(out->after, sizeof out->after, "%s", b.failed ? "{\"too_long\":true}" : b.text);
    strbuf_clear(&b);
}
