#include "notify/sms_text.h"

#include <string.h>

#include "base/fold.h"
#include "base/utf8.h"

enum { TEXT_MAX = 16 * 1024 };

struct size {
    size_t one, each;
};

static struct size size_of(bool marks)
{
    return marks ? (struct size){ 70, 67 } : (struct size){ 160, 153 };
}

/* These are two units, or none, in the 7-bit alphabet. */
static void to_seven_bits(char *text)
{
    static const char FROM[] = "[]{}\\^~|`", TO[] = "()()/'-/'";

    for (char *c = text; *c != '\0'; c++) {
        const char *at = strchr(FROM, *c);
        if (at != NULL)
            *c = TO[at - FROM];
    }
}

static void one_line(char *text)
{
    for (char *c = text; *c != '\0'; c++)
        if ((unsigned char)*c < ' ' || *c == 0x7F)
            *c = ' ';
}

static void prepare(struct strbuf *to, const char *text, bool marks)
{
    strbuf_init(to, TEXT_MAX);
    strbuf_puts(to, "");
    if (marks)
        strbuf_puts(to, text);
    else
        fold_plain(to, text);
    if (to->failed || to->text == NULL)
        return;
    one_line(to->text);
    if (!marks)
        to_seven_bits(to->text);
}

/* Of the character there; bytes that are no UTF-8 count one each. */
static size_t length_at(const char *text, size_t left, size_t *units)
{
    size_t n = utf8_length((const unsigned char *)text, left);

    *units = n == 4 ? 2 : 1;
    return n == 0 ? 1 : n;
}

static size_t units_of(const char *text)
{
    size_t left = strlen(text), all = 0, units;

    while (left > 0) {
        size_t n = length_at(text, left, &units);
        all += units;
        text += n;
        left -= n;
    }
    return all;
}

static unsigned parts_of(const char *prepared, bool marks)
{
    size_t n = units_of(prepared);
    struct size s = size_of(marks);

    return n <= s.one ? 1 : (unsigned)((n + s.each - 1) / s.each);
}

unsigned sms_parts(const char *text, bool marks)
{
    struct strbuf b;
    unsigned parts;

    prepare(&b, text, marks);
    parts = b.failed ? SMS_PARTS_MAX + 1 : b.text == NULL ? 1 : parts_of(b.text, marks);
    strbuf_clear(&b);
    return parts;
}

static size_t bytes_of_units(const char *text, size_t most)
{
    size_t at = 0, left = strlen(text), used = 0, units;

    while (left > 0) {
        size_t n = length_at(text + at, left, &units);
        if (used + units > most)
            break;
        used += units;
        at += n;
        left -= n;
    }
    return at;
}

void sms_put(struct strbuf *to, const char *text, const struct sms_room *room)
{
    unsigned parts = room->parts < 1 ? 1 : room->parts;
    struct size s = size_of(room->marks);
    struct strbuf b;

    prepare(&b, text, room->marks);
    if (b.failed) {
        to->failed = true;
    } else if (b.text != NULL && parts_of(b.text, room->marks) > parts) {
        strbuf_add(to, b.text, bytes_of_units(b.text, (parts == 1 ? s.one : parts * s.each) - 3));
        strbuf_puts(to, "...");
    } else if (b.text != NULL) {
        strbuf_puts(to, b.text);
    }
    strbuf_clear(&b);
}
