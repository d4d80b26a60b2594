#include "journal/journal.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/log.h"
#include "base/wake.h"
#include "folder.h"
#include "inner.h"

enum {
    RETRY_FIRST_MS = 50,
    RETRY_CAP_MS = 2000,
    IDLE_MS = 1000,
    PART_MAX_BYTES = 8 << 20,
    MAX_BYTES_LEAST = 1 << 20
};

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

/* `delivered` is the deliverer's to say; first and high are the file's. */
static void publish_lanes(struct journal *j)
{
    for (int lane = LANE_EVENTS; lane < LANE_END; lane++) {
        j->lanes[lane].first = j->writer.lanes[lane].first;
        j->lanes[lane].high = j->writer.lanes[lane].high;
    }
}

static void note_success(struct journal *j, const struct part *p, int64_t took_ms)
{
    struct fault why;
    int64_t bytes, lasted_ms;
    bool sized = group_bytes(&j->writer, &bytes, &why) == ERR_NONE, trouble;

    (void)pthread_mutex_lock(&j->lock);
    j->stats.commits++;
    j->stats.records += p->records;
    j->stats.last_commit_ms = took_ms;
    j->stats.dropped_entries = j->writer.dropped;
    if (sized)
        j->stats.bytes = bytes;
    trouble = j->stats.failing;
    j->stats.failing = false;
    j->stats.text[0] = '\0';
    publish_lanes(j);
    if (p->records > 0) {
        j->under_way -= (size_t)(p->end - p->at); /* whoever sees it durable finds its room free */
        j->durable = p->last;
    }
    (void)pthread_cond_broadcast(&j->became_durable);
    (void)pthread_mutex_unlock(&j->lock);
    if (trouble && damper_end(&j->damper, clock_read(&j->clock).mono, &lasted_ms))
        log_info("journal written again after=%llds", (long long)(lasted_ms / 1000));
    if (p->records > 0 && j->told != NULL)
        j->told(j->told_self, p->last);
}

/* What was told delivered, and of that, what has been kept long enough. */
static struct group_wish wish_now(struct journal *j, bool clean)
{
    struct mono now = clock_read(&j->clock).mono;
    struct group_wish wish = { .clean = clean };

    (void)pthread_mutex_lock(&j->lock);
    if (j->settings.keep_undelivered_ms > 0 && j->clock_true)
        wish.stale.ms = clock_read(&j->clock).wall.ms - j->settings.keep_undelivered_ms;
    for (int lane = LANE_EVENTS; lane < LANE_END; lane++) {
        wish.delivered[lane] = j->lanes[lane].delivered;
        wish.ripe[lane] = keep_ripe(&j->keep[lane], now);
    }
    (void)pthread_mutex_unlock(&j->lock);
    return wish;
}

/* The log is written back after the effects of the commit are out; a failure here loses nothing. */
static void tidy(struct journal *j)
{
    struct mono now = clock_read(&j->clock).mono;
    struct fault why;
    unsigned swallowed;
    int64_t lasted_ms;

    if (group_tidy(&j->writer, &why) == ERR_NONE)
        (void)damper_end(&j->tidy_damper, now, &lasted_ms);
    else if (damper_complain(&j->tidy_damper, now, &swallowed))
        log_warn("journal log not written back last=\"%s\" tries_since=%u", why.text, swallowed + 1);
}

/* ---- a full disk ---- */

static void note_short(struct journal *j, bool is_short)
{
    (void)pthread_mutex_lock(&j->lock);
    j->stats.short_of_disk = is_short;
    (void)pthread_mutex_unlock(&j->lock);
}

/* What the ballast gives is for events, state and the log: readings get a quarter of it, then the oldest go.
 */
static bool give_up_ballast(struct journal *j)
{
    struct fault why;

    if (!ballast_give_up(&j->ballast, clock_read(&j->clock).mono))
        return false;
    note_short(j, true);
    log_error("journal: the disk is full: the ballast of %lld bytes is given up; from now on the oldest "
              "readings go",
              (long long)j->ballast.bytes);
    if (group_shrink(&j->writer, j->ballast.bytes / 4, &why) != ERR_NONE)
        log_warn("%s", why.text);
    return true;
}

static void keep_ballast(struct journal *j)
{
    bool had = j->ballast.there;

    if (had || !ballast_keep(&j->ballast, clock_read(&j->clock).mono))
        return;
    group_unshrink(&j->writer, j->settings.max_bytes);
    note_short(j, false);
    log_info("journal: the disk has room again: the ballast of %lld bytes is made",
             (long long)j->ballast.bytes);
}

