#include "control.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "scenario_line.h"

enum { WORDS_MAX = 6 };

static enum err device_named(const char *name, unsigned *out, struct fault *why)
{
    int device = field_named(name);

    if (device < 0)
        return fault_set(why, ERR_MISSING, "no device '%s'", name);
    *out = (unsigned)device;
    return ERR_NONE;
}

enum err control_option(struct mischief mischief[FIELD_DEVICES], const char *text, struct fault *why)
{
    char name[40];
    const char *colon = strchr(text, ':');
    unsigned device = 0;
    enum err rc;

    if (colon == NULL || (size_t)(colon - text) >= sizeof name)
        return fault_set(why, ERR_RANGE, "'%s': a fault is DEVICE:KIND[:ARG[:COUNT]]", text);
    memcpy(name, text, (size_t)(colon - text));
    name[colon - text] = '\0';
    rc = device_named(name, &device, why);
    return rc != ERR_NONE ? rc : mischief_parse(colon + 1, &mischief[device], why);
}

static bool number(const char *text, unsigned long *out)
{
    char *end;

    if (*text < '0' || *text > '9')
        return false;
    *out = strtoul(text, &end, 0);
    return *end == '\0' && *out <= 0xFFFF;
}

static enum err hold_raw(struct field *f, char **word, size_t n, struct fault *why)
{
    const char *bank = n == 5 ? word[2] : "holding";
    enum field_bank in = strcmp(bank, "input") == 0 ? FIELD_INPUT : FIELD_HOLDING;
    unsigned long address, value;
    unsigned device = 0;
    enum err rc;

    if ((n != 4 && n != 5) || (in == FIELD_HOLDING && strcmp(bank, "holding") != 0))
        return fault_set(why, ERR_RANGE, "raw DEVICE [holding|input] ADDRESS VALUE");
    rc = device_named(word[1], &device, why);
    if (rc != ERR_NONE)
        return rc;
    if (!number(word[n - 2], &address) || !number(word[n - 1], &value))
        return fault_set(why, ERR_RANGE, "address and value are numbers from 0 to 65535");
    rc = field_pin(f, device, in, (uint16_t)address, (uint16_t)value);
    if (rc == ERR_RANGE)
        return fault_set(why, rc, "%s has no %s register %lu", word[1], bank, address);
    if (rc == ERR_FULL)
        return fault_set(why, rc, "%d registers are held already", FIELD_PINS_MAX);
    return rc;
}

static enum err clear(struct field *f, struct mischief *mischief, char **word, size_t n, struct fault *why)
{
    unsigned device = 0;

    if (n != 2)
        return fault_set(why, ERR_RANGE, "clear DEVICE|all");
    if (strcmp(word[1], "all") == 0) {
        for (unsigned i = 0; i < FIELD_DEVICES; i++) {
            mischief[i] = (struct mischief){ 0 };
            field_unpin(f, i);
        }
        return ERR_NONE;
    }
    if (device_named(word[1], &device, why) != ERR_NONE)
        return why->code;
    mischief[device] = (struct mischief){ 0 };
    field_unpin(f, device);
    return ERR_NONE;
}

static enum err spoil(struct mischief *mischief, char **word, size_t n, struct fault *why)
{
    unsigned device = 0;
    enum err rc;

    if (n != 3)
        return fault_set(why, ERR_RANGE, "fault DEVICE KIND[:ARG[:COUNT]]");
    rc = device_named(word[1], &device, why);
    return rc != ERR_NONE ? rc : mischief_parse(word[2], &mischief[device], why);
}

static size_t list(const struct mischief *mischief, char *answer)
{
    size_t len = 0;

    for (unsigned i = 0; i < FIELD_DEVICES && len < CONTROL_ANSWER_MAX; i++) {
        const struct field_device *d = field_device(i);
        len +=
            (size_t)snprintf(answer + len, CONTROL_ANSWER_MAX - len,
                             "%s wire=%s unit=%u fault=%s:%u left=%u\n", d->name, field_wire(d->wire)->name,
                             d->unit, mischief_name(mischief[i].kind), mischief[i].arg, mischief[i].left);
    }
    return len < CONTROL_ANSWER_MAX ? len : CONTROL_ANSWER_MAX - 1;
}

size_t control_line(struct field *f, struct mischief mischief[FIELD_DEVICES], const char *line,
                    char answer[CONTROL_ANSWER_MAX])
{
    char copy[CONTROL_LINE_MAX], *word[WORDS_MAX], *rest = NULL;
    size_t n = 0;
    struct fault why = { 0 };
    enum err rc;

    if (scenario_line_is(line))
        return scenario_line(f, line, answer, CONTROL_ANSWER_MAX);
    (void)snprintf(copy, sizeof copy, "%s", line);
    for (char *w = strtok_r(copy, " \t\r\n", &rest); w != NULL && n < WORDS_MAX;
         w = strtok_r(NULL, " \t\r\n", &rest))
        word[n++] = w;
    if (n == 1 && strcmp(word[0], "devices") == 0)
        return list(mischief, answer);
    if (n > 0 && strcmp(word[0], "fault") == 0)
        rc = spoil(mischief, word, n, &why);
    else if (n > 0 && strcmp(word[0], "raw") == 0)
        rc = hold_raw(f, word, n, &why);
    else if (n > 0 && strcmp(word[0], "clear") == 0)
        rc = clear(f, mischief, word, n, &why);
    else
        rc = fault_set(&why, ERR_RANGE, "commands: fault, raw, clear, devices, scenarios");
    if (rc == ERR_NONE)
        return (size_t)snprintf(answer, CONTROL_ANSWER_MAX, "ok\n");
    return (size_t)snprintf(answer, CONTROL_ANSWER_MAX, "error: %s\n", why.text);
}
