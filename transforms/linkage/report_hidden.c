#include "report_hidden.h"

#include <stdlib.h>

/* ---- numbers ---- */

/* Takes the number words of every face away into words, or brings them back. */
static void move_numbers(struct linkage_set *set, size_t field, uint64_t *words, bool back)
{
    uint16_t hot = set->schema->fields[field].hot;

    for (size_t i = 0; i < set->face_count; i++) {
        uint32_t *face = set->faces + i * set->schema->words + hot;

        if (back) {
            face[NHS_NUMBER_LOW] = (uint32_t)words[i];
            face[NHS_NUMBER_HIGH] = (uint32_t)(words[i] >> 32);
        } else {
            words[i] = (uint64_t)face[NHS_NUMBER_HIGH] << 32 | face[NHS_NUMBER_LOW];
            face[NHS_NUMBER_LOW] = face[NHS_NUMBER_HIGH] = 0;
        }
    }
}

/* ---- counting ---- */

struct labelled {
    uint64_t label;
    uint32_t record;
};

struct counting {
    const struct linkage_set *set;
    const struct linkage_model *model;
    struct linkage_grouping *groupings;
    size_t grouping_count;
    struct linkage_hidden *hidden;
    struct labelled *by_label; /* records with a number */
    size_t count;
    uint32_t *group;   /* of each record, by the linkage */
    uint64_t step, at; /* every step-th true pair is tried for its blocks */
};

static int by_label(const void *left, const void *right)
{
    const struct labelled *l = left, *r = right;

    if (l->label != r->label)
        return l->label < r->label ? -1 : 1;
    return l->record < r->record ? -1 : l->record > r->record;
}

static void add(struct linkage_hidden_count *to, const struct linkage_hidden_count *what)
{
    to->truth += what->truth;
    to->said += what->said;
    to->right += what->right;
    to->tested += what->tested;
    to->blocked += what->blocked;
}

static void add_pair(struct counting *counting, uint32_t left, uint32_t right,
                     const struct linkage_hidden_count *what)
{
    size_t one = linkage_source_of(counting->set, left),
           other = linkage_source_of(counting->set, right);
    size_t low = one < other ? one : other, high = one < other ? other : one;

    add(&counting->hidden->all, what);
    add(&counting->hidden->sources[low * LINKAGE_SOURCES_MAX + high], what);
    for (size_t i = 0; i < counting->grouping_count; i++) {
        const struct linkage_grouping *grouping = &counting->groupings[i];
        uint8_t of_left = grouping->group_of[left], of_right = grouping->group_of[right];

        add(&grouping->counts[of_left], what);
        if (of_right != of_left)
            add(&grouping->counts[of_right], what);
    }
}

static void add_true(struct counting *counting, uint32_t left, uint32_t right)
{
    struct linkage_hidden_count what = {.truth = 1};

    what.right = counting->group[left] == counting->group[right];
    what.tested = counting->at++ % counting->step == 0;
    what.blocked = what.tested && linkage_would_block(counting->set, counting->model, left, right);
    add_pair(counting, left, right, &what);
}

static void add_said(struct counting *counting, uint32_t left, uint32_t right)
{
    add_pair(counting, left, right, &(struct linkage_hidden_count){.said = 1});
}

/* Calls visit for every pair of records with the same label; items are in order of label. */
static void visit_pairs(struct counting *counting, const struct labelled *items,
                        void (*visit)(struct counting *, uint32_t, uint32_t))
{
    for (size_t start = 0, end; start < counting->count; start = end) {
        for (end = start; end < counting->count && items[end].label == items[start].label;)
            end++;
        if (end - start > LINKAGE_HIDDEN_MEMBERS_MAX) {
            counting->hidden->left_out++;
            continue;
        }
        for (size_t i = start; i < end; i++)
            for (size_t j = i + 1; j < end; j++)
                visit(counting, items[i].record, items[j].record);
    }
}

static uint64_t pairs_of(uint64_t count)
{
    return count * (count - (count > 0)) / 2;
}

/* The counts of all pairs under counting->group, without going through those that are said.
 * members has a zero for each record, and has it again afterwards. */
static struct linkage_hidden_count count_groups(const struct counting *counting, uint32_t *members)
{
    const struct labelled *items = counting->by_label;
    struct linkage_hidden_count count = {0};

    for (size_t start = 0, end; start < counting->count; start = end) {
        for (end = start; end < counting->count && items[end].label == items[start].label; end++)
            count.right += members[counting->group[items[end].record]]++;
        for (size_t i = start; i < end; i++)
            members[counting->group[items[i].record]] = 0;
        count.truth += pairs_of(end - start);
    }
    for (size_t i = 0; i < counting->count; i++)
        count.said += members[counting->group[items[i].record]]++;
    for (size_t i = 0; i < counting->count; i++)
        members[counting->group[items[i].record]] = 0;
    return count;
}

