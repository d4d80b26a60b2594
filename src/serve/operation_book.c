/* The operation book (sổ vận hành) of a site or a system, which TT 23/2022/TT-BNNPTNT, Art. 12, wants: what
 * was done or seen, made from the facts.  The page is Vietnamese, as the office is that reads it; JSON and
 * CSV have the words of the API. */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/csv.h"
#include "base/html.h"
#include "choose.h"
#include "incidents.h"
#include "model/incident_words.h"
#include "model/mode.h"
#include "person.h"
#include "problem.h"
#include "question.h"
#include "routes.h"
#include "sees.h"

static const struct span_rule SPAN = { 31LL * CLOCK_DAY_MS, 366LL * CLOCK_DAY_MS, PROBLEM_VALUE_BOOK_SPAN };

/* ------------------------------------------------------------------ words */

static const char *kind_name(const struct book_line *l)
{
    static const char *const NAMES[] = { "incident", "service", "meter_exchange", "mode_began",
                                         "mode_ended" };

    return NAMES[l->kind - BOOK_FACT];
}

static const char *word_name(const struct book_line *l)
{
    if (l->kind == BOOK_FACT)
        return fact_name(l->word);
    return l->kind == BOOK_MODE || l->kind == BOOK_MODE_END ? MODE_KINDS[l->word] : NULL;
}

static struct fact fact_of(const struct book_line *l)
{
    return (struct fact){ .kind = l->word, .detail = l->detail, .code = l->code };
}

static const char *detail_name(const struct book_line *l)
{
    const struct fact f = fact_of(l);

    return l->kind == BOOK_FACT ? incident_fact_detail(&f) : NULL;
}

/* What a later version wrote has no word here. */
static bool has_words(const struct book_line *l)
{
    if (l->kind < BOOK_FACT || l->kind >= BOOK_KIND_END)
        return false;
    if (l->kind == BOOK_FACT)
        return l->word < FACT_COUNT;
    return (l->kind != BOOK_MODE && l->kind != BOOK_MODE_END) || l->word < MODE_COUNT;
}

static const char *mode_vi(unsigned kind)
{
    static const char *const WORDS[] = { "hiệu chuẩn",          "bảo trì",  "ngừng sử dụng",
                                         "cấp nước luân phiên", "diễn tập", "rửa lọc" };
    _Static_assert(COUNT_OF(WORDS) == MODE_COUNT, "each kind of mode has its words");
    return WORDS[kind];
}

/* What happened, in words. */
static void write_what_vi(struct strbuf *b, const struct book_line *l)
{
    const struct fact f = fact_of(l);
    const char *more;

    switch (l->kind) {
    case BOOK_FACT:
        more = incident_fact_detail_vi(&f);
        strbuf_puts(b, "Sự cố số ");
        html_text(b, l->subject);
        strbuf_printf(b, "%s: %s", l->drill ? " (diễn tập)" : "", incident_fact_vi(l->word));
        strbuf_puts(b, more[0] != '\0' ? " - " : "");
        html_text(b, more);
        return;
    case BOOK_SERVICE: strbuf_printf(b, "Bảo dưỡng, số đếm %g: ", l->value); break;
    case BOOK_EXCHANGE: strbuf_printf(b, "Thay đồng hồ, số cuối %g, số đầu %g: ", l->value, l->other); break;
    default: strbuf_printf(b, "%s %s: ", l->kind == BOOK_MODE ? "Bắt đầu" : "Hết", mode_vi(l->word));
    }
    html_text(b, l->subject);
}

/* ------------------------------------------------------------------ out */

