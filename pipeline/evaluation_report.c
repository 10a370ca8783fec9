#include "evaluation_report.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "result_table.h"

enum { COLUMNS_MAX = 10, CELL_MAX = 128, GROUPS_SHOWN = 30, GAP_PAIRS_MIN = 30 };
/* Type numbers of Postgres: text stands to the left, numbers to the right. */
enum { TYPE_TEXT = 25, TYPE_BIGINT = 20 };

/* ---- tables: printed like the answer to a query ---- */

struct table {
    PGresult *rows;
    int count, columns;
    bool failed;
};

/* The first `words` columns and the last `closing` ones are text, the others numbers. names ends
 * with NULL. */
static struct table table_of(const char *const *names, int words, int closing)
{
    struct table table = {.rows = PQmakeEmptyPGresult(NULL, PGRES_TUPLES_OK)};
    PGresAttDesc columns[COLUMNS_MAX];

    memset(columns, 0, sizeof columns);
    while (table.columns < COLUMNS_MAX && names[table.columns] != NULL)
        table.columns++;
    for (int c = 0; c < table.columns; c++) {
        columns[c].name = (char *)(uintptr_t)names[c]; /* is copied */
        columns[c].typid = c < words || c >= table.columns - closing ? TYPE_TEXT : TYPE_BIGINT;
    }
    table.failed = table.rows == NULL || !PQsetResultAttrs(table.rows, table.columns, columns);
    return table;
}

static void add_row(struct table *table, const char *const *cells)
{
    for (int c = 0; c < table->columns && !table->failed; c++) {
        char text[CELL_MAX];

        snprintf(text, sizeof text, "%s", cells[c]);
        table->failed = !PQsetvalue(table->rows, table->count, c, text, (int)strlen(text));
    }
    table->count++;
}

static int end_table(struct table *table, struct error *error)
{
    if (!table->failed) {
        putchar('\n');
        result_print(table->rows);
    }
    PQclear(table->rows);
    return table->failed ? error_set(error, ERROR_OUT_OF_MEMORY, "no memory for the report") : 0;
}

/* ---- cells ---- */

struct cell {
    char text[32];
};

static struct cell rate(double value)
{
    struct cell cell = {"-"};

    if (!isnan(value))
        snprintf(cell.text, sizeof cell.text, "%.4f", value);
    return cell;
}

static struct cell share(uint64_t part, uint64_t whole)
{
    return rate(whole == 0 ? NAN : (double)part / (double)whole);
}

/* 1234567 as 1,234,567. */
static struct cell whole_number(uint64_t value)
{
    struct cell cell = {""};
    char digits[24];
    size_t length, used = 0;

    snprintf(digits, sizeof digits, "%llu", (unsigned long long)value);
    length = strlen(digits);
    for (size_t i = 0; i < length; i++) {
        cell.text[used++] = digits[i];
        if (i + 1 < length && (length - i - 1) % 3 == 0)
            cell.text[used++] = ',';
    }
    return cell;
}

static struct cell decimal(double value, int digits)
{
    struct cell cell;

    snprintf(cell.text, sizeof cell.text, "%.*f", digits, value);
    return cell;
}

/* ---- the parts ---- */

static void print_counts(const struct evaluation_figures *figures)
{
    const struct evaluation_set *set = figures->set;

    printf("Records       %s", whole_number(set->left_count).text);
    if (set->set.across_only)
        printf(" left, %s right", whole_number(set->right_count).text);
    printf("\nTrue pairs    %s\n", whole_number(figures->true_pairs).text);
    printf("Compared      %s pairs\n", whole_number(figures->result->candidates).text);
    printf("Block recall  %s", share(figures->blocked, figures->tested).text);
    if (figures->tested < figures->true_pairs)
        printf(" (of %s true pairs, evenly drawn)", whole_number(figures->tested).text);
    printf("\nTook          %.2f s on %u %s, %.0f MiB at most\n", figures->total_seconds,
           figures->threads, figures->threads == 1 ? "thread" : "threads", figures->peak_mib);
    if (figures->unlabelled > 0)
        printf("Warning       %s records say nothing of the truth and are left out of the counts\n",
               whole_number(figures->unlabelled).text);
}

static void add_score(struct table *table, const char *what, const char *where,
                      const struct linkage_score *score)
{
    struct cell said = whole_number(score->said), threshold = decimal(score->threshold, 2);
    struct cell precision = rate(linkage_precision(score)), recall = rate(linkage_recall(score));
    struct cell f1 = rate(linkage_f1(score));
    const char *cells[] = {what,           where,       threshold.text, said.text,
                           precision.text, recall.text, f1.text};

    add_row(table, cells);
}

static int print_scores(const struct evaluation_figures *figures, struct error *error)
{
    static const char *const names[] = {"counted",   "threshold", "bits", "pairs",
                                        "precision", "recall",    "f1",   NULL};
    struct table table = table_of(names, 2, 0);

    add_score(&table, "pairwise", "shipped", &figures->pair_shipped);
    add_score(&table, "pairwise", "best", &figures->pair_best);
    add_score(&table, "by cluster", "shipped", &figures->cluster_shipped);
    add_score(&table, "by cluster", "best", &figures->cluster_best);
    return end_table(&table, error);
}

