#include "people.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "parts.h"
#include "waiting.h"
#include "words.h"

/* ------------------------------------------------------------------ open, start */

static void changed(void *self)
{
    struct grants *g = atomic_load(&((struct parts *)self)->grants);

    if (g != NULL)
        grants_poke(g);
}

/* What is done before there is a pipeline, waits for it: only the first account. */
static void record(void *self, const struct audit_entry *e)
{
    struct parts *d = self;

    if (d->pipeline != NULL) {
        pipeline_note(d->pipeline, e);
    } else {
        d->first_act = *e;
        d->has_first_act = true;
    }
}

static bool has_administrator(struct parts *d)
{
    struct account *list = calloc(ACCOUNTS_MAX, sizeof *list);
    struct doors_port p = doors_port(d->doors);
    size_t n = list == NULL ? 0 : p.accounts(p.self, list, ACCOUNTS_MAX);
    bool has = false;

    for (size_t i = 0; i < n; i++)
        has = has || list[i].role == ROLE_ADMINISTRATOR;
    free(list);
    return has;
}

enum err people_open(struct parts *d, struct fault *why)
{
    const struct doors_settings s = { .viewer_token_file = d->config->viewer_token_file,
                                      .operator_token_file = d->config->operator_token_file,
                                      .folder = d->config->journal.folder,
                                      .cost = SEAL_COST,
                                      .clock = d->clock };
    enum err rc = doors_open(&d->doors, &s, why);
    struct grants_port port;

    if (rc != ERR_NONE)
        return rc;
    doors_on_change(d->doors, changed, d);
    doors_record(d->doors, (struct audit_port){ d, record });
    port = doors_grants(d->doors);
    if (!has_administrator(d) && grants_once(&d->config->store, &port, d->clock, why) != ERR_NONE)
        log_info("doors the database does not tell who administers: %s", why->text);
    return doors_first_start(d->doors, why);
}

enum err people_start(struct parts *d, struct fault *why)
{
    struct grants_port port = doors_grants(d->doors);
    struct grants *g;
    enum err rc = grants_start(&g, &d->config->store, &port, d->clock, why);

    if (rc != ERR_NONE)
        return rc;
    atomic_store(&d->grants, g);
    if (d->has_first_act)
        pipeline_note(d->pipeline, &d->first_act);
    return doors_start(d->doors, why);
}

/* Signing in and acting go on from what this node knows, so it does not take the node out of service. */
struct part people_part(struct parts *d)
{
    struct part p = { .name = "accounts", .state = PART_OK };
    struct doors_port doors = doors_port(d->doors);
    struct door_freshness f = doors.freshness(doors.self, clock_read(&d->clock));
    struct grants *g = atomic_load(&d->grants);
    char as_of[CLOCK_TEXT_MAX] = "not since the start", trouble[GRANTS_TEXT_MAX] = "";

    if (f.as_of.ms != 0)
        wall_text(f.as_of, as_of);
    if (g != NULL)
        grants_text(g, trouble);
    if (f.unwritten || f.stale)
        p.state = PART_DEGRADED;
    if (f.unwritten)
        (void)snprintf(p.text, sizeof p.text, "a change is in force and not on the disk yet");
    else
        (void)snprintf(p.text, sizeof p.text, "compared with the database: %s%s%.150s", as_of,
                       trouble[0] == '\0' ? "" : "; ", trouble);
    return p;
}

/* ------------------------------------------------------------------ asking the clerk, waiting */

struct decided {
    struct waiting waiting;
    struct door_answer answer;
};

static void answered(void *ticket, const struct door_answer *a)
{
    struct decided *w = ticket;

    w->answer = *a;
    waiting_answer(&w->waiting, a->code, &a->why);
}

static enum err act(struct parts *d, struct door_ask *ask, struct door_answer *out, struct fault *why)
{
    struct decided w = { .waiting = WAITING_INIT };
    struct doors_port p = doors_port(d->doors);
    enum err rc;

    ask->now = clock_read(&d->clock);
    ask->by = (struct visitor){ .role = ROLE_ADMINISTRATOR, .name = "capnuocctl" };
    rc = p.act(p.self, ask, answered, &w, why);
    if (rc == ERR_NONE)
        rc = waiting_wait(&w.waiting, why);
    *out = w.answer;
    explicit_bzero(&w.answer, sizeof w.answer);
    return rc;
}

