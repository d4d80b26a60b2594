#include "routes.h"

#include <stdio.h>
#include <string.h>

#include "problem.h"
#include "sees.h"

static const char *const NONE[] = { NULL };
static const char *const POINTS[] = { "site", "parameter", "quality", "wire", "q", "limit", "next", NULL };
static const char *const PAGED[] = { "limit", "next", NULL };
static const char *const SITE_PAGED[] = { "site", "limit", "next", NULL };
static const char *const SUPPLIERS[] = { "q", "limit", "next", NULL };
static const char *const AREAS[] = { "at", "q", "limit", "next", NULL };
static const char *const SYSTEMS[] = { "supplier", "q", "limit", "next", NULL };
static const char *const SITES[] = { "system", "area", "q", "limit", "next", NULL };
static const char *const ZONES[] = { "system", "q", "limit", "next", NULL };
static const char *const LIMITS[] = { "q", "limit", "next", NULL };
static const char *const SERIES[] = { "from", "to", "buckets", "format", "rows", NULL };
static const char *const MANY_SERIES[] = { "points", "from", "to", "buckets", "format", NULL };
static const char *const VOLUMES[] = { "from", "to", NULL };
static const char *const TOLD[] = { "point", "limit", NULL };
static const char *const RELEASE[] = { "key", "who", "note", NULL };
static const char *const ACCOUNT[] = { "account", NULL };
static const char *const AUDIT[] = { "from", "to", "actor", "kind", "subject", "limit", "next", NULL };
static const char *const ALARMS[] = { "site", "state", "from", "to", "limit", "next", NULL };
static const char *const FIGURES[] = { "site", "from", "to", "operators", NULL };
static const char *const SITE[] = { "site", NULL };
static const char *const MODES[] = { "site", "state", NULL };
static const char *const MODE_END[] = { "key", "why", NULL };
static const char *const ROSTER[] = { "from", "to", NULL };
static const char *const CHANGE_END[] = { "key", "why", NULL };
static const char *const SHEET[] = { "format", NULL };
static const char *const PREVENTIONS[] = { "site", "state", "limit", "next", NULL };
static const char *const INCIDENTS[] = { "state", "site", "class", "from", "to", "limit", "next", NULL };
static const char *const HANDED[] = { "key", NULL };
static const char *const BOOK[] = { "site", "system", "from", "to", "format", NULL };
static const char *const CALLS[] = { "site", "zone", NULL };
static const char *const PREVIEW[] = { "kind", "from", "to", "supplier", "format", NULL };
static const char *const REPORTS[] = { "kind", "supplier", "limit", "next", NULL };
static const char *const AT[] = { "at", NULL };
static const char *const SINCE[] = { "since", NULL };
static const char *const STREAM[] = { "topics", "site", NULL };

