/* Links in letters: the page shows what may be said next of one incident, its form says it.  Nobody is signed
 * in; what the link allows is decided anew each time.  Small, without script. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/html.h"
#include "incidents.h"
#include "problem.h"
#include "routes.h"

#define STYLE                                                                                                \
    "body{font:18px sans-serif;max-width:32em;margin:auto;padding:1em}"                                      \
    "button{display:block;width:100%;margin:.8em 0;padding:1em;font:inherit}"

/* The hash is SHA-256 of STYLE: tests/field/duty.py compares. */
static const char POLICY[] = "default-src 'none'; style-src "
                             "'sha256-TiEEsUF94rPdQjT2s5AHj7BuZkK5gkBFKcLmZmNNp50='; form-action 'self'; "
                             "base-uri 'none'; frame-ancestors 'none'";

static const char *say(bool english, const char *vi, const char *en)
{
    return english ? en : vi;
}

/* ---- what may be said ---- */

static const struct {
    enum step_kind step;
    const char *vi, *en;
} STEPS[] = {
    { STEP_ACKNOWLEDGE, "Tôi nhận xử lý", "I take it" },
    { STEP_ON_SITE, "Tôi đã đến hiện trường", "I am on site" },
    { STEP_BEGIN_REPAIR, "Bắt đầu khắc phục", "The repair begins" },
    { STEP_REPAIRED, "Đã khắc phục xong, chờ xác nhận", "Repaired, to be confirmed" },
};

static struct incident_act act_of(const struct pass *p, enum step_kind step)
{
    struct incident_act a = { .kind = (uint8_t)step, .source = CLOCK_OPERATOR, .incident = p->incident };

    (void)snprintf(a.key, sizeof a.key, "pass-%s-%s", p->key, step_name(step));
    (void)snprintf(a.who, sizeof a.who, "%s", p->who);
    return a;
}

/* By this link. */
static bool was_said(const struct incident *i, const struct pass *p, enum step_kind step)
{
    const struct incident_act a = act_of(p, step);
    const uint64_t key = incident_act_step(&a).key;

    for (size_t n = 0; n < i->fact_count; n++)
        if (i->facts[n].key == key)
            return true;
    return false;
}

static bool is_claimed(const struct incident *i)
{
    for (size_t k = 0; k < i->member_count; k++)
        if (i->members[k].restored.ms == 0 && i->members[k].repaired.ms == 0)
            return false;
    return true;
}

static bool is_next(const struct incident *i, enum step_kind step)
{
    bool there = incident_fact(i, FACT_ON_SITE) != NULL;

    switch (step) {
    case STEP_ACKNOWLEDGE: return i->unacknowledged;
    case STEP_ON_SITE: return !there;
    case STEP_BEGIN_REPAIR: return there && incident_fact(i, FACT_REPAIR_BEGUN) == NULL;
    default: return there && !is_claimed(i);
    }
}

static bool may_say(const struct incident *i, const struct pass *p, enum step_kind step)
{
    return !i->closed && i->merged_into == 0 && !incident_all_restored(i) && is_next(i, step) &&
           !was_said(i, p, step);
}

/* ---- the page ---- */

static void open_page(struct strbuf *b, bool english, uint64_t incident)
{
    char title[64];

    (void)snprintf(title, sizeof title, "%s %" PRIu64, say(english, "Sự cố số", "Incident"), incident);
    strbuf_printf(b, "<!DOCTYPE html>\n<html lang=\"%s\"><head><meta charset=\"utf-8\">",
                  english ? "en" : "vi");
    strbuf_puts(
        b, "<meta name=\"viewport\" content=\"width=device-width\"><meta name=\"robots\" content=\"noindex\">"
           "<style>" STYLE "</style>");
    strbuf_printf(b, "<title>%s</title></head><body>\n", incident == 0 ? "capnuoc" : title);
    if (incident != 0)
        strbuf_printf(b, "<h1>%s</h1>\n", title);
}

static void paragraph(struct strbuf *b, const char *text)
{
    strbuf_puts(b, "<p>");
    html_text(b, text);
    strbuf_puts(b, "</p>\n");
}

static void give(struct reply *r, unsigned status, struct strbuf *b, enum lang lang)
{
    strbuf_puts(b, "</body></html>\n");
    reply_take(r, status, TYPE_HTML, b, lang);
    r->policy = POLICY;
    r->posts_to_itself = true;
}

static void write_buttons(struct strbuf *b, const struct pass *p, const struct incident *i)
{
    bool any = false;

    strbuf_puts(b, "<form method=\"post\">\n");
    for (size_t k = 0; k < COUNT_OF(STEPS); k++) {
        if (!may_say(i, p, STEPS[k].step))
            continue;
        any = true;
        strbuf_printf(b, "<button name=\"step\" value=\"%s\">%s</button>\n", step_name(STEPS[k].step),
                      say(p->english, STEPS[k].vi, STEPS[k].en));
    }
    strbuf_puts(b, "</form>\n");
    if (!any)
        paragraph(b, say(p->english, "Không còn việc gì để báo qua liên kết này.",
                         "There is nothing left to say by this link."));
}

static void write_until(struct strbuf *b, const struct pass *p)
{
    int minute = (int)((p->until.ms - wall_local_midnight(p->until).ms) / CLOCK_MINUTE_MS);
    char text[120];
    int year, month, day;

    wall_local_date(p->until, &year, &month, &day);
    (void)snprintf(text, sizeof text, "%s %02d:%02d %02d/%02d/%04d.",
                   say(p->english, "Liên kết dùng được đến", "The link can be used until"), minute / 60,
                   minute % 60, day, month, year);
    paragraph(b, text);
}

