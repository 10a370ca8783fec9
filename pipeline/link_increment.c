#include "link_increment.h"

#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "database_binary.h"
#include "link_model.h"
#include "link_neighbour.h"
#include "link_segment.h"
#include "link_write.h"
#include "linkage/engine.h"
#include "log.h"

struct increment {
    const struct link_context *context;
    struct link_reader *reader;
    const struct link_snapshot *snapshot;
    struct linkage_model model; /* the snapshot's, with the numbers of today's sources */
    /* Keys of linkage.changed, ascending; then those that really changed, first those that are
     * there, then those that are gone. */
    struct token *keys;
    bool *known; /* of each key: it was linked before */
    size_t key_count, gone_from;
    struct link_records fresh; /* records that changed */
    struct link_records near;  /* those that share a blocking key with them; then they themselves */
    uint32_t near_fresh;       /* the first of them in near */
    struct link_verdicts decisions, linked;
    struct link_faint_pairs faint;
    struct link_neighbours neighbours;
    struct link_records affected; /* all that is decided anew */
    struct linkage_result result;
    uint64_t candidates;
    struct linkage_keys fresh_keys;
    struct timespec start;
    double seconds[8];
    size_t phases;
};

static void end_phase(struct increment *work)
{
    double since = seconds_since(&work->start);
    for (size_t i = 0; i < work->phases; i++) {
        since -= work->seconds[i];
    }
    work->seconds[work->phases++] = since;
}

static int no_memory(struct error *error)
{
    return error_set(error, ERROR_OUT_OF_MEMORY, "no memory to link changed records");
}

/* ---- who changed ---- */

static int take_keys(struct increment *work, struct error *error)
{
    PGresult *rows = NULL;
    int failed = database_query_binary(work->context->database, "sql/link/changed_take.sql", NULL,
                                       0, &rows, error);
    if (failed != 0) {
        return failed;
    }
    size_t count = (size_t)PQntuples(rows);
    work->keys = malloc((count + 1) * sizeof *work->keys);
    if (work->keys == NULL) {
        PQclear(rows);
        return no_memory(error);
    }
    for (size_t i = 0; i < count && failed == 0; i++) {
        failed = link_origin_at(work->reader, rows, (int)i, 0, &work->keys[i], error);
    }
    PQclear(rows);
    if (failed != 0) {
        return failed;
    }
    qsort(work->keys, count, sizeof *work->keys, token_compare);
    for (size_t i = 0; i < count; i++) {
        if (i == 0 || token_compare(&work->keys[i - 1], &work->keys[i]) != 0) {
            work->keys[work->key_count++] = work->keys[i];
        }
    }
    return 0;
}

struct fingerprint {
    struct token key;
    int64_t value;
};

/* What the records of keys were decided by, in order of key. */
static int read_fingerprints(const struct increment *work, struct fingerprint **ret,
                             size_t *ret_count, struct error *error)
{
    PGresult *rows = NULL;
    int failed = link_query_keys(work->reader, "sql/link/fingerprints.sql", work->keys,
                                 work->key_count, &rows, error);
    if (failed != 0) {
        return failed;
    }
    size_t count = (size_t)PQntuples(rows);
    struct fingerprint *found = malloc((count + 1) * sizeof *found);
    for (size_t i = 0; i < count && found != NULL && failed == 0; i++) {
        failed = link_origin_at(work->reader, rows, (int)i, 0, &found[i].key, error);
        found[i].value = (int64_t)database_uint64(PQgetvalue(rows, (int)i, 1));
    }
    PQclear(rows);
    if (found == NULL || failed != 0) {
        free(found);
        return failed ? failed : no_memory(error);
    }
    qsort(found, count, sizeof *found, token_compare); /* the key comes first */
    *ret = found;
    *ret_count = count;
    return 0;
}

/* Of the keys that were touched, most may be as they were: a month sent again, the same person in
 * the next month. The others become work->fresh, and work->keys becomes theirs. */
