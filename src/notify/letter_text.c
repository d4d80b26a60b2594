#include "notify/letter_text.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "model/incident_duty.h"
#include "model/incident_reach.h"
#include "notify/sms_text.h"

static const struct {
    uint8_t bit;
    unsigned of;
} PERCENT[] = { { WARN_50, 50 }, { WARN_75, 75 }, { WARN_90, 90 }, { WARN_100, 100 } };

enum { PLACES_MAX = 6, VALUES_MAX = 8, SUMMED_MAX = 12, PRESSING_MAX = 5 };

static const char *say(const struct letter_text *t, const char *vi, const char *en)
{
    return t->language == CONTACT_EN ? en : vi;
}

/* As it is now: where it was merged, what it is part of. */
static const struct incident *incident_of(const struct letter_text *t)
{
    const struct incident_copy *c = t->incidents == NULL || t->letter->about.incident == 0
                                        ? NULL
                                        : incident_list_living(t->incidents, t->letter->about.incident);

    return c == NULL ? NULL : &c->is;
}

/* ---- words ---- */

static const char *evidence_words(const struct letter_text *t, unsigned e)
{
    static const char *const VI[] = { "mất điện",        "mất kết nối",        "mất tín hiệu", "bơm",
                                      "thiết bị",        "lưu lượng",          "áp lực",       "mực nước",
                                      "chất lượng nước", "nguồn nước",         "xâm nhập",     "rò rỉ clo",
                                      "khách hàng báo",  "nhân viên phát hiện" };
    static const char *const EN[] = { "power away",    "no connection", "no signal", "pump",
                                      "equipment",     "flow",          "pressure",  "level",
                                      "water quality", "water source",  "intrusion", "chlorine leak",
                                      "customer call", "found by staff" };

    _Static_assert(COUNT_OF(VI) == EVIDENCE_COUNT && COUNT_OF(EN) == EVIDENCE_COUNT, "each has a word");
    return e < EVIDENCE_COUNT ? say(t, VI[e], EN[e]) : "?";
}

static const char *class_words(const struct letter_text *t, unsigned c)
{
    static const char *const EN[CLASS_COUNT] = { "service network", "distribution main", "transmission main",
                                                 "plant equipment", "loss of source",    "power supply",
                                                 "water quality",   "telemetry",         "security",
                                                 "safety" };

    return say(t, incident_limit((enum incident_class)c)->name_vi, EN[c]);
}

/* "50%, 90%, QUÁ HẠN" */
static void marks(struct strbuf *to, const struct letter_text *t, uint8_t mask)
{
    const char *sep = "";

    for (unsigned k = 0; k < COUNT_OF(PERCENT); k++) {
        if ((mask & PERCENT[k].bit) == 0)
            continue;
        if (PERCENT[k].bit == WARN_100)
            strbuf_printf(to, "%s%s", sep, say(t, "QUÁ HẠN", "OVERDUE"));
        else
            strbuf_printf(to, "%s%u%%", sep, PERCENT[k].of);
        sep = ", ";
    }
}

static const char *duty_words(const struct letter_text *t, const struct outgoing *o)
{
    const struct duty_row *row = duty_row((enum duty_kind)o->count);

    return say(t, row->name_vi, row->name_en);
}

static void passed_words(struct strbuf *to, const struct letter_text *t, uint8_t mask)
{
    if ((mask & WARN_ALL) == 0) {
        strbuf_puts(to, say(t, "CÁC MỐC ĐÃ QUA", "WARNINGS PASSED"));
        return;
    }
    strbuf_puts(to, say(t, "ĐÃ QUA CÁC MỐC ", "WARNINGS PASSED "));
    marks(to, t, mask);
}

static bool is_target(const struct outgoing *o)
{
    return o->count < DUTY_COUNT && duty_row((enum duty_kind)o->count)->target;
}

static void duty_late_words(struct strbuf *to, const struct letter_text *t)
{
    const struct outgoing *o = &t->letter->about;

    strbuf_puts(to, is_target(o) ? say(t, "CHẬM CHỈ TIÊU", "TARGET MISSED")
                                 : say(t, "CHẬM NGHĨA VỤ", "DUTY OVERDUE"));
    if (o->count < DUTY_COUNT)
        strbuf_printf(to, ": %s", duty_words(t, o));
}

