/*
 * arena.h: memory that is given back all at once.
 *
 * One arena a run, a delivery, a row. Blocks grow by doubling up to a cap; nothing is freed piece
 * by piece. arena_reset keeps the blocks for the next row, arena_release gives them back.
 */
#ifndef BASE_ARENA_H
#define BASE_ARENA_H

#include <stddef.h>

struct arena_block;

struct arena {
    struct arena_block *first; /* blocks in use, oldest first */
    struct arena_block *current;
    size_t limit; /* bytes this arena may take from the system; 0 = no limit */
    size_t taken;
};

void arena_init(struct arena *arena, size_t limit);
/* size bytes, aligned for any type, zeroed; NULL when the limit or the machine says no. */
void *arena_take(struct arena *arena, size_t size);
/* As arena_take for count * size, refusing overflow. */
void *arena_take_array(struct arena *arena, size_t count, size_t size);
/* A NUL-terminated copy of length bytes of text; NULL as above. */
char *arena_copy(struct arena *arena, const char *text, size_t length);
char *arena_copy_string(struct arena *arena, const char *text);
void arena_reset(struct arena *arena);
void arena_release(struct arena *arena);

#endif