const struct route ROUTES[] = {
    { METHOD_GET, "/healthz", ROLES_OPEN | AT_OPERATIONS, NONE, answer_healthz },
    { METHOD_GET, "/readyz", ROLES_ALL | AT_OPERATIONS, NONE, answer_readyz },
    { METHOD_GET, "/metrics", ROLES_ALL | AT_OPERATIONS, NONE, answer_metrics },
    { METHOD_GET, "/api/v1/openapi.json", ROLES_OPEN, NONE, answer_description },
    { METHOD_GET, "/api/v1/session", ROLES_ALL, NONE, answer_session },
    { METHOD_POST, "/api/v1/session", ROLES_OPEN, NONE, answer_sign_in },
    { METHOD_DELETE, "/api/v1/session", ROLES_ALL, NONE, answer_sign_out },
    { METHOD_POST, "/api/v1/session/password", ROLES_ALL, NONE, answer_password },
    { METHOD_GET, "/api/v1/sessions", ROLES_ALL, ACCOUNT, answer_sessions },
    { METHOD_DELETE, "/api/v1/sessions", ROLES_ALL, ACCOUNT, answer_end_sessions },
    { METHOD_DELETE, "/api/v1/sessions/{id}", ROLES_ALL, ACCOUNT, answer_end_sessions },
    { METHOD_GET, "/api/v1/accounts", ROLES_ADMINISTER, NONE, answer_accounts },
    { METHOD_POST, "/api/v1/accounts", ROLES_ADMINISTER, NONE, answer_account_act },
    { METHOD_POST, "/api/v1/accounts/{name}", ROLES_ADMINISTER, NONE, answer_account_act },
    { METHOD_DELETE, "/api/v1/accounts/{name}", ROLES_ADMINISTER, NONE, answer_account_act },
    { METHOD_POST, "/api/v1/accounts/{name}/reset", ROLES_ADMINISTER, NONE, answer_account_act },
    { METHOD_GET, "/api/v1/tokens", ROLES_ADMINISTER, NONE, answer_tokens },
    { METHOD_POST, "/api/v1/tokens", ROLES_ADMINISTER, NONE, answer_token_act },
    { METHOD_DELETE, "/api/v1/tokens/{id}", ROLES_ADMINISTER, NONE, answer_token_act },
    { METHOD_GET, "/api/v1/audit", ROLES_ADMINISTER, AUDIT, answer_audit },
    { METHOD_GET, "/api/v1/points", ROLES_ALL, POINTS, answer_points },
    { METHOD_GET, "/api/v1/points/{id}", ROLES_ALL, NONE, answer_point },
    { METHOD_GET, "/api/v1/points/{id}/series", ROLES_ALL, SERIES, answer_series },
    { METHOD_GET, "/api/v1/series", ROLES_ALL, MANY_SERIES, answer_many_series },
    { METHOD_GET, "/api/v1/points/{id}/volumes", ROLES_ALL, VOLUMES, answer_volumes },
    { METHOD_GET, "/api/v1/wires", ROLES_ALL, NONE, answer_wires },
    { METHOD_GET, "/api/v1/suppliers", ROLES_ALL, SUPPLIERS, answer_places },
    { METHOD_GET, "/api/v1/suppliers/{id}", ROLES_ALL, NONE, answer_place },
    { METHOD_GET, "/api/v1/areas", ROLES_ALL, AREAS, answer_places },
    { METHOD_GET, "/api/v1/areas/{id}", ROLES_ALL, NONE, answer_place },
    { METHOD_GET, "/api/v1/systems", ROLES_ALL, SYSTEMS, answer_places },
    { METHOD_GET, "/api/v1/systems/{id}", ROLES_ALL, NONE, answer_place },
    { METHOD_GET, "/api/v1/sites", ROLES_ALL, SITES, answer_places },
    { METHOD_GET, "/api/v1/sites/{id}", ROLES_ALL, NONE, answer_place },
    { METHOD_GET, "/api/v1/mains", ROLES_ALL, ZONES, answer_places },
    { METHOD_GET, "/api/v1/mains/{id}", ROLES_ALL, NONE, answer_place },
    { METHOD_GET, "/api/v1/zones", ROLES_ALL, ZONES, answer_places },
    { METHOD_GET, "/api/v1/zones/{id}", ROLES_ALL, NONE, answer_place },
    { METHOD_GET, "/api/v1/limits", ROLES_ALL, LIMITS, answer_places },
    { METHOD_GET, "/api/v1/limits/{id}", ROLES_ALL, NONE, answer_place },
    { METHOD_GET, "/api/v1/config-versions", ROLES_ALL, PAGED, answer_versions },
    { METHOD_GET, "/api/v1/config-versions/{id}", ROLES_ALL, NONE, answer_version },
    { METHOD_GET, "/api/v1/readings", ROLES_ALL, TOLD, answer_told },
    { METHOD_POST, "/api/v1/readings", ROLES_OPERATE, NONE, answer_tell },
    { METHOD_GET, "/api/v1/meter-exchanges", ROLES_ALL, TOLD, answer_told },
    { METHOD_POST, "/api/v1/meter-exchanges", ROLES_OPERATE, NONE, answer_tell },
    { METHOD_POST, "/api/v1/points/{id}/force", ROLES_OPERATE, NONE, answer_tell },
    { METHOD_DELETE, "/api/v1/points/{id}/force", ROLES_OPERATE, RELEASE, answer_tell },
    { METHOD_GET, "/api/v1/alarms", ROLES_ALL, ALARMS, answer_alarms },
    { METHOD_GET, "/api/v1/alarms/performance", ROLES_ALL, FIGURES, answer_alarm_figures },
    { METHOD_GET, "/api/v1/alarms/{id}", ROLES_ALL, NONE, answer_alarm },
    { METHOD_POST, "/api/v1/alarms/acknowledge", ROLES_OPERATE, NONE, answer_alarm_batch },
    { METHOD_POST, "/api/v1/alarms/{id}/acknowledge", ROLES_OPERATE, NONE, answer_alarm_act },
    { METHOD_POST, "/api/v1/alarms/{id}/reset", ROLES_OPERATE, NONE, answer_alarm_act },
    { METHOD_POST, "/api/v1/alarms/{id}/shelve", ROLES_OPERATE, NONE, answer_alarm_act },
    { METHOD_POST, "/api/v1/alarms/{id}/unshelve", ROLES_OPERATE, NONE, answer_alarm_act },
    { METHOD_GET, "/api/v1/alarm-rules.csv", ROLES_ALL, NONE, answer_alarm_sheet },
    { METHOD_GET, "/api/v1/maintenance", ROLES_ALL, SITE, answer_maintenance },
    { METHOD_POST, "/api/v1/maintenance", ROLES_OPERATE, NONE, answer_tell },
    { METHOD_GET, "/api/v1/modes", ROLES_ALL, MODES, answer_modes },
    { METHOD_POST, "/api/v1/modes", ROLES_OPERATE, NONE, answer_mode_act },
    { METHOD_DELETE, "/api/v1/modes/{id}", ROLES_OPERATE, MODE_END, answer_mode_act },
    { METHOD_GET, "/api/v1/shifts", ROLES_OPERATE, PAGED, answer_shifts },
    { METHOD_POST, "/api/v1/shifts", ROLES_OPERATE, NONE, answer_shift_act },
    { METHOD_GET, "/api/v1/shifts/notes", ROLES_OPERATE, SITE_PAGED, answer_shift_notes },
    { METHOD_GET, "/api/v1/shifts/{id}", ROLES_OPERATE, NONE, answer_shift },
    { METHOD_GET, "/api/v1/shifts/{id}/sheet", ROLES_OPERATE, SHEET, answer_shift_sheet },
    { METHOD_GET, "/api/v1/measures", ROLES_ALL, PREVENTIONS, answer_preventions },
    { METHOD_POST, "/api/v1/measures", ROLES_OPERATE, NONE, answer_prevention_act },
    { METHOD_POST, "/api/v1/measures/{id}", ROLES_OPERATE, NONE, answer_prevention_act },
    { METHOD_GET, "/api/v1/black-spots", ROLES_ALL, PREVENTIONS, answer_preventions },
    { METHOD_GET, "/api/v1/black-spots/candidates", ROLES_ALL, SITE, answer_spot_candidates },
    { METHOD_POST, "/api/v1/black-spots", ROLES_OPERATE, NONE, answer_prevention_act },
    { METHOD_PATCH, "/api/v1/black-spots/{id}", ROLES_OPERATE, NONE, answer_prevention_act },
    { METHOD_POST, "/api/v1/black-spots/{id}/inspections", ROLES_OPERATE | ROLE_BIT(ROLE_TECHNICIAN), NONE,
      answer_prevention_act },
    { METHOD_POST, "/api/v1/black-spots/{id}/measures", ROLES_OPERATE, NONE, answer_prevention_act },
    { METHOD_POST, "/api/v1/black-spots/{id}/closure", ROLES_OPERATE, NONE, answer_prevention_act },
    { METHOD_GET, "/api/v1/incidents", ROLES_ALL, INCIDENTS, answer_incidents },
    { METHOD_POST, "/api/v1/incidents", ROLES_OPERATE, NONE, answer_incident_act },
    { METHOD_GET, "/api/v1/incidents/{id}", ROLES_ALL, NONE, answer_incident },
    { METHOD_GET, "/api/v1/incidents/{id}/letters", ROLES_ALL, NONE, answer_letters },
    { METHOD_GET, "/api/v1/channels", ROLES_ALL, NONE, answer_channels },
    { METHOD_POST, "/api/v1/channels/{channel}/test", ROLES_OPERATE, NONE, answer_channel_test },
    { METHOD_GET, "/api/v1/duty", ROLES_OPERATE | ROLE_BIT(ROLE_TECHNICIAN) | ROLE_BIT(ROLE_AUTHORITY), AT,
      answer_duty },
    { METHOD_GET, "/api/v1/roster", ROLES_OPERATE | ROLE_BIT(ROLE_TECHNICIAN) | ROLE_BIT(ROLE_AUTHORITY),
      ROSTER, answer_roster },
    { METHOD_POST, "/api/v1/roster", ROLES_OPERATE, NONE, answer_stopgap_act },
    { METHOD_DELETE, "/api/v1/roster/{id}", ROLES_OPERATE, CHANGE_END, answer_stopgap_act },
    { METHOD_GET, "/api/v1/contacts", ROLES_OPERATE, NONE, answer_contacts },
    { METHOD_POST, "/api/v1/contacts", ROLES_OPERATE, NONE, answer_stopgap_act },
    { METHOD_DELETE, "/api/v1/contacts/{id}", ROLES_OPERATE, CHANGE_END, answer_stopgap_act },
    { METHOD_GET, "/api/v1/incidents/{id}/record", ROLES_ALL, NONE, answer_incident_record },
    { METHOD_GET, "/api/v1/incidents/{id}/steps", ROLES_ALL, HANDED, answer_handed },
    { METHOD_POST, "/api/v1/incidents/{id}/steps", ROLES_OPERATE | ROLE_BIT(ROLE_TECHNICIAN), NONE,
      answer_incident_act },
    { METHOD_POST, "/api/v1/incidents/{id}/link", ROLES_OPERATE, NONE, answer_incident_act },
    { METHOD_POST, "/api/v1/incidents/{id}/unlink", ROLES_OPERATE, NONE, answer_incident_act },
    { METHOD_POST, "/api/v1/incidents/{id}/merge", ROLES_OPERATE, NONE, answer_incident_act },
    { METHOD_POST, "/api/v1/incidents/{id}/split", ROLES_OPERATE, NONE, answer_incident_act },
    { METHOD_POST, "/api/v1/incidents/{id}/reclassify", ROLES_OPERATE, NONE, answer_incident_act },
    { METHOD_POST, "/api/v1/incidents/{id}/approval", ROLE_BIT(ROLE_AUTHORITY) | ROLE_BIT(ROLE_ADMINISTRATOR),
      NONE, answer_incident_act },
    { METHOD_POST, "/api/v1/incidents/{id}/duties", ROLES_OPERATE, NONE, answer_incident_act },
    { METHOD_POST, "/api/v1/incidents/{id}/measures", ROLES_OPERATE, NONE, answer_incident_act },
    { METHOD_POST, "/api/v1/incidents/{id}/evaluation", ROLES_OPERATE, NONE, answer_incident_act },
    { METHOD_GET, "/api/v1/operation-book", ROLES_ALL, BOOK, answer_operation_book },
    { METHOD_GET, "/api/v1/calls", ROLES_OPERATE, CALLS, answer_calls },
    { METHOD_POST, "/api/v1/calls", ROLES_OPERATE, NONE, answer_incident_act },
    { METHOD_GET, "/api/v1/portal/summary", ROLES_PORTAL, SINCE, answer_portal },
    { METHOD_GET, "/api/v1/portal/water-quality", ROLES_PORTAL, SINCE, answer_portal },
    { METHOD_GET, "/api/v1/portal/supply", ROLES_PORTAL, SINCE, answer_portal },
    { METHOD_GET, "/api/v1/portal/incidents", ROLES_PORTAL, SINCE, answer_portal },
    { METHOD_GET, "/api/v1/portal/systems", ROLES_PORTAL, SINCE, answer_portal },
    { METHOD_GET, "/api/v1/portal/keys", ROLES_OPEN, NONE, answer_portal_keys },
    { METHOD_GET, "/api/v1/reports", ROLES_ALL, REPORTS, answer_reports },
    { METHOD_POST, "/api/v1/reports", ROLES_OPERATE | ROLE_BIT(ROLE_AUTHORITY), NONE, answer_report_issue },
    { METHOD_GET, "/api/v1/reports/preview", ROLES_ALL, PREVIEW, answer_report_preview },
    { METHOD_GET, "/api/v1/reports/{file}", ROLES_ALL, NONE, answer_report },
    { METHOD_GET, "/p/{token}", ROLES_OPEN, NONE, answer_pass },
    { METHOD_POST, "/p/{token}", ROLES_OPEN, NONE, answer_pass_act },
    { METHOD_GET, "/api/v1/stream", ROLES_ALL, STREAM, answer_stream },
};
const size_t ROUTE_COUNT = sizeof ROUTES / sizeof ROUTES[0];

