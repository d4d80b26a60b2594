#include "notify/sms_spool.h"

#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/log.h"
#include "base/utf8.h"
#include "notify/sms_text.h"
#include "seal/seal.h"

enum { FILE_MODE = 0660, NAME_MAX_BYTES_OURS = 32, A_TURN = 16, LOOK_EVERY_MS = 1000, TIDY_EVERY_MS = 60000 };
enum { FORGET_A_TURN = 128, FORGET_AGAIN_MS = 1000 };
enum { REPLIES_AN_HOUR = 20, REPLIES_KNOWN = 64, REASON_BYTES = 8192 };

static const char PREFIX[] = "capnuoc-";
static const char *const KEPT[] = { "read", "aside" }; /* folders of our own */

struct reply_count {
    char number[CONTACT_NUMBER_MAX];
    struct mono since;
    unsigned n;
};

struct spool {
    const struct spool_settings *set;
    const struct spool_ear *ear;
    struct mono next_look, next_tidy;
    struct reply_count replies[REPLIES_KNOWN];
    size_t replies_next;
    _Atomic uint64_t heard, aside, forgotten;
    atomic_bool clock_is_true;
};

/* ---- the file ---- */

static void sixteen_bits(struct strbuf *to, const char *text)
{
    size_t left = strlen(text);

    for (const unsigned char *s = (const unsigned char *)text; left > 0;) {
        size_t n = utf8_length(s, left);
        unsigned code = n == 1 ? s[0] : n == 2 ? s[0] & 0x1FU : n == 3 ? s[0] & 0x0FU : s[0] & 0x07U;
        for (size_t i = 1; i < n; i++)
            code = code << 6 | (s[i] & 0x3FU);
        if (n == 0)
            code = '?';
        if (code > 0xFFFF) {
            unsigned high = 0xD800 + ((code - 0x10000) >> 10);
            strbuf_putc(to, (char)(high >> 8));
            strbuf_putc(to, (char)(high & 0xFF));
            code = 0xDC00 + ((code - 0x10000) & 0x3FF);
        }
        strbuf_putc(to, (char)(code >> 8));
        strbuf_putc(to, (char)(code & 0xFF));
        s += n == 0 ? 1 : n;
        left -= n == 0 ? 1 : n;
    }
}

/* The number is digits, and behind the empty line nothing is a header. */
bool spool_write(struct strbuf *to, const char *number, const char *text, bool marks)
{
    char digits[CONTACT_NUMBER_MAX];

    if (!contact_number(number, digits))
        return false;
    strbuf_printf(to, "To: %s\nAlphabet: %s\n\n", digits, marks ? "UCS" : "ISO");
    if (marks)
        sixteen_bits(to, text);
    else
        strbuf_puts(to, text);
    return true;
}

static void name_of(const char *id, char out[NAME_MAX_BYTES_OURS])
{
    struct seal_hash h = seal_hash(id, strlen(id));
    char hex[17];

    seal_short_text(&h, hex);
    (void)snprintf(out, NAME_MAX_BYTES_OURS, "%s%s", PREFIX, hex);
}

static bool path_in(char out[PATH_MAX], const char *folder, const char *name)
{
    return folder[0] != '\0' && snprintf(out, PATH_MAX, "%s/%s", folder, name) < PATH_MAX;
}

static bool is_in(const char *folder, const char *name, struct stat *st)
{
    char path[PATH_MAX];

    return path_in(path, folder, name) && lstat(path, st) == 0 && S_ISREG(st->st_mode);
}

/* ---- what became of it ---- */

static void one_line(char why[LETTER_WHY_MAX], const char *words, size_t n)
{
    (void)snprintf(why, LETTER_WHY_MAX, "%.*s", (int)(n < LETTER_WHY_MAX ? n : LETTER_WHY_MAX - 1), words);
    for (char *c = why; *c != '\0'; c++)
        if ((unsigned char)*c < ' ' || (unsigned char)*c > '~') /* a modem's words, in whatever alphabet */
            *c = '?';
}

