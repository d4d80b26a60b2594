#include "picture.h"

#include <inttypes.h>

#include "sees.h"

void picture_reading(struct json_out *j, const struct reading *r)
{
    json_key(j, "value");
    json_number(j, r->value);
    json_key(j, "quality");
    json_string(j, quality_name((enum quality)r->quality));
    json_key(j, "reason");
    json_string(j, reason_name((enum reason)r->reason));
    json_key(j, "at");
    json_time(j, r->at);
}

static void picture_word(struct json_out *j, const char *word)
{
    struct state_text text = state_text(word);

    json_open_object(j);
    json_member_text(j, "word", word);
    json_member_text(j, "vi", text.vi);
    json_member_text(j, "en", text.en);
    json_close_object(j);
}

/* Where the number is none of its states, and where there is no number, the state is null. */
static void picture_state(struct json_out *j, const struct point *p, const struct reading *r)
{
    const struct point_state *s = states_find(p->states, r->value);

    if (p->states == NULL)
        return;
    json_key(j, "state");
    if (s == NULL)
        json_null(j);
    else
        picture_word(j, s->word);
}

void picture_point(struct json_out *j, const struct catalogue *c, const struct point *p,
                   const struct reading *r)
{
    const struct site *site = p->site < c->site_count ? &c->sites[p->site] : NULL;

    json_member_text(j, "id", p->id);
    json_member_text(j, "name", p->name);
    json_member_text(j, "site", site == NULL ? NULL : site->id);
    json_member_text(j, "site_name", site == NULL ? NULL : site->name);
    json_member_text(j, "node", catalogue_node(c, p));
    json_member_text(j, "wire", p->wire);
    json_member_text(j, "device", p->device);
    json_member_text(j, "parameter", p->parameter[0] == '\0' ? NULL : p->parameter);
    json_member_text(j, "unit", p->unit);
    json_key(j, "decimals");
    json_int(j, p->decimals);
    json_key(j, "every_ms");
    json_int(j, p->every_ms);
    json_key(j, "commissioning");
    json_bool(j, point_is_commissioning(p));
    picture_reading(j, r);
    picture_state(j, p, r);
}

static size_t points_of(struct json_out *j, const struct snapshot *s, const struct picture_of *of)
{
    const struct catalogue *c = snapshot_catalogue(s);
    size_t n = snapshot_points(s) < c->point_count ? snapshot_points(s) : c->point_count;
    size_t given = 0;

    for (uint32_t i = 0; i < n; i++) {
        const struct present *now;
        if (i % SNAPSHOT_PAGE == 0 && snapshot_page_generation(s, i) <= of->from) {
            i += SNAPSHOT_PAGE - 1;
            continue;
        }
        now = snapshot_point(s, i);
        if (now->generation <= of->from || (of->site != UINT32_MAX && c->points[i].site != of->site) ||
            (of->visitor != NULL && !visitor_sees(of->visitor, c, &c->points[i])))
            continue;
        json_open_object(j);
        json_member_text(j, "id", c->points[i].id);
        if (c->points[i].node != 0)
            json_member_text(j, "node", catalogue_node(c, &c->points[i]));
        picture_reading(j, &now->reading);
        picture_state(j, &c->points[i], &now->reading);
        json_close_object(j);
        given++;
    }
    return given;
}

void picture_states(struct json_out *j, const struct point_states *s)
{
    json_open_array(j);
    for (unsigned i = 0; s != NULL && i < s->count; i++) {
        json_open_object(j);
        json_key(j, "raw");
        json_int(j, s->list[i].raw);
        json_key(j, "state");
        picture_word(j, s->list[i].word);
        json_close_object(j);
    }
    json_close_array(j);
}

size_t picture_event(struct strbuf *b, const struct snapshot *s, const struct picture_of *of)
{
    struct json_out j;
    size_t given;

    strbuf_printf(b, "id: %" PRId64 "-%" PRIu64 "\nevent: %s\ndata: ", of->epoch, snapshot_generation(s),
                  of->from == 0 ? "full" : "change");
    json_out_init(&j, b);
    json_open_object(&j);
    json_key(&j, "at");
    json_time(&j, snapshot_at(s));
    json_key(&j, "generation");
    json_int(&j, (int64_t)snapshot_generation(s));
    json_key(&j, "points");
    json_open_array(&j);
    given = points_of(&j, s, of);
    json_close_array(&j);
    json_close_object(&j);
    strbuf_puts(b, "\n\n");
    return given;
}
