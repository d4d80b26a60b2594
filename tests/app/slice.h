/* Journal and pipeline over a folder and a virtual clock, started and ended as the daemon does it; and what
 * they stand on. */
#ifndef TEST_SLICE_H
#define TEST_SLICE_H

#include "double/fake_line.h"
#include "pipeline.h"
#include "unit.h"

struct slice {
    struct journal *journal;
    struct pipeline *pipeline;
};

/* A folder of its own, a clock that stands, a catalogue: what stays over stops and kills. */
struct ground {
    char folder[64];
    struct fake_clock clock; /* at 2026-11-25T11:00:00Z */
    struct catalogue catalogue;
};

/* The catalogue is empty. */
static inline bool ground_make(struct ground *g)
{
    (void)snprintf(g->folder, sizeof g->folder, "/tmp/capnuoc-slice-XXXXXX");
    g->clock.now = (struct now){ { 1000000 }, { 1795604400000 } };
    catalogue_init(&g->catalogue);
    return mkdtemp(g->folder) != NULL;
}

static inline int ground_clear(struct ground *g)
{
    char command[128];

    catalogue_clear(&g->catalogue);
    (void)snprintf(command, sizeof command, "rm -rf '%s'", g->folder);
    return system(command);
}

/* What is said of the clock at the next starts. */
static bool slice_clock_unsure;

/* Who is told at the next starts; NULL: nobody. */
static const struct contacts *slice_contacts;
static const struct rosters *slice_rosters;
/* Called at the next starts with the second when letters changed, durably; NULL: nobody is. */
static void (*slice_letters_changed)(void *self);
static void *slice_self;

/* The journal is `folder`/journal: what was there is restored.  It takes no record of more bytes than that.
 */
static inline struct slice slice_start_within(const char *folder, struct catalogue *c,
                                              struct fake_clock *clock, size_t pending_max)
{
    struct journal_settings js = {
        .max_bytes = 512 << 20, .keep_delivered_ms = CLOCK_HOUR_MS, .group_ms = 1, .pending_max = pending_max
    };
    struct pipeline_settings ps = { .catalogue = c,
                                    .clock = fake_clock(clock),
                                    .clock_unsure = slice_clock_unsure,
                                    .contacts = slice_contacts,
                                    .rosters = slice_rosters,
                                    .publish_letters = slice_letters_changed,
                                    .publish_self = slice_self,
                                    .outbox = outbox_rules_default(),
                                    .node = "n",
                                    .inbox = 4096,
                                    .supplied_bar = 0.1,
                                    .incidents = incident_rules_default(),
                                    .prevention = { 4, 30, 90 } };
    struct slice out = { NULL, NULL };
    struct fault why = { .text = "" };

    (void)snprintf(js.folder, sizeof js.folder, "%s/journal", folder);
    if (journal_open(&out.journal, &js, ps.clock, &why) != ERR_NONE)
        fail_msg("%s", why.text);
    ps.journal = out.journal;
    assert_int_equal(pipeline_new(&out.pipeline, &ps, &why), ERR_NONE);
    assert_int_equal(pipeline_restore(out.pipeline, &why), ERR_NONE);
    return out;
}

static inline struct slice slice_start(const char *folder, struct catalogue *c, struct fake_clock *clock)
{
    return slice_start_within(folder, c, clock, 64 << 20);
}

static inline struct slice slice_on(struct ground *g)
{
    return slice_start(g->folder, &g->catalogue, &g->clock);
}

/* Else as a kill does. */
static inline void slice_end(struct slice s, bool cleanly)
{
    if (cleanly)
        pipeline_stop(s.pipeline);
    pipeline_free(s.pipeline);
    journal_close(s.journal);
}

#endif
