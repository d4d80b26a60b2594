/* Who is on duty and how contacts are reached, changed for a while: what can be said, and what follows. */
#include "incident/stopgaps.h"
#include "incident/escalation.h"

#include "unit.h"

enum { CHIEF, LAN, MINH, RURAL, CONTACTS };

static struct contacts PEOPLE;
static struct rosters ROSTERS;
static struct stopgaps BOOK;
static struct contacts THEN;
static struct rosters ROSTERS_THEN;
static struct stopgap_news NEWS;
static struct fault WHY;

static struct wall local(const char *text)
{
    char whole[40];
    struct wall at;

    (void)snprintf(whole, sizeof whole, "%s+07:00", text);
    assert_int_equal(wall_parse(whole, &at), ERR_NONE);
    return at;
}

static struct wall now(void)
{
    return local("2026-12-01T22:15:40");
}

static struct duty_plan plan(void)
{
    return (struct duty_plan){ &PEOPLE, &ROSTERS };
}

/* Lan from 22:00 to 06:00, the chief leads; another supplier's roster with nobody but its own. */
static int up(void **state)
{
    static const struct contact LIST[CONTACTS] = {
        [CHIEF] = { .id = "chief",
                    .name = "Chief",
                    .sms = "84900000001",
                    .channel_count = 1,
                    .channels = { CHANNEL_SMS },
                    .acts = true },
        [LAN] = { .id = "lan",
                  .name = "Lan",
                  .sms = "84900000002",
                  .email = "lan@example.vn",
                  .channel_count = 2,
                  .channels = { CHANNEL_SMS, CHANNEL_EMAIL } },
        [MINH] = { .id = "minh",
                   .name = "Minh",
                   .email = "minh@example.vn",
                   .channel_count = 1,
                   .channels = { CHANNEL_EMAIL },
                   .of = { .supplier = "city" } },
        [RURAL] = { .id = "rural",
                    .name = "Rural",
                    .sms = "84900000004",
                    .channel_count = 1,
                    .channels = { CHANNEL_SMS },
                    .of = { .supplier = "rural" } },
    };

    (void)state;
    memset(&BOOK, 0, sizeof BOOK);
    memset(&ROSTERS, 0, sizeof ROSTERS);
    PEOPLE.count = CONTACTS;
    memcpy(PEOPLE.list, LIST, sizeof LIST);
    ROSTERS.count = 2;
    ROSTERS.list[0] = (struct roster){ .id = "city",
                                       .of = { .supplier = "city" },
                                       .leader = CHIEF,
                                       .authority = NO_CONTACT,
                                       .weeks = 1,
                                       .shift_count = 1,
                                       .shifts = { { .days = 0x7F,
                                                     .from_min = 22 * 60,
                                                     .to_min = 6 * 60,
                                                     .people = { LAN },
                                                     .count = 1,
                                                     .leader = NO_CONTACT } } };
    ROSTERS.list[1] = (struct roster){
        .id = "rural", .of = { .supplier = "rural" }, .leader = RURAL, .authority = NO_CONTACT, .weeks = 1
    };
    return 0;
}

static struct stopgap_act substitute(const char *key, const char *who, const char *by)
{
    struct stopgap_act a = { .is = { .kind = STOPGAP_SUBSTITUTE,
                                     .roster = "city",
                                     .told_by = "ca",
                                     .why = "ốm",
                                     .until = local("2026-12-02T06:00:00") } };

    (void)snprintf(a.is.key, sizeof a.is.key, "%s", key);
    (void)snprintf(a.is.who, sizeof a.is.who, "%s", who);
    (void)snprintf(a.is.by, sizeof a.is.by, "%s", by);
    return a;
}

static struct stopgap_act guest(const char *key)
{
    struct stopgap_act a = { .is = { .kind = STOPGAP_GUEST,
                                     .name = "Khách",
                                     .sms = "84911111111",
                                     .told_by = "ca",
                                     .why = "thiếu người",
                                     .until = local("2026-12-02T08:00:00") } };

    (void)snprintf(a.is.key, sizeof a.is.key, "%s", key);
    return a;
}

static struct stopgap_act addresses(const char *key, const char *who)
{
    struct stopgap_act a = { .is = { .kind = STOPGAP_ADDRESSES,
                                     .told_by = "ca",
                                     .why = "mất máy",
                                     .until = local("2026-12-02T08:00:00") } };

