/* test_seal.c: identities at rest: what comes back, what is refused, what two seals show. */
#include "unit.h"

#include <time.h>

#include "linkage/seal.h"

static const unsigned char site_key[SITE_KEY_SIZE] = {1, 2, 3};
static const unsigned char other_key[SITE_KEY_SIZE] = {1, 2, 4};

static struct linkage_identity sample(void)
{
    struct linkage_identity identity = {.postcode = {{7, 7, 7}}};

    for (uint32_t i = 0; i < SEAL_USED_WORDS; i++)
        identity.face[i] = i * 0x01020304u + 1;
    return identity;
}

static struct linkage_sealer *sealer_of(const unsigned char *key)
{
    struct linkage_sealer *sealer = NULL;
    struct error error;

    assert_int_equal(linkage_sealer_new(key, &sealer, &error), 0);
    return sealer;
}

static void what_is_sealed_comes_back(void **state)
{
    struct linkage_sealer *sealer = sealer_of(site_key);
    const struct linkage_schema *schema = linkage_schema_person();
    struct linkage_identity identity = sample(), back;
    struct token patient = {{9}};
    unsigned char sealed[SEALED_SIZE];
    struct error error;

    (void)state;
    const struct linkage_field *last = &schema->fields[4]; /* the postcode: others are hot only */
    assert_int_equal(schema->words, SEAL_FACE_WORDS);
    assert_int_equal(last->cold + linkage_kind_cold(last->kind), SEAL_USED_WORDS);
    assert_int_equal(linkage_seal(sealer, &patient, &identity, sealed), 0);
    assert_int_equal(linkage_unseal(sealer, &patient, sealed, sizeof sealed, &back, &error), 0);
    /* All but the frequency bytes, which are counted anew. */
    for (size_t i = 0; i < SEAL_FACE_WORDS; i++) {
        bool frequency = i >= schema->frequency_words && i < schema->fields[0].cold;

        assert_int_equal(back.face[i], frequency ? 0 : identity.face[i]);
    }
    assert_memory_equal(&back.postcode, &identity.postcode, sizeof back.postcode);
    linkage_sealer_free(sealer);
}

static void only_equal_identities_of_one_record_look_equal(void **state)
{
    struct linkage_sealer *sealer = sealer_of(site_key);
    struct linkage_identity identity = sample(), other = sample();
    struct token patient = {{9}}, neighbour = {{8}};
    unsigned char first[SEALED_SIZE], again[SEALED_SIZE], changed[SEALED_SIZE], next[SEALED_SIZE];
    size_t same = 0;

    (void)state;
    other.face[0]++;
    assert_int_equal(linkage_seal(sealer, &patient, &identity, first), 0);
    assert_int_equal(linkage_seal(sealer, &patient, &other, changed), 0);
    assert_int_equal(linkage_seal(sealer, &neighbour, &identity, next), 0);
    assert_int_equal(linkage_seal(sealer, &patient, &identity, again), 0);
    assert_memory_equal(first, again, sizeof first);
    assert_memory_not_equal(first + 1, changed + 1, SEAL_NONCE_SIZE);
    assert_memory_not_equal(first + 1, next + 1, SEAL_NONCE_SIZE);
    for (size_t i = 1; i < SEALED_SIZE; i++)
        same += first[i] == next[i];
    assert_true(same < 12); /* by chance 1 in 256 */
    linkage_sealer_free(sealer);
}

static void what_was_changed_or_is_foreign_is_refused(void **state)
{
    struct linkage_sealer *sealer = sealer_of(site_key), *foreign = sealer_of(other_key);
    struct linkage_identity identity = sample(), untouched = {.face = {42}}, back = untouched;
    struct token patient = {{9}}, neighbour = {{8}};
    unsigned char sealed[SEALED_SIZE];
    struct error error;

    (void)state;
    assert_int_equal(linkage_seal(sealer, &patient, &identity, sealed), 0);
    for (size_t i = 0; i < sizeof sealed; i++) {
        sealed[i] ^= 1;
        assert_int_equal(linkage_unseal(sealer, &patient, sealed, sizeof sealed, &back, &error),
                         ERROR_IDENTITY_DAMAGED);
        sealed[i] ^= 1;
    }
    assert_int_equal(linkage_unseal(sealer, &neighbour, sealed, sizeof sealed, &back, &error),
                     ERROR_IDENTITY_DAMAGED);
    assert_int_equal(linkage_unseal(foreign, &patient, sealed, sizeof sealed, &back, &error),
                     ERROR_IDENTITY_DAMAGED);
    assert_int_equal(linkage_unseal(sealer, &patient, sealed, sizeof sealed - 1, &back, &error),
                     ERROR_IDENTITY_DAMAGED);
    assert_int_equal(linkage_unseal(sealer, &patient, sealed, 0, &back, &error),
                     ERROR_IDENTITY_DAMAGED);
    assert_memory_equal(&back, &untouched, sizeof back);
    assert_int_equal(linkage_unseal(sealer, &patient, sealed, sizeof sealed, &back, &error), 0);
    linkage_sealer_free(sealer);
    linkage_sealer_free(foreign);
}

static double nanoseconds(const struct timespec *start, size_t count)
{
    struct timespec end;

    clock_gettime(CLOCK_MONOTONIC, &end);
    return ((double)(end.tv_sec - start->tv_sec) * 1e9 + (double)(end.tv_nsec - start->tv_nsec)) /
           (double)count;
}

/* Tells the time only: a busy machine is no fault. */
static void sealing_is_quick(void **state)
{
    enum { COUNT = 20000 };
    struct linkage_sealer *sealer = sealer_of(site_key);
    struct linkage_identity identity = sample(), back;
    struct token patient = {{9}};
    unsigned char sealed[SEALED_SIZE];
    struct timespec start;
    struct error error;
    double seal;

    (void)state;
    clock_gettime(CLOCK_MONOTONIC, &start);
    for (uint32_t i = 0; i < COUNT; i++) {
        identity.face[0] = i;
        assert_int_equal(linkage_seal(sealer, &patient, &identity, sealed), 0);
    }
    seal = nanoseconds(&start, COUNT);
    clock_gettime(CLOCK_MONOTONIC, &start);
    for (uint32_t i = 0; i < COUNT; i++)
        assert_int_equal(linkage_unseal(sealer, &patient, sealed, sizeof sealed, &back, &error), 0);
    print_message("# %.0f ns to seal, %.0f ns to open\n", seal, nanoseconds(&start, COUNT));
    linkage_sealer_free(sealer);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_sealed_comes_back),
        cmocka_unit_test(only_equal_identities_of_one_record_look_equal),
        cmocka_unit_test(what_was_changed_or_is_foreign_is_refused),
        cmocka_unit_test(sealing_is_quick),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
