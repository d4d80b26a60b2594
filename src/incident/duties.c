#include "book.h"
#include "incident/duty.h"

#include <stdio.h>

static const struct duty_row ROWS[DUTY_COUNT] = {
    [DUTY_PARTNER_SUPPLIER] = { "partner_supplier", "đơn vị cung cấp, phân phối", "plan II.6.2",
                                "another supplier gives or takes water here" },
    [DUTY_LOCAL_AUTHORITY] = { "local_authority", "chính quyền sở tại", "plan II.6.2",
                               "water is lost over a wide area, or the effect is large" },
    [DUTY_PEOPLE] = { "people", "nhân dân khu vực chịu ảnh hưởng", "plan II.6.2; NĐ 117/2007 Art. 58(2)",
                      "anybody is without water" },
    [DUTY_REPORT_HANDLED] = { "report_handled", "báo cáo sự cố đã khắc phục", "plan II.6.4",
                              "the cause is controllable and everything is restored" },
    [DUTY_REPORT_BEYOND_CONTROL] = { "report_beyond_control", "báo cáo sự cố ngoài tầm kiểm soát",
                                     "plan II.6.4", "the cause is beyond control" },
    [DUTY_REPORT_LARGE_EFFECT] = { "report_large_effect", "UBND các cấp, Sở Xây dựng", "plan III.1",
                                   "the effect is large" },
    [DUTY_CDC] = { "cdc", "Trung tâm Kiểm soát bệnh tật", "plan III.6, III.7",
                   "water quality, or a hazard to health" },
    [DUTY_HEALTH_DEPARTMENT] = { "health_department", "Sở Y tế", "plan III.6, III.7",
                                 "water quality, or a hazard to health" },
    [DUTY_POLICE] = { "police", "công an", "plan III.12", "the source is threatened, or somebody broke in" },
    [DUTY_TRAFFIC_AUTHORITY] = { "traffic_authority", "cơ quan quản lý giao thông", "NĐ 117/2007 Art. 58(2)",
                                 "a road is opened" },
    [DUTY_TEMPORARY_SUPPLY] = { "temporary_supply", "cấp nước tạm thời", "NĐ 117/2007 Art. 58(2)",
                                "people are without water for longer than a large effect takes" },
    [DUTY_OTHER_SUPPLY] = { "other_supply", "phương án cấp nước khác", "TT 23/2022/TT-BNNPTNT Art. 12",
                            "rural works, and the interruption may exceed 48 h" },
    [DUTY_WRITTEN_RECORD] = { "written_record", "biên bản sự cố", "TT 23/2022/TT-BNNPTNT Art. 12",
                              "rural works" },
};

const struct duty_row *duty_row(enum duty_kind k)
{
    return &ROWS[k < DUTY_COUNT ? k : DUTY_WRITTEN_RECORD];
}

static bool any_class(const struct incident *i, enum incident_class c)
{
    for (size_t k = 0; k < i->member_count; k++)
        if (i->members[k].class == c)
            return true;
    return false;
}

static bool is_large(const struct incident *i, const struct incident_rules *r)
{
    const struct impact *p = &i->impact;

    if (i->large_said != LARGE_BY_RULE)
        return i->large_said == LARGE_SAID_YES;
    return p->people >= r->large_people || p->hospitals > 0 || p->expected_min > r->large_min ||
           p->health_hazard;
}

static bool may_exceed(const struct incident *i, const struct incident_rules *r, struct wall now)
{
    int64_t ms = r->other_supply_ms;

    if ((int64_t)i->impact.expected_min * CLOCK_MINUTE_MS > ms)
        return true;
    return !incident_all_restored(i) && now.ms - incident_clock(i, NULL).start.ms >= ms;
}

static bool is_owed(enum duty_kind k, const struct incident *i, const struct incident_rules *r,
                    struct wall now)
{
    const struct impact *p = &i->impact;
    bool large = i->large_since.ms != 0;

    switch (k) {
    case DUTY_PARTNER_SUPPLIER: return p->partner;
    case DUTY_LOCAL_AUTHORITY: return p->wide || large;
    case DUTY_PEOPLE: return p->people > 0;
    case DUTY_REPORT_HANDLED: return i->controllability == CONTROLLABLE && incident_all_restored(i);
    case DUTY_REPORT_BEYOND_CONTROL: return i->controllability == BEYOND_CONTROL;
    case DUTY_REPORT_LARGE_EFFECT: return large;
    case DUTY_CDC:
    case DUTY_HEALTH_DEPARTMENT: return p->health_hazard || any_class(i, CLASS_WATER_QUALITY);
    case DUTY_POLICE: return p->source_threatened || any_class(i, CLASS_SECURITY);
    case DUTY_TRAFFIC_AUTHORITY: return p->road_opened;
    case DUTY_TEMPORARY_SUPPLY: return p->people > 0 && p->expected_min > r->large_min;
    case DUTY_OTHER_SUPPLY: return p->rural && may_exceed(i, r, now);
    case DUTY_WRITTEN_RECORD: return p->rural;
    case DUTY_COUNT: break;
    }
    return false;
}

static void settle_large(struct incident *i, const struct incident_rules *r, struct wall now)
{
    bool large = is_large(i, r);

    if (large == (i->large_since.ms != 0))
        return;
    i->large_since = large ? now : (struct wall){ 0 };
    i->told_large = false;
    book_touch(i);
}

/* What is owed once stays owed, until it is done or somebody says why not. */
void duties_settle(const struct incidents *b, struct incident *i, struct wall now)
{
    if (i->merged_into != 0 || i->member_count == 0)
        return;
    settle_large(i, &b->rules, now);
    for (enum duty_kind k = 0; k < DUTY_COUNT; k++) {
        struct duty *d = &i->duties[k];
        if (d->since.ms != 0 || !is_owed(k, i, &b->rules, now))
            continue;
        d->since = now;
        d->due.ms = now.ms + b->rules.duty_within_ms;
        book_touch(i);
    }
}
