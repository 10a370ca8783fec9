#include "decide.h"

#include <stdlib.h>

#include "pair_list.h"

/* Pairs of members looked at when two groups would merge; larger groups do not. */
enum { MEMBERS_COMPARED_MAX = 1000000 };

struct grouping {
    const struct linkage_set *set;
    const struct linkage_model *model;
    const struct linkage_verdict *apart; /* sorted; each both ways round */
    size_t apart_count;
    uint32_t *parent, *next, *size; /* union-find; members of a group in a ring */
    uint64_t *number;               /* of a root: the NHS number of its group, or 0 */
    uint64_t *sources;              /* of a root: bit s, it has a record of unique source s */
};

static uint32_t root_of(struct grouping *grouping, uint32_t record)
{
    while (grouping->parent[record] != record) {
        grouping->parent[record] = grouping->parent[grouping->parent[record]];
        record = grouping->parent[record];
    }
    return record;
}

static bool grouping_init(struct grouping *grouping)
{
    const struct linkage_set *set = grouping->set;
    size_t count = set->record_count + 1;

    grouping->parent = malloc(count * sizeof *grouping->parent);
    grouping->next = malloc(count * sizeof *grouping->next);
    grouping->size = malloc(count * sizeof *grouping->size);
    grouping->number = malloc(count * sizeof *grouping->number);
    grouping->sources = malloc(count * sizeof *grouping->sources);
    if (grouping->parent == NULL || grouping->next == NULL || grouping->size == NULL ||
        grouping->number == NULL || grouping->sources == NULL)
        return false;
    for (uint32_t i = 0; i < set->record_count; i++) {
        uint8_t source = linkage_source_of(set, i);

        grouping->parent[i] = grouping->next[i] = i;
        grouping->size[i] = 1;
        grouping->number[i] = linkage_number_of(set, i);
        grouping->sources[i] = set->sources[source].unique ? (uint64_t)1 << source : 0;
    }
    return true;
}

static void grouping_release(struct grouping *grouping)
{
    free(grouping->parent);
    free(grouping->next);
    free(grouping->size);
    free(grouping->number);
    free(grouping->sources);
}

/* ---- may two groups merge? ---- */

static int by_records(const void *left, const void *right)
{
    const struct linkage_verdict *l = left, *r = right;

    if (l->left != r->left)
        return l->left < r->left ? -1 : 1;
    return l->right < r->right ? -1 : l->right > r->right;
}

/* Has a steward parted any member of one group from any of the other? However large they are. */
static bool are_parted(struct grouping *grouping, uint32_t one, uint32_t other)
{
    uint32_t small = grouping->size[one] < grouping->size[other] ? one : other,
             large = small == one ? other : one, member = small;

    if (grouping->apart_count == 0)
        return false;
    do {
        size_t low = 0, high = grouping->apart_count;

        while (low < high) {
            size_t middle = low + (high - low) / 2;

            if (grouping->apart[middle].left < member)
                low = middle + 1;
            else
                high = middle;
        }
        for (; low < grouping->apart_count && grouping->apart[low].left == member; low++)
            if (root_of(grouping, grouping->apart[low].right) == large)
                return true;
        member = grouping->next[member];
    } while (member != small);
    return false;
}

/* Does any member of one group exclude any of the other? Groups too large to look through do not
 * merge. */
static bool members_exclude(const struct grouping *grouping, uint32_t one, uint32_t other)
{
    size_t compared = 0;
    uint32_t i = one;

    do {
        uint32_t j = other;

        do {
            if (linkage_excludes(grouping->set, i, j) || ++compared > MEMBERS_COMPARED_MAX)
                return true;
            j = grouping->next[j];
        } while (j != other);
        i = grouping->next[i];
    } while (i != one);
    return false;
}

static enum linkage_outcome merger(struct grouping *grouping, uint32_t one, uint32_t other)
{
    if (grouping->sources[one] & grouping->sources[other])
        return LINKAGE_TAKEN;
    if (grouping->number[one] != 0 && grouping->number[other] != 0 &&
        grouping->number[one] != grouping->number[other])
        return LINKAGE_CONFLICT;
    return are_parted(grouping, one, other) || members_exclude(grouping, one, other)
               ? LINKAGE_CONFLICT
               : LINKAGE_LINKED;
}

