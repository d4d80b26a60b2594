#include "people.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/columns.h"
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
    return fault_set(why, ERR_RANGE, "not understood: see capnuocctl user --help, capnuocctl token --help");
}

static enum err role_of(const char *word, enum role *out, struct fault *why)
{
    *out = role_parse(word);
    if (*out != ROLE_NOBODY)
        return ERR_NONE;
    return fault_set(why, ERR_RANGE,
                     "%s%s%s: a role is viewer, operator, agency, laboratory, technician, authority or "
                     "administrator",
                     word[0] == '\0' ? "no role is given" : "there is no role \"", word,
                     word[0] == '\0' ? "" : "\"");
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

static void tell_user(const struct account *a, struct columns *to)
{
    const struct {
        bool is;
        const char *says;
    } MARKS[] = { { a->leads, "leads the shift" },
                  { a->disabled, "disabled" },
                  { a->must_change, "must change the password" } };
    char marks[80] = "";
    size_t n = 0;

    for (size_t i = 0; i < COUNT_OF(MARKS); i++)
        if (MARKS[i].is)
            n += (size_t)snprintf(marks + n, sizeof marks - n, "%s%s", n == 0 ? "" : ", ", MARKS[i].says);
    columns_cell(to, "%s", a->name);
    columns_cell(to, "%s", role_name(a->role));
    columns_cell(to, "%s", a->supplier);
    columns_cell(to, "%s", a->full_name);
    columns_cell(to, "%s", marks);
}

static enum err list_users(struct parts *d, struct strbuf *told, struct fault *why)
{
    static const char *const HEADS[] = { "name", "role", "supplier", "full name", "remark" };
    struct columns to;
    struct account *list = calloc(ACCOUNTS_MAX, sizeof *list);
    struct doors_port p = doors_port(d->doors);
    size_t n;

    if (list == NULL)
        return fault_set(why, ERR_MEMORY, "no memory");
    n = p.accounts(p.self, list, ACCOUNTS_MAX);
    columns_init(&to, HEADS, COUNT_OF(HEADS));
    for (size_t i = 0; i < n; i++)
        tell_user(&list[i], &to);
    columns_write(&to, told);
    free(list);
    return words_count(why, n, "account", "accounts");
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

/* said: of what was done. */
static enum err do_it(struct parts *d, struct door_ask *ask, const char *said, struct strbuf *told,
                      struct fault *why)
{
    struct door_answer a;
    enum err rc = act(d, ask, &a, why);

    if (rc != ERR_NONE)
        return rc;
    if (a.secret[0] != '\0')
        strbuf_printf(told, "%s\n", a.secret);
    explicit_bzero(&a, sizeof a);
    return fault_set(why, ERR_NONE, "%s", said);
}

static const char *said_of_user(enum door_verb verb)
{
    switch (verb) {
    case DOOR_ACCOUNT_ADD: return "made; this password is for one use";
    case DOOR_ACCOUNT_RESET: return "reset; this password is for one use";
    case DOOR_ACCOUNT_REMOVE: return "removed";
    default: return "changed";
    }
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
    return rc != ERR_NONE ? rc : do_it(d, &ask, said_of_user(ask.verb), told, why);
}

/* ------------------------------------------------------------------ token */

static void tell_token(const struct api_token *t, struct columns *to)
{
    char until[CLOCK_TEXT_MAX] = "for ever", used[CLOCK_TEXT_MAX] = "never";

    if (t->expires.ms != 0)
        wall_text(t->expires, until);
    if (t->used.ms != 0)
        wall_text(t->used, used);
    columns_cell(to, "%s", t->prefix);
    columns_cell(to, "%s", role_name(t->role));
    columns_cell(to, "%s", t->supplier);
    columns_cell(to, "%s", t->sites);
    columns_cell(to, "%s", t->addresses);
    columns_cell(to, "%s", t->revoked ? "REVOKED" : until);
    columns_cell(to, "%s", used);
    columns_cell(to, "%s", t->purpose);
}

static enum err list_tokens(struct parts *d, struct strbuf *told, struct fault *why)
{
    static const char *const HEADS[] = { "id",   "role",  "supplier",  "sites",
                                         "from", "until", "last used", "purpose" };
    struct columns to;
    struct api_token *list = calloc(API_TOKENS_MAX, sizeof *list);
    struct doors_port p = doors_port(d->doors);
    size_t n;

    if (list == NULL)
        return fault_set(why, ERR_MEMORY, "no memory");
    n = p.tokens(p.self, list, API_TOKENS_MAX);
    columns_init(&to, HEADS, COUNT_OF(HEADS));
    for (size_t i = 0; i < n; i++)
        tell_token(&list[i], &to);
    columns_write(&to, told);
    free(list);
    return words_count(why, n, "token", "tokens");
}

static bool knows_site(struct parts *d, const char *id)
{
    struct snapshot *s = neighbours_shown(d->neighbours);
    bool known;

    (void)pthread_mutex_lock(&d->lock);
    known = catalogue_site(d->catalogue, id) != NULL;
    (void)pthread_mutex_unlock(&d->lock);
    if (s != NULL) {
        known = known || catalogue_site(snapshot_catalogue(s), id) != NULL;
        snapshot_drop(s);
    }
    return known;
}

/* Blanks between. */
static enum err check_sites(struct parts *d, const char *sites, struct fault *why)
{
    enum err rc = ERR_NONE;
    char id[ID_MAX];

    for (size_t n; rc == ERR_NONE && *(sites += strspn(sites, " ")) != '\0'; sites += n) {
        n = strcspn(sites, " ");
        (void)snprintf(id, sizeof id, "%.*s", (int)(n < sizeof id ? n : sizeof id - 1), sites);
        if (n >= sizeof id || !knows_site(d, id))
            rc = fault_set(why, ERR_RANGE, "there is no site \"%s\"", id);
    }
    return rc;
}

static enum err add_token(struct parts *d, const struct words *w, struct door_ask *ask, struct fault *why)
{
    struct api_token *t = &ask->token;
    enum err rc = role_of(w->word[2], &t->role, why);

    ask->verb = DOOR_TOKEN_ADD;
    if (rc == ERR_NONE)
        rc = supplier_of(d, w->word[3], t->supplier, why);
    if (rc == ERR_NONE)
        rc = check_sites(d, w->word[4], why);
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
    return rc != ERR_NONE
               ? rc
               : do_it(d, &ask, ask.verb == DOOR_TOKEN_ADD ? "made; it is shown only now" : "revoked", told,
                       why);
}
