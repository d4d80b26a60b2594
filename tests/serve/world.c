#include "world.h"

#include <math.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "seal/seal.h"

#define MUST(x)                                                                                              \
    do {                                                                                                     \
        if ((x) != ERR_NONE) {                                                                               \
            (void)fprintf(stderr, "%s:%d %s: %s\n", __FILE__, __LINE__, #x, why.text);                       \
            abort();                                                                                         \
        }                                                                                                    \
    } while (0)

/* The same where nobody tells why. */
#define MUST_ADD(x)                                                                                          \
    do {                                                                                                     \
        struct fault why = { 0 };                                                                            \
        MUST(x);                                                                                             \
    } while (0)

/* ------------------------------------------------------------------ present */

static struct snapshot *take(void *self)
{
    struct world *w = self;
    struct snapshot *s;

    (void)pthread_mutex_lock(&w->lock);
    s = w->now == NULL ? NULL : snapshot_hold(w->now);
    (void)pthread_mutex_unlock(&w->lock);
    return s;
}

static size_t wire_count(void *self)
{
    (void)self;
    return 2;
}

static void wire(void *self, size_t i, struct wire_status *out, struct device_status *devices, size_t max)
{
    (void)self;
    *out = (struct wire_status){ .state = i == 0 ? WIRE_UP : WIRE_DOWN,
                                 .p50_ms = i == 0 ? 12.5 : NAN,
                                 .p99_ms = i == 0 ? 40 : NAN,
                                 .transactions = 7,
                                 .busy_answers = 3,
                                 .other_units = 2,
                                 .load_planned = 0.125,
                                 .load_measured = 1.0 / 3,
                                 .device_count = 1 };
    (void)snprintf(out->id, sizeof out->id, "plc-%zu", i + 1);
    (void)snprintf(out->endpoint, sizeof out->endpoint, "127.0.0.1:%zu", 5020 + i);
    if (i == 0)
        out->since = out->last_valid_reply = (struct wall){ 1795435838123 };
    else
        (void)snprintf(out->last_error, sizeof out->last_error, "no answer \"in\" 800ms");
    if (max > 0)
        devices[0] = (struct device_status){ .id = "pump",
                                             .unit = 1,
                                             .state = DEVICE_UP,
                                             .every_ms = 2000,
                                             .points = 3,
                                             .trust = 10,
                                             .stands_still = i == 0,
                                             .overruns = 4,
                                             .identity = { i == 0 ? 'S' : '\0', 'N', '"', '7' },
                                             .lessons = { .most = i == 0 ? 60 : 0,
                                                          .cuts = 1,
                                                          .missing = i == 0 ? 2 : 40,
                                                          .first = { { 3, 107 }, { 4, 9 } } } };
}

/* ------------------------------------------------------------------ doors */

static bool admit(void *self, const struct knock *k, struct now now, struct visitor *out)
{
    struct world *w = self;
    const char *token = k->token, *session = k->session;
    const char *supplier = token == NULL                     ? NULL
                           : strcmp(token, CITY_TOKEN) == 0  ? "cn-lai-chau"
                           : strcmp(token, RURAL_TOKEN) == 0 ? "htx-sin-ho"
                                                             : NULL;
    bool in, operates = token != NULL && (supplier != NULL || strcmp(token, OPERATOR_TOKEN) == 0);

    (void)pthread_mutex_lock(&w->lock);
    in = operates || (token != NULL && strcmp(token, TOKEN) == 0) ||
         (session != NULL && w->session[0] != '\0' && strcmp(session, w->session) == 0);
    (void)pthread_mutex_unlock(&w->lock);
    w->peer = k->peer;
    *out = (struct visitor){ .role = operates                       ? ROLE_OPERATOR
                                     : in && w->role != ROLE_NOBODY ? w->role
                                     : in                           ? ROLE_VIEWER
                                                                    : ROLE_NOBODY,
                             .name = "viewer",
                             .leads = w->leads,
                             .person = w->role != ROLE_NOBODY || w->is_person };
    if (supplier != NULL)
        (void)snprintf(out->supplier, sizeof out->supplier, "%s", supplier);
    if (token == NULL && in)
        out->expires.ms = now.wall.ms + 1000;
    return in;
}

static enum err sign_in(void *self, const char *token, struct now now, char session[DOORS_SECRET_TEXT],
                        struct visitor *out, struct fault *why)
{
    struct world *w = self;

    if (w->sign_in_as != ERR_NONE)
        return fault_set(why, w->sign_in_as, "no");
    if (strcmp(token, TOKEN) != 0)
        return fault_set(why, ERR_DENIED, "no");
    (void)pthread_mutex_lock(&w->lock);
    seal_token(w->session);
    (void)snprintf(session, DOORS_SECRET_TEXT, "%s", w->session);
    (void)pthread_mutex_unlock(&w->lock);
    *out = (struct visitor){ .role = ROLE_VIEWER, .name = "viewer", .expires = { now.wall.ms + 3600000 } };
    return ERR_NONE;
}

/* Nobody has an account here: what is asked for is not there. */
static enum err act(void *self, const struct door_ask *ask,
                    void (*done)(void *ticket, const struct door_answer *a), void *ticket, struct fault *why)
{
    struct door_answer a = { .code = ERR_MISSING };

    (void)self;
    (void)ask;
    (void)why;
    done(ticket, &a);
    return ERR_NONE;
}

static size_t no_tokens(void *self, struct api_token *out, size_t max)
{
    (void)self;
    (void)out;
    (void)max;
    return 0;
}

static size_t no_sessions(void *self, const char *account, struct now now, struct session_info *out,
                          size_t max)
{
    (void)self;
    (void)account;
    (void)now;
    (void)out;
    (void)max;
    return 0;
}

static size_t end_none(void *self, const char *account, const char *id, const struct actor *by)
{
    (void)by;
    (void)self;
    (void)account;
    (void)id;
    return 0;
}

static void sign_out(void *self, const char *session)
{
    struct world *w = self;

    (void)pthread_mutex_lock(&w->lock);
    if (strcmp(session, w->session) == 0)
        w->session[0] = '\0';
    (void)pthread_mutex_unlock(&w->lock);
}

static unsigned turn(void *self)
{
    (void)self;
    return 0;
}

/* ------------------------------------------------------------------ what people tell */

static enum err tell(void *self, const struct hand *h, const struct actor *by,
                     void (*answer)(void *ticket, enum err code, bool known, const struct hand *is,
                                    const struct fault *why),
                     void *ticket, struct fault *why)
{
    struct world *w = self;
    struct fault refusal;

    w->by = *by;
    bool known;

    if (w->told_code == ERR_FULL)
        return fault_set(why, ERR_FULL, "full");
    if (w->told_code != ERR_NONE) {
        enum err rc = fault_say(&refusal, w->told_code, "thời điểm đó chưa đến", "its time has not come yet");
        answer(ticket, rc, false, NULL, &refusal);
        return ERR_NONE;
    }
    (void)pthread_mutex_lock(&w->lock);
    known = w->has_told && hand_same(&w->told, h);
    w->told = *h;
    w->has_told = true;
    (void)pthread_mutex_unlock(&w->lock);
    w->told.quality = h->kind == HAND_READING ? QUALITY_GOOD : 0;
    answer(ticket, ERR_NONE, known, &w->told, NULL);
    return ERR_NONE;
}

static size_t told(void *self, enum hand_kind kind, uint64_t point, struct hand *out, size_t max)
{
    struct world *w = self;

    if (!w->has_told || max == 0 || w->told.kind != kind || (point != 0 && w->told.point != point))
        return 0;
    *out = w->told;
    return 1;
}

static struct alarm_list *open_alarms(void *self)
{
    struct world *w = self;
    struct alarm_list *l = alarm_list_new(w->alarm.id != 0, &w->catalogue);

    if (l == NULL)
        return NULL;
    if (w->alarm.id != 0)
        l->items[0] = w->alarm;
    l->at.ms = 1795435838123;
    return l;
}

static enum err act_on_alarm(void *self, const struct alarm_act *act, const struct actor *by,
                             void (*answer)(void *ticket, enum err code, bool known, const struct alarm *is,
                                            const struct fault *why),
                             void *ticket, struct fault *why)
{
    struct world *w = self;
    struct fault refusal;

    if (w->act_code == ERR_FULL)
        return fault_set(why, ERR_FULL, "full");
    w->act = *act;
    w->by = *by;
    if (w->act_code != ERR_NONE) {
        enum err rc = fault_set(&refusal, w->act_code, "it is acknowledged already");
        answer(ticket, rc, false, NULL, &refusal);
        return ERR_NONE;
    }
    w->alarm.core = ALARM_ACKNOWLEDGED;
    answer(ticket, ERR_NONE, false, &w->alarm, NULL);
    return ERR_NONE;
}

static struct shift_list *known_shifts(void *self)
{
    struct world *w = self;

    return w->shifts == NULL ? shift_list_new(0, 0) : shift_list_hold(w->shifts);
}

static enum err act_on_shift(void *self, const struct shift_act *act, const struct actor *by,
                             void (*answer)(void *ticket, enum err code, bool known,
                                            const struct shift_told *is, const struct fault *why),
                             void *ticket, struct fault *why)
{
    struct world *w = self;
    struct shift_told told = { .is = { .id = 0xabc, .state = SHIFT_ON, .who = "lan" }, .entry = act->entry };
    struct fault refusal;

    if (w->act_code == ERR_FULL)
        return fault_set(why, ERR_FULL, "full");
    w->shift_act = *act;
    w->shift_act.sheet = NULL;
    (void)snprintf(w->shift_sheet, sizeof w->shift_sheet, "%s", act->sheet == NULL ? "" : act->sheet->text);
    w->by = *by;
    if (w->act_code != ERR_NONE) {
        enum err rc = fault_set(&refusal, w->act_code, "it is over already");
        answer(ticket, rc, false, NULL, &refusal);
        return ERR_NONE;
    }
    told.entry.id = 0xe1;
    told.entry.n = 1;
    answer(ticket, ERR_NONE, false, &told, NULL);
    return ERR_NONE;
}

static const char SHEET[] = "H\t\tminh\t1\t\tlan\t2026-11-20T07:00:00+07:00\nS\tincidents\t0\n";

/* Two, or the one that is asked for; of a site, two entries. */
static enum err past_shifts(void *self, const struct shift_past_ask *ask, int client,
                            void (*done)(void *ticket, enum err code, const struct shift_list *list,
                                         const struct fault *why),
                            void *ticket, struct fault *why)
{
    struct world *w = self;
    const bool notes = ask->site[0] != '\0';
    struct shift_list *l = shift_list_new(notes ? 0 : ask->id == 0 ? 2 : ask->id == 0x77, notes ? 2 : 0);

    (void)client;
    w->shift_past = *ask;
    if (w->history_mode == HISTORY_REFUSE) {
        shift_list_drop(l);
        return fault_set(why, w->history_code, "no");
    }
    for (size_t i = 0; i < l->shift_count; i++)
        l->shifts[i] = (struct shift){ .id = 0x77 - i,
                                       .state = SHIFT_HANDED,
                                       .who = "minh",
                                       .to = "lan",
                                       .from = { 1795000000000 },
                                       .taken = { 1795000000000 - (int64_t)i },
                                       .offered = { 1795000000001 },
                                       .ended = { 1795000000002 } };
    for (size_t i = 0; i < l->entry_count; i++)
        l->entries[i] = (struct shift_entry){ .id = 0x55 - i,
                                              .shift = 0x77,
                                              .n = 2,
                                              .kind = SHIFT_NOTE,
                                              .key = "old-note",
                                              .who = "minh",
                                              .claimed = { 1795000000000 },
                                              .recorded = { 1795000000000 },
                                              .text = "thay ron" };
    if (ask->id == 0x77)
        l->sheets[0] = shift_sheet_new(SHEET, strlen(SHEET));
    done(ticket, w->history_code, l, NULL);
    shift_list_drop(l);
    return ERR_NONE;
}

/* Three of them: who takes shifts, who is disabled, who may not. */
static size_t some_accounts(void *self, struct account *out, size_t max)
{
    static const struct account ALL[] = { { .name = "lan", .full_name = "Lò Thị Lan", .role = ROLE_OPERATOR },
                                          { .name = "gone", .role = ROLE_OPERATOR, .disabled = true },
                                          { .name = "watcher", .role = ROLE_VIEWER } };

    if (((struct world *)self)->shifts == NULL)
        return 0;
    memcpy(out, ALL, (max < COUNT_OF(ALL) ? max : COUNT_OF(ALL)) * sizeof *ALL);
    return COUNT_OF(ALL);
}

/* Those, and one that was removed. */
static bool person(void *self, const char *name, struct account *out)
{
    (void)self;
    if (strcmp(name, "lan") == 0)
        *out = (struct account){ .name = "lan", .full_name = "Lò Thị <Lan>", .role = ROLE_OPERATOR };
    else if (strcmp(name, "minh") == 0)
        *out = (struct account){ .name = "minh", .full_name = "Vàng A Minh", .leads = true, .removed = true };
    else
        return false;
    return true;
}

static size_t known_modes(void *self, struct mode *out, size_t max)
{
    struct world *w = self;
    size_t n = w->mode_count < max ? w->mode_count : max;

    memcpy(out, w->modes, n * sizeof *out);
    return n;
}

static enum err act_on_mode(void *self, const struct mode_act *act, const struct actor *by,
                            void (*answer)(void *ticket, enum err code, bool known, const struct mode *is,
                                           const struct fault *why),
                            void *ticket, struct fault *why)
{
    struct world *w = self;
    struct fault refusal;
    struct mode is = act->mode;

    if (w->act_code == ERR_FULL)
        return fault_set(why, ERR_FULL, "full");
    w->mode_act = *act;
    w->by = *by;
    if (w->act_code != ERR_NONE) {
        enum err rc = fault_set(&refusal, w->act_code, "it has ended already");
        answer(ticket, rc, false, NULL, &refusal);
        return ERR_NONE;
    }
    if (act->ends) {
        is = w->modes[0];
        is.end = MODE_ENDED;
        is.ended = is.until;
    }
    answer(ticket, ERR_NONE, false, &is, NULL);
    return ERR_NONE;
}

static size_t known_preventions(void *self, struct prevention *out, size_t max)
{
    struct world *w = self;
    size_t n = w->prevention_count < max ? w->prevention_count : max;

    memcpy(out, w->preventions, n * sizeof *out);
    return n;
}

static enum err act_on_prevention(void *self, const struct prevention_act *act, const struct actor *by,
                                  void (*answer)(void *ticket, enum err code, bool known,
                                                 const struct prevention *is, const struct fault *why),
                                  void *ticket, struct fault *why)
{
    struct world *w = self;
    struct fault refusal;
    struct prevention is = act->is;

    if (w->act_code == ERR_FULL)
        return fault_set(why, ERR_FULL, "full");
    w->prevention_act = *act;
    w->by = *by;
    if (w->act_code != ERR_NONE) {
        enum err rc = fault_say(&refusal, w->act_code, "việc này đã kết thúc", "it has ended already");
        answer(ticket, rc, false, NULL, &refusal);
        return ERR_NONE;
    }
    is.entered.ms = 1795435838123;
    answer(ticket, ERR_NONE, false, &is, NULL);
    return ERR_NONE;
}

/* One at each supplier's site. */
static enum err find_spots(void *self, struct wall now, int client,
                           void (*done)(void *ticket, enum err code, const struct spot_candidates *found,
                                        const struct fault *why),
                           void *ticket, struct fault *why)
{
    struct world *w = self;
    struct spot_incident incident = {
        .place = "nmn-lai-chau", .node = "n", .incident = 1024, .start = now, .count = 3
    };
    struct spot_candidate list[2] = { { .site = "nmn-lai-chau",
                                        .count = 3,
                                        .low = NAN,
                                        .lowest = NAN,
                                        .highest = NAN,
                                        .incident_count = 1 },
                                      { .reason = SPOT_LOW_PRESSURE,
                                        .site = "tram-bom",
                                        .zone = "vung-2",
                                        .point = "p",
                                        .count = 30,
                                        .known = 700,
                                        .low = 1,
                                        .lowest = 0.2,
                                        .highest = NAN } };
    const struct spot_candidates found = { .at = now,
                                           .rules = { 3, 365, 24, 30, 40 },
                                           .facts = { &incident, 1, NULL, 0 },
                                           .list = list,
                                           .count = 2 };

    (void)client;
    (void)why;
    done(ticket, w->spots_code, w->spots_code == ERR_NONE ? &found : NULL, NULL);
    return ERR_NONE;
}

/* As SQL does it: of another supplier's points nothing is found. */
static bool sees_first_point(const struct world *w, const struct alarm_past_ask *ask)
{
    const struct catalogue *c = &w->catalogue;
    const struct system *system = &c->systems[c->sites[c->points[0].site].system];

    return ask->supplier[0] == '\0' || strcmp(c->suppliers[system->supplier].id, ask->supplier) == 0;
}

static enum err ask_past(void *self, const struct alarm_past_ask *ask, int client,
                         void (*done)(void *ticket, enum err code, struct alarm_past *result,
                                      const struct fault *why),
                         void *ticket, struct fault *why)
{
    struct world *w = self;
    struct alarm_past past = { .more = true, .count = w->alarm.id != 0, .all = 7 };
    struct fault refusal;

    (void)client;
    (void)why;
    w->past = *ask;
    if (w->act_code != ERR_NONE) {
        enum err rc = fault_set(&refusal, w->act_code, "away");
        done(ticket, rc, NULL, &refusal);
        return ERR_NONE;
    }
    past.alarms = calloc(1, sizeof *past.alarms);
    past.rings = calloc(3, sizeof *past.rings);
    past.alarms[0] = (struct past_alarm){ .alarm = w->alarm, .closed = { 1795435839123 } };
    past.alarms[0].alarm.end = ALARM_ENDED;
    past.alarms[0].alarm.core = ALARM_NORMAL;
    past.alarms[0].saw = w->saw;
    past.alarms[0].put_away = w->put_away;
    past.ring_count = sees_first_point(w, ask) ? 3 : 0;
    for (int i = 0; i < 3; i++)
        past.rings[i] = (struct alarm_ring){ .at = { ask->from.ms + i * 1000 },
                                             .point = w->catalogue.points[0].key,
                                             .rule = 9,
                                             .name = "high",
                                             .severity = SEVERITY_HIGH };
    done(ticket, ERR_NONE, &past, NULL);
    return ERR_NONE;
}

static enum err hand_over(void *self, const struct handed_ask *ask, int client,
                          void (*done)(void *ticket, enum err code, const struct handed_answer *answer,
                                       const struct fault *why),
                          void *ticket, struct fault *why)
{
    struct world *w = self;
    struct handed_row row = { .from = "field",
                              .step = STEP_PROGRESS,
                              .state = ask->verb == HANDED_PUT ? HANDED_WAITING : HANDED_REFUSED,
                              .told = { 1795435838123 } };
    const struct handed_answer answer = { w->handed_outcome, &row, 1 };
    struct fault refusal;

    (void)client;
    (void)why;
    w->handed = *ask;
    (void)snprintf(row.key, sizeof row.key, "%s", ask->verb == HANDED_PUT ? ask->step.act.key : ask->key);
    (void)snprintf(row.reason, sizeof row.reason, "%s", ask->verb == HANDED_PUT ? "" : "no_cause");
    if (w->act_code != ERR_NONE) {
        enum err rc = fault_set(&refusal, w->act_code, "away");
        done(ticket, rc, NULL, &refusal);
        return ERR_NONE;
    }
    done(ticket, ERR_NONE, &answer, NULL);
    return ERR_NONE;
}

/* What SQL does with supplier and span is tried with SQL; here one is kept, of the node that is told. */
static enum err ask_past_incidents(void *self, const struct incident_past_ask *ask, int client,
                                   void (*done)(void *ticket, enum err code, struct incident_past *result,
                                                const struct fault *why),
                                   void *ticket, struct fault *why)
{
    struct world *w = self;
    struct incident_past past = { .more = true };
    struct fault refusal;

    (void)client;
    (void)why;
    w->incident_past = *ask;
    if (w->act_code != ERR_NONE) {
        enum err rc = fault_set(&refusal, w->act_code, "away");
        done(ticket, rc, NULL, &refusal);
        return ERR_NONE;
    }
    if (ask->book) {
        past.lines = calloc(3, sizeof *past.lines);
        past.line_count = 3;
        past.lines[0] = (struct book_line){ .at = { 1795435838123 },
                                            .recorded = { 1795435838123 },
                                            .kind = BOOK_FACT,
                                            .word = FACT_CAUSE_FOUND,
                                            .code = CAUSE_BURST,
                                            .node = "field",
                                            .subject = "77",
                                            .place = "Trạm <1>",
                                            .value = NAN,
                                            .other = NAN,
                                            .who = "=lan",
                                            .note = "<b>" };
        past.lines[1] = (struct book_line){ .at = { 1795435839123 },
                                            .kind = BOOK_SERVICE,
                                            .node = "field",
                                            .subject = "Bơm 1",
                                            .value = 1200.5,
                                            .other = NAN };
        past.lines[2] = (struct book_line){ .at = { 1795435839123 },
                                            .kind = BOOK_FACT,
                                            .word = FACT_LARGE_EFFECT,
                                            .detail = LARGE_SAID_NO,
                                            .node = "field",
                                            .subject = "77",
                                            .value = NAN,
                                            .other = NAN,
                                            .who = "lan" };
        done(ticket, ERR_NONE, &past, NULL);
        return ERR_NONE;
    }
    past.items = calloc(1, sizeof *past.items);
    past.letters = calloc(1, sizeof *past.letters);
    if (w->kept.id != 0 && (ask->id == 0 || ask->id == w->kept.id)) {
        past.items[0].is = malloc(sizeof *past.items[0].is);
        *past.items[0].is = w->kept;
        past.items[0].start = w->kept.members[0].start;
        (void)snprintf(past.items[0].node, ID_MAX, "%s", w->kept_node);
        past.count = 1;
    }
    if (ask->letters && past.count > 0) {
        past.letter_count = 1;
        past.letters[0] = (struct letter){ .about = { .incident = ask->id, .kind = OUT_OVERDUE },
                                           .to = "lan",
                                           .state = LETTER_SENT };
    }
    done(ticket, ERR_NONE, &past, NULL);
    return ERR_NONE;
}

static struct incident_list *incidents_now(void *self)
{
    struct world *w = self;
    struct incident_list *l = incident_list_new(w->incident.id != 0, &w->catalogue);

    if (l == NULL)
        return NULL;
    if (w->incident.id != 0)
        l->items[0] = incident_copy_new(&w->incident, 1);
    l->at.ms = 1795435838123;
    return l;
}

static enum err act_on_incident(void *self, const struct incident_act *act, const struct actor *by,
                                void (*answer)(void *ticket, enum err code, enum refusal refusal, bool known,
                                               struct incident_copy *is, const struct fault *why),
                                void *ticket, struct fault *why)
{
    struct world *w = self;
    struct incident_copy *is;
    struct fault refusal;

    if (w->incident_code == ERR_FULL)
        return fault_set(why, ERR_FULL, "full");
    w->incident_act = *act;
    w->by = *by;
    if (w->incident_code != ERR_NONE) {
        enum err rc = fault_set(&refusal, w->incident_code, "no");
        answer(ticket, rc, w->incident_refusal, false, NULL, &refusal);
        return ERR_NONE;
    }
    is = incident_copy_new(&w->incident, 2);
    answer(ticket, is == NULL ? ERR_MEMORY : ERR_NONE, REFUSED_NOTHING, false, is, NULL);
    incident_copy_drop(is);
    return ERR_NONE;
}

/* One issued report of theirs, whoever asks. */
static enum err ask_report(void *self, const struct report_ask *a, int client,
                           void (*done)(void *ticket, enum err code, const struct report_answer *answer,
                                        const struct fault *why),
                           void *ticket, struct fault *why)
{
    static const char TEXT[] = "the report";
    struct world *w = self;
    struct report_item item = { .kind = REPORT_INCIDENTS,
                                .from = 20000,
                                .to = 20029,
                                .version = 1,
                                .issued = { 1795435838123 },
                                .by = "lan" };
    const struct report_answer answer = { .items = &item,
                                          .count = a->verb != REPORT_PREVIEW,
                                          .more = a->verb == REPORT_LIST && a->before.ms == INT64_MAX,
                                          .text = TEXT,
                                          .len = sizeof TEXT - 1 };
    struct fault no = { .code = w->report_code };

    (void)client;
    w->report = *a;
    memcpy(item.supplier, a->supplier, sizeof item.supplier);
    report_id(&item);
    item.hash[a->format] = seal_hash(TEXT, sizeof TEXT - 1);
    if (w->report_code == ERR_FULL)
        return fault_set(why, ERR_FULL, "no");
    done(ticket, a->verb == REPORT_FETCH && strcmp(a->id, item.id) != 0 ? ERR_MISSING : w->report_code,
         &answer, &no);
    return ERR_NONE;
}

static enum err make_portal(void *self, enum portal_kind kind, const struct scope *scope, const char *since,
                            struct strbuf *body, struct fault *why)
{
    struct world *w = self;

    w->portal_kind = kind;
    (void)snprintf(w->portal_supplier, sizeof w->portal_supplier, "%s", scope->supplier);
    (void)snprintf(w->portal_since, sizeof w->portal_since, "%s", since == NULL ? "-" : since);
    if (w->portal_code != ERR_NONE)
        return fault_set(why, w->portal_code, "no");
    strbuf_printf(body, "{\"body\":%u}", ++w->portal_bodies);
    return ERR_NONE;
}

static void seal_portal(void *self, const void *bytes, size_t len, char out[PORTAL_SEAL_MAX])
{
    (void)self;
    (void)snprintf(out, PORTAL_SEAL_MAX, "key=0; ed25519=%.*s", (int)len, (const char *)bytes);
}

static void portal_keys(void *self, struct strbuf *body)
{
    (void)self;
    strbuf_puts(body, "{\"keys\":[]}");
}

/* ------------------------------------------------------------------ history */

struct series world_series(bool raw)
{
    struct series s = { .raw = raw, .count = 2, .width_ms = 60000 };

    if (raw) {
        s.samples = calloc(2, sizeof *s.samples);
        s.samples[0] = (struct series_sample){ { 1795435838123 }, 1.25, QUALITY_GOOD, REASON_NONE };
        s.samples[1] = (struct series_sample){ { 1795435839123 }, NAN, QUALITY_BAD, REASON_NO_ANSWER };
    } else {
        s.buckets = calloc(2, sizeof *s.buckets);
        s.buckets[0] = (struct series_bucket){ { 1795435800000 }, -1, 2, 0.5, 0.75, 9 };
        s.buckets[1] = (struct series_bucket){ { 1795435860000 }, NAN, NAN, NAN, 0, 0 };
    }
    return s;
}

/* A page: two readings, then nothing for the rest of an hour. */
static struct series page_of(const struct series_ask *a)
{
    int64_t next = a->from.ms + CLOCK_HOUR_MS;
    struct series s = world_series(true);

    s.samples[0].at = a->from;
    s.samples[1].at.ms = a->from.ms + 1;
    s.until.ms = next < a->to.ms ? next : a->to.ms;
    return s;
}

static void give(struct world *w, const struct pending *p, enum err code)
{
    struct series s = { 0 };
    struct fault why = { .code = code };

    (void)snprintf(why.text, sizeof why.text, "the double says so");
    if (code == ERR_NONE)
        s = p->ask.page ? page_of(&p->ask) : world_series(w->history_raw);
    p->done(p->ticket, code, &s, &why);
}

enum err world_ask(void *self, const struct series_ask *a, int client,
                   void (*done)(void *ticket, enum err code, struct series *result, const struct fault *why),
                   void *ticket, struct fault *why)
{
    struct world *w = self;
    struct pending p = { done, ticket, *a };

    (void)pthread_mutex_lock(&w->lock);
    w->last_client = client;
    if (w->history_mode == HISTORY_HOLD && w->pending_count < WORLD_PENDING_MAX)
        w->pending[w->pending_count++] = p;
    (void)pthread_mutex_unlock(&w->lock);
    if (w->history_mode == HISTORY_REFUSE)
        return fault_set(why, w->history_code, "refused");
    if (w->history_mode == HISTORY_NOW)
        give(w, &p, w->history_code);
    return ERR_NONE;
}

static enum err count(void *self, const struct volume_ask *a, int client,
                      void (*done)(void *ticket, enum err code, const struct volume_answer *result,
                                   const struct fault *why),
                      void *ticket, struct fault *why)
{
    struct world *w = self;
    const struct volume_day days[] = { { a->first, w->nothing_stored ? NAN : 12.5,
                                         w->nothing_stored ? NAN : 0.5, w->nothing_stored ? 0 : 1 },
                                       { a->first + 1, NAN, NAN, 0.25 } };
    const struct volume_correction exchange = {
        { (int64_t)a->first * CLOCK_DAY_MS + 3600000 }, "exchanged", 81234.5, 0, 2
    };
    const struct volume_answer answer = { days, a->days < 2 ? a->days : 2, &exchange, !w->nothing_stored, 3 };
    struct fault told = { .code = w->history_code };

    (void)snprintf(told.text, sizeof told.text, "the double says so");
    w->counted = *a;
    w->last_client = client;
    if (w->history_mode == HISTORY_REFUSE)
        return fault_set(why, w->history_code, "refused");
    done(ticket, w->history_code, w->history_code == ERR_NONE ? &answer : NULL, &told);
    return ERR_NONE;
}

static enum err read_acts(void *self, const struct trail_ask *a, int client,
                          void (*done)(void *ticket, enum err code, const struct trail_page *page,
                                       const struct fault *why),
                          void *ticket, struct fault *why)
{
    struct world *w = self;
    static const struct audit_stored ROWS[] = {
        { "lai-chau",
          1795435838123,
          { .seq = 8,
            .entry = { .at = { 1795435838123 },
                       .by = { ACTOR_ACCOUNT, "lan", "2001:db8::7" },
                       .action = "value.force",
                       .subject = "point:lc.q1",
                       .after = "{\"value\":3}" },
            .person = { { 7 } },
            .hash = { { 0xA5 } } } },
        { "x\xC3", -4, { .seq = 1, .entry = { .by = { 77, "\xFF", "" }, .before = "{\"" } } },
    };
    const struct trail_page page = { ROWS, 2, w->older_acts, { 1795435838123000, 2, 7, "lai-chau" } };
    struct fault told = { .code = w->history_code };

    (void)snprintf(told.text, sizeof told.text, "the double says so");
    w->trail = *a;
    w->last_client = client;
    if (w->history_mode == HISTORY_REFUSE)
        return fault_set(why, w->history_code, "refused");
    done(ticket, w->history_code, &page, &told);
    return ERR_NONE;
}

bool world_pending(struct world *w, size_t n)
{
    struct mono until = { mono_read().ms + 8000 };
    size_t have = 0;

    while (have < n && mono_read().ms < until.ms) {
        struct timespec a_little = { .tv_nsec = 1000000 };
        (void)pthread_mutex_lock(&w->lock);
        have = w->pending_count;
        (void)pthread_mutex_unlock(&w->lock);
        (void)nanosleep(&a_little, NULL);
    }
    return have >= n;
}

void world_answer(struct world *w, enum err code)
{
    struct pending p;

    (void)pthread_mutex_lock(&w->lock);
    p = w->pending[0];
    w->pending_count--;
    memmove(w->pending, w->pending + 1, w->pending_count * sizeof p);
    (void)pthread_mutex_unlock(&w->lock);
    give(w, &p, code);
}

/* ------------------------------------------------------------------ health, clock, assets */

static size_t parts(void *self, struct part *out)
{
    struct world *w = self;

    out[0] = (struct part){ .name = "journal", .state = PART_OK, .text = "fsync 3 ms" };
    out[1] = (struct part){ .name = "database", .state = w->database, .text = "x" };
    return 2;
}

static void metrics(void *self, void (*sample)(void *ctx, const struct metric *m), void *ctx)
{
    struct metric m = { "capnuoc_wire_up", "Line\none \\ two", "gauge", "wire=\"a\\\"b\"", 1 };

    (void)self;
    sample(ctx, &m);
    (void)snprintf(m.labels, sizeof m.labels, "wire=\"c\"");
    m.value = NAN;
    sample(ctx, &m);
    (void)snprintf(m.labels, sizeof m.labels, "wire=\"d\nforged 1\"");
    sample(ctx, &m);
}

static struct now read_clock(void *self)
{
    (void)self;
    return (struct now){ mono_read(), wall_read() };
}

static const unsigned char PAGE[] = "<!doctype html><title>Cấp nước</title>";
static const unsigned char SCRIPT[] = "console.log(1)";
static const unsigned char PACKED[] = "\x1f\x8b not really";
static const struct asset FILES[] = {
    { "/", "text/html; charset=utf-8", "\"page1\"", false, PACKED, PAGE, sizeof PACKED - 1, sizeof PAGE - 1 },
    { "/app.1f2e3d4c.js", "text/javascript; charset=utf-8", "\"app1\"", true, PACKED, SCRIPT,
      sizeof PACKED - 1, sizeof SCRIPT - 1 },
};
static const struct assets ASSETS = { FILES, 2 };

/* ------------------------------------------------------------------ life */

static void add_point(struct world *w, size_t i)
{
    static const char *const NAMES[] = { "Lưu lượng phát ra mạng", "Áp lực đầu mạng", "Clo dư tự do" };
    static const char *const IDS[] = { "lc.nmn.flow_out", "lc.nmn.pressure", "lc.tb.chlorine" };
    static const char *const PARAMETERS[] = { "flow", "pressure", "free_chlorine" };
    struct point p = { .decimals = 1, .every_ms = 2000, .heartbeat_ms = 600000, .low = 0, .high = NAN };
    struct fault why = { 0 };

    if (i < 3) {
        (void)snprintf(p.id, sizeof p.id, "%s", IDS[i]);
        (void)snprintf(p.name, sizeof p.name, "%s", NAMES[i]);
        (void)snprintf(p.parameter, sizeof p.parameter, "%s", PARAMETERS[i]);
    } else {
        (void)snprintf(p.id, sizeof p.id, "lc.dma.p%04zu", i);
        (void)snprintf(p.name, sizeof p.name, "Điểm số %zu", i);
    }
    p.site = i < 2 ? 0 : 1;
    (void)snprintf(p.wire, sizeof p.wire, "plc-%d", i < 2 ? 1 : 2);
    (void)snprintf(p.device, sizeof p.device, "pump");
    (void)snprintf(p.unit, sizeof p.unit, "m3/h");
    if (i == WORLD_METER) {
        (void)snprintf(p.unit, sizeof p.unit, "m3");
        p.total_max_flow = 60;
        p.total_wraps_at = 10000;
        p.total_step = 0.5;
    }
    if (i == WORLD_VALVE) {
        const struct point_state list[] = { { 0, "closed" }, { 1, "open" }, { 9, "Kẹt \"cánh\"" } };
        struct point_states *valve = states_new(list, 3);
        MUST(valve == NULL ? ERR_MEMORY : catalogue_add_states(&w->catalogue, valve, &p.states));
        free(valve);
    }
    MUST(catalogue_add_point(&w->catalogue, &p, NULL));
}

/* As the map of Lai Châu was redrawn on 01/07/2025: a district ended, wards were merged. */
static uint32_t add_areas(struct world *w)
{
    static const struct {
        const char *id, *name, *kind, *parent, *from, *until, *aliases;
    } ROWS[] = {
        { "12", "Tỉnh Lai Châu", "province", "", "", "", "" },
        { "108", "Huyện Sìn Hồ", "district", "12", "", "2025-07-01", "" },
        { "03388", "Phường Đoàn Kết", "ward", "12", "2025-07-01", "", "Phường Quyết Tiến\nXã Lản Nhì Thàng" },
        { "03408", "Phường Tân Phong", "ward", "12", "2025-07-01", "", "Phường Quyết Thắng\nXã San Thàng" },
        { "03434", "Xã Phong Thổ", "commune", "12", "2025-07-01", "", "" },
    };
    uint32_t index = NO_INDEX;

    for (size_t i = 0; i < sizeof ROWS / sizeof ROWS[0]; i++) {
        struct area a = { .kind = 0 };
        while (strcmp(AREA_KINDS[a.kind], ROWS[i].kind) != 0)
            a.kind++;
        (void)snprintf(a.id, sizeof a.id, "%s", ROWS[i].id);
        (void)snprintf(a.name, sizeof a.name, "%s", ROWS[i].name);
        (void)snprintf(a.parent, sizeof a.parent, "%s", ROWS[i].parent);
        (void)snprintf(a.aliases, sizeof a.aliases, "%s", ROWS[i].aliases);
        (void)day_parse(ROWS[i].from, &a.from); /* "" is no day */
        (void)day_parse(ROWS[i].until, &a.until);
        MUST_ADD(catalogue_add_area(&w->catalogue, &a, &index));
    }
    return index - 1; /* Tân Phong */
}

static void add_systems(struct world *w)
{
    static const struct supplier SUPPLIERS[] = {
        { .id = "cn-lai-chau", .name = "Công ty Cổ phần Nước sạch Lai Châu", .hotline = "0213 3 000 000" },
        { .id = "htx-sin-ho", .name = "Hợp tác xã Sìn Hồ" },
    };
    struct system city = { .id = "tp-lai-chau",
                           .name = "Hệ thống đô thị Lai Châu",
                           .capacity = 12000,
                           .people = 42000,
                           .chain = { { 2, 4, 5, 9 }, 4 },
                           .plan = { .status = 2, .next_review = DAY_NONE } };
    struct system rural = { .id = "sin-ho",
                            .name = "Hệ thống nông thôn Sìn Hồ",
                            .supplier = 1,
                            .kind = 1,
                            .capacity = NAN,
                            .people = -1,
                            .plan = { 0, DAY_NONE, DAY_NONE, DAY_NONE } };

    MUST_ADD(catalogue_add_supplier(&w->catalogue, &SUPPLIERS[0], NULL));
    MUST_ADD(catalogue_add_supplier(&w->catalogue, &SUPPLIERS[1], NULL));
    (void)day_parse("2024-05-10", &city.plan.approved_on);
    (void)day_parse("2029-05-10", &city.plan.valid_until);
    MUST_ADD(catalogue_add_system(&w->catalogue, &city, NULL));
    MUST_ADD(catalogue_add_system(&w->catalogue, &rural, NULL));
}

/* Storage that a zone will free. */
static void *copy(const void *from, size_t size)
{
    void *to = malloc(size);

    if (to == NULL)
        abort();
    return memcpy(to, from, size);
}

/* Cut anew on 01/07/2025: then with meters, through the first two points of the world. */
/* A set of limits that has ended. */
static void add_limits(struct world *w)
{
    struct standard s = { .id = "qc-1",
                          .name = "Quy chuẩn thử",
                          .series = "qc",
                          .layer = 1,
                          .partial = true,
                          .limit_count = 2,
                          .sum_count = 1 };
    struct fault why = { 0 };

    (void)day_parse("2019-06-15", &s.from);
    (void)day_parse("2025-06-30", &s.until);
    s.limits = calloc(2, sizeof *s.limits);
    s.sums = calloc(1, sizeof *s.sums);
    if (s.limits == NULL || s.sums == NULL)
        abort();
    s.limits[0] = (struct limit){ .row = "1",
                                  .parameter = "coliform",
                                  .name = "Coliform",
                                  .name_en = "Coliform",
                                  .unit = "CFU/100 mL",
                                  .low = NAN,
                                  .high = 3,
                                  .strict = true,
                                  .seen_in = 2 };
    s.limits[1] = (struct limit){ .row = "2",
                                  .parameter = "chloride",
                                  .name = "Clorua",
                                  .unit = "mg/L",
                                  .low = NAN,
                                  .high = 300,
                                  .group = LIMIT_GROUP_B,
                                  .only_if = LIMIT_IF_COASTAL,
                                  .seen_in = 1,
                                  .unverified = "the number" };
    s.sums[0] = (struct limit_sum){
        .row = "3", .parameter = { "coliform", "chloride" }, .limit = { 3, 300 }, .term_count = 2
    };
    MUST(catalogue_add_standard(&w->catalogue, &s, NULL));
}

static void add_zones(struct world *w, uint32_t area)
{
    static const struct zone_flow FLOWS[] = { { 0, 1 }, { 1, -1 } };
    static const uint32_t CRITICAL[] = { 1 };
    static const struct zone_priority HOSPITAL[] = { { 0, "Bệnh viện đa khoa tỉnh" } };
    struct zone_version versions[] = {
        { .connections = -1, .people = -1, .lowest = NAN, .highest = NAN, .supply = 1 },
        { .connections = 1520, .people = 6100, .lowest = 905.5, .highest = 960, .flow_count = 2 },
    };
    struct zone cut = { .id = "vung-1", .name = "Vùng Tân Phong", .area = area, .version_count = 2 };
    struct zone plain = {
        .id = "vung-2", .name = "Vùng Sìn Hồ", .system = 1, .area = NO_INDEX, .version_count = 1
    };

    (void)day_parse("2024-01-01", &versions[0].from);
    (void)day_parse("2025-07-01", &versions[1].from);
    plain.versions = copy(versions, sizeof versions[0]);
    versions[1].flows = copy(FLOWS, sizeof FLOWS);
    versions[1].critical = copy(CRITICAL, sizeof CRITICAL);
    versions[1].critical_count = 1;
    versions[1].priority = copy(HOSPITAL, sizeof HOSPITAL);
    versions[1].priority_count = 1;
    cut.versions = copy(versions, sizeof versions);
    MUST_ADD(catalogue_add_zone(&w->catalogue, &cut, NULL));
    MUST_ADD(catalogue_add_zone(&w->catalogue, &plain, NULL));
}

static void add_mains(struct world *w)
{
    struct water_main m = { .id = "ong-1",
                            .name = "Tuyến DN200",
                            .diameter_mm = 200,
                            .bends = { { 22.39, 103.46 }, { 22.4, 103.4625 } },
                            .bend_count = 2 };
    struct water_main other = m;

    (void)snprintf(other.id, sizeof other.id, "ong-2");
    other.system = 1;
    other.diameter_mm = NAN;
    MUST_ADD(catalogue_add_main(&w->catalogue, &m));
    MUST_ADD(catalogue_add_main(&w->catalogue, &other));
}

static struct catalogue *hold_catalogue(void *self)
{
    return catalogue_hold(&((struct world *)self)->catalogue);
}

static uint32_t newest_version(void *self)
{
    return ((struct world *)self)->versions;
}

/* Version 4 is a hole, as one that was taken away leaves it. */
static enum err visit_versions(void *self, uint32_t after, size_t max,
                               enum err (*one)(void *ctx, const struct config_version *v), void *ctx,
                               struct fault *why)
{
    enum err rc = ERR_NONE;

    (void)why;
    for (uint32_t n = after + 1; n <= newest_version(self) && max > 0 && rc == ERR_NONE; n++) {
        struct config_version v = { .number = n,
                                    .at = { 1700000000000 + n },
                                    .author = n == 1 ? "start" : "Nguyễn \"An\"",
                                    .digest = "0123456789abcdef",
                                    .difference = "~ wires w every: 5s -> 2s\n" };
        if (n == 4)
            continue;
        rc = one(ctx, &v);
        max--;
    }
    return rc;
}

void world_init(struct world *w, size_t points)
{
    struct site plant = { .id = "nmn-lai-chau",
                          .name = "Nhà máy nước Lai Châu",
                          .kind = "treatment_plant",
                          .latitude = 22.4,
                          .longitude = 103.45,
                          .elevation = 951.5,
                          .chain = { { 3, 4, 5 }, 3 } };
    struct site station = { .id = "tram-bom",
                            .name = "Trạm bơm tăng áp",
                            .kind = "booster_station",
                            .latitude = NAN,
                            .longitude = NAN,
                            .elevation = NAN,
                            .system = 1,
                            .area = NO_INDEX };
    struct fault why = { 0 };

    memset(w, 0, sizeof *w);
    MUST(seal_start(&why));
    (void)pthread_mutex_init(&w->lock, NULL);
    catalogue_init(&w->catalogue);
    add_systems(w);
    add_limits(w);
    plant.area = add_areas(w);
    MUST(catalogue_add_site(&w->catalogue, &plant, NULL));
    MUST(catalogue_add_site(&w->catalogue, &station, NULL));
    for (size_t i = 0; i < points; i++)
        add_point(w, i);
    if (points >= 2)
        add_zones(w, plant.area);
    add_mains(w);
    MUST(catalogue_seal(&w->catalogue, &why));
    MUST(board_new(&w->board, &w->catalogue, &why));
    w->history_raw = true;
    w->versions = 1;
    w->settings = (struct serve_settings){
        .listen = "127.0.0.1:0", .connections_max = 200, .header_within_ms = 10000, .body_within_ms = 30000
    };
}

static size_t letters_of(void *self, uint64_t incident, struct letter *out, size_t max)
{
    struct world *w = self;

    if (max == 0 || incident != w->incident.id)
        return 0;
    out[0] = (struct letter){
        .about = { .incident = incident, .kind = OUT_OVERDUE, .n = 100, .at = { 1795435838123 } },
        .to = "truong-ca",
        .tries = 2,
        .next = { 1795435898123 },
        .why = "451 4.7.1 <*> later"
    };
    if (max == 1)
        return 1;
    out[1] = (struct letter){
        .about = out[0].about, .to = "truc", .state = LETTER_HELD, .next = { 1795438800000 }
    };
    return 2;
}

static size_t channels(void *self, struct channel_status out[CHANNEL_COUNT])
{
    (void)self;
    out[0] = (struct channel_status){ .channel = CHANNEL_EMAIL,
                                      .waiting = 1,
                                      .later = 2,
                                      .down = 3,
                                      .next = { 1795435898123 },
                                      .text = "no route",
                                      .trial = { .state = TRIAL_DOWN,
                                                 .to = "truong-ca",
                                                 .by = "lan",
                                                 .at = { 1795435838123 },
                                                 .answered = { 1795435839123 },
                                                 .said = "no route" } };
    return 1;
}

static size_t on_duty(void *self, struct wall at, struct duty_roster *out, size_t max)
{
    struct world *w = self;

    if (max < 2)
        return 0;
    w->duty_at = at;
    out[0] = (struct duty_roster){ .id = "nha-may",
                                   .name = "Trực nhà máy",
                                   .of = { .classes = 1 << CLASS_WATER_QUALITY },
                                   .people = { { .id = "lan", .name = "Lan", .instead_of = "Minh" } },
                                   .count = 1,
                                   .leader = { .id = "ca", .name = "Trưởng ca", .account = "vanhanh" },
                                   .until = { 1795435838123 },
                                   .gap_from = { 1795435838123 },
                                   .gap_to = { 1795439438123 } };
    out[1] = (struct duty_roster){ .id = "nong-thon", .of = { .supplier = "htx-sin-ho" }, .gap = true };
    return 2;
}

/* A turn, a gap in two parts, and somebody who came for a while. */
static bool turns(void *self, struct wall from, struct wall to, const struct duty_reader *reader)
{
    struct world *w = self;
    struct duty_roster list[2];
    const int64_t third = (to.ms - from.ms) / 3;
    struct duty_turn turn = {
        .from = from,
        .to = { from.ms + third },
        .people = { { .id = "lan", .name = "Lan", .instead_of = "Minh", .change = 0xdef } },
        .count = 1,
        .leader = { .id = "ca", .name = "Trưởng ca" }
    };

    w->roster_from = from;
    w->roster_to = to;
    for (size_t k = 0; k < on_duty(w, from, list, 2); k++) {
        if (!reader->roster(reader->self, &list[k]))
            continue;
        if (k == 0) {
            reader->member(reader->self, &turn.people[0]);
            reader->turn(reader->self, &turn);
            turn = (struct duty_turn){ .from = turn.to, .to = { from.ms + 2 * third }, .gap = true };
            reader->turn(reader->self, &turn);
            turn = (struct duty_turn){ .from = turn.to, .to = to, .gap = true };
            reader->turn(reader->self, &turn);
        }
        reader->end(reader->self, to);
    }
    return true;
}

static size_t known_stopgaps(void *self, struct stopgap_shown *out, size_t max)
{
    struct world *w = self;
    size_t n = w->stopgap_count < max ? w->stopgap_count : max;

    memcpy(out, w->stopgaps, n * sizeof *out);
    return n;
}

static enum err act_on_stopgap(void *self, const struct stopgap_act *act, const struct actor *by,
                               void (*answer)(void *ticket, enum err code, const char *field, bool known,
                                              const struct stopgap_shown *is, const struct fault *why),
                               void *ticket, struct fault *why)
{
    struct world *w = self;
    struct stopgap_shown shown = { .is = act->is };
    struct fault refusal;

    if (w->act_code == ERR_FULL)
        return fault_set(why, ERR_FULL, "full");
    w->stopgap_act = *act;
    w->by = *by;
    if (w->act_code != ERR_NONE) {
        enum err rc = fault_say(&refusal, w->act_code, "giờ kết thúc đã qua", "its end has passed");
        answer(ticket, rc, w->stopgap_field, false, NULL, &refusal);
        return ERR_NONE;
    }
    if (act->ends) {
        shown = w->stopgaps[0];
        shown.is.end = STOPGAP_WITHDRAWN;
        shown.is.ended = shown.is.until;
        memcpy(shown.is.ended_by, act->is.ended_by, sizeof shown.is.ended_by);
    } else {
        shown.is.id = 0xabc;
        shown.is.from = shown.is.entered = (struct wall){ 1795435838123 };
    }
    answer(ticket, ERR_NONE, NULL, false, &shown, NULL);
    return ERR_NONE;
}

static size_t contacts(void *self, struct contact *out, size_t max)
{
    (void)self;
    if (max < 2)
        return 0;
    out[0] = (struct contact){ .id = "truong-ca",
                               .name = "Trưởng ca",
                               .email = "truong.ca@example.vn",
                               .sms = "84912345678",
                               .channel_count = 2,
                               .channels = { CHANNEL_SMS, CHANNEL_EMAIL } };
    out[1] = (struct contact){ .id = "lan",
                               .name = "Lan",
                               .email = "lan@example.vn",
                               .channel_count = 1,
                               .language = CONTACT_EN,
                               .of = { .supplier = "cn-lai-chau" } };
    return 2;
}

static enum err try_out(void *self, const struct trial_ask *ask, const struct actor *by,
                        void (*answer)(void *ticket, enum err code, const struct channel_trial *is),
                        void *ticket, struct fault *why)
{
    struct world *w = self;
    struct channel_trial is = { .channel = (uint8_t)ask->channel,
                                .state = (uint8_t)w->trial_is,
                                .at = { 1795435838123 },
                                .said = "250 OK" };

    (void)why;
    w->trial = *ask;
    w->by = *by;
    (void)snprintf(is.to, sizeof is.to, "%s", ask->to);
    (void)snprintf(is.by, sizeof is.by, "%s", by->name);
    answer(ticket, w->trial_code, w->trial_code == ERR_NONE ? &is : NULL);
    return ERR_NONE;
}

enum err world_try(struct world *w, struct fault *why)
{
    const struct serve_ports ports = {
        .present = { w, hold_catalogue, take, wire_count, wire },
        .versions = { w, newest_version, visit_versions },
        .history = { w, world_ask },
        .volumes = { w, count },
        .trail = { w, read_acts },
        .hands = { w, tell, told },
        .alarms = { w, open_alarms, act_on_alarm },
        .alarm_past = { w, ask_past },
        .modes = { w, known_modes, act_on_mode },
        .shifts = { w, known_shifts, act_on_shift },
        .shift_past = { w, past_shifts },
        .prevention = { w, known_preventions, act_on_prevention },
        .spots = { w, find_spots },
        .incidents = { w, incidents_now, act_on_incident },
        .incident_past = { w, ask_past_incidents },
        .handed = { w, hand_over },
        .duty = { w, on_duty, turns },
        .stopgaps = { w, known_stopgaps, act_on_stopgap },
        .letters = { w, letters_of, channels, contacts, try_out },
        .portal = { w, make_portal, seal_portal, portal_keys },
        .reports = { w, ask_report },
        .doors = { .self = w,
                   .admit = admit,
                   .sign_in = sign_in,
                   .sign_out = sign_out,
                   .turn = turn,
                   .act = act,
                   .accounts = some_accounts,
                   .person = person,
                   .tokens = no_tokens,
                   .sessions = no_sessions,
                   .end_sessions = end_none },
        .health = { w, parts, metrics },
        .assets = &ASSETS,
        .clock = { read_clock, NULL },
    };
    enum err rc = serve_start(&w->serve, &w->settings, &ports, why);

    if (rc != ERR_NONE)
        return rc;
    w->port = serve_port(w->serve);
    world_publish(w);
    return ERR_NONE;
}

void world_start(struct world *w)
{
    struct fault why = { 0 };

    MUST(world_try(w, &why));
}

void world_stop(struct world *w)
{
    serve_stop(w->serve);
    w->serve = NULL;
}

void world_clear(struct world *w)
{
    world_stop(w);
    while (w->pending_count > 0) /* what the face gave up on is still called back */
        world_answer(w, ERR_NONE);
    snapshot_drop(w->now);
    board_free(w->board);
    catalogue_clear(&w->catalogue);
    (void)pthread_mutex_destroy(&w->lock);
}

void world_set(struct world *w, uint32_t point, double value)
{
    struct reading r = isnan(value) ? reading_bad(point, wall_read(), REASON_NO_ANSWER)
                                    : reading_good(point, wall_read(), value);
    struct fault why = { 0 };

    MUST(board_set(w->board, &r));
}

void world_publish(struct world *w)
{
    struct snapshot *s = board_freeze(w->board, wall_read()), *old;

    if (s == NULL)
        return;
    (void)pthread_mutex_lock(&w->lock);
    old = w->now;
    w->now = s;
    (void)pthread_mutex_unlock(&w->lock);
    serve_publish(w->serve, s);
    snapshot_drop(old);
}
