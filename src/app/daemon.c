#include "daemon.h"

#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/select.h>

#include "acquire/wire.h"
#include "channels.h"
#include "control.h"
#include "doors/doors.h"
#include "duty.h"
#include "handed.h"
#include "health.h"
#include "parts.h"
#include "people.h"
#include "pipeline.h"
#include "ports/assets.h"
#include "reload.h"
#include "volumes.h"

enum { DRAIN_MS = 5000, SPARE_WIRES = 32, OTHER_DESCRIPTORS = 64 };

/* ---- what the parts are given ---- */

static void publish(void *self, struct snapshot *s)
{
    struct parts *d = self;
    struct others *others = atomic_load(&d->others);

    neighbours_own(d->neighbours, s);
    if (others != NULL)
        others_show(others, s);
}

static void show(void *self, struct snapshot *s)
{
    struct parts *d = self;

    if (d->serve != NULL)
        serve_publish(d->serve, s);
}

/* The face may have started meanwhile; it is told what there is then. */
static void show_alarms(void *self, struct alarm_list *l)
{
    struct parts *d = self;

    if (d->serve != NULL)
        serve_publish_alarms(d->serve, l);
}

static void show_incidents(void *self, struct incident_list *l)
{
    struct parts *d = self;

    if (d->serve != NULL)
        serve_publish_incidents(d->serve, l);
}

static void show_shifts(void *self, struct shift_list *l)
{
    struct parts *d = self;

    if (d->serve != NULL)
        serve_publish_shifts(d->serve, l);
}

static void letters_changed(void *self)
{
    channels_poke(self);
}

static void hear_others(void *self, const struct merged_part *nodes, size_t n)
{
    neighbours_others(((struct parts *)self)->neighbours, nodes, n);
}

static void tell_of_other(void *self, enum event_kind kind, const char *node, double number, const char *text)
{
    struct parts *d = self;
    struct message m = { .kind = MESSAGE_EVENT };

    m.event = event_make(kind, clock_read(&d->clock).wall, node, number, "node %s: %s", node, text);
    pipeline_put(d->pipeline, &m);
}

static void became_durable(void *self, uint64_t seq)
{
    struct parts *d = self;
    struct deliverer *deliverer = atomic_load(&d->deliverer);

    (void)seq;
    if (deliverer != NULL)
        deliverer_poke(deliverer);
}

static struct snapshot *take_snapshot(void *self)
{
    return neighbours_shown(((struct parts *)self)->neighbours);
}

static struct catalogue *hold_catalogue(void *self)
{
    struct parts *d = self;
    struct catalogue *c;

    (void)pthread_mutex_lock(&d->lock);
    c = catalogue_hold(d->catalogue);
    (void)pthread_mutex_unlock(&d->lock);
    return c;
}

static size_t count_wires(void *self)
{
    struct parts *d = self;
    size_t n;

    (void)pthread_mutex_lock(&d->lock);
    n = d->wire_count;
    (void)pthread_mutex_unlock(&d->lock);
    return n;
}

static void copy_wire(void *self, size_t i, struct wire_status *out, struct device_status *devices,
                      size_t max)
{
    struct parts *d = self;

    *out = (struct wire_status){ 0 };
    (void)pthread_mutex_lock(&d->lock);
    if (i < d->wire_count)
        wire_status(d->wires[i].wire, out, devices, max);
    (void)pthread_mutex_unlock(&d->lock);
}

static enum err tell(void *self, const struct hand *h, const struct actor *by,
                     void (*answer)(void *ticket, enum err code, bool known, const struct hand *is,
                                    const struct fault *why),
                     void *ticket, struct fault *why)
{
    const struct message_hand m = { *h, *by, answer, ticket };

    return pipeline_tell(((struct parts *)self)->pipeline, &m, why);
}

static size_t told(void *self, enum hand_kind kind, uint64_t point, struct hand *out, size_t max)
{
    return pipeline_told(((struct parts *)self)->pipeline, kind, point, out, max);
}

static struct alarm_list *open_alarms(void *self)
{
    return pipeline_alarms(((struct parts *)self)->pipeline);
}

static enum err act_on_alarm(void *self, const struct alarm_act *act, const struct actor *by,
                             void (*answer)(void *ticket, enum err code, bool known, const struct alarm *is,
                                            const struct fault *why),
                             void *ticket, struct fault *why)
{
    const struct message_alarm m = { *act, *by, answer, ticket };

    return pipeline_alarm(((struct parts *)self)->pipeline, &m, why);
}