/* ------------------------------------------------------------------ framing, host */

static bool refuse(struct reply *r, const struct request *q, enum problem_kind kind, const char *field)
{
    problem(r, q->lang, kind, field, NULL);
    return false;
}

static bool lengths_are_clear(const struct request *q, struct reply *r)
{
    const struct fields *f = &q->fields;
    uint64_t length = 0;

    if (f->lengths > 1 || (f->lengths == 1 && f->encodings > 0))
        return refuse(r, q, PROBLEM_FRAMING, "Content-Length");
    if (f->hosts != 1)
        return refuse(r, q, PROBLEM_FRAMING, "Host");
    if (f->authorizations > 1)
        return refuse(r, q, PROBLEM_FRAMING, "Authorization");
    if (f->lengths == 1 && !header_length(f->content_length, &length))
        return refuse(r, q, PROBLEM_FRAMING, "Content-Length");
    if (f->encodings > 0)
        return refuse(r, q, method_has_body(q->method) ? PROBLEM_NO_LENGTH : PROBLEM_UNWANTED_BODY, NULL);
    if (!method_has_body(q->method) && length > 0)
        return refuse(r, q, PROBLEM_UNWANTED_BODY, NULL);
    return length <= REQUEST_BODY_MAX || refuse(r, q, PROBLEM_BODY_TOO_LARGE, NULL);
}

