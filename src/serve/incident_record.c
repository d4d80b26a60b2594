/* The written record of an incident (biên bản sự cố) from its facts, to be printed and signed: laid out by NĐ
 * 30/2020/NĐ-CP; wanted by TT 23/2022/TT-BNNPTNT, Art. 12.  Vietnamese, as the office is that reads it. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/html.h"
#include "incidents.h"
#include "model/incident_duty.h"
#include "model/incident_words.h"
#include "person.h"
#include "problem.h"
#include "routes.h"

/* Margins and sizes: NĐ 30/2020, Annex I. */
static const char HEAD[] =
    "</title><style>"
    "@page{size:A4;margin:20mm 15mm 20mm 30mm;"
    "@top-center{content:counter(page);font:13pt \"Times New Roman\",\"Liberation Serif\",serif}}"
    "@page :first{@top-center{content:none}}"
    "body{font:13pt \"Times New Roman\",\"Liberation Serif\",serif;max-width:165mm;margin:auto}"
    "table.lines{width:100%;border-collapse:collapse;font-size:12pt}"
    ".lines th,.lines td{border:1px solid;padding:1mm 2mm;text-align:left;vertical-align:top}"
    ".lines thead{display:table-header-group}.lines tr{break-inside:avoid}"
    ".top{width:100%;break-inside:avoid}.top "
    "td{text-align:center;vertical-align:top;width:50%}.nation{white-space:nowrap}"
    "h1{font-size:14pt;text-align:center;margin:8mm 0 4mm}h2{font-size:13pt;margin:5mm 0 2mm}"
    "</style></head><body>\n";

void record_head(struct strbuf *b, const char *title)
{
    strbuf_printf(b, "<!DOCTYPE html>\n<html lang=\"vi\"><head><meta charset=\"utf-8\"><title>%s%s", title,
                  HEAD);
}

const char *incident_fact_vi(enum fact_kind k)
{
    static const char *const WORDS[] = { "xảy ra",
                                         "khách hàng gọi",
                                         "phát hiện",
                                         "trung tâm tiếp nhận",
                                         "báo cáo",
                                         "phân công",
                                         "đến hiện trường",
                                         "xác minh",
                                         "xác nhận loại",
                                         "rõ nguyên nhân",
                                         "đề xuất phương án",
                                         "duyệt phương án",
                                         "bắt đầu khắc phục",
                                         "khắc phục xong",
                                         "xác nhận đã khắc phục",
                                         "cấp nước trở lại",
                                         "đánh giá",
                                         "đóng",
                                         "mở lại",
                                         "đang chờ",
                                         "hết chờ",
                                         "phân loại lại",
                                         "gắn thêm",
                                         "gỡ ra",
                                         "gộp",
                                         "tách",
                                         "mức ảnh hưởng",
                                         "ảnh hưởng lớn",
                                         "đã làm việc phải báo",
                                         "không cần báo",
                                         "đã có người thấy",
                                         "biện pháp tạm thời",
                                         "báo cáo tiến độ",
                                         "chỉnh giờ theo đồng hồ đúng" };
    _Static_assert(COUNT_OF(WORDS) == FACT_COUNT, "each kind of fact has its words");
    return k < FACT_COUNT ? WORDS[k] : "";
}

/* "14:05 ngày 28/11/2026"; a dash where there is none. */
void record_time(struct strbuf *b, struct wall at)
{
    int64_t of_day_ms = at.ms - wall_local_midnight(at).ms;
    int year, month, day;

    if (at.ms == 0) {
        strbuf_puts(b, "-");
        return;
    }
    wall_local_date(at, &year, &month, &day);
    strbuf_printf(b, "%02d:%02d ngày %02d/%02d/%04d", (int)(of_day_ms / CLOCK_HOUR_MS),
                  (int)(of_day_ms % CLOCK_HOUR_MS / CLOCK_MINUTE_MS), day, month, year);
}

/* Of the first member that has a place. */
static const struct system *system_of(const struct incident *i, const struct catalogue *c)
{
    for (size_t k = 0; k < i->member_count; k++) {
        const struct site *s = catalogue_site(c, i->members[k].site);
        const struct zone *z = catalogue_zone(c, i->members[k].zone);
        if (s != NULL && s->system < c->system_count)
            return &c->systems[s->system];
        if (z != NULL && z->system < c->system_count)
            return &c->systems[z->system];
    }
    return NULL;
}