static void merge(struct grouping *grouping, uint32_t one, uint32_t other)
{
    if (grouping->size[one] < grouping->size[other]) {
        uint32_t larger = other;

        other = one;
        one = larger;
    }
    grouping->parent[other] = one;
    grouping->size[one] += grouping->size[other];
    grouping->sources[one] |= grouping->sources[other];
    if (grouping->number[one] == 0)
        grouping->number[one] = grouping->number[other];
    uint32_t after = grouping->next[one]; /* the two rings become one */
    grouping->next[one] = grouping->next[other];
    grouping->next[other] = after;
}

/* ---- rivals ---- */

/* Has record a partner about as good as this pair's that is still to be had, and that excludes it?
 */
static bool has_close_rival(struct grouping *grouping, const struct linkage_partners *partners,
                            const struct linkage_pair *pairs, size_t place, uint32_t record)
{
    const struct linkage_pair *pair = &pairs[place];
    uint32_t partner = linkage_partner_of(pair, record);

    for (size_t i = partners->starts[record]; i < partners->starts[record + 1]; i++) {
        const struct linkage_pair *rival = &pairs[partners->places[i]];
        uint32_t other = linkage_partner_of(rival, record);

        if (partners->places[i] == place ||
            rival->weight < pair->weight - (float)grouping->model->lead ||
            root_of(grouping, other) == root_of(grouping, partner) ||
            !linkage_excludes(grouping->set, partner, other))
            continue;
        if (merger(grouping, root_of(grouping, record), root_of(grouping, other)) == LINKAGE_LINKED)
            return true;
    }
    return false;
}

/* ---- does more than one link hold two groups together? ---- */

/* A pair speaks for or against a merger with its odds, but not louder than this; a pair that was
 * never looked at, or forgotten, speaks against it. */
static const float loudest = 6;
/* The mean over all pairs of two groups that a merger needs: a strong link outweighs three pairs
 * that know nothing of each other (moved, married), not a whole group of them. */
static const float least_support = -3;

/* One NHS number, and odds that hold against all else: that is support enough. The others of a
 * group often have neither a number nor names to agree on. */
static bool is_one_number(const struct linkage_set *set, const struct linkage_pair *pair)
{
    uint64_t number = linkage_number_of(set, pair->left);

    return number != 0 && number == linkage_number_of(set, pair->right);
}

static bool is_supported(struct grouping *grouping, const struct linkage_partners *partners,
                         const struct linkage_pair *pairs, uint32_t one, uint32_t other)
{
    double all = (double)grouping->size[one] * grouping->size[other];
    uint32_t small = grouping->size[one] < grouping->size[other] ? one : other,
             large = small == one ? other : one, member = small;
    double support = -loudest * all;

    if (all < 2)
        return true;
    do {
        for (size_t i = partners->starts[member]; i < partners->starts[member + 1]; i++) {
            const struct linkage_pair *pair = &pairs[partners->places[i]];
            float odds = pair->odds < -loudest  ? -loudest
                         : pair->odds > loudest ? loudest
                                                : pair->odds;

            if (root_of(grouping, linkage_partner_of(pair, member)) == large)
                support += odds + loudest;
        }
        member = grouping->next[member];
    } while (member != small);
    return support / all >= least_support;
}

static enum linkage_outcome judge(struct grouping *grouping,
                                  const struct linkage_partners *partners,
                                  const struct linkage_pair *pairs, size_t place)
{
    const struct linkage_pair *pair = &pairs[place];
    uint32_t left = root_of(grouping, pair->left), right = root_of(grouping, pair->right);

    if (left == right)
        return LINKAGE_LINKED;
    enum linkage_outcome outcome = merger(grouping, left, right);
    if (outcome != LINKAGE_LINKED)
        return outcome;
    if (pair->lead < (float)grouping->model->lead &&
        (has_close_rival(grouping, partners, pairs, place, pair->left) ||
         has_close_rival(grouping, partners, pairs, place, pair->right)))
        return LINKAGE_MANY;
    if (!is_one_number(grouping->set, pair) &&
        !is_supported(grouping, partners, pairs, left, right))
        return LINKAGE_WEAK;
    merge(grouping, left, right);
    return LINKAGE_LINKED;
}

