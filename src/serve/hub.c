#include "hub.h"

#include <ctype.h>
#include <inttypes.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "alarm_frame.h"
#include "blob.h"
#include "incident_frame.h"
#include "picture.h"
#include "sees.h"
#include "shifts.h"

enum { TEXTS_MAX = 32, FOR_EVER_MS = 3600000 };

/* Keep-alives that are due within a second are given together: a thousand idle readers are one turn a second,
 * not seventy that look at each of them. */
enum { ALIVE_TOGETHER_MS = 1000, ALIVE_MS = HUB_KEEP_ALIVE_MS - ALIVE_TOGETHER_MS };

/* Index of a site that the present configuration does not have: no point stands there. */
#define NO_SITE (UINT32_MAX - 1)

struct stream {
    struct hub *hub;
    struct stream *next, **link;
    void *connection;
    int socket;
    char site_id[ID_MAX]; /* "": all */
    uint32_t site;        /* its index in the frame's catalogue, UINT32_MAX: all */
    bool greeted;         /* it got its first event */
    bool parked, over;
    unsigned topics;
    uint64_t has;                                   /* the generation its reader has; 0: none */
    uint64_t has_alarms, has_incidents, has_shifts; /* likewise */
    struct blob *text;
    size_t done; /* bytes of text written */
    struct mono wrote, admitted;
    char token[DOORS_SECRET_TEXT], session[DOORS_SECRET_TEXT];
    struct peer peer;
    struct visitor visitor; /* who that was, when it was last admitted */
    uint64_t sight;         /* of them */
    unsigned turn;          /* of the doors, when it was last admitted here */
};

/* What brings a reader of `site` from generation `from` to the frame of that topic. */
struct text {
    enum hub_topic topic;
    uint64_t sight; /* of those who may share it */
    uint32_t site;
    char site_id[ID_MAX];
    uint64_t from;
    bool empty; /* nothing changed there */
    struct blob *blob;
};

struct hub {
    struct hub_settings set;
    pthread_mutex_t lock;
    struct stream *streams;
    size_t count;
    struct snapshot *latest; /* as published */
    struct snapshot *frame;  /* what is being given; changed by the pulse thread only */
    struct alarm_list *alarms_latest;
    bool alarms_new;
    struct incident_list *incidents_latest;
    bool incidents_new;
    struct shift_list *shifts_latest;
    struct shift_list *shifts; /* what is being given */
    struct incident_frame *incidents;
    struct alarm_frame *alarms; /* what is being given; changed by the pulse thread only */
    struct mono framed, looked; /* when the frame was adopted, when readers were looked after */
    struct text texts[TEXTS_MAX];
    size_t text_count;
    struct blob *keep_alive;
    bool stopping;
};

/* ------------------------------------------------------------------ texts, pulse thread */

static void forget_texts(struct hub *h)
{
    for (size_t i = 0; i < h->text_count; i++)
        blob_drop(h->texts[i].blob);
    h->text_count = 0;
}

/* Where a stream's difference starts.  A picture of an earlier configuration cannot be brought up to date by
 * changes: points came and went. */
static uint64_t start_of(const struct hub *h, const struct stream *s)
{
    return s->has < snapshot_first(h->frame) ? 0 : s->has;
}

static uint64_t start_of_topic(const struct hub *h, const struct stream *s, enum hub_topic topic)
{
    const struct incident_of of = { &s->visitor, s->site_id, s->has_incidents, { 0 } };

    switch (topic) {
    case HUB_ALARMS: return alarm_frame_start(h->alarms, s->has_alarms);
    case HUB_INCIDENTS: return incident_frame_start(h->incidents, &of);
    case HUB_SHIFTS: return 0; /* few: they come whole */
    default: return start_of(h, s);
    }
}

