/* Templates of what is sent over HTTP: text in which {to}, {text} ... stand for what a letter says, each
 * written as the place wants where it goes.  Pure. */
#ifndef NOTIFY_FILL_H
#define NOTIFY_FILL_H

#include "base/err.h"
#include "base/strbuf.h"

enum fill_sink {
    FILL_JSON,   /* inside the quotes of a text */
    FILL_FORM,   /* a value of a query or a form: all but letters, digits and -._~ as %XX */
    FILL_XML,    /* text or a quoted attribute */
    FILL_PLAIN,  /* as it is */
    FILL_HEADER, /* visible ASCII and blanks */
    FILL_SINK_COUNT
};

enum fill_word {
    FILL_TO,
    FILL_TEXT,
    FILL_BRIEF,
    FILL_SUBJECT,
    FILL_ID,
    FILL_TIME, /* RFC 3339 */
    FILL_LANGUAGE,
    FILL_SECRET,
    FILL_WORD_COUNT
};

struct filling {
    const char *of[FILL_WORD_COUNT]; /* UTF-8 */
};

/* ERR_CONFIG: there is a {word} that is none of them. */
MUST_USE enum err fill_check(const char *template, struct fault *why);
bool fill_has(const char *template, enum fill_word w);
void fill_template(struct strbuf *to, const char *template, const struct filling *with, enum fill_sink sink);

#endif
