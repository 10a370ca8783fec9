#include "link_neighbour.h"

#include <stdlib.h>
#include <string.h>

#include "database_binary.h"

enum { ASKED_MAX = 20000 };

void link_neighbours_release(struct link_neighbours *neighbours)
{
    key_set_release(&neighbours->places);
    free(neighbours->nodes);
    free(neighbours->states);
    *neighbours = (struct link_neighbours){0};
}

static bool make_room(struct link_neighbours *neighbours)
{
    size_t size = neighbours->node_size * 2 + 1024;
    if (neighbours->node_count < neighbours->node_size) {
        return true;
    }
    struct token *nodes = realloc(neighbours->nodes, size * sizeof *nodes);
    if (nodes == NULL) {
        return false;
    }
    neighbours->nodes = nodes;
    uint8_t *states = realloc(neighbours->states, size);
    if (states == NULL) {
        return false;
    }
    neighbours->states = states;
    neighbours->node_size = size;
    return true;
}

uint32_t link_node(struct link_neighbours *neighbours, const struct token *key,
                   enum link_node_state state)
{
    struct key_slot *slot = make_room(neighbours) ? key_set_put(&neighbours->places, key) : NULL;
    if (slot == NULL || neighbours->node_count + 1 >= UINT32_MAX) {
        return UINT32_MAX;
    }
    if (slot->state == KEY_ABSENT) {
        slot->state = KEY_STAGED;
        slot->person = (uint32_t)neighbours->node_count;
        neighbours->nodes[neighbours->node_count] = *key;
        neighbours->states[neighbours->node_count++] = (uint8_t)state;
    }
    return slot->person;
}

static int no_memory(struct error *error)
{
    return error_set(error, ERROR_OUT_OF_MEMORY, "no memory for the neighbours of changed records");
}

/* The ends of a pair that was stored: one was asked for. */
static int take_pair(struct link_neighbours *neighbours, struct link_reader *reader,
                     const PGresult *rows, int row, struct error *error)
{
    for (int column = 0; column < 2; column++) {
        struct token end;
        int failed = link_origin_at(reader, rows, row, column, &end, error);
        if (failed != 0) {
            return failed;
        }
        if (link_node(neighbours, &end, LINK_NODE_AS_WAS) == UINT32_MAX) {
            return no_memory(error);
        }
    }
    return 0;
}

static int ask_for_pairs(struct link_neighbours *neighbours, struct link_reader *reader,
                         size_t from, size_t end, struct error *error)
{
    PGresult *rows = NULL;
    int failed = link_query_keys(reader, "sql/link/pairs_of.sql", neighbours->nodes + from,
                                 end - from, &rows, error);
    if (failed != 0) {
        return failed;
    }
    for (int row = 0; row < PQntuples(rows) && failed == 0; row++) {
        failed = take_pair(neighbours, reader, rows, row, error);
    }
    PQclear(rows);
    return failed;
}

/* Of two that something ties, each brings the other in. */
static bool take_tie(struct link_neighbours *neighbours, const struct token *left,
                     const struct token *right)
{
    bool has_left = key_set_find(&neighbours->places, left) != NULL,
         has_right = key_set_find(&neighbours->places, right) != NULL;
    return has_left == has_right ||
           link_node(neighbours, has_left ? right : left, LINK_NODE_AS_WAS) != UINT32_MAX;
}

/* Decisions join what they speak of, and make it one part; faint pairs as well. */
static bool take_ties(struct link_neighbours *neighbours, const struct link_verdicts *decisions,
                      const struct link_faint_pairs *faint)
{
    bool good = true;
    for (size_t i = 0; i < decisions->count && good; i++) {
        good = take_tie(neighbours, &decisions->items[i].left, &decisions->items[i].right);
    }
    for (size_t i = 0; i < faint->count && good; i++) {
        good = take_tie(neighbours, &faint->items[i].left, &faint->items[i].right);
    }
    return good;
}

int link_neighbours_find(struct link_neighbours *neighbours, struct link_reader *reader,
                         const struct link_verdicts *decisions,
                         const struct link_faint_pairs *faint, struct error *error)
{
    int failed = take_ties(neighbours, decisions, faint) ? 0 : no_memory(error);
    while (failed == 0 && neighbours->asked < neighbours->node_count) {
        size_t from = neighbours->asked, left = neighbours->node_count - from;
        size_t end = left > ASKED_MAX ? from + ASKED_MAX : neighbours->node_count;
        failed = ask_for_pairs(neighbours, reader, from, end, error);
        neighbours->asked = end;
        if (failed == 0 && end == neighbours->node_count &&
            !take_ties(neighbours, decisions, faint)) {
            failed = no_memory(error);
        }
    }
    return failed;
}
