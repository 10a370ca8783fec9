#include "report_count.h"

#include <math.h>
#include <stdlib.h>

#include "compare.h"
#include "weigh.h"

/* ---- completeness ---- */

static bool has_whole(const struct linkage_field *field, const uint32_t *face)
{
    /* The first hot word of every kind is the whole value. */
    return face[field->hot] != 0;
}

static bool has_part(const struct linkage_field *field, const uint32_t *face)
{
    const uint32_t *cold = face + field->cold;

    switch (field->kind) {
    case LINKAGE_GIVEN_NAME:
    case LINKAGE_FAMILY_NAME:
        return cold[NAME_INITIAL] != 0;
    case LINKAGE_DATE_OF_BIRTH:
        return cold[BIRTH_DAY] != 0 || cold[BIRTH_MONTH] != 0 || cold[BIRTH_YEAR] != 0;
    case LINKAGE_POSTCODE:
        return cold[POSTCODE_DISTRICT] != 0 || cold[POSTCODE_SECTOR] != 0;
    default:
        return false;
    }
}

void linkage_count_forms(const struct linkage_set *set, struct linkage_completeness *sources)
{
    for (uint32_t record = 0; record < set->record_count; record++) {
        struct linkage_completeness *count = &sources[linkage_source_of(set, record)];
        uint32_t first = linkage_first_face(set, record), end = linkage_first_face(set, record + 1);

        count->records++;
        count->several += end - first > 1;
        for (size_t i = 0; i < set->schema->field_count; i++) {
            const struct linkage_field *field = &set->schema->fields[i];
            bool whole = false, part = false;

            for (uint32_t face = first; face < end; face++) {
                whole = whole || has_whole(field, linkage_face(set, face));
                part = part || has_part(field, linkage_face(set, face));
            }
            count->whole[i] += whole;
            count->part[i] += part && !whole;
        }
    }
}

/* ---- unlinkables ---- */

struct self_weights {
    struct linkage_weights weights;
    double prior;
};

/* The weights of every pair of sources that a record of this one can be in; returns how many. */
static size_t weights_for(const struct linkage_model *model, uint8_t source,
                          struct self_weights *ret)
{
    size_t count = 0;

    for (size_t i = 0; i < model->source_pair_count; i++) {
        if (model->sources[i].left != source && model->sources[i].right != source)
            continue;
        linkage_weights_make(model, (int)i, &ret[count].weights);
        ret[count++].prior = model->sources[i].prior;
    }
    if (count == 0) {
        linkage_weights_make(model, -1, &ret[0].weights);
        ret[count++].prior = model->prior;
    }
    return count;
}

static float best_odds(const struct linkage_set *set, uint32_t record,
                       const struct self_weights *weights, size_t count)
{
    float best = -INFINITY;

    for (uint32_t i = linkage_first_face(set, record); i < linkage_first_face(set, record + 1);
         i++) {
        const uint32_t *face = linkage_face(set, i);
        uint64_t pattern = linkage_compare(set->schema, face, face);

        for (size_t j = 0; j < count; j++) {
            float odds =
                linkage_weigh(&weights[j].weights, pattern, face) + (float)weights[j].prior;
            best = odds > best ? odds : best;
        }
    }
    return best;
}

int linkage_self_odds(const struct linkage_set *set, const struct linkage_model *model,
                      float *ret_odds)
{
    struct self_weights *weights = malloc((model->source_pair_count + 1) * sizeof *weights);

    if (weights == NULL)
        return ERROR_OUT_OF_MEMORY;
    for (size_t source = 0; source < (set->source_count == 0 ? 1 : set->source_count); source++) {
        size_t count = weights_for(model, (uint8_t)source, weights);

        for (uint32_t record = 0; record < set->record_count; record++)
            if (linkage_source_of(set, record) == source)
                ret_odds[record] = best_odds(set, record, weights, count);
    }
    free(weights);
    return 0;
}

/* ---- pairs ---- */

