#include "model/incident.h"

#define HOURS(n) ((int64_t)(n)*CLOCK_HOUR_MS)
#define NETWORK  "Kế hoạch thực hiện Chỉ thị 34/CT-TTg, II.6.2"
#define PIPES    "tối đa không quá 12h đối với mạng dịch vụ và 24h đối với ống phân phối và truyền tải"

static const struct incident_limit LIMITS[CLASS_COUNT] = {
    [CLASS_SERVICE_NETWORK] = { "service_network", "mạng dịch vụ", HOURS(12), true, NETWORK, PIPES },
    [CLASS_DISTRIBUTION_MAIN] = { "distribution_main", "ống phân phối", HOURS(24), true, NETWORK, PIPES },
    [CLASS_TRANSMISSION_MAIN] = { "transmission_main", "ống truyền tải", HOURS(24), true, NETWORK, PIPES },
    [CLASS_PLANT_EQUIPMENT] = { "plant_equipment", "thiết bị nhà máy", HOURS(24), true,
                                "Kế hoạch thực hiện Chỉ thị 34/CT-TTg, II.5",
                                "trong trường hợp có sự cố phải tập trung khắc phục kịp thời trong thời gian "
                                "24h" },
    [CLASS_SOURCE_LOSS] = { "source_loss", "mất nguồn nước", HOURS(24), false, "", "" },
    [CLASS_POWER_SUPPLY] = { "power_supply", "mất điện", HOURS(24), false, "", "" },
    [CLASS_WATER_QUALITY] = { "water_quality", "chất lượng nước", HOURS(24), false, "", "" },
    [CLASS_TELEMETRY] = { "telemetry", "mất tín hiệu", HOURS(24), false, "", "" },
    [CLASS_SECURITY] = { "security", "an ninh", HOURS(24), false, "", "" },
    [CLASS_SAFETY] = { "safety", "an toàn", HOURS(24), false, "", "" },
};

const struct incident_limit *incident_limit(enum incident_class c)
{
    return &LIMITS[c < CLASS_COUNT ? c : CLASS_TELEMETRY];
}

static const char *name_in(const char *const names[], size_t count, size_t n)
{
    return n < count ? names[n] : "unknown";
}

bool sides_differ(unsigned a, unsigned b)
{
    return a != b && a != SIDE_UNKNOWN && b != SIDE_UNKNOWN;
}

const char *evidence_name(enum evidence e)
{
    static const char *const NAMES[] = { "power",     "link",     "silence", "pump",    "equipment",
                                         "flow",      "pressure", "level",   "quality", "source",
                                         "intrusion", "leak",     "call",    "person" };
    _Static_assert(COUNT_OF(NAMES) == EVIDENCE_COUNT, "each kind of evidence has a name");
    return name_in(NAMES, COUNT_OF(NAMES), e);
}

const char *fact_name(enum fact_kind k)
{
    static const char *const NAMES[] = {
        "occurred",        "called",          "detected",     "known",           "reported",
        "assigned",        "on_site",         "verified",     "class_confirmed", "cause_found",
        "remedy_proposed", "remedy_approved", "repair_begun", "repaired",        "repair_confirmed",
        "restored",        "evaluated",       "closed",       "reopened",        "waiting",
        "waiting_over",    "reclassified",    "linked",       "unlinked",        "merged",
        "split",           "impact",          "large_effect", "duty_done",       "duty_waived",
        "acknowledged",    "measure",         "progress",     "clock_corrected",
    };
    _Static_assert(COUNT_OF(NAMES) == FACT_COUNT, "each kind of fact has a name");
    return name_in(NAMES, COUNT_OF(NAMES), k);
}

const char *clock_source_name(enum clock_source s)
{
    static const char *const NAMES[CLOCK_SOURCE_COUNT] = { "telemetry", "phone", "operator", "paper" };
    return name_in(NAMES, COUNT_OF(NAMES), s);
}

const char *on_time_name(enum on_time o)
{
    static const char *const NAMES[] = { "no_limit", "running", "yes", "no" };
    return name_in(NAMES, COUNT_OF(NAMES), o);
}

const char *incident_state_name(enum incident_state s)
{
    static const char *const NAMES[] = {
        "detected",           "reported",        "assigned",        "on_site",   "verified",
        "cause_found",        "remedy_proposed", "remedy_approved", "repairing", "repaired",
        "repair_unconfirmed", "restored",        "evaluated",       "closed",    "merged",
    };
    _Static_assert(COUNT_OF(NAMES) == INCIDENT_STATE_COUNT, "each state has a name");
    return name_in(NAMES, COUNT_OF(NAMES), s);
}

/* ---------------------------------------------------------------- clocks */

