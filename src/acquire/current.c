#include "current.h"

bool current_is_fault(const struct current *c, double number)
{
    return c->on && (number <= c->below || number >= c->above);
}