/* word: what to say first; NULL: nothing. */
static void show(struct reply *r, unsigned status, const struct pass *p, const struct incident *i,
                 const char *word)
{
    struct strbuf b;

    strbuf_init(&b, REPLY_BODY_MAX);
    open_page(&b, p->english, p->incident);
    if (i->drill)
        paragraph(&b, say(p->english, "Đây là diễn tập.", "This is a drill."));
    if (word != NULL)
        paragraph(&b, word);
    strbuf_printf(&b, "<p>%s <b>", say(p->english, "Liên kết của", "The link of"));
    html_text(&b, p->name);
    strbuf_puts(&b, "</b></p>\n");
    write_buttons(&b, p, i);
    write_until(&b, p);
    give(r, status, &b, p->english ? LANG_EN : LANG_VI);
}

static void show_word(struct reply *r, unsigned status, enum lang lang, uint64_t incident, const char *word)
{
    struct strbuf b;

    strbuf_init(&b, REPLY_BODY_MAX);
    open_page(&b, lang == LANG_EN, incident);
    paragraph(&b, word);
    give(r, status, &b, lang);
}

/* ---- finding it ---- */

static const struct incident *find(struct face *f, const struct request *q, struct pass *p,
                                   struct incident_list *l, struct reply *r)
{
    const struct passes_port *port = &f->ports.passes;
    const struct incident_copy *c = NULL;

    if (port->find != NULL && port->find(port->self, q->target.segments[1], q->now.wall, p))
        c = incident_list_find(l, p->incident);
    if (c == NULL)
        show_word(r, 404, q->lang, 0,
                  say(q->lang == LANG_EN, "Liên kết này không đúng hoặc đã hết hạn.",
                      "This link is wrong, or its time is over."));
    return c == NULL ? NULL : &c->is;
}

void answer_pass(struct face *f, struct request *q, struct reply *r)
{
    struct incident_list *l = incidents_take(f, q, r);
    const struct incident *i;
    struct pass p;

    if (l == NULL)
        return;
    i = find(f, q, &p, l, r);
    if (i != NULL)
        show(r, 200, &p, i, NULL);
    incident_list_drop(l);
}

/* ---- saying it ---- */

/* "step=on_site", and nothing else. */
static bool step_of(const char *body, enum step_kind *out)
{
    if (strncmp(body, "step=", 5) != 0 || !step_parse(body + 5, out))
        return false;
    for (size_t k = 0; k < COUNT_OF(STEPS); k++)
        if (STEPS[k].step == *out)
            return true;
    return false;
}

/* From the pipeline. */
static void said(struct reply *r, enum lang lang, const struct incident_done *d)
{
    const bool english = lang == LANG_EN;
    char word[300];

    if (d->code == ERR_NONE && d->is != NULL) {
        for (size_t k = 0; k < COUNT_OF(STEPS); k++)
            if (STEPS[k].step == (enum step_kind)d->kind)
                (void)snprintf(word, sizeof word, "%s: %s.", say(english, "Đã ghi", "Recorded"),
                               say(english, STEPS[k].vi, STEPS[k].en));
        show_word(r, 200, lang, d->is->id, word);
    } else if (d->code == ERR_STATE && d->refusal != REFUSED_NOTHING) {
        (void)snprintf(word, sizeof word, "%s: %s.", say(english, "Không ghi", "Not recorded"),
                       say(english, refusal_sentence_vi(d->refusal), refusal_sentence(d->refusal)));
        show_word(r, 409, lang, 0, word);
    } else {
        show_word(r, d->code == ERR_MISSING ? 404 : 503, lang, 0,
                  say(english, "Chưa ghi được. Xin thử lại.", "It could not be recorded. Please try again."));
    }
}

static void put(struct face *f, const struct request *q, const struct pass *p, enum step_kind step,
                struct incident_list *l, struct reply *r)
{
    const struct incident_act a = act_of(p, step);
    struct actor by = { .kind = ACTOR_CONTACT };

    (void)snprintf(by.name, sizeof by.name, "%s", p->who);
    peer_text(&q->peer, by.address);
    r->question = question_incident(f->questions, &f->ports.incidents, &a, &by, incident_list_hold(l),
                                    p->english ? LANG_EN : LANG_VI);
    if (r->question == NULL) {
        problem(r, q->lang, PROBLEM_NO_MEMORY, NULL, NULL);
        return;
    }
    question_incident_as(r->question, said);
    r->kind = REPLY_LATER;
}

void answer_pass_act(struct face *f, struct request *q, struct reply *r)
{
    struct incident_list *l = incidents_take(f, q, r);
    const struct incident *i;
    enum step_kind step;
    struct pass p;

    if (l == NULL)
        return;
    i = find(f, q, &p, l, r);
    if (i != NULL && !step_of(q->body, &step))
        show(r, 400, &p, i, say(p.english, "Yêu cầu không hợp lệ.", "That is no request."));
    else if (i != NULL && !may_say(i, &p, step))
        show(r, 409, &p, i,
             say(p.english, "Việc này đã được ghi rồi, hoặc chưa đến lúc.",
                 "That was said already, or is not its turn."));
    else if (i != NULL)
        put(f, q, &p, step, l, r);
    incident_list_drop(l);
}
