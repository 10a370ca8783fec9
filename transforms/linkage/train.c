#include "train.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/parallel.h"
#include "compare.h"
#include "pattern_table.h"
#include "train_fit.h"

enum { RANDOM_SLICES = 8, TRAIN_ROUNDS = 2 };

/* What each thread fills: a table of its own a task. */
struct counting {
    const struct linkage_set *set;
    const struct linkage_model *model;
    const struct fit *fit;
    struct linkage_rule kin;
    bool has_kin;
    const struct linkage_keys *keys;
    struct linkage_block_buffer *buffers; /* one a thread */
    struct pattern_table *sessions;       /* model.rule_count, then kin */
    struct linkage_rule_count *counts;
    struct pattern_table slices[RANDOM_SLICES];
    bool failed[LINKAGE_RULES_MAX + 1 + RANDOM_SLICES];
};

struct tally {
    const struct counting *counting;
    struct pattern_table *table;
};

static uint64_t scatter(uint64_t value)
{
    value += 0x9e3779b97f4a7c15u;
    value = (value ^ value >> 30) * 0xbf58476d1ce4e5b9u;
    value = (value ^ value >> 27) * 0x94d049bb133111ebu;
    return value ^ value >> 31;
}

static int tally_batch(const struct linkage_batch *batch, void *context)
{
    struct tally *tally = context;
    const struct linkage_set *set = tally->counting->set;

    for (size_t i = 0; i < batch->count; i++) {
        uint32_t left = batch->left[i], right = batch->right[i];
        uint64_t pattern =
            linkage_compare(set->schema, linkage_face(set, left), linkage_face(set, right));
        uint16_t sources =
            fit_sources(tally->counting->fit, linkage_source_of(set, linkage_record_of(set, left)),
                        linkage_source_of(set, linkage_record_of(set, right)));

        if (!pattern_table_add(tally->table, pattern, sources, 1))
            return ERROR_OUT_OF_MEMORY;
    }
    return 0;
}

/* ---- random pairs ---- */

static int tally_pair(struct tally *tally, struct linkage_batch *batch, uint32_t left,
                      uint32_t right)
{
    const struct linkage_set *set = tally->counting->set;

    if (!linkage_may_pair(set, linkage_record_of(set, left), linkage_record_of(set, right)))
        return 0;
    for (size_t word = 0; word < set->schema->words; word += 16) {
        __builtin_prefetch(linkage_face(set, left) + word);
        __builtin_prefetch(linkage_face(set, right) + word);
    }
    batch->left[batch->count] = left;
    batch->right[batch->count++] = right;
    if (batch->count < LINKAGE_BATCH)
        return 0;
    int result = tally_batch(batch, tally);
    batch->count = 0;
    return result;
}

/* A slice of the random pairs; of all pairs, where they are few. */
static int tally_random(struct tally *tally, uint64_t slice)
{
    uint64_t faces = tally->counting->set->face_count, all = faces * (faces - 1) / 2;
    struct linkage_batch batch = {0};
    int result = 0;

    if (faces < 2)
        return 0;
    if (all <= TRAIN_RANDOM_PAIRS) {
        for (uint64_t left = slice; left < faces; left += RANDOM_SLICES)
            for (uint64_t right = left + 1; right < faces && result == 0; right++)
                result = tally_pair(tally, &batch, (uint32_t)left, (uint32_t)right);
    } else {
        for (uint64_t i = slice; i < TRAIN_RANDOM_PAIRS && result == 0; i += RANDOM_SLICES) {
            uint32_t one = (uint32_t)(scatter(2 * i) % faces),
                     other = (uint32_t)(scatter(2 * i + 1) % faces);

            result =
                tally_pair(tally, &batch, one < other ? one : other, one < other ? other : one);
        }
    }
    return result == 0 ? tally_batch(&batch, tally) : result;
}

/* ---- all counting, as tasks ---- */

static void count_task(size_t task, unsigned thread, void *context)
{
    struct counting *counting = context;
    size_t rules = counting->model->rule_count;
    struct linkage_block_options options = {.cap = counting->model->block_cap,
                                            .pair_limit = TRAIN_RULE_PAIRS,
                                            .keys = task < rules ? counting->keys : NULL,
                                            .column = task,
                                            .buffer = &counting->buffers[thread]};
    struct tally tally = {.counting = counting};
    int result;

    if (task <= rules) {
        const struct linkage_rule *rule =
            task < rules ? &counting->model->rules[task] : &counting->kin;

        /* Every pair there is says nothing that random pairs do not. */
        if ((task == rules && !counting->has_kin) || rule->form_count == 0)
            return;
        tally.table = &counting->sessions[task];
        result = linkage_block_visit(counting->set, rule, NULL, 0, &options, tally_batch, &tally,
                                     &counting->counts[task]);
    } else {
        tally.table = &counting->slices[task - rules - 1];
        result = tally_random(&tally, task - rules - 1);
    }
    counting->failed[task] = result != 0;
}

