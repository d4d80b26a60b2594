/* An SMS that came, as smstools keeps it in a file, and what people answer with one.  Pure: whatever stands
 * in the file, it is understood or it is not. */
#ifndef NOTIFY_SMS_IN_H
#define NOTIFY_SMS_IN_H

#include "model/contact.h"
#include "model/incident_step.h"

enum { SMS_IN_BYTES_MAX = 16 * 1024, SMS_IN_TEXT_MAX = 1024, SMS_CODE_MIN = 3 };

struct sms_in {
    char from[CONTACT_NUMBER_MAX]; /* as of struct contact; "": no number (a name, a short code) */
    struct wall sent;              /* by the sender's network; .ms 0: it does not say */
    bool report;                   /* of the network about a message, nobody's words */
    char text[SMS_IN_TEXT_MAX];    /* UTF-8, no control characters but blanks for them */
};

/* ERR_RANGE: it is no such file. */
MUST_USE enum err sms_in_read(const char *bytes, size_t len, struct sms_in *out);

struct sms_answer {
    enum step_kind kind;          /* STEP_ACKNOWLEDGE, STEP_ON_SITE, STEP_CAUSE or STEP_REPAIRED */
    uint64_t incident;            /* its number, or the last SMS_CODE_MIN or more digits of it */
    unsigned digits;              /* that were written */
    char note[INCIDENT_NOTE_MAX]; /* what follows, as it was written */
};

/* "NHAN 1024", "đến 1024", "Nguyên nhân 1024 vỡ ống", "xong SC1024".  False: none of these. */
bool sms_answer_read(const char *text, struct sms_answer *out);

#endif
