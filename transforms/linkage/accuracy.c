#include "accuracy.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ---- rates ---- */

static double share(uint64_t part, uint64_t whole)
{
    return whole == 0 ? NAN : (double)part / (double)whole;
}

double linkage_precision(const struct linkage_score *score)
{
    return share(score->right, score->said);
}

double linkage_recall(const struct linkage_score *score)
{
    return share(score->right, score->truth);
}

double linkage_f1(const struct linkage_score *score)
{
    return score->truth == 0 ? NAN : share(2 * score->right, score->said + score->truth);
}

/* ---- truth ---- */

struct labelled {
    uint64_t label;
    uint32_t record;
};

static int by_label(const void *left, const void *right)
{
    const struct labelled *l = left, *r = right;

    if (l->label != r->label)
        return l->label < r->label ? -1 : 1;
    return l->record < r->record ? -1 : l->record > r->record;
}

static uint64_t label_at(const struct linkage_truth *truth, size_t i)
{
    return truth->labels[truth->order[i]];
}

/* The group of equal labels that begins at start ends before the index returned. */
static size_t group_end(const struct linkage_truth *truth, size_t start)
{
    size_t end = start + 1;

    while (end < truth->count && label_at(truth, end) == label_at(truth, start))
        end++;
    return end;
}

/* The true pairs whose left record stands at i are those with the records from the index returned
 * to the end of the group: records are in the order of their sources. */
static size_t first_partner(const struct linkage_truth *truth, size_t i, size_t end)
{
    size_t partner = i + 1;

    if (truth->set->across_only) {
        uint8_t source = linkage_source_of(truth->set, truth->order[i]);

        while (partner < end && linkage_source_of(truth->set, truth->order[partner]) == source)
            partner++;
    }
    return partner;
}

/* Goes through the true pairs a left record at a time. */
struct walk {
    const struct linkage_truth *truth;
    size_t next, end;              /* index of the next left record; end of its group */
    size_t partner;                /* first partner of that record */
    uint32_t left;                 /* set by walk_next */
    size_t partners, partners_end; /* in order */
};

static bool walk_next(struct walk *walk)
{
    const struct linkage_truth *truth = walk->truth;

    if (walk->next >= truth->count)
        return false;
    if (walk->next == walk->end) {
        walk->end = group_end(truth, walk->next);
        walk->partner = 0;
    }
    /* Records of one source share their partners. */
    if (walk->partner <= walk->next)
        walk->partner = first_partner(truth, walk->next, walk->end);
    walk->left = truth->order[walk->next];
    walk->partners = walk->partner;
    walk->partners_end = walk->end;
    walk->next++;
    return true;
}

int linkage_truth_make(const struct linkage_set *set, const uint64_t *labels,
                       struct linkage_truth *ret, struct error *error)
{
    size_t count = 0, records = set->record_count;
    struct labelled *sorted = malloc((records + 1) * sizeof *sorted);
    struct linkage_truth truth = {.set = set, .labels = labels};

    truth.order = malloc((records + 1) * sizeof *truth.order);
    truth.place = malloc((records + 1) * sizeof *truth.place);
    if (sorted == NULL || truth.order == NULL || truth.place == NULL) {
        free(sorted);
        linkage_truth_release(&truth);
        return error_set(error, ERROR_OUT_OF_MEMORY, "no memory for the true pairs");
    }
    for (size_t i = 0; i < records; i++) {
        truth.place[i] = UINT32_MAX;
        if (labels[i] != 0)
            sorted[count++] = (struct labelled){labels[i], (uint32_t)i};
    }
    qsort(sorted, count, sizeof *sorted, by_label);
    for (size_t i = 0; i < count; i++) {
        truth.order[i] = sorted[i].record;
        truth.place[sorted[i].record] = (uint32_t)i;
    }
    free(sorted);
    truth.count = count;
    truth.unlabelled = records - count;
    struct walk walk = {.truth = &truth};
    while (walk_next(&walk))
        truth.pairs += walk.partners_end - walk.partners;
    *ret = truth;
    return 0;
}

void linkage_truth_release(struct linkage_truth *truth)
{
    free(truth->order);
    free(truth->place);
    memset(truth, 0, sizeof *truth);
}

/* ---- pairs ---- */

