#include "past_incidents.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sql.h"

enum err past_incidents_check(const struct incident_past_ask *a, struct fault *why)
{
    if (a->id != 0)
        return ERR_NONE;
    if (a->from.ms >= a->to.ms)
        return fault_set(why, ERR_RANGE, "the span is empty: it must end after it begins");
    if (a->from.ms < -2208988800000 || a->to.ms > 253402300799999)
        return fault_set(why, ERR_RANGE, "the span must lie between the years 1900 and 9999");
    if (a->book)
        return ERR_NONE;
    if (a->limit < 1 || a->limit > INCIDENT_PAST_MAX)
        return fault_set(why, ERR_RANGE, "limit must be from 1 to %d", INCIDENT_PAST_MAX);
    return ERR_NONE;
}

/* ---- rows ---- */

/* What is longer than we keep is cut: nothing of ours wrote it. */
static bool yes(const struct pg_result *r, size_t i, int column)
{
    return pg_get_int(r, i, column) != 0;
}

static uint8_t word(const struct pg_result *r, size_t i, int column)
{
    return (uint8_t)pg_get_int(r, i, column);
}

static void take_impact(const struct pg_result *r, size_t i, struct incident_impact *p)
{
    *p = (struct incident_impact){ .people = (uint32_t)pg_get_int(r, i, 14),
                                   .connections = (uint32_t)pg_get_int(r, i, 15),
                                   .hospitals = (uint16_t)pg_get_int(r, i, 16),
                                   .schools = (uint16_t)pg_get_int(r, i, 17),
                                   .high_rises = (uint16_t)pg_get_int(r, i, 18),
                                   .expected_min = (uint32_t)pg_get_int(r, i, 19),
                                   .health_hazard = yes(r, i, 20),
                                   .wide = yes(r, i, 21),
                                   .source_threatened = yes(r, i, 22),
                                   .road_opened = yes(r, i, 23),
                                   .rural = yes(r, i, 24),
                                   .partner = yes(r, i, 25) };
}

static void take_head(const struct pg_result *r, size_t i, const char *own, struct past_incident *out)
{
    struct incident *is = out->is;

    pg_copy_text(r, i, 0, out->node, sizeof out->node);
    if (strcmp(out->node, own) == 0)
        out->node[0] = '\0';
    is->id = (uint64_t)pg_get_int(r, i, 1);
    is->opened = pg_get_time(r, i, 2);
    out->start = pg_get_time(r, i, 3);
    out->target_ms = yes(r, i, 5) ? 0 : pg_get_int(r, i, 4);
    out->class = word(r, i, 6);
    is->drill = yes(r, i, 7);
    is->closed = yes(r, i, 8);
    is->unacknowledged = yes(r, i, 9);
    is->merged_into = (uint64_t)pg_get_int(r, i, 10);
    is->controllability = word(r, i, 11);
    is->large_said = word(r, i, 12);
    is->large_since = pg_get_time_or_none(r, i, 13);
    take_impact(r, i, &is->impact);
}

/* What a later version wrote has no word here: that part is left out. */
static void take_member(const struct pg_result *r, size_t i, struct incident *is)
{
    struct member *m = &is->members[is->member_count];

    if (is->member_count == INCIDENT_MEMBERS_MAX || word(r, i, 4) >= CLASS_COUNT ||
        word(r, i, 5) >= EVIDENCE_COUNT)
        return;
    *m = (struct member){ .id = (uint64_t)pg_get_int(r, i, 1),
                          .point = (uint64_t)pg_get_int(r, i, 2),
                          .cause = (uint64_t)pg_get_int(r, i, 3),
                          .class = word(r, i, 4),
                          .evidence = word(r, i, 5),
                          .confirmed = yes(r, i, 6),
                          .loosened = yes(r, i, 7),
                          .apart = yes(r, i, 8),
                          .unsure = yes(r, i, 9),
                          .step = word(r, i, 10),
                          .start = pg_get_time(r, i, 11),
                          .evident = pg_get_time(r, i, 12),
                          .cleared = pg_get_time_or_none(r, i, 13),
                          .repaired = pg_get_time_or_none(r, i, 14),
                          .claim_recorded = pg_get_time_or_none(r, i, 15),
                          .repair_confirmed = pg_get_time_or_none(r, i, 16),
                          .restored = pg_get_time_or_none(r, i, 17),
                          .size = pg_get_number(r, i, 18) };
    pg_copy_text(r, i, 19, m->site, sizeof m->site);
    pg_copy_text(r, i, 20, m->zone, sizeof m->zone);
    is->member_count++;
}

