#include "notify/fill.h"

#include <string.h>

#include "base/json.h"

static const char *const WORDS[FILL_WORD_COUNT] = { "to", "text", "brief",    "subject",
                                                    "id", "time", "language", "secret" };

/* Length of "{word}" at `at`, 0: there is none. */
static size_t braced(const char *at)
{
    size_t n = at[0] == '{' ? strspn(at + 1, "abcdefghijklmnopqrstuvwxyz_") : 0;

    return n > 0 && at[1 + n] == '}' ? n + 2 : 0;
}

static bool is_word(const char *at, size_t len, enum fill_word *out)
{
    for (unsigned w = 0; w < FILL_WORD_COUNT; w++)
        if (strlen(WORDS[w]) == len - 2 && memcmp(WORDS[w], at + 1, len - 2) == 0) {
            *out = (enum fill_word)w;
            return true;
        }
    return false;
}

enum err fill_check(const char *template, struct fault *why)
{
    enum fill_word w;

    for (const char *at = template; *at != '\0'; at++) {
        size_t n = braced(at);
        if (n > 0 && !is_word(at, n, &w))
            return fault_set(why, ERR_CONFIG,
                             "%.*s is none of {to}, {text}, {brief}, {subject}, {id}, {time}, {language}, "
                             "{secret}",
                             (int)(n < 40 ? n : 40), at);
    }
    return ERR_NONE;
}

bool fill_has(const char *template, enum fill_word word)
{
    enum fill_word w;

    for (const char *at = template; *at != '\0'; at++) {
        size_t n = braced(at);
        if (n > 0 && is_word(at, n, &w) && w == word)
            return true;
    }
    return false;
}

/* ---- sinks ---- */

static void as_json(struct strbuf *to, const char *text)
{
    struct strbuf b;
    struct json_out j;

    strbuf_init(&b, to->max);
    json_out_init(&j, &b);
    json_string(&j, text);
    if (b.failed || b.len < 2)
        to->failed = true;
    else
        strbuf_add(to, b.text + 1, b.len - 2); /* the template has the quotes */
    strbuf_clear(&b);
}

static void as_form(struct strbuf *to, const char *text)
{
    static const char PLAIN[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";

    for (; *text != '\0'; text++)
        if (strchr(PLAIN, *text) != NULL)
            strbuf_putc(to, *text);
        else
            strbuf_printf(to, "%%%02X", (unsigned char)*text);
}

static void as_xml(struct strbuf *to, const char *text)
{
    for (; *text != '\0'; text++)
        switch (*text) {
        case '<': strbuf_puts(to, "&lt;"); break;
        case '>': strbuf_puts(to, "&gt;"); break;
        case '&': strbuf_puts(to, "&amp;"); break;
        case '"': strbuf_puts(to, "&quot;"); break;
        case '\'': strbuf_puts(to, "&#39;"); break;
        default:
            if ((unsigned char)*text >= ' ' || *text == '\n' || *text == '\t') /* XML 1.0, 2.2 */
                strbuf_putc(to, *text);
        }
}

static void as_header(struct strbuf *to, const char *text)
{
    for (; *text != '\0'; text++)
        strbuf_putc(to, (char)((unsigned char)*text < ' ' || (unsigned char)*text > '~' ? '?' : *text));
}

static void put(struct strbuf *to, const char *text, enum fill_sink sink)
{
    switch (sink) {
    case FILL_JSON: as_json(to, text); break;
    case FILL_FORM: as_form(to, text); break;
    case FILL_XML: as_xml(to, text); break;
    case FILL_HEADER: as_header(to, text); break;
    default: strbuf_puts(to, text); break;
    }
}

/* What stands in a filling is not looked at again. */
void fill_template(struct strbuf *to, const char *template, const struct filling *with, enum fill_sink sink)
{
    enum fill_word w;

    for (const char *at = template; *at != '\0';) {
        size_t n = braced(at);
        if (n > 0 && is_word(at, n, &w)) {
            put(to, with->of[w] == NULL ? "" : with->of[w], sink);
            at += n;
        } else {
            strbuf_putc(to, *at++);
        }
    }
}
