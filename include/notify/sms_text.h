/* The text of an SMS: without diacritics in the 7-bit alphabet of GSM (160 characters, 153 in each of more
 * parts), or with them in 16-bit units (70, and 67).  3GPP TS 23.038, 23.040. */
#ifndef NOTIFY_SMS_TEXT_H
#define NOTIFY_SMS_TEXT_H

#include <stdbool.h>

#include "base/strbuf.h"

enum { SMS_PARTS_MAX = 4 };

struct sms_room {
    unsigned parts; /* 0: as 1 */
    bool marks;     /* diacritics stay */
};

/* How many parts it takes up as it would be put. */
unsigned sms_parts(const char *text, bool marks);
/* Appends it on one line: without marks in letters that are one unit of the alphabet each, and cut, with
 * three dots, where there is no more room. */
void sms_put(struct strbuf *to, const char *text, const struct sms_room *room);

#endif
