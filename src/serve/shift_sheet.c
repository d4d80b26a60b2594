#include "shift_sheet.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/html.h"
#include "incidents.h"
#include "maintenance.h"
#include "model/incident_duty.h"
#include "modes.h"
#include "person.h"
#include "sees.h"

enum cell { TEXT, WHEN, NUMBER, YES_NO, END };
enum { CELLS_MAX = 12, ROWS_MAX = 200, LINE_MAX_BYTES = 4096 };
enum list {
    INCIDENTS,
    ALARMS,
    SHELVED,
    SUPPRESSED,
    OUT_OF_SERVICE,
    MODES,
    POINTS,
    MAINTENANCE,
    DUTIES,
    ENTRIES,
    LIST_COUNT
};

/* The columns of the rows of a list, in the order of its cells.  vi: what stands over them on the page, NULL:
 * not shown there. */
struct column {
    const char *name, *vi;
    enum cell is;
};

static const struct column INCIDENT[] = { { "id", "Số", TEXT },
                                          { "class", "Loại", TEXT },
                                          { "state", "Trạng thái", TEXT },
                                          { "place", "Nơi", TEXT },
                                          { "start", "Bắt đầu", WHEN },
                                          { "due", "Đến hạn", WHEN },
                                          { "legal", "Hạn luật định", YES_NO },
                                          { "overdue", "Quá hạn", YES_NO },
                                          { "waiting", "Đang chờ", TEXT },
                                          { "drill", "Diễn tập", YES_NO },
                                          { NULL, NULL, END } };
static const struct column ALARM[] = {
    { "id", NULL, TEXT },    { "state", "Trạng thái", TEXT },   { "severity", "Mức", TEXT },
    { "point", NULL, TEXT }, { "point_name", "Điểm đo", TEXT }, { "place", "Nơi", TEXT },
    { "rule", NULL, TEXT },  { "name", "Cảnh báo", TEXT },      { "opened", "Từ", WHEN },
    { NULL, NULL, END }
};
static const struct column SHELVED_ALARM[] = { { "id", NULL, TEXT },
                                               { "point", NULL, TEXT },
                                               { "point_name", "Điểm đo", TEXT },
                                               { "place", "Nơi", TEXT },
                                               { "name", "Cảnh báo", TEXT },
                                               { "until", "Đến", WHEN },
                                               { "who", "Người tạm ẩn", TEXT },
                                               { "why", "Lý do", TEXT },
                                               { NULL, NULL, END } };
static const struct column QUIET_ALARM[] = {
    { "id", NULL, TEXT },     { "point", NULL, TEXT },      { "point_name", "Điểm đo", TEXT },
    { "place", "Nơi", TEXT }, { "name", "Cảnh báo", TEXT }, { "opened", "Từ", WHEN },
    { NULL, NULL, END }
};
static const struct column MODE[] = { { "id", NULL, TEXT },     { "kind", "Chế độ", TEXT },
                                      { "at", NULL, TEXT },     { "subject", NULL, TEXT },
                                      { "place", "Nơi", TEXT }, { "from", "Từ", WHEN },
                                      { "until", "Đến", WHEN }, { "who", "Người đặt", TEXT },
                                      { "why", "Lý do", TEXT }, { NULL, NULL, END } };
static const struct column POINT[] = { { "point", NULL, TEXT },        { "point_name", "Điểm đo", TEXT },
                                       { "place", "Nơi", TEXT },       { "reason", "Vì sao", TEXT },
                                       { "value", "Giá trị", NUMBER }, { "unit", "Đơn vị", TEXT },
                                       { "at", "Lúc", WHEN },          { NULL, NULL, END } };
static const struct column SERVICE[] = { { "point", NULL, TEXT },
                                         { "point_name", "Máy", TEXT },
                                         { "place", "Nơi", TEXT },
                                         { "run_hours", "Giờ chạy", NUMBER },
                                         { "interval", "Chu kỳ (giờ)", NUMBER },
                                         { "over", "Quá (giờ)", NUMBER },
                                         { NULL, NULL, END } };
static const struct column DUTY[] = {
    { "incident", "Sự cố", TEXT }, { "duty", "Việc", TEXT }, { "due", "Hạn", WHEN }, { NULL, NULL, END }
};
static const struct column ENTRY[] = { { "id", NULL, TEXT },
                                       { "n", "STT", NUMBER },
                                       { "kind", NULL, TEXT },
                                       { "claimed", "Lúc", WHEN },
                                       { "recorded", "Ghi lúc", WHEN },
                                       { "who", "Người ghi", TEXT },
                                       { "text", "Nội dung", TEXT },
                                       { "site", NULL, TEXT },
                                       { "point", NULL, TEXT },
                                       { "incident", "Sự cố", TEXT },
                                       { "corrects", "Sửa dòng", NUMBER },
                                       { NULL, NULL, END } };

