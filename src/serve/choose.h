/* Which points a question is about: the filters of GET /points, checked and applied. */
#ifndef SERVE_CHOOSE_H
#define SERVE_CHOOSE_H

#include "model/catalogue.h"
#include "model/snapshot.h"
#include "problem.h"

enum {
    CHOOSE_LIMIT_DEFAULT = 500,
    CHOOSE_LIMIT_MAX = 1000,
    CHOOSE_TEXT_MAX = 100,
    CURSOR_MAX = 2 * ID_MAX + 1
};

struct choice {
    const struct visitor *visitor; /* sees what is chosen */
    uint32_t site;                 /* index, UINT32_MAX: any */
    const char *parameter;         /* NULL: any */
    const char *wire;              /* NULL: any */
    bool by_quality;
    enum quality quality;
    char words[CHOOSE_TEXT_MAX + 1]; /* folded; "": any */
    uint32_t first;                  /* where the page starts */
    unsigned limit;
};

/* False: *r is the refusal, naming the parameter. */
bool choose(struct choice *out, const struct catalogue *c, const struct request *q, struct reply *r);
bool chosen(const struct choice *w, const struct catalogue *c, uint32_t point, const char *folded,
            const struct reading *now);
/* A whole number from 1 to max; false: *r is the refusal. */
bool choose_number(const struct request *q, const char *name, unsigned max, enum problem_kind kind,
                   unsigned *out, struct reply *r);
/* Index of the site named by the parameter `site`; UINT32_MAX when it is not given.  False: refused. */
bool choose_site(uint32_t *out, const struct catalogue *c, const struct request *q, struct reply *r);
/* The folded words of the parameter `q`; "" when it is not given.  False: refused. */
bool choose_words(char out[CHOOSE_TEXT_MAX + 1], const struct request *q, struct reply *r);

/* The RFC 3339 time `name` has, `otherwise` when it is not given.  False: refused. */
bool choose_time(const struct request *q, const char *name, struct wall otherwise, struct wall *out,
                 struct reply *r);

/* A span of time to choose from: `from` and `to` as the question says, else the last usual_ms; at most_ms
 * long, or the refusal is too_long. */
struct span_rule {
    int64_t usual_ms, most_ms;
    enum problem_kind too_long;
};

/* False: refused. */
bool choose_span(const struct request *q, const struct span_rule *rule, struct wall *from, struct wall *to,
                 struct reply *r);

/* The cursor that continues after the item with that id. */
void cursor_text(const char *id, char out[CURSOR_MAX]);
bool cursor_parse(const char *text, char id[ID_MAX]);

#endif
