#include "journal/journal.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "base/file.h"
#include "base/log.h"
#include "base/wake.h"
#include "inner.h"

enum { RETRY_FIRST_MS = 50, RETRY_CAP_MS = 2000, HOUSEKEEPING_MS = 1000, IDLE_MS = 1000 };

/* ---- one process at a time ---- */

static enum err take_lock(struct journal *j, const char *folder, struct fault *why)
{
    char path[4096], holder[32] = "";
    ssize_t n;

    (void)snprintf(path, sizeof path, "%s/journal.lock", folder);
    j->lock_fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (j->lock_fd < 0)
        return fault_set(why, ERR_IO, "%s: %s", path, strerror(errno));
    if (flock(j->lock_fd, LOCK_EX | LOCK_NB) == 0) {
        (void)snprintf(holder, sizeof holder, "%ld\n", (long)getpid());
        if (ftruncate(j->lock_fd, 0) == 0)
            n = pwrite(j->lock_fd, holder, strlen(holder), 0);
        return ERR_NONE;
    }
    n = pread(j->lock_fd, holder, sizeof holder - 1, 0);
    holder[n > 0 ? n : 0] = '\0';
    return fault_set(why, ERR_STATE, "the journal in %s is in use by process %ld: one daemon a journal",
                     folder, strtol(holder, NULL, 10));
}

/* ---- the committer ---- */

static void note_failure(struct journal *j, const struct fault *why)
{
    unsigned swallowed;

    (void)pthread_mutex_lock(&j->lock);
    j->stats.failed_commits++;
    j->stats.failing = true;
    (void)snprintf(j->stats.text, sizeof j->stats.text, "%.*s", (int)sizeof j->stats.text - 1, why->text);
    (void)pthread_mutex_unlock(&j->lock);
    if (damper_complain(&j->damper, clock_read(&j->clock).mono, &swallowed))
        log_error("journal not written last=\"%s\" tries_since=%u", why->text, swallowed + 1);
}

static void note_success(struct journal *j, uint64_t seq, uint64_t records, int64_t took_ms)
{
    int64_t lasted_ms;
    bool trouble;

    (void)pthread_mutex_lock(&j->lock);
    j->stats.commits++;
    j->stats.records += records;
    j->stats.last_commit_ms = took_ms;
    trouble = j->stats.failing;
    j->stats.failing = false;
    for (int lane = LANE_EVENTS; lane < LANE_END; lane++)
        j->high[lane] = j->writer.lane_high[lane];
    j->durable = seq;
    (void)pthread_cond_broadcast(&j->became_durable);
    (void)pthread_mutex_unlock(&j->lock);
    if (trouble && damper_end(&j->damper, clock_read(&j->clock).mono, &lasted_ms))
        log_info("journal written again after=%llds", (long long)(lasted_ms / 1000));
    if (j->told != NULL)
        j->told(j->told_self, seq);
}

static void copy_delivered(struct journal *j, uint64_t delivered[LANE_END])
{
    (void)pthread_mutex_lock(&j->lock);
    memcpy(delivered, j->delivered, sizeof j->delivered);
    (void)pthread_mutex_unlock(&j->lock);
}

/* Old delivered entries go, the ceiling is kept, the size is noted: about once a second. */
static void keep_house(struct journal *j)
{
    uint64_t delivered[LANE_END];
    struct now now = clock_read(&j->clock);
    struct fault why;
    int64_t bytes = 0;
    enum err rc;

    if (now.mono.ms < j->next_house.ms)
        return;
    j->next_house.ms = now.mono.ms + HOUSEKEEPING_MS;
    copy_delivered(j, delivered);
    rc =
        group_trim(&j->writer, delivered, (struct wall){ now.wall.ms - j->settings.keep_delivered_ms }, &why);
    if (rc == ERR_NONE)
        rc = group_make_room(&j->writer, delivered, now.wall, &why);
    if (rc == ERR_NONE)
        rc = group_bytes(&j->writer, &bytes, &why);
    (void)pthread_mutex_lock(&j->lock);
    if (rc == ERR_NONE)
        j->stats.bytes = bytes;
    j->stats.dropped_entries = j->writer.dropped;
    for (int lane = LANE_EVENTS; lane < LANE_END; lane++)
        j->high[lane] = j->writer.lane_high[lane];
    (void)pthread_mutex_unlock(&j->lock);
}

/* Full because of our own ceiling, not of the disk: then there is something to give up. */
static void make_room_when_full(struct journal *j, enum err code)
{
    uint64_t delivered[LANE_END];
    struct fault why;

    if (code != ERR_FULL)
        return;
    copy_delivered(j, delivered);
    if (group_make_room(&j->writer, delivered, clock_read(&j->clock).wall, &why) != ERR_NONE)
        log_debug("journal: %s", why.text);
}

