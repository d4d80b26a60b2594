/* What a commissioning found, on paper and for a spreadsheet.  Pure. */
#ifndef CTL_SHEET_H
#define CTL_SHEET_H

#include "base/strbuf.h"
#include "verdict.h"

enum { SHEET_RAW_MAX = 5 * VALUE_REGISTERS_MAX };

/* One point that was asked for. */
struct found {
    const struct wire_settings *wire;
    const struct device *device;
    const struct tag *tag;
    const struct point *point;
    struct wall at;
    char raw[SHEET_RAW_MAX]; /* registers in hexadecimal as they came; "" when none did */
    enum verdict verdict;
    double value;  /* NaN: none */
    char why[160]; /* of VERDICT_NOT_READ, in the daemon's words */
    struct other others[OTHERS_MAX];
    size_t other_count;
};

enum sheet_language { SHEET_VI, SHEET_EN, SHEET_LANGUAGES };

/* A table with room for what the display says, then lines for date, names and signatures. */
void sheet_print(const struct catalogue *c, const struct found *list, size_t count, enum sheet_language in,
                 struct strbuf *to);
/* A head and a line per point, in UTF-8; the words are those of the settings and of the API. */
void sheet_csv(const struct catalogue *c, const struct found *list, size_t count, struct strbuf *to);

#endif
