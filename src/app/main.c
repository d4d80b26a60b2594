/* capnuocd: watches a province's water. */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "daemon.h"
#include "seal/seal.h"

enum action { ACTION_RUN, ACTION_CHECK, ACTION_PRINT, ACTION_MIGRATE, ACTION_MIGRATE_BY_FORCE };
enum { EXIT_USAGE = 2 };

static const char HELP[] =
    "capnuocd --config FILE [--check | --print | --migrate [--force]]\n"
    "  --config FILE  the daemon file\n"
    "  --check        read the configuration, report every mistake, and end\n"
    "  --print        print the effective configuration, and end\n"
    "  --migrate      bring the database's schema to this version, and end; refused while\n"
    "                 a node of the last 24 h runs a program that does not know it\n"
    "  --force        migrate all the same: such nodes deliver nothing until they follow\n"
    "  --document     print the reference of all settings as Markdown, and end\n"
    "  --version, --help\n";

static const struct option OPTIONS[] = {
    { "config", required_argument, NULL, 'c' },
    { "check", no_argument, NULL, 'k' },
    { "print", no_argument, NULL, 'p' },
    { "migrate", no_argument, NULL, 'm' },
    { "document", no_argument, NULL, 'd' },
    { "version", no_argument, NULL, 'v' },
    { "help", no_argument, NULL, 'h' },
    { "force", no_argument, NULL, 'f' },
    { NULL, 0, NULL, 0 },
};

static int print_text(struct strbuf *text)
{
    int failed = text->failed || (text->len > 0 && fwrite(text->text, 1, text->len, stdout) != text->len);

    strbuf_clear(text);
    return failed || fflush(stdout) != 0 ? EXIT_FAILURE : EXIT_SUCCESS;
}

static int document(void)
{
    struct strbuf text;

    strbuf_init(&text, 1 << 20);
    config_document(&text);
    return print_text(&text);
}

static int fail(const struct fault *why)
{
    (void)fprintf(stderr, "capnuocd: %s\n", why->text);
    return EXIT_FAILURE;
}

static int check_done(const struct config *c)
{
    (void)printf("%zu sites, %zu wires, %zu points; memory at most %zu MiB; right\n", c->catalogue.site_count,
                 c->field.wire_count, c->catalogue.point_count, (config_memory_ceiling(c) >> 20) + 1);
    return EXIT_SUCCESS;
}

static int migrate(const struct config *c, bool force)
{
    const struct store_climb how = { .force = force };
    struct fault why;
    int from, to;

    if (store_climb(&c->store, &how, &from, &to, &why) != ERR_NONE)
        return fail(&why);
    (void)printf("schema: %d -> %d\n", from, to);
    return EXIT_SUCCESS;
}

static int run(struct config *c, const char *path)
{
    struct fault why;

    if (geteuid() == 0) {
        (void)fprintf(
            stderr, "capnuocd: refuses to run as root: it needs no such power; use an account of its own\n");
        return EXIT_USAGE;
    }
    log_set_level((enum log_level)c->log_level);
    return daemon_run(c, path, &why) == ERR_NONE ? EXIT_SUCCESS : fail(&why);
}

static int act(enum action action, struct config *c, const char *path)
{
    struct strbuf text;

    switch (action) {
    case ACTION_CHECK: return check_done(c);
    case ACTION_MIGRATE: return migrate(c, false);
    case ACTION_MIGRATE_BY_FORCE: return migrate(c, true);
    case ACTION_RUN: return run(c, path);
    case ACTION_PRINT: break;
    }
    strbuf_init(&text, 256 << 20);
    config_print(c, &text);
    return print_text(&text);
}

static int with_config(const char *path, enum action action)
{
    static struct config config;
    struct conf_mistakes mistakes;
    struct strbuf text;
    struct fault why;
    enum err rc;
    int code;

    conf_mistakes_init(&mistakes, 0);
    rc = config_load(path, &config, &mistakes, &why);
    strbuf_init(&text, 4 << 20);
    conf_mistakes_write(&mistakes, &text);
    if (text.len > 0)
        (void)fputs(text.text, stderr);
    strbuf_clear(&text);
    conf_mistakes_clear(&mistakes);
    code = rc == ERR_NONE ? act(action, &config, path) : fail(&why);
    config_clear(&config);
    return code;
}

int main(int argc, char **argv)
{
    enum action action = ACTION_RUN;
    bool force = false;
    const char *path = NULL;
    struct fault why;
    int option;

    while ((option = getopt_long(argc, argv, "c:h", OPTIONS, NULL)) != -1)
        switch (option) {
        case 'c': path = optarg; break;
        case 'k': action = ACTION_CHECK; break;
        case 'p': action = ACTION_PRINT; break;
        case 'm': action = ACTION_MIGRATE; break;
        case 'f': force = true; break;
        case 'd': return document();
        case 'v': return printf("capnuocd %s\n", CAPNUOC_VERSION) < 0;
        case 'h': return fputs(HELP, stdout) < 0;
        default: (void)fputs(HELP, stderr); return EXIT_USAGE;
        }
    if (path == NULL || optind != argc || (force && action != ACTION_MIGRATE)) {
        (void)fputs(HELP, stderr);
        return EXIT_USAGE;
    }
    if (force)
        action = ACTION_MIGRATE_BY_FORCE;
    if (seal_start(&why) != ERR_NONE)
        return fail(&why);
    return with_config(path, action);
}
