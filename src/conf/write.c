#include "conf/write.h"

#include <string.h>

#include "chars.h"

static bool letter_or_digit(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

static bool high(char c)
{
    return ((unsigned char)c & 0x80) != 0;
}

/* What may open a plain scalar: narrower than YAML, so that no reader takes it for anything else. */
static bool opens_plain(const char *s)
{
    if (letter_or_digit(s[0]) || high(s[0]) || s[0] == '_' || s[0] == '/' || s[0] == '$' || s[0] == '(')
        return true;
    if (s[0] == '.' || s[0] == '+' || s[0] == '-')
        return letter_or_digit(s[1]) || (s[0] != '.' && s[1] == '.' && letter_or_digit(s[2]));
    return strcmp(s, "~") == 0;
}

bool conf_write_plain(const char *text)
{
    size_t len = strlen(text);
    uint32_t code;

    if (len == 0 || !opens_plain(text) || text[len - 1] == ' ' || text[len - 1] == ':')
        return false;
    for (size_t i = 0, n; i < len; i += n) {
        n = chars_next(text + i, len - i, &code);
        if (n == 0 || !chars_printable(code) || (code < 0x80 && strchr(",[]{}\"'`", (int)code) != NULL))
            return false;
        if ((code == ':' && !letter_or_digit(text[i + 1])) || (code == '#' && text[i - 1] == ' '))
            return false;
    }
    return true;
}

bool conf_write_printable(const char *text)
{
    size_t len = strlen(text);
    uint32_t code;

    for (size_t i = 0, n; i < len; i += n) {
        n = chars_next(text + i, len - i, &code);
        if (n == 0 || !chars_printable(code))
            return false;
    }
    return true;
}

static void put_escaped(uint32_t code, struct strbuf *to)
{
    switch (code) {
    case '\n': strbuf_puts(to, "\\n"); return;
    case '\r': strbuf_puts(to, "\\r"); return;
    case '\t': strbuf_puts(to, "\\t"); return;
    default: strbuf_printf(to, code < 0x100 ? "\\x%02X" : "\\u%04X", (unsigned)code); return;
    }
}

void conf_write_quoted(const char *text, struct strbuf *to)
{
    size_t len = strlen(text);
    uint32_t code;

    strbuf_putc(to, '"');
    for (size_t i = 0, n; i < len; i += n) {
        n = chars_next(text + i, len - i, &code);
        if (n == 0) { /* cannot come from a tree; never let it end the quotes */
            n = 1;
            strbuf_putc(to, '?');
        } else if (code == '"' || code == '\\') {
            strbuf_putc(to, '\\');
            strbuf_putc(to, (char)code);
        } else if (!chars_printable(code)) {
            put_escaped(code, to);
        } else {
            strbuf_add(to, text + i, n);
        }
    }
    strbuf_putc(to, '"');
}

static void put_scalar(const struct conf_node *n, struct strbuf *to)
{
    if (!conf_quoted(n) && n->count == 0) /* `key:` and nothing after it */
        strbuf_putc(to, '~');
    else if (!conf_quoted(n) && conf_write_plain(conf_text(n)))
        strbuf_puts(to, conf_text(n));
    else
        conf_write_quoted(conf_text(n), to);
}

static void put_key(const char *key, struct strbuf *to)
{
    if (conf_write_plain(key) && strcmp(key, "~") != 0 && strlen(key) <= 64)
        strbuf_puts(to, key);
    else
        conf_write_quoted(key, to);
    strbuf_putc(to, ':');
}

void conf_write_flow(const struct conf_node *n, struct strbuf *to)
{
    bool list = conf_kind(n) == CONF_SEQUENCE;

    if (conf_kind(n) == CONF_BROKEN) {
        strbuf_putc(to, '~');
        return;
    }
    if (conf_kind(n) == CONF_SCALAR) {
        put_scalar(n, to);
        return;
    }
    if (conf_count(n) == 0) {
        strbuf_puts(to, list ? "[]" : "{}");
        return;
    }
    strbuf_puts(to, list ? "[" : "{ ");
    for (size_t i = 0; i < conf_count(n); i++) {
        if (i > 0)
            strbuf_puts(to, ", ");
        if (!list) {
            put_key(conf_entry(n, i)->key, to);
            strbuf_putc(to, ' ');
        }
        conf_write_flow(list ? conf_item(n, i) : &conf_entry(n, i)->value, to);
    }
    strbuf_puts(to, list ? "]" : " }");
}

/* ---- block style ---- */

static bool list_of_mappings(const struct conf_node *n)
{
    for (size_t i = 0; conf_kind(n) == CONF_SEQUENCE && i < conf_count(n); i++)
        if (conf_kind(conf_item(n, i)) == CONF_MAPPING)
            return true;
    return false;
}

/* A list of mappings, or a mapping that holds one: worth lines of its own. */
static bool tall(const struct conf_node *n)
{
    for (size_t i = 0; conf_kind(n) == CONF_MAPPING && i < conf_count(n); i++)
        if (tall(&conf_entry(n, i)->value))
            return true;
    return list_of_mappings(n);
}

static void indent_by(unsigned blanks, struct strbuf *to)
{
    while (blanks-- > 0)
        strbuf_putc(to, ' ');
}

static void put_list(const struct conf_node *n, unsigned indent, struct strbuf *to);

/* The first line is begun already (by "- "), the others are indented. */
static void put_mapping(const struct conf_node *n, unsigned indent, struct strbuf *to)
{
    for (size_t i = 0; i < conf_count(n); i++) {
        const struct conf_entry *e = conf_entry(n, i);
        if (i > 0)
            indent_by(indent, to);
        put_key(e->key, to);
        if (!tall(&e->value)) {
            strbuf_putc(to, ' ');
            conf_write_flow(&e->value, to);
            strbuf_putc(to, '\n');
            continue;
        }
        strbuf_putc(to, '\n');
        if (conf_kind(&e->value) == CONF_SEQUENCE) {
            put_list(&e->value, indent + 2, to);
        } else {
            indent_by(indent + 2, to);
            put_mapping(&e->value, indent + 2, to);
        }
    }
}

static void put_list(const struct conf_node *n, unsigned indent, struct strbuf *to)
{
    for (size_t i = 0; i < conf_count(n); i++) {
        const struct conf_node *item = conf_item(n, i);
        indent_by(indent, to);
        strbuf_puts(to, "- ");
        if (conf_kind(item) == CONF_MAPPING && tall(item)) {
            put_mapping(item, indent + 2, to);
        } else {
            conf_write_flow(item, to);
            strbuf_putc(to, '\n');
        }
    }
}

void conf_write(const struct conf_node *root, struct strbuf *to)
{
    if (conf_kind(root) == CONF_MAPPING && conf_count(root) > 0) {
        put_mapping(root, 0, to);
    } else if (conf_kind(root) == CONF_SEQUENCE && tall(root)) {
        put_list(root, 0, to);
    } else {
        conf_write_flow(root, to);
        strbuf_putc(to, '\n');
    }
}