/* ---- all pairs, best first ---- */

/* The smallest record of each group stands for it. */
static void name_clusters(struct grouping *grouping, uint32_t *cluster)
{
    size_t count = grouping->set->record_count;

    for (uint32_t i = 0; i < count; i++)
        cluster[i] = UINT32_MAX;
    for (uint32_t i = 0; i < count; i++) {
        uint32_t root = root_of(grouping, i);

        if (cluster[root] == UINT32_MAX)
            cluster[root] = i;
    }
    for (uint32_t i = 0; i < count; i++)
        cluster[i] = cluster[root_of(grouping, i)];
}

static void apply_same(struct grouping *grouping, const struct linkage_verdict *verdicts,
                       size_t count)
{
    for (size_t i = 0; i < count; i++) {
        uint32_t left = root_of(grouping, verdicts[i].left),
                 right = root_of(grouping, verdicts[i].right);

        if (verdicts[i].same && left != right && merger(grouping, left, right) == LINKAGE_LINKED)
            merge(grouping, left, right);
    }
}

/* The verdicts that part, sorted for are_parted(). */
static int keep_apart(struct grouping *grouping, const struct linkage_verdict *verdicts,
                      size_t count, struct linkage_verdict **ret)
{
    struct linkage_verdict *apart = malloc((2 * count + 1) * sizeof *apart);

    if (apart == NULL)
        return ERROR_OUT_OF_MEMORY;
    for (size_t i = 0; i < count; i++) {
        uint32_t left = verdicts[i].left, right = verdicts[i].right;

        if (verdicts[i].same)
            continue;
        apart[grouping->apart_count++] = (struct linkage_verdict){.left = left, .right = right};
        apart[grouping->apart_count++] = (struct linkage_verdict){.left = right, .right = left};
    }
    qsort(apart, grouping->apart_count, sizeof *apart, by_records);
    grouping->apart = apart;
    *ret = apart;
    return 0;
}

int linkage_decide(const struct linkage_set *set, const struct linkage_model *model,
                   const struct linkage_verdict *verdicts, size_t verdict_count,
                   struct linkage_pair *pairs, size_t pair_count, uint32_t *cluster)
{
    struct grouping grouping = {.set = set, .model = model};
    struct linkage_partners partners = {0};
    struct linkage_verdict *apart = NULL;
    bool named = false;
    int result = 0;

    if (!pairs_sort_by_odds(pairs, pair_count) || !grouping_init(&grouping) ||
        linkage_partners_make(pairs, pair_count, set->record_count, &partners) != 0 ||
        keep_apart(&grouping, verdicts, verdict_count, &apart) != 0)
        result = ERROR_OUT_OF_MEMORY;
    if (result == 0)
        apply_same(&grouping, verdicts, verdict_count);
    for (size_t i = 0; i < pair_count && result == 0; i++) {
        bool below = pairs[i].odds < (float)model->threshold;

        if (below && !named) {
            name_clusters(&grouping, cluster);
            named = true;
        }
        enum linkage_outcome outcome = judge(&grouping, &partners, pairs, i);
        pairs[i].outcome = (uint8_t)(below && outcome == LINKAGE_LINKED ? LINKAGE_BELOW : outcome);
    }
    if (result == 0 && !named)
        name_clusters(&grouping, cluster);
    free(apart);
    linkage_partners_release(&partners);
    grouping_release(&grouping);
    return result;
}

const char *linkage_outcome_name(uint8_t outcome)
{
    static const char *const names[] = {
        [LINKAGE_BELOW] = "below", [LINKAGE_LINKED] = "linked",   [LINKAGE_CONFLICT] = "conflict",
        [LINKAGE_TAKEN] = "taken", [LINKAGE_MANY] = "many_match", [LINKAGE_WEAK] = "weak"};

    return outcome < sizeof names / sizeof names[0] ? names[outcome] : "";
}