static void write_top(struct strbuf *b, const struct incident *i, const struct catalogue *c, struct wall now)
{
    const struct system *s = system_of(i, c);
    int year, month, day;

    wall_local_date(now, &year, &month, &day);
    record_head(b, "Biên bản sự cố");
    strbuf_puts(b, "<table class=\"top\"><tr><td><b>");
    html_text(b, s != NULL && s->supplier < c->supplier_count ? c->suppliers[s->supplier].name
                                                              : "ĐƠN VỊ CẤP NƯỚC");
    strbuf_puts(b, "</b><br>Số: &nbsp;&nbsp;&nbsp;&nbsp;/BB-</td><td class=\"nation\"><b>CỘNG HÒA XÃ HỘI CHỦ "
                   "NGHĨA VIỆT NAM<br>"
                   "Độc lập - Tự do - Hạnh phúc</b><br><i>");
    /* 0 before days under 10 and months 1 and 2 */
    strbuf_printf(b, month < 3 ? "ngày %02d tháng %02d năm %d" : "ngày %02d tháng %d năm %d", day, month,
                  year);
    strbuf_puts(b, "</i></td></tr></table>\n<h1>BIÊN BẢN SỰ CỐ<br>");
    strbuf_printf(b, "Sự cố số %" PRIu64 "</h1>\n", i->id);
    if (i->drill)
        strbuf_puts(b, "<p><b>DIỄN TẬP: không phải sự cố thật, không tính vào thống kê.</b></p>\n");
    strbuf_puts(b, "<p>Công trình cấp nước: ");
    html_text(b, s != NULL ? s->name : "-");
    strbuf_puts(b, "</p>\n");
}

static const char *on_time_vi(enum on_time o)
{
    static const char *const WORDS[] = { "không có hạn theo quy định", "chưa đến hạn", "đúng hạn",
                                         "quá hạn" };

    return WORDS[o <= ON_TIME_NO ? o : ON_TIME_NO_LIMIT];
}

static void write_clock(struct strbuf *b, const struct incident *i, const struct incident_list *l,
                        struct wall now)
{
    struct incident_clock c = incident_clock(i, &l->targets);
    const struct incident_limit *limit = incident_limit(c.class);

    strbuf_puts(b, "<h2>1. Loại sự cố và thời hạn</h2>\n<p>Loại: ");
    html_text(b, limit->name_vi);
    strbuf_puts(b, incident_class_confirmed(i) ? "" : " (chưa xác nhận)");
    strbuf_printf(b, ". Thời hạn: %g giờ (%s). Bắt đầu: ", (double)c.limit_ms / CLOCK_HOUR_MS,
                  c.legal ? limit->source : "chỉ tiêu nội bộ");
    record_time(b, c.start);
    strbuf_puts(b, ". Đến hạn: ");
    record_time(b, c.due);
    strbuf_printf(b, ". Kết quả: %s.</p>\n", on_time_vi(incident_on_time(i, now)));
    if (incident_unsure(i))
        strbuf_puts(b, "<p>Có thời điểm lấy theo đồng hồ chưa được đồng bộ.</p>\n");
}

static void write_place(struct strbuf *b, const struct member *m, const struct catalogue *c)
{
    const struct site *s = m->site[0] == '\0' ? NULL : catalogue_site(c, m->site);
    const struct zone *z = catalogue_zone(c, m->zone);
    const char *zone = z == NULL ? m->zone : z->name;

    html_text(b, s != NULL ? s->name : m->site);
    strbuf_puts(b, m->site[0] != '\0' && zone[0] != '\0' ? ", " : "");
    html_text(b, zone);
}