static int64_t limit_of(uint8_t class, const struct incident_targets *t)
{
    const struct incident_limit *l = incident_limit(class);

    return l->legal || t == NULL || t->ms[class] <= 0 ? l->limit_ms : t->ms[class];
}

struct incident_clock member_clock(const struct member *m, const struct incident_targets *t)
{
    int64_t ms = limit_of(m->class, t);

    return (struct incident_clock){
        m->start, { m->start.ms + ms }, ms, m->class, incident_limit(m->class)->legal
    };
}

/* A legal limit goes before any target; of laws the shorter, then what began first; of targets what is due
 * first, as each has a clock of its own. */
static bool stricter(const struct incident_clock *a, const struct incident_clock *b)
{
    if (a->legal != b->legal)
        return a->legal;
    if (!a->legal)
        return a->due.ms < b->due.ms;
    if (a->limit_ms != b->limit_ms)
        return a->limit_ms < b->limit_ms;
    return a->start.ms < b->start.ms;
}

/* What has no legal limit starts no legal clock.  INT64_MAX: nothing has one. */
static struct wall legal_start(const struct incident *i)
{
    struct wall start = { INT64_MAX };

    for (size_t k = 0; k < i->member_count; k++)
        if (incident_limit(i->members[k].class)->legal && i->members[k].start.ms < start.ms)
            start = i->members[k].start;
    return start;
}

struct wall incident_began(const struct incident *i)
{
    struct wall began = i->member_count > 0 ? i->members[0].start : i->opened;

    for (size_t k = 1; k < i->member_count; k++)
        if (i->members[k].start.ms < began.ms)
            began = i->members[k].start;
    return began;
}

struct incident_clock incident_clock(const struct incident *i, const struct incident_targets *t)
{
    bool all = incident_all_restored(i);
    struct incident_clock shown = { .limit_ms = 0 };

    for (size_t k = 0; k < i->member_count; k++) {
        const struct member *m = &i->members[k];
        struct incident_clock c = member_clock(m, t);
        if ((all || m->restored.ms == 0) && (shown.limit_ms == 0 || stricter(&c, &shown)))
            shown = c;
    }
    if (i->member_count == 0)
        return (struct incident_clock){ .start = i->opened, .due = i->opened, .class = CLASS_TELEMETRY };
    if (shown.legal)
        shown.start = legal_start(i);
    shown.due.ms = shown.start.ms + shown.limit_ms;
    return shown;
}

enum repair member_repair(const struct member *m, struct wall now)
{
    if (m->repaired.ms == 0)
        return REPAIR_NONE;
    if (m->repair_confirmed.ms != 0)
        return REPAIR_CONFIRMED;
    if (m->restored.ms != 0 && m->restored.ms <= m->repaired.ms + REPAIR_CONFIRM_MS)
        return REPAIR_CONFIRMED;
    /* from when it was told: nobody can agree with what is not said yet */
    return now.ms < m->claim_recorded.ms + REPAIR_CONFIRM_MS ? REPAIR_CLAIMED : REPAIR_UNCONFIRMED;
}

/* Who agrees late says how it is then, and not how it was: an old claim is not made good by it. */
static struct wall repair_ended(const struct member *m)
{
    bool by_readings = m->restored.ms != 0 && m->restored.ms <= m->repaired.ms + REPAIR_CONFIRM_MS;
    bool late =
        m->repair_confirmed.ms != 0 && m->repair_confirmed.ms >= m->claim_recorded.ms + REPAIR_CONFIRM_MS;

    return late && !by_readings ? m->repair_confirmed : m->repaired;
}

struct wall member_end(const struct member *m, struct wall now)
{
    enum repair r = member_repair(m, now);
    struct wall end = repair_ended(m);

    if (r == REPAIR_NONE || r == REPAIR_UNCONFIRMED)
        return m->restored;
    return m->restored.ms != 0 && m->restored.ms < end.ms ? m->restored : end;
}

static enum on_time judged(struct wall start, const struct member *m, struct wall now)
{
    const struct incident_limit *l = incident_limit(m->class);
    struct wall end = member_end(m, now);

    if (!l->legal)
        return ON_TIME_NO_LIMIT;
    if (end.ms == 0)
        return now.ms > start.ms + l->limit_ms ? ON_TIME_NO : ON_TIME_RUNNING;
    return end.ms <= start.ms + l->limit_ms ? ON_TIME_YES : ON_TIME_NO;
}

enum on_time member_on_time(const struct member *m, struct wall now)
{
    return judged(m->start, m, now);
}

enum on_time incident_on_time(const struct incident *i, struct wall now)
{
    /* one late member makes it late, one that runs makes it run */
    static const int WEIGHT[] = {
        [ON_TIME_NO_LIMIT] = 0, [ON_TIME_YES] = 1, [ON_TIME_RUNNING] = 2, [ON_TIME_NO] = 3
    };
    struct wall start = legal_start(i);
    enum on_time worst = ON_TIME_NO_LIMIT;

