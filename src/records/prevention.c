#include "records/prevention.h"

#include <stdlib.h>
#include <string.h>

enum { AHEAD_YEARS = 10, BEHIND_DAYS = 366 };

struct prevention_book *prevention_book_new(void)
{
    struct prevention_book *b = malloc(sizeof *b + PREVENTION_MAX * sizeof b->list[0]);

    if (b != NULL)
        b->count = 0;
    return b;
}

const struct prevention *prevention_find(const struct prevention *list, size_t n, enum prevention_kind kind,
                                         uint64_t id)
{
    for (size_t i = 0; i < n; i++)
        if (list[i].kind == kind && list[i].id == id)
            return &list[i];
    return NULL;
}

static bool is_later_round(const struct prevention *p, const struct prevention *last)
{
    return last == NULL || p->on > last->on || (p->on == last->on && p->entered.ms >= last->entered.ms);
}

const struct prevention *prevention_last_round(const struct prevention *list, size_t n, uint64_t spot)
{
    const struct prevention *last = NULL;

    for (size_t i = 0; i < n; i++)
        if (list[i].kind == PREVENTION_ROUND && list[i].spot == spot && is_later_round(&list[i], last))
            last = &list[i];
    return last;
}

static struct prevention *of_id(struct prevention_book *b, uint64_t id)
{
    for (size_t i = 0; i < b->count; i++)
        if (b->list[i].id == id)
            return &b->list[i];
    return NULL;
}

static const struct prevention *spot_of(const struct prevention_book *b, uint64_t id)
{
    return prevention_find(b->list, b->count, PREVENTION_SPOT, id);
}

/* ---- room ---- */

static bool may_go(const struct prevention_book *b, const struct prevention *p)
{
    const struct prevention *spot;

    if (p->kind != PREVENTION_ROUND)
        return p->state != PREVENTION_OPEN;
    spot = spot_of(b, p->spot);
    return spot == NULL || spot->state != PREVENTION_OPEN ||
           prevention_last_round(b->list, b->count, p->spot) != p;
}

/* The oldest that may go; NULL: all must stay. */
static struct prevention *oldest(struct prevention_book *b)
{
    struct prevention *found = NULL;

    for (size_t i = 0; i < b->count; i++)
        if (may_go(b, &b->list[i]) && (found == NULL || b->list[i].entered.ms < found->entered.ms))
            found = &b->list[i];
    return found;
}

static void take_out(struct prevention_book *b, struct prevention *p)
{
    *p = b->list[--b->count];
}

static enum err add(struct prevention_book *b, const struct prevention *p, struct prevention *forgotten,
                    struct fault *why)
{
    struct prevention *old;

    forgotten->id = 0;
    if (b->count == PREVENTION_MAX) {
        old = oldest(b);
        if (old == NULL)
            return fault_say(why, ERR_STATE, "sổ đã đầy: hãy kết thúc bớt việc đang mở",
                             "the register is full: %d are open", PREVENTION_MAX);
        *forgotten = *old;
        take_out(b, old);
    }
    b->list[b->count++] = *p;
    return ERR_NONE;
}

/* ---- what may be written ---- */

static enum err check_place(const struct catalogue *c, const struct prevention *p, struct fault *why)
{
    if (p->site[0] == '\0' && p->zone[0] == '\0')
        return fault_say(why, ERR_RANGE, "hãy ghi điểm (site) hoặc khu vực (zone)",
                         "a site or a zone is missing");
    if ((p->site[0] != '\0' && catalogue_site(c, p->site) == NULL) ||
        (p->zone[0] != '\0' && catalogue_zone(c, p->zone) == NULL))
        return fault_say(why, ERR_RANGE, "không có điểm hoặc khu vực này", "there is no such site or zone");
    return ERR_NONE;
}

