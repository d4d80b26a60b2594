#include "incident/stopgaps.h"

#include <string.h>

static const int64_t MOST_MS = STOPGAP_DAYS_MAX * (int64_t)CLOCK_DAY_MS;

/* ---- who and what there is ---- */

static struct stopgap *find(struct stopgaps *s, uint64_t id)
{
    for (size_t i = 0; i < s->count; i++)
        if (s->list[i].id == id)
            return &s->list[i];
    return NULL;
}

static const struct roster *find_roster(const struct duty_plan *plan, const char *id)
{
    for (size_t i = 0; plan->rosters != NULL && i < plan->rosters->count; i++)
        if (strcmp(plan->rosters->list[i].id, id) == 0)
            return &plan->rosters->list[i];
    return NULL;
}

static const struct contact *find_planned(const struct duty_plan *plan, const char *id)
{
    return plan->contacts == NULL ? NULL : contact_find(plan->contacts, id);
}

static const struct stopgap *find_guest(const struct stopgaps *s, const char *id)
{
    for (size_t i = 0; i < s->count; i++)
        if (s->list[i].kind == STOPGAP_GUEST && s->list[i].end == STOPGAP_OPEN &&
            strcmp(s->list[i].who, id) == 0)
            return &s->list[i];
    return NULL;
}

static bool there_is(const struct stopgaps *s, const struct duty_plan *plan, const char *id)
{
    return find_planned(plan, id) != NULL || find_guest(s, id) != NULL;
}

/* "": of all, or nobody in particular. */
static bool is_theirs(const char *scope, const char *supplier)
{
    return scope[0] == '\0' || strcmp(scope, supplier) == 0;
}

static bool is_on(const struct duty_plan *plan, const struct roster *r, const struct contact *c)
{
    return c != NULL && roster_has(r, (uint8_t)(c - plan->contacts->list));
}

/* By a stopgap. */
static bool stands_in(const struct stopgaps *s, const char *roster, const char *id)
{
    for (size_t i = 0; i < s->count; i++)
        if (s->list[i].kind == STOPGAP_SUBSTITUTE && s->list[i].end == STOPGAP_OPEN &&
            strcmp(s->list[i].roster, roster) == 0 && strcmp(s->list[i].by, id) == 0)
            return true;
    return false;
}

/* There, and of the supplier whose people said it: another's do not go by it. */
static bool is_still(const struct stopgap *s, const struct roster *r)
{
    return r != NULL && strcmp(r->of.supplier, s->supplier) == 0;
}

static bool is_still_of(const struct stopgap *s, const struct contact *c)
{
    return c != NULL && strcmp(c->of.supplier, s->supplier) == 0;
}

enum stopgap_lack stopgaps_lack(const struct stopgaps *s, const struct duty_plan *plan,
                                const struct stopgap *one)
{
    if (one->end != STOPGAP_OPEN || one->kind == STOPGAP_GUEST)
        return STOPGAP_LACKS_NOTHING;
    if (one->kind == STOPGAP_SUBSTITUTE && !is_still(one, find_roster(plan, one->roster)))
        return STOPGAP_LACKS_ROSTER;
    if (one->kind == STOPGAP_ADDRESSES && !is_still_of(one, find_planned(plan, one->who)))
        return STOPGAP_LACKS_WHO;
    if (one->who[0] != '\0' && !there_is(s, plan, one->who))
        return STOPGAP_LACKS_WHO;
    if (one->by[0] != '\0' && !there_is(s, plan, one->by))
        return STOPGAP_LACKS_BY;
    return STOPGAP_LACKS_NOTHING;
}

/* ---- room ---- */

static struct stopgap *longest_ended(struct stopgaps *s)
{
    struct stopgap *oldest = NULL;

    for (size_t i = 0; i < s->count; i++)
        if (s->list[i].end != STOPGAP_OPEN && (oldest == NULL || s->list[i].ended.ms < oldest->ended.ms))
            oldest = &s->list[i];
    return oldest;
}

