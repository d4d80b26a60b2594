/* The sender between the pipeline and the channels. */
#ifndef APP_CHANNELS_H
#define APP_CHANNELS_H

#include "parts.h"
#include "ports/health.h"

/* Where contacts and a channel are configured. */
MUST_USE enum err channels_start(struct parts *d, struct fault *why);
void channels_poke(struct parts *d); /* letters changed */
void channels_stop(struct parts *d); /* what channels said is in the inbox then */
void channels_free(struct parts *d); /* when neither the pipeline nor the face asks them any more */
struct letters_port channels_port(struct parts *d);
struct part channels_part(struct parts *d);

#endif
