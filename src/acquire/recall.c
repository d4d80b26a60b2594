/* Lessons over restarts: one small text file per wire, replaced as a whole.
 *
 *     capnuoc lessons 1
 *     identity meter-3 3 200 8 high_first SN 40213      who it said it is, and in which registers
 *     device meter-3 90c1e2d0a1b2c3d4      the key of its settings: others, and its lessons are left out
 *     most 63
 *     cut 3 100
 *     missing 3 107 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "wire_inner.h"

enum { FILE_BYTES_MAX = 4 << 20, PATH_BYTES = 640 };

static const char FIRST_LINE[] = "capnuoc lessons 1";

static void path_of(const struct wire *w, char out[PATH_BYTES])
{
    (void)snprintf(out, PATH_BYTES, "%s/%s", w->folder, w->settings->id);
}

/* ---- reading ---- */

/* NULL: a device that is not there any more, or has another map. */
static struct unit *whose(struct wire *w, const char *line)
{
    char id[ID_MAX];
    uint64_t key;

    if (sscanf(line, "device %63s %" SCNx64, id, &key) != 2) /* NOLINT(cert-err34-c) */
        return NULL;
    for (size_t i = 0; i < w->unit_count; i++)
        if (strcmp(w->units[i].device->id, id) == 0)
            return learned_key(w->settings, w->units[i].device) == key ? &w->units[i] : NULL;
    return NULL;
}

/* A line of a device that is not there any more, or says it elsewhere now, is left out. */
static void read_identity(struct wire *w, const char *line)
{
    for (size_t i = 0; i < w->unit_count; i++) {
        struct unit *u = &w->units[i];
        if (identity_read_line(line, u->device, u->naming.text))
            return;
    }
}

/* A file that is damaged teaches what is whole in it: a wrong lesson is unlearned within the hour. */
static void read_lines(struct wire *w, char *text)
{
    char *rest = text, *line = strtok_r(text, "\n", &rest);
    struct unit *u = NULL;
    unsigned wrong = line == NULL || strcmp(line, FIRST_LINE) != 0;

    while (wrong == 0 && (line = strtok_r(NULL, "\n", &rest)) != NULL) {
        if (strncmp(line, "device ", 7) == 0)
            u = whose(w, line);
        else if (strncmp(line, "identity ", 9) == 0)
            read_identity(w, line);
        else if (u != NULL)
            wrong += !learned_read_line(&u->learned, line);
    }
    if (wrong > 0)
        log_warn("wire=%s its file of lessons is damaged: the rest of it is not used", w->settings->id);
}

void recall_lessons(struct wire *w)
{
    char path[PATH_BYTES], *text;
    size_t len;
    struct fault why;
    enum err rc;

    if (w->folder[0] == '\0')
        return;
    path_of(w, path);
    rc = file_read(path, FILE_BYTES_MAX, &text, &len, &why);
    if (rc != ERR_NONE) {
        if (rc != ERR_MISSING)
            log_warn("wire=%s lessons not read: %s", w->settings->id, why.text);
        return;
    }
    read_lines(w, text);
    free(text);
    for (size_t i = 0; i < w->unit_count; i++)
        teach_cut(&w->units[i]);
}

/* ---- writing ---- */

static void write_lines(const struct wire *w, struct strbuf *to)
{
    strbuf_printf(to, "%s\n", FIRST_LINE);
    for (size_t i = 0; i < w->unit_count; i++)
        identity_write(w->units[i].device, w->units[i].naming.text, to);
    for (size_t i = 0; i < w->unit_count; i++) {
        const struct unit *u = &w->units[i];
        if (u->learned.count == 0 && u->learned.most == 0)
            continue;
        strbuf_printf(to, "device %s %016" PRIx64 "\n", u->device->id, learned_key(w->settings, u->device));
        learned_write(&u->learned, to);
    }
}

static enum err write_file(struct wire *w, struct fault *why)
{
    char path[PATH_BYTES];
    struct strbuf b;
    enum err rc;

    strbuf_init(&b, FILE_BYTES_MAX);
    write_lines(w, &b);
    path_of(w, path);
    rc = b.failed ? fault_set(why, ERR_MEMORY, "no memory") : file_make_folder(w->folder, why);
    if (rc == ERR_NONE)
        rc = file_write(path, b.text, b.len, 0600, why);
    strbuf_clear(&b);
    return rc;
}

void keep_lessons_now(struct wire *w)
{
    struct mono now = clock_read(&w->clock).mono;
    struct fault why;
    unsigned swallowed;
    int64_t lasted_ms;

    if (!w->lessons_changed || w->folder[0] == '\0')
        return;
    w->lessons_kept = now;
    if (write_file(w, &why) == ERR_NONE) {
        w->lessons_changed = false;
        if (damper_end(&w->lessons_lost, now, &lasted_ms))
            log_info("wire=%s lessons kept again after=%llds", w->settings->id,
                     (long long)(lasted_ms / 1000));
    } else if (damper_complain(&w->lessons_lost, now, &swallowed)) {
        log_warn("wire=%s lessons not kept: %s", w->settings->id, why.text);
    }
}

void keep_lessons(struct wire *w, struct mono now)
{
    if (w->lessons_kept.ms == 0 || now.ms - w->lessons_kept.ms >= CLOCK_MINUTE_MS)
        keep_lessons_now(w);
}
