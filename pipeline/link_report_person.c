/* link report: groups and conflicts: what is told of persons and of the pairs between them. */
#include <stdlib.h>
#include <string.h>

#include "link_report.h"
#include "linkage/report_bridge.h"
#include "linkage/report_statistics.h"

enum { SIZES_TOLD = 20 }; /* larger groups are counted together */

/* Below these odds a link is more than 1 in 20 likely to be wrong. */
static const double weak_link = 4.25;

/* ---- sizes ---- */

struct groups {
    uint32_t *size; /* of the group of each record that names one */
    uint64_t persons;
    uint64_t persons_of[LINKAGE_SOURCES_MAX]; /* with a record of the source */
    uint32_t most_of[LINKAGE_SOURCES_MAX];    /* records of the source in one group */
    uint64_t records_of[LINKAGE_SOURCES_MAX];
};

/* Counts the records of each source in each group: one source after the other, in one array. */
static void count_sources(const struct link_report_data *data, struct groups *groups,
                          uint32_t *members)
{
    const struct linkage_set *set = &data->records.set;
    for (size_t s = 0; s < set->source_count; s++) {
        memset(members, 0, set->record_count * sizeof *members);
        for (uint32_t i = 0; i < set->record_count; i++) {
            if (linkage_source_of(set, i) != s) {
                continue;
            }
            uint32_t now = ++members[data->result.cluster[i]];
            groups->records_of[s]++;
            groups->persons_of[s] += now == 1;
            groups->most_of[s] = now > groups->most_of[s] ? now : groups->most_of[s];
        }
    }
}

static void add_size(struct report *report, struct report_table *table, const char *size,
                     uint64_t persons, uint64_t records, bool hidden)
{
    struct report_row *row = report_row_add(report, table, "size", NULL, size);
    report_put_people(report, row, persons);
    report_put_count(row, records);
    if (hidden) {
        report_hide_row(report, row, persons);
    }
}

static void tell_sizes(const struct link_report_data *data, const struct groups *groups,
                       struct report *report)
{
    uint64_t persons[SIZES_TOLD + 2] = {0}, records[SIZES_TOLD + 2] = {0};
    const struct linkage_set *set = &data->records.set;
    for (uint32_t i = 0; i < set->record_count; i++) {
        uint32_t size = groups->size[i] > SIZES_TOLD ? SIZES_TOLD + 1 : groups->size[i];
        persons[size] += size > 0;
        records[size] += groups->size[i];
    }
    struct report_table *table = report_table_add(report, LINK_REPORT_GROUPS, "records a person",
                                                  ",,records", "persons records");
    bool hidden[LINKAGE_SOURCES_MAX + SIZES_TOLD + 2];
    report_choose_hidden(report, persons, NULL, SIZES_TOLD + 2, hidden);
    for (uint32_t size = 1; size <= SIZES_TOLD + 1; size++) {
        if (persons[size] > 0) {
            add_size(report, table,
                     size > SIZES_TOLD ? report_text(report, "%d and more", SIZES_TOLD + 1)
                                       : report_text(report, "%u", size),
                     persons[size], records[size], hidden[size]);
        }
    }
    table = report_table_add(report, LINK_REPORT_GROUPS, "records a person, by source", ",source,",
                             "records persons records_a_person most_of_one");
    report_choose_hidden(report, groups->records_of, NULL, set->source_count, hidden);
    for (size_t s = 0; s < set->source_count; s++) {
        if (groups->records_of[s] == 0) {
            continue;
        }
        struct report_row *row =
            report_row_add(report, table, "source", set->sources[s].name, NULL);
        report_put_people(report, row, groups->records_of[s]);
        report_put_people(report, row, groups->persons_of[s]);
        report_put_number(row, (double)groups->records_of[s] / (double)groups->persons_of[s]);
        report_put_count(row, groups->most_of[s]);
        if (hidden[s]) {
            report_hide_row(report, row, groups->records_of[s]);
        }
    }
}

/* ---- bridges ---- */

struct links {
    struct linkage_pair *items;
    size_t count;
    bool *bridge;
};

/* What holds groups together: pairs that were linked, and stewards' word. */
static bool take_links(const struct link_report_data *data, struct links *links)
{
    const struct linkage_result *result = &data->result;
    const struct link_records *records = &data->records;
    size_t most = result->pair_count + records->verdict_count + 1;
    links->items = malloc(most * sizeof *links->items);
    links->bridge = calloc(most, sizeof *links->bridge);
    if (links->items == NULL || links->bridge == NULL) {
        return false;
    }
    for (size_t i = 0; i < result->pair_count; i++) {
        if (result->pairs[i].outcome == LINKAGE_LINKED) {
            links->items[links->count++] = result->pairs[i];
        }
    }
    for (size_t i = 0; i < records->verdict_count; i++) {
        const struct linkage_verdict *verdict = &records->verdicts[i];
        if (verdict->same && verdict->left != verdict->right &&
            result->cluster[verdict->left] == result->cluster[verdict->right]) {
            links->items[links->count++] = (struct linkage_pair){
                .left = verdict->left, .right = verdict->right, .odds = LINKAGE_NO_RIVAL};
        }
    }
    return linkage_find_bridges(links->items, links->count, records->count, links->bridge) == 0;
}

