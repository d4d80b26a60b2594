#include "model/stopgap.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "item_bytes.h"
#include "seal/seal.h"

const char *const STOPGAP_KINDS[] = { "substitute", "guest", "addresses", NULL };
const char *const STOPGAP_ENDS[] = { "open", "withdrawn", "ran_out", NULL };
const char *const STOPGAP_LACKS[] = { "roster", "who", "by", NULL };

uint64_t stopgap_id(const char *key)
{
    char text[HAND_KEY_MAX + sizeof "stopgap "];

    (void)snprintf(text, sizeof text, "stopgap %s", key);
    return seal_key63(text);
}

void stopgap_guest_id(uint64_t id, char out[ID_MAX])
{
    (void)snprintf(out, ID_MAX, "guest-%08" PRIx32, (uint32_t)(id >> 31));
}

unsigned stopgap_channels(const struct stopgap *s)
{
    return s->gave | (s->sms[0] != '\0' ? 1U << CHANNEL_SMS : 0U) |
           (s->email[0] != '\0' ? 1U << CHANNEL_EMAIL : 0U);
}

void stopgap_forget_addresses(struct stopgap *s)
{
    s->gave = (uint8_t)stopgap_channels(s);
    memset(s->sms, 0, sizeof s->sms);
    memset(s->email, 0, sizeof s->email);
}

/* ---- bytes: two of length, then fixed numbers, then texts, then what came later ---- */

enum { FIXED = 8 + 4 + 4 * 8, TEXTS = 13, LATER = 1 };

static void fields_of(struct stopgap *s, struct text_field out[TEXTS])
{
    const struct text_field all[TEXTS] = {
        { s->roster, sizeof s->roster },   { s->who, sizeof s->who },
        { s->by, sizeof s->by },           { s->supplier, sizeof s->supplier },
        { s->name, sizeof s->name },       { s->email, sizeof s->email },
        { s->sms, sizeof s->sms },         { s->key, sizeof s->key },
        { s->told_by, sizeof s->told_by }, { s->why, sizeof s->why },
        { s->end_key, sizeof s->end_key }, { s->ended_by, sizeof s->ended_by },
        { s->end_why, sizeof s->end_why }
    };

    memcpy(out, all, sizeof all);
}

void stopgap_write(struct strbuf *to, const struct stopgap *s)
{
    struct stopgap copy = *s;
    struct text_field f[TEXTS];
    size_t len = FIXED + LATER;

    fields_of(&copy, f);
    len += texts_length(f, TEXTS);
    put(to, len, 2);
    put(to, s->id, 8);
    put(to, s->kind, 1);
    put(to, s->end, 1);
    put(to, s->language, 1);
    put(to, s->without, 1);
    put(to, (uint64_t)s->from.ms, 8);
    put(to, (uint64_t)s->until.ms, 8);
    put(to, (uint64_t)s->entered.ms, 8);
    put(to, (uint64_t)s->ended.ms, 8);
    put_texts(to, f, TEXTS);
    put(to, s->gave, 1);
}

static bool is_sound(const struct stopgap *s)
{
    return s->id != 0 && s->kind < STOPGAP_KIND_COUNT && s->end < STOPGAP_END_COUNT &&
           s->language <= CONTACT_EN && s->without < 1 << CHANNEL_COUNT && s->gave < 1 << CHANNEL_COUNT &&
           s->key[0] != '\0' && s->from.ms < s->until.ms && (s->end == STOPGAP_OPEN) == (s->ended.ms == 0) &&
           (s->kind == STOPGAP_SUBSTITUTE ? s->roster[0] != '\0' : s->who[0] != '\0');
}

enum err stopgap_read(const unsigned char **at, const unsigned char *end, struct stopgap *out)
{
    const unsigned char *p, *own_end;
    struct text_field f[TEXTS];
    enum err rc = open_item(at, end, 2, FIXED, &p, &own_end);

    memset(out, 0, sizeof *out);
    if (rc != ERR_NONE)
        return rc;
    out->id = get(&p, 8);
    out->kind = (uint8_t)get(&p, 1);
    out->end = (uint8_t)get(&p, 1);
    out->language = (uint8_t)get(&p, 1);
    out->without = (uint8_t)get(&p, 1);
    out->from.ms = (int64_t)get(&p, 8);
    out->until.ms = (int64_t)get(&p, 8);
    out->entered.ms = (int64_t)get(&p, 8);
    out->ended.ms = (int64_t)get(&p, 8);
    fields_of(out, f);
    rc = get_texts(&p, own_end, f, TEXTS);
    if (rc == ERR_NONE && own_end - p >= LATER) /* else an earlier version wrote it */
        out->gave = (uint8_t)get(&p, 1);
    return rc != ERR_NONE || is_sound(out) ? rc : ERR_RANGE;
}