static void take_fact(const struct pg_result *r, size_t i, struct incident *is)
{
    struct fact *f = &is->facts[is->fact_count];

    if (is->fact_count == INCIDENT_FACTS_MAX || word(r, i, 1) >= FACT_COUNT ||
        word(r, i, 2) >= CLOCK_SOURCE_COUNT)
        return;
    *f = (struct fact){ .kind = word(r, i, 1),
                        .source = word(r, i, 2),
                        .detail = word(r, i, 3),
                        .code = word(r, i, 4),
                        .about = (uint64_t)pg_get_int(r, i, 5),
                        .claimed = pg_get_time(r, i, 6),
                        .recorded = pg_get_time(r, i, 7) };
    pg_copy_text(r, i, 8, f->who, sizeof f->who);
    pg_copy_text(r, i, 9, f->note, sizeof f->note);
    is->fact_count++;
}

static void take_duty(const struct pg_result *r, size_t i, struct incident *is)
{
    struct duty *d;

    if (word(r, i, 1) >= DUTY_COUNT)
        return;
    d = &is->duties[word(r, i, 1)];
    *d = (struct duty){ .since = pg_get_time(r, i, 2),
                        .due = pg_get_time(r, i, 3),
                        .done = pg_get_time_or_none(r, i, 4),
                        .recorded = pg_get_time_or_none(r, i, 5),
                        .waived = yes(r, i, 6),
                        .voided = yes(r, i, 8) };
    pg_copy_text(r, i, 7, d->who, sizeof d->who);
}

static void take_tie(const struct pg_result *r, size_t i, struct incident *is)
{
    if (is->tie_count < INCIDENT_TIES_MAX && word(r, i, 2) < TIE_COUNT)
        is->ties[is->tie_count++] = (struct tie){ (uint64_t)pg_get_int(r, i, 1), word(r, i, 2) };
}

/* ---- questions ---- */

static enum err take_heads(const struct pg_result *r, size_t most, const char *own, struct incident_past *out,
                           struct fault *why)
{
    size_t n = pg_rows(r) < most ? pg_rows(r) : most;

    out->more = pg_rows(r) > most;
    out->items = calloc(n + 1, sizeof *out->items);
    if (out->items == NULL)
        return fault_set(why, ERR_MEMORY, "history: no memory");
    for (size_t i = 0; i < n; i++) {
        struct past_incident *p = &out->items[out->count];
        if ((uint64_t)pg_get_int(r, i, 6) >= CLASS_COUNT ||
            (uint64_t)pg_get_int(r, i, 11) >= CONTROLLABILITY_COUNT)
            continue; /* of a later version */
        p->is = calloc(1, sizeof *p->is);
        if (p->is == NULL)
            return fault_set(why, ERR_MEMORY, "history: no memory");
        out->count++;
        take_head(r, i, own, p);
    }
    return ERR_NONE;
}

