/* A year of the demonstration province on a virtual clock: what the simulated field's registers show goes
 * through the wires, the judge and the incident fold of its own configuration.
 *
 * What goes wrong is drawn beforehand and told to the field alone; nothing here knows a rule.  At the end
 * each event is looked for among the incidents: seen or not, how late, of which class; and what nothing
 * explains is counted.  The same days with kills of the daemon give the same incidents.
 *
 *   test_app_year [DAYS [RESTARTS [coarse]]]     without: a few days, as ./test does it
 *
 * `coarse`: polled every five minutes, which makes a year a matter of a minute. */
#include <math.h>
#include <time.h>
#include <unistd.h>

#include "acquire/wire.h"
#include "base/file.h"
#include "model/incident_list.h"
#include "plants.h"
#include "seal/seal.h"
#include "slice.h"
#include "unit.h"
#include "year_field.h"

enum { YEAR_DAYS = 365, EVENTS = 400, DISTURBANCES = 2000, OVERLAPS_OF_100 = 20 };
/* A few days are fuller, so that they have something of everything. */
enum { FEW_DAYS = 2, FEW_RESTARTS = 6, FULLER = 12, SILENT_POLLS = 3, SETTLE_DAYS = 1 };
enum { VILLAGES = 2, LINE_MAX_BYTES = 160, WIRES_MAX = 16, PLOTS_MAX = 4000, SEEN_MAX = 8192 };

/* Each device is polled so often, the daemon's rules look at the clock, people look, the field goes on; what
 * is due within `turn_ms` is done together at its end. */
struct pace {
    int64_t every_ms, step_ms, people_ms, grain_ms, turn_ms;
};
static const struct pace FINE = { 30000, 5000, 20 * CLOCK_MINUTE_MS, 1000, 1 };
static const struct pace COARSE = { 300000, 100000, CLOCK_HOUR_MS, 25000, 50000 };

static const int64_t MIDNIGHT = 1795539600000; /* 25/11/2026 00:00 +07:00 */

/* ---- what may happen ---- */

enum group { TOWN, BINH_LU, NAM_NHUN, TAN_UYEN, SIN_HO, GROUPS, EVERYWHERE = GROUPS };
static const char *const SYSTEMS[GROUPS] = { "tp-lai-chau", "binh-lu", "nam-nhun", "tan-uyen",
                                             "nong-thon-sin-ho" };

/* What is over within a minute, as links are. */
enum { BLINK_MIN = 1, BLINK_MS = 40000 };
/* A rota night is from 22:00 to 5:00, and half an hour until pipes are full again.  What never ends. */
enum { ROTA_HOUR = 22, ROTA_MIN = 420, ROTA_AFTER_MIN = 30, FOR_GOOD = -1 };
/* From the first day: two days of cleaning before 4/2, then a week. */
enum { TET_DAY = 69, TET_BEFORE_DAYS = 3, TET_DAYS = 7, REZONING_HOUR = 9 };

#define BIT(c)   (1u << (c))
#define NETWORK  (BIT(CLASS_SERVICE_NETWORK) | BIT(CLASS_DISTRIBUTION_MAIN) | BIT(CLASS_TRANSMISSION_MAIN))
#define SENSORS  (BIT(CLASS_WATER_QUALITY) | BIT(CLASS_TELEMETRY) | BIT(CLASS_PLANT_EQUIPMENT))
#define MACHINES (BIT(CLASS_PLANT_EQUIPMENT) | NETWORK | BIT(CLASS_TELEMETRY))

struct kind {
    const char *line;
    enum group group;
    unsigned classes;                       /* as which it may rightly show; 0: nobody need notice it */
    int64_t least_min, most_min, after_min; /* how long; and how long what it did goes on */
    bool plain; /* it cannot be overlooked: mains with a meter, a plant that gives no chlorine ... */
};