static void write_json(struct strbuf *b, const struct incident_past_question *q,
                       const struct incident_past *p)
{
    struct json_out j;

    json_out_init(&j, b);
    json_open_object(&j);
    json_member_time(&j, "from", q->ask.from);
    json_member_time(&j, "to", q->ask.to);
    json_member_words(&j, "site", q->ask.site);
    json_member_words(&j, "system", q->ask.system);
    json_member_bool(&j, "complete", !p->more);
    json_key(&j, "items");
    json_open_array(&j);
    for (size_t i = 0; i < p->line_count; i++) {
        const struct book_line *l = &p->lines[i];
        if (!has_words(l))
            continue;
        json_open_object(&j);
        json_member_time(&j, "at", l->at);
        json_member_time(&j, "recorded_at", l->recorded);
        json_member_text(&j, "kind", kind_name(l));
        json_member_text(&j, "word", word_name(l));
        json_member_text(&j, "node", l->node);
        json_member_text(&j, "subject", l->subject);
        json_member_words(&j, "place", l->place);
        json_member_bool(&j, "drill", l->drill);
        json_member_number(&j, "value", l->value);
        json_member_number(&j, "new_value", l->other);
        json_member_words(&j, "who", l->who);
        json_member_words(&j, "note", l->note);
        json_member_text(&j, "detail", detail_name(l));
        json_close_object(&j);
    }
    json_close_array(&j);
    json_close_object(&j);
}

static void write_csv(struct strbuf *b, const struct incident_past *p)
{
    strbuf_puts(b, "at,recorded_at,kind,word,node,subject,place,drill,value,new_value,who,note,detail\r\n");
    for (size_t i = 0; i < p->line_count; i++) {
        const struct book_line *l = &p->lines[i];
        if (!has_words(l))
            continue;
        csv_time(b, l->at);
        strbuf_putc(b, ',');
        csv_time(b, l->recorded);
        strbuf_printf(b, ",%s,%s,", kind_name(l), word_name(l) == NULL ? "" : word_name(l));
        csv_text(b, l->node);
        strbuf_putc(b, ',');
        csv_text(b, l->subject);
        strbuf_putc(b, ',');
        csv_text(b, l->place);
        strbuf_puts(b, l->drill ? ",true," : ",false,");
        csv_number(b, l->value);
        strbuf_putc(b, ',');
        csv_number(b, l->other);
        strbuf_putc(b, ',');
        csv_text(b, l->who);
        strbuf_putc(b, ',');
        csv_text(b, l->note);
        strbuf_printf(b, ",%s\r\n", detail_name(l) == NULL ? "" : detail_name(l));
    }
    if (p->more) /* a row of its own: a spreadsheet shows it */
        strbuf_printf(b, ",,cut,,,,,,,,,\"only the first %d lines: ask for a shorter span\",\r\n",
                      BOOK_LINES_MAX);
}

static void write_html(struct strbuf *b, const struct incident_past_question *q,
                       const struct incident_past *p, const struct catalogue *c)
{
    const struct site *s = q->ask.site[0] == '\0' ? NULL : catalogue_site(c, q->ask.site);
    const struct system *system = q->ask.site[0] == '\0' ? catalogue_system(c, q->ask.system) : NULL;
    const char *name = s != NULL ? s->name : system != NULL ? system->name : q->ask.site;
    size_t n = 0;

    record_head(b, "Sổ vận hành");
    strbuf_puts(b, "<h1>SỔ VẬN HÀNH</h1>\n<p>Công trình cấp nước: ");
    html_text(b, name);
    strbuf_puts(b, "</p>\n<p>Từ ");
    record_time(b, q->ask.from);
    strbuf_puts(b, " đến trước ");
    record_time(b, q->ask.to);
    strbuf_puts(b, "</p>\n");
    if (p->more)
        strbuf_printf(
            b, "<p><b>Chỉ có %d dòng đầu của khoảng thời gian này: hãy chọn khoảng ngắn hơn.</b></p>\n",
            BOOK_LINES_MAX);
    strbuf_puts(b, "<table class=\"lines\"><thead><tr><th>STT</th><th>Thời điểm</th><th>Nơi</th><th>Việc</th>"
                   "<th>Nội dung</th><th>Người báo</th></tr></thead>\n");
    for (size_t i = 0; i < p->line_count; i++) {
        const struct book_line *l = &p->lines[i];
        if (!has_words(l))
            continue;
        strbuf_printf(b, "<tr><td>%zu</td><td>", ++n);
        record_time(b, l->at);
        strbuf_puts(b, "</td><td>");
        html_text(b, l->place);
        strbuf_puts(b, "</td><td>");
        write_what_vi(b, l);
        strbuf_puts(b, "</td><td>");
        html_text(b, l->note);
        strbuf_puts(b, "</td><td>");
        if (l->who[0] == '\0')
            strbuf_puts(b, "giám sát từ xa");
        else
            person_html(b, q->doors, l->who);
        strbuf_puts(b, "</td></tr>\n");
    }
    strbuf_puts(b,
                n == 0 ? "</table>\n<p>Không có việc nào được ghi trong thời gian này.</p>\n" : "</table>\n");
    strbuf_puts(
        b, "<p>Sổ lập từ các sự kiện đã ghi nhận./.</p>\n<table class=\"top\"><tr><td><b>NGƯỜI LẬP SỔ</b><br>"
           "<i>(ký, ghi rõ họ tên)</i></td><td><b>ĐẠI DIỆN ĐƠN VỊ</b><br><i>(ký, ghi rõ họ tên)</i></td></tr>"
           "</table>\n</body></html>\n");
}