static void kind_words(struct strbuf *to, const struct letter_text *t)
{
    const struct outgoing *o = &t->letter->about;

    switch ((enum outgoing_kind)o->kind) {
    case OUT_OPENED: strbuf_puts(to, say(t, "SỰ CỐ MỚI", "NEW INCIDENT")); break;
    case OUT_WARNING:
        strbuf_printf(to, say(t, "ĐÃ QUA %u%% THỜI HẠN", "%u%% OF THE TIME PASSED"), o->n % OUT_OF_TARGET);
        break;
    case OUT_OVERDUE: strbuf_puts(to, say(t, "QUÁ HẠN", "OVERDUE")); break;
    case OUT_PASSED: passed_words(to, t, o->mask); break;
    case OUT_DIGEST: strbuf_puts(to, say(t, "TỔNG HỢP SAU GIÁN ĐOẠN", "SUMMARY AFTER A BREAK")); break;
    case OUT_DUE_MOVED: strbuf_puts(to, say(t, "ĐỔI HẠN", "DUE TIME MOVED")); break;
    case OUT_OVERDUE_AGAIN: strbuf_puts(to, say(t, "LẠI QUÁ HẠN", "OVERDUE AGAIN")); break;
    case OUT_STEP: strbuf_puts(to, say(t, "DIỄN BIẾN XẤU THÊM", "IT GOT WORSE")); break;
    case OUT_UNCONFIRMED: strbuf_puts(to, say(t, "CHƯA XÁC NHẬN KHẮC PHỤC", "REPAIR NOT CONFIRMED")); break;
    case OUT_LARGE_EFFECT: strbuf_puts(to, say(t, "ẢNH HƯỞNG LỚN", "LARGE EFFECT")); break;
    case OUT_BEYOND_CONTROL: strbuf_puts(to, say(t, "NGOÀI TẦM KIỂM SOÁT", "BEYOND CONTROL")); break;
    case OUT_DUTY_LATE: duty_late_words(to, t); break;
    case OUT_ESCALATED:
        strbuf_printf(to, say(t, "CHƯA AI NHẬN, LẦN NHẮC %u", "NOBODY HAS TAKEN IT, STEP %u"), o->count);
        break;
    case OUT_ENDED:
        strbuf_puts(to, o->count == 1 ? say(t, "ĐÃ ĐÓNG", "CLOSED") : say(t, "ĐÃ KHÔI PHỤC", "RESTORED"));
        break;
    case OUT_SUMMARY: strbuf_puts(to, say(t, "TỔNG HỢP", "SUMMARY")); break;
    case OUT_BACK: strbuf_puts(to, say(t, "LẠI XẢY RA", "IT IS BACK")); break;
    case OUT_COUNT: break;
    }
}

static void head(struct strbuf *to, const struct letter_text *t)
{
    if (t->letter->about.drill)
        strbuf_puts(to, say(t, "[DIỄN TẬP] ", "[DRILL] "));
    strbuf_putc(to, '[');
    kind_words(to, t);
    strbuf_puts(to, "] ");
}

/* "05:10 05/11/2026" */
static void clock_time(struct strbuf *to, struct wall at)
{
    int64_t minute = (at.ms - wall_local_midnight(at).ms) / CLOCK_MINUTE_MS;
    int year, month, day;

    wall_local_date(at, &year, &month, &day);
    strbuf_printf(to, "%02d:%02d %02d/%02d/%04d", (int)(minute / 60), (int)(minute % 60), day, month, year);
}

/* A comma in Vietnamese. */
static void number(struct strbuf *to, const struct letter_text *t, double v)
{
    char text[32];

    (void)snprintf(text, sizeof text, "%.4g", v);
    for (char *c = text; *c != '\0'; c++)
        strbuf_putc(to, (char)(*c == '.' && t->language == CONTACT_VI ? ',' : *c));
}

/* "12.500", in English "12,500". */
static void whole_number(struct strbuf *to, const struct letter_text *t, uint32_t n)
{
    if (n >= 1000) {
        whole_number(to, t, n / 1000);
        strbuf_printf(to, "%c%03" PRIu32, t->language == CONTACT_VI ? '.' : ',', n % 1000);
        return;
    }
    strbuf_printf(to, "%" PRIu32, n);
}

/* ---- places ---- */