static int sift(struct increment *work, const struct link_records *touched,
                const struct fingerprint *known, size_t known_count, struct error *error)
{
    struct token *gone = malloc((work->key_count + 1) * sizeof *gone);
    size_t kept = 0, gone_count = 0;
    work->known = calloc(work->key_count + 1, sizeof *work->known);
    int failed = gone != NULL && work->known != NULL ? 0 : no_memory(error);
    for (size_t i = 0; i < work->key_count && failed == 0; i++) {
        struct token key = work->keys[i];
        uint32_t record = link_find_origin(touched, &key);
        const struct fingerprint *was =
            known_count == 0 ? NULL
                             : bsearch(&key, known, known_count, sizeof *known, token_compare);
        if (record == UINT32_MAX) {
            if (was != NULL) {
                gone[gone_count++] = key;
            }
        } else if (was == NULL || was->value != link_fingerprint(touched, record)) {
            work->known[kept] = was != NULL;
            work->keys[kept++] = key;
            failed = link_records_copy(&work->fresh, touched, record, error);
        }
    }
    if (failed == 0) {
        memcpy(work->keys + kept, gone, gone_count * sizeof *gone);
        memset(work->known + kept, true, gone_count);
        work->gone_from = kept;
        work->key_count = kept + gone_count;
    }
    free(gone);
    link_records_settle(&work->fresh);
    return failed;
}

static int find_changed(struct increment *work, struct error *error)
{
    struct link_records touched;
    struct fingerprint *known = NULL;
    size_t known_count = 0;
    link_reader_init(work->reader, &touched);
    int failed = take_keys(work, error);
    if (failed == 0 && work->key_count > 0) {
        failed = link_read_some(work->reader, work->keys, work->key_count, &touched, error);
        failed = failed ? failed : read_fingerprints(work, &known, &known_count, error);
        failed = failed ? failed : sift(work, &touched, known, known_count, error);
    }
    free(known);
    link_records_release(&touched);
    return failed;
}

static bool is_same_decision(const struct link_verdict *one, const struct link_verdict *other)
{
    return memcmp(&one->left, &other->left, sizeof one->left) == 0 &&
           memcmp(&one->right, &other->right, sizeof one->right) == 0 && one->same == other->same;
}

/* Makes nodes of the ends of decisions of one list that the other lacks. */
static bool add_new_decisions(struct increment *work, const struct link_verdicts *list,
                              const struct link_verdicts *other)
{
    for (size_t i = 0; i < list->count; i++) {
        const struct link_verdict *decision = &list->items[i];
        bool known = false;
        for (size_t j = 0; j < other->count && !known; j++) {
            known = is_same_decision(decision, &other->items[j]);
        }
        if (!known &&
            (link_node(&work->neighbours, &decision->left, LINK_NODE_AS_WAS) == UINT32_MAX ||
             link_node(&work->neighbours, &decision->right, LINK_NODE_AS_WAS) == UINT32_MAX)) {
            return false;
        }
    }
    return true;
}

/* ---- their pairs ---- */

static int copy_fresh(struct increment *work, struct error *error)
{
    int failed = 0;
    work->near_fresh = (uint32_t)work->near.count;
    for (uint32_t i = 0; i < work->fresh.count && failed == 0; i++) {
        failed = link_records_copy(&work->near, &work->fresh, i, error);
    }
    link_records_settle(&work->near);
    return failed;
}

/* Reads everybody who shares a blocking key with a changed record. */
static int find_near(struct increment *work, const char **ret_reason, struct error *error)
{
    struct linkage_lookup lookup = {0};
    struct token *found = NULL;
    size_t count = 0;
    const struct linkage_set *set = &work->fresh.set;
    if (linkage_keys_make(set, work->model.rules, work->model.rule_count,
                          link_threads(work->context->site), &work->fresh_keys) != 0 ||
        linkage_lookup_make(work->fresh_keys.keys, set->face_count, work->fresh_keys.stride,
                            &lookup) != 0) {
        linkage_lookup_release(&lookup);
        return no_memory(error);
    }
    int failed = set->face_count == 0 ? 0
                                      : link_segments_find(work->context, &lookup, work->keys,
                                                           work->key_count, &found, &count, error);
    if (lookup.largest > work->model.block_cap) {
        *ret_reason = "a block became too large to look at";
    }
    linkage_lookup_release(&lookup);
    end_phase(work);
    if (failed == 0 && *ret_reason == NULL) {
        failed = link_read_some(work->reader, found, count, &work->near, error);
    }
    free(found);
    end_phase(work);
    return failed;
}

