#include "evidence.h"

#include <stdlib.h>
#include <string.h>

enum { AFTER_MS = 30 * CLOCK_MINUTE_MS, LONGEST_MS = 24 * CLOCK_HOUR_MS };

static struct wall last_word(const struct incident *i)
{
    return i->fact_count > 0 ? i->facts[i->fact_count - 1].recorded : i->opened;
}

static struct wall ends(const struct incident *i, const struct incident_targets *t)
{
    struct wall until = { incident_clock(i, t).start.ms + LONGEST_MS };
    struct wall closed = { last_word(i).ms + AFTER_MS };

    return i->closed && closed.ms < until.ms ? closed : until;
}

static size_t site_of(const struct catalogue *c, const char *id)
{
    size_t k = 0;

    while (k < c->site_count && strcmp(c->sites[k].id, id) != 0)
        k++;
    return k;
}

static void mark_sites(const struct incident *i, struct wall until, const struct catalogue *c,
                       struct wall *of_site)
{
    for (size_t m = 0; m < i->member_count; m++) {
        size_t site;
        if (m > 0 && strcmp(i->members[m].site, i->members[m - 1].site) == 0)
            continue;
        site = site_of(c, i->members[m].site);
        if (site < c->site_count && of_site[site].ms < until.ms)
            of_site[site] = until;
    }
}

void evidence_mark(struct judge *j, const struct catalogue *c, const struct incident_list *l)
{
    struct wall *of_site = calloc(c->site_count + 1, sizeof *of_site);

    if (of_site == NULL)
        return; /* what is marked stays marked */
    for (size_t k = 0; k < l->count; k++) {
        const struct incident *i = &l->items[k]->is;
        struct wall until = ends(i, &l->targets);
        if (!i->drill && until.ms > l->at.ms)
            mark_sites(i, until, c, of_site);
    }
    for (size_t k = 0; k < c->point_count; k++)
        if (of_site[c->points[k].site].ms > 0)
            judge_keep_whole(j, (uint32_t)k, of_site[c->points[k].site]);
    free(of_site);
}
