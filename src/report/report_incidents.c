/* Incidents of a period: on time, late, unconfirmed, reclassified, remedy approved, each a column of its own;
 * by class, supplier and area; how long repairs took; causes, measures, duties. */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "model/incident_duty.h"
#include "model/incident_words.h"
#include "report_inner.h"

#define INCIDENTS "bảng incident, incident_member, incident_fact"

/* What is counted of one incident. */
struct judged {
    enum on_time on_time;
    bool unconfirmed, class_confirmed, reclassified, loosened, approved, approved_late, has_cause;
    uint8_t cause;
    uint32_t measures; /* bits */
    struct wall repaired;
    struct wall approved_at;
    uint32_t member, member_count; /* where its own are */
    uint32_t fact, fact_count;
};

struct tally {
    int64_t incidents, with_limit, on_time, late, running, unconfirmed, reclassified, loosened, approved,
        approved_late, large;
    int64_t repaired, sum_ms;
    int64_t *took_ms; /* of each repaired */
};

struct incidents {
    const struct report_from *f;
    struct judged *list; /* of rows->incidents */
    int64_t *took_ms;    /* room for one tally at a time */
    struct incident *scratch;
};

/* ---- one incident ---- */

static void take_members(struct incidents *b, uint32_t i, uint32_t *at)
{
    const struct report_rows *rows = b->f->rows;
    struct judged *j = &b->list[i];
    struct incident *is = b->scratch;

    is->member_count = 0;
    j->member = *at;
    for (; *at < rows->member_count && rows->members[*at].incident == i; (*at)++) {
        j->member_count++;
        j->loosened |= rows->members[*at].is.loosened;
        if (is->member_count < INCIDENT_MEMBERS_MAX)
            is->members[is->member_count++] = rows->members[*at].is;
    }
}

static void take_facts(struct incidents *b, uint32_t i, uint32_t *at)
{
    const struct report_rows *rows = b->f->rows;
    struct judged *j = &b->list[i];

    j->fact = *at;
    for (; *at < rows->fact_count && rows->facts[*at].incident == i; (*at)++) {
        const struct report_fact *fact = &rows->facts[*at];
        j->fact_count++;
        switch (fact->kind) {
        case FACT_RECLASSIFIED: j->reclassified = true; break;
        case FACT_CAUSE_FOUND: /* the last one counts */
            j->has_cause = true;
            j->cause = fact->code;
            break;
        case FACT_REMEDY_APPROVED: /* the first one does */
            if (!j->approved)
                j->approved_at = fact->claimed;
            j->approved = true;
            break;
        case FACT_MEASURE: j->measures |= 1U << (fact->code < MEASURE_COUNT ? fact->code : 0); break;
        default: break;
        }
    }
}

static struct wall end_of(const struct incident *is, struct wall now)
{
    struct wall last = { 0 };

    if (is->member_count == 0 || !incident_all_ended(is, now))
        return last;
    for (size_t k = 0; k < is->member_count; k++)
        if (member_end(&is->members[k], now).ms > last.ms)
            last = member_end(&is->members[k], now);
    return last;
}

static void judge_all(struct incidents *b)
{
    const struct report_rows *rows = b->f->rows;
    uint32_t member = 0, fact = 0;

    for (uint32_t i = 0; i < rows->incident_count; i++) {
        struct judged *j = &b->list[i];
        take_members(b, i, &member);
        take_facts(b, i, &fact);
        j->on_time = incident_on_time(b->scratch, b->f->now);
        j->unconfirmed = incident_unconfirmed(b->scratch, b->f->now);
        j->class_confirmed = incident_class_confirmed(b->scratch);
        j->repaired = end_of(b->scratch, b->f->now);
        j->approved_late = j->approved && j->approved_at.ms > rows->incidents[i].due.ms;
    }
}

/* ---- groups ---- */

enum group_kind { GROUP_ALL, GROUP_CLASS, GROUP_SUPPLIER, GROUP_AREA };

