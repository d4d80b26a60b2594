/* The tokens of links that act.  None is kept: each is a keyed hash of its letter's name and time, under a
 * key of this node; whoever shows one is compared with those of the letters there are. */
#ifndef APP_PASSES_H
#define APP_PASSES_H

#include "model/contact.h"
#include "pipeline.h"
#include "ports/outbox.h"
#include "ports/passes.h"

struct passes;

struct passes_settings {
    const char *folder; /* of the key: pass.key, made where there is none */
    const char *node;
    struct pipeline *pipeline;
    const char *link; /* address of the page, borrowed; "": there are no links */
    int64_t valid_ms; /* since the letter was made */
};

MUST_USE enum err passes_new(struct passes **out, const struct passes_settings *s, struct fault *why);
void passes_free(struct passes *p); /* NULL is fine */
struct passes_port passes_port(struct passes *p);
/* The address at which whoever has this letter acts; "": there is none.  Any thread. */
void passes_address(const struct passes *p, const struct letter *l, char out[LETTER_PASS_MAX]);

#endif
