/* accuracy.h, the part on groups: pairs that groups of linked records imply. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "accuracy.h"

/* ---- as shipped ---- */

struct member {
    uint64_t label;
    uint32_t cluster;
    uint8_t source;
};

static int by_cluster(const void *left, const void *right)
{
    const struct member *l = left, *r = right;

    if (l->cluster != r->cluster)
        return l->cluster < r->cluster ? -1 : 1;
    return l->label < r->label ? -1 : l->label > r->label;
}

static uint64_t pairs_of(uint64_t count)
{
    return count < 2 ? 0 : count * (count - 1) / 2;
}

static uint64_t pairs_among(const struct member *members, size_t count, bool across_only)
{
    uint64_t by_source[LINKAGE_SOURCES_MAX] = {0}, pairs = pairs_of(count);

    if (count < 2 || !across_only)
        return pairs;
    for (size_t i = 0; i < count; i++)
        by_source[members[i].source]++;
    for (size_t s = 0; s < LINKAGE_SOURCES_MAX; s++)
        pairs -= pairs_of(by_source[s]);
    return pairs;
}

static void score_members(const struct member *members, size_t count, bool across_only,
                          struct linkage_score *score)
{
    size_t start = 0, person = 0;

    for (size_t i = 1; i <= count; i++) {
        bool other = i == count || members[i].cluster != members[start].cluster;

        if (other || members[i].label != members[person].label) {
            score->right += pairs_among(members + person, i - person, across_only);
            person = i;
        }
        if (other) {
            score->said += pairs_among(members + start, i - start, across_only);
            start = i;
        }
    }
}

static int score_shipped(const struct linkage_truth *truth, const struct linkage_result *result,
                         struct linkage_score *score, struct error *error)
{
    struct member *members = malloc((truth->count + 1) * sizeof *members);

    if (members == NULL)
        return error_set(error, ERROR_OUT_OF_MEMORY, "no memory to count groups");
    for (size_t i = 0; i < truth->count; i++) {
        uint32_t record = truth->order[i];

        members[i] = (struct member){truth->labels[record], result->cluster[record],
                                     linkage_source_of(truth->set, record)};
    }
    qsort(members, truth->count, sizeof *members, by_cluster);
    if (truth->count > 0)
        score_members(members, truth->count, truth->set->across_only, score);
    free(members);
    return 0;
}

/* ---- at every threshold ---- */

/* Groups that grow as the threshold falls. Counts are of records with a label. */
struct growth {
    const struct linkage_truth *truth;
    uint32_t *parent;
    uint32_t *next;             /* members of a group in a ring */
    uint32_t *size;             /* of a root: its records */
    uint32_t *labelled, *first; /* of a root: those with a label; of them in the first source */
};

static uint32_t root_of(const struct growth *growth, uint32_t record)
{
    while (growth->parent[record] != record) {
        growth->parent[record] = growth->parent[growth->parent[record]];
        record = growth->parent[record];
    }
    return record;
}

static bool is_pair(const struct growth *growth, uint32_t left, uint32_t right)
{
    const struct linkage_set *set = growth->truth->set;

    return !set->across_only || linkage_source_of(set, left) != linkage_source_of(set, right);
}

/* True pairs between a record and a group: by the records of its label, or, when there are fewer,
 * by those of the group. */
static uint64_t right_with(const struct growth *growth, uint32_t record, uint32_t root)
{
    const struct linkage_truth *truth = growth->truth;
    uint64_t label = truth->labels[record], right = 0;
    size_t place = truth->place[record], start = place, end = place + 1, most = growth->size[root];

    while (start > 0 && end - start <= most && truth->labels[truth->order[start - 1]] == label)
        start--;
    while (end < truth->count && end - start <= most && truth->labels[truth->order[end]] == label)
        end++;
    if (end - start <= most) {
        for (size_t i = start; i < end; i++) {
            uint32_t other = truth->order[i];

            right += is_pair(growth, record, other) && root_of(growth, other) == root;
        }
        return right;
    }
    uint32_t other = root;
    do {
        right += truth->labels[other] == label && is_pair(growth, record, other);
        other = growth->next[other];
    } while (other != root);
    return right;
}