/* An incident of several suppliers or areas counts in each. */
static bool is_in(const struct incidents *b, uint32_t i, enum group_kind kind, uint32_t n)
{
    const struct report_rows *rows = b->f->rows;
    const struct judged *j = &b->list[i];

    if (kind == GROUP_ALL || kind == GROUP_CLASS)
        return kind == GROUP_ALL || rows->incidents[i].class == n;
    for (uint32_t k = j->member; k < j->member + j->member_count; k++)
        if ((kind == GROUP_SUPPLIER ? rows->members[k].supplier : rows->members[k].area) == n)
            return true;
    return n == NO_INDEX && j->member_count == 0;
}

static void add(struct tally *t, const struct report_incident *is, const struct judged *j)
{
    t->incidents++;
    t->with_limit += j->on_time != ON_TIME_NO_LIMIT;
    t->on_time += j->on_time == ON_TIME_YES;
    t->late += j->on_time == ON_TIME_NO;
    t->running += j->on_time == ON_TIME_RUNNING;
    t->unconfirmed += j->unconfirmed;
    t->reclassified += j->reclassified;
    t->loosened += j->loosened;
    t->approved += j->approved;
    t->approved_late += j->approved_late;
    t->large += is->large_since.ms != 0;
    if (j->repaired.ms == 0)
        return;
    t->took_ms[t->repaired++] = j->repaired.ms - is->start.ms;
    t->sum_ms += j->repaired.ms - is->start.ms;
}

static int by_length(const void *a, const void *b)
{
    const int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

    return (x > y) - (x < y);
}

static struct tally tally_of(const struct incidents *b, enum group_kind kind, uint32_t n)
{
    struct tally t = { .took_ms = b->took_ms };

    for (uint32_t i = 0; i < b->f->rows->incident_count; i++)
        if (is_in(b, i, kind, n))
            add(&t, &b->f->rows->incidents[i], &b->list[i]);
    qsort(t.took_ms, (size_t)t.repaired, sizeof *t.took_ms, by_length);
    return t;
}

/* Nearest rank: the shortest time within which nine of ten were repaired. */
static double p90_h(const struct tally *t)
{
    size_t rank = ((size_t)t->repaired * 9 + 9) / 10;

    return rank == 0 ? NAN : (double)t->took_ms[rank - 1] / CLOCK_HOUR_MS;
}

static double mean_h(const struct tally *t)
{
    return t->repaired == 0 ? NAN : (double)t->sum_ms / ((double)t->repaired * CLOCK_HOUR_MS);
}

