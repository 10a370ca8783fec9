/*
 * link_speed.c: the speed of linkage's parts on this machine, each alone on one core:
 *
 *   link_speed LEFT.csv RIGHT.csv MAP.yaml TRUTH-COLUMN
 *
 * prints name=value lines:
 *
 *   hmac, hmac_one_shot       HMACs of 20 bytes a second: tokeniser_token, and OpenSSL's HMAC()
 *   loose_pairs, tight_pairs  pairs of two loose blocking rules, many a record; of the model's own
 *   loose, tight              of them compared and weighed a second, faces in memory, pairs in the
 *                             order blocking finds them
 *   loose_two                 the same on two threads
 *   loose_blocked             finding the pairs included: sorting keys, leaving out what does not
 * fit seal, unseal              identities a second
 *
 * Each is the best of several rounds, the rounds of things compared with each other in turn, so
 * that a busy machine spoils both or neither.
 */
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/parallel.h"
#include "evaluation_set.h"
#include "linkage/compare.h"
#include "linkage/engine.h"
#include "linkage/rule.h"
#include "linkage/seal.h"
#include "linkage/weigh.h"

enum {
    ROUNDS = 5,
    HMACS = 400000,
    SEALS = 100000,
    LOOSE_PAIRS_MAX = 20000000,
    AHEAD = 32, /* pairs whose faces are asked for before they are compared, as block.c does */
    SLICES = 64
};

static const unsigned char site_key[SITE_KEY_SIZE] = "a key for the bench, nobody's";
static volatile float kept; /* so that nothing measured is left out as of no use */

static double now(void)
{
    struct timespec time;

    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec * 1e-9;
}

static void tell(const char *name, double value)
{
    printf("%s=%.0f\n", name, value);
    fflush(stdout);
}

static void keep_best(double *best, double rate)
{
    if (rate > *best)
        *best = rate;
}

/* ---- HMAC ---- */

/* The message of a token of the label "x" and a field of ten is 20 bytes long. */
static double tokens_a_second(struct tokeniser *tokeniser)
{
    char digits[16];
    double start = now();

    for (unsigned i = 0; i < HMACS; i++) {
        struct token token;

        memcpy(digits, "9990000000", 10);
        memcpy(digits + 3, &i, sizeof i);
        if (tokeniser_token(tokeniser, "x", &(struct slice){digits, 10}, 1, &token) != 0)
            return 0;
        kept = token.bytes[0];
    }
    return HMACS / (now() - start);
}

static double one_shots_a_second(void)
{
    unsigned char message[20] = "one shot of twenty..", out[EVP_MAX_MD_SIZE];
    unsigned length, count = HMACS / 8;
    double start = now();

    for (unsigned i = 0; i < count; i++) {
        memcpy(message, &i, sizeof i);
        if (HMAC(EVP_sha256(), site_key, sizeof site_key, message, sizeof message, out, &length) ==
            NULL)
            return 0;
        kept = out[0];
    }
    return count / (now() - start);
}

static int measure_hmac(struct error *error)
{
    struct tokeniser *tokeniser = NULL;
    double ours = 0, one_shot = 0;
    int result = tokeniser_new(site_key, &tokeniser, error);

    for (int round = 0; result == 0 && round < ROUNDS; round++) {
        keep_best(&ours, tokens_a_second(tokeniser));
        keep_best(&one_shot, one_shots_a_second());
    }
    tokeniser_free(tokeniser);
    tell("hmac", ours);
    tell("hmac_one_shot", one_shot);
    return result;
}

/* ---- pairs ---- */

struct pairs {
    const struct linkage_set *set;
    const struct linkage_weights *weights;
    uint32_t *left, *right; /* faces */
    size_t count, size;
};

static int keep_batch(const struct linkage_batch *batch, void *context)
{
    struct pairs *pairs = context;

    for (size_t i = 0; i < batch->count && pairs->count < pairs->size; i++) {
        pairs->left[pairs->count] = batch->left[i];
        pairs->right[pairs->count++] = batch->right[i];
    }
    return 0;
}

