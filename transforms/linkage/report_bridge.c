#include "report_bridge.h"

#include <stdlib.h>

#include "odds.h"

/* Depth first, Tarjan 1974, without recursion: a group may be as deep as it is large. A link down
 * the tree is a bridge when nothing below it reaches above it. */
struct search {
    const struct linkage_pair *links;
    const struct linkage_partners *partners;
    uint32_t *number; /* of each record: when it was reached, from 1; 0: not yet */
    uint32_t *lowest; /* the smallest number that its part of the tree reaches */
    size_t *next;     /* the place in partners where its search goes on */
    uint32_t *path;   /* records from the root down */
    uint32_t *came;   /* of each record on it: the link that led there; UINT32_MAX: the root */
    uint32_t numbered;
    bool *bridge;
};

static void enter(struct search *search, size_t *depth, uint32_t record, uint32_t link)
{
    search->number[record] = search->lowest[record] = ++search->numbered;
    search->next[record] = search->partners->starts[record];
    search->path[*depth] = record;
    search->came[*depth] = link;
    (*depth)++;
}

static void lower(uint32_t *lowest, uint32_t number)
{
    if (number < *lowest)
        *lowest = number;
}

/* The record at the end of the path is done: back to the one above it. */
static void leave(struct search *search, size_t *depth)
{
    uint32_t record = search->path[--*depth];

    if (*depth == 0)
        return;
    uint32_t above = search->path[*depth - 1];
    lower(&search->lowest[above], search->lowest[record]);
    if (search->lowest[record] > search->number[above])
        search->bridge[search->came[*depth]] = true;
}

static void search_from(struct search *search, uint32_t root)
{
    size_t depth = 0;

    enter(search, &depth, root, UINT32_MAX);
    while (depth > 0) {
        uint32_t record = search->path[depth - 1];

        if (search->next[record] == search->partners->starts[record + 1]) {
            leave(search, &depth);
            continue;
        }
        uint32_t link = search->partners->places[search->next[record]++];
        uint32_t other = linkage_partner_of(&search->links[link], record);

        if (link == search->came[depth - 1])
            continue;
        if (search->number[other] == 0)
            enter(search, &depth, other, link);
        else
            lower(&search->lowest[record], search->number[other]);
    }
}

int linkage_find_bridges(const struct linkage_pair *links, size_t link_count, size_t record_count,
                         bool *ret_bridge)
{
    struct linkage_partners partners = {0};
    struct search search = {.links = links, .partners = &partners, .bridge = ret_bridge};
    int failed = linkage_partners_make(links, link_count, record_count, &partners);

    search.number = calloc(record_count + 1, sizeof *search.number);
    search.lowest = malloc((record_count + 1) * sizeof *search.lowest);
    search.next = malloc((record_count + 1) * sizeof *search.next);
    search.path = malloc((record_count + 1) * sizeof *search.path);
    search.came = malloc((record_count + 1) * sizeof *search.came);
    if (search.number == NULL || search.lowest == NULL || search.next == NULL ||
        search.path == NULL || search.came == NULL)
        failed = ERROR_OUT_OF_MEMORY;
    for (size_t i = 0; i < link_count; i++)
        ret_bridge[i] = false;
    for (uint32_t i = 0; failed == 0 && i < record_count; i++)
        if (search.number[i] == 0)
            search_from(&search, i);
    free(search.number);
    free(search.lowest);
    free(search.next);
    free(search.path);
    free(search.came);
    linkage_partners_release(&partners);
    return failed;
}