    (void)snprintf(a.is.key, sizeof a.is.key, "%s", key);
    (void)snprintf(a.is.who, sizeof a.is.who, "%s", who);
    return a;
}

static enum err acts_at(const struct stopgap_act *a, struct wall at)
{
    const struct duty_plan p = plan();

    return stopgaps_act(&BOOK, &p, a, at, &NEWS, &WHY);
}

static enum err acts(struct stopgap_act a)
{
    return acts_at(&a, now());
}

static void refused(struct stopgap_act a, const char *field)
{
    const size_t before = BOOK.count;

    assert_int_equal(acts(a), ERR_RANGE);
    assert_non_null(NEWS.field);
    assert_string_equal(NEWS.field, field);
    assert_true(WHY.text[0] != '\0');
    assert_non_null(WHY.vi);
    assert_int_equal(BOOK.count, before);
}

static const struct on_duty *duty_at(const char *at)
{
    static struct on_duty d;
    const struct duty_plan p = plan();

    stopgaps_apply(&BOOK, &p, false, &THEN, &ROSTERS_THEN);
    d = roster_on_duty(&ROSTERS_THEN.list[0], &ROSTERS_THEN, local(at));
    return &d;
}

static void expect_on(const char *at, const char *id)
{
    const struct on_duty *d = duty_at(at);

    assert_int_equal(d->count, 1);
    assert_string_equal(THEN.list[d->people[0]].id, id);
}

static void a_substitute_comes_for_the_time_and_not_longer(void **state)
{
    (void)state;
    assert_int_equal(acts(substitute("thay-001", "lan", "minh")), ERR_NONE);
    assert_string_equal(NEWS.is.supplier, "city");
    assert_int_equal(NEWS.is.from.ms, local("2026-12-01T22:15:00").ms); /* whole minutes, from now */
    expect_on("2026-12-01T22:14:59", "lan");
    expect_on("2026-12-01T22:15:40", "minh");
    expect_on("2026-12-02T05:59:59", "minh");
    assert_int_equal(duty_at("2026-12-01T23:00:00")->planned[0], LAN);
    assert_int_equal(duty_at("2026-12-01T23:00:00")->covers[0], NEWS.is.id);
    assert_true(duty_at("2026-12-02T06:00:00")->gap); /* the shift is over as ever */
    expect_on("2026-12-02T22:00:00", "lan");
}

static void one_that_comes_for_nobody_in_particular_fills_a_gap_too(void **state)
{
    struct stopgap_act a = substitute("thay-001", "", "minh");

    (void)state;
    a.is.until = local("2026-12-02T09:00:00");
    assert_int_equal(acts(a), ERR_NONE);
    expect_on("2026-12-01T23:00:00", "minh");
    assert_int_equal(duty_at("2026-12-01T23:00:00")->planned[0], LAN);
    expect_on("2026-12-02T08:00:00", "minh");
    assert_false(duty_at("2026-12-02T08:00:00")->gap);
    assert_int_equal(duty_at("2026-12-02T08:00:00")->planned[0], NO_CONTACT);
    assert_true(duty_at("2026-12-02T09:00:00")->gap);
}

static void somebody_away_without_a_substitute_leaves_the_leader(void **state)
{
    (void)state;
    assert_int_equal(acts(substitute("vang-001", "lan", "")), ERR_NONE);
    assert_true(duty_at("2026-12-01T23:00:00")->gap);
    expect_on("2026-12-01T23:00:00", "chief");
}

static void the_last_word_holds_and_withdrawn_the_one_before(void **state)
{
    struct stopgap_act ends = { .ends = true, .is = { .end_key = "thoi-001", .ended_by = "ca" } };

    (void)state;
    assert_int_equal(acts(substitute("thay-001", "lan", "minh")), ERR_NONE);
    assert_int_equal(acts(substitute("thay-002", "lan", "chief")), ERR_NONE); /* in the same millisecond */
    expect_on("2026-12-01T23:00:00", "chief");
    ends.is.id = NEWS.is.id;
    assert_int_equal(acts(ends), ERR_NONE);
    assert_int_equal(NEWS.is.end, STOPGAP_WITHDRAWN);
    expect_on("2026-12-01T23:00:00", "minh");
    assert_int_equal(acts(ends), ERR_NONE); /* said again */
    assert_true(NEWS.known);
    memcpy(ends.is.end_key, "thoi-002", 9);
    assert_int_equal(acts(ends), ERR_STATE);
    ends.is.id = 1;
    memcpy(ends.is.end_key, "thoi-003", 9);
    assert_int_equal(acts(ends), ERR_MISSING);
}

