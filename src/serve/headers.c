#include "headers.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

/* One element of a comma list and its weight in thousandths (RFC 9110, 12.4.2). */
struct element {
    const char *text;
    size_t len;
    int weight;
};

static const char *skip_blanks(const char *s)
{
    return s + strspn(s, " \t");
}

/* "0.25" -> 250; what is no weight counts as nothing. */
static int weight_of(const char *s)
{
    int scale = 100, weight;

    if (*s != '0' && *s != '1')
        return 0;
    weight = (*s - '0') * 1000;
    if (s[1] != '.')
        return weight;
    for (s += 2; scale > 0 && isdigit((unsigned char)*s); s++, scale /= 10)
        weight += (*s - '0') * scale;
    return weight > 1000 ? 1000 : weight;
}

static int weight_in(const char *parameters, const char *end)
{
    for (const char *s = parameters; s < end; s += strcspn(s, ";")) {
        s = skip_blanks(s + 1);
        if ((*s == 'q' || *s == 'Q') && s[1] == '=')
            return weight_of(s + 2);
    }
    return 1000;
}

/* Moves *at past the next element; false at the end. */
static bool next_element(const char **at, struct element *out)
{
    const char *s = *at + strspn(*at, " \t,");
    size_t whole = strcspn(s, ",");

    if (*s == '\0')
        return false;
    out->text = s;
    out->len = strcspn(s, ",; \t");
    out->weight = weight_in(s + strcspn(s, ",;"), s + whole);
    *at = s + whole;
    return true;
}

static bool is(const struct element *e, const char *word)
{
    return e->len == strlen(word) && strncasecmp(e->text, word, e->len) == 0;
}

/* The largest weight given to any of the words (a NULL-ended list); -1: none is named. */
static int weight_for(const char *list, const char *const *words)
{
    struct element e;
    int best = -1;

    while (list != NULL && next_element(&list, &e))
        for (size_t i = 0; words[i] != NULL; i++)
            if (is(&e, words[i]) && e.weight > best)
                best = e.weight;
    return best;
}

/* "en" for "en" and "en-GB". */
static bool is_language(const struct element *e, const char *two)
{
    return e->len >= 2 && strncasecmp(e->text, two, 2) == 0 && (e->len == 2 || e->text[2] == '-');
}

enum lang header_language(const char *accept_language)
{
    enum lang chosen = LANG_VI;
    struct element e;
    int best = 0;

    while (accept_language != NULL && next_element(&accept_language, &e)) {
        bool vi = is_language(&e, "vi"), en = is_language(&e, "en");
        if ((vi || en) && e.weight > best) {
            best = e.weight;
            chosen = vi ? LANG_VI : LANG_EN;
        }
    }
    return chosen;
}

bool header_wants_gzip(const char *accept_encoding)
{
    static const char *const GZIP[] = { "gzip", "x-gzip", NULL };
    static const char *const ANY[] = { "*", NULL };
    int named = weight_for(accept_encoding, GZIP);

    return named >= 0 ? named > 0 : weight_for(accept_encoding, ANY) > 0;
}

bool header_wants_csv(const char *accept)
{
    static const char *const CSV[] = { "text/csv", NULL };
    static const char *const JSON[] = { "application/json", NULL };
    int csv = weight_for(accept, CSV);

    return csv > 0 && csv > weight_for(accept, JSON);
}

bool header_lists_tag(const char *if_none_match, const char *tag)
{
    size_t n = strlen(tag);

    for (const char *s = if_none_match; s != NULL && *s != '\0';) {
        s += strspn(s, " \t,");
        if (*s == '*')
            return true;
        if (strncmp(s, "W/", 2) == 0)
            s += 2;
        if (strncmp(s, tag, n) == 0 && strchr(", \t", s[n]) != NULL) /* also the NUL */
            return true;
        if (*s == '"') /* a comma may stand inside the quotes */
            s += 1 + strcspn(s + 1, "\"");
        s += strcspn(s, ",");
    }
    return false;
}

static bool copy_word(const char *s, size_t n, char *out, size_t size)
{
    if (n == 0 || n >= size)
        return false;
    memcpy(out, s, n);
    out[n] = '\0';
    return true;
}

