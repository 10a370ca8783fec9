#include "base/arena.h"

#include <stdalign.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum { BLOCK_FIRST = 4096, BLOCK_LARGEST = 1 << 20 };

struct arena_block {
    struct arena_block *next;
    size_t size; /* bytes of data */
    size_t used;
    alignas(max_align_t) char data[];
};

void arena_init(struct arena *arena, size_t limit)
{
    *arena = (struct arena){.limit = limit};
}

static size_t aligned(size_t size)
{
    const size_t unit = alignof(max_align_t);
    return (size + unit - 1) / unit * unit;
}

/* A new block of at least size bytes behind the current one; NULL at the limit. */
static struct arena_block *add_block(struct arena *arena, size_t size)
{
    size_t wanted = arena->current ? arena->current->size * 2 : BLOCK_FIRST;
    if (wanted > BLOCK_LARGEST)
        wanted = BLOCK_LARGEST;
    if (wanted < size)
        wanted = size;
    size_t left = arena->limit ? arena->limit - arena->taken : SIZE_MAX;
    if (left < sizeof(struct arena_block) || size > left - sizeof(struct arena_block))
        return NULL;
    /* Near the limit a smaller block serves: the limit is a promise, doubling is not. */
    if (wanted > left - sizeof(struct arena_block))
        wanted = size;

    struct arena_block *block = malloc(sizeof *block + wanted);
    if (!block)
        return NULL;
    arena->taken += sizeof *block + wanted;
    block->size = wanted;
    block->used = 0;
    if (arena->current) {
        block->next = arena->current->next;
        arena->current->next = block;
    } else {
        block->next = NULL;
        arena->first = block;
    }
    return block;
}

void *arena_take(struct arena *arena, size_t size)
{
    if (size > SIZE_MAX / 2)
        return NULL;
    size = aligned(size ? size : 1);

    struct arena_block *block = arena->current;
    /* Blocks kept by arena_reset wait behind the current one. */
    while (block && block->size - block->used < size && block->next)
        block = block->next;
    if (!block || block->size - block->used < size)
        block = add_block(arena, size);
    if (!block)
        return NULL;
    arena->current = block;
    void *taken = block->data + block->used;
    block->used += size;
    return memset(taken, 0, size);
}

void *arena_take_array(struct arena *arena, size_t count, size_t size)
{
    size_t total;
    if (__builtin_mul_overflow(count, size, &total))
        return NULL;
    return arena_take(arena, total);
}

char *arena_copy(struct arena *arena, const char *text, size_t length)
{
    if (length == SIZE_MAX)
        return NULL;
    char *copy = arena_take(arena, length + 1);
    if (copy && length > 0)
        memcpy(copy, text, length);
    return copy;
}

char *arena_copy_string(struct arena *arena, const char *text)
{
    return arena_copy(arena, text, strlen(text));
}

void arena_reset(struct arena *arena)
{
    for (struct arena_block *block = arena->first; block; block = block->next)
        block->used = 0;
    arena->current = arena->first;
}

void arena_release(struct arena *arena)
{
    for (struct arena_block *block = arena->first, *next; block; block = next) {
        next = block->next;
        free(block);
    }
    arena_init(arena, arena->limit);
}
