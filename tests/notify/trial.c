/* Channels tried by hand: marked as a test, answered once, not too often, and known afterwards. */
#include "notify/trial.h"

#include <pthread.h>

#include "unit.h"

/* A channel that answers as it is told, and keeps what it was given. */
struct fake {
    pthread_mutex_t lock;
    pthread_cond_t cond;
    enum carried answer, looked;
    bool hangs; /* until the stop */
    unsigned sent, reached;
    char subject[256], text[1024], brief[256], to[64], id[256];
};

struct heard {
    unsigned answers;
    enum err code;
    struct channel_trial is;
};

static struct fake F;
static struct heard H;
static struct trials *T;
static int64_t NOW_MS;

static struct now at_now(void *self)
{
    (void)self;
    return (struct now){ { NOW_MS }, { 1795673438000 + NOW_MS } };
}

static void copy(char *out, size_t size, const char *text)
{
    (void)snprintf(out, size, "%s", text);
}

static enum carried send_parcel(void *self, const struct parcel *p, const atomic_bool *stop,
                                char why[LETTER_WHY_MAX], int64_t *wait_ms)
{
    struct fake *f = self;

    (void)wait_ms;
    (void)pthread_mutex_lock(&f->lock);
    f->sent++;
    copy(f->subject, sizeof f->subject, p->subject);
    copy(f->text, sizeof f->text, p->text);
    copy(f->brief, sizeof f->brief, p->brief);
    copy(f->to, sizeof f->to, p->to);
    copy(f->id, sizeof f->id, p->id);
    (void)pthread_cond_broadcast(&f->cond);
    (void)pthread_mutex_unlock(&f->lock);
    while (f->hangs && !atomic_load(stop))
        (void)sched_yield();
    copy(why, LETTER_WHY_MAX, "its words");
    return f->answer;
}

static enum carried look(void *self, const char *id, struct wall now, char why[LETTER_WHY_MAX])
{
    struct fake *f = self;
    enum carried looked;

    (void)now;
    (void)pthread_mutex_lock(&f->lock);
    looked = strcmp(id, f->id) == 0 ? f->looked : CARRIED_UNKNOWN;
    (void)pthread_mutex_unlock(&f->lock);
    copy(why, LETTER_WHY_MAX, "sent");
    return looked;
}

static void reached(void *self, enum channel c)
{
    (void)c;
    (void)pthread_mutex_lock(&F.lock);
    F.reached++;
    (void)pthread_cond_broadcast(&F.cond);
    (void)pthread_mutex_unlock(&F.lock);
    (void)self;
}

static void answered(void *ticket, enum err code, const struct channel_trial *is)
{
    struct heard *h = ticket;

    (void)pthread_mutex_lock(&F.lock);
    h->answers++;
    h->code = code;
    h->is = *is;
    (void)pthread_cond_broadcast(&F.cond);
    (void)pthread_mutex_unlock(&F.lock);
}

static void wait_for(const unsigned *count, unsigned n)
{
    (void)pthread_mutex_lock(&F.lock);
    while (*count < n)
        (void)pthread_cond_wait(&F.cond, &F.lock);
    (void)pthread_mutex_unlock(&F.lock);
}

static const struct contact CA = {
    .id = "truong-ca", .name = "Trưởng ca", .email = "ca@example.vn", .sms = "84912345678"
};

static bool KNOWN; /* the last that was asked for was so before */

static enum err ask(enum channel c, const char *key)
{
    struct trial_ask a = { .channel = c, .to = "truong-ca" };

    copy(a.key, sizeof a.key, key);
    return trials_ask(T, &a, &CA, "lan", answered, &H, &KNOWN);
}

static int up(void **state)
{
    struct trial_settings s = { .node = "nut-1", .clock = { at_now, NULL }, .reached = reached };

    (void)state;
    NOW_MS = 0;
    H = (struct heard){ .answers = 0 };
    F = (struct fake){ .answer = CARRIED_TAKEN,
                       .lock = PTHREAD_MUTEX_INITIALIZER,
                       .cond = PTHREAD_COND_INITIALIZER };
    s.ways[CHANNEL_EMAIL].carrier = (struct carrier){ .self = &F, .send = send_parcel };
    s.ways[CHANNEL_SMS] = (struct trial_way){ { .self = &F, .send = send_parcel, .look = look }, 1, false };
    assert_int_equal(trials_start(&T, &s, NULL), ERR_NONE);
    return 0;
}

static int down(void **state)
{
    (void)state;
    trials_stop(T);
    trials_free(T);
    return 0;
}