static const struct column GROUPS[] = {
    { "incidents", "Tổng số", "Incidents", "",
      "số sự cố bắt đầu trong kỳ, không kể diễn tập và sự cố đã gộp vào sự cố khác; sự cố thuộc nhiều đơn "
      "vị, nhiều "
      "địa bàn được tính ở mỗi nơi, tính một lần trong tổng",
      "incidents that begin in the period, without drills and those merged into another; one of several "
      "suppliers or "
      "areas counts in each, once in the total",
      "bảng incident", 0, false },
    { "with_limit", "Có hạn", "With a limit", "",
      "số sự cố có phần mang thời hạn theo kế hoạch (12 giờ, 24 giờ)",
      "incidents with a part that has a limit of the plan (12 h, 24 h)", INCIDENTS, 0, false },
    { "on_time", "Đúng hạn", "On time", "",
      "mọi phần có hạn đều khắc phục xong trong 12 hoặc 24 giờ kể từ lúc bắt đầu; phê duyệt phương án không "
      "đổi hạn",
      "every part with a limit was repaired within its 12 or 24 h of the start; no approval changes that",
      INCIDENTS, 0, false },
    { "late", "Quá hạn", "Late", "",
      "có phần khắc phục sau hạn, hoặc chưa xong mà đã quá hạn khi lập báo cáo",
      "a part was repaired after its limit, or is not and its limit has passed when the report is made",
      INCIDENTS, 0, false },
    { "running", "Còn hạn", "Running", "", "chưa xong và chưa đến hạn khi lập báo cáo",
      "not repaired, not due yet when the report is made", INCIDENTS, 0, false },
    { "share_on_time", "Tỷ lệ đúng hạn", "Share on time", "1",
      "đúng hạn ÷ (đúng hạn + quá hạn); độ phủ = (đúng hạn + quá hạn) ÷ có hạn",
      "on time ÷ (on time + late); coverage = (on time + late) ÷ with a limit", INCIDENTS, 1, false },
    { "unconfirmed", "Chưa xác nhận", "Unconfirmed", "",
      "đã báo khắc phục xong nhưng sau 30 phút số đo hoặc người thứ hai chưa xác nhận",
      "told as repaired, and neither readings nor a second person agreed within 30 min", INCIDENTS, 0,
      false },
    { "reclassified", "Phân loại lại", "Reclassified", "", "đã đổi loại sau khi mở", "the class was changed",
      INCIDENTS, 0, false },
    { "loosened", "Đổi sang hạn dài hơn", "Given a longer limit", "", "đổi loại làm hạn dài ra (12 → 24 giờ)",
      "the change of class made the limit longer (12 → 24 h)", "bảng incident_member", 0, false },
    { "approved", "Phương án được duyệt", "Remedy approved", "", "có phương án khắc phục được phê duyệt",
      "a remedy was approved", INCIDENTS, 0, false },
    { "approved_late", "Duyệt sau hạn", "Approved late", "", "phương án được duyệt sau hạn khắc phục",
      "the approval came after the due time", INCIDENTS, 0, false },
    { "large", "Ảnh hưởng lớn", "Large effect", "", "sự cố có ảnh hưởng lớn", "incidents with a large effect",
      "bảng incident", 0, false },
    { "repaired", "Đã khắc phục", "Repaired", "", "mọi phần đều đã khắc phục xong", "every part is repaired",
      INCIDENTS, 0, false },
    { "mean_repair", "Thời gian TB", "Mean repair time", "giờ",
      "tổng (lúc phần cuối khắc phục xong − lúc bắt đầu) ÷ số đã khắc phục; độ phủ = đã khắc phục ÷ tổng số",
      "sum of (last part repaired − start) ÷ repaired; coverage = repaired ÷ incidents", INCIDENTS, 1,
      false },
    { "p90_repair", "90 % xong trong", "90 % within", "giờ",
      "giá trị thứ ⌈0,9 × n⌉ của thời gian khắc phục xếp tăng dần; độ phủ như trên",
      "the ⌈0.9 × n⌉-th of the repair times in rising order; coverage as above", INCIDENTS, 1, false },
};

static void write_tally(struct sheet *s, const char *key, const char *name, const struct tally *t)
{
    const double decided = report_part(t->on_time + t->late, t->with_limit);
    const double repaired = report_part(t->repaired, t->incidents);

    sheet_row(s, key, name);
    sheet_count(s, t->incidents);
    sheet_count(s, t->with_limit);
    sheet_count(s, t->on_time);
    sheet_count(s, t->late);
    sheet_count(s, t->running);
    sheet_figure(s, report_part(t->on_time, t->on_time + t->late), decided);
    sheet_count(s, t->unconfirmed);
    sheet_count(s, t->reclassified);
    sheet_count(s, t->loosened);
    sheet_count(s, t->approved);
    sheet_count(s, t->approved_late);
    sheet_count(s, t->large);
    sheet_count(s, t->repaired);
    sheet_figure(s, mean_h(t), repaired);
    sheet_figure(s, p90_h(t), repaired);
    sheet_row_end(s);
}

static void write_group(struct sheet *s, const struct incidents *b, enum group_kind kind, uint32_t n,
                        const char *key, const char *name)
{
    const struct tally t = tally_of(b, kind, n);

    if (t.incidents > 0 || kind == GROUP_ALL)
        write_tally(s, key, name, &t);
}

