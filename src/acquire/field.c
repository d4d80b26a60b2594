#include "acquire/field.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/json.h"
#include "conf/seen.h"
#include "revision.h"

enum { WIRES_MAX = 1000, DEVICES_MAX = 247, TAGS_MAX = 10000 };

static const char *const SITE_KINDS[] = {
    "intake", "treatment_plant", "booster_station", "reservoir", "dma", "chamber", NULL
};
static const char *const KINDS[] = { "u16", "i16", "u32", "i32", "f32", NULL };
static const char *const ORDERS[] = { "abcd", "cdab", "badc", "dcba", NULL };

/* ---- the tables: what a plant file may say ---- */

struct plant_row {
    const struct conf_node *supplier, *system, *sites, *wires;
};

static const struct conf_setting PLANT[] = {
    { CONF_SECTION("supplier", struct plant_row, supplier), .required = true,
      .help = "who supplies the water" },
    { CONF_SECTION("system", struct plant_row, system), .required = true,
      .help = "the works all sites belong to" },
    { CONF_LIST("sites", struct plant_row, sites), .required = true, .help = "places" },
    { CONF_LIST("wires", struct plant_row, wires), .required = true, .help = "connections to devices" },
};

struct name_row {
    char id[ID_MAX], name[NAME_MAX_BYTES];
};

static const struct conf_setting NAMED[] = {
    { CONF_ID("id", struct name_row, id), .required = true, .help = "for machines; never changes" },
    { CONF_TEXT("name", struct name_row, name), .required = true, .help = "for people" },
};

struct site_row {
    char id[ID_MAX], name[NAME_MAX_BYTES];
    int kind;
    const struct conf_node *location;
};

static const struct conf_setting SITE[] = {
    { CONF_ID("id", struct site_row, id), .required = true, .help = "for machines; never changes" },
    { CONF_TEXT("name", struct site_row, name), .required = true, .help = "for people" },
    { CONF_CHOICE("kind", struct site_row, kind), .required = true, .choices = SITE_KINDS,
      .help = "what it is" },
    { CONF_LIST("location", struct site_row, location), .help = "[latitude, longitude] in degrees, WGS 84" },
};

struct wire_row {
    char id[ID_MAX], tcp[80];
    int64_t connect_ms, answer_ms, pause_ms;
    const struct conf_node *devices;
};

static const struct conf_setting WIRE[] = {
    { CONF_ID("id", struct wire_row, id), .required = true, .help = "name of the wire" },
    { CONF_TEXT("tcp", struct wire_row, tcp), .required = true, .help = "host:port of a Modbus TCP server" },
    { CONF_DURATION("connect_within", struct wire_row, connect_ms), .fallback = "3s", .low = 10,
      .high = 60000, .help = "how long a connection may take" },
    { CONF_DURATION("answer_within", struct wire_row, answer_ms), .fallback = "1s", .low = 10, .high = 60000,
      .help = "how long a device may take to answer, to the last byte" },
    { CONF_DURATION("pause", struct wire_row, pause_ms), .fallback = "0ms", .low = 0, .high = 10000,
      .help = "least time between two requests, for devices that need to draw breath" },
    { CONF_LIST("devices", struct wire_row, devices), .required = true, .help = "what hangs on it" },
};

struct device_row {
    char id[ID_MAX], site[ID_MAX];
    int64_t unit, every_ms, max_registers, holes;
    int order;
    const struct conf_node *points;
};

static const struct conf_setting DEVICE[] = {
    { CONF_ID("id", struct device_row, id), .required = true, .help = "name of the device" },
    { CONF_ID("site", struct device_row, site), .required = true, .help = "id of the site it stands on" },
    { CONF_COUNT("unit", struct device_row, unit), .fallback = "1", .low = 0, .high = 255,
      .help = "unit identifier, also called slave address" },
    { CONF_DURATION("every", struct device_row, every_ms), .fallback = "5s", .low = 100, .high = CLOCK_DAY_MS,
      .help = "time between two reads" },
    { CONF_COUNT("max_registers", struct device_row, max_registers), .fallback = "125", .low = 1,
      .high = REGISTERS_MAX, .help = "most registers the device gives in one answer" },
    { CONF_COUNT("holes", struct device_row, holes), .fallback = "0", .low = 0, .high = REGISTERS_MAX,
      .help = "registers nobody asked for that one request may span" },
    { CONF_CHOICE("order", struct device_row, order), .fallback = "abcd", .choices = ORDERS,
      .help = "byte order of its 32-bit values; abcd: high word first, cdab: low word first" },
    { CONF_LIST("points", struct device_row, points), .required = true, .help = "what it measures" },
};

