/* link report: run, completeness, unlinkables: what is told of records one by one. */
#include <stdlib.h>
#include <string.h>

#include "link_report.h"
#include "linkage/report_statistics.h"

/* Columns of sql/link/report_run.sql. */
enum { RUN_RECORDS, RUN_PERSONS, RUN_ID, RUN_STARTED, RUN_MODELS, RUN_KEYS, RUN_COUNTS };

static const char *run_text(const struct link_report_data *data, int column)
{
    return PQgetvalue(data->run, 0, column);
}

static void add_text(struct report *report, struct report_table *table, const char *item,
                     const char *text)
{
    report_put_text(report_row_add(report, table, item, NULL, NULL),
                    report_text(report, "%s", text));
}

static void add_bits(struct report *report, struct report_table *table, const char *item,
                     double bits)
{
    report_put_number(report_row_add(report, table, item, NULL, NULL), bits);
}

static size_t count_persons(const struct link_report_data *data)
{
    size_t persons = 0;
    for (uint32_t i = 0; i < data->records.count; i++) {
        persons += data->result.cluster[i] == i;
    }
    return persons;
}

/* Does what the last run decided still hold? A run notes the first key of the chain: forms are made
 * with that, whatever keys came after. */
static void compare_runs(const struct link_report_data *data, struct report *report)
{
    const char *models = run_text(data, RUN_MODELS), *keys = run_text(data, RUN_KEYS);
    size_t persons = count_persons(data);
    if (strtoull(run_text(data, RUN_ID), NULL, 10) == 0) {
        report_note(report, LINK_REPORT_RUN, REPORT_ALARM, "no run has linked these records yet");
        return;
    }
    if (strcmp(models, data->result.model.version) != 0) {
        report_note(report, LINK_REPORT_RUN, REPORT_ALARM,
                    "the last run linked by another model than the one in use: what the database "
                    "holds differs from this report until the next run");
    }
    if (strcmp(keys, data->context->key->first_id) != 0) {
        report_note(report, LINK_REPORT_RUN, REPORT_ALARM,
                    "the last run linked by another site key than the one in use");
    }
    if (data->snapshot.model == NULL) {
        report_note(report, LINK_REPORT_RUN, REPORT_WARNING,
                    "what the last full linking counted does not fit program, model, key and feeds "
                    "of now: counts and priors of this report were made anew");
    }
    if (strtoull(run_text(data, RUN_RECORDS), NULL, 10) != data->records.count ||
        strtoull(run_text(data, RUN_PERSONS), NULL, 10) != persons) {
        report_note(report, LINK_REPORT_RUN, REPORT_ALARM,
                    "the last run decided %s persons from %s records; linked anew they are %zu "
                    "from %zu",
                    run_text(data, RUN_PERSONS), run_text(data, RUN_RECORDS), persons,
                    data->records.count);
    }
}

static void tell_run(const struct link_report_data *data, struct report *report)
{
    static const char *const counted[] = {"linked by NHS number",
                                          "linked by weights",
                                          "linked by a steward",
                                          "flagged many_match",
                                          "flagged conflict",
                                          "flagged number_changed",
                                          "flagged review",
                                          "pairs kept for review and explanation",
                                          "stewards' decisions in force"};
    const struct linkage_model *model = &data->result.model;
    struct report_table *table =
        report_table_add(report, LINK_REPORT_RUN, "what the last run decided", "item,,", "value");
    add_text(report, table, "run", run_text(data, RUN_ID));
    add_text(report, table, "started", run_text(data, RUN_STARTED));
    add_text(report, table, "model of the run", run_text(data, RUN_MODELS));
    add_text(report, table, "first key of the run", run_text(data, RUN_KEYS));
    table = report_table_add(report, LINK_REPORT_RUN, NULL, "item,,", "value");
    report_put_count(report_row_add(report, table, "records", NULL, NULL),
                     strtoull(run_text(data, RUN_RECORDS), NULL, 10));
    report_put_count(report_row_add(report, table, "persons", NULL, NULL),
                     strtoull(run_text(data, RUN_PERSONS), NULL, 10));
    for (int i = 0; i < (int)(sizeof counted / sizeof *counted); i++) {
        report_put_count(report_row_add(report, table, counted[i], NULL, NULL),
                         strtoull(run_text(data, RUN_COUNTS + i), NULL, 10));
    }
    table = report_table_add(report, LINK_REPORT_RUN, "what is in use now", "item,,", "value");
    add_text(report, table, "program", "joinedup " JOINEDUP_VERSION);
    add_text(report, table, "model", model->version);
    add_text(report, table, "key", data->context->key->id);
    add_text(report, table, "first key of its chain", data->context->key->first_id);
    table = report_table_add(report, LINK_REPORT_RUN, NULL, "item,,", "value");
    add_bits(report, table, "threshold (log2 odds)", model->threshold);
    add_bits(report, table, "review from", model->review);
    add_bits(report, table, "lead over the best rival", model->lead);
    add_bits(report, table, "pairs forgotten below", model->floor);
    compare_runs(data, report);
}

