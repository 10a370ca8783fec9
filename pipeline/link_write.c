#include "link_write.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "linkage/compare.h"
#include "linkage/weigh.h"

enum { FLAG_MANY = 1, FLAG_CONFLICT = 2, FLAG_CHANGED = 4, FLAG_REVIEW = 8, FLAG_STEWARD = 16 };
enum { NO_PAIR = UINT32_MAX };
static const float leads_told[] = {10, 4, 2, 1, 0};

/* What the database is told of a pair. */
struct told {
    float weight, odds, lead;
};

/* How each record came to its group. */
struct link_stories {
    uint32_t *founder; /* of the group whose smallest record this is */
    uint32_t *best;    /* its best linked pair, or NO_PAIR */
    uint8_t *flags;
    struct told *told; /* of each pair */
};

/* ---- what there is to tell ---- */

/* Is the pair kept in the open? */
static bool is_told(const struct linkage_result *result, const struct linkage_pair *pair)
{
    return pair->odds >= (float)result->model.review;
}

/* A group's founder is its member with the smallest (first period, patient key): records are in
 * order of patient key. So the key of a person is a function of the records alone. */
static void find_founders(const struct link_records *records, const struct linkage_result *result,
                          struct link_stories *stories)
{
    const int32_t *periods = records->periods.bytes;
    for (uint32_t i = 0; i < records->count; i++) {
        uint32_t group = result->cluster[i];
        if (i == group || periods[i] < periods[stories->founder[group]]) {
            stories->founder[group] = i;
        }
    }
}

static void flag_pair(const struct linkage_result *result, const struct linkage_pair *pair,
                      struct link_stories *stories)
{
    bool reached = pair->odds >= (float)result->model.threshold;
    uint8_t flag = 0;
    if (pair->outcome == LINKAGE_MANY && reached) {
        flag = FLAG_MANY;
    } else if (pair->outcome == LINKAGE_CONFLICT && reached) {
        flag = FLAG_CONFLICT;
    } else if ((pair->outcome == LINKAGE_BELOW || pair->outcome == LINKAGE_WEAK) &&
               pair->odds >= (float)result->model.review &&
               result->cluster[pair->left] != result->cluster[pair->right]) {
        flag = FLAG_REVIEW;
    }
    stories->flags[pair->left] |= flag;
    stories->flags[pair->right] |= flag;
}

/* Pairs come best first. */
static void find_best(const struct linkage_result *result, struct link_stories *stories)
{
    for (size_t i = 0; i < result->pair_count; i++) {
        const struct linkage_pair *pair = &result->pairs[i];
        flag_pair(result, pair, stories);
        if (pair->outcome != LINKAGE_LINKED) {
            continue;
        }
        if (stories->best[pair->left] == NO_PAIR) {
            stories->best[pair->left] = (uint32_t)i;
        }
        if (stories->best[pair->right] == NO_PAIR) {
            stories->best[pair->right] = (uint32_t)i;
        }
    }
}

static void find_rest(const struct link_records *records, const struct linkage_result *result,
                      struct link_stories *stories)
{
    const bool *changed = records->changed.bytes;
    for (size_t i = 0; i < records->count; i++) {
        stories->flags[i] = (uint8_t)(stories->flags[i] | (changed[i] ? FLAG_CHANGED : 0));
    }
    for (size_t i = 0; i < records->verdict_count; i++) {
        const struct linkage_verdict *verdict = &records->verdicts[i];
        if (verdict->same && result->cluster[verdict->left] == result->cluster[verdict->right]) {
            stories->flags[verdict->left] |= FLAG_STEWARD;
            stories->flags[verdict->right] |= FLAG_STEWARD;
        }
    }
}

static struct linkage_weights *make_average(const struct linkage_model *model)
{
    struct linkage_weights *weights = malloc((model->source_pair_count + 1) * sizeof *weights);
    for (size_t i = 0; weights != NULL && i <= model->source_pair_count; i++) {
        linkage_weights_make_average(model, i < model->source_pair_count ? (int)i : -1,
                                     &weights[i]);
    }
    return weights;
}

/* ---- told by patterns alone ---- */

/* A copy of the database must not tell how rare a name is: a frequency attack starts there. So a
 * pair is told by its pattern and its sources: the weight that the levels of agreement have for
 * values of average frequency, and with it the prior. Rivals are left out of the odds: they fit as
 * well as their values are rare, and the rivals' own pattern is told in the next row. */