static const struct {
    const char *name, *vi;
    const struct column *cells;
} LISTS[LIST_COUNT] = {
    [INCIDENTS] = { "incidents", "Sự cố đang mở", INCIDENT },
    [ALARMS] = { "alarms", "Cảnh báo đang mở (chưa xác nhận đứng trước)", ALARM },
    [SHELVED] = { "shelved", "Cảnh báo tạm ẩn", SHELVED_ALARM },
    [SUPPRESSED] = { "suppressed", "Cảnh báo chặn theo điều kiện", QUIET_ALARM },
    [OUT_OF_SERVICE] = { "out_of_service", "Cảnh báo của nơi ngừng sử dụng", QUIET_ALARM },
    [MODES] = { "modes", "Chế độ đang đặt (hiệu chuẩn, bảo trì, ngừng sử dụng, luân phiên, diễn tập)", MODE },
    [POINTS] = { "points", "Giá trị đặt tay, đứng số hoặc số liệu cũ", POINT },
    [MAINTENANCE] = { "maintenance", "Bảo dưỡng quá hạn", SERVICE },
    [DUTIES] = { "duties", "Việc phải báo đã quá hạn", DUTY },
    [ENTRIES] = { "entries", "Sổ ca", ENTRY },
};

/* ------------------------------------------------------------------ making */

/* One list in the making: its rows wait until it is known how many there are. */
struct making {
    struct face *face;
    const struct sheet_from *from;
    struct visitor eye; /* sees what the shift's supplier has */
    struct strbuf rows;
    size_t count, most, skip;
    bool room; /* for the row that is written */
};

static void row(struct making *m)
{
    m->room = m->count >= m->skip && m->count < m->skip + m->most;
    m->count++;
    if (m->room)
        strbuf_puts(&m->rows, m->rows.len == 0 || m->rows.text[m->rows.len - 1] == '\n' ? "R" : "\nR");
}

/* A tab or the end of a line inside would be another cell. */
static void text_cell(struct making *m, const char *text)
{
    if (!m->room)
        return;
    strbuf_putc(&m->rows, '\t');
    for (; text != NULL && *text != '\0'; text++)
        strbuf_putc(&m->rows, (char)((unsigned char)*text < 0x20 || *text == 0x7f ? ' ' : *text));
}

static void when_cell(struct making *m, struct wall at)
{
    char text[CLOCK_TEXT_MAX] = "";

    if (at.ms != 0)
        wall_text(at, text);
    text_cell(m, text);
}

static void number_cell(struct making *m, double value)
{
    char text[JSON_NUMBER_MAX] = "";

    if (isfinite(value))
        (void)json_number_text(value, text);
    text_cell(m, text);
}

static void yes_cell(struct making *m, bool yes)
{
    text_cell(m, yes ? "1" : "0");
}

static void id_cell(struct making *m, uint64_t id, const char *format)
{
    char text[24] = "";

    if (id != 0)
        (void)snprintf(text, sizeof text, format, id);
    text_cell(m, text);
}

static const char *site_name(const struct catalogue *c, uint32_t site)
{
    return site < c->site_count ? c->sites[site].name : "";
}

/* ---- incidents, duties ---- */

static void incident_place(char out[2 * NAME_MAX_BYTES], const struct incident *i, const struct catalogue *c)
{
    out[0] = '\0';
    for (size_t k = 0; k < i->member_count && out[0] == '\0'; k++) {
        const struct site *s = catalogue_site(c, i->members[k].site);
        const struct zone *z = catalogue_zone(c, i->members[k].zone);
        const char *zone = z == NULL ? i->members[k].zone : z->name;
        (void)snprintf(out, (size_t)2 * NAME_MAX_BYTES, "%s%s%s", s == NULL ? "" : s->name,
                       s != NULL && zone[0] != '\0' ? ", " : "", zone);
    }
}

/* Its duties stay owed when it is closed, its targets do not. */
static bool owes_here(const struct making *m, const struct incident *i)
{
    return i->merged_into == 0 && sees_incident(&m->eye, m->from->incidents, i);
}

static bool is_open_incident(const struct making *m, const struct incident *i)
{
    return !i->closed && owes_here(m, i);
}