static void write_places(struct sheet *s, const struct incidents *b, enum group_kind kind)
{
    const struct report_rows *rows = b->f->rows;
    const enum report_place_kind of = kind == GROUP_SUPPLIER ? PLACE_SUPPLIER : PLACE_AREA;
    const char *own = b->f->is->supplier;

    for (uint32_t i = 0; i < rows->place_count; i++)
        if (rows->places[i].kind == of &&
            (of == PLACE_AREA || own[0] == '\0' || strcmp(rows->places[i].id, own) == 0))
            write_group(s, b, kind, i, rows->places[i].id, rows->places[i].name);
    if (own[0] == '\0')
        write_group(s, b, kind, NO_INDEX, "unknown", "chưa rõ");
}

struct group_ask {
    const struct incidents *b;
    enum group_kind kind;
};

static void write_rows(struct sheet *s, const void *self)
{
    const struct group_ask *of = self;

    switch (of->kind) {
    case GROUP_ALL: write_group(s, of->b, GROUP_ALL, 0, "total", "Tổng"); break;
    case GROUP_CLASS:
        for (uint32_t c = 0; c < CLASS_COUNT; c++)
            write_group(s, of->b, GROUP_CLASS, c, incident_limit((enum incident_class)c)->name,
                        incident_limit((enum incident_class)c)->name_vi);
        break;
    case GROUP_SUPPLIER:
    case GROUP_AREA: write_places(s, of->b, of->kind); break;
    }
}

static void write_groups(struct sheet *s, const struct incidents *b)
{
    enum { SPLIT = 7 }; /* limits before, the rest behind */
    static const struct section OF[] = {
        { "total", "Kết quả chung", "In all", "Phạm vi", GROUPS, COUNT_OF(GROUPS), false, SPLIT },
        { "by_class", "Theo loại sự cố", "By class", "Loại sự cố", GROUPS, COUNT_OF(GROUPS), true, SPLIT },
        { "by_supplier", "Theo đơn vị cấp nước", "By supplier", "Đơn vị cấp nước", GROUPS, COUNT_OF(GROUPS),
          true, SPLIT },
        { "by_area", "Theo địa bàn", "By area", "Địa bàn", GROUPS, COUNT_OF(GROUPS), true, SPLIT },
    };

    for (unsigned kind = GROUP_ALL; kind <= GROUP_AREA; kind++)
        sheet_table(s, &OF[kind], write_rows, &(struct group_ask){ b, (enum group_kind)kind });
}

/* ---- causes, measures, duties ---- */

static void write_cause(struct sheet *s, const char *key, const char *name, int64_t n, int64_t all)
{
    if (n == 0)
        return;
    sheet_row(s, key, name);
    sheet_count(s, n);
    sheet_number(s, report_part(n, all));
    sheet_row_end(s);
}

static void write_causes(struct sheet *s, const struct incidents *b)
{
    static const struct column COLUMNS[] = {
        { "incidents", "Số sự cố", "Incidents", "", "nguyên nhân nêu sau cùng của từng sự cố",
          "the cause told last of each incident", "bảng incident_fact", 0, false },
        { "share", "Tỷ lệ", "Share", "1", "số sự cố ÷ tổng số", "incidents ÷ all", "bảng incident_fact", 1,
          false },
    };
    static const struct section OF = { "causes", "Nguyên nhân",     "Causes", "Nguyên nhân",
                                       COLUMNS,  COUNT_OF(COLUMNS), false,    0 };
    const int64_t all = (int64_t)b->f->rows->incident_count;
    int64_t n[CAUSE_KIND_COUNT] = { 0 }, none = 0;

    for (int64_t i = 0; i < all; i++)
        if (b->list[i].has_cause)
            n[b->list[i].cause < CAUSE_KIND_COUNT ? b->list[i].cause : CAUSE_NOT_SAID]++;
        else
            none++;
    sheet_open(s, &OF);
    for (unsigned k = 0; k < CAUSE_KIND_COUNT; k++)
        write_cause(s, cause_word((enum cause_kind)k).name, cause_word((enum cause_kind)k).name_vi, n[k],
                    all);
    write_cause(s, "not_found", "chưa rõ nguyên nhân", none, all);
    sheet_close(s);
}