static const struct kind EVENT[] = {
    { "mains-failure lai-chau", TOWN, BIT(CLASS_POWER_SUPPLY), 20, 180, 60, true },
    { "mains-failure binh-lu", BINH_LU, BIT(CLASS_POWER_SUPPLY), 20, 180, 60, true },
    { "mains-failure nam-nhun", NAM_NHUN, MACHINES, 40, 180, 90, false },
    { "mains-failure tan-uyen", TAN_UYEN, MACHINES, 60, 180, 90, false },
    { "mains-failure trung-dong", TAN_UYEN, MACHINES, 60, 180, 90, false },
    { "dosing-failure lai-chau", TOWN, BIT(CLASS_PLANT_EQUIPMENT) | BIT(CLASS_WATER_QUALITY), 180, 600, 600,
      true },
    { "dosing-failure binh-lu", BINH_LU, BIT(CLASS_PLANT_EQUIPMENT) | BIT(CLASS_WATER_QUALITY), 180, 600, 600,
      true },
    { "dosing-failure nam-nhun", NAM_NHUN, BIT(CLASS_WATER_QUALITY), 600, 900, 600, true },
    { "burst doan-ket 24 L/s", TOWN, NETWORK | BIT(CLASS_PLANT_EQUIPMENT), 60, 360, 60, false },
    { "burst dong-phong 18 L/s", TOWN, NETWORK | BIT(CLASS_PLANT_EQUIPMENT), 60, 360, 60, false },
    { "burst tan-uyen 14 L/s", TAN_UYEN, NETWORK | BIT(CLASS_PLANT_EQUIPMENT), 60, 360, 120, false },
    { "burst phin-ho 2 L/s", SIN_HO, NETWORK | BIT(CLASS_PLANT_EQUIPMENT), 60, 360, 120, false },
    { "turbid lai-chau 1800", TOWN, BIT(CLASS_WATER_QUALITY) | BIT(CLASS_SOURCE_LOSS), 120, 480, 600, true },
    { "turbid nam-nhun 1800", NAM_NHUN, BIT(CLASS_WATER_QUALITY) | BIT(CLASS_SOURCE_LOSS), 120, 480, 600,
      true },
    { "dead-gateway booster", TOWN, BIT(CLASS_TELEMETRY), 15, 300, 20, true },
    { "dead-gateway dma", TOWN, BIT(CLASS_TELEMETRY), 15, 300, 20, true },
    { "dead-gateway tan-uyen", TAN_UYEN, BIT(CLASS_TELEMETRY), 15, 300, 20, true },
    { "dead-device plc-nmn", TOWN, BIT(CLASS_TELEMETRY), 15, 300, 20, true },
    { "cached-gateway dma", TOWN, BIT(CLASS_TELEMETRY), 30, 300, 20, true },
    { "shut doan-ket", TOWN, NETWORK | BIT(CLASS_PLANT_EQUIPMENT), 60, 240, 30, true }, /* by mistake */
    { "shut binh-lu", BINH_LU, NETWORK | BIT(CLASS_PLANT_EQUIPMENT), 60, 240, 30, false },
    { "pump-trip bom-1", TOWN, BIT(CLASS_PLANT_EQUIPMENT), 30, 120, 30, true },
    { "pump-trip bom-2", TOWN, BIT(CLASS_PLANT_EQUIPMENT), 120, 600, 60, true },
    { "pump-trip gieng-1", BINH_LU, BIT(CLASS_PLANT_EQUIPMENT), 120, 600, 60, true },
    { "pump-trip bom-tan-uyen-1", TAN_UYEN, BIT(CLASS_PLANT_EQUIPMENT), 120, 600, 60, true },
    { "drift pt-nmn chlorine -0.1/h", TOWN, SENSORS, 600, 900, 60, true },
    { "drift pt-nam-nhun turbidity 0.3/h", NAM_NHUN, SENSORS, 600, 900, 60, true },
    { "frozen pt-nmn chlorine", TOWN, SENSORS, 180, 720, 60, true },
    { "frozen pt-binh-lu chlorine", BINH_LU, SENSORS, 180, 720, 60, true },
    { "clipped dh-doan-ket flow 20", TOWN, SENSORS | NETWORK, 180, 720, 30, false },
    { "no-sample pt-nam-nhun", NAM_NHUN, SENSORS, 180, 600, 90, true },
    { "slow-modem villages 20000", SIN_HO, BIT(CLASS_TELEMETRY), 60, 300, 20, false },
    { "flapping areas 2min 8min", TOWN, BIT(CLASS_TELEMETRY), 60, 300, 20, false },
};

static const struct kind DISTURBANCE[] = {
    { "backwash lai-chau 1", TOWN, 0, 10, 11, 30, false },
    { "backwash lai-chau 3", TOWN, 0, 10, 11, 30, false },
    { "backwash binh-lu 1", BINH_LU, 0, 10, 11, 30, false },
    { "calibration pt-nmn", TOWN, 0, 15, 60, 20, false },
    { "calibration pt-binh-lu", BINH_LU, 0, 15, 60, 20, false },
    { "calibration pt-nam-nhun", NAM_NHUN, 0, 15, 60, 20, false },
    { "no-sample pt-nmn", TOWN, 0, 15, 45, 60, false },
    { "dead-device plc-nmn", TOWN, 0, 1, 1, 5, false }, /* a minute */
    { "dead-gateway areas", TOWN, 0, 1, 1, 5, false },
    { "dead-gateway nam-nhun", NAM_NHUN, 0, 1, 1, 5, false },
    { "slow-modem villages 1500", SIN_HO, 0, 10, 60, 10, false },
    { "turbid lai-chau 150", TOWN, 0, 60, 300, 300, false }, /* rain */
    { "turbid phin-ho 60", SIN_HO, 0, 60, 300, 300, false },
    { "pump-trip bom-tho-2", TOWN, 0, 30, 120, 60, false },
    { "meter-exchange dh-doan-ket", TOWN, 0, 1, 1, 10, false },
    { "flapping areas 60s 20s", TOWN, 0, 15, 60, 10, false },
    { "demand doan-ket 125", TOWN, 0, 120, 480, 20, false }, /* a market day, a wedding */
    { "demand binh-lu 125", BINH_LU, 0, 120, 480, 20, false },
    { "shut quyet-thang", TOWN, 0, ROTA_MIN, ROTA_MIN, 45, false }, /* rota nights, said beforehand */
    { "shut dong-phong", TOWN, 0, ROTA_MIN, ROTA_MIN, 45, false },
};

/* Once a year: people clean and cook for Tết (6/2/2027), then families are at home. */
static const struct kind TET[] = {
    { "demand all 135", EVERYWHERE, 0, 0, 0, 60, false },
    { "demand all 115", EVERYWHERE, 0, 0, 0, 60, false },
};

/* Once a year streets go from one metered area to its neighbour, and the plant file says so from that day. */
static const struct kind REZONING[] = {
    { "demand dong-phong 80", TOWN, 0, FOR_GOOD, FOR_GOOD, 0, false },
    { "demand quyet-thang 115", TOWN, 0, FOR_GOOD, FOR_GOOD, 0, false },
};

struct plot {
    const struct kind *kind;
    int64_t from, to; /* of the virtual clock */
    bool event, told;
    uint64_t incident;
    int64_t seen; /* when that was opened, 0: never */
    bool right;   /* its class was among those it may have */
};

/* One member of an incident: what began where, when it was opened. */
struct seen {
    uint64_t id, incident;        /* of the member; of the incident it was first seen in */
    int64_t opened, start, ended; /* ended 0: it lasts */
    unsigned class, group;
    char point[ID_MAX];
    const struct plot *explained; /* by that; NULL: by nothing */
    bool by_event;
    bool by_water; /* what the villages drink is not filtered: it was above 2 NTU (QCVN 01-1:2018, row 10) */
};

