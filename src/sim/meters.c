#include "meters.h"

#include <math.h>

#define SECOND_H    (1.0 / 3600.0)
#define DN150_M2    0.0177
#define NO_FRACTION 0u /* SIGNAL_FIXED: no meter shows anything there */

struct meter {
    unsigned flow, total, fraction; /* signals */
};

static struct meter area_meter(unsigned base)
{
    return (struct meter){ base + AREA_FLOW, base + AREA_TOTAL, base + AREA_FRACTION };
}

static struct meter works_meter(unsigned id, unsigned which)
{
    unsigned base = SIGNAL_WORKS + id * WORKS_SIGNALS;

    switch (which) {
    case 0: return area_meter(base + WORKS_AREA);
    case 1: return (struct meter){ base + WORKS_RAW_FLOW, base + WORKS_RAW_TOTAL, NO_FRACTION };
    default: return (struct meter){ base + WORKS_OUT_FLOW, base + WORKS_OUT_TOTAL, NO_FRACTION };
    }
}

/* The town's first, then its areas, then three of each of the smaller works. */
static struct meter meter_at(unsigned i)
{
    switch (i) {
    case 0: return (struct meter){ SIGNAL_OUT_FLOW, SIGNAL_OUT_TOTAL, NO_FRACTION };
    case 1: return (struct meter){ SIGNAL_RAW_FLOW, SIGNAL_RAW_TOTAL, NO_FRACTION };
    case 2: return (struct meter){ SIGNAL_DMA_FLOW, SIGNAL_DMA_TOTAL, SIGNAL_DMA_FRACTION };
    default: break;
    }
    i -= 3;
    if (i < SENSE_AREAS)
        return area_meter(SIGNAL_AREAS + i * AREA_SIGNALS);
    i -= SENSE_AREAS;
    return works_meter(i / 3, i % 3);
}

void meters_init(double totals_m3[METERS_COUNT], const struct physics *p,
                 const struct works works[WORKS_COUNT])
{
    double *to = totals_m3;

    *to++ = p->out_total_m3;
    *to++ = p->raw_total_m3;
    *to++ = p->zone_total_m3[ZONE_DOAN_KET];
    *to++ = p->zone_total_m3[ZONE_QUYET_THANG];
    *to++ = p->zone_total_m3[ZONE_DONG_PHONG];
    for (unsigned id = 0; id < WORKS_COUNT; id++) {
        *to++ = works[id].out_total_m3;
        *to++ = works[id].raw_total_m3;
        *to++ = works[id].out_total_m3;
    }
}

void meters_run(double totals_m3[METERS_COUNT], double signals[SIGNAL_COUNT], unsigned seconds)
{
    for (unsigned i = 0; i < METERS_COUNT; i++) {
        struct meter m = meter_at(i);

        totals_m3[i] += signals[m.flow] * SECOND_H * seconds;
        signals[m.total] = m.fraction != NO_FRACTION ? floor(totals_m3[i]) : totals_m3[i];
        if (m.fraction != NO_FRACTION) {
            signals[m.fraction] = totals_m3[i] - floor(totals_m3[i]);
            signals[m.flow + AREA_VELOCITY] = signals[m.flow] * SECOND_H / DN150_M2;
        }
    }
}

int meters_showing(unsigned signal)
{
    for (unsigned i = 0; i < METERS_COUNT; i++)
        if (meter_at(i).total == signal)
            return (int)i;
    return -1;
}
