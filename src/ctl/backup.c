/* A backup of a node while it runs: the database as it was at one instant, then the journal, which holds
 * everything that the database had then and what was still on its way, then the files.  In this order a
 * restored journal is never older than the restored database. */
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "base/file.h"
#include "child.h"
#include "command.h"
#include "copy.h"
#include "journal/copy.h"
#include "manifest.h"
#include "place.h"
#include "seal/seal.h"
#include "store/dump.h"

struct backup {
    struct place place;
    char to[PATH_MAX - 256];
    int version; /* of the schema */
};

static enum err make_target(const char *to, struct fault *why)
{
    enum err rc = file_make_folder(to, why);

    if (rc == ERR_NONE && !copy_is_empty(to))
        rc = fault_set(why, ERR_STATE, "%s is not empty: a backup gets a folder of its own", to);
    if (rc == ERR_NONE && chmod(to, 0700) != 0)
        rc = fault_set(why, ERR_IO, "%s: %s", to, strerror(errno));
    return rc;
}

static enum err take_journal(struct backup *b, struct fault *why)
{
    char from[PATH_MAX], to[PATH_MAX];
    enum err rc;

    (void)snprintf(to, sizeof to, "%s/journal", b->to);
    rc = file_make_folder(to, why);
    (void)snprintf(to, sizeof to, "%s/journal/journal.db", b->to);
    if (rc == ERR_NONE)
        rc = journal_copy(b->place.journal, to, why);
    (void)snprintf(from, sizeof from, "%s/versions", b->place.journal);
    (void)snprintf(to, sizeof to, "%s/journal/versions", b->to);
    return rc != ERR_NONE ? rc : copy_folder(from, to, why);
}

static enum err take_database(struct backup *b, const char *snapshot, struct fault *why)
{
    char file[PATH_MAX], held[DUMP_NAME_MAX + 16];
    const char *const argv[] = {
        "pg_dump", "-w", "-Fc", held, "-f", file, "-d", b->place.store.connect, NULL
    };

    (void)snprintf(file, sizeof file, "%s/database.dump", b->to);
    (void)snprintf(held, sizeof held, "--snapshot=%s", snapshot);
    return child_run(argv, &b->place.store.owner, why);
}

/* The journal is copied while the database's instant is held: a dump may take longer than delivered records
 * are kept. */
static enum err take_both(struct backup *b, struct fault *why)
{
    struct dump_snapshot *held;
    char name[DUMP_NAME_MAX];
    enum err rc = dump_hold(&held, &b->place.store, name, &b->version, why);

    if (rc == ERR_NONE)
        rc = take_journal(b, why);
    if (rc == ERR_NONE)
        rc = take_database(b, name, why);
    dump_release(held);
    return rc;
}

/* Beside the daemon file by its name there, others by their whole path. */
static enum err take_file(void *self, const char *path, struct fault *why)
{
    const struct backup *b = self;
    size_t folder = (size_t)(strrchr(b->place.config, '/') - b->place.config) + 1;
    bool inside = strncmp(path, b->place.config, folder) == 0;
    char to[PATH_MAX];
    struct stat st;

    if (snprintf(to, sizeof to, "%s/config/%s%s", b->to, inside ? "" : "elsewhere",
                 inside ? path + folder : path) >= (int)sizeof to)
        return fault_set(why, ERR_RANGE, "%s: the path is too long", path);
    return stat(to, &st) == 0 ? ERR_NONE : copy_file(path, to, why); /* named twice */
}

static enum err seal_it(const struct backup *b, struct fault *why)
{
    char about[PATH_MAX + 512], at[CLOCK_TEXT_MAX];

    wall_text(wall_read(), at);
    (void)snprintf(about, sizeof about,
                   "# backup of node %s, begun before %s, by capnuocctl %s, schema %d\n# of %s\n",
                   b->place.store.node, at, CAPNUOC_VERSION, b->version, b->place.config);
    return manifest_write(b->to, about, why);
}

static enum err make(struct backup *b, struct fault *why)
{
    enum err rc = make_target(b->to, why);

    if (rc == ERR_NONE)
        rc = take_both(b, why);
    if (rc == ERR_NONE)
        rc = place_files(&b->place, take_file, b, why);
    return rc == ERR_NONE ? seal_it(b, why) : rc;
}

int backup_make(int argc, char **argv)
{
    static const struct option OPTIONS[] = { { "config", required_argument, NULL, 'c' },
                                             { NULL, 0, NULL, 0 } };
    static struct backup b;
    const char *config = NULL;
    struct fault why;
    enum err rc;
    int option;

    while ((option = getopt_long(argc, argv, "c:", OPTIONS, NULL)) != -1) {
        if (option != 'c')
            return CTL_USAGE;
        config = optarg;
    }
    if (config == NULL || argc - optind != 1 || strlen(argv[optind]) >= sizeof b.to)
        return CTL_USAGE;
    copy_plain_path(argv[optind], b.to);
    rc = seal_start(&why);
    if (rc == ERR_NONE)
        rc = place_find(config, &b.place, &why);
    if (rc == ERR_NONE) {
        rc = make(&b, &why);
        place_clear(&b.place);
    }
    if (rc != ERR_NONE) {
        (void)fprintf(stderr, "capnuocctl: no backup was made: %s\n", why.text);
        return CTL_WRONG;
    }
    return printf("%s: database (schema %d), journal and configuration of the node, without its secrets\n",
                  b.to, b.version) < 0;
}
