#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "current.h"
#include "decode.h"
#include "field_context.h"
#include "field_identity.h"
#include "loading.h"
#include "model/rule_file.h"
#include "profile_lookup.h"
#include "revision.h"
#include "watches.h"

enum { WIRES_MAX = 1000, DEVICES_MAX = 247, TAGS_MAX = 10000, KEY_TEXT_MAX = 20 };

/* Ids are one name space for all plant files: the database, the metrics and the page go by them. */
struct field_seen {
    struct conf_seen wires, devices, points, keys;
    struct endpoints_seen endpoints;
    char (*key)[KEY_TEXT_MAX]; /* CATALOGUE_POINTS_MAX of them: what keys borrows */
    struct context *context;   /* conditions whose points are still to be found; NULL: none */
};

struct field_seen *field_seen_new(void)
{
    struct field_seen *s = calloc(1, sizeof *s);

    if (s == NULL)
        return NULL;
    s->endpoints.text = calloc(WIRES_MAX, sizeof *s->endpoints.text);
    s->key = calloc(CATALOGUE_POINTS_MAX, sizeof *s->key);
    if (s->endpoints.text != NULL && s->key != NULL)
        return s;
    field_seen_free(s);
    return NULL;
}

void field_seen_free(struct field_seen *s)
{
    if (s == NULL)
        return;
    conf_seen_clear(&s->wires);
    conf_seen_clear(&s->devices);
    conf_seen_clear(&s->points);
    conf_seen_clear(&s->endpoints.seen);
    conf_seen_clear(&s->keys);
    free(s->endpoints.text);
    free(s->key);
    context_free(s->context);
    free(s);
}

enum err field_seen_finish(struct field_seen *s, struct conf_mistakes *m)
{
    return s == NULL ? ERR_NONE : context_resolve(s->context, m);
}

enum err keep_condition(struct loading *l, const struct conf_node *n, uint32_t point, const char *key,
                        const char *text)
{
    return context_keep(&l->field->seen->context, l->catalogue, point, key, text, conf_mark_at(n, key));
}

static enum err keep_unless(struct loading *l, const struct conf_node *n, const struct point_row *row,
                            uint32_t point)
{
    if (row->frozen_unless[0] == '\0')
        return ERR_NONE;
    return keep_condition(l, n, point, "frozen_unless", row->frozen_unless);
}

/* An id that was wrong has been reported; there is nothing to compare. */
static bool once(struct loading *l, struct conf_seen *seen, const char *what, const struct conf_node *n,
                 const char *id)
{
    const struct conf_node *at = conf_get(n, "id");

    return id[0] == '\0' || at == NULL ||
           conf_seen_once(seen, what, conf_text(at), conf_mark(at), l->mistakes);
}

bool point_once(struct loading *l, const struct conf_node *n, const char *id)
{
    return once(l, &l->field->seen->points, "point", n, id);
}

/* ---- points ---- */

/* What all points of a device have in common. */
struct around {
    const struct profile *profile; /* NULL: none, or none known */
    bool unknown_profile;          /* reported: its points to use cannot be found either */
    uint32_t site;
    int order;
    int32_t accepted;
    const char *wire;
};

static const char ALWAYS[] = "always", NOT_YET[] = "not_yet";

/* Said here, or else as around it. */
static int32_t accepted_of(const struct conf_node *n, const char *said, int32_t around,
                           struct conf_mistakes *m)
{
    int32_t day;

    if (said[0] == '\0')
        return around;
    if (strcmp(said, ALWAYS) == 0)
        return DAY_NONE;
    if (strcmp(said, NOT_YET) == 0)
        return NOT_ACCEPTED;
    if (day_parse(said, &day))
        return day;
    conf_mistake(m, conf_mark_at(n, "accepted"),
                 "accepted is not_yet, a day as 2026-11-20 or always, not \"%s\"", said);
    return around;
}

static double wraps_at(const struct point_row *row)
{
    double end;

    if (row->total_width == CONF_NONE)
        return row->total_wraps_at;
    end = fabs(ldexp(row->scale, (int)row->total_width));
    return isfinite(end) ? end : 0; /* beyond all numbers: it never gets there */
}

