#include "model/unit.h"

#include <math.h>
#include <stddef.h>
#include <string.h>

#include "base/attr.h"
#include "conf/mistakes.h"

/* Factors are definitions: SI brochure (9th edition, 2019); foot, inch, pound and gallon by the international
 * agreement of 1959 and the US gallon of 231 cubic inches; mH2O and kgf by standard gravity 9.80665 m/s2 and
 * water of 1000 kg/m3. */
static const struct unit UNITS[] = {
    { "-", "-", 0, 1, 1, { NULL } },
    { "%", "%", 0, 1, 1, { NULL } },
    { "‰", "%", 0, 1, 10, { NULL } },
    { "lần", "lần", 0, 1, 1, { NULL } },
    { "bơm", "bơm", 0, 1, 1, { NULL } },
    /* flow */
    { "m3/h", "m3/h", 0, 1, 1, { "m³/h", "m3/giờ", "m³/giờ" } },
    { "m3/s", "m3/h", 0, 3600, 1, { "m³/s" } },
    { "m3/min", "m3/h", 0, 60, 1, { "m³/min", "m3/phút", "m³/phút" } },
    { "m3/d", "m3/h", 0, 1, 24, { "m³/d", "m3/ngày", "m³/ngày" } },
    { "L/s", "m3/h", 0, 36, 10, { "l/s" } },
    { "L/min", "m3/h", 0, 6, 100, { "l/min", "L/phút", "l/phút" } },
    { "L/h", "m3/h", 0, 1, 1000, { "l/h", "L/giờ", "l/giờ" } },
    { "gpm", "m3/h", 0, 22712470704.0, 100000000000.0, { "USgpm" } },
    /* volume */
    { "m3", "m3", 0, 1, 1, { "m³" } },
    { "L", "m3", 0, 1, 1000, { "l", "lít" } },
    { "mL", "m3", 0, 1, 1000000, { "ml" } },
    /* pressure */
    { "bar", "bar", 0, 1, 1, { NULL } },
    { "mbar", "bar", 0, 1, 1000, { NULL } },
    { "Pa", "bar", 0, 1, 100000, { NULL } },
    { "hPa", "bar", 0, 1, 1000, { NULL } },
    { "kPa", "bar", 0, 1, 100, { NULL } },
    { "MPa", "bar", 0, 10, 1, { NULL } },
    { "mH2O", "bar", 0, 980665, 10000000, { "mH₂O", "mWC", "mcn" } },
    { "kgf/cm2", "bar", 0, 980665, 1000000, { "kgf/cm²", "kG/cm2", "kG/cm²" } },
    { "psi", "bar", 0, 44482216152605.0, 645160000000000.0, { NULL } },
    { "atm", "bar", 0, 101325, 100000, { NULL } },
    /* length */
    { "m", "m", 0, 1, 1, { NULL } },
    { "cm", "m", 0, 1, 100, { NULL } },
    { "mm", "m", 0, 1, 1000, { NULL } },
    { "km", "m", 0, 1000, 1, { NULL } },
    { "ft", "m", 0, 3048, 10000, { NULL } },
    { "in", "m", 0, 254, 10000, { NULL } },
    { "m/s", "m/s", 0, 1, 1, { NULL } },
    { "mm/s", "m/s", 0, 1, 1000, { NULL } },
    { "mm/h", "mm/h", 0, 1, 1, { "mm/giờ" } },
    /* quality of water */
    { "mg/L", "mg/L", 0, 1, 1, { "mg/l", "g/m3", "g/m³" } },
    { "µg/L", "mg/L", 0, 1, 1000, { "μg/L", "ug/L", "µg/l" } },
    { "g/L", "mg/L", 0, 1000, 1, { "g/l", "kg/m3", "kg/m³" } },
    { "CFU/100 mL", "CFU/100 mL", 0, 1, 1, { "CFU/100mL", "CFU/100 ml" } },
    { "Bq/L", "Bq/L", 0, 1, 1, { "Bq/l" } },
    { "ppm", "ppm", 0, 1, 1, { NULL } },
    { "ppb", "ppm", 0, 1, 1000, { NULL } },
    { "NTU", "NTU", 0, 1, 1, { NULL } },
    { "FNU", "FNU", 0, 1, 1, { NULL } },
    { "TCU", "TCU", 0, 1, 1, { "Pt-Co", "PCU", "CU" } },
    { "µS/cm", "µS/cm", 0, 1, 1, { "μS/cm", "uS/cm" } },
    { "mS/cm", "µS/cm", 0, 1000, 1, { NULL } },
    { "mS/m", "µS/cm", 0, 10, 1, { NULL } },
    { "1/m", "1/m", 0, 1, 1, { NULL } },
    { "1/cm", "1/m", 0, 100, 1, { NULL } },
    { "°C", "°C", 0, 1, 1, { "℃", "degC" } },
    { "°F", "°C", -32, 5, 9, { "degF" } },
    { "K", "°C", -273.15, 1, 1, { NULL } },
    /* electricity */
    { "kW", "kW", 0, 1, 1, { NULL } },
    { "W", "kW", 0, 1, 1000, { NULL } },
    { "MW", "kW", 0, 1000, 1, { NULL } },
    { "kVA", "kVA", 0, 1, 1, { NULL } },
    { "VA", "kVA", 0, 1, 1000, { NULL } },
    { "kvar", "kvar", 0, 1, 1, { "kVAr" } },
    { "var", "kvar", 0, 1, 1000, { "VAr" } },
    { "kWh", "kWh", 0, 1, 1, { NULL } },
    { "Wh", "kWh", 0, 1, 1000, { NULL } },
    { "MWh", "kWh", 0, 1000, 1, { NULL } },
    { "kWh/m3", "kWh/m3", 0, 1, 1, { "kWh/m³" } },
    { "Hz", "Hz", 0, 1, 1, { NULL } },
    { "A", "A", 0, 1, 1, { NULL } },
    { "mA", "A", 0, 1, 1000, { NULL } },
    { "V", "V", 0, 1, 1, { NULL } },
    { "mV", "V", 0, 1, 1000, { NULL } },
    { "kV", "V", 0, 1000, 1, { NULL } },
    { "dBm", "dBm", 0, 1, 1, { NULL } },
    /* machines and time */
    { "vòng/phút", "vòng/phút", 0, 1, 1, { "rpm", "v/ph", "1/min" } },
    { "h", "h", 0, 1, 1, { "giờ" } },
    { "min", "h", 0, 1, 60, { "phút" } },
    { "s", "h", 0, 1, 3600, { "giây" } },
    { "ms", "h", 0, 1, 3600000, { NULL } },
    { "d", "h", 0, 24, 1, { "ngày" } },
    { "kg", "kg", 0, 1, 1, { NULL } },
    { "g", "kg", 0, 1, 1000, { NULL } },
    { "t", "kg", 0, 1000, 1, { "tấn" } },
    { "kg/h", "kg/h", 0, 1, 1, { "kg/giờ" } },
    { "g/h", "kg/h", 0, 1, 1000, { "g/giờ" } },
    { "kg/d", "kg/h", 0, 1, 24, { "kg/ngày" } },
};