static void write_incident(struct making *m, const struct incident *i)
{
    const struct incident_list *l = m->from->incidents;
    struct incident_clock c = incident_clock(i, &l->targets);
    const struct fact *waiting = incident_waiting(i);
    struct wall now = m->from->now;
    char place[2 * NAME_MAX_BYTES];

    incident_place(place, i, l->catalogue);
    row(m);
    id_cell(m, i->id, "%" PRIu64);
    text_cell(m, incident_limit(c.class)->name);
    text_cell(m, incident_state_name(incident_state(i, now)));
    text_cell(m, place);
    when_cell(m, c.start);
    when_cell(m, c.due);
    yes_cell(m, c.legal);
    yes_cell(m, !incident_all_ended(i, now) && c.due.ms <= now.ms);
    text_cell(m, waiting == NULL ? "" : waiting->note);
    yes_cell(m, i->drill);
}

struct open_incident {
    const struct incident *i;
    int64_t due;
};

static int compare_due(const void *a, const void *b)
{
    const struct open_incident *x = a, *y = b;

    return (x->due > y->due) - (x->due < y->due);
}

static void list_incidents(struct making *m)
{
    const struct incident_list *l = m->from->incidents;
    struct open_incident *open = calloc(l == NULL ? 1 : l->count + 1, sizeof *open);
    size_t n = 0;

    if (open == NULL)
        m->rows.failed = true;
    for (size_t k = 0; l != NULL && open != NULL && k < l->count; k++) {
        const struct incident *i = &l->items[k]->is;
        if (!is_open_incident(m, i))
            continue;
        open[n].i = i;
        open[n++].due = incident_clock(i, &l->targets).due.ms;
    }
    if (n > 1)
        qsort(open, n, sizeof *open, compare_due);
    for (size_t k = 0; k < n; k++)
        write_incident(m, open[k].i);
    free(open);
}

static void list_duties(struct making *m)
{
    const struct incident_list *l = m->from->incidents;

    for (size_t k = 0; l != NULL && k < l->count; k++) {
        const struct incident *i = &l->items[k]->is;
        for (unsigned d = 0; d < DUTY_COUNT && owes_here(m, i); d++) {
            const struct duty *duty = &i->duties[d];
            if (duty->since.ms == 0 || duty->done.ms != 0 || duty->due.ms > m->from->now.ms ||
                (i->closed && duty_row((enum duty_kind)d)->target))
                continue;
            row(m);
            id_cell(m, i->id, "%" PRIu64);
            text_cell(m, duty_row((enum duty_kind)d)->name);
            when_cell(m, duty->due);
        }
    }
}

/* ---- alarms ---- */

struct seen_alarm {
    const struct alarm *alarm;
    const struct point *point;
    const char *name;
};

static const char *rule_name(const struct catalogue *c, const struct alarm *a, uint32_t point)
{
    for (size_t i = 0; i < c->rule_count; i++)
        if (c->rules[i].key == a->rule && c->rules[i].point == point)
            return c->rules[i].text < c->rule_text_count ? c->rule_texts[c->rules[i].text].name : a->name;
    return a->name;
}

static bool see_alarm(const struct making *m, const struct alarm *a, struct seen_alarm *out)
{
    const struct catalogue *c = m->from->alarms->catalogue;
    uint32_t i = catalogue_by_key(c, a->point);

    if (i == NO_INDEX || !visitor_sees(&m->eye, c, &c->points[i]))
        return false;
    *out = (struct seen_alarm){ a, &c->points[i], rule_name(c, a, i) };
    return true;
}

static bool waits_for_eyes(const struct alarm *a)
{
    enum alarm_state s = alarm_state(a);

    return s == ALARM_UNACKNOWLEDGED || s == ALARM_RETURNED;
}

/* Unacknowledged first, then the gravest, then the newest. */
static int compare_alarms(const void *a, const void *b)
{
    const struct alarm *x = ((const struct seen_alarm *)a)->alarm, *y = ((const struct seen_alarm *)b)->alarm;

    if (waits_for_eyes(x) != waits_for_eyes(y))
        return waits_for_eyes(x) ? -1 : 1;
    if (x->severity != y->severity)
        return x->severity > y->severity ? -1 : 1;
    return (x->opened.ms < y->opened.ms) - (x->opened.ms > y->opened.ms);
}

