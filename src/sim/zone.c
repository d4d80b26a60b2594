#include "zone.h"

#include <math.h>

#define ENOUGH_BAR 1.0

static double at_least(double x, double low)
{
    return x < low ? low : x;
}

static double at_most(double x, double high)
{
    return x > high ? high : x;
}

static double root_of(double bar)
{
    return sqrt(at_least(bar, 0.0));
}

/* Behind the inlet's valve, when the feeding point has `bar`. */
static double inlet_bar(const struct zone *z, const struct zone_sizes *s, double bar)
{
    return z->shut ? 0.0 : at_least(bar + s->rise_bar, 0.0);
}

static double delivered(const struct zone *z, double wanted_m3h, double in_bar)
{
    return wanted_m3h * at_least(1.0 + z->more, 0.0) * at_most(root_of(in_bar / ENOUGH_BAR), 1.0);
}

static double holes_m3h(const struct zone *z)
{
    double sum = 0.0;

    for (size_t i = 0; i < ZONE_BURSTS; i++)
        sum += z->bursts[i].m3h;
    return sum;
}

double zone_draw(const struct zone *z, const struct zone_sizes *s, double wanted_m3h, double bar)
{
    double in_bar = inlet_bar(z, s, bar);

    return delivered(z, wanted_m3h, in_bar) + (s->leak_m3h + holes_m3h(z)) * root_of(in_bar);
}

/* Loss along the way, with the square of the flow: a burst loads the pipe as far as its place.  The integral
 * over the way of (D + the bursts beyond)^2. */
static double lost_bar(const struct zone *z, const struct zone_sizes *s)
{
    double through = z->demand_m3h + z->leak_m3h, square = through * through;
    double each = z->burst_m3h > 0 ? z->burst_m3h / holes_m3h(z) : 0.0;

    for (size_t i = 0; i < ZONE_BURSTS; i++) {
        double q = z->bursts[i].m3h * each;
        square += 2.0 * through * q * z->bursts[i].place;
        for (size_t k = 0; k < ZONE_BURSTS; k++)
            square += q * z->bursts[k].m3h * each * at_most(z->bursts[i].place, z->bursts[k].place);
    }
    return s->loss_bar * square / (s->mean_m3h * s->mean_m3h);
}

static void press(struct zone *z, const struct zone_sizes *s)
{
    z->flow_m3h = z->demand_m3h + z->leak_m3h + z->burst_m3h;
    z->far_bar = z->shut ? 0.0 : at_least(z->in_bar + s->far_rise_bar - lost_bar(z, s), 0.0);
}

void zone_settle(struct zone *z, const struct zone_sizes *s, double wanted_m3h, double bar)
{
    z->in_bar = inlet_bar(z, s, bar);
    z->demand_m3h = delivered(z, wanted_m3h, z->in_bar);
    z->leak_m3h = s->leak_m3h * root_of(z->in_bar);
    z->burst_m3h = holes_m3h(z) * root_of(z->in_bar);
    press(z, s);
}

void zone_ration(struct zone *z, const struct zone_sizes *s, double share)
{
    z->demand_m3h *= share;
    z->leak_m3h *= share;
    z->burst_m3h *= share;
    press(z, s);
}

/* The false position of the Illinois method: a bracket that never opens, and no derivative. */
static double bracketed_root(double (*f)(const void *of, double x), const void *of)
{
    double low = 0.0, at_low = f(of, low), high = at_low, at_high = f(of, high), x = high;
    int side = 0;

    if (at_low <= 0.0)
        return low;
    for (int i = 0; i < 100 && at_high < 0.0 && high - low > ZONE_TOLERANCE_M3H; i++) {
        double y;

        x = (low * at_high - high * at_low) / (at_high - at_low);
        y = f(of, x);
        if (fabs(y) < ZONE_TOLERANCE_M3H)
            return x;
        if (y > 0.0) {
            low = x;
            at_low = y;
            at_high *= side > 0 ? 0.5 : 1.0;
            side = 1;
        } else {
            high = x;
            at_high = y;
            at_low *= side < 0 ? 0.5 : 1.0;
            side = -1;
        }
    }
    return x;
}

/* From one second to the next little changes: a few steps of the secant do, and the bracket is for the rest.
 */
double zone_root(double (*f)(const void *of, double x), const void *of, double guess)
{
    double was = guess, at_was = f(of, was), x = was + 0.8 * at_was;

    if (fabs(at_was) < ZONE_TOLERANCE_M3H)
        return was;
    for (int i = 0; i < 6; i++) {
        double y = f(of, x), slope = (y - at_was) / (x - was);

        if (fabs(y) < ZONE_TOLERANCE_M3H)
            return x;
        if (!(slope < -0.5) || x < 0.0)
            break;
        was = x;
        at_was = y;
        x -= y / slope;
    }
    return bracketed_root(f, of);
}
