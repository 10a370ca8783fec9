#include "link_story.h"

#include <math.h>
#include <string.h>

#include "linkage/compare.h"
#include "linkage/odds.h"
#include "linkage/weigh.h"

/* What is being told, and by what. */
struct telling {
    const struct link_input *input;
    const struct linkage_set *set;
    const struct linkage_result *result;
    const struct linkage_pair *pair; /* as the engine has it, or NULL */
    struct linkage_weights weights;
    struct link_story *story;
};

/* Parts are shown with two digits; so the sum is of what is shown. */
static double shown(double bits)
{
    return round(bits * 100) / 100 + 0.0; /* + 0.0: no "-0.00" */
}

/* ---- faces and rules ---- */

static bool any_rule_joins(const struct linkage_model *model, const uint32_t *left,
                           const uint32_t *right)
{
    for (size_t i = 0; i < model->rule_count; i++) {
        if (linkage_rule_joins(&model->rules[i], left, right)) {
            return true;
        }
    }
    return false;
}

/* The two faces that agree best; of a pair the engine has, of those that a rule brings together. */
static void choose_faces(const struct telling *telling, uint32_t *ret_left, uint32_t *ret_right)
{
    const struct linkage_set *set = telling->set;
    struct link_story *story = telling->story;
    uint32_t left = linkage_first_face(set, story->left),
             right = linkage_first_face(set, story->right);
    uint32_t left_end = linkage_first_face(set, story->left + 1),
             right_end = linkage_first_face(set, story->right + 1);
    float best = -INFINITY;
    *ret_left = left;
    *ret_right = right;
    for (uint32_t i = left; i < left_end; i++) {
        for (uint32_t j = right; j < right_end; j++) {
            const uint32_t *one = linkage_face(set, i), *other = linkage_face(set, j);
            float weight =
                linkage_weigh(&telling->weights, linkage_compare(set->schema, one, other), one);
            if (weight > best &&
                (telling->pair == NULL || any_rule_joins(&telling->result->model, one, other))) {
                best = weight;
                *ret_left = i;
                *ret_right = j;
            }
        }
    }
    story->faces_left = left_end - left;
    story->faces_right = right_end - right;
    story->face_left = *ret_left - left + 1;
    story->face_right = *ret_right - right + 1;
}

static bool joins_somewhere(const struct linkage_set *set, const struct linkage_rule *rule,
                            uint32_t one, uint32_t other)
{
    for (uint32_t i = linkage_first_face(set, one); i < linkage_first_face(set, one + 1); i++) {
        for (uint32_t j = linkage_first_face(set, other); j < linkage_first_face(set, other + 1);
             j++) {
            if (linkage_rule_joins(rule, linkage_face(set, i), linkage_face(set, j))) {
                return true;
            }
        }
    }
    return false;
}

static void find_rules(struct telling *telling)
{
    const struct linkage_model *model = &telling->result->model;
    struct link_story *story = telling->story;
    if (!linkage_may_pair(telling->set, story->left, story->right)) {
        return;
    }
    for (size_t i = 0; i < model->rule_count && i < LINKAGE_RULES_MAX; i++) {
        if (joins_somewhere(telling->set, &model->rules[i], story->left, story->right)) {
            story->rules[story->rule_count++] = model->rules[i].name;
        }
    }
}

/* ---- the sum ---- */

static double level_m(const struct telling *telling, int sources, size_t field, unsigned level)
{
    const struct linkage_model *model = &telling->result->model;
    return sources < 0 ? model->levels[field][level].m : model->sources[sources].m[field][level];
}

static void add_field(struct telling *telling, int sources, size_t field, uint64_t pattern,
                      const uint32_t *face)
{
    const struct linkage_model *model = &telling->result->model;
    const struct linkage_field *f = &model->schema.fields[field];
    unsigned level = linkage_level_of(pattern, field);
    struct link_story_field *part = &telling->story->fields[telling->story->field_count++];
    *part =
        (struct link_story_field){.field = f->name, .level = linkage_level_name(f->kind, level)};
    if (level == 0) {
        return;
    }
    part->m = level_m(telling, sources, field, level);
    part->u = model->levels[field][level].u;
    part->weight = shown(log2(part->m / part->u));
    if (level == 1 && f->frequency >= 0) {
        double exact = (double)linkage_weigh_field(&telling->weights, field, pattern, face);
        part->rarity = round(exact - log2(part->m / part->u));
    }
}

/* What the fields say together, against kin instead of strangers: always something off. */
static double household_part(const struct telling *telling, uint64_t pattern)
{
    const struct linkage_weights *weights = &telling->weights;
    double stranger = 0, household = -(double)weights->household_rate;
    for (size_t i = 0; i < telling->story->field_count; i++) {
        stranger += telling->story->fields[i].weight + telling->story->fields[i].rarity;
        household += (double)weights->household[i][linkage_level_of(pattern, i)];
    }
    return isinf(household) ? 0 : -log2(1 + exp2(stranger - household));
}

