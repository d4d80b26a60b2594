#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "choose.h"
#include "picture.h"
#include "problem.h"
#include "routes.h"
#include "seal/seal.h"
#include "sees.h"

/* The present, or a refusal: before the first picture there is nothing true to say. */
static struct snapshot *take(const struct face *f, const struct request *q, struct reply *r)
{
    struct snapshot *s = f->ports.present.take(f->ports.present.self);

    if (s == NULL) {
        problem(r, q->lang, PROBLEM_NOT_READY, NULL, NULL);
        r->retry_after_s = 1;
    }
    return s;
}

/* A page in the making. */
struct page {
    char *const *folded; /* per point: what `q` searches */
    const struct choice *choice;
    const struct snapshot *now;
    struct json_out j;
};

/* Writes the chosen points; *more is the index of the last of them when others follow. */
static void write_points(struct page *p, uint32_t *more)
{
    const struct catalogue *c = snapshot_catalogue(p->now);
    size_t n = snapshot_points(p->now) < c->point_count ? snapshot_points(p->now) : c->point_count;
    unsigned given = 0;
    uint32_t last = UINT32_MAX;

    *more = UINT32_MAX;
    for (uint32_t i = p->choice->first; i < n; i++) {
        const struct reading *r = &snapshot_point(p->now, i)->reading;
        if (!chosen(p->choice, c, i, p->folded[i], r))
            continue;
        if (given++ == p->choice->limit) {
            *more = last;
            return;
        }
        last = i;
        json_open_object(&p->j);
        picture_point(&p->j, c, &c->points[i], r);
        json_close_object(&p->j);
    }
}

static void write_page(struct strbuf *b, char *const *folded, const struct choice *w,
                       const struct snapshot *s)
{
    struct page p = { .folded = folded, .choice = w, .now = s };
    char cursor[CURSOR_MAX];
    uint32_t more;

    json_out_init(&p.j, b);
    json_open_object(&p.j);
    json_key(&p.j, "at");
    json_time(&p.j, snapshot_at(s));
    json_key(&p.j, "generation");
    json_int(&p.j, (int64_t)snapshot_generation(s));
    json_key(&p.j, "points");
    json_open_array(&p.j);
    write_points(&p, &more);
    json_close_array(&p.j);
    json_key(&p.j, "next");
    if (more == UINT32_MAX) {
        json_null(&p.j);
    } else {
        cursor_text(snapshot_catalogue(s)->points[more].id, cursor);
        json_string(&p.j, cursor);
    }
    json_close_object(&p.j);
}

/* One key per question and sight, whatever the order of its parameters.  Every value is bounded, so it fits.
 */
static void page_key(const struct request *q, char out[PAGE_KEY_MAX])
{
    static const char *const NAMES[] = { "site", "parameter", "quality", "wire", "q", "limit", "next" };
    size_t n = (size_t)snprintf(out, PAGE_KEY_MAX, "%" PRIx64 "\n", sight_key(&q->visitor));

    for (size_t i = 0; i < sizeof NAMES / sizeof NAMES[0] && n < PAGE_KEY_MAX; i++) {
        const char *value = target_value(&q->target, NAMES[i]);
        n += (size_t)snprintf(out + n, PAGE_KEY_MAX - n, "%s\n", value == NULL ? "" : value);
    }
}

static struct page_entry *page_of(struct face *f, const char *key, const struct choice *w,
                                  const struct snapshot *s)
{
    struct page_entry *e = pages_find(&f->pages, key, snapshot_generation(s));
    char *const *folded;
    struct strbuf b;
    struct blob *plain;

    if (e != NULL)
        return e;
    folded = search_texts(&f->search, snapshot_catalogue(s));
    if (folded == NULL)
        return NULL;
    strbuf_init(&b, REPLY_BODY_MAX);
    write_page(&b, folded, w, s);
    plain = blob_take(&b);
    return plain == NULL ? NULL : pages_put(&f->pages, key, snapshot_generation(s), plain);
}

static void tag_page(const struct face *f, const struct request *q, const char *key, uint64_t generation,
                     struct reply *r)
{
    struct seal_hash h = seal_hash(key, strlen(key));
    char shorter[17], tag[REPLY_TAG_MAX - 8];

