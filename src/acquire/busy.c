#include "busy.h"

struct busy busy_start(struct mono now)
{
    return (struct busy){ .began = now };
}

static void add_within_second(struct busy *b, int64_t second, int64_t ms)
{
    size_t i = (size_t)(second % BUSY_SECONDS);

    if (b->second[i] != second) {
        b->second[i] = second;
        b->ms[i] = 0;
    }
    b->ms[i] += (int32_t)ms;
}

void busy_add(struct busy *b, struct mono from, struct mono to)
{
    int64_t at = from.ms > to.ms - CLOCK_MINUTE_MS ? from.ms : to.ms - CLOCK_MINUTE_MS;

    while (at < to.ms) {
        int64_t second = at / CLOCK_SECOND_MS, end = (second + 1) * CLOCK_SECOND_MS;
        end = end < to.ms ? end : to.ms;
        add_within_second(b, second, end - at);
        at = end;
    }
}

double busy_share(const struct busy *b, struct mono now)
{
    int64_t last = now.ms / CLOCK_SECOND_MS, first = last - (BUSY_SECONDS - 1);
    int64_t seen = now.ms - first * CLOCK_SECOND_MS, sum = 0;

    for (int i = 0; i < BUSY_SECONDS; i++)
        if (b->second[i] >= first && b->second[i] <= last)
            sum += b->ms[i];
    if (seen > now.ms - b->began.ms)
        seen = now.ms - b->began.ms;
    if (seen <= 0)
        return 0;
    return sum < seen ? (double)sum / (double)seen : 1;
}