static enum err check_due(const struct prevention *p, int32_t today, struct fault *why)
{
    if (p->due == DAY_NONE || p->due > today + AHEAD_YEARS * 366)
        return fault_say(why, ERR_RANGE, "hạn xa hơn 10 năm", "its day is more than 10 years away");
    if (p->due < today - BEHIND_DAYS)
        return fault_say(why, ERR_RANGE, "hạn đã qua hơn một năm", "its day was more than a year ago");
    return ERR_NONE;
}

static enum err check_told(int32_t on, int32_t today, struct fault *why)
{
    int32_t year_2000;

    if (on > today)
        return fault_say(why, ERR_RANGE, "ngày đó chưa đến", "its day has not come yet");
    return day_parse("2000-01-01", &year_2000) && on < year_2000
               ? fault_say(why, ERR_RANGE, "ngày đó trước năm 2000", "its day is before the year 2000")
               : ERR_NONE;
}

/* What comes from a spot is where that is. */
static enum err follow_spot(const struct prevention_book *b, struct prevention *p, struct fault *why)
{
    const struct prevention *spot = p->spot == 0 ? NULL : spot_of(b, p->spot);

    if (p->spot == 0)
        return ERR_NONE;
    if (spot == NULL)
        return fault_set(why, ERR_MISSING, "there is no such black spot");
    if (spot->state != PREVENTION_OPEN)
        return fault_say(why, ERR_STATE, "điểm đen này đã đóng", "that black spot is closed");
    if (p->kind == PREVENTION_ROUND || (p->site[0] == '\0' && p->zone[0] == '\0')) {
        memcpy(p->site, spot->site, sizeof p->site);
        memcpy(p->zone, spot->zone, sizeof p->zone);
    }
    return ERR_NONE;
}

static enum err check_kind(const struct prevention *p, int32_t today, struct fault *why)
{
    enum err rc = check_due(p, today, why);

    if (rc != ERR_NONE)
        return rc;
    if (p->kind == PREVENTION_MEASURE)
        return p->responsible[0] != '\0' ? ERR_NONE
                                         : fault_say(why, ERR_RANGE, "hãy ghi ai chịu trách nhiệm",
                                                     "who is responsible is missing");
    if (p->kind == PREVENTION_SPOT)
        return ERR_NONE;
    rc = check_told(p->on, today, why);
    if (rc == ERR_NONE && p->responsible[0] == '\0')
        return fault_say(why, ERR_RANGE, "hãy ghi ai đã đi kiểm tra", "who looked is missing");
    if (rc == ERR_NONE && p->due <= p->on)
        return fault_say(why, ERR_RANGE, "lần kiểm tra tới phải sau lần này",
                         "the next round must come after this one");
    return rc;
}

static void fill(struct prevention *p, const struct prevention_rules *r, int32_t after, struct wall now)
{
    int32_t today = day_local(now);

    p->id = prevention_id(p->key);
    p->entered = now;
    p->closed.ms = 0;
    p->ended_on = DAY_NONE;
    p->state = PREVENTION_OPEN;
    if (p->kind != PREVENTION_ROUND || p->on == DAY_NONE)
        p->on = today;
    if (p->due == DAY_NONE)
        p->due = p->kind == PREVENTION_MEASURE
                     ? prevention_due(after == DAY_NONE ? today : after, r->month, r->day)
                     : p->on + r->inspect_days;
    if (p->kind == PREVENTION_ROUND) { /* it is over as it is written */
        p->state = PREVENTION_DONE;
        p->closed = now;
        p->ended_on = p->on;
    }
}

/* Of days that were not said, any is the same. */
static bool same(const struct prevention *was, const struct prevention *p)
{
    return was->kind == p->kind && was->reason == p->reason && was->incident == p->incident &&
           was->spot == p->spot && (p->due == DAY_NONE || was->due == p->due) &&
           (p->kind != PREVENTION_ROUND || p->on == DAY_NONE || was->on == p->on) &&
           (p->site[0] == '\0' || strcmp(was->site, p->site) == 0) &&
           (p->zone[0] == '\0' || strcmp(was->zone, p->zone) == 0) && strcmp(was->who, p->who) == 0 &&
           strcmp(was->responsible, p->responsible) == 0 && strcmp(was->what, p->what) == 0 &&
           strcmp(was->evidence, p->evidence) == 0;
}

