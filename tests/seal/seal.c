#include "seal/seal.h"

#include "unit.h"

static int start(void **state)
{
    struct fault why;

    (void)state;
    return seal_start(&why) != ERR_NONE;
}

/* Computed with Python: hashlib.blake2b(text, digest_size=32).  A database is full of these keys: when this
 * test fails, the code is wrong, never the table. */
static void keys_are_the_same_for_ever(void **state)
{
    static const struct {
        const char *id;
        uint64_t key;
    } CASES[] = {
        { "lc.nmn.flow_out", 8420778898681591197u },
        { "lc.treated.free_chlorine", 8506971662436184577u },
        { "a", 4941668644049546303u },
        { "", 516692262616474073u },
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(CASES); i++)
        assert_int_equal(seal_key63(CASES[i].id), CASES[i].key);
}

static void a_key_fits_a_signed_column_and_is_never_0(void **state)
{
    (void)state;
    for (int i = 0; i < 20000; i++) {
        char id[32];
        (void)snprintf(id, sizeof id, "point.%d", i);
        assert_in_range(seal_key63(id), 1, INT64_MAX);
    }
}

static void a_hash_is_blake2b_of_256_bits(void **state)
{
    static const unsigned char WANTED[SEAL_HASH_BYTES] = {
        0x89, 0x28, 0xaa, 0xe6, 0x3c, 0x84, 0xd8, 0x7e, 0xa0, 0x98, 0x56, 0x4d, 0x1e, 0x03, 0xad, 0x81,
        0x3f, 0x10, 0x7a, 0xdd, 0x47, 0x4e, 0x56, 0xae, 0xdd, 0x28, 0x63, 0x49, 0xc0, 0xc0, 0x3e, 0xa4,
    };
    struct seal_hash h = seal_hash("a", 1);
    char text[17];

    (void)state;
    assert_memory_equal(h.bytes, WANTED, sizeof WANTED);
    seal_short_text(&h, text);
    assert_string_equal(text, "8928aae63c84d87e");
}

static void hashes_are_equal_only_in_every_bit(void **state)
{
    struct seal_hash a = seal_hash("a", 1), b;

    (void)state;
    b = a;
    assert_true(seal_hash_equal(&a, &b));
    for (size_t bit = 0; bit < 8 * SEAL_HASH_BYTES; bit++) {
        b = a;
        b.bytes[bit / 8] ^= (unsigned char)(1u << bit % 8);
        assert_false(seal_hash_equal(&a, &b));
    }
}

static int by_text(const void *a, const void *b)
{
    return strcmp(a, b);
}

static void tokens_are_43_url_safe_characters_and_never_repeat(void **state)
{
    static char tokens[5000][SEAL_TOKEN_TEXT];

    (void)state;
    for (size_t i = 0; i < COUNT_OF(tokens); i++) {
        seal_token(tokens[i]);
        assert_int_equal(strlen(tokens[i]), SEAL_TOKEN_TEXT - 1);
        assert_int_equal(
            strspn(tokens[i], "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"),
            SEAL_TOKEN_TEXT - 1);
    }
    qsort(tokens, COUNT_OF(tokens), sizeof tokens[0], by_text);
    for (size_t i = 1; i < COUNT_OF(tokens); i++)
        assert_string_not_equal(tokens[i - 1], tokens[i]);
}

static void a_password_fits_its_hash_alone(void **state)
{
    static const struct seal_cost CHEAP = { 1, 8192 }, DEAR = { 2, 16384 };
    static const char NONE[SEAL_PASSWORD_TEXT] = "";
    char one[SEAL_PASSWORD_TEXT], two[SEAL_PASSWORD_TEXT];

    (void)state;
    assert_int_equal(seal_password("nước sạch", &CHEAP, one), ERR_NONE);
    assert_int_equal(seal_password("nước sạch", &CHEAP, two), ERR_NONE);
    assert_string_not_equal(one, two); /* each has its salt */
    assert_int_equal(strncmp(one, "$argon2id$v=19$m=8,t=1,p=1$", 27), 0);
    assert_true(seal_password_fits(one, "nước sạch"));
    assert_false(seal_password_fits(one, "nước sạch "));
    assert_false(seal_password_fits(one, ""));
    assert_false(seal_password_fits(NONE, ""));
    assert_false(seal_password_is_old(one, &CHEAP));
    assert_true(seal_password_is_old(one, &DEAR));
}

static void a_one_time_password_can_be_read_aloud(void **state)
{
    char one[SEAL_ONE_TIME_TEXT], two[SEAL_ONE_TIME_TEXT];

    (void)state;
    seal_one_time(one);
    seal_one_time(two);
    assert_string_not_equal(one, two);
    assert_int_equal(strlen(one), SEAL_ONE_TIME_TEXT - 1);
    for (size_t i = 0; one[i] != '\0'; i++)
        assert_non_null(strchr(i % 6 == 5 ? "-" : "abcdefghjkmnpqrstuvwxyz23456789", one[i]));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(keys_are_the_same_for_ever),
        cmocka_unit_test(a_key_fits_a_signed_column_and_is_never_0),
        cmocka_unit_test(a_hash_is_blake2b_of_256_bits),
        cmocka_unit_test(hashes_are_equal_only_in_every_bit),
        cmocka_unit_test(tokens_are_43_url_safe_characters_and_never_repeat),
        cmocka_unit_test(a_password_fits_its_hash_alone),
        cmocka_unit_test(a_one_time_password_can_be_read_aloud),
    };

    return cmocka_run_group_tests(tests, start, NULL);
}
