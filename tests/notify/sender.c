/* Letters leave one after the other, however many wait; what the channel said is kept until it is known. */
#include "notify/sender.h"

#include <math.h>
#include <pthread.h>
#include <time.h>

#include "unit.h"

enum { LETTERS_MAX = 512, PATIENCE_S = 30, ASKED_MS = 7000, MOST_MS = 60000 };

/* The outbox and the channel in one: what is said of letters becomes durable when settle() is called. */
struct scene {
    pthread_mutex_t lock;
    pthread_cond_t turned;
    struct letter letters[LETTERS_MAX];
    unsigned sent[LETTERS_MAX];
    struct letter_report said[LETTERS_MAX];
    size_t count, sent_count, said_count;
    bool lan_waits, minh_waits; /* the channel says so */
    bool is_down;               /* and asks to be left alone */
    bool lan_down, minh_down;   /* it hangs up at their address */
    struct sender *sender;
    struct contacts contacts;
};

static struct scene *S;

static struct now frozen(void *self)
{
    (void)self;
    return (struct now){ .mono = { 1000 }, .wall = { 1795673438000 } };
}

static size_t due(void *self, enum channel c, struct wall now, struct letter *out, size_t max)
{
    size_t n = 0;

    (void)self;
    (void)c;
    (void)now;
    (void)pthread_mutex_lock(&S->lock);
    for (size_t i = 0; i < S->count && n < max; i++)
        if (S->letters[i].state == LETTER_WAITS)
            out[n++] = S->letters[i];
    (void)pthread_mutex_unlock(&S->lock);
    return n;
}

static size_t summed(void *self, const struct letter *summary, struct letter *out, size_t max)
{
    (void)self;
    (void)summary;
    (void)out;
    (void)max;
    return 0;
}

static enum err report(void *self, const struct letter_report *r)
{
    (void)self;
    (void)pthread_mutex_lock(&S->lock);
    S->said[S->said_count++] = *r;
    (void)pthread_cond_broadcast(&S->turned);
    (void)pthread_mutex_unlock(&S->lock);
    return ERR_NONE;
}

static bool waits(void *self, const struct letter_report *r)
{
    bool yes;

    (void)self;
    (void)pthread_mutex_lock(&S->lock);
    yes = S->letters[r->about.n].state == LETTER_WAITS && S->letters[r->about.n].tries == r->tries;
    (void)pthread_mutex_unlock(&S->lock);
    return yes;
}

static void pass(void *self, const struct letter *l, char out[LETTER_PASS_MAX])
{
    (void)self;
    (void)l;
    out[0] = '\0';
}

static struct incident_list *no_incidents(void *self)
{
    (void)self;
    return NULL;
}

static struct alarm_list *no_alarms(void *self)
{
    (void)self;
    return NULL;
}

static enum carried take(void *self, const struct parcel *p, const atomic_bool *stop,
                         char why[LETTER_WHY_MAX], int64_t *wait_ms)
{
    const bool waits = p->to[0] == 'l' ? S->lan_waits : S->minh_waits;
    const char *n = strstr(p->id, "/warning/");

    (void)self;
    (void)stop;
    why[0] = '\0';
    (void)pthread_mutex_lock(&S->lock);
    if (n != NULL && S->sent_count < 2 * (size_t)LETTERS_MAX) {
        S->sent[strtoul(n + strlen("/warning/"), NULL, 10) % LETTERS_MAX]++;
        S->sent_count++;
    }
    (void)pthread_cond_broadcast(&S->turned);
    (void)pthread_mutex_unlock(&S->lock);
    *wait_ms = waits ? ASKED_MS : 0;
    if (S->is_down) {
        *wait_ms = ASKED_MS;
        return CARRIED_DOWN;
    }
    if ((p->to[0] == 'l' && S->lan_down) || (p->to[0] == 'm' && S->minh_down))
        return CARRIED_DOWN;
    return waits ? CARRIED_WAIT : CARRIED_TAKEN;
}