    for (size_t k = 0; k < i->member_count; k++) {
        enum on_time o = judged(start, &i->members[k], now);
        if (WEIGHT[o] > WEIGHT[worst])
            worst = o;
    }
    return worst;
}

bool incident_unsure(const struct incident *i)
{
    for (size_t k = 0; k < i->member_count; k++)
        if (i->members[k].unsure)
            return true;
    return false;
}

bool incident_all_restored(const struct incident *i)
{
    for (size_t k = 0; k < i->member_count; k++)
        if (i->members[k].restored.ms == 0)
            return false;
    return true;
}

bool incident_all_ended(const struct incident *i, struct wall now)
{
    for (size_t k = 0; k < i->member_count; k++)
        if (member_end(&i->members[k], now).ms == 0)
            return false;
    return true;
}

bool incident_class_confirmed(const struct incident *i)
{
    for (size_t k = 0; k < i->member_count; k++)
        if (incident_limit(i->members[k].class)->legal && !i->members[k].confirmed)
            return false;
    return true;
}

bool incident_unconfirmed(const struct incident *i, struct wall now)
{
    for (size_t k = 0; k < i->member_count; k++)
        if (i->members[k].restored.ms == 0 && member_repair(&i->members[k], now) == REPAIR_UNCONFIRMED)
            return true;
    return false;
}

/* ---------------------------------------------------------------- facts and state */

const struct fact *incident_fact(const struct incident *i, enum fact_kind k)
{
    for (size_t n = 0; n < i->fact_count; n++)
        if (i->facts[n].kind == k)
            return &i->facts[n];
    return NULL;
}

const struct fact *incident_last_fact(const struct incident *i, enum fact_kind k)
{
    for (size_t n = i->fact_count; n > 0; n--)
        if (i->facts[n - 1].kind == k)
            return &i->facts[n - 1];
    return NULL;
}

struct member *incident_member(struct incident *i, uint64_t id)
{
    for (size_t k = 0; k < i->member_count; k++)
        if (i->members[k].id == id)
            return &i->members[k];
    return NULL;
}

static enum incident_state state_by(uint8_t kind)
{
    static const uint8_t STATES[FACT_COUNT] = {
        [FACT_REPORTED] = INCIDENT_REPORTED,
        [FACT_ASSIGNED] = INCIDENT_ASSIGNED,
        [FACT_ON_SITE] = INCIDENT_ON_SITE,
        [FACT_VERIFIED] = INCIDENT_VERIFIED,
        [FACT_CAUSE_FOUND] = INCIDENT_CAUSE_FOUND,
        [FACT_REMEDY_PROPOSED] = INCIDENT_REMEDY_PROPOSED,
        [FACT_REMEDY_APPROVED] = INCIDENT_REMEDY_APPROVED,
        [FACT_REPAIR_BEGUN] = INCIDENT_REPAIRING,
    };
    return STATES[kind]; /* what is not named here moves no state: detected */
}

enum incident_state incident_state(const struct incident *i, struct wall now)
{
    enum incident_state s = INCIDENT_DETECTED;

    if (i->merged_into != 0)
        return INCIDENT_MERGED;
    if (i->closed)
        return INCIDENT_CLOSED;
    if (i->member_count > 0 && incident_all_restored(i)) {
        const struct fact *evaluated = incident_last_fact(i, FACT_EVALUATED);
        const struct fact *reopened = incident_last_fact(i, FACT_REOPENED);
        return evaluated != NULL && (reopened == NULL || reopened < evaluated) ? INCIDENT_EVALUATED
                                                                               : INCIDENT_RESTORED;
    }
    if (incident_unconfirmed(i, now))
        return INCIDENT_REPAIR_UNCONFIRMED;
    if (i->member_count > 0 && incident_all_ended(i, now))
        return INCIDENT_REPAIRED;
    for (size_t n = 0; n < i->fact_count; n++)
        if (state_by(i->facts[n].kind) > s)
            s = state_by(i->facts[n].kind);
    return s;
}

const struct fact *incident_waiting(const struct incident *i)
{
    const struct fact *waits = incident_last_fact(i, FACT_WAITING);
    const struct fact *over = incident_last_fact(i, FACT_WAITING_OVER);

    return waits != NULL && (over == NULL || over < waits) ? waits : NULL;
}

bool incident_approved_late(const struct incident *i, const struct incident_targets *t)
{
    const struct fact *approved = incident_fact(i, FACT_REMEDY_APPROVED);

    return approved != NULL && approved->claimed.ms > incident_clock(i, t).due.ms;
}
