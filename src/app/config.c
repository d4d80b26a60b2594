#include "config.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "conf/table.h"
#include "doors/doors.h"
#include "incident/incidents.h"
#include "judge/hand.h"
#include "model/message.h"
#include "model/rule_file.h"
#include "model/standard_file.h"
#include "plants.h"

static const char *const LEVELS[] = { "debug", "info", "warn", "error", NULL };

/* ---- the tables ---- */

struct daemon_row {
    const struct conf_node *node, *profiles, *standards, *areas, *plants, *journal, *database, *others,
        *incidents, *prevention, *portal, *http, *notify, *report, *log;
};

static const struct conf_setting DAEMON[] = {
    { CONF_SECTION("node", struct daemon_row, node), .required = true, .help = "this process" },
    { CONF_LIST("profiles", struct daemon_row, profiles),
      .help = "profile files of makes of devices, or folders: all *.yaml in them" },
    { CONF_LIST("standards", struct daemon_row, standards),
      .help = "files of limit sets, or folders: all *.yaml in them" },
    { CONF_LIST("areas", struct daemon_row, areas), .help = "files of administrative areas" },
    { CONF_LIST("plants", struct daemon_row, plants), .required = true,
      .help = "plant files: paths, or templates with a table" },
    { CONF_SECTION("journal", struct daemon_row, journal), .required = true,
      .help = "what is kept on this disk" },
    { CONF_SECTION("database", struct daemon_row, database), .required = true, .help = "PostgreSQL" },
    { CONF_SECTION("others", struct daemon_row, others), .help = "other nodes in the same database" },
    { CONF_SECTION("incidents", struct daemon_row, incidents), .help = "duties, large effect, own targets" },
    { CONF_SECTION("prevention", struct daemon_row, prevention), .help = "preventive measures, black spots" },
    { CONF_SECTION("portal", struct daemon_row, portal), .help = "what agencies pull" },
    { CONF_SECTION("http", struct daemon_row, http), .required = true, .help = "the face" },
    { CONF_SECTION("notify", struct daemon_row, notify), .help = "who is told of incidents, and how" },
    { CONF_SECTION("report", struct daemon_row, report), .help = "how the office writes on printed reports" },
    { CONF_SECTION("log", struct daemon_row, log), .help = "lines on standard error" },
};

struct node_row {
    char id[ID_MAX];
};

static const struct conf_setting NODE[] = {
    { CONF_ID("id", struct node_row, id), .required = true,
      .help = "name of the node; its place in the database hangs on it" },
};

struct journal_row {
    char folder[4096 - 64], heads[CONFIG_PATH_MAX];
    int64_t max_bytes, keep_ms, undelivered_ms, ballast_bytes;
};

static const struct conf_setting JOURNAL[] = {
    { CONF_PATH("folder", struct journal_row, folder), .required = true, .help = "made when missing" },
    { CONF_SIZE("max_size", struct journal_row, max_bytes), .fallback = "1GiB", .low = 4 << 20,
      .high = 0x1p40, .help = "ceiling; beyond it the oldest readings go and a gap is recorded" },
    { CONF_SIZE("ballast", struct journal_row, ballast_bytes), .fallback = "16MiB", .low = 0, .high = 0x1p30,
      .help = "a file held back beside the journal, given up when the disk is full; 0B: none" },
    { CONF_DURATION("keep_delivered", struct journal_row, keep_ms), .fallback = "1h", .low = CLOCK_HOUR_MS,
      .high = 30.0 * CLOCK_DAY_MS,
      .help = "how long delivered records stay, for a database that is set back" },
    { CONF_DURATION("keep_undelivered", struct journal_row, undelivered_ms), .fallback = "400d",
      .low = 7.0 * CLOCK_DAY_MS, .high = 3653.0 * CLOCK_DAY_MS,
      .help = "readings that the database did not take for so long go, and a gap is recorded; events stay" },
    { CONF_PATH("audit_heads", struct journal_row, heads),
      .help =
          "file that gets a signed line of where the record of acts stands, daily and at the stop; best on "
          "another machine's disk; none: audit-heads.jsonl in the folder" },
};

struct database_row {
    char connect[STORE_CONNECT_MAX];
    int64_t answer_ms, batch_bytes, readers;
    struct upkeep_settings keep;
    const struct conf_node *owner, *maintenance, *writer, *reader;
};