void operation_book_reply(struct reply *r, enum lang lang, const struct incident_past_question *q,
                          const struct incident_past *p, const struct catalogue *c)
{
    const char *place = q->ask.site[0] != '\0' ? q->ask.site : q->ask.system;
    struct strbuf b;

    strbuf_init(&b, REPLY_BODY_MAX);
    if (q->shape == PAST_BOOK_CSV)
        write_csv(&b, p);
    else if (q->shape == PAST_BOOK_HTML)
        write_html(&b, q, p, c);
    else
        write_json(&b, q, p);
    reply_take(r, 200,
               q->shape == PAST_BOOK_CSV    ? TYPE_CSV
               : q->shape == PAST_BOOK_HTML ? TYPE_HTML
                                            : TYPE_JSON,
               &b, lang);
    if (r->status == 200 && q->shape == PAST_BOOK_HTML) /* ids are words of a-z, 0-9, '.', '_' and '-' */
        reply_to_print(r, "so-van-hanh-%s.html", place);
    else if (r->status == 200 && q->shape == PAST_BOOK_CSV)
        (void)snprintf(r->disposition, sizeof r->disposition, "attachment; filename=\"so-van-hanh-%s.csv\"",
                       place);
}

/* ------------------------------------------------------------------ in */

static bool shape_of(const struct request *q, enum incident_past_shape *out, struct reply *r)
{
    const char *format = target_value(&q->target, "format");

    *out = PAST_BOOK;
    if (format == NULL || strcmp(format, "json") == 0)
        return true;
    *out = strcmp(format, "csv") == 0 ? PAST_BOOK_CSV : PAST_BOOK_HTML;
    if (*out == PAST_BOOK_CSV || strcmp(format, "html") == 0)
        return true;
    problem_word(r, q->lang, "format", REPORT_FORMATS);
    return false;
}

/* One of the two, and one that they see. */
static bool place_of(const struct request *q, const struct catalogue *c, struct incident_past_ask *ask,
                     struct reply *r)
{
    const char *system = target_value(&q->target, "system");
    const struct system *seen = system == NULL ? NULL : catalogue_system(c, system);
    uint32_t site;

    if (!choose_site(&site, c, q, r))
        return false;
    if (site != UINT32_MAX)
        (void)snprintf(ask->site, sizeof ask->site, "%s", c->sites[site].id);
    if (seen != NULL && visitor_sees_system(&q->visitor, c, seen))
        (void)snprintf(ask->system, sizeof ask->system, "%s", seen->id);
    if ((system != NULL) == (ask->system[0] != '\0') && (site != UINT32_MAX) != (system != NULL))
        return true;
    problem(r, q->lang, PROBLEM_VALUE_BOOK, system != NULL ? "system" : "site", NULL);
    return false;
}

void answer_operation_book(struct face *f, struct request *q, struct reply *r)
{
    struct catalogue *c = face_catalogue(f, NULL, target_value(&q->target, "site"));
    struct incident_past_question past = { .ask = { .book = true, .class = -1 }, .now = q->now.wall };

    if (shape_of(q, &past.shape, r) && place_of(q, c, &past.ask, r) &&
        choose_span(q, &SPAN, &past.ask.from, &past.ask.to, r))
        put_incident_past(f, q, &past, c, r);
    catalogue_drop(c);
}