static void what_is_said_twice_is_done_once(void **state)
{
    struct stopgap_act a = substitute("thay-001", "lan", "minh");

    (void)state;
    assert_int_equal(acts(a), ERR_NONE);
    assert_false(NEWS.known);
    {
        struct wall later = { now().ms + CLOCK_MINUTE_MS * 5 };
        assert_int_equal(acts_at(&a, later), ERR_NONE); /* from is not given: it is not another */
    }
    assert_true(NEWS.known);
    assert_int_equal(BOOK.count, 1);
    memcpy(a.is.by, "chief", 6);
    assert_int_equal(acts(a), ERR_STATE);
    assert_string_equal(NEWS.field, "key");
}

static void what_cannot_be_names_its_field(void **state)
{
    struct stopgap_act a;

    (void)state;
    a = substitute("thay-001", "lan", "minh");
    memcpy(a.is.roster, "none", 5);
    refused(a, "roster");
    refused(substitute("thay-001", "minh", "chief"), "who"); /* is on no shift of it */
    refused(substitute("thay-001", "nobody", "chief"), "who");
    refused(substitute("thay-001", "lan", "nobody"), "by");
    refused(substitute("thay-001", "lan", "lan"), "by");
    refused(substitute("thay-001", "", ""), "by");
    a = substitute("thay-001", "lan", "minh");
    a.is.until = now();
    refused(a, "until");
    a.is.until = local("2027-01-02T00:00:00");
    refused(a, "until");
    a.is.from = local("2026-12-02T23:00:00");
    a.is.until = local("2026-12-02T22:00:00");
    refused(a, "until");
    a.is.from = local("2026-12-01T21:00:00");
    refused(a, "from");
    a = substitute("thay-001", "lan", "minh");
    a.is.why[0] = '\0';
    refused(a, "why");
    a = guest("khach-001");
    a.is.sms[0] = '\0';
    refused(a, "sms");
    a = guest("khach-001");
    a.is.name[0] = '\0';
    refused(a, "name");
    a = addresses("dia-chi-1", "lan");
    refused(a, "sms");
    a.is.without = 1 << CHANNEL_SMS | 1 << CHANNEL_EMAIL;
    refused(a, "without");
    a.is.without = 1 << CHANNEL_SMS;
    memcpy(a.is.sms, "84922222222", 12);
    refused(a, "without");
    a = addresses("dia-chi-1", "nobody");
    refused(a, "contact");
}

static void the_longest_and_the_last_moment_are_taken(void **state)
{
    struct stopgap_act a = substitute("thay-001", "lan", "minh");

    (void)state;
    a.is.until.ms = now().ms + STOPGAP_DAYS_MAX * (int64_t)CLOCK_DAY_MS;
    a.is.from.ms = now().ms; /* a minute is cut off both */
    assert_int_equal(acts(a), ERR_NONE);
    a = substitute("thay-002", "lan", "minh");
    a.is.until = local("2026-12-01T22:16:00");
    assert_int_equal(acts(a), ERR_NONE);
    a = substitute("thay-003", "lan", "minh");
    a.is.from = local("2026-12-01T21:15:00");
    assert_int_equal(acts(a), ERR_NONE);
}

static void each_supplier_names_its_own(void **state)
{
    struct stopgap_act a = substitute("thay-001", "lan", "rural"), ends = { .ends = true };

    (void)state;
    memcpy(a.scope, "city", 5);
    refused(a, "by"); /* another's */
    memcpy(a.is.by, "chief", 6);
    assert_int_equal(acts(a), ERR_NONE); /* is on that roster, though of no supplier */
    ends.is.id = NEWS.is.id;
    memcpy(ends.is.end_key, "thoi-001", 9);
    memcpy(ends.scope, "rural", 6);
    assert_int_equal(acts(ends), ERR_MISSING);
    a = substitute("thay-002", "lan", "minh");
    memcpy(a.scope, "rural", 6);
    refused(a, "roster");
    a = addresses("dia-chi-1", "minh");
    memcpy(a.is.sms, "84922222222", 12);
    memcpy(a.scope, "rural", 6);
    refused(a, "contact");
    a = guest("khach-001");
    memcpy(a.scope, "rural", 6);
    refused(a, "supplier");
    memcpy(a.is.supplier, "rural", 6);
    assert_int_equal(acts(a), ERR_NONE);
    {
        struct stopgap_act by = substitute("thay-003", "lan", NEWS.is.who);
        memcpy(by.scope, "city", 5);
        refused(by, "by"); /* another's guest */
    }
}

