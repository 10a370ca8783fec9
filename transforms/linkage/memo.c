#include "memo.h"

#include <openssl/crypto.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

enum {
    BYTES_MIN = 16384,
    SLOTS_MIN = 64,
    BYTES_A_SLOT = 32, /* at most one slot for that much memory; entries are about twice as large */
    PROBES_MAX = 16    /* a crowded place is not searched further */
};

struct slot {
    uint32_t hash;
    uint32_t place; /* word of the pool + 1; 0: empty */
};

/* In the pool: length of the key in bytes, the key padded to words, the words kept. The slots grow
 * with what they hold, for few slots stay in the processor's cache. */
struct linkage_memo {
    uint64_t seed;
    struct slot *slots;
    uint32_t hash; /* of the key last looked for */
    size_t slot_mask, slot_most, entries;
    uint32_t *pool;
    size_t pool_words, used, used_most;
};

struct linkage_memo *linkage_memo_new(size_t bytes, uint64_t seed)
{
    struct linkage_memo *memo;

    if (bytes < BYTES_MIN || (memo = calloc(1, sizeof *memo)) == NULL)
        return NULL;
    memo->seed = seed;
    memo->slot_mask = SLOTS_MIN - 1;
    memo->slot_most = SLOTS_MIN;
    while (memo->slot_most * 2 * BYTES_A_SLOT <= bytes && memo->slot_most < UINT32_MAX / 4)
        memo->slot_most *= 2;
    memo->pool_words = (bytes - memo->slot_most * sizeof *memo->slots) / sizeof *memo->pool;
    if (memo->pool_words > UINT32_MAX / 2)
        memo->pool_words = UINT32_MAX / 2;
    memo->slots = calloc(SLOTS_MIN, sizeof *memo->slots);
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

static uint32_t hash_of(uint64_t seed, const void *key, size_t length)
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
    /* The upper half has been stirred best. */
    return (uint32_t)(mix(hash, seed) >> 32);
}

static size_t key_words(size_t length)
{
    return (length + sizeof(uint32_t) - 1) / sizeof(uint32_t);
}

void linkage_memo_ahead(const struct linkage_memo *memo, const void *key, size_t length,
                        bool slot_is_here)
{
    uint32_t hash = hash_of(memo->seed, key, length);
    const struct slot *slot = &memo->slots[hash & memo->slot_mask];

    if (!slot_is_here) {
        __builtin_prefetch(slot);
    } else if (slot->hash == hash && slot->place != 0) {
        const uint32_t *entry = memo->pool + slot->place - 1;

        __builtin_prefetch(entry);
        __builtin_prefetch(entry + 16);
    }
}

const uint32_t *linkage_memo_find(struct linkage_memo *memo, const void *key, size_t length)
{
    uint32_t hash = memo->hash = hash_of(memo->seed, key, length);

    for (size_t probe = 0; probe < PROBES_MAX; probe++) {
        const struct slot *slot = &memo->slots[(hash + probe) & memo->slot_mask];
        const uint32_t *entry;

        if (slot->place == 0)
            return NULL;
        if (slot->hash != hash)
            continue;
        entry = memo->pool + slot->place - 1;
        if (entry[0] == length && memcmp(entry + 1, key, length) == 0)
            return entry + 1 + key_words(length);
    }
    return NULL;
}

static bool put(struct slot *slots, size_t mask, struct slot entry)
{
    for (size_t probe = 0; probe < PROBES_MAX; probe++) {
        struct slot *slot = &slots[(entry.hash + probe) & mask];

        if (slot->place != 0)
            continue;
        *slot = entry;
        return true;
    }
    return false;
}

/* Twice the slots. Entries that find no place any more are forgotten; short of memory, all stays as
 * it was. */
static void grow(struct linkage_memo *memo)
{
    size_t mask = memo->slot_mask * 2 + 1;
    struct slot *slots = calloc(mask + 1, sizeof *slots);

    if (slots == NULL)
        return;
    for (size_t i = 0; i <= memo->slot_mask; i++)
        if (memo->slots[i].place != 0)
            (void)put(slots, mask, memo->slots[i]);
    free(memo->slots);
    memo->slots = slots;
    memo->slot_mask = mask;
}

static void start_afresh(struct linkage_memo *memo)
{
    memset(memo->slots, 0, (memo->slot_mask + 1) * sizeof *memo->slots);
    memo->used = 0;
    memo->entries = 0;
}

void linkage_memo_keep(struct linkage_memo *memo, const void *key, size_t length,
                       const uint32_t *words, size_t count)
{
    size_t size = 1 + key_words(length) + count;
    uint32_t *entry;

    if (size > memo->pool_words)
        return;
    if (size > memo->pool_words - memo->used)
        start_afresh(memo);
    if (memo->entries * 2 > memo->slot_mask && memo->slot_mask + 1 < memo->slot_most)
        grow(memo);
    if (!put(memo->slots, memo->slot_mask, (struct slot){memo->hash, (uint32_t)memo->used + 1}))
        return;
    entry = memo->pool + memo->used;
    entry[0] = (uint32_t)length;
    memcpy(entry + 1, key, length);
    memcpy(entry + 1 + key_words(length), words, count * sizeof *words);
    memo->entries++;
    memo->used += size;
    if (memo->used > memo->used_most)
        memo->used_most = memo->used;
}