static size_t count_open(const struct stopgaps *s)
{
    size_t n = 0;

    for (size_t i = 0; i < s->count; i++)
        n += s->list[i].end == STOPGAP_OPEN;
    return n;
}

/* Into its place by when it was said.  False: all are open. */
static bool insert(struct stopgaps *s, const struct stopgap *one, uint64_t *forgotten)
{
    struct stopgap *oldest;
    size_t at;

    if (s->count == STOPGAPS_MAX) {
        oldest = longest_ended(s);
        if (oldest == NULL)
            return false;
        *forgotten = oldest->id;
        memmove(oldest, oldest + 1, (size_t)(s->list + s->count - oldest - 1) * sizeof *oldest);
        s->count--;
    }
    for (at = s->count; at > 0; at--) {
        if (s->list[at - 1].entered.ms < one->entered.ms)
            break;
    }
    memmove(&s->list[at + 1], &s->list[at], (s->count - at) * sizeof *s->list);
    s->list[at] = *one;
    s->count++;
    return true;
}

/* ---- what people want ---- */

static struct wall minute_floor(struct wall at)
{
    return (struct wall){ at.ms - at.ms % CLOCK_MINUTE_MS };
}

static enum err check_time(const struct stopgap *is, struct wall now, const char **field, struct fault *why)
{
    *field = "from";
    if (is->from.ms < now.ms - STOPGAP_PAST_MS - CLOCK_MINUTE_MS)
        return fault_say(why, ERR_RANGE, "giờ bắt đầu đã qua hơn một giờ",
                         "it would have begun more than an hour ago");
    *field = "until";
    if (is->until.ms <= now.ms)
        return fault_say(why, ERR_RANGE, "giờ kết thúc đã qua", "its end has passed");
    if (is->until.ms <= is->from.ms)
        return fault_say(why, ERR_RANGE, "giờ kết thúc phải sau giờ bắt đầu",
                         "its end is not after its beginning");
    if (is->until.ms - now.ms > MOST_MS || is->until.ms - is->from.ms > MOST_MS)
        return fault_say(why, ERR_RANGE,
                         "giờ kết thúc không được xa hơn 31 ngày; thay đổi lâu dài ghi trong tệp cấu hình",
                         "its end is more than %d days away: what is to stay stands in the configuration",
                         STOPGAP_DAYS_MAX);
    return ERR_NONE;
}

static enum err check_away(const struct stopgaps *s, const struct duty_plan *plan, const struct roster *r,
                           const struct stopgap *is, struct fault *why)
{
    if (is->who[0] == '\0' || is_on(plan, r, find_planned(plan, is->who)) ||
        (there_is(s, plan, is->who) && stands_in(s, r->id, is->who)))
        return ERR_NONE;
    return fault_say(why, ERR_RANGE, "người vắng không có trong lịch trực này",
                     "\"%s\" is not on this roster", is->who);
}

/* Whom they can name: contacts of theirs, and whoever is on that roster anyway. */
static enum err check_coming(const struct stopgaps *s, const struct duty_plan *plan, const struct roster *r,
                             const struct stopgap_act *act, const char **field, struct fault *why)
{
    const struct stopgap *is = &act->is, *guest = find_guest(s, is->by);
    const struct contact *c = find_planned(plan, is->by);

    *field = "by";
    if (is->by[0] == '\0')
        return is->who[0] != '\0' ? ERR_NONE
                                  : fault_say(why, ERR_RANGE, "cần ghi ai vắng hoặc ai trực thay",
                                              "say who is away, or who comes");
    if (strcmp(is->by, is->who) == 0)
        return fault_say(why, ERR_RANGE, "người trực thay phải là người khác", "somebody else comes instead");
    if (c != NULL ? !is_theirs(act->scope, c->of.supplier) && !is_on(plan, r, c)
                  : guest == NULL || !is_theirs(act->scope, guest->supplier))
        return fault_say(why, ERR_RANGE, "không có liên hệ nào như vậy", "there is no contact \"%s\"",
                         is->by);
    *field = "until";
    if (c == NULL && guest->until.ms < is->until.ms)
        return fault_say(why, ERR_RANGE, "người trực ngoài danh sách này hết hạn trước giờ đó",
                         "this guest's time ends before that");
    return ERR_NONE;
}

