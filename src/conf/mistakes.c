#include "conf/mistakes.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NO_FILE SIZE_MAX

struct conf_complaint {
    size_t file; /* index in files, or NO_FILE */
    unsigned line, column;
    bool warning;
    size_t turn; /* the order they were made in */
    char *text;
};

void conf_mistakes_init(struct conf_mistakes *m, size_t max)
{
    *m = (struct conf_mistakes){ .max = max == 0 ? CONF_MISTAKES_MAX : max };
}

void conf_mistakes_clear(struct conf_mistakes *m)
{
    for (size_t i = 0; i < m->kept; i++)
        free(m->list[i].text);
    for (size_t i = 0; i < m->file_count; i++)
        free(m->files[i]);
    free(m->list);
    free(m->files);
    conf_mistakes_init(m, m->max);
}

bool conf_mistakes_room(const struct conf_mistakes *m)
{
    return m->kept < m->max;
}

/* The latest file is the likeliest.  False: no memory. */
static bool file_index(struct conf_mistakes *m, const char *file, size_t *index)
{
    char **grown;
    char *copy;

    *index = NO_FILE;
    if (file == NULL)
        return true;
    for (size_t i = m->file_count; i-- > 0;)
        if (strcmp(m->files[i], file) == 0) {
            *index = i;
            return true;
        }
    copy = strdup(file);
    grown = copy == NULL ? NULL : realloc(m->files, (m->file_count + 1) * sizeof *grown);
    if (grown == NULL) {
        free(copy);
        return false;
    }
    m->files = grown;
    m->files[m->file_count] = copy;
    *index = m->file_count++;
    return true;
}

static bool room_for_one(struct conf_mistakes *m)
{
    size_t cap = m->cap == 0 ? 16 : 2 * m->cap;
    struct conf_complaint *grown;

    if (!conf_mistakes_room(m))
        return false;
    if (m->kept < m->cap)
        return true;
    grown = realloc(m->list, cap * sizeof *grown);
    if (grown == NULL)
        return false;
    m->list = grown;
    m->cap = cap;
    return true;
}

/* What a file says, or is called, must not forge a line. */
static void blunt(char *text)
{
    for (unsigned char *c = (unsigned char *)text; *c != '\0'; c++) {
        if (*c == 0xc2 && c[1] >= 0x80 && c[1] < 0xa0) { /* U+0080 to U+009F */
            *c++ = '?';
            *c = '?';
        } else if (*c < 0x20 || *c == 0x7f) {
            *c = '?';
        }
    }
}

/* A cut must not leave half a character. */
static void tidy(char *text, size_t size, int wanted)
{
    if (wanted >= (int)size) {
        size_t n = size - 4;
        while (n > 0 && ((unsigned char)text[n] & 0xc0) == 0x80)
            n--;
        memcpy(text + n, "...", 4);
    }
    blunt(text);
}

static void complain(struct conf_mistakes *m, bool warning, struct conf_mark at, const char *fmt,
                     va_list args)
{
    struct conf_complaint c = { .line = at.line, .column = at.column, .warning = warning };
    char text[CONF_SENTENCE_MAX];
    int wanted;

    c.turn = m->mistakes + m->warnings;
    if (warning)
        m->warnings++;
    else
        m->mistakes++;
    if (!room_for_one(m) || !file_index(m, at.file, &c.file))
        return;
    wanted = vsnprintf(text, sizeof text, fmt, args);
    if (wanted < 0)
        text[0] = '\0';
    tidy(text, sizeof text, wanted);
    c.text = strdup(text);
    if (c.text != NULL)
        m->list[m->kept++] = c;
}

void conf_mistake(struct conf_mistakes *m, struct conf_mark at, const char *fmt, ...)
{
    va_list args;

    va_start(args, fmt);
    complain(m, false, at, fmt, args);
    va_end(args);
}

void conf_warning(struct conf_mistakes *m, struct conf_mark at, const char *fmt, ...)
{
    va_list args;

    va_start(args, fmt);
    complain(m, true, at, fmt, args);
    va_end(args);
}

static int by_place(const void *va, const void *vb)
{
    const struct conf_complaint *a = va, *b = vb;

    if (a->file != b->file)
        return a->file < b->file ? -1 : 1;
    if (a->line != b->line)
        return a->line < b->line ? -1 : 1;
    if (a->column != b->column)
        return a->column < b->column ? -1 : 1;
    return a->turn < b->turn ? -1 : a->turn > b->turn;
}

void conf_mistakes_write(struct conf_mistakes *m, struct strbuf *to)
{
    size_t all = m->mistakes + m->warnings;

    for (size_t i = 0; i < m->file_count; i++)
        blunt(m->files[i]);
    if (m->kept > 1)
        qsort(m->list, m->kept, sizeof *m->list, by_place);
    for (size_t i = 0; i < m->kept; i++) {
        const struct conf_complaint *c = &m->list[i];
        if (c->file != NO_FILE)
            strbuf_puts(to, m->files[c->file]);
        if (c->file != NO_FILE && c->line > 0)
            strbuf_printf(to, ":%u:%u", c->line, c->column);
        strbuf_printf(to, "%s%s%s\n", c->file != NO_FILE ? ": " : "", c->warning ? "warning: " : "", c->text);
    }
    if (all > m->kept)
        strbuf_printf(to, "... and %zu more\n", all - m->kept);
}

const char *conf_place(struct conf_mark at, char out[CONF_PLACE_MAX])
{
    char numbers[32] = "";
    const char *file = at.file == NULL ? "?" : at.file;
    size_t room, len = strlen(file);

    if (at.line > 0)
        (void)snprintf(numbers, sizeof numbers, ":%u:%u", at.line, at.column);
    room = CONF_PLACE_MAX - 1 - strlen(numbers);
    if (len <= room) {
        (void)snprintf(out, CONF_PLACE_MAX, "%s%s", file, numbers);
        return out;
    }
    file += len - (room - 3);
    while (((unsigned char)*file & 0xc0) == 0x80)
        file++;
    (void)snprintf(out, CONF_PLACE_MAX, "...%s%s", file, numbers);
    return out;
}
