#include "model/role.h"

#include <string.h>

static const char *const NAMES[ROLE_COUNT] = {
    [ROLE_NOBODY] = "nobody",         [ROLE_VIEWER] = "viewer",
    [ROLE_OPERATOR] = "operator",     [ROLE_AGENCY] = "agency",
    [ROLE_LABORATORY] = "laboratory", [ROLE_TECHNICIAN] = "technician",
    [ROLE_AUTHORITY] = "authority",   [ROLE_ADMINISTRATOR] = "administrator",
};

const char *role_name(enum role r)
{
    return (unsigned)r < ROLE_COUNT ? NAMES[r] : NAMES[ROLE_NOBODY];
}

enum role role_parse(const char *word)
{
    for (unsigned i = ROLE_NOBODY + 1; i < ROLE_COUNT; i++)
        if (strcmp(NAMES[i], word) == 0)
            return (enum role)i;
    return ROLE_NOBODY;
}