static size_t known_modes(void *self, struct mode *out, size_t max)
{
    return pipeline_modes(((struct parts *)self)->pipeline, out, max);
}

static enum err act_on_mode(void *self, const struct mode_act *act, const struct actor *by,
                            void (*answer)(void *ticket, enum err code, bool known, const struct mode *is,
                                           const struct fault *why),
                            void *ticket, struct fault *why)
{
    const struct message_mode m = { *act, *by, answer, ticket };

    return pipeline_mode(((struct parts *)self)->pipeline, &m, why);
}

static size_t known_stopgaps(void *self, struct stopgap_shown *out, size_t max)
{
    return pipeline_stopgaps(((struct parts *)self)->pipeline, out, max);
}

static enum err act_on_stopgap(void *self, const struct stopgap_act *act, const struct actor *by,
                               void (*answer)(void *ticket, enum err code, const char *field, bool known,
                                              const struct stopgap_shown *is, const struct fault *why),
                               void *ticket, struct fault *why)
{
    const struct message_stopgap m = { *act, *by, answer, ticket };

    return pipeline_stopgap(((struct parts *)self)->pipeline, &m, why);
}

static struct shift_list *known_shifts(void *self)
{
    return pipeline_shifts(((struct parts *)self)->pipeline);
}

static enum err act_on_shift(void *self, const struct shift_act *act, const struct actor *by,
                             void (*answer)(void *ticket, enum err code, bool known,
                                            const struct shift_told *is, const struct fault *why),
                             void *ticket, struct fault *why)
{
    return pipeline_shift(((struct parts *)self)->pipeline, act, by, answer, ticket, why);
}

static size_t known_preventions(void *self, struct prevention *out, size_t max)
{
    return pipeline_preventions(((struct parts *)self)->pipeline, out, max);
}

static enum err act_on_prevention(void *self, const struct prevention_act *act, const struct actor *by,
                                  void (*answer)(void *ticket, enum err code, bool known,
                                                 const struct prevention *is, const struct fault *why),
                                  void *ticket, struct fault *why)
{
    const struct message_prevention m = { *act, *by, answer, ticket };

    return pipeline_prevention(((struct parts *)self)->pipeline, &m, why);
}

static struct incident_list *incidents_now(void *self)
{
    return pipeline_incidents(((struct parts *)self)->pipeline);
}

static enum err act_on_incident(void *self, const struct incident_act *act, const struct actor *by,
                                void (*answer)(void *ticket, enum err code, enum refusal refusal, bool known,
                                               struct incident_copy *is, const struct fault *why),
                                void *ticket, struct fault *why)
{
    const struct message_incident m = { .act = *act, .by = *by, .answer = answer, .self = ticket };

    return pipeline_incident(((struct parts *)self)->pipeline, &m, why);
}

/* ---- start ---- */

/* Low ones are had only now: some more than the wires need, so that a reload may bring others. */
static size_t descriptors_for(size_t wires)
{
    size_t more = wires / 2 > SPARE_WIRES ? wires / 2 : SPARE_WIRES, most = FD_SETSIZE - OTHER_DESCRIPTORS;

    return wires >= most ? wires : wires + more < most ? wires + more : most;
}

/* As many descriptors as the system lets us have; those of the wires first, while low numbers are free. */
static enum err take_descriptors(struct parts *d, struct fault *why)
{
    struct rlimit limit;

    if (getrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur < limit.rlim_max) {
        limit.rlim_cur = limit.rlim_max;
        (void)setrlimit(RLIMIT_NOFILE, &limit);
    }
    return low_descriptors_reserve(&d->low, descriptors_for(d->config->field.wire_count), why);
}

static enum err open_versions(struct parts *d, struct fault *why)
{
    char folder[sizeof d->config->journal.folder + 16];
    enum err rc;

    (void)snprintf(folder, sizeof folder, "%s/versions", d->config->journal.folder);
    rc = versions_open(&d->versions, folder, why);
    return rc != ERR_NONE ? rc : reload_first(d, why);
}

static struct audit_head head_now(void *self)
{
    return pipeline_audit_head(((struct parts *)self)->pipeline);
}

static enum err open_heads(struct parts *d, struct seal_hash *person_key, struct fault *why)
{
    struct heads_settings s = { .clock = d->clock, .head = head_now, .self = d };

