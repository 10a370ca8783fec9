#include "engine.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/parallel.h"
#include "compare.h"
#include "decide.h"
#include "frequency.h"
#include "odds.h"
#include "pair_list.h"
#include "rule.h"
#include "train.h"
#include "weigh.h"

/* Pairs this far below the floor by the first, rough prior are forgotten at once. */
static const double rough_prior_margin = 6;
/* A rule that would look at more pairs than this for each face is dropped. */
static const double pairs_a_face = 12;
/* Of a set with no more pairs than this, every pair is looked at. */
static const double every_pair_below = 4e6;
/* Sets without open fields are known not to need the choice, up to this many faces. */
enum { CHOOSE_FROM_FACES = 2000000 };

static double now(void)
{
    struct timespec time;

    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec * 1e-9;
}

/* ---- scoring ---- */

struct scoring {
    const struct linkage_set *set;
    const struct linkage_model *model;
    const struct linkage_weights *weights; /* of model.sources, then the pooled */
    uint16_t places[LINKAGE_SOURCES_MAX][LINKAGE_SOURCES_MAX]; /* among them, by source */
    struct linkage_block_options blocks;
    struct linkage_block_buffer buffers[PARALLEL_THREADS_MAX];
    struct pair_list lists[LINKAGE_RULES_MAX];
    struct linkage_rule_count *counts;
    bool failed[LINKAGE_RULES_MAX];
    float least; /* weight worth keeping */
};

struct scored_rule {
    struct scoring *scoring;
    struct pair_list *list;
};

static const struct linkage_weights *weights_of(const struct scoring *scoring, uint32_t left,
                                                uint32_t right)
{
    return &scoring->weights[scoring->places[linkage_source_of(scoring->set, left)]
                                            [linkage_source_of(scoring->set, right)]];
}

static void place_weights(struct scoring *scoring)
{
    const struct linkage_model *model = scoring->model;

    for (unsigned left = 0; left < LINKAGE_SOURCES_MAX; left++)
        for (unsigned right = 0; right < LINKAGE_SOURCES_MAX; right++) {
            int sources = linkage_model_sources(model, (uint8_t)left, (uint8_t)right);

            scoring->places[left][right] =
                (uint16_t)(sources < 0 ? (int)model->source_pair_count : sources);
        }
}

static int score_batch(const struct linkage_batch *batch, void *context)
{
    struct scored_rule *rule = context;
    struct scoring *scoring = rule->scoring;
    const struct linkage_set *set = scoring->set;

    for (size_t i = 0; i < batch->count; i++) {
        const uint32_t *left = linkage_face(set, batch->left[i]),
                       *right = linkage_face(set, batch->right[i]);
        struct linkage_pair pair = {.left = linkage_record_of(set, batch->left[i]),
                                    .right = linkage_record_of(set, batch->right[i]),
                                    .pattern = linkage_compare(set->schema, left, right)};

        pair.weight = linkage_weigh(weights_of(scoring, pair.left, pair.right), pair.pattern, left);
        if (pair.weight >= scoring->least && !pair_list_add(rule->list, &pair))
            return ERROR_OUT_OF_MEMORY;
    }
    return 0;
}

static void score_rule(size_t task, unsigned thread, void *context)
{
    struct scoring *scoring = context;
    struct scored_rule rule = {scoring, &scoring->lists[task]};
    struct linkage_block_options blocks = scoring->blocks;

    blocks.column = task;
    blocks.buffer = &scoring->buffers[thread];
    scoring->failed[task] =
        linkage_block_visit(scoring->set, &scoring->model->rules[task], scoring->model->rules, task,
                            &blocks, score_batch, &rule, &scoring->counts[task]) != 0;
}

/* One pair of two records: the best of their faces. Pairs come sorted, best weight first; of equal
 * weights the larger pattern counts, in whichever order the faces were met. */
