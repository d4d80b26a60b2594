/* The browser part as bytes in the program: app/ hands it to the face. */
#ifndef DASHBOARD_ASSETS_H
#define DASHBOARD_ASSETS_H

#include "ports/assets.h"

/* Static for the life of the program.  Empty (count 0) when built with CAPNUOC_DASHBOARD=OFF. */
extern const struct assets dashboard_assets;

#endif