/* What two programs might cut differently is refused whole, and the connection with it. */
static bool framing_is_clear(const struct request *q, struct reply *r)
{
    if (lengths_are_clear(q, r))
        return true;
    r->close = true;
    return false;
}

static bool target_is_fine(const struct request *q, struct reply *r)
{
    switch (q->target.fault) {
    case TARGET_FINE: return true;
    case TARGET_TOO_LONG: return refuse(r, q, PROBLEM_TARGET_TOO_LONG, NULL);
    case TARGET_MALFORMED: return refuse(r, q, PROBLEM_MALFORMED, NULL);
    case TARGET_TOO_MANY: return refuse(r, q, PROBLEM_TOO_MANY_PARAMETERS, NULL);
    case TARGET_TOO_DEEP: break;
    }
    return refuse(r, q, PROBLEM_NOT_FOUND, NULL);
}

/* ------------------------------------------------------------------ path, method */

static bool matches(const char *pattern, const struct target *t)
{
    const char *s = pattern;

    for (size_t i = 0; i < t->segment_count; i++) {
        size_t n;
        if (*s++ != '/')
            return false;
        n = strcspn(s, "/");
        if (*s == '{' ? t->segments[i][0] == '\0'
                      : strlen(t->segments[i]) != n || memcmp(s, t->segments[i], n) != 0)
            return false;
        s += n;
    }
    return *s == '\0';
}