/* The program writes its reason into the file. */
static void reason(const struct spool *s, const char *name, char why[LETTER_WHY_MAX])
{
    static const char HEADER[] = "\nFail_reason: ";
    char path[PATH_MAX], *text = NULL, *at;
    size_t len = 0;

    (void)snprintf(why, LETTER_WHY_MAX, "the modem's program failed to send it");
    if (!path_in(path, s->set->failed, name) || file_read(path, REASON_BYTES, &text, &len, NULL) != ERR_NONE)
        return;
    at = strstr(text, HEADER);
    if (at != NULL)
        one_line(why, at + strlen(HEADER), strcspn(at + strlen(HEADER), "\r\n"));
    free(text);
}

static bool lies_too_long(const struct spool *s, const struct stat *st, struct wall now)
{
    return now.ms - (int64_t)st->st_mtim.tv_sec * CLOCK_SECOND_MS > s->set->taken_within_ms;
}

/* Files only move on, and are looked for in the order in which they do: none is missed between. */
static enum carried look(void *self, const char *id, struct wall now, char why[LETTER_WHY_MAX])
{
    const struct spool *s = self;
    char name[NAME_MAX_BYTES_OURS];
    struct stat st;

    name_of(id, name);
    why[0] = '\0';
    if (is_in(s->set->outgoing, name, &st) || is_in(s->set->checked, name, &st)) {
        if (!lies_too_long(s, &st, now))
            return CARRIED_LIES;
        (void)snprintf(why, LETTER_WHY_MAX,
                       "a message lies in the spool: the modem's program does not take it");
        return CARRIED_DOWN;
    }
    if (is_in(s->set->sent, name, &st))
        return CARRIED_TAKEN;
    if (!is_in(s->set->failed, name, &st))
        return CARRIED_UNKNOWN;
    reason(s, name, why);
    return CARRIED_REFUSED;
}

/* Written beside, where nobody looks for messages, and moved in whole. */
static enum err put_file(const struct spool *s, const char *name, const struct strbuf *b, struct fault *why)
{
    char making[PATH_MAX], path[PATH_MAX];
    enum err rc;

    if (!path_in(making, s->set->own, name) || !path_in(path, s->set->outgoing, name))
        return fault_set(why, ERR_RANGE, "spool: a path is too long");
    rc = file_write(making, b->text, b->len, FILE_MODE, why);
    if (rc != ERR_NONE)
        return rc;
    (void)chmod(making, FILE_MODE); /* whatever the mask says: the modem's program moves and reads it */
    if (rename(making, path) == 0)
        return ERR_NONE;
    rc = fault_set(why, ERR_IO, "%s: %s", path, strerror(errno));
    (void)unlink(making);
    return rc;
}

static enum carried send_parcel(void *self, const struct parcel *p, const atomic_bool *stop,
                                char why[LETTER_WHY_MAX], int64_t *wait_ms)
{
    const struct spool *s = self;
    enum carried answer = CARRIED_LIES;
    char name[NAME_MAX_BYTES_OURS];
    struct strbuf b;
    struct fault fault;

    *wait_ms = 0; /* it says none */
    (void)stop;
    name_of(p->id, name);
    strbuf_init(&b, SMS_IN_BYTES_MAX);
    if (!spool_write(&b, p->to, p->brief, s->set->marks)) {
        (void)snprintf(why, LETTER_WHY_MAX, "the contact's number is none");
        answer = CARRIED_REFUSED;
    } else if (b.failed) {
        (void)snprintf(why, LETTER_WHY_MAX, "no memory");
        answer = CARRIED_DOWN;
    } else if (put_file(s, name, &b, &fault) != ERR_NONE) {
        one_line(why, fault.text, strlen(fault.text));
        answer = CARRIED_DOWN;
    }
    strbuf_clear(&b);
    return answer;
}

