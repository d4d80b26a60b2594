/* The channels on the machine itself: how they are, who can be told, one tried. */
#ifndef APP_CHANNEL_WORDS_H
#define APP_CHANNEL_WORDS_H

#include "base/err.h"
#include "base/strbuf.h"

struct parts;

/* "channel list", "channel contacts", "channel test CHANNEL CONTACT WHO", tabs between. */
MUST_USE enum err channel_words(struct parts *d, const char *words, struct strbuf *told, struct fault *why);

#endif