struct point_row {
    char id[ID_MAX], was[ID_MAX], name[NAME_MAX_BYTES], parameter[ID_MAX], unit[UNIT_MAX];
    int64_t holding, input, decimals, heartbeat_ms;
    int kind, order;
    double scale, offset, deadband;
    struct conf_range plausible;
    struct conf_words no_value;
};

static const struct conf_setting POINT[] = {
    { CONF_ID("id", struct point_row, id), .required = true,
      .help = "for machines; its history hangs on it" },
    { CONF_ID("was", struct point_row, was),
      .help =
          "after a renaming: the first id it ever had; without it the history ends and a new one begins" },
    { CONF_TEXT("name", struct point_row, name), .required = true, .help = "for people" },
    { CONF_ID("parameter", struct point_row, parameter),
      .help = "what is measured: flow, turbidity, free_chlorine" },
    { CONF_TEXT("unit", struct point_row, unit), .required = true, .help = "of the value; - for none" },
    { CONF_COUNT("holding", struct point_row, holding), .low = 0, .high = 65535,
      .help = "holding register, as on the wire: the first is 0" },
    { CONF_COUNT("input", struct point_row, input), .low = 0, .high = 65535,
      .help = "input register, as on the wire: the first is 0" },
    { CONF_CHOICE("type", struct point_row, kind), .required = true, .choices = KINDS,
      .help = "what the registers hold" },
    { CONF_CHOICE("order", struct point_row, order), .choices = ORDERS,
      .help = "byte order, if not the device's" },
    { CONF_NUMBER("scale", struct point_row, scale), .fallback = "1",
      .help = "value = raw * scale + offset" },
    { CONF_NUMBER("offset", struct point_row, offset), .fallback = "0",
      .help = "value = raw * scale + offset" },
    { CONF_COUNT("decimals", struct point_row, decimals), .fallback = "2", .low = 0, .high = 6,
      .help = "to show" },
    { CONF_NUMBER("deadband", struct point_row, deadband), .fallback = "0", .low = 0, .high = INFINITY,
      .help = "a change must be larger than this to be stored; 0: every change is" },
    { CONF_DURATION("heartbeat", struct point_row, heartbeat_ms), .fallback = "5min", .low = 1000,
      .high = CLOCK_HOUR_MS, .help = "stored at least this often, changed or not" },
    { CONF_RANGE("plausible", struct point_row, plausible),
      .help = "[low, high] that the quantity can have; outside, the value is uncertain" },
    { CONF_WORDS("no_value", struct point_row, no_value),
      .help = "raw register values that mean \"no value\", as unsigned numbers of the type's width" },
};

static const struct field_table TABLES[] = {
    { "plant file", PLANT, COUNT_OF(PLANT) }, { "supplier, system", NAMED, COUNT_OF(NAMED) },
    { "site", SITE, COUNT_OF(SITE) },         { "wire", WIRE, COUNT_OF(WIRE) },
    { "device", DEVICE, COUNT_OF(DEVICE) },   { "point", POINT, COUNT_OF(POINT) },
};

size_t field_tables(const struct field_table **out)
{
    *out = TABLES;
    return COUNT_OF(TABLES);
}

/* ---- loading ---- */

struct loading {
    struct catalogue *catalogue;
    struct field *field;
    struct conf_mistakes *mistakes;
    struct conf_seen wires, devices, points, sites;
    size_t wires_before, sites_before; /* of the plant files before this one */
};

void field_init(struct field *f)
{
    *f = (struct field){ 0 };
}

void field_clear(struct field *f)
{
    for (size_t w = 0; w < f->wire_count; w++) {
        for (size_t d = 0; d < f->wires[w].device_count; d++)
            free(f->wires[w].devices[d].tags);
        free(f->wires[w].devices);
    }
    free(f->wires);
    field_init(f);
}

static void load_named(struct loading *l, const struct conf_node *n, char *id, char *name)
{
    struct name_row row;

    if (n == NULL || !conf_apply(NAMED, COUNT_OF(NAMED), n, &row, l->mistakes))
        return;
    if (id[0] != '\0' && strcmp(id, row.id) != 0)
        conf_mistake(l->mistakes, conf_mark_at(n, "id"), "this node already belongs to \"%s\"", id);
    memcpy(id, row.id, ID_MAX);
    memcpy(name, row.name, NAME_MAX_BYTES);
}

