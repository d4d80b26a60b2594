/* Refusals as RFC 9457 problems: a stable type, a sentence in the language asked for, the field at fault. */
#ifndef SERVE_PROBLEM_H
#define SERVE_PROBLEM_H

#include "model/incident_step.h"
#include "reply.h"

enum problem_kind {
    PROBLEM_MALFORMED,
    PROBLEM_FRAMING,
    PROBLEM_UNWANTED_BODY,
    PROBLEM_UNKNOWN_PARAMETER,
    PROBLEM_REPEATED_PARAMETER,
    PROBLEM_TOO_MANY_PARAMETERS,
    /* bad values of one parameter or member, each saying what is expected */
    PROBLEM_VALUE_LIMIT,
    PROBLEM_VALUE_BUCKETS,
    PROBLEM_VALUE_FORMAT,
    PROBLEM_VALUE_ALL,
    PROBLEM_VALUE_POINTS,
    PROBLEM_VALUE_TOGETHER,
    PROBLEM_VALUE_QUALITY,
    PROBLEM_VALUE_TEXT,
    PROBLEM_VALUE_SITE,
    PROBLEM_VALUE_ZONE,
    PROBLEM_VALUE_WIRE,
    PROBLEM_VALUE_SUPPLIER,
    PROBLEM_VALUE_SYSTEM,
    PROBLEM_VALUE_AREA,
    PROBLEM_VALUE_DAY,
    PROBLEM_VALUE_DAYS,
    PROBLEM_VALUE_ROWS,
    PROBLEM_VALUE_CURSOR,
    PROBLEM_VALUE_SINCE,
    PROBLEM_VALUE_TIME,
    PROBLEM_VALUE_ORDER,
    PROBLEM_VALUE_SPAN,
    PROBLEM_VALUE_BOOK,
    PROBLEM_VALUE_BOOK_SPAN,
    PROBLEM_VALUE_PAGE,
    PROBLEM_VALUE_NEEDS_SPAN,
    PROBLEM_VALUE_MONTH,
    PROBLEM_VALUE_OPERATORS,
    PROBLEM_VALUE_RINGS,
    PROBLEM_VALUE_REPORT,
    PROBLEM_VALUE_TOPICS,
    PROBLEM_VALUE_TOLD_TEXT,
    PROBLEM_VALUE_NUMBER,
    PROBLEM_VALUE_WHY,
    PROBLEM_VALUE_KIND,
    PROBLEM_VALUE_STATE,
    PROBLEM_VALUE_BATCH,
    PROBLEM_VALUE_MODE,
    PROBLEM_VALUE_MODE_PLACE,
    PROBLEM_BODY_JSON,
    PROBLEM_UNKNOWN_FIELD,
    PROBLEM_VALUE_TOKEN,
    PROBLEM_VALUE_ROLE,
    PROBLEM_VALUE_BOOL,
    PROBLEM_VALUE_PASSWORD,
    PROBLEM_NO_COUNTER,
    PROBLEM_NO_CREDENTIAL,
    PROBLEM_WRONG_TOKEN,
    PROBLEM_WRONG_PASSWORD,
    PROBLEM_CROSS_SITE,
    PROBLEM_MUST_CHANGE,
    PROBLEM_PEOPLE_ONLY,
    PROBLEM_NOT_WHOLE,
    PROBLEM_NOT_YOUR_ROLE,
    PROBLEM_LEADERS_ONLY,
    PROBLEM_LEADERS_MODE,
    PROBLEM_LEADERS_TEST,
    PROBLEM_NOT_FOUND,
    PROBLEM_NO_SUCH_POINT,
    PROBLEM_NO_SUCH_PLACE,
    PROBLEM_NO_SUCH_ALARM,
    PROBLEM_NO_SUCH_MODE,
    PROBLEM_NO_SUCH_REPORT,
    PROBLEM_NO_SUCH_MEASURE,
    PROBLEM_NO_SUCH_CHANNEL,
    PROBLEM_METHOD,
    PROBLEM_NO_LENGTH,
    PROBLEM_BODY_TOO_LARGE,
    PROBLEM_TARGET_TOO_LONG,
    PROBLEM_MEDIA_TYPE,
    PROBLEM_KEY_TAKEN,
    PROBLEM_CONFLICT,
    PROBLEM_STEP_REFUSED,
    PROBLEM_NO_SUCH_INCIDENT,
    PROBLEM_VALUE_WORD,
    PROBLEM_VALUE_INCIDENT,
    PROBLEM_VALUE_PLACE,
    PROBLEM_VALUE_STEP_TEXT,
    PROBLEM_VALUE_PLANNED,
    PROBLEM_VALUE_PREVENTION_TEXT,
    PROBLEM_NOT_ASSIGNED,
    PROBLEM_CANNOT_BE,
    PROBLEM_NO_SUCH_SHIFT,
    PROBLEM_NO_SHEET,
    PROBLEM_NOBODY_ON,
    PROBLEM_NOT_YOUR_SHIFT,
    PROBLEM_SHIFT_PEOPLE,
    PROBLEM_VALUE_SHIFT_ACT,
    PROBLEM_VALUE_SHIFT_ID,
    PROBLEM_VALUE_LOG_TEXT,
    PROBLEM_VALUE_LOG_POINT,
    PROBLEM_VALUE_TO,
    PROBLEM_VALUE_CONTACT,
    PROBLEM_VALUE_STOPGAP,
    PROBLEM_VALUE_PHONE,
    PROBLEM_VALUE_EMAIL,
    PROBLEM_VALUE_NO_CHANNEL,
    PROBLEM_VALUE_ROSTER_SPAN,
    PROBLEM_NO_SUCH_CHANGE,
    PROBLEM_VALUE_SHEET,
    PROBLEM_WRONG_HOST,
    PROBLEM_TOO_MANY_TRIES,
    PROBLEM_TOO_OFTEN,
    PROBLEM_TRIED_OFTEN,
    PROBLEM_NO_MEMORY,
    PROBLEM_BUSY,
    PROBLEM_NOT_KEPT,
    PROBLEM_NO_HISTORY,
    PROBLEM_NOT_READY,
    PROBLEM_STOPPING,
    PROBLEM_TOO_LATE,
    PROBLEM_COUNT
};

/* Makes *r that problem.  `field` is the parameter, header or member at fault, NULL when there is none;
 * `subject` is what the sentence names (NULL: the field). */
void problem(struct reply *r, enum lang lang, enum problem_kind kind, const char *field, const char *subject);
/* PROBLEM_VALUE_WORD: the field must be one of these, behind the last of which is NULL. */
void problem_word(struct reply *r, enum lang lang, const char *field, const char *const *words);
/* What is wrong in the reader's language, as far as whoever found it says so. */
const char *problem_words(enum lang lang, const struct fault *why);
/* An act on something was refused by whoever decides: `missing` when there is no such thing, `denied` when it
 * is not for them to do. */
void problem_of_act(struct reply *r, enum lang lang, enum err code, const struct fault *why,
                    enum problem_kind missing, enum problem_kind denied);
/* A step of an incident is not allowed: its stable name stands in `reason`. */
void problem_refused(struct reply *r, enum lang lang, enum refusal reason);
/* "/problems/unknown-parameter", for tests and the description. */
const char *problem_type(enum problem_kind kind);
unsigned problem_status(enum problem_kind kind);

#endif
