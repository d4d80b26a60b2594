#include "plants.h"

#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* A path in a list, from the folder of the file it stands in. */
static bool path_of(const struct conf_node *n, const char *what, char out[PATH_MAX], struct conf_mistakes *m)
{
    const char *text = conf_text(n), *file = conf_mark(n).file, *slash = strrchr(file, '/');
    int folder = text[0] == '/' || slash == NULL ? 0 : (int)(slash - file + 1);

    if (text[0] == '\0' || snprintf(out, PATH_MAX, "%.*s%s", folder, file, text) >= PATH_MAX) {
        conf_mistake(m, conf_mark(n), "this is not the path of a %s", what);
        return false;
    }
    return true;
}

/* ---- profiles ---- */

static enum err load_profile(const char *path, struct profiles *p, struct conf_mistakes *m)
{
    struct conf_file *file;
    enum err rc;

    if (conf_load(path, &file, m) != ERR_NONE)
        return ERR_NONE; /* said already, with its place */
    rc = profiles_load(p, conf_root(file), m);
    conf_file_free(file);
    return rc;
}

static int is_yaml(const struct dirent *e)
{
    size_t len = strlen(e->d_name);

    return e->d_name[0] != '.' && len > 5 && strcmp(e->d_name + len - 5, ".yaml") == 0;
}

/* By bytes: the same order under every locale. */
static int by_name(const struct dirent **a, const struct dirent **b)
{
    return strcmp((*a)->d_name, (*b)->d_name);
}

static enum err load_folder(const struct conf_node *n, const char *folder, struct profiles *p,
                            struct conf_mistakes *m)
{
    char path[PATH_MAX];
    struct dirent **names = NULL;
    int count = scandir(folder, &names, is_yaml, by_name);
    enum err rc = ERR_NONE;

    if (count < 0 && errno == ENOMEM)
        return ERR_MEMORY;
    if (count < 0)
        conf_mistake(m, conf_mark(n), "%s: %s", folder, strerror(errno));
    else if (count == 0 || count > PROFILES_FILES_MAX)
        conf_mistake(m, conf_mark(n), "a folder of profiles holds 1 to %d files *.yaml, here are %d",
                     PROFILES_FILES_MAX, count);
    for (int i = 0; i < count; i++) {
        if (rc == ERR_NONE && count <= PROFILES_FILES_MAX) {
            if (snprintf(path, sizeof path, "%s/%s", folder, names[i]->d_name) < PATH_MAX)
                rc = load_profile(path, p, m);
            else
                conf_mistake(m, conf_mark(n), "the path of %s is too long", names[i]->d_name);
        }
        free(names[i]);
    }
    free((void *)names);
    return rc;
}

static enum err load_profiles(const struct conf_node *list, struct profiles *p, struct conf_mistakes *m)
{
    enum err rc = ERR_NONE;

    for (size_t i = 0; list != NULL && i < conf_count(list) && rc == ERR_NONE; i++) {
        const struct conf_node *n = conf_item(list, i);
        char path[PATH_MAX];
        struct stat st;
        if (!path_of(n, "profile file or of a folder of them", path, m))
            continue;
        if (stat(path, &st) == 0 && S_ISDIR(st.st_mode))
            rc = load_folder(n, path, p, m);
        else
            rc = load_profile(path, p, m);
    }
    return rc;
}

/* ---- plants ---- */

static enum err load_plant(const struct conf_node *n, const struct profiles *p, struct catalogue *c,
                           struct field *f, struct conf_file **file, struct conf_mistakes *m)
{
    char path[PATH_MAX];

    if (!path_of(n, "plant file", path, m) || conf_load(path, file, m) != ERR_NONE)
        return ERR_NONE; /* said already, with its place */
    return field_load(conf_root(*file), p, c, f, m);
}

static enum err load_plants(const struct conf_node *list, const struct profiles *p, struct catalogue *c,
                            struct field *f, struct conf_mistakes *m)
{
    size_t count = list == NULL ? 0 : conf_count(list);
    struct conf_file *files[PLANTS_FILES_MAX] = {
        NULL
    }; /* open until the last: mistakes name places in all */
    enum err rc = ERR_NONE;

    if (list == NULL)
        return ERR_NONE;
    if (count == 0 || count > PLANTS_FILES_MAX) {
        conf_mistake(m, conf_mark(list), "1 to %d plant files, here are %zu", PLANTS_FILES_MAX, count);
        return ERR_NONE;
    }
    for (size_t i = 0; i < count && rc == ERR_NONE; i++)
        rc = load_plant(conf_item(list, i), p, c, f, &files[i], m);
    if (rc == ERR_NONE)
        field_check(f, conf_mark(list), m);
    for (size_t i = 0; i < count; i++)
        conf_file_free(files[i]);
    return rc;
}

enum err plants_load(const struct conf_node *profiles, const struct conf_node *plants, struct catalogue *c,
                     struct field *f, struct conf_mistakes *m)
{
    struct profiles p;
    enum err rc;

    catalogue_init(c);
    field_init(f);
    profiles_init(&p);
    rc = load_profiles(profiles, &p, m);
    if (rc == ERR_NONE)
        rc = load_plants(plants, &p, c, f, m);
    profiles_clear(&p);
    return rc;
}
