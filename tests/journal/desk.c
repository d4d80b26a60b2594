#include "desk.h"

#include <dirent.h>
#include <unistd.h>

enum { WAIT_MS = 20000 };

static struct now read_clock(void *self)
{
    struct desk *d = self;
    int64_t ms = atomic_load(&d->now_ms);

    return (struct now){ { ms }, { ms } };
}

struct clock desk_clock(struct desk *d)
{
    return (struct clock){ read_clock, d };
}

void desk_init(struct desk *d)
{
    const char *tmp = getenv("TMPDIR");

    memset(d, 0, sizeof *d);
    (void)snprintf(d->folder, sizeof d->folder, "%s/capnuoc-journal-XXXXXX", tmp != NULL ? tmp : "/tmp");
    assert_non_null(mkdtemp(d->folder));
    (void)snprintf(d->set.folder, sizeof d->set.folder, "%s", d->folder);
    d->set.max_bytes = 64 << 20;
    d->set.keep_delivered_ms = CLOCK_HOUR_MS;
    d->set.group_ms = 5;
    d->set.pending_max = 4 << 20;
    atomic_store(&d->now_ms, 1800000000000);
}

void desk_open(struct desk *d)
{
    struct fault why = { .text = "" };

    if (journal_open(&d->journal, &d->set, desk_clock(d), &why) != ERR_NONE)
        fail_msg("%s", why.text);
    d->lanes = journal_lanes(d->journal);
}

void desk_close(struct desk *d)
{
    journal_close(d->journal);
    d->journal = NULL;
}

void folder_remove(const char *folder)
{
    DIR *dir = opendir(folder);
    struct dirent *e;

    if (dir == NULL)
        return;
    while ((e = readdir(dir)) != NULL)
        (void)unlinkat(dirfd(dir), e->d_name, 0);
    (void)closedir(dir);
    (void)rmdir(folder);
}

void desk_clear(struct desk *d)
{
    desk_close(d);
    folder_remove(d->folder);
}

uint64_t desk_put(struct desk *d, enum lane lane, const char *text, bool at_once)
{
    const struct journal_entry e = { lane, text, strlen(text) };
    struct fault why = { .text = "" };
    uint64_t seq = 0;

    if (journal_append(d->journal, &e, 1, NULL, 0, at_once, &seq, &why) != ERR_NONE)
        fail_msg("%s", why.text);
    return seq;
}

void desk_wait(struct desk *d, uint64_t seq)
{
    assert_int_equal(journal_wait(d->journal, seq, WAIT_MS), ERR_NONE);
}

static enum err see(void *ctx, const struct lane_entry *entry)
{
    struct seen *s = ctx;
    struct seen_entry *e;

    s->entries = realloc(s->entries, (s->count + 1) * sizeof *s->entries);
    assert_non_null(s->entries);
    e = &s->entries[s->count++];
    *e = (struct seen_entry){ entry->seq, entry->len, malloc(entry->len + 1) };
    assert_non_null(e->body);
    memcpy(e->body, entry->body, entry->len);
    e->body[entry->len] = '\0';
    return ERR_NONE;
}

void desk_read(struct desk *d, enum lane lane, uint64_t after, size_t max_bytes, struct seen *out)
{
    struct fault why = { .text = "" };

    *out = (struct seen){ 0 };
    if (d->lanes.read(d->lanes.self, lane, after, max_bytes, see, out, &why) != ERR_NONE)
        fail_msg("%s", why.text);
}

void seen_clear(struct seen *s)
{
    for (size_t i = 0; i < s->count; i++)
        free(s->entries[i].body);
    free(s->entries);
    *s = (struct seen){ 0 };
}

void desk_span(struct desk *d, enum lane lane, uint64_t *first, uint64_t *last)
{
    struct fault why;

    assert_int_equal(d->lanes.span(d->lanes.self, lane, first, last, &why), ERR_NONE);
}
