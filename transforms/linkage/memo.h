/*
 * memo.h: the forms of values seen before. Names, postcodes and birth dates repeat; their tokens
 * need not be made again.
 *
 * A table of open addressing over one pool of words. When the pool is full it starts afresh, so
 * that memory is bounded and what is common comes back soon. It holds identifying values in clear,
 * in memory only, and wipes them in the end.
 */
#ifndef LINKAGE_MEMO_H
#define LINKAGE_MEMO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { MEMO_KEY_MAX = 192 };

struct linkage_memo;

/* seed: secret and random, so that nobody can choose values that fall into one place. NULL when
 * memory is short or bytes too few for a memo (16 KiB): work goes on without. */
struct linkage_memo *linkage_memo_new(size_t bytes, uint64_t seed);
/* Wipes and frees. NULL is fine. */
void linkage_memo_free(struct linkage_memo *memo);

/* Asks for the memory that a later linkage_memo_find of key will need, so that it is there by then:
 * first the slot, and some finds later, with slot_is_here, what is kept. */
void linkage_memo_ahead(const struct linkage_memo *memo, const void *key, size_t length,
                        bool slot_is_here);
/* The words kept under key, or NULL. They stay where they are until the next call of
 * linkage_memo_keep. */
const uint32_t *linkage_memo_find(struct linkage_memo *memo, const void *key, size_t length);
/* Keeps count words under the key just looked for in vain. */
void linkage_memo_keep(struct linkage_memo *memo, const void *key, size_t length,
                       const uint32_t *words, size_t count);

#endif