    seal_short_text(&h, shorter);
    (void)snprintf(tag, sizeof tag, "%" PRIx64 "-%" PRIu64 "-%s", (uint64_t)f->epoch, generation, shorter);
    reply_tag(r, q, CACHE_REVALIDATE, tag);
}

static void give_page(struct face *f, const struct request *q, const char *key, struct page_entry *e,
                      struct reply *r)
{
    struct blob *gzip = header_wants_gzip(q->fields.accept_encoding) ? pages_gzip(e) : NULL;

    r->status = 200;
    r->type = TYPE_JSON;
    r->vary = "Accept-Encoding";
    r->plain = blob_hold(e->plain);
    r->gzip = gzip == NULL ? NULL : blob_hold(gzip);
    tag_page(f, q, key, e->generation, r);
}

void answer_points(struct face *f, struct request *q, struct reply *r)
{
    struct choice w;
    char key[PAGE_KEY_MAX];
    struct snapshot *s;
    struct page_entry *e;

    s = take(f, q, r);
    if (s == NULL)
        return;
    if (!choose(&w, snapshot_catalogue(s), q, r)) {
        snapshot_drop(s);
        return;
    }
    page_key(q, key);
    e = page_of(f, key, &w, s);
    snapshot_drop(s);
    if (e == NULL)
        problem(r, q->lang, PROBLEM_NO_MEMORY, NULL, NULL);
    else
        give_page(f, q, key, e, r);
}

/* Until when and who: of the newest that were told. */
static void write_forced(struct json_out *j, const struct hands_port *hands, const struct point *p,
                         const struct reading *now)
{
    struct hand h;
    bool told;

    json_key(j, "forced");
    if (now->reason != REASON_FORCED) {
        json_null(j);
        return;
    }
    told = hands->told != NULL && hands->told(hands->self, HAND_FORCE, p->key, &h, 1) == 1;
    json_open_object(j);
    json_key(j, "value");
    json_number(j, now->value);
    json_key(j, "until");
    if (told)
        json_time(j, h.at);
    else
        json_null(j);
    json_key(j, "who");
    json_string(j, told ? h.who : NULL);
    json_close_object(j);
}

static void write_point(struct strbuf *b, const struct face *f, const struct catalogue *c,
                        const struct point *p, const struct reading *now)
{
    struct json_out j;

    json_out_init(&j, b);
    json_open_object(&j);
    picture_point(&j, c, p, now);
    json_key(&j, "manual");
    json_bool(&j, p->manual);
    json_member_words(&j, "counts", point_counts(p));
    write_forced(&j, &f->ports.hands, p, now);
    json_key(&j, "plausible");
    json_open_object(&j);
    json_key(&j, "low");
    json_number(&j, p->low);
    json_key(&j, "high");
    json_number(&j, p->high);
    json_close_object(&j);
    json_key(&j, "deadband");
    json_number(&j, p->deadband);
    json_key(&j, "heartbeat_ms");
    json_int(&j, p->heartbeat_ms);
    if (p->states != NULL) {
        json_key(&j, "states");
        picture_states(&j, p->states);
    }
    json_close_object(&j);
}

static void give_point(const struct face *f, struct request *q, const struct snapshot *s,
                       const struct point *p, struct reply *r)
{
    const struct catalogue *c = snapshot_catalogue(s);
    const struct present *now = snapshot_point(s, (uint32_t)(p - c->points));
    struct strbuf b;
    char tag[REPLY_TAG_MAX - 8];

    strbuf_init(&b, REPLY_BODY_MAX);
    write_point(&b, f, c, p, &now->reading);
    reply_take(r, 200, TYPE_JSON, &b, q->lang);
    (void)snprintf(tag, sizeof tag, "%" PRIx64 "-%" PRIu64, (uint64_t)f->epoch, now->generation);
    reply_tag(r, q, CACHE_REVALIDATE, tag);
}

void answer_point(struct face *f, struct request *q, struct reply *r)
{
    struct snapshot *s = take(f, q, r);
    const struct point *p;

    if (s == NULL)
        return;
    p = seen_point(&q->visitor, snapshot_catalogue(s), q->target.segments[3]);
    if (p == NULL)
        problem(r, q->lang, PROBLEM_NO_SUCH_POINT, NULL, q->target.segments[3]);
    else
        give_point(f, q, s, p, r);
    snapshot_drop(s);
}