static void choose_sources(const struct link_report_data *data,
                           const struct linkage_completeness *counts, const struct report *report,
                           bool *ret)
{
    uint64_t records[LINKAGE_SOURCES_MAX];
    size_t count = data->records.set.source_count;
    for (size_t s = 0; s < count; s++) {
        records[s] = counts[s].records;
    }
    report_choose_hidden(report, records, NULL, count, ret);
}

static void tell_sources(const struct link_report_data *data,
                         const struct linkage_completeness *counts, struct report *report)
{
    const struct linkage_set *set = &data->records.set;
    struct report_table *table = report_table_add(report, LINK_REPORT_RUN, NULL, ",source,",
                                                  "records several_identities duplicate_free");
    bool hidden[LINKAGE_SOURCES_MAX];
    choose_sources(data, counts, report, hidden);
    for (size_t s = 0; s < set->source_count; s++) {
        if (counts[s].records == 0) {
            continue;
        }
        struct report_row *row =
            report_row_add(report, table, "source", set->sources[s].name, NULL);
        report_put_people(report, row, counts[s].records);
        report_put_people(report, row, counts[s].several);
        report_put_text(row, set->sources[s].unique ? "yes" : "no");
        if (hidden[s]) {
            report_hide_row(report, row, counts[s].records);
        }
    }
}

/* ---- completeness ---- */

static void add_completeness(struct report *report, struct report_table *table, const char *field,
                             const char *source, const struct linkage_completeness *count, size_t i,
                             bool hidden)
{
    struct report_row *row = report_row_add(report, table, field, source, NULL);
    report_put_people(report, row, count->records);
    report_put_count(row, count->whole[i]);
    report_put_count(row, count->part[i]);
    report_put_rate(row, linkage_share(count->whole[i], count->records));
    report_put_rate(row, linkage_share(count->part[i], count->records));
    report_put_rate(
        row, linkage_share(count->records - count->whole[i] - count->part[i], count->records));
    if (hidden) {
        report_hide_row(report, row, count->records);
    }
}