    memcpy(s.folder, d->config->journal.folder, sizeof s.folder);
    memcpy(s.file, d->config->audit_heads, sizeof s.file);
    memcpy(s.node, d->config->node, sizeof s.node);
    return heads_open(&d->heads, &s, person_key, why);
}

static enum err start_pipeline(struct parts *d, struct fault *why)
{
    struct pipeline_settings s = { .clock_unsure = d->clock_unsure,
                                   .catalogue = d->catalogue,
                                   .journal = d->journal,
                                   .clock = d->clock,
                                   .inbox = CONFIG_INBOX_MESSAGES,
                                   .incidents = d->config->incidents,
                                   .prevention = d->config->prevention,
                                   .supplied_bar = d->config->supplied_bar,
                                   .publish = publish,
                                   .publish_alarms = show_alarms,
                                   .publish_incidents = show_incidents,
                                   .publish_shifts = show_shifts,
                                   .outbox = d->config->notify.letters,
                                   .contacts = &d->config->notify.contacts,
                                   .rosters = &d->config->notify.rosters,
                                   .publish_letters = letters_changed,
                                   .publish_self = d };
    const struct neighbours_settings n = { d->config->node, show, d };
    enum err rc = neighbours_new(&d->neighbours, &n, why);

    if (rc == ERR_NONE)
        rc = open_heads(d, &s.person_key, why);
    memcpy(s.node, d->config->node, sizeof s.node);
    journal_on_durable(d->journal, became_durable, d);
    if (rc == ERR_NONE)
        rc = pipeline_new(&d->pipeline, &s, why);
    return rc != ERR_NONE ? rc : pipeline_restore(d->pipeline, why);
}

static enum err start_store(struct parts *d, struct fault *why)
{
    struct deliverer *deliverer;
    enum err rc = deliverer_start(&deliverer, &d->config->store, d->catalogue, journal_lanes(d->journal),
                                  d->clock, why);

    if (rc != ERR_NONE)
        return rc;
    deliverer_versions(deliverer, versions_port(d->versions));
    atomic_store(&d->deliverer, deliverer);
    rc = historian_start(&d->historian, &d->config->store, d->clock, why);
    if (rc == ERR_NONE)
        d->meters = historian_meters(d->historian);
    return rc == ERR_NONE ? upkeep_start(&d->upkeep, &d->config->store, &d->config->keep, d->clock, why) : rc;
}

static void show_first_incidents(struct parts *d)
{
    struct incident_list *l = pipeline_incidents(d->pipeline);

    if (l != NULL)
        serve_publish_incidents(d->serve, l);
    incident_list_drop(l);
}

static void show_first_shifts(struct parts *d)
{
    struct shift_list *l = pipeline_shifts(d->pipeline);

    if (l != NULL)
        serve_publish_shifts(d->serve, l);
    shift_list_drop(l);
}

static enum err open_portal(struct parts *d, struct fault *why)
{
    struct portal_settings s = { .clock = d->clock,
                                 .folder = d->config->journal.folder,
                                 .pipeline = d->pipeline,
                                 .present = { d, hold_catalogue, take_snapshot, count_wires, copy_wire },
                                 .supplied_bar = d->config->supplied_bar };

    memcpy(s.node, d->config->node, sizeof s.node);
    return portal_new(&d->portal, &s, why);
}

static void open_reports(struct parts *d)
{
    struct report_maker maker;

    d->reports = (struct reports){ .pipeline = d->pipeline,
                                   .present = { d, hold_catalogue, take_snapshot, count_wires, copy_wire },
                                   .words = d->config->report };
    memcpy(d->reports.node, d->config->node, sizeof d->reports.node);
    maker = reports_maker(&d->reports);
    d->ask_reports = historian_reports(d->historian, &maker);
}

/* Before channels: their letters have the links. */
static enum err open_passes(struct parts *d, struct fault *why)
{
    const struct notify_settings *n = &d->config->notify;
    const struct passes_settings s = { .folder = d->config->journal.folder,
                                       .node = d->config->node,
                                       .pipeline = d->pipeline,
                                       .link = n->link,
                                       .valid_ms = n->link_valid_ms };

    return n->link[0] == '\0' ? ERR_NONE : passes_new(&d->passes, &s, why);
}

