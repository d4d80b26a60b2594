/* Water of a period at the compliance points, as it was measured on line: how long within its limits, outside
 * of them, not judged, unknown; by which limits.  Samples stand apart: on these alone compliance is decided.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "model/parameter.h"
#include "report_inner.h"

#define DAYS "bảng day (tổng hợp theo ngày), số đo trực tuyến"

bool report_tells(const struct catalogue *c, const struct point *p, const char *supplier)
{
    const uint32_t system = p->site < c->site_count ? c->sites[p->site].system : NO_INDEX;
    const uint32_t of = system < c->system_count ? c->systems[system].supplier : NO_INDEX;

    if (!point_is_compliance(p) || p->parameter[0] == '\0' || catalogue_limit(c, p->parameter) == NULL)
        return false;
    return supplier[0] == '\0' || (of < c->supplier_count && strcmp(c->suppliers[of].id, supplier) == 0);
}

/* ---- spans ---- */

/* Whole local days that have ended. */
static int32_t days_of(const struct report_from *f)
{
    const int32_t today = day_local(f->now), until = f->is->to < today ? f->is->to + 1 : today;

    return until > f->is->from ? until - f->is->from : 0;
}

static const char *parameter_name(const char *id)
{
    const struct parameter_kind *k = parameter_find(id);

    return k == NULL ? id : k->name;
}

static const struct point *point_of(const struct report_from *f, size_t i)
{
    return &f->catalogue->points[f->points[i]];
}

/* A point that is told of: first this node's, then those of others that were judged in the period. */
struct told_point {
    const char *id, *name, *site, *site_name, *parameter, *unit;
    const char *node; /* NULL: this one */
    int at;           /* enum sampled_at; -1: not known here */
    bool manual, commissioning;
    const struct report_water *water;
};

static size_t told_count(const struct report_from *f)
{
    return f->rows->water_count + f->rows->judged_others;
}

static struct told_point told_of(const struct report_from *f, size_t i)
{
    const size_t own = f->rows->water_count;

    if (i >= own) {
        const struct report_other *o = &f->rows->others[i - own];
        return (struct told_point){ o->id,   o->name, o->site,   o->site_name, o->parameter, o->unit,
                                    o->node, -1,      o->manual, false,        &o->water };
    }
    const struct point *p = point_of(f, i);
    const struct site *s = p->site < f->catalogue->site_count ? &f->catalogue->sites[p->site] : NULL;
    return (struct told_point){
        p->id, p->name,   s == NULL ? NULL : s->id,  s == NULL ? "-" : s->name, p->parameter, p->unit, NULL,
        p->at, p->manual, point_is_commissioning(p), &f->rows->water[i]
    };
}

/* ---- by parameter ---- */

struct water_sum {
    int64_t points, days, within_ms, outside_ms, unjudged_ms;
};

static const struct column SHARES[] = {
    { "points", "Số điểm", "Points", "", "số điểm kiểm soát có thông số này (nước sau xử lý, mạng lưới, vòi)",
      "compliance points of the parameter (treated water, network, tap)", "cấu hình điểm đo", 0, false },
    { "within", "Đạt", "Within", "1",
      "thời gian trong giới hạn ÷ thời gian các ngày đã kết thúc của kỳ; độ phủ = thời gian có kết luận hoặc "
      "có lý do "
      "không xét ÷ thời gian đó",
      "time within the limits ÷ time of the period's ended days; coverage = time that is judged, or has a "
      "reason not to "
      "be ÷ the same",
      DAYS, 2, false },
    { "outside", "Không đạt", "Outside", "1",
      "thời gian ngoài giới hạn ÷ thời gian như trên; độ phủ như trên",
      "time outside of the limits ÷ the same; coverage as above", DAYS, 2, false },
    { "not_judged", "Không xét", "Not judged", "1",
      "thời gian có số đo nhưng không xét (hiệu chuẩn, bảo trì, không có giới hạn) ÷ thời gian như trên; độ "
      "phủ như trên",
      "time that had a number held to no limit (calibration, maintenance, none set) ÷ the same; coverage as "
      "above",
      DAYS, 2, false },
    { "unknown", "Không rõ", "Unknown", "1", "1 − độ phủ: không có số đo, mất kết nối, chưa có kết luận",
      "1 − coverage: no number, no connection, no verdict", DAYS, 2, false },
};