void linkage_count_weights(const struct linkage_set *set, const struct linkage_pair *pairs,
                           size_t pair_count, uint64_t *ret)
{
    for (size_t i = 0; i < pair_count; i++) {
        uint8_t left = linkage_source_of(set, pairs[i].left),
                right = linkage_source_of(set, pairs[i].right);
        size_t low = left < right ? left : right, high = left < right ? right : left;
        double bin = floor(2 * ((double)pairs[i].weight - LINKAGE_HISTOGRAM_LOW));
        size_t at = bin < 0                         ? 0
                    : bin >= LINKAGE_HISTOGRAM_BINS ? LINKAGE_HISTOGRAM_BINS - 1
                                                    : (size_t)bin;

        ret[(low * LINKAGE_SOURCES_MAX + high) * LINKAGE_HISTOGRAM_BINS + at]++;
    }
}

void linkage_count_thresholds(const struct linkage_pair *pairs, size_t pair_count, double band,
                              struct linkage_threshold ret[LINKAGE_THRESHOLDS])
{
    double sums[LINKAGE_THRESHOLDS] = {0}, all = 0;

    for (int t = 0; t < LINKAGE_THRESHOLDS; t++)
        ret[t] = (struct linkage_threshold){.threshold = LINKAGE_THRESHOLD_LOW + t};
    for (size_t i = 0; i < pair_count; i++) {
        double odds = (double)pairs[i].odds, chance = 1 / (1 + exp2(-odds));

        if (!linkage_is_open(&pairs[i]))
            continue;
        all += chance;
        for (int t = 0; t < LINKAGE_THRESHOLDS; t++) {
            if (odds >= ret[t].threshold) {
                ret[t].links++;
                sums[t] += chance;
            } else if (odds >= ret[t].threshold - band) {
                ret[t].review++;
            }
        }
    }
    for (int t = 0; t < LINKAGE_THRESHOLDS; t++) {
        ret[t].precision = ret[t].links == 0 ? NAN : sums[t] / (double)ret[t].links;
        ret[t].recall = all > 0 ? sums[t] / all : NAN;
    }
}

static uint32_t root_of(uint32_t *parent, uint32_t record)
{
    while (parent[record] != record) {
        parent[record] = parent[parent[record]];
        record = parent[record];
    }
    return record;
}

int linkage_groups_at(const struct linkage_pair *pairs, size_t pair_count, size_t record_count,
                      double threshold, uint32_t *ret_group)
{
    uint32_t *parent = malloc((record_count + 1) * sizeof *parent);

    if (parent == NULL)
        return ERROR_OUT_OF_MEMORY;
    for (uint32_t i = 0; i < record_count; i++)
        parent[i] = i;
    for (size_t i = 0; i < pair_count; i++) {
        if (!linkage_is_open(&pairs[i]) || (double)pairs[i].odds < threshold)
            continue;
        uint32_t left = root_of(parent, pairs[i].left), right = root_of(parent, pairs[i].right);
        parent[left > right ? left : right] = left < right ? left : right;
    }
    for (uint32_t i = 0; i < record_count; i++)
        ret_group[i] = root_of(parent, i);
    free(parent);
    return 0;
}

enum linkage_conflict linkage_conflict_of(const struct linkage_set *set,
                                          const struct linkage_verdict *verdicts,
                                          size_t verdict_count, const struct linkage_pair *pair)
{
    uint64_t left = linkage_number_of(set, pair->left), right = linkage_number_of(set, pair->right);

    if (left != 0 && right != 0 && left != right)
        return LINKAGE_CONFLICT_NUMBER;
    if (linkage_excludes(set, pair->left, pair->right))
        return LINKAGE_CONFLICT_BIRTH;
    for (size_t i = 0; i < verdict_count; i++)
        if (!verdicts[i].same &&
            ((verdicts[i].left == pair->left && verdicts[i].right == pair->right) ||
             (verdicts[i].left == pair->right && verdicts[i].right == pair->left)))
            return LINKAGE_CONFLICT_STEWARD;
    return LINKAGE_CONFLICT_MEMBERS;
}
