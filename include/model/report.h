/* Reports of a period: what is asked for, what they are made of, what was issued. */
#ifndef MODEL_REPORT_H
#define MODEL_REPORT_H

#include "model/audit.h"
#include "model/catalogue.h"
#include "model/incident.h"
#include "model/world.h"

enum report_kind { REPORT_INCIDENTS, REPORT_WATER_QUALITY, REPORT_KIND_COUNT };
enum report_format { REPORT_JSON, REPORT_CSV, REPORT_HTML, REPORT_FORMAT_COUNT };
extern const char *const REPORT_KINDS[], *const REPORT_FORMATS[]; /* NULL-terminated: the words of the API */

/* False: it is none of them. */
bool report_kind_parse(const char *word, enum report_kind *out);
bool report_format_parse(const char *word, enum report_format *out);

enum {
    REPORT_DAYS_MAX = 400,
    REPORT_INCIDENTS_MAX = 4000,
    REPORT_MEMBERS_MAX = 20000,
    REPORT_FACTS_MAX = 60000,
    REPORT_DUTIES_MAX = REPORT_INCIDENTS_MAX * DUTY_COUNT,
    REPORT_PLACES_MAX = 5000,
    REPORT_NODES_MAX = 64,
    REPORT_OTHERS_MAX = 5000, /* points of other nodes */
    REPORT_PAGE_MAX = 200,
    REPORT_BYTES_MAX = 16 * 1024 * 1024, /* of one text; capnuoc.report holds no more */
    REPORT_ID_MAX = 128
};

/* What one that is under way takes at most: its texts, its rows, and what the database answered. */
#define REPORTS_MEMORY ((size_t)5 * REPORT_BYTES_MAX)

enum report_verb { REPORT_PREVIEW, REPORT_ISSUE, REPORT_LIST, REPORT_FETCH };

struct report_ask {
    enum report_verb verb;
    enum report_kind kind;     /* REPORT_KIND_COUNT: any, of a list */
    int32_t from, to;          /* local days, both included */
    char supplier[ID_MAX];     /* "": the whole; of list and fetch: that one's only */
    enum report_format format; /* of preview and fetch */
    char id[REPORT_ID_MAX];    /* of fetch */
    struct actor by;           /* of issue */
    struct wall now;
    unsigned limit;                /* of list: 1 to REPORT_PAGE_MAX */
    struct wall before;            /* older ones only; .ms INT64_MAX: from the newest */
    char before_id[REPORT_ID_MAX]; /* of those of that instant, those before it */
};

/* What stands beside an issued report's texts. */
struct report_item {
    char id[REPORT_ID_MAX];
    enum report_kind kind;
    int32_t from, to;
    char supplier[ID_MAX];
    unsigned version;
    char node[ID_MAX];
    struct wall issued;
    char by[AUDIT_ACTOR_MAX];
    struct audit_head head; /* of that node's record of acts when it was made */
    struct seal_hash hash[REPORT_FORMAT_COUNT];
    size_t size[REPORT_FORMAT_COUNT];
};

/* "incidents-20260701-20260930-v1", "water-quality-20260701-20260731-lai-chau-v2": of kind, period, supplier
 * and version. */
void report_id(struct report_item *i);

/* ---- what they are made of: rows of the database ---- */

struct report_member {
    uint32_t incident;       /* index */
    struct member is;        /* what on time and repaired hang on; no point, no texts */
    uint32_t supplier, area; /* index in places; NO_INDEX: not known */
};

struct report_fact {
    uint32_t incident;
    uint8_t kind, detail, code;
    struct wall claimed;
    char *note; /* why, of a class that was given; NULL: nobody said */
};

struct report_duty {
    uint32_t incident;
    uint8_t duty; /* enum duty_kind */
    bool waived;
    struct wall due, done; /* done.ms 0: not */
};

struct report_incident {
    char node[ID_MAX];
    uint64_t id;
    struct wall opened, start, due, large_since;
    int64_t limit_ms, people;
    bool legal, closed;
    uint8_t class, state, controllability;
};

enum report_place_kind { PLACE_SUPPLIER, PLACE_AREA };

struct report_place {
    uint8_t kind;
    char id[ID_MAX], name[NAME_MAX_BYTES];
};

/* Everything that node recorded before `seen` is in the database; .ms 0: not told. */
struct report_node {
    char id[ID_MAX];
    struct wall seen;
};

/* Of whole local days of one point; what its days have no number for is NaN. */
struct report_water {
    int64_t days; /* of which anything is known */
    double sum, least, most;
    int64_t good_ms, uncertain_ms, within_ms, outside_ms, unjudged_ms;
    int64_t waiting_hours; /* not made into days yet */
    int64_t units;         /* it had in that time: with more than one its numbers do not add up */
};

/* A point of another node, as the database has it: that keeps neither where its water is taken nor whether it
 * is in commissioning. */
struct report_other {
    char node[ID_MAX], id[ID_MAX], name[NAME_MAX_BYTES], site[ID_MAX], site_name[NAME_MAX_BYTES];
    char parameter[ID_MAX], unit[UNIT_MAX];
    bool manual;
    struct report_water water;
};

struct report_rows {
    struct report_incident *incidents;
    size_t incident_count;
    struct report_member *members; /* of one incident after the other, likewise the next two */
    size_t member_count;
    struct report_fact *facts;
    size_t fact_count;
    struct report_duty *duties;
    size_t duty_count;
    struct report_place *places;
    size_t place_count;
    struct report_node nodes[REPORT_NODES_MAX];
    size_t node_count;
    struct report_water *water; /* in the order in which the points were asked for */
    size_t water_count;
    struct report_other *others; /* of regulated parameters; first those that were judged in the period */
    size_t other_count, judged_others;
    int64_t drills;
};

void report_rows_clear(struct report_rows *r);

#endif