/* ---- the test ---- */

static int take_labels(struct counting *counting)
{
    const struct linkage_set *set = counting->set;

    counting->by_label = malloc((set->record_count + 1) * sizeof *counting->by_label);
    counting->group = malloc((set->record_count + 1) * sizeof *counting->group);
    counting->hidden->sources =
        calloc(LINKAGE_SOURCES_MAX * LINKAGE_SOURCES_MAX, sizeof *counting->hidden->sources);
    if (counting->by_label == NULL || counting->group == NULL || counting->hidden->sources == NULL)
        return ERROR_OUT_OF_MEMORY;
    for (uint32_t i = 0; i < set->record_count; i++) {
        uint64_t number = linkage_number_of(set, i);

        if (number == 0)
            continue;
        counting->by_label[counting->count++] = (struct labelled){number, i};
        for (size_t g = 0; g < counting->grouping_count; g++)
            counting->groupings[g].records[counting->groupings[g].group_of[i]]++;
    }
    qsort(counting->by_label, counting->count, sizeof *counting->by_label, by_label);
    counting->hidden->records = counting->count;
    for (size_t i = 0; i < counting->count; i++)
        counting->hidden->people +=
            i == 0 || counting->by_label[i].label != counting->by_label[i - 1].label;
    return 0;
}

static int count_pairs(struct counting *counting, const struct linkage_result *result)
{
    struct labelled *by_group = malloc((counting->count + 1) * sizeof *by_group);
    uint32_t *members = calloc(counting->set->record_count + 1, sizeof *members);
    int failed = by_group == NULL || members == NULL ? ERROR_OUT_OF_MEMORY : 0;

    for (int t = 0; t < LINKAGE_THRESHOLDS && failed == 0; t++) {
        failed = linkage_groups_at(result->pairs, result->pair_count, counting->set->record_count,
                                   LINKAGE_THRESHOLD_LOW + t, counting->group);
        if (failed == 0)
            counting->hidden->at[t] = count_groups(counting, members);
    }
    if (failed == 0) {
        for (size_t i = 0; i < counting->set->record_count; i++)
            counting->group[i] = result->cluster[i];
        for (size_t i = 0; i < counting->count; i++)
            by_group[i] = (struct labelled){counting->group[counting->by_label[i].record],
                                            counting->by_label[i].record};
        qsort(by_group, counting->count, sizeof *by_group, by_label);
        counting->step = 1 + counting->hidden->at[0].truth / LINKAGE_HIDDEN_TRIED_MAX;
        visit_pairs(counting, counting->by_label, add_true);
        visit_pairs(counting, by_group, add_said);
    }
    free(by_group);
    free(members);
    return failed;
}

int linkage_hidden_test(struct linkage_set *set, const struct linkage_options *options,
                        struct linkage_grouping *groupings, size_t grouping_count,
                        struct linkage_hidden *ret, struct error *error)
{
    int number = linkage_schema_find(set->schema, LINKAGE_NHS_NUMBER);
    struct linkage_options blind = {.threads = options->threads,
                                    .memory_bytes = options->memory_bytes,
                                    .model = options->model,
                                    .frequencies = options->frequencies};
    struct linkage_result *result = calloc(1, sizeof *result);
    uint64_t *words = malloc((set->face_count + 1) * sizeof *words);
    struct counting counting = {
        .set = set, .groupings = groupings, .grouping_count = grouping_count, .hidden = ret};
    int failed = result == NULL || words == NULL ? ERROR_OUT_OF_MEMORY : 0;

    *ret = (struct linkage_hidden){0};
    failed = failed ? failed : take_labels(&counting);
    if (failed == 0 && number >= 0) {
        move_numbers(set, (size_t)number, words, false);
        failed = linkage_run(set, &blind, result, error);
        if (failed == 0) {
            counting.model = &result->model;
            failed = count_pairs(&counting, result);
            linkage_result_release(result);
        }
        move_numbers(set, (size_t)number, words, true);
    }
    free(counting.by_label);
    free(counting.group);
    free(words);
    free(result);
    if (failed == ERROR_OUT_OF_MEMORY)
        error_set(error, ERROR_OUT_OF_MEMORY, "no memory for the test with hidden NHS numbers");
    return failed;
}

void linkage_hidden_release(struct linkage_hidden *hidden)
{
    free(hidden->sources);
    *hidden = (struct linkage_hidden){0};
}
