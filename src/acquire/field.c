#include "acquire/field.h"

#include <stdlib.h>

#include "field_rows.h"
#include "loading.h"
#include "model/rule_file.h"
#include "seal/seal.h"

/* ---- the tables: what a plant file may say ---- */

struct plant_row {
    const struct conf_node *supplier, *system, *suppliers, *systems, *areas, *sites, *mains, *zones, *wires,
        *manual, *counted;
};

static const struct conf_setting PLANT[] = {
    { CONF_SECTION("supplier", struct plant_row, supplier), .help = "who supplies the water" },
    { CONF_SECTION("system", struct plant_row, system), .help = "the works all sites belong to" },
    { CONF_LIST("suppliers", struct plant_row, suppliers), .help = "several, instead of one" },
    { CONF_LIST("systems", struct plant_row, systems),
      .help = "several, instead of one; then every site names its own" },
    { CONF_LIST("areas", struct plant_row, areas),
      .help = "administrative areas; mostly in a file of their own" },
    { CONF_LIST("sites", struct plant_row, sites), .required = true, .help = "places" },
    { CONF_LIST("mains", struct plant_row, mains), .help = "pipes as they lie, for the map" },
    { CONF_LIST("zones", struct plant_row, zones), .help = "areas of supply between meters" },
    { CONF_LIST("wires", struct plant_row, wires), .required = true, .help = "connections to devices" },
    { CONF_LIST("manual", struct plant_row, manual), .help = "points that people read, without a device" },
    { CONF_LIST("counted", struct plant_row, counted),
      .help = "run hours and starts, counted of the state of a machine" },
};

static const struct field_table TABLES[] = {
    { "plant file", PLANT, COUNT_OF(PLANT) },
    { "wire", WIRE, COUNT_OF(WIRE) },
    { "wire: serial", SERIAL, COUNT_OF(SERIAL) },
    { "wire: listen", LISTEN, COUNT_OF(LISTEN) },
    { "device", DEVICE, COUNT_OF(DEVICE) },
    { "gate", GATE, COUNT_OF(GATE) },
    { "alive", ALIVE, COUNT_OF(ALIVE) },
    { "identity", IDENTITY, COUNT_OF(IDENTITY) },
    { "forbidden", FORBIDDEN, COUNT_OF(FORBIDDEN) },
    { "point", POINT, COUNT_OF(POINT) },
    { "manual", MANUAL, COUNT_OF(MANUAL) },
    { "counted", COUNTED, COUNT_OF(COUNTED) },
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
        for (size_t d = 0; d < f->wires[w].device_count; d++) {
            struct device *device = &f->wires[w].devices[d];
            for (size_t t = 0; t < device->tag_count; t++)
                free(device->tags[t].states);
            free(device->tags);
        }
        free(f->wires[w].devices);
    }
    free(f->wires);
    field_seen_free(f->seen);
    world_reader_free(f->world);
    rules_reader_free(f->rules);
    field_init(f);
}

/* Made with the first file, gone after the last. */
static enum err begin_reading(struct field *f, struct catalogue *c)
{
    if (f->seen == NULL)
        f->seen = field_seen_new();
    if (f->seen == NULL)
        return ERR_MEMORY;
    if (f->rules == NULL && rules_reader_new(&f->rules, c) != ERR_NONE)
        return ERR_MEMORY;
    return f->world == NULL ? world_reader_new(&f->world, c) : ERR_NONE;
}

enum err field_load_areas(const struct conf_node *list, struct catalogue *c, struct field *f,
                          struct conf_mistakes *m)
{
    enum err rc = begin_reading(f, c);

    return rc != ERR_NONE ? rc : world_read_areas(f->world, list, m);
}

/* A site that is unknown was refused. */
static enum err load_site_rules(struct field *f, const struct conf_node *sites)
{
    enum err rc = ERR_NONE;

    for (size_t i = 0; sites != NULL && i < conf_count(sites) && rc == ERR_NONE; i++) {
        const struct conf_node *site = conf_item(sites, i), *id = conf_get(site, "id");
        uint32_t index = id == NULL ? NO_INDEX : world_site(f->world, conf_text(id));
        if (index != NO_INDEX)
            rc = rules_of_site(f->rules, index, conf_get(site, "rules"));
    }
    return rc;
}

enum err field_load(const struct conf_node *root, const struct profiles *profiles, struct catalogue *c,
                    struct field *f, struct conf_mistakes *m)
{
    struct loading l = { .catalogue = c, .field = f, .profiles = profiles, .mistakes = m };
    struct plant_row row;
    struct world_sections world;
    enum err rc = begin_reading(f, c);

    if (rc != ERR_NONE)
        return rc;
    (void)conf_apply(PLANT, COUNT_OF(PLANT), root, &row, m);
    world = (struct world_sections){ root,      row.supplier, row.system, row.suppliers, row.systems,
                                     row.areas, row.sites,    row.mains,  row.zones };
    rc = world_read(f->world, &world, m);
    if (rc == ERR_NONE)
        rc = load_site_rules(f, row.sites);
    if (rc == ERR_NONE)
        rc = load_wires(&l, row.wires);
    if (rc == ERR_NONE)
        rc = load_manual(&l, row.manual);
    if (rc == ERR_NONE)
        rc = load_counted(&l, row.counted);
    return rc == ERR_FULL ? ERR_NONE : rc; /* reported, with its place */
}

enum err field_check(struct field *f, struct conf_mark whole, struct conf_mistakes *m)
{
    enum err rc = f->world == NULL ? ERR_NONE : world_finish(f->world, m);

    if (f->wire_count == 0)
        conf_mistake(m, whole, "there is nothing to read: no plant file has a wire");
    if (rc == ERR_NONE)
        rc = field_seen_finish(f->seen, m);
    if (rc == ERR_NONE && f->rules != NULL)
        rc = rules_finish(f->rules, m);
    rules_reader_free(f->rules);
    f->rules = NULL;
    field_seen_free(f->seen);
    f->seen = NULL;
    world_reader_free(f->world);
    f->world = NULL;
    return rc;
}

/* ---- printing ---- */

void field_print(const struct catalogue *c, const struct field *f, struct strbuf *to)
{
    world_print(c, to);
    strbuf_puts(to, "wires:\n");
    for (size_t i = 0; i < f->wire_count; i++)
        print_wire(c, &f->wires[i], to);
    print_manual(c, to);
    print_counted(c, to);
}