/* The face gives a blank for who sees single sites only. */
static void who_has_no_supplier_named_has_nothing_here(void **state)
{
    struct stopgap_act a = substitute("thay-001", "lan", "minh"), b = guest("khach-001"),
                       c = addresses("dia-chi-1", "minh");

    (void)state;
    memcpy(c.is.sms, "84922222222", 12);
    a.scope[0] = b.scope[0] = c.scope[0] = ' ';
    refused(a, "roster");
    refused(b, "supplier");
    refused(c, "contact");
}

static void a_guest_stands_in_and_is_void_when_gone(void **state)
{
    const struct duty_plan p = plan();
    struct stopgap_act a, ends = { .ends = true };
    char id[ID_MAX];

    (void)state;
    assert_int_equal(acts(guest("khach-001")), ERR_NONE);
    memcpy(id, NEWS.is.who, sizeof id);
    ends.is.id = NEWS.is.id;
    a = substitute("thay-001", "lan", id);
    a.is.until = local("2026-12-02T09:00:00");
    refused(a, "until"); /* the guest's time ends before */
    assert_int_equal(acts(substitute("thay-001", "lan", id)), ERR_NONE);
    expect_on("2026-12-01T23:00:00", id);
    assert_string_equal(THEN.list[duty_at("2026-12-01T23:00:00")->people[0]].sms, "84911111111");
    assert_int_equal(THEN.count, CONTACTS + 1);
    assert_int_equal(stopgaps_lack(&BOOK, &p, &NEWS.is), STOPGAP_LACKS_NOTHING);
    memcpy(ends.is.end_key, "thoi-001", 9);
    {
        const struct stopgap by = NEWS.is;
        assert_int_equal(acts(ends), ERR_NONE);
        assert_int_equal(stopgaps_lack(&BOOK, &p, &by), STOPGAP_LACKS_BY);
    }
    expect_on("2026-12-01T23:00:00", "lan");
}

static void what_the_configuration_has_no_more_changes_nothing(void **state)
{
    struct duty_plan p = plan();
    const struct contacts nobody = { .count = 0 };
    const struct rosters none = { .count = 0 };
    struct stopgap s;

    (void)state;
    assert_int_equal(acts(substitute("thay-001", "lan", "minh")), ERR_NONE);
    s = NEWS.is;
    PEOPLE.count = MINH;
    assert_int_equal(stopgaps_lack(&BOOK, &p, &s), STOPGAP_LACKS_BY);
    expect_on("2026-12-01T23:00:00", "lan");
    p.contacts = &nobody;
    assert_int_equal(stopgaps_lack(&BOOK, &p, &s), STOPGAP_LACKS_WHO);
    p.rosters = &none;
    assert_int_equal(stopgaps_lack(&BOOK, &p, &s), STOPGAP_LACKS_ROSTER);
    PEOPLE.count = CONTACTS;
    expect_on("2026-12-01T23:00:00", "minh"); /* it is there again */
}

static enum stopgap_lack lacks(const struct stopgap *s)
{
    const struct duty_plan p = plan();

    return stopgaps_lack(&BOOK, &p, s);
}

static const struct contact *contact_now(const char *id)
{
    const struct duty_plan p = plan();

    stopgaps_apply(&BOOK, &p, false, &THEN, &ROSTERS_THEN);
    return contact_find(&THEN, id);
}