/* What has a name of its own is no id of something. */
static const char *allowed(const struct target *t)
{
    static const char *const ALLOWED[8] = {
        NULL,     "GET, HEAD",         "POST",         "GET, HEAD, POST",
        "DELETE", "GET, HEAD, DELETE", "POST, DELETE", "GET, HEAD, POST, DELETE",
    };
    bool get = false, post = false, end = false, stream = false, patch = false, named = false;

    for (size_t i = 0; i < ROUTE_COUNT; i++)
        named = named || (strchr(ROUTES[i].pattern, '{') == NULL && matches(ROUTES[i].pattern, t));
    for (size_t i = 0; i < ROUTE_COUNT; i++)
        if (matches(ROUTES[i].pattern, t) && !(named && strchr(ROUTES[i].pattern, '{') != NULL)) {
            get = get || ROUTES[i].method == METHOD_GET;
            post = post || ROUTES[i].method == METHOD_POST;
            end = end || ROUTES[i].method == METHOD_DELETE;
            patch = patch || ROUTES[i].method == METHOD_PATCH;
            stream = stream || ROUTES[i].answer == answer_stream;
        }
    if (stream)
        return "GET";
    if (patch)
        return "PATCH"; /* it has no other where it is */
    return ALLOWED[(get ? 1 : 0) | (post ? 2 : 0) | (end ? 4 : 0)];
}

