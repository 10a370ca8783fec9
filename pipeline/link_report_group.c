/* link report: error rates and linkage by ethnicity, deprivation, age, sex and source. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "link_report.h"
#include "linkage/report_statistics.h"

/* Columns of sql/link/report_attributes.sql. */
enum { AT_KEY, AT_ETHNICITY, AT_DECILE, AT_AGE, AT_SEX };

/* A gap in recall that is told as a warning, and the fewest true pairs to tell one from. */
static const double gap_warned = 0.02;
enum { GAP_PAIRS_MIN = 30 };

/* ---- groups of records ---- */

static const char ethnic_codes[] = "?ABCDEFGHJKLMNPRSZ"; /* in the order of the labels */

static const struct link_report_grouping known_groupings[LINK_REPORT_ATTRIBUTES] = {
    [LINK_REPORT_ETHNICITY] = {"ethnicity",
                               {"not known", "A White British", "B White Irish",
                                "C any other White", "D White and Black Caribbean",
                                "E White and Black African", "F White and Asian",
                                "G any other mixed", "H Indian", "J Pakistani", "K Bangladeshi",
                                "L any other Asian", "M Caribbean", "N African",
                                "P any other Black", "R Chinese", "S any other ethnic group",
                                "Z not stated"},
                               .count = 18},
    [LINK_REPORT_DEPRIVATION] = {"deprivation",
                                 {"not known", "1 most deprived", "2", "3", "4", "5", "6", "7", "8",
                                  "9", "10 least deprived"},
                                 .count = 11},
    [LINK_REPORT_AGE] = {"age",
                         {"not known", "under 18", "18 to 24", "25 to 34", "35 to 44", "45 to 54",
                          "55 to 64", "65 to 74", "75 to 84", "85 and over"},
                         .count = 10},
    [LINK_REPORT_SEX] = {"sex", {"not known", "1 male", "2 female", "9 other"}, .count = 4},
};

static uint8_t ethnic_group(const char *code)
{
    const char *found = strlen(code) == 1 ? strchr(ethnic_codes, *code) : NULL;
    return found == NULL ? 0 : (uint8_t)(found - ethnic_codes);
}

static uint8_t deprivation_group(const char *decile)
{
    long value = strtol(decile, NULL, 10);
    return value >= 1 && value <= 10 ? (uint8_t)value : 0;
}

static uint8_t age_group(const char *age)
{
    long value = strtol(age, NULL, 10);
    if (*age == '\0' || value < 0) {
        return 0;
    }
    return value < 18 ? 1 : value < 25 ? 2 : value >= 85 ? 9 : (uint8_t)(3 + (value - 25) / 10);
}

static uint8_t sex_group(const char *code)
{
    return strcmp(code, "1") == 0 ? 1 : strcmp(code, "2") == 0 ? 2 : strcmp(code, "9") == 0 ? 3 : 0;
}

static void take_attributes(struct link_report_data *data, const PGresult *rows, int row)
{
    struct token key;
    memcpy(key.bytes, PQgetvalue(rows, row, AT_KEY), TOKEN_SIZE);
    uint32_t record = link_find(&data->records, &key);
    if (record != UINT32_MAX) {
        struct link_report_grouping *groupings = data->groupings;
        groupings[LINK_REPORT_ETHNICITY].group_of[record] =
            ethnic_group(PQgetvalue(rows, row, AT_ETHNICITY));
        groupings[LINK_REPORT_DEPRIVATION].group_of[record] =
            deprivation_group(PQgetvalue(rows, row, AT_DECILE));
        groupings[LINK_REPORT_AGE].group_of[record] = age_group(PQgetvalue(rows, row, AT_AGE));
        groupings[LINK_REPORT_SEX].group_of[record] = sex_group(PQgetvalue(rows, row, AT_SEX));
    }
}

int link_report_read_attributes(struct link_report_data *data, struct error *error)
{
    struct database *database = data->context->database;
    for (size_t i = 0; i < LINK_REPORT_ATTRIBUTES; i++) {
        data->groupings[i] = known_groupings[i];
        data->groupings[i].group_of = calloc(data->records.count + 1, 1);
        if (data->groupings[i].group_of == NULL) {
            return error_set(error, ERROR_OUT_OF_MEMORY, "no memory for groups of records");
        }
    }
    int failed = database_query(database, "sql/link/report_attributes.sql", NULL, 0, NULL, error);
    for (int fetched = 1; failed == 0 && fetched > 0;) {
        PGresult *rows = NULL;
        failed = database_run_last(database, "sql/link/report_fetch.sql", &rows, error);
        fetched = failed == 0 ? PQntuples(rows) : 0;
        for (int row = 0; row < fetched; row++) {
            take_attributes(data, rows, row);
        }
        PQclear(rows);
    }
    return failed;
}

