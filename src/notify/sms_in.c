#include "notify/sms_in.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/fold.h"
#include "base/utf8.h"

/* ---- headers ---- */

struct line {
    const char *at;
    size_t len;
};

/* The next line without its end; false behind the last. */
static bool next_line(const char **at, const char *end, struct line *out)
{
    const char *stop;

    if (*at >= end)
        return false;
    stop = memchr(*at, '\n', (size_t)(end - *at));
    *out = (struct line){ *at, (size_t)((stop == NULL ? end : stop) - *at) };
    *at = stop == NULL ? end : stop + 1;
    if (out->len > 0 && out->at[out->len - 1] == '\r')
        out->len--;
    return true;
}

static bool is_header(const struct line *l, const char *name, char *value, size_t size)
{
    size_t n = strlen(name), len;

    if (l->len <= n || strncasecmp(l->at, name, n) != 0 || l->at[n] != ':')
        return false;
    len = l->len - n - 1;
    for (n++; len > 0 && l->at[n] == ' '; n++)
        len--;
    if (len >= size || memchr(l->at + n, '\0', len) != NULL)
        return false;
    memcpy(value, l->at + n, len);
    value[len] = '\0';
    return true;
}

/* Two digits and what stands behind them. */
static bool two(const char **at, char behind, int low, int high, int *out)
{
    const char *c = *at;

    if (c[0] < '0' || c[0] > '9' || c[1] < '0' || c[1] > '9' || c[2] != behind)
        return false;
    *out = (c[0] - '0') * 10 + (c[1] - '0');
    *at += behind == '\0' ? 2 : 3;
    return *out >= low && *out <= high;
}

/* "26-11-26 13:10:38", by the network's clock. */
static struct wall time_of(const char *text)
{
    int year, month, day, hour, minute, second;
    struct wall at = { 0 };
    char rfc[40];

    if (!two(&text, '-', 0, 99, &year) || !two(&text, '-', 1, 12, &month) || !two(&text, ' ', 1, 31, &day) ||
        !two(&text, ':', 0, 23, &hour) || !two(&text, ':', 0, 59, &minute) ||
        !two(&text, '\0', 0, 59, &second))
        return at;
    (void)snprintf(rfc, sizeof rfc, "20%02d-%02d-%02dT%02d:%02d:%02d+07:00", year, month, day, hour, minute,
                   second);
    return wall_parse(rfc, &at) == ERR_NONE ? at : (struct wall){ 0 };
}

/* ---- the text ---- */

enum alphabet { LATIN, UTF, UCS2, OTHER };

static enum alphabet alphabet_of(const char *name)
{
    if (strncasecmp(name, "UTF", 3) == 0)
        return UTF;
    if (strncasecmp(name, "UCS", 3) == 0 || strncasecmp(name, "UNI", 3) == 0 || strcasecmp(name, "chi") == 0)
        return UCS2;
    return name[0] == '\0' || strncasecmp(name, "ISO", 3) == 0 || strncasecmp(name, "Lat", 3) == 0 ||
                   strncasecmp(name, "ANSI", 4) == 0
               ? LATIN
               : OTHER;
}

static bool put_code(char *out, size_t *n, unsigned code)
{
    char bytes[4];
    size_t len = code < 0x80 ? 1 : code < 0x800 ? 2 : 3;

    if (code >= 0xD800 && code < 0xE000)
        code = '?'; /* half of what is beyond 16 bits: no letter of ours */
    len = code < 0x80 ? 1 : len;
    bytes[0] = (char)(len == 1 ? code : len == 2 ? 0xC0 | code >> 6 : 0xE0 | code >> 12);
    bytes[1] = (char)(0x80 | (len == 2 ? code : code >> 6) % 64);
    bytes[2] = (char)(0x80 | code % 64);
    if (code < ' ' || code == 0x7F)
        bytes[0] = ' ';
    if (*n + len >= SMS_IN_TEXT_MAX)
        return false;
    memcpy(out + *n, bytes, len);
    *n += len;
    return true;
}

/* Files are often UTF-8 whatever their header says; bytes that are not are of Latin-1. */
static void take_bytes(const unsigned char *s, size_t len, char out[SMS_IN_TEXT_MAX])
{
    size_t n = 0;

    while (len > 0) {
        size_t one = utf8_length(s, len);
        if (one < 2) {
            if (!put_code(out, &n, *s))
                break;
            one = 1;
        } else {
            if (n + one >= SMS_IN_TEXT_MAX)
                break;
            memcpy(out + n, s, one);
            n += one;
        }
        s += one;
        len -= one;
    }
    out[n] = '\0';
}