static void fetch(const struct pairs *pairs, size_t pair)
{
    for (size_t word = 0; word < pairs->set->schema->words; word += 16) {
        __builtin_prefetch(linkage_face(pairs->set, pairs->left[pair]) + word);
        __builtin_prefetch(linkage_face(pairs->set, pairs->right[pair]) + word);
    }
}

static float weigh(const struct pairs *pairs, uint32_t left, uint32_t right)
{
    const uint32_t *l = linkage_face(pairs->set, left);
    uint64_t pattern = linkage_compare(pairs->set->schema, l, linkage_face(pairs->set, right));

    return linkage_weigh(pairs->weights, pattern, l);
}

static void weigh_slice(size_t slice, unsigned thread, void *context)
{
    const struct pairs *pairs = context;
    size_t end = pairs->count * (slice + 1) / SLICES;
    float best = -100;

    (void)thread;
    for (size_t pair = pairs->count * slice / SLICES; pair < end; pair++) {
        if (pair + AHEAD < end)
            fetch(pairs, pair + AHEAD);
        float weight = weigh(pairs, pairs->left[pair], pairs->right[pair]);
        best = weight > best ? weight : best;
    }
    kept = best;
}

static double pairs_a_second(struct pairs *pairs, unsigned threads)
{
    double best = 0;

    for (int round = 0; round < ROUNDS && pairs->count > 0; round++) {
        double start = now();

        parallel_run(threads, SLICES, weigh_slice, pairs);
        keep_best(&best, (double)pairs->count / (now() - start));
    }
    return best;
}

static int weigh_batch(const struct linkage_batch *batch, void *context)
{
    const struct pairs *pairs = context;
    float best = -100;

    for (size_t i = 0; i < batch->count; i++) {
        float weight = weigh(pairs, batch->left[i], batch->right[i]);
        best = weight > best ? weight : best;
    }
    kept = best;
    return 0;
}

static int find_pairs(struct pairs *pairs, const struct linkage_rule *rules, size_t count,
                      size_t most)
{
    struct linkage_block_options options = {.cap = UINT32_MAX};
    int result = 0;

    pairs->count = 0;
    pairs->size = most;
    for (size_t i = 0; i < count && result == 0; i++)
        result =
            linkage_block_visit(pairs->set, &rules[i], rules, i, &options, keep_batch, pairs, NULL);
    return result;
}

static int measure_loose(struct pairs *pairs)
{
    static const char *const forms[][2] = {{"given_name.sound", "date_of_birth.year"},
                                           {"family_name.sound", "date_of_birth.year"}};
    struct linkage_block_options options = {.cap = UINT32_MAX};
    struct linkage_rule_count work = {0};
    struct linkage_rule loose[2];
    double best = 0;
    int result = 0;

    for (size_t i = 0; i < 2; i++)
        if (!linkage_rule_make(pairs->set->schema, forms[i], 2, &loose[i]))
            return ERROR_USAGE;
    result = find_pairs(pairs, loose, 2, LOOSE_PAIRS_MAX);
    tell("loose_pairs", (double)pairs->count);
    tell("loose", pairs_a_second(pairs, 1));
    tell("loose_two", pairs_a_second(pairs, 2));
    for (int round = 0; round < 2 && result == 0; round++) {
        double start = now();

        result = linkage_block_visit(pairs->set, &loose[0], NULL, 0, &options, weigh_batch, pairs,
                                     &work);
        keep_best(&best, (double)work.pairs / (now() - start));
    }
    tell("loose_blocked", best);
    return result;
}