static const struct text *find_text(const struct hub *h, const struct stream *s, enum hub_topic topic)
{
    uint64_t from = start_of_topic(h, s, topic);

    for (size_t i = 0; i < h->text_count; i++) {
        const struct text *t = &h->texts[i];
        if (t->topic == topic && strcmp(t->site_id, s->site_id) == 0 && t->sight == s->sight &&
            t->from == from)
            return t;
    }
    return NULL;
}

/* Made without the lock: only this thread changes the frames. */
static size_t render(const struct hub *h, const struct text *t, const struct visitor *visitor,
                     struct strbuf *b)
{
    const struct picture_of picture = { visitor, h->set.epoch, t->site, t->from };
    const struct alarm_of alarms = { visitor, t->site_id, t->from };
    const struct wall now = clock_read(&h->set.clock).wall;
    const struct incident_of incidents = { visitor, t->site_id, t->from, now };

    switch (t->topic) {
    case HUB_ALARMS: return alarm_frame_event(b, h->alarms, &alarms);
    case HUB_INCIDENTS: return incident_frame_event(b, h->incidents, &incidents);
    case HUB_SHIFTS: return shifts_event(b, h->shifts, visitor, now);
    default: return picture_event(b, h->frame, &picture);
    }
}

/* Unlocks while it renders: the event thread goes on.  False without memory. */
static bool add_text(struct hub *h, const struct stream *s, enum hub_topic topic)
{
    const struct visitor visitor = s->visitor; /* it may be gone when the lock is had again */
    struct text t = {
        .topic = topic, .sight = s->sight, .site = s->site, .from = start_of_topic(h, s, topic)
    };
    struct strbuf b;
    size_t changed;

    memcpy(t.site_id, s->site_id, sizeof t.site_id);
    (void)pthread_mutex_unlock(&h->lock);
    strbuf_init(&b, PICTURE_MAX);
    changed = render(h, &t, &visitor, &b);
    t.blob = blob_take(&b);
    (void)pthread_mutex_lock(&h->lock);
    if (t.blob == NULL)
        return false;
    t.empty = changed == 0 && t.from != 0;
    if (h->text_count == TEXTS_MAX)
        forget_texts(h);
    h->texts[h->text_count++] = t;
    return true;
}

/* Sites are known by their ids; an index is good for one configuration. */
static void place_stream(const struct hub *h, struct stream *s)
{
    const struct catalogue *c = h->frame == NULL ? NULL : snapshot_catalogue(h->frame);
    const struct site *site = c == NULL || s->site_id[0] == '\0' ? NULL : catalogue_site(c, s->site_id);

    s->site = s->site_id[0] == '\0' ? UINT32_MAX : site == NULL ? NO_SITE : (uint32_t)(site - c->sites);
}

static void adopt_snapshot(struct hub *h)
{
    const struct catalogue *was = h->frame == NULL ? NULL : snapshot_catalogue(h->frame);
    bool moved = was != snapshot_catalogue(h->latest);

    snapshot_drop(h->frame);
    h->frame = snapshot_hold(h->latest);
    for (struct stream *s = h->streams; moved && s != NULL; s = s->next)
        place_stream(h, s);
}

static bool has_newer(const struct hub *h)
{
    return h->latest != h->frame || h->alarms_new || h->incidents_new || h->shifts_latest != h->shifts;
}

static void adopt_frame(struct hub *h, struct mono now)
{
    if (!has_newer(h) || now.ms - h->framed.ms < HUB_FRAME_MS || h->count == 0)
        return;
    forget_texts(h);
    if (h->latest != h->frame)
        adopt_snapshot(h);
    if (h->alarms_new && alarm_frame_adopt(h->alarms, h->alarms_latest) == ERR_NONE)
        h->alarms_new = false;
    if (h->incidents_new && incident_frame_adopt(h->incidents, h->incidents_latest) == ERR_NONE)
        h->incidents_new = false;
    if (h->shifts_latest != h->shifts) {
        shift_list_drop(h->shifts);
        h->shifts = shift_list_hold(h->shifts_latest);
    }
    h->framed = now;
}

/* ------------------------------------------------------------------ giving, pulse thread, locked */

