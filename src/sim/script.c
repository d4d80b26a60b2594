#include "script.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"

enum { SECONDS_MAX = 31 * 86400 };

static enum err add(struct script *s, char *line, unsigned number, struct fault *why)
{
    char *end;
    double seconds;
    int64_t at_ms;

    line[strcspn(line, "#\r")] = '\0';
    line += strspn(line, " \t");
    if (*line == '\0')
        return ERR_NONE;
    seconds = strtod(line, &end);
    if (end == line || (*end != ' ' && *end != '\t') || !(seconds >= 0) || seconds > SECONDS_MAX)
        return fault_set(why, ERR_RANGE, "line %u: SECONDS COMMAND", number);
    at_ms = (int64_t)(seconds * 1000);
    if (s->count > 0 && at_ms < s->steps[s->count - 1].at_ms)
        return fault_set(why, ERR_RANGE, "line %u is before the one above it", number);
    assert(s->steps != NULL); /* one for each line */
    s->steps[s->count++] = (struct script_step){ at_ms, end + strspn(end, " \t") };
    return ERR_NONE;
}

static size_t lines_of(const char *text)
{
    size_t lines = 1;

    for (; *text != '\0'; text++)
        lines += *text == '\n';
    return lines;
}

enum err script_parse(struct script *out, char *text, struct fault *why)
{
    struct script s = { .text = text };
    enum err rc = ERR_NONE;
    unsigned number = 0;

    s.steps = calloc(lines_of(text), sizeof *s.steps);
    if (s.steps == NULL)
        rc = fault_set(why, ERR_MEMORY, "no memory for the script");
    for (char *line = text; line != NULL && rc == ERR_NONE;) {
        char *next = strchr(line, '\n');
        if (next != NULL)
            *next++ = '\0';
        rc = add(&s, line, ++number, why);
        line = next;
    }
    if (rc != ERR_NONE) {
        script_clear(&s);
        return rc;
    }
    *out = s;
    return ERR_NONE;
}

enum err script_read(struct script *out, const char *path, struct fault *why)
{
    char *text;
    enum err rc = file_read(path, SCRIPT_BYTES_MAX, &text, &(size_t){ 0 }, why);

    return rc == ERR_NONE ? script_parse(out, text, why) : rc;
}

void script_clear(struct script *s)
{
    free(s->text);
    free(s->steps);
    *s = (struct script){ 0 };
}

const char *script_due(struct script *s, int64_t since_start_ms)
{
    if (s->next == s->count || since_start_ms < s->steps[s->next].at_ms)
        return NULL;
    return s->steps[s->next++].line;
}