static void load_location(struct loading *l, const struct conf_node *n, struct site *s)
{
    s->latitude = s->longitude = NAN;
    if (n == NULL)
        return;
    if (conf_count(n) != 2) {
        conf_mistake(l->mistakes, conf_mark(n), "location is [latitude, longitude]");
        return;
    }
    if (!conf_read_number(conf_item(n, 0), "latitude", &s->latitude, l->mistakes) ||
        !conf_read_number(conf_item(n, 1), "longitude", &s->longitude, l->mistakes))
        return;
    if (fabs(s->latitude) > 90 || fabs(s->longitude) > 180)
        conf_mistake(l->mistakes, conf_mark(n),
                     "there is no such place on earth: latitude -90..90, longitude -180..180");
}

/* Ids are one name space for all plant files: the database, the metrics and the page go by them. */
static void complain_of_other_file(struct loading *l, const struct conf_node *n, const char *what,
                                   const char *id)
{
    conf_mistake(l->mistakes, conf_mark_at(n, "id"), "%s \"%s\" stands in another plant file already", what,
                 id);
}

static bool site_is_elsewhere(const struct loading *l, const char *id)
{
    for (size_t i = 0; i < l->sites_before; i++)
        if (strcmp(l->catalogue->sites[i].id, id) == 0)
            return true;
    return false;
}

static bool wire_is_elsewhere(const struct loading *l, const char *id)
{
    for (size_t i = 0; i < l->wires_before; i++)
        if (strcmp(l->field->wires[i].id, id) == 0)
            return true;
    return false;
}

static bool device_is_elsewhere(const struct loading *l, const char *id)
{
    for (size_t i = 0; i < l->wires_before; i++)
        for (size_t d = 0; d < l->field->wires[i].device_count; d++)
            if (strcmp(l->field->wires[i].devices[d].id, id) == 0)
                return true;
    return false;
}

static enum err load_site(struct loading *l, const struct conf_node *n)
{
    struct site_row row;
    struct site s = { 0 };
    bool right = conf_apply(SITE, COUNT_OF(SITE), n, &row, l->mistakes);

    load_location(l, row.location, &s);
    if (!right ||
        !conf_seen_once(&l->sites, "site", conf_text(conf_get(n, "id")), conf_mark_at(n, "id"), l->mistakes))
        return ERR_NONE;
    if (site_is_elsewhere(l, row.id))
        complain_of_other_file(l, n, "site", row.id);
    memcpy(s.id, row.id, sizeof s.id);
    memcpy(s.name, row.name, sizeof s.name);
    (void)snprintf(s.kind, sizeof s.kind, "%s", SITE_KINDS[row.kind]);
    return catalogue_add_site(l->catalogue, &s, NULL);
}

static void place_of(struct loading *l, const struct conf_node *n, const struct point_row *row, struct tag *t)
{
    bool holding = row->holding != CONF_NONE, input = row->input != CONF_NONE;

    if (holding == input && conf_get(n, "holding") == NULL && conf_get(n, "input") == NULL)
        conf_mistake(l->mistakes, conf_mark(n),
                     "say where it is: \"holding\" or \"input\" with a register number");
    else if (holding && input)
        conf_mistake(l->mistakes, conf_mark_at(n, "input"),
                     "a point lies in one register: \"holding\" or \"input\"");
    t->function = holding ? FUNCTION_READ_HOLDING : FUNCTION_READ_INPUT;
    t->address = (uint16_t)(holding ? row->holding : input ? row->input : 0);
}

static void check_point(struct loading *l, const struct conf_node *n, const struct tag *t,
                        const struct device *d)
{
    unsigned registers = kind_registers((enum register_kind)t->kind);

    if (t->address + registers > 65536)
        conf_mistake(l->mistakes, conf_mark_at(n, t->function == FUNCTION_READ_HOLDING ? "holding" : "input"),
                     "a value of two registers at 65535 would end beyond the last");
    if (registers > d->max_registers)
        conf_mistake(l->mistakes, conf_mark_at(n, "type"),
                     "needs two registers in one answer, but the device's max_registers is %lld",
                     (long long)d->max_registers);
    if (t->scale == 0)
        conf_mistake(l->mistakes, conf_mark_at(n, "scale"), "a scale of 0 would make every value the same");
    for (unsigned i = 0; i < t->no_value.count && registers == 1; i++)
        if (t->no_value.word[i] > UINT16_MAX)
            conf_mistake(l->mistakes, conf_mark_at(n, "no_value"),
                         "%u does not fit into the one register of %s", t->no_value.word[i], KINDS[t->kind]);
}

