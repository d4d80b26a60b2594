/* Stored rows of a meter, folded into what it counted: judge's rule over store's rows, for whoever asks. */
#ifndef APP_VOLUMES_H
#define APP_VOLUMES_H

#include "ports/meters.h"
#include "ports/volumes.h"

/* Borrows *meters. */
struct volumes_port volumes_port(struct meters_port *meters);

#endif