static bool takes(const struct route *route, enum method m)
{
    if (m == METHOD_HEAD)
        return route->method == METHOD_GET && route->answer != answer_stream;
    return route->method == m;
}

static const struct route *find(const struct request *q, struct reply *r)
{
    const char *allow;

    for (size_t i = 0; i < ROUTE_COUNT; i++)
        if (takes(&ROUTES[i], q->method) && matches(ROUTES[i].pattern, &q->target))
            return &ROUTES[i];
    allow = allowed(&q->target);
    if (allow == NULL) {
        problem(r, q->lang, PROBLEM_NOT_FOUND, NULL, NULL);
        return NULL;
    }
    problem(r, q->lang, PROBLEM_METHOD, NULL, allow);
    r->allow = allow;
    return NULL;
}

/* ------------------------------------------------------------------ who, parameters */

/* Whose password was given to them may look at who they are, change it, and leave. */
static bool may_go_on(const struct request *q, const struct route *route, struct reply *r)
{
    if ((route->roles & ROLE_BIT(q->visitor.role)) == 0)
        return refuse(r, q, PROBLEM_NOT_YOUR_ROLE, NULL);
    if (q->visitor.must_change && route->answer != answer_session && route->answer != answer_sign_out &&
        route->answer != answer_password)
        return refuse(r, q, PROBLEM_MUST_CHANGE, NULL);
    /* health and figures name everybody's wires */
    if (!visitor_sees_all(&q->visitor) && (route->answer == answer_readyz || route->answer == answer_metrics))
        return refuse(r, q, PROBLEM_NOT_WHOLE, NULL);
    return true;
}

static void take_credential(struct request *q)
{
    if (!header_bearer(q->fields.authorization, q->token, sizeof q->token))
        q->token[0] = '\0';
    if (!header_cookie(q->fields.cookie, session_cookie(q->secure), q->session, sizeof q->session))
        q->session[0] = '\0';
}

static bool is_open(const struct request *q, const struct route *route)
{
    return (route->roles & ROLES_OPEN) != 0 ||
           ((route->roles & AT_OPERATIONS) != 0 && q->entrance != ENTRANCE_FRONT);
}

/* Does what was shown open the door?  A bearer that is not right is not forgiven by a cookie that is. */
static bool is_somebody(struct face *f, struct request *q)
{
    const struct doors_port *doors = &f->ports.doors;
    struct knock k = { .peer = q->peer };

    if (q->fields.authorization != NULL && q->token[0] != '\0')
        q->session[0] = '\0';
    k.token = q->token[0] == '\0' ? NULL : q->token;
    k.session = q->session[0] == '\0' ? NULL : q->session;
    return doors->admit(doors->self, &k, q->now, &q->visitor);
}

/* How often may they ask?  Who is known is counted by name, whoever else by address. */
static bool not_too_often(struct face *f, const struct request *q, struct reply *r)
{
    const bool known = q->visitor.role != ROLE_NOBODY;
    const uint64_t who = known ? rate_of_name(q->visitor.name) : rate_of_peer(&q->peer);
    unsigned wait_s;

    if (q->entrance == ENTRANCE_OPERATIONS || (!known && peer_is_loopback(&q->peer)) ||
        rate_take(&f->rates, who, known ? f->rate_known : f->rate_address, q->now.mono, &wait_s))
        return true;
    atomic_fetch_add(&f->tally.too_often, 1);
    (void)refuse(r, q, PROBLEM_TOO_OFTEN, NULL);
    r->retry_after_s = wait_s;
    return false;
}

static bool let_in(struct face *f, struct request *q, const struct route *route, struct reply *r)
{
    bool shown;

    take_credential(q);
    if (is_open(q, route))
        return not_too_often(f, q, r);
    shown = q->fields.authorization != NULL || q->session[0] != '\0';
    if (shown && is_somebody(f, q))
        return not_too_often(f, q, r) && may_go_on(q, route, r);
    if (shown)
        atomic_fetch_add(&f->tally.wrong_tokens, 1);
    return not_too_often(f, q, r) && refuse(r, q, PROBLEM_NO_CREDENTIAL, NULL);
}

