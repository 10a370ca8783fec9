#include "link_report.h"

#include <stdlib.h>
#include <string.h>

#include "link_model.h"

const struct report_section link_report_sections[LINK_REPORT_PARTS] = {
    [LINK_REPORT_SUMMARY] = {"summary", "Linkage in short"},
    [LINK_REPORT_RUN] = {"run", "Run, model, key, thresholds, sources"},
    [LINK_REPORT_COMPLETENESS] = {"completeness", "Identifiers: how complete and how valid"},
    [LINK_REPORT_RULES] = {"rules", "Pairs compared by each blocking rule"},
    [LINK_REPORT_WEIGHTS] = {"weights", "Weights of the model"},
    [LINK_REPORT_HISTOGRAM] = {"histogram", "Match weights of the pairs kept, in half bits"},
    [LINK_REPORT_THRESHOLDS] = {"thresholds", "What other thresholds would give"},
    [LINK_REPORT_UNLINKABLES] = {"unlinkables", "Records that no record could be linked to"},
    [LINK_REPORT_GROUPS] = {"groups", "Persons and the links that hold them together"},
    [LINK_REPORT_CONFLICTS] = {"conflicts", "Pairs that were not linked, and why"},
    [LINK_REPORT_HIDDEN] = {"hidden", "Error rates: the test with hidden NHS numbers"},
    [LINK_REPORT_LINKED] = {"linked", "Linked and unlinked records compared"},
    [LINK_REPORT_GUILD] = {"guild", "GUILD appendix: what to tell users of linked data"},
};

static uint32_t bits_of(enum link_report_part one, enum link_report_part other)
{
    return 1u << one | 1u << other;
}

static bool needs_hidden(uint32_t wanted)
{
    return (wanted & (bits_of(LINK_REPORT_SUMMARY, LINK_REPORT_THRESHOLDS) |
                      bits_of(LINK_REPORT_HIDDEN, LINK_REPORT_GUILD))) != 0;
}

static int read_tables(struct link_report_data *data, struct error *error)
{
    struct database *database = data->context->database;
    int failed = database_query(database, "sql/link/report_run.sql", NULL, 0, &data->run, error);
    failed = failed ? failed
                    : database_query(database, "sql/link/report_coverage.sql", NULL, 0,
                                     &data->coverage, error);
    return failed ? failed
                  : database_query(database, "sql/link/report_validity.sql", NULL, 0,
                                   &data->validity, error);
}

static int read_counts(struct link_report_data *data, struct error *error)
{
    char basis[512];
    link_basis(data->context, &data->records.set, basis);
    return link_snapshot_read(data->context, basis, &data->snapshot, error);
}

static int read_all(struct link_report_data *data, struct error *error)
{
    struct database *database = data->context->database;
    int failed = database_begin(database, error);
    if (failed != 0) {
        return failed;
    }
    failed = read_tables(data, error);
    failed = failed ? failed : link_read(data->context, &data->records, error);
    failed = failed ? failed : read_counts(data, error);
    failed = failed ? failed : link_report_read_attributes(data, error);
    failed = failed ? failed : database_commit(database, error);
    if (failed != 0) {
        database_rollback(database);
    }
    return failed;
}

static int link_as_used(struct link_report_data *data, struct error *error)
{
    bool keep = data->snapshot.model != NULL;
    struct linkage_options options = {.threads = link_threads(data->context->site),
                                      .model = keep ? data->snapshot.model : data->context->model,
                                      .fit_priors = !keep,
                                      .frequencies = keep ? &data->snapshot.frequencies : NULL,
                                      .verdicts = data->records.verdicts,
                                      .verdict_count = data->records.verdict_count};
    return linkage_run(&data->records.set, &options, &data->result, error);
}

/* By the same weights, and the priors that the linkage in use found: those a record without a
 * number is linked by. */
static int link_without_numbers(struct link_report_data *data, struct error *error)
{
    struct linkage_options options = {
        .threads = link_threads(data->context->site),
        .model = &data->result.model,
        .frequencies = data->snapshot.model != NULL ? &data->snapshot.frequencies : NULL};
    struct linkage_grouping groupings[LINK_REPORT_ATTRIBUTES];
    if (!needs_hidden(data->wanted)) {
        return 0;
    }
    for (size_t i = 0; i < LINK_REPORT_ATTRIBUTES; i++) {
        groupings[i] =
            (struct linkage_grouping){data->groupings[i].group_of, data->groupings[i].hidden,
                                      data->groupings[i].hidden_records};
    }
    data->tested = true;
    return linkage_hidden_test(&data->records.set, &options, groupings, LINK_REPORT_ATTRIBUTES,
                               &data->hidden, error);
}

/* A record is linked when its group has a record of another source. */
static void find_linked(struct link_report_data *data, uint8_t *source, bool *several)
{
    const struct linkage_set *set = &data->records.set;
    for (uint32_t i = 0; i < set->record_count; i++) {
        uint32_t group = data->result.cluster[i];
        if (i == group) {
            source[group] = linkage_source_of(set, i);
        }
        several[group] = several[group] || source[group] != linkage_source_of(set, i);
    }
    for (uint32_t i = 0; i < set->record_count; i++) {
        data->linked[i] = several[data->result.cluster[i]];
    }
}

static int count_records(struct link_report_data *data, struct error *error)
{
    size_t count = data->records.set.record_count + 1;
    uint8_t *source = calloc(count, 1);
    bool *several = calloc(count, sizeof *several);
    data->linked = calloc(count, sizeof *data->linked);
    data->self_odds = calloc(count, sizeof *data->self_odds);
    int failed =
        source == NULL || several == NULL || data->linked == NULL || data->self_odds == NULL
            ? ERROR_OUT_OF_MEMORY
            : linkage_self_odds(&data->records.set, &data->result.model, data->self_odds);
    if (failed == 0) {
        find_linked(data, source, several);
    }
    free(source);
    free(several);
    return failed == 0 ? 0 : error_set(error, ERROR_OUT_OF_MEMORY, "no memory for the report");
}

int link_report_read(const struct link_context *context, uint32_t wanted,
                     struct link_report_data *ret, struct error *error)
{
    memset(ret, 0, sizeof *ret);
    ret->context = context;
    ret->wanted = wanted;
    int failed = read_all(ret, error);
    failed = failed ? failed : link_as_used(ret, error);
    failed = failed ? failed : count_records(ret, error);
    failed = failed ? failed : link_without_numbers(ret, error);
    if (failed != 0) {
        error_while(error, "making the linkage report");
    }
    return failed;
}

void link_report_release(struct link_report_data *data)
{
    if (data->records.set.schema != NULL) {
        link_records_release(&data->records);
    }
    link_snapshot_release(&data->snapshot);
    linkage_result_release(&data->result);
    linkage_hidden_release(&data->hidden);
    for (size_t i = 0; i < LINK_REPORT_ATTRIBUTES; i++) {
        free(data->groupings[i].group_of);
    }
    free(data->self_odds);
    free(data->linked);
    PQclear(data->run);
    PQclear(data->coverage);
    PQclear(data->validity);
}

const char *link_report_sources(const struct link_report_data *data, struct report *report,
                                size_t one, size_t other)
{
    const struct linkage_source *sources = data->records.set.sources;
    return one == other ? report_text(report, "%s", sources[one].name)
                        : report_text(report, "%s + %s", sources[one].name, sources[other].name);
}