struct year {
    char folder[64];
    int64_t days;
    unsigned restarts;
    const struct pace *pace;
    struct fake_clock clock;
    struct conf_file *file, *later_file;
    struct catalogue catalogue, later;
    struct field field, later_field; /* from the rezoning on */
    int64_t rezoned_ms;
    bool rezoned;
    struct wire *wires[WIRES_MAX];
    struct slice slice;
    int64_t water_ms; /* where the field is */
    struct plot plots[PLOTS_MAX];
    size_t plot_count, next_plot;
    struct seen seen[SEEN_MAX];
    size_t seen_count, incidents;
    double field_s, all_s; /* CPU of the simulated field, and of it and the daemon together */
    int64_t turbid_at[VILLAGES];
    uint64_t last_incident;
    uint64_t alarms; /* acknowledged, one by one */
    unsigned told, rota_nights, hidden;
    uint64_t seed;
};

/* ---- a line whose other end is the field ---- */

struct water_line {
    struct line line; /* first */
    struct year *year;
    unsigned wire;
    struct request asked;
};

static enum err line_connect(struct line *line, struct fault *why)
{
    (void)line;
    (void)why;
    return ERR_NONE;
}

static enum err line_send(struct line *line, const struct request *r, struct fault *why)
{
    (void)why;
    ((struct water_line *)line)->asked = *r;
    return ERR_NONE;
}

static void put_words(struct answer *a, const uint16_t *words, uint16_t n)
{
    a->pdu[1] = (uint8_t)(2 * n);
    for (unsigned i = 0; i < n; i++) {
        a->pdu[2 + 2 * i] = (uint8_t)(words[i] >> 8);
        a->pdu[3 + 2 * i] = (uint8_t)words[i];
    }
    a->pdu_len = 2u + a->pdu[1];
}

static enum err line_receive(struct line *line, struct answer *a, int64_t within_ms, struct fault *why)
{
    struct water_line *l = (struct water_line *)line;
    const struct request *r = &l->asked;
    uint16_t words[125];
    unsigned exception;

    fake_clock_advance(&l->year->clock, 1);
    if (!water_answers(l->wire, r->unit, within_ms))
        return fault_set(why, ERR_TIMEOUT, "no answer in %lld ms", (long long)within_ms);
    *a = (struct answer){
        .has_transaction = true, .framed = true, .transaction = r->transaction, .unit = r->unit
    };
    exception =
        water_read(l->wire, r->unit, r->function == FUNCTION_READ_INPUT, r->address, r->quantity, words);
    a->pdu[0] = (uint8_t)(exception == 0 ? r->function : r->function | 0x80);
    a->pdu[1] = (uint8_t)exception;
    a->pdu_len = 2;
    if (exception == 0)
        put_words(a, words, r->quantity);
    return ERR_NONE;
}

static void line_nothing(struct line *line)
{
    (void)line;
}

static void line_free(struct line *line)
{
    free(line);
}

static struct line *line_to(struct year *y, const struct wire_settings *s)
{
    static const struct line_ops OPS = { line_connect, line_send,    line_receive,
                                         line_nothing, line_nothing, line_free };
    struct water_line *l = calloc(1, sizeof *l);

    assert_non_null(l);
    l->line.ops = &OPS;
    l->year = y;
    l->wire =
        (unsigned)strtoul(s->port, NULL, 10) - 8490u; /* as the simulator's ports are in the demo's files */
    return &l->line;
}

/* ---- the daemon ---- */

static void put(void *self, const struct message *m)
{
    pipeline_put(((struct year *)self)->slice.pipeline, m);
}

static void start(struct year *y)
{
    struct fault why;

    y->slice = slice_start(y->folder, &y->catalogue, &y->clock);
    for (size_t w = 0; w < y->field.wire_count; w++)
        if (wire_new(&y->wires[w], &y->field.wires[w], line_to(y, &y->field.wires[w]),
                     (struct wire_sink){ y, put }, fake_clock(&y->clock), &why) != ERR_NONE)
            fail_msg("%s", why.text);
}

static void stop(struct year *y, bool cleanly)
{
    for (size_t w = 0; w < y->field.wire_count; w++)
        wire_free(y->wires[w]);
    slice_end(y->slice, cleanly);
}

/* Nobody delivers here: what is durable counts as delivered. */
static void deliver(struct year *y)
{
    struct lanes_port lanes = journal_lanes(y->slice.journal);
    struct fault why;

    for (int lane = LANE_EVENTS; lane < LANE_END; lane++) {
        uint64_t first, last;
        if (lanes.span(lanes.self, (enum lane)lane, &first, &last, &why) == ERR_NONE && last >= first &&
            last != 0)
            assert_int_equal(lanes.delivered(lanes.self, (enum lane)lane, last, &why), ERR_NONE);
    }
}

/* What was folded is durable and shown: what people see is the same whatever the disk does. */
static void settle(struct year *y)
{
    const struct journal_state nothing = { seal_key63("a test's own"), NULL, 0 };
    uint64_t seq;

    (void)pipeline_step(y->slice.pipeline, 0);
    assert_int_equal(journal_append(y->slice.journal, NULL, 0, &nothing, 1, true, &seq, NULL), ERR_NONE);
    assert_int_equal(journal_wait(y->slice.journal, seq, 20000), ERR_NONE);
    for (int i = 0; i < 3; i++)
        (void)pipeline_step(y->slice.pipeline, 0);
}

/* ---- the people ---- */

static void nobody(void *self, enum err code, bool known, const struct alarm *a, const struct fault *why)
{
    (void)self;
    (void)code;
    (void)known;
    (void)a;
    (void)why;
}