static enum err check_substitute(const struct stopgaps *s, const struct duty_plan *plan,
                                 const struct stopgap_act *act, const char **field, struct fault *why)
{
    const struct roster *r = find_roster(plan, act->is.roster);
    enum err rc;

    *field = "roster";
    if (r == NULL || !is_theirs(act->scope, r->of.supplier))
        return fault_say(why, ERR_RANGE, "không có lịch trực nào như vậy", "there is no roster \"%s\"",
                         act->is.roster);
    *field = "who";
    rc = check_away(s, plan, r, &act->is, why);
    return rc != ERR_NONE ? rc : check_coming(s, plan, r, act, field, why);
}

static enum err check_guest(const struct stopgap_act *act, const char **field, struct fault *why)
{
    *field = "name";
    if (act->is.name[0] == '\0')
        return fault_say(why, ERR_RANGE, "cần ghi tên hoặc chức danh", "a name or a post is needed");
    *field = "supplier";
    if (!is_theirs(act->scope, act->is.supplier))
        return fault_say(why, ERR_RANGE, "không có đơn vị cấp nước nào như vậy", "there is no such supplier");
    *field = "sms";
    if (act->is.sms[0] == '\0' && act->is.email[0] == '\0')
        return fault_say(why, ERR_RANGE, "cần số điện thoại hoặc địa chỉ thư điện tử",
                         "a number of a telephone or an e-mail address is needed");
    return ERR_NONE;
}

/* Channels that come with it first, as they were given for this while; then those that stay, in their order.
 * False: none would be left, and nothing is changed. */
static bool readdress(struct contact *to, const struct stopgap *s)
{
    const struct contact was = *to;
    struct contact fresh = { .channel_count = 0 }, is = was, *c = &is;

    if (s->sms[0] != '\0')
        memcpy(c->sms, s->sms, sizeof c->sms);
    if (s->email[0] != '\0')
        memcpy(c->email, s->email, sizeof c->email);
    memcpy(fresh.sms, s->sms, sizeof fresh.sms);
    memcpy(fresh.email, s->email, sizeof fresh.email);
    contact_usual_order(&fresh);
    c->channel_count = 0;
    for (size_t i = 0; i < fresh.channel_count; i++)
        if (memchr(was.channels, fresh.channels[i], was.channel_count) == NULL)
            c->channels[c->channel_count++] = fresh.channels[i];
    for (size_t i = 0; i < was.channel_count; i++)
        if ((s->without >> was.channels[i] & 1) == 0)
            c->channels[c->channel_count++] = was.channels[i];
    if ((s->without >> CHANNEL_SMS & 1) != 0)
        c->sms[0] = '\0'; /* nor does it answer from there */
    if ((s->without >> CHANNEL_EMAIL & 1) != 0)
        c->email[0] = '\0';
    if ((s->without >> CHANNEL_WEBHOOK & 1) != 0)
        c->webhook[0] = '\0';
    c->acts = false; /* its links would act in its name, wherever they went */
    if (c->channel_count > 0)
        *to = is;
    return c->channel_count > 0;
}

/* With all that was said of it. */
static void change_addresses(const struct stopgaps *s, struct contact *c)
{
    for (size_t i = 0; i < s->count; i++)
        if (s->list[i].kind == STOPGAP_ADDRESSES && s->list[i].end == STOPGAP_OPEN &&
            strcmp(s->list[i].who, c->id) == 0 && is_still_of(&s->list[i], c))
            (void)readdress(c, &s->list[i]);
}

