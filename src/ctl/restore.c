/* A backup brought back: only into what is empty, and only when every file is what was backed up. */
#include <getopt.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "child.h"
#include "command.h"
#include "copy.h"
#include "manifest.h"
#include "place.h"
#include "seal/seal.h"
#include "store/dump.h"

struct restore {
    struct place place;
    char from[PATH_MAX - 256];
    bool database, journal;
};

static enum err check_journal_empty(const struct restore *r, struct fault *why)
{
    char path[PATH_MAX];

    (void)snprintf(path, sizeof path, "%s/versions", r->place.journal);
    if (!copy_is_empty(path))
        return fault_set(why, ERR_STATE, "%s is not empty: move it away, or restore --only database", path);
    (void)snprintf(path, sizeof path, "%s/journal.db", r->place.journal);
    return access(path, F_OK) != 0
               ? ERR_NONE
               : fault_set(why, ERR_STATE, "%s is there: move it away, or restore --only database", path);
}

static enum err bring_database(const struct restore *r, struct fault *why)
{
    char file[PATH_MAX];
    const char *const argv[] = { "pg_restore",           "-w", "--no-owner", "--exit-on-error", "-d",
                                 r->place.store.connect, file, NULL };
    int version;
    enum err rc;

    (void)snprintf(file, sizeof file, "%s/database.dump", r->from);
    rc = child_run(argv, &r->place.store.owner, why);
    return rc != ERR_NONE ? rc : dump_finish(&r->place.store, &version, why);
}

/* The journal's file gets its name last: half a journal is none. */
static enum err bring_journal(const struct restore *r, struct fault *why)
{
    char from[PATH_MAX], to[PATH_MAX], beside[PATH_MAX];
    enum err rc;

    (void)snprintf(from, sizeof from, "%s/journal/versions", r->from);
    (void)snprintf(to, sizeof to, "%s/versions", r->place.journal);
    rc = copy_folder(from, to, why);
    (void)snprintf(from, sizeof from, "%s/journal/journal.db", r->from);
    (void)snprintf(beside, sizeof beside, "%s/journal.db.restored", r->place.journal);
    (void)snprintf(to, sizeof to, "%s/journal.db", r->place.journal);
    if (rc == ERR_NONE)
        (void)unlink(beside);
    if (rc == ERR_NONE)
        rc = copy_file(from, beside, why);
    if (rc == ERR_NONE && rename(beside, to) != 0)
        rc = fault_set(why, ERR_IO, "%s: cannot be put in its place", to);
    return rc;
}

static enum err restore(const struct restore *r, struct fault *why)
{
    enum err rc = manifest_check(r->from, why);

    if (rc == ERR_NONE && r->database)
        rc = dump_check_empty(&r->place.store, why);
    if (rc == ERR_NONE && r->journal)
        rc = check_journal_empty(r, why);
    if (rc == ERR_NONE && r->database)
        rc = bring_database(r, why);
    if (rc == ERR_NONE && r->journal)
        rc = bring_journal(r, why);
    return rc;
}

static bool choose(struct restore *r, const char *only)
{
    r->database = only == NULL || strcmp(only, "database") == 0;
    r->journal = only == NULL || strcmp(only, "journal") == 0;
    return r->database || r->journal;
}

static int run(struct restore *r, const char *config)
{
    struct fault why;
    enum err rc = seal_start(&why);

    if (rc == ERR_NONE)
        rc = place_find(config, &r->place, &why);
    if (rc == ERR_NONE) {
        rc = restore(r, &why);
        place_clear(&r->place);
    }
    if (rc != ERR_NONE) {
        (void)fprintf(stderr, "capnuocctl: not restored: %s\n", why.text);
        return CTL_WRONG;
    }
    return printf("%s: %s%s%s restored\n", r->from, r->database ? "database" : "",
                  r->database && r->journal ? " and " : "", r->journal ? "journal" : "") < 0;
}

int backup_restore(int argc, char **argv)
{
    static const struct option OPTIONS[] = { { "config", required_argument, NULL, 'c' },
                                             { "only", required_argument, NULL, 'o' },
                                             { NULL, 0, NULL, 0 } };
    static struct restore r;
    const char *config = NULL, *only = NULL;
    int option;

    while ((option = getopt_long(argc, argv, "c:o:", OPTIONS, NULL)) != -1)
        switch (option) {
        case 'c': config = optarg; break;
        case 'o': only = optarg; break;
        default: return CTL_USAGE;
        }
    if (config == NULL || argc - optind != 1 || !choose(&r, only) || strlen(argv[optind]) >= sizeof r.from)
        return CTL_USAGE;
    copy_plain_path(argv[optind], r.from);
    return run(&r, config);
}
