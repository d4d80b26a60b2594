/* What the two ways of an e-mail share. */
#ifndef MAIL_INNER_H
#define MAIL_INNER_H

#include "notify/mail.h"

struct mail mail_of(const struct mail_settings *s, const struct parcel *p);
/* A carrier's send; self is the settings. */
enum carried mail_to_folder(void *self, const struct parcel *p, const atomic_bool *stop,
                            char why[LETTER_WHY_MAX], int64_t *wait_ms);

#endif
