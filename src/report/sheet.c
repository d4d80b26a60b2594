#include "sheet.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/csv.h"
#include "base/html.h"
#include "report/report.h"

/* ---- print ---- */

void print_day(struct strbuf *b, int32_t day)
{
    char iso[DAY_ISO_MAX];

    if (day_iso(day, iso)[0] != '\0')
        strbuf_printf(b, "%.2s/%.2s/%.4s", iso + 8, iso + 5, iso);
}

void print_time(struct strbuf *b, struct wall at)
{
    int64_t of_day_ms = at.ms - wall_local_midnight(at).ms;

    if (at.ms == 0) {
        strbuf_puts(b, "-");
        return;
    }
    strbuf_printf(b, "%02d:%02d ", (int)(of_day_ms / CLOCK_HOUR_MS),
                  (int)(of_day_ms % CLOCK_HOUR_MS / CLOCK_MINUTE_MS));
    print_day(b, day_local(at));
}

/* Thousands with a dot, decimals with a comma. */
void print_number(struct strbuf *b, double value, int decimals)
{
    char text[64];
    size_t whole;

    if (!isfinite(value) || fabs(value) >= 1e15) {
        strbuf_puts(b, "-");
        return;
    }
    (void)snprintf(text, sizeof text, "%.*f", decimals, fabs(value));
    whole = strcspn(text, ".");
    if (value < 0 && strspn(text, "0.") != strlen(text))
        strbuf_putc(b, '-');
    for (size_t i = 0; i < whole; i++) {
        if (i > 0 && (whole - i) % 3 == 0)
            strbuf_putc(b, '.');
        strbuf_putc(b, text[i]);
    }
    if (text[whole] == '.') {
        strbuf_putc(b, ',');
        strbuf_puts(b, text + whole + 1);
    }
}

/* ---- cells ---- */

static const struct column *here(const struct sheet *s)
{
    return &s->section->columns[s->column];
}

static bool is_share(const struct column *c)
{
    return strcmp(c->unit, "1") == 0;
}

static bool is_printed(const struct sheet *s, size_t column)
{
    return column >= s->first && column < s->last && !s->section->columns[column].unprinted;
}

/* What stands before a cell's value. */
static void begin(struct sheet *s)
{
    s->mark = s->to->len;
    switch (s->format) {
    case REPORT_JSON: json_key(&s->j, here(s)->name); break;
    case REPORT_CSV:
        csv_text(s->to, s->section->name);
        strbuf_putc(s->to, ',');
        csv_text(s->to, s->key);
        strbuf_putc(s->to, ',');
        csv_text(s->to, s->subject);
        strbuf_putc(s->to, ',');
        csv_text(s->to, here(s)->name);
        strbuf_putc(s->to, ',');
        csv_text(s->to, here(s)->vi);
        strbuf_putc(s->to, ',');
        break;
    case REPORT_HTML:
    case REPORT_FORMAT_COUNT: break;
    }
}

/* And behind it. */
static void end(struct sheet *s, double coverage)
{
    const struct column *c = here(s);

    if (s->format == REPORT_CSV) {
        strbuf_putc(s->to, ',');
        csv_text(s->to, c->unit);
        strbuf_putc(s->to, ',');
        csv_number(s->to, coverage);
        strbuf_putc(s->to, ',');
        csv_text(s->to, c->formula == NULL ? "" : c->formula);
        strbuf_putc(s->to, ',');
        csv_text(s->to, c->source == NULL ? "" : c->source);
        strbuf_puts(s->to, "\r\n");
    } else if (s->format == REPORT_HTML && !is_printed(s, s->column) && s->to->text != NULL) {
        s->to->len = s->mark;
        s->to->text[s->mark] = '\0';
    }
    s->column++;
}