/* Blocks and weighs the pairs of a set that have a face from from_face on, by the snapshot. */
static int score(struct increment *work, struct linkage_set *set, uint32_t from_face,
                 struct linkage_pair **ret_pairs, size_t *ret_count, struct error *error)
{
    struct linkage_rule_count counts[LINKAGE_RULES_MAX];
    struct linkage_keys keys = {0};
    unsigned threads = link_threads(work->context->site);
    struct linkage_score_options options = {
        .threads = threads, .from_face = from_face, .keys = &keys};
    linkage_frequencies_fill(&work->snapshot->frequencies, set, 0);
    bool good =
        linkage_keys_make(set, work->model.rules, work->model.rule_count, threads, &keys) == 0 &&
        linkage_score(set, &work->model, &options, ret_pairs, ret_count, counts) == 0;
    linkage_keys_release(&keys);
    if (!good) {
        return no_memory(error);
    }
    for (size_t i = 0; i < work->model.rule_count; i++) {
        work->candidates += counts[i].pairs;
    }
    *ret_count = linkage_keep_above_floor(set, &work->model, *ret_pairs, *ret_count);
    return 0;
}

/* The new partners of changed records are decided anew with them. */
static int find_partners(struct increment *work, struct error *error)
{
    struct linkage_pair *pairs = NULL;
    size_t count = 0;
    uint32_t from_face = (uint32_t)linkage_first_face(&work->near.set, work->near_fresh);
    int failed =
        work->fresh.count == 0 ? 0 : score(work, &work->near.set, from_face, &pairs, &count, error);
    for (size_t i = 0; i < count && failed == 0; i++) {
        uint32_t left =
            link_node(&work->neighbours, link_origin(&work->near, pairs[i].left), LINK_NODE_AS_WAS);
        uint32_t right = link_node(&work->neighbours, link_origin(&work->near, pairs[i].right),
                                   LINK_NODE_AS_WAS);
        failed = left == UINT32_MAX || right == UINT32_MAX ? no_memory(error) : 0;
    }
    free(pairs);
    return failed;
}

/* New records first: they have no stored pairs to ask for. */
static int mark_changed(struct increment *work, struct error *error)
{
    bool good = true;
    for (int known = 0; known < 2; known++) {
        for (size_t i = 0; i < work->key_count && good; i++) {
            enum link_node_state state = i < work->gone_from ? LINK_NODE_CHANGED : LINK_NODE_GONE;
            good = work->known[i] != (known != 0) ||
                   link_node(&work->neighbours, &work->keys[i], state) != UINT32_MAX;
        }
        work->neighbours.asked = known == 0 ? work->neighbours.node_count : work->neighbours.asked;
    }
    good = good && add_new_decisions(work, &work->decisions, &work->linked) &&
           add_new_decisions(work, &work->linked, &work->decisions);
    return good ? 0 : no_memory(error);
}

/* ---- all that is decided anew ---- */

/* A record of near, or UINT32_MAX: first come those found by key, then those that changed, each
 * part in order of key. */
static uint32_t find_in_near(const struct increment *work, const struct token *key)
{
    const struct token *keys = work->near.keys.bytes, *found = NULL;
    if (work->near_fresh > 0) {
        found = bsearch(key, keys, work->near_fresh, sizeof *keys, token_compare);
    }
    if (found == NULL && work->near.count > work->near_fresh) {
        found = bsearch(key, keys + work->near_fresh, work->near.count - work->near_fresh,
                        sizeof *keys, token_compare);
    }
    return found == NULL ? UINT32_MAX : (uint32_t)(found - keys);
}

/* The nodes that are not gone, ascending; the caller frees. */
static struct token *sorted_nodes(const struct increment *work, size_t *ret_count)
{
    const struct link_neighbours *neighbours = &work->neighbours;
    struct token *nodes = malloc((neighbours->node_count + 1) * sizeof *nodes);
    size_t count = 0;
    for (size_t i = 0; i < neighbours->node_count && nodes != NULL; i++) {
        if (neighbours->states[i] != LINK_NODE_GONE) {
            nodes[count++] = neighbours->nodes[i];
        }
    }
    if (nodes != NULL) {
        qsort(nodes, count, sizeof *nodes, token_compare);
    }
    *ret_count = count;
    return nodes;
}