static const struct conf_setting DATABASE[] = {
    { CONF_TEXT("connect", struct database_row, connect), .required = true,
      .help = "libpq keywords without user and password: host=... port=... dbname=...; several hosts, with "
              "commas "
              "and target_session_attrs=read-write, for a server with standbys" },
    { CONF_DURATION("answer_within", struct database_row, answer_ms), .fallback = "10s", .low = 100,
      .high = 600000, .help = "a server silent for so long is left" },
    { CONF_SIZE("batch", struct database_row, batch_bytes), .fallback = "1MiB", .low = 4096, .high = 64 << 20,
      .help = "journal bytes per transaction" },
    { CONF_COUNT("readers", struct database_row, readers), .fallback = "2", .low = 1, .high = 16,
      .help = "threads that answer questions about the past" },
    { CONF_COUNT("pack_after", struct database_row, keep.pack_after), .fallback = "2", .high = 3650,
      .unit = "days", .help = "a local day that ended so long ago is packed; 0: none is" },
    { CONF_COUNT("keep_raw", struct database_row, keep.keep_raw), .fallback = "0", .high = 36500,
      .unit = "days", .help = "how long readings stay where nothing is packed; 0: for ever" },
    { CONF_COUNT("keep_packed", struct database_row, keep.keep_packed), .fallback = "0", .high = 36500,
      .unit = "days", .help = "how long readings stay, packed or about to be, in whole months; 0: for ever" },
    { CONF_COUNT("keep_minutes", struct database_row, keep.keep_minutes), .fallback = "0", .high = 36500,
      .unit = "days", .help = "how long minutes stay; 0: for ever" },
    { CONF_SECTION("owner", struct database_row, owner),
      .help = "role that owns the schema; for --migrate only" },
    { CONF_SECTION("maintenance", struct database_row, maintenance), .required = true,
      .help = "role that makes partitions, packs days and drops what is old" },
    { CONF_SECTION("writer", struct database_row, writer), .required = true, .help = "role that delivers" },
    { CONF_SECTION("reader", struct database_row, reader), .required = true,
      .help = "role that answers questions" },
};

struct login_row {
    char user[64], password_file[CONFIG_PATH_MAX];
};

static const struct conf_setting LOGIN[] = {
    { CONF_TEXT("user", struct login_row, user), .required = true, .help = "database role" },
    { CONF_PATH("password_file", struct login_row, password_file),
      .help = "file of mode 0600 with one line; none: no password" },
};

struct others_row {
    int64_t silent_after_ms, clock_within_ms, points;
};

static const struct conf_setting OTHERS[] = {
    { CONF_DURATION("silent_after", struct others_row, silent_after_ms), .fallback = "10s", .low = 3000,
      .high = CLOCK_HOUR_MS, .help = "a node not heard of for so long has uncertain points" },
    { CONF_DURATION("clock_within", struct others_row, clock_within_ms), .fallback = "30s", .low = 5000,
      .high = CLOCK_HOUR_MS, .help = "a node whose clock is further from ours is reported" },
    { CONF_COUNT("points", struct others_row, points), .fallback = "10000", .low = 0,
      .high = CATALOGUE_POINTS_MAX, .help = "most points of all other nodes together that are shown here" },
};

struct http_row {
    char listen[80], tls_listen[80], operations[80];
    char certificate[SERVE_PATH_MAX], key[SERVE_PATH_MAX];
    char hosts[SERVE_LIST_MAX], proxies[SERVE_LIST_MAX];
    char token_file[CONFIG_PATH_MAX], operator_file[CONFIG_PATH_MAX];
    bool plain_on_network;
    int64_t connections, connections_each, rate_known, rate_address;
};