static void point_of(const struct point_row *row, const struct device *d, struct point *p)
{
    memcpy(p->id, row->id, sizeof p->id);
    memcpy(p->first_id, row->was, sizeof p->first_id);
    memcpy(p->name, row->name, sizeof p->name);
    memcpy(p->parameter, row->parameter, sizeof p->parameter);
    (void)snprintf(p->unit, sizeof p->unit, "%s", strcmp(row->unit, "-") == 0 ? "" : row->unit);
    memcpy(p->unit_as, row->unit_as, sizeof p->unit_as);
    memcpy(p->device, d->id, sizeof p->device);
    p->decimals = (int)row->decimals;
    p->at = (uint8_t)(row->at < 0 ? AT_PROCESS : row->at);
    p->every_ms = d->every_ms;
    p->deadband = row->deadband;
    p->heartbeat_ms = row->heartbeat_ms;
    p->low = row->plausible.low;
    p->high = row->plausible.high;
    p->span_low = row->span.low;
    p->span_high = row->span.high;
    p->max_rate = row->max_rate;
    p->rate_per = (uint8_t)row->rate_per;
    p->frozen_after_ms = row->frozen_after_ms;
    p->total_max_flow = row->total_max_flow;
    p->total_wraps_at = wraps_at(row);
    p->total_step =
        kind_whole((enum register_kind)row->kind, &(int64_t){ 0 }, &(int64_t){ 0 }) ? fabs(row->scale) : 0;
}

/* The place said here replaces the profile's, which may lie in the other table. */
static void choose_place(const struct conf_node *n, struct point_row *row)
{
    bool said[FUNCTION_COUNT], any = false;

    for (int f = FUNCTION_READ_COILS; f < FUNCTION_COUNT; f++) {
        said[f] = conf_get(n, function_key((uint8_t)f)) != NULL;
        any = any || said[f];
    }
    for (int f = FUNCTION_READ_COILS; any && f < FUNCTION_COUNT; f++)
        if (!said[f])
            row->place[f] = CONF_NONE;
}

static const struct profile_point *point_to_use(struct loading *l, const struct conf_node *n,
                                                const struct around *a)
{
    if (a->profile != NULL)
        return profile_point_find(a->profile, n, l->mistakes);
    if (!a->unknown_profile)
        conf_mistake(l->mistakes, conf_mark(n), "this device has no profile to use \"%s\" of", conf_text(n));
    return NULL;
}

/* What the file says, over what the profile says.  False when it is no point. */
static bool read_point(struct loading *l, const struct conf_node *n, const struct around *a,
                       struct point_row *row)
{
    const struct conf_node *use = conf_get(n, "use");
    const struct profile_point *base;
    bool right;

    *row = (struct point_row){ .state_count = 0 };
    if (use == NULL) {
        right = conf_apply(POINT, COUNT_OF(POINT), n, row, l->mistakes);
        return load_states(row, l->mistakes) && right;
    }
    base = point_to_use(l, use, a);
    if (base != NULL)
        *row = base->row;
    else
        (void)conf_apply(POINT, COUNT_OF(POINT), NULL, row, l->mistakes);
    right = conf_apply_over(POINT, COUNT_OF(POINT), n, row, l->mistakes);
    right = conf_require(n, "id", l->mistakes) && right;
    right = load_states(row, l->mistakes) && right;
    choose_place(n, row);
    return right && base != NULL && !base->broken;
}

/* A device's order says nothing of the bytes of a single register; a point's own does. */
static int order_of(const struct point_row *row, int devices)
{
    static const int UNSWAPPED[ORDER_COUNT] = { ORDER_ABCD, ORDER_CDAB, ORDER_ABCD, ORDER_CDAB };

    if (row->order >= 0)
        return row->order;
    return kind_registers((enum register_kind)row->kind) == 1 ? UNSWAPPED[devices] : devices;
}

/* The limits as the register counts. */
static struct current current_of(const struct point_row *row)
{
    bool signal = row->signal >= 0;
    double per_ma = signal && !isnan(row->per_ma) ? row->per_ma : 1;
    double below = isnan(row->fault_below) && signal ? CURRENT_FAULT_LOW_MA : row->fault_below;
    double above = isnan(row->fault_above) && signal ? CURRENT_FAULT_HIGH_MA : row->fault_above;

    return (struct current){ .on = !isnan(below) || !isnan(above),
                             .below = below * per_ma,
                             .above = above * per_ma };
}