static void write_shares(struct sheet *s, const struct water_sum *w)
{
    const int64_t whole = w->days * w->points * CLOCK_DAY_MS;
    const double coverage = report_part(w->within_ms + w->outside_ms + w->unjudged_ms, whole);

    sheet_figure(s, report_part(w->within_ms, whole), coverage);
    sheet_figure(s, report_part(w->outside_ms, whole), coverage);
    sheet_figure(s, report_part(w->unjudged_ms, whole), coverage);
    sheet_number(s, 1 - coverage);
}

static struct water_sum sum_of(const struct report_from *f, const char *parameter)
{
    struct water_sum sum = { .days = days_of(f) };

    for (size_t i = 0; i < told_count(f); i++) {
        const struct told_point p = told_of(f, i);
        if (strcmp(p.parameter, parameter) != 0)
            continue;
        sum.points++;
        sum.within_ms += p.water->within_ms;
        sum.outside_ms += p.water->outside_ms;
        sum.unjudged_ms += p.water->unjudged_ms;
    }
    return sum;
}

static bool is_first(const struct report_from *f, size_t i)
{
    for (size_t k = 0; k < i; k++)
        if (strcmp(told_of(f, k).parameter, told_of(f, i).parameter) == 0)
            return false;
    return true;
}

static void write_parameters(struct sheet *s, const struct report_from *f)
{
    static const struct section OF = { "by_parameter",
                                       "Theo thông số (đo trực tuyến)",
                                       "By parameter, on line",
                                       "Thông số",
                                       SHARES,
                                       COUNT_OF(SHARES),
                                       false,
                                       0 };

    sheet_open(s, &OF);
    for (size_t i = 0; i < told_count(f); i++) {
        const char *parameter = told_of(f, i).parameter;
        struct water_sum sum;
        if (!is_first(f, i))
            continue;
        sum = sum_of(f, parameter);
        sheet_row(s, parameter, parameter_name(parameter));
        sheet_count(s, sum.points);
        write_shares(s, &sum);
        sheet_row_end(s);
    }
    sheet_close(s);
}

/* ---- by point ---- */

static const char *at_vi(int at)
{
    static const char *const WORDS[] = { "trong xử lý", "nước thô", "sau xử lý", "mạng lưới", "vòi" };

    return at >= 0 && at < (int)COUNT_OF(WORDS) ? WORDS[at] : "";
}

static const char *remark_of(const struct told_point *p, char *out, size_t size)
{
    struct strbuf b;

    strbuf_init(&b, size - 1);
    if (p->node != NULL)
        strbuf_printf(&b, "máy %s; ", p->node);
    strbuf_puts(&b, p->commissioning ? "đang nghiệm thu; " : "");
    strbuf_puts(&b, p->manual ? "số đọc do người ghi; " : "");
    strbuf_puts(&b, p->water->units > 1 ? "đổi đơn vị đo trong kỳ, không tính giá trị; " : "");
    if (p->water->waiting_hours > 0)
        strbuf_printf(&b, "%lld giờ chưa tổng hợp; ", (long long)p->water->waiting_hours);
    (void)snprintf(out, size, "%.*s", b.len < 2 ? 0 : (int)b.len - 2, b.text == NULL ? "" : b.text);
    strbuf_clear(&b);
    return out;
}

/* A mean of pH would be one of logarithms. */
static bool has_mean(const struct told_point *p)
{
    return strcmp(p->parameter, "ph") != 0;
}

static void write_numbers(struct sheet *s, const struct report_from *f, const struct told_point *p)
{
    const struct report_water *w = p->water;
    const int64_t held = w->good_ms + w->uncertain_ms;
    const double coverage = report_part(held, days_of(f) * (int64_t)CLOCK_DAY_MS);
    const bool adds_up = w->units <= 1;

    sheet_figure(s, adds_up ? w->least : NAN, coverage);
    sheet_figure(s, adds_up && has_mean(p) && held > 0 ? w->sum / (double)held : NAN, coverage);
    sheet_figure(s, adds_up ? w->most : NAN, coverage);
}

