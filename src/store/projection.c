#include "projection.h"

#include <inttypes.h>
#include <stdio.h>

#include "base/json.h"
#include "sql.h"

enum { CHUNK = 500, CHUNK_BYTES = 16 << 20, RETIRE_BYTES = 64 << 20 };

static void day_member(struct json_out *j, const char *key, int32_t day)
{
    char text[DAY_ISO_MAX];

    json_member_words(j, key, day_iso(day, text));
}

static void count_member(struct json_out *j, const char *key, int64_t count)
{
    json_key(j, key);
    if (count < 0)
        json_null(j);
    else
        json_int(j, count);
}

/* "mixing,flocculation,...": words without blanks or commas. */
static void chain_member(struct json_out *j, const struct chain *c)
{
    char text[CHAIN_MAX * 20] = "";
    size_t n = 0;

    for (size_t i = 0; i < c->count && n < sizeof text; i++)
        n += (size_t)snprintf(text + n, sizeof text - n, "%s%s", i == 0 ? "" : ",", CHAIN_STEPS[c->steps[i]]);
    json_member_text(j, "chain", text);
}

static void area_member(struct json_out *j, const struct catalogue *c, uint32_t area)
{
    json_member_words(j, "area", area < c->area_count ? c->areas[area].id : "");
}

static void add_supplier(struct json_out *j, const struct catalogue *c, size_t i)
{
    json_member_text(j, "id", c->suppliers[i].id);
    json_member_text(j, "name", c->suppliers[i].name);
    json_member_words(j, "hotline", c->suppliers[i].hotline);
}

static void add_area(struct json_out *j, const struct catalogue *c, size_t i)
{
    const struct area *a = &c->areas[i];

    json_member_text(j, "id", a->id);
    json_member_text(j, "name", a->name);
    json_member_text(j, "kind", AREA_KINDS[a->kind]);
    json_member_words(j, "parent", a->parent);
    day_member(j, "from_day", a->from);
    day_member(j, "until_day", a->until);
    json_member_text(j, "aliases", a->aliases);
}

static void add_system(struct json_out *j, const struct catalogue *c, size_t i)
{
    const struct system *s = &c->systems[i];

    json_member_text(j, "id", s->id);
    json_member_text(j, "supplier", c->suppliers[s->supplier].id);
    json_member_text(j, "name", s->name);
    json_member_text(j, "kind", SYSTEM_KINDS[s->kind]);
    json_member_number(j, "capacity", s->capacity);
    count_member(j, "people", s->people);
    chain_member(j, &s->chain);
    json_member_text(j, "plan_status", PLAN_STATES[s->plan.status]);
    day_member(j, "plan_approved_on", s->plan.approved_on);
    day_member(j, "plan_valid_until", s->plan.valid_until);
    day_member(j, "plan_next_review", s->plan.next_review);
}

static void add_site(struct json_out *j, const struct catalogue *c, size_t i)
{
    const struct site *s = &c->sites[i];

    json_member_text(j, "id", s->id);
    json_member_text(j, "system", c->systems[s->system].id);
    json_member_text(j, "name", s->name);
    json_member_text(j, "kind", s->kind);
    json_member_number(j, "latitude", s->latitude);
    json_member_number(j, "longitude", s->longitude);
    area_member(j, c, s->area);
    json_member_number(j, "elevation", s->elevation);
    chain_member(j, &s->chain);
}

static void add_version(struct json_out *j, const struct catalogue *c, const struct zone_version *v)
{
    json_open_object(j);
    day_member(j, "from_day", v->from);
    count_member(j, "connections", v->connections);
    count_member(j, "people", v->people);
    json_member_number(j, "lowest", v->lowest);
    json_member_number(j, "highest", v->highest);
    json_member_text(j, "supply", SUPPLY_MODES[v->supply]);
    json_key(j, "flows");
    json_open_array(j);
    for (size_t i = 0; i < v->flow_count; i++) {
        json_open_object(j);
        json_member_text(j, "point", c->points[v->flows[i].point].id);
        json_member_int(j, "sign", v->flows[i].sign);
        json_close_object(j);
    }
    json_close_array(j);
    json_key(j, "critical");
    json_open_array(j);
    for (size_t i = 0; i < v->critical_count; i++)
        json_string(j, c->points[v->critical[i]].id);
    json_close_array(j);
    json_key(j, "priority");
    json_open_array(j);
    for (size_t i = 0; i < v->priority_count; i++) {
        json_open_object(j);
        json_member_text(j, "kind", PRIORITY_KINDS[v->priority[i].kind]);
        json_member_text(j, "name", v->priority[i].name);
        json_close_object(j);
    }
    json_close_array(j);
    json_close_object(j);
}

static void add_zone(struct json_out *j, const struct catalogue *c, size_t i)
{
    const struct zone *z = &c->zones[i];

    json_member_text(j, "id", z->id);
    json_member_text(j, "system", c->systems[z->system].id);
    json_member_text(j, "name", z->name);
    area_member(j, c, z->area);
    json_key(j, "versions");
    json_open_array(j);
    for (size_t v = 0; v < z->version_count; v++)
        add_version(j, c, &z->versions[v]);
    json_close_array(j);
}