/* A session may have ended since: asked again when somebody may less than before, and every 15 s for what
 * ends by time. */
static bool still_admitted(struct stream *s, struct mono now)
{
    struct hub *h = s->hub;
    const struct knock k = { *s->token == '\0' ? NULL : s->token, *s->session == '\0' ? NULL : s->session,
                             s->peer };
    unsigned turn = h->set.doors.turn(h->set.doors.self);
    struct visitor who;
    bool in;

    if (turn == s->turn && now.ms - s->admitted.ms < ALIVE_MS)
        return true;
    s->turn = turn;
    s->admitted = now;
    in = h->set.doors.admit(h->set.doors.self, &k, clock_read(&h->set.clock), &who);
    if ((s->topics & HUB_SHIFTS) != 0 && !shifts_are_for(&who))
        return false;
    return in && sight_key(&who) == s->sight; /* who sees another part now comes again for it */
}

static void give(struct stream *s, struct blob *text, struct mono now)
{
    if (!still_admitted(s, now))
        s->over = true;
    else if (text != NULL)
        s->text = blob_hold(text);
    s->done = 0;
    s->wrote = now;
    s->parked = false;
    s->hub->set.resume(s->connection);
}

static void give_event(struct stream *s, const struct text *t, struct mono now)
{
    uint64_t newest = snapshot_generation(s->hub->frame);

    if (s->has != 0 && newest - s->has > 1)
        atomic_fetch_add(&s->hub->set.tally->skipped, newest - s->has - 1);
    s->has = newest;
    if (t->empty && s->greeted)
        return;
    s->greeted = true;
    atomic_fetch_add(&s->hub->set.tally->events, 1);
    give(s, t->blob, now);
}

static void give_list(struct stream *s, const struct text *t, struct mono now)
{
    if (t->topic == HUB_INCIDENTS)
        s->has_incidents = incident_frame_generation(s->hub->incidents);
    else if (t->topic == HUB_SHIFTS)
        s->has_shifts = s->hub->shifts->generation;
    else
        s->has_alarms = alarm_frame_generation(s->hub->alarms);
    if (t->empty)
        return;
    atomic_fetch_add(&s->hub->set.tally->events, 1);
    give(s, t->blob, now);
}

/* A reader that comes back may already know more than the frame: it waits for the next. */
static bool wants_event(const struct stream *s)
{
    uint64_t newest = s->hub->frame == NULL ? 0 : snapshot_generation(s->hub->frame);

    return (s->topics & HUB_POINTS) != 0 && newest != 0 && (s->greeted ? s->has < newest : s->has <= newest);
}

static bool wants_alarms(const struct stream *s)
{
    return (s->topics & HUB_ALARMS) != 0 && s->has_alarms < alarm_frame_generation(s->hub->alarms);
}

static bool wants_incidents(const struct stream *s)
{
    return (s->topics & HUB_INCIDENTS) != 0 &&
           s->has_incidents < incident_frame_generation(s->hub->incidents);
}

static bool wants_shifts(const struct stream *s)
{
    return (s->topics & HUB_SHIFTS) != 0 && s->hub->shifts != NULL &&
           s->has_shifts < s->hub->shifts->generation;
}

enum serving { SERVED, NOTHING_DUE, TEXT_MISSING };

static enum serving serve_topic(struct stream *s, enum hub_topic topic, struct mono now)
{
    const struct text *t = find_text(s->hub, s, topic);

    if (t == NULL)
        return TEXT_MISSING;
    if (topic != HUB_POINTS)
        give_list(s, t, now);
    else
        give_event(s, t, now);
    return s->parked ? NOTHING_DUE : SERVED;
}

/* *topic: of the text that is missing. */
static enum serving serve_stream(struct stream *s, enum hub_topic *topic, struct mono now)
{
    static const struct {
        enum hub_topic topic;
        bool (*wants)(const struct stream *s);
    } TOPICS[] = { { HUB_POINTS, wants_event },
                   { HUB_ALARMS, wants_alarms },
                   { HUB_INCIDENTS, wants_incidents },
                   { HUB_SHIFTS, wants_shifts } };