static void add_up(struct telling *telling)
{
    const struct linkage_model *model = &telling->result->model;
    struct link_story *story = telling->story;
    uint32_t left, right;
    int sources = linkage_model_sources(model, linkage_source_of(telling->set, story->left),
                                        linkage_source_of(telling->set, story->right));
    double prior = sources < 0 ? model->prior : model->sources[sources].prior;
    linkage_weights_make(model, sources, &telling->weights);
    choose_faces(telling, &left, &right);
    const uint32_t *face = linkage_face(telling->set, left);
    uint64_t pattern =
        linkage_compare(telling->set->schema, face, linkage_face(telling->set, right));
    for (size_t i = 0; i < model->schema.field_count; i++) {
        add_field(telling, sources, i, pattern, face);
    }
    story->prior = shown(prior);
    story->household = shown(household_part(telling, pattern));
    if (telling->pair != NULL) {
        story->rivals =
            shown(fmin(0, (double)telling->pair->odds - (double)telling->pair->weight - prior));
    }
    story->total = story->prior + story->household + story->rivals;
    for (size_t i = 0; i < story->field_count; i++) {
        story->total += story->fields[i].weight + story->fields[i].rarity;
    }
}

/* ---- how it ended ---- */

static bool was_parted(const struct link_input *input, const struct link_story *story)
{
    for (size_t i = 0; i < input->verdict_count; i++) {
        const struct linkage_verdict *verdict = &input->verdicts[i];
        uint32_t low = verdict->left < verdict->right ? verdict->left : verdict->right,
                 high = verdict->left < verdict->right ? verdict->right : verdict->left;
        if (low == story->left && high == story->right) {
            return !verdict->same;
        }
    }
    return false;
}

/* What holds of the two records themselves. */
static void find_own_constraints(const struct telling *telling)
{
    const struct linkage_set *set = telling->set;
    struct link_story *story = telling->story;
    uint8_t source = linkage_source_of(set, story->left);
    uint64_t left = linkage_number_of(set, story->left),
             right = linkage_number_of(set, story->right);
    bool one_source = source == linkage_source_of(set, story->right) && set->sources[source].unique;
    bool numbers = left != 0 && right != 0 && left != right;
    story->constraints[LINK_ONE_SOURCE] = one_source;
    story->constraints[LINK_NUMBERS_DIFFER] = numbers;
    story->constraints[LINK_SEX_AND_BIRTH_DIFFER] =
        !one_source && !numbers && linkage_excludes(set, story->left, story->right);
    story->constraints[LINK_PARTED] = was_parted(telling->input, story);
}

static bool has_own_constraint(const struct link_story *story)
{
    return story->constraints[LINK_ONE_SOURCE] || story->constraints[LINK_NUMBERS_DIFFER] ||
           story->constraints[LINK_SEX_AND_BIRTH_DIFFER] || story->constraints[LINK_PARTED];
}

static void find_constraints(const struct telling *telling)
{
    struct link_story *story = telling->story;
    bool *constraints = story->constraints;
    find_own_constraints(telling);
    bool own = has_own_constraint(story);
    if (telling->pair != NULL) {
        uint8_t outcome = telling->pair->outcome;
        constraints[LINK_GROUPS_CLASH] = outcome == LINKAGE_CONFLICT && !own;
        constraints[LINK_SOURCE_TAKEN] = outcome == LINKAGE_TAKEN && !own;
        constraints[LINK_RIVAL_CLOSE] = outcome == LINKAGE_MANY;
        constraints[LINK_RIVAL_BARS_NOTHING] =
            outcome == LINKAGE_LINKED && (double)telling->pair->lead < telling->result->model.lead;
        constraints[LINK_GROUPS_DISAGREE] = outcome == LINKAGE_WEAK;
    } else if (story->rule_count == 0) {
        constraints[LINK_NEVER_COMPARED] = true;
    } else if (story->total < telling->result->model.floor + 1) {
        constraints[LINK_FORGOTTEN] = true; /* rounded bits may be one off */
    } else {
        constraints[LINK_BLOCK_TOO_LARGE] = true;
    }
}

void link_story_make(const struct link_input *input, const struct linkage_result *result,
                     uint32_t one, uint32_t other, struct link_story *ret)
{
    struct telling telling = {.input = input, .set = input->set, .result = result, .story = ret};
    *ret = (struct link_story){.left = one < other ? one : other,
                               .right = one < other ? other : one,
                               .threshold = result->model.threshold,
                               .lead_needed = result->model.lead,
                               .lead = LINKAGE_NO_RIVAL,
                               .outcome = "not_compared"};
    for (size_t i = 0; i < result->pair_count && telling.pair == NULL; i++) {
        const struct linkage_pair *pair = &result->pairs[i];
        if (pair->left == ret->left && pair->right == ret->right) {
            telling.pair = pair;
            ret->weighed = true;
            /* Two true odds apart: whole bits, as linkage.pair tells it. */
            ret->lead = floor((double)pair->lead);
            ret->outcome = linkage_outcome_name(pair->outcome);
        }
    }
    ret->together = result->cluster[one] == result->cluster[other];
    find_rules(&telling);
    add_up(&telling);
    find_constraints(&telling);
    if (telling.pair == NULL && ret->rule_count > 0) {
        ret->outcome = ret->constraints[LINK_FORGOTTEN] ? "below" : "not_compared";
    }
}