static bool is_known(const struct linkage_truth *truth, const struct linkage_pair *pair)
{
    return truth->labels[pair->left] != 0 && truth->labels[pair->right] != 0;
}

static bool is_right(const struct linkage_truth *truth, const struct linkage_pair *pair)
{
    return truth->labels[pair->left] == truth->labels[pair->right];
}

/* Nothing but a threshold would keep the pair from being a link. */
static bool is_open(const struct linkage_pair *pair)
{
    return pair->outcome == LINKAGE_LINKED || pair->outcome == LINKAGE_BELOW;
}

static void take_better(const struct linkage_score *now, struct linkage_score *best)
{
    if (linkage_f1(now) > linkage_f1(best))
        *best = *now;
}

void linkage_score_pairs(const struct linkage_truth *truth, const struct linkage_result *result,
                         struct linkage_score *ret_shipped, struct linkage_score *ret_best)
{
    struct linkage_score now = {.truth = truth->pairs, .threshold = result->model.threshold};
    struct linkage_score shipped = now, best = now;

    for (size_t i = 0; i < result->pair_count; i++) {
        const struct linkage_pair *pair = &result->pairs[i];

        if (!is_known(truth, pair) || !is_open(pair))
            continue;
        /* Pairs of equal odds come in together. */
        if ((double)pair->odds < now.threshold || now.said == 0) {
            take_better(&now, &best);
            now.threshold = (double)pair->odds;
        }
        now.said++;
        now.right += is_right(truth, pair);
        if (pair->outcome == LINKAGE_LINKED) {
            shipped.said++;
            shipped.right += is_right(truth, pair);
        }
    }
    take_better(&now, &best);
    *ret_shipped = shipped;
    *ret_best = best;
}

/* ---- blocking ---- */

/* Every step-th true pair is tried. */
static uint64_t step_for(const struct linkage_truth *truth, uint64_t most)
{
    return most == 0 || truth->pairs <= most ? 1 : (truth->pairs + most - 1) / most;
}

/* Calls for the pairs of one left record that are to be tried; *skip is how many pairs to pass over
 * before the next. */
static void try_partners(const struct walk *walk, const struct linkage_model *model, uint64_t step,
                         uint64_t *skip, const uint16_t *group_of, bool of_right,
                         struct linkage_group *groups)
{
    const struct linkage_truth *truth = walk->truth;
    size_t at = walk->partners;

    while (walk->partners_end - at > *skip) {
        at += *skip;
        uint32_t right = truth->order[at];
        struct linkage_group *group =
            &groups[group_of == NULL ? 0 : group_of[of_right ? right : walk->left]];

        group->tested++;
        group->blocked += linkage_would_block(truth->set, model, walk->left, right);
        at++;
        *skip = step - 1;
    }
    *skip -= walk->partners_end - at;
}

void linkage_count_blocked(const struct linkage_truth *truth, const struct linkage_model *model,
                           uint64_t most, uint64_t *ret_tested, uint64_t *ret_blocked)
{
    uint64_t step = step_for(truth, most), skip = 0;
    struct linkage_group all = {.tested = 0};
    struct walk walk = {.truth = truth};

    while (walk_next(&walk))
        try_partners(&walk, model, step, &skip, NULL, false, &all);
    *ret_tested = all.tested;
    *ret_blocked = all.blocked;
}

void linkage_count_groups(const struct linkage_truth *truth, const struct linkage_result *result,
                          const uint16_t *group_of, bool of_right, uint64_t most,
                          struct linkage_group *groups)
{
    uint64_t step = step_for(truth, most), skip = 0;
    struct walk walk = {.truth = truth};

    while (walk_next(&walk)) {
        if (!of_right)
            groups[group_of[walk.left]].score.truth += walk.partners_end - walk.partners;
        for (size_t i = walk.partners; of_right && i < walk.partners_end; i++)
            groups[group_of[truth->order[i]]].score.truth++;
        try_partners(&walk, &result->model, step, &skip, group_of, of_right, groups);
    }
    for (size_t i = 0; i < result->pair_count; i++) {
        const struct linkage_pair *pair = &result->pairs[i];

        if (pair->outcome == LINKAGE_LINKED && is_known(truth, pair)) {
            struct linkage_group *group = &groups[group_of[of_right ? pair->right : pair->left]];

            group->score.said++;
            group->score.right += is_right(truth, pair);
        }
    }
}