static void put(struct sheet *s, const char *json_or_csv, const char *vi)
{
    begin(s);
    if (s->format == REPORT_JSON) {
        json_string(&s->j, json_or_csv);
    } else if (s->format == REPORT_CSV) {
        csv_text(s->to, json_or_csv == NULL ? "" : json_or_csv);
    } else {
        strbuf_puts(s->to, "<td>");
        html_text(s->to, vi == NULL || vi[0] == '\0' ? "-" : vi);
        strbuf_puts(s->to, "</td>");
    }
    end(s, NAN);
}

void sheet_word(struct sheet *s, const char *word, const char *vi)
{
    put(s, word, vi);
}

void sheet_text(struct sheet *s, const char *text)
{
    put(s, text == NULL || text[0] == '\0' ? NULL : text, text);
}

void sheet_flag(struct sheet *s, bool is)
{
    begin(s);
    if (s->format == REPORT_JSON)
        json_bool(&s->j, is);
    else if (s->format == REPORT_CSV)
        strbuf_puts(s->to, is ? "true" : "false");
    else
        strbuf_puts(s->to, is ? "<td>có</td>" : "<td>không</td>");
    end(s, NAN);
}

void sheet_count(struct sheet *s, int64_t n)
{
    begin(s);
    if (s->format == REPORT_JSON) {
        json_int(&s->j, n);
    } else if (s->format == REPORT_CSV) {
        strbuf_printf(s->to, "%lld", (long long)n);
    } else {
        strbuf_puts(s->to, "<td class=\"n\">");
        print_number(s->to, (double)n, 0);
        strbuf_puts(s->to, "</td>");
    }
    end(s, NAN);
}

static void print_value(struct sheet *s, double value)
{
    const struct column *c = here(s);

    print_number(s->to, is_share(c) ? value * 100 : value, c->decimals);
    if (is_share(c))
        strbuf_puts(s->to, "&nbsp;%");
}

void sheet_number(struct sheet *s, double value)
{
    begin(s);
    if (s->format == REPORT_JSON) {
        json_number(&s->j, value);
    } else if (s->format == REPORT_CSV) {
        csv_number(s->to, value);
    } else {
        strbuf_puts(s->to, "<td class=\"n\">");
        print_value(s, value);
        strbuf_puts(s->to, "</td>");
    }
    end(s, NAN);
}

void sheet_figure(struct sheet *s, double value, double coverage)
{
    const bool known = coverage >= REPORT_COVERAGE;

    begin(s);
    if (s->format == REPORT_JSON) {
        json_open_object(&s->j);
        json_member_number(&s->j, "value", known ? value : NAN);
        json_member_number(&s->j, "coverage", coverage);
        json_close_object(&s->j);
    } else if (s->format == REPORT_CSV) {
        csv_number(s->to, known ? value : NAN);
    } else {
        strbuf_puts(s->to, "<td class=\"n\">");
        if (known)
            print_value(s, value);
        else if (isnan(coverage)) /* there is nothing that it could be of */
            strbuf_puts(s->to, "-");
        else {
            strbuf_puts(s->to, "không đủ số liệu (");
            print_number(s->to, floor(coverage * 1000) / 10, 1); /* 89.99 % is not 90 */
            strbuf_puts(s->to, "&nbsp;%)");
        }
        strbuf_puts(s->to, "</td>");
    }
    end(s, coverage);
}

void sheet_time(struct sheet *s, struct wall at)
{
    begin(s);
    if (s->format == REPORT_JSON) {
        json_time(&s->j, at);
    } else if (s->format == REPORT_CSV) {
        csv_time(s->to, at);
    } else {
        strbuf_puts(s->to, "<td>");
        print_time(s->to, at);
        strbuf_puts(s->to, "</td>");
    }
    end(s, NAN);
}

/* ---- rows ---- */