static void tag_of(const struct point_row *row, int order, struct tag *t)
{
    uint8_t function = place_function(row->place);

    *t = (struct tag){ .function = function,
                       .address = (uint16_t)row->place[function],
                       .kind = (uint8_t)row->kind,
                       .order = (uint8_t)order_of(row, order),
                       .bit = (uint8_t)(row->bit == CONF_NONE ? BIT_NONE : row->bit),
                       .scale = row->scale,
                       .offset = row->offset,
                       .low = row->plausible.low,
                       .high = row->plausible.high,
                       .no_value = row->no_value,
                       .current = current_of(row) };
    memcpy(t->unit_as, row->unit_as, sizeof t->unit_as);
}

/* The database knows a point by 63 bits of its id's hash. */
static enum err check_key(struct loading *l, const struct conf_node *n, const char *id)
{
    struct conf_seen *keys = &l->field->seen->keys;
    char *text = l->field->seen->key[keys->count], place[CONF_PLACE_MAX];
    struct conf_seen_first first;
    enum err rc;

    (void)snprintf(text, KEY_TEXT_MAX, "%016llx", (unsigned long long)l->field->key_of(id));
    rc = conf_seen_note(keys, text, conf_mark_at(n, "id"), &first);
    if (rc == ERR_RANGE)
        conf_mistake(l->mistakes, conf_mark_at(n, "id"),
                     "point \"%s\" has the same key in the database as the one at %s: rename one of them", id,
                     conf_place(first.at, place));
    return rc == ERR_MEMORY ? rc : ERR_NONE;
}

/* One more point than there may be ends the reading: the rest would say the same. */
enum err add_point(struct loading *l, const struct conf_node *n, const struct point *p, uint32_t *index)
{
    enum err rc = catalogue_add_point(l->catalogue, p, index);

    if (rc == ERR_FULL)
        conf_mistake(l->mistakes, conf_mark(n), "more than %d points: use several nodes",
                     CATALOGUE_POINTS_MAX);
    return rc == ERR_NONE ? check_key(l, n, p->first_id[0] != '\0' ? p->first_id : p->id) : rc;
}

/* What its numbers mean, for the wire and for everybody else: the two live differently long. */
static enum err keep_states(struct loading *l, const struct point_row *row, struct tag *t, struct point *p)
{
    if (row->state_count == 0)
        return ERR_NONE;
    t->states = states_new(row->state, row->state_count);
    return t->states == NULL ? ERR_MEMORY : catalogue_add_states(l->catalogue, t->states, &p->states);
}

static enum err load_point(struct loading *l, const struct conf_node *n, const struct around *a,
                           struct device *d)
{
    struct point_row row;
    struct point p = { .site = a->site };
    struct tag *t = &d->tags[d->tag_count];
    bool right = read_point(l, n, a, &row);
    enum err rc;

    right = right && check_point(n, &row, d->max_registers, l->mistakes);
    if (!point_once(l, n, row.id) || !right)
        return ERR_NONE;
    tag_of(&row, a->order, t);
    point_of(&row, d, &p);
    p.accepted = accepted_of(n, row.accepted, a->accepted, l->mistakes);
    memcpy(p.wire, a->wire, ID_MAX);
    rc = keep_states(l, &row, t, &p);
    if (rc == ERR_NONE) {
        p.revision = t->revision = revision_of(&p, d, t);
        rc = add_point(l, n, &p, &t->point);
    }
    if (rc != ERR_NONE) {
        free(t->states);
        return rc;
    }
    d->tag_count++;
    rc = rules_of_point(l->field->rules, t->point, row.rules);
    return rc == ERR_NONE ? keep_unless(l, n, &row, t->point) : rc;
}

/* ---- devices ---- */

uint32_t site_index(struct loading *l, const struct conf_node *n, const char *id)
{
    uint32_t site = world_site(l->field->world, id);

    if (site != NO_INDEX)
        return site;
    if (id[0] != '\0')
        conf_mistake(l->mistakes, conf_mark_at(n, "site"), "there is no site \"%s\"", id);
    return 0;
}

/* Said of the device, or else of its make, or else of the wire. */
static bool hangs_up(const struct conf_node *n, const struct device_row *row, const struct around *a,
                     const struct wire_settings *w)
{
    if (conf_get(n, "close_after_cycle") != NULL)
        return row->habits.close_after_cycle;
    return w->close_after_cycle || (a->profile != NULL && a->profile->habits.close_after_cycle);
}

