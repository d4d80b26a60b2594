#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/json.h"
#include "world_rows.h"

static void begin(struct strbuf *to, unsigned indent)
{
    strbuf_printf(to, "%*s-\n", (int)indent, "");
}

static void print_supplier(const struct supplier *s, unsigned indent, struct strbuf *to)
{
    struct supplier_row row;

    memcpy(row.id, s->id, sizeof row.id);
    memcpy(row.name, s->name, sizeof row.name);
    memcpy(row.hotline, s->hotline, sizeof row.hotline);
    conf_print(SUPPLIER, COUNT_OF(SUPPLIER), &row, indent, to);
}

static void print_chain(const struct chain *c, unsigned indent, struct strbuf *to)
{
    if (c->count == 0)
        return;
    strbuf_printf(to, "%*schain: [", (int)indent, "");
    for (size_t i = 0; i < c->count; i++)
        strbuf_printf(to, "%s%s", i == 0 ? "" : ", ", CHAIN_STEPS[c->steps[i]]);
    strbuf_puts(to, "]\n");
}

static void print_plan(const struct safety_plan *p, unsigned indent, struct strbuf *to)
{
    struct plan_row row = { .status = p->status };

    if (p->status == 0 && p->approved_on == DAY_NONE && p->valid_until == DAY_NONE &&
        p->next_review == DAY_NONE)
        return;
    (void)day_iso(p->approved_on, row.approved_on);
    (void)day_iso(p->valid_until, row.valid_until);
    (void)day_iso(p->next_review, row.next_review);
    strbuf_printf(to, "%*ssafety_plan:\n", (int)indent, "");
    conf_print(PLAN, COUNT_OF(PLAN), &row, indent + 2, to);
}

static void print_system(const struct catalogue *c, const struct system *s, bool in_list, unsigned indent,
                         struct strbuf *to)
{
    struct system_row row = { .kind = s->kind,
                              .capacity = s->capacity,
                              .people = s->people < 0 ? CONF_NONE : s->people,
                              .source = s->source,
                              .disinfection = s->disinfection,
                              .terrain = s->terrain };

    memcpy(row.id, s->id, sizeof row.id);
    memcpy(row.name, s->name, sizeof row.name);
    if (in_list && s->supplier < c->supplier_count)
        memcpy(row.supplier, c->suppliers[s->supplier].id, sizeof row.supplier);
    conf_print(SYSTEM, COUNT_OF(SYSTEM), &row, indent, to);
    print_chain(&s->chain, indent, to);
    print_plan(&s->plan, indent, to);
}

/* A text in double quotes, whatever is in it: JSON's quoting is YAML's, too. */
static void print_text(struct strbuf *to, const char *text, size_t len)
{
    char copy[ALIASES_MAX];
    struct json_out j;

    (void)snprintf(copy, sizeof copy, "%.*s", (int)len, text);
    json_out_init(&j, to);
    json_string(&j, copy);
}

static void print_aliases(const char *aliases, struct strbuf *to)
{
    if (aliases[0] == '\0')
        return;
    strbuf_puts(to, "    aliases: [");
    for (const char *s = aliases; *s != '\0';) {
        size_t n = strcspn(s, "\n");
        if (s != aliases)
            strbuf_puts(to, ", ");
        print_text(to, s, n);
        s += n + (s[n] == '\n');
    }
    strbuf_puts(to, "]\n");
}

static void print_area(const struct area *a, struct strbuf *to)
{
    struct area_row row = { .kind = a->kind };

    memcpy(row.id, a->id, sizeof row.id);
    memcpy(row.name, a->name, sizeof row.name);
    memcpy(row.parent, a->parent, sizeof row.parent);
    (void)day_iso(a->from, row.from);
    (void)day_iso(a->until, row.until);
    begin(to, 2);
    conf_print(AREA, COUNT_OF(AREA), &row, 4, to);
    print_aliases(a->aliases, to);
}

static void print_location(const struct site *s, struct strbuf *to)
{
    char latitude[JSON_NUMBER_MAX], longitude[JSON_NUMBER_MAX];

    if (isnan(s->latitude))
        return;
    (void)json_number_text(s->latitude, latitude);
    (void)json_number_text(s->longitude, longitude);
    strbuf_printf(to, "    location: [%s, %s]\n", latitude, longitude);
}

static void place_ids(const struct catalogue *c, bool many, uint32_t system, uint32_t area,
                      char system_id[ID_MAX], char area_id[ID_MAX])
{
    system_id[0] = area_id[0] = '\0';
    if (many && system < c->system_count)
        memcpy(system_id, c->systems[system].id, ID_MAX);
    if (area < c->area_count)
        memcpy(area_id, c->areas[area].id, ID_MAX);
}

static void print_site(const struct catalogue *c, const struct site *s, bool many, struct strbuf *to)
{
    struct site_row row = { .elevation = s->elevation,
                            .residence_ms = s->residence_ms == 0 ? CONF_NONE : s->residence_ms };

    memcpy(row.id, s->id, sizeof row.id);
    memcpy(row.name, s->name, sizeof row.name);
    place_ids(c, many, s->system, s->area, row.system, row.area);
    while (SITE_KINDS[row.kind + 1] != NULL && strcmp(SITE_KINDS[row.kind], s->kind) != 0)
        row.kind++;
    begin(to, 2);
    conf_print(SITE, COUNT_OF(SITE), &row, 4, to);
    print_location(s, to);
    print_chain(&s->chain, 4, to);
}