static void nobody_cares(void *self, enum err code, enum refusal refusal, bool known,
                         struct incident_copy *is, const struct fault *why)
{
    (void)self;
    (void)code;
    (void)refusal;
    (void)known;
    (void)is;
    (void)why;
}

static void nobody_minds(void *self, enum err code, bool known, const struct mode *is,
                         const struct fault *why)
{
    struct year *y = self;

    (void)known;
    (void)is;
    if (code != ERR_NONE)
        fail_msg("no rota: %s", why->text);
    y->rota_nights++;
}

static void acknowledge_all(struct year *y)
{
    struct alarm_list *l = pipeline_alarms(y->slice.pipeline);

    for (size_t i = 0; l != NULL && i < l->count; i++) {
        struct message_alarm m = {
            .act = { .event = ALARM_ACKNOWLEDGE, .alarm = l->items[i].id, .who = "lan" },
            .by = { .kind = ACTOR_ACCOUNT, .name = "lan" },
            .answer = nobody
        };
        enum alarm_state is = alarm_state(&l->items[i]);
        if (is != ALARM_UNACKNOWLEDGED && is != ALARM_RETURNED)
            continue;
        (void)snprintf(m.act.key, sizeof m.act.key, "y%u", ++y->told);
        y->alarms++;
        assert_int_equal(pipeline_alarm(y->slice.pipeline, &m, NULL), ERR_NONE);
    }
    alarm_list_drop(l);
}

static void act(struct year *y, uint64_t incident, enum step_kind kind, uint64_t member, uint8_t class)
{
    struct message_incident m = { .act = { .kind = (uint8_t)kind,
                                           .incident = incident,
                                           .member = member,
                                           .class = class,
                                           .controllability = CONTROLLABLE,
                                           .code = CAUSE_OTHER,
                                           .who = "lan",
                                           .note = "theo biên bản" },
                                  .by = { .kind = ACTOR_ACCOUNT, .name = "lan" },
                                  .answer = nobody_cares };

    (void)snprintf(m.act.key, sizeof m.act.key, "y%u", ++y->told);
    assert_int_equal(pipeline_incident(y->slice.pipeline, &m, NULL), ERR_NONE);
    (void)pipeline_step(y->slice.pipeline, 0);
}

static int64_t last_restored(const struct incident *i)
{
    int64_t last = 0;

    for (size_t n = 0; n < i->member_count; n++)
        last = i->members[n].restored.ms > last ? i->members[n].restored.ms : last;
    return last;
}

/* ---- what was seen ---- */

static unsigned group_of(const struct year *y, const struct member *m)
{
    const struct catalogue *c = &y->catalogue;

    for (size_t s = 0; s < c->site_count; s++)
        if (strcmp(c->sites[s].id, m->site) == 0)
            for (unsigned g = 0; g < GROUPS; g++)
                if (c->sites[s].system < c->system_count &&
                    strcmp(c->systems[c->sites[s].system].id, SYSTEMS[g]) == 0)
                    return g;
    fail_msg("an incident of no place: \"%s\"", m->site);
    return 0;
}

static bool is_turbid(const struct year *y, const struct member *m)
{
    static const char *const SITES[VILLAGES] = { "cn-phin-ho", "cn-ta-phin" };

    for (unsigned v = 0; v < VILLAGES; v++)
        if (strcmp(m->site, SITES[v]) == 0 && m->class == CLASS_WATER_QUALITY)
            return y->clock.now.wall.ms - y->turbid_at[v] < CLOCK_HOUR_MS;
    return false;
}

static void look_at(struct year *y, const struct incident *i, const struct member *m)
{
    uint32_t point = catalogue_by_key(&y->catalogue, m->point);
    struct seen *s;

    for (size_t n = y->seen_count; n-- > 0;)
        if (y->seen[n].id == m->id) {
            y->seen[n].ended = m->restored.ms;
            return;
        }
    assert_true(y->seen_count < SEEN_MAX);
    s = &y->seen[y->seen_count++];
    *s = (struct seen){ .id = m->id,
                        .incident = i->id,
                        .opened = i->opened.ms > m->start.ms ? i->opened.ms : m->start.ms,
                        .start = m->start.ms,
                        .class = m->class,
                        .group = group_of(y, m),
                        .by_water = is_turbid(y, m) };
    (void)snprintf(s->point, sizeof s->point, "%s",
                   point < y->catalogue.point_count ? y->catalogue.points[point].id : m->site);
}

static void look(struct year *y, const struct incident *i)
{
    for (size_t n = 0; n < i->member_count; n++)
        look_at(y, i, &i->members[n]);
    if (i->id > y->last_incident) {
        y->last_incident = i->id;
        y->incidents++;
    }
}

/* Two hours after all is well, people say why it was and close it. */
static void look_and_tidy(struct year *y)
{
    struct incident_list *l = pipeline_incidents(y->slice.pipeline);

    for (size_t n = 0; l != NULL && n < l->count; n++) {
        const struct incident *i = &l->items[n]->is;
        look(y, i);
        if (i->closed || i->merged_into != 0 || !incident_all_restored(i) ||
            y->clock.now.wall.ms < last_restored(i) + 2 * CLOCK_HOUR_MS)
            continue;
        act(y, i->id, STEP_CAUSE, 0, 0);
        for (size_t k = 0; k < i->member_count; k++)
            act(y, i->id, STEP_CONFIRM_CLASS, i->members[k].id, i->members[k].class);
        act(y, i->id, STEP_CLOSE, 0, 0);
    }
    incident_list_drop(l);
}

/* ---- the days ---- */

static int by_time(const void *a, const void *b)
{
    const struct plot *x = a, *z = b;

    return (x->from > z->from) - (x->from < z->from);
}

static bool is_rota(const struct kind *k)
{
    return strncmp(k->line, "shut ", 5) == 0 && k->least_min == ROTA_MIN;
}

