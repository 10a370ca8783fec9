#include "key_set.h"

#include <stdlib.h>

enum { SIZE_FIRST = 256 };

void key_set_init(struct key_set *set)
{
    *set = (struct key_set){NULL, 0, 0};
}

void key_set_release(struct key_set *set)
{
    free(set->slots);
    key_set_init(set);
}

static size_t place_of(const struct key_set *set, const struct token *token)
{
    uint64_t hash;

    memcpy(&hash, token->bytes, sizeof hash);
    return (size_t)hash & (set->size - 1);
}

void key_set_prefetch(const struct key_set *set, const struct token *token)
{
    if (set->size > 0)
        __builtin_prefetch(&set->slots[place_of(set, token)]);
}

/* The slot that holds token, or the free one where it belongs. */
static struct key_slot *slot_of(const struct key_set *set, const struct token *token)
{
    size_t at = place_of(set, token);

    while (set->slots[at].state != KEY_ABSENT &&
           memcmp(&set->slots[at].token, token, sizeof *token) != 0)
        at = (at + 1) & (set->size - 1);
    return &set->slots[at];
}

struct key_slot *key_set_find(const struct key_set *set, const struct token *token)
{
    struct key_slot *slot;

    if (set->size == 0)
        return NULL;
    slot = slot_of(set, token);
    return slot->state == KEY_ABSENT ? NULL : slot;
}

static int grow(struct key_set *set)
{
    struct key_set larger = {NULL, set->size == 0 ? SIZE_FIRST : set->size * 2, set->count};

    if (larger.size < set->size)
        return -1;
    larger.slots = calloc(larger.size, sizeof *larger.slots);
    if (larger.slots == NULL)
        return -1;
    for (size_t i = 0; i < set->size; i++)
        if (set->slots[i].state != KEY_ABSENT)
            *slot_of(&larger, &set->slots[i].token) = set->slots[i];
    free(set->slots);
    *set = larger;
    return 0;
}

struct key_slot *key_set_put(struct key_set *set, const struct token *token)
{
    struct key_slot *slot = key_set_find(set, token);

    if (slot != NULL)
        return slot;
    if (set->count >= set->size / 4 * 3 && grow(set) != 0)
        return NULL;
    slot = slot_of(set, token);
    slot->token = *token;
    slot->person = PERSON_NONE;
    set->count++;
    return slot;
}

size_t key_set_bytes(const struct key_set *set)
{
    return set->size * sizeof *set->slots;
}
