/* What acts at the doors have in common: how their refusals are told, and members of bodies. */
#ifndef SERVE_ACCOUNT_TEXT_H
#define SERVE_ACCOUNT_TEXT_H

#include "base/json.h"
#include "routes.h"

/* The refusal that an answer is; false: it is none. */
bool act_refused(struct reply *r, enum lang lang, const struct door_ask *ask, const struct door_answer *a);
/* Puts the act under way. */
void act_later(struct face *f, const struct request *q, const struct door_ask *ask, struct reply *r,
               void (*write)(struct reply *r, enum lang lang, const struct door_ask *ask,
                             const struct door_answer *a));

/* A body in the making of an act. */
struct act_form {
    struct face *f;
    const struct request *q;
    struct json_in *doc;
    struct reply *r;
};

/* Parses the body and refuses members that are not among `known`; false: *r is the refusal. */
bool act_form_open(struct act_form *form, const char *const *known, size_t n);
void act_form_close(struct act_form *form);
/* One member each.  *given may be NULL: then it is required.  False: refused. */
bool act_text(const struct act_form *form, const char *field, char *out, size_t size, bool *given);
bool act_bool(const struct act_form *form, const char *field, bool *out, bool *given);
bool act_role(const struct act_form *form, enum role *out, bool *given);
/* "key" may be left out. */
bool act_key(const struct act_form *form, char out[DOORS_KEY_MAX]);
/* An id of a supplier that is known here, or "". */
bool act_supplier(const struct act_form *form, char out[ID_MAX], bool *given);

#endif
