#include "days.h"

#include <stdio.h>

static const int64_t FIRST_DAY = 10957; /* 2000-01-01 */
static const int64_t END_DAY = 47482;   /* 2100-01-01 */

int64_t day_of(struct wall at)
{
    int64_t local = at.ms > INT64_MAX - CLOCK_LOCAL_OFFSET_MS ? INT64_MAX : at.ms + CLOCK_LOCAL_OFFSET_MS;

    return local / CLOCK_DAY_MS - (local % CLOCK_DAY_MS < 0);
}

bool day_is_storable(int64_t day)
{
    return day >= FIRST_DAY && day < END_DAY;
}

void day_text(int64_t day, char out[DAY_TEXT_MAX])
{
    int y, m, d;

    wall_local_date((struct wall){ day * CLOCK_DAY_MS }, &y, &m, &d);
    (void)snprintf(out, DAY_TEXT_MAX, "%04d-%02d-%02d", y, m, d);
}

bool days_has(const struct days *d, int64_t day)
{
    for (size_t i = 0; i < d->count; i++)
        if (d->day[i] == day)
            return true;
    return false;
}

void days_add(struct days *d, int64_t day)
{
    if (days_has(d, day))
        return;
    d->day[d->next] = day;
    d->next = (d->next + 1) % DAYS_MAX;
    if (d->count < DAYS_MAX)
        d->count++;
}

void days_forget(struct days *d)
{
    d->count = d->next = 0;
}
