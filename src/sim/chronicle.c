#include "chronicle.h"

#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/log.h"
#include "registers.h"

struct chronicle {
    char path[PATH_MAX - 2];
    uint64_t max_bytes, bytes;
    FILE *file;
    bool failed;
    uint16_t (*last)[FIELD_WORDS_MAX]; /* as written */
};

static void count(struct chronicle *c, int printed)
{
    if (printed > 0)
        c->bytes += (uint64_t)printed;
}

static void write_word(struct chronicle *c, const struct field_device *d, const struct field_range *r,
                       unsigned address, uint16_t word, struct now now)
{
    count(c, fprintf(c->file, "H %" PRId64 " %" PRId64 " %s %c %u %u\n", now.mono.ms, now.wall.ms, d->name,
                     r->bank == FIELD_HOLDING ? 'h' : 'i', address, word));
}

static void write_device(struct chronicle *c, const struct stand *s, unsigned device, bool all,
                         struct now now)
{
    const struct field_device *d = &s->from.devices[device];
    unsigned place = 0;

    for (size_t i = 0; i < d->range_count; i++)
        for (unsigned k = 0; k < d->ranges[i].count; k++, place++) {
            uint16_t word = s->shown[device][place];
            if (all || word != c->last[device][place])
                write_word(c, d, &d->ranges[i], d->ranges[i].first + k, word, now);
            c->last[device][place] = word;
        }
}

static void write_all(struct chronicle *c, const struct stand *s, bool all, struct now now)
{
    for (unsigned i = 0; i < s->from.device_count; i++)
        write_device(c, s, i, all, now);
}

static enum err begin(struct chronicle *c, struct fault *why)
{
    struct stat st;

    c->file = fopen(c->path, "ae");
    if (c->file == NULL)
        return fault_set(why, ERR_IO, "%s: %s", c->path, strerror(errno));
    c->bytes = fstat(fileno(c->file), &st) == 0 ? (uint64_t)st.st_size : 0;
    return ERR_NONE;
}

static void turn_page(struct chronicle *c, const struct stand *s, struct now now)
{
    char old[PATH_MAX];
    struct fault why;

    (void)snprintf(old, sizeof old, "%s.1", c->path);
    (void)fclose(c->file);
    c->file = NULL;
    if (rename(c->path, old) != 0 || begin(c, &why) != ERR_NONE) {
        c->failed = true;
        log_error("chronicle %s: %s; nothing more is written", c->path, strerror(errno));
        return;
    }
    write_all(c, s, true, now);
}

/* Everything written reaches the kernel before a reply can tell of it. */
static void flush(struct chronicle *c)
{
    bool failed = fflush(c->file) != 0;

    if (failed && !c->failed)
        log_error("chronicle %s: %s", c->path, strerror(errno));
    clearerr(c->file);
    c->failed = failed;
}

enum err chronicle_open(struct chronicle **out, const char *path, uint64_t max_bytes, const struct stand *s,
                        struct now now, struct fault *why)
{
    struct chronicle *c;
    enum err rc;

    if (strlen(path) >= sizeof c->path)
        return fault_set(why, ERR_RANGE, "the chronicle's path is too long");
    c = calloc(1, sizeof *c);
    if (c == NULL)
        return fault_set(why, ERR_MEMORY, "no memory for the chronicle");
    c->last = calloc(s->from.device_count, sizeof *c->last);
    memcpy(c->path, path, strlen(path));
    c->max_bytes = max_bytes;
    rc = c->last == NULL ? fault_set(why, ERR_MEMORY, "no memory for the chronicle") : begin(c, why);
    if (rc != ERR_NONE) {
        chronicle_close(c);
        return rc;
    }
    write_all(c, s, true, now);
    flush(c);
    *out = c;
    return ERR_NONE;
}

void chronicle_see(struct chronicle *c, const struct stand *s, struct now now)
{
    if (c == NULL || c->file == NULL)
        return;
    if (c->bytes >= c->max_bytes)
        turn_page(c, s, now);
    else
        write_all(c, s, c->failed, now);
    if (c->file != NULL)
        flush(c);
}

void chronicle_note(struct chronicle *c, struct now now, const char *text)
{
    if (c == NULL || c->file == NULL)
        return;
    count(c, fprintf(c->file, "E %" PRId64 " %" PRId64 " %s\n", now.mono.ms, now.wall.ms, text));
    flush(c);
}

void chronicle_close(struct chronicle *c)
{
    if (c == NULL)
        return;
    if (c->file != NULL)
        (void)fclose(c->file);
    free(c->last);
    free(c);
}