/* Those of nodes that are not in near have to be read. */
static int read_far(struct increment *work, const struct token *nodes, size_t count,
                    struct link_records *far, struct error *error)
{
    struct token *missing = malloc((count + 1) * sizeof *missing);
    size_t missing_count = 0;
    if (missing == NULL) {
        return no_memory(error);
    }
    for (size_t i = 0; i < count; i++) {
        if (find_in_near(work, &nodes[i]) == UINT32_MAX) {
            missing[missing_count++] = nodes[i];
        }
    }
    int failed = link_read_some(work->reader, missing, missing_count, far, error);
    free(missing);
    return failed;
}

static int gather_affected(struct increment *work, struct error *error)
{
    struct link_records far;
    size_t count = 0;
    struct token *nodes = sorted_nodes(work, &count);
    if (nodes == NULL) {
        return no_memory(error);
    }
    link_reader_init(work->reader, &far);
    int failed = read_far(work, nodes, count, &far, error);
    for (size_t i = 0; i < count && failed == 0; i++) {
        uint32_t near = find_in_near(work, &nodes[i]);
        uint32_t other = near == UINT32_MAX ? link_find_origin(&far, &nodes[i]) : UINT32_MAX;
        if (near != UINT32_MAX) {
            failed = link_records_copy(&work->affected, &work->near, near, error);
        } else if (other != UINT32_MAX) { /* else a decision speaks of somebody who is not there */
            failed = link_records_copy(&work->affected, &far, other, error);
        }
    }
    link_records_settle(&work->affected);
    link_records_release(&far);
    free(nodes);
    return failed;
}

/* Exact weights are kept nowhere (docs/privacy.md): the pairs of all that is decided anew are
 * weighed again, and come out as they did before. */
static int decide(struct increment *work, struct error *error)
{
    struct linkage_result *result = &work->result;
    struct linkage_set *set = &work->affected.set;
    struct linkage_partners partners;
    int failed = link_verdicts_apply(&work->decisions, &work->affected, error);
    failed = failed ? failed : score(work, set, 0, &result->pairs, &result->pair_count, error);
    if (failed != 0) {
        return failed;
    }
    result->model = work->model;
    result->cluster = malloc((set->record_count + 1) * sizeof *result->cluster);
    if (result->cluster == NULL || linkage_partners_make(result->pairs, result->pair_count,
                                                         set->record_count, &partners) != 0) {
        return no_memory(error);
    }
    linkage_odds(set, &work->model, &partners, result->pairs, result->pair_count);
    linkage_partners_release(&partners);
    return linkage_decide(set, &work->model, work->affected.verdicts, work->affected.verdict_count,
                          result->pairs, result->pair_count, result->cluster) == 0
               ? 0
               : no_memory(error);
}

/* ---- the whole ---- */

static int keep_records(struct increment *work, uint64_t records, struct error *error)
{
    char text[24];
    snprintf(text, sizeof text, "%llu", (unsigned long long)records);
    const char *parameters[] = {text};
    return database_query(work->context->database, "sql/link/snapshot_records.sql", parameters, 1,
                          NULL, error);
}

/* How many of the changed records are new; the others were there before. */
static int count_links(struct database *database, uint64_t *ret, struct error *error)
{
    PGresult *rows = NULL;
    int failed = database_query(database, "sql/link/increment_balance.sql", NULL, 0, &rows, error);
    if (failed == 0) {
        *ret += (uint64_t)strtoll(PQgetvalue(rows, 0, 0), NULL, 10);
        PQclear(rows);
    }
    return failed;
}

/* Those of others stay; the decided ones have theirs told anew. */
static int write_faint(struct increment *work, struct error *error)
{
    struct link_faint_pairs *faint = &work->faint;
    size_t kept = 0;
    for (size_t i = 0; i < faint->count; i++) {
        if (key_set_find(&work->neighbours.places, &faint->items[i].left) == NULL) {
            faint->items[kept++] = faint->items[i];
        }
    }
    faint->count = kept;
    int failed = link_faint_add(faint, &work->affected, &work->result, error);
    return failed ? failed : link_faint_write(work->context, faint, error);
}

static int write_all(struct increment *work, uint64_t *records, struct error *error)
{
    const struct link_change change = {work->keys, work->key_count, work->gone_from};
    int failed = link_write(work->context, &work->affected, &work->result, &change, error);
    end_phase(work);
    failed = failed ? failed : count_links(work->context->database, records, error);
    failed = failed ? failed : write_faint(work, error);
    failed = failed ? failed
                    : link_segments_write(work->context, &work->fresh, 0, &work->fresh_keys,
                                          work->keys + work->gone_from,
                                          work->key_count - work->gone_from, error);
    failed = failed ? failed
                    : database_run(work->context->database, "sql/link/decisions_keep.sql", error);
    failed = failed ? failed : keep_records(work, *records, error);
    end_phase(work);
    return failed;
}

