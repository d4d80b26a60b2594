/* What a meter counted by days, as JSON. */
#ifndef SERVE_VOLUMES_H
#define SERVE_VOLUMES_H

#include "base/strbuf.h"
#include "model/catalogue.h"
#include "model/volume.h"

void volumes_text(struct strbuf *b, const struct point *point, const struct volume_answer *a);

#endif