static bool is_known(const char *const *known, const char *name)
{
    for (; *known != NULL; known++)
        if (strcmp(*known, name) == 0)
            return true;
    return false;
}

static bool parameters_are_fine(const struct request *q, const struct route *route, struct reply *r)
{
    const struct target *t = &q->target;

    for (size_t i = 0; i < t->parameter_count; i++) {
        const char *name = t->parameters[i].name;
        if (!is_known(route->parameters, name))
            return refuse(r, q, PROBLEM_UNKNOWN_PARAMETER, name);
        if (target_value(t, name) != t->parameters[i].value)
            return refuse(r, q, PROBLEM_REPEATED_PARAMETER, name);
    }
    return true;
}

/* A form on another site can send a cookie of ours only where SameSite is not known; this is the second
 * lock (CSRF).  Programs send neither field. */
static bool is_own_page(const struct request *q, struct reply *r)
{
    const struct fields *f = &q->fields;

    if (q->method == METHOD_GET || q->method == METHOD_HEAD)
        return true;
    if (f->fetch_site != NULL && strcmp(f->fetch_site, "same-origin") != 0 &&
        strcmp(f->fetch_site, "none") != 0)
        return refuse(r, q, PROBLEM_CROSS_SITE, "Sec-Fetch-Site");
    if (f->origin != NULL && !header_origin_is(f->origin, f->host, q->secure))
        return refuse(r, q, PROBLEM_CROSS_SITE, "Origin");
    return true;
}

static bool body_is_fine(const struct request *q, const struct route *route, struct reply *r)
{
    if (!method_has_body(q->method))
        return true;
    if (q->fields.lengths == 0)
        return refuse(r, q, PROBLEM_NO_LENGTH, NULL);
    if (route->answer == answer_pass_act ? header_is_form(q->fields.content_type)
                                         : header_is_json(q->fields.content_type))
        return true;
    return refuse(r, q, PROBLEM_MEDIA_TYPE, "Content-Type");
}

const struct route *routes_admit(struct face *f, struct request *q, struct reply *r)
{
    const struct route *route;

    q->lang = header_language(q->fields.accept_language);
    if (!framing_is_clear(q, r) || !target_is_fine(q, r))
        return NULL;
    if (!header_host_is_local(q->fields.host) && !header_host_is_one(q->fields.host, f->hosts)) {
        (void)refuse(r, q, PROBLEM_WRONG_HOST, "Host");
        return NULL;
    }
    if (q->entrance != ENTRANCE_OPERATIONS && answer_asset(f, q, r))
        return NULL;
    route = find(q, r);
    if (route != NULL && q->entrance == ENTRANCE_OPERATIONS && (route->roles & AT_OPERATIONS) == 0) {
        (void)refuse(r, q, PROBLEM_NOT_FOUND, NULL);
        return NULL;
    }
    if (route == NULL || !is_own_page(q, r) || !let_in(f, q, route, r) || !parameters_are_fine(q, route, r) ||
        !body_is_fine(q, route, r))
        return NULL;
    return route;
}

void reply_tag(struct reply *r, const struct request *q, enum caching caching, const char *tag)
{
    char other[REPLY_TAG_MAX];

    if (r->status != 200)
        return;
    /* Two encodings are two texts and need two tags; either proves that the client has the content. */
    (void)snprintf(r->tag, sizeof r->tag, r->gzip == NULL ? "\"%s\"" : "\"%s-gz\"", tag);
    (void)snprintf(other, sizeof other, r->gzip != NULL ? "\"%s\"" : "\"%s-gz\"", tag);
    r->caching = caching;
    if (header_lists_tag(q->fields.if_none_match, r->tag) || header_lists_tag(q->fields.if_none_match, other))
        r->status = 304;
}

void request_actor(const struct request *q, struct actor *out)
{
    const enum actor_kind kind = q->visitor.role == ROLE_NOBODY ? ACTOR_NOBODY
                                 : q->visitor.person            ? ACTOR_ACCOUNT
                                                                : ACTOR_TOKEN;

    memset(out, 0, sizeof *out);
    out->kind = (uint8_t)kind;
    (void)snprintf(out->name, sizeof out->name, "%s", q->visitor.name);
    peer_text(&q->peer, out->address);
}