    if (!s->parked)
        return NOTHING_DUE;
    if (s->hub->stopping) {
        give(s, NULL, now);
        return SERVED;
    }
    for (size_t i = 0; i < COUNT_OF(TOPICS); i++) {
        enum serving done = NOTHING_DUE;
        *topic = TOPICS[i].topic;
        if (TOPICS[i].wants(s))
            done = serve_topic(s, *topic, now);
        if (done != NOTHING_DUE)
            return done;
    }
    if (now.ms - s->wrote.ms < ALIVE_MS)
        return NOTHING_DUE;
    give(s, s->hub->keep_alive, now);
    return SERVED;
}

/* At most a slice.  True: there may be more. */
static bool serve_slice(struct hub *h, struct mono now)
{
    enum hub_topic topic = HUB_POINTS;
    unsigned served = 0;
    struct stream *s = h->streams;

    while (s != NULL) {
        switch (serve_stream(s, &topic, now)) {
        case TEXT_MISSING: /* the list may change while it is rendered: start over */
            if (!add_text(h, s, topic))
                return true;
            s = h->streams;
            continue;
        case SERVED:
            if (++served == HUB_SLICE)
                return true;
            break;
        case NOTHING_DUE: break;
        }
        s = s->next;
    }
    return false;
}

/* From *at on, as many as one call looks at; moves *at behind them. */
static void look_after_some(struct stream **at, struct mono now)
{
    struct stream *asked[HUB_LOOK_TOGETHER];
    struct pollfd p[HUB_LOOK_TOGETHER];
    nfds_t n = 0;

    for (; *at != NULL && n < HUB_LOOK_TOGETHER; *at = (*at)->next)
        if ((*at)->parked) {
            asked[n] = *at;
            p[n++] = (struct pollfd){ .fd = (*at)->socket, .events = POLLRDHUP };
        }
    if (n == 0 || poll(p, n, 0) <= 0)
        return;
    for (nfds_t i = 0; i < n; i++)
        if (p[i].revents != 0) {
            asked[i]->over = true;
            give(asked[i], NULL, now);
        }
}

/* Nobody watches the socket of a suspended connection: a reader that left would keep its place until the
 * second keep-alive. */
static void look_after_readers(struct hub *h, struct mono now)
{
    struct stream *at = h->streams;

    if (now.ms - h->looked.ms < HUB_LOOK_MS)
        return;
    h->looked = now;
    while (at != NULL)
        look_after_some(&at, now);
}

static struct mono next_turn(const struct hub *h, struct mono now)
{
    struct mono next = { h->count > 0 ? h->looked.ms + HUB_LOOK_MS : now.ms + FOR_EVER_MS };

    if (has_newer(h) && h->count > 0 && h->framed.ms + HUB_FRAME_MS < next.ms)
        next.ms = h->framed.ms + HUB_FRAME_MS;
    for (const struct stream *s = h->streams; s != NULL; s = s->next)
        if (s->parked && s->wrote.ms + HUB_KEEP_ALIVE_MS < next.ms)
            next.ms = s->wrote.ms + HUB_KEEP_ALIVE_MS;
    return next;
}

struct mono hub_turn(struct hub *h, struct mono now)
{
    struct mono next;

    (void)pthread_mutex_lock(&h->lock);
    adopt_frame(h, now);
    look_after_readers(h, now);
    if (serve_slice(h, now))
        next.ms = now.ms + HUB_SLICE_MS;
    else
        next = next_turn(h, now);
    (void)pthread_mutex_unlock(&h->lock);
    return next;
}

/* ------------------------------------------------------------------ hub */

enum err hub_new(struct hub **out, const struct hub_settings *s, struct fault *why)
{
    static const char KEEP_ALIVE[] = ": keep-alive\n\n";
    struct hub *h = calloc(1, sizeof *h);