static const char *place_name(const struct catalogue *c, const struct member *m)
{
    const struct site *s = m->site[0] == '\0' ? NULL : catalogue_site(c, m->site);
    const struct zone *z = catalogue_zone(c, m->zone);

    if (s != NULL || z != NULL)
        return s != NULL ? s->name : z->name;
    return m->site[0] != '\0' ? m->site : m->zone;
}

static bool named_before(const struct catalogue *c, const struct incident *i, size_t k)
{
    for (size_t n = 0; n < k; n++)
        if (strcmp(place_name(c, &i->members[n]), place_name(c, &i->members[k])) == 0)
            return true;
    return false;
}

static void places(struct strbuf *to, const struct letter_text *t, const struct incident *i)
{
    const struct catalogue *c = t->incidents->catalogue;
    size_t n = 0;

    for (size_t k = 0; k < i->member_count; k++) {
        const char *name = place_name(c, &i->members[k]);
        if (name[0] == '\0' || named_before(c, i, k))
            continue;
        if (n++ == PLACES_MAX) {
            strbuf_puts(to, ", …");
            return;
        }
        strbuf_printf(to, "%s%s", n == 1 ? "" : ", ", name);
    }
    if (n == 0)
        strbuf_puts(to, say(t, "chưa rõ nơi", "place not known"));
}

static void what(struct strbuf *to, const struct letter_text *t, const struct incident *i)
{
    uint32_t said = 0;

    for (size_t k = 0; k < i->member_count; k++) {
        uint32_t bit = UINT32_C(1) << i->members[k].evidence;
        if ((said & bit) == 0)
            strbuf_printf(to, "%s%s", said == 0 ? "" : ", ", evidence_words(t, i->members[k].evidence));
        said |= bit;
    }
}

/* ---- lines ---- */

static void value_words(struct strbuf *to, const struct letter_text *t, const struct alarm *a, bool brief)
{
    uint32_t n = catalogue_by_key(t->alarms->catalogue, a->point);
    const struct point *p = n == NO_INDEX ? NULL : &t->alarms->catalogue->points[n];

    if (p == NULL || isnan(a->value))
        return;
    strbuf_printf(to, "%s%s: ", brief ? " " : "  - ", p->name);
    number(to, t, a->value);
    if (strcmp(p->unit, "-") != 0)
        strbuf_printf(to, " %s", p->unit);
    if (!isnan(a->limit)) {
        strbuf_puts(to, say(t, " (giới hạn ", " (limit "));
        number(to, t, a->limit);
        if (!brief && strcmp(p->unit, "-") != 0) /* else it stands with the value */
            strbuf_printf(to, " %s", p->unit);
        strbuf_putc(to, ')');
    }
    strbuf_puts(to, brief ? "." : "\n");
}

/* Of the further burst that the letter tells of, in the unit of its point. */
static void burst(struct strbuf *to, const struct letter_text *t, const struct incident *i, bool brief)
{
    const struct outgoing *o = &t->letter->about;

    for (size_t k = i->member_count; o->kind == OUT_STEP && !isnan(o->size) && k > 0; k--) {
        const struct member *m = &i->members[k - 1];
        const uint32_t n = m->point == 0 ? NO_INDEX : catalogue_by_key(t->incidents->catalogue, m->point);
        if (m->step == 0 || m->size != o->size || n == NO_INDEX)
            continue;
        strbuf_puts(to, brief ? say(t, " Thêm ", " Further ")
                              : say(t, "Mức thay đổi thêm: ", "Further change: "));
        number(to, t, o->size);
        if (strcmp(t->incidents->catalogue->points[n].unit, "-") != 0)
            strbuf_printf(to, " %s", t->incidents->catalogue->points[n].unit);
        strbuf_puts(to, brief ? "." : "\n");
        return;
    }
}

static void values(struct strbuf *to, const struct letter_text *t, const struct incident *i)
{
    size_t said = 0;

    for (size_t k = 0; t->alarms != NULL && k < i->member_count; k++)
        for (size_t n = 0; n < t->alarms->count && i->members[k].point != 0 && said < VALUES_MAX; n++)
            if (t->alarms->items[n].point == i->members[k].point && alarm_is_live(&t->alarms->items[n])) {
                if (said++ == 0)
                    strbuf_puts(to, say(t, "Trị số:\n", "Values:\n"));
                value_words(to, t, &t->alarms->items[n], false);
            }
}

