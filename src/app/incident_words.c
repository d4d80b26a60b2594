#include "incident_words.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/columns.h"
#include "base/still.h"
#include "base/utf8.h"
#include "model/incident_words.h"
#include "parts.h"
#include "waiting.h"
#include "words.h"

enum { WORD_MAX = 256 };

/* ---- telling ---- */

static const char *const HEADS[] = { "id",  "state",   "class",   "limit", "start",
                                     "due", "on time", "members", "place", "remark" };

static void tell_line(const struct incident *i, const struct incident_list *l, struct wall now,
                      struct columns *to)
{
    struct incident_clock c = incident_clock(i, &l->targets);
    char start[CLOCK_TEXT_MAX], due[CLOCK_TEXT_MAX];

    wall_text(c.start, start);
    wall_text(c.due, due);
    columns_cell(to, "%" PRIu64, i->id);
    columns_cell(to, "%s", incident_state_name(incident_state(i, now)));
    columns_cell(to, "%s", incident_limit(c.class)->name);
    columns_cell(to, "%s", c.legal ? "law" : "target");
    columns_cell(to, "%s", start);
    columns_cell(to, "%s", due);
    columns_cell(to, "%s", on_time_name(incident_on_time(i, now)));
    columns_cell(to, "%u", (unsigned)i->member_count);
    columns_cell(to, "%s",
                 i->member_count == 0            ? ""
                 : i->members[0].site[0] != '\0' ? i->members[0].site
                                                 : i->members[0].zone);
    columns_cell(to, "%s%s%s", i->unacknowledged ? "unacknowledged" : "",
                 i->unacknowledged && i->drill ? ", " : "", i->drill ? "drill" : "");
}

static void tell_whole(const struct incident *i, struct strbuf *told)
{
    char at[CLOCK_TEXT_MAX];

    for (size_t k = 0; k < i->member_count; k++) {
        const struct member *m = &i->members[k];
        wall_text(m->start, at);
        strbuf_printf(told, "  member %" PRIu64 " %s %s start=%s%s\n", m->id, evidence_name(m->evidence),
                      incident_limit(m->class)->name, at, m->restored.ms != 0 ? " restored" : "");
    }
    for (size_t k = 0; k < i->fact_count; k++) {
        const struct fact *f = &i->facts[k];
        wall_text(f->claimed, at);
        strbuf_printf(told, "  %s %s by=\"", at, fact_name(f->kind));
        strbuf_puts_still(told, f->who);
        strbuf_puts(told, "\" note=\"");
        strbuf_puts_still(told, f->note);
        strbuf_puts(told, "\"\n");
    }
}

enum err incident_words_list(struct parts *d, const char *id, struct strbuf *told, struct fault *why)
{
    struct incident_list *l = pipeline_incidents(d->pipeline);
    struct wall now = clock_read(&d->clock).wall;
    uint64_t wanted = strtoull(id, NULL, 10);
    struct columns to;
    size_t n = 0;

    if (l == NULL)
        return fault_set(why, ERR_STATE, "the daemon is only starting");
    columns_init(&to, HEADS, COUNT_OF(HEADS));
    for (size_t k = l->count; k > 0; k--) {
        const struct incident *i = &l->items[k - 1]->is;
        if (id[0] != '\0' ? i->id != wanted : i->closed || i->merged_into != 0)
            continue;
        tell_line(i, l, now, &to);
        n++;
    }
    columns_write(&to, told);
    for (size_t k = l->count; k > 0 && id[0] != '\0'; k--)
        if (l->items[k - 1]->is.id == wanted)
            tell_whole(&l->items[k - 1]->is, told);
    incident_list_drop(l);
    if (id[0] != '\0' && n == 0)
        return fault_set(why, ERR_MISSING, "there is no such incident in memory");
    return id[0] != '\0' ? ERR_NONE : words_count(why, n, "incident is open", "incidents are open");
}

/* ---- understanding ---- */

static bool take_text(char *out, size_t size, const char *value)
{
    size_t n = strlen(value);

    if (n >= size)
        return false;
    memcpy(out, value, n + 1);
    if (utf8_is_blank(out))
        out[0] = '\0'; /* nobody said anything by it */
    return true;
}

static bool take_id(uint64_t *out, const char *value)
{
    char *end;

    *out = strtoull(value, &end, 10);
    return value[0] >= '0' && value[0] <= '9' && *end == '\0' && *out != 0 && *out <= INT64_MAX;
}

