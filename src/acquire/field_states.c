#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "loading.h"

enum { HEXADECIMAL = 16, DECIMAL = 10 };

/* A whole number within 2^53, decimal or hexadecimal after 0x. */
static bool parse_raw(const char *text, int64_t *raw)
{
    const char *digits = text[0] == '-' ? text + 1 : text;
    bool hexadecimal = digits[0] == '0' && (digits[1] == 'x' || digits[1] == 'X');
    size_t len;

    digits += hexadecimal ? 2 : 0;
    len = strspn(digits, hexadecimal ? "0123456789abcdefABCDEF" : "0123456789");
    if (len == 0 || digits[len] != '\0' || (!hexadecimal && len > 1 && digits[0] == '0'))
        return false;
    errno = 0;
    *raw = strtoll(digits, NULL, hexadecimal ? HEXADECIMAL : DECIMAL);
    if (errno != 0 || *raw > INT64_C(1) << 53)
        return false;
    if (text[0] == '-')
        *raw = -*raw;
    return true;
}

static bool add_state(struct point_row *row, int64_t raw, struct conf_mark at, const struct conf_node *word,
                      struct conf_mistakes *m)
{
    struct point_state *to = &row->state[row->state_count];

    for (unsigned i = 0; i < row->state_count; i++)
        if (row->state[i].raw == raw) {
            conf_mistake(m, at, "state %lld stands twice", (long long)raw);
            return false;
        }
    to->raw = raw;
    if (!conf_read_text(word, "states", to->word, sizeof to->word, m))
        return false;
    row->state_count++;
    return true;
}

static bool add_entry(struct point_row *row, const struct conf_entry *e, struct conf_mistakes *m)
{
    struct conf_mark at = conf_key_mark(row->states, e);
    int64_t raw;

    if (parse_raw(e->key, &raw))
        return add_state(row, raw, at, &e->value, m);
    conf_mistake(m, at, "states: \"%s\" is no whole number that a register holds", e->key);
    return false;
}

bool load_states(struct point_row *row, struct conf_mistakes *m)
{
    const struct conf_node *n = row->states;
    bool right = true;

    if (n == NULL)
        return true;
    row->state_count = 0;
    if (conf_kind(n) != CONF_MAPPING && conf_kind(n) != CONF_SEQUENCE) {
        if (conf_kind(n) != CONF_BROKEN)
            conf_mistake(m, conf_mark(n), "states: must be like { 0: stopped, 1: running }");
        right = false;
    } else if (conf_count(n) > STATES_MAX) {
        conf_mistake(m, conf_mark(n), "states: at most %d, here are %zu", STATES_MAX, conf_count(n));
        right = false;
    }
    for (size_t i = 0; right && i < conf_count(n); i++)
        right = conf_kind(n) == CONF_MAPPING
                    ? add_entry(row, conf_entry(n, i), m)
                    : add_state(row, (int64_t)i, conf_mark(conf_item(n, i)), conf_item(n, i), m);
    row->states = NULL; /* the file may go before the row */
    return right;
}
