/* A small water world around the face: doubles of every port, written out. */
#ifndef TESTS_SERVE_WORLD_H
#define TESTS_SERVE_WORLD_H

#include <pthread.h>

#include "http_client.h"
#include "serve/serve.h"

#define TOKEN          "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
#define OPERATOR_TOKEN "OOOOOOOOOOOOOOOOOOOOOOOOOOOOOOOOOOOOOOOOOOO"
/* operators of one supplier each */
#define CITY_TOKEN  "CCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCC"
#define RURAL_TOKEN "RRRRRRRRRRRRRRRRRRRRRRRRRRRRRRRRRRRRRRRRRRR"
#define BEARER      "Authorization: Bearer " TOKEN "\r\n"
#define ENGLISH     "Accept-Language: en\r\n"

enum { WORLD_PENDING_MAX = 64 };

/* How the history answers. */
enum history_mode { HISTORY_NOW, HISTORY_HOLD, HISTORY_REFUSE };

struct pending {
    void (*done)(void *ticket, enum err code, struct series *result, const struct fault *why);
    void *ticket;
    struct series_ask ask;
};

enum { WORLD_VALVE = 5 }; /* the point that has states: lc.dma.p0005 */

enum { WORLD_METER = 6 }; /* the point that counts: lc.dma.p0006 */

struct world {
    struct catalogue catalogue;
    uint32_t versions; /* configurations it has had */
    struct board *board;
    pthread_mutex_t lock;
    struct snapshot *now;
    struct serve *serve;
    unsigned port;
    struct serve_settings settings; /* change before world_start */
    /* doors */
    char session[DOORS_SECRET_TEXT]; /* "": nobody is signed in */
    enum err sign_in_as;             /* ERR_NONE: TOKEN is right */
    enum role role;                  /* of TOKEN; ROLE_NOBODY: a viewer */
    struct peer peer;                /* the last that knocked */
    /* what was told */
    struct actor by; /* who told */
    struct hand told;
    bool has_told;
    enum err told_code; /* of the next */
    /* reports */
    struct report_ask report; /* the last one */
    enum err report_code;
    /* channels */
    struct trial_ask trial; /* the last */
    struct wall duty_at;    /* likewise */
    enum err trial_code;
    struct wall roster_from, roster_to; /* of the last question */
    struct stopgap_shown stopgaps[4];   /* the known ones */
    size_t stopgap_count;
    struct stopgap_act stopgap_act;
    const char *stopgap_field; /* of the next refusal */
    bool leads;                /* whoever asks leads the shift */
    enum trial_state trial_is; /* what becomes of the next */
    /* incidents */
    struct incident incident; /* the one that there is; id 0: none */
    struct incident_act incident_act;
    enum err incident_code;
    enum refusal incident_refusal;
    /* alarms */
    struct alarm alarm; /* the one that is open; id 0: none */
    struct alarm_act act;
    struct alarm_past_ask past;     /* the last one */
    struct alarm_did saw, put_away; /* what was done about the one that is over */
    struct incident kept;           /* id 0: none; what the database has of incidents */
    char kept_node[ID_MAX];
    struct incident_past_ask incident_past; /* the last one */
    struct handed_ask handed;               /* the last one */
    enum handed_outcome handed_outcome;     /* of the next */
    struct mode modes[3];                   /* the known ones */
    struct shift_list *shifts;              /* the known ones, owned; NULL: there are none */
    struct shift_act shift_act;
    char shift_sheet[8192];
    struct shift_past_ask shift_past;
    bool is_person; /* who operates */
    size_t mode_count;
    struct mode_act mode_act;
    struct prevention preventions[4]; /* the known ones */
    size_t prevention_count;
    struct prevention_act prevention_act;
    enum err spots_code; /* of the candidates */
    enum err act_code;   /* of the next */
    /* history */
    enum history_mode history_mode;
    enum err history_code; /* NOW and REFUSE */
    bool history_raw;
    struct pending pending[WORLD_PENDING_MAX];
    size_t pending_count;
    int last_client;
    /* what meters counted: answered as history_mode and history_code say, never held */
    struct volume_ask counted;
    bool nothing_stored;
    /* the record of acts, answered likewise */
    struct trail_ask trail;
    bool older_acts;
    /* the portal */
    enum portal_kind portal_kind; /* of the last question */
    char portal_supplier[ID_MAX], portal_since[80];
    enum err portal_code;
    unsigned portal_bodies;
    /* health */
    enum part_state database;
};

/* points: how many; the first three are named, the others lc.dma.p0003 ... */
void world_init(struct world *w, size_t points);
void world_start(struct world *w);
/* As world_start, for starts that may be refused. */
MUST_USE enum err world_try(struct world *w, struct fault *why);
void world_stop(struct world *w);
void world_clear(struct world *w); /* stops if need be */
void world_set(struct world *w, uint32_t point, double value);
/* Freezes the board and publishes it. */
void world_publish(struct world *w);
/* Waits until the history holds n questions; false when they do not come. */
bool world_pending(struct world *w, size_t n);
/* Answers the oldest held question. */
void world_answer(struct world *w, enum err code);
struct series world_series(bool raw);
/* The history double itself; self is a struct world. */
enum err world_ask(void *self, const struct series_ask *a, int client,
                   void (*done)(void *ticket, enum err code, struct series *result, const struct fault *why),
                   void *ticket, struct fault *why);

#endif