static void point_of(const struct point_row *row, const struct device *d, struct point *p)
{
    memcpy(p->id, row->id, sizeof p->id);
    memcpy(p->first_id, row->was, sizeof p->first_id);
    memcpy(p->name, row->name, sizeof p->name);
    memcpy(p->parameter, row->parameter, sizeof p->parameter);
    (void)snprintf(p->unit, sizeof p->unit, "%s", strcmp(row->unit, "-") == 0 ? "" : row->unit);
    memcpy(p->device, d->id, sizeof p->device);
    p->decimals = (int)row->decimals;
    p->every_ms = d->every_ms;
    p->deadband = row->deadband;
    p->heartbeat_ms = row->heartbeat_ms;
    p->low = row->plausible.low;
    p->high = row->plausible.high;
}

static enum err load_point(struct loading *l, const struct conf_node *n, const char *wire, uint32_t site,
                           int order, struct device *d)
{
    struct point_row row;
    struct point p = { .site = site };
    struct tag *t = &d->tags[d->tag_count];
    bool right = conf_apply(POINT, COUNT_OF(POINT), n, &row, l->mistakes);

    *t = (struct tag){ .kind = (uint8_t)(row.kind < 0 ? 0 : row.kind),
                       .order = (uint8_t)(row.order < 0 ? order : row.order),
                       .scale = row.scale,
                       .offset = row.offset,
                       .low = row.plausible.low,
                       .high = row.plausible.high,
                       .no_value = row.no_value };
    place_of(l, n, &row, t);
    if (!right)
        return ERR_NONE;
    check_point(l, n, t, d);
    if (!conf_seen_once(&l->points, "point", conf_text(conf_get(n, "id")), conf_mark_at(n, "id"),
                        l->mistakes))
        return ERR_NONE;
    point_of(&row, d, &p);
    memcpy(p.wire, wire, ID_MAX);
    p.revision = t->revision = revision_of(&p, d, t);
    d->tag_count++;
    return catalogue_add_point(l->catalogue, &p, &t->point);
}

static uint32_t site_index(struct loading *l, const struct conf_node *n, const char *id)
{
    const struct site *s = catalogue_site(l->catalogue, id);

    if (s != NULL)
        return (uint32_t)(s - l->catalogue->sites);
    if (id[0] != '\0')
        conf_mistake(l->mistakes, conf_mark_at(n, "site"), "there is no site \"%s\"", id);
    return 0;
}

static enum err load_device(struct loading *l, const struct conf_node *n, const char *wire, struct device *d)
{
    struct device_row row;
    uint32_t site;
    size_t points;
    enum err rc = ERR_NONE;
    const struct conf_node *id = conf_get(n, "id");

    (void)conf_apply(DEVICE, COUNT_OF(DEVICE), n, &row, l->mistakes);
    if (id != NULL && row.id[0] != '\0')
        (void)conf_seen_once(&l->devices, "device", conf_text(id), conf_mark(id), l->mistakes);
    if (row.id[0] != '\0' && device_is_elsewhere(l, row.id))
        complain_of_other_file(l, n, "device", row.id);
    *d = (struct device){
        .unit = row.unit, .every_ms = row.every_ms, .max_registers = row.max_registers, .holes = row.holes
    };
    memcpy(d->id, row.id, sizeof d->id);
    site = site_index(l, n, row.site);
    points = row.points == NULL ? 0 : conf_count(row.points);
    if (points == 0 || points > TAGS_MAX) {
        conf_mistake(l->mistakes, conf_mark_at(n, "points"), "a device has 1 to %d points, here are %zu",
                     TAGS_MAX, points);
        return ERR_NONE;
    }
    d->tags = calloc(points, sizeof *d->tags);
    if (d->tags == NULL)
        return ERR_MEMORY;
    for (size_t i = 0; i < points && rc == ERR_NONE; i++)
        rc = load_point(l, conf_item(row.points, i), wire, site, row.order, d);
    return rc;
}

/* "host:port", "[v6]:port". */
static void load_endpoint(struct loading *l, const struct conf_node *n, const char *text,
                          struct wire_settings *w)
{
    const char *colon = strrchr(text, ':');
    size_t host = colon == NULL ? 0 : (size_t)(colon - text);
    char *end;
    long port;

