#include "rollup.h"

#include "sql.h"

enum err rollup_step(struct pg *p, unsigned budget, size_t *done, struct fault *why)
{
    const struct pg_value v = pg_int(budget);
    struct pg_result *r;
    enum err rc = pg_ask(p, sql_roll_up, &v, 1, &r, why);

    *done = 0;
    if (rc != ERR_NONE)
        return rc;
    *done = (size_t)pg_get_int(r, 0, 0);
    pg_free(r);
    return ERR_NONE;
}