void sheet_row(struct sheet *s, const char *key, const char *subject)
{
    s->key = key;
    s->subject = subject;
    s->column = 0;
    s->row++;
    if (s->format == REPORT_JSON) {
        json_open_object(&s->j);
        json_member_text(&s->j, "key", key);
        json_member_text(&s->j, "name", subject);
    } else if (s->format == REPORT_HTML) {
        strbuf_printf(s->to, "<tr><td class=\"n\">%zu</td><td>", s->row);
        html_text(s->to, subject);
        strbuf_puts(s->to, "</td>");
    }
}

void sheet_row_end(struct sheet *s)
{
    if (s->format == REPORT_JSON)
        json_close_object(&s->j);
    else if (s->format == REPORT_HTML)
        strbuf_puts(s->to, "</tr>\n");
}

/* ---- tables ---- */

void sheet_init(struct sheet *s, enum report_format format, struct strbuf *to)
{
    *s = (struct sheet){ .format = format, .to = to };
    json_out_init(&s->j, to);
    if (format == REPORT_CSV)
        strbuf_puts(to, "section,key,name,figure,title,value,unit,coverage,formula,source\r\n");
}

static void open_json(struct sheet *s)
{
    const struct section *of = s->section;

    json_key(&s->j, of->name);
    json_open_object(&s->j);
    json_member_text(&s->j, "title", of->vi);
    json_member_text(&s->j, "title_en", of->en);
    json_key(&s->j, "columns");
    json_open_array(&s->j);
    for (size_t i = 0; i < of->count; i++) {
        const struct column *c = &of->columns[i];
        json_open_object(&s->j);
        json_member_text(&s->j, "name", c->name);
        json_member_text(&s->j, "title", c->vi);
        json_member_text(&s->j, "title_en", c->en);
        json_member_words(&s->j, "unit", c->unit);
        json_member_text(&s->j, "formula", c->formula);
        json_member_text(&s->j, "formula_en", c->formula_en);
        json_member_text(&s->j, "source", c->source);
        json_close_object(&s->j);
    }
    json_close_array(&s->j);
    json_key(&s->j, "rows");
    json_open_array(&s->j);
}

/* Each Roman number has its place in the report, as offices number them. */
static const char *roman(unsigned n)
{
    static const char *const NUMBERS[] = { "I",  "II", "III", "IV",  "V",    "VI",  "VII", "VIII",
                                           "IX", "X",  "XI",  "XII", "XIII", "XIV", "XV",  "XVI" };

    return n < COUNT_OF(NUMBERS) ? NUMBERS[n] : "-";
}

static void open_html(struct sheet *s)
{
    const struct section *of = s->section;

    if (s->first == 0 && !s->annexed) {
        strbuf_printf(s->to, "<h2>%s. ", roman(s->sections++));
        html_text(s->to, of->vi);
        strbuf_puts(s->to, "</h2>\n");
    }
    strbuf_puts(s->to, "<table class=\"lines\"><thead><tr><th>TT</th><th>");
    html_text(s->to, of->subject);
    strbuf_puts(s->to, "</th>");
    for (size_t i = 0; i < of->count; i++) {
        if (!is_printed(s, i))
            continue;
        strbuf_puts(s->to, "<th>");
        html_text(s->to, of->columns[i].vi);
        if (of->columns[i].unit[0] != '\0' && !is_share(&of->columns[i])) {
            strbuf_puts(s->to, " (");
            html_text(s->to, of->columns[i].unit);
            strbuf_puts(s->to, ")");
        }
        strbuf_puts(s->to, "</th>");
    }
    strbuf_puts(s->to, "</tr></thead><tbody>\n");
}

static bool is_explained(const struct sheet *s, size_t i)
{
    return s->section->columns[i].formula != NULL && is_printed(s, i);
}

static void print_source(struct sheet *s, const char *before, const char *source)
{
    strbuf_puts(s->to, before);
    html_text(s->to, source);
    strbuf_puts(s->to, ".</p>\n");
}