static int up(void **state)
{
    (void)state;
    S = calloc(1, sizeof *S);
    assert_non_null(S);
    (void)pthread_mutex_init(&S->lock, NULL);
    (void)pthread_cond_init(&S->turned, NULL);
    S->contacts.count = 3;
    S->contacts.list[0] =
        (struct contact){ .id = "lan", .name = "Lan", .email = "lan@nuoc.vn", .channel_count = 1 };
    S->contacts.list[1] =
        (struct contact){ .id = "minh", .name = "Minh", .email = "minh@nuoc.vn", .channel_count = 1 };
    S->contacts.list[2] =
        (struct contact){ .id = "hoa", .name = "Hoa", .email = "hoa@nuoc.vn", .channel_count = 1 };
    return 0;
}

static int down(void **state)
{
    (void)state;
    sender_free(S->sender); /* each test stops it */
    (void)pthread_cond_destroy(&S->turned);
    (void)pthread_mutex_destroy(&S->lock);
    free(S);
    return 0;
}

static bool contact(void *self, const char *id, struct contact *out)
{
    const struct contact *c = contact_find(&S->contacts, id);

    (void)self;
    if (c != NULL)
        *out = *c;
    return c != NULL;
}

/* The first is Lan's, and each in so many after it; the others are Minh's. */
static void wait_in_turns(size_t count, size_t lans)
{
    const struct outbox_port outbox = { NULL,    due,  summed,       report,   waits,
                                        contact, pass, no_incidents, no_alarms };
    struct sender_settings set = { .channel = CHANNEL_EMAIL,
                                   .carrier = { .send = take },
                                   .node = "n",
                                   .again_ms = 1000,
                                   .again_most_ms = MOST_MS,
                                   .parts = 1,
                                   .clock = { frozen, NULL } };
    struct fault why;

    S->count = count;
    for (size_t i = 0; i < count; i++) {
        struct letter *l = &S->letters[i];
        *l = (struct letter){ .about = { .incident = 7, .n = (uint32_t)i, .kind = OUT_WARNING, .size = NAN },
                              .channel = CHANNEL_EMAIL };
        (void)snprintf(l->to, sizeof l->to, "%s", i % lans == 0 ? "lan" : "minh");
    }
    assert_int_equal(sender_start(&S->sender, &set, &outbox, &why), ERR_NONE);
}

static void wait_in(size_t count)
{
    wait_in_turns(count, 1);
}

/* Under the lock.  True once `of` has reached n, false when it has not in a long time. */
static bool reaches(const size_t *of, size_t n)
{
    struct timespec until;
    int problem = 0;

    (void)clock_gettime(CLOCK_REALTIME, &until);
    until.tv_sec += PATIENCE_S;
    while (*of < n && problem == 0)
        problem = pthread_cond_timedwait(&S->turned, &S->lock, &until);
    return *of >= n;
}

/* Under the lock: what was said so far is durable. */
static void settle(size_t from)
{
    for (size_t i = from; i < S->said_count; i++) {
        struct letter *l = &S->letters[S->said[i].about.n];
        l->state = LETTER_SENT;
        l->tries++;
    }
}

/* The journal makes durable what was said when nothing more is: the sender has stopped for it. */
static void all_leave_once(size_t count)
{
    size_t step = 64, known = 0;

    wait_in(count);
    (void)pthread_mutex_lock(&S->lock);
    while (known < count) {
        size_t want = known + step < count ? known + step : count;
        bool reached = reaches(&S->said_count, want);
        (void)pthread_mutex_unlock(&S->lock);
        assert_true(reached);
        (void)pthread_mutex_lock(&S->lock);
        settle(known);
        known = S->said_count;
        sender_poke(S->sender);
    }
    (void)pthread_mutex_unlock(&S->lock);
    sender_stop(S->sender);
    for (size_t i = 0; i < count; i++)
        assert_int_equal(S->sent[i], 1);
}

