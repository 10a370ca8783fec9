#include "memo.h"

#include <openssl/crypto.h>
#include <stdlib.h>
#include <string.h>

enum {
    BYTES_MIN = 16384,
    BYTES_A_SLOT = 64, /* one slot for that much of the pool: entries are larger */
    PROBES_MAX = 8     /* a crowded place is not searched further */
};

struct slot {
    uint32_t check; /* upper half of the hash */
    uint32_t place; /* word of the pool + 1; 0: empty */
};

/* In the pool: length of the key in bytes, the key padded to words, the words kept. */
struct linkage_memo {
    uint64_t seed, hash; /* of the key last looked for */
    struct slot *slots;
    size_t slot_mask;
    uint32_t *pool;
    size_t pool_words, used, used_most;
};

struct linkage_memo *linkage_memo_new(size_t bytes, uint64_t seed)
{
    size_t slots = BYTES_MIN / BYTES_A_SLOT;
    struct linkage_memo *memo;

    if (bytes < BYTES_MIN || (memo = calloc(1, sizeof *memo)) == NULL)
        return NULL;
    while (slots * 2 * BYTES_A_SLOT <= bytes && slots < UINT32_MAX / 4)
        slots *= 2;
    memo->seed = seed;
    memo->slot_mask = slots - 1;
    memo->pool_words = (bytes - slots * sizeof *memo->slots) / sizeof *memo->pool;
    if (memo->pool_words > UINT32_MAX / 2)
        memo->pool_words = UINT32_MAX / 2;
    memo->slots = calloc(slots, sizeof *memo->slots);
    memo->pool = malloc(memo->pool_words * sizeof *memo->pool);
    if (memo->slots == NULL || memo->pool == NULL) {
        linkage_memo_free(memo);
        return NULL;
    }
    return memo;
}

void linkage_memo_free(struct linkage_memo *memo)
{
    if (memo == NULL)
        return;
    if (memo->pool != NULL)
        OPENSSL_cleanse(memo->pool, memo->used_most * sizeof *memo->pool);
    if (memo->slots != NULL)
        OPENSSL_cleanse(memo->slots, (memo->slot_mask + 1) * sizeof *memo->slots);
    free(memo->pool);
    free(memo->slots);
    OPENSSL_cleanse(memo, sizeof *memo);
    free(memo);
}

static uint64_t mix(uint64_t hash, uint64_t word)
{
    hash = (hash ^ word) * UINT64_C(0x9E3779B97F4A7C15);
    return hash ^ (hash >> 29);
}

static uint64_t hash_of(uint64_t seed, const void *key, size_t length)
{
    const unsigned char *bytes = key;
    uint64_t hash = mix(seed, length), word;

    for (; length >= sizeof word; bytes += sizeof word, length -= sizeof word) {
        memcpy(&word, bytes, sizeof word);
        hash = mix(hash, word);
    }
    word = 0;
    memcpy(&word, bytes, length);
    hash = mix(hash, word);
    hash *= UINT64_C(0xBF58476D1CE4E5B9) ^ (seed | 1);
    return hash ^ (hash >> 32);
}

static size_t key_words(size_t length)
{
    return (length + sizeof(uint32_t) - 1) / sizeof(uint32_t);
}

const uint32_t *linkage_memo_find(struct linkage_memo *memo, const void *key, size_t length)
{
    uint64_t hash = memo->hash = hash_of(memo->seed, key, length);

    for (size_t probe = 0; probe < PROBES_MAX; probe++) {
        const struct slot *slot = &memo->slots[(hash + probe) & memo->slot_mask];
        const uint32_t *entry;

        if (slot->place == 0)
            return NULL;
        if (slot->check != (uint32_t)(hash >> 32))
            continue;
        entry = memo->pool + slot->place - 1;
        if (entry[0] == length && memcmp(entry + 1, key, length) == 0)
            return entry + 1 + key_words(length);
    }
    return NULL;
}

void linkage_memo_keep(struct linkage_memo *memo, const void *key, size_t length,
                       const uint32_t *words, size_t count)
{
    size_t size = 1 + key_words(length) + count;
    uint32_t *entry;

    if (size > memo->pool_words)
        return;
    if (size > memo->pool_words - memo->used) {
        memset(memo->slots, 0, (memo->slot_mask + 1) * sizeof *memo->slots);
        memo->used = 0;
    }
    for (size_t probe = 0; probe < PROBES_MAX; probe++) {
        struct slot *slot = &memo->slots[(memo->hash + probe) & memo->slot_mask];

        if (slot->place != 0)
            continue;
        entry = memo->pool + memo->used;
        entry[0] = (uint32_t)length;
        memcpy(entry + 1, key, length);
        memcpy(entry + 1 + key_words(length), words, count * sizeof *words);
        slot->check = (uint32_t)(memo->hash >> 32);
        slot->place = (uint32_t)memo->used + 1;
        memo->used += size;
        if (memo->used > memo->used_most)
            memo->used_most = memo->used;
        return;
    }
}
