/* Incidents as JSON, and who sees them. */
#ifndef SERVE_INCIDENTS_H
#define SERVE_INCIDENTS_H

#include "base/json.h"
#include "face.h"
#include "incident_past.h"
#include "model/incident_list.h"
#include "model/incident_words.h"
#include "reply.h"
#include "request.h"

/* In a list: what it is, by when; else with members, facts, duties and ties too. */
enum incident_extent { INCIDENT_BRIEF, INCIDENT_WHOLE };

void incident_json(struct json_out *j, const struct incident *i, const struct incident_list *l,
                   enum incident_extent extent, struct wall now);
/* All that is in it is theirs to see; what became part of another is seen with that. */
bool sees_incident(const struct visitor *v, const struct incident_list *l, const struct incident *i);
/* The field must be one of those words. */
void problem_incident_word(struct reply *r, enum lang lang, const char *field, enum incident_words of);
/* The list, held; NULL: *r is the refusal. */
struct incident_list *incidents_take(struct face *f, const struct request *q, struct reply *r);
/* The one in the path; NULL: none, or not theirs to see. */
const struct incident *incident_asked_for(const struct request *q, const struct incident_list *l);
/* A number as the API writes it: 1 ... 2^63-1. */
bool incident_id_parse(const char *text, uint64_t *out);
/* Of an incident of this node: its name may stand in front. */
bool incident_own_parse(const char *text, const struct catalogue *c, uint64_t *out);

/* The answer to who did something about one. */
struct incident_done {
    enum err code;
    enum refusal refusal;
    bool known;
    uint8_t kind; /* enum step_kind: what was done */
    const struct fault *why;
    const struct incident *is;
    const struct incident_list *list;
    struct wall now;
};
void incident_reply(struct reply *r, enum lang lang, const struct incident_done *d);

/* One of them as an answer: whole, and its written record; what became of its messages. */
void incident_whole_reply(struct reply *r, enum lang lang, unsigned status, const struct incident *i,
                          const struct incident_list *l, struct wall now);
void incident_record_reply(struct reply *r, enum lang lang, const struct incident *i,
                           const struct incident_list *l, struct wall now, const struct doors_port *doors);
/* Of paper: the head of a page, and what stands on it. */
void record_head(struct strbuf *b, const char *title);
void record_time(struct strbuf *b, struct wall at);
const char *incident_fact_vi(enum fact_kind k);
/* Which class, cause, measure, finder or duty, or what was said of a large effect. */
const char *incident_fact_detail_vi(const struct fact *f); /* "": it has none */
const char *incident_fact_detail(const struct fact *f);    /* the word of the API; NULL: it has none */
void letters_reply(struct reply *r, enum lang lang, const struct letter *list, size_t n);

/* Puts the question, as who asks. */
void put_incident_past(struct face *f, const struct request *q, struct incident_past_question *past,
                       struct catalogue *c, struct reply *r);
/* Does it ask for a span, which the database has? */
bool incidents_of_past(const struct request *q);
/* "1024", or "far-valley:1024" of another node: node stays "" where it is ours.  False: neither. */
bool incident_ref_of(const struct request *q, const struct catalogue *c, struct incident_past_ask *ask);
/* What is handed over to another node, or was: as who asks. */
struct handed_ask;
void put_handed(struct face *f, const struct request *q, struct handed_ask *ask, struct reply *r);
/* All that is known of places and points, of other nodes too; held. */
struct catalogue *incident_places(struct face *f, const struct incident_past_ask *ask,
                                  const struct incident_list *l);
/* Answered later, from the database: a span; the one in the path, which the book has not. */
void answer_past_incidents(struct face *f, const struct request *q, const struct incident_list *l,
                           struct reply *r);
void answer_past_incident(struct face *f, const struct request *q, const struct incident_list *l,
                          enum incident_past_shape shape, struct reply *r);

#endif