static size_t keep_best(struct linkage_pair *pairs, size_t count)
{
    size_t kept = 0;

    for (size_t i = 0; i < count; i++)
        if (kept == 0 || pairs[i].left != pairs[kept - 1].left ||
            pairs[i].right != pairs[kept - 1].right)
            pairs[kept++] = pairs[i];
        else if (pairs[i].weight >= pairs[kept - 1].weight &&
                 pairs[i].pattern > pairs[kept - 1].pattern)
            pairs[kept - 1] = pairs[i];
    return kept;
}

/* A rule's blocks are measured, nothing is compared. */
static void measure_rule(size_t task, unsigned thread, void *context)
{
    struct scoring *scoring = context;
    struct linkage_block_options blocks = scoring->blocks;

    blocks.column = task;
    blocks.buffer = &scoring->buffers[thread];
    scoring->failed[task] = linkage_block_visit(scoring->set, &scoring->model->rules[task], NULL, 0,
                                                &blocks, NULL, NULL, &scoring->counts[task]) != 0;
}

/* Which rules leave blocks out: training has seen it, or it is looked up first. */
static bool find_capped(struct scoring *scoring, const struct linkage_score_options *options)
{
    bool good = true;

    if (options->sessions == NULL)
        parallel_run(options->threads, scoring->model->rule_count, measure_rule, scoring);
    for (size_t i = 0; i < scoring->model->rule_count; i++) {
        uint32_t capped =
            options->sessions == NULL ? scoring->counts[i].capped : options->sessions[i].capped;

        good = good && !scoring->failed[i];
        scoring->blocks.not_before |= (uint64_t)(capped > 0) << i;
    }
    return good;
}

static struct linkage_weights *make_weights(const struct linkage_model *model)
{
    struct linkage_weights *weights = malloc((model->source_pair_count + 1) * sizeof *weights);

    for (size_t i = 0; weights != NULL && i <= model->source_pair_count; i++)
        linkage_weights_make(model, i < model->source_pair_count ? (int)i : -1, &weights[i]);
    return weights;
}

int linkage_score(const struct linkage_set *set, const struct linkage_model *model,
                  const struct linkage_score_options *options, struct linkage_pair **ret_pairs,
                  size_t *ret_count, struct linkage_rule_count *counts)
{
    struct scoring scoring = {.set = set, .model = model, .counts = counts};
    struct linkage_weights *weights = make_weights(model);
    struct pair_list all = {0};
    bool good = weights != NULL;

    scoring.weights = weights;
    place_weights(&scoring);
    scoring.blocks = (struct linkage_block_options){.cap = model->block_cap,
                                                    .from_face = options->from_face,
                                                    .parts = options->parts,
                                                    .keys = options->keys};
    scoring.least = (float)(model->floor - rough_prior_margin - model->prior);
    good = good && find_capped(&scoring, options);
    if (good)
        parallel_run(options->threads, model->rule_count, score_rule, &scoring);
    for (size_t i = 0; i < PARALLEL_THREADS_MAX; i++)
        linkage_block_buffer_release(&scoring.buffers[i]);
    for (size_t i = 0; i < model->rule_count; i++) {
        good = good && !scoring.failed[i] && pair_list_take(&all, &scoring.lists[i]);
        pair_list_release(&scoring.lists[i]);
    }
    free(weights);
    if (good)
        good = pairs_sort_by_records(all.items, all.count);
    if (!good) {
        pair_list_release(&all);
        return ERROR_OUT_OF_MEMORY;
    }
    all.count = keep_best(all.items, all.count);
    *ret_pairs = all.items;
    *ret_count = all.count;
    return 0;
}

/* ---- the whole ---- */

static bool has_open_field(const struct linkage_schema *schema)
{
    return linkage_schema_find(schema, LINKAGE_EXACT) >= 0 ||
           linkage_schema_find(schema, LINKAGE_TEXT) >= 0;
}

static void add_every_pair(struct linkage_model *model)
{
    if (model->rule_count >= LINKAGE_RULES_MAX)
        model->rule_count = LINKAGE_RULES_MAX - 1;
    model->rules[model->rule_count++] = (struct linkage_rule){.name = "every pair"};
}

static double pairs_of(const struct linkage_set *set)
{
    return (double)set->face_count * ((double)set->face_count - 1) / 2;
}

