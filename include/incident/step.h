/* What people do to an incident: the words and the shape of it are everybody's. */
#ifndef INCIDENT_STEP_H
#define INCIDENT_STEP_H

#include "model/incident_step.h"

enum fact_kind step_fact(enum step_kind k); /* that it leaves */

#endif
