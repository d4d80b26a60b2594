#include "model/world.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* công trình thu, nhà máy xử lý, trạm bơm tăng áp, bể chứa, khu vực đo đếm, hố van */
const char *const SITE_KINDS[] = {
    "intake", "treatment_plant", "booster_station", "reservoir", "dma", "chamber", NULL
};
/* đô thị, nông thôn */
const char *const SYSTEM_KINDS[] = { "urban", "rural", NULL };
/* tỉnh, xã, phường, huyện, thị xã / thành phố, thị trấn */
const char *const AREA_KINDS[] = { "province", "commune", "ward", "district", "town", "township", NULL };
/* lưới chắn rác, sơ lắng, trộn, keo tụ, lắng, lọc nhanh, lọc chậm, làm thoáng, tiếp xúc, khử trùng, chứa */
const char *const CHAIN_STEPS[] = { "intake_screen", "pre_settling",     "mixing",          "flocculation",
                                    "sedimentation", "rapid_filtration", "slow_filtration", "aeration",
                                    "contact",       "disinfection",     "storage",         NULL };
/* chưa có, đã lập, đã phê duyệt, hết hiệu lực */
const char *const PLAN_STATES[] = { "none", "drafted", "approved", "expired", NULL };
/* liên tục 24 giờ, theo giờ */
const char *const SUPPLY_MODES[] = { "continuous", "rota", NULL };
const char *const WATER_SOURCES[] = { "surface", "groundwater", "mixed", NULL }; /* nước mặt, ngầm, cả hai */
const char *const DISINFECTIONS[] = { "chlorine", "other", "none", NULL };
const char *const TERRAINS[] = { "inland", "coastal", NULL }; /* đất liền, ven biển hoặc hải đảo */
/* bệnh viện, trạm y tế, trường học, nhà cao tầng, khác */
const char *const PRIORITY_KINDS[] = { "hospital", "clinic", "school", "high_rise", "other", NULL };

/* ---- days ---- */

enum { YEAR_FIRST = 1900, YEAR_LAST = 2199, MONTHS = 12, LOCAL_OFFSET_MS = 7 * CLOCK_HOUR_MS };

static bool is_leap(int year)
{
    return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

static int month_days(int year, int month)
{
    static const int DAYS[MONTHS] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };

    return DAYS[month - 1] + (month == 2 && is_leap(year));
}

/* Days from 01/01/1970; years count from March, so that the leap day is the last of one (civil calendar). */
static int32_t days_of(int year, int month, int day)
{
    int y = month <= 2 ? year - 1 : year;
    int era = y / 400, of_era = y - era * 400;
    int of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;

    return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719468;
}

bool day_parse(const char *text, int32_t *out)
{
    int part[3] = { 0 };

    *out = DAY_NONE;
    if (strlen(text) != 10)
        return false;
    for (int i = 0, p = 0; i < 10; i++) {
        if (i == 4 || i == 7) {
            if (text[i] != '-')
                return false;
            p++;
        } else if (text[i] >= '0' && text[i] <= '9') {
            part[p] = part[p] * 10 + (text[i] - '0');
        } else {
            return false;
        }
    }
    if (part[0] < YEAR_FIRST || part[0] > YEAR_LAST || part[1] < 1 || part[1] > MONTHS || part[2] < 1 ||
        part[2] > month_days(part[0], part[1]))
        return false;
    *out = days_of(part[0], part[1], part[2]);
    return true;
}

const char *day_iso(int32_t day, char out[DAY_ISO_MAX])
{
    int year = 1970, month = 1;
    int32_t left = day;

    out[0] = '\0';
    if (day == DAY_NONE)
        return out;
    while (left < 0)
        left += is_leap(--year) ? 366 : 365;
    while (left >= (is_leap(year) ? 366 : 365))
        left -= is_leap(year++) ? 366 : 365;
    while (left >= month_days(year, month))
        left -= month_days(year, month++);
    (void)snprintf(out, DAY_ISO_MAX, "%04d-%02d-%02d", year, month, (int)left + 1);
    return out;
}

int32_t day_local(struct wall at)
{
    int64_t ms = at.ms + LOCAL_OFFSET_MS;

    return (int32_t)(ms >= 0 ? ms / CLOCK_DAY_MS : -((CLOCK_DAY_MS - 1 - ms) / CLOCK_DAY_MS));
}

/* ---- zones, areas ---- */

void zone_clear(struct zone *z)
{
    for (size_t i = 0; i < z->version_count; i++) {
        free(z->versions[i].flows);
        free(z->versions[i].critical);
        free(z->versions[i].priority);
    }
    free(z->versions);
    z->versions = NULL;
    z->version_count = 0;
}

const struct zone_version *zone_on(const struct zone *z, int32_t day)
{
    const struct zone_version *found = NULL;

    for (size_t i = 0; i < z->version_count && z->versions[i].from <= day; i++)
        found = &z->versions[i];
    return found;
}

bool area_on(const struct area *a, int32_t day)
{
    return (a->from == DAY_NONE || a->from <= day) && (a->until == DAY_NONE || day < a->until);
}