/* The rules of a set that brings no model. */
static int choose_rules(const struct linkage_set *set, struct linkage_model *model)
{
    if (pairs_of(set) <= every_pair_below) {
        if (linkage_rules_drop_covered(set->schema, model->rules, &model->rule_count) != 0)
            return ERROR_OUT_OF_MEMORY;
        add_every_pair(model);
        return 0;
    }
    if (has_open_field(set->schema) || set->face_count > CHOOSE_FROM_FACES)
        return linkage_rules_choose(set, pairs_a_face, model->block_cap, model->rules,
                                    &model->rule_count);
    return linkage_rules_drop_covered(set->schema, model->rules, &model->rule_count);
}

/* What a person decided, training does not change. */
static void keep_by_hand(const struct linkage_model *kept, struct linkage_model *model)
{
    model->threshold = kept->threshold;
    model->review = kept->review;
    model->lead = kept->lead;
    model->floor = kept->floor;
    model->block_cap = kept->block_cap;
    for (size_t field = 0; field < model->schema.field_count; field++)
        for (unsigned level = 1; level < LINKAGE_LEVELS_MAX; level++)
            if (kept->levels[field][level].fixed)
                model->levels[field][level] = kept->levels[field][level];
}

static int prepare_model(struct linkage_set *set, const struct linkage_options *options,
                         struct linkage_model *model, struct error *error)
{
    if (options->model != NULL) {
        *model = *options->model;
        linkage_model_adopt(model, set);
        if (pairs_of(set) > every_pair_below)
            linkage_rules_drop_every_pair(model);
        if (options->fit_priors)
            linkage_priors_open(set, model);
        return 0;
    }
    linkage_model_default(set->schema, model);
    if (options->kept != NULL)
        keep_by_hand(options->kept, model);
    if (choose_rules(set, model) != 0) {
        model->rule_count = 0;
        return error_set(error, ERROR_OUT_OF_MEMORY, "no memory to choose blocking rules");
    }
    model->source_count = set->source_count;
    for (size_t i = 0; i < set->source_count; i++)
        memcpy(model->source_names[i], set->sources[i].name, LINKAGE_SOURCE_NAME_MAX);
    return 0;
}

size_t linkage_keep_above_floor(const struct linkage_set *set, const struct linkage_model *model,
                                struct linkage_pair *pairs, size_t count)
{
    size_t kept = 0;

    for (size_t i = 0; i < count; i++) {
        int own = linkage_model_sources(model, linkage_source_of(set, pairs[i].left),
                                        linkage_source_of(set, pairs[i].right));
        double prior = own < 0 ? model->prior : model->sources[own].prior;

        if (pairs[i].weight + prior >= model->floor)
            pairs[kept++] = pairs[i];
    }
    return kept;
}

static int find_odds(struct linkage_set *set, const struct linkage_options *options,
                     struct linkage_result *result)
{
    struct linkage_partners partners;
    int failed = 0;

    if (options->model == NULL || options->fit_priors)
        failed = linkage_priors_fit(set, result->pairs, result->pair_count, &result->model);
    linkage_model_round(&result->model);
    if (failed == 0)
        result->pair_count =
            linkage_keep_above_floor(set, &result->model, result->pairs, result->pair_count);
    if (failed == 0)
        failed =
            linkage_partners_make(result->pairs, result->pair_count, set->record_count, &partners);
    if (failed == 0) {
        linkage_odds(set, &result->model, &partners, result->pairs, result->pair_count);
        linkage_partners_release(&partners);
    }
    return failed;
}

/* Sorting the keys of a rule takes 16 bytes a face in each thread. */
static uint32_t parts_for(const struct linkage_set *set, const struct linkage_options *options)
{
    double wanted = 16.0 * (double)set->face_count * options->threads;

    if (options->memory_bytes == 0 || wanted <= (double)options->memory_bytes / 4)
        return 1;
    return (uint32_t)ceil(wanted / ((double)options->memory_bytes / 4));
}

