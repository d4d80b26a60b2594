/* The files of the browser part, as bytes in the program. */
#ifndef PORTS_ASSETS_H
#define PORTS_ASSETS_H

#include <stdbool.h>
#include <stddef.h>

struct asset {
    const char *path;         /* "/", "/app.1f2e3d4c.js" */
    const char *content_type; /* with charset */
    const char *etag;         /* quoted */
    bool immutable;           /* its name carries its hash: may be cached for ever */
    const unsigned char *gzip, *plain;
    size_t gzip_size, plain_size;
};

struct assets {
    const struct asset *items;
    size_t count;
};

/* What the build makes of src/dashboard; app/ hands it to the face. */
extern const struct assets dashboard_assets;

#endif