/* What people said of it, or else the most it may be by what is known of its zones.  False: nothing is known.
 */
static bool effect_of(const struct letter_text *t, const struct incident *i, struct incident_impact *out,
                      bool *estimated)
{
    const struct incident_reach r = incident_reach(i, t->incidents->catalogue, t->letter->about.at);

    *out = i->impact;
    *estimated = out->people == 0 && out->connections == 0;
    if (*estimated)
        incident_reach_count(&r, out);
    return out->people > 0 || out->connections > 0;
}

static void counted(struct strbuf *to, const struct letter_text *t, uint32_t n, const char *vi,
                    const char *en, bool *first)
{
    if (n == 0)
        return;
    strbuf_puts(to, *first ? "" : ", ");
    whole_number(to, t, n);
    strbuf_printf(to, " %s", say(t, vi, en));
    *first = false;
}

static void effect_words(struct strbuf *to, const struct letter_text *t, const struct incident *i, bool brief)
{
    struct incident_impact p;
    bool estimated, first = true;

    if (!effect_of(t, i, &p, &estimated)) {
        strbuf_puts(to, say(t, "chưa rõ số người", "number of people not known"));
        return;
    }
    if (brief && estimated)
        strbuf_puts(to, say(t, "đến ", "up to "));
    counted(to, t, p.people, "người", "people", &first);
    if (!brief || p.people == 0)
        counted(to, t, p.connections, "đấu nối", "connections", &first);
    if (brief)
        return;
    counted(to, t, p.hospitals, "cơ sở y tế", "hospitals and clinics", &first);
    counted(to, t, p.schools, "trường học", "schools", &first);
    if (estimated)
        strbuf_puts(
            to, say(t, " (nhiều nhất, theo số liệu khu vực)", " (at most, by what is known of the zones)"));
}

static void effect_line(struct strbuf *to, const struct letter_text *t, const struct incident *i)
{
    if (i->large_since.ms == 0 && t->letter->about.kind != OUT_LARGE_EFFECT)
        return;
    strbuf_puts(to, say(t, "Ảnh hưởng: ", "Affected: "));
    effect_words(to, t, i, false);
    strbuf_putc(to, '\n');
}

static void due_line(struct strbuf *to, const struct letter_text *t, struct wall due, bool legal)
{
    strbuf_puts(to, say(t, "Hạn khắc phục: ", "Due: "));
    clock_time(to, due);
    strbuf_printf(to, " (%s)\n",
                  legal ? say(t, "thời hạn theo quy định", "legal limit")
                        : say(t, "chỉ tiêu nội bộ", "internal target"));
}

/* Whoever was told of those knows them by their numbers. */
static void merged_line(struct strbuf *to, const struct letter_text *t, const struct incident *i)
{
    size_t n = 0;

    for (size_t k = 0; k < i->tie_count; k++)
        if (i->ties[k].kind == TIE_MERGED)
            strbuf_printf(to, "%s%" PRIu64, n++ == 0 ? say(t, "Gồm cả sự cố số: ", "With incident: ") : ", ",
                          i->ties[k].incident);
    if (n > 0)
        strbuf_putc(to, '\n');
}

static void of_incident(struct strbuf *to, const struct letter_text *t, const struct incident *i)
{
    struct incident_clock c = incident_clock(i, &t->incidents->targets);

    merged_line(to, t, i);
    strbuf_puts(to, say(t, "Nơi: ", "Where: "));
    places(to, t, i);
    strbuf_puts(to, say(t, "\nViệc: ", "\nWhat: "));
    what(to, t, i);
    strbuf_printf(to, "\n%s%s%s\n", say(t, "Loại: ", "Class: "), class_words(t, c.class),
                  incident_class_confirmed(i) ? "" : say(t, " (chưa xác nhận)", " (not confirmed)"));
    effect_line(to, t, i);
    burst(to, t, i, false);
    values(to, t, i);
    strbuf_puts(to, say(t, "Từ: ", "Since: "));
    clock_time(to, c.start);
    strbuf_putc(to, '\n');
    due_line(to, t, c.due, c.legal);
}

static void untaken(struct strbuf *to, const struct letter_text *t, const struct incident *i)
{
    strbuf_puts(to, say(t, "Chưa ai nhận xử lý; đã báo từ ", "Nobody has taken it; told since "));
    clock_time(to, i != NULL ? i->asked : t->letter->about.at);
    strbuf_puts(to, ".\n");
}