static bool take_word(struct incident_act *a, const char *field, const char *value)
{
    static const struct {
        const char *field;
        enum incident_words of;
    } WORDS[] = { { "class", WORDS_OF_CLASS },     { "source", WORDS_OF_SOURCE }, { "cause", WORDS_OF_CAUSE },
                  { "measure", WORDS_OF_MEASURE }, { "finder", WORDS_OF_FINDER }, { "duty", WORDS_OF_DUTY },
                  { "control", WORDS_OF_CONTROL }, { "large", WORDS_OF_LARGE } };
    unsigned n;

    for (size_t i = 0; i < COUNT_OF(WORDS); i++) {
        if (strcmp(field, WORDS[i].field) != 0 || !incident_word_parse(WORDS[i].of, value, &n))
            continue;
        switch (WORDS[i].of) {
        case WORDS_OF_CLASS: a->class = (uint8_t)n; break;
        case WORDS_OF_SOURCE: a->source = (uint8_t)n; break;
        case WORDS_OF_DUTY: a->duty = (uint8_t)n; break;
        case WORDS_OF_CONTROL: a->controllability = (uint8_t)n; break;
        case WORDS_OF_LARGE: a->large = (uint8_t)n; break;
        default: a->code = (uint16_t)n; break;
        }
        return true;
    }
    return false;
}

/* Of the one measure that an evaluation told here may plan. */
static bool take_planned(struct incident_act *a, const char *field, const char *value)
{
    struct planned_measure *m = &a->planned[0];
    bool taken = false;

    if (a->planned_count == 0 && strcmp(field, "due") != 0)
        m->due = DAY_NONE;
    if (strcmp(field, "what") == 0)
        taken = take_text(m->what, sizeof m->what, value);
    else if (strcmp(field, "responsible") == 0)
        taken = take_text(m->responsible, sizeof m->responsible, value);
    else if (strcmp(field, "due") == 0)
        taken = day_parse(value, &m->due);
    a->planned_count = taken ? 1 : a->planned_count;
    return taken;
}

static bool take_field(struct incident_act *a, const char *field, const char *value)
{
    if (strcmp(field, "note") == 0 || strcmp(field, "to") == 0)
        return take_text(a->note, sizeof a->note, value);
    if (strcmp(field, "key") == 0)
        return take_text(a->key, sizeof a->key, value);
    if (strcmp(field, "site") == 0)
        return take_text(a->site, sizeof a->site, value);
    if (strcmp(field, "zone") == 0)
        return take_text(a->zone, sizeof a->zone, value);
    if (strcmp(field, "caller") == 0)
        return take_text(a->caller, sizeof a->caller, value);
    if (strcmp(field, "phone") == 0)
        return take_text(a->phone, sizeof a->phone, value);
    if (strcmp(field, "member") == 0)
        return take_id(&a->member, value);
    if (strcmp(field, "incident") == 0)
        return take_id(a->kind == STEP_MERGE ? &a->other : &a->incident, value);
    if (strcmp(field, "at") == 0)
        return wall_parse(value, &a->claimed) == ERR_NONE;
    return a->kind == STEP_EVALUATE && take_planned(a, field, value) ? true : take_word(a, field, value);
}

/* The next word, up to a tab; false: there is none, or it is too long. */
static bool next_word(const char **words, char out[WORD_MAX])
{
    size_t n;

    if (**words != '\t')
        return false;
    ++*words;
    n = strcspn(*words, "\t");
    if (n >= WORD_MAX)
        return false;
    memcpy(out, *words, n);
    out[n] = '\0';
    *words += n;
    return true;
}

/* Which of its words a field has, or what else it is. */
static enum err refuse_field(const char *field, const char *value, struct fault *why)
{
    static const char *const TEXTS[] = { "note", "to", "key", "site", "zone", "caller", "phone", NULL },
                             *const IDS[] = { "member", "incident", NULL },
                             *const WORDS[] = { "class", "source",  "cause", "measure", "finder",
                                                "duty",  "control", "large", NULL };
    struct fault unsaid;
    int at;

    if (words_index("field", TEXTS, field, &at, &unsaid) == ERR_NONE)
        return fault_set(why, ERR_RANGE, "%s: this is too long", field);
    if (words_index("field", IDS, field, &at, &unsaid) == ERR_NONE)
        return fault_set(why, ERR_RANGE, "%s: \"%.40s\" is no id: digits, as the list has them", field,
                         value);
    if (strcmp(field, "at") == 0)
        return fault_set(why, ERR_RANGE, "at: \"%.40s\" is no time such as 2026-11-26T05:00:00+07:00", value);
    if (words_index("field", WORDS, field, &at, &unsaid) == ERR_NONE)
        return fault_set(why, ERR_RANGE, "%s: \"%.40s\" is none of its words, which docs/openapi.yaml lists",
                         field, value);
    return fault_set(why, ERR_RANGE, "there is no field \"%.40s\"", field);
}

static enum err take_fields(struct incident_act *a, const char *words, struct fault *why)
{
    char word[WORD_MAX + 32];

    while (*words != '\0') {
        char *value = next_word(&words, word) ? strchr(word, '=') : NULL;
        if (value == NULL)
            return fault_set(why, ERR_RANGE,
                             "a field has a name and a value, as note=\"...\", of %d bytes at most",
                             WORD_MAX - 1);
        *value++ = '\0';
        if (!take_field(a, word, value))
            return refuse_field(word, value, why);
    }
    return ERR_NONE;
}

