#include "groups.h"

#include <stdio.h>
#include <string.h>

bool group_next_word(const char **at, char *word, size_t size)
{
    size_t n;

    *at += strspn(*at, " ");
    n = strcspn(*at, " ");
    (void)snprintf(word, size, "%.*s", (int)n, *at);
    *at += n;
    return n > 0;
}

static void look_up_sites(const struct conf_node *n, const char *sites, const struct catalogue *c,
                          struct conf_mistakes *m)
{
    char word[CONTACT_PLACES_MAX];

    while (group_next_word(&sites, word, sizeof word))
        if (catalogue_site(c, word) == NULL)
            conf_mistake(m, conf_mark_at(n, "sites"), "there is no site \"%s\"", word);
}

static uint16_t classes_of(const struct conf_node *n, const char *classes, struct conf_mistakes *m)
{
    const char *names[CLASS_COUNT];
    char word[CONTACT_PLACES_MAX];
    unsigned mask = 0;

    for (unsigned k = 0; k < CLASS_COUNT; k++)
        names[k] = incident_limit((enum incident_class)k)->name;
    while (group_next_word(&classes, word, sizeof word)) {
        const char *meant = conf_nearest(word, names, CLASS_COUNT);
        unsigned k = 0;
        while (k < CLASS_COUNT && strcmp(names[k], word) != 0)
            k++;
        if (k == CLASS_COUNT)
            conf_mistake(m, conf_mark_at(n, "classes"), "there is no class \"%s\"%s%s%s", word,
                         meant == NULL ? "" : "; perhaps \"", meant == NULL ? "" : meant,
                         meant == NULL ? "" : "\"");
        else
            mask |= 1U << k;
    }
    return (uint16_t)mask;
}

static void look_up_supplier(const struct conf_node *n, const char *id, const struct catalogue *c,
                             struct conf_mistakes *m)
{
    if (catalogue_supplier(c, id) == NULL)
        conf_mistake(m, conf_mark_at(n, "supplier"), "there is no supplier \"%s\"", id);
}

struct told_of group_load(const struct conf_node *n, const char *supplier, const char *sites,
                          const char *classes, int weight, const struct catalogue *c, struct conf_mistakes *m)
{
    struct told_of g = { .weight = weight, .classes = classes_of(n, classes, m) };

    if (supplier[0] != '\0')
        look_up_supplier(n, supplier, c, m);
    look_up_sites(n, sites, c, m);
    (void)snprintf(g.supplier, sizeof g.supplier, "%s", supplier);
    (void)snprintf(g.sites, sizeof g.sites, "%s", sites);
    return g;
}

void group_print_classes(char *out, size_t size, unsigned mask)
{
    size_t used = 0;

    out[0] = '\0';
    for (unsigned k = 0; k < CLASS_COUNT; k++)
        if ((mask >> k & 1) != 0)
            used += (size_t)snprintf(out + used, size - used, "%s%s", used == 0 ? "" : " ",
                                     incident_limit((enum incident_class)k)->name);
}