static const struct conf_setting HTTP[] = {
    { CONF_TEXT("listen", struct http_row, listen), .fallback = "127.0.0.1:8480",
      .help = "address:port for plain text; loopback only, unless plain_on_network" },
    { CONF_BOOL("plain_on_network", struct http_row, plain_on_network), .fallback = "false",
      .help = "true: listen may be an address of a network, and passwords cross it in plain text" },
    { CONF_TEXT("tls_listen", struct http_row, tls_listen),
      .help = "address:port for TLS 1.2 and 1.3, any address; needs certificate and key" },
    { CONF_PATH("certificate", struct http_row, certificate),
      .help =
          "PEM file, the chain behind the server's own; looked at every 5 s, another one is taken at once" },
    { CONF_PATH("key", struct http_row, key), .help = "PEM file with the certificate's private key" },
    { CONF_TEXT("operations", struct http_row, operations),
      .help =
          "loopback address:port where /healthz, /readyz and /metrics, and nothing else, are open to "
          "everybody; none: listen has them open, when it is a loopback address and there are no proxies" },
    { CONF_TEXT("hosts", struct http_row, hosts),
      .help =
          "names and addresses by which this server may be asked for, besides localhost; blanks between" },
    { CONF_TEXT("proxies", struct http_row, proxies),
      .help =
          "addresses or ranges, blanks between, whose X-Forwarded-For and X-Forwarded-Proto are believed" },
    { CONF_PATH("viewer_token_file", struct http_row, token_file),
      .help =
          "file of mode 0600 with a token that may look, for programs of this machine; none: accounts and "
          "tokens of the doors only" },
    { CONF_PATH("operator_token_file", struct http_row, operator_file),
      .help = "file of mode 0600 with another token, whose holders may also tell readings and exchanges; "
              "none: nobody may" },
    { CONF_COUNT("connections", struct http_row, connections), .fallback = "1000", .low = 10, .high = 20000,
      .help = "most connections at a time, on each listener" },
    { CONF_COUNT("connections_each", struct http_row, connections_each), .fallback = "100", .low = 0,
      .high = 20000, .help = "most connections of one address, loopback and proxies aside; 0: no limit" },
    { CONF_COUNT("requests_per_minute", struct http_row, rate_known), .fallback = "6000", .low = 0,
      .high = 1000000, .help = "most requests of one account or token in a minute; 0: no limit" },
    { CONF_COUNT("stranger_requests_per_minute", struct http_row, rate_address), .fallback = "600", .low = 0,
      .high = 1000000,
      .help =
          "most requests without a credential of one address (IPv6: /64) in a minute, loopback aside; 0: no "
          "limit" },
};

struct incidents_row {
    int64_t duty_ms, assess_ms, sample_ms, isolate_ms, supply_ms, large_people, large_ms, cause_ms,
        outlives_ms, settles_ms;
    int64_t source, power, quality, telemetry, security, safety; /* targets in ms */
};

#define TARGET(name, field)                                                                                  \
    {                                                                                                        \
        CONF_DURATION(name, struct incidents_row, field), .fallback = "24h", .low = 10.0 * CLOCK_MINUTE_MS,  \
                                                          .high = 30.0 * CLOCK_DAY_MS,                       \
                                                          .help = "the supplier's own target for that class" \
    }

static const struct conf_setting INCIDENTS[] = {
    { CONF_DURATION("duty_within", struct incidents_row, duty_ms), .fallback = "30min",
      .low = CLOCK_MINUTE_MS, .high = CLOCK_DAY_MS,
      .help = "what the plan wants at once is late after so long: partner, authority, people, traffic "
              "authority" },
    { CONF_DURATION("assess_within", struct incidents_row, assess_ms), .fallback = "10min",
      .low = CLOCK_MINUTE_MS, .high = CLOCK_DAY_MS,
      .help = "the supplier's own target: of bad water, it is assessed within so long of being known" },
    { CONF_DURATION("sample_within", struct incidents_row, sample_ms), .fallback = "30min",
      .low = CLOCK_MINUTE_MS, .high = CLOCK_DAY_MS, .help = "likewise, a sample is taken" },
    { CONF_DURATION("isolate_within", struct incidents_row, isolate_ms), .fallback = "1h",
      .low = CLOCK_MINUTE_MS, .high = CLOCK_DAY_MS,
      .help = "likewise, it is isolated, since it was first seen, where no site of the system has a "
              "residence" },
    { CONF_DURATION("other_supply_after", struct incidents_row, supply_ms), .fallback = "48h",
      .low = CLOCK_HOUR_MS, .high = 2.0 * CLOCK_DAY_MS,
      .help = "of rural works, an interruption that may take so long owes another supply (TT "
              "23/2022/TT-BNNPTNT, Art. 12: 48 h)" },
    { CONF_COUNT("large_people", struct incidents_row, large_people), .fallback = "500", .low = 1,
      .high = 1000000, .help = "an effect on so many people is a large one" },
    { CONF_DURATION("large_after", struct incidents_row, large_ms), .fallback = "4h", .low = CLOCK_MINUTE_MS,
      .high = 7.0 * CLOCK_DAY_MS, .help = "one expected to take longer is large, and owes temporary supply" },
    { CONF_DURATION("wait_for_cause", struct incidents_row, cause_ms), .fallback = "30s", .low = 0,
      .high = 10.0 * CLOCK_MINUTE_MS,
      .help = "a first message that is not critical waits so long for a cause" },
    { CONF_DURATION("outlives_after", struct incidents_row, outlives_ms), .fallback = "10min",
      .low = CLOCK_MINUTE_MS, .high = CLOCK_DAY_MS,
      .help = "a consequence that is still there so long after its cause ended stands alone" },
    { CONF_DURATION("settles_after", struct incidents_row, settles_ms), .fallback = "24h", .low = 0,
      .high = 30.0 * CLOCK_DAY_MS,
      .help = "lost telemetry that nobody took up closes itself so long after it came back; 0s: never" },
    TARGET("target_source_loss", source),
    TARGET("target_power_supply", power),
    TARGET("target_water_quality", quality),
    TARGET("target_telemetry", telemetry),
    TARGET("target_security", security),
    TARGET("target_safety", safety),
};

