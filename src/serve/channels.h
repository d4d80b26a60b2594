/* What became of a channel that was tried by hand. */
#ifndef SERVE_CHANNELS_H
#define SERVE_CHANNELS_H

#include "ports/outbox.h"
#include "reply.h"

void trial_reply(struct reply *r, enum lang lang, enum err code, const struct channel_trial *is);

#endif