/* ---- what comes ---- */

/* So many answers a number gets in an hour: another machine may answer ours. */
static bool may_reply(struct spool *s, const char *number, struct mono now)
{
    struct reply_count *r = NULL;

    for (size_t i = 0; i < REPLIES_KNOWN && r == NULL; i++)
        if (strcmp(s->replies[i].number, number) == 0)
            r = &s->replies[i];
    if (r == NULL) {
        r = &s->replies[s->replies_next++ % REPLIES_KNOWN];
        *r = (struct reply_count){ .since = now };
        (void)snprintf(r->number, sizeof r->number, "%s", number);
    }
    if (now.ms - r->since.ms >= CLOCK_HOUR_MS) {
        r->since = now;
        r->n = 0;
    }
    return r->n++ < REPLIES_AN_HOUR;
}

static bool lies_anywhere(const struct spool *s, const char *name)
{
    const char *const folders[] = { s->set->outgoing, s->set->checked, s->set->sent, s->set->failed };
    struct stat st;

    for (size_t i = 0; i < COUNT_OF(folders); i++)
        if (is_in(folders[i], name, &st))
            return true;
    return false;
}

static void reply(struct spool *s, const struct sms_in *in, const char *key, const char *said,
                  struct mono now)
{
    char id[128], name[NAME_MAX_BYTES_OURS];
    struct strbuf b, text;
    struct fault why;

    (void)snprintf(id, sizeof id, "reply/%s", key);
    name_of(id, name);
    if (lies_anywhere(s, name) || !may_reply(s, in->from, now))
        return;
    strbuf_init(&b, SMS_IN_BYTES_MAX);
    strbuf_init(&text, SMS_IN_BYTES_MAX);
    sms_put(&text, said, &(struct sms_room){ 2, s->set->marks });
    if (!text.failed && spool_write(&b, in->from, text.text, s->set->marks) && !b.failed &&
        put_file(s, name, &b, &why) != ERR_NONE)
        log_warn("channel=sms an answer is not sent: %s", why.text);
    strbuf_clear(&b);
    strbuf_clear(&text);
}

static void put_away(struct spool *s, const char *name, enum heard what)
{
    char from[PATH_MAX], folder[PATH_MAX], to[PATH_MAX];

    atomic_fetch_add(what == HEARD_DONE ? &s->heard : &s->aside, 1);
    if (!path_in(from, s->set->incoming, name) || !path_in(folder, s->set->own, KEPT[what != HEARD_DONE]) ||
        !path_in(to, folder, name))
        return;
    if (rename(from, to) != 0)
        log_warn("channel=sms file=%s cannot be put away: %s", name, strerror(errno));
}

static void key_of(const char *bytes, size_t len, char out[HAND_KEY_MAX])
{
    struct seal_hash h = seal_hash(bytes, len);
    char hex[2 * SEAL_HASH_BYTES + 1];

    seal_hash_text(&h, hex);
    (void)snprintf(out, HAND_KEY_MAX, "sms-%.32s", hex);
}

/* False: not now, and then those behind it neither. */
static bool take_file(struct spool *s, const char *name, struct mono now)
{
    char path[PATH_MAX], key[HAND_KEY_MAX], said[SPOOL_SAID_MAX] = "", *bytes = NULL;
    enum heard what = HEARD_ASIDE;
    struct sms_in in;
    size_t len = 0;

    if (!path_in(path, s->set->incoming, name))
        return true;
    if (file_read(path, SMS_IN_BYTES_MAX, &bytes, &len, NULL) != ERR_NONE ||
        sms_in_read(bytes, len, &in) != ERR_NONE) {
        log_warn("channel=sms file=%s is no message, put aside", name);
    } else {
        key_of(bytes, len, key);
        what = s->ear->hear(s->ear->self, &in, key, said);
        if (what != HEARD_LATER && said[0] != '\0')
            reply(s, &in, key, said, now);
    }
    free(bytes);
    if (what != HEARD_LATER)
        put_away(s, name, what);
    return what != HEARD_LATER;
}