static void write_members(struct strbuf *b, const struct incident *i, const struct catalogue *c)
{
    strbuf_puts(b,
                "<h2>2. Diễn biến ghi nhận</h2>\n<table class=\"lines\"><thead><tr><th>STT</th><th>Nơi</th>"
                "<th>Loại</th><th>Từ</th><th>Khôi phục</th></tr></thead>\n");
    for (size_t k = 0; k < i->member_count; k++) {
        const struct member *m = &i->members[k];
        strbuf_printf(b, "<tr><td>%zu</td><td>", k + 1);
        write_place(b, m, c);
        strbuf_puts(b, "</td><td>");
        html_text(b, incident_limit(m->class)->name_vi);
        strbuf_puts(b, "</td><td>");
        record_time(b, m->start);
        strbuf_puts(b, "</td><td>");
        record_time(b, m->restored);
        strbuf_puts(b, "</td></tr>\n");
    }
    strbuf_puts(b, "</table>\n");
}

/* A person may say that there is none. */
static const char *large_vi(unsigned said)
{
    static const char *const WORDS[LARGE_COUNT] = { "để theo quy tắc", "khẳng định là có",
                                                    "khẳng định là không" };

    return said < LARGE_COUNT ? WORDS[said] : "";
}

const char *incident_fact_detail_vi(const struct fact *f)
{
    switch (f->kind) {
    case FACT_CLASS_CONFIRMED:
    case FACT_RECLASSIFIED: return incident_limit(f->detail)->name_vi;
    case FACT_CAUSE_FOUND: return cause_word(f->code).name_vi;
    case FACT_DETECTED: return f->code == FINDER_NOT_SAID ? "" : finder_word(f->code).name_vi;
    case FACT_MEASURE: return measure_word(f->code).name_vi;
    case FACT_LARGE_EFFECT: return large_vi(f->detail);
    case FACT_DUTY_DONE:
    case FACT_DUTY_WAIVED: return duty_row(f->detail)->name_vi;
    default: return "";
    }
}

const char *incident_fact_detail(const struct fact *f)
{
    switch (f->kind) {
    case FACT_CLASS_CONFIRMED:
    case FACT_RECLASSIFIED: return incident_limit(f->detail)->name;
    case FACT_CAUSE_FOUND: return cause_word(f->code).name;
    case FACT_DETECTED: return f->code == FINDER_NOT_SAID ? NULL : finder_word(f->code).name;
    case FACT_MEASURE: return measure_word(f->code).name;
    case FACT_LARGE_EFFECT: return incident_word_of(WORDS_OF_LARGE, f->detail);
    case FACT_DUTY_DONE:
    case FACT_DUTY_WAIVED: return duty_row(f->detail)->name;
    default: return NULL;
    }
}

static void write_facts(struct strbuf *b, const struct incident *i, const struct doors_port *doors)
{
    strbuf_puts(b, "<h2>3. Việc đã làm</h2>\n<table class=\"lines\"><thead><tr><th>STT</th><th>Thời điểm</th>"
                   "<th>Ghi lúc</th><th>Việc</th><th>Nội dung</th><th>Người báo</th></tr></thead>\n");
    for (size_t k = 0; k < i->fact_count; k++) {
        const struct fact *f = &i->facts[k];
        const char *word = incident_fact_detail_vi(f);
        strbuf_printf(b, "<tr><td>%zu</td><td>", k + 1);
        record_time(b, f->claimed);
        strbuf_puts(b, "</td><td>");
        record_time(b, f->recorded);
        strbuf_printf(b, "</td><td>%s</td><td>", incident_fact_vi(f->kind));
        html_text(b, word);
        strbuf_puts(b, word[0] != '\0' && f->note[0] != '\0' ? ": " : "");
        html_text(b, f->note);
        strbuf_puts(b, "</td><td>");
        if (f->who[0] == '\0')
            strbuf_puts(b, "giám sát từ xa");
        else
            person_html(b, doors, f->who);
        strbuf_puts(b, "</td></tr>\n");
    }
    strbuf_puts(b, "</table>\n");
}

/* Targets of the supplier's own stand apart from what the plan and the law owe. */
static void write_duties(struct strbuf *b, const struct incident *i, bool targets,
                         const struct doors_port *doors)
{
    for (unsigned k = 0; k < DUTY_COUNT; k++) {
        const struct duty_row *row = duty_row((enum duty_kind)k);
        const struct duty *d = &i->duties[k];
        if (d->since.ms == 0 || row->target != targets)
            continue;
        strbuf_puts(b, "<tr><td>");
        html_text(b, row->name_vi);
        if (targets)
            strbuf_printf(b, " (%s)", row->words);
        strbuf_puts(b, "</td><td>");
        record_time(b, d->due);
        strbuf_puts(b, "</td><td>");
        strbuf_puts(b, d->voided ? "không còn phải làm, " : d->waived ? "không cần, " : "");
        record_time(b, d->done);
        strbuf_puts(b, "</td><td>");
        person_html(b, doors, d->who);
        strbuf_puts(b, "</td></tr>\n");
    }
}

