/*
 * link_neighbour.h: who could be decided otherwise because others changed. Odds and groups of a
 * record rest on its pairs, its partners' pairs and so on: on the part of the graph of pairs and
 * decisions it hangs together with. So the parts that a changed record lies in, or lay in, are
 * decided anew, each whole, and no other.
 */
#ifndef LINK_NEIGHBOUR_H
#define LINK_NEIGHBOUR_H

#include "key_set.h"
#include "link_faint.h"
#include "link_read.h"

enum link_node_state { LINK_NODE_AS_WAS, LINK_NODE_CHANGED, LINK_NODE_GONE };

struct link_neighbours {
    struct key_set places; /* key -> node */
    struct token *nodes;   /* origins */
    uint8_t *states;       /* enum link_node_state */
    size_t node_count, node_size;
    size_t asked; /* nodes whose stored pairs are known, or that have none */
};

void link_neighbours_release(struct link_neighbours *neighbours);

/* The node of a key, made when it is new; UINT32_MAX when memory is out. */
uint32_t link_node(struct link_neighbours *neighbours, const struct token *key,
                   enum link_node_state state);
/* To be called with the nodes that changed or went, their new partners, and the ends of decisions
 * that changed. Adds everybody else that hangs together with them by stored pairs, faint pairs and
 * decisions. */
int link_neighbours_find(struct link_neighbours *neighbours, struct link_reader *reader,
                         const struct link_verdicts *decisions,
                         const struct link_faint_pairs *faint, struct error *error);

#endif