static enum err check_addresses(const struct stopgaps *s, const struct duty_plan *plan,
                                const struct stopgap_act *act, const char **field, struct fault *why)
{
    const struct stopgap *is = &act->is;
    const struct contact *c = find_planned(plan, is->who);
    struct contact then;

    *field = "contact";
    if (c == NULL || !is_theirs(act->scope, c->of.supplier))
        return fault_say(why, ERR_RANGE, "không có liên hệ nào như vậy", "there is no contact \"%s\"",
                         is->who);
    *field = "sms";
    if (is->sms[0] == '\0' && is->email[0] == '\0' && is->without == 0)
        return fault_say(why, ERR_RANGE, "cần số điện thoại hoặc địa chỉ thư điện tử",
                         "a number of a telephone or an e-mail address is needed");
    *field = "without";
    if ((is->sms[0] != '\0' && (is->without >> CHANNEL_SMS & 1) != 0) ||
        (is->email[0] != '\0' && (is->without >> CHANNEL_EMAIL & 1) != 0))
        return fault_say(why, ERR_RANGE, "kênh vừa đổi địa chỉ vừa không dùng",
                         "a channel has another address, and is not used");
    then = *c;
    change_addresses(s, &then);
    if (!readdress(&then, is))
        return fault_say(why, ERR_RANGE, "liên hệ này sẽ không còn kênh nào", "no channel would be left");
    return ERR_NONE;
}

static enum err check(const struct stopgaps *s, const struct duty_plan *plan, const struct stopgap_act *act,
                      struct wall now, const char **field, struct fault *why)
{
    enum err rc;

    switch (act->is.kind) {
    case STOPGAP_SUBSTITUTE: rc = check_substitute(s, plan, act, field, why); break;
    case STOPGAP_GUEST: rc = check_guest(act, field, why); break;
    default: rc = check_addresses(s, plan, act, field, why); break;
    }
    if (rc == ERR_NONE)
        rc = check_time(&act->is, now, field, why);
    if (rc != ERR_NONE)
        return rc;
    *field = "why";
    if (act->is.why[0] == '\0')
        return fault_say(why, ERR_RANGE, "cần ghi lý do", "a reason is needed");
    return ERR_NONE;
}

/* Whose it is, and of a guest its own id. */
static void place(struct stopgap *is, const struct duty_plan *plan)
{
    const struct roster *r = is->kind == STOPGAP_SUBSTITUTE ? find_roster(plan, is->roster) : NULL;
    const struct contact *c = is->kind == STOPGAP_ADDRESSES ? find_planned(plan, is->who) : NULL;

    if (r != NULL)
        memcpy(is->supplier, r->of.supplier, sizeof is->supplier);
    if (c != NULL)
        memcpy(is->supplier, c->of.supplier, sizeof is->supplier);
    if (is->kind == STOPGAP_GUEST)
        stopgap_guest_id(is->id, is->who);
}

/* The order in which they were said is the same after a restart: no two at the same time. */
static struct wall after_all(const struct stopgaps *s, struct wall now)
{
    const struct wall last = s->count == 0 ? (struct wall){ 0 } : s->list[s->count - 1].entered;

    return last.ms < now.ms ? now : (struct wall){ last.ms + 1 };
}

static enum err begin(struct stopgaps *s, const struct duty_plan *plan, const struct stopgap_act *given,
                      struct wall now, struct stopgap_news *out, struct fault *why)
{
    struct stopgap_act act = *given;
    struct stopgap *is = &act.is;
    enum err rc;

    if (is->kind != STOPGAP_SUBSTITUTE || is->from.ms == 0)
        is->from = now;
    is->from = minute_floor(is->from);
    is->until = minute_floor(is->until);
    rc = check(s, plan, &act, now, &out->field, why);
    if (rc != ERR_NONE)
        return rc;
    out->field = NULL;
    if (count_open(s) >= STOPGAPS_OPEN_MAX)
        return fault_say(why, ERR_STATE, "đã có 64 thay đổi tạm thời; hãy thu hồi bớt",
                         "%d changes are open: withdraw one first", STOPGAPS_OPEN_MAX);
    is->id = stopgap_id(is->key);
    is->entered = after_all(s, now);
    is->end = STOPGAP_OPEN;
    is->ended.ms = 0;
    is->gave = 0;
    is->end_key[0] = is->ended_by[0] = is->end_why[0] = '\0';
    place(is, plan);
    if (is->kind == STOPGAP_GUEST && there_is(s, plan, is->who)) {
        out->field = "key"; /* its id is made of that */
        return fault_say(why, ERR_STATE, "hãy dùng mã khác", "another key is needed");
    }
    if (!insert(s, is, &out->forgotten))
        return fault_set(why, ERR_FULL, "no room");
    out->is = *is;
    return ERR_NONE;
}