/* Tries until the group is durable.  False: told to stop while it could not be written. */
static bool write_group(struct journal *j, uint64_t seq, uint64_t records)
{
    int64_t pause_ms = RETRY_FIRST_MS;
    struct fault why;
    enum err rc;

    for (;;) {
        struct mono start = mono_read();
        rc = group_write(&j->writer, &j->writing, clock_read(&j->clock).wall, &why);
        if (rc == ERR_NONE) {
            note_success(j, seq, records, mono_read().ms - start.ms);
            return true;
        }
        note_failure(j, &why);
        make_room_when_full(j, rc);
        if (wake_wait_until(&j->retry, (struct mono){ mono_read().ms + pause_ms }))
            return false;
        pause_ms = pause_ms * 2 > RETRY_CAP_MS ? RETRY_CAP_MS : pause_ms * 2;
    }
}

/* Waits for company, but not longer than the oldest may; takes what is there.  0 records: nothing came. */
static uint64_t take_group(struct journal *j, uint64_t *seq, bool *stop)
{
    struct mono until = { mono_read().ms + IDLE_MS };
    struct strbuf swap;
    uint64_t records;

    (void)pthread_mutex_lock(&j->lock);
    while (!j->stopping && !j->hurry) {
        struct timespec at;
        if (j->pending.len > 0 && j->oldest.ms + j->settings.group_ms < until.ms)
            until.ms = j->oldest.ms + j->settings.group_ms;
        at = wake_timespec(until);
        if (pthread_cond_timedwait(&j->some, &j->lock, &at) != 0)
            break;
    }
    swap = j->writing;
    j->writing = j->pending;
    j->pending = swap;
    strbuf_reset(&j->pending);
    j->hurry = false;
    *seq = j->appended;
    *stop = j->stopping;
    records = j->pending_records;
    j->pending_records = 0;
    (void)pthread_mutex_unlock(&j->lock);
    return records;
}

static void *commit(void *self)
{
    struct journal *j = self;
    uint64_t seq, records;
    bool stop = false;

    while (!stop) {
        records = take_group(j, &seq, &stop);
        if (records > 0 && !write_group(j, seq, records)) {
            log_error("journal: %llu records could not be written before the end",
                      (unsigned long long)records);
            break;
        }
        keep_house(j);
    }
    return NULL;
}

/* ---- life ---- */

static enum err open_files(struct journal *j, struct fault *why)
{
    char path[4096];
    enum err rc = file_make_folder(j->settings.folder, why);

    if (rc == ERR_NONE)
        rc = take_lock(j, j->settings.folder, why);
    if (rc != ERR_NONE)
        return rc;
    (void)snprintf(path, sizeof path, "%s/journal.db", j->settings.folder);
    rc = db_open_writer(&j->writer_db, path, j->settings.vfs, j->settings.max_bytes,
                        clock_read(&j->clock).wall, why);
    if (rc == ERR_NONE)
        rc = group_writer_open(&j->writer, j->writer_db, j->settings.max_bytes, why);
    if (rc == ERR_NONE)
        rc = db_open_reader(&j->reader_db, path, j->settings.vfs, why);
    return rc == ERR_NONE ? lanes_open(j, why) : rc;
}

static enum err load_marks(struct journal *j, struct fault *why)
{
    int64_t events, live;
    enum err rc = db_number(j->writer_db, "SELECT delivered FROM lane WHERE lane = 1", &events, why);

    if (rc == ERR_NONE)
        rc = db_number(j->writer_db, "SELECT delivered FROM lane WHERE lane = 2", &live, why);
    if (rc == ERR_NONE)
        rc = group_bytes(&j->writer, &j->stats.bytes, why);
    if (rc != ERR_NONE)
        return rc;
    j->delivered[LANE_EVENTS] = (uint64_t)events;
    j->delivered[LANE_LIVE] = (uint64_t)live;
    memcpy(j->high, j->writer.lane_high, sizeof j->high);
    return ERR_NONE;
}

static void close_files(struct journal *j)
{
    lanes_close(j);
    group_writer_close(&j->writer);
    (void)sqlite3_close(j->reader_db);
    (void)sqlite3_close(j->writer_db);
    if (j->lock_fd >= 0)
        (void)close(j->lock_fd);
}

static void destroy(struct journal *j)
{
    close_files(j);
    strbuf_clear(&j->pending);
    strbuf_clear(&j->writing);
    wake_clear(&j->retry);
    (void)pthread_cond_destroy(&j->some);
    (void)pthread_cond_destroy(&j->became_durable);
    (void)pthread_mutex_destroy(&j->reader_lock);
    (void)pthread_mutex_destroy(&j->lock);
    free(j);
}

enum err journal_open(struct journal **out, const struct journal_settings *s, struct clock clock,
                      struct fault *why)
{
    struct journal *j = calloc(1, sizeof *j);
    enum err rc;
    int problem;