static struct told tell(const struct link_records *records, const struct linkage_model *model,
                        const struct linkage_weights *average, const struct linkage_pair *pair)
{
    int sources = linkage_model_sources(model, linkage_source_of(&records->set, pair->left),
                                        linkage_source_of(&records->set, pair->right));
    double prior = sources < 0 ? model->prior : model->sources[sources].prior;
    float weight = linkage_weigh(&average[sources < 0 ? model->source_pair_count : (size_t)sources],
                                 pair->pattern, NULL);
    return (struct told){weight, weight + (float)round(prior), LINKAGE_NO_RIVAL};
}

/* The best odds told of a record's pairs: those that lead to one group, and to any other. */
struct best_told {
    uint32_t group; /* where the first leads */
    float first, second;
};

static void note_told(struct best_told *best, uint32_t group, float odds)
{
    if (group == best->group) {
        best->first = fmaxf(best->first, odds);
    } else if (odds > best->first) {
        *best = (struct best_told){group, odds, best->first};
    } else {
        best->second = fmaxf(best->second, odds);
    }
}

static float rival_of(const struct best_told *best, uint32_t group)
{
    return best->group == group ? best->second : best->first;
}

/* The lead over the best other pair of either record that leads to another person, in coarse steps.
 * It is made of what is told of those pairs, and of no pair that is not told: who reads it could
 * have reckoned it. */
static bool tell_leads(const struct link_records *records, const struct linkage_result *result,
                       struct told *told)
{
    const uint32_t *group = result->cluster;
    struct best_told *best = malloc((records->count + 1) * sizeof *best);
    for (size_t i = 0; i < records->count && best != NULL; i++) {
        best[i] = (struct best_told){UINT32_MAX, -INFINITY, -INFINITY};
    }
    for (size_t i = 0; i < result->pair_count && best != NULL; i++) {
        const struct linkage_pair *pair = &result->pairs[i];
        if (is_told(result, pair)) {
            note_told(&best[pair->left], group[pair->right], told[i].odds);
            note_told(&best[pair->right], group[pair->left], told[i].odds);
        }
    }
    for (size_t i = 0; i < result->pair_count && best != NULL; i++) {
        const struct linkage_pair *pair = &result->pairs[i];
        float rival = fmaxf(rival_of(&best[pair->left], group[pair->right]),
                            rival_of(&best[pair->right], group[pair->left]));
        size_t step = 0;
        while (leads_told[step] > 0 && told[i].odds - rival < leads_told[step]) {
            step++;
        }
        told[i].lead = isinf(rival) ? LINKAGE_NO_RIVAL : leads_told[step];
    }
    bool good = best != NULL;
    free(best);
    return good;
}

static struct told *tell_all(const struct link_records *records,
                             const struct linkage_result *result)
{
    struct told *told = malloc((result->pair_count + 1) * sizeof *told);
    struct linkage_weights *average = make_average(&result->model);
    bool good = told != NULL && average != NULL;
    for (size_t i = 0; i < result->pair_count && good; i++) {
        told[i] = tell(records, &result->model, average, &result->pairs[i]);
    }
    good = good && tell_leads(records, result, told);
    free(average);
    if (!good) {
        free(told);
        return NULL;
    }
    return told;
}

static int make_stories(const struct link_records *records, const struct linkage_result *result,
                        struct link_stories *stories, struct error *error)
{
    size_t count = records->count + 1;
    stories->founder = calloc(count, sizeof *stories->founder);
    stories->best = malloc(count * sizeof *stories->best);
    stories->flags = calloc(count, sizeof *stories->flags);
    stories->told = tell_all(records, result);
    if (stories->founder == NULL || stories->best == NULL || stories->flags == NULL ||
        stories->told == NULL || result->pair_count >= NO_PAIR) {
        return error_set(error, ERROR_OUT_OF_MEMORY, "no memory for decisions");
    }
    for (size_t i = 0; i < count; i++) {
        stories->best[i] = NO_PAIR;
    }
    find_founders(records, result, stories);
    find_best(result, stories);
    find_rest(records, result, stories);
    return 0;
}

static void release_stories(struct link_stories *stories)
{
    free(stories->founder);
    free(stories->best);
    free(stories->flags);
    free(stories->told);
}

/* ---- COPY ---- */

static int copy_text(struct database_copy *copy, const char *text, struct error *error)
{
    return database_copy_bytes(copy, text, strlen(text), error);
}

static int copy_key(struct database_copy *copy, const struct link_records *records, uint32_t record,
                    struct error *error)
{
    struct token key;
    int failed = link_key(records, record, &key, error);
    return failed ? failed : database_copy_bytes(copy, key.bytes, TOKEN_SIZE, error);
}

static unsigned char *put_uint32(unsigned char *at, uint32_t value)
{
    at[0] = (unsigned char)(value >> 24);
    at[1] = (unsigned char)(value >> 16);
    at[2] = (unsigned char)(value >> 8);
    at[3] = (unsigned char)value;
    return at + 4;
}

