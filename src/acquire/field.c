#include "acquire/field.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "field_rows.h"
#include "loading.h"
#include "seal/seal.h"

static const char *const SITE_KINDS[] = {
    "intake", "treatment_plant", "booster_station", "reservoir", "dma", "chamber", NULL
};

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

static const struct field_table TABLES[] = {
    { "plant file", PLANT, COUNT_OF(PLANT) },
    { "supplier, system", NAMED, COUNT_OF(NAMED) },
    { "site", SITE, COUNT_OF(SITE) },
    { "wire", WIRE, COUNT_OF(WIRE) },
    { "device", DEVICE, COUNT_OF(DEVICE) },
    { "forbidden", FORBIDDEN, COUNT_OF(FORBIDDEN) },
    { "point", POINT, COUNT_OF(POINT) },
    { "profile file", PROFILE_FILE, COUNT_OF(PROFILE_FILE) },
    { "profile", PROFILE, COUNT_OF(PROFILE) },
    { "point of a profile", PROFILE_POINT, COUNT_OF(PROFILE_POINT) },
};

size_t field_tables(const struct field_table **out)
{
    *out = TABLES;
    return COUNT_OF(TABLES);
}

/* ---- loading ---- */

void field_init(struct field *f)
{
    *f = (struct field){ .key_of = seal_key63 };
}

void field_clear(struct field *f)
{
    for (size_t w = 0; w < f->wire_count; w++) {
        for (size_t d = 0; d < f->wires[w].device_count; d++)
            free(f->wires[w].devices[d].tags);
        free(f->wires[w].devices);
    }
    free(f->wires);
    field_seen_free(f->seen);
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

enum err field_load(const struct conf_node *root, const struct profiles *profiles, struct catalogue *c,
                    struct field *f, struct conf_mistakes *m)
{
    struct loading l = {
        .catalogue = c, .field = f, .profiles = profiles, .mistakes = m, .sites_before = c->site_count
    };
    struct plant_row row;
    enum err rc = ERR_NONE;

    if (f->seen == NULL && (f->seen = field_seen_new()) == NULL)
        return ERR_MEMORY;
    conf_seen_init(&l.sites);
    (void)conf_apply(PLANT, COUNT_OF(PLANT), root, &row, m);
    load_named(&l, row.supplier, c->supplier_id, c->supplier_name);
    load_named(&l, row.system, c->system_id, c->system_name);
    for (size_t i = 0; row.sites != NULL && i < conf_count(row.sites) && rc == ERR_NONE; i++)
        rc = load_site(&l, conf_item(row.sites, i));
    if (rc == ERR_NONE)
        rc = load_wires(&l, row.wires);
    conf_seen_clear(&l.sites);
    return rc == ERR_FULL ? ERR_NONE : rc; /* reported, with its place */
}

void field_check(struct field *f, struct conf_mark whole, struct conf_mistakes *m)
{
    if (f->wire_count == 0)
        conf_mistake(m, whole, "there is nothing to read: no plant file has a wire");
    field_seen_free(f->seen);
    f->seen = NULL;
}

/* ---- printing ---- */

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
    for (size_t i = 0; i < f->wire_count; i++)
        print_wire(c, &f->wires[i], to);
}