static void other_addresses_hold_for_a_while(void **state)
{
    struct stopgap_act a = addresses("dia-chi-1", "minh"), b = addresses("dia-chi-2", "lan");
    struct stopgap ended;

    (void)state;
    memcpy(a.is.sms, "84922222222", 12);
    assert_int_equal(acts(a), ERR_NONE);
    assert_int_equal(contact_now("minh")->channel_count, 2); /* the new one first */
    assert_int_equal(contact_now("minh")->channels[0], CHANNEL_SMS);
    assert_string_equal(contact_now("minh")->sms, "84922222222");
    assert_string_equal(contact_now("minh")->email, "minh@example.vn");
    b.is.without = 1 << CHANNEL_SMS;
    assert_int_equal(acts(b), ERR_NONE);
    assert_int_equal(contact_now("lan")->channel_count, 1);
    assert_int_equal(contact_now("lan")->channels[0], CHANNEL_EMAIL);
    assert_string_equal(contact_now("lan")->sms, ""); /* nor does it answer from there */
    assert_false(stopgaps_tick(&BOOK, local("2026-12-02T07:59:59"), &ended));
    assert_true(stopgaps_tick(&BOOK, local("2026-12-02T10:00:00"), &ended));
    assert_int_equal(ended.ended.ms, local("2026-12-02T08:00:00").ms);
    assert_true(stopgaps_tick(&BOOK, local("2026-12-02T10:00:00"), &ended));
    assert_false(stopgaps_tick(&BOOK, local("2026-12-02T10:00:00"), &ended));
    assert_int_equal(contact_now("minh")->channel_count, 1);
    assert_string_equal(contact_now("lan")->sms, "84900000002");
}

/* Whatever is said of a contact, it can be reached; also when a channel that came with one goes before
 * another. */
static void a_contact_is_never_left_without_a_channel(void **state)
{
    struct stopgap_act a = addresses("dia-chi-1", "lan"), b = addresses("dia-chi-2", "lan"),
                       c = addresses("dia-chi-3", "minh"), d = addresses("dia-chi-4", "minh");
    struct stopgap ended;

    (void)state;
    a.is.without = 1 << CHANNEL_SMS;
    assert_int_equal(acts(a), ERR_NONE);
    b.is.without = 1 << CHANNEL_EMAIL;
    refused(b, "without"); /* each alone would leave one */
    memcpy(c.is.sms, "84922222222", 12);
    c.is.until = local("2026-12-02T07:00:00");
    assert_int_equal(acts(c), ERR_NONE);
    d.is.without = 1 << CHANNEL_EMAIL;
    assert_int_equal(acts(d), ERR_NONE);
    assert_int_equal(contact_now("minh")->channels[0], CHANNEL_SMS);
    assert_int_equal(contact_now("minh")->channel_count, 1);
    assert_true(stopgaps_tick(&BOOK, local("2026-12-02T07:30:00"), &ended));
    assert_int_equal(contact_now("minh")->channel_count, 1);
    assert_string_equal(contact_now("minh")->email, "minh@example.vn");
}

/* They act in a person's name: nobody sends them to himself. */
static void links_that_act_do_not_go_to_other_addresses(void **state)
{
    struct stopgap_act a = addresses("dia-chi-1", "chief");

    (void)state;
    memcpy(a.is.email, "x@example.vn", 13);
    assert_true(contact_now("chief")->acts);
    assert_int_equal(acts(a), ERR_NONE);
    assert_false(contact_now("chief")->acts);
}

static void so_many_are_open_and_so_many_are_known(void **state)
{
    const struct duty_plan p = plan();
    struct stopgap ended;
    struct wall at = now();

    (void)state;
    for (unsigned n = 0; n < STOPGAPS_OPEN_MAX; n++) {
        struct stopgap_act a = substitute("", "lan", "minh");
        (void)snprintf(a.is.key, sizeof a.is.key, "thay-%05u", n);
        at.ms++;
        assert_int_equal(acts_at(&a, at), ERR_NONE);
    }
    assert_int_equal(acts(substitute("thay-nua-1", "lan", "minh")), ERR_STATE);
    while (stopgaps_tick(&BOOK, local("2026-12-02T06:00:00"), &ended))
        ;
    for (unsigned n = 0; n < 2U * STOPGAPS_MAX; n++) {
        struct stopgap_act a = substitute("", "lan", "minh"), ends = { .ends = true };
        (void)snprintf(a.is.key, sizeof a.is.key, "lai-%05u", n);
        (void)snprintf(ends.is.end_key, sizeof ends.is.end_key, "thoi-%05u", n);
        at.ms++;
        assert_int_equal(acts_at(&a, at), ERR_NONE);
        assert_int_equal(NEWS.forgotten != 0, n + STOPGAPS_OPEN_MAX >= STOPGAPS_MAX);
        ends.is.id = NEWS.is.id;
        assert_int_equal(acts_at(&ends, at), ERR_NONE);
    }
    assert_int_equal(BOOK.count, STOPGAPS_MAX);
    for (size_t i = 1; i < BOOK.count; i++)
        assert_true(BOOK.list[i - 1].entered.ms <= BOOK.list[i].entered.ms);
    stopgaps_apply(&BOOK, &p, true, &THEN, &ROSTERS_THEN); /* all of them fit */
    assert_true(ROSTERS_THEN.list[0].cover_count <= STOPGAPS_MAX);
}

