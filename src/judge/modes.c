#include "judge/modes.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* What keeps health alarms silent for longer than a shift is no matter of one operator alone. */
static const int64_t SHIFT_MS = INT64_C(8) * CLOCK_HOUR_MS;

static struct mode *find(const struct modes *s, uint64_t id)
{
    for (size_t i = 0; i < s->count; i++)
        if (s->list[i].id == id)
            return (struct mode *)&s->list[i];
    return NULL;
}

const struct mode *modes_find(const struct modes *s, uint64_t id)
{
    return find(s, id);
}

/* ---- places ---- */

bool mode_covers(const struct mode *m, const struct catalogue *c, uint32_t point)
{
    const struct point *p = &c->points[point];

    switch (m->place) {
    case MODE_AT_SITE: return p->site < c->site_count && strcmp(c->sites[p->site].id, m->subject) == 0;
    case MODE_AT_DEVICE: return strcmp(p->device, m->subject) == 0;
    default: return strcmp(p->id, m->subject) == 0;
    }
}

static bool there_is(const struct catalogue *c, const struct mode *m)
{
    if (m->place == MODE_AT_SITE)
        return catalogue_site(c, m->subject) != NULL;
    if (m->place == MODE_AT_POINT)
        return catalogue_point(c, m->subject) != NULL;
    for (uint32_t i = 0; i < c->point_count; i++)
        if (mode_covers(m, c, i))
            return true;
    return false;
}

void modes_of_points(const struct modes *s, const struct catalogue *c, mode_set *out)
{
    memset(out, 0, c->point_count * sizeof *out);
    for (size_t i = 0; i < s->count; i++)
        for (uint32_t p = 0; s->list[i].end == MODE_OPEN && p < c->point_count; p++)
            if (mode_covers(&s->list[i], c, p))
                out[p] |= mode_bit((enum mode_kind)s->list[i].kind);
}

/* ---- room ---- */

/* NULL: all are open. */
static struct mode *longest_ended(struct modes *s)
{
    struct mode *oldest = NULL;

    for (size_t i = 0; i < s->count; i++)
        if (s->list[i].end != MODE_OPEN && (oldest == NULL || s->list[i].ended.ms < oldest->ended.ms))
            oldest = &s->list[i];
    return oldest;
}

/* NULL: there is none. */
static struct mode *make_room(struct modes *s, uint64_t *forgotten)
{
    struct mode *m;

    if (s->count < MODES_MAX)
        return &s->list[s->count++];
    m = longest_ended(s);
    if (m != NULL)
        *forgotten = m->id;
    return m;
}

/* ---- what people want ---- */

static bool silences_health(const struct mode *m)
{
    return mode_silences(mode_bit((enum mode_kind)m->kind), STAKE_HEALTH) != MODE_COUNT;
}

/* Since when health alarms have been kept silent there, one mode after the other with less than an hour
 * between. */
static struct wall silent_since(const struct modes *s, const struct mode *m, struct wall now)
{
    struct wall since = now;
    bool found = true;

    while (found) {
        found = false;
        for (size_t i = 0; i < s->count; i++) {
            const struct mode *k = &s->list[i];
            struct wall end = k->end == MODE_OPEN ? now : k->ended;
            if (!silences_health(k) || k->place != m->place || strcmp(k->subject, m->subject) != 0 ||
                k->from.ms >= since.ms || end.ms < since.ms - CLOCK_HOUR_MS)
                continue;
            since = k->from;
            found = true;
        }
    }
    return since;
}

static enum err check(const struct modes *s, const struct catalogue *c, const struct mode_act *act,
                      struct wall now, struct fault *why)
{
    const struct mode *m = &act->mode;
    int64_t lasts_ms = m->until.ms - now.ms;

    if (!there_is(c, m))
        return fault_set(why, ERR_MISSING, "there is no %s \"%s\"", MODE_PLACES[m->place - MODE_AT_SITE],
                         m->subject);
    if (m->why[0] == '\0')
        return fault_say(why, ERR_RANGE, "cần ghi lý do", "a reason is needed");
    if (lasts_ms <= 0)
        return fault_say(why, ERR_RANGE, "giờ kết thúc đã qua", "its end has passed");
    if (lasts_ms > mode_most_ms((enum mode_kind)m->kind))
        return fault_say(why, ERR_RANGE, "giờ kết thúc xa hơn mức cho phép của chế độ này",
                         "its end is more than %lld hours away",
                         (long long)(mode_most_ms((enum mode_kind)m->kind) / CLOCK_HOUR_MS));
    if (silences_health(m) && m->until.ms - silent_since(s, m, now).ms > SHIFT_MS && !act->leads)
        return fault_set(why, ERR_DENIED,
                         "health alarms are kept silent for longer than 8 hours by who leads "
                         "the shift");
    return ERR_NONE;
}

static bool same_place(const struct mode *a, const struct mode *b)
{
    return a->kind == b->kind && a->place == b->place && strcmp(a->subject, b->subject) == 0;
}

static bool same_beginning(const struct mode *a, const struct mode *b)
{
    return same_place(a, b) && a->until.ms == b->until.ms && strcmp(a->key, b->key) == 0 &&
           strcmp(a->who, b->who) == 0 && strcmp(a->why, b->why) == 0;
}

static void end(struct mode *m, enum mode_end how, struct wall at, struct mode_news *out)
{
    m->end = (uint8_t)how;
    m->ended.ms = at.ms > m->from.ms ? at.ms : m->from.ms;
    out->changed[out->count++] = *m;
}