static int measure_pairs(struct linkage_set *set, struct error *error)
{
    struct linkage_options options = {.threads = 1};
    struct linkage_result *linked = calloc(1, sizeof *linked);
    struct linkage_weights weights;
    struct pairs pairs = {.set = set, .weights = &weights};
    int result = linked == NULL ? error_set(error, ERROR_OUT_OF_MEMORY, "no memory for a model")
                                : linkage_run(set, &options, linked, error);

    if (result == 0) {
        linkage_weights_make(&linked->model, 0, &weights);
        pairs.left = malloc(LOOSE_PAIRS_MAX * sizeof *pairs.left);
        pairs.right = malloc(LOOSE_PAIRS_MAX * sizeof *pairs.right);
        if (pairs.left == NULL || pairs.right == NULL)
            result = ERROR_OUT_OF_MEMORY;
        if (result == 0)
            result = measure_loose(&pairs);
        if (result == 0)
            result =
                find_pairs(&pairs, linked->model.rules, linked->model.rule_count, LOOSE_PAIRS_MAX);
        tell("tight_pairs", (double)pairs.count);
        tell("tight", pairs_a_second(&pairs, 1));
        if (result != 0 && error->code == 0)
            error_set(error, (enum error_code)result, "pairs cannot be found");
        linkage_result_release(linked);
    }
    free(pairs.left);
    free(pairs.right);
    free(linked);
    return result;
}

/* ---- sealed identities ---- */

static int seal_round(struct linkage_sealer *sealer, const struct linkage_set *set,
                      unsigned char (*sealed)[SEALED_SIZE], double best[2], struct error *error)
{
    struct linkage_identity identity = {0}, opened;
    struct token key = {0};
    int result = 0;
    double start = now();

    for (uint32_t i = 0; i < SEALS && result == 0; i++) {
        memcpy(key.bytes, &i, sizeof i);
        memcpy(identity.face, linkage_face(set, i % set->face_count),
               set->schema->words * sizeof(uint32_t));
        result = linkage_seal(sealer, &key, &identity, sealed[i]);
    }
    keep_best(&best[0], SEALS / (now() - start));
    start = now();
    for (uint32_t i = 0; i < SEALS && result == 0; i++) {
        memcpy(key.bytes, &i, sizeof i);
        result = linkage_unseal(sealer, &key, sealed[i], SEALED_SIZE, &opened, error);
        kept = (float)opened.face[0];
    }
    keep_best(&best[1], SEALS / (now() - start));
    return result;
}

static int measure_seal(const struct linkage_set *set, struct error *error)
{
    struct linkage_sealer *sealer = NULL;
    unsigned char(*sealed)[SEALED_SIZE] = malloc(SEALS * sizeof *sealed);
    double best[2] = {0, 0};
    int result = sealed == NULL ? error_set(error, ERROR_OUT_OF_MEMORY, "no memory for seals")
                                : linkage_sealer_new(site_key, &sealer, error);

    if (result == 0 && set->schema->words > sizeof((struct linkage_identity){0}).face / 4)
        result = error_set(error, ERROR_USAGE, "the map has more fields than a person");
    for (int round = 0; round < 3 && result == 0; round++)
        result = seal_round(sealer, set, sealed, best, error);
    tell("seal", best[0]);
    tell("unseal", best[1]);
    linkage_sealer_free(sealer);
    free(sealed);
    return result;
}

int main(int argc, char **argv)
{
    struct evaluation_request request = {.threads = 1};
    struct evaluation_map map = {0};
    struct evaluation_set set = {0};
    struct arena arena;
    struct error error = {0};
    int result;

    if (argc != 5) {
        fprintf(stderr, "usage: link_speed LEFT.csv RIGHT.csv MAP.yaml TRUTH-COLUMN\n");
        return 2;
    }
    arena_init(&arena, 0);
    request.left = argv[1];
    request.right = argv[2];
    request.truth = argv[4];
    request.map = &map;
    result = measure_hmac(&error);
    if (result == 0)
        result = evaluation_map_read(argv[3], &arena, &map, &error);
    if (result == 0)
        result = evaluation_set_read(&request, &set, &error);
    if (result == 0)
        result = measure_pairs(&set.set, &error);
    if (result == 0)
        result = measure_seal(&set.set, &error);
    if (result != 0)
        fprintf(stderr, "link_speed: %s\n", error.primary);
    evaluation_set_release(&set);
    arena_release(&arena);
    return result == 0 ? 0 : 1;
}