/* A real: its four bytes, the highest first. */
static int copy_real(struct database_copy *copy, float value, struct error *error)
{
    unsigned char bytes[4];
    uint32_t bits;
    memcpy(&bits, &value, sizeof bits);
    put_uint32(bytes, bits);
    return database_copy_bytes(copy, bytes, sizeof bytes, error);
}

/* text[] in Postgres's binary form: dimensions, "has nulls", type, then length and first index of
 * the one dimension and each element with its length. */
static int copy_flags(struct database_copy *copy, uint8_t flags, struct error *error)
{
    enum { TYPE_TEXT = 25 };
    static const char *const names[] = {"many_match", "conflict", "number_changed", "review"};
    unsigned char bytes[128], *at = bytes;
    uint32_t count = 0;
    for (size_t i = 0; i < 4; i++) {
        count += (flags & 1u << i) != 0;
    }
    at = put_uint32(at, count > 0 ? 1 : 0);
    at = put_uint32(at, 0);
    at = put_uint32(at, TYPE_TEXT);
    if (count > 0) {
        at = put_uint32(at, count);
        at = put_uint32(at, 1);
    }
    for (size_t i = 0; i < 4; i++) {
        size_t length = strlen(names[i]);
        if ((flags & 1u << i) != 0) {
            at = put_uint32(at, (uint32_t)length);
            memcpy(at, names[i], length);
            at += length;
        }
    }
    return database_copy_bytes(copy, bytes, (size_t)(at - bytes), error);
}

static const char *step_of(const struct linkage_schema *schema, const struct linkage_pair *pair)
{
    int number = linkage_schema_find(schema, LINKAGE_NHS_NUMBER);
    return number >= 0 && linkage_level_of(pair->pattern, (size_t)number) == EXACT_EQUAL
               ? "nhs_number"
               : "weights";
}

static int copy_link(const struct link_context *context, struct database_copy *copy,
                     const struct link_records *records, const struct linkage_result *result,
                     const struct link_stories *stories, uint32_t record, struct error *error)
{
    uint32_t founder = stories->founder[result->cluster[record]];
    const struct linkage_pair *pair = founder == record || stories->best[record] == NO_PAIR
                                          ? NULL
                                          : &result->pairs[stories->best[record]];
    const char *step = pair != NULL        ? step_of(records->set.schema, pair)
                       : founder == record ? "alone"
                                           : "steward";
    int failed = database_copy_row_begin(copy, 12, error);
    failed = failed ? failed : copy_key(copy, records, record, error);
    failed = failed ? failed : copy_key(copy, records, founder, error);
    failed = failed ? failed : copy_text(copy, step, error);
    if (pair == NULL) {
        for (int i = 0; i < 4 && failed == 0; i++) {
            failed = database_copy_null(copy, error);
        }
    } else {
        uint32_t partner = pair->left == record ? pair->right : pair->left;
        failed = failed ? failed : copy_key(copy, records, partner, error);
        struct told told = stories->told[stories->best[record]];
        failed = failed ? failed : copy_real(copy, told.weight, error);
        failed = failed ? failed : copy_real(copy, told.odds, error);
        failed = failed ? failed : copy_real(copy, told.lead, error);
    }
    failed = failed ? failed : copy_flags(copy, stories->flags[record], error);
    failed = failed ? failed : database_copy_int64(copy, link_fingerprint(records, record), error);
    failed = failed ? failed : copy_text(copy, result->model.version, error);
    failed = failed ? failed : copy_text(copy, context->key->first_id, error);
    return failed ? failed : database_copy_int64(copy, context->run_id, error);
}

static int write_links(const struct link_context *context, const char *table,
                       const struct link_records *records, const struct linkage_result *result,
                       const struct link_stories *stories, struct error *error)
{
    struct database_copy copy;
    int failed = database_copy_begin(context->database, table, NULL, &copy, error);
    if (failed != 0) {
        return failed;
    }
    for (uint32_t i = 0; i < records->count && failed == 0; i++) {
        failed = copy_link(context, &copy, records, result, stories, i, error);
    }
    if (failed != 0) {
        database_copy_abort(&copy);
        return failed;
    }
    return database_copy_end(&copy, error);
}

/* The smaller key is left, which need not be that of the earlier record. */
static int ordered_keys(const struct link_records *records, const struct linkage_pair *pair,
                        struct token *ret_left, struct token *ret_right, struct error *error)
{
    struct token one, other;
    int failed = link_key(records, pair->left, &one, error);
    failed = failed ? failed : link_key(records, pair->right, &other, error);
    bool swap = failed == 0 && memcmp(one.bytes, other.bytes, TOKEN_SIZE) > 0;
    if (failed == 0) {
        *ret_left = swap ? other : one;
        *ret_right = swap ? one : other;
    }
    return failed;
}

