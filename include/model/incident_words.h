/* The words of incidents, by what they are of: as the API and the command line take them. */
#ifndef MODEL_INCIDENT_WORDS_H
#define MODEL_INCIDENT_WORDS_H

#include <stdbool.h>

enum incident_words {
    WORDS_OF_CLASS,
    WORDS_OF_SOURCE,
    WORDS_OF_CAUSE,
    WORDS_OF_MEASURE,
    WORDS_OF_FINDER,
    WORDS_OF_DUTY,
    WORDS_OF_CONTROL, /* unknown, controllable, beyond_control */
    WORDS_OF_LARGE    /* by_rule, yes, no */
};

/* NULL behind the last. */
const char *incident_word_of(enum incident_words of, unsigned n);
/* False: it is none of them. */
bool incident_word_parse(enum incident_words of, const char *given, unsigned *out);

#endif