/* The journal gives them back by their keys. */
static void after_a_restart_the_last_word_still_holds(void **state)
{
    static struct stopgaps again;

    (void)state;
    assert_int_equal(acts(substitute("thay-001", "lan", "minh")), ERR_NONE);
    assert_int_equal(acts(substitute("thay-002", "lan", "chief")), ERR_NONE);
    memset(&again, 0, sizeof again);
    stopgaps_restore(&again, &BOOK.list[1]);
    stopgaps_restore(&again, &BOOK.list[0]);
    assert_int_equal(again.count, 2);
    BOOK = again;
    expect_on("2026-12-01T23:00:00", "chief");
}

static void expect_seen(const char *at, const char *name)
{
    const struct duty_plan p = plan();
    struct on_duty d;

    stopgaps_apply(&BOOK, &p, true, &THEN, &ROSTERS_THEN);
    d = roster_on_duty(&ROSTERS_THEN.list[0], &ROSTERS_THEN, local(at));
    assert_string_equal(THEN.list[d.people[0]].name, name);
}

/* Who looks at a time that is past sees who was there. */
static void what_ended_is_seen_at_its_own_time(void **state)
{
    struct stopgap_act ends = { .ends = true };

    (void)state;
    assert_int_equal(acts(guest("khach-001")), ERR_NONE);
    ends.is.id = NEWS.is.id;
    assert_int_equal(acts(substitute("thay-001", "lan", NEWS.is.who)), ERR_NONE);
    {
        const uint64_t id = NEWS.is.id;
        struct wall at = local("2026-12-02T01:30:30");
        memcpy(ends.is.end_key, "thoi-001", 9);
        assert_int_equal(acts_at(&ends, at), ERR_NONE); /* the guest: its place is its no more */
        expect_seen("2026-12-02T01:00:00", "Khách");
        expect_seen("2026-12-02T01:30:00", "Lan");
        ends.is.id = id;
        memcpy(ends.is.end_key, "thoi-002", 9);
        assert_int_equal(acts_at(&ends, at), ERR_NONE);
    }
    expect_seen("2026-12-02T01:00:00", "Khách");
    expect_seen("2026-12-02T01:30:00", "Lan");
}

static bool may_come(uint8_t who, const char *from, const char *until)
{
    const struct duty_plan p = plan();

    stopgaps_apply(&BOOK, &p, true, &THEN, &ROSTERS_THEN);
    return roster_may_have(&ROSTERS_THEN.list[0], who, local(from), local(until));
}

static void expect_forgotten(const struct stopgap *s, unsigned channels)
{
    assert_string_equal(s->sms, "");
    assert_string_equal(s->email, "");
    assert_int_equal(stopgap_channels(s), channels);
}