struct prevention_row {
    char due[16];
    int64_t inspect_days, repeats, repeats_days, low_hours, low_days;
    double high_m;
};

static const struct conf_setting PREVENTION[] = {
    { CONF_TEXT("measures_due", struct prevention_row, due), .fallback = "04-30",
      .help = "month and day by which a preventive measure is done when nothing else is said: the next one "
              "after the "
              "evaluation, before summer (plan II.6.5)" },
    { CONF_COUNT("inspect_every", struct prevention_row, inspect_days), .fallback = "90", .low = 1,
      .high = 3660, .unit = "days", .help = "a black spot is looked at again after so many" },
    { CONF_COUNT("repeats", struct prevention_row, repeats), .fallback = "3", .low = 2, .high = 1000,
      .help = "so many incidents at one site or zone make it a candidate for a black spot" },
    { CONF_COUNT("repeats_within", struct prevention_row, repeats_days), .fallback = "365", .low = 1,
      .high = 3660, .unit = "days", .help = "within so many" },
    { CONF_COUNT("low_pressure_hours", struct prevention_row, low_hours), .fallback = "24", .low = 1,
      .high = 8760, .help = "a critical point with so many hours below its low limit is a candidate, too" },
    { CONF_COUNT("low_pressure_within", struct prevention_row, low_days), .fallback = "30", .low = 1,
      .high = 366, .unit = "days", .help = "within so many" },
    { CONF_NUMBER("high_place", struct prevention_row, high_m), .fallback = "40", .low = 1, .high = 3000,
      .unit = "m",
      .help =
          "a zone whose highest place is so much above its lowest has a high place, where water goes first" },
};

struct portal_row {
    double supplied_bar;
};

static const struct conf_setting PORTAL[] = {
    { CONF_NUMBER("supplied_above", struct portal_row, supplied_bar), .fallback = "0.1", .low = 0.01,
      .high = 10, .unit = "bar",
      .help = "a zone has water while the mean pressure of a whole minute at its critical point is above "
              "this; no "
              "regulation names one, 0.1 tells an empty pipe from a full one" },
};

struct log_row {
    int level;
};

static const struct conf_setting LOG[] = {
    { CONF_CHOICE("level", struct log_row, level), .fallback = "info", .choices = LEVELS,
      .help = "least to write" },
};

/* ---- loading ---- */

static void load_login(const struct conf_node *n, struct store_login *login, char path[CONFIG_PATH_MAX],
                       struct conf_mistakes *m)
{
    struct login_row row;

    path[0] = '\0';
    *login = (struct store_login){ 0 };
    if (n == NULL)
        return;
    (void)conf_apply(LOGIN, COUNT_OF(LOGIN), n, &row, m);
    memcpy(login->user, row.user, sizeof login->user);
    memcpy(path, row.password_file, CONFIG_PATH_MAX);
}

enum { LOGINS = 4 };

struct passwords {
    struct store_login *login[LOGINS];
    char path[LOGINS][CONFIG_PATH_MAX];
};

static void load_database(const struct conf_node *n, struct config *c, struct passwords *p,
                          struct conf_mistakes *m)
{
    struct database_row row;
    const struct conf_node *nodes[LOGINS];