static enum err other_key(struct fault *why)
{
    return fault_say(why, ERR_STATE, "mã này đã dùng để báo việc khác",
                     "this key was told before, with something else");
}

static enum err write_one(struct prevention_book *b, const struct prevention_rules *r,
                          const struct catalogue *c, const struct prevention_act *act, struct wall now,
                          bool *known, struct prevention_news *news, struct fault *why)
{
    const struct prevention *was = of_id(b, prevention_id(act->is.key));
    struct prevention *p = &news->is;
    enum err rc;

    *p = act->is;
    if (was != NULL) {
        *known = same(was, p);
        *p = *was;
        return *known ? ERR_NONE : other_key(why);
    }
    rc = follow_spot(b, p, why);
    fill(p, r, act->after, now);
    if (rc == ERR_NONE)
        rc = check_place(c, p, why);
    if (rc == ERR_NONE && p->what[0] == '\0')
        rc = fault_say(why, ERR_RANGE, "hãy ghi nội dung", "what it is, is missing");
    if (rc == ERR_NONE)
        rc = check_kind(p, day_local(now), why);
    return rc == ERR_NONE ? add(b, p, &news->forgotten, why) : rc;
}

/* ---- how one ends ---- */

static bool same_end(const struct prevention *was, const struct prevention *p)
{
    return strcmp(was->end_key, p->end_key) == 0 && was->state == p->state &&
           (p->ended_on == DAY_NONE || was->ended_on == p->ended_on) &&
           strcmp(was->ended_by, p->ended_by) == 0 && strcmp(was->end_why, p->end_why) == 0;
}

/* Done needs a day; whatever else ends needs a reason. */
static enum err check_end(const struct prevention *was, const struct prevention *p, int32_t today,
                          struct fault *why)
{
    bool done = was->kind == PREVENTION_MEASURE && p->state == PREVENTION_DONE;

    if (!done && p->end_why[0] == '\0')
        return fault_say(why, ERR_RANGE, "hãy ghi lý do", "a reason is missing");
    return check_told(p->ended_on, today, why);
}

static enum err check_revision(const struct prevention *was, const struct prevention_act *act,
                               struct fault *why)
{
    return !act->of_revision || act->revision == was->revision
               ? ERR_NONE
               : fault_say(why, ERR_STATE, "có người đã sửa sau lần bạn đọc: hãy đọc lại",
                           "somebody changed it since it was read: read it again");
}

static enum err end_one(struct prevention_book *b, const struct prevention_act *act, struct wall now,
                        bool *known, struct prevention_news *news, struct fault *why)
{
    const struct prevention *p = &act->is;
    struct prevention *was = of_id(b, p->id);
    struct prevention is;
    enum err rc;

    if (was == NULL || was->kind == PREVENTION_ROUND || was->kind != p->kind)
        return fault_set(why, ERR_MISSING, "there is no such measure or black spot");
    news->is = news->was = is = *was;
    if (was->state != PREVENTION_OPEN) {
        *known = same_end(was, p);
        return *known ? ERR_NONE : fault_say(why, ERR_STATE, "việc này đã kết thúc", "it has ended already");
    }
    rc = check_revision(was, act, why);
    if (rc != ERR_NONE)
        return rc;
    is.revision++;
    is.state = p->state;
    is.ended_on = p->ended_on == DAY_NONE ? day_local(now) : p->ended_on;
    is.closed = now;
    memcpy(is.end_key, p->end_key, sizeof is.end_key);
    memcpy(is.ended_by, p->ended_by, sizeof is.ended_by);
    memcpy(is.end_why, p->end_why, sizeof is.end_why);
    rc = check_end(was, &is, day_local(now), why);
    if (rc == ERR_NONE)
        news->is = *was = is;
    return rc;
}