static enum err start_face(struct parts *d, struct fault *why)
{
    d->spots = (struct spots){ { d, hold_catalogue, take_snapshot, count_wires, copy_wire },
                               historian_spots(d->historian),
                               d->config->spots };

    const struct serve_ports ports = {
        .present = { d, hold_catalogue, take_snapshot, count_wires, copy_wire },
        .versions = versions_port(d->versions),
        .history = historian_port(d->historian),
        .volumes = volumes_port(&d->meters),
        .trail = historian_trail(d->historian),
        .hands = { d, tell, told },
        .alarms = { d, open_alarms, act_on_alarm },
        .alarm_past = historian_alarms(d->historian),
        .modes = { d, known_modes, act_on_mode },
        .shifts = { d, known_shifts, act_on_shift },
        .shift_past = historian_shifts(d->historian),
        .spots = spots_port(&d->spots),
        .prevention = { d, known_preventions, act_on_prevention },
        .incidents = { d, incidents_now, act_on_incident },
        .incident_past = historian_incidents(d->historian),
        .handed = historian_handed(d->historian),
        .duty = duty_port(d),
        .stopgaps = { d, known_stopgaps, act_on_stopgap },
        .letters = channels_port(d),
        .passes = passes_port(d->passes),
        .portal = portal_port(d->portal),
        .reports = d->ask_reports,
        .doors = doors_port(d->doors),
        .health = health_of(d),
        .assets = &dashboard_assets,
        .clock = d->clock,
    };

    enum err rc = serve_start(&d->serve, &d->config->serve, &ports, why);
    struct alarm_list *open = rc == ERR_NONE ? pipeline_alarms(d->pipeline) : NULL;

    if (open != NULL)
        serve_publish_alarms(d->serve, open);
    alarm_list_drop(open);
    if (rc == ERR_NONE) {
        show_first_incidents(d);
        show_first_shifts(d);
    }
    return rc;
}

static enum err start_others(struct parts *d, struct fault *why)
{
    const struct others_ears ears = { d, hear_others, tell_of_other };
    struct lanes_port lanes = journal_lanes(d->journal);
    struct others *others;
    enum err rc = others_start(&others, &d->config->store, &d->config->others, lanes.epoch(lanes.self),
                               d->clock, &ears, why);

    atomic_store(&d->others, others);
    return rc;
}

/* Journal, state, wires made; then threads from the inside out, so that nobody speaks to one not yet there.
 * PostgreSQL is not needed to start. */
static enum err start(struct parts *d, struct fault *why)
{
    enum err rc = take_descriptors(d, why);

    if (rc == ERR_NONE)
        rc = steady_new(&d->steady, why);
    if (rc != ERR_NONE)
        return rc;
    d->clock = steady_clock(d->steady);
    d->started = clock_read(&d->clock);
    d->clock_unsure = !steady_synchronised(d->steady);
    rc = journal_open(&d->journal, &d->config->journal, d->clock, why);
    if (rc == ERR_NONE && !d->clock_unsure)
        journal_clock_is_true(d->journal);
    if (rc == ERR_NONE)
        rc = people_open(d, why);
    if (rc == ERR_NONE)
        rc = open_versions(d, why);
    if (rc == ERR_NONE)
        rc = start_pipeline(d, why);
    if (rc == ERR_NONE)
        rc = wires_make(d, d->config, why);
    if (rc == ERR_NONE)
        rc = start_store(d, why);
    if (rc == ERR_NONE)
        rc = people_start(d, why);
    if (rc == ERR_NONE)
        rc = open_portal(d, why);
    if (rc == ERR_NONE)
        rc = open_passes(d, why);
    if (rc == ERR_NONE) {
        open_reports(d);
        rc = start_face(d, why);
    }
    if (rc == ERR_NONE)
        rc = start_others(d, why);
    if (rc == ERR_NONE)
        rc = pipeline_start(d->pipeline, why);
    if (rc == ERR_NONE)
        rc = handed_start(d, why);
    if (rc == ERR_NONE)
        rc = heads_start(d->heads, why);
    if (rc == ERR_NONE)
        rc = channels_start(d, why);
    for (size_t i = 0; i < d->wire_count && rc == ERR_NONE; i++)
        rc = wire_start(d->wires[i].wire, why);
    return rc != ERR_NONE ? rc : control_start(&d->control, d, why);
}

/* ---- stop: wires, inbox, last commit, delivery, face ---- */

