#include "duty.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "parts.h"
#include "words.h"

struct book {
    struct contacts contacts;
    struct rosters rosters;
};

static void name_person(const struct contacts *c, uint8_t who, uint8_t planned, struct duty_person *out)
{
    *out = (struct duty_person){ .id = "" };
    if (who >= c->count)
        return;
    memcpy(out->id, c->list[who].id, sizeof out->id);
    memcpy(out->name, c->list[who].name, sizeof out->name);
    memcpy(out->account, c->list[who].account, sizeof out->account);
    if (planned != who && planned < c->count)
        memcpy(out->instead_of, c->list[planned].name, sizeof out->instead_of);
}

static void fill(const struct book *b, const struct roster *r, struct wall at, struct duty_roster *out)
{
    const struct on_duty d = roster_on_duty(r, &b->rosters, at);
    const struct wall end = { at.ms + DUTY_LOOK_DAYS * (int64_t)CLOCK_DAY_MS };
    struct roster_gap gap;

    *out = (struct duty_roster){ .of = r->of, .count = d.count, .gap = d.gap };
    memcpy(out->id, r->id, sizeof out->id);
    memcpy(out->name, r->name, sizeof out->name);
    for (size_t k = 0; k < d.count; k++)
        name_person(&b->contacts, d.people[k], d.planned[k], &out->people[k]);
    name_person(&b->contacts, d.leader, d.leader, &out->leader);
    name_person(&b->contacts, r->authority, r->authority, &out->authority);
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
    pipeline_people(((struct parts *)self)->pipeline, &b->contacts, &b->rosters);
    for (; n < b->rosters.count && n < max; n++)
        fill(b, &b->rosters.list[n], at, &out[n]);
    free(b);
    return n;
}

struct duty_port duty_port(struct parts *d)
{
    _Static_assert((int)DUTY_PEOPLE_MAX == (int)ON_DUTY_MAX, "all of them are shown");
    return (struct duty_port){ d, at_time };
}

/* ---- in words ---- */

static void tell_person(struct strbuf *told, const char *as, const struct duty_person *p)
{
    if (p->id[0] == '\0')
        return;
    strbuf_printf(told, "  %s %s \"%s\"", as, p->id, p->name);
    if (p->instead_of[0] != '\0')
        strbuf_printf(told, " instead of \"%s\"", p->instead_of);
    strbuf_putc(told, '\n');
}

static void tell(struct strbuf *told, const struct duty_roster *d)
{
    char from[CLOCK_TEXT_MAX], to[CLOCK_TEXT_MAX];

    strbuf_printf(told, "%s%s%s%s", d->id, d->name[0] == '\0' ? "" : " \"", d->name,
                  d->name[0] == '\0' ? "" : "\"");
    wall_text(d->until, to);
    if (d->until.ms != 0)
        strbuf_printf(told, " until %s", to);
    strbuf_puts(told, d->gap ? " GAP: nobody is on duty, the leader is told\n" : "\n");
    for (size_t k = 0; k < d->count; k++)
        tell_person(told, "on duty", &d->people[k]);
    tell_person(told, "leader ", &d->leader);
    tell_person(told, "authority", &d->authority);
    if (d->gap_from.ms == 0 || d->gap)
        return;
    wall_text(d->gap_from, from);
    wall_text(d->gap_to, to);
    strbuf_printf(told, "  gap from %s to %s\n", from, to);
}

enum err duty_words(struct parts *d, const char *words, struct strbuf *told, struct fault *why)
{
    struct duty_roster *list;
    struct wall at = clock_read(&d->clock).wall;
    struct words w;
    size_t n;

    words_cut(&w, words);
    if (w.count > 2 || (w.count == 2 && wall_parse(w.word[1], &at) != ERR_NONE))
        return fault_set(why, ERR_RANGE, "a time is such as 2026-12-01T06:00:00+07:00");
    list = calloc(ROSTERS_MAX, sizeof *list);
    if (list == NULL)
        return fault_set(why, ERR_MEMORY, "no memory");
    n = at_time(d, at, list, ROSTERS_MAX);
    for (size_t k = 0; k < n; k++)
        tell(told, &list[k]);
    free(list);
    return n > 0 ? ERR_NONE : fault_set(why, ERR_MISSING, "there are no rosters");
}
