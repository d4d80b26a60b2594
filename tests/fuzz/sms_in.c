/* Any bytes as a file of the modem's program: what is read is text that can be shown and a number of digits,
 * and what is understood of it names one of four steps. */
#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"
#include "notify/sms_in.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

static void must_be_text(const char *text, size_t size)
{
    size_t left = strnlen(text, size);

    if (left == size)
        abort();
    for (const unsigned char *s = (const unsigned char *)text; left > 0;) {
        size_t n = utf8_length(s, left);
        if (n == 0 || *s < ' ' || *s == 0x7F)
            abort();
        s += n;
        left -= n;
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    struct sms_in in;
    struct sms_answer a;

    if (sms_in_read((const char *)bytes, len, &in) != ERR_NONE)
        return 0;
    must_be_text(in.text, sizeof in.text);
    if (strspn(in.from, "0123456789") != strlen(in.from))
        abort();
    if (!sms_answer_read(in.text, &a))
        return 0;
    must_be_text(a.note, sizeof a.note);
    if (a.kind != STEP_ACKNOWLEDGE && a.kind != STEP_ON_SITE && a.kind != STEP_CAUSE &&
        a.kind != STEP_REPAIRED)
        abort();
    return 0;
}