    if (h == NULL)
        return fault_set(why, ERR_MEMORY, "streams: no memory");
    h->set = *s;
    h->framed.ms = INT64_MIN / 2;
    h->keep_alive = blob_borrow(KEEP_ALIVE, sizeof KEEP_ALIVE - 1);
    h->alarms = alarm_frame_new();
    h->incidents = incident_frame_new();
    if (h->keep_alive == NULL || h->alarms == NULL || h->incidents == NULL) {
        blob_drop(h->keep_alive);
        alarm_frame_free(h->alarms);
        incident_frame_free(h->incidents);
        free(h);
        return fault_set(why, ERR_MEMORY, "streams: no memory");
    }
    (void)pthread_mutex_init(&h->lock, NULL);
    *out = h;
    return ERR_NONE;
}

void hub_free(struct hub *h)
{
    if (h == NULL)
        return;
    forget_texts(h);
    blob_drop(h->keep_alive);
    snapshot_drop(h->latest);
    snapshot_drop(h->frame);
    alarm_list_drop(h->alarms_latest);
    alarm_frame_free(h->alarms);
    incident_list_drop(h->incidents_latest);
    incident_frame_free(h->incidents);
    shift_list_drop(h->shifts_latest);
    shift_list_drop(h->shifts);
    (void)pthread_mutex_destroy(&h->lock);
    free(h);
}

void hub_publish(struct hub *h, struct snapshot *snapshot)
{
    struct snapshot *old;
    bool poke;

    (void)pthread_mutex_lock(&h->lock);
    poke = h->count > 0 && !has_newer(h); /* else a turn is on its way already */
    old = h->latest;
    h->latest = snapshot_hold(snapshot);
    (void)pthread_mutex_unlock(&h->lock);
    snapshot_drop(old);
    if (poke)
        wake_poke(h->set.pulse);
}

/* Two threads may tell at the start: the newer list stays. */
void hub_publish_alarms(struct hub *h, struct alarm_list *alarms)
{
    struct alarm_list *old = NULL;
    bool poke = false;

    (void)pthread_mutex_lock(&h->lock);
    if (h->alarms_latest == NULL || h->alarms_latest->generation < alarms->generation) {
        poke = h->count > 0 && !has_newer(h);
        old = h->alarms_latest;
        h->alarms_latest = alarm_list_hold(alarms);
        h->alarms_new = true;
    }
    (void)pthread_mutex_unlock(&h->lock);
    alarm_list_drop(old);
    if (poke)
        wake_poke(h->set.pulse);
}

void hub_publish_incidents(struct hub *h, struct incident_list *incidents)
{
    struct incident_list *old = NULL;
    bool poke = false;

    (void)pthread_mutex_lock(&h->lock);
    if (h->incidents_latest == NULL || h->incidents_latest->generation < incidents->generation) {
        poke = h->count > 0 && !has_newer(h);
        old = h->incidents_latest;
        h->incidents_latest = incident_list_hold(incidents);
        h->incidents_new = true;
    }
    (void)pthread_mutex_unlock(&h->lock);
    incident_list_drop(old);
    if (poke)
        wake_poke(h->set.pulse);
}

void hub_publish_shifts(struct hub *h, struct shift_list *shifts)
{
    struct shift_list *old = NULL;
    bool poke = false;

    (void)pthread_mutex_lock(&h->lock);
    if (h->shifts_latest == NULL || h->shifts_latest->generation < shifts->generation) {
        poke = h->count > 0 && !has_newer(h);
        old = h->shifts_latest;
        h->shifts_latest = shift_list_hold(shifts);
    }
    (void)pthread_mutex_unlock(&h->lock);
    shift_list_drop(old);
    if (poke)
        wake_poke(h->set.pulse);
}

void hub_stop(struct hub *h)
{
    (void)pthread_mutex_lock(&h->lock);
    h->stopping = true;
    (void)pthread_mutex_unlock(&h->lock);
    wake_poke(h->set.pulse);
}

