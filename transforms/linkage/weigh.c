#include "weigh.h"

#include <math.h>

#include "compare.h"
#include "frequency.h"

/* A value may count as rarer than any we would believe only up to this: 1 in 250,000. */
static const float rarest_name = 18.0f;
/* Postcodes, birth dates and codes are about equally common; a frequency may lower their weight
 * (an institution's postcode, 1 January) but hardly raise it. */
static const float rarer_than_average = 1.0f;

static bool has_free_frequency(enum linkage_kind kind)
{
    return kind == LINKAGE_GIVEN_NAME || kind == LINKAGE_FAMILY_NAME || kind == LINKAGE_TEXT ||
           kind == LINKAGE_EXACT;
}

int linkage_model_sources(const struct linkage_model *model, uint8_t left, uint8_t right)
{
    uint8_t low = left < right ? left : right, high = left < right ? right : left;

    for (size_t i = 0; i < model->source_pair_count; i++)
        if (model->sources[i].left == low && model->sources[i].right == high)
            return (int)i;
    return -1;
}

void linkage_weights_make(const struct linkage_model *model, int sources,
                          struct linkage_weights *ret)
{
    *ret = (struct linkage_weights){.schema = &model->schema};
    ret->household_rate =
        model->household_rate > 0 ? (float)log2(model->household_rate) : -INFINITY;
    for (size_t i = 0; i < model->schema.field_count; i++) {
        const struct linkage_field *field = &model->schema.fields[i];
        unsigned count = linkage_level_count(field->kind);

        for (unsigned level = 1; level < count; level++) {
            const struct linkage_level *l = &model->levels[i][level];
            double m = sources < 0 ? l->m : model->sources[sources].m[i][level];
            bool by_value = level == 1 && field->frequency >= 0;

            ret->stranger[i][level] = (float)log2(by_value ? m : m / l->u);
            ret->household[i][level] = (float)log2(m / l->h);
        }
        if (field->frequency >= 0) {
            float average = (float)-log2(model->levels[i][1].u);
            ret->rarest[i] = average + rarer_than_average;
            if (has_free_frequency(field->kind) && ret->rarest[i] < rarest_name)
                ret->rarest[i] = rarest_name;
        }
    }
}

void linkage_weights_make_average(const struct linkage_model *model, int sources,
                                  struct linkage_weights *ret)
{
    linkage_weights_make(model, sources, ret);
    for (size_t i = 0; i < model->schema.field_count; i++) {
        if (model->schema.fields[i].frequency >= 0) {
            ret->stranger[i][1] -= (float)log2(model->levels[i][1].u);
            ret->rarest[i] = 0;
        }
    }
}

static inline float rarity(const struct linkage_weights *weights, size_t field,
                           const uint32_t *face)
{
    float bits =
        linkage_frequency_bits(weights->schema, face, weights->schema->fields[field].frequency);

    return bits < weights->rarest[field] ? bits : weights->rarest[field];
}

float linkage_weigh_field(const struct linkage_weights *weights, size_t field, uint64_t pattern,
                          const uint32_t *face)
{
    unsigned level = linkage_level_of(pattern, field);
    float weight = weights->stranger[field][level];

    if (level == 1 && weights->rarest[field] > 0)
        weight += rarity(weights, field, face);
    return weight;
}

float linkage_weigh(const struct linkage_weights *weights, uint64_t pattern, const uint32_t *face)
{
    float stranger = 0, household = -weights->household_rate;

    for (size_t field = 0; field < weights->schema->field_count; field++) {
        unsigned level = (unsigned)pattern & 15;

        stranger += weights->stranger[field][level];
        household += weights->household[field][level];
        if (level == 1 && weights->rarest[field] > 0)
            stranger += rarity(weights, field, face);
        pattern >>= 4;
    }
    /* -log2(2^-stranger + 2^-household), without a power where one of the two hardly counts */
    float low = stranger < household ? stranger : household;
    float apart = stranger < household ? household - stranger : stranger - household;
    return apart > 14.0f ? low : low - log2f(1.0f + exp2f(-apart));
}