static enum err write_once(struct journal *j, const struct part *p, bool clean)
{
    struct group_wish wish = wish_now(j, clean);
    struct mono start = mono_read();
    struct fault why;
    enum err rc = group_write(&j->writer, p, &wish, clock_read(&j->clock).wall, &why);

    /* squeeze: it was the file's own ceiling */
    if (rc == ERR_FULL && j->writer.squeeze == 0 && give_up_ballast(j))
        rc = group_write(&j->writer, p, &wish, clock_read(&j->clock).wall, &why);
    if (rc == ERR_NONE) {
        note_success(j, p, mono_read().ms - start.ms);
        tidy(j);
        keep_ballast(j);
    } else {
        note_failure(j, &why);
    }
    return rc;
}

/* Tries until the part is durable, once more when told to stop.  False: that failed too. */
static bool write_part(struct journal *j, const struct part *p)
{
    int64_t pause_ms = RETRY_FIRST_MS;
    bool last = false;

    while (write_once(j, p, false) != ERR_NONE) {
        if (last)
            return false;
        last = wake_wait_until(&j->retry, (struct mono){ mono_read().ms + pause_ms });
        pause_ms = pause_ms * 2 > RETRY_CAP_MS ? RETRY_CAP_MS : pause_ms * 2;
    }
    return true;
}

static bool write_group(struct journal *j)
{
    size_t from = 0;

    while (from < j->writing.len) {
        struct part p = group_part(&j->writing, from, j->part_bytes);
        if (!write_part(j, &p))
            return false;
        from = (size_t)(p.end - j->writing.text);
    }
    return true;
}

/* While no records come: old delivered entries go, and the marks of delivery are noted.  In busy times each
 * group does this beside. */
static void keep_house(struct journal *j)
{
    struct group_wish wish = wish_now(j, false);
    const struct part nothing = { 0 };
    bool wanted = false;

    for (int lane = LANE_EVENTS; lane < LANE_END; lane++)
        wanted = wanted || wish.delivered[lane] != j->writer.lanes[lane].delivered ||
                 (wish.ripe[lane] >= j->writer.lanes[lane].first &&
                  wish.delivered[lane] >= j->writer.lanes[lane].first);
    if (wanted)
        (void)write_once(j, &nothing, false);
    keep_ballast(j);
}

/* Waits for company, but not longer than the oldest may; takes what is there. */
static bool wait_for_group(struct journal *j)
{
    struct mono until = { mono_read().ms + IDLE_MS };
    struct strbuf swap;
    bool stop;

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
    j->under_way = j->writing.len;
    j->hurry = false;
    stop = j->stopping;
    (void)pthread_mutex_unlock(&j->lock);
    return stop;
}

static void say_what_is_lost(struct journal *j)
{
    uint64_t lost;

    (void)pthread_mutex_lock(&j->lock);
    lost = j->appended - j->durable;
    (void)pthread_mutex_unlock(&j->lock);
    log_error("journal: %llu records could not be written before the end", (unsigned long long)lost);
}

static void *commit(void *self)
{
    struct journal *j = self;
    const struct part nothing = { 0 };
    bool stop = false;

    while (!stop) {
        stop = wait_for_group(j);
        if (j->writing.len == 0) {
            keep_house(j);
        } else if (!write_group(j)) {
            say_what_is_lost(j);
            return NULL;
        }
    }
    (void)write_once(j, &nothing, true);
    return NULL;
}

/* ---- life ---- */

/* Its log and index have to be made at a start, and a full disk may have no page for them. */
static enum err open_in_the_ballasts_place(struct journal *j, const char *path, struct fault *why)
{
    log_error("journal: %s: the ballast is given up to start", why->text);
    j->stats.short_of_disk = true;
    return db_open_writer(&j->writer_db, path, j->settings.vfs, j->settings.max_bytes,
                          clock_read(&j->clock).wall, why);
}

static enum err open_files(struct journal *j, struct fault *why)
{
    char path[4096];
    enum err rc = folder_lock(j->settings.folder, &j->lock_fd, why);

