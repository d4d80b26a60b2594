#include "report/report.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/csv.h"
#include "base/html.h"
#include "report_inner.h"

enum { TITLE_MAX = 256 };

double report_part(int64_t part, int64_t whole)
{
    return whole > 0 ? (double)part / (double)whole : NAN;
}

/* ---- words ---- */

static void date_of(int32_t day, int *year, int *month, int *date)
{
    wall_local_date((struct wall){ (int64_t)day * CLOCK_DAY_MS - CLOCK_LOCAL_OFFSET_MS }, year, month, date);
}

/* "tháng 7 năm 2026", "quý III năm 2026", "6 tháng đầu năm 2026", "năm 2026"; days where it is none of these.
 */
static void period_name(int32_t from, int32_t to, char *out, size_t size)
{
    static const char *const QUARTERS[] = { "I", "II", "III", "IV" };
    int y, m, d, y2, m2, d2, y3, m3, d3;

    date_of(from, &y, &m, &d);
    date_of(to, &y2, &m2, &d2);
    date_of(to + 1, &y3, &m3, &d3);
    if (d != 1 || d3 != 1 || y != y2)
        (void)snprintf(out, size, "từ ngày %02d/%02d/%04d đến ngày %02d/%02d/%04d", d, m, y, d2, m2, y2);
    else if (m == m2)
        (void)snprintf(out, size, "tháng %d năm %d", m, y);
    else if (m2 == m + 2 && m % 3 == 1)
        (void)snprintf(out, size, "quý %s năm %d", QUARTERS[m / 3], y);
    else if (m2 == m + 5 && m % 6 == 1)
        (void)snprintf(out, size, "6 tháng %s năm %d", m == 1 ? "đầu" : "cuối", y);
    else if (m == 1 && m2 == 12)
        (void)snprintf(out, size, "năm %d", y);
    else
        (void)snprintf(out, size, "từ tháng %d đến tháng %d năm %d", m, m2, y);
}

static void title_of(const struct report_item *is, char out[TITLE_MAX])
{
    static const char *const TITLES[REPORT_KIND_COUNT] = {
        "Tình hình sự cố cấp nước và kết quả khắc phục", "Kết quả giám sát trực tuyến chất lượng nước sạch"
    };
    char period[96];

    period_name(is->from, is->to, period, sizeof period);
    (void)snprintf(out, TITLE_MAX, "%s %s", TITLES[is->kind], period);
}

/* By the database, else by this node's configuration; the id where neither knows it. */
static const char *supplier_name(const struct report_from *f)
{
    const char *id = f->is->supplier;
    const struct supplier *here;

    for (size_t i = 0; i < f->rows->place_count; i++)
        if (f->rows->places[i].kind == PLACE_SUPPLIER && strcmp(f->rows->places[i].id, id) == 0)
            return f->rows->places[i].name;
    here = catalogue_supplier(f->catalogue, id);
    return here == NULL ? id : here->name;
}

/* ---- JSON ---- */

static void json_head(struct sheet *s, const struct report_from *f)
{
    const struct report_item *is = f->is;
    const bool whole = is->supplier[0] == '\0';
    char title[TITLE_MAX], day[DAY_ISO_MAX], number[24], hash[2 * SEAL_HASH_BYTES + 1];
    struct json_out *j = &s->j;

    title_of(is, title);
    json_member_text(j, "schema", REPORT_SCHEMA);
    json_member_text(j, "kind", REPORT_KINDS[is->kind]);
    json_member_text(j, "title", title);
    json_member_text(j, "id", is->version == 0 ? NULL : is->id);
    json_key(j, "version");
    if (is->version == 0)
        json_null(j);
    else
        json_int(j, is->version);
    json_member_text(j, "from", day_iso(is->from, day));
    json_member_text(j, "to", day_iso(is->to, day));
    json_member_bool(j, "ended", day_local(f->now) > is->to);
    json_member_text(j, "supplier", whole ? NULL : is->supplier);
    json_member_text(j, "supplier_name", whole ? NULL : supplier_name(f));
    json_member_text(j, "node", is->node);
    json_member_int(j, "configuration", f->catalogue->version);
    json_member_time(j, "generated_at", f->now);
    json_key(j, "record_of_acts");
    json_open_object(j);
    (void)snprintf(number, sizeof number, "%" PRIu64, is->head.seq);
    seal_hash_text(&is->head.hash, hash);
    json_member_text(j, "seq", is->head.seq == 0 ? NULL : number);
    json_member_text(j, "hash", is->head.seq == 0 ? NULL : hash);
    json_close_object(j);
    json_member_number(j, "coverage_wanted", REPORT_COVERAGE);
    json_key(j, "delivered");
    json_open_array(j);
    for (size_t i = 0; i < f->rows->node_count; i++) {
        json_open_object(j);
        json_member_text(j, "node", f->rows->nodes[i].id);
        json_member_time(j, "until", f->rows->nodes[i].seen);
        json_close_object(j);
    }
    json_close_array(j);
}

