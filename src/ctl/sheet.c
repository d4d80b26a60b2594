#include "sheet.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/attr.h"
#include "cell.h"
#include "conf/csv.h"

enum { CELL_TEXT_MAX = 512 };

/* ---- words ---- */

struct words {
    const char *in[SHEET_LANGUAGES];
};

static const struct {
    const char *key; /* for machines */
    struct words text;
} VERDICTS[VERDICT_COUNT] = {
    [VERDICT_RIGHT] = { "right", { { "hợp lý", "plausible" } } },
    [VERDICT_NO_RANGE] = { "no_range", { { "không có khoảng để so", "no range to compare with" } } },
    [VERDICT_IMPLAUSIBLE] = { "implausible", { { "KHÔNG HỢP LÝ", "NOT PLAUSIBLE" } } },
    [VERDICT_CLIPPED] = { "clipped", { { "Ở TẬN CÙNG DẢI ĐO", "AT THE END OF THE SPAN" } } },
    [VERDICT_NOT_MEANT] = { "not_meant", { { "SỐ VÔ NGHĨA", "NO METER MEANS THIS NUMBER" } } },
    [VERDICT_UNKNOWN_STATE] = { "unknown_state", { { "TRẠNG THÁI LẠ", "UNKNOWN STATE" } } },
    [VERDICT_INEXACT] = { "inexact", { { "SỐ QUÁ DÀI", "TOO MANY DIGITS" } } },
    [VERDICT_SENTINEL] = { "sentinel",
                           { { "THIẾT BỊ BÁO KHÔNG CÓ GIÁ TRỊ", "THE DEVICE SAYS IT HAS NONE" } } },
    [VERDICT_WIRE_FAULT] = { "wire_fault", { { "ĐỨT HOẶC CHẬP DÂY CẢM BIẾN", "WIRE OF THE SENSOR" } } },
    [VERDICT_BAD_DIGIT] = { "bad_digit", { { "CHỮ SỐ BCD SAI", "BAD BCD DIGIT" } } },
    [VERDICT_NOT_FINITE] = { "not_finite", { { "KHÔNG PHẢI SỐ", "NOT A NUMBER" } } },
    [VERDICT_NOT_READ] = { "not_read", { { "KHÔNG ĐỌC ĐƯỢC", "NOT READ" } } },
};

static const struct words TITLE = { { "PHIẾU NGHIỆM THU TÍN HIỆU", "COMMISSIONING SHEET" } };
static const struct words WATER = { { "Hệ thống cấp nước: ", "Water supply system: " } };
static const struct words ASKED = { { "Đọc từ ", "Read from " } };
static const struct words UNTIL = { { " đến ", " to " } };
static const struct words WOULD = { { "đọc cách này thì hợp lý: ", "plausible if read as: " } };
static const struct words SIGN = {
    { "\nNgày: ....../....../..........\n\n"
      "Người lập: ........................................  Ký tên: ....................\n\n"
      "Đơn vị thi công: ..................................  Ký tên: ....................\n\n"
      "Đơn vị cấp nước: ..................................  Ký tên: ....................\n",
      "\nDate: ....../....../..........\n\n"
      "Made by: ..........................................  Signature: ....................\n\n"
      "For the contractor: ...............................  Signature: ....................\n\n"
      "For the water supplier: ...........................  Signature: ....................\n" }
};

/* ---- what a cell says ---- */

static void value_text(const struct found *f, double value, char out[CELL_TEXT_MAX])
{
    const struct point_state *s;

    if (isnan(value)) {
        (void)snprintf(out, CELL_TEXT_MAX, "-");
        return;
    }
    s = states_find(f->tag->states, value);
    if (s != NULL)
        (void)snprintf(out, CELL_TEXT_MAX, "%.0f (%s)", value, s->word);
    else if (fabs(value) >= 1e12 || (value != 0 && fabs(value) < 1e-6))
        (void)snprintf(out, CELL_TEXT_MAX, "%.3g %s", value, f->point->unit);
    else
        (void)snprintf(out, CELL_TEXT_MAX, "%.*f %s", f->point->decimals, value, f->point->unit);
}