    (void)conf_apply(DATABASE, COUNT_OF(DATABASE), n, &row, m);
    memcpy(c->store.connect, row.connect, sizeof c->store.connect);
    c->store.answer_ms = row.answer_ms;
    c->store.batch_bytes = (size_t)row.batch_bytes;
    c->store.readers = (unsigned)row.readers;
    c->store.questions = 64;
    c->keep = row.keep;
    nodes[0] = row.owner;
    nodes[1] = row.maintenance;
    nodes[2] = row.writer;
    nodes[3] = row.reader;
    for (size_t i = 0; i < LOGINS; i++)
        load_login(nodes[i], p->login[i], p->path[i], m);
}

static void load_journal(const struct conf_node *n, struct config *c, struct conf_mistakes *m)
{
    struct journal_row row;

    (void)conf_apply(JOURNAL, COUNT_OF(JOURNAL), n, &row, m);
    memcpy(c->journal.folder, row.folder, sizeof c->journal.folder);
    memcpy(c->audit_heads, row.heads, sizeof c->audit_heads);
    c->journal.max_bytes = row.max_bytes;
    c->journal.ballast_bytes = row.ballast_bytes;
    c->journal.keep_delivered_ms = row.keep_ms;
    c->journal.keep_undelivered_ms = row.undelivered_ms;
    c->journal.group_ms = 150; /* with the commit itself at most 250 of readings are lost by a kill */
    c->journal.pending_max = CONFIG_JOURNAL_PENDING;
}

static void load_others(const struct conf_node *n, struct config *c, struct conf_mistakes *m)
{
    struct others_row row;

    (void)conf_apply(OTHERS, COUNT_OF(OTHERS), n, &row, m);
    c->others = (struct others_settings){ row.silent_after_ms, row.clock_within_ms, (size_t)row.points };
}

static void load_http(const struct conf_node *n, struct config *c, struct conf_mistakes *m)
{
    struct http_row row;
    struct fault why;

    (void)conf_apply(HTTP, COUNT_OF(HTTP), n, &row, m);
    memcpy(c->serve.listen, row.listen, sizeof c->serve.listen);
    memcpy(c->serve.tls_listen, row.tls_listen, sizeof c->serve.tls_listen);
    memcpy(c->serve.operations, row.operations, sizeof c->serve.operations);
    memcpy(c->serve.certificate, row.certificate, sizeof c->serve.certificate);
    memcpy(c->serve.key, row.key, sizeof c->serve.key);
    memcpy(c->serve.hosts, row.hosts, sizeof c->serve.hosts);
    memcpy(c->serve.proxies, row.proxies, sizeof c->serve.proxies);
    c->serve.plain_on_network = row.plain_on_network;
    c->serve.connections_each = (unsigned)row.connections_each;
    c->serve.rate_known = (unsigned)row.rate_known;
    c->serve.rate_address = (unsigned)row.rate_address;
    memcpy(c->viewer_token_file, row.token_file, sizeof c->viewer_token_file);
    memcpy(c->operator_token_file, row.operator_file, sizeof c->operator_token_file);
    c->serve.connections_max = (unsigned)row.connections;
    c->serve.certificate_look_ms = 5000;
    c->serve.header_within_ms = 10000;
    c->serve.body_within_ms = 30000;
    if (n != NULL && serve_check(&c->serve, &why) != ERR_NONE)
        conf_mistake(m, conf_mark(n), "http: %s", why.text);
}

static void load_incidents(const struct conf_node *n, struct config *c, struct conf_mistakes *m)
{
    struct incident_rules *r = &c->incidents;
    struct incidents_row row;

    (void)conf_apply(INCIDENTS, COUNT_OF(INCIDENTS), n, &row, m);
    *r = incident_rules_default();
    r->duty_within_ms = row.duty_ms;
    r->assess_ms = row.assess_ms;
    r->sample_ms = row.sample_ms;
    r->isolate_ms = row.isolate_ms;
    r->other_supply_ms = row.supply_ms;
    r->large_people = (uint32_t)row.large_people;
    r->large_min = (uint32_t)(row.large_ms / CLOCK_MINUTE_MS);
    r->cause_wait_ms = row.cause_ms;
    r->outlives_ms = row.outlives_ms;
    r->settles_ms = row.settles_ms;
    r->targets.ms[CLASS_SOURCE_LOSS] = row.source;
    r->targets.ms[CLASS_POWER_SUPPLY] = row.power;
    r->targets.ms[CLASS_WATER_QUALITY] = row.quality;
    r->targets.ms[CLASS_TELEMETRY] = row.telemetry;
    r->targets.ms[CLASS_SECURITY] = row.security;
    r->targets.ms[CLASS_SAFETY] = row.safety;
}

