/* What the journal costs: CPU per 1,000 readings, packed by polls of 25 and by batches of 1,250, as fast as
 * the disk takes them and at the pace of a busy node.  Figures go to standard output. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/wake.h"
#include "journal/journal.h"

enum { READINGS = 500000, PACED_PER_S = 50000, PACED_S = 4, ENTRY_MAX = 1250 * 32 };

static struct now read_clock(void *self)
{
    (void)self;
    return (struct now){ mono_read(), wall_read() };
}

static void insist(enum err rc, const struct fault *why)
{
    if (rc == ERR_NONE)
        return;
    (void)fprintf(stderr, "%s\n", why->text);
    exit(1);
}

static double cpu_us(void)
{
    struct rusage u;

    (void)getrusage(RUSAGE_SELF, &u);
    return (double)(u.ru_utime.tv_sec + u.ru_stime.tv_sec) * 1e6 +
           (double)(u.ru_utime.tv_usec + u.ru_stime.tv_usec);
}

static void body_of(struct strbuf *body, unsigned readings)
{
    strbuf_init(body, ENTRY_MAX);
    for (unsigned i = 0; i < readings; i++)
        body_add_reading(body, &(struct stored_reading){ .key = 1 + i * 0x9E3779B97Full,
                                                         .at = wall_read(),
                                                         .value = 20.0 + i / 7.0,
                                                         .quality = QUALITY_GOOD });
}

/* One record, as often as it takes: the bench is the only caller, so waiting here is its pace. */
static uint64_t put(struct journal *j, const struct strbuf *body, uint64_t last)
{
    const struct journal_entry e = { LANE_LIVE, body->text, body->len };
    struct fault why;
    uint64_t seq;
    enum err rc;

    while ((rc = journal_append(j, &e, 1, NULL, 0, false, &seq, &why)) == ERR_FULL)
        insist(journal_wait(j, last, 60000), &why);
    insist(rc, &why);
    return seq;
}

static void measure(const char *folder, unsigned batch, unsigned per_s)
{
    struct journal_settings set = {
        .max_bytes = 1 << 30, .keep_delivered_ms = CLOCK_HOUR_MS, .group_ms = 250, .pending_max = 16 << 20
    };
    unsigned total = per_s > 0 ? per_s * PACED_S : READINGS, records = total / batch;
    struct journal_stats stats;
    struct strbuf body;
    struct journal *j;
    struct fault why = { .text = "" };
    struct mono start;
    struct wake pace;
    uint64_t seq = 0;
    double cpu;

    (void)snprintf(set.folder, sizeof set.folder, "%s", folder);
    body_of(&body, batch);
    insist(journal_open(&j, &set, (struct clock){ read_clock, NULL }, &why), &why);
    wake_init(&pace);
    start = mono_read();
    cpu = cpu_us();
    for (unsigned i = 0; i < records; i++) {
        int64_t ahead_ms = per_s > 0 ? (int64_t)i * batch * 1000 / per_s - (mono_read().ms - start.ms) : 0;
        if (ahead_ms > 1)
            (void)wake_wait_until(&pace, (struct mono){ mono_read().ms + ahead_ms });
        seq = put(j, &body, seq);
    }
    insist(journal_wait(j, seq, 60000), &why);
    cpu = cpu_us() - cpu;
    journal_stats(j, &stats);
    (void)printf("batch=%-5u pace=%-9s cpu_us_per_1000=%-7.1f commits=%-4llu last_commit_ms=%-4lld "
                 "file_per_payload=%.2f "
                 "readings_per_s=%.0f\n",
                 batch, per_s > 0 ? "50000/s" : "unbounded", cpu / (records * batch / 1000.0),
                 (unsigned long long)stats.commits, (long long)stats.last_commit_ms,
                 (double)stats.bytes / ((double)records * (double)body.len),
                 records * batch * 1000.0 / (double)(mono_read().ms - start.ms + 1));
    journal_close(j);
    wake_clear(&pace);
    strbuf_clear(&body);
}

static void forget(const char *folder)
{
    static const char *const FILES[] = { "journal.db", "journal.db-wal", "journal.db-shm", "journal.lock" };
    char path[400];

    for (size_t i = 0; i < COUNT_OF(FILES); i++) {
        (void)snprintf(path, sizeof path, "%s/%s", folder, FILES[i]);
        (void)unlink(path);
    }
}

int main(void)
{
    static const unsigned BATCHES[] = { 25, 1250 };
    char folder[] = "/tmp/capnuoc-bench-XXXXXX";

    if (mkdtemp(folder) == NULL)
        return 1;
    for (size_t i = 0; i < COUNT_OF(BATCHES); i++)
        for (unsigned per_s = 0; per_s <= PACED_PER_S; per_s += PACED_PER_S) {
            measure(folder, BATCHES[i], per_s);
            forget(folder);
        }
    return rmdir(folder) == 0 ? 0 : 1;
}
