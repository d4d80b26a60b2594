#include "projection.h"

#include <inttypes.h>
#include <stdio.h>

#include "base/json.h"
#include "sql.h"

enum { CHUNK = 500, CHUNK_BYTES = 4 << 20 };

static void member(struct json_out *j, const char *key, const char *text)
{
    json_key(j, key);
    json_string(j, text[0] != '\0' ? text : NULL);
}

static void text_member(struct json_out *j, const char *key, const char *text)
{
    json_key(j, key);
    json_string(j, text);
}

static void number_member(struct json_out *j, const char *key, double value)
{
    json_key(j, key);
    json_number(j, value);
}

static void int_member(struct json_out *j, const char *key, int64_t value)
{
    json_key(j, key);
    json_int(j, value);
}

static void add_site(struct json_out *j, const struct catalogue *c, size_t i)
{
    const struct site *s = &c->sites[i];

    text_member(j, "id", s->id);
    text_member(j, "name", s->name);
    text_member(j, "kind", s->kind);
    number_member(j, "latitude", s->latitude);
    number_member(j, "longitude", s->longitude);
}

static void add_point(struct json_out *j, const struct catalogue *c, size_t i)
{
    const struct point *p = &c->points[i];
    char key[24], revision[24];

    (void)snprintf(key, sizeof key, "%" PRIu64, p->key);
    (void)snprintf(revision, sizeof revision, "%" PRIu64, p->revision);
    text_member(j, "key", key);
    text_member(j, "id", p->id);
    text_member(j, "name", p->name);
    text_member(j, "site", c->sites[p->site].id);
    text_member(j, "wire", p->wire);
    text_member(j, "device", p->device);
    member(j, "parameter", p->parameter);
    text_member(j, "unit", p->unit);
    int_member(j, "decimals", p->decimals);
    int_member(j, "every_ms", p->every_ms);
    number_member(j, "deadband", p->deadband);
    int_member(j, "heartbeat_ms", p->heartbeat_ms);
    number_member(j, "low", p->low);
    number_member(j, "high", p->high);
    text_member(j, "revision", revision);
    int_member(j, "version", c->version);
    int_member(j, "since_ms", c->applied.ms);
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

enum err projection_write(struct pg *p, const struct catalogue *c, const char *node, int64_t epoch,
                          struct fault *why)
{
    struct pg_value who[] = { pg_text(node), pg_int(epoch), pg_text(CAPNUOC_VERSION) };
    struct pg_value whose[] = { pg_text(c->supplier_id), pg_text(c->supplier_name), pg_text(c->system_id),
                                pg_text(c->system_name) };
    enum err rc = pg_ask(p, sql_node_upsert, who, COUNT_OF(who), NULL, why);

    if (rc == ERR_NONE)
        rc = pg_ask(p, sql_supplier_upsert, whose, COUNT_OF(whose), NULL, why);
    if (rc == ERR_NONE)
        rc = send_chunks(p, sql_sites_upsert, c->system_id, c, c->site_count, add_site, why);
    if (rc == ERR_NONE)
        rc = send_chunks(p, sql_points_upsert, node, c, c->point_count, add_point, why);
    return rc;
}