/* ---- the test with hidden numbers ---- */

static void put_share(struct report_row *row, uint64_t part, uint64_t whole)
{
    struct linkage_interval interval = linkage_wilson(part, whole);
    report_put_rate(row, linkage_share(part, whole));
    report_put_rate(row, interval.low);
    report_put_rate(row, interval.high);
}

double link_report_gap(const struct linkage_hidden_count *all,
                       const struct linkage_hidden_count *count,
                       struct linkage_interval *ret_interval)
{
    uint64_t right = all->right - count->right, truth = all->truth - count->truth;
    *ret_interval = (struct linkage_interval){NAN, NAN};
    if (count->truth < GAP_PAIRS_MIN || truth < GAP_PAIRS_MIN) {
        return NAN;
    }
    *ret_interval = linkage_difference(right, truth, count->right, count->truth);
    return linkage_share(right, truth) - linkage_share(count->right, count->truth);
}

/* What the test found of some pairs, behind what the row has already. */
static void put_hidden(struct report *report, struct report_row *row,
                       const struct linkage_hidden_count *all,
                       const struct linkage_hidden_count *count, bool hidden)
{
    struct linkage_interval interval;
    size_t first = row == NULL ? 0 : row->count;
    double gap = link_report_gap(all, count, &interval);
    report_put_people(report, row, count->truth);
    report_put_count(row, count->said);
    report_put_count(row, count->right);
    put_share(row, count->right, count->said);
    put_share(row, count->right, count->truth);
    report_put_rate(row, linkage_share(2 * count->right, count->said + count->truth));
    report_put_rate(row, linkage_share(count->blocked, count->tested));
    report_put_rate(row, gap);
    report_put_rate(row, interval.low);
    report_put_rate(row, interval.high);
    if (hidden) {
        report_hide_from(row, first);
    }
}

static void warn_gap(struct link_report_data *data, struct report *report, const char *what,
                     const char *group, const struct linkage_hidden_count *count)
{
    struct linkage_interval interval;
    double gap = link_report_gap(&data->hidden.all, count, &interval);
    if (gap > gap_warned) {
        data->gaps++;
        data->gaps_beyond_chance += interval.low > 0;
        report_note(
            report, LINK_REPORT_HIDDEN, REPORT_WARNING,
            "recall of %s %s is %.1f points below that of all others (95%% interval %.1f to "
            "%.1f)%s",
            what, group, 100 * gap, 100 * interval.low, 100 * interval.high,
            interval.low > 0 ? "" : ": may be chance");
    }
}

static const char hidden_measures[] =
    "true_pairs .said_pairs .right_pairs precision precision_low precision_high recall recall_low "
    "recall_high f1 block_recall gap gap_low gap_high";

static void tell_hidden_sources(struct link_report_data *data, struct report *report)
{
    enum { PAIRS = LINKAGE_SOURCES_MAX * LINKAGE_SOURCES_MAX };
    struct report_table *table =
        report_table_add(report, LINK_REPORT_HIDDEN, NULL, ",sources,", hidden_measures);
    uint64_t truth[PAIRS];
    bool there[PAIRS], hidden[PAIRS];
    for (size_t i = 0; i < PAIRS; i++) {
        truth[i] = data->hidden.sources[i].truth;
        there[i] = truth[i] + data->hidden.sources[i].said > 0;
    }
    report_choose_hidden(report, truth, there, PAIRS, hidden);
    for (size_t i = 0; i < PAIRS; i++) {
        const struct linkage_hidden_count *count = &data->hidden.sources[i];
        if (there[i]) {
            const char *sources =
                link_report_sources(data, report, i / LINKAGE_SOURCES_MAX, i % LINKAGE_SOURCES_MAX);
            put_hidden(report, report_row_add(report, table, "source", sources, NULL),
                       &data->hidden.all, count, hidden[i]);
            if (!hidden[i]) {
                warn_gap(data, report, "sources", sources, count);
            }
        }
    }
}