static void register_text(const struct found *f, char out[CELL_TEXT_MAX])
{
    const struct tag *t = f->tag;
    unsigned n = kind_registers((enum register_kind)t->kind);
    int len = snprintf(out, CELL_TEXT_MAX, "%s %u", function_key(t->function), t->address);

    if (n > 1)
        len += snprintf(out + len, CELL_TEXT_MAX - (size_t)len, "-%u", t->address + n - 1);
    if (t->kind == KIND_BOOL && t->bit != BIT_NONE)
        len += snprintf(out + len, CELL_TEXT_MAX - (size_t)len, ".%u", t->bit);
    if (function_reads_bits(t->function))
        return;
    len += snprintf(out + len, CELL_TEXT_MAX - (size_t)len, " %s", kind_word((enum register_kind)t->kind));
    if (n > 1 || t->order != ORDER_ABCD)
        (void)snprintf(out + len, CELL_TEXT_MAX - (size_t)len, " %s", order_word((enum word_order)t->order));
}

static void others_text(const struct found *f, char out[CELL_TEXT_MAX])
{
    size_t len = 0;

    out[0] = '\0';
    for (size_t i = 0; i < f->other_count && len < CELL_TEXT_MAX; i++) {
        const struct other *o = &f->others[i];
        char value[CELL_TEXT_MAX];
        value_text(f, o->value, value);
        len += (size_t)snprintf(out + len, CELL_TEXT_MAX - len, "%s%s %s = %s", i == 0 ? "" : "; ",
                                kind_word((enum register_kind)o->kind), order_word((enum word_order)o->order),
                                value);
    }
}

/* ---- the table on paper ---- */

enum { ID, NAME, DEVICE_ID, REGISTER, RAW, VALUE, VERDICT, ON_SITE, PASSED, COLUMNS };

static const struct words HEADS[COLUMNS] = {
    [ID] = { { "Điểm", "Point" } },
    [NAME] = { { "Tên", "Name" } },
    [DEVICE_ID] = { { "Thiết bị", "Device" } },
    [REGISTER] = { { "Thanh ghi", "Register" } },
    [RAW] = { { "Hex", "Hex" } },
    [VALUE] = { { "Giá trị", "Value" } },
    [VERDICT] = { { "Nhận xét", "Verdict" } },
    [ON_SITE] = { { "Tại chỗ", "On display" } },
    [PASSED] = { { "Đạt", "Pass" } },
};

static void cell_text(const struct found *f, int column, enum sheet_language in, char out[CELL_TEXT_MAX])
{
    const char *text = "";

    switch (column) {
    case ID: text = f->point->id; break;
    case NAME: text = f->point->name; break;
    case DEVICE_ID: text = f->device->id; break;
    case REGISTER: register_text(f, out); return;
    case RAW: text = f->raw[0] == '\0' ? "-" : f->raw; break;
    case VALUE: value_text(f, f->value, out); return;
    case VERDICT: text = VERDICTS[f->verdict].text.in[in]; break;
    case ON_SITE: text = ".........."; break;
    default: text = "[  ]"; break;
    }
    (void)snprintf(out, CELL_TEXT_MAX, "%s", text);
}

/* Characters, not bytes; marks that stand over another (U+0300 to U+036F) take no place. */
static size_t width_of(const char *text)
{
    size_t n = 0;

    for (const unsigned char *at = (const unsigned char *)text; *at != '\0'; at++)
        n += (*at & 0xC0) != 0x80 && *at != 0xCC && !(*at == 0xCD && at[1] < 0xB0);
    return n;
}

static void measure(const struct found *list, size_t count, enum sheet_language in, size_t widths[COLUMNS])
{
    char text[CELL_TEXT_MAX];

    for (int c = 0; c < COLUMNS; c++)
        widths[c] = width_of(HEADS[c].in[in]);
    for (size_t i = 0; i < count; i++)
        for (int c = 0; c < COLUMNS; c++) {
            size_t width;
            cell_text(&list[i], c, in, text);
            width = width_of(text);
            if (width > widths[c])
                widths[c] = width;
        }
}

static void put_cell(const char *text, int column, const size_t widths[COLUMNS], struct strbuf *to)
{
    strbuf_puts(to, text);
    if (column + 1 == COLUMNS)
        strbuf_putc(to, '\n');
    else
        strbuf_printf(to, "%*s", (int)(widths[column] - width_of(text) + 2), "");
}