static int print_rules(const struct linkage_result *result, struct error *error)
{
    static const char *const names[] = {"new_pairs",    "all_pairs",     "largest_block",
                                        "over_the_cap", "blocking rule", NULL};
    struct table table = table_of(names, 0, 1);

    for (size_t i = 0; i < evaluation_rule_count(result); i++) {
        const struct linkage_rule_count *count = &result->rules[i];
        struct cell pairs = whole_number(count->pairs), all = whole_number(count->all);
        struct cell largest = whole_number(count->largest), capped = whole_number(count->capped);
        const char *cells[] = {pairs.text, all.text, largest.text, capped.text,
                               result->model.rules[i].name};

        add_row(&table, cells);
    }
    return end_table(&table, error);
}

static int print_seconds(const struct evaluation_figures *figures, struct error *error)
{
    static const char *const names[] = {"read",   "derive", "frequency", "train", "block_and_score",
                                        "decide", "total",  NULL};
    const struct linkage_seconds *engine = &figures->result->seconds;
    struct table table = table_of(names, 0, 0);
    struct cell cells[] = {decimal(figures->set->read_seconds, 2),
                           decimal(figures->set->derive_seconds, 2),
                           decimal(engine->frequency, 2),
                           decimal(engine->train, 2),
                           decimal(engine->score, 2),
                           decimal(engine->decide, 2),
                           decimal(figures->total_seconds, 2)};
    const char *texts[sizeof cells / sizeof cells[0]];

    for (size_t i = 0; i < sizeof cells / sizeof cells[0]; i++)
        texts[i] = cells[i].text;
    add_row(&table, texts);
    printf("\nSeconds (counting these figures took another %.2f)", figures->evaluate_seconds);
    return end_table(&table, error);
}

/* ---- by group ---- */

static const struct linkage_group *sorted_groups; /* of the grouping being sorted */

static int by_pairs(const void *left, const void *right)
{
    size_t l = *(const size_t *)left, r = *(const size_t *)right;
    uint64_t l_pairs = sorted_groups[l].score.truth, r_pairs = sorted_groups[r].score.truth;

    if (l_pairs != r_pairs)
        return l_pairs > r_pairs ? -1 : 1;
    return l < r ? -1 : l > r;
}

static const char *shown_value(const char *value)
{
    return *value == '\0' ? "(blank)" : value;
}

/* Names the groups whose recall lies furthest apart, of those with enough pairs to tell. */
static void print_gap(const struct evaluation_grouping *grouping,
                      const struct linkage_group *groups)
{
    size_t low = SIZE_MAX, high = SIZE_MAX;

    for (size_t i = 0; i < grouping->count; i++) {
        if (groups[i].score.truth < GAP_PAIRS_MIN)
            continue;
        double recall = linkage_recall(&groups[i].score);

        if (low == SIZE_MAX || recall < linkage_recall(&groups[low].score))
            low = i;
        if (high == SIZE_MAX || recall > linkage_recall(&groups[high].score))
            high = i;
    }
    if (low == high)
        return;
    printf("  widest gap in recall: %s %.4f, %s %.4f (groups of %d pairs or more)\n",
           shown_value(grouping->values[low]), linkage_recall(&groups[low].score),
           shown_value(grouping->values[high]), linkage_recall(&groups[high].score), GAP_PAIRS_MIN);
}

static int print_groups(const struct evaluation_grouping *grouping,
                        const struct linkage_group *groups, struct error *error)
{
    const char *const names[] = {grouping->column, "true_pairs", "precision", "recall", "f1",
                                 "block_recall",   NULL};
    size_t *order = malloc((grouping->count + 1) * sizeof *order);
    size_t told = 0;
    int result;

    if (order == NULL)
        return error_set(error, ERROR_OUT_OF_MEMORY, "no memory for the report");
    for (size_t i = 0; i < grouping->count; i++) {
        if (evaluation_group_told(&groups[i]))
            order[told++] = i;
    }
    sorted_groups = groups;
    qsort(order, told, sizeof *order, by_pairs);
    struct table table = table_of(names, 1, 0);
    for (size_t i = 0; i < told && i < GROUPS_SHOWN; i++) {
        const struct linkage_group *group = &groups[order[i]];
        struct cell pairs = whole_number(group->score.truth);
        struct cell precision = rate(linkage_precision(&group->score));
        struct cell recall = rate(linkage_recall(&group->score));
        struct cell f1 = rate(linkage_f1(&group->score));
        struct cell blocked = share(group->blocked, group->tested);
        const char *cells[] = {shown_value(grouping->values[order[i]]),
                               pairs.text,
                               precision.text,
                               recall.text,
                               f1.text,
                               blocked.text};

        add_row(&table, cells);
    }
    free(order);
    result = end_table(&table, error);
    if (result == 0 && told > GROUPS_SHOWN)
        printf("  and %zu more; --json tells all\n", told - GROUPS_SHOWN);
    if (result == 0)
        print_gap(grouping, groups);
    return result;
}

int evaluation_print(const struct evaluation_figures *figures, struct error *error)
{
    const struct evaluation_set *set = figures->set;
    int result;

    print_counts(figures);
    result = print_scores(figures, error);
    if (result == 0)
        result = print_rules(figures->result, error);
    if (result == 0)
        result = print_seconds(figures, error);
    for (size_t g = 0; g < set->grouping_count && result == 0; g++)
        result = print_groups(&set->groupings[g], figures->groups[g], error);
    return result;
}