static void add_point(struct json_out *j, const struct catalogue *c, size_t i)
{
    const struct point *p = &c->points[i];
    char key[24], revision[24];

    (void)snprintf(key, sizeof key, "%" PRIu64, p->key);
    (void)snprintf(revision, sizeof revision, "%" PRIu64, p->revision);
    json_member_text(j, "key", key);
    json_member_text(j, "id", p->id);
    json_member_text(j, "name", p->name);
    json_member_text(j, "site", c->sites[p->site].id);
    json_member_text(j, "wire", p->wire);
    json_member_text(j, "device", p->device);
    json_member_words(j, "parameter", p->parameter);
    json_member_text(j, "unit", p->unit);
    json_member_int(j, "decimals", p->decimals);
    json_member_int(j, "every_ms", p->every_ms);
    json_member_number(j, "deadband", p->deadband);
    json_member_int(j, "heartbeat_ms", p->heartbeat_ms);
    json_member_number(j, "low", p->low);
    json_member_number(j, "high", p->high);
    json_key(j, "manual");
    json_bool(j, p->manual);
    json_member_text(j, "revision", revision);
    json_member_int(j, "version", c->version);
    json_member_int(j, "since_ms", c->applied.ms);
}

/* Sends items [0, count) in chunks; `owner` is the statement's second parameter. */
static enum err send_chunks(struct pg *p, const char *sql, const char *owner, const struct catalogue *c,
                            size_t count,
                            void (*add)(struct json_out *j, const struct catalogue *c, size_t i),
                            struct fault *why)
{
    struct strbuf text;
    enum err rc = ERR_NONE;

    strbuf_init(&text, CHUNK_BYTES);
    for (size_t i = 0; i < count && rc == ERR_NONE;) {
        struct json_out j;

        strbuf_reset(&text);
        json_out_init(&j, &text);
        json_open_array(&j);
        for (size_t end = i + CHUNK; i < count && i < end; i++) {
            json_open_object(&j);
            add(&j, c, i);
            json_close_object(&j);
        }
        json_close_array(&j);
        if (text.failed) {
            rc = fault_set(why, ERR_MEMORY, "delivery: no memory for the catalogue");
            break;
        }
        struct pg_value v[] = { pg_bytes(text.text, text.len), pg_text(owner) };
        v[0].kind = PG_TEXT;
        rc = pg_ask(p, sql, v, COUNT_OF(v), NULL, why);
    }
    strbuf_clear(&text);
    return rc;
}

static void ids(struct json_out *j, const char *key, const void *items, size_t count, size_t size)
{
    json_key(j, key);
    json_open_array(j);
    for (size_t i = 0; i < count; i++)
        json_string(j, (const char *)items + i * size); /* an id is the first member of all of them */
    json_close_array(j);
}

/* What this node no longer has stays, marked: history speaks of it. */
static enum err retire(struct pg *p, const struct catalogue *c, const char *node, struct fault *why)
{
    struct strbuf text;
    struct json_out j;
    enum err rc;

    strbuf_init(&text, RETIRE_BYTES);
    json_out_init(&j, &text);
    json_open_object(&j);
    ids(&j, "systems", c->systems, c->system_count, sizeof *c->systems);
    ids(&j, "sites", c->sites, c->site_count, sizeof *c->sites);
    ids(&j, "zones", c->zones, c->zone_count, sizeof *c->zones);
    json_key(&j, "points");
    json_open_array(&j);
    for (size_t i = 0; i < c->point_count; i++) {
        char key[24];
        (void)snprintf(key, sizeof key, "%" PRIu64, c->points[i].key);
        json_string(&j, key);
    }
    json_close_array(&j);
    json_close_object(&j);
    if (text.failed) {
        rc = fault_set(why, ERR_MEMORY, "delivery: no memory for the catalogue");
    } else {
        struct pg_value v[] = { pg_text(text.text), pg_text(node), pg_time(c->applied) };
        rc = pg_ask(p, sql_world_retire, v, COUNT_OF(v), NULL, why);
    }
    strbuf_clear(&text);
    return rc;
}

enum err projection_write(struct pg *p, const struct catalogue *c, const char *node, int64_t epoch,
                          struct fault *why)
{
    const struct {
        const char *sql;
        size_t count;
        void (*add)(struct json_out *j, const struct catalogue *c, size_t i);
    } TABLES[] = {
        { sql_suppliers_upsert, c->supplier_count, add_supplier },
        { sql_areas_upsert, c->area_count, add_area },
        { sql_systems_upsert, c->system_count, add_system },
        { sql_sites_upsert, c->site_count, add_site },
        { sql_points_upsert, c->point_count, add_point },
        { sql_zones_upsert, c->zone_count, add_zone },
    };
    struct pg_value who[] = { pg_text(node), pg_int(epoch), pg_text(CAPNUOC_VERSION) };
    enum err rc = ERR_NONE;

    for (size_t i = 0; i < COUNT_OF(TABLES) && rc == ERR_NONE; i++)
        rc = send_chunks(p, TABLES[i].sql, node, c, TABLES[i].count, TABLES[i].add, why);
    if (rc == ERR_NONE)
        rc = retire(p, c, node, why);
    /* last: the node's row stays locked until the commit, and its beats wait for that */
    return rc != ERR_NONE ? rc : pg_ask(p, sql_node_upsert, who, COUNT_OF(who), NULL, why);
}