bool header_bearer(const char *authorization, char *out, size_t size)
{
    const char *s;
    size_t n;

    if (authorization == NULL || strncasecmp(authorization, "Bearer ", 7) != 0)
        return false;
    s = skip_blanks(authorization + 7);
    n = strcspn(s, " \t");
    return *skip_blanks(s + n) == '\0' && copy_word(s, n, out, size);
}

bool header_cookie(const char *cookie, const char *name, char *out, size_t size)
{
    size_t n = strlen(name);

    for (const char *s = cookie; s != NULL && *s != '\0';) {
        s += strspn(s, "; \t");
        if (strncmp(s, name, n) == 0 && s[n] == '=')
            return copy_word(s + n + 1, strcspn(s + n + 1, "; \t"), out, size);
        s += strcspn(s, ";");
    }
    return false;
}

static bool is_port(const char *s)
{
    size_t n = strspn(s, "0123456789");

    return n >= 1 && n <= 5 && s[n] == '\0';
}

/* 127.a.b.c in plain decimal: other spellings of the same address are not needed. */
static bool is_loopback4(const char *s, size_t len)
{
    unsigned part = 0, value = 0, digits = 0;

    if (len < 4 || strncmp(s, "127.", 4) != 0)
        return false;
    for (size_t i = 0; i <= len; i++) {
        if (i == len || s[i] == '.') {
            if (digits == 0 || value > 255)
                return false;
            part++;
            value = digits = 0;
        } else if (isdigit((unsigned char)s[i]) && ++digits <= 3) {
            value = value * 10 + (unsigned)(s[i] - '0');
        } else {
            return false;
        }
    }
    return part == 4;
}

bool header_host_is_local(const char *host)
{
    size_t n;

    if (host == NULL)
        return false;
    n = *host == '[' ? strcspn(host, "]") + 1 : strcspn(host, ":");
    if (n > strlen(host) || (host[n] != '\0' && (host[n] != ':' || !is_port(host + n + 1))))
        return false;
    return (n == 9 && strncasecmp(host, "localhost", n) == 0) || (n == 5 && strncmp(host, "[::1]", n) == 0) ||
           is_loopback4(host, n);
}

bool header_host_is_one(const char *host, const char *names)
{
    size_t n;

    if (host == NULL)
        return false;
    n = *host == '[' ? strcspn(host, "]") + 1 : strcspn(host, ":");
    if (n == 0 || n > strlen(host) || (host[n] != '\0' && (host[n] != ':' || !is_port(host + n + 1))))
        return false;
    for (names += strspn(names, " "); *names != '\0'; names += strspn(names, " ")) {
        size_t m = strcspn(names, " ");
        if (m == n && strncasecmp(host, names, n) == 0)
            return true;
        names += m;
    }
    return false;
}

bool header_origin_is(const char *origin, const char *host, bool secure)
{
    if (origin == NULL || host == NULL)
        return false;
    if (!secure && strncasecmp(origin, "http://", 7) == 0)
        return strcasecmp(origin + 7, host) == 0;
    return strncasecmp(origin, "https://", 8) == 0 && strcasecmp(origin + 8, host) == 0;
}

bool header_length(const char *content_length, uint64_t *out)
{
    size_t n = content_length == NULL ? 0 : strspn(content_length, "0123456789");

    if (n == 0 || n > 18 || content_length[n] != '\0')
        return false;
    *out = 0;
    for (size_t i = 0; i < n; i++)
        *out = *out * 10 + (unsigned)(content_length[i] - '0');
    return true;
}

bool header_is_form(const char *content_type)
{
    static const char FORM[] = "application/x-www-form-urlencoded";
    const char *s;

    if (content_type == NULL || strncasecmp(content_type, FORM, sizeof FORM - 1) != 0)
        return false;
    s = skip_blanks(content_type + sizeof FORM - 1);
    return *s == '\0' || *s == ';';
}

bool header_is_json(const char *content_type)
{
    const char *s;

    if (content_type == NULL || strncasecmp(content_type, "application/json", 16) != 0)
        return false;
    s = skip_blanks(content_type + 16);
    if (*s == '\0')
        return true;
    if (*s != ';')
        return false;
    s = skip_blanks(s + 1);
    return strcasecmp(s, "charset=utf-8") == 0 || strcasecmp(s, "charset=\"utf-8\"") == 0;
}