static void tell_bridges(const struct link_report_data *data, const struct groups *groups,
                         const struct links *links, struct report *report)
{
    static const double bands[] = {-100, 2, 4.25, 6.63, 10, 20, 1000};
    static const char *const names[] = {
        "below 2", "2 to 4.25 (95 in 100)", "to 6.63 (99 in 100)", "to 10", "to 20", "20 and more"};
    enum { BANDS = sizeof names / sizeof *names };
    uint64_t all[BANDS] = {0}, pairs[BANDS] = {0}, larger[BANDS] = {0};
    uint64_t weak = 0, of_more = 0;
    unsigned char *is_weak = calloc(data->records.count + 1, 1);
    for (size_t i = 0; i < links->count && is_weak != NULL; i++) {
        uint32_t group = data->result.cluster[links->items[i].left];
        size_t band = 0;
        while (band + 1 < BANDS && (double)links->items[i].odds >= bands[band + 1]) {
            band++;
        }
        all[band]++;
        *(groups->size[group] == 2 ? &pairs[band] : &larger[band]) += links->bridge[i];
        if (links->bridge[i] && (double)links->items[i].odds < weak_link && !is_weak[group]) {
            is_weak[group] = 1;
            weak++;
            of_more += groups->size[group] > 2;
        }
    }
    free(is_weak);
    struct report_table *table = report_table_add(
        report, LINK_REPORT_GROUPS, "links, and those that alone hold a group together (bridges)",
        ",,log2 odds", "links bridges_of_two bridges_of_more");
    for (size_t b = 0; b < BANDS; b++) {
        struct report_row *row = report_row_add(report, table, "bridges", NULL, names[b]);
        report_put_count(row, all[b]);
        report_put_count(row, pairs[b]);
        report_put_count(row, larger[b]);
    }
    table = report_table_add(report, LINK_REPORT_GROUPS, NULL, "item,,", "value");
    report_put_people(report,
                      report_row_add(report, table,
                                     "groups that one link below 4.25 bits holds together", NULL,
                                     NULL),
                      weak);
    report_put_people(
        report,
        report_row_add(report, table, "of them groups of three records and more", NULL, NULL),
        of_more);
}

static void tell_groups(const struct link_report_data *data, struct report *report)
{
    size_t count = data->records.count + 1;
    struct groups groups = {.size = calloc(count, sizeof(uint32_t))};
    uint32_t *members = calloc(count, sizeof *members);
    struct links links = {0};
    if (groups.size == NULL || members == NULL || !take_links(data, &links)) {
        report->failed = true;
    } else {
        for (uint32_t i = 0; i < data->records.count; i++) {
            groups.size[data->result.cluster[i]]++;
        }
        count_sources(data, &groups, members);
        tell_sizes(data, &groups, report);
        tell_bridges(data, &groups, &links, report);
    }
    free(groups.size);
    free(members);
    free(links.items);
    free(links.bridge);
}

/* ---- conflicts ---- */

enum { REASONS = LINKAGE_CONFLICTS + 4 };

static int reason_of(const struct link_report_data *data, const struct linkage_pair *pair)
{
    switch (pair->outcome) {
    case LINKAGE_CONFLICT:
        return (int)linkage_conflict_of(&data->records.set, data->records.verdicts,
                                        data->records.verdict_count, pair);
    case LINKAGE_TAKEN:
        return LINKAGE_CONFLICTS;
    case LINKAGE_MANY:
        return LINKAGE_CONFLICTS + 1;
    case LINKAGE_WEAK:
        return LINKAGE_CONFLICTS + 2;
    case LINKAGE_BELOW:
        return LINKAGE_CONFLICTS + 3;
    default:
        return -1;
    }
}

static void tell_conflicts(const struct link_report_data *data, struct report *report)
{
    static const char *const names[REASONS] = {
        "two NHS numbers",
        "sex and birth date both differ",
        "parted by a steward",
        "other records of the two groups exclude each other",
        "taken: better linked elsewhere",
        "many match: the runner-up is too close",
        "weak: one link alone between groups that do not agree",
        "below the threshold"};
    uint64_t reached[REASONS] = {0}, review[REASONS] = {0};
    const struct linkage_model *model = &data->result.model;
    for (size_t i = 0; i < data->result.pair_count; i++) {
        const struct linkage_pair *pair = &data->result.pairs[i];
        int reason = reason_of(data, pair);
        if (reason >= 0 && pair->odds >= (float)model->threshold) {
            reached[reason]++;
        } else if (reason >= 0 && pair->odds >= (float)model->review) {
            review[reason]++;
        }
    }
    struct report_table *table = report_table_add(report, LINK_REPORT_CONFLICTS, NULL, "reason,,",
                                                  "above_threshold in_review_band");
    for (size_t i = 0; i < REASONS; i++) {
        struct report_row *row = report_row_add(report, table, names[i], NULL, NULL);
        report_put_count(row, reached[i]);
        report_put_count(row, review[i]);
    }
}

void link_report_tell_persons(struct link_report_data *data, struct report *report)
{
    tell_groups(data, report);
    tell_conflicts(data, report);
}
