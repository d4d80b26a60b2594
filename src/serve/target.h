/* The request target, split and decoded by our own strict rules: "/api/v1/points?site=nmn".  Pure. */
#ifndef SERVE_TARGET_H
#define SERVE_TARGET_H

#include <stddef.h>

enum { TARGET_BYTES_MAX = 2048, TARGET_SEGMENTS_MAX = 8, TARGET_PARAMETERS_MAX = 12, TARGET_PATH_MAX = 128 };

enum target_fault {
    TARGET_FINE,
    TARGET_TOO_LONG,
    TARGET_MALFORMED, /* no leading '/', a broken or forbidden escape (%00 and other controls), not UTF-8 */
    TARGET_TOO_DEEP,  /* more segments than any path here has */
    TARGET_TOO_MANY   /* parameters */
};

struct parameter {
    const char *name, *value;
};

/* Names, values and segments point into `text`: a target stays where it was parsed. */
struct target {
    enum target_fault fault;
    char path[TARGET_PATH_MAX]; /* as sent, without the query; "" when longer */
    const char *segments[TARGET_SEGMENTS_MAX];
    size_t segment_count;
    struct parameter parameters[TARGET_PARAMETERS_MAX];
    size_t parameter_count;
    char text[TARGET_BYTES_MAX + 1];
};

/* Fills *out, also when it is refused.  A '+' in the query is a space. */
enum target_fault target_parse(struct target *out, const char *raw);
/* The value of a parameter, NULL when it is not there. */
const char *target_value(const struct target *t, const char *name);
/* Of what people tell, as in a body: one of nothing but blanks is "". */
const char *target_told(const struct target *t, const char *name);

#endif
