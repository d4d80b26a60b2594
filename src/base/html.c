#include "base/html.h"

static const char *named(char c)
{
    switch (c) {
    case '&': return "&amp;";
    case '<': return "&lt;";
    case '>': return "&gt;";
    case '"': return "&quot;";
    case '\'': return "&#39;";
    default: return NULL;
    }
}

void html_text(struct strbuf *b, const char *text)
{
    for (; *text != '\0'; text++) {
        const char *name = named(*text);
        unsigned char c = (unsigned char)*text;
        if (name != NULL)
            strbuf_puts(b, name);
        else if (c == 0x7f || (c < 0x20 && c != '\t' && c != '\n'))
            continue;
        else
            strbuf_putc(b, *text);
    }
}