/* ------------------------------------------------------------------ words */

static enum err not_understood(struct fault *why)
{
    return fault_set(why, ERR_RANGE, "not understood");
}

static enum err role_of(const char *word, enum role *out, struct fault *why)
{
    *out = role_parse(word);
    return *out != ROLE_NOBODY ? ERR_NONE : fault_set(why, ERR_RANGE, "there is no role \"%s\"", word);
}

static enum err supplier_of(struct parts *d, const char *word, char out[ID_MAX], struct fault *why)
{
    struct snapshot *s = neighbours_shown(d->neighbours);
    bool known = *word == '\0';

    (void)pthread_mutex_lock(&d->lock);
    known = known || catalogue_supplier(d->catalogue, word) != NULL;
    (void)pthread_mutex_unlock(&d->lock);
    if (s != NULL) {
        known = known || catalogue_supplier(snapshot_catalogue(s), word) != NULL;
        snapshot_drop(s);
    }
    if (known && words_copy(out, ID_MAX, word))
        return ERR_NONE;
    return fault_set(why, ERR_RANGE, "there is no supplier \"%s\"", word);
}

/* ------------------------------------------------------------------ user */

static enum err list_users(struct parts *d, struct strbuf *told, struct fault *why)
{
    struct account *list = calloc(ACCOUNTS_MAX, sizeof *list);
    struct doors_port p = doors_port(d->doors);
    size_t n;

    if (list == NULL)
        return fault_set(why, ERR_MEMORY, "no memory");
    n = p.accounts(p.self, list, ACCOUNTS_MAX);
    for (size_t i = 0; i < n; i++)
        strbuf_printf(told, "%-20s %-14s %-20s %s%s%s%s\n", list[i].name, role_name(list[i].role),
                      list[i].supplier[0] == '\0' ? "-" : list[i].supplier, list[i].full_name,
                      list[i].leads ? ", leads the shift" : "", list[i].disabled ? ", disabled" : "",
                      list[i].must_change ? ", must change the password" : "");
    free(list);
    return fault_set(why, ERR_NONE, "%zu accounts", n);
}

static enum err add_user(struct parts *d, const struct words *w, struct door_ask *ask, struct fault *why)
{
    struct account *a = &ask->account;
    enum err rc = role_of(w->word[3], &a->role, why);

    ask->verb = DOOR_ACCOUNT_ADD;
    if (rc == ERR_NONE)
        rc = supplier_of(d, w->word[5], a->supplier, why);
    if (rc == ERR_NONE && (!words_copy(a->name, sizeof a->name, w->word[2]) ||
                           !words_copy(a->language, sizeof a->language, w->word[4]) ||
                           !words_copy(a->full_name, sizeof a->full_name, w->word[7])))
        rc = fault_set(why, ERR_RANGE, "a word is too long");
    a->leads = strcmp(w->word[6], "1") == 0;
    return rc;
}

static enum err ask_of_user(struct parts *d, const struct words *w, struct door_ask *ask, struct fault *why)
{
    static const struct {
        const char *word;
        enum door_verb verb;
        unsigned set;
        bool disabled;
    } PLAIN[] = { { "disable", DOOR_ACCOUNT_CHANGE, DOOR_SET_DISABLED, true },
                  { "enable", DOOR_ACCOUNT_CHANGE, DOOR_SET_DISABLED, false },
                  { "reset", DOOR_ACCOUNT_RESET, 0, false },
                  { "remove", DOOR_ACCOUNT_REMOVE, 0, false } };

    if (w->count == 8 && strcmp(w->word[1], "add") == 0)
        return add_user(d, w, ask, why);
    if (w->count < 3 || !words_copy(ask->name, sizeof ask->name, w->word[2]))
        return not_understood(why);
    if (w->count == 4 && strcmp(w->word[1], "role") == 0) {
        ask->verb = DOOR_ACCOUNT_CHANGE;
        ask->set = DOOR_SET_ROLE;
        return role_of(w->word[3], &ask->account.role, why);
    }
    for (size_t i = 0; i < COUNT_OF(PLAIN) && w->count == 3; i++)
        if (strcmp(w->word[1], PLAIN[i].word) == 0) {
            ask->verb = PLAIN[i].verb;
            ask->set = PLAIN[i].set;
            ask->account.disabled = PLAIN[i].disabled;
            return ERR_NONE;
        }
    return not_understood(why);
}

