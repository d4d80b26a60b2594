/* The portal of agencies: brings what this node knows in memory to report/, which makes the bodies. */
#ifndef PORTAL_H
#define PORTAL_H

#include "pipeline.h"
#include "ports/portal.h"
#include "ports/present.h"

struct portal;

struct portal_settings {
    char node[ID_MAX];
    const char *folder; /* of the keys; borrowed for portal_new */
    struct clock clock;
    struct pipeline *pipeline; /* borrowed, until portal_free */
    struct present_port present;
    double supplied_bar; /* see today.h */
};

MUST_USE enum err portal_new(struct portal **out, const struct portal_settings *s, struct fault *why);
void portal_free(struct portal *p); /* NULL is fine */
struct portal_port portal_port(struct portal *p);

#endif