static bool owes_targets(const struct incident *i)
{
    for (unsigned k = 0; k < DUTY_COUNT; k++)
        if (i->duties[k].since.ms != 0 && duty_row((enum duty_kind)k)->target)
            return true;
    return false;
}

static void write_effect(struct strbuf *b, const struct incident *i, const struct doors_port *doors)
{
    static const char *const CONTROL[CONTROLLABILITY_COUNT] = { "chưa rõ", "trong tầm kiểm soát",
                                                                "ngoài tầm kiểm soát" };
    const struct incident_impact *p = &i->impact;

    strbuf_puts(b, "<h2>4. Nguyên nhân và ảnh hưởng</h2>\n<p>Nguyên nhân: ");
    strbuf_puts(b, CONTROL[i->controllability < CONTROLLABILITY_COUNT ? i->controllability : 0]);
    if (incident_fact(i, FACT_IMPACT) == NULL)
        strbuf_puts(b, ". Ảnh hưởng: chưa có số liệu.</p>\n");
    else
        strbuf_printf(b,
                      ". Ảnh hưởng: %" PRIu32 " người, %" PRIu32
                      " đấu nối, %u bệnh viện và trạm y tế, %u trường "
                      "học, %u nhà cao tầng.</p>\n",
                      p->people, p->connections, p->hospitals, p->schools, p->high_rises);
    strbuf_puts(b,
                "<h2>5. Việc phải báo</h2>\n<table class=\"lines\"><thead><tr><th>Nơi nhận</th><th>Hạn</th>"
                "<th>Đã báo</th><th>Người báo</th></tr></thead>\n");
    write_duties(b, i, false, doors);
    strbuf_puts(b, "</table>\n");
    if (owes_targets(i)) {
        strbuf_puts(b, "<h2>6. Ứng phó chất lượng nước (chỉ tiêu nội bộ)</h2>\n<table "
                       "class=\"lines\"><thead><tr><th>Việc</th><th>Hạn</th><th>Đã làm</th>"
                       "<th>Người làm</th></tr></thead>\n");
        write_duties(b, i, true, doors);
        strbuf_puts(b, "</table>\n");
    }
    strbuf_puts(b,
                "<p>Biên bản lập từ các sự kiện đã ghi nhận./.</p>\n<table class=\"top\"><tr><td>"
                "<b>NGƯỜI LẬP BIÊN BẢN</b><br><i>(ký, ghi rõ họ tên)</i></td><td><b>ĐẠI DIỆN ĐƠN VỊ</b><br>"
                "<i>(ký, ghi rõ họ tên)</i></td></tr></table>\n</body></html>\n");
}

void incident_record_reply(struct reply *r, enum lang lang, const struct incident *i,
                           const struct incident_list *l, struct wall now, const struct doors_port *doors)
{
    struct strbuf b;

    strbuf_init(&b, REPLY_BODY_MAX);
    write_top(&b, i, l->catalogue, now);
    write_clock(&b, i, l, now);
    write_members(&b, i, l->catalogue);
    write_facts(&b, i, doors);
    write_effect(&b, i, doors);
    reply_take(r, 200, TYPE_HTML, &b, lang);
    if (r->status == 200)
        reply_to_print(r, "bien-ban-su-co-%" PRIu64 ".html", i->id);
}

void answer_incident_record(struct face *f, struct request *q, struct reply *r)
{
    struct incident_list *l = incidents_take(f, q, r);
    const struct incident *i = l == NULL ? NULL : incident_asked_for(q, l);

    if (i != NULL)
        incident_record_reply(r, q->lang, i, l, q->now.wall, &f->ports.doors);
    else if (l != NULL)
        answer_past_incident(f, q, l, PAST_RECORD, r);
    incident_list_drop(l);
}