static void take_units(const unsigned char *s, size_t len, char out[SMS_IN_TEXT_MAX])
{
    size_t n = 0;

    for (size_t i = 0; i + 1 < len; i += 2)
        if (!put_code(out, &n, (unsigned)s[i] << 8 | s[i + 1]))
            break;
    out[n] = '\0';
}

enum err sms_in_read(const char *bytes, size_t len, struct sms_in *out)
{
    const char *at = bytes, *end = bytes + len;
    enum alphabet alphabet = LATIN;
    bool from = false, over = false;
    char value[128];
    struct line l;

    memset(out, 0, sizeof *out);
    while (!over && next_line(&at, end, &l)) {
        over = l.len == 0;
        if (is_header(&l, "From", value, sizeof value)) {
            if (from) /* one that says two is not to be trusted */
                return ERR_RANGE;
            from = true;
            if (!contact_number(value, out->from))
                out->from[0] = '\0';
        } else if (is_header(&l, "Sent", value, sizeof value)) {
            out->sent = time_of(value);
        } else if (is_header(&l, "Alphabet", value, sizeof value)) {
            alphabet = alphabet_of(value);
        } else if (is_header(&l, "Message_id", value, sizeof value)) {
            out->report = true;
        }
    }
    if (!from || !over)
        return ERR_RANGE;
    if (alphabet == UCS2)
        take_units((const unsigned char *)at, (size_t)(end - at), out->text);
    else if (alphabet != OTHER)
        take_bytes((const unsigned char *)at, (size_t)(end - at), out->text);
    return ERR_NONE;
}

/* ---- what it means ---- */

static const struct {
    const char *word;
    enum step_kind kind;
} WORDS[] = {
    { "nguyennhan", STEP_CAUSE }, /* before its beginning */
    { "nguyen nhan", STEP_CAUSE }, { "nhan", STEP_ACKNOWLEDGE },
    { "den", STEP_ON_SITE },       { "xong", STEP_REPAIRED },
};

static const char *skip(const char *at, const char *what)
{
    return at + strspn(at, what);
}

/* "1024", "SC1024", "#1024": not more digits than a number has that is told to people. */
static bool take_number(const char **at, struct sms_answer *out)
{
    const char *digits;
    size_t n;

    *at = skip(*at, " .:,#");
    if (strncmp(*at, "sc", 2) == 0)
        *at = skip(*at + 2, " .:#");
    digits = *at;
    n = strspn(digits, "0123456789");
    if (n == 0 || n > 12 || (digits[0] == '0' && n < SMS_CODE_MIN))
        return false;
    out->incident = strtoull(digits, NULL, 10);
    out->digits = (unsigned)n;
    *at = digits + n;
    return **at == '\0' || strchr(" .:,;-", **at) != NULL;
}

/* Where the words are that stand behind the first number: the folded text has other lengths. */
static const char *behind_number(const char *text)
{
    text += strcspn(text, "0123456789");
    text += strspn(text, "0123456789");
    return skip(text, " .:,;-");
}

/* Not inside of a character. */
static void take_note(const char *from, char out[INCIDENT_NOTE_MAX])
{
    size_t n = strlen(from);

    if (n >= INCIDENT_NOTE_MAX) {
        n = INCIDENT_NOTE_MAX - 1;
        while (n > 0 && ((unsigned char)from[n] & 0xC0) == 0x80)
            n--;
    }
    while (n > 0 && from[n - 1] == ' ')
        n--;
    memcpy(out, from, n);
    out[n] = '\0';
}

bool sms_answer_read(const char *text, struct sms_answer *out)
{
    char folded[SMS_IN_TEXT_MAX];
    const char *at;

    (void)fold_text(text, folded, sizeof folded);
    at = skip(folded, " .,\"'");
    memset(out, 0, sizeof *out);
    for (size_t i = 0; i < COUNT_OF(WORDS); i++) {
        size_t n = strlen(WORDS[i].word);
        if (strncmp(at, WORDS[i].word, n) != 0)
            continue;
        out->kind = WORDS[i].kind;
        at += n;
        if (!take_number(&at, out))
            return false;
        take_note(behind_number(text), out->note);
        return out->kind != STEP_CAUSE || out->note[0] != '\0';
    }
    return false;
}