/* Nobody needs them any more; said again it is still known. */
static void private_numbers_are_forgotten_when_it_ends(void **state)
{
    struct stopgap_act ends = { .ends = true, .is = { .end_key = "thoi-001" } };
    struct stopgap_act a = guest("khach-001"), b = addresses("dia-chi-1", "minh"), other = a;
    struct stopgap kept, ended;

    (void)state;
    assert_int_equal(acts(a), ERR_NONE);
    assert_string_equal(NEWS.is.sms, "84911111111");
    kept = NEWS.is;
    memcpy(other.is.sms, "84933333333", 12);
    assert_int_equal(acts(other), ERR_STATE); /* another number, as long as it is known */
    ends.is.id = NEWS.is.id;
    assert_int_equal(acts(ends), ERR_NONE);
    expect_forgotten(&NEWS.is, 1U << CHANNEL_SMS);
    assert_int_equal(acts(a), ERR_NONE);
    assert_true(NEWS.known);
    memcpy(a.is.email, "a@example.vn", 13);
    assert_int_equal(acts(a), ERR_STATE);
    memcpy(b.is.email, "moi@example.vn", 15);
    assert_int_equal(acts(b), ERR_NONE);
    assert_true(stopgaps_tick(&BOOK, local("2026-12-02T08:00:00"), &ended));
    expect_forgotten(&ended, 1U << CHANNEL_EMAIL);
    kept.end = STOPGAP_RAN_OUT; /* as an earlier version kept it */
    kept.ended = kept.until;
    memset(&BOOK, 0, sizeof BOOK);
    stopgaps_restore(&BOOK, &kept);
    expect_forgotten(&BOOK.list[0], 1U << CHANNEL_SMS);
}

/* By a reload: whose it was said for sees and withdraws it, and another's roster does not go by it. */
static void what_is_another_suppliers_since_changes_nothing(void **state)
{
    struct stopgap_act a = addresses("dia-chi-1", "minh");
    struct stopgap on, of;

    (void)state;
    assert_int_equal(acts(substitute("thay-001", "lan", "minh")), ERR_NONE);
    on = NEWS.is;
    memcpy(a.is.email, "moi@example.vn", 15);
    assert_int_equal(acts(a), ERR_NONE);
    of = NEWS.is;
    expect_on("2026-12-01T23:00:00", "minh");
    memcpy(ROSTERS.list[0].of.supplier, "rural", 6);
    assert_int_equal(lacks(&on), STOPGAP_LACKS_ROSTER);
    assert_int_equal(lacks(&of), STOPGAP_LACKS_NOTHING);
    expect_on("2026-12-01T23:00:00", "lan");
    assert_false(may_come(MINH, "2026-12-01T12:00:00", "2026-12-03T00:00:00"));
    memcpy(ROSTERS.list[0].of.supplier, "city", 5);
    memcpy(PEOPLE.list[MINH].of.supplier, "rural", 6);
    assert_int_equal(lacks(&on), STOPGAP_LACKS_NOTHING);
    assert_int_equal(lacks(&of), STOPGAP_LACKS_WHO);
    expect_on("2026-12-01T23:00:00", "minh");
    assert_string_equal(contact_now("minh")->email, "minh@example.vn");
    memcpy(PEOPLE.list[MINH].of.supplier, "city", 5);
    assert_int_equal(lacks(&of), STOPGAP_LACKS_NOTHING);
    assert_string_equal(contact_now("minh")->email, "moi@example.vn");
}

/* Who is offered as away can be said to be. */
static void who_comes_is_a_member_as_long_as_that_holds(void **state)
{
    struct stopgap_act a = substitute("thay-001", "lan", "minh"), ends = { .ends = true };

    (void)state;
    assert_true(may_come(LAN, "2026-12-01T12:00:00", "2026-12-01T13:00:00")); /* of the configuration */
    assert_false(may_come(MINH, "2026-12-01T12:00:00", "2026-12-03T00:00:00"));
    assert_int_equal(acts(a), ERR_NONE);
    ends.is.id = NEWS.is.id;
    assert_true(may_come(MINH, "2026-12-01T22:30:00", "2026-12-03T00:00:00"));
    assert_false(may_come(MINH, "2026-12-01T12:00:00", "2026-12-01T22:15:00"));
    assert_false(may_come(MINH, "2026-12-02T06:00:00", "2026-12-03T00:00:00"));
    memcpy(ends.is.end_key, "thoi-001", 9);
    {
        struct wall at = local("2026-12-02T01:30:30");
        assert_int_equal(acts_at(&ends, at), ERR_NONE);
    }
    assert_false(may_come(MINH, "2026-12-01T12:00:00", "2026-12-03T00:00:00"));
    assert_int_equal(acts(guest("khach-001")), ERR_NONE);
    ends.is.id = NEWS.is.id;
    assert_int_equal(acts(substitute("thay-002", "lan", NEWS.is.who)), ERR_NONE);
    assert_true(may_come(CONTACTS, "2026-12-01T12:00:00", "2026-12-03T00:00:00"));
    memcpy(ends.is.end_key, "thoi-002", 9);
    assert_int_equal(acts(ends), ERR_NONE); /* the guest alone */
    assert_false(may_come(CONTACTS, "2026-12-01T12:00:00", "2026-12-03T00:00:00"));
}