static void print_found(const struct found *f, size_t number, enum sheet_language in,
                        const size_t widths[COLUMNS], struct strbuf *to)
{
    char text[CELL_TEXT_MAX];

    strbuf_printf(to, "%4zu  ", number);
    for (int c = 0; c < COLUMNS; c++) {
        cell_text(f, c, in, text);
        put_cell(text, c, widths, to);
    }
    others_text(f, text);
    if (text[0] != '\0')
        strbuf_printf(to, "      -> %s%s\n", WOULD.in[in], text);
    if (f->verdict == VERDICT_NOT_READ)
        strbuf_printf(to, "      -> %s\n", f->why);
}

static void print_head(const struct catalogue *c, const struct found *list, size_t count,
                       enum sheet_language in, struct strbuf *to)
{
    char from[CLOCK_TEXT_MAX], until[CLOCK_TEXT_MAX];

    strbuf_printf(to, "%s\n\n", TITLE.in[in]);
    for (size_t i = 0; i < c->system_count; i++)
        strbuf_printf(to, "%s%s\n", WATER.in[in], c->systems[i].name);
    wall_text(list[0].at, from);
    wall_text(list[count - 1].at, until);
    strbuf_printf(to, "%s%s%s%s\n\n", ASKED.in[in], from, UNTIL.in[in], until);
}

void sheet_print(const struct catalogue *c, const struct found *list, size_t count, enum sheet_language in,
                 struct strbuf *to)
{
    size_t widths[COLUMNS], right = 0;

    if (count == 0)
        return;
    print_head(c, list, count, in, to);
    measure(list, count, in, widths);
    strbuf_puts(to, "      ");
    for (int i = 0; i < COLUMNS; i++)
        put_cell(HEADS[i].in[in], i, widths, to);
    for (size_t i = 0; i < count; i++) {
        print_found(&list[i], i + 1, in, widths, to);
        right += verdict_is_right(list[i].verdict);
    }
    strbuf_putc(to, '\n');
    if (in == SHEET_EN)
        strbuf_printf(to, "Points: %zu. Plausible: %zu. Not: %zu.\n", count, right, count - right);
    else
        strbuf_printf(to, "Số điểm: %zu. Hợp lý: %zu. Chưa đạt: %zu.\n", count, right, count - right);
    strbuf_puts(to, SIGN.in[in]);
}

/* ---- for a spreadsheet ---- */

/* A name that a spreadsheet might take for a formula has an apostrophe in front, as in an I/O list. */
static void put_word(const char *word, char end, struct strbuf *to)
{
    struct strbuf safe;

    strbuf_init(&safe, (size_t)2 * CELL_TEXT_MAX);
    cell_write_word(word, &safe);
    csv_put(safe.text == NULL ? "" : safe.text, to);
    strbuf_clear(&safe);
    strbuf_putc(to, end);
}

static void put_row(const struct catalogue *c, const struct found *f, struct strbuf *to)
{
    char text[CELL_TEXT_MAX], number[32] = "", at[CLOCK_TEXT_MAX];
    bool bits = function_reads_bits(f->tag->function);

    if (isfinite(f->value))
        (void)snprintf(number, sizeof number, "%.12g", f->value); /* 1234567 * 0.1 is 123456.7 */
    wall_text(f->at, at);
    put_word(f->point->id, ',', to);
    put_word(f->point->name, ',', to);
    put_word(c->sites[f->point->site].id, ',', to);
    put_word(f->wire->id, ',', to);
    put_word(f->device->id, ',', to);
    strbuf_printf(to, "%" PRId64 ",%s,%u,%u,%s,%s,%s,%s,", f->device->unit, function_key(f->tag->function),
                  f->tag->address, kind_registers((enum register_kind)f->tag->kind),
                  kind_word((enum register_kind)f->tag->kind),
                  bits ? "" : order_word((enum word_order)f->tag->order), f->raw, number);
    put_word(f->point->unit, ',', to);
    strbuf_printf(to, "%s,%s,", verdict_is_right(f->verdict) ? "yes" : "no", VERDICTS[f->verdict].key);
    others_text(f, text);
    put_word(f->verdict == VERDICT_NOT_READ ? f->why : text, ',', to);
    strbuf_printf(to, "%s\r\n", at);
}

void sheet_csv(const struct catalogue *c, const struct found *list, size_t count, struct strbuf *to)
{
    strbuf_puts(to, "\xef\xbb\xbf"
                    "id,name,site,wire,device,unit_address,table,address,registers,type,order,raw,value,unit,"
                    "plausible,verdict,remark,read_at\r\n");
    for (size_t i = 0; i < count; i++)
        put_row(c, &list[i], to);
}