/* ------------------------------------------------------------------ one stream */

/* "<epoch>-<generation>" of this process and not from the future, else 0: the full picture. */
static uint64_t resume_from(const struct hub *h, const char *id)
{
    char ours[24];
    size_t n = (size_t)snprintf(ours, sizeof ours, "%" PRId64 "-", h->set.epoch);
    char *end;
    uint64_t generation;

    if (id == NULL || h->latest == NULL || strncmp(id, ours, n) != 0 || !isdigit((unsigned char)id[n]))
        return 0;
    generation = strtoull(id + n, &end, 10);
    return *end != '\0' || generation > snapshot_generation(h->latest) ? 0 : generation;
}

static void enlist(struct hub *h, struct stream *s, const char *last_event_id)
{
    s->has = resume_from(h, last_event_id);
    place_stream(h, s);
    s->link = &h->streams;
    s->next = h->streams;
    if (s->next != NULL)
        s->next->link = &s->next;
    h->streams = s;
    h->count++;
    atomic_store(&h->set.tally->streams, (unsigned)h->count);
}

enum err stream_new(struct stream **out, struct hub *h, const struct stream_ask *ask)
{
    struct stream *s = calloc(1, sizeof *s);
    enum err rc = ERR_NONE;

    if (s == NULL)
        return ERR_MEMORY;
    s->hub = h;
    s->connection = ask->connection;
    s->socket = ask->socket;
    s->topics = ask->topics;
    s->wrote = s->admitted = mono_read();
    (void)snprintf(s->site_id, sizeof s->site_id, "%s", ask->site);
    (void)snprintf(s->token, sizeof s->token, "%s", ask->token);
    (void)snprintf(s->session, sizeof s->session, "%s", ask->session);
    s->peer = ask->peer;
    s->visitor = *ask->visitor;
    s->sight = sight_key(ask->visitor);
    (void)pthread_mutex_lock(&h->lock);
    if (h->stopping)
        rc = ERR_STATE;
    else if (h->count >= h->set.streams_max)
        rc = ERR_FULL;
    else
        enlist(h, s, ask->last_event_id);
    (void)pthread_mutex_unlock(&h->lock);
    if (rc != ERR_NONE)
        free(s);
    else
        *out = s;
    return rc;
}

void stream_free(void *stream)
{
    struct stream *s = stream;
    struct hub *h = s->hub;

    (void)pthread_mutex_lock(&h->lock);
    *s->link = s->next;
    if (s->next != NULL)
        s->next->link = s->link;
    h->count--;
    atomic_store(&h->set.tally->streams, (unsigned)h->count);
    (void)pthread_mutex_unlock(&h->lock);
    blob_drop(s->text);
    explicit_bzero(s, sizeof *s);
    free(s);
}

static ssize_t copy_out(struct stream *s, char *buf, size_t max)
{
    size_t left = s->text->size - s->done;
    size_t n = left < max ? left : max;

    memcpy(buf, s->text->bytes + s->done, n);
    s->done += n;
    if (s->done == s->text->size) {
        blob_drop(s->text);
        s->text = NULL;
    }
    return (ssize_t)n;
}

ssize_t stream_read(struct stream *s, char *buf, size_t max)
{
    struct hub *h = s->hub;
    bool poke = false;
    ssize_t n;

    (void)pthread_mutex_lock(&h->lock);
    if (s->text != NULL) {
        n = copy_out(s, buf, max);
    } else if (h->stopping || s->over) {
        n = HUB_END;
    } else {
        s->parked = true;
        h->set.park(s->connection); /* inside the lock: no lost wake-up */
        poke = wants_event(s) || wants_alarms(s) || wants_incidents(s) || wants_shifts(s) || has_newer(h);
        n = HUB_PARKED;
    }
    (void)pthread_mutex_unlock(&h->lock);
    if (poke)
        wake_poke(h->set.pulse);
    return n;
}