static void several_hundred_letters_all_leave_and_each_once(void **state)
{
    (void)state;
    all_leave_once(500);
}

static void as_many_as_are_looked_at_all_leave_and_each_once(void **state)
{
    (void)state;
    all_leave_once(192);
}

static void what_was_said_and_is_not_known_is_not_sent_again(void **state)
{
    bool reached;

    (void)state;
    wait_in(10);
    (void)pthread_mutex_lock(&S->lock);
    reached = reaches(&S->said_count, 10);
    (void)pthread_mutex_unlock(&S->lock);
    assert_true(reached);
    for (int i = 0; i < 20; i++)
        sender_poke(S->sender);
    sender_stop(S->sender);
    for (size_t i = 0; i < 10; i++)
        assert_int_equal(S->sent[i], 1);
}

static void are_said(size_t count)
{
    bool reached;

    (void)pthread_mutex_lock(&S->lock);
    reached = reaches(&S->said_count, count);
    (void)pthread_mutex_unlock(&S->lock);
    assert_true(reached);
    sender_stop(S->sender);
}

static void one_reader_to_whom_too_many_go_holds_up_nobody_else(void **state)
{
    struct channel_status is;

    (void)state;
    S->lan_waits = true;
    wait_in_turns(6, 3); /* lan, minh, minh, lan, minh, minh */
    are_said(6);
    for (size_t i = 0; i < 6; i++) {
        assert_int_equal(S->said[i].sending, i % 3 == 0 ? SENDING_LATER : SENDING_TAKEN);
        assert_int_equal(S->said[i].wait_ms, i % 3 == 0 ? ASKED_MS : 0);
    }
    sender_status(S->sender, &is);
    assert_true(is.up);
    assert_int_equal(is.taken, 4);
    assert_int_equal(is.later, 2);
}

static void several_letters_of_one_reader_that_are_to_wait_are_still_of_one(void **state)
{
    struct channel_status is;

    (void)state;
    S->lan_waits = true;
    wait_in(4);
    are_said(4);
    sender_status(S->sender, &is);
    assert_true(is.up);
    assert_int_equal(is.later, 4);
}

static void a_channel_that_has_two_readers_wait_is_left_alone_for_as_long_as_it_says(void **state)
{
    struct channel_status is;

    (void)state;
    S->lan_waits = S->minh_waits = true;
    wait_in_turns(6, 3);
    are_said(2);
    sender_status(S->sender, &is);
    assert_false(is.up);
    assert_int_equal(is.next.ms, frozen(NULL).wall.ms + ASKED_MS);
    assert_int_equal(S->sent_count, 2);
    assert_int_equal(S->said[1].sending, SENDING_LATER);
}

/* Until it was found down so often. */
static struct channel_status comes_down(uint64_t times)
{
    const struct timespec moment = { .tv_nsec = 1000000 };
    struct channel_status is = { .up = true };

    for (int i = 0; is.down < times && i < 1000 * PATIENCE_S; i++) {
        (void)nanosleep(&moment, NULL);
        sender_status(S->sender, &is);
    }
    assert_int_equal(is.down, times);
    return is;
}

static void a_channel_that_is_down_is_left_alone_for_as_long_as_it_says(void **state)
{
    struct channel_status is;

    (void)state;
    S->is_down = true;
    wait_in(4);
    is = comes_down(1);
    sender_stop(S->sender);
    assert_false(is.up);
    assert_int_equal(is.next.ms, frozen(NULL).wall.ms + ASKED_MS);
    assert_int_equal(S->sent_count, 1);
    assert_int_equal(S->said_count, 0);
}