    if (text[0] == '\0')
        return;
    if (host >= 2 && text[0] == '[' && text[host - 1] == ']') {
        text++;
        host -= 2;
    }
    port = colon == NULL ? 0 : strtol(colon + 1, &end, 10);
    if (host == 0 || host >= sizeof w->host || port < 1 || port > 65535 || *end != '\0') {
        conf_mistake(l->mistakes, conf_mark_at(n, "tcp"), "\"%s\" is not host:port with a port of 1..65535",
                     text);
        return;
    }
    memcpy(w->host, text, host);
    w->host[host] = '\0';
    (void)snprintf(w->port, sizeof w->port, "%ld", port);
}

static enum err load_wire(struct loading *l, const struct conf_node *n, struct wire_settings *w)
{
    struct wire_row row;
    size_t devices;
    enum err rc = ERR_NONE;
    const struct conf_node *id = conf_get(n, "id");

    (void)conf_apply(WIRE, COUNT_OF(WIRE), n, &row, l->mistakes);
    if (id != NULL && row.id[0] != '\0')
        (void)conf_seen_once(&l->wires, "wire", conf_text(id), conf_mark(id), l->mistakes);
    if (row.id[0] != '\0' && wire_is_elsewhere(l, row.id))
        complain_of_other_file(l, n, "wire", row.id);
    *w = (struct wire_settings){ .connect_ms = row.connect_ms,
                                 .answer_ms = row.answer_ms,
                                 .pause_ms = row.pause_ms };
    memcpy(w->id, row.id, sizeof w->id);
    load_endpoint(l, n, row.tcp, w);
    devices = row.devices == NULL ? 0 : conf_count(row.devices);
    if (devices == 0 || devices > DEVICES_MAX) {
        conf_mistake(l->mistakes, conf_mark_at(n, "devices"), "a wire has 1 to %d devices, here are %zu",
                     DEVICES_MAX, devices);
        return ERR_NONE;
    }
    w->devices = calloc(devices, sizeof *w->devices);
    if (w->devices == NULL)
        return ERR_MEMORY;
    for (; w->device_count < devices && rc == ERR_NONE; w->device_count++)
        rc = load_device(l, conf_item(row.devices, w->device_count), w->id, &w->devices[w->device_count]);
    return rc;
}

static enum err load_wires(struct loading *l, const struct conf_node *list)
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
    for (size_t i = 0; i < more && rc == ERR_NONE; i++)
        rc = load_wire(l, conf_item(list, i), &l->field->wires[l->field->wire_count++]);
    return rc;
}

enum err field_load(const struct conf_node *root, struct catalogue *c, struct field *f,
                    struct conf_mistakes *m)
{
    struct loading l = { .catalogue = c,
                         .field = f,
                         .mistakes = m,
                         .wires_before = f->wire_count,
                         .sites_before = c->site_count };
    struct plant_row row;
    enum err rc = ERR_NONE;

    conf_seen_init(&l.wires);
    conf_seen_init(&l.devices);
    conf_seen_init(&l.points);
    conf_seen_init(&l.sites);
    (void)conf_apply(PLANT, COUNT_OF(PLANT), root, &row, m);
    load_named(&l, row.supplier, c->supplier_id, c->supplier_name);
    load_named(&l, row.system, c->system_id, c->system_name);
    for (size_t i = 0; row.sites != NULL && i < conf_count(row.sites) && rc == ERR_NONE; i++)
        rc = load_site(&l, conf_item(row.sites, i));
    if (rc == ERR_NONE)
        rc = load_wires(&l, row.wires);
    conf_seen_clear(&l.wires);
    conf_seen_clear(&l.devices);
    conf_seen_clear(&l.points);
    conf_seen_clear(&l.sites);
    return rc;
}

void field_check(const struct field *f, struct conf_mark whole, struct conf_mistakes *m)
{
    if (f->wire_count == 0)
        conf_mistake(m, whole, "there is nothing to read: no plant file has a wire");
    for (size_t a = 0; a < f->wire_count; a++)
        for (size_t b = a + 1; b < f->wire_count; b++) {
            const struct wire_settings *x = &f->wires[a], *y = &f->wires[b];
            if (strcmp(x->host, y->host) == 0 && strcmp(x->port, y->port) == 0 && x->host[0] != '\0')
                conf_mistake(m, whole,
                             "wires %s and %s go to one endpoint, %s:%s: hang their devices on one wire",
                             x->id, y->id, x->host, x->port);
        }
}