/* Groups of few people, and of the others those of few pairs: the groups' pairs add up to twice
 * all pairs. */
static void choose_tested(const struct report *report, struct link_report_grouping *grouping,
                          bool *ret_few_pairs)
{
    uint64_t truth[LINK_REPORT_GROUPS_MAX];
    bool there[LINK_REPORT_GROUPS_MAX];
    report_choose_hidden(report, grouping->hidden_records, NULL, grouping->count,
                         grouping->withheld);
    for (size_t i = 0; i < grouping->count; i++) {
        there[i] = grouping->hidden_records[i] > 0;
        truth[i] = grouping->withheld[i] ? 0 : grouping->hidden[i].truth;
    }
    report_choose_hidden(report, truth, there, grouping->count, ret_few_pairs);
}

static void tell_hidden_group(struct link_report_data *data, struct report *report,
                              struct link_report_grouping *grouping)
{
    struct report_table *table = report_table_add(
        report, LINK_REPORT_HIDDEN, NULL, report_text(report, ",,%s", grouping->name),
        report_text(report, "records %s", hidden_measures));
    bool few_pairs[LINK_REPORT_GROUPS_MAX];
    choose_tested(report, grouping, few_pairs);
    for (size_t g = 0; g < grouping->count; g++) {
        size_t i = g + 1 == grouping->count ? 0 : g + 1; /* not known comes last */
        if (grouping->hidden_records[i] == 0) {
            continue;
        }
        struct report_row *row =
            report_row_add(report, table, grouping->name, NULL, grouping->labels[i]);
        report_put_people(report, row, grouping->hidden_records[i]);
        put_hidden(report, row, &data->hidden.all, &grouping->hidden[i], few_pairs[i]);
        if (grouping->withheld[i]) {
            report_hide_row(report, row, grouping->hidden_records[i]);
        } else if (!few_pairs[i]) {
            warn_gap(data, report, grouping->name, grouping->labels[i], &grouping->hidden[i]);
        }
        grouping->withheld[i] = grouping->withheld[i] || few_pairs[i];
    }
}

static void tell_hidden(struct link_report_data *data, struct report *report)
{
    if (!data->tested || data->hidden.sources == NULL) {
        return;
    }
    struct report_table *table =
        report_table_add(report, LINK_REPORT_HIDDEN, NULL, "pairs,,", hidden_measures);
    put_hidden(report, report_row_add(report, table, "all", NULL, NULL), &data->hidden.all,
               &data->hidden.all, report_is_few(report, data->hidden.all.truth));
    tell_hidden_sources(data, report);
    for (size_t i = 0; i < LINK_REPORT_ATTRIBUTES; i++) {
        tell_hidden_group(data, report, &data->groupings[i]);
    }
    report_note(
        report, LINK_REPORT_HIDDEN, false,
        "%llu records have an NHS number, %llu different ones. All records were linked again "
        "by the same model as if none had a number; two records of one number are one "
        "person. This assumes that people with a number in two sources are like the others. "
        "They are not all people: who has a number tends to have better identifiers too, so "
        "true errors are likely larger; and each link that a number makes is right in use.",
        (unsigned long long)data->hidden.records, (unsigned long long)data->hidden.people);
    report_note(
        report, LINK_REPORT_HIDDEN, false,
        "A pair counts in the group of each of its two records. Intervals are Wilson's, 95 "
        "in 100, as if pairs were independent. gap: recall of all other pairs less that of "
        "the group (Newcombe's interval), from %d pairs on; over %.0f points it is warned of.",
        GAP_PAIRS_MIN, 100 * gap_warned);
    if (data->hidden.left_out > 0) {
        report_note(report, LINK_REPORT_HIDDEN, REPORT_ALARM,
                    "%llu groups of more than %d records with one number were left out of the test",
                    (unsigned long long)data->hidden.left_out, LINKAGE_HIDDEN_MEMBERS_MAX);
    }
}

/* ---- linked and unlinked ---- */

struct linked_count {
    uint64_t records[LINKAGE_SOURCES_MAX], linked[LINKAGE_SOURCES_MAX];
    uint64_t all, all_linked;
};

static void count_linked(const struct link_report_data *data, const uint8_t *group_of,
                         struct linked_count *ret)
{
    memset(ret, 0, sizeof *ret);
    for (uint32_t i = 0; i < data->records.count; i++) {
        size_t group = group_of == NULL ? linkage_source_of(&data->records.set, i) : group_of[i];
        ret->records[group]++;
        ret->linked[group] += data->linked[i];
        ret->all++;
        ret->all_linked += data->linked[i];
    }
}

