/* What the readers of one plant file share. */
#ifndef LOADING_H
#define LOADING_H

#include "acquire/field.h"
#include "conf/seen.h"
#include "field_rows.h"

struct loading {
    struct catalogue *catalogue;
    struct field *field;
    const struct profiles *profiles; /* NULL: none */
    struct conf_mistakes *mistakes;
};

/* What a point says of its quantity. */
struct measure {
    const char *parameter, *unit, *unit_as; /* ids; "" when not given */
};

struct field_seen *field_seen_new(void); /* NULL: no memory */
void field_seen_free(struct field_seen *s);
/* After the last file: points that other points speak of.  NULL is fine. */
MUST_USE enum err field_seen_finish(struct field_seen *s, struct conf_mistakes *m);

MUST_USE enum err load_wires(struct loading *l, const struct conf_node *list);

/* The list under `forbidden`, NULL: none. */
void load_forbidden(const struct conf_node *list, struct forbidden out[FORBIDDEN_MAX], size_t *count,
                    struct conf_mistakes *m);

/* Reads row->states, when it is given, into row->state.  Lists of a profile outlive its file so. */
bool load_states(struct point_row *row, struct conf_mistakes *m);

/* What can be wrong with one point by itself; n is where it stands.  True when nothing is. */
bool check_point(const struct conf_node *n, const struct point_row *row, int64_t max_registers,
                 struct conf_mistakes *m);

/* What can be wrong with its points together, nodes[i] being where d->tags[i] stands, and with its period.
 * Gives the share of the wire's time that it needs.  ERR_MEMORY. */
MUST_USE enum err check_device(const struct conf_node *n, const struct wire_settings *w,
                               const struct device *d, const struct conf_node *const *nodes, double *share,
                               struct conf_mistakes *m);
/* And with the devices of a wire together. */
void check_load(const struct conf_node *n, const struct wire_settings *w, double share,
                struct conf_mistakes *m);

/* Points that people read: the list under `manual`, NULL: none. */
MUST_USE enum err load_manual(struct loading *l, const struct conf_node *list);
void print_manual(const struct catalogue *c, struct strbuf *to);

/* Points that are counted of others: the list under `counted`, NULL: none. */
MUST_USE enum err load_counted(struct loading *l, const struct conf_node *list);
void print_counted(const struct catalogue *c, struct strbuf *to);

/* A condition of that point, written under that key of n, a literal; what it speaks of may stand in any file
 * and is found after the last.  ERR_MEMORY. */
MUST_USE enum err keep_condition(struct loading *l, const struct conf_node *n, uint32_t point,
                                 const char *key, const char *text);

/* One more point of the catalogue, known by id and key; ERR_FULL is reported. */
MUST_USE enum err add_point(struct loading *l, const struct conf_node *n, const struct point *p,
                            uint32_t *index);
/* False, and reported, when the point's id stands twice. */
bool point_once(struct loading *l, const struct conf_node *n, const char *id);
uint32_t site_index(struct loading *l, const struct conf_node *n, const char *id);
/* Parameter and unit exist and fit each other; an empty unit_as is the unit. */
bool check_measure(const struct conf_node *n, const struct measure *x, struct conf_mistakes *m);

/* How the wire is reached: exactly one way, and a possible one. */
void load_way(const struct conf_node *n, const struct wire_row *row, struct wire_settings *w,
              struct conf_mistakes *m);

enum { ENDPOINT_MAX = 160 };

struct endpoints_seen {
    struct conf_seen seen;
    char (*text)[ENDPOINT_MAX]; /* one per wire: what seen borrows */
};

/* No two wires end in one place.  ERR_MEMORY. */
MUST_USE enum err check_endpoint(struct endpoints_seen *e, const struct conf_node *n,
                                 const struct wire_settings *w, struct conf_mistakes *m);
/* What unit numbers mean depends on the frames. */
void check_unit(const struct conf_node *n, const struct wire_settings *w, int64_t unit,
                struct conf_mistakes *m);
/* "host:port", "[v6]:port"; gives out. */
const char *host_and_port(const char *host, const char *port, char *out, size_t size);
void print_way(const struct wire_settings *w, struct strbuf *to); /* the sections of a wire, after its rows */

void print_wire(const struct catalogue *c, const struct wire_settings *w, struct strbuf *to);

#endif