static void write_alarm(struct making *m, enum list list, const struct seen_alarm *s)
{
    static const char *const SEVERITY[SEVERITY_COUNT] = { "low", "medium", "high", "critical" };
    const struct catalogue *c = m->from->alarms->catalogue;
    const struct alarm_shelf *shelf = alarm_list_shelf(m->from->alarms, s->alarm->id);

    row(m);
    id_cell(m, s->alarm->id, "%016" PRIx64);
    if (list == ALARMS) {
        text_cell(m, ALARM_STATES[alarm_state(s->alarm)]);
        text_cell(m, SEVERITY[s->alarm->severity < SEVERITY_COUNT ? s->alarm->severity : 0]);
    }
    text_cell(m, s->point->id);
    text_cell(m, s->point->name);
    text_cell(m, site_name(c, s->point->site));
    if (list == ALARMS)
        text_cell(m, s->alarm->name);
    text_cell(m, s->name);
    if (list != SHELVED) {
        when_cell(m, s->alarm->opened);
        return;
    }
    when_cell(m, s->alarm->shelved_until);
    text_cell(m, shelf == NULL ? "" : shelf->who);
    text_cell(m, shelf == NULL ? "" : shelf->why);
}

static enum list list_of(const struct alarm *a)
{
    switch (alarm_state(a)) {
    case ALARM_SHELVED: return SHELVED;
    case ALARM_SUPPRESSED: return SUPPRESSED;
    case ALARM_OUT_OF_SERVICE: return OUT_OF_SERVICE;
    default: return ALARMS;
    }
}

static void list_alarms(struct making *m, enum list list)
{
    const struct alarm_list *l = m->from->alarms;
    struct seen_alarm *seen = calloc(l == NULL ? 1 : l->count + 1, sizeof *seen);
    size_t n = 0;

    if (seen == NULL)
        m->rows.failed = true;
    for (size_t i = 0; l != NULL && seen != NULL && i < l->count; i++)
        if (list_of(&l->items[i]) == list && see_alarm(m, &l->items[i], &seen[n]))
            n++;
    if (n > 1)
        qsort(seen, n, sizeof *seen, compare_alarms);
    for (size_t i = 0; i < n; i++)
        write_alarm(m, list, &seen[i]);
    free(seen);
}

/* ---- modes, points, maintenance, the log ---- */

static void write_mode(struct making *m, const struct mode *mode)
{
    const struct catalogue *c = m->from->catalogue;
    const struct site *site = mode->place == MODE_AT_SITE ? catalogue_site(c, mode->subject) : NULL;
    const struct point *point = mode->place == MODE_AT_POINT ? catalogue_point(c, mode->subject) : NULL;

    row(m);
    id_cell(m, mode->id, "%016" PRIx64);
    text_cell(m, MODE_KINDS[mode->kind]);
    text_cell(m, MODE_PLACES[mode->place - MODE_AT_SITE]);
    text_cell(m, mode->subject);
    text_cell(m, site != NULL ? site->name : point != NULL ? point->name : mode->subject);
    when_cell(m, mode->from);
    when_cell(m, mode->until);
    text_cell(m, mode->who);
    text_cell(m, mode->why);
}

static void list_modes(struct making *m)
{
    const struct modes_port *port = &m->face->ports.modes;
    struct mode *known = calloc(MODES_SHOWN_MAX, sizeof *known);
    size_t n = known == NULL || port->known == NULL ? 0 : port->known(port->self, known, MODES_SHOWN_MAX);

    if (known == NULL)
        m->rows.failed = true;
    for (size_t i = 0; i < n; i++)
        if (known[i].end == MODE_OPEN && visitor_sees_mode(&m->eye, m->from->catalogue, &known[i]))
            write_mode(m, &known[i]);
    free(known);
}

static void list_points(struct making *m)
{
    const struct snapshot *s = m->from->snapshot;
    const struct catalogue *c = s == NULL ? NULL : snapshot_catalogue(s);

    for (uint32_t i = 0; s != NULL && i < snapshot_points(s); i++) {
        const struct reading *r = &snapshot_point(s, i)->reading;
        const struct point *p = &c->points[i];
        if ((r->reason != REASON_FORCED && r->reason != REASON_FROZEN && r->reason != REASON_STALE) ||
            !visitor_sees(&m->eye, c, p))
            continue;
        row(m);
        text_cell(m, p->id);
        text_cell(m, p->name);
        text_cell(m, site_name(c, p->site));
        text_cell(m, reason_name((enum reason)r->reason));
        number_cell(m, r->value);
        text_cell(m, p->unit);
        when_cell(m, r->at);
    }
}