static enum err read_heads(struct pg *p, const char *own, const struct incident_past_ask *a,
                           struct incident_past *out, struct fault *why)
{
    bool first = a->before.ms == 0;
    struct wall never = { 0 };
    struct pg_value v[] = { pg_time(a->id != 0 ? never : a->from),
                            pg_time(a->id != 0 ? never : a->to),
                            pg_int(a->id != 0 ? 1 : (int64_t)a->limit + 1),
                            pg_text(a->supplier),
                            pg_text(a->sites),
                            pg_text(a->site),
                            pg_time(first ? a->to : a->before),
                            pg_int(first ? INT64_MAX : (int64_t)a->before_id),
                            pg_text(first                       ? ""
                                    : a->before_node[0] == '\0' ? own
                                                                : a->before_node),
                            pg_int(a->state),
                            pg_int(a->class),
                            pg_text(a->node[0] == '\0' ? own : a->node),
                            pg_int((int64_t)a->id) };
    struct pg_result *r;
    enum err rc = pg_ask(p, sql_incidents_past, v, COUNT_OF(v), &r, why);

    if (rc != ERR_NONE)
        return rc;
    rc = take_heads(r, a->id != 0 ? 1 : a->limit, own, out, why);
    pg_free(r);
    return rc;
}

static enum err read_parts(struct pg *p, const char *own, const struct incident_past *past, struct fault *why)
{
    static const struct {
        const char *sql;
        void (*take)(const struct pg_result *r, size_t i, struct incident *is);
    } PARTS[] = { { sql_incident_members_past, take_member },
                  { sql_incident_facts_past, take_fact },
                  { sql_incident_duties_past, take_duty },
                  { sql_incident_ties_past, take_tie } };
    struct strbuf nodes, ids;
    enum err rc = ERR_NONE;

    strbuf_init(&nodes, (size_t)INCIDENT_PAST_MAX * (ID_MAX + 1));
    strbuf_init(&ids, (size_t)INCIDENT_PAST_MAX * 24);
    for (size_t i = 0; i < past->count && past->items[i].is != NULL; i++) {
        const struct past_incident *is = &past->items[i];
        strbuf_printf(&nodes, i > 0 ? " %s" : "%s", is->node[0] == '\0' ? own : is->node);
        strbuf_printf(&ids, i > 0 ? " %" PRIu64 : "%" PRIu64, is->is->id);
    }
    if (nodes.failed || ids.failed)
        rc = fault_set(why, ERR_MEMORY, "history: no memory");
    for (size_t k = 0; k < COUNT_OF(PARTS) && past->count > 0 && rc == ERR_NONE; k++) {
        struct pg_value v[] = { pg_text(nodes.text), pg_text(ids.text) };
        struct pg_result *r;
        rc = pg_ask(p, PARTS[k].sql, v, COUNT_OF(v), &r, why);
        if (rc != ERR_NONE)
            break;
        for (size_t i = 0; i < pg_rows(r); i++) {
            uint64_t of = (uint64_t)pg_get_int(r, i, 0);
            if (of >= 1 && of <= past->count && past->items[of - 1].is != NULL)
                PARTS[k].take(r, i, past->items[of - 1].is);
        }
        pg_free(r);
    }
    strbuf_clear(&nodes);
    strbuf_clear(&ids);
    return rc;
}

static void take_letter(const struct pg_result *r, size_t i, uint64_t incident, struct letter *out)
{
    *out = (struct letter){ .about = { .incident = incident,
                                       .kind = word(r, i, 0),
                                       .n = (uint32_t)pg_get_int(r, i, 1),
                                       .at = pg_get_time(r, i, 6) },
                            .channel = word(r, i, 3),
                            .state = word(r, i, 4),
                            .tries = (uint16_t)pg_get_int(r, i, 5),
                            .settled = pg_get_time_or_none(r, i, 7) };
    pg_copy_text(r, i, 2, out->to, sizeof out->to);
    pg_copy_text(r, i, 8, out->why, sizeof out->why);
}

static enum err read_letters(struct pg *p, const char *own, const struct incident_past_ask *a,
                             struct incident_past *out, struct fault *why)
{
    struct pg_value v[] = { pg_text(a->node[0] == '\0' ? own : a->node), pg_int((int64_t)a->id),
                            pg_int(INCIDENT_LETTERS_MAX) };
    struct pg_result *r;
    enum err rc = pg_ask(p, sql_incident_letters_past, v, COUNT_OF(v), &r, why);

