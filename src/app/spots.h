/* Candidates of black spots for the face: asked of the database, judged by the rule. */
#ifndef SPOTS_H
#define SPOTS_H

#include "ports/present.h"
#include "ports/spots.h"

/* Lives as long as who asks through it; what is asked holds what it needs. */
struct spots {
    struct present_port present;
    struct spot_facts_port facts;
    struct spot_rules rules;
};

struct spots_port spots_port(struct spots *s); /* borrows it */

#endif