static void what_more(struct strbuf *to, const struct letter_text *t, const struct incident *i)
{
    const struct outgoing *o = &t->letter->about;

    if (o->kind == OUT_ESCALATED)
        untaken(to, t, i);
    if (o->kind == OUT_DUTY_LATE && o->count < DUTY_COUNT)
        strbuf_printf(to, "%s%s\n",
                      is_target(o) ? say(t, "Chỉ tiêu nội bộ đã quá giờ: ", "Internal target missed: ")
                                   : say(t, "Nghĩa vụ đã quá giờ: ", "Duty overdue: "),
                      duty_words(t, o));
    if (o->kind == OUT_BEYOND_CONTROL)
        strbuf_puts(to, say(t,
                            "Nguyên nhân ngoài tầm kiểm soát: báo cáo ngay và trình duyệt phương án khắc "
                            "phục.\n",
                            "The cause is beyond control: to be reported at once, the remedy to be "
                            "approved.\n"));
    if (o->kind == OUT_DIGEST)
        strbuf_printf(to,
                      say(t, "Trong lúc chương trình không chạy, %u sự cố đã qua các mốc nhắc hạn.\n",
                          "While the program did not run, %u incidents passed their warnings.\n"),
                      o->count);
    if (o->kind == OUT_DIGEST && (o->mask & WARN_ALL) != 0) {
        strbuf_puts(to, say(t, "Các mốc: ", "These: "));
        marks(to, t, o->mask);
        strbuf_puts(to, ".\n");
    }
    if (o->over)
        strbuf_puts(to, say(t, "Mọi việc đã được khôi phục; thông báo để biết.\n",
                            "All is restored already; this is for information.\n"));
    if (o->drill)
        strbuf_puts(to, say(t, "Đây là diễn tập.\n", "This is a drill.\n"));
}

/* ---- several in one ---- */

static int by_weight(const void *a, const void *b)
{
    return letter_compare_weight(a, b);
}

void letter_parts_now(struct letter *parts, size_t count, const struct incident_list *l)
{
    for (size_t k = 0; l != NULL && k < count; k++) {
        struct outgoing *o = &parts[k].about;
        const struct incident_copy *c = o->incident == 0 ? NULL : incident_list_living(l, o->incident);
        if (c != NULL)
            o->over = c->is.closed || incident_all_restored(&c->is);
    }
    qsort(parts, count, sizeof *parts, by_weight);
}

/* What began as something new in the evening may be over in the morning. */
static void restored_words(struct strbuf *to, const struct letter_text *t, const struct outgoing *part)
{
    if (part->over && part->kind != OUT_ENDED)
        strbuf_puts(to, say(t, " (đã khôi phục)", " (restored)"));
}

static void subject_of_part(struct strbuf *to, const struct letter_text *t, const struct letter *part)
{
    struct letter_text one = *t;

    one.letter = part;
    one.part_count = 0;
    letter_subject(to, &one);
    restored_words(to, t, &part->about);
}

static void subject_of_summary(struct strbuf *to, const struct letter_text *t)
{
    strbuf_printf(to, say(t, "%u thông báo", "%u messages"), t->letter->about.count);
    if (t->part_count == 0)
        return;
    strbuf_puts(to, say(t, "; nặng nhất: ", "; the worst: "));
    subject_of_part(to, t, &t->parts[0]);
}

static bool told_above(const struct letter_text *t, size_t k)
{
    for (size_t n = 0; n < k; n++)
        if (t->parts[n].about.incident == t->parts[k].about.incident && t->parts[n].about.incident != 0)
            return true;
    return false;
}

static void link_to_all(struct strbuf *to, const struct letter_text *t)
{
    if (t->link[0] != '\0')
        strbuf_printf(to, "%s%s/#/incidents\n", say(t, "Xem: ", "See: "), t->link);
}