static void load_prevention(const struct conf_node *n, struct config *c, struct conf_mistakes *m)
{
    struct prevention_rules *r = &c->prevention;
    struct prevention_row row;

    (void)conf_apply(PREVENTION, COUNT_OF(PREVENTION), n, &row, m);
    *r = (struct prevention_rules){ 4, 30, (int32_t)row.inspect_days };
    c->spots = (struct spot_rules){ (unsigned)row.repeats, row.repeats_days, (unsigned)row.low_hours,
                                    row.low_days, row.high_m };
    if (!prevention_yearly(row.due, &r->month, &r->day) && n != NULL)
        conf_mistake(m, conf_mark(n), "prevention: measures_due is no month and day: 04-30");
}

static struct prevention_row prevention_row(const struct prevention_rules *r, const struct spot_rules *s)
{
    struct prevention_row row = { .inspect_days = r->inspect_days,
                                  .repeats = s->repeats,
                                  .repeats_days = s->repeats_days,
                                  .low_hours = s->low_hours,
                                  .low_days = s->low_days,
                                  .high_m = s->high_m };

    (void)snprintf(row.due, sizeof row.due, "%02d-%02d", r->month, r->day);
    return row;
}

static void load_portal(const struct conf_node *n, struct config *c, struct conf_mistakes *m)
{
    struct portal_row row;

    (void)conf_apply(PORTAL, COUNT_OF(PORTAL), n, &row, m);
    c->supplied_bar = row.supplied_bar;
}

static struct incidents_row incidents_row(const struct incident_rules *r)
{
    return (struct incidents_row){ .duty_ms = r->duty_within_ms,
                                   .assess_ms = r->assess_ms,
                                   .sample_ms = r->sample_ms,
                                   .isolate_ms = r->isolate_ms,
                                   .supply_ms = r->other_supply_ms,
                                   .large_people = r->large_people,
                                   .large_ms = r->large_min * (int64_t)CLOCK_MINUTE_MS,
                                   .cause_ms = r->cause_wait_ms,
                                   .outlives_ms = r->outlives_ms,
                                   .settles_ms = r->settles_ms,
                                   .source = r->targets.ms[CLASS_SOURCE_LOSS],
                                   .power = r->targets.ms[CLASS_POWER_SUPPLY],
                                   .quality = r->targets.ms[CLASS_WATER_QUALITY],
                                   .telemetry = r->targets.ms[CLASS_TELEMETRY],
                                   .security = r->targets.ms[CLASS_SECURITY],
                                   .safety = r->targets.ms[CLASS_SAFETY] };
}

static enum err read_passwords(const struct passwords *p, struct fault *why)
{
    for (size_t i = 0; i < LOGINS; i++) {
        enum err rc;
        if (p->path[i][0] == '\0')
            continue;
        rc = file_read_secret(p->path[i], p->login[i]->password, sizeof p->login[i]->password, why);
        if (rc != ERR_NONE)
            return rc;
    }
    return ERR_NONE;
}

static enum err load_sections(const struct conf_node *root, struct config *c, struct passwords *p,
                              struct conf_mistakes *m)
{
    struct plants_lists lists;
    struct daemon_row row;
    struct node_row node;
    struct log_row log;
    uint16_t own;
    enum err rc;

