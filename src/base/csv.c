#include "base/csv.h"

#include <math.h>
#include <string.h>

#include "base/json.h"

void csv_text(struct strbuf *b, const char *text)
{
    bool formula = *text != '\0' && strchr("=+-@\t\r", *text) != NULL;
    bool quote = strpbrk(text, ",\"\r\n") != NULL;

    if (quote)
        strbuf_putc(b, '"');
    if (formula)
        strbuf_putc(b, '\'');
    for (; *text != '\0'; text++) {
        if (*text == '"')
            strbuf_putc(b, '"');
        strbuf_putc(b, *text);
    }
    if (quote)
        strbuf_putc(b, '"');
}

void csv_number(struct strbuf *b, double value)
{
    char text[JSON_NUMBER_MAX];

    if (isfinite(value))
        strbuf_add(b, text, json_number_text(value, text));
}

void csv_time(struct strbuf *b, struct wall at)
{
    char text[CLOCK_TEXT_MAX];

    if (at.ms == 0)
        return;
    wall_text(at, text);
    strbuf_puts(b, text);
}