static void write_point(struct sheet *s, const struct report_from *f, const struct told_point *p)
{
    const struct report_water *w = p->water;
    const struct water_sum sum = { 1, days_of(f), w->within_ms, w->outside_ms, w->unjudged_ms };
    char name[2 * NAME_MAX_BYTES + 4], remark[200];

    (void)snprintf(name, sizeof name, "%s, %s", p->name, p->site_name);
    sheet_row(s, p->id, name);
    sheet_text(s, p->node != NULL ? p->node : f->is->node);
    sheet_text(s, p->site);
    sheet_word(s, p->at < 0 ? NULL : SAMPLED_AT[p->at], at_vi(p->at));
    sheet_word(s, p->parameter, parameter_name(p->parameter));
    sheet_text(s, p->unit);
    sheet_count(s, w->days);
    write_shares(s, &sum);
    write_numbers(s, f, p);
    sheet_text(s, remark_of(p, remark, sizeof remark));
    sheet_row_end(s);
}

static void write_point_rows(struct sheet *s, const void *self)
{
    const struct report_from *f = self;

    for (size_t i = 0; i < told_count(f); i++) {
        const struct told_point p = told_of(f, i);
        write_point(s, f, &p);
    }
}

static void write_points(struct sheet *s, const struct report_from *f)
{
    enum { SPLIT = 10 }; /* shares before, numbers behind */
    static const struct column COLUMNS[] = {
        { "node", "Máy", "Node", "", NULL, NULL, NULL, 0, true },
        { "site", "Công trình", "Site", "", NULL, NULL, NULL, 0, true },
        { "at", "Vị trí", "At", "", NULL, NULL, NULL, 0, false },
        { "parameter", "Thông số", "Parameter", "", NULL, NULL, NULL, 0, false },
        { "unit", "Đơn vị", "Unit", "", NULL, NULL, NULL, 0, false },
        { "days", "Ngày có số liệu", "Days with readings", "", "số ngày có ít nhất một số đo",
          "days of which anything is known", DAYS, 0, true },
        { "within", "Đạt", "Within", "1", "như bảng trên, của từng điểm", "as above, of each point", DAYS, 2,
          false },
        { "outside", "Không đạt", "Outside", "1", "như bảng trên, của từng điểm", "as above, of each point",
          DAYS, 2, false },
        { "not_judged", "Không xét", "Not judged", "1", "như bảng trên, của từng điểm",
          "as above, of each point", DAYS, 2, false },
        { "unknown", "Không rõ", "Unknown", "1", "như bảng trên, của từng điểm", "as above, of each point",
          DAYS, 2, false },
        { "min", "Nhỏ nhất", "Smallest", "",
          "giá trị nhỏ nhất trong kỳ; độ phủ = thời gian có số đo ÷ thời gian các ngày đã kết thúc",
          "the smallest value; coverage = time with a number ÷ time of the ended days", DAYS, 3, false },
        { "mean", "Trung bình", "Mean", "",
          "tổng (giá trị × thời gian giữ giá trị) ÷ thời gian có số đo; không tính cho pH (thang lôgarit)",
          "sum of value × time held ÷ time with a number; none of pH, which is logarithmic", DAYS, 3, false },
        { "max", "Lớn nhất", "Largest", "", "giá trị lớn nhất trong kỳ", "the largest value", DAYS, 3,
          false },
        { "remarks", "Ghi chú", "Remarks", "", NULL, NULL, NULL, 0, false },
    };
    static const struct section OF = { "points",
                                       "Theo điểm kiểm soát (đo trực tuyến)",
                                       "By compliance point, on line",
                                       "Điểm đo",
                                       COLUMNS,
                                       COUNT_OF(COLUMNS),
                                       false,
                                       SPLIT };

    sheet_table(s, &OF, write_point_rows, f);
}

/* ---- other nodes ---- */