/* ---- CSV ---- */

static void csv_line(struct strbuf *b, const char *name, const char *value)
{
    strbuf_puts(b, "report,,,");
    csv_text(b, name);
    strbuf_puts(b, ",,");
    csv_text(b, value);
    strbuf_puts(b, ",,,,\r\n");
}

static void csv_head(struct sheet *s, const struct report_from *f)
{
    const struct report_item *is = f->is;
    char title[TITLE_MAX], day[DAY_ISO_MAX], text[2 * SEAL_HASH_BYTES + 1], at[CLOCK_TEXT_MAX];

    title_of(is, title);
    csv_line(s->to, "schema", REPORT_SCHEMA);
    csv_line(s->to, "kind", REPORT_KINDS[is->kind]);
    csv_line(s->to, "title", title);
    csv_line(s->to, "id", is->version == 0 ? "" : is->id);
    csv_line(s->to, "from", day_iso(is->from, day));
    csv_line(s->to, "to", day_iso(is->to, day));
    csv_line(s->to, "supplier", is->supplier);
    csv_line(s->to, "node", is->node);
    wall_text(f->now, at);
    csv_line(s->to, "generated_at", at);
    (void)snprintf(text, sizeof text, "%" PRIu64, is->head.seq);
    csv_line(s->to, "record_of_acts_seq", is->head.seq == 0 ? "" : text);
    seal_hash_text(&is->head.hash, text);
    csv_line(s->to, "record_of_acts_hash", is->head.seq == 0 ? "" : text);
}

/* ---- the page ---- */

/* Margins, sizes and places: NĐ 30/2020, Annex I.  The first page has no number. */
static const char STYLE[] =
    "@page{size:A4 portrait;margin:20mm 15mm 20mm 30mm;"
    "@top-center{content:counter(page);font:13pt \"Times New Roman\",\"Liberation Serif\",serif}}"
    "@page :first{@top-center{content:none}}"
    "body{font:13pt/1.25 \"Times New Roman\",\"Liberation Serif\",serif;color:#000;max-width:165mm;margin:0 "
    "auto}"
    "p{margin:6pt 0;text-indent:1cm;text-align:justify}"
    "h2{font-size:13pt;margin:12pt 0 6pt;break-after:avoid}"
    ".top{width:100%;border-collapse:collapse;table-layout:auto}.top "
    "td{text-align:center;vertical-align:top;padding:0}"
    ".up{text-transform:uppercase}"
    ".organ{font-size:12.5pt}.nation{width:1%;white-space:nowrap;padding-left:4mm!important}"
    ".nation b{font-size:12.5pt}.nation "
    ".motto{font-size:13pt}"
    ".rule{display:inline-block;border-top:1px solid #000;height:0;margin:1pt auto 4pt}"
    ".third{width:40%}.motto{border-bottom:1px solid #000;padding-bottom:1pt}"
    ".number{font-size:13pt;padding-top:6pt!important}.date{font-style:italic;font-size:13pt;padding-top:6pt!"
    "important}"
    ".title{text-align:center;margin:14pt 0 6pt;text-indent:0}.title "
    "b{display:block;font-size:14pt;text-wrap:balance}"
    ".to{margin:6pt 0 6pt 25mm;text-indent:0}.to div{margin-left:8mm}"
    ".lines{width:99.8%;border-collapse:collapse;font-size:10.5pt;line-height:1.15;margin:4pt 0}"
    ".lines th,.lines td{border:1px solid #000;padding:1mm;vertical-align:top;text-align:left}"
    ".lines th{text-align:center;font-weight:bold}.lines .n{text-align:right}"
    ".lines th:first-child,.lines td:first-child{width:1%;white-space:nowrap}"
    ".lines thead{display:table-header-group}.lines tr{break-inside:avoid}"
    ".note{font-size:10pt;font-style:italic;margin:2pt 0;text-indent:0;text-align:left}"
    ".annex{break-before:page}.annex .title i{display:block}"
    ".end{width:100%;margin-top:12pt;break-inside:avoid;border-collapse:collapse}.end "
    "td{vertical-align:top;width:50%}"
    ".copies{font-size:11pt}.copies b{font-size:12pt;font-style:italic}.sign{text-align:center}"
    ".sign b{font-size:13.5pt}.space{height:28mm}"
    ".draft{text-align:center;text-indent:0;border:1px solid #000;padding:2mm;font-weight:bold}";

/* Who issues it; "": left open. */
static const char *organ_of(const struct report_from *f)
{
    return f->is->supplier[0] == '\0' ? f->words->organ : supplier_name(f);
}