static int copy_pair(struct database_copy *copy, const struct link_records *records,
                     const struct linkage_pair *pair, struct told told, struct error *error)
{
    struct token left, right;
    int failed = ordered_keys(records, pair, &left, &right, error);
    failed = failed ? failed : database_copy_row_begin(copy, 7, error);
    failed = failed ? failed : database_copy_bytes(copy, left.bytes, TOKEN_SIZE, error);
    failed = failed ? failed : database_copy_bytes(copy, right.bytes, TOKEN_SIZE, error);
    failed = failed ? failed : copy_real(copy, told.weight, error);
    failed = failed ? failed : copy_real(copy, told.odds, error);
    failed = failed ? failed : copy_real(copy, told.lead, error);
    failed = failed ? failed : copy_text(copy, linkage_outcome_name(pair->outcome), error);
    return failed ? failed : database_copy_int64(copy, (int64_t)pair->pattern, error);
}

struct place {
    uint32_t left, right, pair;
};

static int by_keys(const void *left, const void *right)
{
    const struct place *a = left, *b = right;
    if (a->left != b->left) {
        return a->left < b->left ? -1 : 1;
    }
    return a->right < b->right ? -1 : a->right > b->right;
}

/* The pairs from the review threshold on in the order of their keys: in the order of their
 * odds, the place of a row would tell what its columns do not. The caller frees. */
static struct place *order_pairs(const struct linkage_result *result, size_t *ret_count)
{
    struct place *places = malloc((result->pair_count + 1) * sizeof *places);
    size_t count = 0;
    for (size_t i = 0; i < result->pair_count && places != NULL; i++) {
        const struct linkage_pair *pair = &result->pairs[i];
        if (is_told(result, pair)) {
            places[count++] = (struct place){pair->left, pair->right, (uint32_t)i};
        }
    }
    if (places != NULL) {
        qsort(places, count, sizeof *places, by_keys);
    }
    *ret_count = count;
    return places;
}

static int write_pairs(const struct link_context *context, const char *table,
                       const struct link_records *records, const struct linkage_result *result,
                       const struct link_stories *stories, struct error *error)
{
    struct database_copy copy;
    size_t count;
    struct place *places = order_pairs(result, &count);
    if (places == NULL) {
        return error_set(error, ERROR_OUT_OF_MEMORY, "no memory for decisions");
    }
    int failed = database_copy_begin(context->database, table, NULL, &copy, error);
    if (failed != 0) {
        free(places);
        return failed;
    }
    for (size_t i = 0; i < count && failed == 0; i++) {
        const struct linkage_pair *pair = &result->pairs[places[i].pair];
        failed = copy_pair(&copy, records, pair, stories->told[places[i].pair], error);
    }
    free(places);
    if (failed != 0) {
        database_copy_abort(&copy);
        return failed;
    }
    return database_copy_end(&copy, error);
}

/* ---- the whole ---- */

static int write_changed(const struct link_context *context, const struct link_records *records,
                         const struct link_change *change, struct error *error)
{
    struct database_copy copy;
    int failed = database_copy_begin(context->database, "pg_temp.changed_now", NULL, &copy, error);
    if (failed != 0) {
        return failed;
    }
    for (size_t i = 0; i < change->count && failed == 0; i++) {
        struct token key = change->keys[i];
        failed = rekeyer_present(records->rekeyer, &key) == 0
                     ? database_copy_row_begin(&copy, 2, error)
                     : error_set(error, ERROR_INTERNAL, "a token cannot be made");
        failed = failed ? failed : database_copy_bytes(&copy, key.bytes, TOKEN_SIZE, error);
        failed = failed ? failed : database_copy_bool(&copy, i >= change->gone_from, error);
    }
    if (failed != 0) {
        database_copy_abort(&copy);
        return failed;
    }
    return database_copy_end(&copy, error);
}

int link_write(const struct link_context *context, const struct link_records *records,
               const struct linkage_result *result, const struct link_change *change,
               struct error *error)
{
    bool all = change == NULL;
    struct link_stories stories = {0};
    int failed = make_stories(records, result, &stories, error);
    failed = failed ? failed
                    : write_links(context, all ? "linkage.link" : "pg_temp.link_now", records,
                                  result, &stories, error);
    failed = failed ? failed
                    : write_pairs(context, all ? "linkage.pair" : "pg_temp.pair_now", records,
                                  result, &stories, error);
    failed = failed || all ? failed : write_changed(context, records, change, error);
    release_stories(&stories);
    return failed
               ? failed
               : database_run(context->database,
                              all ? "sql/link/apply.sql" : "sql/link/increment_apply.sql", error);
}
