#include "model/known.h"

#include "model/parameter.h"
#include "model/world.h"

static void complain(struct conf_mark at, const char *what, const char *word, const char *near,
                     const char *more, struct conf_mistakes *m)
{
    if (near == NULL)
        conf_mistake(m, at, "there is no %s \"%s\"%s", what, word, more);
    else
        conf_mistake(m, at, "there is no %s \"%s\"%s; did you mean \"%s\"?", what, word, more, near);
}

const struct unit *known_unit(const struct conf_node *n, const char *key, const char *text,
                              struct conf_mistakes *m)
{
    const struct unit *u = unit_find(text);

    if (u == NULL)
        complain(conf_mark_at(n, key), "unit", text, conf_mistakes_room(m) ? unit_nearest(text) : NULL, "",
                 m);
    return u;
}

bool known_parameter(const struct conf_node *n, const char *key, const char *id, struct conf_mistakes *m)
{
    if (parameter_find(id) != NULL || parameter_own(id))
        return true;
    complain(conf_mark_at(n, key), "parameter", id, conf_mistakes_room(m) ? parameter_nearest(id) : NULL,
             " (one of your own begins with x-)", m);
    return false;
}

int32_t known_day(const struct conf_node *n, const char *key, const char *text, struct conf_mistakes *m)
{
    int32_t day = DAY_NONE;

    if (text[0] != '\0' && !day_parse(text, &day))
        conf_mistake(m, conf_mark_at(n, key), "\"%s\" is no day: write it as 2025-07-01", text);
    return day;
}