static void it_says_that_it_is_a_test(void **state)
{
    (void)state;
    assert_int_equal(ask(CHANNEL_EMAIL, "k1"), ERR_NONE);
    wait_for(&H.answers, 1);
    assert_int_equal(H.code, ERR_NONE);
    assert_int_equal(H.is.state, TRIAL_TAKEN);
    assert_string_equal(H.is.said, "its words");
    assert_string_equal(F.to, "ca@example.vn");
    assert_string_equal(F.subject, "[THỬ / TEST] Tin thử kênh e-mail, không có sự cố nào");
    assert_string_equal(
        F.text, "THỬ / TEST: đây là tin thử của hệ thống giám sát cấp nước. Không có sự cố nào, không cần "
                "làm gì.\nKênh: e-mail\nNgười thử: lan\nNút: nut-1\nLúc: 13:10 26/11/2026\n");
    assert_string_equal(F.brief, "THU / TEST kenh e-mail: khong co su co nao. Nut nut-1, 13:10 26/11.");
    assert_int_equal(F.reached, 1);
}

static void one_that_is_asked_again_is_not_sent_again(void **state)
{
    (void)state;
    assert_int_equal(ask(CHANNEL_EMAIL, "k1"), ERR_NONE);
    assert_false(KNOWN);
    wait_for(&H.answers, 1);
    assert_int_equal(ask(CHANNEL_EMAIL, "k1"), ERR_NONE);
    assert_true(KNOWN);
    wait_for(&H.answers, 2);
    assert_int_equal(H.is.state, TRIAL_TAKEN);
    assert_int_equal(F.sent, 1);
}

static void what_lies_in_the_spool_is_under_way_until_it_is_sent(void **state)
{
    struct channel_trial last;

    (void)state;
    F.answer = F.looked = CARRIED_LIES;
    assert_int_equal(ask(CHANNEL_SMS, "k1"), ERR_NONE);
    wait_for(&H.answers, 1);
    assert_int_equal(H.is.state, TRIAL_UNDER_WAY);
    assert_int_equal(H.is.answered.ms, 0);
    (void)pthread_mutex_lock(&F.lock);
    F.looked = CARRIED_TAKEN;
    (void)pthread_mutex_unlock(&F.lock);
    wait_for(&F.reached, 1);
    trials_last(T, CHANNEL_SMS, &last);
    assert_int_equal(last.state, TRIAL_TAKEN);
    assert_string_equal(last.said, "sent");
    assert_int_equal(F.sent, 1);
}

static void a_channel_is_not_tried_too_often(void **state)
{
    char key[] = "k0";

    (void)state;
    for (unsigned i = 0; i < TRIALS_IN_A_WHILE; i++, key[1]++) {
        assert_int_equal(ask(CHANNEL_EMAIL, key), ERR_NONE);
        wait_for(&H.answers, i + 1);
    }
    assert_int_equal(ask(CHANNEL_EMAIL, key), ERR_FULL);
    NOW_MS = TRIAL_WHILE_MS - 1;
    assert_int_equal(ask(CHANNEL_EMAIL, key), ERR_FULL);
    NOW_MS = TRIAL_WHILE_MS;
    assert_int_equal(ask(CHANNEL_EMAIL, key), ERR_NONE);
    wait_for(&H.answers, TRIALS_IN_A_WHILE + 1);
    assert_int_equal(F.sent, TRIALS_IN_A_WHILE + 1);
}

static void one_at_a_time_and_a_stop_answers_it(void **state)
{
    (void)state;
    F.hangs = true;
    F.answer = CARRIED_DOWN;
    assert_int_equal(ask(CHANNEL_EMAIL, "k1"), ERR_NONE);
    wait_for(&F.sent, 1);
    assert_int_equal(ask(CHANNEL_SMS, "k2"), ERR_FULL);
    assert_int_equal(ask(CHANNEL_WEBHOOK, "k3"), ERR_MISSING);
    trials_stop(T);
    assert_int_equal(H.answers, 1);
    assert_int_equal(ask(CHANNEL_EMAIL, "k4"), ERR_STATE);
    trials_free(T);
    T = NULL;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(it_says_that_it_is_a_test, up, down),
        cmocka_unit_test_setup_teardown(one_that_is_asked_again_is_not_sent_again, up, down),
        cmocka_unit_test_setup_teardown(what_lies_in_the_spool_is_under_way_until_it_is_sent, up, down),
        cmocka_unit_test_setup_teardown(a_channel_is_not_tried_too_often, up, down),
        cmocka_unit_test_setup_teardown(one_at_a_time_and_a_stop_answers_it, up, down),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