static void list_maintenance(struct making *m)
{
    const struct catalogue *c = m->from->catalogue;
    size_t n = 0;
    struct service_due *due = m->from->snapshot == NULL ? NULL
                                                        : maintenance_gather(m->face, c, m->from->snapshot,
                                                                             &m->eye, UINT32_MAX, &n);

    for (size_t i = 0; due != NULL && i < n; i++) {
        const struct point *p = &c->points[due[i].rule->point];
        if (!(due[i].left <= 0))
            continue;
        row(m);
        text_cell(m, p->id);
        text_cell(m, p->name);
        text_cell(m, site_name(c, p->site));
        number_cell(m, due[i].shows);
        number_cell(m, due[i].rule->limit);
        number_cell(m, -due[i].left);
    }
    free(due);
}

static double number_of(const struct shift_list *l, uint64_t entry)
{
    for (size_t i = 0; entry != 0 && i < l->entry_count; i++)
        if (l->entries[i].id == entry)
            return l->entries[i].n;
    return NAN;
}

/* Where not all find room, the last do. */
static void list_entries(struct making *m)
{
    const struct shift_list *l = m->from->shifts;
    uint64_t shift = m->from->shift->id;
    size_t n = m->from->shift->entries;

    m->skip = n > m->most ? n - m->most : 0;
    for (size_t i = 0; l != NULL && i < l->entry_count; i++) {
        const struct shift_entry *e = &l->entries[i];
        if (e->shift != shift)
            continue;
        row(m);
        id_cell(m, e->id, "%016" PRIx64);
        number_cell(m, e->n);
        text_cell(m, SHIFT_KINDS[e->kind]);
        when_cell(m, e->claimed);
        when_cell(m, e->recorded);
        text_cell(m, e->who);
        text_cell(m, e->text);
        text_cell(m, e->site);
        text_cell(m, e->point);
        id_cell(m, e->incident, "%" PRIu64);
        number_cell(m, number_of(l, e->corrects));
    }
}

/* ---- all of it ---- */

static void fill(struct making *m, enum list list)
{
    switch (list) {
    case INCIDENTS: list_incidents(m); return;
    case MODES: list_modes(m); return;
    case POINTS: list_points(m); return;
    case MAINTENANCE: list_maintenance(m); return;
    case DUTIES: list_duties(m); return;
    case ENTRIES: list_entries(m); return;
    default: list_alarms(m, list); return;
    }
}

static void write_head(struct making *m)
{
    const struct shift *s = m->from->shift;

    m->room = true;
    strbuf_puts(&m->rows, "H");
    text_cell(m, s->supplier);
    text_cell(m, s->who);
    yes_cell(m, s->leads);
    when_cell(m, s->from);
    text_cell(m, m->from->to);
    when_cell(m, m->from->now);
}

static void make_with(struct making *m, struct strbuf *out)
{
    strbuf_reset(&m->rows);
    write_head(m);
    strbuf_add(out, m->rows.text, m->rows.len);
    for (int list = 0; list < LIST_COUNT; list++) {
        strbuf_reset(&m->rows);
        m->count = m->skip = 0;
        fill(m, (enum list)list);
        strbuf_printf(out, "\nS\t%s\t%zu\n", LISTS[list].name, m->count);
        if (m->rows.len > 0)
            strbuf_add(out, m->rows.text, m->rows.len);
        out->failed = out->failed || m->rows.failed;
    }
    strbuf_putc(out, '\n');
}

bool shift_sheet_make(struct face *f, const struct sheet_from *from, struct strbuf *out)
{
    struct making m = { .face = f, .from = from };

    (void)snprintf(m.eye.supplier, sizeof m.eye.supplier, "%s", from->shift->supplier);
    strbuf_init(out, SHIFT_SHEET_MAX);
    for (m.most = ROWS_MAX;; m.most /= 2) {
        strbuf_init(&m.rows, (size_t)SHIFT_SHEET_MAX * 2);
        make_with(&m, out);
        strbuf_clear(&m.rows);
        if (!out->failed)
            return true;
        strbuf_clear(out);
        strbuf_init(out, SHIFT_SHEET_MAX);
        if (m.most == 0)
            return false;
    }
}

/* ------------------------------------------------------------------ reading */

/* One line, cut into cells. */
struct line {
    char text[LINE_MAX_BYTES];
    const char *cells[CELLS_MAX + 1];
    size_t count;
};