static enum err do_it(struct parts *d, struct door_ask *ask, struct strbuf *told, struct fault *why)
{
    struct door_answer a;
    enum err rc = act(d, ask, &a, why);

    if (rc != ERR_NONE)
        return rc;
    if (a.secret[0] != '\0')
        strbuf_printf(told, "%s\n", a.secret);
    explicit_bzero(&a, sizeof a);
    return fault_set(why, ERR_NONE, "done");
}

enum err people_user(struct parts *d, const char *words, struct strbuf *told, struct fault *why)
{
    struct door_ask ask = { .verb = DOOR_SIGN_IN };
    struct words w;
    enum err rc;

    words_cut(&w, words);
    if (w.count == 2 && strcmp(w.word[1], "list") == 0)
        return list_users(d, told, why);
    rc = ask_of_user(d, &w, &ask, why);
    return rc != ERR_NONE ? rc : do_it(d, &ask, told, why);
}

/* ------------------------------------------------------------------ token */

static void tell_token(const struct api_token *t, struct strbuf *told)
{
    char until[CLOCK_TEXT_MAX] = "for ever", used[CLOCK_TEXT_MAX] = "never";

    if (t->expires.ms != 0)
        wall_text(t->expires, until);
    if (t->used.ms != 0)
        wall_text(t->used, used);
    strbuf_printf(told, "%s %-14s supplier=%s sites=\"%s\" from=\"%s\" until=%s used=%s%s %s\n", t->prefix,
                  role_name(t->role), t->supplier[0] == '\0' ? "-" : t->supplier, t->sites, t->addresses,
                  until, used, t->revoked ? " REVOKED" : "", t->purpose);
}

static enum err list_tokens(struct parts *d, struct strbuf *told, struct fault *why)
{
    struct api_token *list = calloc(API_TOKENS_MAX, sizeof *list);
    struct doors_port p = doors_port(d->doors);
    size_t n;

    if (list == NULL)
        return fault_set(why, ERR_MEMORY, "no memory");
    n = p.tokens(p.self, list, API_TOKENS_MAX);
    for (size_t i = 0; i < n; i++)
        tell_token(&list[i], told);
    free(list);
    return fault_set(why, ERR_NONE, "%zu tokens", n);
}

static enum err add_token(struct parts *d, const struct words *w, struct door_ask *ask, struct fault *why)
{
    struct api_token *t = &ask->token;
    enum err rc = role_of(w->word[2], &t->role, why);

    ask->verb = DOOR_TOKEN_ADD;
    if (rc == ERR_NONE)
        rc = supplier_of(d, w->word[3], t->supplier, why);
    if (rc != ERR_NONE)
        return rc;
    if (!words_copy(t->sites, sizeof t->sites, w->word[4]) ||
        !words_copy(t->addresses, sizeof t->addresses, w->word[5]) ||
        !words_copy(t->purpose, sizeof t->purpose, w->word[7]))
        return fault_set(why, ERR_RANGE, "a word is too long");
    if (w->word[6][0] != '\0' && wall_parse(w->word[6], &t->expires) != ERR_NONE)
        return fault_set(why, ERR_RANGE, "\"%s\" is no time such as 2027-01-31T00:00:00+07:00", w->word[6]);
    return ERR_NONE;
}

enum err people_token(struct parts *d, const char *words, struct strbuf *told, struct fault *why)
{
    struct door_ask ask = { .verb = DOOR_TOKEN_REVOKE };
    struct words w;
    enum err rc = ERR_NONE;

    words_cut(&w, words);
    if (w.count == 2 && strcmp(w.word[1], "list") == 0)
        return list_tokens(d, told, why);
    if (w.count == 8 && strcmp(w.word[1], "add") == 0)
        rc = add_token(d, &w, &ask, why);
    else if (w.count != 3 || strcmp(w.word[1], "revoke") != 0 ||
             !words_copy(ask.name, sizeof ask.name, w.word[2]))
        rc = not_understood(why);
    return rc != ERR_NONE ? rc : do_it(d, &ask, told, why);
}