static int decide(struct linkage_set *set, const struct linkage_options *options,
                  struct linkage_result *result, struct error *error)
{
    double start = now();
    int failed = find_odds(set, options, result);

    result->cluster = failed == 0 ? malloc((set->record_count + 1) * sizeof(uint32_t)) : NULL;
    if (result->cluster == NULL)
        failed = ERROR_OUT_OF_MEMORY;
    if (failed == 0)
        failed = linkage_decide(set, &result->model, options->verdicts, options->verdict_count,
                                result->pairs, result->pair_count, result->cluster);
    result->seconds.decide = now() - start;
    return failed == 0 ? 0 : error_set(error, ERROR_OUT_OF_MEMORY, "no memory to decide links");
}

/* Frequencies, rules, keys and weights. */
static int prepare(struct linkage_set *set, const struct linkage_options *options,
                   struct linkage_keys *keys, struct linkage_result *result, struct error *error)
{
    struct linkage_frequencies frequencies;
    double start = now(), after;
    int failed = 0;

    if (options->model != NULL && options->frequencies != NULL) {
        linkage_frequencies_fill(options->frequencies, set, 0);
    } else {
        failed = linkage_frequencies_count(set, &frequencies, error);
        if (failed != 0)
            return failed;
        linkage_frequencies_fill(&frequencies, set, 0);
        linkage_frequencies_release(&frequencies); /* training needs chances of agreement alone */
    }
    after = now();
    result->seconds.frequency = after - start;
    failed = prepare_model(set, options, &result->model, error);
    /* Without room for the keys they are made again for each rule. */
    if (failed == 0 && parts_for(set, options) == 1 &&
        linkage_keys_make(set, result->model.rules, result->model.rule_count, options->threads,
                          keys) != 0)
        *keys = (struct linkage_keys){0};
    start = now();
    result->seconds.block = start - after;
    if (failed == 0 && options->model == NULL)
        failed = linkage_train(set, &frequencies, keys->keys == NULL ? NULL : keys,
                               options->threads, &result->model, result->sessions, error);
    linkage_model_round(&result->model);
    result->seconds.train = now() - start;
    return failed;
}

int linkage_run(struct linkage_set *set, const struct linkage_options *options,
                struct linkage_result *ret, struct error *error)
{
    struct linkage_score_options score = {.threads = options->threads,
                                          .parts = parts_for(set, options)};
    struct linkage_keys keys = {0};

    *ret = (struct linkage_result){0};
    int failed = prepare(set, options, &keys, ret, error);
    double start = now();
    score.keys = keys.keys == NULL ? NULL : &keys;
    score.sessions = options->model == NULL ? ret->sessions : NULL;
    if (failed == 0 &&
        linkage_score(set, &ret->model, &score, &ret->pairs, &ret->pair_count, ret->rules) != 0)
        failed = error_set(error, ERROR_OUT_OF_MEMORY, "no memory for scored pairs");
    linkage_keys_release(&keys);
    for (size_t i = 0; failed == 0 && i < ret->model.rule_count; i++)
        ret->candidates += ret->rules[i].pairs;
    ret->seconds.score = now() - start;
    if (failed == 0)
        failed = decide(set, options, ret, error);
    if (failed != 0)
        linkage_result_release(ret);
    return failed;
}

void linkage_result_release(struct linkage_result *result)
{
    free(result->pairs);
    free(result->cluster);
    result->pairs = NULL;
    result->cluster = NULL;
}

bool linkage_would_block(const struct linkage_set *set, const struct linkage_model *model,
                         uint32_t left, uint32_t right)
{
    if (!linkage_may_pair(set, left, right))
        return false;
    for (uint32_t i = linkage_first_face(set, left); i < linkage_first_face(set, left + 1); i++)
        for (uint32_t j = linkage_first_face(set, right); j < linkage_first_face(set, right + 1);
             j++)
            for (size_t rule = 0; rule < model->rule_count; rule++)
                if (linkage_rule_joins(&model->rules[rule], linkage_face(set, i),
                                       linkage_face(set, j)))
                    return true;
    return false;
}
