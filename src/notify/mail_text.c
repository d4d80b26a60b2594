/* The bytes of a message: RFC 5322, 2045 and 2047. */
#include <stdio.h>
#include <string.h>

#include "notify/mail.h"

enum { BASE64_LINE = 57 };                                      /* bytes that make a line of 76 */
enum { LINE_MAX_WORDS = 76, WORD_FRAME = 12, WORD_BYTES = 45 }; /* RFC 2047, 2: a line; =?UTF-8?B?  ?= */

/* ---- base64 ---- */

static void base64(struct strbuf *to, const char *bytes, size_t n)
{
    static const char DIGITS[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

    for (size_t i = 0; i < n; i += 3) {
        const unsigned char *p = (const unsigned char *)bytes + i;
        size_t have = n - i < 3 ? n - i : 3;
        unsigned v = (unsigned)p[0] << 16 | (have > 1 ? (unsigned)p[1] << 8 : 0U) | (have > 2 ? p[2] : 0U);
        strbuf_putc(to, DIGITS[v >> 18]);
        strbuf_putc(to, DIGITS[v >> 12 & 63]);
        strbuf_putc(to, (char)(have > 1 ? DIGITS[v >> 6 & 63] : '='));
        strbuf_putc(to, (char)(have > 2 ? DIGITS[v & 63] : '='));
    }
}

/* Not inside a UTF-8 sequence. */
static size_t cut(const char *text, size_t len, size_t most)
{
    size_t n = len < most ? len : most;

    while (n < len && n > 0 && ((unsigned char)text[n] & 0xC0) == 0x80)
        n--;
    return n == 0 ? (len < most ? len : most) : n;
}

/* Always encoded: then nothing in it can be taken for something else.  used: columns of the first line. */
static void encoded_words(struct strbuf *to, const char *text, size_t used)
{
    size_t most = (LINE_MAX_WORDS - WORD_FRAME - used) / 4 * 3;
    size_t len = strlen(text);

    for (size_t at = 0, n; at < len; at += n) {
        n = cut(text + at, len - at, at == 0 && most < WORD_BYTES ? most : WORD_BYTES);
        strbuf_puts(to, at == 0 ? "=?UTF-8?B?" : "\r\n =?UTF-8?B?");
        base64(to, text + at, n);
        strbuf_puts(to, "?=");
    }
}

/* ---- headers ---- */

/* "Thu, 26 Nov 2026 13:10:38 +0700" */
static void date(struct strbuf *to, struct wall at)
{
    static const char *const DAYS[] = { "Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed" };
    static const char *const MONTHS[] = { "Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                          "Jul", "Aug", "Sep", "Oct", "Nov", "Dec" };
    int64_t local_ms = at.ms + CLOCK_LOCAL_OFFSET_MS, in_day_s;
    int year, month, day;

    if (local_ms < 0)
        local_ms = 0;
    in_day_s = local_ms % CLOCK_DAY_MS / CLOCK_SECOND_MS;
    wall_local_date((struct wall){ local_ms - CLOCK_LOCAL_OFFSET_MS }, &year, &month, &day);
    strbuf_printf(to, "Date: %s, %02d %s %04d %02d:%02d:%02d +0700\r\n", DAYS[local_ms / CLOCK_DAY_MS % 7],
                  day, MONTHS[month - 1], year, (int)(in_day_s / 3600), (int)(in_day_s / 60 % 60),
                  (int)(in_day_s % 60));
}

/* The letter's name as RFC 5322 wants an id: what is not of an atom becomes a dot. */
static void message_id(struct strbuf *to, const struct mail *m)
{
    const char *domain = strchr(m->from, '@');

    strbuf_puts(to, "Message-ID: <capnuoc.");
    for (const char *c = m->id; *c != '\0'; c++)
        strbuf_putc(to, (char)(strchr("0123456789abcdefghijklmnopqrstuvwxyz_-", *c) != NULL ? *c : '.'));
    strbuf_printf(to, "%s>\r\n", domain == NULL ? "@localhost" : domain);
}

static void headers(struct strbuf *to, const struct mail *m)
{
    date(to, m->at);
    strbuf_printf(to, "From: <%s>\r\n", m->from);
    strbuf_puts(to, "To: ");
    if (m->to_name[0] != '\0') {
        encoded_words(to, m->to_name, strlen("To: "));
        strbuf_puts(to, "\r\n ");
    }
    strbuf_printf(to, "<%s>\r\n", m->to);
    message_id(to, m);
    strbuf_puts(to, "Subject: ");
    encoded_words(to, m->subject, strlen("Subject: "));
    strbuf_printf(to, "\r\nContent-Language: %s\r\n", m->language);
    if (m->urgent)
        strbuf_puts(to, "Importance: high\r\n");
    strbuf_puts(to, "Auto-Submitted: auto-generated\r\nMIME-Version: 1.0\r\n"
                    "Content-Type: text/plain; charset=UTF-8\r\nContent-Transfer-Encoding: base64\r\n\r\n");
}

/* Lines of text end in CR LF before they are encoded (RFC 2045, 6.8). */
static void lines(struct strbuf *to, const char *text)
{
    for (const char *c = text; *c != '\0'; c++) {
        if (*c == '\n')
            strbuf_putc(to, '\r');
        strbuf_putc(to, *c);
    }
}

void mail_write(struct strbuf *to, const struct mail *m)
{
    struct strbuf text;

    headers(to, m);
    strbuf_init(&text, MAIL_BODY_MAX);
    lines(&text, m->text);
    if (text.failed)
        to->failed = true;
    for (size_t at = 0; at < text.len && !text.failed; at += BASE64_LINE) {
        base64(to, text.text + at, text.len - at < BASE64_LINE ? text.len - at : BASE64_LINE);
        strbuf_puts(to, "\r\n");
    }
    strbuf_clear(&text);
}