static void draw(struct year *y, const struct kind *kinds, size_t n, unsigned count, bool event)
{
    for (unsigned i = 0; i < count; i++) {
        const struct kind *k = &kinds[test_below(&y->seed, (unsigned)n)];
        int64_t span = (y->days - SETTLE_DAYS) * (int64_t)CLOCK_DAY_MS, at;
        struct plot *p = &y->plots[y->plot_count], *last = event && i > 0 ? p - 1 : NULL;
        assert_true(y->plot_count < PLOTS_MAX);
        at = MIDNIGHT + SETTLE_DAYS * (int64_t)CLOCK_DAY_MS +
             (int64_t)(test_random(&y->seed) % (uint64_t)span);
        if (last != NULL && test_below(&y->seed, 100) < OVERLAPS_OF_100) /* in the midst of another, there */
            at = last->from + (int64_t)test_below(&y->seed, 45) * CLOCK_MINUTE_MS;
        for (unsigned tries = 0; last != NULL && at - last->from < CLOCK_HOUR_MS && at >= last->from &&
                                 tries < 50 && (k->group != last->kind->group || k == last->kind);
             tries++)
            k = &kinds[test_below(&y->seed, (unsigned)n)];
        if (is_rota(k))
            at -= (at - MIDNIGHT) % CLOCK_DAY_MS - ROTA_HOUR * (int64_t)CLOCK_HOUR_MS;
        *p = (struct plot){ .kind = k, .event = event, .from = at };
        p->to = at + (k->least_min + test_below(&y->seed, (unsigned)(k->most_min - k->least_min + 1))) *
                         (int64_t)CLOCK_MINUTE_MS;
        if (k->most_min == BLINK_MIN)
            p->to = at + BLINK_MS;
        y->plot_count++;
    }
}

static void put_plot(struct year *y, const struct kind *k, int64_t from, int64_t to)
{
    assert_true(y->plot_count < PLOTS_MAX);
    y->plots[y->plot_count++] = (struct plot){ .kind = k, .from = from, .to = to };
}

/* Tết and the rezoning are when they are; of a few days they take a part. */
static void put_once_a_year(struct year *y)
{
    int64_t day = y->days < YEAR_DAYS ? CLOCK_HOUR_MS : CLOCK_DAY_MS, end = y->days * (int64_t)CLOCK_DAY_MS;
    int64_t tet = MIDNIGHT + (y->days < YEAR_DAYS ? CLOCK_DAY_MS : TET_DAY * (int64_t)CLOCK_DAY_MS);

    put_plot(y, &TET[0], tet, tet + TET_BEFORE_DAYS * day);
    put_plot(y, &TET[1], tet + TET_BEFORE_DAYS * day, tet + (TET_BEFORE_DAYS + TET_DAYS) * day);
    y->rezoned_ms = MIDNIGHT + y->days / 2 * (int64_t)CLOCK_DAY_MS + REZONING_HOUR * (int64_t)CLOCK_HOUR_MS;
    for (size_t i = 0; i < COUNT_OF(REZONING); i++)
        put_plot(y, &REZONING[i], y->rezoned_ms, MIDNIGHT + end);
}

static void draw_year(struct year *y)
{
    int64_t share = y->days < YEAR_DAYS ? y->days * FULLER : y->days;

    draw(y, EVENT, COUNT_OF(EVENT), (unsigned)(EVENTS * share / YEAR_DAYS), true);
    draw(y, DISTURBANCE, COUNT_OF(DISTURBANCE), (unsigned)(DISTURBANCES * share / YEAR_DAYS), false);
    put_once_a_year(y);
    qsort(y->plots, y->plot_count, sizeof *y->plots, by_time);
}

/* People say that there will be no water, and until when. */
static void announce_rota(struct year *y, const struct plot *p)
{
    struct message_mode m = {
        .act = { .mode = { .kind = MODE_ROTA,
                           .place = MODE_AT_SITE,
                           .until = { p->to + ROTA_AFTER_MIN * (int64_t)CLOCK_MINUTE_MS },
                           .who = "lan",
                           .why = "cấp nước luân phiên ban đêm" } },
        .by = { .kind = ACTOR_ACCOUNT, .name = "lan" },
        .answer = nobody_minds,
        .self = y
    };

    (void)snprintf(m.act.mode.subject, sizeof m.act.mode.subject, "dma-%s", p->kind->line + strlen("shut "));
    (void)snprintf(m.act.mode.key, sizeof m.act.mode.key, "y%u", ++y->told);
    assert_int_equal(pipeline_mode(y->slice.pipeline, &m, NULL), ERR_NONE);
    settle(y);
}

static bool takes_its_time(const char *line)
{
    return strncmp(line, "backwash", 8) == 0 || strncmp(line, "meter", 5) == 0;
}

static void tell_the_field(struct year *y)
{
    for (; y->next_plot < y->plot_count && y->plots[y->next_plot].from <= y->water_ms; y->next_plot++) {
        struct plot *p = &y->plots[y->next_plot];
        char line[LINE_MAX_BYTES], said[1024];
        (void)snprintf(line, sizeof line, "%s for %llds", p->kind->line, (long long)(p->to - p->from) / 1000);
        if (takes_its_time(p->kind->line) || p->kind->most_min == FOR_GOOD)
            (void)snprintf(line, sizeof line, "%s", p->kind->line);
        p->told = water_line(line, said, sizeof said); /* no: it is washed already, no pressure for a burst */
        if (is_rota(p->kind))
            announce_rota(y, p);
    }
}

