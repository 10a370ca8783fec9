/*
 * key_set.h: the keys of a delivery's rows: token -> what became of the row and whose it is. Open
 * addressing over tokens, which are as good as random, so their first bytes are the hash.
 * Memory: 24 bytes a slot, doubled at 3/4 full.
 */
#ifndef KEY_SET_H
#define KEY_SET_H

#include "token.h"

/* What became of the row of a key; the larger wins where rows share a key. */
enum key_state { KEY_ABSENT, KEY_REJECTED, KEY_WITHHELD, KEY_STAGED };

enum { PERSON_NONE = UINT32_MAX };

struct key_slot {
    struct token token;
    uint32_t state;  /* enum key_state; KEY_ABSENT = the slot is free */
    uint32_t person; /* index of the row's person, or PERSON_NONE */
};

struct key_set {
    struct key_slot *slots;
    size_t size; /* a power of two, or 0 */
    size_t count;
};

void key_set_init(struct key_set *set);
void key_set_release(struct key_set *set);
/* Asks the processor for the place of a token ahead of time: the tables are far larger than its
 * caches, and the wait passes while other tokens are made. */
void key_set_prefetch(const struct key_set *set, const struct token *token);
/* The slot of a token, or NULL. It holds until the next key_set_put. */
struct key_slot *key_set_find(const struct key_set *set, const struct token *token);
/* The slot of a token, made with KEY_ABSENT and PERSON_NONE when it is new: the caller must set a
 * state. NULL when memory is out; the set is then as before. */
struct key_slot *key_set_put(struct key_set *set, const struct token *token);
size_t key_set_bytes(const struct key_set *set);

#endif