static void stop(struct parts *d)
{
    trials_stop(atomic_load(&d->trials)); /* whoever waits for one, the control too, is answered */
    control_stop(d->control);
    wires_stop(d);
    others_stop(atomic_load(&d->others));
    taker_stop(d->taker);
    doors_stop(d->doors);
    channels_stop(d);
    if (d->pipeline != NULL)
        pipeline_stop(d->pipeline);
    heads_close(d->heads);
    upkeep_stop(d->upkeep);
    deliverer_stop(atomic_load(&d->deliverer), DRAIN_MS);
    grants_stop(atomic_load(&d->grants));
    serve_stop(d->serve);
    portal_free(d->portal);
    passes_free(d->passes);
    historian_stop(d->historian);
    wires_free(d);
    channels_free(d); /* the pipeline poked them, the face asked them until here */
    pipeline_free(d->pipeline);
    neighbours_free(d->neighbours);
    journal_close(d->journal);
    others_free(atomic_load(&d->others)); /* the face asked it, the pipeline showed it things until here */
    deliverer_free(atomic_load(&d->deliverer)); /* the face asked it and the committer poked it until here */
    upkeep_free(d->upkeep);
    versions_close(d->versions);
    catalogue_drop(d->catalogue);
    doors_close(d->doors); /* its clerk pokes until here */
    grants_free(atomic_load(&d->grants));
    steady_free(d->steady);
    low_descriptors_release(d->low);
}

/* ---- life ---- */

static void note_clock(struct parts *d)
{
    int64_t step_ms = steady_adopt(d->steady);
    bool became_true = d->clock_unsure && steady_synchronised(d->steady);
    struct message m = { .kind = MESSAGE_EVENT };

    if (step_ms == 0 && !became_true)
        return;
    d->clock_unsure = d->clock_unsure && !became_true;
    journal_clock_is_true(d->journal);
    spool_clock_is_true(d->spool);
    if (step_ms != 0)
        log_warn("clock stepped=%lldms, as the synchronised kernel says", (long long)step_ms);
    else
        log_info("clock synchronised, and it was right");
    m.event = event_make(EVENT_CLOCK_STEP, clock_read(&d->clock).wall, d->config->node, (double)step_ms,
                         "clock stepped by %lld ms", (long long)step_ms);
    pipeline_put(d->pipeline, &m);
}

static void reload_by_signal(struct parts *d)
{
    struct strbuf told;
    struct fault why;

    strbuf_init(&told, CONTROL_TEXT_MAX);
    if (reload_now(d, "system", false, &told, &why) != ERR_NONE && told.len > 0)
        (void)fputs(told.text, stderr);
    strbuf_clear(&told);
}

/* Signals are blocked in every thread; here is the one place that takes them. */
static void wait_for_the_end(struct parts *d, const sigset_t *signals)
{
    const struct timespec minute = { .tv_sec = 60 };

    for (;;) {
        int got = sigtimedwait(signals, NULL, &minute);
        if (got == SIGTERM || got == SIGINT) {
            log_info("node=%s stopping signal=%s", d->config->node, got == SIGTERM ? "TERM" : "INT");
            return;
        }
        if (got == SIGHUP)
            reload_by_signal(d);
        note_clock(d);
    }
}

enum err daemon_run(struct config *c, const char *path, struct fault *why)
{
    struct parts d = { .config = c,
                       .path = path,
                       .catalogue = catalogue_hold(&c->catalogue),
                       .reloading = PTHREAD_MUTEX_INITIALIZER,
                       .lock = PTHREAD_MUTEX_INITIALIZER };
    sigset_t signals;
    enum err rc;

    (void)sigemptyset(&signals);
    (void)sigaddset(&signals, SIGTERM);
    (void)sigaddset(&signals, SIGINT);
    (void)sigaddset(&signals, SIGHUP);
    (void)pthread_sigmask(SIG_BLOCK, &signals, NULL);
    (void)signal(SIGPIPE, SIG_IGN);
    rc = start(&d, why);
    if (rc == ERR_NONE) {
        log_info("node=%s started version=" CAPNUOC_VERSION " points=%zu wires=%zu listen=%s", c->node,
                 c->catalogue.point_count, c->field.wire_count, c->serve.listen);
        wait_for_the_end(&d, &signals);
    }
    stop(&d);
    if (rc == ERR_NONE)
        log_info("node=%s stopped", c->node);
    return rc;
}