    if (rc != ERR_NONE)
        return rc;
    (void)snprintf(path, sizeof path, "%s/journal.db", j->settings.folder);
    ballast_init(&j->ballast, j->settings.folder, j->settings.ballast_bytes);
    rc = db_open_writer(&j->writer_db, path, j->settings.vfs, j->settings.max_bytes,
                        clock_read(&j->clock).wall, why);
    if ((rc == ERR_FULL || rc == ERR_IO) && ballast_give_up(&j->ballast, clock_read(&j->clock).mono))
        rc = open_in_the_ballasts_place(j, path, why);
    if (rc == ERR_NONE)
        rc = folder_sync(j->settings.folder, why);
    if (rc == ERR_NONE)
        rc = group_writer_open(&j->writer, j->writer_db, j->settings.max_bytes, why);
    if (rc == ERR_NONE && j->stats.short_of_disk)
        rc = group_shrink(&j->writer, j->ballast.bytes / 4, why);
    if (rc == ERR_NONE && !j->stats.short_of_disk)
        (void)ballast_keep(&j->ballast, clock_read(&j->clock).mono);
    if (rc == ERR_NONE)
        rc = db_open_reader(&j->reader_db, path, j->settings.vfs, why);
    return rc == ERR_NONE ? lanes_open(j, why) : rc;
}

/* What is known from before; the time that delivered entries are kept begins again. */
static enum err load_marks(struct journal *j, struct fault *why)
{
    struct mono now = clock_read(&j->clock).mono;
    int64_t part = j->settings.max_bytes / 8;

    j->part_bytes = part < PART_MAX_BYTES ? (size_t)part : PART_MAX_BYTES;
    memcpy(j->lanes, j->writer.lanes, sizeof j->lanes);
    for (int lane = LANE_EVENTS; lane < LANE_END; lane++) {
        j->keep[lane].keep_ms = j->settings.keep_delivered_ms;
        keep_delivered(&j->keep[lane], now, j->lanes[lane].delivered);
    }
    j->stats.dropped_entries = j->writer.dropped;
    return group_bytes(&j->writer, &j->stats.bytes, why);
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
    struct journal *j;
    enum err rc;
    int problem;

    if (s->max_bytes < MAX_BYTES_LEAST || s->pending_max == 0 || s->keep_delivered_ms < 0 ||
        s->keep_undelivered_ms < 0 || s->group_ms < 0)
        return fault_set(why, ERR_RANGE, "journal: at least %d bytes, and room for records that wait",
                         MAX_BYTES_LEAST);
    j = calloc(1, sizeof *j);
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

static enum err behind(struct journal *j, struct fault *why)
{
    j->stats.refused_records++;
    return fault_set(why, ERR_FULL, "the journal is behind by %zu bytes%s%s", j->pending.len + j->under_way,
                     j->stats.failing ? ": " : "", j->stats.failing ? j->stats.text : "");
}

static uint64_t taken(struct journal *j, bool at_once, size_t size)
{
    bool first = j->pending.len == size;

    if (first)
        j->oldest = mono_read();
    j->hurry = j->hurry || at_once || j->pending.len > j->settings.pending_max / 4;
    if (j->hurry || first)
        (void)pthread_cond_signal(&j->some);
    return ++j->appended;
}

enum err journal_append(struct journal *j, const struct journal_entry *entries, size_t n,
                        const struct journal_state *states, size_t m, bool at_once, uint64_t *seq,
                        struct fault *why)
{
    enum err rc = ERR_NONE;
    size_t size = group_packed_size(entries, n, states, m);

    if (size > j->settings.pending_max)
        return fault_set(why, ERR_RANGE, "journal: a record of an unknown lane, or of more than %zu bytes",
                         j->settings.pending_max);
    (void)pthread_mutex_lock(&j->lock);
    if (j->pending.len + j->under_way + size > j->settings.pending_max)
        rc = behind(j, why);
    else if (group_pack(&j->pending, j->appended + 1, entries, n, states, m) != ERR_NONE)
        rc = fault_set(why, ERR_MEMORY, "journal: no memory for a record of %zu bytes", size);
    else
        *seq = taken(j, at_once, size);
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

void journal_clock_is_true(struct journal *j)
{
    (void)pthread_mutex_lock(&j->lock);
    j->clock_true = true;
    (void)pthread_mutex_unlock(&j->lock);
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
    j->hurry = j->hurry || j->pending.len > 0;
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

static uint64_t undelivered(const struct lane_marks *l)
{
    uint64_t gone = l->first - 1 > l->delivered ? l->first - 1 : l->delivered;

    return l->high - gone;
}

void journal_stats(struct journal *j, struct journal_stats *out)
{
    (void)pthread_mutex_lock(&j->lock);
    *out = j->stats;
    for (int lane = LANE_EVENTS; lane < LANE_END; lane++)
        out->undelivered[lane] = undelivered(&j->lanes[lane]);
    (void)pthread_mutex_unlock(&j->lock);
}