static enum err withdraw(struct stopgaps *s, const struct stopgap_act *act, struct wall now,
                         struct stopgap_news *out, struct fault *why)
{
    struct stopgap *is = find(s, act->is.id);

    if (is == NULL || !is_theirs(act->scope, is->supplier))
        return fault_set(why, ERR_MISSING, "there is no such change");
    if (is->end != STOPGAP_OPEN)
        return fault_say(why, ERR_STATE, "thay đổi này đã kết thúc", "it has ended already");
    memcpy(is->end_key, act->is.end_key, sizeof is->end_key);
    memcpy(is->ended_by, act->is.ended_by, sizeof is->ended_by);
    memcpy(is->end_why, act->is.end_why, sizeof is->end_why);
    is->end = STOPGAP_WITHDRAWN;
    is->ended = now;
    stopgap_forget_addresses(is);
    out->is = *is;
    return ERR_NONE;
}

/* Of one that ended they are forgotten: only for which channels there were any. */
static bool same_addresses(const struct stopgap *was, const struct stopgap *given)
{
    return was->end != STOPGAP_OPEN
               ? stopgap_channels(was) == stopgap_channels(given)
               : strcmp(was->email, given->email) == 0 && strcmp(was->sms, given->sms) == 0;
}

static bool same_words(const struct stopgap *a, const struct stopgap *b)
{
    return strcmp(a->roster, b->roster) == 0 && strcmp(a->by, b->by) == 0 && strcmp(a->name, b->name) == 0 &&
           same_addresses(a, b) && strcmp(a->told_by, b->told_by) == 0 && strcmp(a->why, b->why) == 0;
}

/* What follows from other things, such as a guest's id, is not compared. */
static bool same_beginning(const struct stopgap *was, const struct stopgap *given)
{
    return was->kind == given->kind && was->language == given->language && was->without == given->without &&
           was->until.ms == minute_floor(given->until).ms &&
           (given->from.ms == 0 || was->from.ms == minute_floor(given->from).ms) && same_words(was, given) &&
           (was->kind == STOPGAP_GUEST ? strcmp(was->supplier, given->supplier) == 0
                                       : strcmp(was->who, given->who) == 0);
}

static const struct stopgap *ended_by_key(const struct stopgaps *s, const char *key)
{
    for (size_t i = 0; i < s->count; i++)
        if (s->list[i].end_key[0] != '\0' && strcmp(s->list[i].end_key, key) == 0)
            return &s->list[i];
    return NULL;
}

enum err stopgaps_act(struct stopgaps *s, const struct duty_plan *plan, const struct stopgap_act *act,
                      struct wall now, struct stopgap_news *out, struct fault *why)
{
    const char *key = act->ends ? act->is.end_key : act->is.key;
    const struct stopgap *begun = find(s, stopgap_id(key)), *ended = ended_by_key(s, key);
    const struct stopgap *was = begun != NULL ? begun : ended;

    *out = (struct stopgap_news){ .known = was != NULL };
    if (was == NULL)
        return act->ends ? withdraw(s, act, now, out, why) : begin(s, plan, act, now, out, why);
    out->is = *was;
    if (begun != NULL ? !act->ends && same_beginning(begun, &act->is) : act->ends && ended->id == act->is.id)
        return ERR_NONE;
    out->field = "key";
    return fault_say(why, ERR_STATE, "mã này đã dùng cho việc khác",
                     "this key was used before, for something else");
}

/* ---- time, restart ---- */

/* What the daemon slept through ended when it should have. */
bool stopgaps_tick(struct stopgaps *s, struct wall now, struct stopgap *out)
{
    for (size_t i = 0; i < s->count; i++) {
        struct stopgap *is = &s->list[i];
        if (is->end != STOPGAP_OPEN || is->until.ms > now.ms)
            continue;
        is->end = STOPGAP_RAN_OUT;
        is->ended = is->until;
        stopgap_forget_addresses(is);
        *out = *is;
        return true;
    }
    return false;
}