static void write_controllability(struct sheet *s, const struct incidents *b)
{
    static const char *const WORDS[CONTROLLABILITY_COUNT] = { "chưa rõ", "trong tầm kiểm soát",
                                                              "ngoài tầm kiểm soát" };
    static const struct column COLUMNS[] = {
        { "incidents", "Số sự cố", "Incidents", "", "theo khẳng định khi nêu nguyên nhân",
          "as told with the cause", "bảng incident", 0, false },
        { "share", "Tỷ lệ", "Share", "1", "số sự cố ÷ tổng số", "incidents ÷ all", "bảng incident", 1,
          false },
    };
    static const struct section OF = { "controllability",
                                       "Khả năng kiểm soát",
                                       "Controllability",
                                       "Khả năng kiểm soát",
                                       COLUMNS,
                                       COUNT_OF(COLUMNS),
                                       false,
                                       0 };
    const struct report_rows *rows = b->f->rows;
    int64_t n[CONTROLLABILITY_COUNT] = { 0 };

    for (size_t i = 0; i < rows->incident_count; i++)
        n[rows->incidents[i].controllability < CONTROLLABILITY_COUNT ? rows->incidents[i].controllability
                                                                     : 0]++;
    sheet_open(s, &OF);
    for (unsigned k = 0; k < CONTROLLABILITY_COUNT; k++)
        write_cause(s, incident_word_of(WORDS_OF_CONTROL, k), WORDS[k], n[k], (int64_t)rows->incident_count);
    sheet_close(s);
}

static void write_measures(struct sheet *s, const struct incidents *b)
{
    static const struct column COLUMNS[] = {
        { "incidents", "Số sự cố", "Incidents", "", "số sự cố có dùng biện pháp",
          "incidents in which it was taken", "bảng incident_fact", 0, false },
        { "times", "Số lần", "Times", "", "số lần ghi nhận", "times it was told", "bảng incident_fact", 0,
          false },
    };
    static const struct section OF = {
        "measures", "Biện pháp ứng phó", "Response measures", "Biện pháp", COLUMNS, COUNT_OF(COLUMNS), false,
        0
    };
    const struct report_rows *rows = b->f->rows;
    int64_t times[MEASURE_COUNT] = { 0 }, in[MEASURE_COUNT] = { 0 };

    for (size_t i = 0; i < rows->fact_count; i++)
        if (rows->facts[i].kind == FACT_MEASURE)
            times[rows->facts[i].code < MEASURE_COUNT ? rows->facts[i].code : 0]++;
    for (size_t i = 0; i < rows->incident_count; i++)
        for (unsigned k = 0; k < MEASURE_COUNT; k++)
            in[k] += (b->list[i].measures & 1U << k) != 0;
    sheet_open(s, &OF);
    for (unsigned k = 0; k < MEASURE_COUNT; k++) {
        if (times[k] == 0)
            continue;
        sheet_row(s, measure_word((enum measure_kind)k).name, measure_word((enum measure_kind)k).name_vi);
        sheet_count(s, in[k]);
        sheet_count(s, times[k]);
        sheet_row_end(s);
    }
    sheet_close(s);
}

enum { OWED, IN_TIME, LATE, WAIVED, OVERDUE, OPEN, WAYS };

/* "plan II.6.2; NĐ 117/2007 Art. 58(2)": "Kế hoạch, mục II.6.2; NĐ 117/2007, Điều 58, khoản 2". */
static const char *source_vi(const char *source, char *out, size_t size)
{
    static const struct {
        const char *is, *vi;
    } WORDS[] = { { "internal target", "chỉ tiêu nội bộ" },
                  { "plan ", "Kế hoạch, mục " },
                  { " Art. ", ", Điều " },
                  { "(", ", khoản " },
                  { ")", "" } };
    struct strbuf b;

    strbuf_init(&b, size - 1);
    while (*source != '\0') {
        size_t i = 0;
        while (i < COUNT_OF(WORDS) && strncmp(source, WORDS[i].is, strlen(WORDS[i].is)) != 0)
            i++;
        if (i < COUNT_OF(WORDS)) {
            strbuf_puts(&b, WORDS[i].vi);
            source += strlen(WORDS[i].is);
        } else {
            strbuf_putc(&b, *source++);
        }
    }
    (void)snprintf(out, size, "%s", b.text == NULL ? "" : b.text);
    strbuf_clear(&b);
    return out;
}

