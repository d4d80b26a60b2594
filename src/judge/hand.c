#include "judge/hand.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "model/quality.h"

enum { AHEAD_MS = CLOCK_MINUTE_MS }; /* clocks of people's devices */

static const int64_t FORCE_MOST_MS = INT64_C(7) * CLOCK_DAY_MS;
static const int64_t YEAR_2000_MS = 946684800000;

static enum err check_time(const struct hand *h, struct wall now, struct fault *why)
{
    if (h->at.ms > now.ms + AHEAD_MS)
        return fault_say(why, ERR_RANGE, "thời điểm đó chưa đến", "its time has not come yet");
    if (h->at.ms < YEAR_2000_MS)
        return fault_say(why, ERR_RANGE, "thời điểm đó trước năm 2000", "its time is before the year 2000");
    return ERR_NONE;
}

static enum err check_reading(const struct point *p, struct hand *h, struct fault *why)
{
    bool outside = h->value < p->low || h->value > p->high;

    if (!p->manual)
        return fault_say(why, ERR_RANGE, "điểm này do thiết bị đo, không đọc bằng tay",
                         "%s is read from a device, not by people", p->id);
    if (!isfinite(h->value))
        return fault_say(why, ERR_RANGE, "giá trị không phải là số", "the value is no number");
    h->quality = outside ? QUALITY_UNCERTAIN : QUALITY_GOOD;
    h->reason = outside ? REASON_IMPLAUSIBLE : REASON_NONE;
    return ERR_NONE;
}

static bool can_show(const struct point *p, double number)
{
    return number >= 0 && isfinite(number) && (p->total_wraps_at == 0 || number < p->total_wraps_at);
}

static enum err check_exchange(const struct point *p, const struct hand *h, struct fault *why)
{
    if (p->total_max_flow <= 0)
        return fault_say(why, ERR_RANGE, "điểm này không phải là đồng hồ tổng", "%s is no counter", p->id);
    if (!can_show(p, h->old_end) || !can_show(p, h->value))
        return fault_say(why, ERR_RANGE, "đồng hồ loại này không hiện được số đó",
                         "a meter of this make cannot show %.10g",
                         can_show(p, h->value) ? h->old_end : h->value);
    return ERR_NONE;
}

static bool is_counted_to_a_service(const struct catalogue *c, uint32_t point)
{
    for (size_t i = 0; i < c->rule_count; i++)
        if (c->rules[i].kind == RULE_RUN_HOURS && c->rules[i].point == point)
            return true;
    return false;
}

static enum err check_service(const struct catalogue *c, uint32_t point, const struct hand *h,
                              struct fault *why)
{
    if (!is_counted_to_a_service(c, point))
        return fault_say(why, ERR_RANGE, "không có quy tắc bảo dưỡng nào đếm theo điểm này",
                         "no rule counts to the next service by %s", c->points[point].id);
    if (!isfinite(h->value) || h->value < 0)
        return fault_say(why, ERR_RANGE, "không bộ đếm nào hiện số đó", "no counter shows that");
    return h->note[0] == '\0' ? fault_say(why, ERR_RANGE, "hãy ghi đã làm gì", "what was done is missing")
                              : ERR_NONE;
}

static enum err check_force(const struct point *p, const struct hand *h, struct fault *why)
{
    if (p->manual)
        return fault_say(why, ERR_RANGE, "điểm này đọc bằng tay: hãy nhập số đọc",
                         "%s is read by people: tell a reading", p->id);
    if (p->counts != COUNTED_NOTHING)
        return fault_say(why, ERR_RANGE, "điểm này được đếm từ trạng thái máy, không đặt tay",
                         "%s is counted of the state of a machine, not set", p->id);
    if (!isfinite(h->value))
        return fault_say(why, ERR_RANGE, "giá trị không phải là số", "the value is no number");
    if (h->at.ms <= h->entered.ms)
        return fault_say(why, ERR_RANGE, "giờ kết thúc đã qua", "its end has passed");
    if (h->at.ms - h->entered.ms > FORCE_MOST_MS)
        return fault_say(why, ERR_RANGE, "giờ kết thúc xa hơn 7 ngày", "its end is more than 7 days away");
    return ERR_NONE;
}

static enum err check(const struct catalogue *c, uint32_t point, struct hand *h, struct fault *why)
{
    const struct point *p = &c->points[point];
    enum err rc;

    switch (h->kind) {
    case HAND_FORCE: return check_force(p, h, why);
    case HAND_RELEASE: h->at = h->entered; return ERR_NONE;
    default: break;
    }
    rc = check_time(h, h->entered, why);
    if (rc != ERR_NONE)
        return rc;
    if (h->kind == HAND_SERVICE)
        return check_service(c, point, h, why);
    return h->kind == HAND_READING ? check_reading(p, h, why) : check_exchange(p, h, why);
}

enum err hand_decide(const struct catalogue *c, struct hand *h, struct wall now, struct fault *why)
{
    uint32_t point = catalogue_by_key(c, h->point);

    if (point == UINT32_MAX)
        return fault_set(why, ERR_MISSING, "there is no such point any more");
    h->entered = now;
    h->quality = h->reason = 0;
    return check(c, point, h, why);
}

/* ---- the book ---- */

struct hand_book {
    size_t count, next;
    struct hand entries[HAND_BOOK_MAX]; /* a ring */
};

struct hand_book *hand_book_new(void)
{
    return calloc(1, sizeof(struct hand_book));
}

void hand_book_free(struct hand_book *b)
{
    free(b);
}

size_t hand_book_count(const struct hand_book *b)
{
    return b->count;
}

const struct hand *hand_book_at(const struct hand_book *b, size_t i)
{
    return &b->entries[(b->next + HAND_BOOK_MAX - 1 - i) % HAND_BOOK_MAX];
}

const struct hand *hand_book_find(const struct hand_book *b, const char *key)
{
    for (size_t i = 0; i < b->count; i++)
        if (strcmp(hand_book_at(b, i)->key, key) == 0)
            return hand_book_at(b, i);
    return NULL;
}

const struct hand *hand_book_service(const struct hand_book *b, uint64_t point)
{
    for (size_t i = 0; i < b->count; i++) {
        const struct hand *h = hand_book_at(b, i);
        if (h->kind == HAND_SERVICE && h->point == point)
            return h;
    }
    return NULL;
}

/* The oldest is not forgotten while a counter goes on from it: it becomes the newest. */
static void spare_services(struct hand_book *b)
{
    for (size_t i = 0; i < HAND_BOOK_MAX; i++) {
        const struct hand *oldest = &b->entries[b->next];
        if (oldest->kind != HAND_SERVICE || hand_book_service(b, oldest->point) != oldest)
            return;
        b->next = (b->next + 1) % HAND_BOOK_MAX;
    }
}

bool hand_book_add(struct hand_book *b, const struct hand *h, struct hand *forgotten)
{
    bool full = b->count == HAND_BOOK_MAX;

    if (full)
        spare_services(b);

    if (full)
        *forgotten = b->entries[b->next];
    else
        b->count++;
    b->entries[b->next] = *h;
    b->next = (b->next + 1) % HAND_BOOK_MAX;
    return full;
}