static void habits_of(const struct device_row *row, struct device *d)
{
    const struct habits_row *h = &row->habits;

    d->answer_ms = h->answer_ms == CONF_NONE ? 0 : h->answer_ms;
    d->busy_retries = h->busy_retries;
    d->busy_pause_ms = h->busy_pause_ms;
    d->tolerates = h->reply_unit != CONF_NONE;
    d->reply_unit = (uint8_t)(d->tolerates ? h->reply_unit : 0);
}

/* The device's own keys over its profile's. */
static void read_device(struct loading *l, const struct conf_node *n, struct device_row *row,
                        struct device *d, struct around *a)
{
    const struct conf_node *name = conf_get(n, "profile");

    a->profile = name == NULL ? NULL : profile_find(l->profiles, name, l->mistakes);
    a->unknown_profile = name != NULL && a->profile == NULL;
    if (a->profile == NULL) {
        (void)conf_apply(DEVICE, COUNT_OF(DEVICE), n, row, l->mistakes);
    } else {
        (void)conf_apply(DEVICE, COUNT_OF(DEVICE), NULL, row, l->mistakes);
        row->order = a->profile->order;
        row->max_registers = a->profile->max_registers;
        row->holes = a->profile->holes;
        row->habits = a->profile->habits;
        (void)conf_apply_over(DEVICE, COUNT_OF(DEVICE), n, row, l->mistakes);
        (void)conf_require(n, "id", l->mistakes);
        (void)conf_require(n, "site", l->mistakes);
        (void)conf_require(n, "points", l->mistakes);
    }
    *d = (struct device){
        .unit = row->unit, .every_ms = row->every_ms, .max_registers = row->max_registers, .holes = row->holes
    };
    memcpy(d->id, row->id, sizeof d->id);
    habits_of(row, d);
    a->order = row->order;
    a->accepted = accepted_of(n, row->accepted, a->accepted, l->mistakes);
    if (a->profile != NULL && row->forbidden == NULL) {
        memcpy(d->forbidden, a->profile->forbidden, sizeof d->forbidden);
        d->forbidden_count = a->profile->forbidden_count;
    } else {
        load_forbidden(row->forbidden, d->forbidden, &d->forbidden_count, l->mistakes);
    }
}

/* Gives in nodes[] where each tag stands. */
static enum err load_points(struct loading *l, const struct conf_node *list, const struct around *a,
                            struct device *d, const struct conf_node **nodes)
{
    enum err rc = ERR_NONE;

    for (size_t i = 0; i < conf_count(list) && rc == ERR_NONE; i++) {
        nodes[d->tag_count] = conf_item(list, i);
        rc = load_point(l, nodes[d->tag_count], a, d);
    }
    return rc;
}

static enum err load_device(struct loading *l, const struct conf_node *n, const struct wire_settings *w,
                            struct device *d, double *share)
{
    struct device_row row;
    struct around a = { .wire = w->id, .accepted = w->accepted };
    const struct conf_node **nodes;
    size_t points;
    enum err rc = ERR_NONE;

    read_device(l, n, &row, d, &a);
    check_unit(n, w, d->unit, l->mistakes);
    if (row.habits.reply_unit != CONF_NONE && wire_is_rtu(w))
        conf_mistake(
            l->mistakes, conf_mark(n),
            "reply_unit: only Modbus TCP numbers its questions; on a serial line an answer from another "
            "unit is another's");
    d->close_after_cycle = hangs_up(n, &row, &a, w);
    (void)once(l, &l->field->seen->devices, "device", n, row.id);
    a.site = site_index(l, n, row.site);
    rc = rules_of_device(l->field->rules, row.id, row.rules);
    if (rc != ERR_NONE)
        return rc;
    points = row.points == NULL ? 0 : conf_count(row.points);
    if (points == 0 || points > TAGS_MAX) {
        if (conf_get(n, "points") != NULL)
            conf_mistake(l->mistakes, conf_mark_at(n, "points"), "a device has 1 to %d points, here are %zu",
                         TAGS_MAX, points);
        return ERR_NONE;
    }
    d->tags = calloc(points + WATCHES_MAX, sizeof *d->tags);
    nodes = calloc(points + WATCHES_MAX, sizeof(const struct conf_node *));
    if (d->tags == NULL || nodes == NULL)
        rc = ERR_MEMORY;
    if (rc == ERR_NONE)
        rc = load_points(l, row.points, &a, d, nodes);
    if (rc == ERR_NONE)
        load_watches(l, n, &row.habits, a.profile, d, nodes);
    if (rc == ERR_NONE)
        identity_of(n, row.habits.identity, a.profile, d, l->mistakes);
    if (rc == ERR_NONE)
        rc = check_device(n, w, d, nodes, share, l->mistakes);
    free((void *)nodes);
    return rc;
}