    (void)conf_apply(DAEMON, COUNT_OF(DAEMON), root, &row, m);
    (void)conf_apply(NODE, COUNT_OF(NODE), row.node, &node, m);
    memcpy(c->node, node.id, sizeof c->node);
    memcpy(c->store.node, node.id, sizeof c->store.node);
    load_journal(row.journal, c, m);
    load_database(row.database, c, p, m);
    load_others(row.others, c, m);
    load_incidents(row.incidents, c, m);
    load_prevention(row.prevention, c, m);
    load_portal(row.portal, c, m);
    load_http(row.http, c, m);
    reports_load(row.report, &c->report, m);
    (void)conf_apply(LOG, COUNT_OF(LOG), row.log, &log, m);
    c->log_level = log.level;
    lists = (struct plants_lists){ row.profiles, row.standards, row.areas, row.plants };
    rc = plants_load(&lists, &c->catalogue, &c->field, m);
    contacts_load(row.notify, &c->catalogue, &c->notify, m);
    c->incidents.escalation = c->notify.escalation;
    c->incidents.end_wait_ms = c->notify.end_wait_ms;
    return rc != ERR_NONE ? rc : catalogue_add_node(&c->catalogue, c->node, &own);
}

enum err config_load(const char *path, struct config *c, struct conf_mistakes *m, struct fault *why)
{
    struct passwords *p;
    struct conf_file *file;
    enum err rc;

    *c = (struct config){ 0 };
    if (conf_load(path, &file, m) != ERR_NONE)
        return fault_set(why, ERR_CONFIG, "%s: the configuration cannot be read", path);
    p = calloc(1, sizeof *p);
    if (p == NULL) {
        conf_file_free(file);
        return fault_set(why, ERR_MEMORY, "no memory for the configuration");
    }
    p->login[0] = &c->store.owner;
    p->login[1] = &c->store.maintenance;
    p->login[2] = &c->store.writer;
    p->login[3] = &c->store.reader;
    rc = load_sections(conf_root(file), c, p, m);
    if (rc != ERR_NONE)
        rc = fault_set(why, rc, "no memory for the configuration");
    else if (m->mistakes > 0)
        rc = fault_set(why, ERR_CONFIG, "%s: %zu mistake%s", path, m->mistakes, m->mistakes == 1 ? "" : "s");
    if (rc == ERR_NONE)
        rc = catalogue_seal(&c->catalogue, why);
    if (rc == ERR_NONE)
        rc = read_passwords(p, why);
    if (rc == ERR_NONE)
        rc = contacts_read_password(&c->notify, why);
    free(p);
    conf_file_free(file);
    return rc;
}

void config_clear(struct config *c)
{
    catalogue_clear(&c->catalogue);
    field_clear(&c->field);
    explicit_bzero(c, sizeof *c);
}

/* ---- printing ---- */

static void print_login(const char *name, const struct store_login *l, struct strbuf *to)
{
    if (l->user[0] != '\0')
        strbuf_printf(to, "  %s: { user: \"%s\"%s }\n", name, l->user,
                      l->password[0] == '\0' ? "" : ", password_file: \"********\"");
}

static void http_row(const struct config *c, struct http_row *row)
{
    *row = (struct http_row){ .plain_on_network = c->serve.plain_on_network,
                              .connections = c->serve.connections_max,
                              .connections_each = c->serve.connections_each,
                              .rate_known = c->serve.rate_known,
                              .rate_address = c->serve.rate_address };
    memcpy(row->listen, c->serve.listen, sizeof row->listen);
    memcpy(row->tls_listen, c->serve.tls_listen, sizeof row->tls_listen);
    memcpy(row->operations, c->serve.operations, sizeof row->operations);
    memcpy(row->certificate, c->serve.certificate, sizeof row->certificate);
    memcpy(row->key, c->serve.key, sizeof row->key);
    memcpy(row->hosts, c->serve.hosts, sizeof row->hosts);
    memcpy(row->proxies, c->serve.proxies, sizeof row->proxies);
    memcpy(row->token_file, c->viewer_token_file, sizeof row->token_file);
    memcpy(row->operator_file, c->operator_token_file, sizeof row->operator_file);
}