/* False: that was the last. */
static bool next_line(const char **at, struct line *l)
{
    size_t n = strcspn(*at, "\n"), kept = n < sizeof l->text - 1 ? n : sizeof l->text - 1;
    char *p = l->text;

    if (**at == '\0')
        return false;
    memcpy(l->text, *at, kept);
    l->text[kept] = '\0';
    *at += n + ((*at)[n] == '\n');
    for (l->count = 0; p != NULL && l->count <= CELLS_MAX; l->count++) {
        l->cells[l->count] = p;
        p = strchr(p, '\t');
        if (p != NULL)
            *p++ = '\0';
    }
    return true;
}

static const char *cell(const struct line *l, size_t i)
{
    return i < l->count ? l->cells[i] : "";
}

static int list_named(const char *name)
{
    for (int i = 0; i < LIST_COUNT; i++)
        if (strcmp(LISTS[i].name, name) == 0)
            return i;
    return -1;
}

static void json_cell(struct json_out *j, const char *name, enum cell is, const char *text)
{
    if (text[0] == '\0') {
        json_key(j, name);
        json_null(j);
    } else if (is == YES_NO) {
        json_member_bool(j, name, text[0] == '1');
    } else if (is == NUMBER) {
        json_member_number(j, name, strtod(text, NULL));
    } else {
        json_member_text(j, name, text);
    }
}

/* By the word, so that a sheet that was kept says it too. */
static bool is_target(const char *duty)
{
    for (unsigned k = 0; k < DUTY_COUNT; k++)
        if (strcmp(duty_row((enum duty_kind)k)->name, duty) == 0)
            return duty_row((enum duty_kind)k)->target;
    return false;
}

static void json_row(struct json_out *j, int list, const struct line *l)
{
    json_open_object(j);
    for (size_t i = 0; LISTS[list].cells[i].name != NULL; i++)
        json_cell(j, LISTS[list].cells[i].name, LISTS[list].cells[i].is, cell(l, i + 1));
    if (list == DUTIES)
        json_member_bool(j, "target", is_target(cell(l, 2)));
    json_close_object(j);
}

static void json_head(struct json_out *j, const struct line *l)
{
    json_cell(j, "supplier", TEXT, cell(l, 1));
    json_cell(j, "who", TEXT, cell(l, 2));
    json_cell(j, "leads", YES_NO, cell(l, 3));
    json_cell(j, "from", WHEN, cell(l, 4));
    json_cell(j, "to", TEXT, cell(l, 5));
    json_cell(j, "made", WHEN, cell(l, 6));
}

static void json_list_ends(struct json_out *j, int list)
{
    if (list < 0)
        return;
    json_close_array(j);
    json_close_object(j);
}

void shift_sheet_json(struct json_out *j, const char *text)
{
    struct line l;
    int list = -1;

    while (next_line(&text, &l)) {
        if (strcmp(l.cells[0], "H") == 0 && list < 0)
            json_head(j, &l);
        if (strcmp(l.cells[0], "R") == 0 && list >= 0)
            json_row(j, list, &l);
        if (strcmp(l.cells[0], "S") != 0 || list_named(cell(&l, 1)) < 0)
            continue;
        json_list_ends(j, list);
        list = list_named(cell(&l, 1));
        json_key(j, LISTS[list].name);
        json_open_object(j);
        json_member_int(j, "total", strtoll(cell(&l, 2), NULL, 10));
        json_key(j, "items");
        json_open_array(j);
    }
    json_list_ends(j, list);
}

/* ------------------------------------------------------------------ the page */

static const char PAGE[] =
    "<!DOCTYPE html>\n<html lang=\"vi\"><head><meta charset=\"utf-8\"><title>Sổ giao ca</title><style>"
    "@page{size:A4;margin:15mm 12mm 15mm 20mm;@bottom-center{content:counter(page) \"/\" counter(pages)}}"
    "body{font:11pt \"Times New Roman\",\"Liberation Serif\",serif;max-width:178mm;margin:auto}"
    "table.lines{width:100%;border-collapse:collapse;font-size:10pt}"
    ".lines th,.lines td{border:1px solid;padding:1mm 1.5mm;text-align:left;vertical-align:top}"
    ".lines tr{break-inside:avoid}thead{display:table-header-group}"
    ".top{width:100%;margin-top:8mm;break-inside:avoid}.top "
    "td{text-align:center;vertical-align:top;width:50%;height:28mm}"
    "h1{font-size:14pt;text-align:center;margin:4mm 0 2mm}h2{font-size:11pt;margin:4mm 0 1mm}p{margin:1mm 0}"
    "</style></head><body>\n";