/* Of each incident what is worst. */
static void body_of_summary(struct strbuf *to, const struct letter_text *t)
{
    size_t incidents = 0, said = 0;

    for (size_t k = 0; k < t->part_count; k++)
        incidents += !told_above(t, k);
    strbuf_printf(to, say(t, "%u thông báo về %zu sự cố:\n", "%u messages of %zu incidents:\n"),
                  t->letter->about.count, incidents);
    for (size_t k = 0; k < t->part_count && said < SUMMED_MAX; k++) {
        if (told_above(t, k))
            continue;
        strbuf_puts(to, "  - ");
        subject_of_part(to, t, &t->parts[k]);
        strbuf_printf(to, " (%s %" PRIu64 ")\n", say(t, "số", "number"), t->parts[k].about.incident);
        said++;
    }
    if (said < incidents)
        strbuf_printf(to, say(t, "  … và %zu sự cố nữa\n", "  … and %zu more incidents\n"), incidents - said);
    link_to_all(to, t);
}

/* ---- after a break ---- */

static bool is_pressing(const struct incident *i)
{
    return (i->warned | i->passed) != 0 && !i->closed && i->merged_into == 0 && i->member_count > 0 &&
           !incident_all_restored(i);
}

/* The next after that one, by due time; NULL: no more. */
static const struct incident *next_pressing(const struct incident_list *l, const struct incident *before)
{
    const struct wall from =
        before == NULL ? (struct wall){ INT64_MIN } : incident_clock(before, &l->targets).due;
    const struct incident *next = NULL;
    struct wall earliest = { INT64_MAX };

    for (size_t k = 0; k < l->count; k++) {
        const struct incident *i = &l->items[k]->is;
        const struct wall due =
            is_pressing(i) ? incident_clock(i, &l->targets).due : (struct wall){ INT64_MIN };
        if (due.ms < from.ms || (due.ms == from.ms && (before == NULL || i->id <= before->id)))
            continue;
        if (due.ms < earliest.ms) {
            earliest = due;
            next = i;
        }
    }
    return next;
}

/* The digest has no names of them.  Who is not told of all does not hear of another supplier's. */
static void most_pressing(struct strbuf *to, const struct letter_text *t)
{
    const struct incident_list *l = t->incidents;
    const struct incident *i = NULL;

    if (l == NULL || (!t->of_all && l->catalogue->supplier_count > 1))
        return;
    for (size_t n = 0; n < PRESSING_MAX && (i = next_pressing(l, i)) != NULL; n++) {
        if (n == 0)
            strbuf_puts(to, say(t, "Chưa khôi phục, đã qua mốc nhắc, hạn sớm nhất trước:\n",
                                "Not restored, warnings passed, the first that is due first:\n"));
        strbuf_puts(to, i->drill ? say(t, "  - [DIỄN TẬP] ", "  - [DRILL] ") : "  - ");
        what(to, t, i);
        strbuf_puts(to, " – ");
        places(to, t, i);
        strbuf_printf(to, " (%s %" PRIu64 "), %s", say(t, "số", "number"), i->id, say(t, "hạn ", "due "));
        clock_time(to, incident_clock(i, &l->targets).due);
        strbuf_putc(to, '\n');
    }
}

void letter_subject(struct strbuf *to, const struct letter_text *t)
{
    const struct incident *i = incident_of(t);

    head(to, t);
    if (t->letter->about.kind == OUT_SUMMARY) {
        subject_of_summary(to, t);
    } else if (i != NULL) {
        what(to, t, i);
        strbuf_puts(to, " – ");
        places(to, t, i);
    } else if (t->letter->about.incident != 0) {
        strbuf_printf(to, "%s %" PRIu64, say(t, "sự cố số", "incident"), t->letter->about.incident);
    } else {
        strbuf_printf(to, say(t, "%u sự cố", "%u incidents"), t->letter->about.count);
    }
}

void letter_body(struct strbuf *to, const struct letter_text *t)
{
    const struct outgoing *o = &t->letter->about;
    const struct incident *i = incident_of(t);

    if (o->incident != 0)
        strbuf_printf(to, "%s %" PRIu64 "\n", say(t, "Sự cố số", "Incident"), o->incident);
    what_more(to, t, i);
    if (o->kind == OUT_SUMMARY)
        body_of_summary(to, t);
    if (o->kind == OUT_DIGEST) {
        most_pressing(to, t);
        link_to_all(to, t);
    }
    if (i != NULL)
        of_incident(to, t, i);
    else if (o->incident != 0)
        due_line(to, t, o->due, o->legal);
    if (t->link[0] != '\0' && o->incident != 0)
        strbuf_printf(to, "%s%s/#/incidents/%" PRIu64 "\n", say(t, "Xem: ", "See: "), t->link, o->incident);
    if (t->pass[0] != '\0')
        strbuf_printf(to, "%s%s\n",
                      say(t, "Nhận việc, không cần đăng nhập: ", "Take it, without signing in: "), t->pass);
    strbuf_puts(to, say(t, "Lập lúc: ", "Written: "));
    clock_time(to, o->at);
    strbuf_putc(to, '\n');
}