/* ---- how a spot is amended ---- */

static void amend(struct prevention *is, const struct prevention_act *act)
{
    const struct prevention *p = &act->is;

    if (!act->keeps_reason)
        is->reason = p->reason;
    if (p->what[0] != '\0')
        memcpy(is->what, p->what, sizeof is->what);
    if (p->evidence[0] != '\0')
        memcpy(is->evidence, p->evidence, sizeof is->evidence);
    if (p->due != DAY_NONE)
        is->due = p->due;
}

static bool says_the_same(const struct prevention *x, const struct prevention *y)
{
    return x->reason == y->reason && x->due == y->due && strcmp(x->what, y->what) == 0 &&
           strcmp(x->evidence, y->evidence) == 0;
}

static enum err amend_one(struct prevention_book *b, const struct prevention_act *act, struct wall now,
                          bool *known, struct prevention_news *news, struct fault *why)
{
    struct prevention *was = of_id(b, act->is.id);
    struct prevention is;
    enum err rc;

    if (was == NULL || was->kind != PREVENTION_SPOT)
        return fault_set(why, ERR_MISSING, "there is no such black spot");
    news->is = news->was = is = *was;
    amend(&is, act);
    if (strcmp(was->amend_key, act->is.amend_key) == 0) {
        *known = says_the_same(was, &is) && strcmp(was->amended_by, act->is.amended_by) == 0;
        return *known ? ERR_NONE : other_key(why);
    }
    if (was->state != PREVENTION_OPEN)
        return fault_say(why, ERR_STATE, "điểm đen này đã đóng", "that black spot is closed");
    rc = check_revision(was, act, why);
    if (rc == ERR_NONE && is.due != was->due) /* a day that stays may be years ago */
        rc = check_due(&is, day_local(now), why);
    if (rc == ERR_NONE && says_the_same(was, &is))
        rc = fault_say(why, ERR_RANGE, "không có gì thay đổi", "nothing would be changed");
    if (rc != ERR_NONE)
        return rc;
    is.revision++;
    memcpy(is.amend_key, act->is.amend_key, sizeof is.amend_key);
    memcpy(is.amended_by, act->is.amended_by, sizeof is.amended_by);
    news->is = *was = is;
    return ERR_NONE;
}

enum err prevention_act(struct prevention_book *b, const struct prevention_rules *r,
                        const struct catalogue *c, const struct prevention_act *act, struct wall now,
                        bool *known, struct prevention_news *news, struct fault *why)
{
    *known = false;
    memset(news, 0, sizeof *news);
    if (act->amends)
        return amend_one(b, act, now, known, news, why);
    return act->ends ? end_one(b, act, now, known, news, why)
                     : write_one(b, r, c, act, now, known, news, why);
}

void prevention_undo(struct prevention_book *b, const struct prevention_act *act,
                     const struct prevention_news *news)
{
    struct prevention *p = of_id(b, news->is.id);

    if (act->ends || act->amends)
        *p = news->was;
    else
        take_out(b, p);
    if (news->forgotten.id != 0)
        b->list[b->count++] = news->forgotten;
}

/* ---- after a start ---- */

void prevention_restore(struct prevention_book *b, const struct prevention *p)
{
    if (b->count < PREVENTION_MAX)
        b->list[b->count++] = *p;
}

static int compare(const void *a, const void *b)
{
    const struct prevention *x = a, *y = b;

    if (x->entered.ms != y->entered.ms)
        return x->entered.ms < y->entered.ms ? -1 : 1;
    return (x->id > y->id) - (x->id < y->id);
}

void prevention_resume(struct prevention_book *b)
{
    if (b->count > 1)
        qsort(b->list, b->count, sizeof b->list[0], compare);
}