/* What may not be told of each group: all of it, or how many are linked. Few unlinked are the
 * difference to all records, so both are one matter. */
struct linked_hidden {
    bool all[LINKAGE_SOURCES_MAX], linked[LINKAGE_SOURCES_MAX];
};

static void choose_linked(const struct report *report, const struct linked_count *count,
                          struct linked_hidden *ret)
{
    uint64_t least[LINKAGE_SOURCES_MAX];
    bool there[LINKAGE_SOURCES_MAX];
    report_choose_hidden(report, count->records, NULL, LINKAGE_SOURCES_MAX, ret->all);
    for (size_t i = 0; i < LINKAGE_SOURCES_MAX; i++) {
        uint64_t unlinked = count->records[i] - count->linked[i];
        there[i] = count->records[i] > 0;
        least[i] = ret->all[i] ? 0 : count->linked[i] < unlinked ? count->linked[i] : unlinked;
    }
    report_choose_hidden(report, least, there, LINKAGE_SOURCES_MAX, ret->linked);
}

void link_report_choose_sources(const struct link_report_data *data, const struct report *report,
                                bool *ret)
{
    struct linked_count count;
    struct linked_hidden hidden;
    count_linked(data, NULL, &count);
    choose_linked(report, &count, &hidden);
    memcpy(ret, hidden.linked, sizeof hidden.linked);
}

static void add_linked(struct report *report, struct report_table *table, const char *item,
                       const char *source, const char *group, const struct linked_count *count,
                       size_t at, const struct linked_hidden *hidden)
{
    uint64_t records = count->records[at], linked = count->linked[at];
    struct report_row *row = report_row_add(report, table, item, source, group);
    report_put_people(report, row, records);
    report_put_people(report, row, linked);
    put_share(row, linked, records);
    report_put_number(row,
                      linkage_standardised_difference(linked, count->all_linked, records - linked,
                                                      count->all - count->all_linked));
    if (hidden->all[at]) {
        report_hide_row(report, row, records);
    } else if (hidden->linked[at]) {
        /* The share, or the difference of the two numbers, would tell of so few. */
        report_hide_from(row, 1);
    }
}

static const char linked_measures[] =
    "records linked share share_low share_high standardised_difference";

static void tell_linked(const struct link_report_data *data, struct report *report)
{
    const struct linkage_set *set = &data->records.set;
    struct linked_hidden hidden;
    struct linked_count count;
    struct report_table *table =
        report_table_add(report, LINK_REPORT_LINKED, NULL, ",source,", linked_measures);
    count_linked(data, NULL, &count);
    choose_linked(report, &count, &hidden);
    for (size_t s = 0; s < set->source_count; s++) {
        if (count.records[s] > 0) {
            add_linked(report, table, "source", set->sources[s].name, NULL, &count, s, &hidden);
        }
    }
    struct linked_count all = {.records = {count.all}, .linked = {count.all_linked}};
    choose_linked(report, &all, &hidden);
    add_linked(report, table, "source", "all", NULL, &all, 0, &hidden);
    for (size_t i = 0; i < LINK_REPORT_ATTRIBUTES; i++) {
        const struct link_report_grouping *grouping = &data->groupings[i];
        table = report_table_add(report, LINK_REPORT_LINKED, NULL,
                                 report_text(report, ",,%s", grouping->name), linked_measures);
        count_linked(data, grouping->group_of, &count);
        choose_linked(report, &count, &hidden);
        for (size_t g = 0; g < grouping->count; g++) {
            size_t at = g + 1 == grouping->count ? 0 : g + 1;
            if (count.records[at] > 0) {
                add_linked(report, table, grouping->name, NULL, grouping->labels[at], &count, at,
                           &hidden);
            }
        }
    }
    report_note(
        report, LINK_REPORT_LINKED, false,
        "linked: its person has a record of another source too. standardised difference: "
        "how much more common the group is among linked than among unlinked records, in "
        "standard deviations; from 0.1 on the two are usually said to differ. A record that "
        "has no partner anywhere is rightly unlinked: this compares, it does not measure "
        "error.");
}

void link_report_tell_groups(struct link_report_data *data, struct report *report)
{
    tell_hidden(data, report);
    tell_linked(data, report);
}