    if (j == NULL)
        return fault_set(why, ERR_MEMORY, "journal: no memory");
    j->settings = *s;
    j->clock = clock;
    j->lock_fd = -1;
    strbuf_init(&j->pending, s->pending_max);
    strbuf_init(&j->writing, s->pending_max);
    (void)pthread_mutex_init(&j->lock, NULL);
    (void)pthread_mutex_init(&j->reader_lock, NULL);
    wake_cond_init(&j->some);
    wake_cond_init(&j->became_durable);
    wake_init(&j->retry);
    rc = open_files(j, why);
    if (rc == ERR_NONE)
        rc = load_marks(j, why);
    if (rc == ERR_NONE && (problem = pthread_create(&j->thread, NULL, commit, j)) != 0)
        rc = fault_set(why, ERR_FULL, "journal: thread: %s", strerror(problem));
    if (rc != ERR_NONE) {
        destroy(j);
        return rc;
    }
    *out = j;
    return ERR_NONE;
}

void journal_close(struct journal *j)
{
    if (j == NULL)
        return;
    (void)pthread_mutex_lock(&j->lock);
    j->stopping = true;
    (void)pthread_cond_broadcast(&j->some);
    (void)pthread_mutex_unlock(&j->lock);
    wake_stop(&j->retry); /* a group that cannot be written is tried once more, not for ever */
    (void)pthread_join(j->thread, NULL);
    destroy(j);
}

/* ---- records ---- */

enum err journal_append(struct journal *j, const struct journal_entry *entries, size_t n,
                        const struct journal_state *states, size_t m, bool at_once, uint64_t *seq,
                        struct fault *why)
{
    enum err rc;

    (void)pthread_mutex_lock(&j->lock);
    if (j->pending.len == 0)
        j->oldest = mono_read();
    rc = group_pack(&j->pending, entries, n, states, m);
    if (rc == ERR_NONE) {
        *seq = ++j->appended;
        j->pending_records++;
        j->hurry = j->hurry || at_once || j->pending.len > j->settings.pending_max / 4;
        if (j->hurry || j->pending_records == 1)
            (void)pthread_cond_signal(&j->some);
    } else {
        j->stats.refused_records++;
        rc = fault_set(why, ERR_FULL, "the journal is behind by %zu bytes%s%s", j->pending.len,
                       j->stats.failing ? ": " : "", j->stats.failing ? j->stats.text : "");
    }
    (void)pthread_mutex_unlock(&j->lock);
    return rc;
}

uint64_t journal_durable(struct journal *j)
{
    uint64_t seq;

    (void)pthread_mutex_lock(&j->lock);
    seq = j->durable;
    (void)pthread_mutex_unlock(&j->lock);
    return seq;
}

void journal_on_durable(struct journal *j, void (*told)(void *self, uint64_t seq), void *self)
{
    (void)pthread_mutex_lock(&j->lock);
    j->told = told;
    j->told_self = self;
    (void)pthread_mutex_unlock(&j->lock);
}

enum err journal_wait(struct journal *j, uint64_t seq, int64_t wait_ms)
{
    struct timespec until = wake_timespec((struct mono){ mono_read().ms + wait_ms });
    enum err rc = ERR_NONE;

    (void)pthread_mutex_lock(&j->lock);
    j->hurry = j->hurry || j->pending_records > 0;
    (void)pthread_cond_signal(&j->some);
    while (j->durable < seq && rc == ERR_NONE)
        if (pthread_cond_timedwait(&j->became_durable, &j->lock, &until) != 0)
            rc = ERR_TIMEOUT;
    rc = j->durable >= seq ? ERR_NONE : rc;
    (void)pthread_mutex_unlock(&j->lock);
    return rc;
}

enum err journal_states(struct journal *j, enum err (*visit)(void *ctx, const struct journal_state *state),
                        void *ctx, struct fault *why)
{
    sqlite3_stmt *s = NULL;
    enum err rc = ERR_NONE;
    int step = SQLITE_DONE;

    (void)pthread_mutex_lock(&j->reader_lock);
    rc = db_prepare(j->reader_db, "SELECT key, body FROM state", &s, why);
    while (rc == ERR_NONE && (step = sqlite3_step(s)) == SQLITE_ROW) {
        const struct journal_state state = { (uint64_t)sqlite3_column_int64(s, 0), sqlite3_column_blob(s, 1),
                                             (size_t)sqlite3_column_bytes(s, 1) };
        rc = visit(ctx, &state);
    }
    if (rc == ERR_NONE && step != SQLITE_DONE)
        rc = db_failed(j->reader_db, "states", why);
    (void)sqlite3_finalize(s);
    (void)pthread_mutex_unlock(&j->reader_lock);
    return rc;
}

void journal_stats(struct journal *j, struct journal_stats *out)
{
    (void)pthread_mutex_lock(&j->lock);
    *out = j->stats;
    for (int lane = LANE_EVENTS; lane < LANE_END; lane++)
        out->undelivered[lane] = j->high[lane] > j->delivered[lane] ? j->high[lane] - j->delivered[lane] : 0;
    (void)pthread_mutex_unlock(&j->lock);
}