static void write_duties(struct sheet *s, const struct incidents *b)
{
    static const struct column COLUMNS[] = {
        { "owed", "Phải báo", "Owed", "", "số nghĩa vụ phát sinh", "duties that arose", "bảng incident_duty",
          0, false },
        { "in_time", "Đã báo đúng hạn", "Done in time", "", "đã báo, không sau hạn (hạn nội bộ)",
          "done, not after the due time (a target of our own)", "bảng incident_duty", 0, false },
        { "late", "Đã báo muộn", "Done late", "", "đã báo sau hạn", "done after the due time",
          "bảng incident_duty", 0, false },
        { "waived", "Không cần báo", "Waived", "", "có lý do không cần báo", "not needed, with a reason",
          "bảng incident_duty", 0, false },
        { "overdue", "Quá hạn chưa báo", "Overdue", "", "chưa báo, đã quá hạn khi lập báo cáo",
          "not done, due before the report was made", "bảng incident_duty", 0, false },
        { "open", "Chưa đến hạn", "Not due yet", "", "chưa báo, chưa đến hạn", "not done, not due",
          "bảng incident_duty", 0, false },
        { "source", "Căn cứ", "Source", "", NULL, NULL, NULL, 0, false },
    };
    static const struct section OF = { "duties", "Nghĩa vụ báo cáo, thông báo",
                                       "Duties", "Nơi nhận, việc phải làm",
                                       COLUMNS,  COUNT_OF(COLUMNS),
                                       false,    0 };
    const struct report_rows *rows = b->f->rows;
    int64_t n[DUTY_COUNT][WAYS] = { { 0 } };
    char source[160];

    for (size_t i = 0; i < rows->duty_count; i++) {
        const struct report_duty *d = &rows->duties[i];
        n[d->duty][OWED]++;
        if (d->waived)
            n[d->duty][WAIVED]++;
        else if (d->done.ms != 0)
            n[d->duty][d->done.ms <= d->due.ms ? IN_TIME : LATE]++;
        else
            n[d->duty][b->f->now.ms > d->due.ms ? OVERDUE : OPEN]++;
    }
    sheet_open(s, &OF);
    for (unsigned k = 0; k < DUTY_COUNT; k++) {
        const struct duty_row *row = duty_row((enum duty_kind)k);
        if (n[k][OWED] == 0)
            continue;
        sheet_row(s, row->name, row->name_vi);
        for (unsigned way = 0; way < WAYS; way++)
            sheet_count(s, n[k][way]);
        sheet_word(s, row->source, source_vi(row->source, source, sizeof source));
        sheet_row_end(s);
    }
    sheet_close(s);
}

/* ---- a longer limit ---- */

/* Against the strictest class, as which every incident opens. */
static bool gives_longer(const struct report_fact *f)
{
    const struct incident_limit *l =
        incident_limit((enum incident_class)(f->detail < CLASS_COUNT ? f->detail : CLASS_SERVICE_NETWORK));

    return (f->kind == FACT_CLASS_CONFIRMED || f->kind == FACT_RECLASSIFIED) &&
           (!l->legal || l->limit_ms > incident_limit(CLASS_SERVICE_NETWORK)->limit_ms);
}

/* What was said when it was given; several members may have several. */
static struct wall write_reasons(const struct incidents *b, const struct judged *j, struct strbuf *to)
{
    struct wall last = { 0 };

    for (uint32_t k = j->fact; k < j->fact + j->fact_count; k++) {
        const struct report_fact *f = &b->f->rows->facts[k];
        if (f->note == NULL || !gives_longer(f))
            continue;
        strbuf_puts(to, to->len == 0 ? "" : "; ");
        strbuf_puts(to, f->note);
        last = f->claimed;
    }
    return last;
}