static bool has_the_same(const struct column *a, const struct column *b)
{
    return a->formula != NULL && b->formula != NULL && strcmp(a->formula, b->formula) == 0 &&
           strcmp(a->source, b->source) == 0;
}

/* Once for figures beside each other that have it in common.  Returns the last of them. */
static size_t print_formula(struct sheet *s, size_t i, bool with_source)
{
    const struct section *of = s->section;
    const struct column *c = &of->columns[i];

    strbuf_puts(s->to, "<p class=\"note\">");
    html_text(s->to, c->vi);
    while (i + 1 < of->count && is_explained(s, i + 1) && has_the_same(&of->columns[i + 1], c)) {
        strbuf_puts(s->to, ", ");
        html_text(s->to, of->columns[++i].vi);
    }
    strbuf_puts(s->to, ": ");
    html_text(s->to, c->formula);
    if (with_source)
        print_source(s, ". Nguồn: ", c->source);
    else
        strbuf_puts(s->to, ".</p>\n");
    return i;
}

/* Of all figures that are explained here; NULL: they have several. */
static const char *common_source(const struct sheet *s)
{
    const char *source = NULL;

    for (size_t i = 0; i < s->section->count; i++) {
        if (!is_explained(s, i))
            continue;
        if (source != NULL && strcmp(source, s->section->columns[i].source) != 0)
            return NULL;
        source = s->section->columns[i].source;
    }
    return source;
}

static void print_formulas(struct sheet *s)
{
    const char *source = common_source(s);

    for (size_t i = 0; i < s->section->count; i++)
        if (is_explained(s, i))
            i = print_formula(s, i, source == NULL);
    if (source != NULL)
        print_source(s, "<p class=\"note\">Nguồn: ", source);
}

static void close_html(struct sheet *s)
{
    const struct section *of = s->section;

    if (s->row == 0)
        strbuf_printf(s->to, "<tr><td colspan=\"%zu\">Không có trong kỳ.</td></tr>\n", of->count + 2);
    strbuf_puts(s->to, "</tbody></table>\n");
    if (!of->explained)
        print_formulas(s);
}

static void open_part(struct sheet *s, const struct section *of, size_t first, size_t last)
{
    s->section = of;
    s->row = 0;
    s->first = first;
    s->last = last;
    if (s->format == REPORT_JSON)
        open_json(s);
    else if (s->format == REPORT_HTML)
        open_html(s);
}

void sheet_open(struct sheet *s, const struct section *of)
{
    open_part(s, of, 0, of->count);
}

void sheet_close(struct sheet *s)
{
    if (s->format == REPORT_JSON) {
        json_close_array(&s->j);
        json_close_object(&s->j);
    } else if (s->format == REPORT_HTML) {
        close_html(s);
    }
}

void sheet_table(struct sheet *s, const struct section *of, void (*rows)(struct sheet *s, const void *self),
                 const void *self)
{
    const bool in_two = s->format == REPORT_HTML && of->split > 0;

    open_part(s, of, 0, in_two ? of->split : of->count);
    rows(s, self);
    sheet_close(s);
    if (!in_two)
        return;
    open_part(s, of, of->split, of->count);
    rows(s, self);
    sheet_close(s);
}

void sheet_note(struct sheet *s, const char *name, const char *vi, const char *en)
{
    if (s->format == REPORT_JSON) {
        json_key(&s->j, name);
        json_open_object(&s->j);
        json_member_text(&s->j, "words", vi);
        json_member_text(&s->j, "words_en", en);
        json_close_object(&s->j);
    } else if (s->format == REPORT_CSV) {
        csv_text(s->to, name);
        strbuf_puts(s->to, ",,,,,");
        csv_text(s->to, vi);
        strbuf_puts(s->to, ",,,,\r\n");
    } else {
        strbuf_puts(s->to, "<p>");
        html_text(s->to, vi);
        strbuf_puts(s->to, "</p>\n");
    }
}
