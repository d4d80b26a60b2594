/* Profiles: what is the same for all devices of one make, said once.
 *
 * A profile file names a make, its habits (byte order, longest answer, registers to keep off) and the points
 * it offers.  A device of a plant says `profile: ID`, its points say `use: NAME`, and any key they say
 * themselves counts instead of the profile's. */
#ifndef ACQUIRE_PROFILE_H
#define ACQUIRE_PROFILE_H

#include <stddef.h>

#include "base/err.h"
#include "conf/seen.h"
#include "conf/tree.h"

struct profile;

/* One owner.  After the last profiles_load immutable: threads may share it. */
struct profiles {
    struct profile **list; /* in the order they were read */
    size_t count, cap;
    struct conf_seen ids; /* its numbers are indices of list */
};

void profiles_init(struct profiles *p);
void profiles_clear(struct profiles *p);

/* Reads one profile file, given as its tree; borrows it only during the call.  All mistakes are reported,
 * marked; a second profile of one id is one of them.  A profile with mistakes is kept, so that the plants
 * that name it are not blamed for them.  ERR_MEMORY, and then nothing of this file is kept. */
MUST_USE enum err profiles_load(struct profiles *p, const struct conf_node *root, struct conf_mistakes *m);

#endif