static void write_loosened_one(struct sheet *s, const struct incidents *b, uint32_t i)
{
    const struct report_incident *is = &b->f->rows->incidents[i];
    const struct incident_limit *limit = incident_limit((enum incident_class)is->class);
    char key[ID_MAX + 24], name[160];
    struct strbuf reasons;
    struct wall at;

    strbuf_init(&reasons, (size_t)INCIDENT_FACTS_MAX * INCIDENT_NOTE_MAX);
    at = write_reasons(b, &b->list[i], &reasons);
    (void)snprintf(key, sizeof key, "%s/%" PRIu64, is->node, is->id);
    (void)snprintf(name, sizeof name, "%" PRIu64 ": %s", is->id, limit->name_vi);
    sheet_row(s, key, name);
    sheet_number(s, (double)is->limit_ms / CLOCK_HOUR_MS);
    sheet_flag(s, is->legal);
    sheet_time(s, at);
    sheet_text(s, reasons.text);
    sheet_row_end(s);
    strbuf_clear(&reasons);
}

static void write_loosened(struct sheet *s, const struct incidents *b)
{
    static const struct column COLUMNS[] = {
        { "limit", "Hạn", "Limit", "giờ", "thời hạn của sự cố khi lập báo cáo",
          "the incident's limit when the report is made", "bảng incident", 0, false },
        { "legal", "Theo kế hoạch", "Of the plan", "", NULL, NULL, NULL, 0, false },
        { "given_at", "Đổi lúc", "Given", "", NULL, NULL, NULL, 0, false },
        { "reason", "Lý do", "Reason", "", NULL, NULL, NULL, 0, false },
    };
    static const struct section OF = { "loosened",
                                       "Đổi sang hạn dài hơn (12 → 24 giờ)",
                                       "Given a longer limit (12 → 24 h)",
                                       "Sự cố",
                                       COLUMNS,
                                       COUNT_OF(COLUMNS),
                                       false,
                                       0 };

    sheet_open(s, &OF);
    for (uint32_t i = 0; i < b->f->rows->incident_count; i++)
        if (b->list[i].loosened)
            write_loosened_one(s, b, i);
    sheet_close(s);
}

/* ---- the list ---- */

/* Names with ", " between, each once. */
static void areas_text(const struct incidents *b, uint32_t i, char *out, size_t size)
{
    const struct report_rows *rows = b->f->rows;
    const struct judged *j = &b->list[i];
    size_t n = 0;

    out[0] = '\0';
    for (uint32_t k = j->member; k < j->member + j->member_count; k++) {
        const uint32_t area = rows->members[k].area;
        bool before = area == NO_INDEX;
        for (uint32_t m = j->member; m < k && !before; m++)
            before = rows->members[m].area == area;
        if (!before && n + strlen(rows->places[area].name) + 3 < size)
            n += (size_t)snprintf(out + n, size - n, "%s%s", n == 0 ? "" : ", ", rows->places[area].name);
    }
}

static void write_one(struct sheet *s, const struct incidents *b, uint32_t i)
{
    static const char *const WORDS[] = { "không có hạn", "còn hạn", "đúng hạn", "quá hạn" };
    const struct report_incident *is = &b->f->rows->incidents[i];
    const struct judged *j = &b->list[i];
    const struct incident_limit *limit = incident_limit((enum incident_class)is->class);
    char key[ID_MAX + 24], name[160], areas[512];

    (void)snprintf(key, sizeof key, "%s/%" PRIu64, is->node, is->id);
    areas_text(b, i, areas, sizeof areas);
    (void)snprintf(name, sizeof name, "%" PRIu64 ": %s", is->id, limit->name_vi);
    sheet_row(s, key, name);
    sheet_word(s, limit->name, limit->name_vi);
    sheet_text(s, areas);
    sheet_time(s, is->start);
    sheet_time(s, is->due);
    sheet_time(s, j->repaired);
    sheet_number(s, j->repaired.ms == 0 ? NAN : (double)(j->repaired.ms - is->start.ms) / CLOCK_HOUR_MS);
    sheet_word(s, on_time_name(j->on_time), WORDS[j->on_time]);
    sheet_flag(s, j->class_confirmed);
    sheet_flag(s, j->unconfirmed);
    sheet_flag(s, j->reclassified);
    sheet_flag(s, j->loosened);
    sheet_time(s, j->approved_at);
    sheet_word(s, j->has_cause ? cause_word((enum cause_kind)j->cause).name : NULL,
               j->has_cause ? cause_word((enum cause_kind)j->cause).name_vi : "");
    sheet_row_end(s);
}

