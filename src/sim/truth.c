#include "truth.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"

struct truth {
    FILE *file;
    bool failed;
};

enum err truth_open(struct truth **out, const char *path, struct fault *why)
{
    struct truth *t = calloc(1, sizeof *t);
    int fd;

    if (t == NULL)
        return fault_set(why, ERR_MEMORY, "no memory for the truth log");
    fd = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    t->file = fd >= 0 ? fdopen(fd, "a") : NULL;
    if (t->file == NULL) {
        enum err rc = fault_set(why, ERR_IO, "%s: %s", path, strerror(errno));
        if (fd >= 0)
            (void)close(fd);
        free(t);
        return rc;
    }
    *out = t;
    return ERR_NONE;
}

/* The field knows its own second; the hour of the world is put before it here. */
static void write_line(void *self, const char *line)
{
    struct truth *t = self;
    char at[CLOCK_TEXT_MAX];
    bool failed;

    wall_text_utc(wall_read(), at);
    failed = fprintf(t->file, "{\"at\":\"%s\",%s\n", at, line + 1) < 0 || fflush(t->file) != 0;
    if (failed && !t->failed)
        log_error("the truth log cannot be written: %s", strerror(errno));
    t->failed = failed;
}

struct scenario_truth truth_ear(struct truth *t)
{
    return (struct scenario_truth){ write_line, t };
}

void truth_close(struct truth *t)
{
    if (t == NULL)
        return;
    (void)fclose(t->file);
    free(t);
}