enum { SPELLINGS_MAX = 4 * COUNT_OF(UNITS) };

static bool is_called(const struct unit *u, const char *text)
{
    if (strcmp(u->symbol, text) == 0)
        return true;
    for (size_t i = 0; u->also[i] != NULL; i++)
        if (strcmp(u->also[i], text) == 0)
            return true;
    return false;
}

const struct unit *unit_find(const char *text)
{
    for (size_t i = 0; i < COUNT_OF(UNITS); i++)
        if (is_called(&UNITS[i], text))
            return &UNITS[i];
    return NULL;
}

const char *unit_nearest(const char *text)
{
    const char *known[SPELLINGS_MAX];
    size_t n = 0;

    for (size_t i = 0; i < COUNT_OF(UNITS); i++) {
        known[n++] = UNITS[i].symbol;
        for (size_t k = 0; UNITS[i].also[k] != NULL; k++)
            known[n++] = UNITS[i].also[k];
    }
    return conf_nearest(text, known, n);
}

bool unit_converts(const struct unit *from, const struct unit *to)
{
    return strcmp(from->base, to->base) == 0;
}

double unit_convert(const struct unit *from, const struct unit *to, double value)
{
    if (!unit_converts(from, to))
        return NAN;
    if (from == to)
        return value;
    return (value + from->shift) * from->times / from->by * to->by / to->times - to->shift;
}