/* Words of the API, as the office says them. */
static const char *vi(const char *word)
{
    static const char *const WORDS[][2] = {
        { "unacknowledged", "chưa xác nhận" },
        { "acknowledged", "đã xác nhận" },
        { "returned", "đã hết, chưa xác nhận" },
        { "latched", "đã hết, chờ đặt lại" },
        { "low", "thấp" },
        { "medium", "trung bình" },
        { "high", "cao" },
        { "critical", "nghiêm trọng" },
        { "calibration", "Hiệu chuẩn" },
        { "maintenance", "Bảo trì" },
        { "out_of_service", "Ngừng sử dụng" },
        { "rota", "Cấp nước luân phiên" },
        { "drill", "Diễn tập" },
        { "backwash", "Rửa lọc" },
        { "stale", "số liệu cũ" },
        { "frozen", "đứng số" },
        { "forced", "đặt tay" },
        { "detected", "đã phát hiện" },
        { "reported", "đã báo cáo" },
        { "assigned", "đã phân công" },
        { "on_site", "đã đến hiện trường" },
        { "verified", "đã xác minh" },
        { "cause_found", "đã rõ nguyên nhân" },
        { "remedy_proposed", "đã đề xuất phương án" },
        { "remedy_approved", "đã duyệt phương án" },
        { "repairing", "đang khắc phục" },
        { "repaired", "đã khắc phục" },
        { "repair_unconfirmed", "khắc phục chưa được xác nhận" },
        { "restored", "đã cấp nước trở lại" },
        { "evaluated", "đã đánh giá" },
        { "assess", "đánh giá chất lượng nước (chỉ tiêu nội bộ)" },
        { "sample", "lấy mẫu nước (chỉ tiêu nội bộ)" },
        { "isolate", "cô lập nước không đạt (chỉ tiêu nội bộ)" },
    };

    for (size_t i = 0; i < COUNT_OF(WORDS); i++)
        if (strcmp(WORDS[i][0], word) == 0)
            return WORDS[i][1];
    for (int k = 0; k < CLASS_COUNT; k++)
        if (strcmp(incident_limit((enum incident_class)k)->name, word) == 0)
            return incident_limit((enum incident_class)k)->name_vi;
    for (int k = 0; k < DUTY_COUNT; k++)
        if (strcmp(duty_row((enum duty_kind)k)->name, word) == 0)
            return duty_row((enum duty_kind)k)->name_vi;
    return word;
}

static bool is_a_word(const char *name)
{
    static const char *const NAMES[] = { "class", "state", "severity", "reason", "duty" };

    for (size_t i = 0; i < COUNT_OF(NAMES); i++)
        if (strcmp(NAMES[i], name) == 0)
            return true;
    return false;
}

/* "14:05 28/11/2026" */
static void html_when(struct strbuf *b, const char *text)
{
    struct wall at;
    int year, month, day;
    int64_t of_day_ms;

    if (wall_parse(text, &at) != ERR_NONE) {
        strbuf_puts(b, "-");
        return;
    }
    of_day_ms = at.ms - wall_local_midnight(at).ms;
    wall_local_date(at, &year, &month, &day);
    strbuf_printf(b, "%02d:%02d %02d/%02d/%04d", (int)(of_day_ms / CLOCK_HOUR_MS),
                  (int)(of_day_ms % CLOCK_HOUR_MS / CLOCK_MINUTE_MS), day, month, year);
}

/* A decimal comma. */
static void html_number(struct strbuf *b, const char *text)
{
    char shown[32];
    char *dot;

    (void)snprintf(shown, sizeof shown, "%.10g", strtod(text, NULL));
    dot = strchr(shown, '.');
    if (dot != NULL)
        *dot = ',';
    html_text(b, shown);
}

static void html_cell(struct strbuf *b, int list, size_t i, const char *text, const struct doors_port *doors)
{
    const char *name = LISTS[list].cells[i].name;

    strbuf_puts(b, "<td>");
    if (text[0] == '\0')
        strbuf_puts(b, "-");
    else if (LISTS[list].cells[i].is == WHEN)
        html_when(b, text);
    else if (LISTS[list].cells[i].is == YES_NO)
        strbuf_puts(b, text[0] == '1' ? "có" : "không");
    else if (LISTS[list].cells[i].is == NUMBER)
        html_number(b, text);
    else if (strcmp(name, "who") == 0)
        person_html(b, doors, text);
    else
        html_text(b, is_a_word(name) || (list == MODES && strcmp(name, "kind") == 0) ? vi(text) : text);
    strbuf_puts(b, "</td>");
}