static void print_path(const struct water_main *m, struct strbuf *to)
{
    char latitude[JSON_NUMBER_MAX], longitude[JSON_NUMBER_MAX];

    strbuf_puts(to, "    path:\n");
    for (size_t i = 0; i < m->bend_count; i++) {
        (void)json_number_text(m->bends[i].latitude, latitude);
        (void)json_number_text(m->bends[i].longitude, longitude);
        strbuf_printf(to, "      - [%s, %s]\n", latitude, longitude);
    }
}

static void print_main(const struct catalogue *c, const struct water_main *m, bool many, struct strbuf *to)
{
    struct main_row row = { .diameter_mm = m->diameter_mm };
    char unused[ID_MAX];

    memcpy(row.id, m->id, sizeof row.id);
    memcpy(row.name, m->name, sizeof row.name);
    place_ids(c, many, m->system, NO_INDEX, row.system, unused);
    begin(to, 2);
    conf_print(MAIN, COUNT_OF(MAIN), &row, 4, to);
    print_path(m, to);
}

static void print_version(const struct catalogue *c, const struct zone_version *v, struct strbuf *to)
{
    struct version_row row = { .connections = v->connections < 0 ? CONF_NONE : v->connections,
                               .people = v->people < 0 ? CONF_NONE : v->people,
                               .elevation = { v->lowest, v->highest },
                               .supply = v->supply };

    (void)day_iso(v->from, row.from);
    begin(to, 6);
    conf_print(ZONE_VERSION, COUNT_OF(ZONE_VERSION), &row, 8, to);
    strbuf_puts(to, "        flows:\n");
    for (size_t i = 0; i < v->flow_count; i++)
        strbuf_printf(to, "          - { point: %s, sign: %s }\n", c->points[v->flows[i].point].id,
                      FLOW_SIGNS[v->flows[i].sign < 0]);
    if (v->critical_count > 0)
        strbuf_puts(to, "        critical:\n");
    for (size_t i = 0; i < v->critical_count; i++)
        strbuf_printf(to, "          - %s\n", c->points[v->critical[i]].id);
    if (v->priority_count > 0)
        strbuf_puts(to, "        priority:\n");
    for (size_t i = 0; i < v->priority_count; i++) {
        strbuf_printf(to, "          - { kind: %s, name: ", PRIORITY_KINDS[v->priority[i].kind]);
        print_text(to, v->priority[i].name, strlen(v->priority[i].name));
        strbuf_puts(to, " }\n");
    }
}

static void print_zone(const struct catalogue *c, const struct zone *z, bool many, struct strbuf *to)
{
    struct zone_row row;

    memset(&row, 0, sizeof row);
    memcpy(row.id, z->id, sizeof row.id);
    memcpy(row.name, z->name, sizeof row.name);
    place_ids(c, many, z->system, z->area, row.system, row.area);
    begin(to, 2);
    conf_print(ZONE, COUNT_OF(ZONE), &row, 4, to);
    strbuf_puts(to, "    versions:\n");
    for (size_t i = 0; i < z->version_count; i++)
        print_version(c, &z->versions[i], to);
}

static void print_owners(const struct catalogue *c, bool many, struct strbuf *to)
{
    if (!many) {
        strbuf_puts(to, "supplier:\n");
        print_supplier(&c->suppliers[0], 2, to);
        strbuf_puts(to, "system:\n");
        print_system(c, &c->systems[0], false, 2, to);
        return;
    }
    strbuf_puts(to, "suppliers:\n");
    for (size_t i = 0; i < c->supplier_count; i++) {
        begin(to, 2);
        print_supplier(&c->suppliers[i], 4, to);
    }
    strbuf_puts(to, "systems:\n");
    for (size_t i = 0; i < c->system_count; i++) {
        begin(to, 2);
        print_system(c, &c->systems[i], true, 4, to);
    }
}

void world_print(const struct catalogue *c, struct strbuf *to)
{
    bool many = c->supplier_count != 1 || c->system_count != 1;

    print_owners(c, many, to);
    if (c->area_count > 0)
        strbuf_puts(to, "areas:\n");
    for (size_t i = 0; i < c->area_count; i++)
        print_area(&c->areas[i], to);
    strbuf_puts(to, "sites:\n");
    for (size_t i = 0; i < c->site_count; i++)
        print_site(c, &c->sites[i], many, to);
    if (c->main_count > 0)
        strbuf_puts(to, "mains:\n");
    for (size_t i = 0; i < c->main_count; i++)
        print_main(c, &c->mains[i], many, to);
    if (c->zone_count > 0)
        strbuf_puts(to, "zones:\n");
    for (size_t i = 0; i < c->zone_count; i++)
        print_zone(c, &c->zones[i], many, to);
}