static void html_organ(struct strbuf *b, const struct report_from *f)
{
    const bool whole = f->is->supplier[0] == '\0';
    const char *organ = organ_of(f);

    strbuf_puts(b, "<td class=\"organ\">");
    if (whole && f->words->parent[0] != '\0') {
        strbuf_puts(b, "<span class=\"up\">");
        html_text(b, f->words->parent);
        strbuf_puts(b, "</span><br>");
    }
    strbuf_puts(b, "<b class=\"up\">");
    html_text(b, organ[0] != '\0' ? organ : "……………………");
    strbuf_puts(b, "</b><br><span class=\"rule third\"></span></td>");
}

/* "14:05 ngày 28/11/2026", as it stands in a sentence; a dash where there is none. */
static void print_moment(struct strbuf *b, struct wall at)
{
    int64_t min;

    if (at.ms == 0) {
        strbuf_puts(b, "-");
        return;
    }
    min = (at.ms - wall_local_midnight(at).ms) / CLOCK_MINUTE_MS;
    strbuf_printf(b, "%02d:%02d ngày ", (int)(min / 60), (int)(min % 60));
    print_day(b, day_local(at));
}

/* 0 before days under 10 and months 1 and 2. */
static void html_date(struct strbuf *b, const struct report_from *f)
{
    int year, month, day;

    wall_local_date(f->now, &year, &month, &day);
    html_text(b, f->words->place[0] != '\0' ? f->words->place : "……………");
    strbuf_printf(b, month < 3 ? ", ngày %02d tháng %02d năm %d" : ", ngày %02d tháng %d năm %d", day, month,
                  year);
}

/* Texts with ; between, each on a line of its own. */
static size_t html_list(struct strbuf *b, const char *list, const char *before, const char *last)
{
    size_t count = 0;

    while (*list != '\0') {
        char item[REPORT_WORDS_MAX];
        size_t n = strcspn(list, ";");
        const char *next = list + n + (list[n] == ';');
        list += strspn(list, " ");
        n = (size_t)(next - list) - (next[-1] == ';' && next > list);
        (void)snprintf(item, sizeof item, "%.*s", (int)n, list);
        list = next;
        if (item[0] == '\0')
            continue;
        strbuf_puts(b, before);
        html_text(b, item);
        strbuf_puts(b, *list == '\0' ? last : ";</div>");
        count++;
    }
    return count;
}

static void html_to(struct strbuf *b, const char *to)
{
    strbuf_puts(b, "<div class=\"to\">Kính gửi: ");
    if (to[0] == '\0') {
        strbuf_puts(b, "……………………………………………</div>\n");
    } else if (strchr(to, ';') == NULL) {
        html_text(b, to);
        strbuf_puts(b, ".</div>\n");
    } else {
        (void)html_list(b, to, "<div>- ", ".</div>");
        strbuf_puts(b, "</div>\n");
    }
}

static void html_head(struct sheet *s, const struct report_from *f)
{
    struct strbuf *b = s->to;
    char title[TITLE_MAX];

    title_of(f->is, title);
    strbuf_puts(b, "<!DOCTYPE html>\n<html lang=\"vi\"><head><meta charset=\"utf-8\"><title>");
    html_text(b, title);
    strbuf_puts(b, "</title><style>");
    strbuf_puts(b, STYLE);
    strbuf_puts(b, "</style></head><body>\n");
    if (f->is->version == 0)
        strbuf_puts(b, "<p class=\"draft\">BẢN XEM TRƯỚC, CHƯA PHÁT HÀNH</p>\n");
    strbuf_puts(b, "<table class=\"top\"><tr>");
    html_organ(b, f);
    strbuf_puts(
        b,
        "<td class=\"nation\"><b>CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM</b><br>"
        "<b class=\"motto\">Độc lập - Tự do - Hạnh phúc</b></td></tr>\n"
        "<tr><td class=\"number\">Số: &nbsp;&nbsp;&nbsp;&nbsp;&nbsp;&nbsp;/BC-&nbsp;&nbsp;&nbsp;&nbsp;</td>"
        "<td class=\"date\">");
    html_date(b, f);
    strbuf_puts(b, "</td></tr></table>\n<p class=\"title\"><b>BÁO CÁO</b><b>");
    html_text(b, title);
    strbuf_puts(b, "</b><span class=\"rule third\"></span></p>\n");
    html_to(b, f->words->to);
    strbuf_puts(b, "<p>Số liệu từ ngày ");
    print_day(b, f->is->from);
    strbuf_puts(b, " đến ngày ");
    print_day(b, f->is->to);
    strbuf_puts(b, f->is->supplier[0] == '\0' ? ", toàn bộ các đơn vị cấp nước" : ", của ");
    html_text(b, f->is->supplier[0] == '\0' ? "" : supplier_name(f));
    strbuf_puts(b, ", tính đến ");
    print_moment(b, f->now);
    strbuf_puts(b, day_local(f->now) > f->is->to ? "." : ". Kỳ báo cáo chưa kết thúc.");
    strbuf_puts(
        b, " Con số có độ phủ số liệu dưới 90&nbsp;% không được nêu, thay bằng “không đủ số liệu” kèm độ "
           "phủ.</p>\n");
}