/* What comes out of the taps of the two villages, by their registers; within the last hour. */
static void taste(struct year *y)
{
    enum { WIRE = 7, TURBIDITY = 6, LIMIT = 200 /* 0.01 NTU */ };

    for (uint8_t v = 0; v < VILLAGES; v++) {
        uint16_t raw;
        if (water_read(WIRE, (uint8_t)(v + 1), false, TURBIDITY, 1, &raw) == 0 && raw > LIMIT)
            y->turbid_at[v] = y->clock.now.wall.ms;
    }
}

static double cpu_s(void)
{
    struct timespec t;

    (void)clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void field_comes_to(struct year *y, int64_t ms)
{
    double from_s = cpu_s();
    bool moved = false;

    for (; y->water_ms + y->pace->grain_ms <= ms; y->water_ms += y->pace->grain_ms) {
        tell_the_field(y);
        water_seconds((unsigned)(y->pace->grain_ms / CLOCK_SECOND_MS));
        moved = true;
    }
    if (!moved)
        return;
    water_show();
    taste(y);
    y->field_s += cpu_s() - from_s;
}

/* The daemon is started anew with the other plant file. */
static void rezone(struct year *y)
{
    struct catalogue was = y->catalogue;
    struct field had = y->field;

    stop(y, true);
    y->catalogue = y->later;
    y->field = y->later_field;
    y->later = was;
    y->later_field = had;
    y->rezoned = true;
    start(y);
}

static void live(struct year *y)
{
    int64_t end = MIDNIGHT + y->days * (int64_t)CLOCK_DAY_MS, people = MIDNIGHT;
    /* whole polls apart: wires begin anew where they were, and see the same registers */
    int64_t kill_every =
        y->restarts == 0 ? 0 : (end - MIDNIGHT) / (y->restarts + 1) / y->pace->every_ms * y->pace->every_ms;
    int64_t next_kill = y->restarts == 0 ? INT64_MAX : MIDNIGHT + kill_every;

    while (y->clock.now.wall.ms < end) {
        int64_t next = y->clock.now.mono.ms / y->pace->step_ms * y->pace->step_ms +
                       y->pace->step_ms; /* ticks come at the same times, too */
        if (y->clock.now.wall.ms >= next_kill) {
            next_kill += kill_every;
            stop(y, false);
            start(y);
        }
        if (!y->rezoned && y->clock.now.wall.ms >= y->rezoned_ms)
            rezone(y);
        field_comes_to(y, y->clock.now.wall.ms);
        for (size_t w = 0; w < y->field.wire_count; w++) {
            struct mono due = wire_turn(y->wires[w]);
            next = due.ms < next ? due.ms : next;
        }
        (void)pipeline_step(y->slice.pipeline, 0);
        if (y->clock.now.wall.ms >= people) {
            people += y->pace->people_ms;
            settle(y);
            acknowledge_all(y);
            look_and_tidy(y);
            deliver(y);
        }
        next = (next + y->pace->turn_ms - 1) / y->pace->turn_ms * y->pace->turn_ms;
        if (next > y->clock.now.mono.ms)
            fake_clock_advance(&y->clock, next - y->clock.now.mono.ms);
    }
}

/* ---- the verdict ---- */

static bool may_be(const struct seen *s, const struct plot *p)
{
    int64_t over = p->to + p->kind->after_min * CLOCK_MINUTE_MS;

    return p->told && (p->kind->group == EVERYWHERE || s->group == (unsigned)p->kind->group) &&
           s->start >= p->from - CLOCK_MINUTE_MS && s->start <= over;
}

/* It was so already, of an earlier event: nothing new can be seen. */
static bool lasts_already(const struct year *y, const struct plot *p)
{
    for (size_t n = 0; n < y->seen_count; n++) {
        const struct seen *s = &y->seen[n];
        if (s->group == (unsigned)p->kind->group && (BIT(s->class) & p->kind->classes) != 0 &&
            s->start < p->from && (s->ended == 0 || s->ended > p->from))
            return true;
    }
    return false;
}

/* What was behind a link that was down, or a gateway that told old numbers, all the time. */
static bool is_hidden(const struct year *y, const struct plot *p)
{
    for (size_t k = 0; k < y->plot_count; k++) {
        const struct plot *q = &y->plots[k];
        if (q != p && q->told && q->event && q->kind->group == p->kind->group &&
            q->kind->classes == BIT(CLASS_TELEMETRY) && q->from <= p->from && q->to >= p->to)
            return true;
    }
    return false;
}

static void match(struct year *y)
{
    for (size_t n = 0; n < y->seen_count; n++) {
        struct seen *s = &y->seen[n];
        for (size_t k = 0; k < y->plot_count; k++) {
            struct plot *p = &y->plots[k];
            bool right = (BIT(s->class) & p->kind->classes) != 0;
            if (!may_be(s, p))
                continue;
            s->explained = p;
            s->by_event = s->by_event || p->event;

            if (p->seen == 0 || (right && !p->right)) {
                p->incident = s->id;
                p->seen = s->opened;
                p->right = right;
            }
        }
    }
}

static int by_delay(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, z = *(const int64_t *)b;

    return (x > z) - (x < z);
}

struct sum {
    unsigned overlooked, false_alarms, unexplained, by_water;
};

static void say_kind(struct year *y, const struct kind *kind, struct sum *sum)
{
    int64_t delays[EVENTS + 1];
    unsigned n = 0, seen = 0, right = 0;

    for (size_t k = 0; k < y->plot_count; k++) {
        const struct plot *p = &y->plots[k];
        if (p->kind != kind || !p->told || p->to > y->clock.now.wall.ms)
            continue;
        n++;
        right += p->right;
        if (p->seen != 0)
            delays[seen++] = p->seen > p->from ? p->seen - p->from : 0;
        else if (kind->plain && is_hidden(y, p))
            y->hidden++;
        else if (kind->plain && !lasts_already(y, p)) {
            sum->overlooked++;
            print_message("overlooked: %s, day %.3f, %lld min\n", kind->line,
                          (double)(p->from - MIDNIGHT) / CLOCK_DAY_MS,
                          (long long)(p->to - p->from) / CLOCK_MINUTE_MS);
        }
    }
    qsort(delays, seen, sizeof *delays, by_delay);
    if (n > 0)
        print_message("%-28s %4u events, %4u seen, %4u of a right class, p90 delay %5.1f min\n", kind->line,
                      n, seen, right,
                      seen == 0 ? NAN : (double)delays[(seen * 9 - 1) / 10] / CLOCK_MINUTE_MS);
}

static struct sum say(struct year *y)
{
    struct sum sum = { 0 };

    match(y);
    for (size_t k = 0; k < COUNT_OF(EVENT); k++)
        say_kind(y, &EVENT[k], &sum);
    for (size_t n = 0; n < y->seen_count; n++) {
        const struct seen *s = &y->seen[n];
        sum.by_water += s->by_water && !s->by_event;
        if (s->by_event || s->by_water)
            continue;
        if (n > 0 && y->seen[n - 1].incident == s->incident)
            continue; /* one incident has many members */
        sum.unexplained += s->explained == NULL;
        sum.false_alarms += s->explained != NULL;
        print_message("%s: %s, day %.3f, class %u (%.0f min after it began)\n",
                      s->explained == NULL ? "without any cause" : s->explained->kind->line, s->point,
                      (double)(s->start - MIDNIGHT) / CLOCK_DAY_MS, s->class,
                      s->explained == NULL ? NAN : (double)(s->start - s->explained->from) / CLOCK_MINUTE_MS);
    }
    print_message("%lld days: %zu plots, %zu incidents of %zu members, %llu alarms acknowledged; overlooked "
                  "%u, of turbid "
                  "springs %u, of harmless things "
                  "%u, of nothing %u: %.3f a day\n",
                  (long long)y->days, y->plot_count, y->incidents, y->seen_count,
                  (unsigned long long)y->alarms, sum.overlooked, sum.by_water, sum.false_alarms,
                  sum.unexplained, (double)(sum.false_alarms + sum.unexplained) / (double)y->days);
    print_message("CPU: %.1f s of the simulated field, %.1f s of the daemon\n", y->field_s,
                  y->all_s - y->field_s);
    return sum;
}

/* ---- the same days with kills ---- */

static int by_start(const void *a, const void *b)
{
    const struct seen *x = a, *z = b;

    return x->start != z->start ? (x->start > z->start) - (x->start < z->start) : strcmp(x->point, z->point);
}

/* A kill may cost what a rule was waiting for 10 s and a poll, and so may a second one. */
static bool is_same(const struct seen *a, const struct seen *b, int64_t later_ms)
{
    return a->class == b->class && strcmp(a->point, b->point) == 0 &&
           llabs((long long)(a->start - b->start)) <= later_ms;
}

/* Those of one that the other has not. */
static unsigned missing(const struct year *of, const struct year *in, const char *words)
{
    unsigned n = 0;

    for (size_t a = 0; a < of->seen_count; a++) {
        const struct seen *s = &of->seen[a];
        bool found = false;
        for (size_t z = 0; z < in->seen_count && !found; z++)
            found = is_same(s, &in->seen[z], CLOCK_MINUTE_MS + of->pace->every_ms);
        n += !found;
        if (!found)
            print_message("only %s: %s, day %.4f, class %u, member %llu of %llu\n", words, s->point,
                          (double)(s->start - MIDNIGHT) / CLOCK_DAY_MS, s->class, (unsigned long long)s->id,
                          (unsigned long long)s->incident);
    }
    return n;
}

static unsigned differences(struct year *once, struct year *again)
{
    unsigned lost, more;

    qsort(once->seen, once->seen_count, sizeof *once->seen, by_start);
    qsort(again->seen, again->seen_count, sizeof *again->seen, by_start);
    lost = missing(once, again, "without kills");
    more = missing(again, once, "with kills");
    print_message("with %u kills: %zu incidents of %zu members, without %zu of %zu; lost %u, more %u\n",
                  again->restarts, again->incidents, again->seen_count, once->incidents, once->seen_count,
                  lost, more);
    return lost + more + (unsigned)llabs((long long)once->incidents - (long long)again->incidents);
}

/* ---- ---- */

static struct conf_file *read_plants(const char *town, struct catalogue *c, struct field *f)
{
    char text[512];
    int len = snprintf(text, sizeof text,
                       "areas: [ areas.yaml ]\nstandards: [ ../standards ]\n"
                       "plants: [ %s, binh-lu.yaml, nam-nhun.yaml, tan-uyen.yaml, sin-ho.yaml ]\n",
                       town);
    struct conf_mistakes m;
    struct conf_file *file = NULL;
    struct strbuf said;

    conf_mistakes_init(&m, 0);
    assert_int_equal(conf_load_text(DEMO_FOLDER "/year.yaml", text, (size_t)len, &file, &m), ERR_NONE);
    assert_int_equal(plants_load(&(struct plants_lists){ conf_get(conf_root(file), "profiles"),
                                                         conf_get(conf_root(file), "standards"),
                                                         conf_get(conf_root(file), "areas"),
                                                         conf_get(conf_root(file), "plants") },
                                 c, f, &m),
                     ERR_NONE);
    strbuf_init(&said, 1 << 16);
    conf_mistakes_write(&m, &said);
    if (m.mistakes > 0)
        fail_msg("%s", said.text);
    strbuf_clear(&said);
    conf_mistakes_clear(&m);
    return file;
}

/* Another version of a zone, before what stands behind it in the file. */
static void write_version(struct strbuf *to, const char *day, const char *rest)
{
    strbuf_printf(to, "      - from: %s\n%s        supply: continuous\n", day, rest);
}

/* The town's plant file with two more versions of zones from that day on. */
static void write_rezoned(const char *path, int64_t at_ms)
{
    static const char QT[] =
        "        flows: [ { point: lc.qt.flow_in, sign: in } ]\n"
        "        connections: 1190\n        people: 4720\n        elevation: [895, 940]\n"
        "        critical: [ lc.qt.critical_pressure ]\n",
                      DP[] = "        flows: [ { point: lc.dp.flow_in, sign: in } ]\n"
                             "        connections: 620\n        people: 2480\n        elevation: [880, 915]\n"
                             "        critical: [ lc.dp.critical_pressure ]\n";
    char day[CLOCK_TEXT_MAX], *text, *behind_qt, *behind_dp;
    struct strbuf out;
    size_t len;
    FILE *f;

    assert_int_equal(file_read(DEMO_FOLDER "/lai-chau.yaml", 1 << 20, &text, &len, NULL), ERR_NONE);
    behind_qt = strstr(text, "  - id: kvcn-dong-phong\n");
    assert_non_null(behind_qt);
    behind_dp = strstr(behind_qt + 1, "  - id: kvcn-");
    assert_non_null(behind_dp);
    wall_text((struct wall){ at_ms }, day);
    day[strlen("2026-01-01")] = '\0';
    strbuf_init(&out, 1 << 20);
    strbuf_add(&out, text, (size_t)(behind_qt - text));
    write_version(&out, day, QT);
    strbuf_add(&out, behind_qt, (size_t)(behind_dp - behind_qt));
    write_version(&out, day, DP);
    strbuf_puts(&out, behind_dp);
    f = fopen(path, "w");
    assert_non_null(f);
    assert_true(!out.failed && fwrite(out.text, 1, out.len, f) == out.len && fclose(f) == 0);
    strbuf_clear(&out);
    free(text);
}

static void read_demo(struct year *y)
{
    char path[128];

    (void)snprintf(path, sizeof path, "%s/lai-chau.yaml", y->folder);
    write_rezoned(path, y->rezoned_ms);
    y->file = read_plants("lai-chau.yaml", &y->catalogue, &y->field);
    y->later_file = read_plants(path, &y->later, &y->later_field);
}

/* Seldomer than in the demo: a year is long. */
static void slow_down(const struct pace *pace, struct catalogue *c, struct field *f)
{
    for (size_t w = 0; w < f->wire_count; w++)
        for (size_t d = 0; d < f->wires[w].device_count; d++) {
            struct device *device = &f->wires[w].devices[d];
            device->every_ms = pace->every_ms;
            for (size_t t = 0; t < device->tag_count; t++)
                c->points[device->tags[t].point].every_ms = pace->every_ms;
        }
    for (size_t i = 0; i < c->point_count; i++) {
        c->points[i].heartbeat_ms = CLOCK_HOUR_MS;
        c->points[i].deadband *= 10;
    }
    for (size_t i = 0; i < c->rule_count; i++) /* as --check asks for */
        if (c->rules[i].kind == RULE_STALE && c->rules[i].within_ms < SILENT_POLLS * pace->every_ms)
            c->rules[i].within_ms = SILENT_POLLS * pace->every_ms;
}

static struct year *have_a_year(int64_t days, unsigned restarts, const struct pace *pace, uint64_t seed)
{
    const char *tmp = getenv("TMPDIR");
    struct year *y = calloc(1, sizeof *y);

    assert_non_null(y);
    y->days = days;
    y->restarts = restarts;
    y->pace = pace;
    y->seed = seed;
    y->clock.now = (struct now){ { 1000000 }, { MIDNIGHT } };
    y->water_ms = MIDNIGHT;
    (void)snprintf(y->folder, sizeof y->folder, "%s/capnuoc-year-XXXXXX", tmp != NULL ? tmp : "/tmp");
    assert_non_null(mkdtemp(y->folder));
    draw_year(y);
    read_demo(y);
    slow_down(pace, &y->catalogue, &y->field);
    slow_down(pace, &y->later, &y->later_field);
    water_begin(seed, 0);
    start(y);
    y->all_s = -cpu_s();
    live(y);
    y->all_s += cpu_s();
    stop(y, true);
    water_end();
    return y;
}

static void end_year(struct year *y)
{
    char command[128];

    field_clear(&y->field);
    field_clear(&y->later_field);
    catalogue_clear(&y->catalogue);
    catalogue_clear(&y->later);
    conf_file_free(y->file);
    conf_file_free(y->later_file);
    (void)snprintf(command, sizeof command, "rm -rf '%s'", y->folder);
    assert_int_equal(system(command), 0); /* NOLINT(cert-env33-c): a name of our own */
    free(y);
}

static int64_t days = FEW_DAYS;
static unsigned restarts = FEW_RESTARTS;
static const struct pace *pace = &FINE;

static void a_year_of_the_province(void **state)
{
    uint64_t seed = test_seed("a_year_of_the_province");
    struct year *once = have_a_year(days, 0, pace, seed);
    struct sum sum = say(once);
    unsigned others = 0;

    (void)state;
    if (restarts > 0) {
        struct year *again = have_a_year(days, restarts, pace, seed);
        others = differences(once, again);
        end_year(again);
    }
    assert_int_equal(sum.overlooked, 0);
    assert_true(sum.false_alarms + sum.unexplained <= (days < YEAR_DAYS ? 2 * days : days));
    assert_int_equal(others, 0);
    end_year(once);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(a_year_of_the_province) };

    if (argc > 1)
        days = strtol(argv[1], NULL, 10);
    if (argc > 2)
        restarts = (unsigned)strtoul(argv[2], NULL, 10);
    if (argc > 3)
        pace = strcmp(argv[3], "coarse") == 0 ? &COARSE : &FINE;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