static void write_others(struct sheet *s, const struct report_from *f)
{
    static const struct column COLUMNS[] = {
        { "told", "Có trong báo cáo", "Told here", "",
          "điểm do máy khác đọc, đã được kết luận đạt hay không đạt ít nhất một lần trong kỳ",
          "points that another node reads and that were judged at least once in the period",
          "bảng point, bảng day", 0, false },
        { "left_out", "Không có trong báo cáo", "Left out", "",
          "điểm do máy khác đọc, có thông số trong quy chuẩn nhưng cả kỳ không có kết luận (nước thô, trong "
          "xử lý, hoặc "
          "không có số đo); không tính vào con số nào",
          "points that another node reads, of a regulated parameter, not judged in the whole period (raw, in "
          "treatment, "
          "or without any number); in no figure",
          "bảng point, bảng day", 0, false },
    };
    static const struct section OF = { "other_nodes",
                                       "Điểm do máy khác đọc",
                                       "Points of other nodes",
                                       "Máy",
                                       COLUMNS,
                                       COUNT_OF(COLUMNS),
                                       false,
                                       0 };
    const struct report_rows *rows = f->rows;

    sheet_open(s, &OF);
    for (size_t n = 0; n < rows->node_count; n++) {
        int64_t count[2] = { 0, 0 };
        for (size_t i = 0; i < rows->other_count; i++)
            if (strcmp(rows->others[i].node, rows->nodes[n].id) == 0)
                count[i >= rows->judged_others]++;
        if (count[0] + count[1] == 0)
            continue;
        sheet_row(s, rows->nodes[n].id, rows->nodes[n].id);
        sheet_count(s, count[0]);
        sheet_count(s, count[1]);
        sheet_row_end(s);
    }
    sheet_close(s);
}

/* ---- limits ---- */

struct limit_seen {
    struct report_limit is;
    const char *parameter, *unit;
    int64_t points;
    bool first, last; /* holds on the period's first day, on the last that counts */
};

enum { LIMITS_SEEN_MAX = 512 };

static void see(struct limit_seen *list, size_t *count, const struct report_limit *l, const struct point *p,
                bool last)
{
    size_t i = 0;

    while (i < *count && (list[i].is.set != l->set || list[i].is.row != l->row || list[i].is.sum != l->sum ||
                          strcmp(list[i].parameter, p->parameter) != 0))
        i++;
    if (i == LIMITS_SEEN_MAX)
        return;
    if (i == *count)
        list[(*count)++] = (struct limit_seen){ .is = *l, .parameter = p->parameter, .unit = p->unit };
    list[i].points += last;
    list[i].first |= !last;
    list[i].last |= last;
    if (last)
        list[i].is = *l; /* what it says at the end */
}

static void limit_text(const struct report_limit *l, char *out, size_t size)
{
    struct strbuf b;

    strbuf_init(&b, size - 1);
    if (l->row == NULL) {
        strbuf_puts(&b, "tổng các tỷ lệ ≤ 1");
    } else if (l->row->pass[0] != '\0') {
        strbuf_puts(&b, l->row->pass);
    } else {
        if (!isnan(l->row->low))
            strbuf_printf(&b, "%s %g", l->row->strict ? ">" : "≥", l->row->low);
        if (!isnan(l->row->high))
            strbuf_printf(&b, "%s%s %g", isnan(l->row->low) ? "" : " và ", l->row->strict ? "<" : "≤",
                          l->row->high);
        if (strcmp(l->row->unit, "-") != 0)
            strbuf_printf(&b, " %s", l->row->unit);
    }
    (void)snprintf(out, size, "%s", b.text == NULL ? "" : b.text);
    for (char *c = out; *c != '\0'; c++)
        if (*c == '.' && c > out && c[-1] >= '0' && c[-1] <= '9' && c[1] >= '0' && c[1] <= '9')
            *c = ','; /* as it is written here */
    strbuf_clear(&b);
}