static bool grew_too_much(const struct increment *work)
{
    uint64_t tenth = work->snapshot->records / 10;
    return work->context->site->linkage_full_below > 0 && work->key_count > tenth;
}

static int link_changed(struct increment *work, uint64_t *records, const char **ret_reason,
                        struct error *error)
{
    int failed = find_changed(work, error);
    end_phase(work);
    if (failed == 0 && grew_too_much(work)) {
        *ret_reason = "more than a tenth of the records changed";
    }
    if (failed != 0 || *ret_reason != NULL) {
        return failed;
    }
    failed = mark_changed(work, error);
    failed = failed ? failed : find_near(work, ret_reason, error);
    if (failed != 0 || *ret_reason != NULL) {
        return failed;
    }
    failed = copy_fresh(work, error);
    failed = failed ? failed : find_partners(work, error);
    end_phase(work);
    failed = failed ? failed
                    : link_neighbours_find(&work->neighbours, work->reader, &work->decisions,
                                           &work->faint, error);
    end_phase(work);
    failed = failed ? failed : gather_affected(work, error);
    failed = failed ? failed : decide(work, error);
    end_phase(work);
    return failed ? failed : write_all(work, records, error);
}

static void release(struct increment *work)
{
    free(work->keys);
    free(work->known);
    link_records_release(&work->fresh);
    link_records_release(&work->near);
    link_records_release(&work->affected);
    link_verdicts_release(&work->decisions);
    link_verdicts_release(&work->linked);
    link_faint_release(&work->faint);
    link_neighbours_release(&work->neighbours);
    linkage_result_release(&work->result);
    linkage_keys_release(&work->fresh_keys);
    free(work);
}

static struct increment *prepare(const struct link_context *context, struct link_reader *reader,
                                 const struct link_snapshot *snapshot)
{
    struct increment *work = calloc(1, sizeof *work);
    const struct linkage_set *sources = link_reader_sources(reader);
    if (work == NULL) {
        return NULL;
    }
    work->context = context;
    work->reader = reader;
    work->snapshot = snapshot;
    work->model = *snapshot->model;
    linkage_model_adopt(&work->model, sources);
    link_reader_init(reader, &work->fresh);
    link_reader_init(reader, &work->near);
    link_reader_init(reader, &work->affected);
    clock_gettime(CLOCK_MONOTONIC, &work->start);
    return work;
}

int link_increment(const struct link_context *context, struct link_reader *reader,
                   const struct link_snapshot *snapshot, struct link_work *ret_work,
                   const char **ret_reason, struct error *error)
{
    struct increment *work = prepare(context, reader, snapshot);
    uint64_t records = snapshot->records;
    if (work == NULL) {
        return no_memory(error);
    }
    *ret_reason = NULL;
    int failed = database_run(context->database, "sql/link/increment_begin.sql", error);
    failed = failed ? failed
                    : link_verdicts_read(reader, "sql/link/decisions.sql", &work->decisions, error);
    failed =
        failed ? failed
               : link_verdicts_read(reader, "sql/link/decisions_linked.sql", &work->linked, error);
    failed = failed ? failed : link_faint_read(context, &work->faint, error);
    failed = failed ? failed : link_changed(work, &records, ret_reason, error);
    if (failed == 0 && *ret_reason == NULL) {
        ret_work->changed = work->key_count;
        ret_work->against = snapshot->records;
        ret_work->decided = work->affected.count;
        log_event(LOG_LEVEL_INFO, "linkage",
                  "%zu changed records against %llu, incremental: %llu pairs compared, %zu near, "
                  "%zu decided anew; seconds: changed %.3f, look up %.3f, read %.3f, score %.3f, "
                  "neighbours %.3f, decide %.3f, write %.3f, keys %.3f",
                  work->key_count, (unsigned long long)snapshot->records,
                  (unsigned long long)work->candidates, work->near.count, work->affected.count,
                  work->seconds[0], work->seconds[1], work->seconds[2], work->seconds[3],
                  work->seconds[4], work->seconds[5], work->seconds[6], work->seconds[7]);
    }
    release(work);
    return failed;
}