/* Blocks of one postcode, where there are names to tell kin by. */
static bool make_kin_rule(const struct linkage_schema *schema, struct linkage_rule *ret)
{
    int postcode = linkage_schema_find(schema, LINKAGE_POSTCODE);

    if (postcode < 0 || linkage_schema_find(schema, LINKAGE_GIVEN_NAME) < 0 ||
        linkage_schema_find(schema, LINKAGE_FAMILY_NAME) < 0 ||
        linkage_schema_find(schema, LINKAGE_DATE_OF_BIRTH) < 0)
        return false;
    *ret = (struct linkage_rule){.form_count = 1};
    ret->forms[0] =
        (struct linkage_rule_form){.field = (uint8_t)postcode,
                                   .word = (uint16_t)(schema->fields[postcode].hot + POSTCODE_UNIT),
                                   .plus = LINKAGE_NO_WORD};
    return true;
}

static bool count_all(struct counting *counting, unsigned threads, struct pattern_table *random)
{
    size_t tasks = counting->model->rule_count + 1 + RANDOM_SLICES;
    bool good = true;

    parallel_run(threads, tasks, count_task, counting);
    for (size_t task = 0; task < tasks; task++)
        good = good && !counting->failed[task];
    for (size_t slice = 0; slice < RANDOM_SLICES; slice++) {
        struct pattern_table *table = &counting->slices[slice];

        for (size_t i = 0; i < table->size && good; i++)
            if (table->slots[i].count != 0)
                good = pattern_table_add(random, table->slots[i].pattern, table->slots[i].sources,
                                         table->slots[i].count);
        pattern_table_release(table);
    }
    pattern_table_close(random);
    for (size_t i = 0; i <= counting->model->rule_count; i++)
        pattern_table_close(&counting->sessions[i]);
    return good;
}

/* The share of a rule's pairs that were looked at. */
static double share_seen(const struct linkage_rule_count *count)
{
    return count->all <= TRAIN_RULE_PAIRS ? 1.0 : (double)TRAIN_RULE_PAIRS / (double)count->all;
}

int linkage_train(const struct linkage_set *set, const struct linkage_frequencies *frequencies,
                  const struct linkage_keys *keys, unsigned threads, struct linkage_model *model,
                  struct linkage_session *sessions, struct error *error)
{
    struct linkage_block_buffer buffers[PARALLEL_THREADS_MAX] = {{0}};
    struct pattern_table tables[LINKAGE_RULES_MAX + 1] = {{0}}, random = {0};
    struct linkage_rule_count counts[LINKAGE_RULES_MAX + 1] = {{0}};
    struct fit fit;
    struct counting counting = {
        .set = set, .model = model, .fit = &fit, .sessions = tables, .counts = counts};

    counting.keys = keys;
    counting.buffers = buffers;
    bool good;
    fit_init(&fit, set, model);
    counting.has_kin = make_kin_rule(set->schema, &counting.kin);
    good = count_all(&counting, threads, &random);
    for (size_t i = 0; i < PARALLEL_THREADS_MAX; i++)
        linkage_block_buffer_release(&buffers[i]);
    if (good) {
        for (size_t i = 0; i < model->rule_count; i++)
            fit_add_session(&fit, &model->rules[i], &tables[i], share_seen(&counts[i]));
        if (counting.has_kin)
            fit_add_kin(&fit, &counting.kin, &tables[model->rule_count],
                        share_seen(&counts[model->rule_count]));
        fit_strangers(&fit, &random, frequencies);
        for (int round = 0; round < TRAIN_ROUNDS; round++) {
            fit_matches(&fit);
            fit_strangers(&fit, &random, frequencies);
        }
        fit_matches(&fit);
        fit_sources_apart(&fit);
        fit_give(&fit, model, sessions);
        for (size_t i = 0; sessions != NULL && i < model->rule_count; i++)
            sessions[i].capped = counts[i].capped;
    }
    for (size_t i = 0; i <= model->rule_count; i++)
        pattern_table_release(&tables[i]);
    pattern_table_release(&random);
    return good ? 0 : error_set(error, ERROR_OUT_OF_MEMORY, "no memory to train the linkage");
}