/* Pairs of labelled records between two groups, by their counts. */
static uint64_t said_between(const struct growth *growth, uint32_t left, uint32_t right)
{
    uint64_t l = growth->labelled[left], r = growth->labelled[right];
    uint64_t l_first = growth->first[left], r_first = growth->first[right];

    if (!growth->truth->set->across_only)
        return l * r;
    return l_first * (r - r_first) + (l - l_first) * r_first;
}

static void join(struct growth *growth, uint32_t left, uint32_t right, struct linkage_score *score)
{
    uint32_t small = root_of(growth, left), large = root_of(growth, right), member, after;

    if (small == large)
        return;
    if (growth->size[small] > growth->size[large]) {
        member = small;
        small = large;
        large = member;
    }
    score->said += said_between(growth, small, large);
    member = small;
    do {
        if (growth->truth->labels[member] != 0)
            score->right += right_with(growth, member, large);
        member = growth->next[member];
    } while (member != small);
    after = growth->next[small];
    growth->next[small] = growth->next[large];
    growth->next[large] = after;
    growth->parent[small] = large;
    growth->size[large] += growth->size[small];
    growth->labelled[large] += growth->labelled[small];
    growth->first[large] += growth->first[small];
}

/* Takes the better; false when no lower threshold can be better still, because even if all true
 * pairs were there, too many others are. */
static bool look(const struct linkage_score *now, struct linkage_score *best)
{
    double most = 2.0 * (double)now->truth / ((double)now->said + (double)now->truth);

    if (linkage_f1(now) > linkage_f1(best))
        *best = *now;
    return !(most < linkage_f1(best));
}

static void grow(struct growth *growth, const struct linkage_result *result,
                 struct linkage_score *best)
{
    struct linkage_score now = *best;
    bool started = false;

    for (size_t i = 0; i < result->pair_count; i++) {
        const struct linkage_pair *pair = &result->pairs[i];
        double step = floor((double)pair->odds * 2) / 2;

        if (pair->outcome != LINKAGE_LINKED && pair->outcome != LINKAGE_BELOW)
            continue;
        if (started && step < now.threshold && !look(&now, best))
            return;
        now.threshold = step;
        started = true;
        join(growth, pair->left, pair->right, &now);
    }
    if (started)
        look(&now, best);
}

static int score_best(const struct linkage_truth *truth, const struct linkage_result *result,
                      struct linkage_score *best, struct error *error)
{
    const struct linkage_set *set = truth->set;
    size_t records = set->record_count;
    uint32_t *memory = malloc((5 * records + 1) * sizeof *memory);
    struct growth growth = {truth,
                            memory,
                            memory + records,
                            memory + 2 * records,
                            memory + 3 * records,
                            memory + 4 * records};

    if (memory == NULL)
        return error_set(error, ERROR_OUT_OF_MEMORY, "no memory to count groups");
    for (uint32_t i = 0; i < records; i++) {
        growth.parent[i] = growth.next[i] = i;
        growth.size[i] = 1;
        growth.labelled[i] = truth->labels[i] != 0;
        growth.first[i] = truth->labels[i] != 0 && linkage_source_of(set, i) == 0;
    }
    grow(&growth, result, best);
    free(memory);
    return 0;
}

int linkage_score_clusters(const struct linkage_truth *truth, const struct linkage_result *result,
                           struct linkage_score *ret_shipped, struct linkage_score *ret_best,
                           struct error *error)
{
    struct linkage_score shipped = {.truth = truth->pairs, .threshold = result->model.threshold};
    struct linkage_score best = shipped;
    int code = score_shipped(truth, result, &shipped, error);

    if (code == 0)
        code = score_best(truth, result, &best, error);
    if (code == 0) {
        *ret_shipped = shipped;
        *ret_best = best;
    }
    return code;
}
