#include "duty.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/columns.h"
#include "parts.h"
#include "stopgap_words.h"
#include "words.h"

struct book {
    struct contacts contacts;
    struct rosters rosters;
};

static void name_person(const struct contacts *c, uint8_t who, uint8_t planned, uint64_t change,
                        struct duty_person *out)
{
    *out = (struct duty_person){ .id = "" };
    if (who >= c->count)
        return;
    memcpy(out->id, c->list[who].id, sizeof out->id);
    memcpy(out->name, c->list[who].name, sizeof out->name);
    memcpy(out->account, c->list[who].account, sizeof out->account);
    if (planned != who && planned < c->count)
        memcpy(out->instead_of, c->list[planned].name, sizeof out->instead_of);
    out->change = change;
}

static size_t name_people(const struct contacts *c, const struct on_duty *d,
                          struct duty_person out[DUTY_PEOPLE_MAX])
{
    for (size_t k = 0; k < d->count; k++)
        name_person(c, d->people[k], d->planned[k], d->covers[k], &out[k]);
    return d->count;
}

static void fill(const struct book *b, const struct roster *r, struct wall at, struct duty_roster *out)
{
    const struct on_duty d = roster_on_duty(r, &b->rosters, at);
    const struct wall end = { at.ms + DUTY_LOOK_DAYS * (int64_t)CLOCK_DAY_MS };
    struct roster_gap gap;

    *out = (struct duty_roster){ .of = r->of, .gap = d.gap };
    memcpy(out->id, r->id, sizeof out->id);
    memcpy(out->name, r->name, sizeof out->name);
    out->count = name_people(&b->contacts, &d, out->people);
    name_person(&b->contacts, d.leader, d.leader, d.leader_cover, &out->leader);
    name_person(&b->contacts, d.authority, r->authority, d.authority_cover, &out->authority);
    out->until = roster_changes(r, &b->rosters, at, end);
    if (roster_gap(r, &b->rosters, at, end, &gap)) {
        out->gap_from = gap.from;
        out->gap_to = gap.to;
    }
}

static size_t at_time(void *self, struct wall at, struct duty_roster *out, size_t max)
{
    struct book *b = malloc(sizeof *b);
    size_t n = 0;

    if (b == NULL)
        return 0;
    pipeline_duty(((struct parts *)self)->pipeline, &b->contacts, &b->rosters);
    for (; n < b->rosters.count && n < max; n++)
        fill(b, &b->rosters.list[n], at, &out[n]);
    free(b);
    return n;
}

/* ---- turns ---- */

/* Those of the configuration, and who comes for a while. */
static void tell_members(const struct book *b, const struct roster *r, struct wall from, struct wall until,
                         const struct duty_reader *to)
{
    for (size_t c = 0; c < b->contacts.count; c++) {
        struct duty_person p;
        if (!roster_may_have(r, (uint8_t)c, from, until))
            continue;
        name_person(&b->contacts, (uint8_t)c, (uint8_t)c, 0, &p);
        to->member(to->self, &p);
    }
}

static void tell_turns(const struct book *b, const struct roster *r, struct wall from, struct wall until,
                       const struct duty_reader *to)
{
    for (size_t n = 0; n < DUTY_TURNS_MAX && from.ms < until.ms; n++) {
        const struct roster_turn t = roster_turn(r, &b->rosters, from, until);
        struct duty_turn out = { .from = t.from, .to = t.to, .gap = t.on.gap };
        out.count = name_people(&b->contacts, &t.on, out.people);
        name_person(&b->contacts, t.on.leader, t.on.leader, t.on.leader_cover, &out.leader);
        to->turn(to->self, &out);
        from = t.to;
    }
    to->end(to->self, from);
}

static bool turns(void *self, struct wall from, struct wall to, const struct duty_reader *reader)
{
    struct book *b = malloc(sizeof *b);
    struct duty_roster *first = malloc(sizeof *first);
    const bool there = b != NULL && first != NULL;

    if (there)
        pipeline_duty(((struct parts *)self)->pipeline, &b->contacts, &b->rosters);
    for (size_t k = 0; there && k < b->rosters.count; k++) {
        const struct roster *r = &b->rosters.list[k];
        fill(b, r, from, first);
        if (!reader->roster(reader->self, first))
            continue;
        tell_members(b, r, from, to, reader);
        tell_turns(b, r, from, to, reader);
    }
    free(first);
    free(b);
    return there;
}

struct duty_port duty_port(struct parts *d)
{
    _Static_assert((int)DUTY_PEOPLE_MAX == (int)ON_DUTY_MAX, "all of them are shown");
    return (struct duty_port){ d, at_time, turns };
}

/* ---- in words ---- */

static const char *const HEADS[] = { "roster", "name",       "as",   "contact",
                                     "person", "instead of", "from", "until" };

static void tell_row(struct columns *to, const struct duty_roster *d, const char *as,
                     const struct duty_person *p, struct wall from, struct wall until)
{
    char first[CLOCK_TEXT_MAX] = "", last[CLOCK_TEXT_MAX] = "";

    if (from.ms != 0)
        wall_text(from, first);
    if (until.ms != 0)
        wall_text(until, last);
    columns_cell(to, "%s", d->id);
    columns_cell(to, "%s", d->name);
    columns_cell(to, "%s", as);
    columns_cell(to, "%s", p->id);
    columns_cell(to, "%s", p->name);
    columns_cell(to, "%s", p->instead_of);
    columns_cell(to, "%s", first);
    columns_cell(to, "%s", last);
}

static void tell(struct columns *to, const struct duty_roster *d)
{
    const struct duty_person nobody = { .id = "" };
    const struct wall not_said = { 0 };

    for (size_t k = 0; k < d->count; k++)
        tell_row(to, d, "on duty", &d->people[k], not_said, d->until);
    if (d->gap) /* nobody is on duty, the leader is told */
        tell_row(to, d, "GAP", &nobody, not_said, d->until);
    if (d->leader.id[0] != '\0')
        tell_row(to, d, "leader", &d->leader, not_said, not_said);
    if (d->authority.id[0] != '\0')
        tell_row(to, d, "authority", &d->authority, not_said, not_said);
    if (d->gap_from.ms != 0 && !d->gap)
        tell_row(to, d, "GAP", &nobody, d->gap_from, d->gap_to);
}

enum err duty_words(struct parts *d, const char *words, struct strbuf *told, struct fault *why)
{
    struct duty_roster *list;
    struct wall at = clock_read(&d->clock).wall;
    struct columns to;
    struct words w;
    size_t n;

    words_cut(&w, words);
    if (stopgap_words_are(&w))
        return stopgap_words(d, &w, told, why);
    if (w.count > 2 || (w.count == 2 && wall_parse(w.word[1], &at) != ERR_NONE))
        return fault_set(why, ERR_RANGE, "a time is such as 2026-12-01T06:00:00+07:00");
    list = calloc(ROSTERS_MAX, sizeof *list);
    if (list == NULL)
        return fault_set(why, ERR_MEMORY, "no memory");
    n = at_time(d, at, list, ROSTERS_MAX);
    columns_init(&to, HEADS, COUNT_OF(HEADS));
    for (size_t k = 0; k < n; k++)
        tell(&to, &list[k]);
    columns_write(&to, told);
    free(list);
    return n > 0 ? words_count(why, n, "roster", "rosters")
                 : fault_set(why, ERR_MISSING, "there are no rosters");
}