static void tell_completeness(const struct link_report_data *data,
                              const struct linkage_completeness *counts, struct report *report)
{
    const struct linkage_set *set = &data->records.set;
    struct report_table *table =
        report_table_add(report, LINK_REPORT_COMPLETENESS, NULL, "field,source,",
                         "records .whole .part whole_share part_share missing_share");
    bool hidden[LINKAGE_SOURCES_MAX];
    choose_sources(data, counts, report, hidden);
    for (size_t i = 0; i < set->schema->field_count; i++) {
        for (size_t s = 0; s < set->source_count; s++) {
            if (counts[s].records > 0) {
                add_completeness(report, table, set->schema->fields[i].name, set->sources[s].name,
                                 &counts[s], i, hidden[s]);
            }
        }
    }
    report_note(report, LINK_REPORT_COMPLETENESS, REPORT_NOTE,
                "whole: a valid value in at least one of the record's identities; part: only an "
                "initial, a part of the birth date, or the first half of the postcode. "
                "Placeholders (ZZ99, 1900-01-01, UNKNOWN, numbers that fail modulus 11) count as "
                "missing.");
    table = report_table_add(report, LINK_REPORT_COMPLETENESS,
                             "rows whose identifiers broke a rule when they were loaded",
                             "field,feed,rule", "rows became");
    for (int i = 0; i < PQntuples(data->validity); i++) {
        struct report_row *row =
            report_row_add(report, table, PQgetvalue(data->validity, i, 1),
                           PQgetvalue(data->validity, i, 0), PQgetvalue(data->validity, i, 2));
        report_put_people(report, row, strtoull(PQgetvalue(data->validity, i, 4), NULL, 10));
        report_put_text(row, report_text(report, "%s", PQgetvalue(data->validity, i, 3)));
    }
}

/* ---- unlinkables ---- */

static struct report_row *add_unlinkable(struct report *report, struct report_table *table,
                                         const char *source, uint64_t unlinkable, uint64_t records,
                                         bool hidden)
{
    struct linkage_interval interval = linkage_wilson(unlinkable, records);
    struct report_row *row = report_row_add(report, table, "unlinkable", source, NULL);
    report_put_people(report, row, records);
    report_put_people(report, row, unlinkable);
    report_put_rate(row, linkage_share(unlinkable, records));
    report_put_rate(row, interval.low);
    report_put_rate(row, interval.high);
    if (hidden) {
        report_hide_from(row, 1);
    }
    return row;
}

static void tell_unlinkables(struct link_report_data *data, struct report *report)
{
    const struct linkage_set *set = &data->records.set;
    uint64_t unlinkable[LINKAGE_SOURCES_MAX] = {0}, records[LINKAGE_SOURCES_MAX] = {0};
    for (uint32_t i = 0; i < set->record_count; i++) {
        uint8_t source = linkage_source_of(set, i);
        bool never = (double)data->self_odds[i] < data->result.model.threshold;
        records[source]++;
        unlinkable[source] += never;
        data->unlinkable += never;
    }
    struct report_table *table = report_table_add(report, LINK_REPORT_UNLINKABLES, NULL, ",source,",
                                                  "records unlinkable share share_low share_high");
    bool hidden[LINKAGE_SOURCES_MAX], few[LINKAGE_SOURCES_MAX], there[LINKAGE_SOURCES_MAX];
    report_choose_hidden(report, records, NULL, set->source_count, hidden);
    for (size_t s = 0; s < set->source_count; s++) {
        there[s] = records[s] > 0;
        unlinkable[s] = hidden[s] ? 0 : unlinkable[s];
    }
    report_choose_hidden(report, unlinkable, there, set->source_count, few);
    for (size_t s = 0; s < set->source_count; s++) {
        if (there[s]) {
            struct report_row *row = add_unlinkable(report, table, set->sources[s].name,
                                                    unlinkable[s], records[s], few[s]);
            if (hidden[s]) {
                report_hide_row(report, row, records[s]);
            }
        }
    }
    add_unlinkable(report, table, "all", data->unlinkable, set->record_count,
                   report_is_few(report, data->unlinkable));
    report_note(report, LINK_REPORT_UNLINKABLES, REPORT_NOTE,
                "Each record is weighed against itself: an unlinkable one says so little of its "
                "person that even the same identifiers once more would not reach the threshold.");
}

void link_report_tell_records(struct link_report_data *data, struct report *report)
{
    struct linkage_completeness *counts =
        arena_take_array(&report->arena, LINKAGE_SOURCES_MAX, sizeof(struct linkage_completeness));
    if (counts == NULL) {
        report->failed = true;
        return;
    }
    linkage_count_forms(&data->records.set, counts);
    tell_run(data, report);
    tell_sources(data, counts, report);
    tell_completeness(data, counts, report);
    tell_unlinkables(data, report);
}
