#include "heads.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/log.h"
#include "base/wake.h"
#include "model/world.h"

enum { LOOK_MS = 60000, KEY_TEXT = 4 * SEAL_HASH_BYTES };

struct heads {
    struct heads_settings set;
    struct seal_hash secret, public_key;
    uint64_t signed_seq;
    int32_t day; /* local, of the last line */
    bool complained;
    struct wake wake;
    pthread_t thread;
    bool runs;
};

/* ---- the key ---- */

/* Two secrets as hex digits: the signing key and the one for people's words. */
static enum err make_key(const char *path, char text[KEY_TEXT + 1], struct fault *why)
{
    struct seal_hash one;

    seal_random(&one);
    seal_hash_text(&one, text);
    seal_random(&one);
    seal_hash_text(&one, text + KEY_TEXT / 2);
    explicit_bzero(&one, sizeof one);
    return file_write(path, text, KEY_TEXT, 0600, why);
}

static enum err read_key(struct heads *h, const char *path, struct seal_hash *person_key, struct fault *why)
{
    char text[KEY_TEXT + 2], half[KEY_TEXT / 2 + 1];
    bool sound;
    enum err rc =
        access(path, F_OK) != 0 ? make_key(path, text, why) : file_read_secret(path, text, sizeof text, why);

    if (rc != ERR_NONE)
        return rc;
    (void)snprintf(half, sizeof half, "%.*s", KEY_TEXT / 2, text);
    sound = strlen(text) == KEY_TEXT && seal_hash_parse(half, &h->secret) &&
            seal_hash_parse(text + KEY_TEXT / 2, person_key);
    explicit_bzero(text, sizeof text);
    explicit_bzero(half, sizeof half);
    if (!sound)
        return fault_set(why, ERR_RANGE, "%s: not a key for the record of acts (%d hex digits)", path,
                         KEY_TEXT);
    h->public_key = seal_public(&h->secret);
    return ERR_NONE;
}

/* ---- lines ---- */

static size_t write_line(const struct heads *h, const struct audit_head *head, struct wall now, char *out,
                         size_t size)
{
    char at[CLOCK_TEXT_MAX], hash[2 * SEAL_HASH_BYTES + 1], key[2 * SEAL_HASH_BYTES + 1];
    char said[400], signature[SEAL_SIGNATURE_TEXT];
    int n;

    wall_text(now, at);
    seal_hash_text(&head->hash, hash);
    seal_hash_text(&h->public_key, key);
    n = snprintf(said, sizeof said, "capnuoc-audit-head-1 %s %" PRIu64 " %s %s", h->set.node, head->seq, hash,
                 at);
    seal_sign(&h->secret, said, (size_t)n, signature);
    n = snprintf(out, size,
                 "{\"node\":\"%s\",\"seq\":%" PRIu64
                 ",\"hash\":\"%s\",\"at\":\"%s\",\"key\":\"%s\",\"signature\":\"%s\"}\n",
                 h->set.node, head->seq, hash, at, key, signature);
    return (size_t)n;
}

/* A disk that was full, or the power, may have left a line without its end: ours shall not hang on it. */
static bool is_torn(int fd)
{
    off_t end = lseek(fd, 0, SEEK_END);
    char last = '\n';

    return end > 0 && pread(fd, &last, 1, end - 1) == 1 && last != '\n';
}

static enum err append(const char *path, const char *line, size_t n, struct fault *why)
{
    int fd = open(path, O_RDWR | O_APPEND | O_CREAT | O_CLOEXEC, 0640);
    enum err rc = ERR_NONE;

    if (fd < 0)
        return fault_set(why, ERR_IO, "%s: %s", path, strerror(errno));
    if ((is_torn(fd) && write(fd, "\n", 1) != 1) || write(fd, line, n) != (ssize_t)n || fsync(fd) != 0)
        rc = fault_set(why, ERR_IO, "%s: %s", path, strerror(errno));
    (void)close(fd);
    return rc;
}

enum err heads_turn(struct heads *h, struct wall now, bool at_once, struct fault *why)
{
    struct audit_head head = h->set.head(h->set.self);
    int32_t day = day_local(now);
    char line[700];
    enum err rc;

    if (head.seq == h->signed_seq || (!at_once && day == h->day))
        return ERR_NONE;
    rc = append(h->set.file, line, write_line(h, &head, now, line, sizeof line), why);
    if (rc == ERR_NONE) {
        h->signed_seq = head.seq;
        h->day = day;
    }
    return rc;
}

static void turn(struct heads *h, bool at_once)
{
    struct fault why;
    enum err rc = heads_turn(h, clock_read(&h->set.clock).wall, at_once, &why);

    if (rc != ERR_NONE && !h->complained)
        log_error("audit the record of acts is not signed: %s", why.text);
    else if (rc == ERR_NONE && h->complained)
        log_info("audit the record of acts is signed again file=%s", h->set.file);
    h->complained = rc != ERR_NONE;
}

static void *run(void *self)
{
    struct heads *h = self;

    while (!wake_wait_until(&h->wake, (struct mono){ mono_read().ms + LOOK_MS }))
        turn(h, false);
    return NULL;
}

/* ---- life ---- */

enum err heads_open(struct heads **out, const struct heads_settings *s, struct seal_hash *person_key,
                    struct fault *why)
{
    struct heads *h = calloc(1, sizeof *h);
    char path[4096], key[2 * SEAL_HASH_BYTES + 1];
    enum err rc;

    if (h == NULL)
        return fault_set(why, ERR_MEMORY, "record of acts: no memory");
    h->set = *s;
    if (h->set.file[0] == '\0')
        (void)snprintf(h->set.file, sizeof h->set.file, "%s/audit-heads.jsonl", s->folder);
    (void)snprintf(path, sizeof path, "%s/audit.key", s->folder);
    wake_init(&h->wake);
    rc = read_key(h, path, person_key, why);
    if (rc != ERR_NONE) {
        heads_close(h);
        return rc;
    }
    seal_hash_text(&h->public_key, key);
    log_info("audit public key=%s heads=%s", key, h->set.file);
    *out = h;
    return ERR_NONE;
}

enum err heads_start(struct heads *h, struct fault *why)
{
    int problem = pthread_create(&h->thread, NULL, run, h);

    if (problem != 0)
        return fault_set(why, ERR_FULL, "record of acts: thread: %s", strerror(problem));
    h->runs = true;
    return ERR_NONE;
}

void heads_close(struct heads *h)
{
    if (h == NULL)
        return;
    if (h->runs) {
        wake_stop(&h->wake);
        (void)pthread_join(h->thread, NULL);
        turn(h, true);
    }
    wake_clear(&h->wake);
    explicit_bzero(h, sizeof *h);
    free(h);
}