static void a_reader_at_whom_the_channel_hangs_holds_up_nobody_else(void **state)
{
    struct channel_status is;

    (void)state;
    S->lan_down = true;
    wait_in_turns(6, 3); /* lan, minh, minh, lan, minh, minh */
    are_said(6);
    for (size_t i = 0; i < 6; i++) {
        const bool lans = S->said[i].about.n % 3 == 0;
        assert_int_equal(S->said[i].sending, lans ? SENDING_LATER : SENDING_TAKEN);
        assert_int_equal(S->sent[i], 1);
    }
    sender_status(S->sender, &is);
    assert_true(is.up);
    assert_int_equal(is.taken, 4);
    assert_int_equal(is.later, 2);
    assert_int_equal(is.down, 0);
}

static void a_channel_that_is_down_at_two_readers_is_down_and_no_letter_counts_a_try(void **state)
{
    struct channel_status is;

    (void)state;
    S->lan_down = S->minh_down = true;
    wait_in_turns(6, 3);
    is = comes_down(1);
    sender_stop(S->sender);
    assert_false(is.up);
    assert_int_equal(S->sent_count, 2);
    assert_int_equal(S->sent[0], 1);
    assert_int_equal(S->sent[1], 1);
    assert_int_equal(S->said_count, 0);
}

static void one_more_to(const char *who)
{
    (void)pthread_mutex_lock(&S->lock);
    S->letters[S->count] = (struct letter){
        .about = { .incident = 7, .n = (uint32_t)S->count, .kind = OUT_WARNING, .size = NAN },
        .channel = CHANNEL_EMAIL,
    };
    (void)snprintf(S->letters[S->count].to, sizeof S->letters[0].to, "%s", who);
    S->count++;
    (void)pthread_mutex_unlock(&S->lock);
    sender_poke(S->sender);
}

static void what_comes_for_another_does_not_wait_for_the_one_at_whom_it_hangs(void **state)
{
    struct channel_status is;

    (void)state;
    S->lan_down = true;
    wait_in(2);
    (void)comes_down(1);
    one_more_to("minh");
    are_said(1);
    assert_int_equal(S->said[0].about.n, 2);
    assert_int_equal(S->said[0].sending, SENDING_TAKEN);
    sender_status(S->sender, &is);
    assert_true(is.up);
}

static void readers_at_whom_it_hangs_do_not_hold_up_a_third(void **state)
{
    (void)state;
    S->lan_down = S->minh_down = true;
    wait_in_turns(4, 3); /* lan, minh, minh, lan */
    (void)comes_down(1);
    one_more_to("hoa");
    sender_retry(S->sender);
    are_said(5);
    assert_int_equal(S->said[0].about.n, 4);
    assert_int_equal(S->said[0].sending, SENDING_TAKEN);
    for (size_t i = 1; i < 3; i++)
        assert_int_equal(S->said[i].sending, SENDING_LATER);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(several_hundred_letters_all_leave_and_each_once, up, down),
        cmocka_unit_test_setup_teardown(as_many_as_are_looked_at_all_leave_and_each_once, up, down),
        cmocka_unit_test_setup_teardown(what_was_said_and_is_not_known_is_not_sent_again, up, down),
        cmocka_unit_test_setup_teardown(one_reader_to_whom_too_many_go_holds_up_nobody_else, up, down),
        cmocka_unit_test_setup_teardown(several_letters_of_one_reader_that_are_to_wait_are_still_of_one, up,
                                        down),
        cmocka_unit_test_setup_teardown(a_channel_that_is_down_is_left_alone_for_as_long_as_it_says, up,
                                        down),
        cmocka_unit_test_setup_teardown(
            a_channel_that_has_two_readers_wait_is_left_alone_for_as_long_as_it_says, up, down),
        cmocka_unit_test_setup_teardown(a_reader_at_whom_the_channel_hangs_holds_up_nobody_else, up, down),
        cmocka_unit_test_setup_teardown(
            a_channel_that_is_down_at_two_readers_is_down_and_no_letter_counts_a_try, up, down),
        cmocka_unit_test_setup_teardown(what_comes_for_another_does_not_wait_for_the_one_at_whom_it_hangs, up,
                                        down),
        cmocka_unit_test_setup_teardown(readers_at_whom_it_hangs_do_not_hold_up_a_third, up, down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
