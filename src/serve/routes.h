/* One table of path x method x role; everything that is answered stands in it. */
#ifndef SERVE_ROUTES_H
#define SERVE_ROUTES_H

#include "face.h"
#include "reply.h"
#include "request.h"

/* Part of a set of roles: everybody where only this machine, or its operations, come in; else those named. */
#define AT_OPERATIONS ROLE_BIT(31)

struct route {
    enum method method;            /* METHOD_GET also answers HEAD, a stream does not */
    const char *pattern;           /* "/api/v1/points/{id}": {…} stands for one segment */
    role_set roles;                /* who may; ROLES_OPEN: everybody; AT_OPERATIONS */
    const char *const *parameters; /* NULL-ended list of query parameters */
    void (*answer)(struct face *f, struct request *q, struct reply *r);
};

extern const struct route ROUTES[];
extern const size_t ROUTE_COUNT;

/* Everything that can be refused before a body is read: framing, host, path, method, credential,
 * parameters.  NULL: *r is the refusal.  Sets q->lang, tokens and visitor. */
const struct route *routes_admit(struct face *f, struct request *q, struct reply *r);

/* The answers, by file. */
void answer_audit(struct face *f, struct request *q, struct reply *r);  /* audit.c */
void answer_points(struct face *f, struct request *q, struct reply *r); /* points.c */
void answer_point(struct face *f, struct request *q, struct reply *r);  /* points.c */
void answer_series(struct face *f, struct request *q, struct reply *r); /* series.c */
void answer_many_series(struct face *f, struct request *q, struct reply *r);
void answer_volumes(struct face *f, struct request *q, struct reply *r); /* volumes.c */
void answer_stream(struct face *f, struct request *q, struct reply *r);  /* events.c */
void answer_wires(struct face *f, struct request *q, struct reply *r);   /* wires.c */
void answer_places(struct face *f, struct request *q, struct reply *r);  /* world.c */
void answer_place(struct face *f, struct request *q, struct reply *r);
void answer_versions(struct face *f, struct request *q, struct reply *r); /* versions.c */
void answer_version(struct face *f, struct request *q, struct reply *r);
void answer_tell(struct face *f, struct request *q, struct reply *r); /* told.c */
void answer_told(struct face *f, struct request *q, struct reply *r);
void answer_alarms(struct face *f, struct request *q, struct reply *r); /* alarms.c */
void answer_alarm(struct face *f, struct request *q, struct reply *r);
void answer_alarm_act(struct face *f, struct request *q, struct reply *r);
void answer_alarm_sheet(struct face *f, struct request *q, struct reply *r);
void answer_alarm_batch(struct face *f, struct request *q, struct reply *r);   /* alarm_batch.c */
void answer_closed_alarms(struct face *f, struct request *q, struct reply *r); /* alarm_past.c */
void answer_alarm_figures(struct face *f, struct request *q, struct reply *r);
void answer_maintenance(struct face *f, struct request *q, struct reply *r);     /* maintenance.c */
void answer_spot_candidates(struct face *f, struct request *q, struct reply *r); /* spots.c */
void answer_preventions(struct face *f, struct request *q, struct reply *r);     /* prevention.c */
void answer_prevention_act(struct face *f, struct request *q, struct reply *r);
void answer_stopgap_act(struct face *f, struct request *q, struct reply *r); /* stopgaps.c */
void answer_roster(struct face *f, struct request *q, struct reply *r);      /* duty.c */
void answer_modes(struct face *f, struct request *q, struct reply *r);       /* modes.c */
void answer_mode_act(struct face *f, struct request *q, struct reply *r);
void answer_shifts(struct face *f, struct request *q, struct reply *r);      /* shifts.c */
void answer_shift_notes(struct face *f, struct request *q, struct reply *r); /* shift_notes.c */
void answer_shift(struct face *f, struct request *q, struct reply *r);
void answer_shift_act(struct face *f, struct request *q, struct reply *r);
void answer_shift_sheet(struct face *f, struct request *q, struct reply *r);
void answer_incidents(struct face *f, struct request *q, struct reply *r); /* incidents.c */
void answer_incident(struct face *f, struct request *q, struct reply *r);
void answer_letters(struct face *f, struct request *q, struct reply *r);
void answer_channels(struct face *f, struct request *q, struct reply *r);
void answer_channel_test(struct face *f, struct request *q, struct reply *r);
void answer_duty(struct face *f, struct request *q, struct reply *r);
void answer_contacts(struct face *f, struct request *q, struct reply *r);
void answer_incident_record(struct face *f, struct request *q, struct reply *r);
void answer_operation_book(struct face *f, struct request *q, struct reply *r); /* operation_book.c */
void answer_pass(struct face *f, struct request *q, struct reply *r);           /* pass.c */
void answer_pass_act(struct face *f, struct request *q, struct reply *r);
void answer_handed(struct face *f, struct request *q, struct reply *r);       /* handed.c */
void answer_incident_act(struct face *f, struct request *q, struct reply *r); /* incident_acts.c */
void answer_calls(struct face *f, struct request *q, struct reply *r);
void answer_portal(struct face *f, struct request *q, struct reply *r);         /* portal.c */
void answer_report_preview(struct face *f, struct request *q, struct reply *r); /* reports.c */
void answer_report_issue(struct face *f, struct request *q, struct reply *r);
void answer_reports(struct face *f, struct request *q, struct reply *r);
void answer_report(struct face *f, struct request *q, struct reply *r);
void answer_portal_keys(struct face *f, struct request *q, struct reply *r);
void answer_session(struct face *f, struct request *q, struct reply *r); /* session.c */
void answer_sign_in(struct face *f, struct request *q, struct reply *r);
void answer_sign_out(struct face *f, struct request *q, struct reply *r);
void answer_password(struct face *f, struct request *q, struct reply *r);
void answer_sessions(struct face *f, struct request *q, struct reply *r);
void answer_end_sessions(struct face *f, struct request *q, struct reply *r);
void answer_accounts(struct face *f, struct request *q, struct reply *r); /* accounts.c */
void answer_account_act(struct face *f, struct request *q, struct reply *r);
void answer_tokens(struct face *f, struct request *q, struct reply *r); /* tokens.c */
void answer_token_act(struct face *f, struct request *q, struct reply *r);
void answer_healthz(struct face *f, struct request *q, struct reply *r); /* status.c */
void answer_readyz(struct face *f, struct request *q, struct reply *r);
void answer_metrics(struct face *f, struct request *q, struct reply *r);
void answer_description(struct face *f, struct request *q, struct reply *r);
/* A file of the page: true when there is one at that path. */
bool answer_asset(struct face *f, const struct request *q, struct reply *r);

/* For answers that can be revalidated, once plain and gzip are there: sets tag (given without quotes) and
 * caching, and makes it a 304 when the client has it.  The body stays: its length belongs into the 304. */
void reply_tag(struct reply *r, const struct request *q, enum caching caching, const char *tag);

#endif