    if (rc != ERR_NONE)
        return rc;
    out->letters = calloc(pg_rows(r) + 1, sizeof *out->letters);
    if (out->letters == NULL)
        rc = fault_set(why, ERR_MEMORY, "history: no memory");
    for (size_t i = 0; i < pg_rows(r) && out->letters != NULL; i++)
        if (word(r, i, 0) < OUT_COUNT && word(r, i, 3) < CHANNEL_COUNT && word(r, i, 4) < LETTER_STATE_COUNT)
            take_letter(r, i, a->id, &out->letters[out->letter_count++]);
    pg_free(r);
    return rc;
}

/* ---- the operation book ---- */

static void take_line(const struct pg_result *r, size_t i, struct book_line *out)
{
    *out = (struct book_line){ .at = pg_get_time(r, i, 0),
                               .kind = word(r, i, 1),
                               .word = word(r, i, 5),
                               .detail = word(r, i, 6),
                               .code = word(r, i, 7),
                               .value = pg_get_number(r, i, 8),
                               .other = pg_get_number(r, i, 9),
                               .drill = yes(r, i, 12),
                               .recorded = pg_get_time(r, i, 13) };
    pg_copy_text(r, i, 2, out->node, sizeof out->node);
    pg_copy_text(r, i, 3, out->subject, sizeof out->subject);
    pg_copy_text(r, i, 4, out->place, sizeof out->place);
    pg_copy_text(r, i, 10, out->who, sizeof out->who);
    pg_copy_text(r, i, 11, out->note, sizeof out->note);
}

static enum err read_book(struct pg *p, const struct incident_past_ask *a, struct incident_past *out,
                          struct fault *why)
{
    struct pg_value v[] = { pg_time(a->from),     pg_time(a->to),    pg_int(BOOK_LINES_MAX + 1),
                            pg_text(a->supplier), pg_text(a->sites), pg_text(a->site),
                            pg_text(a->system) };
    struct pg_result *r;
    enum err rc = pg_ask(p, sql_operation_book, v, COUNT_OF(v), &r, why);

    if (rc != ERR_NONE)
        return rc;
    out->more = pg_rows(r) > BOOK_LINES_MAX;
    out->lines = calloc(pg_rows(r) + 1, sizeof *out->lines);
    if (out->lines == NULL)
        rc = fault_set(why, ERR_MEMORY, "history: no memory");
    for (size_t i = 0; i < pg_rows(r) && i < BOOK_LINES_MAX && out->lines != NULL; i++)
        take_line(r, i, &out->lines[out->line_count++]);
    pg_free(r);
    return rc;
}

static enum err read_all(struct pg *p, const char *own, const struct incident_past_ask *a,
                         struct incident_past *out, struct fault *why)
{
    enum err rc = a->book ? read_book(p, a, out, why) : read_heads(p, own, a, out, why);

    if (rc == ERR_NONE && !a->book)
        rc = read_parts(p, own, out, why);
    if (rc == ERR_NONE && a->letters && out->count > 0)
        rc = read_letters(p, own, a, out, why);
    return rc;
}

/* Heads and parts of one moment: meanwhile the deliverer writes. */
enum err past_incidents_read(struct pg *p, const char *own, const struct incident_past_ask *a,
                             struct incident_past *out, struct fault *why)
{
    enum err rc;

    *out = (struct incident_past){ .count = 0 };
    rc = pg_begin(p, why);
    if (rc != ERR_NONE)
        return rc;
    rc = pg_script(p, "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY", 5000, why);
    if (rc == ERR_NONE)
        rc = read_all(p, own, a, out, why);
    if (rc == ERR_PEER && strcmp(pg_sqlstate(p), "57014") == 0)
        rc = ERR_TIMEOUT; /* the rollback would forget that */
    pg_rollback(p);
    if (rc != ERR_NONE)
        incident_past_clear(out);
    return rc;
}