/* ---- in few words ---- */

enum { WITH_WHAT = 1, WITH_PLACES = 2, WITH_VALUE = 4, WITH_SINCE = 8, WITH_LINK = 16 };

static void short_time(struct strbuf *to, struct wall at)
{
    int64_t minute = (at.ms - wall_local_midnight(at).ms) / CLOCK_MINUTE_MS;
    int year, month, day;

    wall_local_date(at, &year, &month, &day);
    strbuf_printf(to, "%02d:%02d %02d/%02d", (int)(minute / 60), (int)(minute % 60), day, month);
}

static void one_value(struct strbuf *to, const struct letter_text *t, const struct incident *i)
{
    for (size_t k = 0; t->alarms != NULL && k < i->member_count; k++)
        for (size_t n = 0; n < t->alarms->count && i->members[k].point != 0; n++)
            if (t->alarms->items[n].point == i->members[k].point && alarm_is_live(&t->alarms->items[n])) {
                value_words(to, t, &t->alarms->items[n], true);
                return;
            }
}

static void short_incident(struct strbuf *to, const struct letter_text *t, const struct incident *i,
                           unsigned with)
{
    struct incident_clock c = incident_clock(i, &t->incidents->targets);

    if ((with & WITH_WHAT) != 0) {
        what(to, t, i);
        strbuf_puts(to, ", ");
    }
    if ((with & WITH_PLACES) != 0)
        places(to, t, i);
    else
        strbuf_puts(to, place_name(t->incidents->catalogue, &i->members[0]));
    strbuf_putc(to, '.');
    if (t->letter->about.kind == OUT_LARGE_EFFECT) {
        strbuf_putc(to, ' ');
        effect_words(to, t, i, true);
        strbuf_putc(to, '.');
    }
    if ((with & WITH_VALUE) != 0) {
        burst(to, t, i, true);
        one_value(to, t, i);
    }
    if ((with & WITH_SINCE) != 0) {
        strbuf_puts(to, say(t, " Từ ", " Since "));
        short_time(to, c.start);
        strbuf_putc(to, '.');
    }
    strbuf_puts(to, say(t, " Hạn ", " Due "));
    short_time(to, c.due);
    strbuf_puts(to, c.legal ? "." : say(t, " (nội bộ).", " (target)."));
}

static bool may_be_answered(const struct letter_text *t)
{
    return t->answers && t->letter->about.incident != 0 && !t->letter->about.over;
}

static void in_words(struct strbuf *to, const struct letter_text *t, unsigned with);

static void short_summary(struct strbuf *to, const struct letter_text *t, unsigned with)
{
    struct letter_text worst = *t;

    strbuf_printf(to, say(t, ": %u thông báo.", ": %u messages."), t->letter->about.count);
    if (t->part_count == 0)
        return;
    strbuf_puts(to, say(t, " Nặng nhất: ", " The worst: "));
    worst.letter = &t->parts[0];
    worst.part_count = 0;
    in_words(to, &worst, with);
    restored_words(to, t, &t->parts[0].about);
}

static void in_words(struct strbuf *to, const struct letter_text *t, unsigned with)
{
    const struct outgoing *o = &t->letter->about;
    const struct incident *i = incident_of(t);

    if (o->drill)
        strbuf_puts(to, say(t, "DIỄN TẬP ", "DRILL "));
    kind_words(to, t);
    if (o->incident != 0)
        strbuf_printf(to, " %s%" PRIu64 ": ", say(t, "SC", "#"), o->incident);
    if (i != NULL && i->member_count > 0) {
        short_incident(to, t, i, with);
    } else if (o->incident != 0) {
        strbuf_puts(to, say(t, "hạn ", "due "));
        short_time(to, o->due);
        strbuf_putc(to, '.');
    } else if (o->kind == OUT_SUMMARY) {
        short_summary(to, t, with);
    } else {
        strbuf_printf(to, say(t, ": %u sự cố.", ": %u incidents."), o->count);
    }
    if (may_be_answered(t))
        strbuf_printf(to, say(t, " Trả lời: NHAN %" PRIu64, " Answer: NHAN %" PRIu64), o->incident);
    if ((with & WITH_LINK) != 0)
        strbuf_printf(to, " %s", t->pass); /* nothing stands behind it: telephones cut links out themselves */
}