static int by_name(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

/* The names of at most A_TURN files, in their order; those that a program still writes are not there yet.  A
 * folder, a link is not of the modem's program, and takes nobody's place. */
static size_t names_in(const char *folder, char *names[A_TURN], bool (*is_wanted)(const char *name))
{
    DIR *d = opendir(folder);
    const struct dirent *e;
    struct stat st;
    size_t n = 0;

    while (d != NULL && n < A_TURN && (e = readdir(d)) != NULL) {
        if (!is_wanted(e->d_name) || !is_in(folder, e->d_name, &st) || (names[n] = strdup(e->d_name)) == NULL)
            continue;
        n++;
    }
    if (d != NULL)
        (void)closedir(d);
    qsort(names, n, sizeof *names, by_name);
    return n;
}

static bool is_message(const char *name)
{
    size_t n = strlen(name);

    return name[0] != '.' && (n < 5 || strcmp(name + n - 5, ".LOCK") != 0);
}

static bool is_ours(const char *name)
{
    return strncmp(name, PREFIX, strlen(PREFIX)) == 0 && is_message(name);
}

static void read_what_came(struct spool *s, struct mono now, const atomic_bool *stop)
{
    char *names[A_TURN];
    size_t n = names_in(s->set->incoming, names, is_message);
    bool go_on = true;

    for (size_t i = 0; i < n; i++) {
        go_on = go_on && !atomic_load(stop) && take_file(s, names[i], now);
        free(names[i]);
    }
}

/* What was given up is not sent days later, when the modem's program runs again. */
static void take_back(struct spool *s, struct wall now)
{
    char *names[A_TURN], path[PATH_MAX];
    size_t n = names_in(s->set->outgoing, names, is_ours);
    struct stat st;

    for (size_t i = 0; i < n; i++) {
        if (is_in(s->set->outgoing, names[i], &st) && path_in(path, s->set->outgoing, names[i]) &&
            now.ms - (int64_t)st.st_mtim.tv_sec * CLOCK_SECOND_MS > s->set->give_up_ms && unlink(path) == 0)
            log_warn("channel=sms file=%s lay too long, taken back", names[i]);
        free(names[i]);
    }
}

/* ---- what was read ---- */

struct old {
    char name[NAME_MAX + 1];
    int64_t at_ms;
};

struct oldest {
    size_t files, count;
    struct old list[FORGET_A_TURN]; /* the oldest of them first */
};

static void note_old(struct oldest *o, const char *name, int64_t at_ms)
{
    size_t n = o->count;

    while (n > 0 && at_ms < o->list[n - 1].at_ms)
        n--;
    if (n == FORGET_A_TURN)
        return;
    if (o->count < FORGET_A_TURN)
        o->count++;
    memmove(&o->list[n + 1], &o->list[n], (o->count - 1 - n) * sizeof o->list[0]);
    o->list[n].at_ms = at_ms;
    (void)snprintf(o->list[n].name, sizeof o->list[n].name, "%s", name);
}

static void find_oldest(const char *folder, struct oldest *o)
{
    DIR *d = opendir(folder);
    const struct dirent *e;
    struct stat st;

    o->files = o->count = 0;
    while (d != NULL && (e = readdir(d)) != NULL)
        if (is_in(folder, e->d_name, &st)) {
            o->files++;
            note_old(o, e->d_name, (int64_t)st.st_mtim.tv_sec * CLOCK_SECOND_MS);
        }
    if (d != NULL)
        (void)closedir(d);
}

/* True: there are more. */
static bool forget_in(struct spool *s, const char *folder, struct oldest *o, struct wall now)
{
    const int64_t since =
        atomic_load(&s->clock_is_true) ? now.ms - SPOOL_KEPT_DAYS * (int64_t)CLOCK_DAY_MS : INT64_MIN;
    size_t n = 0, gone = 0;
    char path[PATH_MAX];

    find_oldest(folder, o);
    for (; n < o->count && (o->files - n > SPOOL_KEPT_MAX || o->list[n].at_ms < since); n++)
        gone += path_in(path, folder, o->list[n].name) && unlink(path) == 0;
    atomic_fetch_add(&s->forgotten, gone);
    if (gone > 0)
        log_info("channel=sms folder=%s forgotten=%zu: beyond %d files or %d days", folder, gone,
                 SPOOL_KEPT_MAX, SPOOL_KEPT_DAYS);
    return gone == FORGET_A_TURN;
}

/* True: there are more. */
static bool forget(struct spool *s, struct wall now)
{
    struct oldest *o = malloc(sizeof *o);
    char folder[PATH_MAX];
    bool more = false;

    for (size_t i = 0; i < COUNT_OF(KEPT) && o != NULL; i++)
        if (path_in(folder, s->set->own, KEPT[i]))
            more = forget_in(s, folder, o, now) || more;
    free(o);
    return more;
}

static void idle(void *self, struct now now, const atomic_bool *stop)
{
    struct spool *s = self;

    if (s->set->incoming[0] != '\0' && now.mono.ms >= s->next_look.ms) {
        s->next_look.ms = now.mono.ms + LOOK_EVERY_MS;
        read_what_came(s, now.mono, stop);
    }
    if (now.mono.ms >= s->next_tidy.ms) {
        take_back(s, now.wall);
        s->next_tidy.ms = now.mono.ms + (forget(s, now.wall) ? FORGET_AGAIN_MS : TIDY_EVERY_MS);
    }
}

/* ---- life ---- */

static enum err make_own(const struct spool_settings *s, struct fault *why)
{
    char path[PATH_MAX];
    enum err rc = file_make_folder(s->own, why);

    for (size_t i = 0; i < COUNT_OF(KEPT) && rc == ERR_NONE; i++)
        rc = path_in(path, s->own, KEPT[i]) ? file_make_folder(path, why)
                                            : fault_set(why, ERR_RANGE, "spool: a path is too long");
    return rc;
}

static enum err look_at(const char *folder, int needed, struct fault *why)
{
    return folder[0] == '\0' || access(folder, needed) == 0
               ? ERR_NONE
               : fault_set(why, ERR_IO, "spool: %s: %s", folder, strerror(errno));
}

enum err spool_open(struct spool **out, const struct spool_settings *set, const struct spool_ear *ear,
                    struct fault *why)
{
    struct spool *s = calloc(1, sizeof *s);
    enum err rc;

    if (s == NULL)
        return fault_set(why, ERR_MEMORY, "spool: no memory");
    rc = make_own(set, why);
    if (rc == ERR_NONE)
        rc = look_at(set->outgoing, R_OK | W_OK | X_OK, why);
    if (rc == ERR_NONE)
        rc = look_at(set->sent, X_OK, why);
    if (rc == ERR_NONE)
        rc = look_at(set->failed, X_OK, why);
    if (rc == ERR_NONE)
        rc = look_at(set->incoming, R_OK | W_OK | X_OK, why);
    if (rc != ERR_NONE) {
        free(s);
        return rc;
    }
    s->set = set;
    s->ear = ear;
    *out = s;
    return ERR_NONE;
}

void spool_close(struct spool *s)
{
    free(s);
}

void spool_clock_is_true(struct spool *s)
{
    if (s != NULL)
        atomic_store(&s->clock_is_true, true);
}

struct carrier spool_carrier(struct spool *s)
{
    return (struct carrier){ .self = s, .look = look, .send = send_parcel, .idle = idle };
}

void spool_count(struct spool *s, struct spool_count *out)
{
    *out = (struct spool_count){ atomic_load(&s->heard), atomic_load(&s->aside), atomic_load(&s->forgotten) };
}