/* ---- doing ---- */

struct stepped {
    struct waiting waiting;
    uint64_t incident;
    enum incident_state state;
    struct wall now;
};

static void answered(void *self, enum err code, enum refusal refusal, bool known, struct incident_copy *is,
                     const struct fault *why)
{
    struct stepped *s = self;
    struct fault said;

    (void)known;
    if (is != NULL) {
        s->incident = is->is.id;
        s->state = incident_state(&is->is, s->now);
    }
    if (code == ERR_STATE && refusal != REFUSED_NOTHING) {
        code = fault_set(&said, code, "%s: %s%s", refusal_name(refusal), refusal_sentence(refusal),
                         refusal == REFUSED_NO_REASON ? " (note=\"...\")" : "");
        why = &said;
    }
    waiting_answer(&s->waiting, code, why);
}

static enum err act(struct parts *d, const struct incident_act *a, struct strbuf *told, struct fault *why)
{
    struct stepped s = { .waiting = WAITING_INIT, .now = clock_read(&d->clock).wall };
    struct message_incident m = { .act = *a, .by = { .kind = ACTOR_LOCAL }, .answer = answered, .self = &s };
    enum err rc;

    (void)snprintf(m.by.name, sizeof m.by.name, "%s", a->who);
    if (m.act.key[0] == '\0')
        (void)snprintf(m.act.key, sizeof m.act.key, "ctl-%u-%" PRIu64 "-%" PRId64, a->kind, a->incident,
                       s.now.ms);
    rc = pipeline_incident(d->pipeline, &m, why);
    if (rc == ERR_NONE)
        rc = waiting_wait(&s.waiting, why);
    if (rc == ERR_NONE)
        strbuf_printf(told, "incident %" PRIu64 " is %s\n", s.incident, incident_state_name(s.state));
    return rc;
}

static bool take_who(struct incident_act *a, const char **words)
{
    char name[WORD_MAX];

    return next_word(words, name) && take_text(a->who, sizeof a->who, name) && a->who[0] != '\0';
}

enum err incident_words_step(struct parts *d, const char *words, struct strbuf *told, struct fault *why)
{
    struct incident_act a = { .source = CLOCK_OPERATOR };
    char id[WORD_MAX], name[WORD_MAX];
    enum step_kind kind;
    enum err rc;

    if (!take_who(&a, &words) || !next_word(&words, id) || !next_word(&words, name))
        return fault_set(why, ERR_RANGE, "not understood: NAME, ID, STEP [FIELD=VALUE ...]");
    if (!take_id(&a.incident, id))
        return fault_set(why, ERR_RANGE, "\"%.40s\" is no id of an incident", id);
    if (!step_parse(name, &kind) || kind == STEP_SPLIT || kind == STEP_IMPACT)
        return fault_set(why, ERR_RANGE,
                         "\"%.40s\" is no step that is taken here, as on_site, progress or close: "
                         "docs/incidents.md has all",
                         name);
    a.kind = (uint8_t)kind;
    rc = take_fields(&a, words, why);
    return rc != ERR_NONE ? rc : act(d, &a, told, why);
}

static enum err check_place(const struct catalogue *c, const struct incident_act *a, struct fault *why)
{
    if (a->zone[0] != '\0' && catalogue_zone(c, a->zone) == NULL)
        return fault_set(why, ERR_RANGE, "there is no zone \"%s\"", a->zone);
    if (a->site[0] != '\0' && catalogue_site(c, a->site) == NULL)
        return fault_set(why, ERR_RANGE, "there is no site \"%s\"", a->site);
    return a->site[0] != '\0' || a->zone[0] != '\0'
               ? ERR_NONE
               : fault_set(why, ERR_RANGE, "say where: site=ID or zone=ID is needed");
}

enum err incident_words_call(struct parts *d, const char *words, struct strbuf *told, struct fault *why)
{
    struct incident_act a = { .kind = STEP_CALL, .source = CLOCK_PHONE, .class = CLASS_SERVICE_NETWORK };
    struct incident_list *l;
    enum err rc;

    if (!take_who(&a, &words))
        return fault_set(why, ERR_RANGE, "not understood: NAME, site=ID or zone=ID [FIELD=VALUE ...]");
    rc = take_fields(&a, words, why);
    l = rc == ERR_NONE ? pipeline_incidents(d->pipeline) : NULL;
    if (rc == ERR_NONE && l == NULL)
        rc = fault_set(why, ERR_STATE, "the daemon is only starting");
    if (rc == ERR_NONE && l != NULL)
        rc = check_place(l->catalogue, &a, why);
    incident_list_drop(l);
    if (rc == ERR_NONE)
        rc = act(d, &a, told, why);
    explicit_bzero(&a, sizeof a); /* it may name a caller */
    return rc;
}