static bool put_if_it_fits(struct strbuf *to, struct strbuf *words, const struct letter_text *t,
                           const struct sms_room *room, unsigned parts, unsigned with)
{
    strbuf_reset(words);
    in_words(words, t, with);
    if (words->failed || sms_parts(words->text, room->marks) > parts)
        return false;
    sms_put(to, words->text, room);
    return true;
}

void letter_brief(struct strbuf *to, const struct letter_text *t, const struct sms_room *room)
{
    static const unsigned LESS[] = { WITH_WHAT | WITH_PLACES | WITH_VALUE | WITH_SINCE,
                                     WITH_WHAT | WITH_PLACES | WITH_VALUE, WITH_WHAT | WITH_PLACES, WITH_WHAT,
                                     0 };
    unsigned most = room->parts > 1 ? room->parts : 1;
    struct strbuf words;
    bool put = false;

    strbuf_init(&words, to->max);
    for (size_t k = 0; k < COUNT_OF(LESS) && !put && t->pass[0] != '\0'; k++)
        put = put_if_it_fits(to, &words, t, room, most, LESS[k] | WITH_LINK);
    for (unsigned parts = 1; parts <= most && !put; parts = parts == 1 && most > 1 ? most : most + 1)
        for (size_t k = 0; k < COUNT_OF(LESS) && !put; k++)
            put = put_if_it_fits(to, &words, t, room, parts, LESS[k]);
    if (!put && !words.failed)
        sms_put(to, words.text, room); /* cut there */
    to->failed = to->failed || words.failed;
    strbuf_clear(&words);
}

/* ---- a test ---- */

static const char *by_language(const struct letter_test *t, const char *vi, const char *en)
{
    return t->language == CONTACT_EN ? en : vi;
}

static const char *channel_words(const struct letter_test *t)
{
    switch (t->channel) {
    case CHANNEL_EMAIL: return "e-mail";
    case CHANNEL_SMS: return "SMS";
    case CHANNEL_WEBHOOK: return "webhook";
    case CHANNEL_COUNT: break;
    }
    return "?";
}

void letter_test_subject(struct strbuf *to, const struct letter_test *t)
{
    strbuf_printf(to,
                  by_language(t, "[THỬ / TEST] Tin thử kênh %s, không có sự cố nào",
                              "[THỬ / TEST] The channel %s is tried, nothing has happened"),
                  channel_words(t));
}

void letter_test_body(struct strbuf *to, const struct letter_test *t)
{
    strbuf_puts(to,
                by_language(t,
                            "THỬ / TEST: đây là tin thử của hệ thống giám sát cấp nước. Không có sự cố nào, "
                            "không cần làm gì.\n",
                            "THỬ / TEST: a test of the water network's monitoring. Nothing has happened, "
                            "nothing needs to be done.\n"));
    strbuf_printf(to, "%s%s\n", by_language(t, "Kênh: ", "Channel: "), channel_words(t));
    strbuf_printf(to, "%s%s\n", by_language(t, "Người thử: ", "Tried by: "), t->by);
    strbuf_printf(to, "%s%s\n", by_language(t, "Nút: ", "Node: "), t->node);
    strbuf_puts(to, by_language(t, "Lúc: ", "At: "));
    clock_time(to, t->at);
    strbuf_putc(to, '\n');
}

void letter_test_brief(struct strbuf *to, const struct letter_test *t, const struct sms_room *room)
{
    struct strbuf words;

    strbuf_init(&words, to->max);
    strbuf_printf(&words,
                  by_language(t, "THỬ / TEST kênh %s: không có sự cố nào. Nút %s, ",
                              "THU / TEST of %s: nothing has happened. Node %s, "),
                  channel_words(t), t->node);
    short_time(&words, t->at);
    strbuf_putc(&words, '.');
    if (words.failed)
        to->failed = true;
    else
        sms_put(to, words.text, room);
    strbuf_clear(&words);
}
