#include "target.h"

#include <stdbool.h>
#include <string.h>

#include "base/utf8.h"

static int hex(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    if (c >= 'A' && c <= 'F')
        return c - 'A' + 10;
    return -1;
}

/* Decoded in place.  False for a broken escape and for control characters, encoded or not. */
static bool unescape(char *text, bool plus_is_space)
{
    char *to = text;

    for (const char *from = text; *from != '\0'; from++) {
        int c = (unsigned char)*from;
        if (c == '+' && plus_is_space) {
            c = ' ';
        } else if (c == '%') {
            int high = hex(from[1]), low = high < 0 ? -1 : hex(from[2]);
            if (low < 0)
                return false;
            c = high << 4 | low;
            from += 2;
        }
        if (c < 0x20 || c == 0x7F)
            return false;
        *to++ = (char)c;
    }
    *to = '\0';
    return true;
}

static bool continues(const unsigned char *s, size_t n)
{
    for (size_t i = 1; i < n; i++)
        if ((s[i] & 0xC0) != 0x80)
            return false;
    return true;
}

/* Well-formed UTF-8 without overlong forms and surrogates. */
static bool is_utf8(const char *text)
{
    const unsigned char *s = (const unsigned char *)text;

    while (*s != '\0') {
        size_t n = *s < 0x80 ? 1 : *s < 0xC2 ? 0 : *s < 0xE0 ? 2 : *s < 0xF0 ? 3 : *s < 0xF5 ? 4 : 0;
        if (n == 0 || !continues(s, n))
            return false;
        if ((*s == 0xE0 && s[1] < 0xA0) || (*s == 0xED && s[1] > 0x9F) || (*s == 0xF0 && s[1] < 0x90) ||
            (*s == 0xF4 && s[1] > 0x8F))
            return false;
        s += n;
    }
    return true;
}

static bool decode(char *text, bool plus_is_space)
{
    return unescape(text, plus_is_space) && is_utf8(text);
}

/* Segments are split before they are decoded: an encoded '/' is a character of its segment. */
static enum target_fault split_path(struct target *t, char *path)
{
    if (*path != '/')
        return TARGET_MALFORMED;
    do {
        char *segment = ++path;
        if (t->segment_count == TARGET_SEGMENTS_MAX)
            return TARGET_TOO_DEEP;
        path = segment + strcspn(segment, "/");
        bool last = *path == '\0';
        *path = '\0';
        if (!decode(segment, false))
            return TARGET_MALFORMED;
        t->segments[t->segment_count++] = segment;
        if (last)
            return TARGET_FINE;
    } while (true);
}

static enum target_fault split_query(struct target *t, char *query)
{
    while (query != NULL) {
        char *name = strsep(&query, "&");
        char *value = strchr(name, '=');

        if (*name == '\0')
            continue;
        if (t->parameter_count == TARGET_PARAMETERS_MAX)
            return TARGET_TOO_MANY;
        if (value != NULL)
            *value++ = '\0';
        else
            value = name + strlen(name);
        if (!decode(name, true) || !decode(value, true))
            return TARGET_MALFORMED;
        t->parameters[t->parameter_count++] = (struct parameter){ name, value };
    }
    return TARGET_FINE;
}

enum target_fault target_parse(struct target *out, const char *raw)
{
    size_t len = strnlen(raw, TARGET_BYTES_MAX + 1);
    size_t path = strcspn(raw, "?");
    char *query;

    memset(out, 0, offsetof(struct target, text));
    out->text[0] = '\0';
    if (len > TARGET_BYTES_MAX)
        return out->fault = TARGET_TOO_LONG;
    memcpy(out->text, raw, len + 1);
    query = out->text;
    (void)strsep(&query, "?");
    out->fault = split_path(out, out->text);
    if (out->fault == TARGET_FINE)
        out->fault = split_query(out, query);
    if (out->fault == TARGET_FINE && path < sizeof out->path)
        memcpy(out->path, raw, path); /* zeroed above */
    return out->fault;
}

const char *target_value(const struct target *t, const char *name)
{
    for (size_t i = 0; i < t->parameter_count; i++)
        if (strcmp(t->parameters[i].name, name) == 0)
            return t->parameters[i].value;
    return NULL;
}

const char *target_told(const struct target *t, const char *name)
{
    const char *value = target_value(t, name);

    return value != NULL && utf8_is_blank(value) ? "" : value;
}