/* ---- printing ---- */

static void print_point(const struct point *p, const struct tag *t, struct strbuf *to)
{
    struct point_row row = { .holding = CONF_NONE, .input = CONF_NONE };

    memcpy(row.id, p->id, sizeof row.id);
    memcpy(row.was, p->first_id, sizeof row.was);
    memcpy(row.name, p->name, sizeof row.name);
    memcpy(row.parameter, p->parameter, sizeof row.parameter);
    (void)snprintf(row.unit, sizeof row.unit, "%s", p->unit[0] == '\0' ? "-" : p->unit);
    *(t->function == FUNCTION_READ_HOLDING ? &row.holding : &row.input) = t->address;
    row.decimals = p->decimals;
    row.heartbeat_ms = p->heartbeat_ms;
    row.kind = t->kind;
    row.order = t->order;
    row.scale = t->scale;
    row.offset = t->offset;
    row.deadband = p->deadband;
    row.plausible = (struct conf_range){ t->low, t->high };
    row.no_value = t->no_value;
    strbuf_puts(to, "          -\n");
    conf_print(POINT, COUNT_OF(POINT), &row, 12, to);
}

static void print_device(const struct catalogue *c, const struct device *d, struct strbuf *to)
{
    struct device_row row = {
        .unit = d->unit, .every_ms = d->every_ms, .max_registers = d->max_registers, .holes = d->holes
    };

    memcpy(row.id, d->id, sizeof row.id);
    memcpy(row.site, c->sites[c->points[d->tags[0].point].site].id, sizeof row.site);
    strbuf_puts(to, "      -\n");
    conf_print(DEVICE, COUNT_OF(DEVICE), &row, 8, to);
    strbuf_puts(to, "        points:\n");
    for (size_t i = 0; i < d->tag_count; i++)
        print_point(&c->points[d->tags[i].point], &d->tags[i], to);
}

static void print_location(const struct site *s, struct strbuf *to)
{
    char latitude[JSON_NUMBER_MAX], longitude[JSON_NUMBER_MAX];

    (void)json_number_text(s->latitude, latitude);
    (void)json_number_text(s->longitude, longitude);
    strbuf_printf(to, "    location: [%s, %s]\n", latitude, longitude);
}

static void print_sites(const struct catalogue *c, struct strbuf *to)
{
    strbuf_puts(to, "sites:\n");
    for (size_t i = 0; i < c->site_count; i++) {
        const struct site *s = &c->sites[i];
        struct site_row row = { 0 };
        memcpy(row.id, s->id, sizeof row.id);
        memcpy(row.name, s->name, sizeof row.name);
        while (strcmp(SITE_KINDS[row.kind], s->kind) != 0)
            row.kind++;
        strbuf_puts(to, "  -\n");
        conf_print(SITE, COUNT_OF(SITE), &row, 4, to);
        if (!isnan(s->latitude))
            print_location(s, to);
    }
}

static void print_named(const char *key, const char *id, const char *name, struct strbuf *to)
{
    struct name_row row;

    memcpy(row.id, id, sizeof row.id);
    memcpy(row.name, name, sizeof row.name);
    strbuf_printf(to, "%s:\n", key);
    conf_print(NAMED, COUNT_OF(NAMED), &row, 2, to);
}

void field_print(const struct catalogue *c, const struct field *f, struct strbuf *to)
{
    print_named("supplier", c->supplier_id, c->supplier_name, to);
    print_named("system", c->system_id, c->system_name, to);
    print_sites(c, to);
    strbuf_puts(to, "wires:\n");
    for (size_t i = 0; i < f->wire_count; i++) {
        const struct wire_settings *w = &f->wires[i];
        struct wire_row row = { .connect_ms = w->connect_ms,
                                .answer_ms = w->answer_ms,
                                .pause_ms = w->pause_ms };
        memcpy(row.id, w->id, sizeof row.id);
        (void)snprintf(row.tcp, sizeof row.tcp, strchr(w->host, ':') != NULL ? "[%s]:%s" : "%s:%s", w->host,
                       w->port);
        strbuf_puts(to, "  -\n");
        conf_print(WIRE, COUNT_OF(WIRE), &row, 4, to);
        strbuf_puts(to, "    devices:\n");
        for (size_t d = 0; d < w->device_count; d++)
            print_device(c, &w->devices[d], to);
    }
}