/* The one whose place it takes. */
static void replace(struct modes *s, const struct mode *by, struct wall now, struct mode_news *out)
{
    for (size_t i = 0; i < s->count; i++)
        if (s->list[i].end == MODE_OPEN && same_place(&s->list[i], by)) {
            end(&s->list[i], MODE_REPLACED, now, out);
            return;
        }
}

static enum err begin(struct modes *s, const struct catalogue *c, const struct mode_act *act, struct wall now,
                      struct mode_news *out, struct fault *why)
{
    struct mode fresh = act->mode, *room;
    enum err rc = check(s, c, act, now, why);

    if (rc != ERR_NONE)
        return rc;
    fresh.id = mode_id(fresh.key);
    fresh.from = now;
    fresh.ended = (struct wall){ 0 };
    fresh.end = MODE_OPEN;
    fresh.end_key[0] = fresh.ended_by[0] = fresh.end_why[0] = '\0';
    room = make_room(s, &out->forgotten);
    if (room == NULL)
        return fault_set(why, ERR_FULL, "%d modes are open: end one first", MODES_MAX);
    *room = (struct mode){ .end = MODE_ENDED };
    replace(s, &fresh, now, out);
    *room = fresh;
    out->changed[out->count++] = out->is = fresh;
    return ERR_NONE;
}

static enum err stop(struct mode *m, const struct mode_act *act, struct wall now, struct mode_news *out,
                     struct fault *why)
{
    if (m->end != MODE_OPEN)
        return fault_say(why, ERR_STATE, "chế độ đã kết thúc", "it has ended already");
    memcpy(m->end_key, act->mode.end_key, sizeof m->end_key);
    memcpy(m->ended_by, act->mode.ended_by, sizeof m->ended_by);
    memcpy(m->end_why, act->mode.end_why, sizeof m->end_why);
    end(m, MODE_ENDED, now, out);
    out->is = *m;
    return ERR_NONE;
}

/* NULL: that key was never used for an end. */
static const struct mode *ended_by_key(const struct modes *s, const char *key)
{
    for (size_t i = 0; i < s->count; i++)
        if (s->list[i].end_key[0] != '\0' && strcmp(s->list[i].end_key, key) == 0)
            return &s->list[i];
    return NULL;
}

static enum err again(const struct mode *was, bool same, struct mode_news *out, struct fault *why)
{
    out->is = *was;
    return same ? ERR_NONE
                : fault_say(why, ERR_STATE, "mã này đã dùng cho việc khác",
                            "this key was used before, for something else");
}

enum err modes_act(struct modes *s, const struct catalogue *c, const struct mode_act *act, struct wall now,
                   bool *known, struct mode_news *out, struct fault *why)
{
    const char *key = act->ends ? act->mode.end_key : act->mode.key;
    const struct mode *begun = find(s, mode_id(key)), *ended = ended_by_key(s, key);
    struct mode *m;

    *out = (struct mode_news){ .count = 0 };
    *known = begun != NULL || ended != NULL;
    if (begun != NULL)
        return again(begun, !act->ends && same_beginning(begun, &act->mode), out, why);
    if (ended != NULL)
        return again(ended, act->ends && ended->id == act->mode.id, out, why);
    if (!act->ends)
        return begin(s, c, act, now, out, why);
    m = find(s, act->mode.id);
    return m == NULL ? fault_set(why, ERR_MISSING, "there is no such mode") : stop(m, act, now, out, why);
}

/* ---- time, restart ---- */

/* What the daemon slept through ended when it should have. */
bool modes_tick(struct modes *s, struct wall now, struct mode_news *out)
{
    *out = (struct mode_news){ .count = 0 };
    for (size_t i = 0; i < s->count; i++)
        if (s->list[i].end == MODE_OPEN && s->list[i].until.ms <= now.ms) {
            end(&s->list[i], MODE_RAN_OUT, s->list[i].until, out);
            out->is = s->list[i];
            return true;
        }
    return false;
}

void modes_restore(struct modes *s, const struct mode *m)
{
    uint64_t unused;
    struct mode *room = find(s, m->id);

    if (room == NULL)
        room = make_room(s, &unused);
    if (room != NULL)
        *room = *m;
}

/* ---- words ---- */

struct event mode_event(const struct mode *m)
{
    const char *kind = MODE_KINDS[m->kind];
    char until[CLOCK_TEXT_MAX];

    wall_text(m->until, until);
    switch (m->end) {
    case MODE_OPEN:
        return event_make(EVENT_MODE, m->from, m->subject, NAN, "%s of this %s until %s, by %s: %s", kind,
                          MODE_PLACES[m->place - MODE_AT_SITE], until, m->who, m->why);
    case MODE_RAN_OUT:
        return event_make(EVENT_MODE, m->ended, m->subject, NAN,
                          "%s ended by itself at its end, nobody ended it; begun by %s", kind, m->who);
    case MODE_REPLACED:
        return event_make(EVENT_MODE, m->ended, m->subject, NAN, "%s has another end now, no longer %s", kind,
                          until);
    default:
        return event_make(EVENT_MODE, m->ended, m->subject, NAN, "%s ended by %s%s%s", kind, m->ended_by,
                          m->end_why[0] == '\0' ? "" : ": ", m->end_why);
    }
}