static void print_daemon(const struct config *c, bool people, struct strbuf *to)
{
    struct node_row node;
    struct journal_row journal = { .max_bytes = c->journal.max_bytes,
                                   .ballast_bytes = c->journal.ballast_bytes,
                                   .keep_ms = c->journal.keep_delivered_ms,
                                   .undelivered_ms = c->journal.keep_undelivered_ms };
    struct database_row database = { .answer_ms = c->store.answer_ms,
                                     .batch_bytes = (int64_t)c->store.batch_bytes,
                                     .readers = c->store.readers,
                                     .keep = c->keep };
    struct others_row others = { c->others.silent_after_ms, c->others.clock_within_ms,
                                 (int64_t)c->others.points_max };
    struct incidents_row incidents = incidents_row(&c->incidents);
    struct prevention_row prevention = prevention_row(&c->prevention, &c->spots);
    struct portal_row portal = { c->supplied_bar };
    struct http_row http;
    struct log_row log = { c->log_level };

    memcpy(node.id, c->node, sizeof node.id);
    memcpy(journal.folder, c->journal.folder, sizeof journal.folder);
    memcpy(journal.heads, c->audit_heads, sizeof journal.heads);
    memcpy(database.connect, c->store.connect, sizeof database.connect);
    http_row(c, &http);
    strbuf_puts(to, "node:\n");
    conf_print(NODE, COUNT_OF(NODE), &node, 2, to);
    strbuf_puts(to, "journal:\n");
    conf_print(JOURNAL, COUNT_OF(JOURNAL), &journal, 2, to);
    strbuf_puts(to, "database:\n");
    conf_print(DATABASE, COUNT_OF(DATABASE), &database, 2, to);
    print_login("owner", &c->store.owner, to);
    print_login("maintenance", &c->store.maintenance, to);
    print_login("writer", &c->store.writer, to);
    print_login("reader", &c->store.reader, to);
    strbuf_puts(to, "others:\n");
    conf_print(OTHERS, COUNT_OF(OTHERS), &others, 2, to);
    strbuf_puts(to, "incidents:\n");
    conf_print(INCIDENTS, COUNT_OF(INCIDENTS), &incidents, 2, to);
    strbuf_puts(to, "prevention:\n");
    conf_print(PREVENTION, COUNT_OF(PREVENTION), &prevention, 2, to);
    strbuf_puts(to, "portal:\n");
    conf_print(PORTAL, COUNT_OF(PORTAL), &portal, 2, to);
    strbuf_puts(to, "http:\n");
    conf_print(HTTP, COUNT_OF(HTTP), &http, 2, to);
    contacts_print(&c->notify, people, to);
    reports_print(&c->report, to);
    strbuf_puts(to, "log:\n");
    conf_print(LOG, COUNT_OF(LOG), &log, 2, to);
}

void config_print_daemon(const struct config *c, struct strbuf *to)
{
    print_daemon(c, false, to);
}

void config_print(const struct config *c, struct strbuf *to)
{
    print_daemon(c, true, to);
    if (c->catalogue.standard_count > 0)
        strbuf_puts(to, "# ---- limit sets ----\n");
    standards_print(&c->catalogue, to);
    strbuf_puts(to, "# ---- plants ----\n");
    field_print(&c->catalogue, &c->field, to);
}

void config_document(struct strbuf *to)
{
    const struct field_table *tables;
    const struct world_table *world;
    const struct standards_table *standards;
    const struct rules_table *rules;
    size_t kinds = rules_tables(&rules);
    size_t n = field_tables(&tables), places = world_tables(&world), sets = standards_tables(&standards);

    conf_document(DAEMON, COUNT_OF(DAEMON), "daemon file", to);
    plants_document(to);
    conf_document(NODE, COUNT_OF(NODE), "node", to);
    conf_document(JOURNAL, COUNT_OF(JOURNAL), "journal", to);
    conf_document(DATABASE, COUNT_OF(DATABASE), "database", to);
    conf_document(LOGIN, COUNT_OF(LOGIN), "database: owner, maintenance, writer, reader", to);
    conf_document(OTHERS, COUNT_OF(OTHERS), "others", to);
    conf_document(INCIDENTS, COUNT_OF(INCIDENTS), "incidents", to);
    conf_document(PREVENTION, COUNT_OF(PREVENTION), "prevention", to);
    conf_document(PORTAL, COUNT_OF(PORTAL), "portal", to);
    conf_document(HTTP, COUNT_OF(HTTP), "http", to);
    contacts_document(to);
    reports_document(to);
    conf_document(LOG, COUNT_OF(LOG), "log", to);
    for (size_t i = 0; i < sets; i++)
        conf_document(standards[i].rows, standards[i].count, standards[i].title, to);
    for (size_t i = 0; i < places; i++)
        conf_document(world[i].rows, world[i].count, world[i].title, to);
    for (size_t i = 0; i < kinds; i++)
        conf_document(rules[i].rows, rules[i].count, rules[i].title, to);
    for (size_t i = 0; i < n; i++)
        conf_document(tables[i].rows, tables[i].count, tables[i].title, to);
}