static void write_limit(struct sheet *s, const struct limit_seen *l)
{
    static const char *const LAYERS[] = { "quốc gia", "địa phương", "đơn vị vận hành" };
    char text[LIMIT_NOTE_MAX + 64];
    const char *unverified = l->is.row != NULL ? l->is.row->unverified : l->is.sum->unverified;

    limit_text(&l->is, text, sizeof text);
    sheet_row(s, l->parameter, parameter_name(l->parameter));
    sheet_text(s, l->is.set->id);
    sheet_text(s, l->is.set->name);
    sheet_word(s, STANDARD_LAYERS[l->is.set->layer],
               (size_t)l->is.set->layer < COUNT_OF(LAYERS) ? LAYERS[l->is.set->layer] : "");
    sheet_text(s, l->is.row != NULL ? l->is.row->row : l->is.sum->row);
    sheet_text(s, text);
    sheet_flag(s, l->is.in_force);
    sheet_text(s, l->is.note[0] != '\0' ? l->is.note : l->is.set->advisory ? "chỉ để tham khảo" : NULL);
    sheet_text(s, unverified);
    sheet_count(s, l->points);
    sheet_word(s,
               l->first && l->last ? "all"
               : l->last           ? "later"
                                   : "earlier",
               l->first && l->last ? "cả kỳ"
               : l->last           ? "cuối kỳ"
                                   : "đầu kỳ");
    sheet_row_end(s);
}

static void write_limits(struct sheet *s, const struct report_from *f)
{
    static const struct column COLUMNS[] = {
        { "set", "Mã bộ", "Set", "", NULL, NULL, NULL, 0, true },
        { "set_name", "Quy chuẩn", "Set's name", "", NULL, NULL, NULL, 0, false },
        { "layer", "Cấp", "Layer", "", NULL, NULL, NULL, 0, true },
        { "row", "Dòng", "Row", "", NULL, NULL, NULL, 0, false },
        { "limit", "Giới hạn", "Limit", "", NULL, NULL, NULL, 0, false },
        { "in_force", "Còn hiệu lực", "In force", "", NULL, NULL, NULL, 0, false },
        { "note", "Ghi chú", "Note", "", NULL, NULL, NULL, 0, false },
        { "unverified", "Chưa đối chiếu", "Not checked", "", NULL, NULL, NULL, 0, true },
        { "points", "Số điểm", "Points", "", "số điểm của máy lập báo cáo áp dụng vào ngày cuối được tính",
          "points of this node that it holds for on the last day that counts",
          "cấu hình điểm đo, bộ quy chuẩn", 0, false },
        { "holds", "Áp dụng", "Holds", "", NULL, NULL, NULL, 0, false },
    };
    static const struct section OF = { "limits", "Giới hạn áp dụng", "Limits", "Thông số",
                                       COLUMNS,  COUNT_OF(COLUMNS),  false,    0 };
    struct limit_seen *list = calloc(LIMITS_SEEN_MAX, sizeof *list);
    const int32_t day[] = { f->is->from, f->is->from + (days_of(f) > 0 ? days_of(f) - 1 : 0) };
    struct report_limit held[REPORT_LIMITS_MAX];
    size_t count = 0;
    const char *why;

    if (list == NULL) {
        s->to->failed = true;
        return;
    }
    for (size_t i = 0; i < f->rows->water_count; i++)
        for (size_t d = 0; d < COUNT_OF(day); d++) {
            const size_t n = f->limits(f->self, f->points[i], day[d], held, &why);
            for (size_t k = 0; k < n; k++)
                see(list, &count, &held[k], point_of(f, i), d == 1);
        }
    sheet_open(s, &OF);
    for (size_t i = 0; i < count; i++)
        write_limit(s, &list[i]);
    sheet_close(s);
    free(list);
}

/* ---- whole ---- */

void report_water_quality(struct sheet *s, const struct report_from *f)
{
    write_parameters(s, f);
    write_points(s, f);
    write_others(s, f);
    write_limits(s, f);
    sheet_note(s, "laboratory",
               "Kết quả xét nghiệm mẫu: chưa có số liệu trong phần mềm; điều đó không có nghĩa là không lấy "
               "mẫu hay mẫu "
               "đều đạt. Các con số trên là số đo trực tuyến, không thay kết luận trên mẫu.",
               "Laboratory samples: the program holds none; that does not say that none were taken, or that "
               "all passed. "
               "The figures above were measured on line and replace no conclusion drawn from samples.");
}