/* ---- wires ---- */

static enum err load_devices(struct loading *l, const struct conf_node *n, const struct conf_node *list,
                             struct wire_settings *w)
{
    size_t devices = list == NULL ? 0 : conf_count(list);
    double load = 0;
    enum err rc = ERR_NONE;

    if (devices == 0 || devices > DEVICES_MAX) {
        if (conf_get(n, "devices") != NULL)
            conf_mistake(l->mistakes, conf_mark_at(n, "devices"), "a wire has 1 to %d devices, here are %zu",
                         DEVICES_MAX, devices);
        return ERR_NONE;
    }
    w->devices = calloc(devices, sizeof *w->devices);
    if (w->devices == NULL)
        return ERR_MEMORY;
    for (; w->device_count < devices && rc == ERR_NONE; w->device_count++) {
        double share = 0;
        rc = load_device(l, conf_item(list, w->device_count), w, &w->devices[w->device_count], &share);
        load += share;
    }
    w->load = load;
    if (rc == ERR_NONE)
        check_load(n, w, load, l->mistakes);
    return rc;
}

static enum err load_wire(struct loading *l, const struct conf_node *n, struct wire_settings *w)
{
    struct wire_row row;

    (void)conf_apply(WIRE, COUNT_OF(WIRE), n, &row, l->mistakes);
    (void)once(l, &l->field->seen->wires, "wire", n, row.id);
    *w = (struct wire_settings){ .connect_ms = row.connect_ms,
                                 .answer_ms = row.answer_ms,
                                 .pause_ms = row.pause_ms,
                                 .typical_ms = row.typical_ms,
                                 .close_after_cycle = row.close_after_cycle };
    memcpy(w->id, row.id, sizeof w->id);
    w->accepted = accepted_of(n, row.accepted, DAY_NONE, l->mistakes);
    load_way(n, &row, w, l->mistakes);
    if (check_endpoint(&l->field->seen->endpoints, n, w, l->mistakes) != ERR_NONE)
        return ERR_MEMORY;
    return load_devices(l, n, row.devices, w);
}

/* Room for all points at once: a catalogue that grows step by step is copied as often. */
static enum err expect_points(struct loading *l, const struct conf_node *wires)
{
    size_t points = 0;

    for (size_t w = 0; w < conf_count(wires); w++) {
        const struct conf_node *devices = conf_get(conf_item(wires, w), "devices");
        for (size_t d = 0; devices != NULL && conf_kind(devices) == CONF_SEQUENCE && d < conf_count(devices);
             d++) {
            const struct conf_node *list = conf_get(conf_item(devices, d), "points");
            points += list == NULL ? 0 : conf_count(list);
        }
    }
    return catalogue_expect(l->catalogue, points);
}

enum err load_wires(struct loading *l, const struct conf_node *list)
{
    size_t more = list == NULL ? 0 : conf_count(list);
    struct wire_settings *grown;
    enum err rc = ERR_NONE;

    if (more == 0)
        return ERR_NONE;
    if (l->field->wire_count + more > WIRES_MAX) {
        conf_mistake(l->mistakes, conf_mark(list), "more than %d wires: use several nodes", WIRES_MAX);
        return ERR_NONE;
    }
    grown = realloc(l->field->wires, (l->field->wire_count + more) * sizeof *grown);
    if (grown == NULL)
        return ERR_MEMORY;
    l->field->wires = grown;
    rc = expect_points(l, list);
    for (size_t i = 0; i < more && rc == ERR_NONE; i++)
        rc = load_wire(l, conf_item(list, i), &l->field->wires[l->field->wire_count++]);
    return rc;
}