void stopgaps_restore(struct stopgaps *s, const struct stopgap *one)
{
    struct stopgap *is = find(s, one->id), copy = *one;
    uint64_t unused;

    if (copy.end != STOPGAP_OPEN)
        stopgap_forget_addresses(&copy); /* an earlier version kept them */
    if (is != NULL)
        *is = copy;
    else
        (void)insert(s, &copy, &unused);
}

/* ---- what follows ---- */

static void add_guest(struct contacts *c, const struct stopgap *s)
{
    struct contact *to = &c->list[c->count];

    if (c->count == CONTACTS_HELD_MAX || contact_find(c, s->who) != NULL)
        return;
    *to = (struct contact){ .language = s->language, .of = { .weight = WEIGHT_DUTY } };
    memcpy(to->id, s->who, sizeof to->id);
    memcpy(to->name, s->name, sizeof to->name);
    memcpy(to->email, s->email, sizeof to->email);
    memcpy(to->sms, s->sms, sizeof to->sms);
    memcpy(to->of.supplier, s->supplier, sizeof to->of.supplier);
    contact_usual_order(to);
    c->count++;
}

/* NO_CONTACT: "", and *known is false where it is not that. */
static uint8_t place_of(const struct contacts *c, const char *id, bool *known)
{
    const struct contact *is = id[0] == '\0' ? NULL : contact_find(c, id);

    *known = *known && (id[0] == '\0' || is != NULL);
    return is == NULL ? NO_CONTACT : (uint8_t)(is - c->list);
}

static void cut(struct cover *c, const struct stopgap *by)
{
    if (by->end == STOPGAP_OPEN)
        return;
    c->over = true;
    if (by->ended.ms < c->until.ms)
        c->until = minute_floor(by->ended);
}

/* It holds no longer than the guests that it names. */
static void cut_by_guests(struct cover *c, const struct stopgaps *all, const struct stopgap *s)
{
    for (size_t i = 0; i < all->count; i++)
        if (all->list[i].kind == STOPGAP_GUEST &&
            (strcmp(all->list[i].who, s->who) == 0 || strcmp(all->list[i].who, s->by) == 0))
            cut(c, &all->list[i]);
}

static void add_cover(struct rosters *all, const struct contacts *c, const struct stopgaps *book,
                      const struct stopgap *s)
{
    struct cover fresh = { .stopgap = s->id, .from = s->from, .until = s->until };
    bool known = true;

    fresh.who = place_of(c, s->who, &known);
    fresh.by = place_of(c, s->by, &known);
    cut(&fresh, s);
    cut_by_guests(&fresh, book, s);
    for (size_t k = 0; k < all->count && known; k++) {
        struct roster *r = &all->list[k];
        if (strcmp(r->id, s->roster) == 0 && is_still(s, r) && r->cover_count < COUNT_OF(r->covers))
            r->covers[r->cover_count++] = fresh;
    }
}

void stopgaps_apply(const struct stopgaps *s, const struct duty_plan *plan, bool ended,
                    struct contacts *contacts, struct rosters *rosters)
{
    contacts->count = 0;
    rosters->count = rosters->holiday_count = 0;
    if (plan->contacts != NULL)
        *contacts = *plan->contacts;
    if (plan->rosters != NULL)
        *rosters = *plan->rosters;
    for (size_t i = 0; i < s->count; i++)
        if (s->list[i].kind == STOPGAP_GUEST && (ended || s->list[i].end == STOPGAP_OPEN))
            add_guest(contacts, &s->list[i]);
    for (size_t i = 0; i < s->count; i++)
        if (s->list[i].kind == STOPGAP_SUBSTITUTE && (ended || s->list[i].end == STOPGAP_OPEN))
            add_cover(rosters, contacts, s, &s->list[i]);
    for (size_t k = 0; k < contacts->count; k++)
        change_addresses(s, &contacts->list[k]);
}