static void expect_heard(uint8_t who, bool is)
{
    const struct duty_plan p = plan();
    const struct incident i = { .large_since = now(),
                                .controllability = BEYOND_CONTROL,
                                .member_count = 1,
                                .members = { { .class = CLASS_SERVICE_NETWORK } } };
    const struct outgoing o = { .kind = OUT_BEYOND_CONTROL, .at = now() };
    static const struct catalogue EMPTY;
    const struct addressing a = {
        .contacts = &THEN, .rosters = &ROSTERS_THEN, .catalogue = &EMPTY, .steps = 3
    };
    uint8_t path[ON_DUTY_MAX + 2];
    size_t n;

    stopgaps_apply(&BOOK, &p, false, &THEN, &ROSTERS_THEN);
    n = escalation_path(&ROSTERS_THEN.list[0], &ROSTERS_THEN, &i, now(), path);
    assert_int_equal(memchr(path, who, n) != NULL, is);
    assert_int_equal(addressees_of(&a, &i, &o, NULL).told[who], is);
}

static void somebody_stands_in_for_the_authority_too(void **state)
{
    (void)state;
    ROSTERS.list[0].of.supplier[0] = '\0';
    ROSTERS.list[0].authority = RURAL;
    for (size_t k = 0; k < CONTACTS; k++)
        PEOPLE.list[k].of.weight = WEIGHT_DUTY;
    expect_heard(RURAL, true);
    expect_heard(MINH, false);
    assert_int_equal(acts(substitute("thay-001", "rural", "minh")), ERR_NONE);
    expect_heard(RURAL, false);
    expect_heard(MINH, true);
    assert_int_equal(duty_at("2026-12-01T23:00:00")->authority, MINH);
    assert_int_equal(duty_at("2026-12-01T23:00:00")->authority_cover, NEWS.is.id);
    assert_int_equal(duty_at("2026-12-02T06:00:00")->authority, RURAL);
    assert_int_equal(acts(substitute("thay-002", "rural", "")), ERR_NONE);
    assert_int_equal(duty_at("2026-12-01T23:00:00")->authority, RURAL); /* there is nobody else */
    assert_int_equal(duty_at("2026-12-01T23:00:00")->authority_cover, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(a_substitute_comes_for_the_time_and_not_longer, up),
        cmocka_unit_test_setup(one_that_comes_for_nobody_in_particular_fills_a_gap_too, up),
        cmocka_unit_test_setup(somebody_away_without_a_substitute_leaves_the_leader, up),
        cmocka_unit_test_setup(the_last_word_holds_and_withdrawn_the_one_before, up),
        cmocka_unit_test_setup(what_is_said_twice_is_done_once, up),
        cmocka_unit_test_setup(what_cannot_be_names_its_field, up),
        cmocka_unit_test_setup(the_longest_and_the_last_moment_are_taken, up),
        cmocka_unit_test_setup(each_supplier_names_its_own, up),
        cmocka_unit_test_setup(a_guest_stands_in_and_is_void_when_gone, up),
        cmocka_unit_test_setup(what_the_configuration_has_no_more_changes_nothing, up),
        cmocka_unit_test_setup(other_addresses_hold_for_a_while, up),
        cmocka_unit_test_setup(a_contact_is_never_left_without_a_channel, up),
        cmocka_unit_test_setup(who_has_no_supplier_named_has_nothing_here, up),
        cmocka_unit_test_setup(links_that_act_do_not_go_to_other_addresses, up),
        cmocka_unit_test_setup(so_many_are_open_and_so_many_are_known, up),
        cmocka_unit_test_setup(after_a_restart_the_last_word_still_holds, up),
        cmocka_unit_test_setup(what_ended_is_seen_at_its_own_time, up),
        cmocka_unit_test_setup(private_numbers_are_forgotten_when_it_ends, up),
        cmocka_unit_test_setup(what_is_another_suppliers_since_changes_nothing, up),
        cmocka_unit_test_setup(who_comes_is_a_member_as_long_as_that_holds, up),
        cmocka_unit_test_setup(somebody_stands_in_for_the_authority_too, up),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