static void write_list(struct sheet *s, const struct incidents *b)
{
    static const struct column COLUMNS[] = {
        { "class", "Loại", "Class", "", NULL, NULL, NULL, 0, true },
        { "areas", "Địa bàn", "Areas", "", NULL, NULL, NULL, 0, false },
        { "start_at", "Bắt đầu", "Start", "", NULL, NULL, NULL, 0, false },
        { "due_at", "Đến hạn", "Due", "", NULL, NULL, NULL, 0, false },
        { "repaired_at", "Khắc phục xong", "Repaired", "", NULL, NULL, NULL, 0, false },
        { "repair", "Thời gian", "Took", "giờ", "lúc phần cuối khắc phục xong − lúc bắt đầu",
          "last part repaired − start", INCIDENTS, 1, false },
        { "on_time", "Hạn", "On time", "", NULL, NULL, NULL, 0, false },
        { "class_confirmed", "Loại đã xác nhận", "Class confirmed", "", NULL, NULL, NULL, 0, true },
        { "unconfirmed", "Chưa xác nhận xong", "Unconfirmed", "", NULL, NULL, NULL, 0, true },
        { "reclassified", "Phân loại lại", "Reclassified", "", NULL, NULL, NULL, 0, true },
        { "loosened", "Đổi sang hạn dài hơn", "Given a longer limit", "", NULL, NULL, NULL, 0, true },
        { "approved_at", "Duyệt phương án", "Remedy approved", "", NULL, NULL, NULL, 0, false },
        { "cause", "Nguyên nhân", "Cause", "", NULL, NULL, NULL, 0, false },
    };
    static const struct section OF = { "list",  "Danh sách sự cố", "The incidents", "Sự cố",
                                       COLUMNS, COUNT_OF(COLUMNS), false,           0 };

    sheet_open(s, &OF);
    for (uint32_t i = 0; i < b->f->rows->incident_count; i++)
        write_one(s, b, i);
    sheet_close(s);
}

/* ---- whole ---- */

static void write_drills(struct sheet *s, const struct report_from *f)
{
    static const struct column COLUMNS[] = {
        { "drills", "Số cuộc", "Drills", "", "diễn tập trong kỳ; không tính vào con số nào khác",
          "drills in the period; in no other figure", "bảng incident", 0, false },
    };
    static const struct section OF = { "drills", "Diễn tập",        "Drills", "Diễn tập",
                                       COLUMNS,  COUNT_OF(COLUMNS), false,    0 };

    sheet_open(s, &OF);
    sheet_row(s, "drills", "Diễn tập");
    sheet_count(s, f->rows->drills);
    sheet_row_end(s);
    sheet_close(s);
}

void report_incidents(struct sheet *s, const struct report_from *f)
{
    struct incidents b = { .f = f,
                           .list = calloc(f->rows->incident_count + 1, sizeof *b.list),
                           .took_ms = calloc(f->rows->incident_count + 1, sizeof *b.took_ms),
                           .scratch = calloc(1, sizeof *b.scratch) };

    if (b.list != NULL && b.took_ms != NULL && b.scratch != NULL) {
        judge_all(&b);
        write_groups(s, &b);
        write_causes(s, &b);
        write_controllability(s, &b);
        write_measures(s, &b);
        write_duties(s, &b);
        write_loosened(s, &b);
        write_drills(s, f);
        report_annex(s, f, "Danh sách sự cố");
        write_list(s, &b);
    } else {
        s->to->failed = true;
    }
    free(b.list);
    free(b.took_ms);
    free(b.scratch);
}