static void html_about(struct strbuf *b, const struct report_from *f)
{
    const struct report_item *is = f->is;
    char hash[2 * SEAL_HASH_BYTES + 1];

    strbuf_puts(b, "<p class=\"note\">Mã báo cáo: ");
    html_text(b, is->version == 0 ? "chưa phát hành" : is->id);
    strbuf_puts(b, "; lập trên máy ");
    html_text(b, is->node);
    strbuf_printf(b, ", phiên bản cấu hình %u. Sổ ghi thao tác của máy: ", f->catalogue->version);
    seal_hash_text(&is->head.hash, hash);
    if (is->head.seq == 0)
        strbuf_puts(b, "chưa có mục nào");
    else
        strbuf_printf(b, "mục %" PRIu64 ", mã băm %.32s %s", is->head.seq, hash, hash + 32);
    strbuf_puts(b, ". Dữ liệu đã về cơ sở dữ liệu: ");
    for (size_t i = 0; i < f->rows->node_count; i++) {
        strbuf_puts(b, i == 0 ? "" : "; ");
        html_text(b, f->rows->nodes[i].id);
        strbuf_puts(b, " đến ");
        print_moment(b, f->rows->nodes[i].seen);
    }
    strbuf_puts(b, ".</p>\n");
}

/* Post and name are the clerk's to sign over: no words stand in their place. */
static void html_sign(struct sheet *s, const struct report_from *f)
{
    struct strbuf *b = s->to;

    html_about(b, f);
    strbuf_puts(b, "<p>Trên đây là kết quả trong kỳ báo cáo; công thức và nguồn của từng con số ghi dưới mỗi "
                   "bảng./.</p>\n"
                   "<table class=\"end\"><tr><td class=\"copies\"><b>Nơi nhận:</b><div>- Như trên;</div>");
    (void)html_list(b, f->words->copies, "<div>- ", ";</div>");
    strbuf_puts(b, "<div>- Lưu: VT, &nbsp;&nbsp;&nbsp;&nbsp;.</div></td><td class=\"sign\"><b class=\"up\">");
    html_text(b, f->words->signer[0] != '\0' ? f->words->signer : "……………………");
    strbuf_puts(b, "</b><div class=\"space\"></div><b>&nbsp;</b></td></tr></table>\n");
}

void report_annex(struct sheet *s, const struct report_from *f, const char *title)
{
    struct strbuf *b = s->to;

    if (s->format != REPORT_HTML)
        return;
    html_sign(s, f);
    s->annexed = true;
    strbuf_puts(b, "<div class=\"annex\"><p class=\"title\"><b>Phụ lục</b><b class=\"up\">");
    html_text(b, title);
    strbuf_puts(b, "</b><i>(Kèm theo Báo cáo số "
                   "&nbsp;&nbsp;&nbsp;&nbsp;&nbsp;&nbsp;/BC-&nbsp;&nbsp;&nbsp;&nbsp;&nbsp;&nbsp; "
                   "ngày &nbsp;&nbsp;&nbsp;&nbsp; tháng &nbsp;&nbsp;&nbsp;&nbsp; năm "
                   "&nbsp;&nbsp;&nbsp;&nbsp;&nbsp;&nbsp; của ");
    html_text(b, organ_of(f)[0] != '\0' ? organ_of(f) : "……………………");
    strbuf_puts(b, ")</i></p>\n");
}

static void html_end(struct sheet *s, const struct report_from *f)
{
    if (s->annexed)
        strbuf_puts(s->to, "</div>\n");
    else
        html_sign(s, f);
    strbuf_puts(s->to, "</body></html>\n");
}

/* ---- whole ---- */

static void body(struct sheet *s, const struct report_from *f)
{
    if (f->is->kind == REPORT_WATER_QUALITY)
        report_water_quality(s, f);
    else
        report_incidents(s, f);
}

void report_write(struct strbuf *to, enum report_format format, const struct report_from *f)
{
    struct sheet s;

    sheet_init(&s, format, to);
    switch (format) {
    case REPORT_JSON:
        json_open_object(&s.j);
        json_head(&s, f);
        body(&s, f);
        json_close_object(&s.j);
        break;
    case REPORT_CSV:
        csv_head(&s, f);
        body(&s, f);
        break;
    case REPORT_HTML:
    case REPORT_FORMAT_COUNT:
        html_head(&s, f);
        body(&s, f);
        html_end(&s, f);
        break;
    }
}
