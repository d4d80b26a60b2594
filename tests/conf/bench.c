/* How long a plant of 100,000 points takes from text to checked settings: loading, tables, ids that may stand
 * only once.  Two files: points with the usual keys, and points with every key there is. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"
#include "conf/seen.h"
#include "conf/table.h"

enum { POINTS = 100000 };

struct point {
    char id[64], name[160], parameter[64], unit[24];
    int64_t holding, decimals, heartbeat_ms;
    int type, order;
    double scale, offset, deadband;
    struct conf_range plausible;
    struct conf_words no_value;
};

static const char *const TYPES[] = { "u16", "i16", "u32", "i32", "f32", NULL };
static const char *const ORDERS[] = { "abcd", "cdab", "badc", "dcba", NULL };

static const struct conf_setting POINT[] = {
    { CONF_ID("id", struct point, id), .required = true, .help = "a" },
    { CONF_TEXT("name", struct point, name), .required = true, .help = "a" },
    { CONF_ID("parameter", struct point, parameter), .help = "a" },
    { CONF_TEXT("unit", struct point, unit), .help = "a" },
    { CONF_COUNT("holding", struct point, holding), .low = 0, .high = 65535, .help = "a" },
    { CONF_CHOICE("type", struct point, type), .required = true, .choices = TYPES, .help = "a" },
    { CONF_CHOICE("order", struct point, order), .fallback = "abcd", .choices = ORDERS, .help = "a" },
    { CONF_NUMBER("scale", struct point, scale), .fallback = "1", .help = "a" },
    { CONF_NUMBER("offset", struct point, offset), .fallback = "0", .help = "a" },
    { CONF_COUNT("decimals", struct point, decimals), .fallback = "2", .low = 0, .high = 6, .help = "a" },
    { CONF_NUMBER("deadband", struct point, deadband), .fallback = "0", .low = 0, .high = INFINITY,
      .help = "a" },
    { CONF_DURATION("heartbeat", struct point, heartbeat_ms), .fallback = "5min", .help = "a" },
    { CONF_RANGE("plausible", struct point, plausible), .help = "a" },
    { CONF_WORDS("no_value", struct point, no_value), .help = "a" },
};

static const char USUAL[] = "  - { id: lc.w%d.p%d, name: Lưu lượng %d, unit: m3/h, holding: %d, type: f32, "
                            "plausible: [0, 500] }\n";
static const char FULL[] =
    "  - { id: lc.w%d.p%d, name: Lưu lượng phát ra mạng %d, parameter: flow, unit: m3/h, holding: %d, type: "
    "f32, "
    "order: cdab, scale: 1.0, offset: 0, decimals: 1, deadband: 0.5, heartbeat: 5min, plausible: [0, 500], "
    "no_value: [0x7FC00000] }\n";

static void write_points(struct strbuf *text, bool full)
{
    strbuf_puts(text, "points:\n");
    for (int i = 0; i < POINTS; i++) {
        if (full)
            strbuf_printf(text, FULL, i / 1000, i, i, i % 65536);
        else
            strbuf_printf(text, USUAL, i / 1000, i, i, i % 65536);
    }
}

static size_t check(const struct conf_node *points, struct conf_mistakes *m)
{
    struct conf_seen ids;
    size_t right = 0;

    conf_seen_init(&ids);
    for (size_t i = 0; i < conf_count(points); i++) {
        const struct conf_node *n = conf_item(points, i);
        struct point p;
        bool good = conf_apply(POINT, COUNT_OF(POINT), n, &p, m);
        if (good && conf_seen_once(&ids, "point", conf_text(conf_get(n, "id")), conf_mark_at(n, "id"), m))
            right++;
    }
    conf_seen_clear(&ids);
    return right;
}

static int run(const char *what, bool full)
{
    struct conf_mistakes m;
    struct conf_file *f = NULL;
    struct strbuf text;
    struct mono begin, loaded, done;
    size_t right = 0;

    strbuf_init(&text, CONF_FILE_MAX);
    write_points(&text, full);
    conf_mistakes_init(&m, 0);
    begin = mono_read();
    if (text.failed || conf_load_text("bench.yaml", text.text, text.len, &f, &m) != ERR_NONE)
        return 1;
    loaded = mono_read();
    right = check(conf_get(conf_root(f), "points"), &m);
    done = mono_read();
    printf("conf %-6s points=%zu bytes=%zu load_ms=%lld tables_ms=%lld total_ms=%lld\n", what, right,
           text.len, (long long)(loaded.ms - begin.ms), (long long)(done.ms - loaded.ms),
           (long long)(done.ms - begin.ms));
    conf_file_free(f);
    conf_mistakes_clear(&m);
    strbuf_clear(&text);
    return right == POINTS ? 0 : 1;
}

int main(void)
{
    int usual = run("usual", false);
    int full = run("full", true);

    return usual != 0 || full != 0;
}