/* An entry that is no note says what it is. */
static void html_kind(struct strbuf *b, const struct line *l)
{
    static const char *const WORDS[SHIFT_KIND_COUNT] = { "Nhận ca", "", "Giao ca", "Nhận bàn giao ca",
                                                         "Nhận ca thay (không qua bàn giao)" };

    strbuf_puts(b, "<td>");
    for (int k = 0; k < SHIFT_KIND_COUNT; k++)
        if (strcmp(SHIFT_KINDS[k], cell(l, 3)) == 0)
            strbuf_puts(b, WORDS[k]);
    if (strcmp(SHIFT_KINDS[SHIFT_NOTE], cell(l, 3)) != 0 && cell(l, 7)[0] != '\0')
        strbuf_puts(b, ": ");
    html_text(b, cell(l, 7));
    strbuf_puts(b, "</td>");
}

static void html_row(struct strbuf *b, int list, const struct line *l, const struct doors_port *doors)
{
    strbuf_puts(b, "<tr>");
    for (size_t i = 0; LISTS[list].cells[i].name != NULL; i++) {
        if (LISTS[list].cells[i].vi == NULL)
            continue;
        if (list == ENTRIES && strcmp(LISTS[list].cells[i].name, "text") == 0)
            html_kind(b, l);
        else
            html_cell(b, list, i, cell(l, i + 1), doors);
    }
    strbuf_puts(b, "</tr>\n");
}

static void html_head(struct strbuf *b, const struct line *l, const struct doors_port *doors)
{
    strbuf_puts(b, "<h1>SỔ GIAO CA</h1>\n<p>Người trực: <b>");
    person_html(b, doors, cell(l, 2));
    strbuf_puts(b, cell(l, 3)[0] == '1' ? "</b> (trưởng ca), từ " : "</b>, từ ");
    html_when(b, cell(l, 4));
    strbuf_puts(b, ". Giao cho: <b>");
    if (cell(l, 5)[0] == '\0')
        strbuf_puts(b, "-");
    else
        person_html(b, doors, cell(l, 5));
    strbuf_puts(b, "</b>.</p>\n<p>Lập lúc ");
    html_when(b, cell(l, 6));
    strbuf_puts(b, cell(l, 1)[0] == '\0' ? ", của tất cả các đơn vị cấp nước." : ", đơn vị cấp nước: ");
    html_text(b, cell(l, 1));
    strbuf_puts(b, "</p>\n");
}

/* The end of a list: what it says of rows that found no room. */
static void html_list_ends(struct strbuf *b, int list, long long total, long long rows)
{
    if (list < 0)
        return;
    if (total > 0)
        strbuf_puts(b, "</tbody></table>\n");
    if (total > rows)
        strbuf_printf(b, "<p>Còn %lld dòng không ghi hết ở đây.</p>\n", total - rows);
}

static void html_list_begins(struct strbuf *b, int list, long long total)
{
    strbuf_printf(b, "<h2>%d. %s: %lld</h2>\n", list + 1, LISTS[list].vi, total);
    if (total == 0)
        return;
    strbuf_puts(b, "<table class=\"lines\"><thead><tr>");
    for (size_t i = 0; LISTS[list].cells[i].name != NULL; i++)
        if (LISTS[list].cells[i].vi != NULL)
            strbuf_printf(b, "<th>%s</th>", LISTS[list].cells[i].vi);
    strbuf_puts(b, "</tr></thead><tbody>\n");
}

void shift_sheet_html(struct strbuf *b, const char *text, const struct doors_port *doors)
{
    long long total = 0, rows = 0;
    struct line l;
    int list = -1;

    strbuf_puts(b, PAGE);
    while (next_line(&text, &l)) {
        if (strcmp(l.cells[0], "H") == 0 && list < 0)
            html_head(b, &l, doors);
        if (strcmp(l.cells[0], "R") == 0 && list >= 0) {
            html_row(b, list, &l, doors);
            rows++;
        }
        if (strcmp(l.cells[0], "S") != 0 || list_named(cell(&l, 1)) < 0)
            continue;
        html_list_ends(b, list, total, rows);
        list = list_named(cell(&l, 1));
        total = strtoll(cell(&l, 2), NULL, 10);
        rows = 0;
        html_list_begins(b, list, total);
    }
    html_list_ends(b, list, total, rows);
    strbuf_puts(b,
                "<table class=\"top\"><tr><td><b>NGƯỜI GIAO CA</b><br><i>(ký, ghi rõ họ tên)</i></td>"
                "<td><b>NGƯỜI NHẬN CA</b><br><i>(ký, ghi rõ họ tên)</i></td></tr></table>\n</body></html>\n");
}
