/* What people do to an incident: the words and the shape of it are everybody's. */
#ifndef INCIDENT_STEP_H
#define INCIDENT_STEP_H

#include "model/incident_step.h"

enum fact_kind step_fact(enum step_kind k); /* that it leaves */
/* Whoever takes it has seen what is wrong: the incident is acknowledged by it. */
bool step_sees(enum step_kind k);

#endif
